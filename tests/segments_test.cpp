// SPDX-License-Identifier: MIT
#include <viewership/segments.hpp>  // first: it must stand alone

#include <list>

#include "catch.hpp"
#include "errors.hpp"
#include "laws.hpp"
#include "naive.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

/// Of a title of 60 s: all of it; [0,20) and, after a seek, [40,50).
std::vector<ViewerSession> two_viewers() {
  return {watching(0, 60, "a"),
          session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(20), pos(20), pos(40)),
                      PlaybackEvent::end(at(30), pos(50))},
                     "b")};
}

std::vector<Segment> some_segments(Random& random, MediaTime duration) {
  std::vector<Segment> segments;
  for (std::size_t left = random.below(12); left > 0; --left) {
    const std::int64_t from = random.between(-100, duration.count() + 100);
    segments.push_back(
        {std::to_string(left), MediaTime{from}, MediaTime{from + random.between(1, duration.count())}});
  }
  return segments;
}

}  // namespace

TEST_CASE("segments worked by hand, overlapping, across and beyond the end") {
  const std::vector<Segment> segments{{"intro", 0s, 20s},   {"middle", 10s, 45s},  {"late", 45s, 60s},
                                      {"gap", 20s, 40s},    {"across", 50s, 100s}, {"beyond", 60s, 70s},
                                      {"before", -10s, 10s}};
  const SegmentRetentionResult result = compute_segment_retention(two_viewers(), segments, 60s);
  CHECK(result.sessions == 2);
  CHECK(result.started == 2);
  REQUIRE(result.segments.size() == 7);
  CHECK(result.segments[0] == SegmentRetention{segments[0], 2, 2, 40'000, 1.0, 1.0, 1.0});
  // b watches [10,20) and [40,45) of it: 15 of 35 s, and its end.
  CHECK(result.segments[1] == SegmentRetention{segments[1], 2, 2, 50'000, 1.0, 1.0, 50.0 / 70.0});
  CHECK(result.segments[2] == SegmentRetention{segments[2], 2, 1, 20'000, 1.0, 0.5, 20.0 / 30.0});
  CHECK(result.segments[3] == SegmentRetention{segments[3], 1, 1, 20'000, 0.5, 1.0, 1.0});
  CHECK(result.segments[4] == SegmentRetention{segments[4], 1, 1, 10'000, 0.5, 1.0, 1.0});
  CHECK(result.segments[5] == SegmentRetention{segments[5], 0, 0, 0, 0.0, {}, {}});
  CHECK(result.segments[6] == SegmentRetention{segments[6], 2, 2, 20'000, 1.0, 1.0, 1.0});
}

TEST_CASE("a segment is completed by its last millisecond, not by all of it") {
  const std::vector<Segment> chapter{{"chapter", 10s, 30s}};
  const auto last =
      compute_segment_retention(std::vector{watching(29.999, 40)}, chapter, 60s).segments.front();
  CHECK(last.entered == 1);
  CHECK(last.completed == 1);
  CHECK(last.unique_ms == 1);
  const auto nearly =
      compute_segment_retention(std::vector{watching(0, 29.999)}, chapter, 60s).segments.front();
  CHECK(nearly.completed == 0);
  CHECK(nearly.mean_share_watched == 19'999.0 / 20'000.0);
}

TEST_CASE("watching a segment twice enters it once") {
  const auto session =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(30), pos(30), pos(5)),
                  PlaybackEvent::seek(at(40), pos(15), pos(20)), PlaybackEvent::end(at(50), pos(30))});
  const auto found =
      compute_segment_retention(std::vector{session}, std::vector<Segment>{{"c", 10s, 25s}}, 60s);
  CHECK(found.segments.front().entered == 1);
  CHECK(found.segments.front().completed == 1);
  CHECK(found.segments.front().unique_ms == 15'000);
}

TEST_CASE("without sessions, and without segments, there is nothing to say") {
  const auto nobody =
      compute_segment_retention(std::vector<ViewerSession>{}, std::vector<Segment>{{"c", 0s, 1s}}, 60s);
  CHECK(nobody.segments.front() == SegmentRetention{{"c", 0s, 1s}, 0, 0, 0, {}, {}, {}});
  const auto none = compute_segment_retention(two_viewers(), std::vector<Segment>{}, 60s);
  CHECK(none.started == 2);
  CHECK(none.segments.empty());
}

TEST_CASE("segments are those of a plain count by the millisecond") {
  Random random(9);
  for (int round = 0; round < 60; ++round) {
    const MediaTime duration{random.between(1'001, 2'000)};
    const auto sessions = short_sessions(random, 20, duration);
    const auto segments = some_segments(random, duration);
    std::vector<SegmentRetention> expected(segments.size());
    std::uint64_t started = 0;
    for (const ViewerSession& session : sessions) {
      const NaiveSession naive(session, duration);
      started += naive.played(0ms) || naive.played_behind(0ms);
      for (std::size_t s = 0; s < segments.size(); ++s) {
        std::uint64_t ms = 0;
        bool last = false;
        for (MediaTime t = (std::max)(segments[s].from, 0ms); t < (std::min)(segments[s].to, duration);
             t += 1ms) {
          last = naive.played(t);
          ms += last;
        }
        expected[s].entered += ms > 0;
        expected[s].completed += last;
        expected[s].unique_ms += ms;
      }
    }
    const SegmentRetentionResult found = compute_segment_retention(sessions, segments, duration);
    CAPTURE(round);
    REQUIRE(found.started == started);
    REQUIRE(found.segments.size() == segments.size());
    for (std::size_t s = 0; s < segments.size(); ++s) {
      const SegmentRetention& at = found.segments[s];
      REQUIRE(at.segment == segments[s]);
      REQUIRE(at.entered == expected[s].entered);
      REQUIRE(at.completed == expected[s].completed);
      REQUIRE(at.unique_ms == expected[s].unique_ms);
      REQUIRE(at.mean_share_watched.has_value() == (at.entered > 0));
      REQUIRE(at.mean_share_watched.value_or(0.0) <= 1.0);
    }
  }
}

TEST_CASE("segments keep the laws of an accumulator") {
  Random random(10);
  std::vector<PlayedSession> samples;
  for (const ViewerSession& session : short_sessions(random, 30, 2s)) samples.emplace_back(session);
  const std::vector<Segment> segments{{"a", 0ms, 500ms}, {"b", 300ms, 1'900ms}, {"c", 1s, 5s}, {"d", 3s, 4s}};
  check_accumulator_laws([&] { return SegmentCounts(segments, 2s); }, samples);
}

TEST_CASE("empty and inverted segments are refused by name, and so are other contents") {
  const auto sessions = two_viewers();
  const auto message = [&](const Segment& segment) -> std::string {
    try {
      (void)compute_segment_retention(sessions, std::vector<Segment>{{"fine", 0s, 1s}, segment}, 60s);
    } catch (const AnalyticsError& error) {
      CHECK(error.code() == ErrorCode::invalid_argument);
      return error.what();
    }
    return "nothing was thrown";
  };
  CHECK(message({"chapter 2", 20s, 20s}) == "compute_segment_retention: segment 'chapter 2' is empty");
  CHECK(message({"chapter 3", 30s, 20s}) == "compute_segment_retention: segment 'chapter 3' is inverted");
  const std::vector<Segment> chapter{{"c", 0s, 1s}};
  for (const MediaTime bad : {MediaTime{0}, MediaTime{-1}, MediaTime{1'000'000'000'000'000}}) {
    CHECK(code_of([&] { (void)compute_segment_retention(sessions, chapter, bad); },
                  "compute_segment_retention:") == ErrorCode::invalid_argument);
  }
  auto mixed = sessions;
  mixed.back().content_id = "another";
  CHECK(code_of([&] { (void)compute_segment_retention(mixed, chapter, 60s); },
                "compute_segment_retention:") == ErrorCode::mixed_contents);
  CHECK(code_of([] { SegmentCounts{}.add(PlayedSession{}); }) == ErrorCode::invalid_argument);
  SegmentCounts counts(chapter, 60s);
  CHECK(code_of([&] { counts.merge(SegmentCounts(chapter, 61s)); }) == ErrorCode::incompatible_merge);
  CHECK(code_of([&] {
          counts.merge(SegmentCounts(std::vector<Segment>{{"d", 0s, 1s}}, 60s));
        }) == ErrorCode::incompatible_merge);
  const std::list<ViewerSession> list(sessions.begin(), sessions.end());
  CHECK(compute_segment_retention(list, chapter, 60s) == compute_segment_retention(sessions, chapter, 60s));
}
