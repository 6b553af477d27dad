// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_SESSION_HPP
#define VIEWERSHIP_SESSION_HPP

/// @file
/// What one session amounts to, what many add up to, and which parts of a content they paid attention to.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <viewership/audience.hpp>
#include <viewership/detail/arithmetic.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/heatmap.hpp>
#include <viewership/playback_map.hpp>
#include <viewership/played_session.hpp>

namespace viewership::inline v0 {

// ----------------------------------------------------------------------------------------------------------------
// options

/// What share of a content counts as watched.
enum class CompletionMeasure : std::uint8_t {
  unique_content,    ///< media time watched at least once; a seek watches nothing
  furthest_position  ///< the furthest position that was played
};

struct SessionOptions {
  ReplayOptions replay{};
  CompletionMeasure completion_measure = CompletionMeasure::unique_content;
  /// A session is completed from this completion on; in (0, 1].
  double completed_from = 0.95;

  friend bool operator==(const SessionOptions&, const SessionOptions&) = default;
};

// ----------------------------------------------------------------------------------------------------------------
// results

/// Between what the player's reports prove and what may have been played.
struct WatchTimeBounds {
  MediaTime lower{};
  MediaTime upper{};
  friend bool operator==(const WatchTimeBounds&, const WatchTimeBounds&) = default;
};

/// Everything about one session. Media times are clipped to [0, duration) where the duration is known; wall
/// times are not. Absent: the denominator is 0 or unknown, or the session has nothing to say.
struct SessionMetrics {
  /// Length of the content that this was measured against.
  std::optional<MediaTime> duration{};
  /// Whether at least 1 ms was played.
  bool started = false;

  /// Content played, on the media clock, replays included: 60 s at 2x are 60 s. (CTA-2066 Media Time)
  MediaTime content_played{};
  /// Content played at least once. (Iglu media session `contentWatched`)
  MediaTime unique_content{};
  /// Lower: the ranges that the player's own reports prove. Upper: content played, and what an end that never
  /// came may hide: rate × gap timeout, at most what of the content was not watched yet. (ours)
  WatchTimeBounds watch_time{};
  /// The furthest position played.
  std::optional<MediaTime> furthest{};

  /// Wall clock spent playing. An estimate if `audit.untimed_ranges` is above 0. (Mux Playing Time)
  WallTime playing_time{};
  /// startup + playing + stalled + seeking. (CTA-2066 Watched Time)
  WallTime watched_time{};
  /// Buffering before anything was played; of interruptions; since a seek. (CTA-2066)
  WallTime startup{};
  WallTime stalled{};
  WallTime seeking{};
  WallTime paused{};
  /// Playing by the player's word, but the playhead does not account for the time.
  WallTime away{};
  /// Before the first play and after an end.
  WallTime idle{};
  /// From the first timed event to the last: the sum of the seven states if every event has a time.
  std::optional<WallTime> elapsed{};
  /// From the first play to the first played millisecond; where those carry no time, the buffering before it.
  /// (CTA-2066 initialStartupTime)
  std::optional<WallTime> startup_time{};

  /// The player's own counter, and whether it lies outside `watch_time`.
  std::optional<WallTime> reported_watch_time{};
  bool reported_outside_bounds = false;

  /// By the chosen measure, in [0, 1]; and by each of the two.
  std::optional<double> completion{};
  std::optional<double> unique_completion{};
  std::optional<double> furthest_completion{};
  std::optional<bool> completed{};
  /// stalled / watched time.
  std::optional<double> stall_ratio{};

  /// Interruptions after startup and not of a seek; and the raw number of buffer_start events.
  std::uint64_t stalls = 0;
  std::uint64_t buffer_starts = 0;
  /// Raw seek events, and those that are known to have moved forward and back.
  std::uint64_t seeks = 0;
  std::uint64_t seeks_forward = 0;
  std::uint64_t seeks_back = 0;
  std::uint64_t quality_changes = 0;

  /// What had to be repaired to say all this.
  ReplayAudit audit{};

  friend bool operator==(const SessionMetrics&, const SessionMetrics&) = default;
};

/// What sessions add up to: counts, and sums of the fields of `SessionMetrics` of the same names.
struct SessionSums {
  std::uint64_t sessions = 0;
  std::uint64_t started = 0;
  std::uint64_t completed = 0;

  MediaTime content_played{};
  MediaTime unique_content{};
  WatchTimeBounds watch_time{};
  WallTime playing_time{};
  WallTime watched_time{};
  WallTime stalled{};

  std::uint64_t stalls = 0;
  std::uint64_t buffer_starts = 0;
  std::uint64_t seeks = 0;
  std::uint64_t seeks_forward = 0;
  std::uint64_t seeks_back = 0;
  std::uint64_t quality_changes = 0;
  /// Sessions whose player reported a watch time, and those where it lies outside what the events allow.
  std::uint64_t reported = 0;
  std::uint64_t reported_outside_bounds = 0;

  /// Started sessions whose duration is known, their durations, and the content they played.
  std::uint64_t measured = 0;
  MediaTime measured_duration{};
  MediaTime measured_played{};
  /// Sessions with a startup time, and those times.
  std::uint64_t startups = 0;
  WallTime startup_time{};

  ReplayAudit audit{};

  friend bool operator==(const SessionSums&, const SessionSums&) = default;
};

/// Sums over sessions, and what they say on average. Ratios are ratios of sums.
struct SessionTotalsResult : SessionSums {
  /// Content played per started session, to the nearest millisecond. (YouTube)
  std::optional<MediaTime> average_view_duration{};
  /// That over the duration: Σ content played / Σ durations of started sessions. Above 1 where people rewind.
  std::optional<double> average_share_viewed{};
  /// Completed per started session whose duration is known.
  std::optional<double> completion_rate{};
  /// Σ stalled / Σ watched time. (CTA-2066 Average Stalled Time Percentage)
  std::optional<double> stall_ratio{};
  /// Mean over the sessions that have a startup time, to the nearest millisecond.
  std::optional<WallTime> average_startup_time{};

  friend bool operator==(const SessionTotalsResult&, const SessionTotalsResult&) = default;
};

namespace detail {

inline void validate(const SessionOptions& options, const char* function) {
  validate(options.replay, function);
  if (!(options.completed_from > 0.0 && options.completed_from <= 1.0)) {
    raise(ErrorCode::invalid_argument, std::string(function) + ": completed_from must lie in (0, 1]");
  }
}

inline std::optional<double> ratio(std::int64_t numerator, std::int64_t denominator) {
  if (denominator <= 0) return std::nullopt;
  return static_cast<double>(numerator) / static_cast<double>(denominator);
}

/// Length of all ranges within [0, end).
inline MediaTime clipped_length(std::span<const MediaRange> ranges, MediaTime end) {
  std::int64_t sum = 0;
  for (const MediaRange& range : ranges) {
    if (range.from < end) sum = saturating_add(sum, ((std::min)(range.to, end) - range.from).count());
  }
  return MediaTime{sum};
}

}  // namespace detail

namespace detail {

/// What a session watched of a content of a given length: the fields of `SessionMetrics` of the same names.
struct ContentWatched {
  std::optional<MediaTime> duration{};
  bool started = false;
  MediaTime content_played{};
  MediaTime unique_content{};
  WatchTimeBounds watch_time{};
  std::optional<MediaTime> furthest{};
  bool reported_outside_bounds = false;
  std::optional<double> completion{};
  std::optional<double> unique_completion{};
  std::optional<double> furthest_completion{};
  std::optional<bool> completed{};
};

inline ContentWatched content_watched(const PlayedSession& played, std::optional<MediaTime> duration,
                                      const SessionOptions& options) {
  const MediaTime known = usable_or_zero(duration ? duration : played.content_duration());
  const bool is_known = known > MediaTime::zero();
  const MediaTime end = is_known ? known : (MediaTime::max)();
  const MediaTime reached = played.furthest().value_or(MediaTime::zero());
  const MediaTime furthest = played.map().furthest(end).value_or(MediaTime::zero());
  const MediaTime content_played =
      reached <= end ? played.content_played() : clipped_length(played.play_throughs(), end);
  const MediaTime unique_content = played.map().covered(end);
  const bool started = unique_content > MediaTime::zero();
  const MediaTime lower = content_played - clipped_length(played.inferred(), end);
  const MediaTime hidden = (std::min)(played.unreported(), end - unique_content);
  const MediaTime upper{saturating_add(content_played.count(), hidden.count())};
  const std::optional<WallTime> reported = played.summary().reported_watch_time;

  const std::optional<double> by_unique_content = ratio(unique_content.count(), known.count());
  const std::optional<double> by_furthest = ratio(furthest.count(), known.count());
  const std::optional<double> completion =
      options.completion_measure == CompletionMeasure::unique_content ? by_unique_content : by_furthest;
  return {is_known ? std::optional(known) : std::nullopt,
          started,
          content_played,
          unique_content,
          {lower, upper},
          started ? std::optional(furthest) : std::nullopt,
          reported && (*reported < lower || *reported > upper),
          completion,
          by_unique_content,
          by_furthest,
          completion ? std::optional(*completion >= options.completed_from) : std::nullopt};
}

/// startup + playing + stalled + seeking.
inline WallTime watched_time(const PlayedSession& played) {
  std::int64_t sum = 0;
  for (const PlaybackState state :
       {PlaybackState::startup, PlaybackState::playing, PlaybackState::stalled, PlaybackState::seeking}) {
    sum = saturating_add(sum, played.time_in(state).count());
  }
  return WallTime{sum};
}

}  // namespace detail

/// The metrics of a session that was already replayed. Its replay options were the replay's; those of
/// `options` are not used.
///
/// @param duration length of the content; absent: what the session declares. Not above 0: unknown.
/// O(r) for r ranges.
[[nodiscard]] inline SessionMetrics session_metrics(const PlayedSession& played,
                                                    std::optional<MediaTime> duration = {},
                                                    const SessionOptions& options = {}) {
  const ReplaySummary& summary = played.summary();
  const detail::ContentWatched watched = detail::content_watched(played, duration, options);
  SessionMetrics m;
  m.duration = watched.duration;
  m.started = watched.started;
  m.content_played = watched.content_played;
  m.unique_content = watched.unique_content;
  m.watch_time = watched.watch_time;
  m.furthest = watched.furthest;
  m.completion = watched.completion;
  m.unique_completion = watched.unique_completion;
  m.furthest_completion = watched.furthest_completion;
  m.completed = watched.completed;

  m.startup = played.time_in(PlaybackState::startup);
  m.playing_time = played.time_in(PlaybackState::playing);
  m.stalled = played.time_in(PlaybackState::stalled);
  m.seeking = played.time_in(PlaybackState::seeking);
  m.paused = played.time_in(PlaybackState::paused);
  m.away = played.time_in(PlaybackState::away);
  m.idle = played.time_in(PlaybackState::idle);
  m.watched_time = detail::watched_time(played);
  m.elapsed = summary.elapsed;
  if (watched.started) m.startup_time = summary.startup_time;

  m.reported_watch_time = summary.reported_watch_time;
  m.reported_outside_bounds = watched.reported_outside_bounds;
  m.stall_ratio = detail::ratio(m.stalled.count(), m.watched_time.count());

  m.stalls = summary.stalls;
  m.buffer_starts = summary.buffer_starts;
  m.seeks = summary.seeks;
  m.seeks_forward = summary.seeks_forward;
  m.seeks_back = summary.seeks_back;
  m.quality_changes = summary.quality_changes;
  m.audit = summary.audit;
  return m;
}

// ------------------------------------------------------------------------------------------------------------
// accumulator

/// Sums of session metrics, over sessions of any contents.
class SessionTotals {
 public:
  /// The identity of `merge`. Fed as it is, it measures each session against the duration that the session
  /// declares.
  SessionTotals() = default;

  /// Measures every session against `duration`, if there is one. Throws `invalid_argument` for options
  /// outside their domain.
  explicit SessionTotals(std::optional<MediaTime> duration, const SessionOptions& options = {})
      : duration_(duration), options_(options) {
    detail::validate(options, "SessionTotals");
  }

  /// Replays a session and adds it.
  template <SessionLike Session>
  void add(const Session& session) {
    add(PlayedSession(session, options_.replay));
  }

  void add(const PlayedSession& session) {
    const detail::ContentWatched watched = detail::content_watched(session, duration_, options_);
    const ReplaySummary& summary = session.summary();
    ++sums_.sessions;
    sums_.started += one_if(watched.started);
    sums_.completed += one_if(watched.started && watched.completed.value_or(false));
    add_time(sums_.content_played, watched.content_played);
    add_time(sums_.unique_content, watched.unique_content);
    add_time(sums_.watch_time.lower, watched.watch_time.lower);
    add_time(sums_.watch_time.upper, watched.watch_time.upper);
    add_time(sums_.playing_time, session.time_in(PlaybackState::playing));
    add_time(sums_.watched_time, detail::watched_time(session));
    add_time(sums_.stalled, session.time_in(PlaybackState::stalled));
    sums_.stalls += summary.stalls;
    sums_.buffer_starts += summary.buffer_starts;
    sums_.seeks += summary.seeks;
    sums_.seeks_forward += summary.seeks_forward;
    sums_.seeks_back += summary.seeks_back;
    sums_.quality_changes += summary.quality_changes;
    sums_.reported += one_if(summary.reported_watch_time.has_value());
    sums_.reported_outside_bounds += one_if(watched.reported_outside_bounds);
    if (watched.started && watched.duration) {
      ++sums_.measured;
      add_time(sums_.measured_duration, *watched.duration);
      add_time(sums_.measured_played, watched.content_played);
    }
    if (watched.started && summary.startup_time) {
      ++sums_.startups;
      add_time(sums_.startup_time, *summary.startup_time);
    }
    sums_.audit.merge(summary.audit);
  }

  /// Throws `incompatible_merge` if both were configured, and differently.
  void merge(const SessionTotals& other) {
    if (other == SessionTotals{}) return;
    if (*this == SessionTotals{}) {
      *this = other;
      return;
    }
    detail::require(duration_ == other.duration_ && options_ == other.options_, ErrorCode::incompatible_merge,
                    "SessionTotals::merge: another duration, or other options");
    add_sums(SessionSums(other.sums_));
  }

  /// O(1).
  [[nodiscard]] SessionTotalsResult result() const {
    SessionTotalsResult result{sums_, {}, {}, {}, {}, {}};
    const auto mean = [](auto sum, std::uint64_t count) -> std::optional<decltype(sum)> {
      if (count == 0) return std::nullopt;
      return decltype(sum){detail::divide_half_up(sum.count(), static_cast<std::int64_t>(count))};
    };
    result.average_view_duration = mean(sums_.content_played, sums_.started);
    result.average_startup_time = mean(sums_.startup_time, sums_.startups);
    result.average_share_viewed =
        detail::ratio(sums_.measured_played.count(), sums_.measured_duration.count());
    result.completion_rate =
        detail::ratio(static_cast<std::int64_t>(sums_.completed), static_cast<std::int64_t>(sums_.measured));
    result.stall_ratio = detail::ratio(sums_.stalled.count(), sums_.watched_time.count());
    return result;
  }

  friend bool operator==(const SessionTotals&, const SessionTotals&) = default;

 private:
  static std::uint64_t one_if(bool condition) noexcept { return condition ? 1 : 0; }

  static void add_time(MediaTime& sum, MediaTime time) noexcept {
    sum = MediaTime{detail::saturating_add(sum.count(), time.count())};
  }

  void add_sums(const SessionSums& other) {
    constexpr std::array counts{&SessionSums::sessions,
                                &SessionSums::started,
                                &SessionSums::completed,
                                &SessionSums::stalls,
                                &SessionSums::buffer_starts,
                                &SessionSums::seeks,
                                &SessionSums::seeks_forward,
                                &SessionSums::seeks_back,
                                &SessionSums::quality_changes,
                                &SessionSums::reported,
                                &SessionSums::reported_outside_bounds,
                                &SessionSums::measured,
                                &SessionSums::startups};
    constexpr std::array times{&SessionSums::content_played,  &SessionSums::unique_content,
                               &SessionSums::playing_time,    &SessionSums::watched_time,
                               &SessionSums::stalled,         &SessionSums::measured_duration,
                               &SessionSums::measured_played, &SessionSums::startup_time};
    for (const auto count : counts) sums_.*count += other.*count;
    for (const auto time : times) add_time(sums_.*time, other.*time);
    add_time(sums_.watch_time.lower, other.watch_time.lower);
    add_time(sums_.watch_time.upper, other.watch_time.upper);
    sums_.audit.merge(other.audit);
  }

  std::optional<MediaTime> duration_{};
  SessionOptions options_{};
  SessionSums sums_{};
};

static_assert(SessionAccumulator<SessionTotals>);

// ---------------------------------------------------------------------------------------------------------
// free functions

/// The metrics of one session.
///
/// @param duration length of the content; absent: what the session declares. Not above 0, or above 10^12 ms:
/// unknown Without events: everything 0 or absent. Throws `invalid_argument` for options outside their
/// domain. Complexity: of `replay`.
template <SessionLike Session>
[[nodiscard]] SessionMetrics analyze_session(const Session& session, std::optional<MediaTime> duration = {},
                                             const SessionOptions& options = {}) {
  detail::validate(options, "analyze_session");
  return session_metrics(PlayedSession(session, options.replay), duration, options);
}

namespace detail {

template <class Range>
std::vector<SessionMetrics> analyze_sessions(const Range& sessions, std::optional<MediaTime> duration,
                                             const SessionOptions& options) {
  validate(options, "analyze_sessions");
  std::vector<SessionMetrics> metrics;
  PlayedSession played;
  for (auto&& session : sessions) {
    played.assign(session, options.replay);
    metrics.push_back(session_metrics(played, duration, options));
  }
  return metrics;
}

}  // namespace detail

/// The metrics of each session, in their order, as `analyze_session` gives them. For their sum see
/// `SessionTotals`.
[[nodiscard]] inline std::vector<SessionMetrics> analyze_sessions(std::span<const ViewerSession> sessions,
                                                                  std::optional<MediaTime> duration = {},
                                                                  const SessionOptions& options = {}) {
  return detail::analyze_sessions(sessions, duration, options);
}
template <SessionRange Sessions>
[[nodiscard]] std::vector<SessionMetrics> analyze_sessions(const Sessions& sessions,
                                                           std::optional<MediaTime> duration = {},
                                                           const SessionOptions& options = {}) {
  return detail::analyze_sessions(sessions, duration, options);
}

/// Which media time a session watched. Not clipped: the content's duration is a question to the map.
template <SessionLike Session>
[[nodiscard]] PlaybackMap build_playback_map(const Session& session, const ReplayOptions& options = {}) {
  return PlayedSession(session, options).map();
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_SESSION_HPP
