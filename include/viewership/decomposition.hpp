// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DECOMPOSITION_HPP
#define VIEWERSHIP_DECOMPOSITION_HPP

/// @file
/// A series taken apart into trend, season and the rest.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <viewership/detail/double_double.hpp>
#include <viewership/error.hpp>
#include <viewership/trend_series.hpp>

namespace viewership::inline v0 {

/// What the trend is where the moving average does not reach: over the first and last ⌊period / 2⌋ values.
enum class TrendEnds : std::uint8_t {
  absent,  ///< unknown, as in R; the season is that of the values between
  held     ///< its nearest known value; in a series that rises or falls this leans the ends, and the season
};

/// One value of a series and its parts: value = trend + seasonal + residual.
struct DecomposedValue {
  double value = 0.0;
  /// Absent at the ends, see `TrendEnds`.
  std::optional<double> trend{};
  double seasonal = 0.0;
  /// Absent where the trend is.
  std::optional<double> residual{};

  friend bool operator==(const DecomposedValue&, const DecomposedValue&) = default;
};

/// A series taken apart.
struct Decomposition {
  /// The seasonal part over one period, beginning at the first value's place in it; sums to 0.
  std::vector<double> season;
  /// One for each value.
  std::vector<DecomposedValue> values;

  friend bool operator==(const Decomposition&, const Decomposition&) = default;
};

namespace detail {

/// The centred moving averages of `period` values, from the one at index ⌊period / 2⌋ on, as far as they
/// reach. An even period has no middle, so its average is that of the two windows around it (2 × period: half
/// weight for the outermost values); one window alone is half a step late. More than `period` values. The
/// running sum carries 32 digits, so that it does not drift. O(n).
[[nodiscard]] inline std::vector<double> centred_moving_average(std::span<const double> values,
                                                                std::size_t period) {
  std::vector<DoubleDouble> sums;  // of the windows from each index on
  sums.reserve(values.size() - period + 1);
  DoubleDouble sum;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += values[i];
    if (i >= period) sum += -values[i - period];
    if (i + 1 >= period) sums.push_back(sum);
  }
  const auto length = static_cast<double>(period);
  std::vector<double> averages;
  averages.reserve(sums.size());
  if (period % 2 == 1) {
    for (const DoubleDouble& window : sums) averages.push_back(static_cast<double>(window) / length);
  } else {
    for (std::size_t i = 1; i < sums.size(); ++i) {
      averages.push_back(static_cast<double>(sums[i - 1] + sums[i]) / (2.0 * length));
    }
  }
  return averages;
}

}  // namespace detail

/// Classical additive decomposition: value = trend + seasonal + residual.
///
/// The trend is the centred moving average over one period; the season, for each place in the period, the
/// mean of what it leaves, less the mean of those means; the residual what is left then. The same season all
/// along and a level shift smeared over a period are what the method assumes.
///
/// @param values at even steps
/// @param period values in a season, at least 1, or `invalid_argument`; 1 is no season. See `weekly_period`,
///        `monthly_period`
/// @param ends what the trend is at either end
/// @return absent for fewer than two full periods, or a value that is not usable: a gap cannot be closed
///         without moving the season
/// Complexity: O(n).
/// Source: Kendall and Stuart (1983), as R's `decompose`, which agrees at `TrendEnds::absent`.
[[nodiscard]] inline std::optional<Decomposition> decompose(std::span<const double> values,
                                                            std::size_t period,
                                                            TrendEnds ends = TrendEnds::absent) {
  detail::require(period > 0, ErrorCode::invalid_argument, "decompose: a period is at least 1 value");
  const std::size_t n = values.size();
  if (n / 2 < period) return std::nullopt;
  for (const double value : values) {
    if (!detail::is_usable(value)) return std::nullopt;
  }

  Decomposition result;
  result.values.resize(n);
  const std::vector<double> averages = detail::centred_moving_average(values, period);
  const std::size_t first = period / 2;
  const std::size_t last = first + averages.size() - 1;
  for (std::size_t i = 0; i < n; ++i) {
    result.values[i].value = values[i];
    if (first <= i && i <= last) {
      result.values[i].trend = averages[i - first];
    } else if (ends == TrendEnds::held) {
      result.values[i].trend = i < first ? averages.front() : averages.back();
    }
  }

  double mean_of_means = 0.0;
  for (std::size_t place = 0; place < period; ++place) {
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t i = place; i < n; i += period) {
      if (!result.values[i].trend) continue;
      sum += values[i] - *result.values[i].trend;
      count += 1.0;
    }
    result.season.push_back(sum / count);
    mean_of_means += sum / count / static_cast<double>(period);
  }
  for (double& part : result.season) part -= mean_of_means;

  for (std::size_t i = 0; i < n; ++i) {
    DecomposedValue& parts = result.values[i];
    parts.seasonal = result.season[i % period];
    if (parts.trend) parts.residual = parts.value - *parts.trend - parts.seasonal;
  }
  return result;
}

/// The same of points. Absent too where their steps are not even, so that a missing day does not move the
/// days of the week behind it: each step must lie within half of the median step from it, which months and
/// the days of a clock change do. Throws `invalid_argument` unless the times of usable points ascend.
[[nodiscard]] inline std::optional<Decomposition> decompose(std::span<const TrendPoint> points,
                                                            std::size_t period,
                                                            TrendEnds ends = TrendEnds::absent) {
  detail::require_ascending(points, "decompose: the times of the points must ascend");
  if (!detail::has_even_steps(points)) return std::nullopt;
  return decompose(detail::values_of(points), period, ends);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_DECOMPOSITION_HPP
