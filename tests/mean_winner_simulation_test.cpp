// SPDX-License-Identifier: MIT
// How often a winner is named although nothing differs, from fixed seeds.
#include <cmath>
#include <string>

#include <viewership/inference/mean_winner.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

constexpr int rounds = 2'000;

/// Viewers of every variant watch for a time of one exponential distribution: as skewed as watch times are.
double share_of_winners(std::size_t variants, int viewers) {
  ExperimentDefinition definition{.id = "a/a"};
  for (std::size_t i = 0; i < variants; ++i) definition.variants.push_back({.id = std::to_string(i)});
  const Experiment experiment(definition);
  Random random(77);
  int named = 0;
  for (int round = 0; round < rounds; ++round) {
    ExperimentResults results(experiment);
    for (std::size_t i = 0; i < variants; ++i) {
      for (int viewer = 0; viewer < viewers; ++viewer) {
        const double uniform = (static_cast<double>(random.next() >> 12) + 0.5) / 4'503'599'627'370'496.0;
        results.record_watch(i, std::chrono::duration<double>(-60.0 * std::log(uniform)));
      }
    }
    named += int{winning_variant(results, MeanMetric::watch_duration()).winner.has_value()};
  }
  return static_cast<double>(named) / rounds;
}

}  // namespace

TEST_CASE("where all variants are watched alike, a winner is named in at most alpha of the experiments") {
  const double error = 3 * std::sqrt(0.05 * 0.95 / rounds);
  const double of_two = share_of_winners(2, 300);
  CHECK(of_two <= 0.05 + error);
  CHECK(of_two >= 0.05 - error);  // for two it is alpha: nothing is given away
  CHECK(share_of_winners(3, 300) <= 0.05 + error);
  CHECK(share_of_winners(5, 300) <= 0.05 + error);
}
