// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_BAYES_HPP
#define VIEWERSHIP_INFERENCE_BAYES_HPP

/// @file
/// What an experiment says in Bayesian terms: the probability that an arm is best, and what choosing it would
/// cost. By quadrature and closed form, never by sampling, so that the same data give the same answer.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include <viewership/error.hpp>
#include <viewership/inference/confidence.hpp>
#include <viewership/inference/detail/arm_difference.hpp>
#include <viewership/inference/detail/beta.hpp>
#include <viewership/inference/detail/beta_density.hpp>
#include <viewership/inference/detail/normal.hpp>
#include <viewership/inference/detail/positive.hpp>
#include <viewership/inference/detail/posterior_grid.hpp>
#include <viewership/moments.hpp>
#include <viewership/proportion.hpp>

namespace viewership::inline v0 {

// ------------------------------------------------------------------------------------------------------------
// options

/// What is believed of a rate before the data: Beta(alpha, beta), uniform by default. Both in [1e-3, 1e15].
struct BetaPrior {
  double alpha = 1.0;
  double beta = 1.0;

  friend bool operator==(const BetaPrior&, const BetaPrior&) = default;
};

/// What is believed of a difference before the data: N(mean, standard_deviation²). The mean finite, the
/// deviation above 0 and finite.
struct NormalPrior {
  double mean = 0.0;
  double standard_deviation = 1.0;

  friend bool operator==(const NormalPrior&, const NormalPrior&) = default;
};

/// At most so many arms are compared at once.
inline constexpr std::size_t max_bayesian_arms = 200;

// ------------------------------------------------------------------------------------------------------------
// results

/// One of several arms.
struct BayesianArm {
  /// Posterior mean of its rate.
  double mean = 0.0;
  /// That its rate is the highest.
  double probability_best = 0.0;
  /// By how much the highest rate exceeds its own, on average: the cost of choosing it.
  double expected_loss = 0.0;

  friend bool operator==(const BayesianArm&, const BayesianArm&) = default;
};

/// Two arms. The two probabilities add up to 1, but the lesser of them is exact on its own.
struct BayesianComparison {
  double probability_b_better = 0.0;
  double probability_a_better = 0.0;
  /// The cost of choosing an arm: by how much the other exceeds it, where it does, on average. In units of
  /// the rate, or of the values.
  double expected_loss_a = 0.0;
  double expected_loss_b = 0.0;

  friend bool operator==(const BayesianComparison&, const BayesianComparison&) = default;
};

/// The posterior of a difference b - a that is normal.
struct NormalPosterior {
  double mean = 0.0;
  double standard_deviation = 0.0;

  friend bool operator==(const NormalPosterior&, const NormalPosterior&) = default;
};

// ------------------------------------------------------------------------------------------------------------
// rates

namespace detail {

inline void validate(const BetaPrior& prior, const char* message) {
  const auto usable = [](double parameter) { return parameter >= 1e-3 && parameter <= 1e15; };
  require(usable(prior.alpha) && usable(prior.beta), ErrorCode::invalid_argument, message);
}

inline LogitBeta posterior(const Proportion& counts, const BetaPrior& prior) {
  return {prior.alpha + static_cast<double>(counts.successes),
          prior.beta + static_cast<double>(counts.trials - counts.successes)};
}

/// Where the density is below e^-40 = 4e-18 of its peak nothing matters, unless tails are all there is.
inline constexpr double posterior_depth = 40.0;

/// The probability that several variables are all below some value, and what it lacks of 1, so that neither
/// is the difference of the other from 1.
struct Below {
  double probability = 1.0;
  double complement = 0.0;

  [[nodiscard]] Below and_below(double below, double above) const {
    return {probability * below, complement + probability * above};
  }
  [[nodiscard]] Below and_below(const Below& other) const {
    return and_below(other.probability, other.complement);
  }
};

/// P(best) and the expected loss of each variable. O(panels · variables).
inline std::vector<BayesianArm> compare_posteriors(const std::vector<LogitBeta>& variables) {
  const std::size_t count = variables.size();
  const PosteriorGrid grid(variables, posterior_depth);
  std::vector<BayesianArm> arms(count);
  for (std::size_t i = 0; i < count; ++i) arms[i].mean = variables[i].mean();
  std::vector<PosteriorGrid::Values> values(count);
  std::vector<Below> later(count + 1);  // of the variables from i on
  for (std::size_t panel = 0; panel < grid.panels(); ++panel) {
    for (std::size_t i = 0; i < count; ++i) grid.evaluate(i, panel, values[i]);
    for (std::size_t node = 0; node < PosteriorGrid::nodes_per_panel; ++node) {
      for (std::size_t i = count; i-- > 0;) {
        later[i] = later[i + 1].and_below(values[i].below[node], values[i].above[node]);
      }
      const double weight = grid.weight(panel, node);
      const double dx = weight * grid.jacobian(grid.node(panel, node));
      Below earlier;
      for (std::size_t i = 0; i < count; ++i) {
        const Below others = earlier.and_below(later[i + 1]);
        arms[i].probability_best += weight * values[i].density[node] * others.probability;
        arms[i].expected_loss += dx * values[i].below[node] * others.complement;
        earlier = earlier.and_below(values[i].below[node], values[i].above[node]);
      }
    }
  }
  for (BayesianArm& arm : arms) arm.probability_best = (std::min)(arm.probability_best, 1.0);
  return arms;
}

}  // namespace detail

/// The credible interval of a rate with equal tails: outside it the posterior Beta(alpha + successes, beta +
/// failures) has alpha/2 on either side.
///
/// @param counts no trials: the prior's interval. More successes than trials: absent.
/// Throws `invalid_argument` for a prior outside its domain. O(sqrt(min(a, b))) for a posterior Beta(a, b),
/// and O(1) from 10^10 on.
[[nodiscard]] inline std::optional<Interval> rate_credible_interval(const Proportion& counts,
                                                                    ConfidenceLevel confidence = {},
                                                                    const BetaPrior& prior = {}) {
  detail::validate(prior, "rate_credible_interval: the prior's parameters must lie in [1e-3, 1e15]");
  if (counts.successes > counts.trials) return std::nullopt;
  const detail::LogitBeta posterior = detail::posterior(counts, prior);
  const double tail = 0.5 * confidence.alpha();
  return Interval{detail::beta_quantile(posterior.alpha(), posterior.beta(), tail).value,
                  detail::beta_quantile(posterior.beta(), posterior.alpha(), tail).complement};
}

/// Which of several arms has the highest rate: for each the probability that it does, ∫ f_i ∏ F_j, and the
/// expected loss of choosing it, E[max θ] - E[θ_i] = ∫ F_i (1 - ∏ F_j), over the others j. The rates have
/// independent posteriors Beta(alpha + successes, beta + failures).
///
/// @param arms their counts, 1 to 200 of them, or `invalid_argument`; an arm without trials has the prior
/// @return one entry for each arm, in order; absent if one has more successes than trials
/// Throws `invalid_argument` for a prior outside its domain. Relative error about 1e-12 for counts up to 1e6,
/// 1e-9 up to 1e12, tiny probabilities included.
/// Complexity: O(arms · panels), some 40 panels for arms that are alike; 1 ms for 2 arms.
/// Source: ours (quadrature); Chris Stucchio (2015), "Bayesian A/B testing at VWO" (expected loss).
[[nodiscard]] inline std::optional<std::vector<BayesianArm>> compare_rates_bayesian(
    std::span<const Proportion> arms, const BetaPrior& prior = {}) {
  detail::validate(prior, "compare_rates_bayesian: the prior's parameters must lie in [1e-3, 1e15]");
  detail::require(!arms.empty() && arms.size() <= max_bayesian_arms, ErrorCode::invalid_argument,
                  "compare_rates_bayesian: wants 1 to 200 arms");
  std::vector<detail::LogitBeta> posteriors;
  for (const Proportion& arm : arms) {
    if (arm.successes > arm.trials) return std::nullopt;
    posteriors.push_back(detail::posterior(arm, prior));
  }
  return detail::compare_posteriors(posteriors);
}

/// The same of two arms.
[[nodiscard]] inline std::optional<BayesianComparison> compare_rates_bayesian(const Proportion& a,
                                                                              const Proportion& b,
                                                                              const BetaPrior& prior = {}) {
  const std::array<Proportion, 2> both{a, b};
  const auto arms = compare_rates_bayesian(std::span<const Proportion>(both), prior);
  if (!arms) return std::nullopt;
  const BayesianArm& of_a = arms->front();
  const BayesianArm& of_b = arms->back();
  return BayesianComparison{of_b.probability_best, of_a.probability_best, of_a.expected_loss,
                            of_b.expected_loss};
}

// ------------------------------------------------------------------------------------------------------------
// differences that are normal

namespace detail {

/// E[max(Z - z, 0)] for a standard normal Z.
inline double normal_excess(double z) {
  if (z < 4.0) return normal_density(z) - z * normal_upper_tail(z);
  // By the continued fraction of Mills' ratio, 1/(z + 1/(z + 2/(z + ...))): the difference above is what
  // cancels. 60 steps are exact from z = 4 on.
  double fraction = z;
  for (int step = 60; step >= 2; --step) fraction = z + step / fraction;
  return normal_density(z) / (z * fraction + 1.0);
}

}  // namespace detail

/// The posterior of a difference whose estimate is normal: the prior's and the data's means weighed by their
/// precisions; without a prior, the estimate itself.
///
/// @param difference b - a, finite
/// @param standard_error of it, above 0 and finite
/// Throws `invalid_argument` for others, or a prior outside its domain. O(1).
[[nodiscard]] inline NormalPosterior normal_posterior(double difference, double standard_error,
                                                      const std::optional<NormalPrior>& prior = {}) {
  detail::require(std::isfinite(difference) && detail::is_positive(standard_error),
                  ErrorCode::invalid_argument,
                  "normal_posterior: wants a finite difference and a standard error above 0");
  if (!prior) return {difference, standard_error};
  detail::require(std::isfinite(prior->mean) && detail::is_positive(prior->standard_deviation),
                  ErrorCode::invalid_argument,
                  "normal_posterior: the prior wants a finite mean and a standard deviation above 0");
  const auto [narrow, wide] = std::minmax(standard_error, prior->standard_deviation);
  const double ratio = narrow / wide;
  const double of_wide = ratio * ratio / (1.0 + ratio * ratio);  // its share of the precision
  const double of_prior = prior->standard_deviation > standard_error ? of_wide : 1.0 - of_wide;
  const double of_data = prior->standard_deviation > standard_error ? 1.0 - of_wide : of_wide;
  return {of_data * difference + of_prior * prior->mean, narrow / std::sqrt(1.0 + ratio * ratio)};
}

/// P(difference > 0) and the expected losses, with z = mean / sd: Φ(z), and sd·(φ(z) - z·(1 - Φ(z))) for
/// choosing b. The mean must be finite, the standard deviation above 0 and finite, or `invalid_argument`.
/// O(1).
[[nodiscard]] inline BayesianComparison compare_difference_bayesian(const NormalPosterior& posterior) {
  detail::require(std::isfinite(posterior.mean) && detail::is_positive(posterior.standard_deviation),
                  ErrorCode::invalid_argument,
                  "compare_difference_bayesian: wants a finite mean and a standard deviation above 0");
  const double z = posterior.mean / posterior.standard_deviation;
  const double loss_of_better = posterior.standard_deviation * detail::normal_excess(std::abs(z));
  const double loss_of_worse = std::abs(posterior.mean) + loss_of_better;
  return {detail::normal_cdf(z), detail::normal_upper_tail(z), z > 0.0 ? loss_of_worse : loss_of_better,
          z > 0.0 ? loss_of_better : loss_of_worse};
}

/// The central interval of a normal posterior: mean ± z·sd. Throws as `compare_difference_bayesian`. O(1).
[[nodiscard]] inline Interval difference_credible_interval(const NormalPosterior& posterior,
                                                           ConfidenceLevel confidence = {}) {
  detail::require(std::isfinite(posterior.mean) && detail::is_positive(posterior.standard_deviation),
                  ErrorCode::invalid_argument,
                  "difference_credible_interval: wants a finite mean and a standard deviation above 0");
  const double half = detail::two_sided_critical(confidence) * posterior.standard_deviation;
  return {posterior.mean - half, posterior.mean + half};
}

/// The posterior of the difference of two means, b - a, with its standard error sqrt(s_a²/n_a + s_b²/n_b):
/// good for groups of some tens of values and more, whatever their distribution. Absent for fewer than two
/// values in a group, and if nothing varies. Throws as `normal_posterior`. O(1).
[[nodiscard]] inline std::optional<NormalPosterior> normal_posterior(
    const Moments& a, const Moments& b, const std::optional<NormalPrior>& prior = {}) {
  const detail::ArmDifference arms = detail::arm_difference(a, b);
  if (arms.status != TestStatus::ok) return std::nullopt;
  return normal_posterior(arms.difference, std::sqrt(arms.variance), prior);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_BAYES_HPP
