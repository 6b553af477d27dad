// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_SKIPPED_HPP
#define VIEWERSHIP_SKIPPED_HPP

/// @file
/// Which parts of a content are jumped over, and where people jump to.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <viewership/audience.hpp>
#include <viewership/detail/grid_counts.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/played_session.hpp>

namespace viewership::inline v0 {

/// Forward seeks over one cell [from, to), the whole of it.
struct SkippedCell {
  MediaTime from{};
  MediaTime to{};
  std::uint64_t seeks = 0;
  /// Those of which this is the first cell that they jumped over.
  std::uint64_t first_of = 0;

  friend bool operator==(const SkippedCell&, const SkippedCell&) = default;
};

struct SkipResult {
  MediaTime duration{};
  std::uint64_t sessions = 0;
  std::uint64_t started = 0;
  std::vector<SkippedCell> cells;

  friend bool operator==(const SkipResult&, const SkipResult&) = default;
};

/// A maximal run of cells that forward seeks jumped over.
struct SkippedRange {
  MediaTime from{};
  MediaTime to{};
  /// Seeks that jumped over at least one of its cells, and the most over any one of them.
  std::uint64_t seeks = 0;
  std::uint64_t most_seeks = 0;

  friend bool operator==(const SkippedRange&, const SkippedRange&) = default;
};

/// A stretch (after, position] that people jump to; where `after` is `position`, everything up to it.
struct SeekTarget {
  MediaTime after{};
  MediaTime position{};
  std::uint64_t seeks = 0;

  friend bool operator==(const SeekTarget&, const SeekTarget&) = default;
};

/// Counts, for each cell of a grid, the forward seeks that jumped over all of it: between two play-throughs
/// of one viewing the playhead went from the end of one to the beginning of the other, and did not play
/// there. Whether a seek was announced does not matter; who leaves and comes back elsewhere has not sought.
///
/// Memory: 16 bytes for each grid position, none for a session.
class SkipCounts {
 public:
  /// Sessions of several contents are no audience of one.
  static constexpr bool single_content = true;

  /// The identity of `merge`; it cannot be fed.
  SkipCounts() = default;

  explicit SkipCounts(AudienceGrid grid) : counts_(std::move(grid), "SkipCounts") {}

  /// Adds one replayed session. O(r) for r play-throughs. Throws `invalid_argument` on a default-constructed
  /// state.
  void add(const PlayedSession& session) {
    counts_.begin(session, "SkipCounts");
    const std::span<const MediaRange> plays = session.play_throughs();
    std::span<const std::size_t> viewings = session.viewing_starts();
    for (std::size_t i = 0; i < plays.size(); ++i) {
      if (!viewings.empty() && viewings.front() == i) {
        viewings = viewings.subspan(1);
      } else {
        jump_over(plays[i - 1].to, plays[i].from);
      }
    }
  }

  /// What `add` reads of a session.
  [[nodiscard]] ReplayDepth replay_depth() const noexcept { return ReplayDepth::play_throughs; }

  /// Adds what `other` counted. Throws `incompatible_merge` if it has another grid.
  void merge(const SkipCounts& other) { counts_.merge(other.counts_, "SkipCounts"); }

  /// One entry for each cell. O(grid).
  [[nodiscard]] SkipResult result() const {
    const AudienceGrid& grid = counts_.grid();
    SkipResult result{grid.duration(), counts_.sessions(), counts_.started(), {}};
    result.cells.reserve(grid.size());
    std::uint64_t seeks = 0;
    for (std::size_t i = 0; i < grid.size(); ++i) {
      const Jumps& here = counts_.row()[i];
      seeks += here.begun - here.ended;
      result.cells.push_back({grid.positions()[i], grid.cell_end(i), seeks, here.begun});
    }
    return result;
  }

  friend bool operator==(const SkipCounts&, const SkipCounts&) = default;

 private:
  /// Jumps of which this is the first cell, and those of which the one before was the last.
  struct Jumps {
    std::uint64_t begun = 0, ended = 0;

    void add(const Jumps& other) noexcept {
      begun += other.begun;
      ended += other.ended;
    }
    friend bool operator==(const Jumps&, const Jumps&) = default;
  };

  void jump_over(MediaTime from, MediaTime to) {
    const AudienceGrid& grid = counts_.grid();
    if (to <= from) return;
    const std::size_t first = grid.index(from);
    // A cell ends where the next one begins, so as many were left behind as begin at or before `to`, less
    // the one that `to` lies in.
    const std::size_t begun = to < grid.duration() ? grid.index(to + MediaTime{1}) : grid.size() + 1;
    if (begun <= first + 1) return;
    ++counts_.row()[first].begun;
    ++counts_.row()[begun - 1].ended;
  }

  detail::GridCounts<Jumps> counts_;
};

static_assert(SessionAccumulator<SkipCounts>);

/// The ranges that counted cells show, for callers that share a replay: maximal runs of cells that at least
/// `at_least` seeks jumped over, in order of position. Throws `invalid_argument` for an `at_least` of 0.
/// O(cells).
[[nodiscard]] inline std::vector<SkippedRange> skipped_ranges(const SkipResult& skips,
                                                              std::uint64_t at_least = 1) {
  detail::require(at_least > 0, ErrorCode::invalid_argument, "skipped_ranges: at_least must be above 0");
  std::vector<SkippedRange> ranges;
  bool goes_on = false;
  for (const SkippedCell& cell : skips.cells) {
    const bool skipped = cell.seeks >= at_least;
    if (skipped && !goes_on) {
      ranges.push_back({cell.from, cell.to, cell.seeks, cell.seeks});
    } else if (skipped) {
      SkippedRange& range = ranges.back();
      range.to = cell.to;
      range.seeks += cell.first_of;
      range.most_seeks = (std::max)(range.most_seeks, cell.seeks);
    }
    goes_on = skipped;
  }
  return ranges;
}

namespace detail {

template <class Range>
std::vector<SkippedRange> skipped_ranges(const Range& sessions, MediaTime duration, MediaTime cell_width,
                                         std::uint64_t at_least, const ReplayOptions& options) {
  SkipCounts counts(AudienceGrid::cells(duration, cell_width));
  feed("skipped_ranges", sessions, options, counts);
  return viewership::skipped_ranges(counts.result(), at_least);
}

}  // namespace detail

/// The parts of a content that people jump over: maximal runs of cells that forward seeks left out as a
/// whole.
///
/// @param sessions of one content; others: `mixed_contents`
/// @param duration of the content, in (0, 10^12 ms]; else `invalid_argument`
/// @param cell_width above 0, else `invalid_argument`; more than 2^20 cells: `grid_too_large`
/// @param at_least how many seeks make a cell a skipped one; above 0, else `invalid_argument`
/// @return nothing if nobody jumped over anything
/// Complexity: of replaying the sessions, plus O(cells).
/// Source: ours.
[[nodiscard]] inline std::vector<SkippedRange> skipped_ranges(std::span<const ViewerSession> sessions,
                                                              MediaTime duration, MediaTime cell_width,
                                                              std::uint64_t at_least = 1,
                                                              const ReplayOptions& options = {}) {
  return detail::skipped_ranges(sessions, duration, cell_width, at_least, options);
}
template <SessionRange Sessions>
[[nodiscard]] std::vector<SkippedRange> skipped_ranges(const Sessions& sessions, MediaTime duration,
                                                       MediaTime cell_width, std::uint64_t at_least = 1,
                                                       const ReplayOptions& options = {}) {
  return detail::skipped_ranges(sessions, duration, cell_width, at_least, options);
}

/// Where people jump to, the most frequent first, from the flows of counted instants: seeks that arrived in
/// (g_{i-1}, g_i], whether they came from before or behind. Equal ones stand in order of position. Empty
/// without instants. O(instants log instants).
///
/// @param most how many are told at most
[[nodiscard]] inline std::vector<SeekTarget> seek_targets(const AudienceResult& audience,
                                                          std::size_t most = 10) {
  std::vector<SeekTarget> targets;
  MediaTime after = audience.instants.empty() ? MediaTime::zero() : audience.instants.front().position;
  for (const InstantCounts& at : audience.instants) {
    if (at.seeks_in > 0) targets.push_back({after, at.position, at.seeks_in});
    after = at.position;
  }
  std::ranges::stable_sort(targets, std::ranges::greater{}, &SeekTarget::seeks);
  if (targets.size() > most) targets.resize(most);
  return targets;
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_SKIPPED_HPP
