// SPDX-License-Identifier: MIT
#include <array>
#include <cstdint>
#include <vector>

#include <viewership/detail/cross_moments.hpp>
#include <viewership/moments.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;

TEST_CASE("the variance of a weighted sum of values that vary together, by hand") {
  // 2x - y over (1, 1), (2, 5), (3, 3) is 1, -1, 3: mean 1, squares 0 + 4 + 4.
  detail::CrossMoments<2> moments;
  moments.add({1, 1});
  moments.add({2, 5});
  moments.add({3, 3});
  CHECK(moments.count() == 3);
  CHECK(moments.sum(0) == 6);
  CHECK(moments.sum(1) == 9);
  CHECK_THAT(moments.variance_of({2.0, -1.0}), WithinRel(4.0, 1e-14));
}

TEST_CASE("values that never differ have no variance, not even by rounding") {
  detail::CrossMoments<2> moments;
  for (int i = 0; i < 1000; ++i) moments.add({4095, 1});
  CHECK(moments.variance_of({1.0 / 4096, 0.3}) == 0.0);
}

TEST_CASE("the variance of a weighted sum is that of the sums, one by one, and merging does not change it") {
  Random random(4);
  const std::array<double, 3> coefficients{0.7, -1.3, 0.01};
  detail::CrossMoments<3> moments;
  detail::CrossMoments<3> first;
  detail::CrossMoments<3> second;
  Moments sums;
  for (int i = 0; i < 500; ++i) {
    const std::array<std::uint64_t, 3> values{random.below(4097), random.below(2), random.below(65'537)};
    moments.add(values);
    (random.percent(30) ? first : second).add(values);
    double sum = 0;
    for (std::size_t j = 0; j < 3; ++j) sum += coefficients[j] * static_cast<double>(values[j]);
    sums.add(sum);
  }
  CHECK_THAT(moments.variance_of(coefficients), WithinRel(*sums.result().variance, 1e-10));
  first.merge(second);
  CHECK(first == moments);
}
