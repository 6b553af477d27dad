// SPDX-License-Identifier: MIT
#include <viewership/detail/order_statistics.hpp>  // first: it must stand alone

#include "catch.hpp"
#include "random_trend.hpp"

using namespace viewership;

TEST_CASE("medians worked by hand") {
  const auto median = [](std::vector<double> values) { return detail::median(values); };
  CHECK(median({4}) == 4);
  CHECK(median({4, 1}) == 2.5);
  CHECK(median({9, 1, 4}) == 4);
  CHECK(median({9, 1, 4, 6}) == 5);
  CHECK(median({1e308, 1e308}) == 1e308);
}

TEST_CASE("medians and inversions are those of a sorted copy and of all pairs") {
  Random random(6);
  for (int round = 0; round < 300; ++round) {
    auto values = random_values(random, 1 + random.below(70), round % 2 == 0 ? 5 : 1000);
    auto sorted = values;
    std::ranges::sort(sorted);
    std::uint64_t inversions = 0;
    for (std::size_t j = 0; j < values.size(); ++j) {
      for (std::size_t i = 0; i < j; ++i) inversions += values[j] < values[i] ? 1U : 0U;
    }
    auto counted = values;
    std::vector<double> merged;
    REQUIRE(detail::sort_and_count_inversions(counted, merged) == inversions);
    REQUIRE(counted == sorted);
    const std::size_t n = sorted.size();
    REQUIRE(detail::median(values) == (sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
  }
}

TEST_CASE("runs are maximal and cover everything") {
  const std::vector<int> values = {1, 1, 2, 3, 3, 3};
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  const auto note = [&](std::size_t from, std::size_t to) { runs.emplace_back(from, to); };
  detail::for_each_run(std::span<const int>(values), std::equal_to<>{}, note);
  CHECK(runs == std::vector<std::pair<std::size_t, std::size_t>>{{0, 2}, {2, 3}, {3, 6}});
  runs.clear();
  detail::for_each_run(std::span<const int>(), std::equal_to<>{}, note);
  CHECK(runs.empty());
}
