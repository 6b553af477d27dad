// SPDX-License-Identifier: MIT
#include <limits>

#include <viewership/inference/confidence.hpp>

#include "catch.hpp"

using viewership::AnalyticsError;
using viewership::ConfidenceLevel;
using viewership::Interval;

TEST_CASE("a confidence level is 95 % unless told, and keeps a small alpha exactly") {
  CHECK(ConfidenceLevel{}.alpha() == 0.05);
  CHECK(ConfidenceLevel{0.75}.alpha() == 0.25);
  CHECK(ConfidenceLevel::of_alpha(1e-20).alpha() == 1e-20);
  CHECK(ConfidenceLevel{} != ConfidenceLevel{0.9});
}

TEST_CASE("a confidence level that is none is refused") {
  for (const double level : {0.0, 1.0, -0.1, 95.0, std::numeric_limits<double>::quiet_NaN()}) {
    CAPTURE(level);
    CHECK_THROWS_AS(ConfidenceLevel{level}, AnalyticsError);
    CHECK_THROWS_AS(ConfidenceLevel::of_alpha(level), AnalyticsError);
  }
}

TEST_CASE("an interval contains its ends") {
  const Interval interval{-1.0, 2.0};
  CHECK(interval.contains(-1.0));
  CHECK(interval.contains(2.0));
  CHECK_FALSE(interval.contains(2.0000001));
  CHECK_FALSE(interval.contains(std::numeric_limits<double>::quiet_NaN()));
}
