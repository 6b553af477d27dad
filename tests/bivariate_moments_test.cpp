// SPDX-License-Identifier: MIT
#include <viewership/bivariate_moments.hpp>  // first: it must stand alone

#include <limits>

#include "catch.hpp"
#include "laws.hpp"

using namespace viewership;

namespace {

BivariateMoments fed(const std::vector<BivariateSample>& samples) {
  BivariateMoments moments;
  for (const BivariateSample& sample : samples) moments.add(sample);
  return moments;
}

}  // namespace

TEST_CASE("of no pair there is no mean, of one no variance") {
  CHECK(BivariateMoments{}.result() == BivariateMomentsResult{});
  const BivariateMomentsResult one = fed({{3.0, -4.0}}).result();
  CHECK(one.count == 1);
  CHECK(one.mean_x == 3.0);
  CHECK(one.mean_y == -4.0);
  CHECK_FALSE(one.variance_x);
  CHECK_FALSE(one.covariance);
  CHECK_FALSE(one.variance_about(1.0));
}

TEST_CASE("bivariate moments worked by hand") {
  // Means 2 and 5; distances -1, 0, 1 and -3, 1, 2: squares 2 and 14, products 3 + 0 + 2 = 5, over 2.
  const BivariateMomentsResult result = fed({{1, 2}, {2, 6}, {3, 7}}).result();
  CHECK(nearly_equal(result.mean_x, 2.0));
  CHECK(nearly_equal(result.mean_y, 5.0));
  CHECK(nearly_equal(result.variance_x, 1.0));
  CHECK(nearly_equal(result.variance_y, 7.0));
  CHECK(nearly_equal(result.covariance, 2.5));
  // y - 2 x = 0, 2, 1.
  CHECK(nearly_equal(result.variance_about(2.0), 1.0));
}

TEST_CASE("pairs on a line vary about it by nothing, not by what rounding leaves") {
  BivariateMoments moments;
  for (int i = 1; i < 100; ++i) moments.add({0.1 * i, 0.3 * (0.1 * i)});
  CHECK(moments.result().variance_about(0.3) == 0.0);
}

TEST_CASE("means that are large against the spread lose no covariance to cancellation") {
  BivariateMoments moments;
  for (int i = 0; i < 1000; ++i) moments.add({1e9 + i % 2, -1e9 + 3 * (i % 2)});
  CHECK_THAT(*moments.result().covariance, WithinRel(3 * 250.0 / 999, 1e-8));
}

TEST_CASE("a pair with a value that cannot count is rejected whole") {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const BivariateMomentsResult result =
      fed({{1, 2}, {nan, 1}, {1, nan}, {infinity, 1}, {1, -infinity}, {1e141, 1}, {3, 4}}).result();
  CHECK(result.count == 2);
  CHECK(result.rejected == 5);
  CHECK(result.mean_x == 2.0);
  CHECK(result.covariance == 2.0);
  const double most = max_moments_value;
  const BivariateMomentsResult huge = fed({{most, -most}, {-most, most}, {most, most}}).result();
  CHECK(std::isfinite(*huge.covariance));
  CHECK_FALSE(huge.variance_about(most));
}

TEST_CASE("bivariate moments obey the laws of an accumulator, to 1e-12") {
  Random random(24);
  std::vector<BivariateSample> samples;
  for (int i = 0; i < 500; ++i) {
    const double x = static_cast<double>(random.between(0, 3'000'000)) / 1000.0;
    samples.push_back({x, 2.0 * x + static_cast<double>(random.between(0, 1'000'000)) / 1000.0});
  }
  samples.push_back({1.0, std::numeric_limits<double>::quiet_NaN()});
  check_accumulator_laws([] { return BivariateMoments{}; }, samples,
                         [](const BivariateMomentsResult& a, const BivariateMomentsResult& b) {
                           return a.count == b.count && a.rejected == b.rejected &&
                                  nearly_equal(a.mean_x, b.mean_x) && nearly_equal(a.mean_y, b.mean_y) &&
                                  nearly_equal(a.variance_x, b.variance_x) &&
                                  nearly_equal(a.variance_y, b.variance_y) &&
                                  nearly_equal(a.covariance, b.covariance);
                         });
}
