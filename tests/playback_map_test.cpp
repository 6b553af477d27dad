// SPDX-License-Identifier: MIT
#include <viewership/playback_map.hpp>  // first: it must stand alone

#include <chrono>
#include <limits>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

std::vector<MediaRange> ranges_of(const PlaybackMap& map) {
  return {map.ranges().begin(), map.ranges().end()};
}

/// Holds every question to a plain flag for every millisecond.
void check_against_flags(const PlaybackMap& map, const std::vector<int>& flags) {
  const auto n = static_cast<std::int64_t>(flags.size());
  std::int64_t covered = 0;
  for (std::int64_t t = 0; t < n; ++t) {
    const bool watched = flags[static_cast<std::size_t>(t)] != 0;
    REQUIRE(map.covers(MediaTime{t}) == watched);
    REQUIRE(map.covered(MediaTime{t}) == MediaTime{covered});
    if (t > 0) REQUIRE(map.coverage(MediaTime{t}) == static_cast<double>(covered) / static_cast<double>(t));
    covered += watched;
  }
  REQUIRE(map.covered() == MediaTime{covered});
  REQUIRE(map.empty() == (covered == 0));
  for (std::size_t i = 0; i < map.ranges().size(); ++i) {
    REQUIRE(map.ranges()[i].length() > 0ms);
    if (i > 0) REQUIRE(map.ranges()[i - 1].to < map.ranges()[i].from);
  }
  using Cell = std::chrono::duration<std::int64_t, std::ratio<7, 1000>>;
  for (const std::int64_t duration : {n, n / 2, n - 1}) {
    std::vector<bool> cells(static_cast<std::size_t>((duration + 6) / 7));
    for (std::int64_t t = 0; t < duration; ++t) {
      if (flags[static_cast<std::size_t>(t)] != 0) cells[static_cast<std::size_t>(t / 7)] = true;
    }
    REQUIRE(map.positions_watched<Cell>(MediaTime{duration}) == cells);
  }
}

void flag(std::vector<int>& flags, const MediaRange& range) {
  for (auto t = (std::max)(range.from.count(), std::int64_t{0}); t < range.to.count(); ++t)
    flags[static_cast<std::size_t>(t)] = 1;
}

}  // namespace

TEST_CASE("an empty map watched nothing") {
  const PlaybackMap map;
  CHECK(map.empty());
  CHECK(map.covered() == 0s);
  CHECK_FALSE(map.covers(0ms));
  CHECK(map.coverage(60s) == 0.0);
  CHECK(map.positions_watched(2s) == std::vector<bool>{false, false});
  CHECK(map.positions_watched(0s).empty());
}

TEST_CASE("coverage of no duration is absent") {
  CHECK_FALSE(PlaybackMap{}.coverage(0ms));
  CHECK_FALSE(PlaybackMap{}.coverage((MediaTime::min)()));
}

TEST_CASE("ranges are half-open, and touching ones join") {
  PlaybackMap map;
  map.mark_range(10s, 20s);
  CHECK(map.covers(10s));
  CHECK(map.covers(19'999ms));
  CHECK_FALSE(map.covers(20s));
  CHECK_FALSE(map.covers(9'999ms));
  map.mark_range(20s, 30s);
  map.mark_range(5s, 10s);
  CHECK(ranges_of(map) == std::vector<MediaRange>{{5s, 30s}});
  map.clear();
  CHECK(map.empty());
}

TEST_CASE("empty and inverted ranges add nothing, and what lies before 0 is cut off") {
  PlaybackMap map;
  map.mark_range(5s, 5s);
  map.mark_range(9s, 5s);
  map.mark_range(-9s, -5s);
  map.mark_range((MediaTime::max)(), (MediaTime::min)());
  CHECK(map.empty());
  map.mark_range((MediaTime::min)(), 1s);
  CHECK(ranges_of(map) == std::vector<MediaRange>{{0s, 1s}});
  map.mark_ranges(std::vector<MediaRange>{{-5s, 2s}, {7s, 3s}, {-2s, -1s}});
  CHECK(ranges_of(map) == std::vector<MediaRange>{{0s, 2s}});
}

TEST_CASE("a cell is watched if any part of it was; the last one may be shorter") {
  PlaybackMap map;
  map.mark_range(999ms, 1'001ms);
  CHECK(map.positions_watched(2'500ms) == std::vector<bool>{true, true, false});
  map.mark_range(2'499ms, 9s);
  CHECK(map.positions_watched(2'500ms) == std::vector<bool>{true, true, true});
  CHECK(map.positions_watched(2'499ms) == std::vector<bool>{true, true, false});
  CHECK(map.positions_watched<std::chrono::minutes>(61s) == std::vector<bool>{true, false});
}

TEST_CASE("a view of more than 2^20 cells, or of a duration that is none, is refused") {
  const auto code = [](MediaTime duration) {
    try {
      (void)PlaybackMap{}.positions_watched(duration);
    } catch (const AnalyticsError& error) {
      return error.code();
    }
    FAIL("accepted");
    return ErrorCode{};
  };
  CHECK(PlaybackMap{}.positions_watched(std::chrono::seconds(1 << 20)).size() == max_grid_size);
  CHECK(code(std::chrono::seconds(1 << 20) + 1ms) == ErrorCode::grid_too_large);
  CHECK(code(max_media_time) == ErrorCode::grid_too_large);
  CHECK(code(-1ms) == ErrorCode::invalid_argument);
  CHECK(code(MediaTime{1'000'000'000'000'000}) == ErrorCode::invalid_argument);
  CHECK(code((MediaTime::max)()) == ErrorCode::invalid_argument);
}

TEST_CASE("a map marked range by range, at once, or merged is a flag for every millisecond") {
  Random random(1);
  for (int round = 0; round < 300; ++round) {
    const std::int64_t n = random.between(20, 600);
    const std::int64_t longest = random.percent(50) ? 5 : n;
    std::vector<int> flags(static_cast<std::size_t>(n + longest + 1)), left_flags = flags;
    std::vector<MediaRange> ranges;
    PlaybackMap one_by_one, left, right;
    for (std::size_t count = random.below(100); count > 0; --count) {
      const std::int64_t from = random.between(-10, n);
      const MediaRange range{MediaTime{from}, MediaTime{from + random.between(-2, longest)}};
      ranges.push_back(range);
      one_by_one.mark_range(range.from, range.to);
      flag(flags, range);
      const bool to_left = random.percent(50);
      (to_left ? left : right).mark_range(range.from, range.to);
    }
    CAPTURE(round);
    check_against_flags(one_by_one, flags);
    REQUIRE(PlaybackMap(ranges) == one_by_one);
    REQUIRE((left | right) == one_by_one);
    REQUIRE((right | left) == one_by_one);
    REQUIRE((one_by_one | left) == one_by_one);
    PlaybackMap itself = one_by_one;
    const PlaybackMap& same = itself;
    itself.merge(same);
    REQUIRE(itself == one_by_one);
  }
}

TEST_CASE("a clipped map is what of it lies before the end") {
  PlaybackMap map;
  map.mark_range(0ms, 10ms);
  map.mark_range(20ms, 30ms);
  map.mark_range(40ms, 50ms);
  const MediaTime end = GENERATE(-1ms, 0ms, 5ms, 10ms, 20ms, 25ms, 50ms, 99ms);
  const PlaybackMap inside = map.clipped(end);
  CHECK(inside.covered() == map.covered(end));
  for (MediaTime t{}; t < 60ms; t += 1ms) CHECK(inside.covers(t) == (t < end && map.covers(t)));
}

TEST_CASE("a million ranges at once, backwards, are no trouble") {
  constexpr int n = 1'000'000;
  std::vector<MediaRange> ranges;
  for (int i = n; i > 0; --i) ranges.push_back({MediaTime{2 * i}, MediaTime{2 * i + 1}});
  CHECK(PlaybackMap(ranges).covered() == MediaTime{n});
}
