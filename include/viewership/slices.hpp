// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_SLICES_HPP
#define VIEWERSHIP_SLICES_HPP

/// @file
/// Parts of an audience: by any key, weighted, and people instead of sessions.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/played_session.hpp>
#include <viewership/retention_curve.hpp>

namespace viewership::inline v0 {

// ---------------------------------------------------------------------------------------------------------
// by any key

/// One accumulator for each key: variant, device, country, week, user. Keys are ordered; a group is there
/// once it was fed.
///
/// Memory: one state and one key for each group.
template <std::totally_ordered Key, SessionAccumulator A>
class Grouped {
 public:
  /// The identity of `merge`. Fed as it is, it starts every group from a default-constructed state.
  Grouped() = default;

  /// Starts every group as a copy of `prototype`, which was not fed yet.
  explicit Grouped(A prototype) : prototype_(std::move(prototype)) {}

  /// Adds a replayed session to the group of `key`. O(log groups) beyond the accumulator's own cost.
  void add(const Key& key, const PlayedSession& session) {
    groups_.try_emplace(key, prototype_).first->second.add(session);
  }

  /// Merges group by group. Throws `incompatible_merge` as the accumulators do, also for other prototypes.
  void merge(const Grouped& other) {
    prototype_.merge(other.prototype_);
    for (const auto& [key, state] : other.groups_) {
      const auto [group, is_new] = groups_.try_emplace(key, state);
      if (!is_new) group->second.merge(state);
    }
  }

  /// All groups in the order of their keys; what a group was fed is in its state.
  [[nodiscard]] const std::map<Key, A>& groups() const noexcept { return groups_; }

  /// The state of one group; null if nothing was added to it. O(log groups).
  [[nodiscard]] const A* find(const Key& key) const {
    const auto group = groups_.find(key);
    return group == groups_.end() ? nullptr : &group->second;
  }

  /// All groups merged into one.
  [[nodiscard]] A total() const {
    A total = prototype_;
    for (const auto& [key, state] : groups_) total.merge(state);
    return total;
  }

  /// What `A::add` reads of a session.
  [[nodiscard]] ReplayDepth replay_depth() const { return detail::replay_depth_of(prototype_); }

  /// The results of all groups. The cost is that of asking each.
  [[nodiscard]] auto result() const {
    std::map<Key, std::remove_cvref_t<decltype(prototype_.result())>> results;
    for (const auto& [key, state] : groups_) results.emplace(key, state.result());
    return results;
  }

  friend bool operator==(const Grouped&, const Grouped&) = default;

 private:
  A prototype_{};
  std::map<Key, A> groups_;
};

namespace detail {

template <class Range, class KeyOf, SessionAccumulator A>
auto analyze_by(const Range& sessions, const KeyOf& key_of, const A& prototype,
                const ReplayOptions& options) {
  using Key = std::remove_cvref_t<std::invoke_result_t<const KeyOf&, const SessionView&>>;
  Grouped<Key, A> grouped(prototype);
  std::map<Key, std::string> contents;
  PlayedSession played;
  for (auto&& session : sessions) {
    const SessionView& view = as_session_view(session);
    const Key key = std::invoke(key_of, view);
    if constexpr (is_about_one_content<A>) {
      const std::string& content = contents.try_emplace(key, view.content_id).first->second;
      if (content != view.content_id) raise_mixed("analyze_by", content, view.content_id);
    }
    played.assign(view, options, grouped.replay_depth());
    grouped.add(key, played);
  }
  return grouped;
}

}  // namespace detail

/// Replays every session once and adds it to the accumulator of its group.
///
/// @param key_of what a `const SessionView&` belongs to: anything ordered. A key that points into the
/// session,
///        such as its `user_id`, is valid as long as the sessions are.
/// @param prototype how every group starts; not fed yet
/// Throws `mixed_contents` if the accumulator is about one content and the sessions of a group are not.
/// Complexity: of replaying the sessions, plus O(log groups) each.
template <class KeyOf, SessionAccumulator A>
[[nodiscard]] auto analyze_by(std::span<const ViewerSession> sessions, const KeyOf& key_of,
                              const A& prototype, const ReplayOptions& options = {}) {
  return detail::analyze_by(sessions, key_of, prototype, options);
}
template <SessionRange Sessions, class KeyOf, SessionAccumulator A>
[[nodiscard]] auto analyze_by(const Sessions& sessions, const KeyOf& key_of, const A& prototype,
                              const ReplayOptions& options = {}) {
  return detail::analyze_by(sessions, key_of, prototype, options);
}

// ---------------------------------------------------------------------------------------------------------
// people instead of sessions

namespace detail {

/// What some iterators point at, as a range.
template <class Iterator>
class Pointed {
 public:
  explicit Pointed(std::span<const std::pair<std::size_t, Iterator>> iterators) : iterators_(iterators) {}

  class Step {
   public:
    explicit Step(const std::pair<std::size_t, Iterator>* at) : at_(at) {}
    decltype(auto) operator*() const { return *at_->second; }
    Step& operator++() {
      ++at_;
      return *this;
    }
    friend bool operator==(const Step&, const Step&) = default;

   private:
    const std::pair<std::size_t, Iterator>* at_;
  };

  [[nodiscard]] Step begin() const { return Step(iterators_.data()); }
  [[nodiscard]] Step end() const { return Step(iterators_.data() + iterators_.size()); }

 private:
  std::span<const std::pair<std::size_t, Iterator>> iterators_;
};

template <class Range, SessionAccumulator... Accumulators>
void feed_people(const char* function, const Range& sessions, const ReplayOptions& options,
                 Accumulators&... accumulators) {
  const ReplayDepth depth = (std::max)({ReplayDepth::play_throughs, replay_depth_of(accumulators)...});
  if (depth == ReplayDepth::states) {
    raise(ErrorCode::invalid_argument,
          std::string(function) + ": states of the wall clock belong to sessions, not to people");
  }
  using Iterator = std::ranges::iterator_t<const Range>;
  std::vector<std::pair<std::size_t, Iterator>> by_person;
  std::unordered_map<std::string, std::size_t> persons;
  std::optional<std::string> content;
  std::size_t count = 0;
  for (Iterator at = std::ranges::begin(sessions); at != std::ranges::end(sessions); ++at) {
    auto&& session = *at;
    const SessionView& view = as_session_view(session);
    if constexpr ((is_about_one_content<Accumulators> || ...)) {
      if (!content) content.emplace(view.content_id);
      if (*content != view.content_id) raise_mixed(function, *content, view.content_id);
    }
    const std::size_t person =
        view.user_id ? persons.try_emplace(std::string(*view.user_id), count).first->second : count;
    count += person == count ? 1U : 0U;
    by_person.emplace_back(person, at);
  }
  std::ranges::stable_sort(by_person, {}, [](const auto& entry) { return entry.first; });
  PlayedSession played;
  for (std::size_t i = 0; i < by_person.size();) {
    std::size_t next = i + 1;
    while (next < by_person.size() && by_person[next].first == by_person[i].first) ++next;
    played.assign_all(Pointed<Iterator>(std::span(by_person).subspan(i, next - i)), options, depth);
    (accumulators.add(played), ...);
    i = next;
  }
}

}  // namespace detail

/// The same as `analyze`, but counting people: all sessions of a user are added as one, whose play-throughs
/// are theirs in the order of the sessions and whose map is their union. So a viewer is a person, who watched
/// whatever any of their sessions did. A session without a user is a person of its own.
///
/// @param accumulators that ask for play-throughs and maps; one that asks for states, such as
/// `SessionTotals`:
///        `invalid_argument`
/// Throws `mixed_contents` if an accumulator is about one content and the sessions are not.
/// Memory: an iterator and a number for each session, and each user's id once. Complexity: of replaying the
/// sessions, plus O(n log n).
/// Source: edX num_users.
template <SessionAccumulator... Accumulators>
void analyze_people(std::span<const ViewerSession> sessions, Accumulators&... accumulators) {
  detail::feed_people("analyze_people", sessions, {}, accumulators...);
}
template <SessionAccumulator... Accumulators>
void analyze_people(std::span<const ViewerSession> sessions, const ReplayOptions& options,
                    Accumulators&... accumulators) {
  detail::feed_people("analyze_people", sessions, options, accumulators...);
}
template <SessionRange Sessions, SessionAccumulator... Accumulators>
void analyze_people(const Sessions& sessions, Accumulators&... accumulators) {
  detail::feed_people("analyze_people", sessions, {}, accumulators...);
}
template <SessionRange Sessions, SessionAccumulator... Accumulators>
void analyze_people(const Sessions& sessions, const ReplayOptions& options, Accumulators&... accumulators) {
  detail::feed_people("analyze_people", sessions, options, accumulators...);
}

// ---------------------------------------------------------------------------------------------------------
// weighted audiences

/// A weighted audience at one position.
struct WeightedRetentionPoint {
  MediaTime position{};
  /// Σ weight · viewers, and Σ weight · views.
  double viewers = 0.0;
  double views = 0.0;
  /// Those over Σ weight · started; absent if that is 0.
  std::optional<double> retention{};
  std::optional<double> audience_watch_ratio{};

  friend bool operator==(const WeightedRetentionPoint&, const WeightedRetentionPoint&) = default;
};

struct WeightedRetentionCurve {
  MediaTime duration{};
  /// Σ weight · started.
  double started = 0.0;
  std::vector<WeightedRetentionPoint> points;

  friend bool operator==(const WeightedRetentionCurve&, const WeightedRetentionCurve&) = default;
};

/// The curve of a weighted audience: the strata were counted in integers, one curve each, and are weighted
/// only now. A weight is how many viewers one session of its stratum stands for, such as the stratum's size
/// in the population over its sessions here.
///
/// @param strata curves of one content at the same positions; none, or others: `invalid_argument`
/// @param weights one for each, in [0, 10^100]; else `invalid_argument`
/// @return shares are absent if no session with a weight started
/// Complexity: O(strata · points).
/// Source: post-stratification, Lohr, Sampling: Design and Analysis, 2nd ed. (2010), section 4.4.
[[nodiscard]] inline WeightedRetentionCurve weighted_retention(std::span<const RetentionCurve> strata,
                                                               std::span<const double> weights) {
  detail::require(!strata.empty() && strata.size() == weights.size(), ErrorCode::invalid_argument,
                  "weighted_retention: wants at least one stratum, and a weight for each");
  const RetentionCurve& first = strata.front();
  WeightedRetentionCurve curve{first.duration, 0.0, {}};
  for (const RetentionPoint& point : first.points) {
    curve.points.push_back({point.position, 0.0, 0.0, {}, {}});
  }
  for (std::size_t s = 0; s < strata.size(); ++s) {
    detail::require(weights[s] >= 0.0 && weights[s] <= 1e100, ErrorCode::invalid_argument,
                    "weighted_retention: weights must lie in [0, 10^100]");
    const bool same = strata[s].duration == first.duration &&
                      std::ranges::equal(strata[s].points, first.points, {}, &RetentionPoint::position,
                                         &RetentionPoint::position);
    detail::require(same, ErrorCode::invalid_argument,
                    "weighted_retention: strata of other positions, or another duration");
    curve.started += weights[s] * static_cast<double>(strata[s].started);
    for (std::size_t i = 0; i < curve.points.size(); ++i) {
      curve.points[i].viewers += weights[s] * static_cast<double>(strata[s].points[i].viewers);
      curve.points[i].views += weights[s] * static_cast<double>(strata[s].points[i].views);
    }
  }
  for (WeightedRetentionPoint& point : curve.points) {
    if (!(curve.started > 0.0)) continue;
    point.retention = point.viewers / curve.started;
    point.audience_watch_ratio = point.views / curve.started;
  }
  return curve;
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_SLICES_HPP
