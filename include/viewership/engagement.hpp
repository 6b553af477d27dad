// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_ENGAGEMENT_HPP
#define VIEWERSHIP_ENGAGEMENT_HPP

/// @file
/// How engaged an audience was: scores of contents from their sessions. What a score means and how to choose
/// its weights stands in `engagement_score.hpp`; ranking, comparing with titles of similar length and finding
/// similar ones come along.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <viewership/content_duration.hpp>
#include <viewership/detail/arithmetic.hpp>
#include <viewership/detail/cross_moments.hpp>
#include <viewership/engagement_score.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/played_session.hpp>
#include <viewership/ranking.hpp>
#include <viewership/relative_engagement.hpp>
#include <viewership/session.hpp>
#include <viewership/similarity.hpp>

namespace viewership::inline v0 {

/// A session rewatches if it plays at least this much of the content again.
inline constexpr MediaTime rewatch_threshold{1'000};

// ------------------------------------------------------------------------------------------------------------
// results

/// What the sessions of one content add up to, as far as engagement is concerned; all of it within
/// [0, duration).
struct EngagementTotals {
  MediaTime duration{};
  std::uint64_t sessions = 0;
  /// Sessions that played at least 1 ms: the denominator of every share.
  std::uint64_t started = 0;
  std::uint64_t completed = 0;
  /// Sessions in which at least `rewatch_threshold` was played twice.
  std::uint64_t rewatched = 0;
  /// Media time played, replays included; and played at least once, by each session.
  MediaTime content_played{};
  MediaTime unique_content{};
  /// Media time between where play-throughs left off and, further on, the next ones of the same viewing
  /// began: seeks forward by what they led to, a lost one as well as a reported one, several in a row as one.
  MediaTime skipped_forward{};
  /// Sessions that declare another duration.
  std::uint64_t duration_conflicts = 0;

  friend bool operator==(const EngagementTotals&, const EngagementTotals&) = default;
};

/// The score of one content.
struct ContentEngagementScore : EngagementScore {
  std::string content_id{};
  /// Sessions that started.
  std::uint64_t sample_size = 0;
  /// Of the score, per session: √(variance / sample_size) is the score's standard error, by the delta method,
  /// with sessions as independent and what is social as certain. Absent for fewer than two started sessions.
  std::optional<double> variance{};
  EngagementTotals totals{};

  friend bool operator==(const ContentEngagementScore&, const ContentEngagementScore&) = default;
};

// ------------------------------------------------------------------------------------------------------------
// accumulator

/// What engagement needs to know of one content's sessions, whatever the weights.
///
/// 26 integers: merging parts in any order and grouping gives exactly the counts of one pass. Beside the
/// totals they hold how the sessions vary, in steps of 1/4096 of the duration and up to 16 of it.
class EngagementCounts {
 public:
  /// Sessions of several contents are no audience of one.
  static constexpr bool single_content = true;

  /// The identity of `merge`; it cannot be fed.
  EngagementCounts() = default;

  /// @param duration of the content, in (0, 10^12 ms]; what was played beyond it does not count
  /// @param options what counts as completed, and how `add` replays a session
  /// Throws `invalid_argument` for anything outside its domain.
  explicit EngagementCounts(MediaTime duration, const SessionOptions& options = {})
      : duration_(duration), options_(options) {
    detail::require(duration > MediaTime::zero() && duration <= max_media_time, ErrorCode::invalid_argument,
                    "EngagementCounts: the duration must lie in (0, 10^12 ms]");
    detail::validate(options, "EngagementCounts");
    const auto length = static_cast<double>(duration.count());
    steps_per_ms_ = steps / length;
    // The first whole millisecond whose share of the duration is enough, so that no session needs a division.
    completed_from_ = static_cast<std::int64_t>(options.completed_from * length) - 1;
    while (static_cast<double>(completed_from_) / length < options.completed_from) ++completed_from_;
  }

  /// Replays a session and adds it.
  template <SessionLike Session>
  void add(const Session& session) {
    add(PlayedSession(session, options_.replay, replay_depth()));
  }

  /// Adds one replayed session. O(r) for r ranges. Throws `invalid_argument` on a default-constructed state.
  void add(const PlayedSession& session) {
    detail::require(duration_ > MediaTime::zero(), ErrorCode::invalid_argument,
                    "EngagementCounts::add: no duration");
    ++sessions_;
    const MediaTime declared = session.content_duration_or_zero();
    duration_conflicts_ += declared > MediaTime::zero() && declared != duration_ ? 1U : 0U;
    const std::int64_t end = duration_.count();
    const std::span<const MediaRange> plays = session.play_throughs();
    const std::span<const MediaRange> ascending = session.ascending_play_throughs();
    std::int64_t unique = 0;
    std::int64_t reached = 0;
    std::int64_t left = end;
    std::uint64_t jumped = 0;  // unsigned, so that 2^24 jumps over 31 years in one session break no rule
    // One loop for both orders: how often a loop turns is what a processor foresees worst.
    for (std::size_t i = 0; i < plays.size(); ++i) {
      const std::int64_t from = (std::max)(ascending[i].from.count(), reached);
      unique += detail::positive_part(detail::lesser(ascending[i].to.count(), end) - from);
      reached = (std::max)(reached, ascending[i].to.count());
      jumped += jump(left, plays[i]);
      left = plays[i].to.count();
    }
    if (unique == 0) return;
    // Where a viewing ends and the next begins further on, nobody skipped anything.
    for (const std::size_t first : session.viewing_starts()) {
      if (first > 0) jumped -= jump(plays[first - 1].to.count(), plays[first]);
    }
    constexpr std::uint64_t most = (std::numeric_limits<std::int64_t>::max)();
    const auto skipped = static_cast<std::int64_t>((std::min)(jumped, most));
    const std::int64_t played =
        reached <= end ? session.content_played().count() : detail::clipped_length(plays, duration_).count();
    const bool by_unique = options_.completion_measure == CompletionMeasure::unique_content;
    const bool to_the_end = (by_unique ? unique : (std::min)(reached, end)) >= completed_from_;
    const bool again = played - unique >= rewatch_threshold.count();
    add_time(content_played_, played);
    add_time(unique_content_, unique);
    add_time(skipped_forward_, skipped);
    moments_.add({in_steps(unique), to_the_end ? 1U : 0U, again ? 1U : 0U, in_steps(skipped),
                  in_steps(detail::saturating_add(skipped, played))});
  }

  /// What `add` reads of a session.
  [[nodiscard]] static constexpr ReplayDepth replay_depth() noexcept { return ReplayDepth::play_throughs; }

  /// Throws `incompatible_merge` if both were configured, and differently.
  void merge(const EngagementCounts& other) {
    if (other.duration_ == MediaTime::zero()) return;
    if (duration_ == MediaTime::zero()) {
      *this = other;
      return;
    }
    detail::require(duration_ == other.duration_ && options_ == other.options_, ErrorCode::incompatible_merge,
                    "EngagementCounts::merge: another duration, or other options");
    sessions_ += other.sessions_;
    duration_conflicts_ += other.duration_conflicts_;
    add_time(content_played_, other.content_played_.count());
    add_time(unique_content_, other.unique_content_.count());
    add_time(skipped_forward_, other.skipped_forward_.count());
    moments_.merge(other.moments_);
  }

  /// The totals. O(1).
  [[nodiscard]] EngagementTotals result() const {
    return {
        duration_,       sessions_,       moments_.count(), moments_.sum(completed), moments_.sum(rewatched),
        content_played_, unique_content_, skipped_forward_, duration_conflicts_};
  }

  /// The components of a score. Without a started session all of them are absent. O(1).
  [[nodiscard]] EngagementComponents components(const std::optional<SocialSignals>& social = {}) const {
    EngagementComponents components;
    if (moments_.count() == 0) return components;
    const auto started = static_cast<double>(moments_.count());
    const auto played = static_cast<double>(content_played_.count());
    const auto skipped = static_cast<double>(skipped_forward_.count());
    components.watch_time =
        static_cast<double>(unique_content_.count()) / (started * static_cast<double>(duration_.count()));
    components.completion = static_cast<double>(moments_.sum(completed)) / started;
    if (social) components.social = social_component(*social);
    components.rewatch = static_cast<double>(moments_.sum(rewatched)) / started;
    components.forward_seek_penalty = skipped / (skipped + played);
    return components;
  }

  /// The score by `weights`; those outside their domain: `invalid_argument`. Nobody has no score, whatever
  /// is social. O(1).
  [[nodiscard]] ContentEngagementScore score(std::string content_id, const EngagementWeights& weights = {},
                                             const std::optional<SocialSignals>& social = {}) const {
    ContentEngagementScore score{
        engagement_score(components(social), weights), std::move(content_id), moments_.count(), {}, result()};
    if (score.score && moments_.count() > 1) {
      score.variance = moments_.variance_of(gradient(score, weights));
    }
    return score;
  }

  friend bool operator==(const EngagementCounts&, const EngagementCounts&) = default;

 private:
  static constexpr double steps = 4096.0;  // of the duration, in which sessions are compared

  /// What is known of each session: the indices of `moments_`.
  enum Observed : std::size_t { unique_steps, completed, rewatched, skipped_steps, moved_steps, observed };

  static void add_time(MediaTime& sum, std::int64_t time) noexcept {
    sum = MediaTime{detail::saturating_add(sum.count(), time)};
  }

  [[nodiscard]] std::uint64_t in_steps(std::int64_t time) const noexcept {
    const double in_steps = (std::min)(static_cast<double>(time) * steps_per_ms_, 16.0 * steps);
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(in_steps));
  }

  /// How far forward it is from where one play-through left off to where the next begins.
  [[nodiscard]] std::uint64_t jump(std::int64_t left, const MediaRange& next) const noexcept {
    const std::int64_t arrived = detail::lesser(next.from.count(), duration_.count());
    return static_cast<std::uint64_t>(detail::positive_part(arrived - left));
  }

  /// How the score, before clamping, changes with the mean of each observed quantity.
  [[nodiscard]] std::array<double, observed> gradient(const EngagementScore& score,
                                                      const EngagementWeights& weights) const {
    const EngagementComponents& known = score.components;
    const EngagementContributions& adds = score.contributions;
    const double total = weights.watch_time + weights.completion + (known.social ? weights.social : 0.0);
    const double mean = adds.watch_time + adds.completion + adds.social;
    const double by_mean = 1.0 - weights.rewatch * known.rewatch.value_or(0.0);
    const double moved =
        static_cast<double>(moments_.sum(moved_steps)) / static_cast<double>(moments_.count());
    const double by_skipped = moved > 0.0 ? -weights.forward_seek_penalty / moved : 0.0;
    return {by_mean * weights.watch_time / total / steps, by_mean * weights.completion / total,
            weights.rewatch * (1.0 - mean), by_skipped,
            -by_skipped * known.forward_seek_penalty.value_or(0.0)};
  }

  MediaTime duration_{};
  SessionOptions options_{};
  double steps_per_ms_ = 0.0;
  std::int64_t completed_from_ = 0;
  std::uint64_t sessions_ = 0;
  std::uint64_t duration_conflicts_ = 0;
  MediaTime content_played_{};
  MediaTime unique_content_{};
  MediaTime skipped_forward_{};
  detail::CrossMoments<observed> moments_;  // of started sessions
};

static_assert(SessionAccumulator<EngagementCounts>);

// ------------------------------------------------------------------------------------------------------------
// free functions

namespace detail {

template <class Range>
ContentEngagementScore compute_engagement(const Range& sessions, MediaTime duration,
                                          const EngagementWeights& weights,
                                          const std::optional<SocialSignals>& social,
                                          const SessionOptions& options) {
  validate(weights, "compute_engagement");
  EngagementCounts counts(duration, options);
  feed("compute_engagement", sessions, options.replay, counts);
  std::string content_id;
  if (std::ranges::begin(sessions) != std::ranges::end(sessions)) {
    content_id = as_session_view(*std::ranges::begin(sessions)).content_id;
  }
  return counts.score(std::move(content_id), weights, social);
}

}  // namespace detail

/// The engagement score of one content.
///
/// @param sessions of one content; others: `mixed_contents`; for a whole catalogue see `score_contents`
/// @param duration of the content, in (0, 10^12 ms], else `invalid_argument`; what was played beyond it does
/// not count
/// @param weights, options outside their domain: `invalid_argument`
/// @param social absent: not known, and left out of the score
/// @return no score if nobody started
/// Complexity: of replaying the sessions.
[[nodiscard]] inline ContentEngagementScore compute_engagement(
    std::span<const ViewerSession> sessions, MediaTime duration, const EngagementWeights& weights = {},
    const std::optional<SocialSignals>& social = {}, const SessionOptions& options = {}) {
  return detail::compute_engagement(sessions, duration, weights, social, options);
}
template <SessionRange Sessions>
[[nodiscard]] ContentEngagementScore compute_engagement(const Sessions& sessions, MediaTime duration,
                                                        const EngagementWeights& weights = {},
                                                        const std::optional<SocialSignals>& social = {},
                                                        const SessionOptions& options = {}) {
  return detail::compute_engagement(sessions, duration, weights, social, options);
}

/// What is social about the contents of a catalogue, by content id.
using SocialSignalsByContent = std::map<std::string, SocialSignals, std::less<>>;

namespace detail {

/// Calls `function(state of its content, session)` for each session, making the states as contents turn up.
template <class State, class Range, class Function>
void for_each_content(std::map<std::string, State, std::less<>>& contents, const Range& sessions,
                      Function function) {
  auto content = contents.end();
  for (auto&& session : sessions) {
    const SessionView& view = as_session_view(session);
    if (content == contents.end() || content->first != view.content_id) {
      content = contents.find(view.content_id);
      if (content == contents.end()) content = contents.emplace(view.content_id, State{}).first;
    }
    function(content->second, view);
  }
}

template <class Range>
std::vector<ContentEngagementScore> score_contents(const Range& sessions, const EngagementWeights& weights,
                                                   const SocialSignalsByContent& social,
                                                   const SessionOptions& options) {
  validate(weights, "score_contents");
  validate(options, "score_contents");
  struct Content {
    ContentDuration duration{};
    EngagementCounts counts{};
  };
  std::map<std::string, Content, std::less<>> contents;
  PlayedSession played;
  for_each_content(contents, sessions, [&](Content& content, const SessionView& session) {
    played.assign(session, options.replay, content.duration.replay_depth());
    content.duration.add(played);
  });
  for (auto& [id, content] : contents) {
    // Without any duration nobody played anything, and none is as good as another.
    const MediaTime duration = content.duration.result().duration.value_or(max_media_time);
    content.counts = EngagementCounts((std::min)(duration, max_media_time), options);
  }
  for_each_content(contents, sessions, [&](Content& content, const SessionView& session) {
    played.assign(session, options.replay, EngagementCounts::replay_depth());
    content.counts.add(played);
  });
  std::vector<ContentEngagementScore> scores;
  scores.reserve(contents.size());
  for (const auto& [id, content] : contents) {
    const auto signals = social.find(id);
    scores.push_back(content.counts.score(
        id, weights, signals == social.end() ? std::nullopt : std::optional(signals->second)));
    if (!content.duration.result().duration) scores.back().totals.duration = MediaTime::zero();
  }
  return scores;
}

}  // namespace detail

/// The engagement score of every content that `sessions` are of, in any order, each over its own duration,
/// as `content_duration` finds it.
///
/// @param weights, options outside their domain: `invalid_argument`
/// @param social by content id; of a content that is not in it nothing is known
/// @return by content id, ascending; a content that nobody started has no score, and, if no session declares
/// one, a duration of 0
/// Complexity: of replaying the sessions twice, plus O(log contents) for each change of content.
[[nodiscard]] inline std::vector<ContentEngagementScore> score_contents(
    std::span<const ViewerSession> sessions, const EngagementWeights& weights = {},
    const SocialSignalsByContent& social = {}, const SessionOptions& options = {}) {
  return detail::score_contents(sessions, weights, social, options);
}
template <SessionRange Sessions>
[[nodiscard]] std::vector<ContentEngagementScore> score_contents(const Sessions& sessions,
                                                                 const EngagementWeights& weights = {},
                                                                 const SocialSignalsByContent& social = {},
                                                                 const SessionOptions& options = {}) {
  return detail::score_contents(sessions, weights, social, options);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_ENGAGEMENT_HPP
