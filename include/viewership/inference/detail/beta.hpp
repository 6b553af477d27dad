// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_DETAIL_BETA_HPP
#define VIEWERSHIP_INFERENCE_DETAIL_BETA_HPP

/// @file
/// Quantiles of the beta distribution that keep their digits for counts up to 10^12 and beyond. (Those of
/// Boost.Math 1.74 are off by 1e-7 relative from 10^9 on, and throw whatever the policy says.)

#include <algorithm>
#include <cmath>
#include <limits>

#include <viewership/inference/detail/normal.hpp>
#include <viewership/inference/detail/saddle_point.hpp>

namespace viewership::inline v0::detail {

/// A probability with its complement, each to its own full precision.
struct Share {
  double value = 0.0;
  double complement = 1.0;

  /// The probability times e^`exponent`, kept inside (0, 1).
  [[nodiscard]] Share scaled(double exponent) const {
    const double step = value * std::expm1(exponent);
    if (step >= complement) return {1.0 - 0.5 * complement, 0.5 * complement};
    return {value * std::exp(exponent), complement - step};
  }
};

/// The continued fraction c with I_p(a, b) = p^a q^b / B(a, b) / c, for p up to about the mean; `apart` is
/// a - (a + b) p. O(sqrt(min(a, b))) near the mean, a few dozen steps in the tails.
/// Source: Didonato and Morris (1992), doi:10.1145/131766.131776, evaluated as Lentz does.
[[nodiscard]] inline double beta_fraction(double a, double b, Share p, double apart) {
  constexpr int most_steps = 1'000'000;
  const auto term = [&](double m) {
    return m + m * (b - m) * p.value / (a + 2.0 * m - 1.0) +
           (a + m) * (apart + 1.0 + m * (1.0 + p.complement)) / (a + 2.0 * m + 1.0);
  };
  const auto away_from_zero = [](double x) { return std::abs(x) < 1e-300 ? 1e-300 : x; };
  double fraction = away_from_zero(a * (apart + 1.0) / (a + 1.0));
  double numerator = fraction;
  double denominator = 0.0;
  for (int step = 1; step <= most_steps; ++step) {
    const double m = step;
    const double odd = a + 2.0 * m - 1.0;
    const double weight = (a + m - 1.0) / odd * ((a + b + m - 1.0) / odd) * m * (b - m) * p.value * p.value;
    denominator = 1.0 / away_from_zero(term(m) + weight * denominator);
    numerator = away_from_zero(term(m) + weight / numerator);
    fraction *= numerator * denominator;
    if (std::abs(numerator * denominator - 1.0) <= std::numeric_limits<double>::epsilon()) break;
  }
  return fraction;
}

/// The logarithm of P(Beta(a, b) <= p), and that probability over the density at p.
struct BetaTail {
  double ln_probability;
  double over_density;
};

[[nodiscard]] inline BetaTail beta_tail(double a, double b, Share p) {
  const double n = a + b;
  // a - n p, through whichever of p and q is small and therefore exact.
  const double apart = p.value <= p.complement ? std::fma(-n, p.value, a) : std::fma(n, p.complement, -b);
  // ln of p^a q^b / B(a, b).
  const double ln_front = ln_factorial_excess(n) - ln_factorial_excess(a) - ln_factorial_excess(b) +
                          std::log(a / n) + std::log(b) - deviance(a, n * p.value, apart) -
                          deviance(b, n * p.complement, -apart);
  if (p.value <= (a + 1.0) / (n + 2.0)) {
    const double fraction = beta_fraction(a, b, p, apart);
    return {ln_front - std::log(fraction), p.value * p.complement / fraction};
  }
  const double upper = std::exp(ln_front) / beta_fraction(b, a, {p.complement, p.value}, -apart);
  return {std::log1p(-upper), (1.0 - upper) * std::exp(-ln_front) * p.value * p.complement};
}

/// Where the Cornish-Fisher expansion with two corrections is as good as double precision: its next term is
/// of relative size min(a, b)^-2.
inline constexpr double cornish_fisher_from = 1e10;

[[nodiscard]] inline Share beta_quantile_expanded(double a, double b, double z) {
  const double n = a + b;
  const double skewness = 2.0 * (b - a) * std::sqrt(n + 1.0) / ((n + 2.0) * std::sqrt(a) * std::sqrt(b));
  const double excess_kurtosis =
      6.0 * ((b - a) * (b - a) / a / b * (n + 1.0) - (n + 2.0)) / ((n + 2.0) * (n + 3.0));
  const double x = z + (z * z - 1.0) * skewness / 6.0 + (z * z - 3.0) * z * excess_kurtosis / 24.0 -
                   (2.0 * z * z - 5.0) * z * skewness * skewness / 36.0;
  const double spread = x * std::sqrt(a / n * (b / n) / (n + 1.0));
  return {a / n + spread, b / n - spread};
}

/// The p with P(Beta(a, b) <= p) = `tail`, for a, b > 0 and 0 < tail <= 1/2.
///
/// Newton's method on the logarithm of the tail as a function of ln p, which is concave: at most one step
/// goes too low, and from below it converges monotonically. O(sqrt(min(a, b))), bounded by the expansion for
/// large ones.
[[nodiscard]] inline Share beta_quantile(double a, double b, double tail) {
  const double z = normal_quantile(tail);
  if (a >= cornish_fisher_from && b >= cornish_fisher_from) return beta_quantile_expanded(a, b, z);

  const double n = a + b;
  const double half_width = -z * std::sqrt(a / n * b + 0.25 * z * z);
  // The roots of Wilson's equation; the lower one without cancellation.
  Share p{a / n * a / (a + 0.5 * z * z + half_width), (b + 0.5 * z * z + half_width) / (n + z * z)};
  const double ln_tail = std::log(tail);
  for (int round = 0; round < 100; ++round) {
    const BetaTail at = beta_tail(a, b, p);
    const double off = ln_tail - at.ln_probability;
    p = p.scaled(off * at.over_density / p.value);
    if (p.value == 0.0) break;           // the quantile is below every double
    if (!(std::abs(off) > 1e-8)) break;  // the error is squared by the step just made
  }
  return {p.value, (std::min)(p.complement, 1.0)};
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_BETA_HPP
