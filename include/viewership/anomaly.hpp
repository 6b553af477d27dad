// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_ANOMALY_HPP
#define VIEWERSHIP_ANOMALY_HPP

/// @file
/// Values that do not fit the rest of their series.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <viewership/detail/order_statistics.hpp>
#include <viewership/error.hpp>
#include <viewership/trend_series.hpp>

namespace viewership::inline v0 {

/// How to look for anomalies.
struct AnomalyOptions {
  /// Values in a season, at least 1; 1 is no season. See `weekly_period`, `monthly_period`.
  std::size_t period = 1;
  /// Usable values below which nothing is scored; 3 for each place in the season are asked for besides.
  std::size_t minimum_sample = 10;
  /// The score above which, up or down, a value is an anomaly; above 0.
  double threshold = 3.5;

  friend bool operator==(const AnomalyOptions&, const AnomalyOptions&) = default;
};

/// What a value is measured by.
enum class AnomalyScale : std::uint8_t {
  none,                     ///< too few values
  median_deviation,         ///< 1.4826 · median of |deviations|
  mean_absolute_deviation,  ///< 1.2533 · mean of |deviations|, where more than half of them are 0
  no_deviation              ///< none differs from the median: every score is 0
};

/// The scores of a series.
struct AnomalyScores {
  /// Values used, and values left out because they are not usable.
  std::uint64_t count = 0;
  std::uint64_t rejected = 0;
  AnomalyScale scale = AnomalyScale::none;
  /// One for each value: how many standard deviations of a normal distribution it lies above what is usual,
  /// or below. Absent for a value that is not usable, and for all where there is no scale.
  std::vector<std::optional<double>> scores;
  /// Indices of the values whose score exceeds the threshold either way, ascending.
  std::vector<std::size_t> anomalies;

  friend bool operator==(const AnomalyScores&, const AnomalyScores&) = default;
};

/// How far each value lies from what is usual, by median and median absolute deviation, which the anomalies
/// themselves hardly move.
///
/// score = (x - median x) / scale, scale = 1.4826 · median |x - median x|: standard deviations, where the
/// values are normal. Where more than half of the values are equal that is 0, and scale = 1.2533 · mean |x -
/// median x|. With a period, x is what is left of a value after the median of its place in the season, and
/// its median is 0. A trend is not taken out: score the residuals of a decomposition, or of a line, if there
/// is one.
///
/// @param values at even steps; those that are not usable keep their place and are counted as rejected
/// @param options period 0, or a threshold not above 0: `invalid_argument`
/// @return no scores for fewer values than the options ask for
/// Complexity: O(n).
/// Source: Iglewicz and Hoaglin (1993), "How to Detect and Handle Outliers", modified z-scores and their
/// threshold of 3.5; medians by season: ours.
[[nodiscard]] inline AnomalyScores anomaly_scores(std::span<const double> values,
                                                  const AnomalyOptions& options = {}) {
  detail::require(options.period > 0, ErrorCode::invalid_argument,
                  "anomaly_scores: a period is at least 1 value");
  detail::require(options.threshold > 0.0, ErrorCode::invalid_argument,
                  "anomaly_scores: a threshold must be above 0");
  AnomalyScores result;
  result.scores.resize(values.size());
  for (const double value : values) ++(detail::is_usable(value) ? result.count : result.rejected);
  constexpr std::size_t least_per_place = 3;
  if (result.count < options.minimum_sample || result.count / least_per_place < options.period) return result;

  std::vector<double> deviations(values.size());
  std::vector<double> used;
  used.reserve(values.size());
  const auto each_usable = [&](std::size_t from, std::size_t step, const auto& visit) {
    for (std::size_t i = from; i < values.size(); i += step) {
      if (detail::is_usable(values[i])) visit(i);
    }
  };
  for (std::size_t place = 0; place < options.period; ++place) {
    used.clear();
    each_usable(place, options.period, [&](std::size_t i) { used.push_back(values[i]); });
    if (used.size() < least_per_place) return result;
    const double usual = detail::median(used);
    each_usable(place, options.period, [&](std::size_t i) { deviations[i] = values[i] - usual; });
  }
  used.clear();
  double mean = 0.0;
  each_usable(0, 1, [&](std::size_t i) {  // as many lie above 0 as below, so their median is 0
    used.push_back(std::abs(deviations[i]));
    mean += used.back() / static_cast<double>(result.count);
  });
  double scale = 1.4826 * detail::median(used);
  result.scale = AnomalyScale::median_deviation;
  if (!(scale > 0.0)) {
    scale = 1.2533141373155003 * mean;  // √(π/2)
    result.scale = AnomalyScale::mean_absolute_deviation;
  }
  if (!(scale > 0.0)) {
    scale = 1.0;
    result.scale = AnomalyScale::no_deviation;
  }
  each_usable(0, 1, [&](std::size_t i) {
    constexpr double most = (std::numeric_limits<double>::max)();  // a scale may be next to nothing
    const double score = (std::clamp)(deviations[i] / scale, -most, most);
    result.scores[i] = score;
    if (std::abs(score) > options.threshold) result.anomalies.push_back(i);
  });
  return result;
}

/// The same of points. With a period their steps must be even, as for `decompose`, else there are no scores;
/// without one their times do not matter. Throws `invalid_argument` besides if there is a period and the
/// times of usable points do not ascend.
[[nodiscard]] inline AnomalyScores anomaly_scores(std::span<const TrendPoint> points,
                                                  const AnomalyOptions& options = {}) {
  const std::vector<double> values = detail::values_of(points);
  if (options.period > 1) {
    detail::require_ascending(points, "anomaly_scores: with a period the times of the points must ascend");
    if (!detail::has_even_steps(points)) {
      AnomalyOptions none = options;
      none.minimum_sample = (std::numeric_limits<std::size_t>::max)();
      return anomaly_scores(values, none);
    }
  }
  return anomaly_scores(values, options);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_ANOMALY_HPP
