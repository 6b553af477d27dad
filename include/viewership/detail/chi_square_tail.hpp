// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_CHI_SQUARE_TAIL_HPP
#define VIEWERSHIP_DETAIL_CHI_SQUARE_TAIL_HPP

/// @file
/// The upper tail of chi-square for whole degrees of freedom, which is a finite sum.

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <viewership/detail/normal_tail.hpp>

namespace viewership::inline v0::detail {

/// ln P(X > x) for X chi-square with `dof` >= 1 degrees of freedom, x >= 0. With h = x/2:
///
///     even:                e^-h  sum over j = 0 .. dof/2 - 1 of h^j / j!
///     odd:   erfc(sqrt h) + e^-h  sum over j = 1 .. (dof-1)/2 of h^(j-1/2) / Gamma(j+1/2)
///
/// All terms are positive, so nothing cancels; the sum is kept in range by powers of two and meets e^-h as a
/// logarithm. O(dof). Source: Abramowitz and Stegun, 26.4.4 and 26.4.5.
[[nodiscard]] inline double ln_chi_square_tail_whole(double x, std::size_t dof) {
  constexpr double ln_2 = 0.693147180559945309417232121458;
  constexpr double two_over_sqrt_pi = 1.12837916709551257389615890312;
  constexpr int scale = 512;
  const double h = x / 2.0;
  if (h == 0.0) return 0.0;
  if (std::isinf(h)) return -h;

  const bool odd = dof % 2 == 1;
  const double offset = odd ? 0.5 : 0.0;  // the first denominator of the ratio of terms, less 1
  double term = odd ? two_over_sqrt_pi * std::sqrt(h) : 1.0;
  double sum = 0.0;
  double scaled_by = 0.0;  // powers of two
  for (std::size_t j = 1; j <= dof / 2; ++j) {
    sum += term;
    term *= h / (static_cast<double>(j) + offset);
    if (sum > std::ldexp(1.0, scale)) {
      sum = std::ldexp(sum, -scale);
      term = std::ldexp(term, -scale);
      scaled_by += scale;
    }
  }
  const double ln_sum = std::log(sum) + (scaled_by * ln_2 - h);  // of no term: -infinity
  if (!odd) return (std::min)(ln_sum, 0.0);
  const double ln_normal = ln_erfc(std::sqrt(h));
  const double larger = (std::max)(ln_sum, ln_normal);
  return (std::min)(larger + std::log1p(std::exp((std::min)(ln_sum, ln_normal) - larger)), 0.0);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_CHI_SQUARE_TAIL_HPP
