// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_MEAN_WINNER_HPP
#define VIEWERSHIP_INFERENCE_MEAN_WINNER_HPP

/// @file
/// Which variant of an experiment won on a mean, the time watched, or why there is no saying so.

#include <cstddef>
#include <optional>
#include <vector>

#include <viewership/experiment_results.hpp>
#include <viewership/inference/welch.hpp>
#include <viewership/moments.hpp>
#include <viewership/proportion.hpp>
#include <viewership/winner.hpp>

namespace viewership::inline v0 {

/// A mean per viewer to judge variants by.
struct MeanMetric {
  Moments VariantMetrics::*values;
  /// Whether the variant with the lowest mean is the best: of seconds waited, say.
  bool lower_is_better = false;

  /// Seconds watched by a viewer in all.
  [[nodiscard]] static constexpr MeanMetric watch_duration() { return {&VariantMetrics::watch_duration}; }

  friend bool operator==(const MeanMetric&, const MeanMetric&) = default;
};

/// The variant that won on a mean, or the reason why none did: the rule of `winning_variant` of a rate, with
/// `welch_test` for each pair and viewers with a value for trials.
///
/// The split is looked at by the viewers with a value: where a variant decides whose value is recorded (of
/// nobody who did not watch, say), its mean is of other people, and `sample_ratio_mismatch` says so. A value
/// that `Moments` rejected is no value. `below_min_samples` also where a comparison that is needed has a
/// variant with a single value, or two different means that do not vary, of which Welch's test says nothing.
///
/// Welch's test presumes that means are about normal. Watch time is skewed: ask for a minimum sample of some
/// hundred viewers.
///
/// O(k log k). Throws as `winning_variant` of a rate. Source: as there; Welch (1947),
/// doi:10.1093/biomet/34.1-2.28.
[[nodiscard]] inline WinnerResult winning_variant(const ExperimentResults& results, const MeanMetric& metric,
                                                  const WinnerOptions& options = {}) {
  std::vector<detail::ArmFigure> figures;
  for (const VariantMetrics& metrics : results.metrics()) {
    const MomentsResult values = (metrics.*metric.values).result();
    figures.push_back({values.count, values.mean.value_or(0.0), true, values.count});
  }
  const auto p_of = [&](std::size_t a, std::size_t b) -> std::optional<double> {
    const TTest test = welch_test(results.metrics()[a].*metric.values, results.metrics()[b].*metric.values);
    const bool are_one_value = test.status == TestStatus::zero_variance && test.estimate == 0.0;
    return are_one_value ? 1.0 : test.p;
  };
  return detail::decide_winner(results, figures, metric.lower_is_better, options, p_of);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_MEAN_WINNER_HPP
