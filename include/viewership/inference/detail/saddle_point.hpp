// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_DETAIL_SADDLE_POINT_HPP
#define VIEWERSHIP_INFERENCE_DETAIL_SADDLE_POINT_HPP

/// @file
/// The parts that log probabilities of counts are put together from.
///
/// ln n! of a large n is itself so large (2.7e13 at n = 10^12) that differences of such logarithms have lost
/// every decimal. Written as n ln n - n plus a small excess, the large parts of a whole probability combine
/// into deviances, which are computed from the distance of a count to its mean and are small where the
/// probability is not. Source: Loader (2000), "Fast and accurate computation of binomial probabilities".

#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/log1p.hpp>
#include <cmath>
#include <numbers>

#include <viewership/detail/difference_of_products.hpp>
#include <viewership/inference/detail/policy.hpp>

namespace viewership::inline v0::detail {

/// ln Gamma(x) - [(x - 1/2) ln x - x + ln(2 pi) / 2] for x > 0: what Stirling's formula leaves out.
[[nodiscard]] inline double stirling_error(double x) {
  if (x < 10.0) {
    constexpr double half_log_two_pi = 0.918938533204672741780329736406;
    return boost::math::lgamma(x, MathPolicy{}) - (x - 0.5) * std::log(x) + x - half_log_two_pi;
  }
  const double y = 1.0 / (x * x);
  return (1.0 / 12 -
          y * (1.0 / 360 - y * (1.0 / 1260 - y * (1.0 / 1680 - y * (1.0 / 1188 - y * (691.0 / 360360 -
                                                                                      y * (1.0 / 156))))))) /
         x;
}

/// ln z! - (z ln z - z) for z >= 0, which is 0 at 0 and about ln(2 pi z) / 2 from there on.
[[nodiscard]] inline double ln_factorial_excess(double z) {
  return z == 0.0 ? 0.0 : 0.5 * std::log(2.0 * std::numbers::pi * z) + stirling_error(z);
}

/// x ln(x / mean) - (x - mean) for x >= 0 and mean > 0: what a count x loses in log probability against its
/// mean. `apart` is x - mean, which the caller knows better than the two rounded numbers tell.
[[nodiscard]] inline double deviance(double x, double mean, double apart) {
  if (x == 0.0) return mean;
  const double u = apart / mean;
  if (std::abs(u) < 0.5) return mean * ((1.0 + u) * boost::math::log1pmx(u, MathPolicy{}) + u * u);
  return x * std::log(x / mean) - apart;
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_SADDLE_POINT_HPP
