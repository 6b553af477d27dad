// SPDX-License-Identifier: MIT
// What looking often does to a test, by simulation: why sequential methods are there, and that they hold.
#include <cmath>
#include <cstdint>
#include <vector>
#include <viewership/inference/group_sequential.hpp>
#include <viewership/inference/sequential.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

constexpr double alpha = 0.05;

double uniform(Random& random) {
  return static_cast<double>(random.next() >> 11) * 0x1p-53;
}

double normal(Random& random) {
  return std::sqrt(-2 * std::log1p(-uniform(random))) *
         std::cos(2 * 3.14159265358979323846 * uniform(random));
}

/// Adds `trials` of a rate.
void run(Proportion& arm, std::uint64_t trials, double rate, Random& random) {
  for (std::uint64_t i = 0; i < trials; ++i) arm.successes += uniform(random) < rate ? 1u : 0u;
  arm.trials += trials;
}

/// At most alpha, as far as `runs` can tell: 3 standard errors.
double most_errors(int runs) {
  return runs * alpha + 3 * std::sqrt(runs * alpha * (1 - alpha));
}

}  // namespace

TEST_CASE("100 peeks at a test of equal arms: the z-test fails, the always-valid p holds") {
  const int runs = 2'000;
  Random random(20);
  int fixed_z = 0, tuned = 0, ratio = 0, uncovered = 0;
  for (int experiment = 0; experiment < runs; ++experiment) {
    AlwaysValidOptions options;
    AlwaysValidTest tuned_test(options);
    options.effect_spread = 0.02;
    AlwaysValidTest ratio_test(options);
    Proportion a, b;
    bool z_rejected = false, left_interval = false, tuned_rejected = false, ratio_rejected = false;
    for (int peek = 0; peek < 100; ++peek) {
      run(a, 100, 0.1, random);
      run(b, 100, 0.1, random);
      const double n = static_cast<double>(a.trials);
      const double pooled = static_cast<double>(a.successes + b.successes) / (2 * n);
      const double difference = (static_cast<double>(b.successes) - static_cast<double>(a.successes)) / n;
      const double z = difference / std::sqrt(pooled * (1 - pooled) * 2 / n);
      z_rejected = z_rejected || std::abs(z) > 1.959963984540054;
      const AlwaysValidLook look = tuned_test.look(a, b);
      tuned_rejected = look.significant;
      left_interval = left_interval || (look.interval && !look.interval->contains(0.0));
      ratio_rejected = ratio_test.look(a, b).significant;
    }
    fixed_z += z_rejected ? 1 : 0;
    tuned += tuned_rejected ? 1 : 0;
    ratio += ratio_rejected ? 1 : 0;
    uncovered += left_interval ? 1 : 0;
  }
  CAPTURE(fixed_z, tuned, ratio, uncovered);
  CHECK(tuned <= most_errors(runs));
  CHECK(ratio <= most_errors(runs));
  CHECK(uncovered == tuned);    // the interval and p are the same statement
  CHECK(fixed_z > 0.3 * runs);  // six times what it promises, and more
  CHECK(tuned > 0.001 * runs);  // not by never rejecting
}

TEST_CASE("an always-valid test finds an effect, and its interval covers it at all looks") {
  const int runs = 500;
  Random random(21);
  int found = 0, uncovered = 0;
  for (int experiment = 0; experiment < runs; ++experiment) {
    AlwaysValidTest test;
    Proportion a, b;
    bool left_interval = false, rejected = false;
    for (int peek = 0; peek < 40; ++peek) {
      run(a, 100, 0.10, random);
      run(b, 100, 0.14, random);
      const AlwaysValidLook look = test.look(a, b);
      rejected = look.significant;
      left_interval = left_interval || !look.interval->contains(0.04);
    }
    found += rejected ? 1 : 0;
    uncovered += left_interval ? 1 : 0;
  }
  CAPTURE(found, uncovered);
  CHECK(found > 0.9 * runs);
  CHECK(uncovered <= most_errors(runs));
}

TEST_CASE("always-valid for means: skewed watch times without a difference") {
  const int runs = 1'000;
  Random random(22);
  int rejected = 0;
  for (int experiment = 0; experiment < runs; ++experiment) {
    AlwaysValidTest test;
    Moments a, b;
    bool significant = false;
    for (int peek = 0; peek < 50; ++peek) {
      for (int i = 0; i < 40; ++i) {
        a.add(-std::log1p(-uniform(random)));
        b.add(-std::log1p(-uniform(random)));
      }
      significant = test.look(a, b).significant;
    }
    rejected += significant ? 1 : 0;
  }
  CAPTURE(rejected);
  CHECK(rejected <= most_errors(runs));
}

TEST_CASE("a confidence sequence for a rate covers it after every single trial") {
  const int runs = 600;
  Random random(23);
  int uncovered = 0;
  for (int experiment = 0; experiment < runs; ++experiment) {
    Proportion counts;
    bool left_interval = false;
    for (int trial = 0; trial < 300 && !left_interval; ++trial) {
      run(counts, 1, 0.08, random);
      left_interval = !rate_confidence_sequence(counts, {}, 100.0)->contains(0.08);
    }
    uncovered += left_interval ? 1 : 0;
  }
  CAPTURE(uncovered);
  CHECK(uncovered <= most_errors(runs));
}

TEST_CASE("group-sequential boundaries spend alpha, neither more nor less") {
  const int runs = 100'000;
  const std::vector<double> information{0.15, 0.4, 0.5, 0.8, 1.0};
  struct Design {
    std::vector<GroupSequentialLook> looks;
    Sides sides;
    int rejected = 0;
  };
  std::vector<Design> designs;
  for (const Sides sides : {Sides::one, Sides::two}) {
    GroupSequentialOptions options;
    options.sides = sides;
    for (const SpendingFunction spending :
         {SpendingFunction::obrien_fleming, SpendingFunction::pocock, SpendingFunction::power}) {
      designs.push_back({spending_boundaries(spending, information, options), sides});
    }
    for (const BoundaryShape shape : {BoundaryShape::obrien_fleming, BoundaryShape::pocock}) {
      designs.push_back({classical_boundaries(shape, 5, options), sides});
    }
  }
  Random random(24);
  for (int experiment = 0; experiment < runs; ++experiment) {
    std::vector<double> steps(5);
    for (double& step : steps) step = normal(random);
    for (Design& design : designs) {
      double score = 0.0, before = 0.0;
      for (std::size_t k = 0; k < design.looks.size(); ++k) {
        const double t = design.looks[k].information;
        score += std::sqrt(t - before) * steps[k];
        before = t;
        const double z = score / std::sqrt(t);
        if ((design.sides == Sides::two ? std::abs(z) : z) >= design.looks[k].critical_z) {
          ++design.rejected;
          break;
        }
      }
    }
  }
  for (const Design& design : designs) {
    CHECK_THAT(static_cast<double>(design.rejected),
               WithinAbs(alpha * runs, most_errors(runs) - alpha * runs));
  }
}
