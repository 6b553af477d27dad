// SPDX-License-Identifier: MIT
// The rules of replay, one case each, worked out by hand. Events are written kind(wall s, position s).
#include <viewership/session.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;
using E = PlaybackEvent;

namespace {

using Ranges = std::vector<MediaRange>;

struct Told {
  PlayedSession played;
  SessionMetrics m;
  Ranges plays, inferred;
};

Told told(std::vector<PlaybackEvent> events, const ReplayOptions& options = {}) {
  Told result;
  result.played.assign(session_of(std::move(events)), options);
  result.m = session_metrics(result.played);
  result.plays.assign(result.played.play_throughs().begin(), result.played.play_throughs().end());
  result.inferred.assign(result.played.inferred().begin(), result.played.inferred().end());
  return result;
}

}  // namespace

// ---- opening and closing

TEST_CASE("play opens at its position, or where the playhead is if it carries none") {
  // Played [5,10), then on from 10: [10,20).
  CHECK(told({E::play(at(0), pos(5)), E::pause(at(5), pos(10)), E::play(at(9)), E::pause(at(19), pos(20))})
            .plays == Ranges{{5s, 20s}});
  CHECK(told({E::play(at(0)), E::pause(at(5), pos(5))}).plays == Ranges{{0s, 5s}});
}

TEST_CASE("pause, end and buffer_start each close a range") {
  for (const PlaybackEvent& close :
       {E::pause(at(10), pos(10)), E::end(at(10), pos(10)), E::buffer_start(at(10), pos(10))}) {
    const Told t = told({E::play(at(0), pos(0)), close, E::heartbeat(at(15), pos(10))});
    CHECK(t.plays == Ranges{{0s, 10s}});
    CHECK(t.m.playing_time == 10s);
    CHECK(t.m.away == 0s);
  }
}

TEST_CASE("playback that resumes within the tolerance resumes exactly where it stopped") {
  // Paused at 10, resumes at 10.5 or 9.5: on from 10. The pause at 20.5 then is 10.5 s of content in 10.5 s.
  for (const double resumed : {9.5, 10.5}) {
    const Told t = told({E::play(at(0), pos(0)), E::pause(at(10), pos(10)), E::play(at(20), pos(resumed)),
                         E::pause(at(30.5), pos(20.5))});
    CHECK(t.plays == Ranges{{0s, 20'500ms}});
    CHECK(t.m.audit.total() == 0);
  }
}

TEST_CASE("playback that resumes further away has moved while stopped") {
  const Told t = told({E::play(at(0), pos(0)), E::pause(at(10), pos(10)), E::play(at(20), pos(10.501)),
                       E::pause(at(30), pos(20.501))});
  CHECK(t.plays == Ranges{{0s, 10s}, {10'501ms, 20'501ms}});
  CHECK(t.m.audit.moves_while_stopped == 1);
}

TEST_CASE("the resume tolerance is an option") {
  const std::vector<PlaybackEvent> events{E::play(at(0), pos(0)), E::pause(at(10), pos(10)),
                                          E::play(at(20), pos(12)), E::pause(at(30), pos(22))};
  CHECK(told(events, {.resume_tolerance = 2s}).plays.size() == 1);
  CHECK(told(events, {.resume_tolerance = 1'999ms}).plays.size() == 2);
}

TEST_CASE("a pause or an end that finds nothing to close is counted and changes nothing") {
  const Told t = told(
      {E::play(at(0), pos(0)), E::end(at(10), pos(10)), E::pause(at(11), pos(10)), E::end(at(12), pos(10))});
  CHECK(t.plays == Ranges{{0s, 10s}});
  CHECK(t.m.idle == 2s);
  CHECK(t.m.audit.stray_events == 2);
}

TEST_CASE("a pause after the end stays idle") {
  const Told t = told({E::play(at(0), pos(0)), E::end(at(10), pos(10)), E::pause(at(15), pos(10)),
                       E::heartbeat(at(30), pos(10))});
  CHECK(t.m.idle == 20s);
  CHECK(t.m.paused == 0s);
}

TEST_CASE("what is played after an end begins another viewing") {
  const Told t = told(
      {E::play(at(0), pos(0)), E::end(at(10), pos(10)), E::play(at(20), pos(0)), E::end(at(25), pos(5))});
  CHECK(t.plays == Ranges{{0s, 10s}, {0s, 5s}});
  CHECK(std::vector(t.played.viewing_starts().begin(), t.played.viewing_starts().end()) ==
        std::vector<std::size_t>{0, 1});
  CHECK(t.m.seeks == 0);
}

TEST_CASE("a play while playing is counted, and its position is a report") {
  const Told t = told({E::play(at(0), pos(0)), E::play(at(5), pos(5)), E::end(at(10), pos(10))});
  CHECK(t.plays == Ranges{{0s, 10s}});
  CHECK(t.m.audit.repeated_plays == 1);
}

// ---- the two clocks

TEST_CASE("a position that the clock allows is played; what the clock has beyond it is away") {
  // 10 s passed, 4 s of content: 4 s playing, 6 s away.
  const Told t = told({E::play(at(0), pos(0)), E::heartbeat(at(10), pos(4))});
  CHECK(t.plays == Ranges{{0s, 4s}});
  CHECK(t.m.playing_time == 4s);
  CHECK(t.m.away == 6s);
  CHECK(t.inferred.empty());
}

TEST_CASE("a heartbeat up to the clock tolerance beyond the clock is played") {
  // 10 s passed, 12 s of content: 2 s of tolerance. Playing time is no more than the clock has.
  const Told t = told({E::play(at(0), pos(0)), E::heartbeat(at(10), pos(12))});
  CHECK(t.plays == Ranges{{0s, 12s}});
  CHECK(t.m.playing_time == 10s);
  CHECK(t.inferred.empty());
  CHECK(t.m.audit.outran_clock == 0);
}

TEST_CASE("a heartbeat beyond the clock and its tolerance is a lost seek after what the clock allows") {
  // 10 s passed, 12.001 s of content: [0,10) inferred, then at 12.001, and on to 13.
  const Told t =
      told({E::play(at(0), pos(0)), E::heartbeat(at(10), pos(12.001)), E::heartbeat(at(10.999), pos(13))});
  CHECK(t.plays == Ranges{{0s, 10s}, {12'001ms, 13s}});
  CHECK(t.inferred == Ranges{{0s, 10s}});
  CHECK(t.m.watch_time.lower == 999ms);
  CHECK(t.m.audit.outran_clock == 1);
}

TEST_CASE("the clock tolerance grows with the rate") {
  // At 2x, 10 s and 2 s of tolerance allow 24 s.
  const auto at_double = [](double position) {
    return told(
        {E::play(at(0), pos(0)), E::rate_change(at(0), pos(0), 2.0), E::heartbeat(at(10), pos(position))});
  };
  CHECK(at_double(24).plays == Ranges{{0s, 24s}});
  CHECK(at_double(24.001).plays == Ranges{{0s, 20s}});
}

TEST_CASE("a position behind the playhead is a lost seek back, of which nothing is played") {
  const Told t = told({E::play(at(0), pos(20)), E::heartbeat(at(10), pos(5)), E::heartbeat(at(15), pos(10))});
  CHECK(t.plays == Ranges{{5s, 10s}});
  CHECK(t.m.away == 10s);
  CHECK(t.m.audit.backward_jumps == 1);
}

TEST_CASE("without times a later position is played, its time estimated by the rate and flagged") {
  const Told t = told({E::play({}, pos(0)), E::rate_change({}, pos(0), 2.0), E::end({}, pos(3'600))});
  CHECK(t.plays == Ranges{{0s, 3'600s}});
  CHECK(t.m.playing_time == 1'800s);
  CHECK(t.m.audit.untimed_ranges == 1);
  CHECK_FALSE(t.m.elapsed);
}

TEST_CASE("from a position that the player did not send, whatever lies ahead is played") {
  // The play carries no position: the playhead is at 0 for all anybody knows.
  const Told t = told({E::play(at(0)), E::end(at(10), pos(60))});
  CHECK(t.plays == Ranges{{0s, 60s}});
  CHECK(t.m.playing_time == 10s);
}

TEST_CASE(
    "an event without a time takes its place by arrival, and the next timed one accounts for the clock") {
  const Told t = told({E::play(at(0), pos(0)), E::heartbeat({}, pos(5)), E::end(at(10), pos(10))});
  CHECK(t.plays == Ranges{{0s, 10s}});
  CHECK(t.m.elapsed == 10s);
  CHECK(t.m.playing_time == 10s);
}

TEST_CASE("a rate change holds from its moment on, whether or not it says where") {
  // 10 s at 1x and 10 s at 2x are 30 s of content; 31 s are within the tolerance, 40 s are not.
  const auto ending_at = [](std::optional<MediaTime> where, double end) {
    return told({E::play(at(0), pos(0)), E::rate_change(at(10), where, 2.0), E::end(at(20), pos(end))});
  };
  for (const std::optional<MediaTime> where : {std::optional{pos(10)}, std::optional<MediaTime>{}}) {
    const Told t = ending_at(where, 30);
    CHECK(t.plays == Ranges{{0s, 30s}});
    CHECK(t.m.playing_time == 20s);
    CHECK(t.m.away == 0s);
    CHECK(ending_at(where, 40).plays == Ranges{{0s, 30s}});
    CHECK(ending_at(where, 40).m.audit.outran_clock == 1);
  }
}

TEST_CASE("a rate that is none is ignored and counted") {
  for (const double rate : {0.0, -1.0, 16.001, std::numeric_limits<double>::quiet_NaN(),
                            std::numeric_limits<double>::infinity()}) {
    const Told t =
        told({E::play(at(0), pos(0)), E::rate_change(at(0), pos(0), rate), E::end(at(10), pos(10))});
    CHECK(t.m.playing_time == 10s);
    CHECK(t.m.audit.rates_out_of_range == 1);
  }
}

// ---- nobody says where

TEST_CASE("a close without a position is where the clock says") {
  // 10 s at 1.5x: [0,15), inferred.
  const Told t = told({E::rate_change(at(0), {}, 1.5), E::play(at(0), pos(0)), E::pause(at(10))});
  CHECK(t.plays == Ranges{{0s, 15s}});
  CHECK(t.inferred == t.plays);
  CHECK(t.m.watch_time.lower == 0s);
  CHECK(t.m.audit.inferred_closes == 1);
}

TEST_CASE("a close without a position is inferred no further than the gap timeout") {
  // An hour later: 5 min played, 55 min away. And at 2x: 10 min of content in the same 5 min.
  const Told t = told({E::play(at(0), pos(0)), E::end(at(3'600))});
  CHECK(t.plays == Ranges{{0s, 300s}});
  CHECK(t.m.playing_time == 300s);
  CHECK(t.m.away == 3'300s);
  const Told fast = told({E::rate_change(at(0), {}, 2.0), E::play(at(0), pos(0)), E::end(at(3'600))});
  CHECK(fast.plays == Ranges{{0s, 600s}});
  CHECK(fast.m.playing_time == 300s);
  CHECK(told({E::play(at(0), pos(0)), E::end(at(3'600))}, {.gap_timeout = 0s}).plays.empty());
}

TEST_CASE("a session that just stops is closed at its last known position, with an upper bound beyond it") {
  const std::vector<PlaybackEvent> events{E::play(at(0), pos(0)), E::rate_change(at(0), pos(0), 2.0),
                                          E::heartbeat(at(10), pos(20))};
  const Told t = told(events);
  CHECK(t.plays == Ranges{{0s, 20s}});
  CHECK(t.m.watch_time == WatchTimeBounds{20s, 620s});  // + 2 x 300 s
  CHECK(analyze_session(session_of(events), 60s).watch_time == WatchTimeBounds{20s, 60s});
  CHECK(t.m.audit.missing_ends == 1);
}

TEST_CASE("a session that is paused or over has no upper bound beyond what was played") {
  CHECK(told({E::play(at(0), pos(0)), E::pause(at(10), pos(10))}).m.watch_time == WatchTimeBounds{10s, 10s});
  CHECK(told({E::play(at(0), pos(0)), E::end(at(10), pos(10))}).m.watch_time == WatchTimeBounds{10s, 10s});
  CHECK(told({E::play(at(0), pos(0)), E::end(at(10), pos(10))}).m.audit.missing_ends == 0);
}

// ---- seeks

TEST_CASE("a seek closes where it left from and reopens at its target") {
  const Told t = told({E::play(at(0), pos(0)), E::seek(at(10), pos(10), pos(40)),
                       E::seek(at(15), pos(45), pos(5)), E::end(at(20), pos(10))});
  CHECK(t.plays == Ranges{{0s, 10s}, {40s, 45s}, {5s, 10s}});
  CHECK(t.m.seeks_forward == 1);
  CHECK(t.m.seeks_back == 1);
  CHECK(t.m.audit.total() == 0);
}

TEST_CASE("a seek while paused moves the playhead and plays nothing") {
  const Told t = told({E::play(at(0), pos(0)), E::pause(at(10), pos(10)), E::seek(at(12), pos(10), pos(40)),
                       E::play(at(20)), E::end(at(25), pos(45))});
  CHECK(t.plays == Ranges{{0s, 10s}, {40s, 45s}});
  CHECK(t.m.paused == 10s);
}

TEST_CASE("a seek without an origin leaves from where the clock says") {
  const Told t = told({E::play(at(0), pos(0)), E::seek(at(10), {}, pos(40)), E::end(at(15), pos(45))});
  CHECK(t.plays == Ranges{{0s, 10s}, {40s, 45s}});
  CHECK(t.inferred == Ranges{{0s, 10s}});
  CHECK(t.m.seeks_forward == 1);
  CHECK(t.m.audit.inferred_seek_origins == 1);
}

TEST_CASE(
    "a seek without an origin to where the current range opened is a late announcement and changes nothing") {
  // The seek to 40 came after the play from 40.
  const Told t = told({E::play(at(0), pos(0)), E::pause(at(10), pos(10)), E::play(at(12), pos(40)),
                       E::seek(at(13), {}, pos(40)), E::end(at(22), pos(50))});
  CHECK(t.plays == Ranges{{0s, 10s}, {40s, 50s}});
  CHECK(t.m.audit.late_seeks == 1);
  CHECK(t.m.seeks == 1);
  CHECK(t.m.seeks_forward == 1);
}

TEST_CASE("a seek to nowhere leaves the playhead unknown until the next position") {
  const Told t = told({E::play(at(0), pos(0)), E::seek(at(10), pos(10), {}), E::heartbeat(at(20), pos(50)),
                       E::end(at(30), pos(60))});
  CHECK(t.plays == Ranges{{0s, 10s}, {50s, 60s}});
  CHECK(t.m.away == 10s);
  CHECK(t.m.audit.seeks_without_target == 1);
}

TEST_CASE("a lost seek while paused shows in the next position") {
  const Told t = told({E::play(at(0), pos(0)), E::pause(at(10), pos(10)), E::play(at(20), pos(100)),
                       E::end(at(30), pos(110))});
  CHECK(t.plays == Ranges{{0s, 10s}, {100s, 110s}});
  CHECK(t.m.seeks == 0);
  CHECK(t.m.audit.moves_while_stopped == 1);
}

// ---- buffering

TEST_CASE("buffering before anything was played is startup") {
  const Told t = told({E::play(at(0), pos(0)), E::buffer_start(at(1), pos(0)), E::buffer_end(at(4), pos(0)),
                       E::end(at(14), pos(10))});
  CHECK(t.m.startup == 3s);
  CHECK(t.m.stalls == 0);
  CHECK(t.m.buffer_starts == 1);
  CHECK(t.m.startup_time == 4s);  // the first second played nothing: away
  CHECK(t.m.away == 1s);
}

TEST_CASE("buffering with nothing played since the last seek is seeking, after that a stall") {
  const Told t =
      told({E::play(at(0), pos(0)), E::seek(at(5), pos(5), pos(50)), E::buffer_start(at(5), pos(50)),
            E::buffer_end(at(8), pos(50)), E::buffer_start(at(9), pos(51)), E::buffer_end(at(11), pos(51)),
            E::end(at(12), pos(52))});
  CHECK(t.m.seeking == 3s);
  CHECK(t.m.stalled == 2s);
  CHECK(t.m.stalls == 1);
}

TEST_CASE("a seek in a stall turns what is left of the wait into seeking") {
  const Told t =
      told({E::play(at(0), pos(0)), E::buffer_start(at(5), pos(5)), E::seek(at(7), pos(5), pos(50)),
            E::buffer_end(at(10), pos(50)), E::end(at(12), pos(52))});
  CHECK(t.plays == Ranges{{0s, 5s}, {50s, 52s}});
  CHECK(t.m.stalled == 2s);
  CHECK(t.m.seeking == 3s);
}

TEST_CASE("a stall lasts by the wall clock where both its ends are timed, else by the player's measure") {
  const auto stalled = [](std::optional<Timestamp> begin, std::optional<Timestamp> end) {
    return told({E::play(at(0), pos(0)), E::buffer_start(begin, pos(10)), E::buffer_end(end, pos(10), 3s),
                 E::end(at(20), pos(13))})
        .m.stalled;
  };
  CHECK(stalled(at(10), at(17)) == 7s);
  CHECK(stalled({}, {}) == 3s);
  CHECK(stalled(at(10), {}) == 3s);
  CHECK(stalled({}, at(13)) == 3s);
}

TEST_CASE("a pause or an end closes a stall") {
  const Told paused = told({E::play(at(0), pos(0)), E::buffer_start(at(5), pos(5)), E::pause(at(8), pos(5)),
                            E::heartbeat(at(20), pos(5))});
  CHECK(paused.m.stalled == 3s);
  CHECK(paused.m.paused == 12s);
  const Told ended = told({E::play(at(0), pos(0)), E::buffer_start(at(5), pos(5)), E::end(at(8), pos(5)),
                           E::heartbeat(at(20), pos(5))});
  CHECK(ended.m.stalled == 3s);
  CHECK(ended.m.idle == 12s);
}

TEST_CASE("a buffer_end after a pause does not set playback going") {
  const Told t = told({E::play(at(0), pos(0)), E::buffer_start(at(5), pos(5)), E::pause(at(6), pos(5)),
                       E::buffer_end(at(7), pos(5)), E::heartbeat(at(20), pos(5))});
  CHECK(t.m.paused == 14s);
  CHECK(t.m.audit.stray_events == 1);
}

TEST_CASE(
    "a lost buffer_end shows in a position further on: the stall is what the clock has beyond playing") {
  // Stalled at 10 s; at 25 s the playhead is at 20: 5 s stall, 10 s playing.
  const Told t = told({E::play(at(0), pos(0)), E::buffer_start(at(10), pos(10)),
                       E::heartbeat(at(25), pos(20)), E::end(at(30), pos(25))});
  CHECK(t.plays == Ranges{{0s, 25s}});
  CHECK(t.m.stalled == 5s);
  CHECK(t.m.playing_time == 25s);
  CHECK(t.m.audit.missing_buffer_ends == 1);
}

// ---- order, duplicates, values

TEST_CASE("an event out of order takes its place by time; ties keep arrival") {
  const Told t = told({E::play(at(0), pos(0)), E::end(at(30), pos(30)), E::heartbeat(at(10), pos(10)),
                       E::heartbeat(at(20), pos(20))});
  CHECK(t.plays == Ranges{{0s, 30s}});
  CHECK(t.m.elapsed == 30s);
  CHECK(t.m.audit.out_of_order == 2);
  // At 10 s: seek to 50, then a pause there; the other way round the pause would be at 10.
  const Told tied =
      told({E::play(at(0), pos(0)), E::seek(at(10), pos(10), pos(50)), E::pause(at(10), pos(50))});
  CHECK(tied.plays == Ranges{{0s, 10s}});
}

TEST_CASE("a duplicate is adjacent, timed and equal in every field") {
  const auto buffered = [](const PlaybackEvent& a, const PlaybackEvent& b) {
    return told({E::play(at(0), pos(0)), a, b}).m;
  };
  CHECK(buffered(E::buffer_start(at(5), pos(5)), E::buffer_start(at(5), pos(5))).buffer_starts == 1);
  CHECK(buffered(E::buffer_start(at(5), pos(5)), E::buffer_start(at(5), pos(5))).audit.duplicates == 1);
  CHECK(buffered(E::buffer_start({}, pos(5)), E::buffer_start({}, pos(5))).buffer_starts == 2);
  CHECK(buffered(E::buffer_start(at(5), pos(5)), E::buffer_start(at(5))).buffer_starts == 2);
  CHECK(told({E::play(at(0), pos(0)), E::seek(at(5), pos(5), pos(0)), E::heartbeat(at(5), pos(0)),
              E::seek(at(5), pos(5), pos(0))})
            .m.audit.duplicates == 0);
}

TEST_CASE("times, positions and lengths out of range count as missing, each counted") {
  constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
  for (const std::int64_t value : {std::int64_t{-1}, std::int64_t{1'000'000'000'000'000}, most}) {
    const Told t =
        told({E::play(at(0), pos(0)), E::heartbeat(at(5), MediaTime{value}), E::pause(at(10), pos(10)),
              E::seek(at(11), pos(10), MediaTime{value}), E::end(at(12), pos(20), MediaTime{value})});
    CHECK(t.plays == Ranges{{0s, 10s}});
    CHECK(t.m.audit.values_out_of_range == 3);
    CHECK_FALSE(t.m.reported_watch_time);
  }
  for (const std::int64_t value : {std::int64_t{1'000'000'000'000'000}, most, -most}) {
    const Told t = told(
        {E::play(at(0), pos(0)), E::heartbeat(Timestamp{WallTime{value}}, pos(5)), E::end(at(10), pos(10))});
    CHECK(t.m.elapsed == 10s);
    CHECK(t.m.audit.times_out_of_range == 1);
    CHECK(t.plays == Ranges{{0s, 10s}});
  }
}

TEST_CASE("a time more than 24 hours from two neighbours that agree is set aside") {
  const auto hours = [](double h) {
    return told({E::play(at(0), pos(0)), E::heartbeat(at(h * 3'600), pos(5)), E::end(at(10), pos(10))}).m;
  };
  CHECK(hours(-24.1).elapsed == 10s);
  CHECK(hours(24.1).audit.far_times == 1);
  CHECK(hours(24.1).elapsed == 10s);
  CHECK(hours(23.9).audit.far_times == 0);
  CHECK(hours(23.9).audit.out_of_order == 1);
  CHECK(hours(23.9).elapsed == 86'040s);
}
