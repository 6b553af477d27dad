// SPDX-License-Identifier: MIT
#include <viewership/format/ab_testing.hpp>  // first: it must stand alone

#include <string>
#include <vector>

#include "catch.hpp"

using namespace viewership;

namespace {

const std::vector<std::string> names{"A", "B", "C"};

std::string verdict_of(WinnerStatus status, std::vector<std::size_t> leaders) {
  WinnerResult result;
  result.status = status;
  if (status == WinnerStatus::winner) result.winner = leaders.front();
  result.leaders = std::move(leaders);
  result.sample_ratio_p = 2e-6;
  return fmt::format("{}", Verdict{result, names});
}

}  // namespace

TEST_CASE("p-values read as numbers down to what nobody tells apart") {
  CHECK(fmt::format("{}", PValue{0.0014322904658136421}) == "p = 0.0014");
  CHECK(fmt::format("{}", PValue{0.0001}) == "p = 0.0001");
  CHECK(fmt::format("{}", PValue{0.00009999}) == "p < 0.0001");
  CHECK(fmt::format("{}", PValue{0.0}) == "p < 0.0001");
  CHECK(fmt::format("{}", PValue{1.0}) == "p = 1.0000");
  CHECK(fmt::format("{}", PValue{}) == "p unknown");
}

TEST_CASE("rates read with their counts, differences in points with their sign") {
  CHECK(fmt::format("{}", Proportion{260, 1000}) == "260 of 1000 (26.00 %)");
  CHECK(fmt::format("{}", Proportion{0, 0}) == "0 of 0 (-)");
  CHECK(fmt::format("{}", Proportion{2, 1}) == "2 of 1 (-)");
  CHECK(fmt::format("{}", PercentagePoints{0.06}) == "+6.00 points");
  CHECK(fmt::format("{}", PercentagePoints{-0.0022}) == "-0.22 points");
  CHECK(fmt::format("{}", PercentagePoints{}) == "-");
}

TEST_CASE("a test reads as difference, z and p, or why there is none") {
  CHECK(fmt::format("{}", z_test({200, 1000}, {260, 1000})) == "+6.00 points, z = 3.19, p = 0.0014");
  CHECK(fmt::format("{}", z_test({0, 20}, {9, 20})) == "+45.00 points, z = 3.41, p = 0.0007, small_expected");
  CHECK(fmt::format("{}", z_test({0, 0}, {1, 2})) == "no answer: no_data");
  CHECK(fmt::format("{}", z_test({3, 2}, {1, 2})) == "no answer: invalid_counts");
  CHECK(fmt::format("{}", z_test({0, 2}, {0, 2})) == "no answer: zero_variance");
}

TEST_CASE("every status and reason has its name") {
  CHECK(fmt::format("{} {}", TestStatus::ok, TestStatus::small_expected) == "ok small_expected");
  CHECK(fmt::format("{} {} {}", WinnerStatus::winner, WinnerStatus::no_data, WinnerStatus::single_arm) ==
        "winner no_data single_arm");
  CHECK(fmt::format("{} {}", AssignmentReason::assigned, AssignmentReason::not_covered) ==
        "assigned not_covered");
}

TEST_CASE("a verdict reads as a sentence, whichever it is") {
  CHECK(verdict_of(WinnerStatus::winner, {1}) ==
        "B wins: it beats every other variant by more than chance explains");
  CHECK(verdict_of(WinnerStatus::tie, {1, 2}) ==
        "no winner: B and C share the lead, and the data do not tell them apart");
  CHECK(verdict_of(WinnerStatus::not_significant, {0, 1, 2}) ==
        "no winner: chance may be all that sets A, B and C apart");
  CHECK(verdict_of(WinnerStatus::below_min_samples, {}) == "no verdict yet: a variant has too few data");
  CHECK(verdict_of(WinnerStatus::sample_ratio_mismatch, {}) ==
        "no verdict: the split is not the planned one (p < 0.0001), so that no figure can be trusted");
  CHECK(verdict_of(WinnerStatus::no_data, {}) == "no verdict yet: a variant has no data");
  CHECK(verdict_of(WinnerStatus::invalid_counts, {}) ==
        "no verdict: a variant has more successes than trials");
  CHECK(verdict_of(WinnerStatus::single_arm, {}) == "no verdict: there are no two variants to compare");
}

TEST_CASE("results read as a table, their winner by index where no name is known") {
  ExperimentResults results(Experiment({.id = "e", .variants = {{"control"}, {"bold"}}}));
  results.record_impression("control", 1000);
  results.record_click("control", 200);
  results.record_impression("bold", 1000);
  results.record_click("bold", 260);
  results.record_watch("bold", std::chrono::seconds(90));
  CHECK(fmt::format("{}", results) ==
        "variant           impressions  click-through   conversion   completion      watched\n"
        "control                  1000        20.00 %       0.00 %       0.00 %            -\n"
        "bold                     1000        26.00 %       0.00 %       0.00 %       90.0 s\n");
  const WinnerResult result = winning_variant(results, RateMetric::click_through());
  CHECK(fmt::format("{}", result) ==
        "variant 1 wins: it beats every other variant by more than chance explains");
  CHECK(fmt::format("{}", Verdict{result, results.variant_ids()}).starts_with("bold wins: "));
}
