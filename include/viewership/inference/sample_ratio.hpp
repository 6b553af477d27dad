// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_SAMPLE_RATIO_HPP
#define VIEWERSHIP_INFERENCE_SAMPLE_RATIO_HPP

/// @file
/// Sample ratio mismatch: whether the arms got the shares of viewers they were meant to get. Where they did
/// not, the randomisation or the counting is broken, and no other number of the experiment can be trusted.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <viewership/detail/arithmetic.hpp>
#include <viewership/detail/difference_of_products.hpp>
#include <viewership/detail/sample_ratio.hpp>
#include <viewership/error.hpp>
#include <viewership/inference/detail/saddle_point.hpp>

namespace viewership::inline v0 {

/// Whether counts determine an answer about their shares.
enum class SampleRatioStatus : std::uint8_t {
  ok,
  no_data,         ///< nobody in any arm
  single_arm,      ///< one arm has all the weight, so that there is no ratio
  small_expected,  ///< an answer, but its approximation is weak: an arm was to get fewer than 5
  unplanned_arm    ///< an arm of weight 0 was observed: broken whatever the others say; their p may be there
                   ///< too
};

/// What `sample_ratio_test` says.
struct SampleRatioTest {
  SampleRatioStatus status = SampleRatioStatus::no_data;
  /// Observed in arms of weight 0; part of nothing below.
  std::uint64_t unplanned = 0;
  /// Absent where the arms with a weight have nobody, or are fewer than two; so are the others.
  std::optional<double> statistic{};
  /// Arms with a weight, less one.
  std::optional<std::uint64_t> degrees_of_freedom{};
  /// The probability of a larger statistic, and its logarithm, which goes on where `p` is 0 below 1e-308.
  std::optional<double> p{};
  std::optional<double> ln_p{};
  /// The least count that an arm with a weight was to get.
  std::optional<double> least_expected{};

  /// Whether to raise the alarm: p below `alarm`, or someone in an arm of weight 0.
  [[nodiscard]] bool mismatch(double alarm = default_sample_ratio_alarm) const {
    return unplanned > 0 || (p && *p < alarm);
  }

  friend bool operator==(const SampleRatioTest&, const SampleRatioTest&) = default;
};

namespace detail {

/// The weights of a plan, scaled by a power of two so that their sum is finite, and that sum.
struct PlannedWeights {
  std::vector<double> weights;
  double total = 0.0;

  friend bool operator==(const PlannedWeights&, const PlannedWeights&) = default;
};

[[nodiscard]] inline PlannedWeights planned_weights(std::span<const double> weights, const char* message) {
  double largest = 0.0;
  for (const double weight : weights) {
    require(weight >= 0.0 && std::isfinite(weight), ErrorCode::invalid_argument, message);
    largest = weight > largest ? weight : largest;
  }
  require(largest > 0.0, ErrorCode::invalid_argument, message);
  const int exponent = std::ilogb(largest);
  PlannedWeights planned;
  for (const double weight : weights) {
    planned.weights.push_back(std::scalbn(weight, -exponent));
    planned.total += planned.weights.back();
  }
  return planned;
}

/// What was observed, by whether the plan has it.
struct PlannedCounts {
  std::uint64_t unplanned = 0;  ///< observed in arms of weight 0
  double observed = 0.0;        ///< in arms with a weight
  std::uint64_t arms = 0;       ///< with a weight

  [[nodiscard]] SampleRatioStatus status() const {
    if (unplanned > 0) return SampleRatioStatus::unplanned_arm;
    if (observed == 0.0) return SampleRatioStatus::no_data;
    return arms < 2 ? SampleRatioStatus::single_arm : SampleRatioStatus::ok;
  }
};

[[nodiscard]] inline PlannedCounts planned_counts(std::span<const std::uint64_t> observed,
                                                  const PlannedWeights& plan) {
  PlannedCounts counts;
  for (std::size_t arm = 0; arm < observed.size(); ++arm) {
    if (plan.weights[arm] > 0.0) {
      counts.observed += static_cast<double>(observed[arm]);
      ++counts.arms;
    } else {
      counts.unplanned = saturating_add(counts.unplanned, observed[arm]);
    }
  }
  return counts;
}

}  // namespace detail

/// Pearson's chi-square test of the planned shares: the sum of (observed - expected)^2 / expected, with
/// expected = all observed x weight / all weights.
///
/// Arms of weight 0 are left out of both sums and of the degrees of freedom; someone observed there is a
/// mismatch by itself (`unplanned_arm`).
/// @param observed viewers, not their events, per arm.
/// @param weights of the same arms, 0 or more; they need not add up to 1.
/// Throws `invalid_argument` for spans of different length, and weights that are negative, not finite or all
/// 0. O(arms). Source: Fabijan et al. (2019), doi:10.1145/3292500.3330722.
[[nodiscard]] inline SampleRatioTest sample_ratio_test(std::span<const std::uint64_t> observed,
                                                       std::span<const double> weights) {
  detail::require(observed.size() == weights.size(), ErrorCode::invalid_argument,
                  "sample_ratio_test: as many weights as arms are wanted");
  const detail::PlannedWeights plan =
      detail::planned_weights(weights, "sample_ratio_test: weights must be finite, 0 or more, and not all 0");
  const detail::PlannedCounts counts = detail::planned_counts(observed, plan);
  SampleRatioTest test;
  test.status = counts.status();
  test.unplanned = counts.unplanned;
  if (const auto ratio = detail::sample_ratio(observed, plan.weights)) {
    if (test.status == SampleRatioStatus::ok && ratio->least_expected < 5.0) {
      test.status = SampleRatioStatus::small_expected;
    }
    test.statistic = ratio->chi_square;
    test.degrees_of_freedom = ratio->degrees_of_freedom;
    test.ln_p = ratio->ln_p;
    test.p = std::exp(ratio->ln_p);
    test.least_expected = ratio->least_expected;
  }
  return test;
}

// ------------------------------------------------------------------------------------------------------------
// at every look

/// All that has to be kept between two looks. Store it, and construct a `SequentialSampleRatio` with it and
/// the same plan to go on.
struct SequentialSampleRatioState {
  /// Viewers per arm so far; empty for none in any.
  std::vector<std::uint64_t> observed{};
  /// ln of the smallest p so far; at most 0.
  double ln_p = 0.0;

  friend bool operator==(const SequentialSampleRatioState&, const SequentialSampleRatioState&) = default;
};

/// What a `SequentialSampleRatio` says.
struct SequentialSampleRatioResult {
  SampleRatioStatus status = SampleRatioStatus::no_data;
  /// Observed in arms of weight 0; part of nothing below.
  std::uint64_t unplanned = 0;
  /// ln of the evidence against the planned shares: an e-value, above 0 for evidence against.
  double ln_evidence = 0.0;
  /// The smallest p of all looks so far; 1 before there was any evidence. p below 1e-308 is 0: see `ln_p`.
  double p = 1.0;
  double ln_p = 0.0;

  /// Whether to raise the alarm: p below `alarm` now or ever before, or someone in an arm of weight 0.
  [[nodiscard]] bool mismatch(double alarm = default_sample_ratio_alarm) const {
    return unplanned > 0 || p < alarm;
  }

  friend bool operator==(const SequentialSampleRatioResult&, const SequentialSampleRatioResult&) = default;
};

/// A check of the planned shares that may be looked at after every viewer: the probability of a false alarm,
/// ever, is at most the p that raises it.
///
/// The evidence is the ratio of the probabilities of the counts, under shares drawn from a Dirichlet
/// distribution around the plan and under the plan: with n_i observed, shares t_i, n = sum n_i and
/// concentration c, Gamma(c) / Gamma(c + n) x prod Gamma(c t_i + n_i) / Gamma(c t_i) / prod t_i^n_i; p = min
/// over all looks of min(1, 1 / evidence). Not an accumulator: p depends on when one looked, so there is no
/// merge. Source: Lindon and Malek (2020), arXiv:2011.03567.
class SequentialSampleRatio {
 public:
  /// No arms.
  SequentialSampleRatio() = default;

  /// Begins a check, or goes on from a stored state.
  ///
  /// @param weights of the arms, 0 or more; they need not add up to 1.
  /// @param concentration c above: large finds small deviations late, small finds large ones early. It must
  /// not follow the data. Throws `invalid_argument` for weights that are negative, not finite or all 0, a
  /// concentration not above 0 and finite, or a state with other arms or with ln_p above 0 or NaN.
  explicit SequentialSampleRatio(std::span<const double> weights, double concentration = 10'000.0,
                                 SequentialSampleRatioState state = {})
      : plan_(detail::planned_weights(
            weights, "SequentialSampleRatio: weights must be finite, 0 or more, and not all 0")),
        concentration_(concentration),
        state_(std::move(state)) {
    detail::require(concentration > 0.0 && std::isfinite(concentration), ErrorCode::invalid_argument,
                    "SequentialSampleRatio: the concentration must be above 0 and finite");
    detail::require(state_.ln_p <= 0.0, ErrorCode::invalid_argument,
                    "SequentialSampleRatio: the stored ln_p must be at most 0");
    if (state_.observed.empty()) state_.observed.assign(weights.size(), 0);
    detail::require(state_.observed.size() == weights.size(), ErrorCode::invalid_argument,
                    "SequentialSampleRatio: the stored state has other arms than the plan");
  }

  /// Viewers who came since the last look, per arm; this is a look. Throws `invalid_argument` for another
  /// number of arms. O(arms).
  void add(std::span<const std::uint64_t> arrived) {
    detail::require(arrived.size() == state_.observed.size(), ErrorCode::invalid_argument,
                    "SequentialSampleRatio::add: as many counts as arms are wanted");
    for (std::size_t arm = 0; arm < arrived.size(); ++arm) {
      state_.observed[arm] = detail::saturating_add(state_.observed[arm], arrived[arm]);
    }
    const double ln_p = -ln_evidence();
    if (ln_p < state_.ln_p) state_.ln_p = ln_p;
  }

  [[nodiscard]] SequentialSampleRatioResult result() const {
    const detail::PlannedCounts counts = detail::planned_counts(state_.observed, plan_);
    return {counts.status(), counts.unplanned, ln_evidence(), std::exp(state_.ln_p), state_.ln_p};
  }

  [[nodiscard]] const SequentialSampleRatioState& state() const noexcept { return state_; }

  friend bool operator==(const SequentialSampleRatio&, const SequentialSampleRatio&) = default;

 private:
  /// With A_i = c t_i + n_i and A = c + n, the parts of the gamma functions that grow with n combine into
  /// sum A_i ln(A_i / (A t_i)), a sum of deviances; what is left of each is small.
  [[nodiscard]] double ln_evidence() const {
    const detail::PlannedCounts counts = detail::planned_counts(state_.observed, plan_);
    if (counts.observed == 0.0 || counts.arms < 2) return 0.0;
    // ln Gamma(to) / Gamma(from), less the parts like x ln x - x.
    const auto remainder = [](double from, double to) {
      return 0.5 * std::log(from / to) + detail::stirling_error(to) - detail::stirling_error(from);
    };
    const double all = concentration_ + counts.observed;
    double sum = -remainder(concentration_, all);
    for (std::size_t arm = 0; arm < state_.observed.size(); ++arm) {
      const double weight = plan_.weights[arm];
      if (weight == 0.0) continue;
      const double share = weight / plan_.total;
      const auto observed = static_cast<double>(state_.observed[arm]);
      const double off =
          detail::difference_of_products(observed, plan_.total, counts.observed, weight) / plan_.total;
      const double prior = concentration_ * share;
      sum += detail::deviance(prior + observed, all * share, off) + remainder(prior, prior + observed);
    }
    return sum;
  }

  detail::PlannedWeights plan_;
  double concentration_ = 0.0;
  SequentialSampleRatioState state_;
};

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_SAMPLE_RATIO_HPP
