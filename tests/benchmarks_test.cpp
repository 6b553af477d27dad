// SPDX-License-Identifier: MIT
#include <viewership/benchmarks.hpp>  // first: it must stand alone

#include <limits>
#include <list>

#include "catch.hpp"
#include "errors.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

/// Ten viewers of 100 s, of whom 8, 6 and 2 are left at 25, 50 and 75 s.
std::vector<ViewerSession> ten_viewers() {
  std::vector<ViewerSession> sessions(2, watching(0, 100));
  sessions.insert(sessions.end(), 4, watching(0, 60));
  sessions.insert(sessions.end(), 2, watching(0, 30));
  sessions.insert(sessions.end(), 2, watching(0, 10));
  return sessions;
}

}  // namespace

// The values are the seed library's.
static_assert(broadcast_benchmark == RetentionBenchmark{0.85, 0.70, 0.55});
static_assert(vod_benchmark == RetentionBenchmark{0.80, 0.60, 0.40});
static_assert(short_form_benchmark == RetentionBenchmark{0.95, 0.88, 0.78});

TEST_CASE("a comparison worked by hand") {
  const BenchmarkComparison found = compare_to_benchmark(ten_viewers(), 100s, vod_benchmark);
  CHECK(found.parts[0] == BenchmarkPart{25s, 0.80, 0.8, 100.0});
  CHECK(found.parts[1] == BenchmarkPart{50s, 0.60, 0.6, 100.0});
  CHECK(found.parts[2] == BenchmarkPart{75s, 0.40, 0.2, 50.0});
  CHECK_THAT(*found.score, WithinRel(250.0 / 3, 1e-12));
  const BenchmarkComparison beside_broadcast = compare_to_benchmark(ten_viewers(), 100s, broadcast_benchmark);
  CHECK_THAT(*beside_broadcast.score, WithinRel((80 / 0.85 + 60 / 0.70 + 20 / 0.55) / 3, 1e-12));
}

TEST_CASE("better than expected counts no more than as expected") {
  const BenchmarkComparison all =
      compare_to_benchmark(std::vector{watching(0, 100)}, 100s, short_form_benchmark);
  CHECK(all.score == 100.0);
  CHECK(all.parts[2].actual == 1.0);
  CHECK(compare_to_benchmark(std::vector{watching(0, 1)}, 100s, {1.0, 1.0, 1.0}).score == 0.0);
}

TEST_CASE("nobody has no score") {
  const BenchmarkComparison nobody = compare_to_benchmark(std::vector<ViewerSession>{}, 100s, vod_benchmark);
  CHECK_FALSE(nobody.score);
  for (const BenchmarkPart& part : nobody.parts) {
    CHECK_FALSE(part.actual);
    CHECK_FALSE(part.score);
  }
  CHECK(nobody.parts[1].expected == 0.60);
  CHECK_FALSE(compare_to_benchmark(RetentionCurve{}, vod_benchmark).score);
}

TEST_CASE("a given curve is read on the straight line between its points") {
  // Points at 0, 33.333, 66.666 and 100 s: 10, 6, 2 and 2 viewers.
  const RetentionCurve curve = compute_retention(ten_viewers(), 100s, 4);
  const BenchmarkComparison found = compare_to_benchmark(curve, vod_benchmark);
  CHECK_THAT(*found.parts[0].actual, WithinRel(1.0 - 0.4 * 25'000 / 33'333, 1e-12));
  CHECK_THAT(*found.parts[1].actual, WithinRel(0.6 - 0.4 * 16'667 / 33'333, 1e-12));
  CHECK_THAT(*found.parts[2].actual, WithinRel(0.2, 1e-12));
  // A curve with points just there is as exact as the sessions.
  CHECK(compare_to_benchmark(compute_retention(ten_viewers(), 100s, 5), vod_benchmark) ==
        compare_to_benchmark(ten_viewers(), 100s, vod_benchmark));
  CHECK(compare_to_benchmark(compute_retention(ten_viewers(), 99'999ms, 5), vod_benchmark) ==
        compare_to_benchmark(ten_viewers(), 99'999ms, vod_benchmark));
}

TEST_CASE("a curve that does not reach around a position says nothing about it") {
  const auto sessions = ten_viewers();
  CHECK_FALSE(compare_to_benchmark(compute_retention(sessions, 100s, 1), vod_benchmark).score);
  const auto part = compare_to_benchmark(compute_retention(sessions, 100s, std::vector<MediaTime>{30s, 60s}),
                                         vod_benchmark);
  CHECK_FALSE(part.parts[0].actual);
  CHECK(part.parts[1].actual);
  CHECK_FALSE(part.parts[2].actual);
  CHECK_FALSE(part.score);
}

TEST_CASE("the shortest content has a comparison, too") {
  CHECK(compare_to_benchmark(std::vector{watching(0, 0.001)}, 1ms, vod_benchmark).score == 100.0);
}

TEST_CASE("expectations outside (0, 1], durations that are none and other contents are refused") {
  const auto sessions = ten_viewers();
  for (const double bad : {0.0, -0.1, 1.0001, std::numeric_limits<double>::quiet_NaN()}) {
    for (const RetentionBenchmark& benchmark :
         {RetentionBenchmark{bad, 0.5, 0.5}, RetentionBenchmark{0.5, bad, 0.5},
          RetentionBenchmark{0.5, 0.5, bad}}) {
      CHECK(code_of([&] { (void)compare_to_benchmark(sessions, 100s, benchmark); },
                    "compare_to_benchmark:") == ErrorCode::invalid_argument);
      CHECK(code_of([&] { (void)compare_to_benchmark(RetentionCurve{}, benchmark); },
                    "compare_to_benchmark:") == ErrorCode::invalid_argument);
    }
  }
  for (const MediaTime bad : {MediaTime{0}, MediaTime{-1}, (MediaTime::max)()}) {
    CHECK(code_of([&] { (void)compare_to_benchmark(sessions, bad, vod_benchmark); }) ==
          ErrorCode::invalid_argument);
  }
  auto mixed = sessions;
  mixed.back().content_id = "another";
  CHECK(code_of([&] { (void)compare_to_benchmark(mixed, 100s, vod_benchmark); }, "compare_to_benchmark:") ==
        ErrorCode::mixed_contents);
  const std::list<ViewerSession> list(sessions.begin(), sessions.end());
  CHECK(compare_to_benchmark(list, 100s, vod_benchmark) ==
        compare_to_benchmark(sessions, 100s, vod_benchmark));
}
