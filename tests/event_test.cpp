// SPDX-License-Identifier: MIT
#include <viewership/event.hpp>  // first: it must stand alone

#include <limits>
#include <list>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace rows {

/// A user's own row, read through an overload beside it.
struct Row {
  int number;
  std::vector<PlaybackEvent> log;
};
SessionView as_session_view(const Row& row) {
  SessionView view;
  view.session_id = "row";
  view.events = row.log;
  return view;
}

struct NoSession {
  std::string session_id;
};

}  // namespace rows

static_assert(SessionLike<ViewerSession>);
static_assert(SessionLike<SessionView>);
static_assert(SessionLike<rows::Row>);
static_assert(!SessionLike<rows::NoSession>);
static_assert(!SessionLike<int>);
static_assert(SessionRange<std::list<ViewerSession>>);
static_assert(SessionRange<std::vector<rows::Row>>);
static_assert(!SessionRange<std::vector<ViewerSession>>, "it converts to a span of them");
static_assert(!SessionRange<std::vector<rows::NoSession>>);
static_assert(PlaybackEvent::heartbeat(std::nullopt, 5s).position() == 5s, "usable at compile time");

TEST_CASE("every kind of event gives back what was put in, and nothing else") {
  const Timestamp t = at(1);
  const auto check = [&](const PlaybackEvent& e, EventKind kind) {
    CHECK(e.kind() == kind);
    CHECK(e.at() == t);
    CHECK(e.position() == 7s);
    CHECK(e.seek_target().has_value() == (kind == EventKind::seek));
    CHECK(e.stalled_for().has_value() == (kind == EventKind::buffer_end));
    CHECK(e.watch_duration().has_value() == (kind == EventKind::end));
    CHECK(e.bitrate().has_value() == (kind == EventKind::quality_change));
    CHECK(e.rate().has_value() == (kind == EventKind::rate_change));
    CHECK(detail::EventFields::rejected(e) == 0);
  };
  check(PlaybackEvent::play(t, 7s), EventKind::play);
  check(PlaybackEvent::pause(t, 7s), EventKind::pause);
  check(PlaybackEvent::seek(t, 7s, 9s), EventKind::seek);
  check(PlaybackEvent::buffer_start(t, 7s), EventKind::buffer_start);
  check(PlaybackEvent::buffer_end(t, 7s, 2s), EventKind::buffer_end);
  check(PlaybackEvent::quality_change(t, 7s, 480, 1080, 4'000'000), EventKind::quality_change);
  check(PlaybackEvent::end(t, 7s, 6s), EventKind::end);
  check(PlaybackEvent::rate_change(t, 7s, 1.25), EventKind::rate_change);
  check(PlaybackEvent::heartbeat(t, 7s), EventKind::heartbeat);
  CHECK(PlaybackEvent::seek(t, 7s, 9s).seek_target() == 9s);
  CHECK(PlaybackEvent::buffer_end(t, 7s, 2s).stalled_for() == 2s);
  CHECK(PlaybackEvent::end(t, 7s, 6s).watch_duration() == 6s);
  CHECK(PlaybackEvent::rate_change(t, 7s, 1.25).rate() == 1.25);
  const PlaybackEvent quality = PlaybackEvent::quality_change(t, 7s, 480, 1080, 4'000'000);
  CHECK(quality.from_height() == 480);
  CHECK(quality.to_height() == 1080);
  CHECK(quality.bitrate() == 4'000'000);
}

TEST_CASE("a missing time, position or length is absent, and not rejected") {
  for (const PlaybackEvent& e :
       {PlaybackEvent::play({}), PlaybackEvent::pause({}), PlaybackEvent::seek({}, {}, {}),
        PlaybackEvent::buffer_end({}), PlaybackEvent::quality_change({}, {}, 0, 0), PlaybackEvent::end({}),
        PlaybackEvent::heartbeat({}, {})}) {
    CHECK_FALSE(e.at());
    CHECK_FALSE(e.position());
    CHECK_FALSE(e.seek_target());
    CHECK_FALSE(e.stalled_for());
    CHECK_FALSE(e.watch_duration());
    CHECK_FALSE(e.bitrate());
    CHECK(detail::EventFields::rejected(e) == 0);
  }
}

TEST_CASE("positions and lengths are accepted within [0, 10^12 ms], else missing and marked") {
  for (const MediaTime good : {MediaTime{0}, MediaTime{1}, max_media_time}) {
    CHECK(PlaybackEvent::heartbeat({}, good).position() == good);
    CHECK(PlaybackEvent::seek({}, {}, good).seek_target() == good);
  }
  for (const MediaTime bad : {MediaTime{-1}, max_media_time + 1ms, MediaTime{1'000'000'000'000'000},
                              (MediaTime::max)(), (MediaTime::min)()}) {
    CHECK_FALSE(PlaybackEvent::heartbeat({}, bad).position());
    CHECK(detail::EventFields::length_rejected(PlaybackEvent::heartbeat({}, bad)));
    CHECK(detail::EventFields::length_rejected(PlaybackEvent::end({}, {}, bad)));
    CHECK_FALSE(detail::EventFields::time_rejected(PlaybackEvent::end({}, {}, bad)));
  }
}

TEST_CASE("times are accepted within some thousand years of the epoch, else missing and marked") {
  for (const WallTime good : {WallTime{0}, WallTime{-1}, max_wall_time, -max_wall_time}) {
    CHECK(PlaybackEvent::play(Timestamp{good}).at() == Timestamp{good});
  }
  for (const WallTime bad :
       {max_wall_time + 1ms, -max_wall_time - 1ms, (WallTime::max)(), (WallTime::min)()}) {
    CHECK_FALSE(PlaybackEvent::play(Timestamp{bad}).at());
    CHECK(detail::EventFields::time_rejected(PlaybackEvent::play(Timestamp{bad})));
  }
}

TEST_CASE("a rate is kept to a thousandth within (0, 16], else missing and marked") {
  CHECK(PlaybackEvent::rate_change({}, {}, 16.0).rate() == 16.0);
  CHECK(PlaybackEvent::rate_change({}, {}, 1.2344).rate() == 1.234);
  CHECK(PlaybackEvent::rate_change({}, {}, 1e-300).rate() == 0.001);
  for (const double bad :
       {0.0, -1.0, 16.001, 1e300, std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_FALSE(PlaybackEvent::rate_change({}, {}, bad).rate());
    CHECK(detail::EventFields::rate_rejected(PlaybackEvent::rate_change({}, {}, bad)));
  }
}

TEST_CASE("heights saturate, and a bitrate below 0 is missing and marked") {
  constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
  const PlaybackEvent e = PlaybackEvent::quality_change({}, {}, -5, most, most);
  CHECK(e.from_height() == 0);
  CHECK(e.to_height() == 65'535);
  CHECK(e.bitrate() == most);
  const PlaybackEvent bad = PlaybackEvent::quality_change({}, {}, 0, 0, -1);
  CHECK_FALSE(bad.bitrate());
  CHECK(detail::EventFields::length_rejected(bad));
}

TEST_CASE("an event without its time is the same otherwise") {
  CHECK(PlaybackEvent::seek(at(1), 2s, 3s).without_time() == PlaybackEvent::seek({}, 2s, 3s));
  CHECK_FALSE(PlaybackEvent::play(at(1)) == PlaybackEvent::play(at(2)));
}

TEST_CASE("a view shows what its session holds") {
  ViewerSession session = watching(0, 5);
  session.user_id = "user";
  session.started_at = at(0);
  session.content_duration = 60s;
  const SessionView view = as_session_view(session);
  CHECK(view.session_id == "s");
  CHECK(view.user_id == "user");
  CHECK(view.content_id == "title");
  CHECK(view.started_at == at(0));
  CHECK(view.content_duration == 60s);
  CHECK(view.events.data() == session.events.data());
  CHECK_FALSE(as_session_view(ViewerSession{}).user_id);
  CHECK(as_session_view(rows::Row{1, {PlaybackEvent::play({})}}).session_id == "row");
}
