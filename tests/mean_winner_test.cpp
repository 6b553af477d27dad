// SPDX-License-Identifier: MIT
#include <viewership/inference/mean_winner.hpp>  // first: it must stand alone

#include <limits>
#include <string>

#include "catch.hpp"

using namespace viewership;

namespace {

ExperimentResults no_results(std::size_t variants, std::uint64_t minimum_sample_size = 0) {
  ExperimentDefinition definition{.id = "exp-1"};
  for (std::size_t i = 0; i < variants; ++i) definition.variants.push_back({.id = "v" + std::to_string(i)});
  definition.minimum_sample_size = minimum_sample_size;
  return ExperimentResults(Experiment(definition));
}

/// Variants whose viewers watched for that long: count, mean and variance of each.
ExperimentResults results_of(const std::vector<MomentsResult>& arms, std::uint64_t minimum_sample_size = 0) {
  ExperimentResults results = no_results(arms.size(), minimum_sample_size);
  for (std::size_t i = 0; i < arms.size(); ++i) {
    VariantMetrics metrics;
    metrics.watch_duration = Moments::of(arms[i].count, *arms[i].mean, *arms[i].variance);
    results.record_metrics(i, metrics);
  }
  return results;
}

MomentsResult watched(std::uint64_t viewers, double mean, double variance) {
  return {viewers, 0, mean, variance};
}

WinnerResult winner_of(const std::vector<MomentsResult>& arms, const WinnerOptions& options = {}) {
  return winning_variant(results_of(arms), MeanMetric::watch_duration(), options);
}

using Indices = std::vector<std::size_t>;

}  // namespace

// p of R 4.2.2: 2 * pt(-t, df), t and df by the formulas of Welch.
TEST_CASE("of two variants the one watched significantly longer wins, on either side") {
  const WinnerResult result = winner_of({watched(500, 100, 900), watched(500, 106, 1600)});
  CHECK(result.status == WinnerStatus::winner);
  CHECK(result.winner == 1);
  CHECK(result.leaders == Indices{1});
  REQUIRE(result.comparisons.size() == 1);
  CHECK(result.comparisons[0].difference == 6.0);
  CHECK_THAT(result.comparisons[0].p, WithinRel(0.007420451345266978, 1e-12));
  CHECK(result.sample_ratio_p == 1.0);
  CHECK(winner_of({watched(500, 106, 900), watched(500, 100, 1600)}).winner == 0);
}

TEST_CASE("recorded viewer by viewer it is R's t.test") {
  ExperimentResults results = no_results(2);
  for (const double seconds : {10, 12, 14, 16}) {
    results.record_watch("v0", std::chrono::duration<double>(seconds));
  }
  for (const double seconds : {20, 21, 25, 30}) {
    results.record_watch("v1", std::chrono::duration<double>(seconds));
  }
  const WinnerResult result = winning_variant(results, MeanMetric::watch_duration());
  CHECK(result.winner == 1);
  REQUIRE(result.comparisons.size() == 1);
  CHECK_THAT(result.comparisons[0].p, WithinRel(0.0094063892435743389, 1e-11));
}

TEST_CASE("the longest watched alone is no winner") {
  const WinnerResult result = winner_of({watched(500, 100, 900), watched(500, 104, 1600)});  // p = 0.074
  CHECK(result.status == WinnerStatus::not_significant);
  CHECK_FALSE(result.winner);
  CHECK(result.leaders == Indices{0, 1});
  CHECK(winner_of({watched(500, 100, 900), watched(500, 104, 1600)}, {.alpha = 0.08}).winner == 1);
}

TEST_CASE("several variants are held to Holm") {
  // p = 0.0085 alone; with six comparisons 0.051.
  const MomentsResult same = watched(500, 100, 900);
  const MomentsResult longer = watched(500, 105, 900);
  CHECK(winner_of({same, longer}).winner == 1);
  const WinnerResult result = winner_of({same, longer, same, same, same, same, same});
  CHECK(result.status == WinnerStatus::not_significant);
  REQUIRE(result.comparisons.size() == 6);
  CHECK_THAT(result.comparisons[0].p, WithinRel(0.0085383401917084826, 1e-12));
  CHECK_THAT(result.comparisons[0].adjusted_p, WithinRel(6 * 0.0085383401917084826, 1e-12));
}

TEST_CASE("variants watched longer than the control but not than each other are a tie") {
  const WinnerResult result = winner_of(
      {watched(500, 100, 900), watched(500, 120, 900), watched(500, 121, 900), watched(500, 99, 900)});
  CHECK(result.status == WinnerStatus::tie);
  CHECK(result.leaders == Indices{1, 2});
}

TEST_CASE("where less is better the shortest mean wins") {
  MeanMetric waited = MeanMetric::watch_duration();
  waited.lower_is_better = true;
  CHECK(winning_variant(results_of({watched(500, 106, 900), watched(500, 100, 900)}), waited).winner == 1);
  CHECK(winning_variant(results_of({watched(500, 100, 900), watched(500, 106, 900)}), waited).winner == 0);
}

TEST_CASE("the control is the one that was asked for") {
  WinnerOptions options;
  options.control = "v1";
  const WinnerResult result =
      winner_of({watched(500, 100, 900), watched(500, 120, 900), watched(500, 121, 900)}, options);
  CHECK(result.control == 1);
  CHECK(result.status == WinnerStatus::not_significant);
}

TEST_CASE("too few viewers have no winner") {
  const std::vector arms{watched(500, 100, 900), watched(500, 200, 900)};
  CHECK(winning_variant(results_of(arms, 500), MeanMetric::watch_duration()).winner == 1);
  CHECK(winning_variant(results_of(arms, 501), MeanMetric::watch_duration()).status ==
        WinnerStatus::below_min_samples);
  CHECK(winner_of({watched(1, 1, 0), watched(1, 9, 0)}).status == WinnerStatus::below_min_samples);
  CHECK(winner_of({watched(0, 0, 0), watched(500, 9, 1)}).status == WinnerStatus::no_data);
  CHECK(winner_of({watched(500, 9, 1)}).status == WinnerStatus::single_arm);
  CHECK(winning_variant(ExperimentResults{}, MeanMetric::watch_duration()).status ==
        WinnerStatus::single_arm);
}

TEST_CASE("variants in which nobody differs are a tie, or not to be judged") {
  CHECK(winner_of({watched(500, 60, 0), watched(500, 60, 0)}).status == WinnerStatus::tie);
  CHECK(winner_of({watched(500, 60, 0), watched(500, 61, 0)}).status == WinnerStatus::below_min_samples);
  CHECK(winner_of({watched(500, 60, 0), watched(500, 61, 1)}).winner == 1);
}

TEST_CASE("the split is that of the viewers with a value, and a value missing from one variant shows in it") {
  ExperimentResults results =
      results_of({watched(5'000, 100, 900), watched(5'400, 200, 900)});  // p of the split: 8.8e-5
  for (const char* id : {"v0", "v1"}) results.record_impression(id, 6'000);
  const WinnerResult result = winning_variant(results, MeanMetric::watch_duration());
  CHECK(result.status == WinnerStatus::sample_ratio_mismatch);
  // (200^2 + 200^2) / 5,200 has one degree of freedom: erfc(sqrt(x / 2)).
  CHECK_THAT(*result.sample_ratio_p, WithinRel(std::erfc(std::sqrt(80'000.0 / 5'200 / 2)), 1e-12));
  CHECK(winning_variant(results, MeanMetric::watch_duration(), {.sample_ratio_alarm = 0.0}).winner == 1);
}

TEST_CASE("times that are none are left out") {
  ExperimentResults results = results_of({watched(500, 100, 900), watched(500, 106, 900)});
  const WinnerResult before = winning_variant(results, MeanMetric::watch_duration());
  results.record_watch("v0", std::chrono::seconds(-1'000'000));
  results.record_watch("v0", std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN()));
  CHECK(winning_variant(results, MeanMetric::watch_duration()) == before);
}

TEST_CASE("options outside their domain are refused, as for rates") {
  const std::vector arms{watched(500, 100, 900), watched(500, 106, 900)};
  CHECK_THROWS_AS(winner_of(arms, {.alpha = 1.0}), AnalyticsError);
  CHECK_THROWS_AS(winner_of(arms, {.sample_ratio_alarm = -1.0}), AnalyticsError);
  WinnerOptions options;
  options.control = "nobody";
  CHECK_THROWS_AS(winner_of(arms, options), AnalyticsError);
}
