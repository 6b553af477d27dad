// SPDX-License-Identifier: MIT
#include <viewership/drop_off.hpp>  // first: it must stand alone

#include <limits>

#include "catch.hpp"
#include "errors.hpp"
#include "naive.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

/// Twenty viewers of 60 s: ten watch all of it, four stop at 15 s, one at 25 s, five skip [35, 45).
std::vector<ViewerSession> twenty_viewers() {
  std::vector<ViewerSession> sessions(10, watching(0, 60));
  sessions.insert(sessions.end(), 4, watching(0, 15));
  sessions.push_back(watching(0, 25));
  sessions.insert(
      sessions.end(), 5,
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(35), pos(35), pos(45)),
                  PlaybackEvent::end(at(50), pos(60))}));
  return sessions;
}

}  // namespace

TEST_CASE("drop-offs worked by hand, with who stopped and who skipped") {
  const RetentionCurve curve = compute_retention(twenty_viewers(), 60s, 7);
  const DropOff stop{20s, 20, 16, 4, 0, 0, 20.0};
  const DropOff late_stop{30s, 16, 15, 1, 0, 0, 5.0};
  const DropOff skip{40s, 15, 10, 0, 5, 0, 25.0};
  CHECK(drop_off_points(curve, 0.0) == std::vector{stop, late_stop, skip});
  CHECK(drop_off_points(curve, 0.0, DropOffOrder::largest_first) == std::vector{skip, stop, late_stop});
  // More than the threshold, not as much.
  CHECK(drop_off_points(curve, 5.0) == std::vector{stop, skip});
  CHECK(drop_off_points(curve, 4.999) == std::vector{stop, late_stop, skip});
  CHECK(drop_off_points(curve, 25.0).empty());
}

TEST_CASE("the threshold is in percentage points of those who started, not of those who were there") {
  std::vector<ViewerSession> sessions(8, watching(0, 5));
  sessions.push_back(watching(0, 15));
  sessions.push_back(watching(0, 60));
  // From 2 viewers to 1 is half of them, but a tenth of ten.
  const auto found = drop_off_points(compute_retention(sessions, 60s, 7), 9.0);
  REQUIRE(found.size() == 2);
  CHECK(found[1].position == 20s);
  CHECK(found[1].percentage_points == 10.0);
}

TEST_CASE("a drop is the net of who came and who went") {
  std::vector<ViewerSession> sessions(3, watching(0, 15));
  sessions.push_back(watching(15, 60));
  const auto found = drop_off_points(compute_retention(sessions, 60s, 7), 0.0);
  REQUIRE(found.size() == 1);
  CHECK(found.front() == DropOff{20s, 3, 1, 3, 0, 1, 50.0});
}

TEST_CASE("equal drops, the largest first, stay in order of position") {
  const std::vector<ViewerSession> sessions{watching(0, 5),  watching(0, 15), watching(0, 15),
                                            watching(0, 25), watching(0, 35), watching(0, 60)};
  const auto found = drop_off_points(compute_retention(sessions, 60s, 7), 0.0, DropOffOrder::largest_first);
  REQUIRE(found.size() == 4);
  CHECK(found[0].position == 20s);
  CHECK(found[1].position == 10s);
  CHECK(found[2].position == 30s);
  CHECK(found[3].position == 40s);
}

TEST_CASE("nobody, one point, and everybody staying have no drop-offs") {
  CHECK(drop_off_points(RetentionCurve{}, 0.0).empty());
  CHECK(drop_off_points(compute_retention(std::vector<ViewerSession>{}, 60s, 7), 0.0).empty());
  CHECK(drop_off_points(compute_retention(twenty_viewers(), 60s, 1), 0.0).empty());
  CHECK(drop_off_points(compute_retention(std::vector(3, watching(0, 60)), 60s, 101), 0.0).empty());
}

TEST_CASE("drop-offs of random audiences are those of a plain count") {
  Random random(3);
  for (int round = 0; round < 20; ++round) {
    const MediaTime duration{random.between(1'001, 2'000)};
    const auto sessions = short_sessions(random, 30, duration);
    const RetentionCurve curve = compute_retention(sessions, duration, 12);
    const double threshold = static_cast<double>(random.below(20));
    std::vector<std::uint64_t> viewers(curve.points.size());
    std::uint64_t started = 0;
    for (const ViewerSession& session : sessions) {
      const NaiveSession naive(session, duration);
      started += naive.played(0ms) || naive.played_behind(0ms);
      for (std::size_t i = 0; i < viewers.size(); ++i) {
        viewers[i] += naive.played((std::min)(curve.points[i].position, duration - 1ms));
      }
    }
    const auto found = drop_off_points(curve, threshold);
    std::size_t next = 0;
    for (std::size_t i = 1; i < viewers.size(); ++i) {
      if (viewers[i] >= viewers[i - 1]) continue;
      const std::uint64_t lost = viewers[i - 1] - viewers[i];
      if (static_cast<double>(100 * lost) <= threshold * static_cast<double>(started)) continue;
      REQUIRE(next < found.size());
      CHECK(found[next].position == curve.points[i].position);
      CHECK(found[next].before - found[next].after == lost);
      CHECK(found[next].stopped + found[next].skipped - found[next].joined == lost);
      ++next;
    }
    CHECK(next == found.size());
  }
}

TEST_CASE("a threshold outside [0, 100] is refused") {
  const RetentionCurve curve = compute_retention(twenty_viewers(), 60s, 7);
  for (const double bad :
       {-0.001, 100.1, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    CHECK(code_of([&] { (void)drop_off_points(curve, bad); }, "drop_off_points:") ==
          ErrorCode::invalid_argument);
  }
  CHECK(drop_off_points(curve, 100.0).empty());
}
