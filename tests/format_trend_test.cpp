// SPDX-License-Identifier: MIT
#include <viewership/format/trend.hpp>  // first: it must stand alone

#include <limits>
#include <vector>

#include "catch.hpp"
#include "random_trend.hpp"

using namespace viewership;
using namespace std::chrono_literals;

TEST_CASE("a line reads as a slope with its unit and where it starts") {
  TrendLine line{0.0125, per_day, 0.4, Timestamp{1'700'000'000'000ms}};
  CHECK(fmt::format("{}", line) == "+0.0125 a day from 0.4 on 2023-11-14 22:13:20.000 on");
  line.slope = -2.0;
  line.per = 1h;
  CHECK(fmt::format("{}", line) == "-2 an hour from 0.4 on 2023-11-14 22:13:20.000 on");
  line.per = std::chrono::weeks{1};
  CHECK(fmt::format("{}", line) == "-2 a week from 0.4 on 2023-11-14 22:13:20.000 on");
  line.per = 1500ms;
  CHECK(fmt::format("{}", line) == "-2 per 0:01.500 from 0.4 on 2023-11-14 22:13:20.000 on");
}

TEST_CASE("regressions read with their fit, or say that there is no line") {
  // 1 2 4: slope 3/2 about (1, 7/3); squares (4.5² / 3) / 14: r² = 27/28; rest 1/6 over 1 · 2.
  CHECK(fmt::format("{}", linear_regression(daily({1, 2, 4}))) ==
        "+1.5 a day from 0.8333 on 2023-11-15 00:00:00.000 on, r² 0.9643, standard error of the slope "
        "0.2887, points 3");
  CHECK(fmt::format("{}", linear_regression(daily({1, std::numeric_limits<double>::quiet_NaN()}))) ==
        "no line, points 1, not usable 1");
  CHECK(fmt::format("{}", theil_sen(daily({1, 2, 4}))) ==
        "+1.5 a day from 1 on 2023-11-15 00:00:00.000 on, points 3");
}

TEST_CASE("directions read by name") {
  CHECK(fmt::format("{} {} {} {}", TrendDirection::unknown, TrendDirection::falling, TrendDirection::steady,
                    TrendDirection::rising) == "unknown falling steady rising");
}

TEST_CASE("a rank test and a level shift read in one line") {
  // All 6 pairs rise: variance 4 · 3 · 13 / 18, z = 5 / √(26/3) = 1.698, p = 0.0894.
  CHECK(fmt::format("{}", mann_kendall(daily({1, 2, 3, 4}))) == "s 6, tau 1, p 0.08943, points 4");
  CHECK(fmt::format("{}", mann_kendall(daily({1}))) == "s 0, tau -, p -, points 1");
  // K = 9 of n = 6: 2 exp(-486 / 252) = 0.2907.
  CHECK(fmt::format("{}", detect_level_shift(daily({1, 2, 3, 7, 8, 9}))) ==
        "2 to 8 on 2023-11-18 00:00:00.000, p 0.2907, points 6");
  CHECK(fmt::format("{}", detect_level_shift(daily({1, 1}))) == "no shift, points 2");
}

TEST_CASE("anomalies read by their place and score") {
  AnomalyScores scores{30, 0, AnomalyScale::median_deviation, {}, {1, 2}};
  scores.scores = {0.0, 4.2, -5.12};
  CHECK(fmt::format("{}", scores) == "anomalies 2: value 1 (+4.2), value 2 (-5.1), points 30");
  CHECK(fmt::format("{}", AnomalyScores{30, 2, AnomalyScale::no_deviation, {}, {}}) ==
        "anomalies 0, points 30, not usable 2");
  CHECK(fmt::format("{}", AnomalyScores{4, 0, AnomalyScale::none, {}, {}}) == "too few values, points 4");
}
