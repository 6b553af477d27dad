// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_DETAIL_CHI_SQUARE_TAIL_HPP
#define VIEWERSHIP_INFERENCE_DETAIL_CHI_SQUARE_TAIL_HPP

/// @file
/// The upper tail of the chi-square distribution.

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>

#include <viewership/inference/detail/policy.hpp>
#include <viewership/inference/detail/saddle_point.hpp>

namespace viewership::inline v0::detail {

/// P(X > x) for x >= 0 and degrees of freedom above 0.
[[nodiscard]] inline double chi_square_tail(double x, double degrees_of_freedom) {
  return boost::math::gamma_q(0.5 * degrees_of_freedom, 0.5 * x, MathPolicy{});
}

/// The logarithm of P(X > x), also where the probability is no `double` any more.
[[nodiscard]] inline double ln_chi_square_tail(double x, double degrees_of_freedom) {
  const double probability = chi_square_tail(x, degrees_of_freedom);
  if (probability > 1e-200 || std::isinf(x)) return std::log(probability);
  // So far out Legendre's continued fraction (Abramowitz and Stegun 6.5.31, in its even form) converges in a
  // few steps: Q(a, h) = h^a e^-h / Gamma(a) / (h + 1 - a - 1 (1 - a) / (h + 3 - a - ...)).
  const double a = 0.5 * degrees_of_freedom;
  const double h = 0.5 * x;
  double numerator = h + 1.0 - a;
  double denominator = 0.0;
  double fraction = numerator;
  for (int step = 1; step <= 10'000; ++step) {
    const double m = step;
    const double weight = m * (a - m);
    const double term = h + 2.0 * m + 1.0 - a;
    denominator = 1.0 / (term + weight * denominator);
    numerator = term + weight / numerator;
    fraction *= numerator * denominator;
    if (std::abs(numerator * denominator - 1.0) <= std::numeric_limits<double>::epsilon()) break;
  }
  // h^a e^-h / Gamma(a) = a exp(-deviance - excess).
  return std::log(a) - deviance(a, h, a - h) - ln_factorial_excess(a) - std::log(fraction);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_CHI_SQUARE_TAIL_HPP
