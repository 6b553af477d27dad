// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_SEQUENTIAL_HPP
#define VIEWERSHIP_INFERENCE_SEQUENTIAL_HPP

/// @file
/// Looking at an experiment as often as one likes: p-values and intervals that stay valid at every look.
///
/// Which one:
/// - `AlwaysValidTest`, tuned (the default): two arms, rates or means, any number of looks at any times. Its
///   guarantee is asymptotic, like that of a z-test: start looking once each arm has some tens of successes
///   and failures, or values. Rates estimated as 0 or 1 make the variance too small.
/// - `AlwaysValidTest` with an `effect_spread`: the mixture sequential probability ratio test, for those who
///   know how large effects usually are. Asymptotic in the same way.
/// - `rate_confidence_sequence`: one rate, exact at every sample size, from the first trial on.
/// - `normal_mixture_bound`: the boundary under the others, exact for sums with a sub-Gaussian
///   variance process.
/// - Looks fixed in advance are cheaper: see `group_sequential.hpp`.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include <viewership/error.hpp>
#include <viewership/inference/confidence.hpp>
#include <viewership/inference/detail/arm_difference.hpp>
#include <viewership/inference/detail/beta_density.hpp>
#include <viewership/inference/detail/positive.hpp>
#include <viewership/inference/detail/root.hpp>
#include <viewership/moments.hpp>
#include <viewership/proportion.hpp>

namespace viewership::inline v0 {

// ------------------------------------------------------------------------------------------------------------
// options

struct AlwaysValidOptions {
  ConfidenceLevel confidence{};
  /// N*, the number of observations of both arms together at which the interval is tightest; above 0 and
  /// finite. A wrong guess costs width, never validity; but it must not follow the data.
  double tuned_at = 5000.0;
  /// If present, the mixture is N(0, effect_spread²) over the true difference, in the units of the
  /// difference, and `tuned_at` is not used. Above 0 and finite.
  std::optional<double> effect_spread{};

  friend bool operator==(const AlwaysValidOptions&, const AlwaysValidOptions&) = default;
};

// ------------------------------------------------------------------------------------------------------------
// results

/// All that has to be kept between two looks. Store the three numbers, and construct an `AlwaysValidTest`
/// with them and the same options to go on.
struct AlwaysValidState {
  /// Looks so far, those without an answer included.
  std::uint64_t looks = 0;
  /// Observations of both arms at the last look.
  std::uint64_t observations = 0;
  /// ln of the smallest p so far; at most 0.
  double ln_p = 0.0;

  friend bool operator==(const AlwaysValidState&, const AlwaysValidState&) = default;
};

/// What one look says.
struct AlwaysValidLook {
  TestStatus status = TestStatus::no_data;
  /// b - a; absent unless `status` is ok, like the two after it.
  std::optional<double> difference{};
  /// ln of the evidence of this look alone against no difference: an e-value, above 0 for evidence against.
  std::optional<double> ln_evidence{};
  /// For the difference, of this look alone: not intersected with those before, so that it cannot run empty
  /// and never ends up far from the estimate. It covers the truth at all looks at once.
  std::optional<Interval> interval{};
  /// The smallest p of all looks so far, this one included; 1 before there was an answer. p below 1e-308 is
  /// 0: see `ln_p`.
  double p = 1.0;
  double ln_p = 0.0;
  /// Whether p <= alpha at this look or one before. It never turns back, so stopping at the first one is as
  /// good as at any.
  bool significant = false;

  friend bool operator==(const AlwaysValidLook&, const AlwaysValidLook&) = default;
};

// ------------------------------------------------------------------------------------------------------------
// the mixture all of this is about

namespace detail {

/// ln of a normal mixture's likelihood ratio at the standardized difference z, for a mixture of `gain` times
/// the variance of the estimate.
inline double normal_mixture_ln_evidence(double gain, double z_squared) {
  return 0.5 * (z_squared / (1.0 + 1.0 / gain) - std::log1p(gain));
}

/// The z at which the ratio reaches 1/alpha.
inline double normal_mixture_critical(double gain, double alpha) {
  return std::sqrt((1.0 + 1.0 / gain) * (std::log1p(gain) - 2.0 * std::log(alpha)));
}

}  // namespace detail

/// The mixing variance that makes `normal_mixture_bound` nearly the tightest at the intrinsic time
/// `optimal_time`: optimal_time / (2 ln(1/alpha) + ln(1 + 2 ln(1/alpha))).
///
/// Throws `invalid_argument` unless `optimal_time` is above 0 and finite. O(1). Source: Howard, Ramdas,
/// McAuliffe and Sekhon (2021), doi:10.1214/20-AOS1991; the closed form is the approximation of Waudby-Smith
/// et al. (2021), arXiv:2103.06476.
[[nodiscard]] inline double normal_mixture_variance(double optimal_time, ConfidenceLevel confidence = {}) {
  detail::require(detail::is_positive(optimal_time), ErrorCode::invalid_argument,
                  "normal_mixture_variance: the optimal time must be above 0 and finite");
  const double u = -2.0 * std::log(confidence.alpha());
  return optimal_time / (u + std::log1p(u));
}

/// The mixing variance that makes it exactly the tightest: optimal_time / (w - 1), where w > 1 solves
/// w - ln w = 1 + 2 ln(1/alpha), that is w = -W(-alpha²/e) on the lower branch of Lambert's function.
///
/// Throws and complexity as `normal_mixture_variance`. Source: Howard et al. (2021), proposition 3.
[[nodiscard]] inline double exact_normal_mixture_variance(double optimal_time,
                                                          ConfidenceLevel confidence = {}) {
  detail::require(detail::is_positive(optimal_time), ErrorCode::invalid_argument,
                  "exact_normal_mixture_variance: the optimal time must be above 0 and finite");
  // In v = w - 1: v - ln(1 + v) = u. Convex, so that Newton's method from above falls onto the root, whatever
  // alpha; Lambert's function would be handed alpha², which underflows.
  const double u = -2.0 * std::log(confidence.alpha());
  double v = u + std::sqrt(2.0 * u) + 1.0;
  for (int step = 0; step < 64; ++step) {
    const double next = v - (v - std::log1p(v) - u) * (1.0 + v) / v;
    if (!(next < v)) break;
    v = next;
  }
  return optimal_time / v;
}

/// The boundary u(v) that a sum of intrinsic time (variance) v leaves, on either side and ever, with
/// probability at most alpha: sqrt((v + r)·(2 ln(1/alpha) + ln((v + r)/r))) for the mixing variance r.
///
/// Throws `invalid_argument` unless v >= 0 and r > 0, both finite. O(1). Source: Robbins (1970),
/// doi:10.1214/aoms/1177696786; Howard et al. (2021), two-sided normal mixture.
[[nodiscard]] inline double normal_mixture_bound(double intrinsic_time, double mixing_variance,
                                                 ConfidenceLevel confidence = {}) {
  detail::require(
      (intrinsic_time == 0.0 || detail::is_positive(intrinsic_time)) && detail::is_positive(mixing_variance),
      ErrorCode::invalid_argument,
      "normal_mixture_bound: wants a time of 0 or more and a mixing variance above 0");
  const double gain = intrinsic_time / mixing_variance;
  return std::sqrt(intrinsic_time + mixing_variance) *
         std::sqrt(std::log1p(gain) - 2.0 * std::log(confidence.alpha()));
}

// ------------------------------------------------------------------------------------------------------------
// the test

/// A comparison of two arms that may be looked at after every observation.
///
/// With d the difference, v its estimated variance and n the observations of both arms: the mixture has g
/// times the variance v, ln evidence = (d²/v · g/(1 + g) - ln(1 + g)) / 2, p = min(1, 1/evidence) over all
/// looks, and the interval is d ± sqrt(v · (1 + g)/g · (2 ln(1/alpha) + ln(1 + g))).
/// Tuned: g = n·rho² with rho² = (2 ln(1/alpha) + ln(1 + 2 ln(1/alpha))) / N*. With an effect spread tau:
/// g = tau²/v.
///
/// Rates have v = p_a(1 - p_a)/n_a + p_b(1 - p_b)/n_b, means s_a²/n_a + s_b²/n_b. Two-sided. When it is
/// valid: see the top of this file. Not an accumulator: p depends on when one looked, so there is no merge.
/// Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2021), arXiv:2103.06476, asymptotic confidence
/// sequences; Johari, Koomen, Pekelis and Walsh (2022), doi:10.1287/opre.2021.2135, mixture sequential
/// probability ratio test.
class AlwaysValidTest {
 public:
  AlwaysValidTest() = default;

  /// Begins a test, or goes on from a stored state. Throws `invalid_argument` for options outside their
  /// domain, or a state with ln_p above 0 or NaN.
  explicit AlwaysValidTest(const AlwaysValidOptions& options, const AlwaysValidState& state = {})
      : options_(options), state_(state) {
    detail::require(detail::is_positive(options.tuned_at), ErrorCode::invalid_argument,
                    "AlwaysValidTest: tuned_at must be above 0 and finite");
    detail::require(detail::is_positive(options.effect_spread.value_or(1.0)), ErrorCode::invalid_argument,
                    "AlwaysValidTest: effect_spread must be above 0 and finite");
    detail::require(state.ln_p <= 0.0, ErrorCode::invalid_argument,
                    "AlwaysValidTest: the stored ln_p must be at most 0");
  }

  /// Looks at all that was counted since the start: cumulative counts, not those since the last look. Throws
  /// `invalid_argument` if they are fewer than at the last look. O(1).
  AlwaysValidLook look(const Proportion& a, const Proportion& b) {
    return look(detail::arm_difference(a, b), a.trials + b.trials);
  }
  AlwaysValidLook look(const Moments& a, const Moments& b) {
    return look(detail::arm_difference(a, b), a.result().count + b.result().count);
  }

  [[nodiscard]] const AlwaysValidOptions& options() const noexcept { return options_; }
  [[nodiscard]] const AlwaysValidState& state() const noexcept { return state_; }

  friend bool operator==(const AlwaysValidTest&, const AlwaysValidTest&) = default;

 private:
  AlwaysValidLook look(const detail::ArmDifference& arms, std::uint64_t observations) {
    detail::require(observations >= state_.observations, ErrorCode::invalid_argument,
                    "AlwaysValidTest::look: fewer observations than at the last look; counts are cumulative");
    ++state_.looks;
    state_.observations = observations;
    AlwaysValidLook result;
    result.status = arms.status;
    if (arms.status == TestStatus::ok) {
      constexpr double most = (std::numeric_limits<double>::max)();
      const double se = std::sqrt(arms.variance);
      const double gain = (std::min)(gain_at(se, static_cast<double>(observations)), most);
      const double z = arms.difference / se;
      const double ln_evidence = detail::normal_mixture_ln_evidence(gain, (std::min)(z * z, most));
      const double half = se * detail::normal_mixture_critical(gain, options_.confidence.alpha());
      result.difference = arms.difference;
      result.ln_evidence = ln_evidence;
      result.interval = Interval{arms.difference - half, arms.difference + half};
      state_.ln_p = (std::min)(state_.ln_p, -ln_evidence);
    }
    result.ln_p = state_.ln_p;
    result.p = std::exp(state_.ln_p);
    result.significant = state_.ln_p <= std::log(options_.confidence.alpha());
    return result;
  }

  [[nodiscard]] double gain_at(double standard_error, double observations) const {
    if (options_.effect_spread) {
      const double ratio = *options_.effect_spread / standard_error;
      return ratio * ratio;
    }
    return observations / normal_mixture_variance(options_.tuned_at, options_.confidence);
  }

  AlwaysValidOptions options_{};
  AlwaysValidState state_{};
};

// ------------------------------------------------------------------------------------------------------------
// one rate

/// A confidence interval for one rate that may be recomputed after every trial: it covers the true rate at
/// all looks at once with probability of at least the level, at every sample size.
///
/// The rates p whose evidence against them stays below 1/alpha, the evidence being the likelihood ratio of a
/// Beta(m·p, m·(1 - p)) mixture, where m = max(tuned_at / (2 ln(1/alpha) + ln(1 + 2 ln(1/alpha))) - 1,
/// 1/1000).
///
/// @param tuned_at the number of trials at which it is tightest; above 0 and finite, or `invalid_argument`
/// @return [0, 1] for no trial; absent for more successes than trials. Of this look alone, not intersected.
/// O(1). Source: Howard et al. (2021), doi:10.1214/20-AOS1991, beta-binomial mixture, as in the library
/// confseq.
[[nodiscard]] inline std::optional<Interval> rate_confidence_sequence(const Proportion& counts,
                                                                      ConfidenceLevel confidence = {},
                                                                      double tuned_at = 1000.0) {
  detail::require(detail::is_positive(tuned_at), ErrorCode::invalid_argument,
                  "rate_confidence_sequence: tuned_at must be above 0 and finite");
  if (counts.successes > counts.trials) return std::nullopt;
  if (counts.trials == 0) return Interval{0.0, 1.0};
  const double weight = (std::max)(normal_mixture_variance(tuned_at, confidence) - 1.0, 1e-3);
  const double threshold = -std::log(confidence.alpha());

  // The logit of the lower end for `hits` of the trials; the upper end is that of the misses, seen from the
  // other side. On the logit scale a small rate keeps its digits.
  const auto lower_logit = [&](std::uint64_t hits_counted) {
    constexpr double none = -std::numeric_limits<double>::infinity();
    if (hits_counted == 0) return none;
    const auto hits = static_cast<double>(hits_counted);
    const auto misses = static_cast<double>(counts.trials - hits_counted);
    const auto beyond_threshold = [&](double t) {
      const double p = detail::logistic(t);
      const double q = detail::logistic(-t);
      // The evidence is the density of the mixture over that of what the counts make of it.
      const detail::LogitBeta before(weight * p, weight * q);
      const detail::LogitBeta after(hits + weight * p, misses + weight * q);
      return before.log_peak() - after.log_density(before.mode_beyond(after)) - threshold;
    };
    const double estimate = misses == 0.0 ? 40.0 : std::log(hits / misses);
    double step = 1.0;
    while (step < 512.0 && beyond_threshold(estimate - step) <= 0.0) step *= 2.0;
    if (beyond_threshold(estimate - step) <= 0.0) return none;
    return detail::root_between(beyond_threshold, estimate - step, estimate);
  };
  return Interval{detail::logistic(lower_logit(counts.successes)),
                  detail::logistic(-lower_logit(counts.trials - counts.successes))};
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_SEQUENTIAL_HPP
