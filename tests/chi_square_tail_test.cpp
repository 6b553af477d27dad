// SPDX-License-Identifier: MIT
#include <viewership/detail/sample_ratio.hpp>  // first: it must stand alone

#include <cmath>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "golden.hpp"

using viewership::detail::ln_chi_square_tail_whole;
using viewership::detail::sample_ratio;

namespace {

using Counts = std::vector<std::uint64_t>;
using Shares = std::vector<double>;

double tail(double x, std::size_t dof) {
  return std::exp(ln_chi_square_tail_whole(x, dof));
}

}  // namespace

TEST_CASE("the tail of chi-square worked by hand") {
  CHECK(tail(0.0, 1) == 1.0);
  CHECK(tail(0.0, 8) == 1.0);
  CHECK_THAT(tail(3.0, 1), WithinRel(std::erfc(std::sqrt(1.5)), 1e-14));
  CHECK_THAT(tail(3.0, 2), WithinRel(std::exp(-1.5), 1e-14));
  CHECK_THAT(tail(3.0, 4), WithinRel(std::exp(-1.5) * 2.5, 1e-14));
  CHECK_THAT(tail(2.0, 3),
             WithinRel(std::erfc(1.0) + 2.0 / std::sqrt(std::acos(-1.0)) * std::exp(-1.0), 1e-14));
  CHECK(tail(std::numeric_limits<double>::infinity(), 3) == 0.0);
}

TEST_CASE("the tail of chi-square at pinned figures") {  // mpmath at 50 digits
  CHECK_THAT(tail(1400.0, 1), WithinRel(2.1010145162642176e-306, 1e-12));
  CHECK_THAT(tail(600.0, 10), WithinRel(1.760917694683184e-122, 1e-12));
  CHECK_THAT(tail(1400.0, 199), WithinRel(2.1385851364047665e-179, 1e-12));
  CHECK_THAT(tail(123.0, 99), WithinRel(0.05144491699748873, 1e-12));
}

TEST_CASE("the tail of chi-square falls with x, rises with the degrees of freedom, and never leaves [0, 1]") {
  for (std::size_t dof = 1; dof < 800; dof += dof < 20 ? 1 : 37) {
    double before = 0.0;
    for (double x = 0.0; x < 20'000.0; x = x * 1.3 + 0.1) {
      const double ln_p = ln_chi_square_tail_whole(x, dof);
      CHECK(ln_p <= before + 1e-12);
      CHECK(ln_p <= ln_chi_square_tail_whole(x, dof + 1) + 1e-11);
      before = ln_p;
    }
    CHECK(std::isfinite(before));
  }
}

TEST_CASE("the tail of chi-square agrees with the golden figures") {
  const auto golden = golden_json("statistics/special_functions.json");
  if (!golden) return;
  for (const auto& row : (*golden)["groups"]["chi2_sf"]) {
    const auto x = row["x"].get<double>();
    const auto dof = row["df"].get<std::size_t>();
    CAPTURE(x, dof);
    CHECK_THAT(tail(x, dof), WithinRel(row["sf"].get<double>(), 1e-12));
  }
}

TEST_CASE("a split as it was meant to be, and one that cannot be told, worked by hand") {
  const auto even = sample_ratio(Counts{500, 510, 490}, Shares{1, 1, 1});
  REQUIRE(even);
  CHECK(even->degrees_of_freedom == 2);
  CHECK_THAT(even->chi_square, WithinRel(0.4, 1e-14));  // (0 + 100 + 100) / 500
  CHECK_THAT(even->ln_p, WithinRel(-0.2, 1e-14));
  CHECK_FALSE(sample_ratio(Counts{0, 0}, Shares{1, 1}));
  CHECK_FALSE(sample_ratio(Counts{100}, Shares{1}));
  CHECK_FALSE(sample_ratio(Counts{}, Shares{}));
}

TEST_CASE("an arm of weight 0 is not counted in the degrees of freedom, nor its units in the total") {
  const auto with = sample_ratio(Counts{5, 3, 2}, Shares{1, 1, 0});
  const auto without = sample_ratio(Counts{5, 3}, Shares{1, 1});
  REQUIRE(with);
  CHECK(with->degrees_of_freedom == 1);
  CHECK(with->chi_square == without->chi_square);
  CHECK(with->ln_p == without->ln_p);
}

TEST_CASE("sample ratios agree with the golden figures") {
  const auto golden = golden_json("statistics/srm_chi2.json");
  if (!golden) return;
  for (const auto& row : (*golden)["cases"]) {
    const auto observed = row["observed"].get<Counts>();
    const auto weights = row["weights"].get<Shares>();
    CAPTURE(observed, weights);
    const auto ratio = sample_ratio(observed, weights);
    REQUIRE(ratio.has_value() == (row["status"].get<std::string>() == "ok"));
    if (!ratio) continue;
    CHECK(ratio->degrees_of_freedom == row["df"].get<std::size_t>());
    CHECK_THAT(ratio->chi_square,
               WithinRel(row["chi2"].get<double>(), 1e-12) || WithinAbs(row["chi2"].get<double>(), 1e-20));
    CHECK_THAT(ratio->ln_p,
               WithinRel(row["ln_p"].get<double>(), 1e-12) || WithinAbs(row["ln_p"].get<double>(), 1e-15));
  }
}
