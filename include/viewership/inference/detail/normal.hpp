// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_DETAIL_NORMAL_HPP
#define VIEWERSHIP_INFERENCE_DETAIL_NORMAL_HPP

/// @file
/// The standard normal distribution. Tails go through `erfc`, never through 1 - cdf.

#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numbers>

#include <viewership/inference/confidence.hpp>
#include <viewership/inference/detail/policy.hpp>

namespace viewership::inline v0::detail {

/// P(Z > z). Exact to a few ulp up to z = 37.5 and denormal or 0 beyond.
[[nodiscard]] inline double normal_upper_tail(double z) {
  return 0.5 * std::erfc(z / std::numbers::sqrt2);
}

/// P(Z <= z).
[[nodiscard]] inline double normal_cdf(double z) {
  return normal_upper_tail(-z);
}

[[nodiscard]] inline double normal_density(double z) {
  return std::exp(-0.5 * z * z) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
}

/// The z with P(Z <= z) = p, for 0 < p < 1. A p close to 1 has lost its digits: use -normal_quantile(1 - p)
/// of the small tail instead.
[[nodiscard]] inline double normal_quantile(double p) {
  return -std::numbers::sqrt2 * boost::math::erfc_inv(2.0 * p, MathPolicy{});
}

/// The z with P(|Z| > z) = alpha.
[[nodiscard]] inline double two_sided_critical(ConfidenceLevel confidence) {
  return std::numbers::sqrt2 * boost::math::erfc_inv(confidence.alpha(), MathPolicy{});
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_NORMAL_HPP
