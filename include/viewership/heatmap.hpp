// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_HEATMAP_HPP
#define VIEWERSHIP_HEATMAP_HPP

/// @file
/// Which parts of a content get the attention.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include <viewership/audience.hpp>
#include <viewership/event.hpp>
#include <viewership/played_session.hpp>

namespace viewership::inline v0 {

/// What makes a bucket hot.
enum class HeatmapMeasure : std::uint8_t {
  viewers,  ///< sessions that touched it
  views     ///< play-throughs that touched it: replays count
};

struct HeatmapBucket {
  /// Where the bucket begins; it ends where the next one does, the last one at the end of the content.
  MediaTime position{};
  std::uint64_t views = 0;
  std::uint64_t viewers = 0;
  /// Share of the hottest bucket's count, in [0, 1].
  double intensity = 0.0;

  friend bool operator==(const HeatmapBucket&, const HeatmapBucket&) = default;
};

struct AttentionHeatmap {
  MediaTime duration{};
  MediaTime bucket_width{};
  std::uint64_t sessions = 0;
  std::uint64_t started = 0;
  /// ⌈duration / bucket_width⌉ buckets; none if nobody watched anything.
  std::vector<HeatmapBucket> buckets;

  friend bool operator==(const AttentionHeatmap&, const AttentionHeatmap&) = default;
};

/// The heatmap that counted cells show, for callers that share a replay: counts over
/// `AudienceGrid::cells(duration, width)`. Empty without cells, and if nobody watched anything. O(cells).
[[nodiscard]] inline AttentionHeatmap heatmap_of(const AudienceResult& audience,
                                                 HeatmapMeasure measure = HeatmapMeasure::viewers) {
  AttentionHeatmap heatmap{audience.duration, {}, audience.sessions, audience.started, {}};
  if (!audience.cells.empty()) heatmap.bucket_width = audience.cells.front().to - audience.cells.front().from;
  const auto count = [&](const CellCounts& cell) {
    return measure == HeatmapMeasure::viewers ? cell.viewers : cell.views;
  };
  std::uint64_t hottest = 0;
  for (const CellCounts& cell : audience.cells) hottest = (std::max)(hottest, count(cell));
  if (hottest == 0) return heatmap;
  heatmap.buckets.reserve(audience.cells.size());
  for (const CellCounts& cell : audience.cells) {
    heatmap.buckets.push_back({cell.from, cell.views, cell.viewers,
                               static_cast<double>(count(cell)) / static_cast<double>(hottest)});
  }
  return heatmap;
}

namespace detail {

template <class Range>
AttentionHeatmap attention_heatmap(const Range& sessions, MediaTime duration, MediaTime bucket_width,
                                   HeatmapMeasure measure, const ReplayOptions& options) {
  AudienceCounts counts(AudienceGrid::cells(duration, bucket_width), Counting::cells);
  feed("attention_heatmap", sessions, options, counts);
  AttentionHeatmap heatmap = heatmap_of(counts.result(), measure);
  heatmap.bucket_width = bucket_width;
  return heatmap;
}

}  // namespace detail

/// How much attention each stretch of a content gets: a bucket counts everyone who touched it, and its
/// intensity is that count over the largest one. (YouTube Most Replayed)
///
/// @param sessions of one content; others: `mixed_contents`
/// @param duration of the content, in (0, 10^12 ms]; else `invalid_argument`
/// @param bucket_width above 0, else `invalid_argument`; more than 2^20 buckets: `grid_too_large`
/// @return no bucket at all if nobody watched anything
/// Complexity: of replaying the sessions, plus O(buckets).
[[nodiscard]] inline AttentionHeatmap attention_heatmap(std::span<const ViewerSession> sessions,
                                                        MediaTime duration, MediaTime bucket_width,
                                                        HeatmapMeasure measure = HeatmapMeasure::viewers,
                                                        const ReplayOptions& options = {}) {
  return detail::attention_heatmap(sessions, duration, bucket_width, measure, options);
}
template <SessionRange Sessions>
[[nodiscard]] AttentionHeatmap attention_heatmap(const Sessions& sessions, MediaTime duration,
                                                 MediaTime bucket_width,
                                                 HeatmapMeasure measure = HeatmapMeasure::viewers,
                                                 const ReplayOptions& options = {}) {
  return detail::attention_heatmap(sessions, duration, bucket_width, measure, options);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_HEATMAP_HPP
