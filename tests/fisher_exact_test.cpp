// SPDX-License-Identifier: MIT
#include <viewership/inference/fisher_exact.hpp>  // first: it must stand alone

#include <algorithm>
#include <vector>

#include "catch.hpp"
#include "golden.hpp"
#include "laws.hpp"

using namespace viewership;

namespace {

/// The definition, from the probabilities of all tables by Pascal's rule; up to some 60 trials an arm.
FisherExactTest plain(const Proportion& a, const Proportion& b) {
  const auto choose = [](std::uint64_t n, std::uint64_t k) {
    double product = 1.0;
    for (std::uint64_t i = 0; i < k; ++i)
      product = product * static_cast<double>(n - i) / static_cast<double>(i + 1);
    return product;
  };
  const std::uint64_t successes = a.successes + b.successes;
  const double all = choose(a.trials + b.trials, successes);
  const auto probability = [&](std::uint64_t k) {
    return k > b.trials || successes - k > a.trials
               ? 0.0
               : choose(b.trials, k) * choose(a.trials, successes - k) / all;
  };
  const double observed = probability(b.successes);
  double two_sided = 0.0, greater = 0.0, less = 0.0;
  for (std::uint64_t k = 0; k <= successes; ++k) {
    if (probability(k) <= observed * (1 + 1e-7)) two_sided += probability(k);
    if (k >= b.successes) greater += probability(k);
    if (k <= b.successes) less += probability(k);
  }
  return {TestStatus::ok, two_sided, std::log(two_sided),
          greater,        less,      (std::min)(1.0, 2 * (std::min)(greater, less) - observed)};
}

}  // namespace

TEST_CASE("Fisher's test of groups that determine nothing") {
  CHECK(fisher_exact_test({}, {}) == FisherExactTest{});
  CHECK(fisher_exact_test({0, 0}, {1, 2}).status == TestStatus::no_data);
  CHECK(fisher_exact_test({1, 2}, {0, 0}).status == TestStatus::no_data);
  CHECK(fisher_exact_test({3, 2}, {1, 2}).status == TestStatus::invalid_counts);
  CHECK(fisher_exact_test({1, 2}, {1, 0}).status == TestStatus::invalid_counts);
  CHECK(fisher_exact_test({0, 0}, {3, 2}).status == TestStatus::invalid_counts);
  CHECK_FALSE(fisher_exact_test({1, 2}, {3, 2}).p);
}

TEST_CASE("the lady tasting tea") {
  // Three of four cups right: tables have 1, 16, 36, 16, 1 of 70 ways.
  const FisherExactTest test = fisher_exact_test({1, 4}, {3, 4});
  REQUIRE(test.status == TestStatus::ok);
  CHECK(nearly_equal(test.p, 34.0 / 70));
  CHECK(nearly_equal(test.ln_p, std::log(34.0 / 70)));
  CHECK(nearly_equal(test.p_b_greater, 17.0 / 70));
  CHECK(nearly_equal(test.p_b_less, 69.0 / 70));
  CHECK(nearly_equal(test.mid_p, 2 * 17.0 / 70 - 16.0 / 70));
}

TEST_CASE("a table that its margins leave no choice has p-values of 1") {
  for (const auto& [a, b] :
       {std::pair{Proportion{0, 10}, Proportion{0, 20}}, {{10, 10}, {20, 20}}, {{0, 1}, {0, 1}}}) {
    const FisherExactTest test = fisher_exact_test(a, b);
    CHECK(test.status == TestStatus::ok);
    CHECK(test.p == 1.0);
    CHECK(nearly_equal(test.p_b_greater, 1.0));
    CHECK(nearly_equal(test.p_b_less, 1.0));
    CHECK(nearly_equal(test.mid_p, 1.0));
  }
}

TEST_CASE("Fisher's test is the sum over all tables") {
  Random random(21);
  for (int round = 0; round < 2000; ++round) {
    const std::uint64_t n_a = 1 + random.below(60);
    const std::uint64_t n_b = 1 + random.below(60);
    const Proportion a{random.below(n_a + 1), n_a};
    const Proportion b{random.below(n_b + 1), n_b};
    const FisherExactTest test = fisher_exact_test(a, b);
    const FisherExactTest expected = plain(a, b);
    CAPTURE(a.successes, n_a, b.successes, n_b);
    CHECK_THAT(*test.p, WithinRel(*expected.p, 1e-12));
    CHECK_THAT(*test.ln_p, WithinAbs(*expected.ln_p, 1e-12));
    CHECK_THAT(*test.p_b_greater, WithinRel(*expected.p_b_greater, 1e-12));
    CHECK_THAT(*test.p_b_less, WithinRel(*expected.p_b_less, 1e-12));
    CHECK_THAT(*test.mid_p, WithinRel(*expected.mid_p, 1e-12));
    const FisherExactTest exchanged = fisher_exact_test(b, a);
    CHECK_THAT(*exchanged.p, WithinRel(*test.p, 1e-12));
    CHECK_THAT(*exchanged.p_b_less, WithinRel(*test.p_b_greater, 1e-12));
  }
}

TEST_CASE("Fisher's test of large counts, against R") {
  // R 4.2: fisher.test, phyper. R's own probabilities hold to about 1e-14 times |ln p|.
  CHECK_THAT(*fisher_exact_test({1000, 100'000}, {1300, 100'000}).p,
             WithinRel(3.4009613772077808e-10, 1e-12));
  CHECK_THAT(*fisher_exact_test({50'000, 100'000}, {50'300, 100'000}).p,
             WithinRel(0.18116548544514122, 1e-12));
  const FisherExactTest tiny = fisher_exact_test({50'000, 100'000}, {60'000, 100'000});
  CHECK(tiny.p == 0.0);
  CHECK_THAT(*tiny.ln_p, WithinRel(-1015.706924351115, 1e-12));
}

TEST_CASE("Fisher's test takes counts of a trillion, near the mode and out of all reach of it") {
  constexpr std::uint64_t trillion = 1'000'000'000'000;
  // The variance of the table is N^3 / 16 N^2, so the tail is that of a normal variable with a half added, up
  // to terms of order 1 / N.
  const FisherExactTest test =
      fisher_exact_test({trillion / 2, trillion}, {trillion / 2 + 3'000'000, trillion});
  const double z = (1.5e6 - 0.5) / std::sqrt(2e12 / 16 * (1 - 9e12 / 4e24));
  CHECK_THAT(*test.p_b_greater, WithinRel(0.5 * std::erfc(z / std::sqrt(2.0)), 1e-10));
  CHECK(nearly_equal(fisher_exact_test({trillion / 2, trillion}, {trillion / 2, trillion}).p, 1.0));
  // 0 of N against N of N: 1 / (2N choose N), and the same again on the other side.
  const FisherExactTest apart = fisher_exact_test({0, trillion}, {trillion, trillion});
  CHECK_THAT(
      *apart.ln_p,
      WithinRel(-2e12 * std::log(2.0) + 0.5 * std::log(3.14159265358979 * 1e12) + std::log(2.0), 1e-12));
  CHECK(apart.mid_p == 0.0);
}

TEST_CASE("Fisher's test refuses what would take minutes") {
  CHECK(fisher_exact_test({1, 1}, {0, max_fisher_trials - 1}).status == TestStatus::ok);
  for (const auto& [a, b] : {std::pair{Proportion{1, max_fisher_trials}, Proportion{1, 1}},
                             {{1, 1}, {1, (std::numeric_limits<std::uint64_t>::max)()}}}) {
    try {
      (void)fisher_exact_test(a, b);
      FAIL("accepted");
    } catch (const AnalyticsError& error) {
      CHECK(error.code() == ErrorCode::invalid_argument);
      CHECK(std::string(error.what()).rfind("fisher_exact_test:", 0) == 0);
    }
  }
}

TEST_CASE("the golden tests of Fisher") {
  const auto file = golden_json("statistics/fisher_exact.json");
  if (!file) return;
  REQUIRE(!file->at("cases").empty());
  for (const nlohmann::json& test_case : file->at("cases")) {
    const FisherExactTest test = fisher_exact_test(
        {test_case.at("x_a").get<std::uint64_t>(), test_case.at("n_a").get<std::uint64_t>()},
        {test_case.at("x_b").get<std::uint64_t>(), test_case.at("n_b").get<std::uint64_t>()});
    CAPTURE(test_case.dump());
    CHECK(nearly_equal(test.p, golden_number(test_case, "p_two_sided_R")));
    CHECK(nearly_equal(test.p_b_greater, golden_number(test_case, "p_b_greater")));
    CHECK(nearly_equal(test.p_b_less, golden_number(test_case, "p_b_less")));
    CHECK(nearly_equal(test.mid_p, golden_number(test_case, "p_midp_doubled")));
  }
}
