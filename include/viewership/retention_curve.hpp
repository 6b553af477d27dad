// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_RETENTION_CURVE_HPP
#define VIEWERSHIP_RETENTION_CURVE_HPP

/// @file
/// How an audience holds over the length of a content.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ratio>
#include <span>
#include <string>
#include <vector>

#include <viewership/audience.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/played_session.hpp>

namespace viewership::inline v0 {

/// The audience at one position.
struct RetentionPoint {
  /// Where; the content's very end stands for its last millisecond.
  MediaTime position{};
  /// Sessions that played it at least once, and play-throughs of it.
  std::uint64_t viewers = 0;
  std::uint64_t views = 0;
  /// Since the point before: viewers who are here and were not there; who were there, are not here, and
  /// played something further on; who played nothing further on. viewers = those of the point before + joined
  /// - skipped - stopped, the first point having everyone joined.
  std::uint64_t joined = 0;
  std::uint64_t skipped = 0;
  std::uint64_t stopped = 0;
  /// viewers / started, in [0, 1]; absent if nobody started.
  std::optional<double> retention{};
  /// views / started; above 1 where people rewind. (YouTube audienceWatchRatio)
  std::optional<double> audience_watch_ratio{};

  friend bool operator==(const RetentionPoint&, const RetentionPoint&) = default;
};

struct RetentionCurve {
  MediaTime duration{};
  std::uint64_t sessions = 0;
  /// Sessions that played at least 1 ms of the content: the denominator of every share.
  std::uint64_t started = 0;
  std::vector<RetentionPoint> points;

  friend bool operator==(const RetentionCurve&, const RetentionCurve&) = default;
};

/// `points` positions evenly spaced over a content: the i-th at ⌊duration · i / (points - 1)⌋, a single one
/// at 0. Throws `invalid_argument` unless points > 0 and 0 < duration <= 10^12 ms, `grid_too_large` above
/// 2^20 points.
[[nodiscard]] inline std::vector<MediaTime> evenly_spaced(MediaTime duration, std::size_t points) {
  detail::require(points > 0 && duration > MediaTime::zero() && duration <= max_media_time,
                  ErrorCode::invalid_argument,
                  "evenly_spaced: wants at least one point, and a duration in (0, 10^12 ms]");
  detail::require(points <= max_grid_size, ErrorCode::grid_too_large, "evenly_spaced: more than 2^20 points");
  std::vector<MediaTime> positions(points);
  for (std::size_t i = 1; i < points; ++i) {
    positions[i] = duration * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(points - 1);
  }
  return positions;
}

/// The grid that a curve at `positions` is counted on: ascending, each once, and the content's end read at
/// its last millisecond. Throws `invalid_argument` if there are none, or one lies outside [0, duration].
[[nodiscard]] inline AudienceGrid retention_grid(std::span<const MediaTime> positions, MediaTime duration) {
  std::vector<MediaTime> grid(positions.begin(), positions.end());
  for (MediaTime& position : grid) {
    if (position == duration) position -= MediaTime{1};
  }
  std::ranges::sort(grid);
  grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
  return AudienceGrid::at(grid, duration);
}

namespace detail {

/// count / whole, absent if there is no whole.
[[nodiscard]] inline std::optional<double> share_of(std::uint64_t count, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(count) / static_cast<double>(whole);
}

inline void require_ascending(std::span<const MediaTime> positions, const char* function) {
  if (!std::ranges::is_sorted(positions)) {
    raise(ErrorCode::invalid_argument, std::string(function) + ": positions must ascend");
  }
}

/// Where among ascending points, each with a `position`, the one is that a content of `duration` is read at
/// for `position`; null if there is none.
template <class Point>
[[nodiscard]] const Point* point_at(const std::vector<Point>& points, MediaTime position,
                                    MediaTime duration) {
  const MediaTime read_at = position == duration ? position - MediaTime{1} : position;
  const auto at = std::ranges::lower_bound(points, read_at, {}, &Point::position);
  return at != points.end() && at->position == read_at ? &*at : nullptr;
}

/// One point for each position, from points counted on `retention_grid(positions, duration)`.
template <class Point>
[[nodiscard]] std::vector<Point> points_at(const std::vector<Point>& counted,
                                           std::span<const MediaTime> positions, MediaTime duration) {
  std::vector<Point> points;
  points.reserve(positions.size());
  for (const MediaTime position : positions) {
    points.push_back(*point_at(counted, position, duration));
    points.back().position = position;
  }
  return points;
}

}  // namespace detail

/// The curve at `positions` of an audience counted on `retention_grid(positions, …)`, for callers that share
/// a replay. Positions that the audience was not counted at: `invalid_argument`. O(positions · log grid).
[[nodiscard]] inline RetentionCurve retention_curve(const AudienceResult& audience,
                                                    std::span<const MediaTime> positions) {
  RetentionCurve curve{audience.duration, audience.sessions, audience.started, {}};
  curve.points.reserve(positions.size());
  const auto share = [&](std::uint64_t count) { return detail::share_of(count, audience.started); };
  const InstantCounts* previous = nullptr;
  for (const MediaTime position : positions) {
    const InstantCounts* at = detail::point_at(audience.instants, position, audience.duration);
    detail::require(at != nullptr, ErrorCode::invalid_argument,
                    "retention_curve: the audience was not counted at one of the positions");
    RetentionPoint point{position, at->viewers, at->views, 0, 0, 0, share(at->viewers), share(at->views)};
    if (at != previous) {  // nobody comes or goes between a position and itself
      point.joined = at->joined;
      point.skipped = at->skipped;
      point.stopped = at->stopped;
    }
    previous = at;
    curve.points.push_back(point);
  }
  return curve;
}

namespace detail {

template <class Range>
RetentionCurve compute_retention(const Range& sessions, MediaTime duration,
                                 std::span<const MediaTime> positions, const ReplayOptions& options) {
  require_ascending(positions, "compute_retention");
  AudienceCounts counts(retention_grid(positions, duration), Counting::instants);
  feed("compute_retention", sessions, options, counts);
  return retention_curve(counts.result(), positions);
}

}  // namespace detail

/// The retention curve of a content at given positions.
///
/// At position p: viewers(p) = sessions whose playback covers p, views(p) = play-throughs that do, each over
/// the sessions that started. Exact to the millisecond, at a cost that does not depend on the content's
/// length.
///
/// @param sessions of one content; others: `mixed_contents`
/// @param duration of the content, in (0, 10^12 ms]; what was played beyond it does not count
/// @param positions ascending, in [0, duration]; `duration` itself is read at its last millisecond. None, or
/// others:
///        `invalid_argument`; more than 2^20: `grid_too_large`
/// @return one point for each position; without sessions all counts are 0 and the shares absent
/// Complexity: of replaying the sessions, plus O(positions).
/// Source: YouTube (audienceWatchRatio, stoppedWatching); half-open ranges: ours.
[[nodiscard]] inline RetentionCurve compute_retention(std::span<const ViewerSession> sessions,
                                                      MediaTime duration,
                                                      std::span<const MediaTime> positions,
                                                      const ReplayOptions& options = {}) {
  return detail::compute_retention(sessions, duration, positions, options);
}
template <SessionRange Sessions>
[[nodiscard]] RetentionCurve compute_retention(const Sessions& sessions, MediaTime duration,
                                               std::span<const MediaTime> positions,
                                               const ReplayOptions& options = {}) {
  return detail::compute_retention(sessions, duration, positions, options);
}

/// The same at `points` evenly spaced positions, the i-th at ⌊duration · i / (points - 1)⌋.
[[nodiscard]] inline RetentionCurve compute_retention(std::span<const ViewerSession> sessions,
                                                      MediaTime duration, std::size_t points,
                                                      const ReplayOptions& options = {}) {
  return detail::compute_retention(sessions, duration, evenly_spaced(duration, points), options);
}
template <SessionRange Sessions>
[[nodiscard]] RetentionCurve compute_retention(const Sessions& sessions, MediaTime duration,
                                               std::size_t points, const ReplayOptions& options = {}) {
  return detail::compute_retention(sessions, duration, evenly_spaced(duration, points), options);
}

namespace detail {

/// Area under a share over the curve's positions by the trapezoid rule, in ms; absent for fewer than two
/// points, or nobody.
inline std::optional<std::chrono::duration<double, std::milli>> area_under(
    const RetentionCurve& curve, std::optional<double> RetentionPoint::*share) {
  if (curve.points.size() < 2 || curve.started == 0) return std::nullopt;
  double area = 0.0;
  for (std::size_t i = 1; i < curve.points.size(); ++i) {
    const RetentionPoint& a = curve.points[i - 1];
    const RetentionPoint& b = curve.points[i];
    area += static_cast<double>((b.position - a.position).count()) *
            ((a.*share).value_or(0.0) + (b.*share).value_or(0.0)) / 2;
  }
  return std::chrono::duration<double, std::milli>{area};
}

}  // namespace detail

/// Content played per started session, replays included, as far as a curve can tell: the trapezoid rule over
/// views / started. `SessionTotals` has it exactly. Absent for a curve of fewer than two points, and if
/// nobody started. O(points).
[[nodiscard]] inline std::optional<std::chrono::duration<double, std::milli>> average_view_duration(
    const RetentionCurve& curve) {
  return detail::area_under(curve, &RetentionPoint::audience_watch_ratio);
}

/// Content played at least once per started session, likewise over viewers / started.
[[nodiscard]] inline std::optional<std::chrono::duration<double, std::milli>> average_unique_duration(
    const RetentionCurve& curve) {
  return detail::area_under(curve, &RetentionPoint::retention);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_RETENTION_CURVE_HPP
