// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_RATIO_METRIC_HPP
#define VIEWERSHIP_INFERENCE_RATIO_METRIC_HPP

/// @file
/// Ratios of sums, such as clicks per impression or watch time per session, where viewers were randomised and
/// each brings many of them: their variance is that between viewers, by the delta method.

#include <cstdint>
#include <optional>

#include <viewership/accumulator.hpp>
#include <viewership/bivariate_moments.hpp>
#include <viewership/inference/confidence.hpp>
#include <viewership/inference/welch.hpp>

namespace viewership::inline v0 {

/// All that one viewer contributes, e.g. their clicks and their impressions.
struct RatioSample {
  double numerator = 0.0;
  double denominator = 0.0;

  friend bool operator==(const RatioSample&, const RatioSample&) = default;
};

/// What a `RatioMetric` knows.
struct RatioMetricResult {
  /// Viewers.
  std::uint64_t count = 0;
  /// Viewers with a number that was NaN or beyond ±`max_moments_value`, and left out.
  std::uint64_t rejected = 0;
  /// Sum of numerators / sum of denominators; absent where the latter is 0.
  std::optional<double> ratio{};
  /// Per viewer, by the delta method: the sample variance of (numerator - ratio denominator) / mean
  /// denominator. The variance of `ratio` is this over `count`. Absent for fewer than two viewers or without
  /// a ratio.
  std::optional<double> variance{};

  friend bool operator==(const RatioMetricResult&, const RatioMetricResult&) = default;
};

/// A ratio of sums over viewers.
///
/// Source: Deng, Knoblich and Lu (2018), doi:10.1145/3219819.3219919.
class RatioMetric {
 public:
  /// The identity of `merge`.
  RatioMetric() = default;

  /// O(1).
  void add(const RatioSample& viewer) { moments_.add({viewer.denominator, viewer.numerator}); }

  void merge(const RatioMetric& other) { moments_.merge(other.moments_); }

  [[nodiscard]] RatioMetricResult result() const {
    const BivariateMomentsResult moments = moments_.result();
    RatioMetricResult result{moments.count, moments.rejected, {}, {}};
    if (!moments.mean_x || *moments.mean_x == 0.0) return result;
    const double denominator = *moments.mean_x;
    const double ratio = *moments.mean_y / denominator;
    if (!std::isfinite(ratio)) return result;
    result.ratio = ratio;
    if (const auto variance = moments.variance_about(ratio)) {
      const double per_viewer = *variance / denominator / denominator;
      if (std::isfinite(per_viewer)) result.variance = per_viewer;
    }
    return result;
  }

  friend bool operator==(const RatioMetric&, const RatioMetric&) = default;

 private:
  BivariateMoments moments_;  // x is the denominator, y the numerator
};

static_assert(AccumulatorFor<RatioMetric, RatioSample>);

namespace detail {

[[nodiscard]] inline std::optional<EstimatedMean> estimated_mean(const RatioMetric& metric) {
  const RatioMetricResult result = metric.result();
  return estimated_mean(result.count, result.ratio, result.variance);
}

}  // namespace detail

/// Tests whether two arms have the same ratio, for the difference ratio_b - ratio_a, with Welch's degrees of
/// freedom.
///
/// @return status `no_data` for fewer than two viewers in an arm or a sum of denominators of 0,
/// `zero_variance` if every viewer of both arms has the ratio of their arm. O(1). Source: as `RatioMetric`.
[[nodiscard]] inline TTest ratio_test(const RatioMetric& a, const RatioMetric& b,
                                      ConfidenceLevel confidence = {}) {
  return detail::difference_test(detail::estimated_mean(a), detail::estimated_mean(b), confidence);
}

/// The relative lift (ratio_b - ratio_a) / |ratio_a|, likewise; see `welch_lift_test`.
///
/// @return status as `ratio_test`, and `no_data` for a baseline of 0.
[[nodiscard]] inline TTest ratio_lift_test(const RatioMetric& a, const RatioMetric& b,
                                           ConfidenceLevel confidence = {}) {
  return detail::lift_test(detail::estimated_mean(a), detail::estimated_mean(b), confidence);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_RATIO_METRIC_HPP
