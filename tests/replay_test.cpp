// SPDX-License-Identifier: MIT
#include <viewership/replay.hpp>  // first: it must stand alone

#include <viewership/played_session.hpp>
#include <viewership/session.hpp>

#include <array>
#include <chrono>
#include <numeric>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

/// All that a replay says, except what was repaired.
struct Account {
  std::vector<MediaRange> plays;
  std::vector<MediaRange> inferred;
  std::array<std::int64_t, playback_state_count> times{};
  ReplaySummary summary;

  friend bool operator==(const Account&, const Account&) = default;
};

/// Adds `range` to play-throughs, of which abutting ones are one.
void add_play(std::vector<MediaRange>& plays, MediaTime from, MediaTime to) {
  if (from == to) return;
  if (!plays.empty() && plays.back().to == from) {
    plays.back().to = to;
  } else {
    plays.push_back({from, to});
  }
}

Account account_of(const ViewerSession& session, const ReplayOptions& options = {}) {
  struct Visitor {
    Account& account;
    void played(const PlayedRange& range) {
      REQUIRE(range.from >= MediaTime::zero());
      REQUIRE(range.from < range.to);
      REQUIRE(range.playing_time >= WallTime::zero());
      add_play(account.plays, range.from, range.to);
      if (range.inferred) account.inferred.push_back({range.from, range.to});
      account.times[static_cast<std::size_t>(PlaybackState::playing)] += range.playing_time.count();
    }
    void spent(const StateSpan& span) {
      REQUIRE(span.length > WallTime::zero());
      account.times[static_cast<std::size_t>(span.state)] += span.length.count();
    }
  };
  Account account;
  account.summary = replay(session, options, Visitor{account});
  return account;
}

/// A plain reading of what the events of a well-behaved player mean.
Account plainly_read(const ViewerSession& session) {
  Account account;
  enum { idle, playing, paused, buffering } phase = idle;
  bool anything_played = false, since_seek = false;
  MediaTime head{};
  Timestamp last = *session.events.front().at();
  const Timestamp first = last;
  std::optional<Timestamp> first_played;
  for (const PlaybackEvent& event : session.events) {
    const auto elapsed = (*event.at() - last).count();
    const auto buffering_state = !anything_played ? PlaybackState::startup
                                 : since_seek     ? PlaybackState::seeking
                                                  : PlaybackState::stalled;
    const PlaybackState state = phase == playing  ? PlaybackState::playing
                                : phase == paused ? PlaybackState::paused
                                : phase == idle   ? PlaybackState::idle
                                                  : buffering_state;
    account.times[static_cast<std::size_t>(state)] += elapsed;
    const MediaTime here = *event.position();
    if (phase == playing && here > head) {
      if (!anything_played) first_played = last;
      add_play(account.plays, head, here);
      anything_played = true;
      since_seek = false;
    }
    head = here;
    last = *event.at();
    switch (event.kind()) {
      case EventKind::play:
      case EventKind::buffer_end:
        phase = playing;
        break;
      case EventKind::pause:
        phase = paused;
        break;
      case EventKind::buffer_start:
        phase = buffering;
        ++account.summary.buffer_starts;
        account.summary.stalls += anything_played && !since_seek;
        break;
      case EventKind::seek:
        ++account.summary.seeks;
        head = *event.seek_target();
        account.summary.seeks_forward += head > here;
        account.summary.seeks_back += head < here;
        since_seek = true;
        break;
      case EventKind::end:
        phase = idle;
        account.summary.reported_watch_time = event.watch_duration();
        break;
      case EventKind::quality_change:
        ++account.summary.quality_changes;
        break;
      case EventKind::rate_change:
        account.summary.final_rate = *event.rate();
        break;
      case EventKind::heartbeat:
        break;
    }
  }
  account.summary.elapsed = last - first;
  if (first_played) account.summary.startup_time = *first_played - first;
  return account;
}

std::int64_t sum(const std::array<std::int64_t, playback_state_count>& times) {
  return std::accumulate(times.begin(), times.end(), std::int64_t{0});
}

}  // namespace

TEST_CASE("a session without events yields nothing") {
  const Account account = account_of(session_of({}));
  CHECK(account == Account{});
}

TEST_CASE("a lone play yields nothing but a missing end") {
  const Account account = account_of(session_of({PlaybackEvent::play(at(0), pos(5))}));
  CHECK(account.plays.empty());
  CHECK(account.summary.open_ended);
  CHECK(account.summary.elapsed == WallTime::zero());
  CHECK(account.summary.audit.missing_ends == 1);
  CHECK(account.summary.audit.total() == 1);
}

TEST_CASE("options outside [0, 24 h] are refused in replay's name") {
  for (const auto option :
       {&ReplayOptions::resume_tolerance, &ReplayOptions::clock_tolerance, &ReplayOptions::gap_timeout}) {
    for (const std::int64_t value :
         {std::int64_t{-1}, std::int64_t{86'400'001}, (std::numeric_limits<std::int64_t>::max)()}) {
      ReplayOptions options;
      options.*option = WallTime{value};
      try {
        account_of(session_of({}), options);
        FAIL("accepted " << value);
      } catch (const AnalyticsError& error) {
        CHECK(error.code() == ErrorCode::invalid_argument);
        CHECK(std::string(error.what()).rfind("replay:", 0) == 0);
      }
    }
    ReplayOptions options;
    options.*option = std::chrono::hours(24);
    CHECK_NOTHROW(account_of(session_of({}), options));
    options.*option = WallTime::zero();
    CHECK_NOTHROW(account_of(session_of({}), options));
  }
}

TEST_CASE("the replay of clean sessions is their plain reading, and repairs nothing") {
  Random random(1);
  for (int i = 0; i < 5'000; ++i) {
    const ViewerSession session = clean_session(random, MediaTime{random.between(1'001, 100'000)});
    const Account account = account_of(session);
    CAPTURE(i);
    REQUIRE(account == plainly_read(session));
    REQUIRE(account.summary.audit.total() == 0);
    REQUIRE(account.inferred.empty());
  }
}

TEST_CASE("the seven state times of a fully timed session add up to what elapsed, exactly") {
  Random random(2);
  for (int i = 0; i < 10'000; ++i) {
    const ViewerSession session = wild_session(random, {.all_timed = true});
    const Account account = account_of(session);
    CAPTURE(i);
    REQUIRE(account.summary.elapsed.has_value() == !session.events.empty());
    REQUIRE(sum(account.times) == account.summary.elapsed.value_or(WallTime::zero()).count());
  }
}

TEST_CASE("events in any order of arrival replay the same if their times differ") {
  Random random(3);
  for (int i = 0; i < 3'000; ++i) {
    ViewerSession session = wild_session(random, {.distinct_times = true});
    const Account ordered = account_of(session);
    random.shuffle(session.events);
    Account shuffled = account_of(session);
    CAPTURE(i);
    shuffled.summary.audit.out_of_order = 0;
    REQUIRE(shuffled == ordered);
  }
}

TEST_CASE("repeating a timed event changes nothing but the count of duplicates") {
  Random random(4);
  for (int i = 0; i < 3'000; ++i) {
    const ViewerSession session = wild_session(random, {.distinct_times = true});
    const Account once = account_of(session);
    ViewerSession repeated = session;
    repeated.events.clear();
    std::uint64_t copies = 0;
    for (const PlaybackEvent& event : session.events) {
      repeated.push_event(event);
      for (std::size_t left = random.below(3); left > 0; --left, ++copies) repeated.push_event(event);
    }
    Account more = account_of(repeated);
    CAPTURE(i);
    REQUIRE(more.summary.audit.duplicates == copies);
    more.summary.audit.duplicates = 0;
    REQUIRE(more == once);
  }
}

TEST_CASE("the order of the visitor's calls and the times on them run forward") {
  struct Visitor {
    std::optional<Timestamp> last;
    void forward(std::optional<Timestamp> begin, WallTime length) {
      if (!begin) return;
      if (last) REQUIRE(*begin >= *last);
      last = *begin + length;
    }
    void played(const PlayedRange& range) { forward(range.at, range.playing_time); }
    void spent(const StateSpan& span) { forward(span.at, span.length); }
  };
  Random random(5);
  for (int i = 0; i < 2'000; ++i) {
    CAPTURE(i);
    replay(wild_session(random, {.all_timed = true}), ReplayOptions{}, Visitor{});
  }
}

TEST_CASE("a visitor may leave out the states") {
  struct Visitor {
    int ranges = 0;
    void played(const PlayedRange&) { ++ranges; }
  } visitor;
  replay(watching(0, 10), ReplayOptions{}, visitor);
  CHECK(visitor.ranges == 1);
}

TEST_CASE("hostile sessions replay within every invariant") {
  Random random(6);
  for (int i = 0; i < 20'000; ++i) {
    const ViewerSession session = wild_session(random);
    const Account account = account_of(session);
    CAPTURE(i);
    for (const std::int64_t time : account.times) REQUIRE(time >= 0);
    REQUIRE(account.summary.seeks_forward + account.summary.seeks_back <= account.summary.seeks);
    REQUIRE(account.summary.stalls <= account.summary.buffer_starts);
    REQUIRE(account.summary.startup_time.has_value() == !account.plays.empty());
    if (account.summary.startup_time) REQUIRE(*account.summary.startup_time >= WallTime::zero());
    REQUIRE(account.plays.size() <= 2 * session.events.size());
  }
}

TEST_CASE("a million events are no trouble, in order or not, sought or not") {
  constexpr int n = 1'000'000;
  SECTION("heartbeats") {
    ViewerSession session = session_of({PlaybackEvent::play(at(0), pos(0))});
    for (int i = 1; i < n; ++i) session.push_event(PlaybackEvent::heartbeat(at(i), pos(i)));
    CHECK(PlayedSession(session).map().covered() == pos(n - 1));
  }
  SECTION("backwards") {
    ViewerSession session = session_of({});
    for (int i = n - 1; i > 0; --i) session.push_event(PlaybackEvent::heartbeat(at(i), pos(i)));
    session.push_event(PlaybackEvent::play(at(0), pos(0)));
    CHECK(PlayedSession(session).map().covered() == pos(n - 1));
  }
  SECTION("alternating seeks, a second played after each") {
    // Seek 2k goes to 2 (n - k) + 1,000,000 s, seek 2k + 1 to 2 k: a million ranges, none of them touching.
    ViewerSession session = session_of({PlaybackEvent::play(at(0), pos(0))});
    for (int i = 1; i < n; ++i) {
      const auto far_out = [](int k) { return k % 2 == 0 ? 2.0 * (n - k) + 2.0 * n : 2.0 * k; };
      session.push_event(PlaybackEvent::seek(at(i), pos(far_out(i - 1) + 1), pos(far_out(i))));
      if (i == 1) session.events.back() = PlaybackEvent::seek(at(1), pos(1), pos(far_out(1)));
    }
    const PlayedSession played = PlayedSession(session);
    CHECK(played.play_throughs().size() == n - 1);
    CHECK(played.map().covered() == pos(n - 1));
  }
  SECTION("without any time") {
    ViewerSession session = session_of({PlaybackEvent::play({}, pos(0))});
    for (int i = 1; i < n; ++i) session.push_event(PlaybackEvent::heartbeat({}, pos(i)));
    session.push_event(PlaybackEvent::end(at(-5), pos(n)));
    session.push_event(PlaybackEvent::end(at(-9), pos(n)));
    CHECK(PlayedSession(session).summary().elapsed == pos(4));
  }
}
