// SPDX-License-Identifier: MIT
#include <viewership/stored_maps.hpp>  // first: it must stand alone

#include <viewership/slices.hpp>

#include "catch.hpp"
#include "errors.hpp"
#include "laws.hpp"
#include "naive.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

StoredMaps stored(const std::vector<ViewerSession>& sessions) {
  StoredMaps maps;
  analyze(sessions, maps);
  return maps;
}

void check_same(const ViewersCurve& found, const RetentionCurve& expected) {
  REQUIRE(found.duration == expected.duration);
  REQUIRE(found.sessions == expected.sessions);
  REQUIRE(found.started == expected.started);
  REQUIRE(found.points.size() == expected.points.size());
  for (std::size_t i = 0; i < found.points.size(); ++i) {
    const RetentionPoint& point = expected.points[i];
    REQUIRE(found.points[i] == ViewersPoint{point.position, point.viewers, point.retention});
  }
}

}  // namespace

TEST_CASE("stored maps are those of the sessions, in their order") {
  const std::vector<ViewerSession> sessions{
      watching(0, 60), session_of({}),
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(20), pos(20), pos(40)),
                  PlaybackEvent::end(at(30), pos(50))})};
  const StoredMaps maps = stored(sessions);
  REQUIRE(maps.size() == 3);
  CHECK(maps.result() == StoredMapsResult{3, 2, 3, 90s});
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(std::ranges::equal(maps[i], PlayedSession(sessions[i]).map().ranges()));
  CHECK(maps[1].empty());
  CHECK(StoredMaps{}.empty());
  CHECK(StoredMaps{}.result() == StoredMapsResult{});
}

TEST_CASE("without sessions stored maps have points and no shares") {
  const ViewersCurve curve = compute_retention(StoredMaps{}, 60s, 3);
  CHECK(curve.started == 0);
  REQUIRE(curve.points.size() == 3);
  CHECK(curve.points[2] == ViewersPoint{60s, 0, {}});
}

TEST_CASE("stored maps answer as a replay does, also of some of the sessions") {
  Random random(16);
  for (int round = 0; round < 30; ++round) {
    const MediaTime duration{random.between(1'001, 2'000)};
    const auto sessions = short_sessions(random, 40, duration);
    const StoredMaps maps = stored(sessions);
    const std::size_t points = 1 + random.below(40);
    check_same(compute_retention(maps, duration, points), compute_retention(sessions, duration, points));

    std::vector<ViewerSession> some;
    std::vector<bool> selected(sessions.size());
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      selected[i] = random.percent(40);
      if (selected[i]) some.push_back(sessions[i]);
    }
    const auto is_selected = [&](std::size_t number) { return bool(selected[number]); };
    check_same(compute_retention(maps, duration, points, is_selected),
               compute_retention(some, duration, points));

    const std::vector<Segment> segments{
        {"a", 0ms, 500ms}, {"b", 300ms, duration}, {"c", 900ms, 5s}, {"d", 3s, 4s}};
    CHECK(compute_segment_retention(maps, segments, duration) ==
          compute_segment_retention(sessions, segments, duration));
    CHECK(compute_segment_retention(maps, segments, duration, is_selected) ==
          compute_segment_retention(some, segments, duration));
  }
}

TEST_CASE("maps of people answer for people") {
  std::vector<ViewerSession> sessions{watching(0, 20), watching(10, 60), watching(0, 5)};
  sessions[0].user_id = sessions[1].user_id = "ann";
  StoredMaps people;
  analyze_people(sessions, people);
  CHECK(people.size() == 2);
  CHECK(compute_retention(people, 60s, 3).points[2] == ViewersPoint{60s, 1, 0.5});
}

TEST_CASE("stored maps keep the laws of an accumulator") {
  Random random(17);
  std::vector<PlayedSession> samples;
  for (const ViewerSession& session : short_sessions(random, 30, 2s)) samples.emplace_back(session);
  check_accumulator_laws([] { return StoredMaps{}; }, samples);
}

TEST_CASE("a merged state's sessions follow in their order") {
  const StoredMaps a = stored({watching(0, 10), watching(0, 20)});
  StoredMaps both = stored({watching(0, 30)});
  both.merge(a);
  REQUIRE(both.size() == 3);
  CHECK(both[0].front().to == 30s);
  CHECK(both[1].front().to == 10s);
  CHECK(both[2].front().to == 20s);
}

TEST_CASE("stored maps refuse what a curve and segments refuse") {
  const StoredMaps maps = stored({watching(0, 60)});
  for (const std::vector<MediaTime>& positions : {std::vector<MediaTime>{}, {-1ms}, {60'001ms}, {20s, 10s}}) {
    CHECK(code_of([&] { (void)compute_retention(maps, 60s, positions); }) == ErrorCode::invalid_argument);
  }
  CHECK(code_of([&] { (void)compute_retention(maps, 60s, 0); }) == ErrorCode::invalid_argument);
  CHECK(code_of([&] { (void)compute_retention(maps, 60s, max_grid_size + 1); }) == ErrorCode::grid_too_large);
  CHECK(code_of(
            [&] {
              (void)compute_segment_retention(maps, std::vector<Segment>{{"c", 1s, 1s}}, 60s);
            },
            "compute_segment_retention:") == ErrorCode::invalid_argument);
  auto mixed = std::vector{watching(0, 20), watching(0, 20)};
  mixed.back().content_id = "another";
  CHECK(code_of([&] { (void)stored(mixed); }) == ErrorCode::mixed_contents);
}
