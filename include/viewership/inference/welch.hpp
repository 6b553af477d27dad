// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_WELCH_HPP
#define VIEWERSHIP_INFERENCE_WELCH_HPP

/// @file
/// Welch's t-test: two means whose variances need not agree.

#include <cmath>
#include <cstdint>
#include <optional>

#include <viewership/inference/confidence.hpp>
#include <viewership/inference/detail/student_t.hpp>
#include <viewership/moments.hpp>
#include <viewership/proportion.hpp>

namespace viewership::inline v0 {

/// What a t-test says of a difference or of a lift.
struct TTest {
  TestStatus status = TestStatus::no_data;
  /// The difference or lift itself, and its standard error: also there when the status is `zero_variance`.
  /// All others are absent unless the status is `ok`.
  std::optional<double> estimate{};
  std::optional<double> standard_error{};
  /// Welch and Satterthwaite's, a real number.
  std::optional<double> degrees_of_freedom{};
  /// estimate / standard_error.
  std::optional<double> statistic{};
  /// Two-sided, and its logarithm, which goes on where `p` is 0 below 1e-308.
  std::optional<double> p{};
  std::optional<double> ln_p{};
  /// Of the estimate, at the level asked for.
  std::optional<Interval> interval{};

  friend bool operator==(const TTest&, const TTest&) = default;
};

namespace detail {

/// An estimated mean (or ratio, or adjusted mean) of one arm.
struct EstimatedMean {
  double value;
  double squared_error;  ///< the variance of the estimate: that of the values over their number
  double degrees_of_freedom;
};

/// The mean of values of that variance; none for fewer than two.
[[nodiscard]] inline std::optional<EstimatedMean> estimated_mean(std::uint64_t count,
                                                                 std::optional<double> value,
                                                                 std::optional<double> variance) {
  if (!value || !variance || count < 2) return std::nullopt;
  const auto n = static_cast<double>(count);
  return EstimatedMean{*value, *variance / n, n - 1.0};
}

/// (s_a + s_b)^2 / (s_a^2 / f_a + s_b^2 / f_b) for the squared errors s and degrees of freedom f, by their
/// shares, whose squares neither overflow nor vanish. Source: Satterthwaite (1946), doi:10.2307/3002019.
[[nodiscard]] inline double satterthwaite(const EstimatedMean& a, const EstimatedMean& b) {
  const double share = a.squared_error / (a.squared_error + b.squared_error);
  return 1.0 / (share * share / a.degrees_of_freedom + (1.0 - share) * (1.0 - share) / b.degrees_of_freedom);
}

[[nodiscard]] inline TTest t_test(double estimate, double standard_error, double degrees_of_freedom,
                                  ConfidenceLevel confidence) {
  TTest test;
  if (!std::isfinite(estimate) || !std::isfinite(standard_error)) return test;
  test.estimate = estimate;
  test.standard_error = standard_error;
  if (standard_error == 0.0) {
    test.status = TestStatus::zero_variance;
    return test;
  }
  const double t = estimate / standard_error;
  const double half_width = standard_error * student_t_critical(confidence, degrees_of_freedom);
  test.status = TestStatus::ok;
  test.degrees_of_freedom = degrees_of_freedom;
  test.statistic = t;
  test.p = student_t_two_sided(t, degrees_of_freedom);
  test.ln_p = ln_student_t_two_sided(t, degrees_of_freedom);
  test.interval = Interval{estimate - half_width, estimate + half_width};
  return test;
}

/// b - a.
[[nodiscard]] inline TTest difference_test(const std::optional<EstimatedMean>& a,
                                           const std::optional<EstimatedMean>& b,
                                           ConfidenceLevel confidence) {
  if (!a || !b) return {};
  return t_test(b->value - a->value, std::sqrt(a->squared_error + b->squared_error), satterthwaite(*a, *b),
                confidence);
}

/// (b - a) / |a|, its variance by the delta method: s_b / a^2 + s_a b^2 / a^4. Over |a|, so that more of a
/// negative mean is still more.
[[nodiscard]] inline TTest lift_test(const std::optional<EstimatedMean>& a,
                                     const std::optional<EstimatedMean>& b, ConfidenceLevel confidence) {
  if (!a || !b || a->value == 0.0) return {};
  const double baseline = std::abs(a->value);
  const double error_of_b = std::sqrt(b->squared_error) / baseline;
  const double error_of_a = std::sqrt(a->squared_error) / baseline * (b->value / baseline);
  return t_test((b->value - a->value) / baseline, std::hypot(error_of_a, error_of_b), satterthwaite(*a, *b),
                confidence);
}

[[nodiscard]] inline std::optional<EstimatedMean> estimated_mean(const Moments& moments) {
  const MomentsResult result = moments.result();
  return estimated_mean(result.count, result.mean, result.variance);
}

}  // namespace detail

/// Welch's t-test of equal means, for the difference mean_b - mean_a.
///
/// t = (mean_b - mean_a) / sqrt(s_a^2 / n_a + s_b^2 / n_b).
/// @return status `no_data` for fewer than two values in an arm, `zero_variance` if no arm varies.
/// O(1). Source: Welch (1947), doi:10.1093/biomet/34.1-2.28.
[[nodiscard]] inline TTest welch_test(const Moments& a, const Moments& b, ConfidenceLevel confidence = {}) {
  return detail::difference_test(detail::estimated_mean(a), detail::estimated_mean(b), confidence);
}

/// The relative lift (mean_b - mean_a) / |mean_a|, its standard error by the delta method and the degrees of
/// freedom of `welch_test`. Over the absolute baseline: a rise from a negative mean is a positive lift.
///
/// Near a baseline of 0 a lift is no useful number and its interval no honest one: read the difference then.
/// @return status as `welch_test`, and `no_data` for a baseline of 0, of which nothing is a multiple.
/// O(1). Source: Deng, Knoblich and Lu (2018), doi:10.1145/3219819.3219919.
[[nodiscard]] inline TTest welch_lift_test(const Moments& a, const Moments& b,
                                           ConfidenceLevel confidence = {}) {
  return detail::lift_test(detail::estimated_mean(a), detail::estimated_mean(b), confidence);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_WELCH_HPP
