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
#include <optional>
#include <span>
#include <vector>

#include <viewership/detail/arithmetic.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/playback_map.hpp>

namespace viewership::inline v0 {

namespace detail {

/// The index of a position among evenly spaced ones, as a straight line rounded down. It is checked against
/// every position when it is made, so it is exact or not there.
class GridLine {
 public:
  /// A line that is right for every media time; none if the positions, ascending from 0 on, are not even
  /// enough, or too long for 64 bits.
  [[nodiscard]] static std::optional<GridLine> through(std::span<const MediaTime> positions) {
    const std::uint64_t steps = positions.size() - 1;
    const std::uint64_t last = count(positions.back());
    const int shift = 62 - static_cast<int>(std::bit_width(steps + 1));
    const std::uint64_t one = std::uint64_t{1} << shift;
    const auto slope_to = [&](std::uint64_t end) {
      return end == 0 ? 0 : steps * (one / end) + steps * (one % end) / end;
    };
    // Whole widths end at the last position, and a line between two positions is as far from both as can be.
    // A curve ends a millisecond further on, and rounds its positions down by a fraction of its steps.
    const std::uint64_t of_cells = slope_to(last);
    const std::uint64_t of_curve = slope_to(last + 1);
    const GridLine cells{of_cells, one - of_cells / 2 - 1, last, shift};
    const GridLine curve{of_curve, one - of_curve / (2 * steps + 1) - 1, last, shift};
    for (const GridLine& line : {cells, curve}) {
      if (line.is_exact(positions)) return line;
    }
    return std::nullopt;
  }

  /// The last position.
  [[nodiscard]] MediaTime last() const noexcept { return MediaTime{last_}; }

  /// How many of the positions lie before `position`, which lies in [0, last()].
  [[nodiscard, gnu::always_inline]] std::size_t up_to_last(MediaTime position) const noexcept {
    return static_cast<std::size_t>((static_cast<std::uint64_t>(position.count()) * slope_ + start_) >>
                                    shift_);
  }

  /// How many of the positions lie before `position`.
  [[nodiscard, gnu::always_inline]] std::size_t operator()(MediaTime position) const noexcept {
    const std::int64_t inside = lesser(positive_part(position.count()), last_);
    return up_to_last(MediaTime{inside}) + (last_ < position.count() ? 1U : 0U);
  }

 private:
  GridLine(std::uint64_t slope, std::uint64_t start, std::uint64_t last, int shift)
      : slope_(slope), start_(start), last_(static_cast<std::int64_t>(last)), shift_(shift) {}

  static std::uint64_t count(MediaTime time) { return static_cast<std::uint64_t>(time.count()); }

  /// A line that rises is right everywhere if it is at every position and a millisecond behind.
  [[nodiscard]] bool is_exact(std::span<const MediaTime> positions) const {
    for (std::size_t i = 0; i < positions.size(); ++i) {
      if ((*this)(positions[i]) != i || (*this)(positions[i] + MediaTime{1}) != i + 1) return false;
    }
    return true;
  }

  // Fractions of 2^shift_; no product with a position leaves 64 bits.
  std::uint64_t slope_;
  std::uint64_t start_;
  std::int64_t last_;  // of the positions
  int shift_;
};

}  // namespace detail

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
  /// O(1) on an evenly spaced grid of usual length, O(log n) on any other.
  [[nodiscard, gnu::always_inline]] std::size_t index(MediaTime position) const noexcept {
    if (line_) return (*line_)(position);
    return static_cast<std::size_t>(std::ranges::lower_bound(positions_, position) - positions_.begin());
  }

  /// How `index` is found in O(1), if it is.
  [[nodiscard]] const std::optional<detail::GridLine>& line() const noexcept { return line_; }

  friend bool operator==(const AudienceGrid& a, const AudienceGrid& b) {
    return a.duration_ == b.duration_ && a.positions_ == b.positions_;
  }

 private:
  void set_duration(MediaTime duration) {
    duration_ = duration;
    if (positions_.front() == MediaTime::zero()) line_ = detail::GridLine::through(positions_);
  }

  std::vector<MediaTime> positions_;
  MediaTime duration_{};
  std::optional<detail::GridLine> line_{};
};

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_AUDIENCE_GRID_HPP
