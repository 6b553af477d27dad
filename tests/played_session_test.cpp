// SPDX-License-Identifier: MIT
#include <viewership/played_session.hpp>  // first: it must stand alone

#include <list>

#include <viewership/audience.hpp>
#include <viewership/session.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

bool same(const PlayedSession& a, const PlayedSession& b) {
  bool times = true;
  for (std::size_t i = 0; i < playback_state_count; ++i) {
    const auto state = static_cast<PlaybackState>(i);
    times = times && a.time_in(state) == b.time_in(state);
  }
  return times && std::ranges::equal(a.play_throughs(), b.play_throughs()) &&
         std::ranges::equal(a.viewing_starts(), b.viewing_starts()) && a.map() == b.map() &&
         std::ranges::equal(a.inferred(), b.inferred()) && a.summary() == b.summary() &&
         a.content_duration() == b.content_duration() && a.unreported() == b.unreported();
}

/// Counts how often it is fed.
struct Fed {
  std::uint64_t times = 0;
  void add(const PlayedSession&) { ++times; }
  void merge(const Fed& other) { times += other.times; }
  [[nodiscard]] std::uint64_t result() const { return times; }
  friend bool operator==(const Fed&, const Fed&) = default;
};

}  // namespace

static_assert(SessionAccumulator<Fed>);
static_assert(SessionAccumulator<AudienceCounts>);
static_assert(SessionAccumulator<SessionTotals>);
static_assert(!SessionAccumulator<int>);

TEST_CASE("a fresh object played nothing") {
  const PlayedSession played;
  CHECK(played.play_throughs().empty());
  CHECK(played.map().empty());
  CHECK_FALSE(played.furthest());
  CHECK(played.unreported() == 0s);
  CHECK(same(played, PlayedSession(session_of({}))));
}

TEST_CASE("a replay leaves play-throughs, their union and the times behind") {
  ViewerSession session =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(20), pos(20), pos(10)),
                  PlaybackEvent::pause(at(35), pos(25)), PlaybackEvent::end(at(40), pos(25))});
  session.content_duration = 60s;
  const PlayedSession played(session);
  CHECK(std::vector(played.play_throughs().begin(), played.play_throughs().end()) ==
        std::vector<MediaRange>{{0s, 20s}, {10s, 25s}});
  CHECK(played.map().ranges().size() == 1);
  CHECK(played.furthest() == 25s);
  CHECK(played.time_in(PlaybackState::playing) == 35s);
  CHECK(played.time_in(PlaybackState::paused) == 5s);
  CHECK(played.viewing_starts().size() == 1);
  CHECK(played.inferred().empty());
  CHECK(played.content_duration() == 60s);
}

TEST_CASE("a declared duration that cannot be one says nothing") {
  ViewerSession session = session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::end(at(9), pos(9))});
  for (const MediaTime none : {MediaTime{0}, MediaTime{-1}, max_media_time + MediaTime{1}}) {
    session.content_duration = none;
    CHECK_FALSE(PlayedSession(session).content_duration());
    CHECK(PlayedSession(session).content_duration_or_zero() == 0s);
  }
  for (const MediaTime length : {MediaTime{1}, max_media_time}) {
    session.content_duration = length;
    CHECK(PlayedSession(session).content_duration() == length);
    CHECK(PlayedSession(session).content_duration_or_zero() == length);
  }
  session.content_duration.reset();
  CHECK_FALSE(PlayedSession(session).content_duration());
}

TEST_CASE("an object used again knows nothing of the session before") {
  Random random(1);
  PlayedSession reused;
  for (int i = 0; i < 2'000; ++i) {
    const ViewerSession session = wild_session(random);
    reused.assign(session);
    CAPTURE(i);
    REQUIRE(same(reused, PlayedSession(session)));
  }
}

TEST_CASE("the union of the play-throughs is the map, whatever the session") {
  Random random(2);
  for (int i = 0; i < 2'000; ++i) {
    const PlayedSession played(wild_session(random));
    REQUIRE(PlaybackMap(played.play_throughs()) == played.map());
    PlaybackMap both = played.map();
    both.mark_ranges(played.inferred());
    REQUIRE(both == played.map());
    if (!played.play_throughs().empty()) REQUIRE(played.viewing_starts().front() == 0);
  }
}

TEST_CASE("an open end may hide rate times gap timeout") {
  const auto session =
      session_of({PlaybackEvent::rate_change(at(0), {}, 1.5), PlaybackEvent::play(at(0), pos(0))});
  CHECK(PlayedSession(session).unreported() == 450s);
  CHECK(PlayedSession(session, {.gap_timeout = 10s}).unreported() == 15s);
}

TEST_CASE("options outside their domain are refused") {
  PlayedSession played;
  CHECK_THROWS_AS(played.assign(watching(0, 1), {.gap_timeout = WallTime{-1}}), AnalyticsError);
}

TEST_CASE("one analysis feeds each accumulator every session once, as each alone") {
  Random random(3);
  std::vector<ViewerSession> sessions;
  for (int i = 0; i < 40; ++i) sessions.push_back(wild_session(random));
  Fed fed;
  SessionTotals totals, alone;
  AudienceCounts counts(AudienceGrid::cells(60s, 1s)), counts_alone = counts;
  analyze(sessions, fed, totals, counts);
  analyze(sessions, alone);
  analyze(sessions, counts_alone);
  CHECK(fed.result() == sessions.size());
  CHECK(totals == alone);
  CHECK(counts == counts_alone);

  SessionTotals of_list;
  analyze(std::list<ViewerSession>(sessions.begin(), sessions.end()), of_list);
  CHECK(of_list == totals);
}

TEST_CASE("an analysis takes replay options") {
  const std::vector<ViewerSession> sessions{
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::end(at(100))})};
  SessionTotals totals;
  analyze(sessions, ReplayOptions{.gap_timeout = 10s}, totals);
  CHECK(totals.result().content_played == 10s);
  CHECK_THROWS_AS(analyze(sessions, ReplayOptions{.gap_timeout = WallTime{-1}}, totals), AnalyticsError);
}

TEST_CASE("several contents are fine for totals and an error for an audience") {
  std::vector<ViewerSession> sessions{watching(0, 1), watching(0, 1)};
  sessions[1].content_id = "another";
  SessionTotals totals;
  analyze(sessions, totals);
  CHECK(totals.result().sessions == 2);
  AudienceCounts counts(AudienceGrid::cells(60s, 1s));
  try {
    analyze(sessions, totals, counts);
    FAIL("mixed");
  } catch (const AnalyticsError& error) {
    CHECK(error.code() == ErrorCode::mixed_contents);
    CHECK(std::string(error.what()).rfind("analyze:", 0) == 0);
  }
}

namespace {

/// A forward range that makes its sessions as it goes.
struct Generated {
  struct Iterator {
    using difference_type = std::ptrdiff_t;
    using value_type = ViewerSession;
    int i = 0;
    ViewerSession operator*() const {
      return session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::end(at(1), pos(1))}, "s",
                        "a content id that is longer than any small-string buffer");
    }
    Iterator& operator++() {
      ++i;
      return *this;
    }
    Iterator operator++(int) {
      Iterator old = *this;
      ++i;
      return old;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;
  };
  [[nodiscard]] Iterator begin() const { return {0}; }
  [[nodiscard]] Iterator end() const { return {10}; }
};
static_assert(SessionRange<Generated>);

}  // namespace

TEST_CASE("an audience may be made of sessions that are generated on the way") {
  AudienceCounts counts(AudienceGrid::cells(60s, 1s));
  analyze(Generated{}, counts);
  CHECK(counts.started() == 10);
}
