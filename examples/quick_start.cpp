// SPDX-License-Identifier: MIT
// One session's metrics, and the curve and the heatmap of two.
#include <chrono>
#include <vector>

#include <fmt/format.h>

#include <viewership/format.hpp>
#include <viewership/viewership.hpp>

int main() {
  using namespace std::chrono_literals;
  using viewership::PlaybackEvent;

  const viewership::Timestamp t0{1'700'000'000'000ms};
  viewership::ViewerSession session{"sess_1", std::nullopt, "video_42", t0};
  session.push_event(PlaybackEvent::play(t0));
  session.push_event(PlaybackEvent::end(t0 + 30s, 30s, 30s));

  const auto metrics = viewership::analyze_session(session, 60s);
  fmt::print("completion {}\n", viewership::Percent{metrics.completion});

  viewership::ViewerSession skipping{"sess_2", "viewer_7", "video_42", t0};
  skipping.push_event(PlaybackEvent::play(t0));
  skipping.push_event(PlaybackEvent::seek(t0 + 10s, 10s, 40s));
  skipping.push_event(PlaybackEvent::end(t0 + 30s, 60s));

  const std::vector sessions{session, skipping};
  fmt::print("{}", viewership::compute_retention(sessions, 60s, 7));
  fmt::print("|{}|\n", viewership::attention_heatmap(sessions, 60s, 5s));
}

// Prints:
// completion 50.0 %
//     position  viewers    views retention   joined  skipped  stopped
//     0:00.000        2        2   100.0 %        2        0        0  ██████████████████████████████
//     0:10.000        1        1    50.0 %        0        1        0  ███████████████
//     0:20.000        1        1    50.0 %        0        0        0  ███████████████
//     0:30.000        0        0     0.0 %        0        0        1
//     0:40.000        1        1    50.0 %        1        0        0  ███████████████
//     0:50.000        1        1    50.0 %        0        0        0  ███████████████
//     1:00.000        1        1    50.0 %        0        0        0  ███████████████
// |██▄▄▄▄  ▄▄▄▄|
