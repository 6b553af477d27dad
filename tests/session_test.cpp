// SPDX-License-Identifier: MIT
#include <viewership/session.hpp>  // first: it must stand alone

#include <list>

#include "catch.hpp"
#include "errors.hpp"
#include "laws.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

TEST_CASE("the hand-worked session, every figure") {
  const SessionMetrics m = analyze_session(hand_worked(), 60s);
  CHECK(m.duration == 60s);
  CHECK(m.started);
  CHECK(m.startup == 2s);
  CHECK(m.playing_time == 48s);
  CHECK(m.stalled == 4s);
  CHECK(m.seeking == 1s);
  CHECK(m.paused == 30s);
  CHECK(m.away == 0s);
  CHECK(m.idle == 0s);
  CHECK(m.watched_time == 55s);
  CHECK(m.elapsed == 85s);
  CHECK(m.startup_time == 2s);
  CHECK(m.content_played == 66s);  // [0,50) and [10,26)
  CHECK(m.unique_content == 50s);
  CHECK(m.furthest == 50s);
  CHECK(m.completion == 50.0 / 60.0);
  CHECK(m.unique_completion == 50.0 / 60.0);
  CHECK(m.furthest_completion == 50.0 / 60.0);
  CHECK(m.completed == false);
  CHECK(m.stall_ratio == 4.0 / 55.0);
  CHECK(m.stalls == 1);
  CHECK(m.buffer_starts == 3);
  CHECK(m.seeks == 1);
  CHECK(m.seeks_back == 1);
  CHECK(m.seeks_forward == 0);
  // The end never came: 2 x 300 s may be hidden, but only 10 s of the title were not watched yet.
  CHECK(m.watch_time == WatchTimeBounds{66s, 76s});
  CHECK(m.audit.missing_ends == 1);
  CHECK(m.audit.total() == 1);
  CHECK_FALSE(m.reported_watch_time);
  CHECK_FALSE(m.reported_outside_bounds);
}

TEST_CASE("the hand-worked session without a known duration has no completion, and looser bounds") {
  const SessionMetrics m = analyze_session(hand_worked());
  CHECK_FALSE(m.duration);
  CHECK_FALSE(m.completion);
  CHECK_FALSE(m.completed);
  CHECK(m.watch_time == WatchTimeBounds{66s, 666s});  // 2 x 300 s more
  CHECK(m.stall_ratio == 4.0 / 55.0);
}

TEST_CASE("the session of the quick start is half complete") {
  const SessionMetrics m =
      analyze_session(session_of({PlaybackEvent::play(at(0)), PlaybackEvent::end(at(30), 30s, 30s)}), 60s);
  CHECK(m.completion == 0.5);
  CHECK(m.reported_watch_time == 30s);
  CHECK_FALSE(m.reported_outside_bounds);
  CHECK(m.watch_time.upper == 30s);
}

TEST_CASE("a session without events has zeros and absences") {
  const SessionMetrics m = analyze_session(session_of({}), 60s);
  SessionMetrics expected;
  expected.duration = 60s;
  expected.completion = expected.unique_completion = expected.furthest_completion = 0.0;
  expected.completed = false;
  CHECK(m == expected);
  CHECK(analyze_session(session_of({})) == SessionMetrics{});
}

TEST_CASE("watched time is content, stall and no pause; at half speed twice the content") {
  const auto metrics = [](double rate, double wall) {
    return analyze_session(
        session_of({PlaybackEvent::rate_change(at(0), pos(0), rate), PlaybackEvent::play(at(0), pos(0)),
                    PlaybackEvent::buffer_start(at(wall / 2), pos(30)),
                    PlaybackEvent::buffer_end(at(wall / 2 + 10), pos(30)),
                    PlaybackEvent::pause(at(wall + 10), pos(60)),
                    PlaybackEvent::end(at(wall + 40), pos(60))}),
        60s);
  };
  CHECK(metrics(1.0, 60).watched_time == 70s);
  CHECK(metrics(0.5, 120).watched_time == 130s);
  CHECK(metrics(2.0, 30).content_played == 60s);
  CHECK(metrics(2.0, 30).playing_time == 30s);
}

TEST_CASE("completed is completion under the chosen measure, from the chosen share on") {
  const ViewerSession skipper =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(10), pos(10), pos(90)),
                  PlaybackEvent::end(at(20), pos(100))});
  CHECK(analyze_session(skipper, 100s).completion == 0.2);
  SessionOptions options{.completion_measure = CompletionMeasure::furthest_position};
  CHECK(analyze_session(skipper, 100s, options).completion == 1.0);
  CHECK(analyze_session(skipper, 100s, options).completed == true);
  CHECK(analyze_session(skipper, 100s, {.completed_from = 0.2}).completed == true);
  CHECK(analyze_session(skipper, 100s, {.completed_from = 0.201}).completed == false);
  CHECK(analyze_session(watching(0, 95), 100s).completed == true);
  CHECK(analyze_session(watching(0, 94.999), 100s).completed == false);
}

TEST_CASE("the declared duration counts unless another is given; one that is none is unknown") {
  ViewerSession session = watching(0, 30);
  session.content_duration = 60s;
  CHECK(analyze_session(session).completion == 0.5);
  CHECK(analyze_session(session, 120s).completion == 0.25);
  for (const MediaTime none :
       {MediaTime{0}, MediaTime{-1}, MediaTime{1'000'000'000'000'000}, (MediaTime::max)()}) {
    session.content_duration = none;
    CHECK_FALSE(analyze_session(session).duration);
    CHECK_FALSE(analyze_session(session).completion);
    CHECK_FALSE(analyze_session(watching(0, 30), none).completion);
  }
}

TEST_CASE("play beyond the end of the content does not count") {
  const SessionMetrics m = analyze_session(watching(50, 80), 60s);
  CHECK(m.content_played == 10s);
  CHECK(m.furthest == 60s);
  CHECK(m.furthest_completion == 1.0);
  const SessionMetrics outside = analyze_session(watching(70, 80), 60s);
  CHECK_FALSE(outside.started);
  CHECK_FALSE(outside.furthest);
}

TEST_CASE("a player's own count outside the bounds is kept apart and flagged") {
  const auto reporting = [](MediaTime reported) {
    return analyze_session(
        session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::end(at(30), pos(30), reported)}), 60s);
  };
  CHECK_FALSE(reporting(30s).reported_outside_bounds);
  CHECK(reporting(29'999ms).reported_outside_bounds);
  CHECK(reporting(3'600s).reported_outside_bounds);
  CHECK(reporting(3'600s).content_played == 30s);
}

TEST_CASE("session functions refuse options outside their domain in their own name") {
  const std::vector<ViewerSession> sessions{watching(0, 1)};
  for (const double share : {0.0, -0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    const SessionOptions options{.completed_from = share};
    CHECK(code_of([&] { (void)analyze_session(sessions[0], 60s, options); }) == ErrorCode::invalid_argument);
    CHECK(code_of([&] { (void)analyze_sessions(sessions, 60s, options); }) == ErrorCode::invalid_argument);
    CHECK(code_of([&] { SessionTotals totals(60s, options); }) == ErrorCode::invalid_argument);
  }
  const SessionOptions options{.replay = {.resume_tolerance = WallTime{-1}}};
  try {
    (void)analyze_session(sessions[0], 60s, options);
    FAIL("accepted");
  } catch (const AnalyticsError& error) {
    CHECK(std::string(error.what()).rfind("analyze_session:", 0) == 0);
  }
}

TEST_CASE("every measure of every wild session keeps within its bounds") {
  Random random(1);
  for (int i = 0; i < 20'000; ++i) {
    const ViewerSession session = i % 4 == 0 ? clean_session(random, 90s) : wild_session(random);
    const std::optional<MediaTime> duration =
        i % 3 == 0 ? std::nullopt : std::optional{MediaTime{random.between(1, 200'000)}};
    const SessionMetrics m = analyze_session(session, duration);
    CAPTURE(i);
    REQUIRE(m.watch_time.lower >= 0ms);
    REQUIRE(m.watch_time.lower <= m.content_played);
    REQUIRE(m.content_played <= m.watch_time.upper);
    REQUIRE(m.unique_content <= m.content_played);
    REQUIRE(m.started == (m.content_played > 0ms));
    REQUIRE(m.furthest.has_value() == m.started);
    if (m.started) REQUIRE(*m.furthest >= m.unique_content);
    REQUIRE(m.watched_time == m.startup + m.playing_time + m.stalled + m.seeking);
    REQUIRE(m.completion.has_value() == m.duration.has_value());
    if (m.completion) {
      REQUIRE(*m.completion >= 0.0);
      REQUIRE(*m.completion <= 1.0);
      REQUIRE(*m.unique_completion <= *m.furthest_completion);
      REQUIRE(m.watch_time.upper - m.content_played <= *m.duration - m.unique_content);
    }
    if (m.stall_ratio) REQUIRE((*m.stall_ratio >= 0.0 && *m.stall_ratio <= 1.0));
    REQUIRE(build_playback_map(session).covered(m.duration.value_or((MediaTime::max)())) == m.unique_content);
  }
}

TEST_CASE("many sessions are analysed as each alone, from a vector or a list") {
  Random random(2);
  std::vector<ViewerSession> sessions;
  for (int i = 0; i < 50; ++i) sessions.push_back(wild_session(random));
  const auto all = analyze_sessions(sessions, 60s);
  REQUIRE(all.size() == sessions.size());
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == analyze_session(sessions[i], 60s));
  CHECK(analyze_sessions(std::list<ViewerSession>(sessions.begin(), sessions.end()), 60s) == all);
  CHECK(analyze_sessions(std::vector<ViewerSession>{}).empty());
}

TEST_CASE("totals of nobody have no averages") {
  const SessionTotalsResult result = SessionTotals{}.result();
  CHECK(result == SessionTotalsResult{});
  CHECK_FALSE(result.average_view_duration);
  CHECK_FALSE(result.average_share_viewed);
  CHECK_FALSE(result.completion_rate);
  CHECK_FALSE(result.stall_ratio);
  CHECK_FALSE(result.average_startup_time);
}

TEST_CASE("totals worked by hand: ratios are ratios of sums, and failed starts count in none") {
  // The hand-worked session, one that watches 58 of 60 s, and one that never starts.
  SessionTotals totals(60s);
  const std::vector<ViewerSession> sessions{hand_worked(), watching(0, 58),
                                            session_of({PlaybackEvent::play(at(0), pos(0))})};
  analyze(sessions, totals);
  const SessionTotalsResult result = totals.result();
  CHECK(result.sessions == 3);
  CHECK(result.started == 2);
  CHECK(result.completed == 1);  // 58/60 > 0.95
  CHECK(result.content_played == 124s);
  CHECK(result.unique_content == 108s);
  CHECK(result.watched_time == 113s);
  CHECK(result.stalled == 4s);
  CHECK(result.average_view_duration == 62s);
  CHECK(result.average_share_viewed == 124.0 / 120.0);
  CHECK(result.completion_rate == 0.5);
  CHECK(result.stall_ratio == 4.0 / 113.0);
  CHECK(result.average_startup_time == 1s);
}

TEST_CASE("session totals obey the laws of an accumulator") {
  Random random(3);
  std::vector<PlayedSession> samples;
  for (int i = 0; i < 60; ++i) samples.emplace_back(wild_session(random));
  SECTION("against the declared durations") {
    check_accumulator_laws([] { return SessionTotals{}; }, samples);
  }
  SECTION("against one duration, with options") {
    const SessionOptions options{.completion_measure = CompletionMeasure::furthest_position,
                                 .completed_from = 0.5};
    check_accumulator_laws([&] { return SessionTotals(60s, options); }, samples);
  }
}

TEST_CASE("totals of another configuration do not merge") {
  SessionTotals totals(60s);
  totals.add(watching(0, 1));
  for (const SessionTotals& other : {SessionTotals(61s), SessionTotals(60s, {.completed_from = 0.5})}) {
    CHECK(code_of([&] { totals.merge(other); }) == ErrorCode::incompatible_merge);
  }
  CHECK(totals.result().sessions == 1);
}

TEST_CASE("a sum that would overflow stays at the largest number") {
  // Each session plays 10^12 ms again and again, without times.
  ViewerSession session = session_of({PlaybackEvent::play({}, pos(0))});
  for (int i = 0; i < 1'000; ++i) {
    session.push_event(PlaybackEvent::seek({}, max_media_time, 0ms));
  }
  session.push_event(PlaybackEvent::end({}, 0ms));
  SessionTotals totals;
  totals.add(PlayedSession(session));
  CHECK(totals.result().content_played == 1'000 * max_media_time);
  for (int i = 0; i < 20; ++i) totals.merge(SessionTotals(totals));
  CHECK(totals.result().content_played == (MediaTime::max)());
  CHECK(totals.result().average_view_duration);
}
