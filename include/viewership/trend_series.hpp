// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_TREND_SERIES_HPP
#define VIEWERSHIP_TREND_SERIES_HPP

/// @file
/// A quantity over time: what every trend is computed from.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <tuple>
#include <vector>

#include <viewership/error.hpp>
#include <viewership/event.hpp>

namespace viewership::inline v0 {

/// The value of a quantity at an instant: an engagement score of a day, the viewers of an hour.
struct TrendPoint {
  Timestamp at{};
  double value = 0.0;

  friend bool operator==(const TrendPoint&, const TrendPoint&) = default;
};

/// The largest magnitude of a value that counts: no quantity of an audience comes near it, and up to it no
/// sum of squares overflows. Every function on trends leaves out other values, those that are not finite, and
/// times beyond `max_wall_time`: "not usable" in their comments.
inline constexpr double max_trend_value = 1e100;

/// The length of a day: the unit of slopes and the step of values unless told otherwise.
inline constexpr WallTime per_day = std::chrono::days{1};

/// Period of a week in daily values.
inline constexpr std::size_t weekly_period = 7;

/// Period of a year in monthly values.
inline constexpr std::size_t monthly_period = 12;

namespace detail {

/// Whether a value counts: finite, and at most `max_trend_value` in magnitude.
[[nodiscard]] inline bool is_usable(double value) noexcept {
  return std::abs(value) <= max_trend_value;  // false for NaN
}

/// Whether a point counts: a usable value at a time within `max_wall_time` of the epoch.
[[nodiscard]] inline bool is_usable(const TrendPoint& point) noexcept {
  const WallTime since_epoch = point.at.time_since_epoch();
  return -max_wall_time <= since_epoch && since_epoch <= max_wall_time && is_usable(point.value);
}

}  // namespace detail

/// The usable points of a series in the order of time, points of one instant in the order of their values, so
/// that it does not depend on the order they came in. It converts to the spans that the functions on trends
/// take.
class EngagementTrend {
 public:
  /// Nothing.
  EngagementTrend() = default;

  /// Of points in any order; those that are not usable are counted and left out. O(n log n).
  explicit EngagementTrend(std::span<const TrendPoint> points) {
    points_.reserve(points.size());
    for (const TrendPoint& point : points) {
      if (detail::is_usable(point)) points_.push_back(point);
    }
    rejected_ = points.size() - points_.size();
    std::ranges::sort(points_, [](const TrendPoint& a, const TrendPoint& b) {
      return std::tie(a.at, a.value) < std::tie(b.at, b.value);
    });
  }

  [[nodiscard]] std::span<const TrendPoint> points() const noexcept { return points_; }
  operator std::span<const TrendPoint>() const noexcept { return points_; }

  /// Points left out: not finite, or beyond `max_trend_value` or `max_wall_time`.
  [[nodiscard]] std::uint64_t rejected() const noexcept { return rejected_; }

  friend bool operator==(const EngagementTrend&, const EngagementTrend&) = default;

 private:
  std::vector<TrendPoint> points_;
  std::uint64_t rejected_ = 0;
};

/// Values that follow each other in even steps, the first at `start`, as points. Throws `invalid_argument`
/// unless step > 0; a time that is no `Timestamp` any more is the last one, so that its point does not count.
[[nodiscard]] inline std::vector<TrendPoint> at_even_steps(std::span<const double> values,
                                                           WallTime step = per_day, Timestamp start = {}) {
  detail::require(step > WallTime::zero(), ErrorCode::invalid_argument,
                  "at_even_steps: the step between values must be above 0");
  std::vector<TrendPoint> points;
  points.reserve(values.size());
  Timestamp at = start;
  for (const double value : values) {
    points.push_back({at, value});
    at = at <= (Timestamp::max)() - step ? at + step : (Timestamp::max)();
  }
  return points;
}

namespace detail {

/// Raises unless the times of the usable points ascend; `message` names the function.
inline void require_ascending(std::span<const TrendPoint> points, const char* message) {
  const TrendPoint* previous = nullptr;
  for (const TrendPoint& point : points) {
    if (!is_usable(point)) continue;
    require(previous == nullptr || previous->at <= point.at, ErrorCode::invalid_argument, message);
    previous = &point;
  }
}

/// Whether the points follow each other in steps of about one length, so that their index tells the time:
/// every step within half of the median step from it. Months and the days of a clock change pass, a missing
/// day does not, nor do two points of one instant, or a time that does not count. O(n).
[[nodiscard]] inline bool has_even_steps(std::span<const TrendPoint> points) {
  std::vector<WallTime> steps;
  steps.reserve(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!is_usable(TrendPoint{points[i].at, 0.0})) return false;
    if (i > 0) steps.push_back(points[i].at - points[i - 1].at);
  }
  if (steps.empty()) return true;
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::ranges::nth_element(steps, middle);
  const WallTime typical = *middle;
  return typical > WallTime::zero() && std::ranges::all_of(steps, [typical](WallTime step) {
           return typical <= 2 * step && 2 * step <= 3 * typical;
         });
}

/// One value for each point, NaN for those that are not usable.
[[nodiscard]] inline std::vector<double> values_of(std::span<const TrendPoint> points) {
  std::vector<double> values;
  values.reserve(points.size());
  for (const TrendPoint& point : points) {
    values.push_back(is_usable(point) ? point.value : std::numeric_limits<double>::quiet_NaN());
  }
  return values;
}

}  // namespace detail
}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_TREND_SERIES_HPP
