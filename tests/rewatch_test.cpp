// SPDX-License-Identifier: MIT
#include <algorithm>
#include <viewership/rewatch.hpp>  // first: it must stand alone

#include <limits>
#include <list>

#include "catch.hpp"
#include "errors.hpp"
#include "laws.hpp"
#include "naive.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

/// Plays [0, 60) but goes back from 30 to 10 so many times.
ViewerSession going_back(int times, const std::string& id) {
  ViewerSession session = session_of({PlaybackEvent::play(at(0), pos(0))}, id);
  double now = 30;
  for (int i = 0; i < times; ++i, now += 20)
    session.push_event(PlaybackEvent::seek(at(now), pos(30), pos(10)));
  session.push_event(PlaybackEvent::end(at(now + 30), pos(60)));
  return session;
}

}  // namespace

TEST_CASE("re-watched segments worked by hand") {
  // Once, twice and three times over [10, 30), in cells of 10 s.
  const std::vector<ViewerSession> sessions{going_back(0, "a"), going_back(1, "b"), going_back(2, "c")};
  const auto found = re_watch_segments(sessions, 60s, {.cell_width = 10s});
  REQUIRE(found.size() == 1);
  CHECK(found.front() == ReWatchSegment{10s, 30s, 3, 120'000, 60'000, {{2, 2, 40'000}, {3, 1, 20'000}}});
  CHECK(found.front().times_watched() == 2.0);
}

TEST_CASE("the threshold is what times watched must exceed beyond once") {
  // One of four watches it twice: 1.25 times on average.
  const std::vector<ViewerSession> sessions{going_back(0, "a"), going_back(0, "b"), going_back(0, "c"),
                                            going_back(1, "d")};
  CHECK(re_watch_segments(sessions, 60s, {.cell_width = 10s}).empty());
  CHECK(re_watch_segments(sessions, 60s, {.cell_width = 10s, .threshold = 0.2499}).size() == 1);
  CHECK(
      re_watch_segments(std::vector{going_back(0, "a")}, 60s, {.cell_width = 10s, .threshold = 0.0}).empty());
}

TEST_CASE("without sessions, and without cells, nothing is watched again") {
  CHECK(re_watch_segments(std::vector<ViewerSession>{}, 60s).empty());
  CHECK(re_watch_segments(AudienceResult{}).empty());
}

TEST_CASE("runs that are apart are segments of their own, the last one up to the end") {
  // [0,10) twice, [50,60) twice.
  const auto session =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(10), pos(10), pos(0)),
                  PlaybackEvent::seek(at(70), pos(60), pos(50)), PlaybackEvent::end(at(80), pos(60))});
  const auto found = re_watch_segments(std::vector{session}, 60s, {.cell_width = 10s, .most_times = 1});
  REQUIRE(found.size() == 2);
  CHECK(found[0] == ReWatchSegment{0s, 10s, 1, 20'000, 10'000, {}});
  CHECK(found[1] == ReWatchSegment{50s, 60s, 1, 20'000, 10'000, {}});
}

TEST_CASE("depth is that of a plain count by the millisecond") {
  Random random(4);
  for (int round = 0; round < 40; ++round) {
    const MediaTime duration{random.between(1'001, 2'000)};
    const auto sessions = short_sessions(random, 25, duration);
    const AudienceGrid grid = AudienceGrid::cells(duration, MediaTime{random.between(1, 400)});
    const std::size_t most_times = 2 + random.below(4);
    DepthCounts counts(grid, most_times);
    AudienceCounts audience(grid, Counting::cells);
    analyze(sessions, counts, audience);
    const DepthResult found = counts.result();
    CAPTURE(round);
    REQUIRE(found.started == audience.started());
    REQUIRE(found.depths.size() == most_times - 1);
    for (std::size_t times = 2; times <= most_times; ++times) {
      std::vector<PlayedAtLeast> expected(grid.size(), {times, 0, 0});
      for (const ViewerSession& session : sessions) {
        const NaiveSession naive(session, duration);
        for (std::size_t i = 0; i < grid.size(); ++i) {
          std::uint64_t ms = 0;
          for (auto t = grid.positions()[i].count(); t < grid.cell_end(i).count(); ++t) {
            ms += static_cast<std::size_t>(naive.times_played[static_cast<std::size_t>(t)]) >= times;
          }
          expected[i].ms += ms;
          expected[i].viewers += ms > 0;
        }
      }
      REQUIRE(found.depths[times - 2] == expected);
    }
    // Over segments: what was played beyond once is what was played at least 2, 3, … times.
    for (const ReWatchSegment& segment : re_watch_segments(audience.result(), 0.1, found)) {
      REQUIRE(segment.times_watched() > 1.1);
      std::uint64_t deeper = 0;
      for (const PlayedAtLeast& depth : segment.depths) deeper += depth.ms;
      REQUIRE(segment.unique_ms + deeper <= segment.played_ms);
    }
  }
}

TEST_CASE("segments are maximal: each cell is in one if and only if it is watched again") {
  Random random(5);
  std::size_t most_segments = 0;
  for (int round = 0; round < 40; ++round) {
    const auto sessions = short_sessions(random, 60, 2s);
    AudienceCounts counts(AudienceGrid::cells(2s, 50ms), Counting::cells);
    analyze(sessions, counts);
    const AudienceResult audience = counts.result();
    const auto segments = re_watch_segments(audience, 0.3);
    most_segments = (std::max)(most_segments, segments.size());
    for (const CellCounts& cell : audience.cells) {
      std::size_t in = 0;
      for (const ReWatchSegment& s : segments) in += s.from <= cell.from && cell.to <= s.to;
      CHECK(in == (10 * cell.played_ms > 13 * cell.unique_ms ? 1U : 0U));
    }
    for (std::size_t i = 1; i < segments.size(); ++i) CHECK(segments[i - 1].to < segments[i].from);
  }
  CHECK(most_segments > 1);
}

TEST_CASE("a session of very many ranges is no quadratic trap for depth") {
  ViewerSession session = session_of({PlaybackEvent::play(at(0), pos(0))});
  for (int i = 1; i < 200'000; ++i) session.push_event(PlaybackEvent::seek(at(i), pos(1), pos(0)));
  DepthCounts counts(AudienceGrid::cells(60s, 1s), 3);
  counts.add(PlayedSession(session));
  CHECK(counts.result().depths[1][0].ms == 1'000);
}

TEST_CASE("depth keeps the laws of an accumulator") {
  Random random(6);
  std::vector<PlayedSession> samples;
  for (const ViewerSession& session : short_sessions(random, 30, 2s)) samples.emplace_back(session);
  check_accumulator_laws([] { return DepthCounts(AudienceGrid::cells(2s, 70ms), 4); }, samples);
}

TEST_CASE("re-watching refuses options that are none, and other contents") {
  const std::vector<ViewerSession> sessions{going_back(0, "a"), going_back(1, "b")};
  for (const double bad :
       {-0.1, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    CHECK(code_of([&] { (void)re_watch_segments(sessions, 60s, {.threshold = bad}); },
                  "re_watch_segments:") == ErrorCode::invalid_argument);
  }
  for (const std::size_t bad : {std::size_t{0}, std::size_t{17}}) {
    CHECK(code_of([&] { (void)re_watch_segments(sessions, 60s, {.most_times = bad}); }) ==
          ErrorCode::invalid_argument);
  }
  CHECK(code_of([&] { (void)re_watch_segments(sessions, 60s, {.cell_width = 0s}); }) ==
        ErrorCode::invalid_argument);
  CHECK(code_of([&] { (void)re_watch_segments(sessions, max_media_time, {.cell_width = 1ms}); }) ==
        ErrorCode::grid_too_large);
  auto mixed = sessions;
  mixed.back().content_id = "another";
  CHECK(code_of([&] { (void)re_watch_segments(mixed, 60s); }, "re_watch_segments:") ==
        ErrorCode::mixed_contents);

  DepthCounts depth(AudienceGrid::cells(60s, 10s), 3);
  CHECK(code_of([&] { depth.merge(DepthCounts(AudienceGrid::cells(60s, 10s), 4)); }) ==
        ErrorCode::incompatible_merge);
  AudienceCounts other(AudienceGrid::cells(60s, 5s), Counting::cells);
  CHECK(code_of([&] { (void)re_watch_segments(other.result(), 0.25, depth.result()); }) ==
        ErrorCode::invalid_argument);
  const std::list<ViewerSession> list(sessions.begin(), sessions.end());
  CHECK(re_watch_segments(list, 60s) == re_watch_segments(sessions, 60s));
}
