// SPDX-License-Identifier: MIT
#include <viewership/smoothing.hpp>  // first: it must stand alone

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "golden.hpp"
#include "laws.hpp"
#include "random_trend.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

using Averages = std::vector<std::optional<double>>;

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

Averages ema(const std::vector<double>& values, SmoothingFactor smoothing) {
  return exponential_moving_average(values, smoothing);
}
Averages ema(const std::vector<TrendPoint>& points, WallTime half_life) {
  return exponential_moving_average(points, half_life);
}

}  // namespace

TEST_CASE("an average of nothing is empty, of one value the value") {
  CHECK(ema({}, 0.5).empty());
  CHECK(ema({}, 1h).empty());
  CHECK(ema({0.3}, 0.01) == Averages{0.3});
  CHECK(ema(daily({0.3}), 1h) == Averages{0.3});
}

TEST_CASE("an average worked by hand") {
  // 8; 0.25 · 4 + 0.75 · 8 = 7; 0.25 · 15 + 0.75 · 7 = 9.
  CHECK(ema({8, 4, 15}, 0.25) == Averages{8, 7, 9});
  CHECK(exponential_moving_average(daily({8, 4, 15}), SmoothingFactor(0.25)) == Averages{8, 7, 9});
  CHECK(ema({8, 4, 15}, 1.0) == Averages{8, 4, 15});
}

TEST_CASE("alpha, span and half-life say the same in other words") {
  CHECK(SmoothingFactor::of_span(7).alpha() == 0.25);
  CHECK(SmoothingFactor::of_span(1).alpha() == 1.0);
  CHECK_THAT(SmoothingFactor::of_half_life(1).alpha(), WithinRel(0.5, 1e-15));
  CHECK_THAT(SmoothingFactor::of_half_life(2).alpha(), WithinRel(1.0 - std::sqrt(0.5), 1e-15));
  // After that many steps of 0 half of a 1 is left.
  for (const int steps : {1, 3, 50}) {
    std::vector<double> values(static_cast<std::size_t>(steps) + 1, 0.0);
    values.front() = 1.0;
    CHECK_THAT(*ema(values, SmoothingFactor::of_half_life(steps)).back(), WithinRel(0.5, 1e-13));
  }
}

TEST_CASE("what is no smoothing is refused") {
  for (const double alpha : {0.0, -0.1, 1.1, nan_value})
    CHECK_THROWS_AS(SmoothingFactor(alpha), AnalyticsError);
  for (const double span : {0.9, -3.0, infinity, nan_value})
    CHECK_THROWS_AS(SmoothingFactor::of_span(span), AnalyticsError);
  for (const double steps : {0.0, -1.0, infinity, nan_value}) {
    CHECK_THROWS_AS(SmoothingFactor::of_half_life(steps), AnalyticsError);
  }
  CHECK_THROWS_AS(ema(daily({1, 2}), 0ms), AnalyticsError);
  const std::vector<TrendPoint> backwards = {{day(1), 1.0}, {day(0), 1.0}};
  CHECK_THROWS_AS(ema(backwards, 1h), AnalyticsError);
  CHECK_THROWS_AS(exponential_moving_average(backwards, SmoothingFactor(0.5)), AnalyticsError);
  CHECK_NOTHROW(ema({{day(1), nan_value}, {day(0), 1.0}}, 1h));  // does not count, so is in nobody's way
}

TEST_CASE("a value that is not usable changes nothing, and before the first one there is no average") {
  const Averages expected = {std::nullopt, std::nullopt, 8, 8, 7};
  CHECK(ema({nan_value, infinity, 8, nan_value, 4}, 0.25) == expected);
  auto points = daily({nan_value, infinity, 8, nan_value, 4});
  CHECK(exponential_moving_average(points, SmoothingFactor(0.25)) == expected);
  // Two days lie between the 8 and the 4: a half-life of two days leaves half.
  points.insert(points.begin() + 3, {Timestamp::max(), 5.0});
  CHECK(ema(points, 48h) == Averages{std::nullopt, std::nullopt, 8, 8, 8, 6});
}

TEST_CASE("the past fades by the time that passed") {
  const std::vector<TrendPoint> points = {{day(0), 8}, {day(1), 4}, {day(4), 16}};
  // Half of it after a day, an eighth after three.
  CHECK(ema(points, 24h) == Averages{8, 6, 16 - 10.0 / 8});
}

TEST_CASE("points of one instant count as one") {
  // 8 then their mean so far: 4, (4 + 10) / 2 = 7, half of it new.
  CHECK(ema({{day(0), 8}, {day(1), 4}, {day(1), 10}}, 24h) == Averages{8, 6, 7.5});
  CHECK(ema({{day(0), 8}, {day(0), 4}}, 24h) == Averages{8, 6});
}

TEST_CASE("at even steps the half-life in time is that in steps") {
  Random random(7);
  for (const double steps : {0.5, 1.0, 4.0, 30.0}) {
    const auto values = random_values(random, 100, 1000);
    const auto half_life =
        std::chrono::duration_cast<WallTime>(std::chrono::duration<double, std::ratio<86400>>(steps));
    const auto by_time = ema(daily(values), half_life);
    const auto by_step = ema(values, SmoothingFactor::of_half_life(steps));
    for (std::size_t i = 0; i < values.size(); ++i) REQUIRE(nearly_equal(by_time[i], by_step[i]));
  }
}

TEST_CASE("an average is the weighted sum of its values, and lies between them") {
  Random random(8);
  for (const double alpha : {0.01, 0.2, 0.9}) {
    const auto values = random_values(random, 60, 1000);
    const auto averages = ema(values, alpha);
    for (std::size_t i = 0; i < values.size(); ++i) {
      double expected = std::pow(1 - alpha, static_cast<double>(i)) * values[0];
      for (std::size_t j = 1; j <= i; ++j)
        expected += alpha * std::pow(1 - alpha, static_cast<double>(i - j)) * values[j];
      REQUIRE_THAT(*averages[i], WithinRel(expected, 1e-12));
    }
  }
  CHECK(ema({1e100, -1e100, 1e100}, 0.5) == Averages{1e100, 0.0, 5e99});
}

TEST_CASE("averages agree with the reference (golden: reference/ema.json)") {
  const auto cases = golden_json("reference/ema.json");
  if (!cases) return;
  REQUIRE(cases->size() >= 30);
  for (const auto& golden : *cases) {
    CAPTURE(golden["name"].get<std::string>(), golden["alpha"].get<double>());
    std::vector<TrendPoint> points;
    for (const auto& point : golden["points"]) {
      points.push_back({Timestamp{WallTime{point[0].get<std::int64_t>()}}, point[1].get<float>()});
    }
    const auto averages = exponential_moving_average(points, SmoothingFactor(golden["alpha"].get<double>()));
    if (golden["result"].is_null()) {
      CHECK(averages.empty());
      continue;
    }
    const auto& expected = golden["result"]["smoothed"];
    REQUIRE(averages.size() == expected.size());
    for (std::size_t i = 0; i < averages.size(); ++i)
      CHECK_THAT(*averages[i], WithinAbs(expected[i].get<double>(), 1e-12));
  }
}
