// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_BENCHMARKS_HPP
#define VIEWERSHIP_BENCHMARKS_HPP

/// @file
/// How an audience holds beside what is usual for a kind of content.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <viewership/audience.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/played_session.hpp>
#include <viewership/retention_curve.hpp>

namespace viewership::inline v0 {

/// Retention to expect at a quarter, half and three quarters of a content; each in (0, 1].
struct RetentionBenchmark {
  double at_25 = 0.0;
  double at_50 = 0.0;
  double at_75 = 0.0;

  friend constexpr bool operator==(const RetentionBenchmark&, const RetentionBenchmark&) = default;
};

/// What the seed library expects of broadcasts, of video on demand, and of short forms.
inline constexpr RetentionBenchmark broadcast_benchmark{0.85, 0.70, 0.55};
inline constexpr RetentionBenchmark vod_benchmark{0.80, 0.60, 0.40};
inline constexpr RetentionBenchmark short_form_benchmark{0.95, 0.88, 0.78};

/// One of the three points of a comparison.
struct BenchmarkPart {
  MediaTime position{};
  double expected = 0.0;
  /// Retention there; absent if nobody started, or a given curve does not reach from one side of it to the
  /// other.
  std::optional<double> actual{};
  /// min(actual / expected, 1) · 100.
  std::optional<double> score{};

  friend bool operator==(const BenchmarkPart&, const BenchmarkPart&) = default;
};

struct BenchmarkComparison {
  std::array<BenchmarkPart, 3> parts{};
  /// The mean of the scores of the parts, in [0, 100]; absent if any of them is.
  std::optional<double> score{};

  friend bool operator==(const BenchmarkComparison&, const BenchmarkComparison&) = default;
};

namespace detail {

inline void validate(const RetentionBenchmark& benchmark, const char* function) {
  for (const double expected : {benchmark.at_25, benchmark.at_50, benchmark.at_75}) {
    if (!(expected > 0.0 && expected <= 1.0)) {
      raise(ErrorCode::invalid_argument,
            std::string(function) + ": what a benchmark expects must lie in (0, 1]");
    }
  }
}

/// ⌊duration · k / 4⌋ for k = 1, 2, 3.
inline std::array<MediaTime, 3> quarters(MediaTime duration) {
  return {duration / 4, duration / 2, duration * 3 / 4};
}

/// Retention at `position`, on the straight line between the points around it. The points ascend.
inline std::optional<double> interpolated_retention(const RetentionCurve& curve, MediaTime position) {
  const auto after = std::ranges::lower_bound(curve.points, position, {}, &RetentionPoint::position);
  if (after == curve.points.end()) return std::nullopt;
  if (after->position == position) return after->retention;
  if (after == curve.points.begin() || !after->retention) return std::nullopt;
  const RetentionPoint& before = *std::prev(after);
  const double way = static_cast<double>((position - before.position).count()) /
                     static_cast<double>((after->position - before.position).count());
  return *before.retention + way * (*after->retention - *before.retention);
}

}  // namespace detail

/// How a curve holds beside a benchmark: at ⌊D/4⌋, ⌊D/2⌋ and ⌊3D/4⌋ of duration D, min(actual / expected, 1)
/// · 100, averaged. A score of 100 says that retention is nowhere below what is expected.
///
/// @param curve of ascending points; retention is exact where it has a point, and on the straight line
/// between
///        its points elsewhere. A curve that does not reach around one of the three positions has no score.
/// @param benchmark expects values in (0, 1]; others: `invalid_argument`
/// Complexity: O(log points).
/// Source: the seed library.
[[nodiscard]] inline BenchmarkComparison compare_to_benchmark(const RetentionCurve& curve,
                                                              const RetentionBenchmark& benchmark) {
  detail::validate(benchmark, "compare_to_benchmark");
  const std::array<MediaTime, 3> positions = detail::quarters(curve.duration);
  const std::array<double, 3> expected{benchmark.at_25, benchmark.at_50, benchmark.at_75};
  BenchmarkComparison comparison;
  double sum = 0.0;
  bool complete = true;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    BenchmarkPart& part = comparison.parts[i];
    part = {positions[i], expected[i], detail::interpolated_retention(curve, positions[i]), {}};
    if (part.actual) part.score = (std::min)(*part.actual / part.expected, 1.0) * 100.0;
    sum += part.score.value_or(0.0);
    complete &= part.score.has_value();
  }
  if (complete) comparison.score = sum / static_cast<double>(positions.size());
  return comparison;
}

namespace detail {

template <class Range>
BenchmarkComparison compare_to_benchmark(const Range& sessions, MediaTime duration,
                                         const RetentionBenchmark& benchmark, const ReplayOptions& options) {
  validate(benchmark, "compare_to_benchmark");
  const std::array<MediaTime, 3> positions = quarters(duration);
  AudienceCounts counts(retention_grid(positions, duration), Counting::instants);
  feed("compare_to_benchmark", sessions, options, counts);
  return viewership::compare_to_benchmark(retention_curve(counts.result(), positions), benchmark);
}

}  // namespace detail

/// The same with exact retention at the three positions.
///
/// @param sessions of one content; others: `mixed_contents`
/// @param duration of the content, in (0, 10^12 ms]; else `invalid_argument`
/// @return without a score if nobody started
/// Complexity: of replaying the sessions.
[[nodiscard]] inline BenchmarkComparison compare_to_benchmark(std::span<const ViewerSession> sessions,
                                                              MediaTime duration,
                                                              const RetentionBenchmark& benchmark,
                                                              const ReplayOptions& options = {}) {
  return detail::compare_to_benchmark(sessions, duration, benchmark, options);
}
template <SessionRange Sessions>
[[nodiscard]] BenchmarkComparison compare_to_benchmark(const Sessions& sessions, MediaTime duration,
                                                       const RetentionBenchmark& benchmark,
                                                       const ReplayOptions& options = {}) {
  return detail::compare_to_benchmark(sessions, duration, benchmark, options);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_BENCHMARKS_HPP
