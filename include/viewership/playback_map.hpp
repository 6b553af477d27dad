// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_PLAYBACK_MAP_HPP
#define VIEWERSHIP_PLAYBACK_MAP_HPP

/// @file
/// Which media time one session watched.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <viewership/detail/short_sort.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>

namespace viewership::inline v0 {

/// Media time from `from` up to, not including, `to`.
struct MediaRange {
  MediaTime from{};
  MediaTime to{};

  [[nodiscard]] constexpr MediaTime length() const noexcept { return to - from; }
  friend constexpr bool operator==(const MediaRange&, const MediaRange&) = default;
};

/// The most cells or points a grid over a content may have.
inline constexpr std::size_t max_grid_size = std::size_t{1} << 20;

namespace detail {

/// How many cells of `width` cover [0, duration); more than `max_grid_size` is an error in `function`'s name.
inline std::size_t cell_count(MediaTime duration, MediaTime width, const char* function) {
  if (duration < MediaTime::zero() || duration > max_media_time || width <= MediaTime::zero()) {
    raise(ErrorCode::invalid_argument,
          std::string(function) + ": the duration must lie in [0, 10^12 ms] and the cell width above 0");
  }
  const std::int64_t cells = duration / width + (duration % width != MediaTime::zero() ? 1 : 0);
  if (cells > static_cast<std::int64_t>(max_grid_size)) {
    raise(ErrorCode::grid_too_large, std::string(function) + ": more than 2^20 cells");
  }
  return static_cast<std::size_t>(cells);
}

}  // namespace detail

/// The set of media time that was watched, as sorted disjoint half-open ranges to the millisecond. Memory
/// follows the number of ranges (16 bytes each), never the content's length.
class PlaybackMap {
 public:
  PlaybackMap() = default;

  /// The union of ranges in any order. O(n log n).
  explicit PlaybackMap(std::span<const MediaRange> ranges) { mark_ranges(ranges); }

  /// Adds [from, to). What lies before 0 is cut off; an empty or inverted range adds nothing.
  /// O(1) behind everything marked so far, else O(number of ranges).
  void mark_range(MediaTime from, MediaTime to) {
    from = (std::max)(from, MediaTime::zero());
    if (to <= from) return;
    if (ranges_.empty() || from > ranges_.back().to) {
      ranges_.push_back({from, to});
      return;
    }
    const auto first = std::ranges::lower_bound(ranges_, from, {}, &MediaRange::to);
    const auto last = std::ranges::upper_bound(first, ranges_.end(), to, {}, &MediaRange::from);
    if (first == last) {
      ranges_.insert(first, {from, to});
      return;
    }
    first->from = (std::min)(first->from, from);
    first->to = (std::max)(std::prev(last)->to, to);
    ranges_.erase(std::next(first), last);
  }

  /// Adds many ranges at once. O((n + m) log(n + m)).
  void mark_ranges(std::span<const MediaRange> added) {
    for (const MediaRange& range : added) {
      if (range.to > range.from && range.to > MediaTime::zero()) {
        ranges_.push_back({(std::max)(range.from, MediaTime::zero()), range.to});
      }
    }
    join();
  }

  /// Becomes the union of ranges that ascend by where they begin, at 0 or later. O(n).
  void assign_ascending(std::span<const MediaRange> ranges) {
    ranges_.resize(ranges.size());
    join_sorted(ranges);
  }

  /// Set union: afterwards everything `other` watched is watched here too. O(n + m) beyond the sort of
  /// joining.
  void merge(const PlaybackMap& other) {
    if (&other == this) return;
    const std::size_t middle = ranges_.size();
    ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
    std::ranges::inplace_merge(ranges_, ranges_.begin() + static_cast<std::ptrdiff_t>(middle), {},
                               &MediaRange::from);
    join_sorted(ranges_);
  }

  [[nodiscard]] friend PlaybackMap operator|(PlaybackMap a, const PlaybackMap& b) {
    a.merge(b);
    return a;
  }

  void clear() noexcept { ranges_.clear(); }

  /// Whether the millisecond at `position` was watched. O(log n).
  [[nodiscard]] bool covers(MediaTime position) const {
    const auto after = std::ranges::upper_bound(ranges_, position, {}, &MediaRange::from);
    return after != ranges_.begin() && position < std::prev(after)->to;
  }

  /// Media time watched at least once.
  [[nodiscard]] MediaTime covered() const noexcept {
    MediaTime sum{};
    for (const MediaRange& range : ranges_) sum += range.length();
    return sum;
  }

  /// Media time of [0, duration) watched at least once.
  [[nodiscard]] MediaTime covered(MediaTime duration) const noexcept {
    MediaTime sum{};
    for (const MediaRange& range : ranges_) {
      if (range.from >= duration) break;
      sum += (std::min)(range.to, duration) - range.from;
    }
    return sum;
  }

  /// What of it lies in [0, end). O(number of ranges).
  [[nodiscard]] PlaybackMap clipped(MediaTime end) const {
    PlaybackMap inside;
    for (const MediaRange& range : ranges_) {
      if (range.from >= end) break;
      inside.ranges_.push_back({range.from, (std::min)(range.to, end)});
    }
    return inside;
  }

  /// The share of [0, duration) that was watched, in [0, 1]; absent unless `duration` is above 0.
  [[nodiscard]] std::optional<double> coverage(MediaTime duration) const noexcept {
    if (duration <= MediaTime::zero()) return std::nullopt;
    return static_cast<double>(covered(duration).count()) / static_cast<double>(duration.count());
  }

  /// The boolean view: cell i is [i, i + 1) `Cell`s of [0, duration), and true if any part of it was watched.
  /// Returns ⌈duration / Cell⌉ cells. Throws `grid_too_large` above 2^20 of them. O(cells + ranges).
  template <class Cell = std::chrono::seconds>
  [[nodiscard]] std::vector<bool> positions_watched(MediaTime duration) const {
    constexpr MediaTime width = std::chrono::duration_cast<MediaTime>(Cell{1});
    static_assert(width == Cell{1}, "a cell is a whole number of milliseconds");
    std::vector<bool> cells(detail::cell_count(duration, width, "PlaybackMap::positions_watched"));
    for (const MediaRange& range : ranges_) {
      if (range.from >= duration) break;
      const auto first = range.from / width;
      const auto last = ((std::min)(range.to, duration) - MediaTime{1}) / width;
      std::fill(cells.begin() + first, cells.begin() + last + 1, true);
    }
    return cells;
  }

  /// Sorted, disjoint, not even touching.
  [[nodiscard]] std::span<const MediaRange> ranges() const noexcept { return ranges_; }
  [[nodiscard]] bool empty() const noexcept { return ranges_.empty(); }

  friend bool operator==(const PlaybackMap&, const PlaybackMap&) = default;

 private:
  void join() {
    detail::short_sort(std::span(ranges_), &MediaRange::from);
    join_sorted(ranges_);
  }

  /// Writes the union of `sorted`, as many as `ranges_` and maybe they themselves, over `ranges_`.
  void join_sorted(std::span<const MediaRange> sorted) {
    if (sorted.empty()) return;
    // Whether two ranges touch is a coin toss, so there is no jump for it.
    std::size_t last = 0;
    MediaRange current = sorted.front();
    for (const MediaRange range : sorted) {
      const bool apart = range.from > current.to;
      last += apart ? 1U : 0U;
      current.from = apart ? range.from : current.from;
      current.to = (std::max)(range.to, current.to);
      ranges_[last] = current;
    }
    ranges_.resize(last + 1);
  }

  std::vector<MediaRange> ranges_;
};

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_PLAYBACK_MAP_HPP
