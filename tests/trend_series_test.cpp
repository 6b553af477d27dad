// SPDX-License-Identifier: MIT
#include <viewership/trend_series.hpp>  // first: it must stand alone

#include <limits>

#include "catch.hpp"
#include "random_sessions.hpp"
#include "random_trend.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("a trend of nothing has no points") {
  CHECK(EngagementTrend{}.points().empty());
  CHECK(EngagementTrend{}.rejected() == 0);
  CHECK(EngagementTrend(std::vector<TrendPoint>{}) == EngagementTrend{});
}

TEST_CASE("a trend keeps usable points in the order of time, whatever order they came in") {
  std::vector<TrendPoint> points = {
      {day(3), 1.0}, {day(1), 5.0}, {day(2), nan_value}, {day(1), -2.0}, {day(0), infinity}};
  const EngagementTrend trend(points);
  const std::vector<TrendPoint> expected = {{day(1), -2.0}, {day(1), 5.0}, {day(3), 1.0}};
  CHECK(std::ranges::equal(trend.points(), expected));
  CHECK(trend.rejected() == 2);

  Random random(3);
  for (int round = 0; round < 10; ++round) {
    random.shuffle(points);
    CHECK(EngagementTrend(points) == trend);
  }
}

TEST_CASE("values and times no audience has are rejected") {
  const auto rejected = [](TrendPoint point) { return EngagementTrend(std::vector{point}).rejected(); };
  CHECK(rejected({day(0), 1e100}) == 0);
  CHECK(rejected({day(0), -1.0001e100}) == 1);
  CHECK(rejected({Timestamp{max_wall_time}, 1.0}) == 0);
  CHECK(rejected({Timestamp{max_wall_time + 1ms}, 1.0}) == 1);
  CHECK(rejected({Timestamp{-max_wall_time - 1ms}, 1.0}) == 1);
  CHECK(rejected({Timestamp::min(), 1.0}) == 1);
  CHECK(rejected({Timestamp::max(), 1.0}) == 1);
}

TEST_CASE("values at even steps are points, as far as there is time") {
  const std::vector<double> values = {1, 5, 2};
  CHECK(at_even_steps(values, 24h, day(0)) == daily(values));
  CHECK(at_even_steps(values).back() == TrendPoint{Timestamp{48h}, 2.0});
  CHECK(at_even_steps({}).empty());
  const auto far = at_even_steps(values, WallTime::max(), day(0));
  CHECK(far[0].at == day(0));
  CHECK(far[2].at == Timestamp::max());
  CHECK(EngagementTrend(far).rejected() == 2);
  CHECK_THROWS_AS(at_even_steps(values, 0ms), AnalyticsError);
}

TEST_CASE("steps of months, and of days over a clock change, are even; a gap, a twin or no time are not") {
  const auto steps_are_even = [](std::vector<double> days) {
    std::vector<TrendPoint> points;
    for (const double at : days) points.push_back({day(at), 0.0});
    return detail::has_even_steps(points);
  };
  CHECK(steps_are_even({}));
  CHECK(steps_are_even({4}));
  CHECK(steps_are_even({0, 31, 59, 90, 120, 151}));
  CHECK(steps_are_even({0, 1, 2, 2 + 23.0 / 24, 4, 5 + 1.0 / 24}));
  CHECK_FALSE(steps_are_even({0, 1, 2, 4, 5}));
  CHECK_FALSE(steps_are_even({0, 1, 1, 2, 3}));
  CHECK_FALSE(steps_are_even({0, 0, 0}));
  CHECK_FALSE(steps_are_even({0, 1, 1.3, 2, 3}));
  CHECK_FALSE(detail::has_even_steps(std::vector<TrendPoint>{{day(0), 0.0}, {Timestamp::max(), 0.0}}));
  CHECK(detail::has_even_steps(std::vector<TrendPoint>{{day(0), 1.0}, {day(1), nan_value}, {day(2), 1.0}}));
}
