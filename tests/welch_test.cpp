// SPDX-License-Identifier: MIT
#include <viewership/inference/welch.hpp>  // first: it must stand alone

#include <limits>

#include "catch.hpp"
#include "golden.hpp"
#include "laws.hpp"

using namespace viewership;

TEST_CASE("Welch's test wants two values in each arm") {
  const Moments many = Moments::of(10, 5.0, 2.0);
  CHECK(welch_test({}, {}) == TTest{});
  CHECK(welch_test(many, {}).status == TestStatus::no_data);
  CHECK(welch_test(Moments::of(1, 5.0, 0.0), many).status == TestStatus::no_data);
  CHECK(welch_test(many, Moments::of(1, 5.0, 0.0)) == TTest{});
}

TEST_CASE("where nothing varies there is a difference, but no test of it") {
  const TTest test = welch_test(Moments::of(10, 5.0, 0.0), Moments::of(12, 6.0, 0.0));
  CHECK(test.status == TestStatus::zero_variance);
  CHECK(test.estimate == 1.0);
  CHECK(test.standard_error == 0.0);
  CHECK_FALSE(test.statistic);
  CHECK_FALSE(test.p);
  CHECK_FALSE(test.interval);
  // One arm that varies is enough; its degrees of freedom are all there are.
  CHECK_THAT(*welch_test(Moments::of(10, 5.0, 0.0), Moments::of(12, 6.0, 2.5)).degrees_of_freedom,
             WithinRel(11.0, 1e-15));
}

TEST_CASE("Welch's test worked by hand") {
  // 0 and 1 with variance 1 and two values each: standard error 1, two degrees of freedom, t = 1.
  // P(|T| > 1) = 1 - 1 / sqrt(3); the quantile solves t^2 = 2 q^2 / (1 - q^2), q = 0.95.
  const TTest test = welch_test(Moments::of(2, 0.0, 1.0), Moments::of(2, 1.0, 1.0));
  CHECK(test.status == TestStatus::ok);
  CHECK(test.estimate == 1.0);
  CHECK(nearly_equal(test.standard_error, 1.0));
  CHECK(nearly_equal(test.degrees_of_freedom, 2.0));
  CHECK(nearly_equal(test.statistic, 1.0));
  CHECK(nearly_equal(test.p, 1.0 - 1.0 / std::sqrt(3.0)));
  const double critical = 0.95 * std::sqrt(2.0 / (1.0 - 0.95 * 0.95));
  CHECK(nearly_equal(test.interval->lower, 1.0 - critical));
  CHECK(nearly_equal(test.interval->upper, 1.0 + critical));
  const TTest exchanged = welch_test(Moments::of(2, 1.0, 1.0), Moments::of(2, 0.0, 1.0));
  CHECK(exchanged.statistic == -*test.statistic);
  CHECK(exchanged.p == test.p);
}

TEST_CASE("p is no 0 beyond z = 8.3, and its logarithm goes on where it is") {
  const TTest far_out = welch_test(Moments::of(500, 50.0, 10.0), Moments::of(400, 52.0, 11.0));
  CHECK(*far_out.statistic > 8.3);
  CHECK(*far_out.p > 0.0);
  // mpmath.
  const TTest beyond = welch_test(Moments::of(500, 50.0, 10.0), Moments::of(400, 70.0, 11.0));
  CHECK(beyond.p == 0.0);
  CHECK(nearly_equal(beyond.ln_p, -1009.069107463391));
  CHECK(nearly_equal(welch_test(Moments::of(1'000'000, 7.0, 1.0), Moments::of(1'000'000, 9.0, 1.0)).ln_p,
                     -693154.1209596464));
}

TEST_CASE("a negative baseline does not flip the sign of a lift") {
  // From -3 up to -2.1 is a rise by 30 % of 3.
  const TTest rise = welch_lift_test(Moments::of(40, -3.0, 2.0), Moments::of(35, -2.1, 3.0));
  CHECK(nearly_equal(rise.estimate, 0.3));
  CHECK(*rise.statistic > 0.0);
  CHECK(rise.interval->lower > 0.0);
  // Mirrored, it is a fall.
  const TTest fall = welch_lift_test(Moments::of(40, 3.0, 2.0), Moments::of(35, 2.1, 3.0));
  CHECK(nearly_equal(fall.estimate, -0.3));
  CHECK(nearly_equal(fall.standard_error, *rise.standard_error));
}

TEST_CASE("nothing is a multiple of a baseline of 0") {
  CHECK(welch_lift_test(Moments::of(40, 0.0, 2.0), Moments::of(35, 0.7, 3.0)) == TTest{});
  CHECK(welch_lift_test(Moments::of(40, 1e-320, 2.0), Moments::of(35, 0.7, 3.0)) == TTest{});
}

TEST_CASE("extreme moments give numbers or a status, never NaN") {
  const double most = max_moments_value;
  const std::vector<Moments> extremes = {Moments::of(2, 0.0, 5e-324),
                                         Moments::of(2, most, 4 * most * most),
                                         Moments::of(2, -most, 0.0),
                                         Moments::of(2, 1e-300, 1e-300),
                                         Moments::of(std::uint64_t{1} << 63, 1.0, 1.0),
                                         Moments::of(3, most, 1e-300)};
  for (const Moments& a : extremes) {
    for (const Moments& b : extremes) {
      for (const TTest& test : {welch_test(a, b, ConfidenceLevel::of_alpha(1e-300)), welch_lift_test(a, b)}) {
        for (const auto& value : {test.estimate, test.standard_error, test.degrees_of_freedom, test.statistic,
                                  test.p, test.ln_p}) {
          CHECK_FALSE((value && std::isnan(*value)));
        }
        if (test.interval) CHECK(test.interval->lower <= test.interval->upper);
      }
    }
  }
}

TEST_CASE("the golden tests of Welch") {
  const auto file = golden_json("statistics/welch_t.json");
  if (!file) return;
  REQUIRE(!file->at("cases").empty());
  for (const nlohmann::json& test_case : file->at("cases")) {
    CAPTURE(test_case.dump());
    const auto arm = [&](const char* count, const char* mean, const char* variance) {
      return Moments::of(test_case.at(count).get<std::uint64_t>(), test_case.at(mean).get<double>(),
                         test_case.at(variance).get<double>());
    };
    const Moments a = arm("n_a", "mean_a", "var_a");
    const Moments b = arm("n_b", "mean_b", "var_b");
    const ConfidenceLevel confidence = ConfidenceLevel::of_alpha(test_case.at("alpha").get<double>());
    const TTest test = welch_test(a, b, confidence);
    const std::string status = test_case.at("status").get<std::string>();
    CHECK(test.status == (status == "ok"        ? TestStatus::ok
                          : status == "too_few" ? TestStatus::no_data
                                                : TestStatus::zero_variance));
    if (status == "too_few") continue;
    CHECK(nearly_equal(test.estimate, golden_number(test_case, "diff")));
    CHECK(nearly_equal(test.statistic, golden_number(test_case, "t")));
    CHECK(nearly_equal(test.degrees_of_freedom, golden_number(test_case, "df")));
    if (test.status != TestStatus::ok) continue;
    CHECK(nearly_equal(test.standard_error, golden_number(test_case, "se")));
    if (*golden_number(test_case, "p_two_sided") > 1e-100) {
      CHECK(nearly_equal(test.p, golden_number(test_case, "p_two_sided")));
    } else {
      CHECK_THAT(*test.ln_p, WithinRel(*golden_number(test_case, "ln_p_two_sided"), 1e-10));
    }
    // A limit near 0 is a small difference of the estimate and the half width.
    const double slack = 1e-12 * *test.standard_error;
    CHECK_THAT(test.interval->lower, WithinAbs(*golden_number(test_case, "ci_low"), slack));
    CHECK_THAT(test.interval->upper, WithinAbs(*golden_number(test_case, "ci_high"), slack));

    const TTest lift = welch_lift_test(a, b, confidence);
    CHECK(nearly_equal(lift.estimate, golden_number(test_case, "rel_lift")));
    if (!lift.interval) continue;
    CHECK(nearly_equal(lift.standard_error, golden_number(test_case, "rel_se_delta")));
    CHECK(nearly_equal(lift.statistic, golden_number(test_case, "rel_t")));
    if (*golden_number(test_case, "rel_p_two_sided") > 1e-100) {
      CHECK(nearly_equal(lift.p, golden_number(test_case, "rel_p_two_sided")));
    }
    CHECK_THAT(lift.interval->lower,
               WithinAbs(test_case.at("rel_ci").at(0).get<double>(), 1e-12 * *lift.standard_error));
    CHECK_THAT(lift.interval->upper,
               WithinAbs(test_case.at("rel_ci").at(1).get<double>(), 1e-12 * *lift.standard_error));
  }
}
