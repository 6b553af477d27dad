// SPDX-License-Identifier: MIT
#include <viewership/detail/gaussian.hpp>

#include "catch.hpp"

using namespace viewership;

// R 4.2.2: qnorm(1 - c(0.05, 0.1, 0.01) / 2); qnorm(1 - 1e-10 / 2) is 6.4669510747 and has lost digits, so
// -qnorm(1e-10 / 2) stands here; pnorm(c(-8, -1.5, 0, 2)).
TEST_CASE("the normal distribution agrees with R") {
  CHECK_THAT(detail::gaussian_two_sided(0.05), WithinRel(1.9599639845400536, 1e-14));
  CHECK_THAT(detail::gaussian_two_sided(0.1), WithinRel(1.6448536269514715, 1e-14));
  CHECK_THAT(detail::gaussian_two_sided(0.01), WithinRel(2.5758293035488999, 1e-14));
  CHECK_THAT(detail::gaussian_two_sided(1e-10), WithinRel(6.4669510872405152, 1e-13));
  CHECK_THAT(detail::gaussian_below(-8.0), WithinRel(6.2209605742717849e-16, 1e-13));
  CHECK_THAT(detail::gaussian_below(-1.5), WithinRel(6.6807201268858071e-02, 1e-14));
  CHECK(detail::gaussian_below(0.0) == 0.5);
  CHECK_THAT(detail::gaussian_below(2.0), WithinRel(9.7724986805182079e-01, 1e-14));
  CHECK_THAT(detail::gaussian_outside(-1.5), WithinRel(2 * 6.6807201268858071e-02, 1e-14));
  CHECK_THAT(detail::gaussian_outside(8.0), WithinRel(2 * 6.2209605742717849e-16, 1e-13));
}

TEST_CASE("the quantile stays finite for any alpha that a double can be") {
  CHECK(detail::gaussian_two_sided(5e-324) > 38.0);
  CHECK(detail::gaussian_two_sided(5e-324) < 40.0);
  CHECK_THAT(detail::gaussian_two_sided(1.0 - 1e-9),
             WithinRel(1.2533141373e-9, 1e-6));  // alpha ≈ 1 - z √(2/π)
}
