// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_DIFFERENCE_OF_PRODUCTS_HPP
#define VIEWERSHIP_DETAIL_DIFFERENCE_OF_PRODUCTS_HPP

/// @file
/// What cross products of counts differ by, when they agree in most of their digits.

#include <cmath>

namespace viewership::inline v0::detail {

/// a b - c d to 1.5 ulp. Source: Jeannerod, Louvet and Muller (2013), doi:10.1090/S0025-5718-2013-02679-8.
[[nodiscard]] inline double difference_of_products(double a, double b, double c, double d) {
  const double right = c * d;
  return std::fma(a, b, -right) + std::fma(-c, d, right);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_DIFFERENCE_OF_PRODUCTS_HPP
