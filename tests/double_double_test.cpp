// SPDX-License-Identifier: MIT
#include <viewership/detail/double_double.hpp>  // first: it must stand alone

#include <cmath>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership::detail;

namespace {

/// 2^-98.
const double tiny = std::ldexp(1.0, -98);

/// A random one with all its digits.
DoubleDouble random_one(Random& random) {
  const auto part = [&](int exponent) {
    return std::ldexp(static_cast<double>(random.between(-(1LL << 52), 1LL << 52)), exponent);
  };
  return exact_sum(part(static_cast<int>(random.between(-20, 20))), part(-90));
}

}  // namespace

TEST_CASE("sums and products of doubles lose nothing") {
  // 2^60 + 1 and (2^30 + 1)² = 2^60 + 2^31 + 1 need more than 53 bits.
  CHECK(exact_sum(std::ldexp(1.0, 60), 1.0) == DoubleDouble(std::ldexp(1.0, 60), 1.0));
  CHECK(exact_sum(1.0, std::ldexp(1.0, 60)) == DoubleDouble(std::ldexp(1.0, 60), 1.0));
  CHECK(exact_sum_ordered(std::ldexp(1.0, 60), 1.0) == DoubleDouble(std::ldexp(1.0, 60), 1.0));
  const double a = std::ldexp(1.0, 30) + 1.0;
  CHECK(exact_product(a, a) == DoubleDouble(std::ldexp(1.0, 60) + std::ldexp(1.0, 31), 1.0));
}

TEST_CASE("what plain sums cancel away stays") {
  DoubleDouble sum;
  for (const double value : {1e16, 1.0, -1e16, 1e-10}) sum += value;
  CHECK(static_cast<double>(sum) == 1.0 + 1e-10);
  CHECK(static_cast<double>(DoubleDouble(1.0) / 3.0 * 3.0 - 1.0) == 0.0);
  // 1/3 to 32 digits leaves nothing of 2^-98 and above.
  const DoubleDouble third = DoubleDouble(1.0) / 3.0;
  CHECK(std::abs(static_cast<double>(third + third + third - 1.0)) < tiny);
}

TEST_CASE("arithmetic inverts itself to 2^-98") {
  Random random(5);
  for (int round = 0; round < 2000; ++round) {
    const DoubleDouble a = random_one(random), b = random_one(random);
    if (b.high == 0.0 || a.high == 0.0) continue;
    const auto off = [&](const DoubleDouble& back, double scale) {
      return std::abs(static_cast<double>(back - a)) / scale;
    };
    REQUIRE(off(a + b - b, std::abs(a.high) + std::abs(b.high)) < tiny);
    REQUIRE(off(a * b / b, std::abs(a.high)) < tiny);
    REQUIRE(a + -a == DoubleDouble{});
    REQUIRE((a < b) == (static_cast<double>(b - a) > 0.0));
  }
}
