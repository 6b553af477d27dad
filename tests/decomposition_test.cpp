// SPDX-License-Identifier: MIT
#include <viewership/decomposition.hpp>  // first: it must stand alone

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "golden.hpp"
#include "laws.hpp"
#include "random_trend.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr std::optional<double> none = std::nullopt;

void check_parts(const Decomposition& result, const std::vector<std::optional<double>>& trend,
                 const std::vector<double>& season, const std::vector<std::optional<double>>& residual) {
  REQUIRE(result.values.size() == trend.size());
  REQUIRE(result.season.size() == season.size());
  for (std::size_t i = 0; i < season.size(); ++i) CHECK_THAT(result.season[i], WithinAbs(season[i], 1e-12));
  for (std::size_t i = 0; i < trend.size(); ++i) {
    CAPTURE(i);
    const DecomposedValue& value = result.values[i];
    REQUIRE(value.trend.has_value() == trend[i].has_value());
    REQUIRE(value.residual.has_value() == residual[i].has_value());
    CHECK(value.seasonal == result.season[i % season.size()]);
    if (value.trend) CHECK_THAT(*value.trend, WithinAbs(*trend[i], 1e-12));
    if (value.residual) CHECK_THAT(*value.residual, WithinAbs(*residual[i], 1e-12));
  }
}

/// Averages of each window by itself, season by the definition.
Decomposition naive(const std::vector<double>& values, std::size_t period) {
  Decomposition result;
  const std::size_t n = values.size(), half = period / 2;
  std::vector<double> sums(period, 0.0), counts(period, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    DecomposedValue parts{values[i], {}, 0.0, {}};
    if (i >= half && i + half < n) {
      double sum = 0.0;
      for (std::size_t j = i - half; j <= i + half; ++j) {
        const bool outermost = j == i - half || j == i + half;
        sum += (period % 2 == 0 && outermost ? 0.5 : 1.0) * values[j];
      }
      parts.trend = sum / static_cast<double>(period);
      sums[i % period] += values[i] - *parts.trend;
      counts[i % period] += 1.0;
    }
    result.values.push_back(parts);
  }
  double mean = 0.0;
  for (std::size_t i = 0; i < period; ++i) mean += sums[i] / counts[i] / static_cast<double>(period);
  for (std::size_t i = 0; i < period; ++i) result.season.push_back(sums[i] / counts[i] - mean);
  for (std::size_t i = 0; i < n; ++i) {
    DecomposedValue& parts = result.values[i];
    parts.seasonal = result.season[i % period];
    if (parts.trend) parts.residual = values[i] - *parts.trend - parts.seasonal;
  }
  return result;
}

}  // namespace

TEST_CASE("fewer than two full periods are not taken apart, however long the period") {
  CHECK_FALSE(decompose(std::vector<double>{}, 1));
  CHECK_FALSE(decompose(std::vector<double>{1}, 1));
  CHECK_FALSE(decompose(std::vector<double>(13, 1.0), weekly_period));
  CHECK(decompose(std::vector<double>(14, 1.0), weekly_period));
  CHECK_FALSE(decompose(std::vector<double>(14, 1.0), (std::numeric_limits<std::size_t>::max)()));
  CHECK_THROWS_AS(decompose(std::vector<double>(14, 1.0), 0), AnalyticsError);
}

TEST_CASE("a decomposition worked by hand") {
  // Averages of three: 3, 4, 4, 5. What they leave: (2) at place 1: -1 of 2 and 0 of 4; …
  // Values 1 2 6 4 2 9; trend _ 3 4 4 5 _; rest _ -1 2 0 -3 _; means by place: 0; (-1 - 3) / 2 = -2; 2; their
  // mean is 0.
  const auto result = decompose(std::vector<double>{1, 2, 6, 4, 2, 9}, 3);
  REQUIRE(result);
  check_parts(*result, {none, 3, 4, 4, 5, none}, {0, -2, 2}, {none, 1, 0, 0, -1, none});
}

TEST_CASE("period 1 is no season") {
  const auto result = decompose(std::vector<double>{1, 5, 2}, 1);
  REQUIRE(result);
  check_parts(*result, {1, 5, 2}, {0}, {0, 0, 0});
}

TEST_CASE("even periods agree with R") {
  // R 4.2.2: d <- decompose(ts(y, frequency = 4)); d$trend; d$figure; d$random
  // y <- c(12, 15, 9, 20, 14, 18, 11, 23, 15, 21, 12, 26, 19)
  const auto quarterly = decompose(std::vector<double>{12, 15, 9, 20, 14, 18, 11, 23, 15, 21, 12, 26, 19}, 4);
  REQUIRE(quarterly);
  check_parts(
      *quarterly,
      {none, none, 14.250, 14.875, 15.500, 16.125, 16.625, 17.125, 17.625, 18.125, 19.000, none, none},
      {-2.026041666666667, 2.411458333333333, -5.921875000000000, 5.536458333333333},
      {none, none, 0.67187500000000000, -0.41145833333333215, 0.52604166666666785, -0.53645833333333215,
       0.29687500000000000, 0.33854166666666785, -0.59895833333333215, 0.46354166666666785,
       -1.07812500000000000, none, none});
  // The same with frequency = 2, y <- c(5, 3, 8, 4, 9, 6, 7, 5, 12)
  const auto paired = decompose(std::vector<double>{5, 3, 8, 4, 9, 6, 7, 5, 12}, 2);
  REQUIRE(paired);
  check_parts(*paired, {none, 4.75, 5.75, 6.25, 7.00, 7.00, 6.25, 7.25, none},
              {1.7395833333333335, -1.7395833333333335},
              {none, -0.010416666666666075, 0.510416666666666075, -0.510416666666666075, 0.260416666666666075,
               0.739583333333333925, -0.989583333333333925, -0.510416666666666075, none});
  // decompose(window(AirPassengers, end = c(1951, 12)))$figure
  const std::vector<double> passengers = {112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118,
                                          115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140,
                                          145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166};
  const std::vector<double> figure = {-13.81249999999999822, -7.93749999999999734,  11.50000000000000178,
                                      -0.89583333333332615,  -3.16666666666666918,  9.95833333333333037,
                                      25.52083333333333925,  24.16666666666665364,  10.54166666666665897,
                                      -12.12499999999999822, -30.89583333333332504, -12.85416666666666963};
  const auto monthly = decompose(passengers, monthly_period);
  REQUIRE(monthly);
  for (std::size_t i = 0; i < figure.size(); ++i) CHECK_THAT(monthly->season[i], WithinAbs(figure[i], 1e-12));
  CHECK_THAT(*monthly->values[6].trend, WithinRel(126.79166666666664, 1e-14));
  CHECK_THAT(*monthly->values[29].trend, WithinRel(169.08333333333331, 1e-14));
}

TEST_CASE("mistake: even-period trend biased") {
  // A window of four around no value is half a step late: on a straight line it would be off by half a slope.
  std::vector<double> line;
  for (int i = 0; i < 12; ++i) line.push_back(10.0 * i);
  const auto result = decompose(line, 4);
  REQUIRE(result);
  for (std::size_t i = 2; i < 10; ++i) CHECK(result->values[i].trend == line[i]);
  for (const double part : result->season) CHECK(part == 0.0);
}

TEST_CASE("at the ends the trend is unknown, or held on request") {
  const std::vector<double> values = {1, 2, 6, 4, 2, 9};
  const auto held = decompose(values, 3, TrendEnds::held);
  REQUIRE(held);
  // Rests now -2 -1 2 0 -3 4: means -1, -2, 3, of mean 0.
  check_parts(*held, {3, 3, 4, 4, 5, 5}, {-1, -2, 3}, {-1, 1, -1, 1, -1, 1});
  CHECK(held->values[0].trend == held->values[1].trend);
  CHECK_FALSE(decompose(values, 3)->values[0].trend);
}

TEST_CASE("a value that is not usable leaves nothing to say, and so do points with a gap") {
  CHECK_FALSE(decompose(std::vector<double>{1, 2, nan_value, 4}, 2));
  CHECK_FALSE(decompose(std::vector<double>{1, 2, 1e101, 4}, 2));
  auto points = daily({1, 2, 6, 4, 2, 9, 1});
  CHECK(decompose(points, 3) == decompose(std::vector<double>{1, 2, 6, 4, 2, 9, 1}, 3));
  points.erase(points.begin() + 3);
  CHECK_FALSE(decompose(points, 3));
  std::swap(points[0], points[1]);
  CHECK_THROWS_AS(decompose(points, 3), AnalyticsError);
}

TEST_CASE("decompositions are those by the definition, and their parts add up") {
  Random random(9);
  for (int round = 0; round < 200; ++round) {
    const std::size_t period = 1 + random.below(13);
    const auto values = random_values(random, 2 * period + random.below(40), 1000);
    const auto result = decompose(values, period);
    REQUIRE(result);
    const Decomposition expected = naive(values, period);
    double sum = 0.0;
    for (std::size_t i = 0; i < period; ++i) {
      REQUIRE_THAT(result->season[i], WithinAbs(expected.season[i], 1e-9));
      sum += result->season[i];
    }
    REQUIRE_THAT(sum, WithinAbs(0.0, 1e-9));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const DecomposedValue& parts = result->values[i];
      REQUIRE(parts.trend.has_value() == expected.values[i].trend.has_value());
      if (!parts.trend) continue;
      REQUIRE_THAT(*parts.trend, WithinAbs(*expected.values[i].trend, 1e-9));
      REQUIRE_THAT(*parts.trend + parts.seasonal + *parts.residual, WithinAbs(values[i], 1e-9));
    }
  }
}

TEST_CASE("a wild value leaves no trace in the trend behind its window") {
  std::vector<double> values(40, 0.1);
  values[10] = 1e20;
  const auto result = decompose(values, 7);
  REQUIRE(result);
  for (std::size_t i = 14; i < 37; ++i) CHECK_THAT(*result->values[i].trend, WithinRel(0.1, 1e-12));
}

TEST_CASE("odd periods agree with the reference, which holds the ends (golden: reference/decompose.json)") {
  const auto cases = golden_json("reference/decompose.json");
  if (!cases) return;
  std::size_t compared = 0;
  for (const auto& golden : *cases) {
    const auto period = golden["period"].get<std::size_t>();
    if (period % 2 == 0) continue;
    CAPTURE(golden["name"].get<std::string>(), period);
    std::vector<double> values;
    for (const auto& point : golden["points"]) values.push_back(point[1].get<float>());
    const auto result = decompose(values, period, TrendEnds::held);
    REQUIRE(result.has_value() == !golden["result"].is_null());
    if (!result) continue;
    ++compared;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const DecomposedValue& parts = result->values[i];
      CHECK_THAT(*parts.trend, WithinAbs(golden["result"]["trend"][i].get<double>(), 1e-12));
      CHECK_THAT(parts.seasonal, WithinAbs(golden["result"]["seasonal"][i].get<double>(), 1e-12));
      CHECK_THAT(*parts.residual, WithinAbs(golden["result"]["residual"][i].get<double>(), 1e-12));
    }
  }
  CHECK(compared >= 10);
}
