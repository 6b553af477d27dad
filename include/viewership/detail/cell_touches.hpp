// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_CELL_TOUCHES_HPP
#define VIEWERSHIP_DETAIL_CELL_TOUCHES_HPP

/// @file
/// Who touched which cells of a grid, and how much of them, at a cost that does not depend on how many.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <viewership/audience_grid.hpp>
#include <viewership/event.hpp>
#include <viewership/playback_map.hpp>

namespace viewership::inline v0::detail {

/// How many touched a cell, as a difference between it and the one before, and by how much less than its
/// width they played. All modulo 2^64; the last of a row is behind the whole grid.
struct CellTouches {
  std::uint64_t touches = 0;
  std::uint64_t lack = 0;

  void add(const CellTouches& other) noexcept {
    touches += other.touches;
    lack += other.lack;
  }
  friend bool operator==(const CellTouches&, const CellTouches&) = default;
};

/// Adds a range to the cells it touches. The cells before `untouched` have counted this viewer already, and
/// whatever their width lacked; so one viewer's ranges in the same cell count once. `touches_of(i)` is where
/// cell i is counted. Returns the first cell behind everything touched.
template <class TouchesOf>
std::size_t touch_cells(const AudienceGrid& grid, const MediaRange& range, std::size_t untouched,
                        const TouchesOf& touches_of) {
  const MediaTime from = (std::max)(range.from, grid.positions().front());
  const MediaTime to = (std::min)(range.to, grid.duration());
  if (from >= to) return untouched;
  const auto ms = [](MediaTime length) { return static_cast<std::uint64_t>(length.count()); };
  const std::size_t first = grid.index(from + MediaTime{1}) - 1;
  const std::size_t last = grid.index(to) - 1;
  const MediaTime begins = grid.positions()[first];
  const bool again = first < untouched;
  ++touches_of(first + (again ? 1U : 0U)).touches;
  --touches_of(last + 1).touches;
  touches_of(first).lack += ms(from - (again ? grid.cell_end(first) : begins));
  touches_of(last).lack += ms(grid.cell_end(last) - to);
  return last + 1;
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_CELL_TOUCHES_HPP
