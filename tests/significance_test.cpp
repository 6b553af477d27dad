// SPDX-License-Identifier: MIT
#include <viewership/significance.hpp>  // first: it must stand alone

#include <limits>

#include "catch.hpp"
#include "golden.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

const double infinity = std::numeric_limits<double>::infinity();
const double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// By the textbook formula.
double plain_z(double x_a, double n_a, double x_b, double n_b) {
  const double pooled = (x_a + x_b) / (n_a + n_b);
  return (x_b / n_b - x_a / n_a) / std::sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b));
}

void check_close(std::optional<double> actual, double expected, double tolerance) {
  REQUIRE(actual);
  if (expected == 0.0) {
    CHECK(std::abs(*actual) <= 1e-300);
  } else {
    CHECK_THAT(*actual, WithinRel(expected, tolerance));
  }
}

}  // namespace

TEST_CASE("the z-test worked by hand, and pinned figures") {
  // 200 of 1000 against 260 of 1000: pooled 0.23, se = sqrt(0.23 x 0.77 x 0.002) = 0.018820, z = 0.06 / se.
  const ZTest test = z_test({200, 1000}, {260, 1000});
  CHECK(test.status == TestStatus::ok);
  check_close(test.difference, 0.06, 1e-12);
  check_close(test.z, 0.06 / std::sqrt(0.23 * 0.77 * 0.002), 1e-12);
  check_close(test.z, 3.188063564953509, 1e-12);  // these by mpmath at 50 digits
  check_close(test.p, 0.0014322904658136421, 1e-12);
  check_close(test.ln_p, -6.548480391757447, 1e-12);
}

TEST_CASE("the z-test says why it has no answer") {
  const auto without_answer = [](TestStatus status) { return ZTest{status, {}, {}, {}, {}}; };
  CHECK(z_test({0, 0}, {5, 10}) == without_answer(TestStatus::no_data));
  CHECK(z_test({5, 10}, {0, 0}) == without_answer(TestStatus::no_data));
  CHECK(z_test({0, 100}, {0, 50}) == without_answer(TestStatus::zero_variance));
  CHECK(z_test({100, 100}, {50, 50}) == without_answer(TestStatus::zero_variance));
  CHECK(z_test({5, 10}, {11, 10}) == without_answer(TestStatus::invalid_counts));
  CHECK(z_test({1, 0}, {1, 10}) == without_answer(TestStatus::invalid_counts));
}

TEST_CASE("clicks above impressions are invalid, not a rate above 1") {
  CHECK(z_test({120, 100}, {50, 100}).status == TestStatus::invalid_counts);
  CHECK(z_test(1.2, 100, 0.5, 100).status == TestStatus::invalid_counts);
}

TEST_CASE("a least expected cell below 5 is said, beside the answer") {
  CHECK(z_test({10, 20}, {0, 20}).status == TestStatus::ok);  // 10 x 20 / 40 = 5
  const ZTest weak = z_test({9, 20}, {0, 20});
  CHECK(weak.status == TestStatus::small_expected);
  CHECK(weak.p);
}

TEST_CASE("the z-test changes its sign with its sides, and does not mind failures for successes") {
  Random random(8);
  for (int round = 0; round < 1'000; ++round) {
    const std::uint64_t n_a = 1 + random.below(100'000), n_b = 1 + random.below(1'000);
    const Proportion a{random.below(n_a + 1), n_a}, b{random.below(n_b + 1), n_b};
    const ZTest test = z_test(a, b);
    if (!test.z) continue;
    check_close(test.z, plain_z(double(a.successes), double(n_a), double(b.successes), double(n_b)), 1e-9);
    CHECK_THAT(*z_test(b, a).z, WithinRel(-*test.z, 1e-12));
    CHECK_THAT(*z_test({n_a - a.successes, n_a}, {n_b - b.successes, n_b}).z, WithinRel(-*test.z, 1e-12));
  }
}

TEST_CASE("the z-test agrees with the golden figures") {
  const auto golden = golden_json("statistics/two_proportion_z.json");
  if (!golden) return;
  for (const auto& row : (*golden)["cases"]) {
    const Proportion a{row["x_a"].get<std::uint64_t>(), row["n_a"].get<std::uint64_t>()};
    const Proportion b{row["x_b"].get<std::uint64_t>(), row["n_b"].get<std::uint64_t>()};
    CAPTURE(a.successes, a.trials, b.successes, b.trials);
    const ZTest test = z_test(a, b);
    const auto status = row["status"].get<std::string>();
    const auto z = golden_number(row, "z_pooled");
    CHECK(test.z.has_value() == z.has_value());
    if (status == "no_data") CHECK(test.status == TestStatus::no_data);
    if (status == "zero_variance") CHECK(test.status == TestStatus::zero_variance);
    if (status == "invalid_counts") CHECK(test.status == TestStatus::invalid_counts);
    if (!z) continue;
    CHECK(test.status ==
          (*golden_number(row, "min_expected_cell") < 5.0 ? TestStatus::small_expected : TestStatus::ok));
    check_close(test.difference, *golden_number(row, "diff"), 1e-12);
    check_close(test.z, *z, 1e-12);
    const double p = *golden_number(row, "p_pooled_two_sided");
    if (p > 1e-100) check_close(test.p, p, 1e-12);
    const double ln_p = *golden_number(row, "ln_p_pooled_two_sided");
    check_close(test.ln_p, ln_p, p > 1e-100 ? 1e-12 : 1e-10);
  }
}

TEST_CASE("the z-test agrees with the exact z of the reference's cases") {
  const auto golden = golden_json("reference/z_test.json");
  if (!golden) return;
  for (const auto& row : *golden) {
    const Proportion a{row["x1"].get<std::uint64_t>(), row["n1"].get<std::uint64_t>()};
    const Proportion b{row["x2"].get<std::uint64_t>(), row["n2"].get<std::uint64_t>()};
    const ZTest test = z_test(a, b);
    if (!test.z) continue;                              // where the reference answers 0
    const double z = row["exact_z_f64"].get<double>();  // of the first less the second
    CHECK_THAT(-*test.z, WithinRel(z, 1e-9) || WithinAbs(z, 1e-9));
    const double p = std::erfc(std::abs(z) / std::sqrt(2.0));
    CHECK(is_significant(test, 0.05) == (p <= 0.05));
    CHECK(is_significant(*test.z, 0.01) == row["sig_0.01"].get<bool>());
  }
}

TEST_CASE("counts of 32 bits and more do not overflow") {
  // 3e9 impressions are more than 2^31, and their products more than 2^63.
  check_close(z_test({1'500'000'000, 3'000'000'000}, {1'500'300'000, 3'000'000'000}).z,
              plain_z(1.5e9, 3e9, 1.5003e9, 3e9), 1e-9);
  // mpmath.
  check_close(z_test({500'000'000'000, 1'000'000'000'000}, {500'003'000'000, 1'000'000'000'000}).z,
              4.242640687138377, 1e-12);
  // One click of 2^64 - 1 impressions apart: lost to any difference of rates in double precision.
  const std::uint64_t most = (std::numeric_limits<std::uint64_t>::max)();
  const ZTest test = z_test({most / 2, most}, {most / 2 + 1, most});
  CHECK(*test.z > 0.0);
  check_close(test.z, 1.0 / std::sqrt(0.5 * static_cast<double>(most)), 1e-12);  // 1/n / sqrt(1/4 x 2/n)
}

TEST_CASE("p is not 0 beyond z = 8.3, and its logarithm goes on where p itself ends") {
  // Q(9) = 1.1285884059538406e-19 and so on, from mpmath; the logarithms where a double has ended.
  CHECK_THAT(*z_test({100'000'000, 1'000'000'000}, {200'000'000, 1'000'000'000}).ln_p,
             WithinRel(-19607852.105339974, 1e-12));
  CHECK_THAT(*z_test({5'000, 100'000}, {5'200, 50'000}).ln_p, WithinRel(-770.7459677842015, 1e-12));
  CHECK_THAT(*z_test({4'294'967'295, 4'294'967'296}, {4'294'967'000, 4'294'967'296}).p,
             WithinRel(1.096372653191893e-65, 1e-12));
  CHECK(std::erfc(9.0 / std::sqrt(2.0)) > 0.0);
  CHECK(is_significant(9.0, 1e-15));
  CHECK_FALSE(is_significant(9.0, 1e-19));
}

TEST_CASE("ln erfc agrees with erfc, is continuous, and with the golden normal tail") {
  for (double x = 0.0; x < 25.0; x += 0.01) {
    CHECK_THAT(detail::ln_erfc(x),
               WithinRel(std::log(std::erfc(x)), 1e-13) || WithinAbs(std::log(std::erfc(x)), 1e-15));
  }
  CHECK(detail::ln_erfc(0.0) == 0.0);
  CHECK(detail::ln_erfc(infinity) == -infinity);
  const auto golden = golden_json("statistics/special_functions.json");
  if (!golden) return;
  for (const auto& row : (*golden)["groups"]["normal_sf"]) {
    const double z = row["z"].get<double>();
    if (z < 0) continue;
    CHECK_THAT(detail::ln_erfc(z / std::sqrt(2.0)),
               WithinRel(row["ln_sf"].get<double>() + std::log(2.0), 1e-12) ||
                   WithinAbs(row["ln_sf"].get<double>() + std::log(2.0), 1e-15));
  }
}

TEST_CASE("significance at any alpha, not the nearest that a table has") {
  CHECK(is_significant(1.96, 0.05));
  CHECK_FALSE(is_significant(1.95, 0.05));
  CHECK(is_significant(-1.96, 0.05));
  // 0.03 is in no table: 2.1701 is its quantile.
  CHECK(is_significant(2.1701, 0.03));
  CHECK_FALSE(is_significant(2.1700, 0.03));
  CHECK(is_significant(0.01, 0.9999));
  CHECK(is_significant(37.0, 1e-290));
  CHECK(is_significant(infinity, 0.05));
  CHECK_FALSE(is_significant(not_a_number, 0.05));
}

TEST_CASE("an alpha that is none is refused") {
  for (const double alpha : {0.0, 1.0, -0.05, 5.0, not_a_number, infinity}) {
    try {
      (void)is_significant(3.0, alpha);
      FAIL("accepted");
    } catch (const AnalyticsError& error) {
      CHECK(error.code() == ErrorCode::invalid_argument);
      CHECK(std::string(error.what()).rfind("is_significant:", 0) == 0);
    }
    CHECK_THROWS_AS(is_significant(ZTest{}, alpha), AnalyticsError);
  }
}

TEST_CASE("a test without an answer is not significant") {
  CHECK_FALSE(is_significant(z_test({0, 0}, {1, 1}), 0.99));
  CHECK(is_significant(z_test({200, 1000}, {260, 1000}), 0.01));
}

TEST_CASE("the z-test from rates is the one from their counts") {
  Random random(4);
  for (int round = 0; round < 500; ++round) {
    const std::uint64_t n_a = 1 + random.below(1'000'000), n_b = 1 + random.below(1'000'000);
    const Proportion a{random.below(n_a + 1), n_a}, b{random.below(n_b + 1), n_b};
    const ZTest by_counts = z_test(a, b);
    const ZTest by_rates =
        z_test(double(a.successes) / double(n_a), n_a, double(b.successes) / double(n_b), n_b);
    CHECK(by_rates.z.has_value() == by_counts.z.has_value());
    if (by_counts.z) CHECK_THAT(*by_rates.z, WithinRel(*by_counts.z, 1e-9) || WithinAbs(*by_counts.z, 1e-9));
  }
  CHECK(z_test(0.5, 0, 0.5, 10).status == TestStatus::no_data);
  CHECK(z_test(0.0, 10, 0.0, 10).status == TestStatus::zero_variance);
  CHECK(z_test(1.0, 10, 1.0, 10).status == TestStatus::zero_variance);
  CHECK(z_test(not_a_number, 10, 0.5, 10).status == TestStatus::invalid_counts);
  CHECK(z_test(0.5, 10, -0.1, 10).status == TestStatus::invalid_counts);
}

TEST_CASE("a negative baseline does not flip the sign of a lift") {
  CHECK(relative_lift(-10.0, -5.0) == 0.5);
  CHECK(relative_lift(-10.0, -20.0) == -1.0);
  CHECK(relative_lift(10.0, 5.0) == -0.5);
  CHECK_FALSE(relative_lift(0.0, 1.0));
  CHECK_FALSE(relative_lift(0.0, 0.0));
  CHECK_FALSE(relative_lift(1.0, not_a_number));
}
