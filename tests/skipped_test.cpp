// SPDX-License-Identifier: MIT
#include <viewership/skipped.hpp>  // first: it must stand alone

#include <list>

#include "catch.hpp"
#include "errors.hpp"
#include "laws.hpp"
#include "naive.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

/// Plays up to `from`, seeks to `to`, plays 1 s.
ViewerSession jumping(double from, double to) {
  return session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(from), pos(from), pos(to)),
                     PlaybackEvent::end(at(from + 1), pos(to + 1))});
}

}  // namespace

TEST_CASE("skipped ranges worked by hand") {
  // Over cells of 10 s of 100 s: [10,30) in whole, [20,30) of 15 to 35, nothing of 61 to 69, [80,90) of 80
  // to 92.
  const std::vector<ViewerSession> sessions{jumping(10, 30), jumping(15, 35), jumping(61, 69),
                                            jumping(80, 92)};
  CHECK(skipped_ranges(sessions, 100s, 10s) == std::vector<SkippedRange>{{10s, 30s, 2, 2}, {80s, 90s, 1, 1}});
  CHECK(skipped_ranges(sessions, 100s, 10s, 2) == std::vector<SkippedRange>{{20s, 30s, 2, 2}});
  CHECK(skipped_ranges(sessions, 100s, 10s, 3).empty());
}

TEST_CASE("a run is skipped by all who jump over any part of it, each once") {
  // [10,30) and [20,50) overlap, so [10,50) is one run: three seeks, two over [20,30).
  const std::vector<ViewerSession> sessions{jumping(10, 30), jumping(20, 50), jumping(40, 50)};
  CHECK(skipped_ranges(sessions, 100s, 10s) == std::vector<SkippedRange>{{10s, 50s, 3, 2}});
}

TEST_CASE("a seek back, and coming back elsewhere after an end, skip nothing") {
  const auto back =
      session_of({PlaybackEvent::play(at(0), pos(50)), PlaybackEvent::seek(at(10), pos(60), pos(0)),
                  PlaybackEvent::end(at(20), pos(10))});
  const auto returning =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::end(at(10), pos(10)),
                  PlaybackEvent::play(at(20), pos(50)), PlaybackEvent::end(at(30), pos(60))});
  CHECK(skipped_ranges(std::vector{back, returning}, 100s, 10s).empty());
  CHECK(skipped_ranges(std::vector<ViewerSession>{}, 100s, 10s).empty());
}

TEST_CASE("a seek beyond the content's end skips up to it") {
  CHECK(skipped_ranges(std::vector{jumping(75, 200)}, 95s, 10s) ==
        std::vector<SkippedRange>{{80s, 95s, 1, 1}});
  CHECK(skipped_ranges(std::vector{jumping(75, 95)}, 95s, 10s) ==
        std::vector<SkippedRange>{{80s, 95s, 1, 1}});
  CHECK(skipped_ranges(std::vector{jumping(75, 94.999)}, 95s, 10s) ==
        std::vector<SkippedRange>{{80s, 90s, 1, 1}});
}

TEST_CASE("skips are those of a plain count, cell by cell") {
  Random random(7);
  for (int round = 0; round < 60; ++round) {
    const MediaTime duration{random.between(1'001, 2'000)};
    const auto sessions = short_sessions(random, 25, duration);
    const AudienceGrid grid =
        random.percent(50)
            ? AudienceGrid::cells(duration, MediaTime{random.between(1, 400)})
            : AudienceGrid::at(std::vector<MediaTime>{100ms, 101ms, 350ms, 700ms, 1s}, duration);
    SkipCounts counts(grid);
    analyze(sessions, counts);
    const SkipResult found = counts.result();
    std::vector<std::uint64_t> expected(grid.size());
    for (const ViewerSession& session : sessions) {
      const NaiveSession naive(session, duration);
      for (std::size_t k = 1; k < naive.plays.size(); ++k) {
        if (naive.begins_viewing[k]) continue;
        for (std::size_t i = 0; i < grid.size(); ++i) {
          expected[i] +=
              naive.plays[k - 1].to <= grid.positions()[i] && grid.cell_end(i) <= naive.plays[k].from;
        }
      }
    }
    CAPTURE(round);
    REQUIRE(found.cells.size() == grid.size());
    for (std::size_t i = 0; i < grid.size(); ++i) REQUIRE(found.cells[i].seeks == expected[i]);
  }
}

TEST_CASE("skips keep the laws of an accumulator") {
  Random random(8);
  std::vector<PlayedSession> samples;
  for (const ViewerSession& session : short_sessions(random, 30, 2s)) samples.emplace_back(session);
  check_accumulator_laws([] { return SkipCounts(AudienceGrid::cells(2s, 70ms)); }, samples);
}

TEST_CASE("seek targets are ranked by how many arrive, and then by position") {
  const std::vector<ViewerSession> sessions{jumping(10, 42), jumping(20, 48), jumping(10, 71),
                                            jumping(50, 15)};
  AudienceCounts counts(AudienceGrid::cells(100s, 10s), Counting::instants);
  analyze(sessions, counts);
  CHECK(seek_targets(counts.result()) ==
        std::vector<SeekTarget>{{40s, 50s, 2}, {10s, 20s, 1}, {70s, 80s, 1}});
  CHECK(seek_targets(counts.result(), 1) == std::vector<SeekTarget>{{40s, 50s, 2}});
  CHECK(seek_targets(AudienceResult{}).empty());
}

TEST_CASE("a seek to the very beginning arrives at the first position") {
  AudienceCounts counts(AudienceGrid::cells(100s, 10s), Counting::instants);
  analyze(std::vector{jumping(20, 0)}, counts);
  CHECK(seek_targets(counts.result()) == std::vector<SeekTarget>{{0s, 0s, 1}});
}

TEST_CASE("skipped ranges refuse what is no grid, no threshold, and other contents") {
  const std::vector<ViewerSession> sessions{jumping(10, 30), jumping(15, 35)};
  CHECK(code_of([&] { (void)skipped_ranges(sessions, 100s, 10s, 0); }, "skipped_ranges:") ==
        ErrorCode::invalid_argument);
  CHECK(code_of([&] { (void)skipped_ranges(sessions, 100s, 0s); }) == ErrorCode::invalid_argument);
  CHECK(code_of([&] { (void)skipped_ranges(sessions, 0s, 10s); }) == ErrorCode::invalid_argument);
  CHECK(code_of([&] { (void)skipped_ranges(sessions, max_media_time, 1ms); }) == ErrorCode::grid_too_large);
  CHECK(code_of([] { SkipCounts{}.add(PlayedSession{}); }, "SkipCounts::add:") ==
        ErrorCode::invalid_argument);
  auto mixed = sessions;
  mixed.back().content_id = "another";
  CHECK(code_of([&] { (void)skipped_ranges(mixed, 60s, 10s); }, "skipped_ranges:") ==
        ErrorCode::mixed_contents);
  const std::list<ViewerSession> list(sessions.begin(), sessions.end());
  CHECK(skipped_ranges(list, 100s, 10s) == skipped_ranges(sessions, 100s, 10s));
}
