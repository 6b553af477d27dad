// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_REACH_HPP
#define VIEWERSHIP_REACH_HPP

/// @file
/// How far into a content an audience gets: at all, and before it first moves the playhead.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <viewership/audience.hpp>
#include <viewership/detail/grid_counts.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/played_session.hpp>
#include <viewership/retention_curve.hpp>

namespace viewership::inline v0 {

/// How many got as far as one position.
struct ReachPoint {
  /// Where; the content's very end stands for its last millisecond.
  MediaTime position{};
  /// Sessions that played this position or anything behind it. Never rises.
  std::uint64_t reached = 0;
  /// Sessions whose first play-through covers this position: they have watched from where they began without
  /// a jump. Falls from the first position on, but for those who begin later.
  std::uint64_t first_play_through = 0;
  /// Shares of the sessions that started, in [0, 1]; absent if nobody did.
  std::optional<double> reached_share{};
  std::optional<double> first_play_through_share{};

  friend bool operator==(const ReachPoint&, const ReachPoint&) = default;
};

struct ReachCurve {
  MediaTime duration{};
  std::uint64_t sessions = 0;
  /// Sessions that played at least 1 ms of the content: the denominator of every share.
  std::uint64_t started = 0;
  std::vector<ReachPoint> points;

  friend bool operator==(const ReachCurve&, const ReachCurve&) = default;
};

/// Counts how far sessions get, over a grid. A counter of ranges cannot know: it forgets whose they were.
///
/// Memory: 24 bytes for each grid position, none for a session.
class ReachCounts {
 public:
  /// Sessions of several contents are no audience of one.
  static constexpr bool single_content = true;

  /// The identity of `merge`; it cannot be fed.
  ReachCounts() = default;

  explicit ReachCounts(AudienceGrid grid) : counts_(std::move(grid), "ReachCounts") {}

  /// Adds one replayed session. O(r) for r play-throughs. Throws `invalid_argument` on a default-constructed
  /// state.
  void add(const PlayedSession& session) {
    if (!counts_.begin(session, "ReachCounts")) return;
    const AudienceGrid& grid = counts_.grid();
    const std::span<const MediaRange> plays = session.play_throughs();
    const MediaRange* first = nullptr;
    MediaTime furthest{};
    for (const MediaRange& play : plays) {
      if (play.from >= grid.duration()) continue;
      if (first == nullptr) first = &play;
      furthest = (std::max)(furthest, play.to);
    }
    const std::span<Instant> instants = counts_.row();
    ++instants[grid.index(furthest)].gone;
    ++instants[grid.index(first->from)].begun;
    ++instants[grid.index(first->to)].jumped;
  }

  /// What `add` reads of a session.
  [[nodiscard]] ReplayDepth replay_depth() const noexcept { return ReplayDepth::play_throughs; }

  /// Adds what `other` counted. Throws `incompatible_merge` if it has another grid.
  void merge(const ReachCounts& other) { counts_.merge(other.counts_, "ReachCounts"); }

  /// One point for each position of the grid. O(grid).
  [[nodiscard]] ReachCurve result() const {
    ReachCurve curve{counts_.grid().duration(), counts_.sessions(), counts_.started(), {}};
    curve.points.reserve(counts_.grid().size());
    std::uint64_t reached = counts_.started();
    std::uint64_t first_play_through = 0;
    for (std::size_t i = 0; i < counts_.grid().size(); ++i) {
      const Instant& here = counts_.row()[i];
      reached -= here.gone;
      first_play_through += here.begun - here.jumped;
      curve.points.push_back({counts_.grid().positions()[i], reached, first_play_through,
                              detail::share_of(reached, counts_.started()),
                              detail::share_of(first_play_through, counts_.started())});
    }
    return curve;
  }

  friend bool operator==(const ReachCounts&, const ReachCounts&) = default;

 private:
  /// In (g_{i-1}, g_i]: sessions whose furthest position lies there, and first play-throughs that begin and
  /// end there.
  struct Instant {
    std::uint64_t gone = 0, begun = 0, jumped = 0;

    void add(const Instant& other) noexcept {
      gone += other.gone;
      begun += other.begun;
      jumped += other.jumped;
    }
    friend bool operator==(const Instant&, const Instant&) = default;
  };

  detail::GridCounts<Instant> counts_;
};

static_assert(SessionAccumulator<ReachCounts>);

namespace detail {

template <class Range>
ReachCurve compute_reach(const Range& sessions, MediaTime duration, std::span<const MediaTime> positions,
                         const ReplayOptions& options) {
  require_ascending(positions, "compute_reach");
  ReachCounts counts(retention_grid(positions, duration));
  feed("compute_reach", sessions, options, counts);
  ReachCurve curve = counts.result();
  curve.points = points_at(curve.points, positions, duration);
  return curve;
}

}  // namespace detail

/// How far the audience of a content gets: reached(p) = sessions whose furthest played position lies behind
/// p, and sessions still in their first play-through at p. A play-through goes on through pauses and stalls;
/// a seek ends it, and so does leaving. What was played beyond the content's end does not count, so the first
/// play-through is the first one within.
///
/// Parameters, errors and complexity: those of `compute_retention`.
/// Source: reached: older Vimeo; first play-through: ours.
[[nodiscard]] inline ReachCurve compute_reach(std::span<const ViewerSession> sessions, MediaTime duration,
                                              std::span<const MediaTime> positions,
                                              const ReplayOptions& options = {}) {
  return detail::compute_reach(sessions, duration, positions, options);
}
template <SessionRange Sessions>
[[nodiscard]] ReachCurve compute_reach(const Sessions& sessions, MediaTime duration,
                                       std::span<const MediaTime> positions,
                                       const ReplayOptions& options = {}) {
  return detail::compute_reach(sessions, duration, positions, options);
}

/// The same at `points` evenly spaced positions, the i-th at ⌊duration · i / (points - 1)⌋.
[[nodiscard]] inline ReachCurve compute_reach(std::span<const ViewerSession> sessions, MediaTime duration,
                                              std::size_t points, const ReplayOptions& options = {}) {
  return detail::compute_reach(sessions, duration, evenly_spaced(duration, points), options);
}
template <SessionRange Sessions>
[[nodiscard]] ReachCurve compute_reach(const Sessions& sessions, MediaTime duration, std::size_t points,
                                       const ReplayOptions& options = {}) {
  return detail::compute_reach(sessions, duration, evenly_spaced(duration, points), options);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_REACH_HPP
