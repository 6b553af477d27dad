// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_CUPED_HPP
#define VIEWERSHIP_INFERENCE_CUPED_HPP

/// @file
/// CUPED: the part of an outcome that was known before the experiment, taken out of it, so that the same
/// viewers say more.

#include <cmath>
#include <optional>

#include <viewership/accumulator.hpp>
#include <viewership/bivariate_moments.hpp>
#include <viewership/inference/confidence.hpp>
#include <viewership/inference/welch.hpp>

namespace viewership::inline v0 {

/// One viewer: a number from before the experiment, which the arm cannot have changed, and the outcome.
struct CupedSample {
  double covariate = 0.0;
  double outcome = 0.0;

  friend bool operator==(const CupedSample&, const CupedSample&) = default;
};

/// The viewers of one arm. A viewer without history is not one with history 0: give them the mean of the
/// covariate, or keep them in an experiment of their own.
class CupedArm {
 public:
  /// The identity of `merge`.
  CupedArm() = default;

  /// A viewer with a number that is NaN or beyond ±`max_moments_value` is counted as rejected. O(1).
  void add(const CupedSample& viewer) { moments_.add({viewer.covariate, viewer.outcome}); }

  void merge(const CupedArm& other) { moments_.merge(other.moments_); }

  /// x is the covariate, y the outcome.
  [[nodiscard]] BivariateMomentsResult result() const { return moments_.result(); }

  friend bool operator==(const CupedArm&, const CupedArm&) = default;

 private:
  BivariateMoments moments_;
};

static_assert(AccumulatorFor<CupedArm, CupedSample>);

/// What `cuped_test` says.
struct CupedTest {
  /// Adjusted mean outcome of b less that of a.
  TTest difference{};
  /// What a unit of the covariate is worth in the outcome; 0 if there is no adjustment.
  double theta = 0.0;
  /// Whether the covariate was of use. If not (it does not vary, or there are too few viewers to tell),
  /// `difference` is Welch's test of the outcomes as they are.
  bool adjusted = false;
  /// 1 - (standard error / standard error without adjustment)^2; below 0 for a covariate that is only noise.
  /// Absent where there is no unadjusted standard error above 0.
  std::optional<double> variance_reduction{};

  friend bool operator==(const CupedTest&, const CupedTest&) = default;
};

/// Welch's test of the outcomes less theta times the covariate, theta = covariance / variance of the
/// covariate over both arms together.
///
/// difference = (y_b - y_a) - theta (x_b - x_a) of the means; variance of an arm = that of y - theta x.
/// @return status as `welch_test`.
/// O(1). Source: Deng, Xu, Kohavi and Walker (2013), doi:10.1145/2433396.2433413.
[[nodiscard]] inline CupedTest cuped_test(const CupedArm& a, const CupedArm& b,
                                          ConfidenceLevel confidence = {}) {
  CupedTest test;
  CupedArm both = a;
  both.merge(b);
  const BivariateMomentsResult joint = both.result();
  if (joint.covariance && *joint.variance_x > 0.0) {
    const double theta = *joint.covariance / *joint.variance_x;
    test.adjusted = std::isfinite(theta);
    if (test.adjusted) test.theta = theta;
  }

  const BivariateMomentsResult of_a = a.result();
  const BivariateMomentsResult of_b = b.result();
  const auto compared = [&](double theta) {
    // Distances of the covariate from the common mean, so that a large one costs no digits.
    const auto adjusted_mean = [&](const BivariateMomentsResult& arm) {
      std::optional<double> mean = arm.mean_y;
      if (mean) *mean -= theta * (*arm.mean_x - *joint.mean_x);
      return detail::estimated_mean(arm.count, mean, arm.variance_about(theta));
    };
    return detail::difference_test(adjusted_mean(of_a), adjusted_mean(of_b), confidence);
  };
  test.difference = compared(test.theta);
  const TTest unadjusted = compared(0.0);
  if (test.difference.standard_error && unadjusted.standard_error && *unadjusted.standard_error > 0.0) {
    const double ratio = *test.difference.standard_error / *unadjusted.standard_error;
    test.variance_reduction = 1.0 - ratio * ratio;
  }
  return test;
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_CUPED_HPP
