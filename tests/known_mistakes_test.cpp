// SPDX-License-Identifier: MIT
// Mistakes that other analytics are known to make with sessions and retention: each is a case.
#include <viewership/retention.hpp>
#include <viewership/session.hpp>
#include <viewership/session_log.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

TEST_CASE("mistake: retention 0 at 100 % although everyone watched everything") {
  const RetentionCurve curve = compute_retention(std::vector{watching(0, 60), watching(0, 60)}, 60s, 11);
  for (const RetentionPoint& point : curve.points) CHECK(point.retention == 1.0);
}

TEST_CASE("mistake: completion 100 % after one seek") {
  const auto session =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(1), pos(1), pos(59)),
                  PlaybackEvent::end(at(2), pos(60))});
  CHECK(analyze_session(session, 60s).completion == 2.0 / 60.0);
}

TEST_CASE("mistake: completed decided by the one second at 95 %") {
  // Watches [0,5) and [94,100): the second at 95 % and 11 % of the content.
  const auto session =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(5), pos(5), pos(94)),
                  PlaybackEvent::end(at(11), pos(100))});
  CHECK(analyze_session(session, 100s).completed == false);
  // And watches all but [94,98): 96 %, without that second.
  const auto other =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(94), pos(94), pos(98)),
                  PlaybackEvent::end(at(96), pos(100))});
  CHECK(analyze_session(other, 100s).completed == true);
}

TEST_CASE("mistake: watch time 0 when End is lost") {
  const auto session =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::heartbeat(at(40), pos(40))});
  const SessionMetrics m = analyze_session(session, 60s);
  CHECK(m.content_played == 40s);
  CHECK(m.playing_time == 40s);
  CHECK(m.watch_time == WatchTimeBounds{40s, 60s});
}

TEST_CASE("mistake: a lost seek read as hours watched") {
  // Ten seconds after the start the playhead is two hours on: ten seconds were played, by inference.
  const auto session =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::heartbeat(at(10), pos(7'200)),
                  PlaybackEvent::end(at(20), pos(7'210))});
  const SessionMetrics m = analyze_session(session, 10'000s);
  CHECK(m.content_played == 20s);
  CHECK(m.watch_time.lower == 10s);
  CHECK(m.audit.outran_clock == 1);
}

TEST_CASE("mistake: 3 ms rounded out to 3 s of watch time") {
  // Three single milliseconds in three different seconds.
  const auto session = session_of(
      {PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(0.001), pos(0.001), pos(10)),
       PlaybackEvent::seek(at(0.002), pos(10.001), pos(20)), PlaybackEvent::end(at(0.003), pos(20.001))});
  const SessionMetrics m = analyze_session(session, 60s);
  CHECK(m.content_played == 3ms);
  CHECK(m.unique_content == 3ms);
  CHECK(m.completion == 3.0 / 60'000.0);
}

TEST_CASE("mistake: a stall that fakes a second view") {
  // The stall falls on the position asked for; the second session does not stall there.
  const std::vector<ViewerSession> sessions{
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::buffer_start(at(30), pos(30)),
                  PlaybackEvent::buffer_end(at(35), pos(30)), PlaybackEvent::end(at(65), pos(60))}),
      watching(0, 60)};
  const RetentionCurve curve =
      compute_retention(sessions, 60s, std::vector<MediaTime>{29'999ms, 30s, 30'001ms});
  for (const RetentionPoint& point : curve.points) CHECK(point.views == 2);
  const AttentionHeatmap heat = attention_heatmap(sessions, 60s, 7s, HeatmapMeasure::views);
  for (const HeatmapBucket& bucket : heat.buckets) CHECK(bucket.views == 2);
}

TEST_CASE("mistake: re-watching that can never fire because the map is boolean") {
  ViewerSession session = session_of({PlaybackEvent::play(at(0), pos(0))});
  for (int i = 1; i <= 3; ++i) session.push_event(PlaybackEvent::seek(at(10 * i), pos(10), pos(0)));
  session.push_event(PlaybackEvent::end(at(40), pos(10)));
  AudienceCounts counts(AudienceGrid::cells(60s, 10s));
  counts.add(session);
  const AudienceResult result = counts.result();
  CHECK(result.instants[0].views == 4);
  CHECK(result.instants[0].viewers == 1);
  CHECK(result.cells[0].played_ms == 40'000);
  CHECK(result.cells[0].unique_ms == 10'000);
  CHECK(result.cells[1].views == 0);
}

TEST_CASE("mistake: failed starts in the denominator") {
  std::vector<ViewerSession> sessions{watching(0, 60)};
  for (int i = 0; i < 9; ++i) {
    sessions.push_back(
        session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::buffer_start(at(0), pos(0))}));
  }
  const RetentionCurve curve = compute_retention(sessions, 60s, 3);
  CHECK(curve.sessions == 10);
  CHECK(curve.started == 1);
  CHECK(curve.points[1].retention == 1.0);
}

TEST_CASE("mistake: two titles mixed in one curve") {
  std::vector<ViewerSession> sessions{watching(0, 60), watching(0, 60)};
  sessions[1].content_id = "another title";
  try {
    (void)compute_retention(sessions, 60s, 3);
    FAIL("mixed");
  } catch (const AnalyticsError& error) {
    CHECK(error.code() == ErrorCode::mixed_contents);
    CHECK(std::string(error.what()).rfind("compute_retention:", 0) == 0);
  }
}

TEST_CASE("mistake: one bad line that changes a title's duration") {
  const int bad = GENERATE(0, 1, 2, 3, 4);
  SessionLogBuilder builder;
  for (int i = 0; i < 5; ++i) {
    builder.add("s", {}, "title", PlaybackEvent::heartbeat(at(i), pos(i)), i == bad ? 9'999s : 60s);
  }
  const SessionLog log = builder.finish();
  CHECK(log[0].content_duration == 60s);
  CHECK(log.repairs().duration_conflicts >= 1);
}

TEST_CASE("mistake: a duration of 1e15 ms allocating by the second") {
  constexpr MediaTime absurd{1'000'000'000'000'000};
  CHECK_FALSE(analyze_session(watching(0, 30), absurd).completion);
  const PlaybackMap map = build_playback_map(watching(0, 30));
  for (const MediaTime duration : {absurd, max_media_time, (MediaTime::max)()}) {
    CHECK_THROWS_AS(map.positions_watched(duration), AnalyticsError);
    CHECK_THROWS_AS(attention_heatmap(std::vector{watching(0, 30)}, duration, 1s), AnalyticsError);
  }
  // A hundred points of the longest content cost a hundred points.
  CHECK(compute_retention(std::vector{watching(0, 30)}, max_media_time, 100).points.size() == 100);
}

TEST_CASE("mistake: one event with a far timestamp dropping everything after it") {
  // The heartbeat at 20 s claims to come 30 years later, or earlier. Its position still counts.
  const double years = GENERATE(-30.0, 30.0);
  const auto session =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::heartbeat(at(10), pos(10)),
                  PlaybackEvent::heartbeat(at(20 + years * 365 * 86'400), pos(20)),
                  PlaybackEvent::heartbeat(at(30), pos(30)), PlaybackEvent::end(at(40), pos(40))});
  const SessionMetrics m = analyze_session(session, 60s);
  CHECK(m.content_played == 40s);
  CHECK(m.elapsed == 40s);
  CHECK(m.audit.far_times == 1);
}

TEST_CASE("mistake: one event with a far timestamp, sent twice, dropping everything after it") {
  const PlaybackEvent far = PlaybackEvent::heartbeat(at(1e9), pos(20));
  const auto session =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::heartbeat(at(10), pos(10)), far, far,
                  PlaybackEvent::heartbeat(at(30), pos(30)), PlaybackEvent::end(at(40), pos(40))});
  CHECK(analyze_session(session, 60s).elapsed == 40s);
}
