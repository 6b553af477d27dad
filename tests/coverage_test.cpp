// SPDX-License-Identifier: MIT
// What intervals and tests promise over many experiments. Of rates it is no simulation but the exact sum over
// all outcomes; of means it is a simulation with a fixed seed.
#include <cmath>
#include <vector>

#include <viewership/inference/detail/saddle_point.hpp>
#include <viewership/inference/proportion_intervals.hpp>
#include <viewership/inference/welch.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

/// P(X = k) for k = 0 ... n, by the ratio of neighbours from the mode outward.
std::vector<double> binomial(std::uint64_t n, double p) {
  std::vector<double> probability(n + 1, 0.0);
  const auto mode = static_cast<std::uint64_t>(static_cast<double>(n) * p);
  probability[mode] = 1.0;
  for (std::uint64_t k = mode; k < n; ++k) {
    probability[k + 1] =
        probability[k] * static_cast<double>(n - k) / static_cast<double>(k + 1) * p / (1 - p);
  }
  for (std::uint64_t k = mode; k > 0; --k) {
    probability[k - 1] =
        probability[k] * static_cast<double>(k) / static_cast<double>(n - k + 1) * (1 - p) / p;
  }
  double sum = 0.0;
  for (const double value : probability) sum += value;
  for (double& value : probability) value /= sum;
  return probability;
}

struct Coverage {
  double least = 1.0;
  double mean = 0.0;
};

template <class IntervalOf>
Coverage coverage_of_rate(std::uint64_t n, const IntervalOf& interval_of) {
  std::vector<Interval> intervals;
  for (std::uint64_t x = 0; x <= n; ++x) intervals.push_back(*interval_of({x, n}, ConfidenceLevel{}));
  Coverage coverage;
  constexpr int points = 2000;
  for (int i = 0; i < points; ++i) {
    const double p = (i + 0.5) / points;
    const std::vector<double> probability = binomial(n, p);
    double covered = 0.0;
    for (std::uint64_t x = 0; x <= n; ++x) {
      if (intervals[x].contains(p)) covered += probability[x];
    }
    coverage.least = (std::min)(coverage.least, covered);
    coverage.mean += covered / points;
  }
  return coverage;
}

template <class IntervalOf>
Coverage coverage_of_difference(std::uint64_t n_a, std::uint64_t n_b, const IntervalOf& interval_of) {
  std::vector<Interval> intervals;
  for (std::uint64_t x_a = 0; x_a <= n_a; ++x_a) {
    for (std::uint64_t x_b = 0; x_b <= n_b; ++x_b) {
      intervals.push_back(*interval_of({x_a, n_a}, {x_b, n_b}, ConfidenceLevel{}));
    }
  }
  Coverage coverage;
  constexpr int points = 25;
  for (int i = 0; i < points; ++i) {
    const double p_a = (i + 0.5) / points;
    const std::vector<double> of_a = binomial(n_a, p_a);
    for (int j = 0; j < points; ++j) {
      const double p_b = (j + 0.37) / points;
      const std::vector<double> of_b = binomial(n_b, p_b);
      double covered = 0.0;
      for (std::uint64_t x_a = 0; x_a <= n_a; ++x_a) {
        for (std::uint64_t x_b = 0; x_b <= n_b; ++x_b) {
          if (intervals[x_a * (n_b + 1) + x_b].contains(p_b - p_a)) covered += of_a[x_a] * of_b[x_b];
        }
      }
      coverage.least = (std::min)(coverage.least, covered);
      coverage.mean += covered / (points * points);
    }
  }
  return coverage;
}

double normal(Random& random) {
  const auto uniform = [&] { return (static_cast<double>(random.next() >> 11) + 0.5) / 9007199254740992.0; };
  return std::sqrt(-2.0 * std::log(uniform())) * std::cos(6.283185307179586 * uniform());
}

}  // namespace

TEST_CASE("Clopper and Pearson's interval covers every rate at least as often as it says") {
  for (const std::uint64_t n : {1U, 2U, 5U, 10U, 37U, 100U, 400U}) {
    CAPTURE(n);
    CHECK(coverage_of_rate(n, clopper_pearson_interval).least >= 0.95 - 1e-12);
  }
}

TEST_CASE("Wilson's and Jeffreys' intervals cover a rate on average as often as they say") {
  for (const std::uint64_t n : {5U, 10U, 37U, 100U, 400U}) {
    CAPTURE(n);
    const Coverage wilson = coverage_of_rate(n, wilson_interval);
    CHECK_THAT(wilson.mean, WithinAbs(0.95, 0.01));
    CHECK(wilson.least >= 0.82);  // Brown, Cai and DasGupta (2001): the dip next to 0 and 1
    CHECK_THAT(coverage_of_rate(n, jeffreys_interval).mean, WithinAbs(0.95, 0.01));
  }
}

TEST_CASE("Newcombe's, and Miettinen and Nurminen's, intervals cover a difference as often as they say") {
  for (const auto& [n_a, n_b] :
       {std::pair<std::uint64_t, std::uint64_t>{10, 10}, {15, 40}, {50, 50}, {100, 20}}) {
    CAPTURE(n_a, n_b);
    const Coverage newcombe = coverage_of_difference(n_a, n_b, newcombe_interval);
    CHECK_THAT(newcombe.mean, WithinAbs(0.955, 0.012));
    CHECK(newcombe.least >= 0.85);
    const Coverage score = coverage_of_difference(n_a, n_b, miettinen_nurminen_interval);
    CHECK_THAT(score.mean, WithinAbs(0.955, 0.012));
    CHECK(score.least >= 0.90);
  }
}

TEST_CASE("Welch's test of equal means errs as often as it says, whatever variances and sizes") {
  struct Arms {
    std::uint64_t n_a, n_b;
    double spread_b;
  };
  for (const Arms& arms : {Arms{10, 10, 1.0}, {10, 40, 4.0}, {40, 10, 4.0}, {5, 50, 0.2}, {200, 30, 10.0}}) {
    Random random(30);
    constexpr int rounds = 20'000;
    int rejected = 0, missed = 0;
    for (int round = 0; round < rounds; ++round) {
      Moments a, b;
      for (std::uint64_t i = 0; i < arms.n_a; ++i) a.add(normal(random));
      for (std::uint64_t i = 0; i < arms.n_b; ++i) b.add(arms.spread_b * normal(random));
      const TTest test = welch_test(a, b);
      rejected += *test.p <= 0.05 ? 1 : 0;
      missed += test.interval->contains(0.0) ? 0 : 1;
    }
    CAPTURE(arms.n_a, arms.n_b, arms.spread_b);
    // Three standard errors of the simulation, and what Satterthwaite's approximation is off by at such
    // sizes.
    const double error = static_cast<double>(rejected) / rounds;
    CHECK_THAT(error, WithinAbs(0.05, 3 * std::sqrt(0.05 * 0.95 / rounds) + 0.004));
    CHECK(rejected == missed);
  }
}
