// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_LINEAR_REGRESSION_HPP
#define VIEWERSHIP_LINEAR_REGRESSION_HPP

/// @file
/// The straight line through a series, by least squares, and which way it points.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include <viewership/accumulator.hpp>
#include <viewership/detail/double_double.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/trend_series.hpp>

namespace viewership::inline v0 {

/// A straight line over time: intercept + slope · (t - origin) / per.
struct TrendLine {
  /// Change of the value within `per`.
  double slope = 0.0;
  WallTime per = per_day;
  /// The value at `origin`, which is the time of the earliest point.
  double intercept = 0.0;
  Timestamp origin{};

  /// The value at a time.
  [[nodiscard]] double at(Timestamp time) const {
    return intercept +
           slope * ((Real(time.time_since_epoch()) - Real(origin.time_since_epoch())) / Real(per));
  }
  /// The slope in another unit.
  [[nodiscard]] double slope_per(WallTime unit) const { return slope * (Real(unit) / Real(per)); }

  friend bool operator==(const TrendLine&, const TrendLine&) = default;

 private:
  using Real = std::chrono::duration<double, WallTime::period>;
};

/// What least squares say of a series.
struct LinearRegression {
  /// Points used, and points left out because they are not usable.
  std::uint64_t count = 0;
  std::uint64_t rejected = 0;
  /// Absent for fewer than two different times.
  std::optional<TrendLine> line{};
  /// The share of the variance that the line accounts for, in [0, 1]; absent without a line, and where all
  /// values are equal.
  std::optional<double> r_squared{};
  /// Standard error of the slope, in its unit, if the errors are independent and of equal variance; absent
  /// without a line, and for fewer than three points. `inference/regression.hpp` makes a test of it.
  std::optional<double> slope_error{};

  friend bool operator==(const LinearRegression&, const LinearRegression&) = default;
};

namespace detail {

/// Sums of x, y and their products about the first x and y that came in.
///
/// About an origin that is one of the points, a sum of squares exceeds the same about the mean at most
/// count + 1 times, so of the 32 digits that are carried a slope keeps all that a double can show, whatever
/// the distance of the times from the epoch and of the values from 0.
struct LineSums {
  std::uint64_t count = 0;
  std::int64_t first_x = 0;
  double first_y = 0.0;
  DoubleDouble x{}, y{}, xx{}, xy{}, yy{};

  friend bool operator==(const LineSums&, const LineSums&) = default;

  /// |at| at most 2^52, so that differences are exact.
  void add(std::int64_t at, double value) {
    if (count == 0) {
      first_x = at;
      first_y = value;
    }
    ++count;
    const auto dx = static_cast<double>(at - first_x);
    const DoubleDouble dy = exact_sum(value, -first_y);
    x += dx;
    y += dy;
    xx += exact_product(dx, dx);
    xy += dy * dx;
    yy += dy * dy;
  }

  void merge(const LineSums& other) {
    if (other.count == 0) return;
    if (count == 0) {
      *this = other;
      return;
    }
    const LineSums added = other;  // other may be this
    const DoubleDouble n = static_cast<double>(added.count);
    const DoubleDouble dx = static_cast<double>(added.first_x - first_x);
    const DoubleDouble dy = exact_sum(added.first_y, -first_y);
    xx += added.xx + dx * (added.x + added.x + n * dx);
    xy += added.xy + dx * added.y + dy * (added.x + n * dx);
    yy += added.yy + dy * (added.y + added.y + n * dy);
    x += added.x + n * dx;
    y += added.y + n * dy;
    count += added.count;
  }

  /// The regression with times x · unit / per, in a line that starts at x = earliest.
  [[nodiscard]] LinearRegression result(std::int64_t earliest, double unit_per) const {
    LinearRegression result;
    result.count = count;
    if (count < 2) return result;
    const DoubleDouble n = static_cast<double>(count);
    const DoubleDouble x_squares = xx - x * x / n;
    const DoubleDouble products = xy - x * y / n;
    const DoubleDouble y_squares = yy - y * y / n;
    if (!(x_squares.high > 0.0)) return result;
    const DoubleDouble slope = products / x_squares;
    const DoubleDouble from_mean = DoubleDouble(static_cast<double>(earliest - first_x)) - x / n;
    TrendLine line;
    line.slope = static_cast<double>(slope * unit_per);
    line.intercept = static_cast<double>(DoubleDouble(first_y) + y / n + slope * from_mean);
    result.line = line;
    if (y_squares.high > 0.0) {
      result.r_squared = (std::clamp)(static_cast<double>(slope * products / y_squares), 0.0, 1.0);
    }
    if (count > 2) {
      // What a perfect line leaves of values that were rounded to doubles is no error.
      constexpr double rounding = 1e-28;
      const auto rest = static_cast<double>(y_squares - slope * products);
      const double squares = rest > rounding * y_squares.high ? rest : 0.0;
      result.slope_error =
          std::sqrt(squares / static_cast<double>(count - 2) / static_cast<double>(x_squares)) * unit_per;
    }
    return result;
  }
};

}  // namespace detail

/// Least squares in one pass, part by part.
///
/// Times are centred exactly, as integers, and sums carried in 32 digits, so that the slope is that of exact
/// arithmetic to some 1e-15 for epoch milliseconds at any spacing. Raw power sums in double lose it: at steps
/// of one second not even the sign is right.
/// Source: least squares; the accumulation: ours.
class LeastSquares {
 public:
  /// The identity of `merge`.
  LeastSquares() = default;

  /// A point that is not usable is counted as rejected and changes nothing else. O(1).
  void add(const TrendPoint& point) {
    if (!detail::is_usable(point)) {
      ++rejected_;
      return;
    }
    earliest_ = (std::min)(earliest_, point.at.time_since_epoch().count());
    sums_.add(point.at.time_since_epoch().count(), point.value);
  }

  void merge(const LeastSquares& other) {
    rejected_ += other.rejected_;
    earliest_ = (std::min)(earliest_, other.earliest_);
    sums_.merge(other.sums_);
  }

  /// The regression, its slope per `per`. Throws `invalid_argument` unless per > 0.
  [[nodiscard]] LinearRegression result(WallTime per = per_day) const {
    detail::require(per > WallTime::zero(), ErrorCode::invalid_argument,
                    "LeastSquares::result: the unit of a slope must be above 0");
    LinearRegression result = sums_.result(earliest_, static_cast<double>(per.count()));
    result.rejected = rejected_;
    if (result.line) {
      result.line->per = per;
      result.line->origin = Timestamp{WallTime{earliest_}};
    }
    return result;
  }

  friend bool operator==(const LeastSquares&, const LeastSquares&) = default;

 private:
  detail::LineSums sums_;
  std::uint64_t rejected_ = 0;
  std::int64_t earliest_ = (std::numeric_limits<std::int64_t>::max)();
};

static_assert(AccumulatorFor<LeastSquares, TrendPoint>);

/// The straight line through a series that leaves the least sum of squared vertical distances.
///
/// slope = Σ (t - mean t)(y - mean y) / Σ (t - mean t)², in change per `per`; the intercept is the line's
/// value at the earliest point. One far point moves it: `theil_sen` resists. Values of neighbouring days tend
/// to resemble each other, which makes `slope_error` too optimistic.
///
/// @param points in any order, several of one instant allowed; not usable ones are counted as rejected
/// @param per the slope's unit, above 0, one day unless told; else `invalid_argument`
/// @return without a line for fewer than two different times
/// Complexity: O(n), no memory.
[[nodiscard]] inline LinearRegression linear_regression(std::span<const TrendPoint> points,
                                                        WallTime per = per_day) {
  detail::require(per > WallTime::zero(), ErrorCode::invalid_argument,
                  "linear_regression: the unit of a slope must be above 0");
  LeastSquares squares;
  for (const TrendPoint& point : points) squares.add(point);
  return squares.result(per);
}

/// The same for values that follow each other in even steps, the first at `start`: the slope is per step, the
/// intercept the line's value at the first of `values`, usable or not.
/// Throws `invalid_argument` unless step > 0.
[[nodiscard]] inline LinearRegression linear_regression(std::span<const double> values,
                                                        WallTime step = per_day, Timestamp start = {}) {
  detail::require(step > WallTime::zero(), ErrorCode::invalid_argument,
                  "linear_regression: the step between values must be above 0");
  detail::LineSums sums;
  std::int64_t index = 0;
  for (const double value : values) {
    if (detail::is_usable(value)) sums.add(index, value);
    ++index;
  }
  LinearRegression result = sums.result(0, 1.0);
  result.rejected = values.size() - result.count;
  if (result.line) {
    result.line->per = step;
    result.line->origin = start;
  }
  return result;
}

/// The slope alone, in change per `per`; absent for fewer than two different times. See `linear_regression`.
[[nodiscard]] inline std::optional<double> linear_regression_slope(std::span<const TrendPoint> points,
                                                                   WallTime per = per_day) {
  const LinearRegression regression = linear_regression(points, per);
  if (!regression.line) return std::nullopt;
  return regression.line->slope;
}

/// The slope alone, in change per step. See `linear_regression`.
[[nodiscard]] inline std::optional<double> linear_regression_slope(std::span<const double> values) {
  const LinearRegression regression = linear_regression(values);
  if (!regression.line) return std::nullopt;
  return regression.line->slope;
}

/// Which way a line points.
enum class TrendDirection : std::uint8_t {
  unknown,  ///< there is no line
  falling,
  steady,
  rising
};

/// The direction of a line, from `linear_regression` or `theil_sen`.
///
/// @param line absent: `unknown`
/// @param tolerance the largest slope, up or down and in the line's own unit, that still counts as steady;
///        below 0 or NaN: `invalid_argument`. What matters to the business, not what is significant: for that
///        ask `slope_test` or `mann_kendall`.
[[nodiscard]] inline TrendDirection trend_direction(const std::optional<TrendLine>& line, double tolerance) {
  detail::require(tolerance >= 0.0, ErrorCode::invalid_argument,
                  "trend_direction: a tolerance must not be below 0");
  if (!line) return TrendDirection::unknown;
  if (line->slope > tolerance) return TrendDirection::rising;
  if (line->slope < -tolerance) return TrendDirection::falling;
  return TrendDirection::steady;
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_LINEAR_REGRESSION_HPP
