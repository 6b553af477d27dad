// SPDX-License-Identifier: MIT
#include <viewership/inference/sequential.hpp>  // first: it must stand alone

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"
#include "golden.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

AlwaysValidOptions with_spread(double spread) {
  AlwaysValidOptions options;
  options.effect_spread = spread;
  return options;
}

}  // namespace

TEST_CASE("before any data an always-valid test knows nothing") {
  AlwaysValidTest test;
  const AlwaysValidLook look = test.look(Proportion{}, Proportion{});
  CHECK(look.status == TestStatus::no_data);
  CHECK_FALSE(look.difference);
  CHECK_FALSE(look.interval);
  CHECK(look.p == 1.0);
  CHECK_FALSE(look.significant);
  CHECK(test.state().looks == 1);
}

TEST_CASE("an always-valid look worked by hand") {
  // 10 % against 20 % of 100: v = 0.0009 + 0.0016 = 0.0025, d²/v = 4. A mixture of spread 0.05 has the
  // variance of the estimate: g = 1, so ln evidence = (4·1/2 - ln 2)/2 and half = sqrt(0.0025·2·(2 ln 20 + ln
  // 2)).
  AlwaysValidTest test(with_spread(0.05));
  const AlwaysValidLook look = test.look(Proportion{10, 100}, Proportion{20, 100});
  CHECK(look.status == TestStatus::ok);
  CHECK_THAT(*look.difference, WithinRel(0.1, 1e-14));
  CHECK_THAT(*look.ln_evidence, WithinRel(1 - std::log(2.0) / 2, 1e-13));
  CHECK_THAT(look.p, WithinRel(std::sqrt(2.0) / std::exp(1.0), 1e-13));
  const double half = std::sqrt(0.005 * (2 * std::log(20.0) + std::log(2.0)));
  CHECK_THAT(look.interval->lower, WithinRel(0.1 - half, 1e-13));
  CHECK_THAT(look.interval->upper, WithinRel(0.1 + half, 1e-13));
}

TEST_CASE("pinned always-valid looks, tuned at 5000") {
  AlwaysValidTest test;
  AlwaysValidLook look = test.look(Proportion{52, 1'000}, Proportion{49, 1'000});
  CHECK_THAT(*look.ln_evidence, WithinRel(-0.6788076866026959, 1e-12));
  CHECK_THAT(look.interval->lower, WithinRel(-0.03358991677895932, 1e-12));
  look = test.look(Proportion{101, 2'000}, Proportion{103, 2'000});
  CHECK_THAT(look.interval->upper, WithinRel(0.022151639771725337, 1e-12));
  CHECK(look.p == 1.0);
}

TEST_CASE("a test goes on from its stored state as if it had never stopped") {
  const std::vector<std::pair<Proportion, Proportion>> looks{
      {{50, 1'000}, {70, 1'000}}, {{98, 2'000}, {145, 2'000}}, {{260, 5'000}, {330, 5'000}}};
  AlwaysValidOptions options;
  options.tuned_at = 4'000;
  AlwaysValidTest whole(options);
  for (const auto& [a, b] : looks) whole.look(a, b);

  AlwaysValidTest before(options);
  before.look(looks[0].first, looks[0].second);
  before.look(looks[1].first, looks[1].second);
  // What a program writes down, and reads back tomorrow.
  const std::uint64_t looks_made = before.state().looks;
  const std::uint64_t observations = before.state().observations;
  const std::string ln_p = nlohmann::json(before.state().ln_p).dump();
  AlwaysValidTest after(options, {looks_made, observations, nlohmann::json::parse(ln_p).get<double>()});
  CHECK(after == before);
  const AlwaysValidLook last = after.look(looks[2].first, looks[2].second);
  CHECK(after == whole);
  CHECK(last.significant);
}

TEST_CASE("a significant answer stays significant, and p never rises") {
  AlwaysValidTest test(with_spread(0.02));
  CHECK_FALSE(test.look(Proportion{50, 1'000}, Proportion{50, 1'000}).significant);
  const AlwaysValidLook high = test.look(Proportion{100, 2'000}, Proportion{170, 2'000});
  CHECK(high.significant);
  const AlwaysValidLook back = test.look(Proportion{1'000, 20'000}, Proportion{1'001, 20'000});
  CHECK(*back.ln_evidence < 0.0);
  CHECK(back.interval->contains(0.0));
  CHECK(back.p == high.p);
  CHECK(back.significant);
}

TEST_CASE("the interval leaves out 0 exactly when the evidence of that look reaches 1/alpha") {
  Random random(6);
  for (int round = 0; round < 500; ++round) {
    AlwaysValidOptions options;
    options.confidence = ConfidenceLevel::of_alpha(static_cast<double>(random.between(1, 999)) / 1000);
    if (random.percent(50)) options.effect_spread = static_cast<double>(random.between(1, 100)) / 1000;
    AlwaysValidTest test(options);
    const auto arm = [&] {
      const std::uint64_t trials = 10 + random.below(2'000);
      return Proportion{1 + random.below(trials - 1), trials};
    };
    const AlwaysValidLook look = test.look(arm(), arm());
    REQUIRE(look.status == TestStatus::ok);
    CHECK(look.interval->contains(0.0) == (*look.ln_evidence < -std::log(options.confidence.alpha())));
  }
}

TEST_CASE("the tuned interval is narrowest where it was tuned") {
  const auto half_width = [](double tuned_at) {
    AlwaysValidOptions options;
    options.tuned_at = tuned_at;
    const AlwaysValidLook look =
        AlwaysValidTest(options).look(Proportion{500, 5'000}, Proportion{500, 5'000});
    return look.interval->upper;
  };
  CHECK(half_width(10'000) < half_width(100));
  CHECK(half_width(10'000) < half_width(3'000));
  CHECK(half_width(10'000) < half_width(30'000));
}

TEST_CASE("zeros and ones as values give the answer of their counts") {
  // But for the variance's denominator, n - 1 of n.
  const Proportion a{300, 10'000}, b{360, 10'000};
  AlwaysValidTest counts, values;
  const AlwaysValidLook by_counts = counts.look(a, b);
  const auto values_of = [](const Proportion& p) {
    Moments moments;
    for (std::uint64_t i = 0; i < p.trials; ++i) moments.add(i < p.successes ? 1.0 : 0.0);
    return moments;
  };
  const AlwaysValidLook by_values = values.look(values_of(a), values_of(b));
  CHECK_THAT(*by_values.difference, WithinRel(*by_counts.difference, 1e-10));
  CHECK_THAT(*by_values.ln_evidence, WithinRel(*by_counts.ln_evidence, 1e-3));
  CHECK_THAT(by_values.interval->upper, WithinRel(by_counts.interval->upper, 1e-3));
}

TEST_CASE("what cannot be compared has a status and leaves p alone") {
  AlwaysValidTest test;
  CHECK(test.look(Proportion{3, 0}, Proportion{0, 0}).status == TestStatus::invalid_counts);
  CHECK(test.look(Proportion{1, 10}, Proportion{11, 10}).status == TestStatus::invalid_counts);
  CHECK(test.look(Proportion{0, 30}, Proportion{30, 30}).status == TestStatus::zero_variance);
  CHECK(test.look(Proportion{40, 80}, Proportion{0, 0}).status == TestStatus::no_data);
  CHECK(test.state() == AlwaysValidState{4, 80, 0.0});
  AlwaysValidTest means;
  CHECK(means.look(Moments{}, Moments::of(5, 1.0, 1.0)).status == TestStatus::no_data);
  CHECK(means.look(Moments::of(1, 1.0, 0.0), Moments::of(5, 1.0, 1.0)).status == TestStatus::no_data);
  CHECK(means.look(Moments::of(5, 1.0, 0.0), Moments::of(5, 2.0, 0.0)).status == TestStatus::zero_variance);
}

TEST_CASE("counts since the last look instead of all counts are refused") {
  AlwaysValidTest test;
  test.look(Proportion{50, 1'000}, Proportion{55, 1'000});
  CHECK_THROWS_AS(test.look(Proportion{5, 100}, Proportion{6, 100}), AnalyticsError);
  CHECK(test.state().looks == 1);
}

TEST_CASE("an always-valid test refuses options and states that cannot be") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {0.0, -5.0, nan, infinity}) {
    AlwaysValidOptions tuned;
    tuned.tuned_at = bad;
    CHECK_THROWS_AS(AlwaysValidTest(tuned), AnalyticsError);
    CHECK_THROWS_AS(AlwaysValidTest(with_spread(bad)), AnalyticsError);
    CHECK_THROWS_AS(normal_mixture_variance(bad), AnalyticsError);
    CHECK_THROWS_AS(exact_normal_mixture_variance(bad), AnalyticsError);
    CHECK_THROWS_AS(normal_mixture_bound(1.0, bad), AnalyticsError);
    CHECK_THROWS_AS(rate_confidence_sequence({1, 2}, {}, bad), AnalyticsError);
  }
  CHECK_THROWS_AS(normal_mixture_bound(-1.0, 1.0), AnalyticsError);
  CHECK_THROWS_AS(AlwaysValidTest({}, {1, 10, 0.5}), AnalyticsError);
  CHECK_THROWS_AS(AlwaysValidTest({}, {1, 10, nan}), AnalyticsError);
}

TEST_CASE("no counts and no options make a look that is not a number") {
  const std::vector<Proportion> arms{
      {0, 1}, {1, 2}, {1, 1'000'000'000'000}, {999'999'999'999, 1'000'000'000'000}};
  for (const double alpha : {1e-300, 0.05, 1 - 1e-16}) {
    for (const double spread : {1e-300, 1e-9, 1.0, 1e300}) {
      for (const Proportion& a : arms) {
        for (const Proportion& b : arms) {
          AlwaysValidOptions options = with_spread(spread);
          options.confidence = ConfidenceLevel::of_alpha(alpha);
          const AlwaysValidLook look = AlwaysValidTest(options).look(a, b);
          if (look.status != TestStatus::ok) continue;
          CHECK_FALSE(std::isnan(*look.ln_evidence));
          CHECK(look.interval->lower <= *look.difference);
          CHECK(look.interval->upper >= *look.difference);
          CHECK(look.p >= 0.0);
        }
      }
    }
  }
  const AlwaysValidLook extreme =
      AlwaysValidTest().look(Moments::of(10, 1e140, 1e-200), Moments::of(10, -1e140, 1e-200));
  CHECK(extreme.p == 0.0);
  CHECK_FALSE(std::isnan(extreme.ln_p));
}

TEST_CASE("the exact mixing variance solves the equation that defines it, and is the better one") {
  // With x = optimal time / r: x - ln(1 + x) = 2 ln(1/alpha), from the derivative of the bound.
  for (const double alpha : {1e-200, 1e-6, 0.05, 0.5, 0.999}) {
    const ConfidenceLevel level = ConfidenceLevel::of_alpha(alpha);
    const double x = 70.0 / exact_normal_mixture_variance(70.0, level);
    CHECK_THAT(x - std::log1p(x), WithinRel(-2 * std::log(alpha), 1e-11));
    const double best = normal_mixture_bound(70.0, exact_normal_mixture_variance(70.0, level), level);
    CHECK(best <= normal_mixture_bound(70.0, normal_mixture_variance(70.0, level), level));
    CHECK(best <= normal_mixture_bound(70.0, 1.01 * exact_normal_mixture_variance(70.0, level), level));
    CHECK(best <= normal_mixture_bound(70.0, 0.99 * exact_normal_mixture_variance(70.0, level), level));
  }
}

TEST_CASE("a confidence sequence for a rate holds its rate, and is symmetric") {
  CHECK(rate_confidence_sequence({0, 0}) == Interval{0.0, 1.0});
  CHECK_FALSE(rate_confidence_sequence({3, 2}));
  for (const Proportion& counts : std::vector<Proportion>{{0, 1},
                                                          {1, 1},
                                                          {0, 50},
                                                          {50, 50},
                                                          {7, 90},
                                                          {1, 1'000'000'000'000},
                                                          {300'000'000'000, 1'000'000'000'000}}) {
    const Interval interval = rate_confidence_sequence(counts).value();
    const double rate = static_cast<double>(counts.successes) / static_cast<double>(counts.trials);
    CAPTURE(counts.successes, counts.trials);
    CHECK(interval.contains(rate));
    CHECK(interval.lower >= 0.0);
    CHECK(interval.upper <= 1.0);
    const Interval mirrored =
        rate_confidence_sequence({counts.trials - counts.successes, counts.trials}).value();
    CHECK_THAT(mirrored.lower, WithinAbs(1 - interval.upper, 1e-12));
    CHECK_THAT(mirrored.upper, WithinAbs(1 - interval.lower, 1e-12));
  }
}

TEST_CASE("a confidence sequence for a rate, pinned, and near its normal limit for large counts") {
  const Interval pinned = rate_confidence_sequence({61, 1'000}).value();
  CHECK_THAT(pinned.lower, WithinRel(0.04040083739269129, 1e-12));
  CHECK_THAT(pinned.upper, WithinRel(0.08639177151186761, 1e-12));
  // At 10^12 trials the beta mixture is the normal one: half = sqrt(pq)·u(n)/n with the same tuning.
  const std::uint64_t n = 1'000'000'000'000;
  const double tuned = 1e12;
  const Interval wide = rate_confidence_sequence({n / 20, n}, {}, tuned).value();
  const double half =
      std::sqrt(0.05 * 0.95) * normal_mixture_bound(1e12, normal_mixture_variance(tuned)) / 1e12;
  CHECK_THAT(wide.upper - 0.05, WithinRel(half, 1e-5));
  CHECK_THAT(0.05 - wide.lower, WithinRel(half, 1e-5));
}

TEST_CASE("golden: half-widths of the asymptotic confidence sequence") {
  const auto golden = golden_json("statistics/sequential_acs_halfwidth.json");
  if (!golden) return;
  for (const auto& c : golden->at("cases")) {
    CAPTURE(c.dump());
    const ConfidenceLevel level = ConfidenceLevel::of_alpha(c["alpha"]);
    const double mixing = normal_mixture_variance(c["N_star"], level);
    const double n = c["n"];
    CHECK_THAT(std::sqrt(1 / mixing), WithinRel(c["rho"].get<double>(), 1e-12));
    CHECK_THAT(std::sqrt(c["s2"].get<double>()) * normal_mixture_bound(n, mixing, level) / n,
               WithinRel(c["half_width"].get<double>(), 1e-12));
  }
}

TEST_CASE("golden: looks of both always-valid tests") {
  const auto golden = golden_json("statistics/sequential_msprt.json");
  if (!golden) return;
  for (const auto& c : golden->at("cases")) {
    AlwaysValidOptions options;
    options.confidence = ConfidenceLevel::of_alpha(c["alpha"]);
    options.tuned_at = c["acs_tuning_N"];
    AlwaysValidTest tuned(options);
    options.effect_spread = c["tau"].get<double>();
    AlwaysValidTest ratio(options);
    for (const auto& expected : c["looks"]) {
      CAPTURE(c["name"].dump(), expected.dump());
      const Proportion a{expected["x_a"], expected["n_a"]};
      const Proportion b{expected["x_b"], expected["n_b"]};
      const AlwaysValidLook by_tuned = tuned.look(a, b);
      const AlwaysValidLook by_ratio = ratio.look(a, b);
      CHECK_THAT(by_ratio.p, WithinRel(expected["p_always_valid"].get<double>(), 1e-12));
      if (expected["status"] != "ok") {
        CHECK(by_ratio.status == TestStatus::zero_variance);
        continue;
      }
      REQUIRE(by_ratio.status == TestStatus::ok);
      const auto agrees = [](double value, const nlohmann::json& golden_value) {
        CHECK_THAT(value, WithinRel(golden_value.get<double>(), 1e-12));
      };
      agrees(*by_ratio.difference, expected["diff"]);
      agrees(*by_ratio.ln_evidence, expected["log_lambda"]);
      agrees(by_ratio.interval->lower, expected["ci95_low"]);
      agrees(by_ratio.interval->upper, expected["ci95_high"]);
      agrees(by_tuned.interval->lower, expected["acs_ci"][0]);
      agrees(by_tuned.interval->upper, expected["acs_ci"][1]);
      agrees(*by_tuned.ln_evidence, expected["acs_ln_e"]);
      agrees((std::min)(1.0, std::exp(-*by_tuned.ln_evidence)), expected["acs_p"]);
    }
  }
}

TEST_CASE("golden: normal mixture boundaries") {
  const auto golden = golden_json("statistics/sequential_normal_mixture.json");
  if (!golden) return;
  for (const auto& c : golden->at("cases")) {
    CAPTURE(c.dump());
    const ConfidenceLevel tuned_for = ConfidenceLevel::of_alpha(c["alpha_opt"]);
    const ConfidenceLevel level = ConfidenceLevel::of_alpha(c["alpha"]);
    const double usual = normal_mixture_variance(c["v_opt"], tuned_for);
    const double exact = exact_normal_mixture_variance(c["v_opt"], tuned_for);
    CHECK_THAT(usual, WithinRel(c["rho_confseq"].get<double>(), 1e-12));
    CHECK_THAT(exact, WithinRel(c["rho_lambert_exact"].get<double>(), 1e-12));
    CHECK_THAT(normal_mixture_bound(c["v"], usual, level),
               WithinRel(c["bound_confseq"].get<double>(), 1e-12));
    CHECK_THAT(normal_mixture_bound(c["v"], exact, level),
               WithinRel(c["bound_lambert_exact"].get<double>(), 1e-12));
  }
}

TEST_CASE("golden: confidence sequences for a rate") {
  const auto golden = golden_json("statistics/sequential_bernoulli_ci_confseq.json");
  if (!golden) return;
  for (const auto& c : golden->at("cases")) {
    CAPTURE(c.dump());
    const Interval interval = rate_confidence_sequence({c["x"], c["n"]}).value();
    CHECK_THAT(interval.lower, WithinRel(c["low"].get<double>(), 1e-12));
    CHECK_THAT(interval.upper, WithinRel(c["high"].get<double>(), 1e-12));
  }
}
