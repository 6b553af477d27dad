// SPDX-License-Identifier: MIT
#include <viewership/detail/holm.hpp>  // first: it must stand alone

#include "catch.hpp"
#include "golden.hpp"
#include "random_sessions.hpp"

using viewership::detail::holm_adjusted;

namespace {

/// Holm by its words: a hypothesis is rejected at alpha if it and all smaller ones pass their steps. The
/// adjusted p is the least alpha at which that happens, so it is the largest step value among the p-values
/// not above it.
double plain_holm(const std::vector<double>& p, std::size_t i) {
  double answer = 0.0;
  for (const double step : p) {
    if (step > p[i]) continue;
    std::size_t not_below = 0;
    for (const double other : p) not_below += other >= step ? 1 : 0;
    answer = (std::max)(answer, (std::min)(1.0, static_cast<double>(not_below) * step));
  }
  return answer;
}

}  // namespace

TEST_CASE("Holm of no p-value and of one") {
  CHECK(holm_adjusted({}).empty());
  CHECK(holm_adjusted(std::vector{0.03}) == std::vector{0.03});
}

TEST_CASE("Holm worked by hand keeps the order, never falls and stops at 1") {
  // Sorted 0.01 x 4, 0.02 x 3, 0.03 x 2 (= 0.06 again), 0.9 x 1.
  CHECK(holm_adjusted(std::vector{0.03, 0.9, 0.01, 0.02}) == std::vector{0.06, 0.9, 0.04, 0.06});
  CHECK(holm_adjusted(std::vector{0.6, 0.7, 0.8}) == std::vector{1.0, 1.0, 1.0});
  CHECK(holm_adjusted(std::vector{0.0, 1.0}) == std::vector{0.0, 1.0});
}

TEST_CASE("Holm treats equal p-values alike") {
  CHECK(holm_adjusted(std::vector{0.02, 0.02, 0.02}) == std::vector{0.06, 0.06, 0.06});
}

TEST_CASE("Holm agrees with its definition on random families") {
  Random random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> p(1 + random.below(12));
    for (double& value : p) value = static_cast<double>(random.below(50)) / 100.0;  // with ties
    const std::vector<double> adjusted = holm_adjusted(p);
    for (std::size_t i = 0; i < p.size(); ++i) CHECK_THAT(adjusted[i], WithinRel(plain_holm(p, i), 1e-15));
  }
}

TEST_CASE("Holm agrees with R's p.adjust") {
  const auto golden = golden_json("statistics/multiple_testing.json");
  if (!golden) return;
  for (const auto& row : (*golden)["cases"]) {
    const auto p = row["p"].get<std::vector<double>>();
    const auto expected = row["holm"].get<std::vector<double>>();
    const std::vector<double> adjusted = holm_adjusted(p);
    REQUIRE(adjusted.size() == expected.size());
    for (std::size_t i = 0; i < p.size(); ++i) CHECK_THAT(adjusted[i], WithinRel(expected[i], 1e-12));
  }
}
