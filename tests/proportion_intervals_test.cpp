// SPDX-License-Identifier: MIT
#include <viewership/inference/proportion_intervals.hpp>  // first: it must stand alone

#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "golden.hpp"
#include "laws.hpp"

using namespace viewership;

namespace {

void check_interval(std::optional<Interval> interval, double lower, double upper, double tolerance = 1e-12) {
  REQUIRE(interval);
  CAPTURE(interval->lower, lower, interval->upper, upper);
  CHECK(std::abs(interval->lower - lower) <= tolerance * std::abs(lower));
  CHECK(std::abs(interval->upper - upper) <= tolerance * std::abs(upper));
}

/// How many of the file's cases had that interval.
int check_golden(const nlohmann::json& cases, const char* key,
                 const std::function<std::optional<Interval>(const nlohmann::json&)>& interval) {
  int checked = 0;
  for (const nlohmann::json& test_case : cases) {
    const auto found = test_case.find(key);
    if (found == test_case.end() || found->is_null()) continue;
    CAPTURE(key, test_case.dump());
    check_interval(interval(test_case), found->at(0).get<double>(), found->at(1).get<double>());
    ++checked;
  }
  return checked;
}

Proportion arm(const nlohmann::json& test_case, const char* successes, const char* trials) {
  return {test_case.at(successes).get<std::uint64_t>(), test_case.at(trials).get<std::uint64_t>()};
}

ConfidenceLevel level(const nlohmann::json& test_case) {
  return ConfidenceLevel::of_alpha(test_case.at("alpha").get<double>());
}

constexpr std::uint64_t trillion = 1'000'000'000'000;
constexpr std::uint64_t most = (std::numeric_limits<std::uint64_t>::max)();

const std::vector<Proportion> hostile = {{0, 1},
                                         {1, 1},
                                         {0, 2},
                                         {1, 2},
                                         {1, 10},
                                         {10, 10},
                                         {500, 1000},
                                         {0, trillion},
                                         {1, trillion},
                                         {trillion / 2, trillion},
                                         {trillion - 1, trillion},
                                         {trillion, trillion},
                                         {0, most},
                                         {most / 2, most},
                                         {most, most}};

}  // namespace

TEST_CASE("without a trial, or with more successes than trials, there is no interval") {
  for (const Proportion& bad : {Proportion{0, 0}, Proportion{2, 1}, Proportion{1, 0}}) {
    CHECK_FALSE(wilson_interval(bad));
    CHECK_FALSE(clopper_pearson_interval(bad));
    CHECK_FALSE(jeffreys_interval(bad));
    const Proportion good{1, 2};
    CHECK_FALSE(newcombe_interval(bad, good));
    CHECK_FALSE(newcombe_interval(good, bad));
    CHECK_FALSE(miettinen_nurminen_interval(bad, good));
    CHECK_FALSE(miettinen_nurminen_interval(good, bad));
    CHECK_FALSE(lift_interval(bad, good));
    CHECK_FALSE(lift_interval(good, bad));
  }
}

TEST_CASE("intervals of a rate: one trial, by hand") {
  // Wilson with one failure: upper = z^2 / (1 + z^2), z^2 = 3.8414588206941236.
  check_interval(wilson_interval({0, 1}), 0.0, 3.8414588206941236 / 4.8414588206941236);
  // 1 - p = 0.025, and Beta(1/2, 3/2) by numerical integration (mpmath).
  check_interval(clopper_pearson_interval({0, 1}), 0.0, 0.975);
  check_interval(jeffreys_interval({0, 1}), 0.0003855809807559008, 0.8532536836904249);
  // p^n = alpha / 2.
  check_interval(clopper_pearson_interval({10, 10}), std::pow(0.025, 0.1), 1.0);
}

TEST_CASE("intervals of a rate keep their digits when counts are in the billions") {
  // R 4.2: qbeta(0.025, x, n - x + 1), qbeta(0.025, x + 1, n - x, lower.tail = FALSE).
  check_interval(clopper_pearson_interval({1, 1'000'000'000}), 2.5317807983969399e-11,
                 5.5716433782031108e-09);
  check_interval(clopper_pearson_interval({7, trillion}), 2.8143630515243512e-12, 1.4422675361648849e-11);
  check_interval(clopper_pearson_interval({1'000'000, trillion}), 9.9804098431738455e-07,
                 1.0019619109625515e-06);
  check_interval(clopper_pearson_interval({trillion / 2, trillion}), 0.49999902001750773,
                 0.50000097998249227);
  check_interval(clopper_pearson_interval({trillion / 10, trillion}, ConfidenceLevel::of_alpha(1e-10)),
                 0.099998059925459556, 0.10000194009711194);
}

TEST_CASE("the textbook's differences of two rates") {
  // Newcombe (1998), table II, method 10; Miettinen and Nurminen by mpmath.
  check_interval(newcombe_interval({48, 80}, {56, 70}), 0.05243147240236488, 0.33387265403690597);
  check_interval(newcombe_interval({0, 20}, {10, 10}), 0.6790860371419146, 1.0);
  check_interval(newcombe_interval({0, 20}, {0, 10}), -0.16112515805281938, 0.27753279986288926);
  check_interval(miettinen_nurminen_interval({48, 80}, {56, 70}), 0.0528297132458446, 0.33817294001586834);
  check_interval(miettinen_nurminen_interval({0, 20}, {10, 10}), 0.7156186604656226, 1.0);
  check_interval(miettinen_nurminen_interval({0, 20}, {0, 10}), -0.16576022754217165, 0.28438133953437733);
  check_interval(miettinen_nurminen_interval({8, 8870}, {0, 4575}), -0.001778900499318356,
                 -6.263804882350496e-05);
  check_interval(newcombe_interval({trillion / 2, trillion}, {trillion / 2 + 3'000'000, trillion}),
                 1.614096175657308e-06, 4.385903824326394e-06);
}

TEST_CASE("a degenerate table has its score interval too") {
  // Neither had a success among one trial. Above delta = 1 - p_b of 1 ... the boundary p_a = (lambda - 1) /
  // lambda, p_b = 0 gives lambda^2 V = lambda - 1 = 2 z^2, so delta = -(lambda - 1) / lambda.
  const double z_squared = 3.8414588206941236;
  const double limit = 2.0 * z_squared / (1.0 + 2.0 * z_squared);
  check_interval(miettinen_nurminen_interval({0, 1}, {0, 1}), -limit, limit);
  check_interval(miettinen_nurminen_interval({1, 1}, {1, 1}), -limit, limit);
  CHECK(miettinen_nurminen_interval({0, 5}, {5, 5})->upper == 1.0);
  CHECK(miettinen_nurminen_interval({5, 5}, {0, 5})->lower == -1.0);
}

TEST_CASE("a lift is the ratio's interval on the log scale, and needs a success in both") {
  // ratio 2, s^2 = 0.9/10 + 0.8/20 = 0.13.
  const double factor = std::exp(1.9599639845400545 * std::sqrt(0.13));
  check_interval(lift_interval({10, 100}, {20, 100}), 2.0 / factor - 1.0, 2.0 * factor - 1.0);
  CHECK_FALSE(lift_interval({0, 100}, {20, 100}));
  CHECK_FALSE(lift_interval({10, 100}, {0, 100}));
  CHECK(lift_interval({3, 3}, {7, 7}) == Interval{0.0, 0.0});
  // Nine digits of the two rates agree: 6e-6 of lift, and not a digit less.
  check_interval(lift_interval({trillion / 2, trillion}, {trillion / 2 + 3'000'000, trillion}),
                 3.2281878773454427e-06, 8.771819805572199e-06);
}

TEST_CASE(
    "intervals are ordered, inside their range, around the estimate and mirrored, whatever the counts") {
  for (const double alpha : {0.05, 1e-10, 1e-300, 0.5, 0.9999999}) {
    const ConfidenceLevel confidence = ConfidenceLevel::of_alpha(alpha);
    for (const Proportion& a : hostile) {
      const Proportion failures{a.trials - a.successes, a.trials};
      const double rate = static_cast<double>(a.successes) / static_cast<double>(a.trials);
      for (const auto interval : {wilson_interval, clopper_pearson_interval, jeffreys_interval}) {
        const Interval of_a = *interval(a, confidence);
        CAPTURE(alpha, a.successes, a.trials, of_a.lower, of_a.upper);
        CHECK((0.0 <= of_a.lower && of_a.lower <= of_a.upper && of_a.upper <= 1.0));
        if (interval != jeffreys_interval) {
          // A rate known to its last digit: the limits may round across it.
          CHECK(Interval{of_a.lower * (1 - 1e-15), of_a.upper * (1 + 1e-15)}.contains(rate));
        }
        const Interval mirrored = *interval(failures, confidence);
        CHECK(std::abs(1.0 - mirrored.upper - of_a.lower) <= 1e-15);
        CHECK(std::abs(1.0 - mirrored.lower - of_a.upper) <= 1e-15);
      }
      for (const Proportion& b : hostile) {
        const double difference = static_cast<double>(b.successes) / static_cast<double>(b.trials) - rate;
        for (const auto interval : {newcombe_interval, miettinen_nurminen_interval}) {
          const Interval of_both = *interval(a, b, confidence);
          CAPTURE(alpha, a.successes, a.trials, b.successes, b.trials, of_both.lower, of_both.upper);
          CHECK((-1.0 <= of_both.lower && of_both.lower <= of_both.upper && of_both.upper <= 1.0));
          CHECK(Interval{of_both.lower - 1e-15, of_both.upper + 1e-15}.contains(difference));
          const Interval exchanged = *interval(b, a, confidence);
          CHECK(std::abs(of_both.lower + exchanged.upper) <= 1e-15);
          CHECK(std::abs(of_both.upper + exchanged.lower) <= 1e-15);
        }
        if (const auto lift = lift_interval(a, b, confidence)) {
          CHECK(lift->lower >= -1.0);
          CHECK(lift->lower <= lift->upper);
        }
      }
    }
  }
}

TEST_CASE("Miettinen and Nurminen's limits are where the score statistic is z, found by a plain search") {
  // The most likely rates at a difference delta by bisection of the score in p_a, the limit by bisection over
  // delta.
  const auto plain_lower = [](const Proportion& a, const Proportion& b, double z) {
    const double x_a = static_cast<double>(a.successes), n_a = static_cast<double>(a.trials);
    const double x_b = static_cast<double>(b.successes), n_b = static_cast<double>(b.trials);
    const double difference = x_b / n_b - x_a / n_a;
    const auto statistic = [&](double delta) {
      double from = delta < 0.0 ? -delta : 0.0;
      double to = delta > 0.0 ? 1.0 - delta : 1.0;
      for (int i = 0; i < 200; ++i) {
        const double p = 0.5 * (from + to);
        const double q = p + delta;
        const double score = x_a / p - (n_a - x_a) / (1 - p) + x_b / q - (n_b - x_b) / (1 - q);
        (score > 0.0 ? from : to) = p;
      }
      const double p = 0.5 * (from + to);
      const double q = p + delta;
      const double variance = (p * (1 - p) / n_a + q * (1 - q) / n_b) * (n_a + n_b) / (n_a + n_b - 1);
      return (difference - delta) / std::sqrt(variance);
    };
    double below = -1.0;
    double above = difference;
    for (int i = 0; i < 200; ++i) {
      const double delta = 0.5 * (below + above);
      (statistic(delta) > z ? below : above) = delta;
    }
    return 0.5 * (below + above);
  };
  Random random(20);
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t n_a = 2 + random.below(200);
    const std::uint64_t n_b = 2 + random.below(200);
    const Proportion a{1 + random.below(n_a - 1), n_a};
    const Proportion b{1 + random.below(n_b - 1), n_b};
    CAPTURE(a.successes, n_a, b.successes, n_b);
    CHECK_THAT(miettinen_nurminen_interval(a, b)->lower,
               WithinAbs(plain_lower(a, b, 1.9599639845400545), 1e-11));
  }
}

TEST_CASE("the golden intervals of a rate") {
  const auto file = golden_json("statistics/proportion_ci.json");
  if (!file) return;
  const auto rate = [](const auto interval) {
    return
        [=](const nlohmann::json& test_case) { return interval(arm(test_case, "x", "n"), level(test_case)); };
  };
  const nlohmann::json& cases = file->at("cases");
  CHECK(check_golden(cases, "wilson", rate(wilson_interval)) > 0);
  CHECK(check_golden(cases, "clopper_pearson", rate(clopper_pearson_interval)) > 0);
  CHECK(check_golden(cases, "jeffreys_equal_tail", rate(jeffreys_interval)) > 0);
}

TEST_CASE("the golden intervals of differences and lifts") {
  for (const char* name : {"statistics/diff_ci.json", "statistics/newcombe1998_table.json"}) {
    const auto file = golden_json(name);
    if (!file) return;
    const auto both = [](const auto interval) {
      return [=](const nlohmann::json& test_case) {
        return interval(arm(test_case, "x_a", "n_a"), arm(test_case, "x_b", "n_b"), level(test_case));
      };
    };
    const nlohmann::json& cases = file->at("cases");
    CHECK(check_golden(cases, "newcombe", both(newcombe_interval)) > 0);
    CHECK(check_golden(cases, "miettinen_nurminen", both(miettinen_nurminen_interval)) > 0);
    CHECK(check_golden(cases, "rel_lift_log", both(lift_interval)) >= 0);
  }
}
