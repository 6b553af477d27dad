// SPDX-License-Identifier: MIT
// How engaging a title is, by weights of one's own and with what its viewers said of it, and what makes up
// the score.
#include <chrono>
#include <vector>

#include <fmt/format.h>

#include <viewership/engagement.hpp>
#include <viewership/format.hpp>

int main() {
  using namespace std::chrono_literals;
  using viewership::PlaybackEvent;

  const viewership::Timestamp t0{1'700'000'000'000ms};
  viewership::ViewerSession patient{"sess_1", std::nullopt, "lesson", t0};
  patient.push_event(PlaybackEvent::play(t0, 0s));
  patient.push_event(PlaybackEvent::end(t0 + 100s, 100s));

  viewership::ViewerSession rewinding{"sess_2", std::nullopt, "lesson", t0};
  rewinding.push_event(PlaybackEvent::play(t0, 0s));
  rewinding.push_event(PlaybackEvent::seek(t0 + 50s, 50s, 40s));
  rewinding.push_event(PlaybackEvent::end(t0 + 70s, 60s));

  viewership::ViewerSession skipping{"sess_3", std::nullopt, "lesson", t0};
  skipping.push_event(PlaybackEvent::play(t0, 0s));
  skipping.push_event(PlaybackEvent::seek(t0 + 10s, 10s, 70s));
  skipping.push_event(PlaybackEvent::end(t0 + 20s, 80s));

  const std::vector sessions{patient, rewinding, skipping};
  const auto by_default = viewership::compute_engagement(sessions, 100s);
  fmt::print("by default  {:.3f}: {}\n", *by_default.score, by_default.contributions);

  // In a course the end matters most, and who rewatches may be lost.
  viewership::EngagementWeights course;
  course.completion = 0.6;
  course.rewatch = 0.0;
  const viewership::SocialSignals signals{3, 1, 1, 100};  // likes, comments, shares, views
  const auto score = viewership::compute_engagement(sessions, 100s, course, signals);
  fmt::print("as a course {:.3f}: {}\n", *score.score, score.contributions);
  fmt::print("{}\n", score.components);
  fmt::print("the parts add up exactly: {}\n", score.contributions.sum() == score.score);
}

// Prints:
// by default  0.454: 0.300 watch time + 0.167 completion + 0.036 rewatch - 0.048 forward-seek penalty
// as a course 0.372: 0.120 watch time + 0.200 completion + 0.100 social - 0.048 forward-seek penalty
// watch time 60.0 %, completion 33.3 %, social 50.0 %, rewatch 33.3 %, forward-seek penalty 24.0 %
// the parts add up exactly: true
