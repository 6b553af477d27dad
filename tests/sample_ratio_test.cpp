// SPDX-License-Identifier: MIT
#include <viewership/inference/sample_ratio.hpp>  // first: it must stand alone

#include <limits>
#include <string>

#include "catch.hpp"
#include "golden.hpp"
#include "laws.hpp"

using namespace viewership;

namespace {

using Counts = std::vector<std::uint64_t>;
using Weights = std::vector<double>;

constexpr std::uint64_t most = (std::numeric_limits<std::uint64_t>::max)();

template <class Call>
void check_refused(const Call& call, const std::string& name) {
  try {
    call();
    FAIL("accepted");
  } catch (const AnalyticsError& error) {
    CHECK(error.code() == ErrorCode::invalid_argument);
    CHECK(std::string(error.what()).rfind(name + ":", 0) == 0);
  }
}

const std::vector<Weights> bad_weights = {{},
                                          {0.0, 0.0},
                                          {1.0, -1.0},
                                          {1.0, std::numeric_limits<double>::quiet_NaN()},
                                          {1.0, std::numeric_limits<double>::infinity()}};

}  // namespace

TEST_CASE("shares of nobody, and of one arm, are no answer") {
  CHECK(sample_ratio_test(Counts{0, 0}, Weights{1, 1}) == SampleRatioTest{});
  const SampleRatioTest single = sample_ratio_test(Counts{100}, Weights{1});
  CHECK(single.status == SampleRatioStatus::single_arm);
  CHECK_FALSE(single.p);
  CHECK_FALSE(single.mismatch());
}

TEST_CASE("a sample ratio worked by hand") {
  // 1050 expected of each, off by 50: 2 x 2500 / 1050; one degree of freedom.
  const SampleRatioTest test = sample_ratio_test(Counts{1000, 1100}, Weights{0.5, 0.5});
  CHECK(test.status == SampleRatioStatus::ok);
  CHECK(nearly_equal(test.statistic, 5000.0 / 1050));
  CHECK(test.degrees_of_freedom == 1);
  CHECK(nearly_equal(test.p, std::erfc(std::sqrt(2500.0 / 1050))));
  CHECK(test.least_expected == 1050.0);
  CHECK_FALSE(test.mismatch());
  CHECK(test.mismatch(0.05));
  CHECK(sample_ratio_test(Counts{1000, 2000, 3000}, Weights{1, 2, 3}).statistic == 0.0);
  CHECK(sample_ratio_test(Counts{3, 6}, Weights{1, 1}).status == SampleRatioStatus::small_expected);
}

TEST_CASE("weights of any sum and size mean the same shares") {
  const SampleRatioTest test = sample_ratio_test(Counts{1000, 1100, 950}, Weights{1, 1, 1});
  for (const double weight : {0.25, 7.0, 1e308, 5e-324}) {
    CHECK(sample_ratio_test(Counts{1000, 1100, 950}, Weights{weight, weight, weight}) == test);
  }
  CHECK(
      nearly_equal(sample_ratio_test(Counts{1000, 1100, 950}, Weights{1.0 / 3, 1.0 / 3, 1.0 / 3}).p, test.p));
}

TEST_CASE("an arm of weight 0 counts in no degree of freedom, and someone in it is a mismatch by itself") {
  const SampleRatioTest empty = sample_ratio_test(Counts{5000, 5000, 0}, Weights{1, 1, 0});
  CHECK(empty == sample_ratio_test(Counts{5000, 5000}, Weights{1, 1}));
  CHECK(empty.degrees_of_freedom == 1);
  CHECK_FALSE(empty.mismatch());

  const SampleRatioTest observed = sample_ratio_test(Counts{5000, 5000, 2}, Weights{1, 1, 0});
  CHECK(observed.status == SampleRatioStatus::unplanned_arm);
  CHECK(observed.unplanned == 2);
  CHECK(observed.p == 1.0);
  CHECK(observed.mismatch());
  const SampleRatioTest nobody_else = sample_ratio_test(Counts{0, 0, 2}, Weights{1, 1, 0});
  CHECK(nobody_else.status == SampleRatioStatus::unplanned_arm);
  CHECK_FALSE(nobody_else.p);
  CHECK(nobody_else.mismatch());
}

TEST_CASE("a sample ratio of counts beyond all others is an answer") {
  constexpr std::uint64_t trillion = 1'000'000'000'000;
  // Off by 1.5e6 of 1e12 + 1.5e6, twice.
  const SampleRatioTest test = sample_ratio_test(Counts{trillion, trillion + 3'000'000}, Weights{1, 1});
  CHECK(nearly_equal(test.statistic, 2 * 2.25e12 / (1e12 + 1.5e6)));
  const SampleRatioTest apart = sample_ratio_test(Counts{0, most}, Weights{1, 1});
  CHECK(apart.p == 0.0);
  CHECK(std::isfinite(*apart.ln_p));
  CHECK(sample_ratio_test(Counts{most, most, most}, Weights{1, 0, 0}).unplanned == most);
}

TEST_CASE("a plan that is none is refused") {
  for (const Weights& weights : bad_weights) {
    check_refused([&] { (void)sample_ratio_test(Counts(weights.size(), 1), weights); }, "sample_ratio_test");
    check_refused([&] { SequentialSampleRatio{weights}; }, "SequentialSampleRatio");
  }
  check_refused([] { (void)sample_ratio_test(Counts{1, 2}, Weights{1.0}); }, "sample_ratio_test");
  const Weights weights = {1, 1};
  for (const double concentration :
       {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    check_refused([&] { SequentialSampleRatio(weights, concentration); }, "SequentialSampleRatio");
  }
  check_refused([&] { SequentialSampleRatio(weights, 100, {{1, 2, 3}, 0.0}); }, "SequentialSampleRatio");
  check_refused([&] { SequentialSampleRatio(weights, 100, {{1, 2}, 0.5}); }, "SequentialSampleRatio");
  check_refused([&] { SequentialSampleRatio(weights).add(Counts{1}); }, "SequentialSampleRatio::add");
}

TEST_CASE("a sequential check without arms or viewers has no evidence") {
  const SequentialSampleRatioResult nothing = SequentialSampleRatio{}.result();
  CHECK(nothing == SequentialSampleRatioResult{});
  CHECK(SequentialSampleRatio{Weights{1, 1}}.result() == SequentialSampleRatioResult{});
}

TEST_CASE("the evidence worked by hand") {
  // Concentration 2 and equal shares: a uniform prior. Two viewers in one arm: 1/3 against 1/4.
  SequentialSampleRatio check(Weights{1, 1}, 2.0);
  check.add(Counts{2, 0});
  CHECK(nearly_equal(check.result().ln_evidence, std::log(4.0 / 3)));
  CHECK(nearly_equal(check.result().p, 0.75));
  // And two in the other: B(3, 3) = 1/30 against 1/16, no more evidence; the smallest p stays.
  check.add(Counts{0, 2});
  CHECK(nearly_equal(check.result().ln_evidence, std::log(16.0 / 30)));
  CHECK(nearly_equal(check.result().p, 0.75));
  CHECK(check.state().observed == Counts{2, 2});
}

TEST_CASE("a sequential check goes on from its state as if it had never been stored") {
  const Weights weights = {0.4, 0.4, 0.2};
  SequentialSampleRatio whole(weights, 100), parts(weights, 100);
  Random random(25);
  for (int look = 0; look < 50; ++look) {
    const Counts arrived = {random.below(50), random.below(50), random.below(40)};
    whole.add(arrived);
    parts = SequentialSampleRatio(weights, 100, parts.state());
    parts.add(arrived);
    CHECK(parts == whole);
  }
  CHECK(whole.result().mismatch());
}

TEST_CASE("in the sequential check, too, someone in an arm of weight 0 is a mismatch") {
  SequentialSampleRatio check(Weights{1, 1, 0});
  check.add(Counts{10, 10, 1});
  CHECK(check.result().status == SampleRatioStatus::unplanned_arm);
  CHECK(check.result().mismatch());
  SequentialSampleRatio without(Weights{1, 1});
  without.add(Counts{10, 10});
  CHECK(check.result().ln_evidence == without.result().ln_evidence);
  check.add(Counts{most, most, most});
  CHECK(check.state().observed == Counts{most, most, most});
  CHECK(std::isfinite(check.result().ln_evidence));
}

TEST_CASE("the golden sample ratios") {
  const auto file = golden_json("statistics/srm_chi2.json");
  if (!file) return;
  REQUIRE(!file->at("cases").empty());
  for (const nlohmann::json& test_case : file->at("cases")) {
    CAPTURE(test_case.dump());
    const SampleRatioTest test =
        sample_ratio_test(test_case.at("observed").get<Counts>(), test_case.at("weights").get<Weights>());
    const std::string status = test_case.at("status").get<std::string>();
    CHECK((test.status == SampleRatioStatus::no_data) == (status == "no_data"));
    CHECK((test.status == SampleRatioStatus::single_arm) == (status == "single_arm"));
    if (status != "ok") continue;
    CHECK_THAT(*test.statistic, WithinRel(*golden_number(test_case, "chi2"), 1e-12) ||
                                    WithinAbs(*golden_number(test_case, "chi2"), 1e-15));
    CHECK(*test.degrees_of_freedom == test_case.at("df").get<std::uint64_t>());
    CHECK(nearly_equal(test.least_expected, golden_number(test_case, "min_expected")));
    CHECK(test.unplanned == test_case.at("observed_in_zero_weight_arms").get<std::uint64_t>());
    if (*golden_number(test_case, "p") > 1e-100) {
      CHECK(nearly_equal(test.p, golden_number(test_case, "p")));
    } else {
      CHECK_THAT(*test.ln_p, WithinRel(*golden_number(test_case, "ln_p"), 1e-10));
    }
  }
}

TEST_CASE("the golden sequential sample ratios") {
  const auto file = golden_json("statistics/srm_sequential.json");
  if (!file) return;
  REQUIRE(!file->at("cases").empty());
  for (const nlohmann::json& test_case : file->at("cases")) {
    SequentialSampleRatio check(test_case.at("theta0").get<Weights>(),
                                test_case.at("concentration").get<double>());
    for (const nlohmann::json& look : test_case.at("looks")) {
      CAPTURE(test_case.at("name"), look.dump());
      check.add(look.at("increment").get<Counts>());
      CHECK(check.state().observed == look.at("cumulative").get<Counts>());
      // After one viewer there is no evidence, up to rounding.
      CHECK_THAT(check.result().ln_evidence, WithinRel(*golden_number(look, "log_bf"), 1e-12) ||
                                                 WithinAbs(*golden_number(look, "log_bf"), 1e-14));
      CHECK(nearly_equal(check.result().p, golden_number(look, "p_always_valid")));
    }
  }
}
