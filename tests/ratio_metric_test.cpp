// SPDX-License-Identifier: MIT
#include <viewership/inference/ratio_metric.hpp>  // first: it must stand alone

#include <limits>

#include "catch.hpp"
#include "golden.hpp"
#include "laws.hpp"

using namespace viewership;

namespace {

RatioMetric fed(const std::vector<RatioSample>& viewers) {
  RatioMetric metric;
  for (const RatioSample& viewer : viewers) metric.add(viewer);
  return metric;
}

RatioMetric from_rows(const nlohmann::json& rows) {
  RatioMetric metric;
  for (const nlohmann::json& row : rows) metric.add({row.at(0).get<double>(), row.at(1).get<double>()});
  return metric;
}

}  // namespace

TEST_CASE("a ratio of nobody, of one viewer, and over nothing") {
  CHECK(RatioMetric{}.result() == RatioMetricResult{});
  const RatioMetricResult one = fed({{1, 4}}).result();
  CHECK(one.ratio == 0.25);
  CHECK_FALSE(one.variance);
  const RatioMetricResult nothing = fed({{1, 0}, {2, 0}}).result();
  CHECK(nothing.count == 2);
  CHECK_FALSE(nothing.ratio);
  CHECK(ratio_test({}, {}) == TTest{});
  CHECK(ratio_test(fed({{1, 0}, {2, 0}}), fed({{1, 2}, {2, 3}})).status == TestStatus::no_data);
}

TEST_CASE("a ratio worked by hand") {
  // 6 of 12: ratio 1/2, mean denominator 4; numerator - denominator / 2 is 0, -1, 1: variance 1, over 16.
  const RatioMetricResult result = fed({{1, 2}, {1, 4}, {4, 6}}).result();
  CHECK(nearly_equal(result.ratio, 0.5));
  CHECK(nearly_equal(result.variance, 1.0 / 16));
  // The same for all viewers of both arms: nothing varies.
  CHECK(ratio_test(fed({{1, 2}, {2, 4}, {3, 6}}), fed({{2, 2}, {7, 7}})).status == TestStatus::zero_variance);
}

TEST_CASE("a viewer with a number that cannot count is rejected") {
  const RatioMetricResult result =
      fed({{1, 2}, {std::numeric_limits<double>::quiet_NaN(), 2}, {1, 1e300}, {1, 4}, {4, 6}}).result();
  CHECK(result.count == 3);
  CHECK(result.rejected == 2);
}

TEST_CASE("a negative baseline does not flip the sign of a ratio's lift") {
  const TTest lift = ratio_lift_test(fed({{-2, 2}, {-5, 4}, {-5, 6}}), fed({{-1, 2}, {-2, 4}, {-3, 5}}));
  CHECK(*lift.estimate > 0.0);
  CHECK(ratio_lift_test(fed({{-2, 2}, {2, 3}}), fed({{-1, 2}, {-2, 4}})) == TTest{});
}

TEST_CASE("clicks of one viewer are no independent trials") {
  // Ten viewers of ten impressions each, who click always or never: 5 to 5 and 7 to 3. Counting impressions,
  // z is 2.9.
  RatioMetric a, b;
  for (int i = 0; i < 10; ++i) {
    a.add({i < 5 ? 10.0 : 0.0, 10.0});
    b.add({i < 7 ? 10.0 : 0.0, 10.0});
  }
  CHECK(*ratio_test(a, b).p > 0.3);
}

TEST_CASE("extreme viewers give numbers or a status, never NaN") {
  const double huge = max_moments_value;
  const std::vector<RatioMetric> extremes = {fed({{huge, 1e-300}, {huge, 1e-300}}),
                                             fed({{huge, 1e-300}, {1, 1e-300}}), fed({{1, huge}, {2, huge}}),
                                             fed({{-huge, 1}, {huge, 2}}), fed({{5e-324, 1}, {0, 1}})};
  for (const RatioMetric& a : extremes) {
    for (const RatioMetric& b : extremes) {
      for (const TTest& test : {ratio_test(a, b), ratio_lift_test(a, b)}) {
        for (const auto& value : {a.result().ratio, a.result().variance, test.estimate, test.standard_error,
                                  test.degrees_of_freedom, test.statistic, test.p, test.ln_p}) {
          CHECK_FALSE((value && std::isnan(*value)));
        }
      }
    }
  }
}

TEST_CASE("a ratio metric obeys the laws of an accumulator, to 1e-12") {
  Random random(26);
  std::vector<RatioSample> samples;
  for (int i = 0; i < 300; ++i) {
    const std::int64_t impressions = random.between(1, 20);
    samples.push_back(
        {static_cast<double>(random.between(0, impressions)), static_cast<double>(impressions)});
  }
  check_accumulator_laws([] { return RatioMetric{}; }, samples,
                         [](const RatioMetricResult& a, const RatioMetricResult& b) {
                           return a.count == b.count && a.rejected == b.rejected &&
                                  nearly_equal(a.ratio, b.ratio) && nearly_equal(a.variance, b.variance);
                         });
}

TEST_CASE("the golden ratio metrics") {
  const auto file = golden_json("statistics/ratio_delta.json");
  if (!file) return;
  REQUIRE(!file->at("cases").empty());
  for (const nlohmann::json& test_case : file->at("cases")) {
    CAPTURE(test_case.at("name"));
    const RatioMetric a = from_rows(test_case.at("a"));
    const RatioMetric b = from_rows(test_case.at("b"));
    CHECK(nearly_equal(a.result().ratio, golden_number(test_case, "ratio_a")));
    CHECK(nearly_equal(b.result().ratio, golden_number(test_case, "ratio_b")));
    CHECK(nearly_equal(a.result().variance, golden_number(test_case, "var_a")));
    CHECK(nearly_equal(b.result().variance, golden_number(test_case, "var_b")));
    const TTest test = ratio_test(a, b);
    // The difference of two close ratios keeps the digits of a ratio, not of the difference.
    const double slack = 1e-12 * *a.result().ratio / std::abs(*test.estimate);
    CHECK_THAT(*test.estimate, WithinRel(*golden_number(test_case, "diff"), slack));
    CHECK(nearly_equal(test.standard_error, golden_number(test_case, "se")));
    CHECK(nearly_equal(test.degrees_of_freedom, golden_number(test_case, "df")));
    CHECK_THAT(*test.statistic, WithinRel(*golden_number(test_case, "t"), slack));
    CHECK(nearly_equal(test.p, golden_number(test_case, "p")));
    const TTest lift = ratio_lift_test(a, b);
    CHECK_THAT(*lift.estimate, WithinRel(*golden_number(test_case, "rel_lift"), slack));
    CHECK(nearly_equal(lift.standard_error, golden_number(test_case, "rel_se")));
    CHECK(nearly_equal(lift.p, golden_number(test_case, "rel_p_t")));
  }
}
