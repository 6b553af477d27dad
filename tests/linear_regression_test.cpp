// SPDX-License-Identifier: MIT
#include <viewership/linear_regression.hpp>  // first: it must stand alone

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "golden.hpp"
#include "laws.hpp"
#include "random_trend.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

bool same(const LinearRegression& a, const LinearRegression& b) {
  if (a.count != b.count || a.rejected != b.rejected || a.line.has_value() != b.line.has_value())
    return false;
  return (!a.line ||
          (nearly_equal(a.line->slope, b.line->slope) && nearly_equal(a.line->intercept, b.line->intercept) &&
           a.line->origin == b.line->origin && a.line->per == b.line->per)) &&
         nearly_equal(a.r_squared, b.r_squared) && nearly_equal(a.slope_error, b.slope_error);
}

/// The sums of a line through whole numbers, in whole numbers: slope = products / x_squares, and so on. For
/// at most 30 points, x below 10^6 and y below 10^4.
struct WholeSums {
  std::int64_t x_squares = 0, products = 0, y_squares = 0;

  WholeSums(const std::vector<std::int64_t>& x, const std::vector<std::int64_t>& y) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        x_squares += (x[i] - x[j]) * (x[i] - x[j]);
        products += (x[i] - x[j]) * (y[i] - y[j]);
        y_squares += (y[i] - y[j]) * (y[i] - y[j]);
      }
    }
  }
};

}  // namespace

TEST_CASE("no line goes through nothing, through one point, or through one instant") {
  CHECK(linear_regression(std::vector<TrendPoint>{}) == LinearRegression{});
  CHECK(linear_regression(std::vector<double>{}) == LinearRegression{});
  const LinearRegression one = linear_regression(daily({3.0}));
  CHECK(one.count == 1);
  CHECK_FALSE(one.line);
  const std::vector<TrendPoint> instant = {{day(5), 0.1}, {day(5), 0.9}, {day(5), 0.4}};
  CHECK(linear_regression(instant).count == 3);
  CHECK_FALSE(linear_regression(instant).line);
  CHECK_FALSE(linear_regression(instant).slope_error);
  CHECK_FALSE(linear_regression_slope(instant));
}

TEST_CASE("a line worked by hand") {
  // Days 0, 1, 2, 3 and values 1, 3, 2, 6: mean 1.5 and 3; products 3 + 0 - 0.5 + 4.5 = 7 over squares 5
  // is 1.4 a day, at day 0: 3 - 2.1 = 0.9; squares of y 4 + 0 + 1 + 9 = 14, r² = 49 / (5 · 14) = 0.7; rest 14
  // - 9.8 = 4.2, over 2 degrees of freedom and 5: √0.42.
  const LinearRegression r = linear_regression(daily({1, 3, 2, 6}));
  CHECK(r.count == 4);
  REQUIRE(r.line);
  CHECK_THAT(r.line->slope, WithinRel(1.4, 1e-15));
  CHECK_THAT(r.line->intercept, WithinRel(0.9, 1e-15));
  CHECK(r.line->origin == day(0));
  CHECK(r.line->per == 24h);
  CHECK_THAT(*r.r_squared, WithinRel(0.7, 1e-15));
  CHECK_THAT(*r.slope_error, WithinRel(std::sqrt(0.42), 1e-15));
  CHECK_THAT(r.line->at(day(10)), WithinRel(14.9, 1e-15));
  CHECK_THAT(r.line->at(day(-1)), WithinAbs(-0.5, 1e-15));
}

TEST_CASE("a slope carries its unit") {
  const auto points = daily({1, 3, 2, 6});
  const LinearRegression hourly = linear_regression(points, 1h);
  CHECK_THAT(hourly.line->slope, WithinRel(1.4 / 24, 1e-15));
  CHECK_THAT(*hourly.slope_error, WithinRel(std::sqrt(0.42) / 24, 1e-15));
  CHECK(hourly.line->per == 1h);
  CHECK_THAT(hourly.line->slope_per(std::chrono::weeks{1}), WithinRel(9.8, 1e-15));
  CHECK_THAT(hourly.line->at(day(10)), WithinRel(14.9, 1e-15));
  CHECK_THAT(*linear_regression_slope(points, 1ms), WithinRel(1.4 / 86'400'000, 1e-15));
}

TEST_CASE("plain values are a series in even steps") {
  const std::vector<double> values = {1, 3, 2, 6};
  const LinearRegression r = linear_regression(values, 1h, day(7));
  CHECK_THAT(r.line->slope, WithinRel(1.4, 1e-15));
  CHECK_THAT(r.line->intercept, WithinRel(0.9, 1e-15));
  CHECK(r.line->per == 1h);
  CHECK(r.line->origin == day(7));
  CHECK(linear_regression_slope(values) == r.line->slope);
  // One that is missing leaves its place empty.
  const LinearRegression gap = linear_regression(std::vector<double>{nan_value, 1, 3, nan_value, 6});
  CHECK(gap.count == 3);
  CHECK(gap.rejected == 2);
  // Indices 1, 2, 4 and values 1, 3, 6, means 7/3 and 10/3: products 28/9 + 1/9 + 40/9 over squares 42/9 is
  // 23/14.
  CHECK_THAT(gap.line->slope, WithinRel(23.0 / 14, 1e-15));
  CHECK_THAT(gap.line->intercept, WithinRel(-0.5, 1e-14));  // at index 0
}

TEST_CASE("a level series has slope 0 and no r², a perfect line r² = 1 and no error") {
  const LinearRegression level = linear_regression(daily({0.3, 0.3, 0.3}));
  CHECK(level.line->slope == 0.0);
  CHECK(level.line->intercept == 0.3);
  CHECK_FALSE(level.r_squared);
  CHECK(level.slope_error == 0.0);
  const LinearRegression perfect = linear_regression(daily({0.1, 0.2, 0.3, 0.4, 0.5, 0.6}));
  CHECK_THAT(perfect.line->slope, WithinRel(0.1, 1e-15));
  CHECK(perfect.r_squared == 1.0);
  CHECK(perfect.slope_error == 0.0);
}

TEST_CASE("points that are not usable are counted and change nothing") {
  auto points = daily({1, 3, 2, 6});
  const LinearRegression clean = linear_regression(points);
  points.push_back({day(1), nan_value});
  points.push_back({day(-100), std::numeric_limits<double>::infinity()});
  points.push_back({day(2), -1e101});
  points.push_back({Timestamp::max(), 1.0});
  LinearRegression dirty = linear_regression(points);
  CHECK(dirty.rejected == 4);
  dirty.rejected = 0;
  CHECK(dirty == clean);
}

TEST_CASE("the largest values and the furthest times make a finite line") {
  const std::vector<TrendPoint> points = {{Timestamp{-max_wall_time}, -1e100},
                                          {Timestamp{max_wall_time}, 1e100},
                                          {day(0), 1e100},
                                          {day(1), -1e100}};
  const LinearRegression r = linear_regression(points, WallTime::max());
  REQUIRE(r.line);
  CHECK(std::isfinite(r.line->slope));
  CHECK(std::isfinite(r.line->intercept));
  CHECK((*r.r_squared > 0.0 && *r.r_squared < 1.0));
  CHECK(std::isfinite(*r.slope_error));
  CHECK(std::isfinite(r.line->at(Timestamp::max())));
}

TEST_CASE("mistake: slope of epoch-millisecond x lost to cancellation, with the wrong sign at 1 s steps") {
  // Values in single precision, as the source that got -8.15e-07 has them; the answer is of exact arithmetic.
  const std::vector<float> values = {0.376751214F, 0.455078423F, 0.482856125F, 0.544779003F, 0.590193868F,
                                     0.630095899F, 0.646726549F, 0.47017318F,  0.523516476F, 0.561516047F,
                                     0.575855851F, 0.667154491F, 0.666005611F, 0.718915761F};
  std::vector<TrendPoint> points;
  Timestamp time{1'700'000'000'000ms};
  for (const float value : values) {
    points.push_back({time, value});
    time += 1s;
  }
  CHECK_THAT(*linear_regression_slope(points, 1ms), WithinRel(1.7593144322489648e-05, 1e-12));

  // What the power sums make of it.
  double x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
  for (const TrendPoint& point : points) {
    const auto t = static_cast<double>(point.at.time_since_epoch().count());
    x += t;
    y += point.value;
    xx += t * t;
    xy += t * point.value;
  }
  CHECK((14 * xy - x * y) / (14 * xx - x * x) < 0.0);
}

TEST_CASE("slopes agree with exact arithmetic (golden: reference/linear_regression_slope.json)") {
  const auto cases = golden_json("reference/linear_regression_slope.json");
  if (!cases) return;
  REQUIRE(cases->size() >= 8);
  for (const auto& golden : *cases) {
    CAPTURE(golden["name"].get<std::string>());
    std::vector<TrendPoint> points;
    for (const auto& point : golden["points"]) {
      points.push_back({Timestamp{WallTime{point[0].get<std::int64_t>()}}, point[1].get<float>()});
    }
    const auto slope = linear_regression_slope(points, 1ms);
    const bool determined = points.size() > 1 && points.front().at != points.back().at;
    REQUIRE(slope.has_value() == determined);  // where it is not, the file says 0
    if (slope) CHECK_THAT(*slope, WithinRel(golden["exact_slope"].get<double>(), 1e-12));
  }
}

TEST_CASE("a line through whole numbers is that of whole-number arithmetic, wherever they lie") {
  Random random(41);
  for (int round = 0; round < 300; ++round) {
    const std::size_t n = 3 + random.below(28);
    std::vector<std::int64_t> x, y;
    for (std::size_t i = 0; i < n; ++i) {
      x.push_back(random.between(0, round % 2 == 0 ? 20 : 1'000'000));
      y.push_back(random.between(0, 10'000));
    }
    const WholeSums sums(x, y);
    if (sums.x_squares == 0) continue;
    const double slope = static_cast<double>(sums.products) / static_cast<double>(sums.x_squares);
    for (const std::int64_t shift_x : {0LL, 1'700'000'000'000LL, -200'000'000'000'000LL}) {
      for (const std::int64_t shift_y : {0LL, -1'000'000'000'000LL}) {
        std::vector<TrendPoint> points;
        for (std::size_t i = 0; i < n; ++i) {
          points.push_back({Timestamp{WallTime{x[i] + shift_x}}, static_cast<double>(y[i] + shift_y)});
        }
        const LinearRegression r = linear_regression(points, 1ms);
        REQUIRE_THAT(r.line->slope, WithinRel(slope, 1e-15));
        if (sums.y_squares == 0) continue;
        REQUIRE_THAT(*r.r_squared, WithinRel(slope * static_cast<double>(sums.products) /
                                                 static_cast<double>(sums.y_squares),
                                             1e-14));
        const double rest =
            (static_cast<double>(sums.y_squares) - slope * static_cast<double>(sums.products)) /
            static_cast<double>(n);
        REQUIRE_THAT(*r.slope_error * *r.slope_error * static_cast<double>(n - 2) *
                         static_cast<double>(sums.x_squares) / static_cast<double>(n),
                     WithinAbs(rest, 1e-12 * static_cast<double>(sums.y_squares)));
      }
    }
  }
}

TEST_CASE("a line follows its series in scale and shift") {
  Random random(42);
  for (int round = 0; round < 50; ++round) {
    const auto points = random_points(random, 40, 1'000'000'000, 1000);
    auto moved = points, scaled = points;
    for (auto& point : moved) point = {point.at + 12'345'678ms, point.value - 77.0};
    for (auto& point : scaled) point.value *= -0.25;
    const LinearRegression r = linear_regression(points), m = linear_regression(moved),
                           s = linear_regression(scaled);
    CHECK(nearly_equal(m.line->slope, r.line->slope));
    CHECK_THAT(m.line->intercept, WithinAbs(r.line->intercept - 77.0, 1e-10));
    CHECK(m.line->origin == r.line->origin + 12'345'678ms);
    CHECK(nearly_equal(m.r_squared, r.r_squared));
    CHECK(nearly_equal(s.line->slope, -0.25 * r.line->slope));
    CHECK(nearly_equal(*s.slope_error, 0.25 * *r.slope_error));
    CHECK(nearly_equal(s.r_squared, r.r_squared));
  }
}

TEST_CASE("least squares obey the laws of an accumulator, to 1e-12") {
  Random random(43);
  auto samples = random_points(random, 300, 5'000, 1'000'000);
  for (TrendPoint& point : samples) point.value = 1e6 + point.value / 1e7;  // nearly level, far from 0
  samples.push_back({day(0), nan_value});
  check_accumulator_laws([] { return LeastSquares{}; }, samples, same);
}

TEST_CASE("a unit that is none is refused") {
  const auto refuses = [](const auto& call, const std::string& name) {
    try {
      call();
      FAIL("accepted");
    } catch (const AnalyticsError& error) {
      CHECK(error.code() == ErrorCode::invalid_argument);
      CHECK(std::string(error.what()).rfind(name + ":", 0) == 0);
    }
  };
  refuses([] { (void)linear_regression(daily({1, 2}), 0ms); }, "linear_regression");
  refuses([] { (void)linear_regression(std::vector<double>{1, 2}, -1ms); }, "linear_regression");
  refuses([] { (void)LeastSquares{}.result(0ms); }, "LeastSquares::result");
  refuses([] { (void)trend_direction({}, -0.1); }, "trend_direction");
  refuses([] { (void)trend_direction({}, nan_value); }, "trend_direction");
}

TEST_CASE("a direction has a tolerance in the unit of the slope") {
  const auto direction = [](const std::vector<double>& values, double tolerance) {
    return trend_direction(linear_regression(daily(values)).line, tolerance);
  };
  CHECK(direction({}, 0.0) == TrendDirection::unknown);
  CHECK(direction({1}, 0.0) == TrendDirection::unknown);
  CHECK(direction({1, 1}, 0.0) == TrendDirection::steady);
  CHECK(direction({1, 1.5}, 0.0) == TrendDirection::rising);
  CHECK(direction({1, 1.5}, 0.5) == TrendDirection::steady);
  CHECK(direction({1.5, 1}, 0.5) == TrendDirection::steady);
  CHECK(direction({1.5, 1}, 0.49) == TrendDirection::falling);
}
