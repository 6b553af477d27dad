// SPDX-License-Identifier: MIT
#include <viewership/robust_trend.hpp>  // first: it must stand alone

#include <array>
#include <cmath>
#include <limits>

#include "catch.hpp"
#include "laws.hpp"
#include "random_trend.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

std::vector<TrendPoint> at_days(const std::vector<double>& days, const std::vector<double>& values) {
  std::vector<TrendPoint> points;
  for (std::size_t i = 0; i < days.size(); ++i) points.push_back({day(days[i]), values[i]});
  return points;
}

const std::vector<TrendPoint> uneven = at_days({0, 1, 2, 3, 5, 8, 13}, {3.1, 2.9, 4.2, 4.0, 5.1, 5.0, 8.3});
const std::vector<TrendPoint> tied = at_days({0, 0, 1, 1, 2, 4, 4, 7}, {5, 3, 3, 6, 6, 6, 2, 9});

/// Annual flow of the Nile at Aswan, 1871 to 1970, as R's data set Nile has it; here one a day.
const std::vector<double> nile = {
    1120, 1160, 963,  1210, 1160, 1160, 813,  1230, 1370, 1140, 995,  935,  1110, 994, 1020, 960,  1180,
    799,  958,  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774,  840,  874, 694,  940,  833,
    701,  916,  692,  1020, 1050, 969,  831,  726,  456,  824,  702,  1120, 1100, 832, 764,  821,  768,
    845,  864,  862,  698,  845,  744,  796,  1040, 759,  781,  865,  845,  944,  984, 897,  822,  1010,
    771,  676,  649,  846,  812,  742,  801,  1040, 860,  874,  848,  890,  744,  749, 838,  1050, 918,
    986,  797,  923,  975,  815,  1020, 906,  901,  1170, 912,  746,  919,  718,  714, 740};

/// The median of all slopes, in value per day.
std::optional<double> naive_slope(const std::vector<TrendPoint>& points) {
  std::vector<double> slopes;
  for (const TrendPoint& a : points) {
    for (const TrendPoint& b : points) {
      if (a.at < b.at)
        slopes.push_back((b.value - a.value) * 86'400'000 / static_cast<double>((b.at - a.at).count()));
    }
  }
  if (slopes.empty()) return std::nullopt;
  std::ranges::sort(slopes);
  return (slopes[(slopes.size() - 1) / 2] + slopes[slopes.size() / 2]) / 2;
}

template <class T>
double sign_of(T difference) {
  return difference > T{} ? 1.0 : difference < T{} ? -1.0 : 0.0;
}

}  // namespace

TEST_CASE("of nothing, one point or one instant there is no robust trend, and no shift") {
  CHECK(theil_sen(std::vector<TrendPoint>{}) == TheilSen{});
  CHECK(mann_kendall(std::vector<TrendPoint>{}) == MannKendall{});
  CHECK(detect_level_shift(std::vector<TrendPoint>{}) == LevelShiftSearch{});
  for (const auto& points : {daily({3}), at_days({2, 2, 2}, {1, 5, 3})}) {
    CHECK(theil_sen(points).count == points.size());
    CHECK_FALSE(theil_sen(points).line);
    CHECK(mann_kendall(points).count == points.size());
    CHECK_FALSE(mann_kendall(points).tau);
    CHECK_FALSE(mann_kendall(points).p);
    CHECK(detect_level_shift(points).count == points.size());
    CHECK_FALSE(detect_level_shift(points).shift);
  }
}

TEST_CASE("in a level series the slope is 0, and neither tau nor a shift is to be had") {
  const auto level = daily({4, 4, 4, 4});
  CHECK(theil_sen(level).line->slope == 0.0);
  CHECK(theil_sen(level).line->intercept == 4.0);
  CHECK(mann_kendall(level).s == 0);
  CHECK_FALSE(mann_kendall(level).variance);
  CHECK_FALSE(mann_kendall(level).z);
  CHECK_FALSE(detect_level_shift(level).shift);
}

TEST_CASE("robust trends worked by hand") {
  // Slopes 2, 0.5, 5/3, -1, 1.5, 4 of the six pairs of 1, 3, 2, 6: halfway between 1.5 and 5/3. What it
  // leaves at days 0 to 3: 1, 1.4166…, -1.1666…, 1.25: the median 1.125. One pair falls, five rise.
  const auto points = daily({1, 3, 2, 6});
  const TheilSen line = theil_sen(points);
  CHECK(line.count == 4);
  CHECK_THAT(line.line->slope, WithinRel(19.0 / 12, 1e-15));
  CHECK_THAT(line.line->intercept, WithinRel(1.125, 1e-15));
  CHECK(line.line->origin == day(0));
  const MannKendall test = mann_kendall(points);
  CHECK(test.s == 4);
  CHECK_THAT(*test.variance, WithinRel(4.0 * 3 * 13 / 18, 1e-15));
  CHECK_THAT(*test.tau, WithinRel(4.0 / 6, 1e-15));
  CHECK_THAT(*test.z, WithinRel(3 / std::sqrt(4.0 * 3 * 13 / 18), 1e-15));
  // Ranks 1 3 2 4: U = 2 - 5 = -3, 8 - 10 = -2, 12 - 15 = -3: the earliest of the two.
  const auto shift = detect_level_shift(points).shift;
  REQUIRE(shift);
  CHECK(shift->at == day(1));
  CHECK(shift->before == 1);
  CHECK(shift->statistic == 3);
  CHECK(shift->median_before == 1);
  CHECK(shift->median_after == 3);
  CHECK_THAT(shift->p, WithinRel((std::min)(1.0, 2 * std::exp(-54.0 / 80)), 1e-15));
}

TEST_CASE("slopes of Theil and Sen agree with R") {
  // R 4.2.2: o <- outer(v, v, "-") / outer(t, t, "-"); s <- median(o[lower.tri(o) & is.finite(o)]);
  // c(s, median(v - s * (t - min(t))))
  const auto check = [](const std::vector<TrendPoint>& points, double slope, double intercept) {
    const TheilSen result = theil_sen(points);
    CHECK_THAT(result.line->slope, WithinRel(slope, 1e-15));
    CHECK_THAT(result.line->intercept, WithinRel(intercept, 1e-14));
  };
  check(uneven, 0.4, 3.1);
  check(tied, 0.5, 4.5);
  check(daily(nile), -2.6, 1025.7);
}

TEST_CASE("tests of Mann and Kendall agree with R") {
  // R 4.2.2: cor.test(t, v, method = "kendall", exact = FALSE, continuity = TRUE);
  // S: sum(sign(outer(t, t, "-")) * sign(outer(v, v, "-"))) / 2
  const auto check = [](const std::vector<TrendPoint>& points, std::int64_t s, double tau, double z,
                        double p) {
    const MannKendall result = mann_kendall(points);
    CHECK(result.s == s);
    CHECK_THAT(*result.tau, WithinRel(tau, 1e-13));
    CHECK_THAT(*result.z, WithinRel(z, 1e-13));
    CHECK_THAT(*result.p, WithinRel(p, 1e-12));
  };
  check(uneven, 15, 0.714285714285714302, 2.102629932151387049, 0.035498131320662506);
  check(tied, 9, 0.36742346141747673, 1.04959008391957243, 0.29390661808320989);
  check(daily(nile), -1387, -2.8074133472461299e-01, -4.1280665228441000e+00, 3.6582629216643412e-05);
}

TEST_CASE("the level shift of the Nile agrees with R") {
  // R 4.2.2: v <- as.numeric(Nile); n <- 100; U <- 2 * cumsum(rank(v)) - (1:n) * (n + 1); k <-
  // which.max(abs(U)); c(k, max(abs(U)), 2 * exp(-6 * max(abs(U))^2 / (n^3 + n^2)), median(v[1:k]),
  // median(v[(k + 1):n]))
  const auto shift = detect_level_shift(daily(nile)).shift;
  REQUIRE(shift);
  CHECK(shift->before == 28);  // to 1898, when the dam was begun
  CHECK(shift->at == day(28));
  CHECK(shift->statistic == 1617);
  CHECK_THAT(shift->p, WithinRel(3.5910221769362927e-07, 1e-13));
  CHECK(shift->median_before == 1130);
  CHECK(shift->median_after == 842.5);
}

TEST_CASE("one wild value moves least squares, not Theil and Sen") {
  std::vector<double> values;
  for (int i = 0; i < 50; ++i) values.push_back(2.0 * i);
  values[40] = -1e9;
  CHECK_THAT(theil_sen(daily(values)).line->slope, WithinRel(2.0, 1e-15));
  CHECK(linear_regression(daily(values)).line->slope < -1000);
  for (const std::size_t wild : {0U, 25U, 49U}) {
    auto points = daily({});
    for (int i = 0; i < 50; ++i) points.push_back({day(i), 0.1 * i});
    const double slope = theil_sen(points).line->slope;
    points[wild].value = 1e100;
    CHECK_THAT(theil_sen(points).line->slope, WithinRel(slope, 1e-14));
  }
  CHECK(*mann_kendall(daily(values)).p < 1e-10);
}

TEST_CASE("the slope of Theil and Sen is the median of all pairs, whatever ties") {
  Random random(11);
  for (int round = 0; round < 400; ++round) {
    const std::size_t n = random.below(40);
    const std::int64_t span = round % 3 == 0 ? 5 : round % 3 == 1 ? 1000 : 200'000'000'000;
    auto points = random_points(random, n, span, round % 2 == 0 ? 3 : 1'000'000);
    const double scale = std::array{1.0, 1e-9, -1e7}[random.below(3)];
    const double offset = round % 5 == 0 ? 4096.0 : 0.0;
    for (TrendPoint& point : points) point.value = point.value * scale + offset;
    CAPTURE(round, n, span);
    const auto expected = naive_slope(points);
    const TheilSen result = theil_sen(points);
    REQUIRE(result.line.has_value() == expected.has_value());
    if (!expected) continue;
    REQUIRE_THAT(result.line->slope, WithinRel(*expected, 1e-14));
    std::vector<double> rests;
    for (const TrendPoint& point : points)
      rests.push_back(point.value - result.line->at(point.at) + result.line->intercept);
    std::ranges::sort(rests);
    const double middle = (rests[(n - 1) / 2] + rests[n / 2]) / 2;
    REQUIRE_THAT(result.line->intercept, WithinRel(middle, 1e-9) || WithinAbs(middle, 1e-3));
  }
}

TEST_CASE("the extremes of what counts have a finite slope") {
  const std::vector<TrendPoint> points = {{Timestamp{-max_wall_time}, 1e100},
                                          {Timestamp{max_wall_time}, -1e100},
                                          {day(0), 1e100},
                                          {day(0) + 1ms, -1e100}};
  const TheilSen result = theil_sen(points, WallTime::max());
  CHECK(std::isfinite(result.line->slope));
  CHECK(std::isfinite(result.line->intercept));
}

TEST_CASE("Mann and Kendall's S, tau and variance are those of all pairs") {
  Random random(12);
  for (int round = 0; round < 300; ++round) {
    const auto points = random_points(random, 2 + random.below(30), round % 2 == 0 ? 6 : 1'000'000,
                                      round % 3 == 0 ? 4 : 100'000);
    double s = 0.0, times = 0.0, values = 0.0;
    for (const TrendPoint& a : points) {
      for (const TrendPoint& b : points) {
        const double in_time = sign_of((a.at - b.at).count()), in_value = sign_of(a.value - b.value);
        s += in_time * in_value / 2;
        times += in_time * in_time / 2;
        values += in_value * in_value / 2;
      }
    }
    const MannKendall result = mann_kendall(points);
    REQUIRE(static_cast<double>(result.s) == s);
    REQUIRE(result.tau.has_value() == (times > 0 && values > 0));
    if (!result.tau) continue;
    REQUIRE_THAT(*result.tau, WithinAbs(s / std::sqrt(times * values), 1e-12));
    REQUIRE(*result.variance > 0.0);
    REQUIRE((*result.p >= 0.0 && *result.p <= 1.0));
  }
}

TEST_CASE("the variance of S is that over all orders of the values, ties and all") {
  std::vector<std::size_t> order = {0, 1, 2, 3, 4, 5, 6};
  const std::vector<double> days = {0, 1, 1, 2, 3, 3, 3};
  const std::vector<double> values = {1, 2, 2, 5, 5, 5, 9};
  double squares = 0.0, sum = 0.0, count = 0.0, variance = 0.0;
  do {
    std::vector<TrendPoint> points;
    for (std::size_t i = 0; i < order.size(); ++i) points.push_back({day(days[i]), values[order[i]]});
    const MannKendall result = mann_kendall(points);
    variance = *result.variance;
    sum += static_cast<double>(result.s);
    squares += static_cast<double>(result.s * result.s);
    count += 1.0;
  } while (std::next_permutation(order.begin(), order.end()));
  CHECK(sum == 0.0);
  CHECK_THAT(variance, WithinRel(squares / count, 1e-13));
}

TEST_CASE("a level shift is where the ranks lean most, and lies between different times") {
  Random random(13);
  for (int round = 0; round < 300; ++round) {
    const auto points = random_points(random, 2 + random.below(30), round % 2 == 0 ? 6 : 1'000'000,
                                      round % 3 == 0 ? 4 : 100'000);
    std::int64_t most = 0;
    Timestamp first{};
    const EngagementTrend ordered(points);
    for (const TrendPoint& candidate : ordered.points()) {
      std::int64_t leaning = 0;  // of those before it against the others, as Pettitt has it
      for (const TrendPoint& a : points) {
        for (const TrendPoint& b : points) {
          if (a.at < candidate.at && !(b.at < candidate.at))
            leaning += static_cast<std::int64_t>(sign_of(a.value - b.value));
        }
      }
      if (std::abs(leaning) > most) {
        most = std::abs(leaning);
        first = candidate.at;
      }
    }
    const auto shift = detect_level_shift(points).shift;
    REQUIRE(shift.has_value() == (most > 0));
    if (!shift) continue;
    REQUIRE(shift->statistic == most);
    REQUIRE(shift->at == first);
    REQUIRE((shift->p > 0.0 && shift->p <= 1.0));
  }
}

TEST_CASE(
    "robust trends depend neither on the order of the points nor on a common shift, and leave out what is "
    "not usable") {
  Random random(14);
  auto points = random_points(random, 50, 1000, 20);
  const TheilSen line = theil_sen(points);
  const MannKendall test = mann_kendall(points);
  const LevelShiftSearch search = detect_level_shift(points);
  points.push_back({day(0), nan_value});
  points.push_back({Timestamp::max(), 1.0});
  for (int round = 0; round < 10; ++round) {
    random.shuffle(points);
    auto shuffled = theil_sen(points);
    CHECK(std::exchange(shuffled.rejected, 0) == 2);
    CHECK(shuffled == line);
    auto tested = mann_kendall(points);
    CHECK(std::exchange(tested.rejected, 0) == 2);
    CHECK(tested == test);
    auto searched = detect_level_shift(points);
    CHECK(std::exchange(searched.rejected, 0) == 2);
    CHECK(searched == search);
  }
  for (TrendPoint& point : points)
    point = {point.at == Timestamp::max() ? point.at : point.at + 1h, -3 * point.value + 7};
  CHECK_THAT(theil_sen(points).line->slope, WithinRel(-3 * line.line->slope, 1e-14));
  CHECK(mann_kendall(points).s == -test.s);
  CHECK(detect_level_shift(points).shift->at == search.shift->at + 1h);
  CHECK(detect_level_shift(points).shift->statistic == search.shift->statistic);
}

TEST_CASE("a direction can be that of the robust line") {
  CHECK(trend_direction(theil_sen(daily({1, 2, 3, 4, -500})).line, 0.1) == TrendDirection::rising);
}

TEST_CASE("a unit that is none is refused by Theil and Sen") {
  try {
    (void)theil_sen(daily({1, 2}), 0ms);
    FAIL("accepted");
  } catch (const AnalyticsError& error) {
    CHECK(error.code() == ErrorCode::invalid_argument);
    CHECK(std::string(error.what()).rfind("theil_sen:", 0) == 0);
  }
}
