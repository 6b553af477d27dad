// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_REGRESSION_HPP
#define VIEWERSHIP_INFERENCE_REGRESSION_HPP

/// @file
/// What a series supports about its slope.

#include <cstdint>
#include <optional>
#include <span>

#include <viewership/event.hpp>
#include <viewership/inference/confidence.hpp>
#include <viewership/inference/detail/student_t.hpp>
#include <viewership/linear_regression.hpp>
#include <viewership/proportion.hpp>
#include <viewership/trend_series.hpp>

namespace viewership::inline v0 {

/// The test of a slope against 0, and its interval.
struct SlopeTest {
  /// `ok`; `no_data` for fewer than three points or two different times; `zero_variance` where the points lie
  /// on a line to the last digit, so that nothing tells how sure it is.
  TestStatus status = TestStatus::no_data;
  /// Change of the value within the line's unit; absent without a line.
  std::optional<double> slope{};
  /// Of the slope; absent without a line, and for fewer than three points.
  std::optional<double> standard_error{};
  /// Points less 2, at least 0.
  std::uint64_t degrees_of_freedom = 0;
  /// slope / standard error, and its two-sided p; absent, as the interval, unless the status is `ok`.
  std::optional<double> t{};
  std::optional<double> p{};
  /// slope ∓ the quantile of t · standard error.
  std::optional<Interval> interval{};

  friend bool operator==(const SlopeTest&, const SlopeTest&) = default;
};

/// Whether a line rises or falls for more than chance, and how steep it may be.
///
/// Student's t on n - 2 degrees of freedom. It takes the errors around the line to be independent, of one
/// variance and roughly normal. Days of a series resemble their neighbours, which makes the interval too
/// narrow and p too small; a season does as well (take it out by `decompose`).
///
/// @param regression of `linear_regression` or `LeastSquares`; its unit is that of slope and interval
/// @param confidence of the interval, 0.95 unless told
/// @return slope and error alone where the data determine no test, see `SlopeTest::status`
/// Complexity: O(1).
/// Source: R's `summary.lm` and `confint`.
[[nodiscard]] inline SlopeTest slope_test(const LinearRegression& regression,
                                          ConfidenceLevel confidence = {}) {
  SlopeTest result;
  if (!regression.line) return result;
  const double slope = regression.line->slope;
  result.slope = slope;
  if (!regression.slope_error) return result;
  const double error = *regression.slope_error;
  result.standard_error = error;
  result.degrees_of_freedom = regression.count - 2;
  if (!(error > 0.0)) {
    result.status = TestStatus::zero_variance;
    return result;
  }
  const auto degrees_of_freedom = static_cast<double>(result.degrees_of_freedom);
  const double reach = detail::student_t_critical(confidence, degrees_of_freedom) * error;
  result.status = TestStatus::ok;
  result.t = slope / error;
  result.p = detail::student_t_two_sided(*result.t, degrees_of_freedom);
  result.interval = Interval{slope - reach, slope + reach};
  return result;
}

/// The same of points, the slope per `per`. See `linear_regression`.
[[nodiscard]] inline SlopeTest slope_test(std::span<const TrendPoint> points, WallTime per = per_day,
                                          ConfidenceLevel confidence = {}) {
  return slope_test(linear_regression(points, per), confidence);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_REGRESSION_HPP
