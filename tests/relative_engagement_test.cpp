// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <viewership/relative_engagement.hpp>

#include "catch.hpp"
#include "laws.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

EngagementMap map_of(const std::vector<TitleShare>& titles, std::size_t least = 50) {
  RelativeEngagement catalogue;
  for (const TitleShare& title : titles) catalogue.add(title);
  return catalogue.result(least);
}

std::vector<TitleShare> random_titles(Random& random, std::size_t count) {
  std::vector<TitleShare> titles;
  for (std::size_t i = 0; i < count; ++i) {
    const double log_length = 3.0 + static_cast<double>(random.below(4000)) / 1000;
    titles.push_back({MediaTime{static_cast<std::int64_t>(std::pow(10.0, log_length))},
                      static_cast<double>(random.below(101)) / 100});
  }
  return titles;
}

}  // namespace

TEST_CASE("a catalogue that fills no bin has no answer") {
  CHECK(map_of({}) == EngagementMap{});
  const EngagementMap map = map_of(std::vector(49, TitleShare{pos(60), 0.5}));
  CHECK(map.titles == 49);
  CHECK(map.bins.empty());
  CHECK_FALSE(map.percentile({pos(60), 0.5}));
}

TEST_CASE("a percentile counts the titles below, and equal ones half") {
  const EngagementMap map = map_of({{pos(60), 0.2}, {pos(60), 0.4}, {pos(60), 0.4}, {pos(60), 0.8}}, 4);
  REQUIRE(map.bins.size() == 1);
  CHECK(map.percentile({pos(60), 0.1}) == 0.0);
  CHECK(map.percentile({pos(60), 0.2}) == 0.125);
  CHECK(map.percentile({pos(60), 0.4}) == 0.5);
  CHECK(map.percentile({pos(60), 0.5}) == 0.75);
  CHECK(map.percentile({pos(60), 0.8}) == 0.875);
  CHECK(map.percentile({pos(60), 1.7}) == 1.0);
}

TEST_CASE("titles compare with those of their length alone") {
  std::vector<TitleShare> titles;
  for (int i = 0; i < 50; ++i) titles.push_back({pos(60), 0.7 + 0.002 * i});
  for (int i = 0; i < 50; ++i) titles.push_back({pos(3600), 0.2 + 0.002 * i});
  const EngagementMap map = map_of(titles);
  REQUIRE(map.bins.size() == 2);
  CHECK(*map.percentile({pos(60), 0.6}) == 0.0);
  CHECK(*map.percentile({pos(3600), 0.6}) == 1.0);
  CHECK_FALSE(map.percentile({pos(30), 0.6}));
  CHECK_FALSE(map.percentile({pos(7200), 0.6}));
  CHECK(map.percentile({pos(600), 0.6}));  // the gap between them belongs to the first
}

TEST_CASE("bins of too few titles are merged with the next, and what is left over with the last") {
  // 10 titles at each of 12 lengths, every one of them a bin of its own: 3 bins of 5, 5 and 2 lengths, the
  // last too few.
  std::vector<TitleShare> titles;
  for (int length = 1; length <= 12; ++length) {
    for (int i = 0; i < 10; ++i) titles.push_back({pos(60.0 * length), 0.05 * length});
  }
  const EngagementMap map = map_of(titles);
  REQUIRE(map.bins.size() == 2);
  CHECK(map.bins[0].shares.size() == 50);
  CHECK(map.bins[1].shares.size() == 70);
  CHECK(map.bins[0].from <= pos(60));
  CHECK(map.bins[0].to == map.bins[1].from);
  CHECK(map.bins[1].from <= pos(360));
  CHECK(map.bins[1].from > pos(300));
  CHECK(map.bins[1].to > pos(720));
  CHECK(map.bins[1].to < pos(720) * 1.01);
}

TEST_CASE("bins cover the catalogue without a gap, hold every title, and are even in log duration") {
  Random random(11);
  for (int round = 0; round < 20; ++round) {
    const std::vector<TitleShare> titles = random_titles(random, 50 + random.below(2000));
    const std::size_t least = 1 + random.below(60);
    const EngagementMap map = map_of(titles, least);
    std::size_t held = 0;
    for (std::size_t i = 0; i < map.bins.size(); ++i) {
      const DurationBin& bin = map.bins[i];
      REQUIRE(bin.shares.size() >= least);
      REQUIRE(std::ranges::is_sorted(bin.shares));
      if (i > 0) REQUIRE(bin.from == map.bins[i - 1].to);
      held += bin.shares.size();
      // Begins and ends where the logarithm is a multiple of 1/250, to the millisecond.
      for (const MediaTime edge : {bin.from, bin.to}) {
        const auto ms = static_cast<double>(edge.count());
        REQUIRE(std::floor(250 * std::log10(ms)) > std::floor(250 * std::log10(ms - 1)));
      }
      std::vector<double> expected;
      for (const TitleShare& title : titles) {
        if (title.duration >= bin.from && title.duration < bin.to) expected.push_back(title.share_viewed);
      }
      std::ranges::sort(expected);
      REQUIRE(bin.shares == expected);
    }
    REQUIRE((held == titles.size() || map.bins.empty()));
    for (const TitleShare& title : titles) REQUIRE(map.percentile(title).has_value() == !map.bins.empty());
  }
}

TEST_CASE("relative engagement obeys the laws of an accumulator") {
  Random random(12);
  std::vector<TitleShare> titles = random_titles(random, 300);
  titles.push_back({pos(60), -1.0});
  check_accumulator_laws([] { return RelativeEngagement{}; }, titles);
}

TEST_CASE("titles without a length or a share are set aside and counted") {
  constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
  const EngagementMap map = map_of({{MediaTime{0}, 0.5},
                                    {MediaTime{-5}, 0.5},
                                    {MediaTime{1'000'000'000'001}, 0.5},
                                    {pos(60), not_a_number},
                                    {pos(60), -0.1},
                                    {pos(60), std::numeric_limits<double>::infinity()},
                                    {MediaTime{1}, 0.5},
                                    {max_media_time, 0.5}},
                                   1);
  CHECK(map.rejected == 6);
  CHECK(map.titles == 2);
  CHECK(map.percentile({MediaTime{1}, 0.5}) == 0.5);
  CHECK(map.percentile({max_media_time, 0.5}) == 0.5);
  CHECK_THROWS_AS(map.percentile({pos(60), not_a_number}), AnalyticsError);
  CHECK_THROWS_AS(map.percentile({pos(60), -0.1}), AnalyticsError);
  CHECK_THROWS_AS(RelativeEngagement{}.result(0), AnalyticsError);
}
