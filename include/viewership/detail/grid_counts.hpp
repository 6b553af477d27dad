// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_GRID_COUNTS_HPP
#define VIEWERSHIP_DETAIL_GRID_COUNTS_HPP

/// @file
/// What every accumulator over a grid has in common.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <viewership/audience.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/playback_map.hpp>
#include <viewership/played_session.hpp>

namespace viewership::inline v0::detail {

/// Whether anything of [0, duration) was played.
[[nodiscard]] inline bool plays_before(const PlayedSession& session, MediaTime duration) {
  return std::ranges::any_of(session.play_throughs(),
                             [&](const MediaRange& play) { return play.from < duration; });
}

/// A grid, how many sessions were added, and a row of `Bin`s: one for each position and one for what lies
/// behind them all. A `Bin` is regular and has `add(const Bin&)`.
template <class Bin>
class GridCounts {
 public:
  GridCounts() = default;

  /// `rows` of bins. `owner` is the name of the class in messages.
  GridCounts(AudienceGrid grid, const char* owner, std::size_t rows = 1) : grid_(std::move(grid)) {
    if (grid_.empty()) raise(ErrorCode::invalid_argument, std::string(owner) + ": an empty grid");
    bins_.resize(rows * (grid_.size() + 1));
  }

  /// Counts a session; whether it played anything of the content.
  bool begin(const PlayedSession& session, const char* owner) {
    if (grid_.empty()) raise(ErrorCode::invalid_argument, std::string(owner) + "::add: no grid");
    ++sessions_;
    const bool starts = plays_before(session, grid_.duration());
    started_ += starts ? 1U : 0U;
    return starts;
  }

  void merge(const GridCounts& other, const char* owner) {
    if (other.grid_.empty()) return;
    if (grid_.empty()) {
      *this = other;
      return;
    }
    if (grid_ != other.grid_ || bins_.size() != other.bins_.size()) {
      raise(ErrorCode::incompatible_merge, std::string(owner) + "::merge: another grid, or other counts");
    }
    sessions_ += other.sessions_;
    started_ += other.started_;
    for (std::size_t i = 0; i < bins_.size(); ++i) bins_[i].add(other.bins_[i]);
  }

  [[nodiscard]] const AudienceGrid& grid() const noexcept { return grid_; }
  [[nodiscard]] std::uint64_t sessions() const noexcept { return sessions_; }
  [[nodiscard]] std::uint64_t started() const noexcept { return started_; }

  [[nodiscard]] std::span<Bin> row(std::size_t i = 0) noexcept {
    return std::span(bins_).subspan(i * (grid_.size() + 1), grid_.size() + 1);
  }
  [[nodiscard]] std::span<const Bin> row(std::size_t i = 0) const noexcept {
    return std::span(bins_).subspan(i * (grid_.size() + 1), grid_.size() + 1);
  }

  friend bool operator==(const GridCounts&, const GridCounts&) = default;

 private:
  AudienceGrid grid_;
  std::uint64_t sessions_ = 0;
  std::uint64_t started_ = 0;
  std::vector<Bin> bins_;
};

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_GRID_COUNTS_HPP
