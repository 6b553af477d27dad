// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_SIMILARITY_HPP
#define VIEWERSHIP_SIMILARITY_HPP

/// @file
/// How alike two titles are, by what engages their audiences or by how these hold, and which are most alike.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <viewership/engagement_score.hpp>
#include <viewership/error.hpp>
#include <viewership/retention.hpp>

namespace viewership::inline v0 {

/// In which sense two lists of numbers are alike; 1 is most alike.
enum class SimilarityMeasure : std::uint8_t {
  cosine,      ///< Σab / √(Σa² Σb²), in [-1, 1]: the same proportions, whatever the level
  euclidean,   ///< 1 / (1 + √Σ(a - b)²), in (0, 1]: the same values
  correlation  ///< Pearson's r, in [-1, 1]: the same ups and downs, whatever the level
};

/// A title among candidates, and how alike it is.
struct SimilarTitle {
  std::size_t index = 0;
  double similarity = 0.0;

  friend bool operator==(const SimilarTitle&, const SimilarTitle&) = default;
};

namespace detail {

inline double largest_magnitude(std::span<const double> values) {
  double largest = 0.0;
  for (const double value : values) largest = (std::max)(largest, std::abs(value));
  return largest;
}

/// Σab / √(Σa² Σb²); each list by its largest number, so that no square leaves the range.
inline std::optional<double> cosine_similarity(std::span<const double> a, std::span<const double> b) {
  const double a_unit = largest_magnitude(a);
  const double b_unit = largest_magnitude(b);
  if (a_unit == 0.0 || b_unit == 0.0) return std::nullopt;
  double ab = 0.0;
  double aa = 0.0;
  double bb = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i] / a_unit;
    const double y = b[i] / b_unit;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return std::clamp(ab / std::sqrt(aa * bb), -1.0, 1.0);
}

inline double euclidean_similarity(std::span<const double> a, std::span<const double> b) {
  double distance = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) distance = std::hypot(distance, a[i] - b[i]);
  return 1.0 / (1.0 + distance);
}

/// Distances from the mean; empty for a list whose numbers are all the same, which rounding must not hide.
inline std::vector<double> centred(std::span<const double> values) {
  if (std::ranges::adjacent_find(values, std::not_equal_to<>{}) == values.end()) return {};
  double mean = 0.0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  std::vector<double> distances;
  distances.reserve(values.size());
  for (const double value : values) distances.push_back(value - mean);
  return distances;
}

}  // namespace detail

/// How alike `a` and `b` are. Absent where the measure has no answer: for empty lists, for the cosine of a
/// list of zeros, for the correlation of a list that is constant. Throws `invalid_argument` for lists of
/// different lengths and for numbers that are not finite. O(n).
[[nodiscard]] inline std::optional<double> similarity(std::span<const double> a, std::span<const double> b,
                                                      SimilarityMeasure measure = SimilarityMeasure::cosine) {
  const auto is_finite = [](double value) { return std::isfinite(value); };
  detail::require(a.size() == b.size(), ErrorCode::invalid_argument,
                  "similarity: lists of different lengths");
  detail::require(std::ranges::all_of(a, is_finite) && std::ranges::all_of(b, is_finite),
                  ErrorCode::invalid_argument, "similarity: a number that is not finite");
  if (a.empty()) return std::nullopt;
  if (measure == SimilarityMeasure::euclidean) return detail::euclidean_similarity(a, b);
  if (measure == SimilarityMeasure::cosine) return detail::cosine_similarity(a, b);
  const std::vector<double> from_mean_a = detail::centred(a);
  const std::vector<double> from_mean_b = detail::centred(b);
  if (from_mean_a.empty() || from_mean_b.empty()) return std::nullopt;
  return detail::cosine_similarity(from_mean_a, from_mean_b);
}

/// How alike what engages two audiences is, by the components that both have.
[[nodiscard]] inline std::optional<double> similarity(const EngagementComponents& a,
                                                      const EngagementComponents& b,
                                                      SimilarityMeasure measure = SimilarityMeasure::cosine) {
  std::vector<double> of_a;
  std::vector<double> of_b;
  for (const auto component :
       {&EngagementComponents::watch_time, &EngagementComponents::completion, &EngagementComponents::social,
        &EngagementComponents::rewatch, &EngagementComponents::forward_seek_penalty}) {
    if (!(a.*component) || !(b.*component)) continue;
    of_a.push_back(*(a.*component));
    of_b.push_back(*(b.*component));
  }
  return similarity(of_a, of_b, measure);
}

/// How alike two audiences hold: retention compared point by point, the i-th with the i-th. Titles of
/// different lengths compare by evenly spaced curves of as many points. Absent if nobody watched one of them.
/// Throws `invalid_argument` for curves of different numbers of points.
[[nodiscard]] inline std::optional<double> similarity(const RetentionCurve& a, const RetentionCurve& b,
                                                      SimilarityMeasure measure = SimilarityMeasure::cosine) {
  detail::require(a.points.size() == b.points.size(), ErrorCode::invalid_argument,
                  "similarity: curves of different numbers of points");
  if (a.started == 0 || b.started == 0) return std::nullopt;
  const auto retention = [](const RetentionCurve& curve) {
    std::vector<double> shares;
    shares.reserve(curve.points.size());
    for (const RetentionPoint& point : curve.points) shares.push_back(point.retention.value_or(0.0));
    return shares;
  };
  return similarity(retention(a), retention(b), measure);
}

/// What titles can be compared by.
template <class Title>
concept ComparableTitle = requires(const Title& a, const Title& b) {
  { similarity(a, b, SimilarityMeasure::cosine) } -> std::same_as<std::optional<double>>;
};

/// The `count` of `candidates` that are most like `title`, the most alike first, equally alike ones in their
/// order; those whose likeness has no answer are left out. O(n log count) for n candidates.
template <ComparableTitle Title>
[[nodiscard]] std::vector<SimilarTitle> nearest_titles(
    const Title& title, const std::vector<Title>& candidates, std::size_t count,
    SimilarityMeasure measure = SimilarityMeasure::cosine) {
  std::vector<SimilarTitle> titles;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (const auto alike = similarity(title, candidates[i], measure)) titles.push_back({i, *alike});
  }
  const std::size_t kept = (std::min)(count, titles.size());
  const auto is_nearer = [](const SimilarTitle& a, const SimilarTitle& b) {
    return a.similarity != b.similarity ? a.similarity > b.similarity : a.index < b.index;
  };
  std::partial_sort(titles.begin(), titles.begin() + static_cast<std::ptrdiff_t>(kept), titles.end(),
                    is_nearer);
  titles.resize(kept);
  return titles;
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_SIMILARITY_HPP
