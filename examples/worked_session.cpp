// SPDX-License-Identifier: MIT
// One session worked by hand, with everything a player may do to a viewer: a slow start, a stall, a pause,
// double speed, a seek back, and an end that never comes.
#include <chrono>

#include <fmt/format.h>

#include <viewership/format.hpp>
#include <viewership/session.hpp>

int main() {
  using namespace std::chrono_literals;
  using viewership::Clock;
  using viewership::PlaybackEvent;

  const viewership::Timestamp t0{1'700'000'000'000ms};
  viewership::ViewerSession session{"sess_1", std::nullopt, "video_42", t0};
  session.push_event(PlaybackEvent::play(t0, 0s));
  session.push_event(PlaybackEvent::buffer_start(t0, 0s));
  session.push_event(PlaybackEvent::buffer_end(t0 + 2s, 0s));
  session.push_event(PlaybackEvent::buffer_start(t0 + 22s, 20s));
  session.push_event(PlaybackEvent::buffer_end(t0 + 26s, 20s));
  session.push_event(PlaybackEvent::pause(t0 + 36s, 30s));
  session.push_event(PlaybackEvent::play(t0 + 66s, 30s));
  session.push_event(PlaybackEvent::rate_change(t0 + 66s, 30s, 2.0));
  session.push_event(PlaybackEvent::seek(t0 + 76s, 50s, 10s));
  session.push_event(PlaybackEvent::buffer_start(t0 + 76s, 10s));
  session.push_event(PlaybackEvent::buffer_end(t0 + 77s, 10s));
  session.push_event(PlaybackEvent::heartbeat(t0 + 85s, 26s));

  const auto m = viewership::analyze_session(session, 60s);
  fmt::print("content played  {}, at least {}, at most {}\n", Clock{m.content_played},
             Clock{m.watch_time.lower}, Clock{m.watch_time.upper});
  fmt::print("unique content  {}, completion {:.4f}\n", Clock{m.unique_content}, *m.completion);
  fmt::print("startup {}, playing {}, stalled {}, seeking {}, paused {}\n", Clock{m.startup},
             Clock{m.playing_time}, Clock{m.stalled}, Clock{m.seeking}, Clock{m.paused});
  fmt::print("watched time    {} of {} elapsed, stall ratio {:.4f}\n", Clock{m.watched_time},
             Clock{m.elapsed}, *m.stall_ratio);
  fmt::print("repairs         {}\n", m.audit);
}

// Prints:
// content played  1:06.000, at least 1:06.000, at most 1:16.000
// unique content  0:50.000, completion 0.8333
// startup 0:02.000, playing 0:48.000, stalled 0:04.000, seeking 0:01.000, paused 0:30.000
// watched time    0:55.000 of 1:25.000 elapsed, stall ratio 0.0727
// repairs         1 missing_ends
