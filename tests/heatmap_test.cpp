// SPDX-License-Identifier: MIT
#include <viewership/heatmap.hpp>  // first: it must stand alone

#include <list>

#include <viewership/session_log.hpp>

#include "catch.hpp"
#include "naive.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

TEST_CASE("without anybody who watched, a heatmap has no buckets") {
  CHECK(attention_heatmap(std::vector<ViewerSession>{}, 60s, 5s).buckets.empty());
  const AttentionHeatmap heatmap =
      attention_heatmap(std::vector{session_of({PlaybackEvent::play(at(0), pos(0))})}, 60s, 5s);
  CHECK(heatmap.buckets.empty());
  CHECK(heatmap.sessions == 1);
  CHECK(heatmap.started == 0);
  CHECK(heatmap.duration == 60s);
  CHECK(heatmap.bucket_width == 5s);
  CHECK(heatmap_of(AudienceResult{}).buckets.empty());
}

TEST_CASE("a heatmap worked by hand") {
  // 25 s in buckets of 10 s. a: [0,12) and again [2,8); b: [5,20). Bucket 0: a, b, three play-throughs; 1: a
  // and b, two; 2: nobody.
  const std::vector<ViewerSession> sessions{
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(12), pos(12), pos(2)),
                  PlaybackEvent::end(at(18), pos(8))}),
      watching(5, 20)};
  const AttentionHeatmap by_viewers = attention_heatmap(sessions, 25s, 10s);
  CHECK(by_viewers.buckets ==
        std::vector<HeatmapBucket>{{0s, 3, 2, 1.0}, {10s, 2, 2, 1.0}, {20s, 0, 0, 0.0}});
  const AttentionHeatmap by_views = attention_heatmap(sessions, 25s, 10s, HeatmapMeasure::views);
  CHECK(by_views.buckets ==
        std::vector<HeatmapBucket>{{0s, 3, 2, 1.0}, {10s, 2, 2, 2.0 / 3.0}, {20s, 0, 0, 0.0}});
}

TEST_CASE("a bucket wider than the content is the content") {
  const AttentionHeatmap heatmap = attention_heatmap(std::vector{watching(0, 30)}, 60s, 600s);
  CHECK(heatmap.buckets == std::vector<HeatmapBucket>{{0s, 1, 1, 1.0}});
  CHECK(heatmap.bucket_width == 600s);
}

TEST_CASE("a heatmap is that of a plain count by the millisecond") {
  Random random(1);
  for (int round = 0; round < 20; ++round) {
    const MediaTime duration{random.between(1'001, 2'000)};
    const MediaTime width{random.between(20, 500)};
    const auto sessions = short_sessions(random, 30, duration);
    std::vector<MediaTime> grid;
    for (MediaTime p{}; p < duration; p += width) grid.push_back(p);
    const AudienceResult naive = naive_audience(sessions, grid, duration);
    std::uint64_t hottest = 0;
    for (const CellCounts& cell : naive.cells) hottest = (std::max)(hottest, cell.viewers);
    std::vector<HeatmapBucket> expected;
    for (const CellCounts& cell : naive.cells) {
      expected.push_back({cell.from, cell.views, cell.viewers,
                          static_cast<double>(cell.viewers) / static_cast<double>(hottest)});
    }
    CAPTURE(round);
    REQUIRE(attention_heatmap(sessions, duration, width).buckets == expected);
  }
}

TEST_CASE("a heatmap asks the same of a vector, a list and a log") {
  Random random(2);
  const auto sessions = short_sessions(random, 20, 5s);
  const std::list<ViewerSession> list(sessions.begin(), sessions.end());
  SessionLogBuilder builder;
  std::uint64_t empty = 0;  // a log is built of events, so it knows nothing of sessions without any
  for (const ViewerSession& session : sessions) {
    builder.add(session);
    empty += session.events.empty();
  }
  const AttentionHeatmap expected = attention_heatmap(sessions, 5s, 1s);
  CHECK(attention_heatmap(list, 5s, 1s) == expected);
  AttentionHeatmap of_log = attention_heatmap(builder.finish(), 5s, 1s);
  of_log.sessions += empty;
  CHECK(of_log == expected);
}

TEST_CASE("a heatmap refuses grids that are none, other contents and bad options") {
  const std::vector<ViewerSession> sessions{watching(0, 10)};
  const auto code = [&](MediaTime duration, MediaTime width, const std::vector<ViewerSession>& of,
                        const ReplayOptions& options = {}) {
    try {
      (void)attention_heatmap(of, duration, width, HeatmapMeasure::viewers, options);
    } catch (const AnalyticsError& error) {
      return error.code();
    }
    FAIL("nothing was thrown");
    return ErrorCode{};
  };
  for (const MediaTime bad : {MediaTime{0}, MediaTime{-1}, (MediaTime::min)()}) {
    CHECK(code(bad, 1s, sessions) == ErrorCode::invalid_argument);
    CHECK(code(60s, bad, sessions) == ErrorCode::invalid_argument);
  }
  CHECK(code(MediaTime{1'000'000'000'000'000}, 1s, sessions) == ErrorCode::invalid_argument);
  CHECK(code(max_media_time, 1ms, sessions) == ErrorCode::grid_too_large);
  CHECK(code(60s, 1s, sessions, {.gap_timeout = WallTime{-1}}) == ErrorCode::invalid_argument);
  ViewerSession other = watching(0, 10);
  other.content_id = "another title";
  CHECK(code(60s, 1s, {sessions[0], other}) == ErrorCode::mixed_contents);
}
