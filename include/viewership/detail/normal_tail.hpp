// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_NORMAL_TAIL_HPP
#define VIEWERSHIP_DETAIL_NORMAL_TAIL_HPP

/// @file
/// The logarithm of erfc, which goes on where erfc itself is 0.

#include <cmath>

namespace viewership::inline v0::detail {

/// ln erfc(x) for x >= 0, to about 1e-15 relative.
///
/// By erf where erfc is close to 1; by the asymptotic series where erfc comes close to the least number there
/// is: erfc(x) = exp(-x^2) / (x sqrt(pi)) (1 - 1/(2x^2) + 1 3/(2x^2)^2 - ...), whose eighth term is below
/// 2e-17 from x = 20 on. Source: Abramowitz and Stegun, 7.1.23.
[[nodiscard]] inline double ln_erfc(double x) {
  constexpr double ln_sqrt_pi = 0.572364942924700087071713675677;
  if (x < 0.5) return std::log1p(-std::erf(x));
  if (x < 20.0) return std::log(std::erfc(x));
  if (std::isinf(x)) return -x;
  const double step = -0.5 / (x * x);
  double term = 1.0;
  double sum = 0.0;
  for (int k = 1; k <= 8; ++k) {
    term *= step * (2 * k - 1);
    sum += term;
  }
  return -x * x - std::log(x) - ln_sqrt_pi + std::log1p(sum);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_NORMAL_TAIL_HPP
