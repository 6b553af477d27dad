// SPDX-License-Identifier: MIT
// Series for tests: by hand in few words, or from a seed.
#ifndef VIEWERSHIP_TESTS_RANDOM_TREND_HPP
#define VIEWERSHIP_TESTS_RANDOM_TREND_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include <viewership/trend_series.hpp>

#include "random_sessions.hpp"

/// Midnight of some day, counted from the day of every test's series.
inline viewership::Timestamp day(double days) {
  return viewership::Timestamp{
      viewership::WallTime{1'700'006'400'000 + static_cast<std::int64_t>(days * 86'400'000)}};
}

/// Points at days 0, 1, 2, …
inline std::vector<viewership::TrendPoint> daily(const std::vector<double>& values) {
  std::vector<viewership::TrendPoint> points;
  for (const double value : values) points.push_back({day(static_cast<double>(points.size())), value});
  return points;
}

/// Whole numbers in [0, most].
inline std::vector<double> random_values(Random& random, std::size_t count, std::int64_t most) {
  std::vector<double> values(count);
  for (double& value : values) value = static_cast<double>(random.between(0, most));
  return values;
}

/// Points within `span` ms of an instant in no order, with values as above; with few values, or a short span,
/// they tie.
inline std::vector<viewership::TrendPoint> random_points(Random& random, std::size_t count, std::int64_t span,
                                                         std::int64_t most) {
  std::vector<viewership::TrendPoint> points;
  for (const double value : random_values(random, count, most)) {
    points.push_back(
        {viewership::Timestamp{viewership::WallTime{1'700'000'000'000 + random.between(0, span)}}, value});
  }
  return points;
}

#endif  // VIEWERSHIP_TESTS_RANDOM_TREND_HPP
