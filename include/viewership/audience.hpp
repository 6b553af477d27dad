// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_AUDIENCE_HPP
#define VIEWERSHIP_AUDIENCE_HPP

/// @file
/// Who watched what of one content: the integer counts behind every positional question.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <viewership/audience_grid.hpp>
#include <viewership/detail/cell_touches.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/played_session.hpp>

namespace viewership::inline v0 {

/// What was counted at one instant g_i, and between it and g_{i-1}.
struct InstantCounts {
  MediaTime position{};
  /// Play-throughs [a, b) with a <= g_i < b: replays count.
  std::uint64_t views = 0;
  /// Sessions that played g_i at least once.
  std::uint64_t viewers = 0;
  /// Play-throughs that began or finished in (g_{i-1}, g_i]: by starting or stopping to view, or by a seek.
  /// views(i) = views(i-1) + starts + seeks_in - seeks_out - stops, where i = 0 has everything up to g_0.
  std::uint64_t starts = 0;
  std::uint64_t stops = 0;
  std::uint64_t seeks_in = 0;
  std::uint64_t seeks_out = 0;
  /// Sessions that played g_i and not g_{i-1}; that played g_{i-1} and not g_i, and something behind g_i; or
  /// nothing behind it. viewers(i) = viewers(i-1) + joined - skipped - stopped.
  std::uint64_t joined = 0;
  std::uint64_t skipped = 0;
  std::uint64_t stopped = 0;

  friend bool operator==(const InstantCounts&, const InstantCounts&) = default;
};

/// What was counted in one cell [from, to).
struct CellCounts {
  MediaTime from{};
  MediaTime to{};
  /// Play-throughs, and sessions, that touched the cell.
  std::uint64_t views = 0;
  std::uint64_t viewers = 0;
  /// Media time played in the cell, and that played at least once, summed over sessions.
  std::uint64_t played_ms = 0;
  std::uint64_t unique_ms = 0;

  friend bool operator==(const CellCounts&, const CellCounts&) = default;
};

/// The counts of an audience over a grid.
struct AudienceResult {
  MediaTime duration{};
  std::uint64_t sessions = 0;
  /// Sessions that played at least 1 ms of [0, duration).
  std::uint64_t started = 0;
  std::vector<InstantCounts> instants;  ///< empty unless instants were counted
  std::vector<CellCounts> cells;        ///< empty unless cells were counted

  friend bool operator==(const AudienceResult&, const AudienceResult&) = default;
};

/// Which of the two an `AudienceCounts` keeps: each costs its own time and memory.
enum class Counting : std::uint8_t { instants, cells, both };

/// The one counter behind retention, heatmaps and whatever else asks about positions of one content.
///
/// Played ranges are clipped to [0, duration). All counts are integers, kept as differences, so adding a
/// range costs the same whatever its length, and merging parts in any order and grouping gives exactly the
/// counts of one pass. Memory: at most 104 bytes for each grid position, none for a session.
class AudienceCounts {
 public:
  /// Sessions of several contents are no audience of one.
  static constexpr bool single_content = true;

  /// The identity of `merge`; it cannot be fed.
  AudienceCounts() = default;

  explicit AudienceCounts(AudienceGrid grid, Counting counting = Counting::both) : grid_(std::move(grid)) {
    detail::require(!grid_.empty(), ErrorCode::invalid_argument, "AudienceCounts: an empty grid");
    if (counting != Counting::cells) instants_.resize(grid_.size() + 1);
    if (counting != Counting::instants) cells_.resize(grid_.size() + 1);
  }

  /// Replays a session and adds it. Convenient; feed `PlayedSession`s, or use `analyze`, to share a replay.
  template <SessionLike Session>
  void add(const Session& session) {
    add(PlayedSession(session));
  }

  /// Adds one replayed session. O(r log r) for r ranges. Throws `invalid_argument` on a default-constructed
  /// state.
  void add(const PlayedSession& session) {
    detail::require(!grid_.empty(), ErrorCode::invalid_argument, "AudienceCounts::add: no grid");
    ++sessions_;
    const std::span<const MediaRange> plays = session.play_throughs();
    if (std::ranges::none_of(plays, [&](const MediaRange& play) { return play.from < grid_.duration(); }))
      return;
    ++started_;
    if (!instants_.empty()) add_to_instants(session);
    if (!cells_.empty()) add_to_cells(session);
  }

  /// What `add` reads of a session.
  [[nodiscard]] ReplayDepth replay_depth() const noexcept {
    return cells_.empty() ? ReplayDepth::play_throughs : ReplayDepth::map;
  }

  /// Adds what `other` counted. Throws `incompatible_merge` if it has another grid or counts other things.
  void merge(const AudienceCounts& other) {
    if (other.grid_.empty()) return;
    if (grid_.empty()) {
      *this = other;
      return;
    }
    const bool same = grid_ == other.grid_ && instants_.size() == other.instants_.size() &&
                      cells_.size() == other.cells_.size();
    detail::require(same, ErrorCode::incompatible_merge,
                    "AudienceCounts::merge: another grid, or other counts");
    sessions_ += other.sessions_;
    started_ += other.started_;
    for (std::size_t i = 0; i < instants_.size(); ++i) instants_[i].add(other.instants_[i]);
    for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i].add(other.cells_[i]);
  }

  [[nodiscard]] const AudienceGrid& grid() const noexcept { return grid_; }
  [[nodiscard]] std::uint64_t sessions() const noexcept { return sessions_; }
  [[nodiscard]] std::uint64_t started() const noexcept { return started_; }

  /// The counts themselves. O(grid).
  [[nodiscard]] AudienceResult result() const {
    AudienceResult result{grid_.duration(), sessions_, started_, {}, {}};
    if (!instants_.empty()) result.instants.reserve(grid_.size());
    if (!cells_.empty()) result.cells.reserve(grid_.size());
    InstantCounts at;
    for (std::size_t i = 0; i < grid_.size() && !instants_.empty(); ++i) {
      const Instant& here = instants_[i];
      at.position = grid_.positions()[i];
      at.starts = here.starts;
      at.stops = here.stops;
      at.seeks_in = here.seeks_in;
      at.seeks_out = here.seeks_out;
      at.joined = here.joined;
      at.skipped = here.skipped;
      at.stopped = here.stopped;
      at.views += here.starts + here.seeks_in - here.seeks_out - here.stops;
      at.viewers += here.joined - here.skipped - here.stopped;
      result.instants.push_back(at);
    }
    std::uint64_t plays = 0;
    std::uint64_t viewers = 0;
    for (std::size_t i = 0; i < grid_.size() && !cells_.empty(); ++i) {
      const Cell& here = cells_[i];
      plays += here.plays.touches;
      viewers += here.viewers.touches;
      const MediaTime from = grid_.positions()[i];
      const MediaTime to = grid_.cell_end(i);
      const auto width = static_cast<std::uint64_t>((to - from).count());
      result.cells.push_back(
          {from, to, plays, viewers, plays * width - here.plays.lack, viewers * width - here.viewers.lack});
    }
    return result;
  }

  friend bool operator==(const AudienceCounts&, const AudienceCounts&) = default;

 private:
  /// What happens in (g_{i-1}, g_i]; the last one is what happens behind the whole grid. A cache line each.
  struct alignas(64) Instant {
    std::uint64_t starts = 0, stops = 0, seeks_in = 0, seeks_out = 0;
    std::uint64_t joined = 0, skipped = 0, stopped = 0;

    void add(const Instant& other) noexcept {
      starts += other.starts;
      stops += other.stops;
      seeks_in += other.seeks_in;
      seeks_out += other.seeks_out;
      joined += other.joined;
      skipped += other.skipped;
      stopped += other.stopped;
    }
    friend bool operator==(const Instant&, const Instant&) = default;
  };

  struct Cell {
    detail::CellTouches plays;
    detail::CellTouches viewers;

    void add(const Cell& other) noexcept {
      plays.add(other.plays);
      viewers.add(other.viewers);
    }
    friend bool operator==(const Cell&, const Cell&) = default;
  };

  /// Flows and viewers. Of the flows, every play-through was sought to and sought from, but for the ends of a
  /// viewing. A viewer is one over the union of the play-throughs: where that has a gap, the viewer skips and
  /// joins again. Whatever depends on a coin toss is added without a jump; what lies behind the content
  /// counts behind the grid, where nobody looks.
  void add_to_instants(const PlayedSession& session) {
    const std::size_t behind = grid_.size();
    std::size_t covered = behind;  // up to where the union reaches; behind the grid while there is none
    bool any = false;
    MediaTime furthest{};
    for (const MediaRange& play : session.ascending_play_throughs()) {
      const std::size_t first = grid_.index(play.from);
      const std::size_t last = grid_.index(play.to);
      ++instants_[first].seeks_in;
      ++instants_[last].seeks_out;
      const bool covers = first < last;
      const std::uint64_t gap = covers & (!any | (first > covered)) ? 1 : 0;
      instants_[covered].skipped += gap;
      instants_[first].joined += gap;
      const bool extends = covers & (!any | (last > covered));
      covered = extends ? last : covered;
      any |= covers;
      const bool further = play.from < grid_.duration() && play.to > furthest;
      furthest = further ? play.to : furthest;
    }
    if (any) {
      const bool returns = covered < behind && furthest > grid_.positions()[covered];
      ++(returns ? instants_[covered].skipped : instants_[covered].stopped);
    }

    const std::span<const MediaRange> plays = session.play_throughs();
    const std::span<const std::size_t> viewings = session.viewing_starts();
    for (std::size_t v = 0; v < viewings.size(); ++v) {
      const std::size_t end = v + 1 < viewings.size() ? viewings[v + 1] : plays.size();
      Instant& start = instants_[grid_.index(plays[viewings[v]].from)];
      --start.seeks_in;
      ++start.starts;
      Instant& stop = instants_[grid_.index(plays[end - 1].to)];
      --stop.seeks_out;
      ++stop.stops;
    }
  }

  void add_to_cells(const PlayedSession& session) {
    const auto plays_of = [&](std::size_t i) -> detail::CellTouches& { return cells_[i].plays; };
    const auto viewers_of = [&](std::size_t i) -> detail::CellTouches& { return cells_[i].viewers; };
    for (const MediaRange& play : session.play_throughs()) detail::touch_cells(grid_, play, 0, plays_of);
    std::size_t untouched = 0;
    for (const MediaRange& range : session.map().ranges()) {
      untouched = detail::touch_cells(grid_, range, untouched, viewers_of);
    }
  }

  AudienceGrid grid_;
  std::uint64_t sessions_ = 0;
  std::uint64_t started_ = 0;
  std::vector<Instant> instants_;
  std::vector<Cell> cells_;
};

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_AUDIENCE_HPP
