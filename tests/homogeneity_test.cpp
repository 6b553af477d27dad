// SPDX-License-Identifier: MIT
#include <viewership/inference/homogeneity.hpp>  // first: it must stand alone

#include <limits>
#include <vector>

#include "catch.hpp"
#include "laws.hpp"

using namespace viewership;

TEST_CASE("one rate for all: arms that determine nothing") {
  CHECK(homogeneity_test({}) == HomogeneityTest{});
  CHECK(homogeneity_test(std::vector<Proportion>{{1, 2}}).status == TestStatus::no_data);
  CHECK(homogeneity_test(std::vector<Proportion>{{1, 2}, {0, 0}}).status == TestStatus::no_data);
  CHECK(homogeneity_test(std::vector<Proportion>{{0, 2}, {0, 5}}).status == TestStatus::zero_variance);
  CHECK(homogeneity_test(std::vector<Proportion>{{2, 2}, {5, 5}}).status == TestStatus::zero_variance);
  CHECK_FALSE(homogeneity_test(std::vector<Proportion>{{2, 2}, {5, 5}}).p);
}

TEST_CASE("clicks above impressions are no answer, in whatever arm") {
  CHECK(homogeneity_test(std::vector<Proportion>{{1, 2}, {3, 2}, {1, 2}}).status ==
        TestStatus::invalid_counts);
  CHECK(homogeneity_test(std::vector<Proportion>{{1, 2}, {1, 0}}).status == TestStatus::invalid_counts);
}

TEST_CASE("one rate for all, worked by hand") {
  // 10 of 100 against 20 of 100 and 30 of 100: 20 expected of each, and 80: 10^2/20 + 10^2/80, twice. Two
  // degrees of freedom: p = exp(-12.5 / 2).
  const HomogeneityTest test = homogeneity_test(std::vector<Proportion>{{10, 100}, {20, 100}, {30, 100}});
  CHECK(test.status == TestStatus::ok);
  CHECK(nearly_equal(test.statistic, 12.5));
  CHECK(test.degrees_of_freedom == 2);
  CHECK(nearly_equal(test.p, std::exp(-6.25)));
  CHECK(nearly_equal(test.ln_p, -6.25));
  CHECK(test.least_expected == 20.0);
  CHECK(homogeneity_test(std::vector<Proportion>{{10, 100}, {10, 100}}).p == 1.0);
}

TEST_CASE("an arm without a trial is left out, of the degrees of freedom too") {
  const HomogeneityTest with = homogeneity_test(std::vector<Proportion>{{10, 100}, {0, 0}, {20, 100}});
  CHECK(with == homogeneity_test(std::vector<Proportion>{{10, 100}, {20, 100}}));
  CHECK(with.degrees_of_freedom == 1);
}

TEST_CASE("an expected cell below 5 is said, on either side") {
  CHECK(homogeneity_test(std::vector<Proportion>{{4, 100}, {5, 100}}).status == TestStatus::small_expected);
  CHECK(homogeneity_test(std::vector<Proportion>{{96, 100}, {95, 100}}).status == TestStatus::small_expected);
  CHECK(homogeneity_test(std::vector<Proportion>{{5, 100}, {5, 100}}).status == TestStatus::ok);
  CHECK(homogeneity_test(std::vector<Proportion>{{4, 100}, {5, 100}}).p);
}

TEST_CASE("counts of a trillion, and p-values beyond any double") {
  constexpr std::uint64_t trillion = 1'000'000'000'000;
  // Off by 1.5e6 in two cells of 5e11 each side, twice: 4 x 2.25e12 / 5e11, up to the shift of the mean by
  // 3e-6.
  const HomogeneityTest near_by = homogeneity_test(
      std::vector<Proportion>{{trillion / 2, trillion}, {trillion / 2 + 3'000'000, trillion}});
  CHECK_THAT(*near_by.statistic, WithinRel(18.0, 1e-10));
  // p = 0 beyond z = 8.3 elsewhere. One degree of freedom: p = erfc(sqrt(statistic / 2)).
  const HomogeneityTest tiny = homogeneity_test(std::vector<Proportion>{{1000, 10'000}, {2000, 10'000}});
  CHECK_THAT(*tiny.p, WithinRel(std::erfc(std::sqrt(*tiny.statistic / 2)), 1e-12));
  CHECK(*tiny.p > 0.0);
  // erfc(x) = exp(-x^2) / (x sqrt(pi)) (1 - 1 / (2 x^2) + ...).
  const HomogeneityTest apart =
      homogeneity_test(std::vector<Proportion>{{0, trillion}, {trillion, trillion}});
  CHECK(nearly_equal(apart.statistic, 2e12));
  CHECK(apart.p == 0.0);
  CHECK_THAT(*apart.ln_p, WithinRel(-1e12 - 0.5 * std::log(3.14159265358979 * 1e12), 1e-12));
  const std::uint64_t most = (std::numeric_limits<std::uint64_t>::max)();
  CHECK(std::isfinite(*homogeneity_test(std::vector<Proportion>{{0, most}, {most, most}, {1, most}}).ln_p));
}

TEST_CASE("one rate for all is Pearson's sum over the cells, in any order of the arms") {
  Random random(23);
  for (int round = 0; round < 300; ++round) {
    std::vector<Proportion> arms(2 + random.below(6));
    double successes = 0.0, trials = 0.0;
    for (Proportion& arm : arms) {
      arm.trials = 1 + random.below(1000);
      arm.successes = random.below(arm.trials + 1);
      successes += static_cast<double>(arm.successes);
      trials += static_cast<double>(arm.trials);
    }
    if (successes == 0.0 || successes == trials) continue;
    double expected = 0.0;
    for (const Proportion& arm : arms) {
      const double n = static_cast<double>(arm.trials);
      for (const auto& [observed, share] : {std::pair{arm.successes, successes / trials},
                                            {arm.trials - arm.successes, 1 - successes / trials}}) {
        const double off = static_cast<double>(observed) - n * share;
        expected += off * off / (n * share);
      }
    }
    const HomogeneityTest test = homogeneity_test(arms);
    CHECK_THAT(*test.statistic, WithinRel(expected, 1e-10));
    random.shuffle(arms);
    CHECK(nearly_equal(homogeneity_test(arms).statistic, test.statistic));
  }
}
