// SPDX-License-Identifier: MIT
#include <viewership/inference/cuped.hpp>  // first: it must stand alone

#include "catch.hpp"
#include "golden.hpp"
#include "laws.hpp"

using namespace viewership;

namespace {

CupedArm fed(const std::vector<CupedSample>& viewers) {
  CupedArm arm;
  for (const CupedSample& viewer : viewers) arm.add(viewer);
  return arm;
}

CupedArm from_rows(const nlohmann::json& rows) {
  CupedArm arm;
  for (const nlohmann::json& row : rows) arm.add({row.at(0).get<double>(), row.at(1).get<double>()});
  return arm;
}

}  // namespace

TEST_CASE("CUPED of arms that determine nothing") {
  CHECK(cuped_test({}, {}) == CupedTest{});
  const CupedTest one = cuped_test(fed({{1, 2}}), fed({{1, 2}, {2, 3}}));
  CHECK(one.difference.status == TestStatus::no_data);
  CHECK_FALSE(one.variance_reduction);
}

TEST_CASE("CUPED worked by hand") {
  // Together the covariates 0, 2, 0, 2 and outcomes 0, 4, 3, 5: means 1 and 3, theta = ((3 + 1 + 0 + 2) / 3)
  // / (4 / 3) = 1.5. Outcomes less 1.5 of the covariate: 0, 1 and 3, 2: variances 1/2, means 1/2 and 5/2,
  // plus 1.5 of the mean.
  const CupedArm a = fed({{0, 0}, {2, 4}});
  const CupedArm b = fed({{0, 3}, {2, 5}});
  const CupedTest test = cuped_test(a, b);
  CHECK(test.adjusted);
  CHECK(nearly_equal(test.theta, 1.5));
  CHECK(nearly_equal(test.difference.estimate, 2.0));
  CHECK(nearly_equal(test.difference.standard_error, std::sqrt(0.5)));
  CHECK(nearly_equal(test.difference.degrees_of_freedom, 2.0));
  // Unadjusted: variances 8 and 2, squared error 5.
  CHECK(nearly_equal(test.variance_reduction, 0.9));
}

TEST_CASE("a covariate that does not vary is of no use, and CUPED says so") {
  const CupedArm a = fed({{7, 1}, {7, 2}, {7, 4}});
  const CupedArm b = fed({{7, 2}, {7, 5}, {7, 6}});
  const CupedTest test = cuped_test(a, b);
  CHECK_FALSE(test.adjusted);
  CHECK(test.theta == 0.0);
  CHECK(test.variance_reduction == 0.0);
  Moments plain_a, plain_b;
  for (const double value : {1, 2, 4}) plain_a.add(value);
  for (const double value : {2, 5, 6}) plain_b.add(value);
  CHECK(nearly_equal(test.difference.p, welch_test(plain_a, plain_b).p));
}

TEST_CASE("an outcome that the covariate tells altogether leaves nothing to test") {
  const CupedTest test = cuped_test(fed({{0.1, 0.3}, {0.2, 0.6}, {0.7, 2.1}}), fed({{0.3, 0.9}, {0.4, 1.2}}));
  CHECK(test.difference.status == TestStatus::zero_variance);
  CHECK(test.variance_reduction == 1.0);
}

TEST_CASE("CUPED does not care where the covariate has its zero") {
  Random random(27);
  CupedArm a, b, far_a, far_b;
  for (int i = 0; i < 200; ++i) {
    const double x = static_cast<double>(random.between(0, 1000));
    const double y = 2.0 * x + static_cast<double>(random.between(0, 500));
    (i % 2 == 0 ? a : b).add({x, y});
    (i % 2 == 0 ? far_a : far_b).add({x + 1e9, y});
  }
  CHECK_THAT(*cuped_test(far_a, far_b).difference.estimate,
             WithinRel(*cuped_test(a, b).difference.estimate, 1e-6));
  CHECK_THAT(*cuped_test(far_a, far_b).difference.p, WithinRel(*cuped_test(a, b).difference.p, 1e-6));
}

TEST_CASE("a CUPED arm obeys the laws of an accumulator, to 1e-12") {
  Random random(28);
  std::vector<CupedSample> samples;
  for (int i = 0; i < 300; ++i) {
    const double x = static_cast<double>(random.between(0, 1000));
    samples.push_back({x, x + static_cast<double>(random.between(0, 500))});
  }
  check_accumulator_laws([] { return CupedArm{}; }, samples,
                         [](const BivariateMomentsResult& a, const BivariateMomentsResult& b) {
                           return a.count == b.count && nearly_equal(a.mean_x, b.mean_x) &&
                                  nearly_equal(a.mean_y, b.mean_y) &&
                                  nearly_equal(a.covariance, b.covariance);
                         });
}

TEST_CASE("the golden CUPED") {
  const auto file = golden_json("statistics/cuped.json");
  if (!file) return;
  REQUIRE(!file->at("cases").empty());
  for (const nlohmann::json& test_case : file->at("cases")) {
    CAPTURE(test_case.at("name"));
    const CupedArm a = from_rows(test_case.at("a"));
    const CupedArm b = from_rows(test_case.at("b"));
    for (const auto& [arm, key] : {std::pair{&a, "moments_a"}, {&b, "moments_b"}}) {
      const nlohmann::json& expected = test_case.at(key);
      const BivariateMomentsResult moments = arm->result();
      CHECK(moments.count == expected.at("n").get<std::uint64_t>());
      CHECK(nearly_equal(moments.mean_x, golden_number(expected, "mean_x")));
      CHECK(nearly_equal(moments.mean_y, golden_number(expected, "mean_y")));
      CHECK(nearly_equal(moments.variance_x, golden_number(expected, "var_x")));
      CHECK(nearly_equal(moments.variance_y, golden_number(expected, "var_y")));
      CHECK(nearly_equal(moments.covariance, golden_number(expected, "cov_xy")));
    }
    const nlohmann::json& expected = test_case.at("theta_joint");
    const CupedTest test = cuped_test(a, b);
    // Differences keep the digits of the means.
    const double slack =
        1e-12 * std::abs(*golden_number(expected, "adj_mean_a") / *golden_number(expected, "diff"));
    // A theta near 0 is what is left of a sum of both signs.
    CHECK_THAT(test.theta, WithinRel(*golden_number(expected, "theta"), 1e-12));
    CHECK_THAT(*test.difference.estimate, WithinRel(*golden_number(expected, "diff"), slack));
    CHECK(nearly_equal(test.difference.standard_error, golden_number(expected, "se")));
    CHECK(nearly_equal(test.difference.degrees_of_freedom, golden_number(expected, "df")));
    CHECK_THAT(*test.difference.statistic, WithinRel(*golden_number(expected, "t"), slack));
    CHECK_THAT(*test.difference.p, WithinRel(*golden_number(expected, "p"), slack));
    CHECK_THAT(test.difference.interval->lower, WithinRel(expected.at("ci95").at(0).get<double>(), slack));
    CHECK_THAT(test.difference.interval->upper, WithinRel(expected.at("ci95").at(1).get<double>(), slack));
    CHECK_THAT(*test.variance_reduction,
               WithinAbs(*golden_number(test_case, "variance_reduction_joint"), 1e-12));
  }
}
