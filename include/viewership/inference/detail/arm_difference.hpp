// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_DETAIL_ARM_DIFFERENCE_HPP
#define VIEWERSHIP_INFERENCE_DETAIL_ARM_DIFFERENCE_HPP

/// @file
/// The difference of two arms, and how uncertain it is without assuming that there is none.

#include <viewership/inference/detail/rates.hpp>
#include <viewership/moments.hpp>
#include <viewership/proportion.hpp>

namespace viewership::inline v0::detail {

/// b - a and the variance of that estimate, where `status` is ok.
struct ArmDifference {
  TestStatus status = TestStatus::no_data;
  double difference = 0.0;
  double variance = 0.0;
};

/// Of rates: p_a(1 - p_a)/n_a + p_b(1 - p_b)/n_b.
[[nodiscard]] inline ArmDifference arm_difference(const Proportion& a, const Proportion& b) {
  if (const TestStatus status = rate_status(a, b); status != TestStatus::ok) return {status};
  const auto variance = [](const RealCounts& arm) {
    return arm.rate() * (arm.failures / arm.trials) / arm.trials;
  };
  const RealCounts of_a = real_counts(a);
  const RealCounts of_b = real_counts(b);
  const double sum = variance(of_a) + variance(of_b);
  return {sum > 0.0 ? TestStatus::ok : TestStatus::zero_variance, rate_difference(of_a, of_b), sum};
}

/// Of means: s_a²/n_a + s_b²/n_b.
[[nodiscard]] inline ArmDifference arm_difference(const Moments& a, const Moments& b) {
  const MomentsResult of_a = a.result();
  const MomentsResult of_b = b.result();
  if (!of_a.variance || !of_b.variance) return {TestStatus::no_data};
  const double sum =
      *of_a.variance / static_cast<double>(of_a.count) + *of_b.variance / static_cast<double>(of_b.count);
  return {sum > 0.0 ? TestStatus::ok : TestStatus::zero_variance, *of_b.mean - *of_a.mean, sum};
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_ARM_DIFFERENCE_HPP
