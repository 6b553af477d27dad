// SPDX-License-Identifier: MIT
#include <viewership/winner.hpp>  // first: it must stand alone

#include <limits>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

struct Arm {
  std::uint64_t impressions;
  std::uint64_t clicks;
  double weight = 1.0;
};

Experiment experiment_of(const std::vector<Arm>& arms) {
  ExperimentDefinition definition{.id = "exp-1"};
  for (std::size_t i = 0; i < arms.size(); ++i) {
    definition.variants.push_back({.id = "v" + std::to_string(i), .allocation_weight = arms[i].weight});
  }
  return Experiment(definition);
}

ExperimentResults results_of(const std::vector<Arm>& arms) {
  ExperimentResults results(experiment_of(arms));
  for (std::size_t i = 0; i < arms.size(); ++i) {
    results.record_impression(i, arms[i].impressions);
    results.record_click(i, arms[i].clicks);
  }
  return results;
}

WinnerResult winner_of(const std::vector<Arm>& arms, const WinnerOptions& options = {}) {
  return winning_variant(results_of(arms), RateMetric::click_through(), options);
}

using Indices = std::vector<std::size_t>;

}  // namespace

TEST_CASE("of two variants the significantly better one wins, on either side") {
  // z = 3.188, p = 0.001432 (mpmath).
  const WinnerResult result = winner_of({{1000, 200}, {1000, 260}});
  CHECK(result.status == WinnerStatus::winner);
  CHECK(result.winner == 1);
  CHECK(result.leaders == Indices{1});
  CHECK(result.control == 0);
  REQUIRE(result.comparisons.size() == 1);
  CHECK(result.comparisons[0].variant == 1);
  CHECK_THAT(result.comparisons[0].difference, WithinRel(0.06, 1e-12));
  CHECK_THAT(result.comparisons[0].p, WithinRel(0.0014322904658136421, 1e-12));
  CHECK(result.comparisons[0].adjusted_p == result.comparisons[0].p);
  CHECK(result.sample_ratio_p == 1.0);
  CHECK(winner_of({{1000, 260}, {1000, 200}}).winner == 0);
}

TEST_CASE("the highest rate alone is no winner") {
  const WinnerResult result = winner_of({{1000, 120}, {1000, 140}});
  CHECK(result.status == WinnerStatus::not_significant);
  CHECK_FALSE(result.winner);
  CHECK(result.leaders == Indices{0, 1});
}

TEST_CASE("alpha decides, whichever it is") {
  const std::vector<Arm> arms{{1000, 120}, {1000, 150}};  // p = 0.04964
  CHECK(winner_of(arms).winner == 1);
  CHECK_FALSE(winner_of(arms, {.alpha = 0.049}).winner);
  CHECK(winner_of({{1000, 120}, {1000, 140}}, {.alpha = 0.5}).winner == 1);
}

TEST_CASE("several variants are held to Holm") {
  // p = 0.0273 for v1: significant alone, not with three comparisons.
  CHECK(winner_of({{1000, 120}, {1000, 154}}).winner == 1);
  const WinnerResult result = winner_of({{1000, 120}, {1000, 154}, {1000, 120}, {1000, 118}});
  CHECK(result.status == WinnerStatus::not_significant);
  REQUIRE(result.comparisons.size() == 3);
  CHECK_THAT(result.comparisons[0].adjusted_p, WithinRel(3 * result.comparisons[0].p, 1e-15));
}

TEST_CASE("variants that beat the control but not each other are a tie") {
  const WinnerResult result = winner_of({{10'000, 1000}, {10'000, 1300}, {10'000, 1320}, {10'000, 990}});
  CHECK(result.status == WinnerStatus::tie);
  CHECK_FALSE(result.winner);
  CHECK(result.leaders == Indices{1, 2});
}

TEST_CASE("variants of exactly the best rate are a tie") {
  CHECK(winner_of({{1000, 100}, {1000, 100}}).status == WinnerStatus::tie);
  CHECK(winner_of({{1000, 0}, {1000, 0}}).status == WinnerStatus::tie);
  const WinnerResult result = winner_of({{3000, 300}, {1000, 200}, {2000, 400}}, {.sample_ratio_alarm = 0.0});
  CHECK(result.status == WinnerStatus::tie);
  CHECK(result.leaders == Indices{1, 2});
}

TEST_CASE("the best of all wins against every other, and the control too must beat them all") {
  CHECK(winner_of({{10'000, 1000}, {10'000, 1300}, {10'000, 1600}}).winner == 2);
  CHECK(winner_of({{10'000, 1600}, {10'000, 1300}, {10'000, 1000}}).winner == 0);
  const WinnerResult result = winner_of({{10'000, 1600}, {10'000, 1590}, {10'000, 1000}});
  CHECK(result.status == WinnerStatus::not_significant);
  CHECK(result.leaders == Indices{0, 1});
}

TEST_CASE("where less is better the lowest rate wins") {
  RateMetric complaints{&VariantMetrics::clicks};
  complaints.lower_is_better = true;
  const WinnerResult result = winning_variant(results_of({{1000, 260}, {1000, 200}}), complaints);
  CHECK(result.winner == 1);
  CHECK_THAT(result.comparisons[0].difference, WithinRel(-0.06, 1e-12));
  CHECK(winning_variant(results_of({{1000, 200}, {1000, 260}}), complaints).winner == 0);
}

TEST_CASE("the control is the first variant unless told") {
  const std::vector<Arm> arms{{10'000, 1000}, {10'000, 1300}, {10'000, 1310}};
  CHECK(winner_of(arms).status == WinnerStatus::tie);
  WinnerOptions options;
  options.control = "v1";
  const WinnerResult result = winner_of(arms, options);
  CHECK(result.control == 1);
  CHECK(result.status == WinnerStatus::not_significant);  // v2 is not better than v1
  REQUIRE(result.comparisons.size() == 2);
  CHECK(result.comparisons[0].variant == 0);
}

TEST_CASE("too small a sample has no winner, however clear it looks") {
  const std::vector<Arm> arms{{1000, 200}, {1000, 300}};
  CHECK(winner_of(arms, {.minimum_sample_size = 1000}).winner == 1);
  CHECK(winner_of(arms, {.minimum_sample_size = 1001}).status == WinnerStatus::below_min_samples);

  ExperimentDefinition definition{.id = "e", .variants = {{"a"}, {"b"}}, .minimum_sample_size = 5000};
  ExperimentResults results{Experiment(definition)};
  for (const char* id : {"a", "b"}) results.record_impression(id, 1000);
  results.record_click("b", 500);
  CHECK(winning_variant(results, RateMetric::click_through()).status == WinnerStatus::below_min_samples);
}

TEST_CASE("a test whose approximation does not hold names no winner") {
  // 0 of 20 against 9 of 20: z = 3.41, and 4.5 expected in the least cell.
  const WinnerResult result = winner_of({{20, 0}, {20, 9}});
  CHECK(result.status == WinnerStatus::below_min_samples);
  CHECK(result.comparisons.empty());
  CHECK(result.leaders.empty());
}

TEST_CASE("a split that is not the experiment's names no winner") {
  // The published example of 821,588 against 815,482: p = 1.8e-6.
  const WinnerResult result = winner_of({{821'588, 10'000}, {815'482, 20'000}});
  CHECK(result.status == WinnerStatus::sample_ratio_mismatch);
  CHECK_THAT(*result.sample_ratio_p, WithinRel(1.8217928726191873e-06, 1e-10));
  CHECK_FALSE(result.winner);
  CHECK(winner_of({{821'588, 10'000}, {815'482, 20'000}}, {.sample_ratio_alarm = 0.0}).winner == 1);
  CHECK(winner_of({{1000, 100, 1.0}, {3000, 600, 3.0}}).winner == 1);
  CHECK(winner_of({{1000, 100, 1.0}, {3000, 600, 1.0}}).status == WinnerStatus::sample_ratio_mismatch);
}

TEST_CASE("a zero-weight arm is left out of the degrees of freedom, the comparisons and the control") {
  const WinnerResult result = winner_of({{5, 5, 0.0}, {1000, 200, 1.0}, {1000, 260, 1.0}});
  CHECK(result.control == 1);
  CHECK(result.winner == 2);
  CHECK(result.comparisons.size() == 1);
  CHECK(result.sample_ratio_p == 1.0);
  WinnerOptions options;
  options.control = "v0";
  CHECK_THROWS_AS(winner_of({{5, 5, 0.0}, {1000, 200, 1.0}, {1000, 260, 1.0}}, options), AnalyticsError);
}

TEST_CASE("clicks above impressions, and variants without an impression, have no winner") {
  CHECK(winner_of({{1000, 200}, {1000, 1001}}).status == WinnerStatus::invalid_counts);
  CHECK(winner_of({{1000, 200}, {0, 0}}).status == WinnerStatus::no_data);
  CHECK(winner_of({{0, 0}, {0, 0}}).status == WinnerStatus::no_data);
  CHECK(winner_of({{1000, 200}}).status == WinnerStatus::single_arm);
  CHECK(winning_variant(ExperimentResults{}, RateMetric::click_through()).status == WinnerStatus::single_arm);
}

TEST_CASE("counts of 1e12 are judged as exactly as others") {
  CHECK(winner_of({{1'000'000'000'000, 500'000'000'000}, {1'000'000'000'000, 500'003'000'000}}).winner == 1);
  CHECK_FALSE(winner_of({{1'000'000'000'000, 500'000'000'000}, {1'000'000'000'000, 500'001'000'000}}).winner);
}

TEST_CASE("options outside their domain are refused") {
  const double not_a_number = std::numeric_limits<double>::quiet_NaN();
  for (const WinnerOptions& options : {WinnerOptions{.alpha = 0.0},
                                       {.alpha = 1.0},
                                       {.alpha = not_a_number},
                                       {.sample_ratio_alarm = -0.1},
                                       {.sample_ratio_alarm = 1.0},
                                       {.sample_ratio_alarm = not_a_number}}) {
    CHECK_THROWS_AS(winner_of({{1000, 200}, {1000, 260}}, options), AnalyticsError);
  }
  WinnerOptions options;
  options.control = "nobody";
  CHECK_THROWS_AS(winner_of({{1000, 200}, {1000, 260}}, options), AnalyticsError);
}

TEST_CASE("the order of the other variants does not matter to the answer") {
  Random random(21);
  for (int round = 0; round < 300; ++round) {
    std::vector<Arm> arms;
    for (std::size_t i = 0; i < 5; ++i) arms.push_back({2000, 150 + random.below(120)});
    const WinnerResult before = winner_of(arms);
    std::swap(arms[1], arms[4]);
    const WinnerResult after = winner_of(arms);
    CHECK(after.status == before.status);
    CHECK(after.leaders.size() == before.leaders.size());
    if (before.winner)
      CHECK(arms[*after.winner].clicks == (arms[*before.winner == 1   ? 4
                                                : *before.winner == 4 ? 1
                                                                      : *before.winner]
                                               .clicks));
  }
}
