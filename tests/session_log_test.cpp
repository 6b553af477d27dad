// SPDX-License-Identifier: MIT
#include <viewership/session_log.hpp>  // first: it must stand alone

#include <chrono>
#include <iterator>
#include <map>

#include <viewership/retention.hpp>
#include <viewership/session.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

static_assert(std::random_access_iterator<SessionLog::Iterator>);
static_assert(SessionRange<SessionLog>);
static_assert(SessionRange<SessionLog::Slice>);

TEST_CASE("an empty log has nothing in it") {
  for (const SessionLog& log : {SessionLog{}, SessionLogBuilder{}.finish()}) {
    CHECK(log.empty());
    CHECK(log.begin() == log.end());
    CHECK(log.content_count() == 0);
    CHECK(log.content("title").empty());
    CHECK(log.content("title").begin() == log.content("title").end());
    CHECK(log.events().empty());
    CHECK(log.repairs() == IngestRepairs{});
  }
}

TEST_CASE("one event makes one session of one content") {
  SessionLogBuilder builder;
  builder.add("s", "user", "title", PlaybackEvent::play(at(3), 5s), 60s);
  CHECK(builder.size() == 1);
  const SessionLog log = builder.finish();
  REQUIRE(log.size() == 1);
  const SessionView view = log[0];
  CHECK(view.session_id == "s");
  CHECK(view.user_id == "user");
  CHECK(view.content_id == "title");
  CHECK(view.content_duration == 60s);
  CHECK(view.started_at == at(3));
  REQUIRE(view.events.size() == 1);
  CHECK(view.events[0] == PlaybackEvent::play(at(3), 5s));
  CHECK(log.content_id(0) == "title");
}

TEST_CASE("a session is a pair of session and content id; contents are contiguous, in order of arrival") {
  SessionLogBuilder builder;
  builder.add("1", {}, "b", PlaybackEvent::play(at(0)));
  builder.add("1", {}, "a", PlaybackEvent::play(at(1)));
  builder.add("2", {}, "b", PlaybackEvent::play(at(2)));
  builder.add("", {}, "", PlaybackEvent::play(at(3)));
  builder.add("1", {}, "b", PlaybackEvent::pause(at(4)));
  const SessionLog log = builder.finish();
  REQUIRE(log.size() == 4);
  REQUIRE(log.content_count() == 3);
  CHECK(log.content_id(0) == "b");
  REQUIRE(log.content("b").size() == 2);
  CHECK(log.content("b")[0].events.size() == 2);
  CHECK(log.content("b")[1].session_id == "2");
  CHECK(log.content("a").size() == 1);
  CHECK(log.content(2).size() == 1);
  CHECK(log.content("").size() == 1);
  CHECK(log.content("c").empty());
}

TEST_CASE("a builder starts anew after finish") {
  SessionLogBuilder builder;
  builder.add("s", {}, "title", PlaybackEvent::play(at(0)));
  (void)builder.finish();
  CHECK(builder.size() == 0);
  builder.add("t", {}, "other", PlaybackEvent::play(at(0)));
  const SessionLog log = builder.finish();
  REQUIRE(log.size() == 1);
  CHECK(log[0].session_id == "t");
  CHECK(log[0].content_id == "other");
}

TEST_CASE("conflicting users and durations are counted; the first user and the majority's duration count") {
  SessionLogBuilder builder;
  const PlaybackEvent event = PlaybackEvent::heartbeat(at(0), 0s);
  builder.add("s", {}, "title", event, 50s);
  builder.add("s", "first", "title", event, 60s);
  builder.add("s", "second", "title", event, 60s);
  builder.add("s", "first", "title", event);
  for (const MediaTime none :
       {MediaTime{0}, MediaTime{-1}, MediaTime{1'000'000'000'000'000}, (MediaTime::max)()}) {
    builder.add("s", {}, "title", event, none);
  }
  const SessionLog log = builder.finish();
  CHECK(log[0].user_id == "first");
  CHECK(log[0].content_duration == 60s);
  CHECK(log.repairs().user_conflicts == 1);
  CHECK(log.repairs().duration_conflicts >= 1);
  CHECK(log.repairs().durations_out_of_range == 4);
}

TEST_CASE("a log of shuffled events replays as its sessions did") {
  Random random(1);
  struct Item {
    std::size_t session;
    PlaybackEvent event;
  };
  std::vector<ViewerSession> sessions;
  std::vector<Item> items;
  for (std::size_t i = 0; i < 400; ++i) {
    ViewerSession session = wild_session(random, {.distinct_times = true});
    if (session.events.empty()) session.push_event(PlaybackEvent::play(at(0)));
    session.session_id = std::to_string(i % 100);
    session.content_id = "title " + std::to_string(i / 100);
    session.content_duration = 60s;
    for (const PlaybackEvent& event : session.events) items.push_back({i, event});
    sessions.push_back(std::move(session));
  }
  random.shuffle(items);
  SessionLogBuilder builder;
  for (const Item& item : items) {
    const ViewerSession& s = sessions[item.session];
    builder.add(s.session_id, {}, s.content_id, item.event, s.content_duration);
  }
  const SessionLog log = builder.finish();
  REQUIRE(log.size() == sessions.size());
  CHECK(log.events().size() == items.size());
  std::map<std::pair<std::string, std::string>, SessionMetrics> expected;
  for (const ViewerSession& s : sessions) expected[{s.content_id, s.session_id}] = analyze_session(s);
  for (const SessionView& view : log) {
    REQUIRE(analyze_session(view) ==
            expected.at({std::string(view.content_id), std::string(view.session_id)}));
  }
}

TEST_CASE("a log of whole wild sessions replays as they did, whatever their times") {
  Random random(2);
  std::vector<ViewerSession> sessions;
  SessionLogBuilder builder;
  IngestRepairs repairs;
  while (sessions.size() < 1'000) {
    ViewerSession session = wild_session(random);
    if (session.events.empty()) continue;
    session.session_id = std::to_string(sessions.size());
    builder.add(session);
    sessions.push_back(std::move(session));
  }
  const SessionLog log = builder.finish();
  REQUIRE(log.size() == sessions.size());
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    SessionMetrics of_log = analyze_session(log[i], 60s), expected = analyze_session(sessions[i], 60s);
    // What the log repaired when it was built, a replay no longer finds.
    repairs.duplicates += std::exchange(expected.audit.duplicates, 0);
    repairs.out_of_order += std::exchange(expected.audit.out_of_order, 0);
    repairs.far_times += std::exchange(expected.audit.far_times, 0);
    CAPTURE(i);
    REQUIRE(of_log == expected);
  }
  CHECK(repairs.duplicates > 0);
  CHECK(repairs.out_of_order > 0);
  CHECK(repairs.far_times > 0);
  CHECK(log.repairs() == repairs);
}

TEST_CASE("iterating, indexing and slices agree") {
  SessionLogBuilder builder;
  for (int i = 0; i < 100; ++i) {
    builder.add(std::to_string(i), {}, std::to_string(i % 7), PlaybackEvent::play(at(i)));
  }
  const SessionLog log = builder.finish();
  std::size_t i = 0;
  for (std::size_t c = 0; c < log.content_count(); ++c) {
    for (const SessionView view : log.content(c)) {
      CHECK(view.content_id == log.content_id(c));
      CHECK(view.session_id == log[i].session_id);
      CHECK((*(log.begin() + static_cast<std::ptrdiff_t>(i))).session_id == view.session_id);
      ++i;
    }
  }
  CHECK(i == log.size());
  CHECK(log.end() - log.begin() == 100);
}

TEST_CASE("a million events of one session, shuffled, and a million sessions are no trouble") {
  constexpr int n = 1'000'000;
  Random random(3);
  std::vector<PlaybackEvent> events;
  for (int i = 0; i < n; ++i)
    events.push_back(PlaybackEvent::heartbeat(Timestamp{WallTime{80LL * i}}, MediaTime{80LL * i}));
  random.shuffle(events);
  SessionLogBuilder builder;
  for (const PlaybackEvent& event : events) builder.add("s", {}, "title", event);
  CHECK(builder.finish().size() == 1);
  for (int i = 0; i < n; ++i) builder.add(std::to_string(i), {}, "title", PlaybackEvent::play(at(i)));
  CHECK(builder.finish().size() == n);
}
