// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_PROPORTION_INTERVALS_HPP
#define VIEWERSHIP_INFERENCE_PROPORTION_INTERVALS_HPP

/// @file
/// Intervals for a rate, for the difference of two rates, and for the relative lift of one over the other.
///
/// Where the counts determine no interval (no trial, or more successes than trials) there is none. Counts are
/// exact up to 2^53. Every function costs microseconds at most, whatever the counts.

#include <cmath>
#include <optional>

#include <viewership/inference/confidence.hpp>
#include <viewership/inference/detail/beta.hpp>
#include <viewership/inference/detail/normal.hpp>
#include <viewership/inference/detail/rates.hpp>
#include <viewership/inference/detail/root.hpp>
#include <viewership/proportion.hpp>

namespace viewership::inline v0 {

namespace detail {

/// Wilson's limits, and how far they lie below and above the observed rate: for large n these distances are
/// small differences of the limits and need their own digits.
struct WilsonLimits {
  double lower;
  double upper;
  double below;
  double above;
};

/// The roots p of (n + z^2) p^2 - (2 x + z^2) p + x^2 / n = 0, none of them by subtraction.
[[nodiscard]] inline WilsonLimits wilson_limits(const RealCounts& counts, double z) {
  const auto& [x, y, n] = counts;
  const double half_width = z * std::sqrt(x / n * y + 0.25 * z * z);
  const double larger_root = x + 0.5 * z * z + half_width;
  const double lower = x / n * x / larger_root;
  const double upper = y == 0.0 ? 1.0 : larger_root / (n + z * z);
  // The centre is shifted towards 1/2, so one distance is longer; the other from their product.
  const double shift = 0.5 * z * z * ((y - x) / n);
  const double longer = (half_width + std::abs(shift)) / (n + z * z);
  const double shorter = z * z * (x / n) * (y / n) / (n + z * z) / longer;
  return shift >= 0.0 ? WilsonLimits{lower, upper, shorter, longer}
                      : WilsonLimits{lower, upper, longer, shorter};
}

/// From `below` to `above` p_b - p_a, and not beyond -1 or 1 by rounding.
[[nodiscard]] inline Interval difference_interval(const RealCounts& a, const RealCounts& b, double below,
                                                  double above) {
  const double difference = rate_difference(a, b);
  const double lower = difference - below;
  const double upper = difference + above;
  return {lower < -1.0 ? -1.0 : lower, upper > 1.0 ? 1.0 : upper};
}

/// The lower limit of Clopper and Pearson: the p that makes `x` successes or more as rare as `tail`.
[[nodiscard]] inline Share clopper_pearson_lower(double x, double y, double tail) {
  return x == 0.0 ? Share{0.0, 1.0} : beta_quantile(x, y + 1.0, tail);
}

}  // namespace detail

/// Wilson's score interval for a rate p: all p with (x/n - p)^2 <= z^2 p (1 - p) / n.
///
/// Its coverage is on average the level, not at every p at least. Inside [0, 1] and never a single point,
/// also at 0 and at n successes.
/// @return nothing without a trial or with more successes than trials.
/// Source: Wilson (1927), doi:10.1080/01621459.1927.10502953.
[[nodiscard]] inline std::optional<Interval> wilson_interval(const Proportion& counts,
                                                             ConfidenceLevel confidence = {}) {
  if (!detail::has_rate(counts)) return std::nullopt;
  const detail::WilsonLimits limits =
      detail::wilson_limits(detail::real_counts(counts), detail::two_sided_critical(confidence));
  return Interval{limits.lower, limits.upper};
}

/// Clopper and Pearson's interval for a rate: the p that neither one-sided exact binomial test rejects at
/// alpha/2.
///
/// Its coverage is at least the level at every p, and often well above it. Lower limit 0 at no success, upper
/// limit 1 at n.
/// @return nothing without a trial or with more successes than trials.
/// Source: Clopper and Pearson (1934), doi:10.1093/biomet/26.4.404.
[[nodiscard]] inline std::optional<Interval> clopper_pearson_interval(const Proportion& counts,
                                                                      ConfidenceLevel confidence = {}) {
  if (!detail::has_rate(counts)) return std::nullopt;
  const auto [x, y, n] = detail::real_counts(counts);
  const double tail = 0.5 * confidence.alpha();
  return Interval{detail::clopper_pearson_lower(x, y, tail).value,
                  detail::clopper_pearson_lower(y, x, tail).complement};
}

/// Jeffreys' interval for a rate: the alpha/2 and 1 - alpha/2 quantiles of Beta(x + 1/2, n - x + 1/2).
///
/// The plain quantiles: at 0 of n the lower limit is above 0, and at n of n the upper one below 1.
/// @return nothing without a trial or with more successes than trials.
/// Source: Brown, Cai and DasGupta (2001), doi:10.1214/ss/1009213286.
[[nodiscard]] inline std::optional<Interval> jeffreys_interval(const Proportion& counts,
                                                               ConfidenceLevel confidence = {}) {
  if (!detail::has_rate(counts)) return std::nullopt;
  const auto [x, y, n] = detail::real_counts(counts);
  const double tail = 0.5 * confidence.alpha();
  return Interval{detail::beta_quantile(x + 0.5, y + 0.5, tail).value,
                  detail::beta_quantile(y + 0.5, x + 0.5, tail).complement};
}

/// Newcombe's hybrid score interval for p_b - p_a (his method 10, without continuity correction): with
/// Wilson's limits [l, u] of each rate, d - sqrt((p_b - l_b)^2 + (u_a - p_a)^2) to d + sqrt((u_b - p_b)^2 +
/// (p_a - l_a)^2).
///
/// @return nothing when either has no trial or more successes than trials.
/// Source: Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
[[nodiscard]] inline std::optional<Interval> newcombe_interval(const Proportion& a, const Proportion& b,
                                                               ConfidenceLevel confidence = {}) {
  if (!detail::has_rate(a) || !detail::has_rate(b)) return std::nullopt;
  const detail::RealCounts real_a = detail::real_counts(a);
  const detail::RealCounts real_b = detail::real_counts(b);
  const double z = detail::two_sided_critical(confidence);
  const detail::WilsonLimits from_a = detail::wilson_limits(real_a, z);
  const detail::WilsonLimits from_b = detail::wilson_limits(real_b, z);
  return detail::difference_interval(real_a, real_b, std::hypot(from_b.below, from_a.above),
                                     std::hypot(from_b.above, from_a.below));
}

namespace detail {

/// p (1 - p) of the rate p > x/n that solves n p - x = lambda p (1 - p), for lambda > 0: the rate that an arm
/// is pushed up to. With nothing to push from (x = 0), it stays at 0 until lambda exceeds n.
[[nodiscard]] inline double pushed_up_variance(const RealCounts& counts, double lambda) {
  const auto& [x, y, n] = counts;
  const double root = std::hypot(lambda - n, 2.0 * std::sqrt(lambda) * std::sqrt(x));
  // Both solutions of the quadratic, p and 1 - p, in the form without cancellation.
  const double up = lambda > n ? (lambda - n + root) / (2.0 * lambda)
                    : x == 0.0 ? 0.0
                               : 2.0 * x / (n - lambda + root);
  const double down = 2.0 * y / (lambda + n + root);
  return up * down;
}

/// How far Miettinen and Nurminen's lower limit for p_b - p_a lies below the observed difference d.
///
/// The rates p_a, p_b that are most likely given their difference delta < d balance the pull of their arms:
/// n_a p_a - x_a = lambda p_a (1 - p_a) and x_b - n_b p_b = lambda p_b (1 - p_b), one multiplier lambda >= 0.
/// Hence d - delta = lambda V with V = p_a (1 - p_a) / n_a + p_b (1 - p_b) / n_b, and the score statistic is
/// lambda sqrt(V) sqrt((N - 1) / N). It grows with lambda, and the limit is d - lambda V where it reaches z:
/// one bracketed equation in lambda, instead of a cubic inside of a search over delta.
[[nodiscard]] inline double miettinen_nurminen_below(const RealCounts& a, const RealCounts& b, double z) {
  // As far apart as rates can be: no smaller difference exists.
  if (a.failures == 0.0 && b.successes == 0.0) return 0.0;
  const RealCounts b_failing{b.failures, b.successes, b.trials};  // pushed down = its failures pushed up
  const auto deviation = [&](double lambda) {
    return std::sqrt(pushed_up_variance(a, lambda) / a.trials +
                     pushed_up_variance(b_failing, lambda) / b.trials);
  };
  const double total = a.trials + b.trials;
  const double target = z * std::sqrt(total / (total - 1.0));
  const auto missing = [&](double lambda) { return lambda * deviation(lambda) - target; };

  // V is at most (1/n_a + 1/n_b) / 4, so the root is not below this.
  double low = 2.0 * target / std::sqrt(1.0 / a.trials + 1.0 / b.trials);
  double high = 2.0 * low;
  while (missing(high) < 0.0) {
    low = high;
    high *= 2.0;
  }
  const double lambda = root_between(missing, low, high);
  return target / lambda * target;
}

}  // namespace detail

/// Miettinen and Nurminen's score interval for p_b - p_a: all delta whose score statistic, with the variance
/// of the most likely rates at that difference times N / (N - 1), is at most z.
///
/// Defined for every table, also with no successes or only successes in both; inside [-1, 1].
/// @return nothing when either has no trial or more successes than trials.
/// Source: Miettinen and Nurminen (1985), doi:10.1002/sim.4780040211; the way to the root is ours.
[[nodiscard]] inline std::optional<Interval> miettinen_nurminen_interval(const Proportion& a,
                                                                         const Proportion& b,
                                                                         ConfidenceLevel confidence = {}) {
  if (!detail::has_rate(a) || !detail::has_rate(b)) return std::nullopt;
  const detail::RealCounts real_a = detail::real_counts(a);
  const detail::RealCounts real_b = detail::real_counts(b);
  const double z = detail::two_sided_critical(confidence);
  return detail::difference_interval(real_a, real_b, detail::miettinen_nurminen_below(real_a, real_b, z),
                                     detail::miettinen_nurminen_below(real_b, real_a, z));
}

/// Katz's interval for the relative lift p_b / p_a - 1, symmetric for the logarithm of the ratio:
/// (p_b / p_a) exp(-+z s) - 1 with s^2 = (1 - p_a) / x_a + (1 - p_b) / x_b.
///
/// @return nothing when either has no trial, more successes than trials, or no success: the logarithm of a
/// ratio with a zero in it has no standard error. The difference of the rates has an interval also then.
/// Source: Katz, Baptista, Azen and Pike (1978), doi:10.2307/2530610.
[[nodiscard]] inline std::optional<Interval> lift_interval(const Proportion& a, const Proportion& b,
                                                           ConfidenceLevel confidence = {}) {
  if (!detail::has_rate(a) || !detail::has_rate(b) || a.successes == 0 || b.successes == 0)
    return std::nullopt;
  const detail::RealCounts real_a = detail::real_counts(a);
  const detail::RealCounts real_b = detail::real_counts(b);
  const double lift = detail::rate_difference(real_a, real_b) / real_a.rate();
  const double half_width =
      detail::two_sided_critical(confidence) * std::sqrt(real_a.failures / real_a.trials / real_a.successes +
                                                         real_b.failures / real_b.trials / real_b.successes);
  const double ln_ratio = std::log1p(lift);
  return Interval{std::expm1(ln_ratio - half_width), std::expm1(ln_ratio + half_width)};
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_PROPORTION_INTERVALS_HPP
