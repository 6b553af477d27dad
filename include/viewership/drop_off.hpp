// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DROP_OFF_HPP
#define VIEWERSHIP_DROP_OFF_HPP

/// @file
/// Where an audience leaves.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/retention_curve.hpp>

namespace viewership::inline v0 {

/// In which order drop-offs are told.
enum class DropOffOrder : std::uint8_t { by_position, largest_first };

/// A point of a curve that lost more viewers than a threshold since the point before.
struct DropOff {
  MediaTime position{};
  /// Viewers at the point before and here: after = before + joined - skipped - stopped.
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  /// Who left and played nothing further on; who left and did; who came.
  std::uint64_t stopped = 0;
  std::uint64_t skipped = 0;
  std::uint64_t joined = 0;
  /// 100 · (before - after) / started, in (0, 100].
  double percentage_points = 0.0;

  friend bool operator==(const DropOff&, const DropOff&) = default;
};

/// The points at which retention fell by more than `threshold` percentage points since the point before:
/// 100 · (viewers before - viewers here) / started > threshold.
///
/// @param curve of any number of points; the first has nothing before it
/// @param threshold in percentage points, in [0, 100]; else `invalid_argument`
/// @param order of equal drops, when the largest come first, is that of their positions
/// @return nothing if nobody started
/// Complexity: O(points), and sorting what is found.
/// Source: YouTube ("dips"); in percentage points of those who started: ours.
[[nodiscard]] inline std::vector<DropOff> drop_off_points(const RetentionCurve& curve, double threshold,
                                                          DropOffOrder order = DropOffOrder::by_position) {
  detail::require(threshold >= 0.0 && threshold <= 100.0, ErrorCode::invalid_argument,
                  "drop_off_points: the threshold must lie in [0, 100] percentage points");
  std::vector<DropOff> found;
  for (std::size_t i = 1; i < curve.points.size(); ++i) {
    const std::uint64_t before = curve.points[i - 1].viewers;
    const RetentionPoint& here = curve.points[i];
    if (here.viewers >= before) continue;
    const double drop =
        100.0 * static_cast<double>(before - here.viewers) / static_cast<double>(curve.started);
    if (drop > threshold) {
      found.push_back({here.position, before, here.viewers, here.stopped, here.skipped, here.joined, drop});
    }
  }
  if (order == DropOffOrder::largest_first) {
    std::ranges::stable_sort(
        found, [](const DropOff& a, const DropOff& b) { return a.before - a.after > b.before - b.after; });
  }
  return found;
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_DROP_OFF_HPP
