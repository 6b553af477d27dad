// SPDX-License-Identifier: MIT
// What an audience watched, counted the slow and plain way: one integer per millisecond of content and
// session.
#ifndef VIEWERSHIP_TESTS_NAIVE_HPP
#define VIEWERSHIP_TESTS_NAIVE_HPP

#include <cstddef>
#include <vector>

#include <viewership/audience.hpp>
#include <viewership/replay.hpp>

#include "random_sessions.hpp"

/// One session, by the millisecond of [0, duration).
struct NaiveSession {
  std::vector<int> times_played;              // of each millisecond
  std::vector<viewership::MediaRange> plays;  // abutting ranges are one
  std::vector<bool> begins_viewing;           // of each of `plays`

  NaiveSession(const viewership::ViewerSession& session, viewership::MediaTime duration)
      : times_played(static_cast<std::size_t>(duration.count())) {
    struct Visitor {
      NaiveSession& naive;
      void played(const viewership::PlayedRange& range) {
        for (auto t = range.from.count(); t < range.to.count(); ++t) {
          if (t < static_cast<std::int64_t>(naive.times_played.size()))
            ++naive.times_played[static_cast<std::size_t>(t)];
        }
        if (!naive.plays.empty() && naive.plays.back().to == range.from) {
          naive.plays.back().to = range.to;
        } else {
          naive.plays.push_back({range.from, range.to});
          naive.begins_viewing.push_back(range.begins_viewing);
        }
      }
    };
    viewership::replay(session, {}, Visitor{*this});
  }

  [[nodiscard]] bool played(viewership::MediaTime at) const {
    return times_played[static_cast<std::size_t>(at.count())] > 0;
  }
  [[nodiscard]] bool played_behind(viewership::MediaTime at) const {
    for (std::size_t t = static_cast<std::size_t>(at.count()) + 1; t < times_played.size(); ++t) {
      if (times_played[t] > 0) return true;
    }
    return false;
  }
};

/// The counts of an audience at ascending positions, each also the beginning of a cell.
inline viewership::AudienceResult naive_audience(const std::vector<viewership::ViewerSession>& sessions,
                                                 const std::vector<viewership::MediaTime>& grid,
                                                 viewership::MediaTime duration) {
  using viewership::MediaTime;
  viewership::AudienceResult result;
  result.duration = duration;
  result.sessions = sessions.size();
  for (std::size_t i = 0; i < grid.size(); ++i) {
    result.instants.push_back({});
    result.instants[i].position = grid[i];
    result.cells.push_back({});
    result.cells[i].from = grid[i];
    result.cells[i].to = i + 1 < grid.size() ? grid[i + 1] : duration;
  }
  // The first position at or behind `at`, past the grid's end if there is none within the content.
  const auto bin = [&](MediaTime at) {
    if (at >= duration) return grid.size();
    std::size_t i = 0;
    while (i < grid.size() && grid[i] < at) ++i;
    return i;
  };
  for (const viewership::ViewerSession& session : sessions) {
    const NaiveSession naive(session, duration);
    for (const int times : naive.times_played) {
      if (times > 0) {
        ++result.started;
        break;
      }
    }
    for (std::size_t i = 0; i < grid.size(); ++i) {
      viewership::InstantCounts& at = result.instants[i];
      const bool here = naive.played(grid[i]);
      const bool before = i > 0 && naive.played(grid[i - 1]);
      at.views += static_cast<std::uint64_t>(naive.times_played[static_cast<std::size_t>(grid[i].count())]);
      at.viewers += here;
      at.joined += here && !before;
      if (before && !here) ++(naive.played_behind(grid[i]) ? at.skipped : at.stopped);

      viewership::CellCounts& cell = result.cells[i];
      bool touched = false;
      for (auto t = cell.from.count(); t < cell.to.count(); ++t) {
        const int times = naive.times_played[static_cast<std::size_t>(t)];
        cell.played_ms += static_cast<std::uint64_t>(times);
        cell.unique_ms += times > 0;
        touched = touched || times > 0;
      }
      cell.viewers += touched;
      for (const viewership::MediaRange& play : naive.plays)
        cell.views += play.from < cell.to && play.to > cell.from;
    }
    for (std::size_t i = 0; i < naive.plays.size(); ++i) {
      if (naive.plays[i].from >= duration) continue;
      const std::size_t in = bin(naive.plays[i].from);
      const std::size_t out = bin(naive.plays[i].to);
      const bool last = i + 1 == naive.plays.size() || naive.begins_viewing[i + 1];
      if (in < grid.size())
        ++(naive.begins_viewing[i] ? result.instants[in].starts : result.instants[in].seeks_in);
      if (out < grid.size()) ++(last ? result.instants[out].stops : result.instants[out].seeks_out);
    }
  }
  return result;
}

/// Sessions of a title of some seconds, half of them wild, that also play beyond its end unless `within`.
inline std::vector<viewership::ViewerSession> short_sessions(Random& random, std::size_t count,
                                                             viewership::MediaTime duration,
                                                             bool within = false) {
  std::vector<viewership::ViewerSession> sessions;
  while (sessions.size() < count) {
    viewership::ViewerSession session =
        random.percent(50) ? clean_session(random, duration)
                           : wild_session(random, {.hostile = false, .step = duration.count() / 8});
    const NaiveSession naive(session, viewership::MediaTime{1});
    bool beyond = false;
    for (const viewership::MediaRange& play : naive.plays) beyond = beyond || play.from >= duration;
    if (within && beyond) continue;
    session.session_id = std::to_string(sessions.size());
    sessions.push_back(std::move(session));
  }
  return sessions;
}

#endif  // VIEWERSHIP_TESTS_NAIVE_HPP
