// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_GAUSSIAN_HPP
#define VIEWERSHIP_DETAIL_GAUSSIAN_HPP

/// @file
/// What the floors without Boost.Math need of the standard normal distribution.

#include <cmath>
#include <numbers>

namespace viewership::inline v0::detail {

/// P(Z <= z).
[[nodiscard]] inline double gaussian_below(double z) {
  return std::erfc(-z / std::numbers::sqrt2) / 2;
}

/// P(|Z| > |z|): the two-sided p-value of z.
[[nodiscard]] inline double gaussian_outside(double z) {
  return std::erfc(std::abs(z) / std::numbers::sqrt2);
}

/// The z with P(|Z| > z) = alpha, for alpha in (0, 1), by bisection down to neighbouring numbers.
[[nodiscard]] inline double gaussian_two_sided(double alpha) {
  double low = 0.0;
  double high = 40.0;  // erfc is 0 from 39 on
  for (double middle = 20.0; low < middle && middle < high; middle = low + (high - low) / 2) {
    (gaussian_outside(middle) > alpha ? low : high) = middle;
  }
  return low;
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_GAUSSIAN_HPP
