// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_SMOOTHING_HPP
#define VIEWERSHIP_SMOOTHING_HPP

/// @file
/// Exponential moving averages.

#include <cmath>
#include <numbers>
#include <optional>
#include <span>
#include <vector>

#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/trend_series.hpp>

namespace viewership::inline v0 {

/// How much of an exponential moving average the newest value is: alpha in (0, 1], 1 being no smoothing.
class SmoothingFactor {
 public:
  /// Implicit: a bare number is alpha. Throws `invalid_argument` unless 0 < alpha <= 1.
  SmoothingFactor(double alpha) : alpha_(alpha) {
    detail::require(alpha > 0.0 && alpha <= 1.0, ErrorCode::invalid_argument,
                    "SmoothingFactor: alpha must lie in (0, 1]");
  }

  /// alpha = 2 / (span + 1): the values are on average as old as in a simple average of `span` values.
  /// Throws `invalid_argument` unless span is finite and at least 1.
  [[nodiscard]] static SmoothingFactor of_span(double span) {
    detail::require(span >= 1.0 && std::isfinite(span), ErrorCode::invalid_argument,
                    "SmoothingFactor::of_span: a span is at least 1");
    return 2.0 / (span + 1.0);
  }

  /// alpha = 1 - 2^(-1 / steps): after that many steps a value has half its weight. Throws `invalid_argument`
  /// unless steps is finite and above 0.
  [[nodiscard]] static SmoothingFactor of_half_life(double steps) {
    detail::require(steps > 0.0 && std::isfinite(steps), ErrorCode::invalid_argument,
                    "SmoothingFactor::of_half_life: a half-life must be above 0");
    return -std::expm1(-std::numbers::ln2 / steps);
  }

  [[nodiscard]] double alpha() const noexcept { return alpha_; }

  friend bool operator==(const SmoothingFactor&, const SmoothingFactor&) = default;

 private:
  double alpha_;
};

namespace detail {

/// The next average: alpha · x + (1 - alpha) · y, or x where there was none.
[[nodiscard]] inline double smoothed(const std::optional<double>& average, double value, double alpha) {
  return average ? alpha * value + (1.0 - alpha) * *average : value;
}

}  // namespace detail

/// The exponential moving average of values at even steps: y_0 = x_0, y_i = alpha · x_i + (1 - alpha) ·
/// y_(i-1).
///
/// The first value weighs as much as an infinite past that had been like it; where the start matters, begin
/// earlier.
///
/// @param values a value that is not usable changes nothing: its average is the one before
/// @return one average per value; absent before the first usable value
/// Complexity: O(n).
/// Source: Brown (1956); span and half-life as in pandas `ewm(adjust=False, ignore_na=True)`.
[[nodiscard]] inline std::vector<std::optional<double>> exponential_moving_average(
    std::span<const double> values, SmoothingFactor smoothing) {
  std::vector<std::optional<double>> averages;
  averages.reserve(values.size());
  std::optional<double> average;
  for (const double value : values) {
    if (detail::is_usable(value)) average = detail::smoothed(average, value, smoothing.alpha());
    averages.push_back(average);
  }
  return averages;
}

/// The same of points one by one, however far apart they are. Throws `invalid_argument` unless the times of
/// usable points ascend (an `EngagementTrend`'s do).
[[nodiscard]] inline std::vector<std::optional<double>> exponential_moving_average(
    std::span<const TrendPoint> points, SmoothingFactor smoothing) {
  detail::require_ascending(points, "exponential_moving_average: the times of the points must ascend");
  return exponential_moving_average(detail::values_of(points), smoothing);
}

/// The exponential moving average of points at uneven times: the past fades by the time that passed.
///
/// y_0 = x_0, y_i = w · y_(i-1) + (1 - w) · x_i with w = 2^(-(t_i - t_(i-1)) / half_life). At even steps it
/// is the average of `SmoothingFactor::of_half_life(half_life / step)`. Points of one instant count as one,
/// of their mean so far; those after the first would weigh nothing otherwise.
///
/// @param points a point that is not usable changes nothing; times that descend: `invalid_argument`
/// @param half_life above 0, else `invalid_argument`
/// @return the average after each point; absent before the first usable one
/// Complexity: O(n).
/// Source: Eckner, "Algorithms for unevenly spaced time series" (2019), EMA by the next value; points of one
/// instant: ours.
[[nodiscard]] inline std::vector<std::optional<double>> exponential_moving_average(
    std::span<const TrendPoint> points, WallTime half_life) {
  detail::require(half_life > WallTime::zero(), ErrorCode::invalid_argument,
                  "exponential_moving_average: a half-life must be above 0");
  detail::require_ascending(points, "exponential_moving_average: the times of the points must ascend");
  std::vector<std::optional<double>> averages;
  averages.reserve(points.size());
  std::optional<double> average, before;  // before: without the points of the latest instant
  double weight = 0.0, sum = 0.0, count = 0.0;
  Timestamp latest{};
  for (const TrendPoint& point : points) {
    if (detail::is_usable(point)) {
      if (!average || point.at != latest) {
        const auto passed = static_cast<double>((point.at - latest).count());
        weight = -std::expm1(-std::numbers::ln2 * passed / static_cast<double>(half_life.count()));
        before = average;
        latest = point.at;
        sum = count = 0.0;
      }
      sum += point.value;
      count += 1.0;
      average = detail::smoothed(before, sum / count, weight);
    }
    averages.push_back(average);
  }
  return averages;
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_SMOOTHING_HPP
