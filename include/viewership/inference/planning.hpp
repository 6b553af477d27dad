// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_PLANNING_HPP
#define VIEWERSHIP_INFERENCE_PLANNING_HPP

/// @file
/// Before an experiment: how many viewers it needs, what it would find, and the smallest effect it could see.
///
/// Group 1 is the control, group 2 has `ratio` times its size. Everything here refers to a test at a fixed
/// sample: one that is peeked at needs `sequential.hpp` or `group_sequential.hpp`, and a larger one.

#include <algorithm>
#include <boost/math/distributions/non_central_t.hpp>
#include <cmath>
#include <cstdint>
#include <optional>

#include <viewership/error.hpp>
#include <viewership/inference/confidence.hpp>
#include <viewership/inference/detail/normal.hpp>
#include <viewership/inference/detail/positive.hpp>
#include <viewership/inference/detail/root.hpp>
#include <viewership/inference/detail/student_t.hpp>

namespace viewership::inline v0 {

// ------------------------------------------------------------------------------------------------------------
// options

/// Which rejections count.
enum class Alternative : std::uint8_t {
  two_sided,         ///< those in the direction of the effect, at alpha/2 (R: strict = FALSE)
  two_sided_strict,  ///< those in the wrong direction as well (R: strict = TRUE)
  one_sided          ///< those in the direction of the effect, at alpha
};

/// How the distance of two rates is measured, and in which variance.
enum class RateEffect : std::uint8_t {
  pooled_null,  ///< difference; pooled variance under the null, as the z-test has it (R power.prop.test)
  unpooled,     ///< difference; the variance of the alternative throughout
  cohen_h       ///< 2 asin(sqrt(p2)) - 2 asin(sqrt(p1)), of variance 1/n1 + 1/n2 (statsmodels, pwr)
};

struct PlanningOptions {
  /// alpha = 1 - level of the test that is planned.
  ConfidenceLevel confidence{};
  Alternative alternative = Alternative::two_sided;
  /// n2 / n1; in [1e-6, 1e6].
  double ratio = 1.0;
  /// Of rates only.
  RateEffect effect = RateEffect::pooled_null;

  friend bool operator==(const PlanningOptions&, const PlanningOptions&) = default;
};

// ------------------------------------------------------------------------------------------------------------
// results

/// How many observations a plan needs.
struct SampleSize {
  /// The exact solution, n2 = ratio · n1.
  double n1 = 0.0;
  double n2 = 0.0;
  /// Rounded up, to at least 1.
  std::uint64_t whole_n1 = 0;
  std::uint64_t whole_n2 = 0;

  friend bool operator==(const SampleSize&, const SampleSize&) = default;
};

namespace detail {

inline void validate(const PlanningOptions& options, const char* message) {
  require(options.ratio >= 1e-6 && options.ratio <= 1e6, ErrorCode::invalid_argument, message);
}

/// Above the power of no effect at all, which is at most alpha, and below certainty.
inline void validate_power(double power, const PlanningOptions& options, const char* message) {
  require(power > options.confidence.alpha() && power < 1.0, ErrorCode::invalid_argument, message);
}

inline bool is_open_share(double p) {
  return p > 0.0 && p < 1.0;
}

/// The probability of one tail that rejects.
inline double tail_alpha(const PlanningOptions& options) {
  const double alpha = options.confidence.alpha();
  return options.alternative == Alternative::one_sided ? alpha : 0.5 * alpha;
}

/// No plan needs more, and whole numbers up to it are exact.
inline constexpr double most_observations = 9007199254740992.0;  // 2^53

/// Absent if it takes more observations than that.
inline std::optional<SampleSize> sample_size_of(double n1, double ratio) {
  if (!((1.0 + ratio) * n1 <= most_observations)) return std::nullopt;
  const auto whole = [](double n) { return static_cast<std::uint64_t>((std::max)(1.0, std::ceil(n))); };
  return SampleSize{n1, ratio * n1, whole(n1), whole(ratio * n1)};
}

inline bool is_t_sample(double n1, double ratio) {
  constexpr double two = 2.0 - 1e-14;  // 2 / ratio · ratio
  return n1 >= two && ratio * n1 >= two && (1.0 + ratio) * n1 <= most_observations;
}

/// A comparison of two rates by a z-test: the effect, and the standard deviations that one observation of
/// group 1 leaves in its estimate, under the null and under the alternative.
struct RateContrast {
  double effect = 0.0;
  double null_sd = 0.0;
  double sd = 0.0;
};

/// Of p1 against p1 + difference.
inline RateContrast rate_contrast(double p1, double difference, const PlanningOptions& options) {
  const double ratio = options.ratio;
  const double p2 = std::clamp(p1 + difference, 0.0, 1.0);
  const double q1 = 1.0 - p1;
  const double q2 = 1.0 - p2;
  const double sd = std::sqrt(p1 * q1 + p2 * q2 / ratio);
  switch (options.effect) {
    case RateEffect::unpooled:
      return {std::abs(difference), sd, sd};
    case RateEffect::cohen_h: {
      // 2 asin(sqrt(p2)) - 2 asin(sqrt(p1)) by the sine of a difference, so that close rates lose nothing.
      const double sine = difference / (std::sqrt(p2 * q1) + std::sqrt(p1 * q2));
      const double h = 2.0 * std::asin(std::clamp(sine, -1.0, 1.0));
      const double h_sd = std::sqrt(1.0 + 1.0 / ratio);
      return {std::abs(h), h_sd, h_sd};
    }
    case RateEffect::pooled_null:
      break;
  }
  const double pooled = p1 + difference * (ratio / (1.0 + ratio));
  return {std::abs(difference), std::sqrt(pooled * (1.0 - pooled) * (1.0 + 1.0 / ratio)), sd};
}

inline double critical_z(const PlanningOptions& options) {
  return -normal_quantile(tail_alpha(options));
}

inline double z_power(const RateContrast& contrast, double n1, const PlanningOptions& options) {
  const double shift = contrast.effect * std::sqrt(n1);
  const double threshold = critical_z(options) * contrast.null_sd;
  double power = normal_upper_tail((threshold - shift) / contrast.sd);
  if (options.alternative == Alternative::two_sided_strict) {
    power += normal_upper_tail((threshold + shift) / contrast.sd);
  }
  return power;
}

/// The power of the two-sample t-test for an effect in standard deviations. n1 and ratio · n1 at least 2.
inline double t_power(double effect, double n1, const PlanningOptions& options) {
  // Where Boost's series still counts its terms in an int; no test needs more.
  constexpr double most_shift = 1e4;
  // Beyond it Boost answers NaN, and the power is below 1e-90: alpha is, and df is close to 2.
  constexpr double most_critical = 1e50;
  const double n2 = options.ratio * n1;
  const double df = n1 + n2 - 2.0;
  const double critical = boost::math::quantile(boost::math::complement(StudentT(df), tail_alpha(options)));
  if (!(std::abs(critical) < most_critical)) return 0.0;  // Boost overflows to either infinity
  const double shift = (std::min)(std::abs(effect) / std::sqrt(1.0 / n1 + 1.0 / n2), most_shift);
  const boost::math::non_central_t_distribution<double, MathPolicy> alternative(df, shift);
  double power = boost::math::cdf(boost::math::complement(alternative, critical));
  if (options.alternative == Alternative::two_sided_strict) power += boost::math::cdf(alternative, -critical);
  return (std::min)(power, 1.0);
}

/// The least n1 from `from` on with power(n1) >= target, for a power that rises with n1.
template <class Power>
std::optional<SampleSize> least_sample(const Power& power, double target, double from, double guess,
                                       double ratio) {
  const auto missing = [&](double n1) { return power(n1) - target; };
  if (missing(from) >= 0.0) return sample_size_of(from, ratio);
  double enough = (std::max)(guess, from);
  while (enough <= most_observations && missing(enough) < 0.0) enough *= 1.5;
  if (!(enough <= most_observations)) return std::nullopt;
  return sample_size_of(root_between(missing, from, enough), ratio);
}

/// The n1 at which a z-test has the power with its own tail alone.
inline double z_sample_size(const RateContrast& contrast, double power, const PlanningOptions& options) {
  const double distance = critical_z(options) * contrast.null_sd + normal_quantile(power) * contrast.sd;
  const double root = (std::max)(distance, 0.0) / contrast.effect;
  return root * root;
}

}  // namespace detail

// ------------------------------------------------------------------------------------------------------------
// rates

/// The power of a z-test of two rates: the probability that it finds p1 and p2 different.
///
/// Φ((|p2 - p1|·sqrt(n1) - z·s0) / s1) with s0² = p(1 - p)(1 + 1/ratio), p = (p1 + ratio·p2)/(1 + ratio), and
/// s1² = p1(1 - p1) + p2(1 - p2)/ratio; `RateEffect` and `Alternative` name the variants.
///
/// @param p1, p2 true rates, in (0, 1)
/// @param n1 observations of group 1, above 0 and finite; need not be whole
/// Throws `invalid_argument` for arguments or options outside their domain. O(1).
/// Source: Fleiss, Levin and Paik (2003), doi:10.1002/0471445428; R's power.prop.test.
[[nodiscard]] inline double rate_power(double p1, double p2, double n1, const PlanningOptions& options = {}) {
  detail::validate(options, "rate_power: the ratio must lie in [1e-6, 1e6]");
  detail::require(detail::is_open_share(p1) && detail::is_open_share(p2), ErrorCode::invalid_argument,
                  "rate_power: both rates must lie in (0, 1)");
  detail::require(detail::is_positive(n1), ErrorCode::invalid_argument,
                  "rate_power: the sample must be above 0 and finite");
  return detail::z_power(detail::rate_contrast(p1, p2 - p1, options), n1, options);
}

/// The sample at which a z-test of two rates has the given power: what solves `rate_power` for n1.
///
/// @param power in (alpha, 1)
/// @return absent for equal rates, and if more than 2^53 observations were needed
/// Throws `invalid_argument` for arguments or options outside their domain. O(1). Source: as `rate_power`.
[[nodiscard]] inline std::optional<SampleSize> rate_sample_size(double p1, double p2, double power = 0.8,
                                                                const PlanningOptions& options = {}) {
  detail::validate(options, "rate_sample_size: the ratio must lie in [1e-6, 1e6]");
  detail::require(detail::is_open_share(p1) && detail::is_open_share(p2), ErrorCode::invalid_argument,
                  "rate_sample_size: both rates must lie in (0, 1)");
  detail::validate_power(power, options, "rate_sample_size: the power must lie in (alpha, 1)");
  if (p1 == p2) return std::nullopt;
  const detail::RateContrast contrast = detail::rate_contrast(p1, p2 - p1, options);
  const double n1 = detail::z_sample_size(contrast, power, options);
  if (options.alternative != Alternative::two_sided_strict) return detail::sample_size_of(n1, options.ratio);
  return detail::least_sample([&](double n) { return detail::z_power(contrast, n, options); }, power, 0.0, n1,
                              options.ratio);
}

/// The differences from a rate that a sample can just see.
struct DetectableRates {
  /// p2 - p1 above 0, and the one below 0. Absent where not even a rate of 1, or of 0, would be found with
  /// that power.
  std::optional<double> increase{};
  std::optional<double> decrease{};

  friend bool operator==(const DetectableRates&, const DetectableRates&) = default;
};

/// The minimum detectable effect of a z-test of two rates: what solves `rate_power` for p2 - p1.
///
/// @param p1 rate of group 1, in (0, 1)
/// @param n1 its observations, above 0 and finite
/// @param power in (alpha, 1)
/// Throws `invalid_argument` for arguments or options outside their domain. O(1). Source: as `rate_power`.
[[nodiscard]] inline DetectableRates rate_detectable_effect(double p1, double n1, double power = 0.8,
                                                            const PlanningOptions& options = {}) {
  detail::validate(options, "rate_detectable_effect: the ratio must lie in [1e-6, 1e6]");
  detail::require(detail::is_open_share(p1), ErrorCode::invalid_argument,
                  "rate_detectable_effect: the rate must lie in (0, 1)");
  detail::require(detail::is_positive(n1), ErrorCode::invalid_argument,
                  "rate_detectable_effect: the sample must be above 0 and finite");
  detail::validate_power(power, options, "rate_detectable_effect: the power must lie in (alpha, 1)");
  const auto missing = [&](double difference) {
    return detail::z_power(detail::rate_contrast(p1, difference, options), n1, options) - power;
  };
  const auto towards = [&](double most) -> std::optional<double> {
    if (missing(most) < 0.0) return std::nullopt;
    return detail::root_between(missing, 0.0, most);
  };
  return {towards(1.0 - p1), towards(-p1)};
}

// ------------------------------------------------------------------------------------------------------------
// means

/// The power of the two-sample t-test: the probability that it finds means that differ by `difference`.
///
/// Exact for normal values of one standard deviation in both groups: the noncentral t distribution with n1 +
/// n2 - 2 degrees of freedom and noncentrality difference / (sd·sqrt(1/n1 + 1/n2)), which counts up to 10^4.
/// Welch's test has nearly the same power.
///
/// @param difference of the means, finite
/// @param standard_deviation above 0 and finite
/// @param n1 observations of group 1; n1 and ratio · n1 at least 2, at most 2^53; need not be whole
/// Throws `invalid_argument` for arguments or options outside their domain. O(1), some 20 µs.
/// Source: R's power.t.test.
[[nodiscard]] inline double mean_power(double difference, double standard_deviation, double n1,
                                       const PlanningOptions& options = {}) {
  detail::validate(options, "mean_power: the ratio must lie in [1e-6, 1e6]");
  detail::require(std::isfinite(difference), ErrorCode::invalid_argument,
                  "mean_power: the difference must be finite");
  detail::require(detail::is_positive(standard_deviation), ErrorCode::invalid_argument,
                  "mean_power: the standard deviation must be above 0 and finite");
  detail::require(detail::is_t_sample(n1, options.ratio), ErrorCode::invalid_argument,
                  "mean_power: each group must have from 2 to 2^53 observations");
  return detail::t_power(difference / standard_deviation, n1, options);
}

/// The sample at which the two-sample t-test has the given power: what solves `mean_power` for n1, at least 2
/// in each group.
///
/// @param power in (alpha, 1)
/// @return absent for no difference, and if more than 2^53 observations were needed
/// Throws `invalid_argument` for arguments or options outside their domain. O(1).
[[nodiscard]] inline std::optional<SampleSize> mean_sample_size(double difference, double standard_deviation,
                                                                double power = 0.8,
                                                                const PlanningOptions& options = {}) {
  detail::validate(options, "mean_sample_size: the ratio must lie in [1e-6, 1e6]");
  detail::require(std::isfinite(difference), ErrorCode::invalid_argument,
                  "mean_sample_size: the difference must be finite");
  detail::require(detail::is_positive(standard_deviation), ErrorCode::invalid_argument,
                  "mean_sample_size: the standard deviation must be above 0 and finite");
  detail::validate_power(power, options, "mean_sample_size: the power must lie in (alpha, 1)");
  const double effect = std::abs(difference) / standard_deviation;
  if (effect == 0.0) return std::nullopt;
  const double sd = std::sqrt(1.0 + 1.0 / options.ratio);
  const double by_z = detail::z_sample_size({effect, sd, sd}, power, options);
  return detail::least_sample([&](double n1) { return detail::t_power(effect, n1, options); }, power,
                              (std::max)(2.0, 2.0 / options.ratio), by_z, options.ratio);
}

/// The minimum detectable effect of the two-sample t-test: the difference above 0 that solves `mean_power`;
/// one below 0 is seen as well.
///
/// @param power in (alpha, 1)
/// @return absent if even 10^4 standard errors would be missed, as at 2 degrees of freedom and a tiny alpha
/// Throws `invalid_argument` for arguments or options outside their domain. O(1).
[[nodiscard]] inline std::optional<double> mean_detectable_effect(double standard_deviation, double n1,
                                                                  double power = 0.8,
                                                                  const PlanningOptions& options = {}) {
  detail::validate(options, "mean_detectable_effect: the ratio must lie in [1e-6, 1e6]");
  detail::require(detail::is_positive(standard_deviation), ErrorCode::invalid_argument,
                  "mean_detectable_effect: the standard deviation must be above 0 and finite");
  detail::require(detail::is_t_sample(n1, options.ratio), ErrorCode::invalid_argument,
                  "mean_detectable_effect: each group must have from 2 to 2^53 observations");
  detail::validate_power(power, options, "mean_detectable_effect: the power must lie in (alpha, 1)");
  const double standard_error = std::sqrt((1.0 + 1.0 / options.ratio) / n1);
  const auto missing = [&](double shift) {
    return detail::t_power(shift * standard_error, n1, options) - power;
  };
  double enough = 4.0;
  while (missing(enough) < 0.0) {
    if (enough > 1e4) return std::nullopt;
    enough *= 2.0;
  }
  return standard_deviation * standard_error * detail::root_between(missing, 0.0, enough);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_PLANNING_HPP
