// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_WINNER_HPP
#define VIEWERSHIP_WINNER_HPP

/// @file
/// Which variant of an experiment won, or why there is no saying so.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <viewership/detail/holm.hpp>
#include <viewership/detail/sample_ratio.hpp>
#include <viewership/error.hpp>
#include <viewership/experiment_results.hpp>
#include <viewership/proportion.hpp>
#include <viewership/significance.hpp>

namespace viewership::inline v0 {

struct WinnerOptions {
  /// The probability of naming a winner although no variant is better, at most; in (0, 1).
  double alpha = 0.05;
  /// Id of the variant that the others are compared with; absent: the first whose share of the units is not
  /// 0.
  std::optional<std::string> control{};
  /// Trials that every variant must have; absent: what the experiment asks for.
  std::optional<std::uint64_t> minimum_sample_size{};
  /// A split of the units that is less probable than this under the experiment's weights is broken; in
  /// [0, 1), and 0 does not look.
  double sample_ratio_alarm = default_sample_ratio_alarm;

  friend bool operator==(const WinnerOptions&, const WinnerOptions&) = default;
};

/// Whether there is a winner, and else why not.
enum class WinnerStatus : std::uint8_t {
  winner,
  tie,                ///< the best variants cannot be told apart, or have exactly the same value
  not_significant,    ///< the best is not better than the control, or the control not better than all others
  below_min_samples,  ///< a variant has fewer trials than asked for, or too few for the test to hold
  sample_ratio_mismatch,  ///< units went missing or astray, so that no rate can be trusted
  no_data,                ///< a variant has no trial
  invalid_counts,         ///< a variant has more successes than trials
  single_arm              ///< fewer than two variants were to get units
};

/// A variant beside the control.
struct ArmComparison {
  /// Index of the variant.
  std::size_t variant = 0;
  /// Its value less the control's.
  double difference = 0.0;
  /// Two-sided; and adjusted by Holm for all comparisons with the control.
  double p = 1.0;
  double adjusted_p = 1.0;

  friend bool operator==(const ArmComparison&, const ArmComparison&) = default;
};

struct WinnerResult {
  WinnerStatus status = WinnerStatus::no_data;
  /// Index of the winner; absent unless `status` is `winner`.
  std::optional<std::size_t> winner{};
  /// The variant of the best value and those that it cannot be told from; the winner alone, if there is one.
  /// Empty where nothing was compared.
  std::vector<std::size_t> leaders{};
  /// Index of the control; absent if no variant was to get units.
  std::optional<std::size_t> control{};
  /// Every other variant beside it, those of no share left out. Empty where nothing was compared.
  std::vector<ArmComparison> comparisons{};
  /// How probable a split of the units at least as uneven is; absent where it was not looked at.
  std::optional<double> sample_ratio_p{};

  friend bool operator==(const WinnerResult&, const WinnerResult&) = default;
};

namespace detail {

/// What a winner is judged by, of one variant.
struct ArmFigure {
  std::uint64_t trials = 0;
  double value = 0.0;  // not looked at without a trial
  bool is_valid = true;
  std::uint64_t units = 0;  // that the split is looked at by
};

inline void validate(const WinnerOptions& options) {
  require_alpha(options.alpha, "winning_variant: alpha must lie in (0, 1)");
  require(options.sample_ratio_alarm >= 0.0 && options.sample_ratio_alarm < 1.0, ErrorCode::invalid_argument,
          "winning_variant: the sample ratio alarm must lie in [0, 1)");
}

/// The variants that were to get units.
[[nodiscard]] inline std::vector<std::size_t> compared_arms(const ExperimentResults& results) {
  std::vector<std::size_t> arms;
  for (std::size_t i = 0; i < results.metrics().size(); ++i) {
    if (results.expected_shares()[i] > 0.0) arms.push_back(i);
  }
  return arms;
}

[[nodiscard]] inline std::optional<SampleRatio> units_ratio(std::span<const ArmFigure> figures,
                                                            std::span<const double> shares) {
  std::vector<std::uint64_t> units;
  for (const ArmFigure& figure : figures) units.push_back(figure.units);
  return sample_ratio(units, shares);
}

/// `arms` without those two, which may be one.
[[nodiscard]] inline std::vector<std::size_t> all_but(std::span<const std::size_t> arms, std::size_t one,
                                                      std::size_t another) {
  std::vector<std::size_t> others;
  for (const std::size_t arm : arms) {
    if (arm != one && arm != another) others.push_back(arm);
  }
  return others;
}

/// Compares the arms with the control of `result` and decides, by the rule of `winning_variant`.
/// @param p_of two variants: two-sided; absent where there are too few data for it to hold
template <class POf>
void compare_arms(std::span<const std::size_t> arms, std::span<const ArmFigure> figures, bool lower_is_better,
                  double alpha, POf p_of, WinnerResult& result) {
  const std::size_t control = *result.control;
  bool all_known = true;
  const auto p_of_each = [&](std::size_t arm, std::span<const std::size_t> others) {
    std::vector<double> p;
    for (const std::size_t other : others) {
      const std::optional<double> known = p_of(arm, other);
      all_known = all_known && known;
      p.push_back(known.value_or(1.0));
    }
    return p;
  };
  const std::size_t best = *std::max_element(arms.begin(), arms.end(), [&](std::size_t a, std::size_t b) {
    return lower_is_better ? figures[a].value > figures[b].value : figures[a].value < figures[b].value;
  });
  const std::vector<std::size_t> treatments = all_but(arms, control, control);
  const std::vector<double> p = p_of_each(control, treatments);
  const std::vector<double> adjusted = holm_adjusted(p);
  const std::vector<std::size_t> rivals = best == control ? treatments : all_but(arms, best, control);
  const std::vector<double> against_rivals =
      best == control ? adjusted : holm_adjusted(p_of_each(best, rivals));
  if (!all_known) {
    result.status = WinnerStatus::below_min_samples;
    return;
  }

  bool beats_control = true;
  for (std::size_t i = 0; i < treatments.size(); ++i) {
    const std::size_t arm = treatments[i];
    result.comparisons.push_back({arm, figures[arm].value - figures[control].value, p[i], adjusted[i]});
    if (arm == best) beats_control = adjusted[i] <= alpha;
  }
  result.leaders = {best};
  if (!beats_control) result.leaders.push_back(control);
  for (std::size_t i = 0; i < rivals.size(); ++i) {
    if (against_rivals[i] > alpha) result.leaders.push_back(rivals[i]);
  }
  std::sort(result.leaders.begin(), result.leaders.end());

  const auto equals_best = [&](std::size_t arm) { return figures[arm].value == figures[best].value; };
  const bool is_shared = std::count_if(arms.begin(), arms.end(), equals_best) > 1;
  if (is_shared || (beats_control && best != control && result.leaders.size() > 1)) {
    result.status = WinnerStatus::tie;
  } else if (result.leaders.size() > 1) {
    result.status = WinnerStatus::not_significant;
  } else {
    result.status = WinnerStatus::winner;
    result.winner = best;
  }
}

/// The decision of `winning_variant`, for any figure of which p-values of pairs are known.
/// @param figures of every variant
/// @param p_of two variants, by index: two-sided; absent where there are too few data for it to hold
template <class POf>
[[nodiscard]] WinnerResult decide_winner(const ExperimentResults& results, std::span<const ArmFigure> figures,
                                         bool lower_is_better, const WinnerOptions& options, POf p_of) {
  validate(options);
  WinnerResult result;
  const std::vector<std::size_t> arms = compared_arms(results);
  if (options.control) {
    result.control = results.index_of(*options.control);
    require(results.expected_shares()[*result.control] > 0.0, ErrorCode::invalid_argument,
            "winning_variant: the control was to get no units");
  } else if (!arms.empty()) {
    result.control = arms.front();
  }
  const auto any = [&](auto&& holds) { return std::any_of(arms.begin(), arms.end(), holds); };
  const std::uint64_t wanted = options.minimum_sample_size.value_or(results.minimum_sample_size());
  if (options.sample_ratio_alarm > 0.0) {
    const std::optional<SampleRatio> ratio = units_ratio(figures, results.expected_shares());
    if (ratio) result.sample_ratio_p = std::exp(ratio->ln_p);
  }
  if (arms.size() < 2) {
    result.status = WinnerStatus::single_arm;
  } else if (any([&](std::size_t arm) { return !figures[arm].is_valid; })) {
    result.status = WinnerStatus::invalid_counts;
  } else if (any([&](std::size_t arm) { return figures[arm].trials == 0; })) {
    result.status = WinnerStatus::no_data;
  } else if (any([&](std::size_t arm) { return figures[arm].trials < wanted; })) {
    result.status = WinnerStatus::below_min_samples;
  } else if (result.sample_ratio_p && *result.sample_ratio_p < options.sample_ratio_alarm) {
    result.status = WinnerStatus::sample_ratio_mismatch;
  } else {
    compare_arms(arms, figures, lower_is_better, options.alpha, p_of, result);
  }
  return result;
}

}  // namespace detail

/// The variant that won on a rate, or the reason why none did: never merely the one with the highest rate.
///
/// Refused, in this order: `single_arm`, `invalid_counts`, `no_data`, `below_min_samples` by the minimum
/// asked for, `sample_ratio_mismatch`; and `below_min_samples` where a comparison that is needed has a least
/// expected cell below 5. Variants of no share are left out of everything.
///
/// Then the control is compared with every other variant by `z_test`, adjusted by Holm. The variant of the
/// best rate wins if it is significantly better than the control, and, by a second Holm over the remaining
/// variants, significantly better than each of them; a control of the best rate wins if it is significantly
/// better than every other variant. Otherwise: `tie` if other variants have exactly the best rate, or if the
/// best is better than the control but not than some other, and `leaders` are those that cannot be told
/// apart; else `not_significant`.
///
/// So a winner has passed, at alpha or stricter, a test against every other variant. As all must be passed, a
/// variant that is not the best is named with a probability of at most alpha, however many variants there are
/// and whichever of them are equal: it had to beat a better or equal one. Source: the intersection-union
/// principle, Berger (1982), doi:10.1080/00401706.1982.10487790; Holm (1979).
///
/// O(k log k). Throws `invalid_argument` for options outside their domain or a control of no share,
/// `unknown_variant` for a control that there is not.
[[nodiscard]] inline WinnerResult winning_variant(const ExperimentResults& results, const RateMetric& metric,
                                                  const WinnerOptions& options = {}) {
  std::vector<Proportion> counts;
  std::vector<detail::ArmFigure> figures;
  for (const VariantMetrics& metrics : results.metrics()) {
    const Proportion of_arm = metric.of(metrics);
    counts.push_back(of_arm);
    figures.push_back(
        {of_arm.trials, rate(of_arm).value_or(0.0), of_arm.successes <= of_arm.trials, metrics.impressions});
  }
  const auto p_of = [&](std::size_t a, std::size_t b) -> std::optional<double> {
    const ZTest test = z_test(counts[a], counts[b]);
    if (test.status == TestStatus::small_expected) return std::nullopt;
    return test.p.value_or(1.0);  // of zero variance: the same rate
  };
  return detail::decide_winner(results, figures, metric.lower_is_better, options, p_of);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_WINNER_HPP
