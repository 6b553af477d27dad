// SPDX-License-Identifier: MIT
#include <viewership/inference/regression.hpp>  // first: it must stand alone

#include <cmath>

#include "catch.hpp"
#include "random_trend.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

// t <- c(0, 1, 2, 3, 5, 8, 13); v <- c(3.1, 2.9, 4.2, 4.0, 5.1, 5.0, 8.3)
const std::vector<TrendPoint> series = {{day(0), 3.1}, {day(1), 2.9}, {day(2), 4.2}, {day(3), 4.0},
                                        {day(5), 5.1}, {day(8), 5.0}, {day(13), 8.3}};

}  // namespace

TEST_CASE("too few points, or one instant, determine no test") {
  CHECK(slope_test(std::vector<TrendPoint>{}) == SlopeTest{});
  CHECK(slope_test(daily({1})) == SlopeTest{});
  const SlopeTest two = slope_test(daily({1, 3}));
  CHECK(two.status == TestStatus::no_data);
  CHECK(*two.slope == 2.0);
  CHECK_FALSE(two.standard_error);
  CHECK_FALSE(two.p);
  CHECK_FALSE(two.interval);
  CHECK(slope_test(std::vector<TrendPoint>{{day(1), 1.0}, {day(1), 2.0}, {day(1), 4.0}}) == SlopeTest{});
}

TEST_CASE("points on a line to the last digit determine no test") {
  for (const auto& values : {std::vector<double>{5, 5, 5, 5}, {0.1, 0.2, 0.3, 0.4, 0.5}}) {
    const SlopeTest result = slope_test(daily(values));
    CHECK(result.status == TestStatus::zero_variance);
    CHECK(result.slope);
    CHECK(result.standard_error == 0.0);
    CHECK_FALSE(result.t);
    CHECK_FALSE(result.p);
    CHECK_FALSE(result.interval);
  }
}

TEST_CASE("a slope's error, test and interval agree with R") {
  // R 4.2.2: m <- lm(v ~ t); summary(m)$coefficients[2, ]; confint(m)[2, ]; confint(m, level = 0.99)[2, ]
  const SlopeTest result = slope_test(series);
  CHECK(result.status == TestStatus::ok);
  CHECK_THAT(*result.slope, WithinRel(0.37920454545454568285, 1e-13));
  CHECK_THAT(*result.standard_error, WithinRel(0.05138854484534773059, 1e-13));
  CHECK(result.degrees_of_freedom == 5);
  CHECK_THAT(*result.t, WithinRel(7.37916488189635000339, 1e-13));
  CHECK_THAT(*result.p, WithinRel(0.00071845175848532234, 1e-12));
  CHECK_THAT(result.interval->lower, WithinRel(0.24710608551531271, 1e-12));
  CHECK_THAT(result.interval->upper, WithinRel(0.51130300539377860, 1e-12));
  const SlopeTest surer = slope_test(series, per_day, ConfidenceLevel{0.99});
  CHECK_THAT(surer.interval->lower, WithinRel(0.17199858492126363, 1e-12));
  CHECK_THAT(surer.interval->upper, WithinRel(0.58641050598782773, 1e-12));
  CHECK(surer.p == result.p);
}

TEST_CASE("the test worked by hand: one degree of freedom is the Cauchy distribution") {
  // Values 0, 3, 0 at days 0, 1, 2 have slope 0; 0, 3, 3: slope 1.5, rest 1.5, error √(1.5 / 2); p = 1 - 2
  // atan(t) / pi.
  CHECK(slope_test(daily({0, 3, 0})).p == 1.0);
  const SlopeTest result = slope_test(daily({0, 3, 3}));
  CHECK_THAT(*result.t, WithinRel(std::sqrt(3.0), 1e-14));
  CHECK_THAT(*result.p, WithinRel(1.0 / 3, 1e-13));
}

TEST_CASE("the unit of the slope is that of its error and interval, and changes no test") {
  const SlopeTest daily_slope = slope_test(series);
  const SlopeTest hourly = slope_test(series, 1h);
  CHECK_THAT(*hourly.slope, WithinRel(*daily_slope.slope / 24, 1e-14));
  CHECK_THAT(hourly.interval->lower, WithinRel(daily_slope.interval->lower / 24, 1e-14));
  CHECK_THAT(*hourly.p, WithinRel(*daily_slope.p, 1e-13));
}

TEST_CASE("0 lies within the interval of a level iff p is above 1 - level") {
  Random random(21);
  for (int round = 0; round < 200; ++round) {
    const auto points = random_points(random, 3 + random.below(20), 1'000'000'000, 50);
    for (const double level : {0.5, 0.9, 0.99}) {
      const SlopeTest result = slope_test(points, per_day, ConfidenceLevel{level});
      if (result.status != TestStatus::ok) continue;
      REQUIRE(result.interval->contains(*result.slope));
      REQUIRE(result.interval->contains(0.0) == (*result.p > 1 - level));
    }
  }
}

TEST_CASE("a slope far beyond doubt has a p above 0, and a level next to 1 a finite or infinite interval") {
  std::vector<double> values;
  for (int i = 0; i < 40; ++i) values.push_back(i + (i % 2 == 0 ? 1e-4 : 0.0));
  const SlopeTest result = slope_test(daily(values), per_day, ConfidenceLevel::of_alpha(1e-300));
  CHECK((*result.p > 0.0 && *result.p < 1e-100));
  CHECK(result.interval->contains(1.0));
  CHECK_FALSE(
      std::isnan(slope_test(daily({0, 3, 3}), per_day, ConfidenceLevel::of_alpha(1e-310)).interval->lower));
}
