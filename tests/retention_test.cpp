// SPDX-License-Identifier: MIT
#include <viewership/retention.hpp>  // first: it must stand alone

#include <list>

#include <viewership/session.hpp>
#include <viewership/session_log.hpp>

#include "catch.hpp"
#include "errors.hpp"
#include "naive.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

/// Both of the title: 60 s. `a` watches all of it; `b` [0,20) and, after a seek, [40,50).
std::vector<ViewerSession> two_viewers() {
  return {watching(0, 60, "a"),
          session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(20), pos(20), pos(40)),
                      PlaybackEvent::end(at(30), pos(50))},
                     "b")};
}

}  // namespace

TEST_CASE("evenly spaced points are the floors of even fractions") {
  CHECK(evenly_spaced(10ms, 1) == std::vector<MediaTime>{0ms});
  CHECK(evenly_spaced(10ms, 2) == std::vector<MediaTime>{0ms, 10ms});
  CHECK(evenly_spaced(10ms, 4) == std::vector<MediaTime>{0ms, 3ms, 6ms, 10ms});
  CHECK(evenly_spaced(1ms, 3) == std::vector<MediaTime>{0ms, 0ms, 1ms});
  const auto most = evenly_spaced(max_media_time, max_grid_size);
  CHECK(most.back() == max_media_time);
  CHECK(std::ranges::is_sorted(most));
  CHECK(code_of([] { (void)evenly_spaced(10ms, 0); }) == ErrorCode::invalid_argument);
  CHECK(code_of([] { (void)evenly_spaced(10ms, max_grid_size + 1); }) == ErrorCode::grid_too_large);
  for (const MediaTime bad :
       {MediaTime{0}, MediaTime{-1}, MediaTime{1'000'000'000'000'000}, (MediaTime::max)()}) {
    CHECK(code_of([&] { (void)evenly_spaced(bad, 3); }) == ErrorCode::invalid_argument);
  }
}

TEST_CASE("without sessions a curve has its points, no viewers and no shares") {
  const RetentionCurve curve = compute_retention(std::vector<ViewerSession>{}, 60s, 3);
  REQUIRE(curve.points.size() == 3);
  CHECK(curve.started == 0);
  CHECK(curve.points[2] == RetentionPoint{.position = 60s});
  CHECK_FALSE(average_view_duration(curve));
  CHECK_FALSE(average_unique_duration(curve));
}

TEST_CASE("a curve worked by hand") {
  // At 0, 15, 30, 45, 60 s: both, both, a (b skips on), both (b joins again), a (b stopped at 50).
  const RetentionCurve curve = compute_retention(two_viewers(), 60s, 5);
  CHECK(curve.started == 2);
  CHECK(curve.points == std::vector<RetentionPoint>{{0s, 2, 2, 2, 0, 0, 1.0, 1.0},
                                                    {15s, 2, 2, 0, 0, 0, 1.0, 1.0},
                                                    {30s, 1, 1, 0, 1, 0, 0.5, 0.5},
                                                    {45s, 2, 2, 1, 0, 0, 1.0, 1.0},
                                                    {60s, 1, 1, 0, 0, 1, 0.5, 0.5}});
  // Trapezoids of 15 s: (1 + 1)/2 + (1 + .5)/2 + (.5 + 1)/2 + (1 + .5)/2 = 3.25, times 15 s.
  CHECK_THAT(average_view_duration(curve)->count(), WithinRel(48'750.0, 1e-12));
  CHECK_THAT(average_unique_duration(curve)->count(), WithinRel(48'750.0, 1e-12));
}

TEST_CASE("who rewinds is one viewer and several views") {
  // [0,30) twice.
  const std::vector<ViewerSession> sessions{
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(30), pos(30), pos(0)),
                  PlaybackEvent::end(at(60), pos(30))})};
  const RetentionCurve curve = compute_retention(sessions, 60s, std::vector<MediaTime>{0s, 29'999ms, 30s});
  CHECK(curve.points[1].viewers == 1);
  CHECK(curve.points[1].views == 2);
  CHECK(curve.points[1].audience_watch_ratio == 2.0);
  CHECK(curve.points[2].views == 0);
  CHECK(curve.points[2].stopped == 1);
}

TEST_CASE("positions may repeat, and the end is read at its last millisecond") {
  const RetentionCurve curve =
      compute_retention(two_viewers(), 60s, std::vector<MediaTime>{0s, 0s, 59'999ms, 60s, 60s});
  REQUIRE(curve.points.size() == 5);
  CHECK(curve.points[1].viewers == 2);
  CHECK(curve.points[1].joined == 0);
  CHECK(curve.points[2].stopped == 1);
  CHECK(curve.points[3] == RetentionPoint{60s, 1, 1, 0, 0, 0, 0.5, 0.5});
  CHECK(curve.points[4] == curve.points[3]);
}

TEST_CASE("a curve with more points than milliseconds is still exact") {
  const RetentionCurve curve = compute_retention(std::vector{watching(0, 0.002)}, 3ms, 10);
  REQUIRE(curve.points.size() == 10);
  for (const RetentionPoint& point : curve.points) CHECK(point.viewers == (point.position < 2ms ? 1U : 0U));
}

TEST_CASE("a curve is that of a plain count by the millisecond, and its shares lie in their ranges") {
  Random random(1);
  for (int round = 0; round < 30; ++round) {
    const MediaTime duration{random.between(1'001, 2'000)};
    const auto sessions = short_sessions(random, 25, duration, true);
    const std::size_t points = 1 + random.below(50);
    const RetentionCurve curve = compute_retention(sessions, duration, points);
    std::vector<MediaTime> read_at;
    for (const RetentionPoint& point : curve.points)
      read_at.push_back((std::min)(point.position, duration - 1ms));
    const AudienceResult naive = naive_audience(sessions, read_at, duration);
    CAPTURE(round);
    REQUIRE(curve.points.size() == points);
    REQUIRE(curve.started == naive.started);
    for (std::size_t i = 0; i < points; ++i) {
      const InstantCounts& expected = naive.instants[i];
      const RetentionPoint& point = curve.points[i];
      REQUIRE(point.viewers == expected.viewers);
      REQUIRE(point.views == expected.views);
      REQUIRE(point.joined == expected.joined);
      REQUIRE(point.skipped == expected.skipped);
      REQUIRE(point.stopped == expected.stopped);
      REQUIRE(*point.retention == static_cast<double>(expected.viewers) / static_cast<double>(naive.started));
      REQUIRE(*point.retention <= 1.0);
      REQUIRE(*point.audience_watch_ratio >= *point.retention);
    }
  }
}

TEST_CASE("a fine curve's average durations come close to the exact ones") {
  Random random(2);
  const auto sessions = short_sessions(random, 200, 5s, true);
  const RetentionCurve curve = compute_retention(sessions, 5s, 5'001);
  SessionTotals totals(5s);
  analyze(sessions, totals);
  const auto started = static_cast<double>(totals.result().started);
  CHECK_THAT(average_view_duration(curve)->count(),
             WithinRel(static_cast<double>(totals.result().content_played.count()) / started, 2e-3));
  CHECK_THAT(average_unique_duration(curve)->count(),
             WithinRel(static_cast<double>(totals.result().unique_content.count()) / started, 2e-3));
  CHECK_FALSE(average_view_duration(compute_retention(sessions, 5s, 1)));
}

TEST_CASE("a curve asks the same of a vector, a list and a log") {
  const auto sessions = two_viewers();
  const std::list<ViewerSession> list(sessions.begin(), sessions.end());
  SessionLogBuilder builder;
  for (const ViewerSession& session : sessions) builder.add(session);
  const SessionLog log = builder.finish();
  const RetentionCurve expected = compute_retention(sessions, 60s, 7);
  CHECK(compute_retention(list, 60s, 7) == expected);
  CHECK(compute_retention(log, 60s, 7) == expected);
  CHECK(compute_retention(log.content("title"), 60s, 7) == expected);
  CHECK(compute_retention(list, 60s, evenly_spaced(60s, 7)) == expected);
}

TEST_CASE("a shared replay gives the same curve") {
  const auto positions = evenly_spaced(60s, 7);
  AudienceCounts counts(retention_grid(positions, 60s), Counting::instants);
  analyze(two_viewers(), counts);
  CHECK(retention_curve(counts.result(), positions) == compute_retention(two_viewers(), 60s, 7));
  CHECK(code_of([&] { (void)retention_curve(counts.result(), std::vector<MediaTime>{1ms}); }) ==
        ErrorCode::invalid_argument);
}

TEST_CASE("a curve refuses positions and durations that are none, other contents and bad options") {
  const auto sessions = two_viewers();
  for (const std::vector<MediaTime>& positions : {std::vector<MediaTime>{},
                                                  {-1ms},
                                                  {60'001ms},
                                                  {20s, 10s},
                                                  {(MediaTime::max)()},
                                                  {(MediaTime::min)()}}) {
    CHECK(code_of([&] { (void)compute_retention(sessions, 60s, positions); }) == ErrorCode::invalid_argument);
  }
  for (const MediaTime bad :
       {MediaTime{0}, MediaTime{-1}, MediaTime{1'000'000'000'000'000}, (MediaTime::max)()}) {
    CHECK(code_of([&] { (void)compute_retention(sessions, bad, 3); }) == ErrorCode::invalid_argument);
    CHECK(code_of([&] { (void)compute_retention(sessions, bad, std::vector<MediaTime>{0s}); }) ==
          ErrorCode::invalid_argument);
  }
  CHECK(code_of([&] { (void)compute_retention(sessions, 60s, 0); }) == ErrorCode::invalid_argument);
  CHECK(code_of([&] { (void)compute_retention(sessions, 60s, max_grid_size + 1); }) ==
        ErrorCode::grid_too_large);
  CHECK(code_of([&] { (void)compute_retention(sessions, 60s, 3, {.clock_tolerance = WallTime{-1}}); }) ==
        ErrorCode::invalid_argument);
  auto mixed = sessions;
  mixed.back().content_id = "another";
  CHECK(code_of([&] { (void)compute_retention(mixed, 60s, 3); }) == ErrorCode::mixed_contents);
}

TEST_CASE("the published vector of another definition comes out when its rule is stated") {
  // PeerTube, server/tests/api/views: a video of 5 s, one range in seconds for each viewer. Its rule: a range
  // counts at both its ends and at every second between, and a viewer whose range is empty is nobody. A
  // second is an instant here, and a closed range [a, b] of seconds the half-open one up to a millisecond
  // behind b.
  const std::vector<std::pair<int, int>> published{{0, 1}, {1, 3}, {3, 4}, {0, 1}, {5, 5}, {1, 1}, {1, 1}};
  const MediaTime last_instant = 5s;
  const MediaTime duration = last_instant + 1ms;
  StoredMaps maps;
  for (const auto& [from, to] : published) {
    if (from == to) continue;
    PlaybackMap map;
    map.mark_range(std::chrono::seconds(from), std::chrono::seconds(to) + 1ms);
    maps.add(map);
  }
  const ViewersCurve curve =
      compute_retention(maps, duration, std::vector<MediaTime>{0s, 1s, 2s, 3s, 4s, 5s});
  std::vector<double> percent;
  for (const ViewersPoint& point : curve.points) percent.push_back(100.0 * *point.retention);
  CHECK(percent == std::vector<double>{50, 75, 25, 50, 25, 0});

  // By our own rule an end is not watched, so the seconds that two ranges share count for one of them.
  StoredMaps half_open;
  for (const auto& [from, to] : published) {
    PlaybackMap map;
    map.mark_range(std::chrono::seconds(from), std::chrono::seconds(to));
    half_open.add(map);
  }
  const ViewersCurve ours = compute_retention(half_open, 5s, std::vector<MediaTime>{0s, 1s, 2s, 3s, 4s, 5s});
  CHECK(ours.started == 4);
  std::vector<std::uint64_t> viewers;
  for (const ViewersPoint& point : ours.points) viewers.push_back(point.viewers);
  CHECK(viewers == std::vector<std::uint64_t>{2, 1, 1, 1, 0, 0});
}

TEST_CASE(
    "the grid of a curve or of cells finds every position, in short contents and in absurdly long ones") {
  const auto check = [](const AudienceGrid& grid) {
    const auto positions = grid.positions();
    for (const MediaTime position : positions) {
      for (const MediaTime near_by : {position - 1ms, position, position + 1ms}) {
        const auto expected = std::ranges::lower_bound(positions, near_by) - positions.begin();
        if (grid.index(near_by) != static_cast<std::size_t>(expected))
          FAIL("at " << near_by.count() << " ms");
      }
    }
    CHECK(grid.index((MediaTime::max)()) == positions.size());
    CHECK(grid.index(-1ms) == 0);
  };
  for (const std::int64_t length : {1, 2, 10, 999, 1'345'678, 7'200'000, 1'000'000'000}) {
    const MediaTime duration{length};
    for (const std::size_t points : {1U, 2U, 3U, 10U, 100U, 101U, 7'201U}) {
      check(retention_grid(evenly_spaced(duration, points), duration));
      check(AudienceGrid::cells(duration, MediaTime{length / static_cast<std::int64_t>(points) + 1}));
    }
  }
  check(retention_grid(evenly_spaced(max_media_time, 1'000), max_media_time));
  check(AudienceGrid::cells(max_media_time, 24h));
  // Whoever asks for usual ones does not pay for a search.
  CHECK(retention_grid(evenly_spaced(7'200s, 100), 7'200s).line());
  CHECK(retention_grid(evenly_spaced(24h, 100), 24h).line());
  CHECK(AudienceGrid::cells(24h, 1s).line());
}
