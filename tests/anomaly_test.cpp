// SPDX-License-Identifier: MIT
#include <viewership/anomaly.hpp>  // first: it must stand alone

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "random_trend.hpp"

using namespace viewership;

namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

bool no_scores(const AnomalyScores& result) {
  return result.scale == AnomalyScale::none && result.anomalies.empty() &&
         std::ranges::none_of(result.scores, [](const auto& score) { return score.has_value(); });
}

double naive_median(std::vector<double> values) {
  std::ranges::sort(values);
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

}  // namespace

TEST_CASE("a small sample has no anomalies") {
  CHECK(no_scores(anomaly_scores(std::vector<double>{})));
  CHECK(anomaly_scores(std::vector<double>{}).scores.empty());
  const std::vector<double> nine = {1, 2, 1, 2, 1, 2, 1, 2, 1000};
  CHECK(no_scores(anomaly_scores(nine)));
  CHECK(anomaly_scores(nine).scores.size() == 9);
  CHECK(anomaly_scores(nine).count == 9);
  CHECK(anomaly_scores(nine, {1, 9, 3.5}).anomalies == std::vector<std::size_t>{8});
  CHECK(no_scores(anomaly_scores(std::vector<double>{1, 2}, {1, 0, 3.5})));
}

TEST_CASE("scores agree with R") {
  // R 4.2.2: x <- c(10, 12, 11, 13, 12, 11, 10, 12, 40, 11, 12, 13); (x - median(x)) / mad(x)
  const AnomalyScores result =
      anomaly_scores(std::vector<double>{10, 12, 11, 13, 12, 11, 10, 12, 40, 11, 12, 13});
  const std::vector<double> expected = {
      -1.3489815189531904, 0, -0.6744907594765952, 0.6744907594765952,  0, -0.6744907594765952,
      -1.3489815189531904, 0, 18.8857412653446666, -0.6744907594765952, 0, 0.6744907594765952};
  CHECK(result.scale == AnomalyScale::median_deviation);
  REQUIRE(result.scores.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    CHECK_THAT(*result.scores[i], WithinAbs(expected[i], 1e-14));
  CHECK(result.anomalies == std::vector<std::size_t>{8});
}

TEST_CASE("where most values are equal the mean deviation stands in, and where all are nothing stands out") {
  // Median 5, deviations 9 of 0 and one of 20: mean 2, so the score is 20 / (1.2533 · 2).
  std::vector<double> values(10, 5.0);
  values[3] = 25.0;
  const AnomalyScores result = anomaly_scores(values);
  CHECK(result.scale == AnomalyScale::mean_absolute_deviation);
  CHECK_THAT(*result.scores[3], WithinRel(10 / 1.2533141373155003, 1e-14));
  CHECK(*result.scores[0] == 0.0);
  CHECK(result.anomalies == std::vector<std::size_t>{3});

  values[3] = 5.0;
  const AnomalyScores level = anomaly_scores(values);
  CHECK(level.scale == AnomalyScale::no_deviation);
  for (const auto& score : level.scores) CHECK(score == 0.0);
  CHECK(level.anomalies.empty());
}

TEST_CASE("values that are not usable have no score and move nobody's") {
  std::vector<double> values = {10, 12, 11, 13, 12, 11, 10, 12, 40, 11, 12, 13};
  const AnomalyScores clean = anomaly_scores(values);
  values.insert(values.begin() + 2, {nan_value, std::numeric_limits<double>::infinity(), -1e101});
  const AnomalyScores dirty = anomaly_scores(values);
  CHECK(dirty.count == 12);
  CHECK(dirty.rejected == 3);
  for (std::size_t i = 2; i < 5; ++i) CHECK_FALSE(dirty.scores[i]);
  for (std::size_t i = 5; i < values.size(); ++i) CHECK(dirty.scores[i] == clean.scores[i - 3]);
  CHECK(dirty.anomalies == std::vector<std::size_t>{11});
}

TEST_CASE("with a period a weekend is no anomaly, and a weekday like a weekend is one") {
  std::vector<double> values;
  for (int week = 0; week < 6; ++week) {
    for (int weekday = 0; weekday < 7; ++weekday) {
      values.push_back((weekday >= 5 ? 100.0 : 10.0) + (week * 7 + weekday * 3) % 5);
    }
  }
  values[23] = 100.0;  // a Wednesday
  CHECK(anomaly_scores(values).anomalies.size() > 1);
  const AnomalyScores seasonal = anomaly_scores(values, {.period = weekly_period});
  CHECK(seasonal.anomalies == std::vector<std::size_t>{23});
}

TEST_CASE("scores in a season are those by the definition") {
  Random random(16);
  for (int round = 0; round < 100; ++round) {
    const std::size_t period = 1 + random.below(7);
    const auto values = random_values(random, 3 * period + 10 + random.below(20), 1000);
    const AnomalyScores result = anomaly_scores(values, {.period = period});
    std::vector<double> rests(values.size()), sizes;
    for (std::size_t place = 0; place < period; ++place) {
      std::vector<double> alike;
      for (std::size_t i = place; i < values.size(); i += period) alike.push_back(values[i]);
      for (std::size_t i = place; i < values.size(); i += period) rests[i] = values[i] - naive_median(alike);
    }
    const double centre = naive_median(rests);
    for (const double rest : rests) sizes.push_back(std::abs(rest - centre));
    const double scale = 1.4826 * naive_median(sizes);
    if (!(scale > 0.0)) continue;
    REQUIRE(result.scale == AnomalyScale::median_deviation);
    for (std::size_t i = 0; i < values.size(); ++i) {
      REQUIRE_THAT(*result.scores[i], WithinAbs((rests[i] - centre) / scale, 1e-12));
    }
  }
}

TEST_CASE("a season wants three values in each place") {
  std::vector<double> values(20, 1.0);
  CHECK(no_scores(anomaly_scores(values, {.period = weekly_period})));
  values.push_back(1.0);
  CHECK_FALSE(no_scores(anomaly_scores(values, {.period = weekly_period})));
  values[8] = nan_value;
  values.push_back(1.0);
  CHECK(no_scores(anomaly_scores(values, {.period = weekly_period})));
  CHECK(no_scores(anomaly_scores(values, {.period = (std::numeric_limits<std::size_t>::max)()})));
}

TEST_CASE("points are scored as their values, in a season only if their steps are even") {
  const std::vector<double> values = {10, 12, 11, 13, 12, 11, 10, 12, 40, 11, 12, 13};
  auto points = daily(values);
  CHECK(anomaly_scores(points) == anomaly_scores(values));
  CHECK(anomaly_scores(points, {.period = 3}) == anomaly_scores(values, {.period = 3}));
  CHECK(anomaly_scores(points, {.period = 3}).anomalies == std::vector<std::size_t>{8});
  points.back().at += std::chrono::days{1};
  CHECK(anomaly_scores(points) == anomaly_scores(values));
  const AnomalyScores gap = anomaly_scores(points, {.period = 3});
  CHECK(no_scores(gap));
  CHECK(gap.count == 12);
  std::swap(points[0], points[1]);
  CHECK_NOTHROW(anomaly_scores(points));
  CHECK_THROWS_AS(anomaly_scores(points, {.period = 3}), AnalyticsError);
  points[5].at = Timestamp::max();
  CHECK(anomaly_scores(points).rejected == 1);
}

TEST_CASE("scores do not depend on unit and level, and are finite at the extremes") {
  Random random(15);
  for (int round = 0; round < 100; ++round) {
    const auto values = random_values(random, 10 + random.below(50), round % 2 == 0 ? 3 : 1000);
    auto moved = values;
    for (double& value : moved) value = -8 * value + 4096;
    const AnomalyScores a = anomaly_scores(values), b = anomaly_scores(moved);
    REQUIRE(a.scale == b.scale);
    REQUIRE(a.anomalies == b.anomalies);
    for (std::size_t i = 0; i < values.size(); ++i)
      REQUIRE_THAT(*b.scores[i], WithinAbs(-*a.scores[i], 1e-12));
  }
  std::vector<double> extreme = {1e100, -1e100, 1e100};
  for (int i = 0; i < 9; ++i) extreme.push_back(i * 5e-324);
  for (const auto& score : anomaly_scores(extreme).scores) CHECK(std::isfinite(*score));
}

TEST_CASE("options that are none are refused") {
  for (const AnomalyOptions& options : {AnomalyOptions{.period = 0}, AnomalyOptions{.threshold = 0.0},
                                        AnomalyOptions{.threshold = nan_value}}) {
    try {
      (void)anomaly_scores(std::vector<double>(20, 1.0), options);
      FAIL("accepted");
    } catch (const AnalyticsError& error) {
      CHECK(error.code() == ErrorCode::invalid_argument);
      CHECK(std::string(error.what()).rfind("anomaly_scores:", 0) == 0);
    }
  }
}
