// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstdio>

#include <viewership/viewership.hpp>
#ifdef WITH_fmt
#include <viewership/format.hpp>
#endif
#ifdef WITH_inference
#include <viewership/inference/confidence.hpp>
#endif
#ifdef WITH_ndjson
#include <viewership/io/ndjson.hpp>
#endif

int main() {
  using namespace std::chrono_literals;
  using viewership::PlaybackEvent;
  const viewership::Timestamp t0{1'700'000'000'000ms};
  viewership::ViewerSession session{"sess_1", std::nullopt, "video_42", t0};
  session.push_event(PlaybackEvent::play(t0));
  session.push_event(PlaybackEvent::end(t0 + 30s, 30s, 30s));
  bool right = viewership::analyze_session(session, 60s).completion == 0.5;
#ifdef WITH_fmt
  right = right && fmt::format("{}", session.events.back().kind()) == "end";
#endif
#ifdef WITH_inference
  right = right && viewership::ConfidenceLevel{}.alpha() == 0.05;
#endif
#ifdef WITH_ndjson
  right = right &&
          viewership::parse_ndjson(R"({"session_id":"s","content_id":"c","type":"play"})").log.size() == 1;
#endif
  std::puts(right ? "as expected" : "wrong");
  return right ? 0 : 1;
}
