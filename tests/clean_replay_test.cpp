// SPDX-License-Identifier: MIT
// The short way through clean sessions says exactly what the rules say.
#include <viewership/detail/clean_replay.hpp>  // first: it must stand alone

#include <algorithm>
#include <vector>

#include <viewership/played_session.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

/// The session's events as a log has them, which is what the short way reads; by the rules if `clean_from`
/// says so.
SessionView view_of(const ViewerSession& session, WallTime clean_from) {
  SessionView view = as_session_view(session);
  view.clean_from = clean_from;
  return view;
}

void check_same(const PlayedSession& a, const PlayedSession& b) {
  CHECK(std::ranges::equal(a.play_throughs(), b.play_throughs()));
  CHECK(std::ranges::equal(a.ascending_play_throughs(), b.ascending_play_throughs()));
  CHECK(std::ranges::equal(a.viewing_starts(), b.viewing_starts()));
  CHECK(std::ranges::equal(a.inferred(), b.inferred()));
  CHECK(a.map() == b.map());
  CHECK(a.content_played() == b.content_played());
  CHECK(a.unreported() == b.unreported());
  for (std::size_t i = 0; i < playback_state_count; ++i) {
    CHECK(a.time_in(static_cast<PlaybackState>(i)) == b.time_in(static_cast<PlaybackState>(i)));
  }
  CHECK(a.summary() == b.summary());
}

/// Takes events, times and positions away, and moves a few, so that sessions come out clean, nearly clean and
/// not.
void damage(Random& random, ViewerSession& session, int percent) {
  std::vector<PlaybackEvent> kept;
  for (const PlaybackEvent& event : session.events) {
    if (random.percent(percent)) continue;
    kept.push_back(random.percent(percent) ? event.without_time() : event);
    if (random.percent(percent)) kept.push_back(event);
    if (random.percent(percent)) kept.push_back(PlaybackEvent::heartbeat(event.at(), std::nullopt));
    if (random.percent(percent)) kept.push_back(PlaybackEvent::play(event.at()));
    if (random.percent(percent))
      kept.push_back(PlaybackEvent::quality_change(event.at(), std::nullopt, 1, 2));
  }
  session.events = std::move(kept);
}

}  // namespace

TEST_CASE("a clean session read the short way is the session read by the rules") {
  Random random(2024);
  std::size_t clean_sessions = 0;
  std::size_t all_sessions = 0;
  for (int round = 0; round < 20'000; ++round) {
    ViewerSession session = round % 4 == 3 ? wild_session(random, {.hostile = round % 8 == 3, .step = 2'000})
                                           : clean_session(random, MediaTime{random.between(2'000, 60'000)});
    if (round % 4 != 0) damage(random, session, round % 5);
    std::erase_if(session.events, [&](const PlaybackEvent& event) {
      return round % 2 == 0 && event.kind() == EventKind::rate_change;
    });
    if (!detail::is_tidy(session.events)) continue;  // a log makes them so
    ++all_sessions;
    const WallTime clean_from = detail::clean_from(session.events);
    if (clean_from == (WallTime::max)()) continue;
    ++clean_sessions;
    const ReplayOptions options{.clock_tolerance = (std::min)(clean_from, WallTime{std::chrono::hours(24)})};
    if (clean_from > options.clock_tolerance) continue;
    CAPTURE(round, session.events.size(), clean_from.count());
    for (const ReplayDepth depth : {ReplayDepth::play_throughs, ReplayDepth::map, ReplayDepth::states}) {
      check_same(PlayedSession(view_of(session, clean_from), options, depth),
                 PlayedSession(view_of(session, (WallTime::max)()), options, depth));
    }
  }
  CHECK(clean_sessions > all_sessions / 4);
  CHECK(clean_sessions < all_sessions * 3 / 4);
}

TEST_CASE("one object serves clean and other sessions in turn, at any depth") {
  Random random(77);
  PlayedSession reused;
  for (int round = 0; round < 4'000; ++round) {
    const ViewerSession session =
        random.percent(50) ? clean_session(random, MediaTime{30'000}) : wild_session(random);
    const auto depth = static_cast<ReplayDepth>(random.below(3));
    reused.assign(session, {}, depth);
    CAPTURE(round);
    check_same(reused, PlayedSession(session, {}, depth));
  }
}

TEST_CASE(
    "the least clock tolerance at which a session is clean is what its positions run ahead of the clock") {
  const ViewerSession session =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::heartbeat(at(10), pos(11)),
                  PlaybackEvent::heartbeat(at(20), pos(24)), PlaybackEvent::end(at(30), pos(30))});
  CHECK(detail::clean_from(session.events) == WallTime{3'000});  // 13 s of content in 10 s
}

TEST_CASE("what needs a rule is not clean") {
  const auto clean = [](std::vector<PlaybackEvent> events) {
    return detail::clean_from(events) != (WallTime::max)();
  };
  using E = PlaybackEvent;
  CHECK_FALSE(clean({}));
  CHECK_FALSE(clean({E::heartbeat(at(0), pos(0)), E::play(at(1), pos(0))}));  // does not begin with a play
  CHECK(clean({E::play(at(0), pos(0)), E::seek(at(1), pos(1), pos(9)), E::end(at(2), pos(10))}));
  CHECK_FALSE(clean({E::play(at(0), pos(0)), E::seek(at(1), {}, pos(9))}));   // a seek from nowhere
  CHECK_FALSE(clean({E::play(at(0), pos(0)), E::seek(at(1), pos(1), {})}));   // or to nowhere
  CHECK_FALSE(clean({E::play(at(0), pos(5)), E::heartbeat(at(1), pos(4))}));  // a jump back
  CHECK_FALSE(clean({E::play(at(0), pos(0)), E::pause(at(1))}));              // a stop nobody knows where
  CHECK_FALSE(clean({E::play(at(0)), E::pause(at(1), pos(1)), E::play(at(2), pos(1.2))}));  // resumed near by
  CHECK_FALSE(clean({E::play(at(0), pos(0)), E::end(at(1), pos(1)), E::play(at(2), pos(1))}));
  CHECK_FALSE(clean({E::play(at(0), pos(0)), E::rate_change(at(1), pos(1), 2.0)}));
  CHECK_FALSE(clean({E::play(at(0), pos(0)), E::heartbeat(at(-1), pos(1))}));  // out of order
  CHECK_FALSE(
      clean({E::play(at(0), pos(0)), E::seek(at(2), pos(2), pos(1)), E::seek(at(2), pos(2), pos(1))}));
  CHECK_FALSE(clean({E::play(at(0), pos(0)), E::heartbeat(at(1), MediaTime{-1})}));  // a value out of range
}
