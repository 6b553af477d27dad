// SPDX-License-Identifier: MIT
#include <optional>
#include <vector>

#include <viewership/content_duration.hpp>

#include "catch.hpp"
#include "laws.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

ViewerSession declaring(std::optional<MediaTime> duration, double watched = 10) {
  ViewerSession session = watching(0, watched);
  session.content_duration = duration;
  return session;
}

}  // namespace

TEST_CASE("nobody says how long a content is") {
  CHECK(content_duration(std::vector<ViewerSession>{}) == ContentDurationResult{});
  CHECK(content_duration(std::vector{session_of({})}) == ContentDurationResult{});
}

TEST_CASE("a content is as long as most of its sessions declare, and one bad line changes nothing") {
  const auto result = content_duration(
      std::vector{declaring(pos(60)), declaring(pos(60)), declaring(pos(7200)), declaring(std::nullopt)});
  CHECK(result.duration == pos(60));
  CHECK(result.declared == 3);
  CHECK(result.conflicts == 1);
}

TEST_CASE("of durations declared equally often the larger counts") {
  const std::vector sessions{declaring(pos(90)), declaring(pos(60)), declaring(pos(60)), declaring(pos(90))};
  CHECK(content_duration(sessions) == ContentDurationResult{pos(90), 4, 2});
}

TEST_CASE("a content that nobody declares is as long as somebody got") {
  const std::vector sessions{declaring({}, 20), declaring({}, 45), declaring(MediaTime{-1}, 30),
                             declaring(MediaTime{0}), declaring((MediaTime::max)())};
  CHECK(content_duration(sessions) == ContentDurationResult{pos(45), 0, 0});
}

TEST_CASE("sessions of two contents have no common duration") {
  std::vector sessions{declaring(pos(60)), declaring(pos(60))};
  sessions[1].content_id = "another";
  CHECK_THROWS_AS(content_duration(sessions), AnalyticsError);
}

TEST_CASE("content durations obey the laws of an accumulator") {
  Random random(1);
  std::vector<PlayedSession> samples;
  for (int i = 0; i < 200; ++i) {
    const auto seconds = static_cast<double>(random.below(5));
    samples.emplace_back(declaring(pos(seconds), 1 + static_cast<double>(random.below(60))));
  }
  check_accumulator_laws([] { return ContentDuration{}; }, samples);
}
