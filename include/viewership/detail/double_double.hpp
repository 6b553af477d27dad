// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_DOUBLE_DOUBLE_HPP
#define VIEWERSHIP_DETAIL_DOUBLE_DOUBLE_HPP

/// @file
/// Reals of some 32 digits, for the few sums where 16 are lost to cancellation.

#include <cmath>

namespace viewership::inline v0::detail {

/// The unevaluated sum of two doubles, the second below half a unit in the last place of the first.
///
/// Relative errors of at most 2^-102 for + - * and 2^-98 for /, as long as nothing overflows or underflows.
/// Not for code compiled with -ffast-math, which reorders the error terms away.
/// Source: Joldes, Muller and Popescu (2017), doi:10.1145/3121432; Dekker (1971), doi:10.1007/BF01397083.
struct DoubleDouble {
  double high = 0.0;
  double low = 0.0;

  constexpr DoubleDouble() = default;
  /// Implicit: a double is one.
  constexpr DoubleDouble(double value) noexcept : high(value) {}
  constexpr DoubleDouble(double high_part, double low_part) noexcept : high(high_part), low(low_part) {}

  explicit constexpr operator double() const noexcept { return high + low; }
  [[nodiscard]] constexpr DoubleDouble operator-() const noexcept { return {-high, -low}; }

  friend constexpr bool operator==(const DoubleDouble&, const DoubleDouble&) = default;
  friend constexpr bool operator<(const DoubleDouble& a, const DoubleDouble& b) noexcept {
    return a.high < b.high || (a.high == b.high && a.low < b.low);
  }
};

/// a + b without an error.
[[nodiscard]] constexpr DoubleDouble exact_sum(double a, double b) noexcept {
  const double sum = a + b;
  const double b_in_sum = sum - a;
  return {sum, (a - (sum - b_in_sum)) + (b - b_in_sum)};
}

/// a + b without an error, for |a| >= |b| or a = 0.
[[nodiscard]] constexpr DoubleDouble exact_sum_ordered(double a, double b) noexcept {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

/// a * b without an error.
[[nodiscard]] inline DoubleDouble exact_product(double a, double b) noexcept {
  const double product = a * b;
  return {product, std::fma(a, b, -product)};
}

[[nodiscard]] constexpr DoubleDouble operator+(const DoubleDouble& a, const DoubleDouble& b) noexcept {
  const DoubleDouble highs = exact_sum(a.high, b.high);
  const DoubleDouble lows = exact_sum(a.low, b.low);
  const DoubleDouble sum = exact_sum_ordered(highs.high, highs.low + lows.high);
  return exact_sum_ordered(sum.high, lows.low + sum.low);
}

[[nodiscard]] constexpr DoubleDouble operator-(const DoubleDouble& a, const DoubleDouble& b) noexcept {
  return a + -b;
}

[[nodiscard]] inline DoubleDouble operator*(const DoubleDouble& a, const DoubleDouble& b) noexcept {
  const DoubleDouble product = exact_product(a.high, b.high);
  return exact_sum_ordered(product.high, product.low + (a.high * b.low + a.low * b.high));
}

[[nodiscard]] inline DoubleDouble operator/(const DoubleDouble& a, const DoubleDouble& b) noexcept {
  const double quotient = a.high / b.high;
  const DoubleDouble rest = a - b * quotient;
  return exact_sum_ordered(quotient, static_cast<double>(rest) / b.high);
}

constexpr DoubleDouble& operator+=(DoubleDouble& a, const DoubleDouble& b) noexcept {
  return a = a + b;
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_DOUBLE_DOUBLE_HPP
