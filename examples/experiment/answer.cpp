// SPDX-License-Identifier: MIT
#include "answer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <viewership/format/ab_testing.hpp>
#include <viewership/inference/homogeneity.hpp>
#include <viewership/inference/proportion_intervals.hpp>
#include <viewership/inference/sample_ratio.hpp>

using namespace viewership;

namespace {

ExperimentResults results_of(const TestCounts& test) {
  ExperimentDefinition definition{.id = test.id};
  for (const ArmCounts& arm : test.arms) definition.variants.push_back({.id = arm.arm});
  ExperimentResults results{Experiment(definition)};
  for (std::size_t i = 0; i < test.arms.size(); ++i) {
    results.record_impression(i, test.arms[i].impressions);
    results.record_click(i, test.arms[i].clicks);
  }
  return results;
}

/// The arm of the highest rate, the first of several.
const std::string& best_arm(const TestCounts& test) {
  const auto rate_of = [](const ArmCounts& arm) { return rate({arm.clicks, arm.impressions}).value_or(0.0); };
  return std::ranges::max_element(test.arms, {}, rate_of)->arm;
}

void decide(const TestCounts& test, double alpha, TestAnswer& answer) {
  const ExperimentResults results = results_of(test);
  WinnerOptions options;
  options.alpha = alpha;
  options.control = best_arm(test);
  const WinnerResult result = winning_variant(results, RateMetric::click_through(), options);
  answer.verdict = result.status;
  answer.winner = result.winner;
  answer.reason = fmt::format("{}", Verdict{result, results.variant_ids()});
  if (!result.comparisons.empty()) answer.best = result.control;
  for (const ArmComparison& comparison : result.comparisons) {
    answer.arms[comparison.variant].against_best = comparison;
  }
}

}  // namespace

TestAnswer answer_of(const TestCounts& test, ConfidenceLevel confidence) {
  TestAnswer answer{test.id};
  answer.skipped = test.skipped;
  std::vector<Proportion> counts;
  std::vector<std::uint64_t> impressions;
  for (const ArmCounts& arm : test.arms) {
    counts.push_back({arm.clicks, arm.impressions});
    impressions.push_back(arm.impressions);
    answer.arms.push_back({arm.arm, counts.back(), wilson_interval(counts.back(), confidence), {}});
  }
  answer.homogeneity_p = homogeneity_test(counts).p;
  if (!impressions.empty()) {
    answer.sample_ratio_p = sample_ratio_test(impressions, std::vector<double>(impressions.size(), 1.0)).p;
  }
  if (test.skipped == 0) {
    decide(test, confidence.alpha(), answer);
  } else {
    answer.verdict = WinnerStatus::invalid_counts;
    answer.reason = fmt::format("no verdict: lines of this test that cannot be read: {}", test.skipped);
  }
  return answer;
}

Totals totals_of(const std::vector<TestAnswer>& answers) {
  Totals totals;
  for (const TestAnswer& answer : answers) {
    totals.arms += answer.arms.size();
    ++totals.verdicts[static_cast<std::size_t>(answer.verdict)];
    for (const ArmAnswer& arm : answer.arms) {
      VariantMetrics metrics;
      metrics.impressions = arm.counts.trials;
      metrics.clicks = arm.counts.successes;
      totals.metrics.merge(metrics);
    }
  }
  return totals;
}
