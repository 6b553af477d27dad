// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_REWATCH_HPP
#define VIEWERSHIP_REWATCH_HPP

/// @file
/// Which parts of a content are watched again, and how often by how many.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <viewership/audience.hpp>
#include <viewership/detail/cell_touches.hpp>
#include <viewership/detail/grid_counts.hpp>
#include <viewership/detail/short_sort.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/played_session.hpp>

namespace viewership::inline v0 {

/// What was played of something by those who played it at least `times` times.
struct PlayedAtLeast {
  std::size_t times = 0;
  /// Sessions of which at least one millisecond was; of several cells, the most that any one of them has.
  std::uint64_t viewers = 0;
  /// Media time that was, summed over sessions.
  std::uint64_t ms = 0;

  friend bool operator==(const PlayedAtLeast&, const PlayedAtLeast&) = default;
};

/// How deep the cells of a grid were watched.
struct DepthResult {
  MediaTime duration{};
  std::uint64_t sessions = 0;
  std::uint64_t started = 0;
  /// By depth, from 2 times on; each has one entry for each cell.
  std::vector<std::vector<PlayedAtLeast>> depths;

  friend bool operator==(const DepthResult&, const DepthResult&) = default;
};

/// A maximal run of cells that those who watched them watched more than once on average.
struct ReWatchSegment {
  MediaTime from{};
  MediaTime to{};
  /// Sessions that watched: the most that any one of its cells has. Who touched any of them at all is a
  /// question to `SegmentCounts`.
  std::uint64_t viewers = 0;
  /// Media time played in it, and that played at least once, summed over sessions.
  std::uint64_t played_ms = 0;
  std::uint64_t unique_ms = 0;
  /// From 2 times on, where depth was counted. Their `ms / unique_ms` is the share of it that its viewers
  /// saw so many times.
  std::vector<PlayedAtLeast> depths;

  /// How often it was watched on average by those who did: played_ms / unique_ms.
  [[nodiscard]] double times_watched() const noexcept {
    return static_cast<double>(played_ms) / static_cast<double>(unique_ms);
  }
  friend bool operator==(const ReWatchSegment&, const ReWatchSegment&) = default;
};

struct ReWatchOptions {
  /// Width of the cells.
  MediaTime cell_width = std::chrono::seconds(5);
  /// A cell is watched again if ms played / ms unique > 1 + threshold; finite, at least 0.
  double threshold = 0.25;
  /// Up to how many times depth is counted, in [1, 16]; 1: not at all.
  std::size_t most_times = 3;

  friend bool operator==(const ReWatchOptions&, const ReWatchOptions&) = default;
};

/// Counts, for each cell of a grid, who played how much of it at least 2, 3, … times. For once, see the cells
/// of `AudienceCounts`.
///
/// Memory: 16 bytes for each grid position and depth, none for a session.
class DepthCounts {
 public:
  /// Sessions of several contents are no audience of one.
  static constexpr bool single_content = true;
  /// The most times that are told apart.
  static constexpr std::size_t most_depths = 16;

  /// The identity of `merge`; it cannot be fed.
  DepthCounts() = default;

  /// Throws `invalid_argument` unless 2 <= most_times <= 16, and for an empty grid.
  DepthCounts(AudienceGrid grid, std::size_t most_times)
      : counts_(std::move(grid), "DepthCounts", validated(most_times) - 1), most_times_(most_times) {}

  /// Adds one replayed session. O(r log r) for r play-throughs. Throws `invalid_argument` on a
  /// default-constructed state.
  void add(const PlayedSession& session) {
    if (!counts_.begin(session, "DepthCounts")) return;
    const std::span<const MediaRange> plays = session.ascending_play_throughs();
    if (!overlap(plays)) return;
    by_end_.assign(plays.begin(), plays.end());
    detail::short_sort(std::span(by_end_), &MediaRange::to);
    Sweep sweep{};
    std::size_t begun = 0;
    for (std::size_t ended = 0; ended < by_end_.size(); ++ended) {
      // What begins where another ends goes on at the same depth.
      for (; begun < plays.size() && plays[begun].from <= by_end_[ended].to; ++begun) {
        const std::size_t depth = begun + 1 - ended;
        if (depth <= most_times_) sweep.began[depth] = plays[begun].from;
      }
      const std::size_t depth = begun - ended;
      if (depth >= 2 && depth <= most_times_) close(sweep, depth, by_end_[ended].to);
    }
  }

  /// What `add` reads of a session.
  [[nodiscard]] ReplayDepth replay_depth() const noexcept { return ReplayDepth::play_throughs; }

  /// Adds what `other` counted. Throws `incompatible_merge` if it has another grid or other depths.
  void merge(const DepthCounts& other) {
    counts_.merge(other.counts_, "DepthCounts");
    most_times_ = (std::max)(most_times_, other.most_times_);
  }

  /// O(grid · depths).
  [[nodiscard]] DepthResult result() const {
    const AudienceGrid& grid = counts_.grid();
    DepthResult result{grid.duration(), counts_.sessions(), counts_.started(), {}};
    for (std::size_t times = 2; times <= most_times_; ++times) {
      std::vector<PlayedAtLeast>& cells = result.depths.emplace_back();
      cells.reserve(grid.size());
      const std::span<const detail::CellTouches> row = counts_.row(times - 2);
      std::uint64_t viewers = 0;
      for (std::size_t i = 0; i < grid.size(); ++i) {
        viewers += row[i].touches;
        const auto width = static_cast<std::uint64_t>((grid.cell_end(i) - grid.positions()[i]).count());
        cells.push_back({times, viewers, viewers * width - row[i].lack});
      }
    }
    return result;
  }

  friend bool operator==(const DepthCounts& a, const DepthCounts& b) {
    return a.most_times_ == b.most_times_ && a.counts_ == b.counts_;
  }

 private:
  /// Of each depth: where the one range that may be open began, and the first cell it has not touched.
  struct Sweep {
    std::array<MediaTime, most_depths + 1> began{};
    std::array<std::size_t, most_depths + 1> untouched{};
  };

  static std::size_t validated(std::size_t most_times) {
    detail::require(most_times >= 2 && most_times <= most_depths, ErrorCode::invalid_argument,
                    "DepthCounts: most_times must lie in [2, 16]");
    return most_times;
  }

  /// Whether anything was played twice.
  static bool overlap(std::span<const MediaRange> plays) {
    MediaTime reached{};
    for (const MediaRange& play : plays) {
      if (play.from < reached) return true;
      reached = (std::max)(reached, play.to);
    }
    return false;
  }

  /// What was played at least `depth` times ends at `at`.
  void close(Sweep& sweep, std::size_t depth, MediaTime at) {
    const std::span<detail::CellTouches> row = counts_.row(depth - 2);
    sweep.untouched[depth] =
        detail::touch_cells(counts_.grid(), {sweep.began[depth], at}, sweep.untouched[depth],
                            [&](std::size_t i) -> detail::CellTouches& { return row[i]; });
  }

  detail::GridCounts<detail::CellTouches> counts_;
  std::size_t most_times_ = 0;
  std::vector<MediaRange> by_end_;  // a buffer
};

static_assert(SessionAccumulator<DepthCounts>);

/// The re-watched segments that counted cells show, for callers that share a replay. The cells of `depth`
/// must be those of `audience` (`invalid_argument`), or none. O(cells · depths).
[[nodiscard]] inline std::vector<ReWatchSegment> re_watch_segments(const AudienceResult& audience,
                                                                   double threshold = 0.25,
                                                                   const DepthResult& depth = {}) {
  detail::require(threshold >= 0.0 && threshold <= 1e300, ErrorCode::invalid_argument,
                  "re_watch_segments: the threshold must be finite and at least 0");
  for (const std::vector<PlayedAtLeast>& cells : depth.depths) {
    detail::require(cells.size() == audience.cells.size() && depth.duration == audience.duration,
                    ErrorCode::invalid_argument, "re_watch_segments: depth was counted over another grid");
  }
  const auto is_watched_again = [&](const CellCounts& cell) {
    return static_cast<double>(cell.played_ms) > (1.0 + threshold) * static_cast<double>(cell.unique_ms);
  };
  std::vector<ReWatchSegment> segments;
  bool goes_on = false;
  for (std::size_t i = 0; i < audience.cells.size(); ++i) {
    const CellCounts& cell = audience.cells[i];
    const bool again = is_watched_again(cell);
    if (again && !goes_on) {
      ReWatchSegment segment;
      segment.from = cell.from;
      for (const std::vector<PlayedAtLeast>& cells : depth.depths) {
        segment.depths.push_back({cells[i].times, 0, 0});
      }
      segments.push_back(std::move(segment));
    }
    if (again) {
      ReWatchSegment& segment = segments.back();
      segment.to = cell.to;
      segment.viewers = (std::max)(segment.viewers, cell.viewers);
      segment.played_ms += cell.played_ms;
      segment.unique_ms += cell.unique_ms;
      for (std::size_t k = 0; k < segment.depths.size(); ++k) {
        segment.depths[k].viewers = (std::max)(segment.depths[k].viewers, depth.depths[k][i].viewers);
        segment.depths[k].ms += depth.depths[k][i].ms;
      }
    }
    goes_on = again;
  }
  return segments;
}

namespace detail {

template <class Range>
std::vector<ReWatchSegment> re_watch_segments(const Range& sessions, MediaTime duration,
                                              const ReWatchOptions& options, const ReplayOptions& replay) {
  const AudienceGrid grid = AudienceGrid::cells(duration, options.cell_width);
  AudienceCounts counts(grid, Counting::cells);
  if (options.most_times == 1) {
    feed("re_watch_segments", sessions, replay, counts);
    return viewership::re_watch_segments(counts.result(), options.threshold);
  }
  DepthCounts depth(grid, options.most_times);
  feed("re_watch_segments", sessions, replay, counts, depth);
  return viewership::re_watch_segments(counts.result(), options.threshold, depth.result());
}

}  // namespace detail

/// The parts of a content that are watched again: maximal runs of cells with ms played / ms unique
/// > 1 + threshold, in order of position, with how much of them was watched at least 2, 3, … times.
///
/// @param sessions of one content; others: `mixed_contents`
/// @param duration of the content, in (0, 10^12 ms]; else `invalid_argument`
/// @param options cells, threshold and depth; outside their domain: `invalid_argument`, more than 2^20 cells:
///        `grid_too_large`
/// @return nothing if nobody watched anything twice
/// Complexity: of replaying the sessions, plus O(cells · depths).
/// Source: YouTube ("spikes"); the ratio of times is ours.
[[nodiscard]] inline std::vector<ReWatchSegment> re_watch_segments(std::span<const ViewerSession> sessions,
                                                                   MediaTime duration,
                                                                   const ReWatchOptions& options = {},
                                                                   const ReplayOptions& replay = {}) {
  return detail::re_watch_segments(sessions, duration, options, replay);
}
template <SessionRange Sessions>
[[nodiscard]] std::vector<ReWatchSegment> re_watch_segments(const Sessions& sessions, MediaTime duration,
                                                            const ReWatchOptions& options = {},
                                                            const ReplayOptions& replay = {}) {
  return detail::re_watch_segments(sessions, duration, options, replay);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_REWATCH_HPP
