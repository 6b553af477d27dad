// SPDX-License-Identifier: MIT
#include <viewership/reach.hpp>  // first: it must stand alone

#include <list>

#include "catch.hpp"
#include "errors.hpp"
#include "laws.hpp"
#include "naive.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

/// Of a title of 60 s: all of it; [0,20) and, after a seek, [40,50); [30,40) and, after a seek, [0,10).
std::vector<ViewerSession> three_viewers() {
  return {watching(0, 60, "a"),
          session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(20), pos(20), pos(40)),
                      PlaybackEvent::end(at(30), pos(50))},
                     "b"),
          session_of({PlaybackEvent::play(at(0), pos(30)), PlaybackEvent::seek(at(10), pos(40), pos(0)),
                      PlaybackEvent::end(at(20), pos(10))},
                     "c")};
}

}  // namespace

TEST_CASE("without sessions, or with one that played nothing, reach has its points and no shares") {
  for (const auto& sessions :
       {std::vector<ViewerSession>{}, {session_of({PlaybackEvent::heartbeat(at(0), pos(0))})}}) {
    const ReachCurve curve = compute_reach(sessions, 60s, 3);
    CHECK(curve.sessions == sessions.size());
    CHECK(curve.started == 0);
    REQUIRE(curve.points.size() == 3);
    CHECK(curve.points[2] == ReachPoint{.position = 60s});
  }
}

TEST_CASE("reach worked by hand") {
  const ReachCurve curve = compute_reach(three_viewers(), 60s, 7);
  CHECK(curve.started == 3);
  CHECK(curve.points == std::vector<ReachPoint>{{0s, 3, 2, 1.0, 2.0 / 3},
                                                {10s, 3, 2, 1.0, 2.0 / 3},
                                                {20s, 3, 1, 1.0, 1.0 / 3},
                                                {30s, 3, 2, 1.0, 2.0 / 3},
                                                {40s, 2, 1, 2.0 / 3, 1.0 / 3},
                                                {50s, 1, 1, 1.0 / 3, 1.0 / 3},
                                                {60s, 1, 1, 1.0 / 3, 1.0 / 3}});
}

TEST_CASE("a pause and a stall do not end the first play-through, a seek does") {
  const auto session =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::pause(at(10), pos(10)),
                  PlaybackEvent::play(at(20), pos(10)), PlaybackEvent::buffer_start(at(30), pos(20)),
                  PlaybackEvent::buffer_end(at(35), pos(20)), PlaybackEvent::seek(at(45), pos(30), pos(5)),
                  PlaybackEvent::end(at(90), pos(50))});
  const ReachCurve curve =
      compute_reach(std::vector{session}, 60s, std::vector<MediaTime>{0s, 29'999ms, 30s, 49'999ms, 50s});
  CHECK(curve.points[1].first_play_through == 1);
  CHECK(curve.points[2].first_play_through == 0);
  CHECK(curve.points[3].reached == 1);
  CHECK(curve.points[4].reached == 0);
}

TEST_CASE(
    "what is played beyond the content counts for nothing: the first play-through is the first within") {
  const auto session =
      session_of({PlaybackEvent::play(at(0), pos(70)), PlaybackEvent::seek(at(10), pos(80), pos(0)),
                  PlaybackEvent::end(at(20), pos(10))});
  const ReachCurve curve = compute_reach(std::vector{session, watching(65, 70)}, 60s, 7);
  CHECK(curve.sessions == 2);
  CHECK(curve.started == 1);
  CHECK(curve.points[0].first_play_through == 1);
  CHECK(curve.points[1].reached == 0);
}

TEST_CASE("reach is that of a plain count by the millisecond, and reached never rises") {
  Random random(1);
  for (int round = 0; round < 40; ++round) {
    const MediaTime duration{random.between(1'001, 2'000)};
    const auto sessions = short_sessions(random, 25, duration);
    std::vector<MediaTime> positions;
    for (std::size_t i = 0; i < 1 + random.below(40); ++i)
      positions.push_back(MediaTime{random.between(0, duration.count())});
    std::ranges::sort(positions);
    const ReachCurve curve = compute_reach(sessions, duration, positions);
    REQUIRE(curve.points.size() == positions.size());
    std::uint64_t started = 0;
    std::vector<ReachPoint> expected(positions.size());
    for (const ViewerSession& session : sessions) {
      const NaiveSession naive(session, duration);
      started += naive.played(MediaTime{0}) || naive.played_behind(MediaTime{0});
      const auto first =
          std::ranges::find_if(naive.plays, [&](const MediaRange& play) { return play.from < duration; });
      for (std::size_t i = 0; i < positions.size(); ++i) {
        const MediaTime read_at = (std::min)(positions[i], duration - 1ms);
        expected[i].reached += naive.played(read_at) || naive.played_behind(read_at);
        expected[i].first_play_through +=
            first != naive.plays.end() && first->from <= read_at && read_at < first->to;
      }
    }
    CAPTURE(round);
    REQUIRE(curve.started == started);
    for (std::size_t i = 0; i < positions.size(); ++i) {
      REQUIRE(curve.points[i].position == positions[i]);
      REQUIRE(curve.points[i].reached == expected[i].reached);
      REQUIRE(curve.points[i].first_play_through == expected[i].first_play_through);
      REQUIRE(curve.points[i].first_play_through <= curve.points[i].reached);
      if (i > 0) REQUIRE(curve.points[i].reached <= curve.points[i - 1].reached);
    }
  }
}

TEST_CASE("reach keeps the laws of an accumulator") {
  Random random(2);
  std::vector<PlayedSession> samples;
  for (const ViewerSession& session : short_sessions(random, 30, 2s)) samples.emplace_back(session);
  check_accumulator_laws([] { return ReachCounts(AudienceGrid::cells(2s, 70ms)); }, samples);
}

TEST_CASE("reach asks the same of a vector and a list, and refuses what a curve refuses") {
  const auto sessions = three_viewers();
  const std::list<ViewerSession> list(sessions.begin(), sessions.end());
  CHECK(compute_reach(list, 60s, 7) == compute_reach(sessions, 60s, 7));
  CHECK(compute_reach(list, 60s, evenly_spaced(60s, 7)) == compute_reach(sessions, 60s, 7));
  for (const std::vector<MediaTime>& positions : {std::vector<MediaTime>{}, {-1ms}, {60'001ms}, {20s, 10s}}) {
    CHECK(code_of([&] { (void)compute_reach(sessions, 60s, positions); }) == ErrorCode::invalid_argument);
  }
  auto mixed = sessions;
  mixed.back().content_id = "another";
  CHECK(code_of([&] { (void)compute_reach(mixed, 60s, 3); }, "compute_reach:") == ErrorCode::mixed_contents);
  CHECK(code_of([] { ReachCounts{}.add(PlayedSession{}); }, "ReachCounts::add:") ==
        ErrorCode::invalid_argument);
  CHECK(code_of([] { ReachCounts{AudienceGrid{}}; }, "ReachCounts:") == ErrorCode::invalid_argument);
  ReachCounts counts(AudienceGrid::cells(2s, 70ms));
  CHECK(code_of([&] { counts.merge(ReachCounts(AudienceGrid::cells(2s, 71ms))); }, "ReachCounts::merge:") ==
        ErrorCode::incompatible_merge);
}
