// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_FORMAT_RETENTION_HPP
#define VIEWERSHIP_FORMAT_RETENTION_HPP

/// @file
/// Formatters of curves and heatmaps.

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <viewership/format/text.hpp>
#include <viewership/heatmap.hpp>
#include <viewership/retention.hpp>

namespace viewership::inline v0::detail {

/// A point of a curve in one line: position, viewers, views, retention, joined, skipped, stopped.
inline void write_text(TextBuffer& text, const RetentionPoint& p) {
  put(text, "{:>12} {:>8} {:>8} {:>9} {:>8} {:>8} {:>8}", Clock{p.position}, p.viewers, p.views,
      Percent{p.retention}, p.joined, p.skipped, p.stopped);
}

/// A curve as a table, a point a line, with a bar of 30 blocks for the whole audience.
inline void write_text(TextBuffer& text, const RetentionCurve& curve) {
  put(text, "{:>12} {:>8} {:>8} {:>9} {:>8} {:>8} {:>8}\n", "position", "viewers", "views", "retention",
      "joined", "skipped", "stopped");
  for (const RetentionPoint& point : curve.points) {
    std::array<double, 30> bar{};
    std::size_t length = 0;
    for (double left = point.retention.value_or(0.0) * 30; left > 0 && length < bar.size(); left -= 1) {
      bar[length++] = (std::min)(left, 1.0);
    }
    put(text, "{}  {}\n", point, Strip{std::span(bar).first(length)});
  }
}

/// A heatmap as a strip of at most 72 blocks, the hottest one full; empty for nobody.
inline void write_text(TextBuffer& text, const AttentionHeatmap& heatmap) {
  std::vector<double> intensities;
  intensities.reserve(heatmap.buckets.size());
  for (const HeatmapBucket& bucket : heatmap.buckets) intensities.push_back(bucket.intensity);
  put(text, "{}", Strip{intensities});
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_FORMAT_RETENTION_HPP
