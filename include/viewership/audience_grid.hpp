// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_AUDIENCE_GRID_HPP
#define VIEWERSHIP_AUDIENCE_GRID_HPP

/// @file
/// The positions at which an audience is counted.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <viewership/detail/arithmetic.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/playback_map.hpp>

namespace viewership::inline v0 {

/// The media times g_0 < g_1 < … of one content at which an audience is counted. Each is an instant, and
/// begins a cell that ends where the next begins, the last one at the end of the content. At most 2^20 of
/// them.
class AudienceGrid {
 public:
  AudienceGrid() = default;

  /// Cells of `width` from 0 on: ⌈duration / width⌉ of them, the last one possibly shorter.
  /// Throws `invalid_argument` unless 0 < duration <= 10^12 ms and width > 0, `grid_too_large` above 2^20
  /// cells.
  [[nodiscard]] static AudienceGrid cells(MediaTime duration, MediaTime width) {
    AudienceGrid grid;
    const std::size_t count = detail::cell_count(duration, width, "AudienceGrid::cells");
    detail::require(count > 0, ErrorCode::invalid_argument,
                    "AudienceGrid::cells: the duration must be above 0");
    grid.positions_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) grid.positions_.push_back(width * static_cast<std::int64_t>(i));
    grid.set_duration(duration);
    return grid;
  }

  /// Positions given in strictly ascending order, each in [0, duration).
  /// Throws `invalid_argument` if there are none or they are anything else, `grid_too_large` above 2^20.
  [[nodiscard]] static AudienceGrid at(std::span<const MediaTime> positions, MediaTime duration) {
    detail::require(!positions.empty() && duration > MediaTime::zero() && duration <= max_media_time,
                    ErrorCode::invalid_argument,
                    "AudienceGrid::at: wants a position, and a duration in (0, 10^12 ms]");
    detail::require(positions.size() <= max_grid_size, ErrorCode::grid_too_large,
                    "AudienceGrid::at: more than 2^20 positions");
    const bool ascending = std::ranges::adjacent_find(positions, std::greater_equal<>{}) == positions.end();
    detail::require(ascending && positions.front() >= MediaTime::zero() && positions.back() < duration,
                    ErrorCode::invalid_argument,
                    "AudienceGrid::at: positions must ascend strictly within [0, duration)");
    AudienceGrid grid;
    grid.positions_.assign(positions.begin(), positions.end());
    grid.set_duration(duration);
    return grid;
  }

  [[nodiscard]] std::span<const MediaTime> positions() const noexcept { return positions_; }
  [[nodiscard]] std::size_t size() const noexcept { return positions_.size(); }
  [[nodiscard]] bool empty() const noexcept { return positions_.empty(); }
  [[nodiscard]] MediaTime duration() const noexcept { return duration_; }

  /// Where cell i ends.
  [[nodiscard]] MediaTime cell_end(std::size_t i) const noexcept {
    return i + 1 < positions_.size() ? positions_[i + 1] : duration_;
  }

  /// The number of positions before `position`, that is the index of the first one at or behind it.
  /// O(1) on an evenly spaced grid, O(log n) on any other.
  [[nodiscard, gnu::always_inline]] std::size_t index(MediaTime position) const noexcept {
    if (!even_) {
      return static_cast<std::size_t>(std::ranges::lower_bound(positions_, position) - positions_.begin());
    }
    const MediaTime last = positions_.back();
    const MediaTime inside{detail::lesser(detail::positive_part(position.count()), last.count())};
    const std::size_t i = at_most_one_before(inside);
    return i + (positions_[i] < inside ? 1 : 0) + (last < position ? 1 : 0);
  }

  friend bool operator==(const AudienceGrid& a, const AudienceGrid& b) {
    return a.duration_ == b.duration_ && a.positions_ == b.positions_;
  }

 private:
  /// Sets up the straight line from the first position to the last, and finds out whether it will do.
  void set_duration(MediaTime duration) {
    duration_ = duration;
    if (positions_.front() != MediaTime::zero()) return;
    const std::uint64_t steps = positions_.size() - 1;
    const auto length = static_cast<std::uint64_t>(positions_.back().count());
    line_shift_ = 63 - static_cast<int>(std::bit_width(steps));
    line_slope_ = length == 0 ? 0 : (steps << line_shift_) / length + 1;
    even_ = true;
    for (std::size_t i = 0; i < positions_.size() && even_; ++i) {
      even_ = at_most_one_before(positions_[i]) <= i &&
              (i == steps || at_most_one_before(positions_[i] + MediaTime{1}) >= i);
    }
  }

  /// On an even grid, the index of `position` or the one before it.
  [[nodiscard]] std::size_t at_most_one_before(MediaTime position) const noexcept {
    return static_cast<std::size_t>((static_cast<std::uint64_t>(position.count()) * line_slope_) >>
                                    line_shift_);
  }

  std::vector<MediaTime> positions_;
  MediaTime duration_{};
  // steps / length, as a fraction of 2^line_shift_ and rounded up; no product with a length leaves 64 bits.
  std::uint64_t line_slope_ = 0;
  int line_shift_ = 0;
  bool even_ = false;
};

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_AUDIENCE_GRID_HPP
