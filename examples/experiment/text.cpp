// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <viewership/format/ab_testing.hpp>

using namespace viewership;

void print_reading(const Counts& read, ConfidenceLevel confidence) {
  fmt::print("{} lines read, {} of them broken\n", read.lines, read.skipped);
  constexpr std::size_t most_shown = 5;
  for (std::size_t i = 0; i < (std::min)(most_shown, read.first_skipped.size()); ++i) {
    fmt::print("  line {}: {}\n", read.first_skipped[i].line, read.first_skipped[i].reason);
  }
  if (read.skipped > most_shown) fmt::print("  and {} more\n", read.skipped - most_shown);
  fmt::print(
      "Assumed: every arm was to get equally many impressions, and each impression is another viewer.\n"
      "Intervals are at {:g} %. A p-value says how often chance alone makes arms differ as much; those of\n"
      "single arms, against the best one, are adjusted for their number by Holm.\n",
      confidence.level() * 100);
}

void print_answer(const TestAnswer& answer) {
  fmt::print("\n{}: {}\n", answer.id, answer.reason);
  if (answer.arms.empty()) return;
  std::size_t width = 3;
  for (const ArmAnswer& arm : answer.arms) width = (std::max)(width, arm.arm.size());
  fmt::print("  {:<{}} {:>12} {:>10} {:>9} {:>18}  against the best\n", "arm", width, "impressions", "clicks",
             "rate", "interval");
  for (std::size_t i = 0; i < answer.arms.size(); ++i) {
    const ArmAnswer& arm = answer.arms[i];
    fmt::print("  {:<{}} {:>12} {:>10} {:>9} ", arm.arm, width, arm.counts.trials, arm.counts.successes,
               Percent{rate(arm.counts), 2});
    fmt::print("{:>18}", arm.interval ? fmt::format("{:.2f} to {:.2f} %", arm.interval->lower * 100,
                                                    arm.interval->upper * 100)
                                      : "-");
    if (answer.best == i) fmt::print("  the best");
    if (const auto& comparison = arm.against_best) {
      fmt::print("  {}, {}", PercentagePoints{comparison->difference}, PValue{comparison->adjusted_p});
    }
    fmt::print("\n");
  }
  fmt::print("  equal split: {}; one rate for all arms: {}\n", PValue{answer.sample_ratio_p},
             PValue{answer.homogeneity_p});
}

void print_totals(const std::vector<TestAnswer>& answers, ConfidenceLevel confidence) {
  const Totals totals = totals_of(answers);
  fmt::print("\nin all: {} tests, {} arms, clicks {}\n", answers.size(), totals.arms,
             RateMetric::click_through().of(totals.metrics));
  for (std::size_t i = 0; i < totals.verdicts.size(); ++i) {
    if (totals.verdicts[i] > 0) fmt::print("  {:<22} {}\n", static_cast<WinnerStatus>(i), totals.verdicts[i]);
  }
  fmt::print(
      "Each test is judged by itself: of tests in which no arm is better, up to {:g} % name a winner.\n",
      confidence.alpha() * 100);
}
