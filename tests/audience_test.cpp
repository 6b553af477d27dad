// SPDX-License-Identifier: MIT
#include <viewership/audience.hpp>  // first: it must stand alone

#include <limits>

#include "catch.hpp"
#include "errors.hpp"
#include "laws.hpp"
#include "naive.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

AudienceResult counted(const std::vector<ViewerSession>& sessions, const AudienceGrid& grid,
                       Counting counting = Counting::both) {
  AudienceCounts counts(grid, counting);
  analyze(sessions, counts);
  return counts.result();
}

void check_flow_identities(const AudienceResult& result) {
  InstantCounts before;
  for (const InstantCounts& at : result.instants) {
    REQUIRE(at.views == before.views + at.starts + at.seeks_in - at.seeks_out - at.stops);
    REQUIRE(at.viewers == before.viewers + at.joined - at.skipped - at.stopped);
    REQUIRE(at.viewers <= at.views);
    REQUIRE(at.viewers <= result.started);
    before = at;
  }
}

/// Strictly ascending positions within [0, duration).
std::vector<MediaTime> some_positions(Random& random, MediaTime duration, std::size_t count,
                                      MediaTime first) {
  std::vector<MediaTime> positions{first};
  while (positions.size() < count)
    positions.push_back(MediaTime{random.between(first.count(), duration.count() - 1)});
  std::ranges::sort(positions);
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return positions;
}

void check_against_naive(const std::vector<ViewerSession>& sessions, const AudienceGrid& grid, bool within) {
  const std::vector<MediaTime> positions(grid.positions().begin(), grid.positions().end());
  AudienceResult expected = naive_audience(sessions, positions, grid.duration());
  AudienceResult found = counted(sessions, grid);
  check_flow_identities(found);
  // Who watches on beyond the content's end is held to the definitions in a case of its own.
  for (AudienceResult* result : {&expected, &found}) {
    for (InstantCounts& at : result->instants) {
      if (!within) at.skipped += std::exchange(at.stopped, 0);
    }
  }
  REQUIRE(found.sessions == expected.sessions);
  REQUIRE(found.started == expected.started);
  REQUIRE(found.cells == expected.cells);
  REQUIRE(found.instants == expected.instants);
}

}  // namespace

TEST_CASE("a grid knows the first of its positions at or behind any other") {
  const auto check = [](const AudienceGrid& grid) {
    for (std::int64_t t = 0; t <= grid.duration().count(); ++t) {
      std::size_t i = 0;
      while (i < grid.size() && grid.positions()[i] < MediaTime{t}) ++i;
      if (grid.index(MediaTime{t}) != i) {
        FAIL("position " << t << ": " << grid.index(MediaTime{t}) << ", not " << i);
      }
    }
  };
  Random random(1);
  SECTION("uniform") {
    for (int round = 0; round < 200; ++round) {
      const MediaTime duration{random.between(1, 2'000)};
      check(AudienceGrid::cells(duration, MediaTime{random.between(1, 300)}));
    }
  }
  SECTION("irregular, not from 0") {
    for (int round = 0; round < 200; ++round) {
      const MediaTime duration{random.between(10, 2'000)};
      check(AudienceGrid::at(some_positions(random, duration, 1 + random.below(20), MediaTime{1}), duration));
    }
  }
}

TEST_CASE("a grid's cells cover the content, the last one shorter") {
  const AudienceGrid grid = AudienceGrid::cells(25s, 10s);
  REQUIRE(grid.size() == 3);
  CHECK(grid.positions()[2] == 20s);
  CHECK(grid.cell_end(0) == 10s);
  CHECK(grid.cell_end(2) == 25s);
  CHECK(grid.duration() == 25s);
  CHECK_FALSE(grid.empty());
  CHECK(AudienceGrid{}.empty());
  CHECK(AudienceGrid::cells(1ms, max_media_time).size() == 1);
}

TEST_CASE("a grid refuses what is none") {
  constexpr MediaTime most = (MediaTime::max)();
  for (const MediaTime duration :
       {MediaTime{0}, MediaTime{-1}, MediaTime{1'000'000'000'000'000}, most, (MediaTime::min)()}) {
    CHECK(code_of([&] { (void)AudienceGrid::cells(duration, 1s); }) == ErrorCode::invalid_argument);
    CHECK(code_of([&] { (void)AudienceGrid::at(std::vector<MediaTime>{0s}, duration); }) ==
          ErrorCode::invalid_argument);
  }
  CHECK(code_of([] { (void)AudienceGrid::cells(60s, 0s); }) == ErrorCode::invalid_argument);
  CHECK(code_of([] { (void)AudienceGrid::cells(60s, -1s); }) == ErrorCode::invalid_argument);
  CHECK(code_of([] { (void)AudienceGrid::at({}, 60s); }) == ErrorCode::invalid_argument);
  for (const std::vector<MediaTime>& positions :
       {std::vector<MediaTime>{-1ms}, {60s}, {10s, 10s}, {20s, 10s}, {0s, MediaTime{most}}}) {
    CHECK(code_of([&] { (void)AudienceGrid::at(positions, 60s); }) == ErrorCode::invalid_argument);
  }
  const std::int64_t cells = std::int64_t{1} << 20;
  CHECK(AudienceGrid::cells(MediaTime{cells}, 1ms).size() == max_grid_size);
  CHECK(code_of([&] { (void)AudienceGrid::cells(MediaTime{cells + 1}, 1ms); }) == ErrorCode::grid_too_large);
  CHECK(code_of([] { (void)AudienceGrid::cells(max_media_time, 1ms); }) == ErrorCode::grid_too_large);
  std::vector<MediaTime> positions(max_grid_size + 1);
  for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = MediaTime{static_cast<std::int64_t>(i)};
  CHECK(code_of([&] { (void)AudienceGrid::at(positions, max_media_time); }) == ErrorCode::grid_too_large);
}

TEST_CASE("nobody leaves only zeros") {
  const AudienceResult result = counted({}, AudienceGrid::cells(20s, 10s));
  CHECK(result.sessions == 0);
  REQUIRE(result.instants.size() == 2);
  CHECK(result.instants[1] == InstantCounts{.position = 10s});
  CHECK(result.cells[1] == CellCounts{.from = 10s, .to = 20s});
}

TEST_CASE("an audience worked by hand") {
  // 30 s in cells of 10 s. a plays [0,15), seeks to 25 and ends at 30. b plays [5,10) and ends. c never
  // starts.
  const std::vector<ViewerSession> sessions{
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(15), pos(15), pos(25)),
                  PlaybackEvent::end(at(20), pos(30))},
                 "a"),
      watching(5, 10, "b"), session_of({PlaybackEvent::play(at(0), pos(0))}, "c")};
  const AudienceResult result = counted(sessions, AudienceGrid::cells(30s, 10s));
  CHECK(result.sessions == 3);
  CHECK(result.started == 2);
  // At 0: a. At 10: a; b started at 5 and stopped at 10, neither of which shows. At 20: nobody, a comes back.
  CHECK(result.instants ==
        std::vector<InstantCounts>{{.position = 0s, .views = 1, .viewers = 1, .starts = 1, .joined = 1},
                                   {.position = 10s, .views = 1, .viewers = 1, .starts = 1, .stops = 1},
                                   {.position = 20s, .seeks_out = 1, .skipped = 1}});
  CHECK(result.cells == std::vector<CellCounts>{{0s, 10s, 2, 2, 15'000, 15'000},
                                                {10s, 20s, 1, 1, 5'000, 5'000},
                                                {20s, 30s, 1, 1, 5'000, 5'000}});
}

TEST_CASE("counts over uniform grids are those of a plain count by the millisecond") {
  Random random(2);
  for (int round = 0; round < 40; ++round) {
    const MediaTime duration{random.between(1'001, 2'000)};
    const bool within = round % 2 == 0;
    const auto sessions = short_sessions(random, 25, duration, within);
    CAPTURE(round);
    check_against_naive(sessions, AudienceGrid::cells(duration, MediaTime{random.between(1, 400)}), within);
  }
}

TEST_CASE("counts over irregular grids are those of a plain count by the millisecond") {
  Random random(3);
  for (int round = 0; round < 40; ++round) {
    const MediaTime duration{random.between(1'001, 2'000)};
    const bool within = round % 2 == 0;
    const auto sessions = short_sessions(random, 25, duration, within);
    CAPTURE(round);
    const auto positions =
        some_positions(random, duration, 1 + random.below(30), MediaTime{random.between(1, 900)});
    check_against_naive(sessions, AudienceGrid::at(positions, duration), within);
  }
}

TEST_CASE("an irregular grid from 0 that stays within a step of a straight line is still exact") {
  const std::vector<MediaTime> positions{0ms, 100ms, 150ms, 300ms};
  const AudienceGrid grid = AudienceGrid::at(positions, 400ms);
  CHECK(grid.index(151ms) == 3);
  Random random(4);
  for (int round = 0; round < 40; ++round) {
    const MediaTime duration{random.between(1'001, 2'000)};
    const auto sessions = short_sessions(random, 10, duration, true);
    CAPTURE(round);
    const auto some = some_positions(random, duration, 2 + random.below(6), MediaTime{0});
    check_against_naive(sessions, AudienceGrid::at(some, duration), true);
  }
}

TEST_CASE("what is played beyond the content's end brings nobody back: clipped, they stopped") {
  // Plays [0,15) and then [70,80) of a title of 60 s: within [0,60) nothing lies behind 20 s.
  const auto session =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(15), pos(15), pos(70)),
                  PlaybackEvent::end(at(25), pos(80))});
  const AudienceResult result = counted({session}, AudienceGrid::cells(60s, 10s));
  CHECK(result.instants[2].stopped == 1);
  CHECK(result.instants[2].skipped == 0);
}

TEST_CASE("flow identities hold for any audience, grid and content") {
  Random random(5);
  std::vector<ViewerSession> sessions;
  for (int i = 0; i < 3'000; ++i) {
    sessions.push_back(i % 2 == 0 ? wild_session(random) : clean_session(random, 120s));
  }
  for (const MediaTime width : {MediaTime{1'000}, MediaTime{7'001}, MediaTime{60'000}}) {
    check_flow_identities(counted(sessions, AudienceGrid::cells(120s, width)));
  }
  check_flow_identities(counted(sessions, AudienceGrid::cells(max_media_time, max_media_time / 1000)));
}

TEST_CASE("each of the two countings is its half of both") {
  Random random(6);
  const auto sessions = short_sessions(random, 50, 2s);
  const AudienceGrid grid = AudienceGrid::cells(2s, 100ms);
  const AudienceResult both = counted(sessions, grid);
  const AudienceResult instants = counted(sessions, grid, Counting::instants);
  const AudienceResult cells = counted(sessions, grid, Counting::cells);
  CHECK(instants.instants == both.instants);
  CHECK(instants.cells.empty());
  CHECK(cells.cells == both.cells);
  CHECK(cells.instants.empty());
  CHECK(cells.started == both.started);
}

TEST_CASE("audience counts obey the laws of an accumulator") {
  Random random(7);
  std::vector<PlayedSession> samples;
  for (const ViewerSession& session : short_sessions(random, 60, 5s)) samples.emplace_back(session);
  const Counting counting = GENERATE(Counting::instants, Counting::cells, Counting::both);
  check_accumulator_laws([&] { return AudienceCounts(AudienceGrid::cells(5s, 70ms), counting); }, samples);
}

TEST_CASE("audience counts refuse to be fed without a grid, and to merge with others") {
  CHECK(code_of([] { AudienceCounts(AudienceGrid{}); }) == ErrorCode::invalid_argument);
  CHECK(code_of([] { AudienceCounts().add(PlayedSession()); }) == ErrorCode::invalid_argument);
  const AudienceGrid grid = AudienceGrid::cells(60s, 10s);
  for (const AudienceCounts& other :
       {AudienceCounts(AudienceGrid::cells(60s, 20s)), AudienceCounts(AudienceGrid::cells(59s, 10s)),
        AudienceCounts(grid, Counting::cells), AudienceCounts(grid, Counting::instants)}) {
    AudienceCounts counts(grid);
    CHECK(code_of([&] { counts.merge(other); }) == ErrorCode::incompatible_merge);
    CHECK(counts == AudienceCounts(grid));
  }
}

TEST_CASE("a session can be added as it is") {
  AudienceCounts raw(AudienceGrid::cells(60s, 10s)), replayed = raw;
  raw.add(watching(0, 30));
  replayed.add(PlayedSession(watching(0, 30)));
  CHECK(raw == replayed);
  CHECK(raw.sessions() == 1);
  CHECK(raw.started() == 1);
}
