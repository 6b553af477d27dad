// SPDX-License-Identifier: MIT
#include <viewership/inference/planning.hpp>  // first: it must stand alone

#include <cstdint>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "golden.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

PlanningOptions planning(Alternative alternative, RateEffect effect = RateEffect::pooled_null) {
  PlanningOptions options;
  options.alternative = alternative;
  options.effect = effect;
  return options;
}

}  // namespace

TEST_CASE("the power of a comparison of rates agrees with R's power.prop.test") {
  // R 4.2: power.prop.test(n = 1000, p1 = .1, p2 = .12), strict = TRUE, and alternative = "one.sided".
  CHECK_THAT(rate_power(0.1, 0.12, 1000), WithinRel(0.29773213124822751, 1e-12));
  CHECK_THAT(rate_power(0.1, 0.12, 1000, planning(Alternative::two_sided_strict)),
             WithinRel(0.29808032538146001, 1e-12));
  CHECK_THAT(rate_power(0.1, 0.12, 1000, planning(Alternative::one_sided)),
             WithinRel(0.4146252416835654, 1e-12));
}

TEST_CASE("the sample for a comparison of rates agrees with R, and is rounded up") {
  // R 4.2: power.prop.test(p1 = .1, p2 = .12, power = .8); and power = .3, strict = TRUE, whose root is R's
  // to 1e-12.
  const SampleSize size = rate_sample_size(0.1, 0.12, 0.8).value();
  CHECK_THAT(size.n1, WithinRel(3840.8474824362738, 1e-12));
  CHECK(size.n2 == size.n1);
  CHECK(size.whole_n1 == 3'841);
  CHECK(size.whole_n2 == 3'841);
  const SampleSize strict = rate_sample_size(0.1, 0.12, 0.3, planning(Alternative::two_sided_strict)).value();
  CHECK_THAT(strict.n1, WithinRel(1007.7802968534187, 1e-11));
}

TEST_CASE("the minimum detectable effect of rates agrees with R") {
  // R 4.2: power.prop.test(n = 500, p1 = .1, power = .8)$p2 - .1
  const DetectableRates effect = rate_detectable_effect(0.1, 500, 0.8);
  CHECK_THAT(effect.increase.value(), WithinRel(0.059466681133884092, 1e-12));
  CHECK_THAT(effect.decrease.value(), WithinRel(-0.047035396911129394, 1e-12));
}

TEST_CASE("an effect that no sample of that size can see is absent") {
  const DetectableRates effect = rate_detectable_effect(0.001, 500, 0.8);
  CHECK(effect.increase);
  CHECK_FALSE(effect.decrease);  // not even a rate of 0 differs enough
  CHECK_FALSE(rate_sample_size(0.1, 0.1));
  CHECK_FALSE(rate_sample_size(0.1, 0.1 + 1e-12));  // some 1e24
  PlanningOptions lopsided;
  lopsided.ratio = 1e6;
  CHECK_FALSE(rate_sample_size(0.1, 0.1 + 1e-6, 0.8, lopsided));  // 1e12 and 1e18: beyond 2^53
  CHECK_FALSE(mean_sample_size(0.0, 1.0));
  CHECK_FALSE(mean_sample_size(1e-9, 1.0));
}

TEST_CASE("means: power, sample and minimum detectable effect agree with R's power.t.test") {
  // R 4.2, with tol = 1e-12; R's own pt() of a noncentral t is good to 1e-12.
  CHECK_THAT(mean_power(1, 2, 20), WithinRel(0.3377083655635, 1e-11));
  CHECK_THAT(mean_sample_size(1, 2, 0.9)->n1, WithinRel(85.0313133115, 1e-11));
  CHECK(mean_sample_size(1, 2, 0.9)->whole_n1 == 86);
  CHECK_THAT(*mean_detectable_effect(1, 20, 0.9), WithinRel(1.051993126658, 1e-11));
  CHECK_THAT(mean_power(0.2, 2, 5, planning(Alternative::two_sided_strict)),
             WithinRel(0.05225261040374, 1e-11));
  CHECK_THAT(mean_power(0.2, 2, 5, planning(Alternative::one_sided)), WithinRel(0.06686240323523, 1e-11));
  CHECK_THAT(mean_sample_size(1, 2, 0.9, planning(Alternative::one_sided))->n1,
             WithinRel(69.19782184489, 1e-11));
  CHECK(mean_power(-1, 2, 20) == mean_power(1, 2, 20));
}

TEST_CASE("a plan's answers solve each other") {
  Random random(7);
  const auto share = [&](std::int64_t from, std::int64_t to) {
    return static_cast<double>(random.between(from, to)) / 1000;
  };
  for (int round = 0; round < 300; ++round) {
    PlanningOptions options;
    options.confidence = ConfidenceLevel::of_alpha(share(1, 200));
    options.alternative = static_cast<Alternative>(random.below(3));
    options.effect = static_cast<RateEffect>(random.below(3));
    options.ratio = std::pow(10.0, share(-2'000, 2'000));
    const double power = share(500, 999);
    const double p1 = share(1, 999);
    const double p2 = share(1, 999);
    CAPTURE(p1, p2, power, options.ratio, options.confidence.alpha(), static_cast<int>(options.alternative),
            static_cast<int>(options.effect));
    if (p1 != p2) {
      const SampleSize size = rate_sample_size(p1, p2, power, options).value();
      CHECK(static_cast<double>(size.whole_n1) >= size.n1);
      CHECK(static_cast<double>(size.whole_n2) >= size.n2);
      if (size.n1 > 1e-6) CHECK_THAT(rate_power(p1, p2, size.n1, options), WithinRel(power, 1e-9));
      if (size.n1 > 1e-6) {
        const DetectableRates effect = rate_detectable_effect(p1, size.n1, power, options);
        const std::optional<double> found = p2 > p1 ? effect.increase : effect.decrease;
        REQUIRE(found);
        CHECK_THAT(rate_power(p1, p1 + *found, size.n1, options), WithinRel(power, 1e-9));
      }
    }
    const double difference = share(1, 3'000);
    const SampleSize size = mean_sample_size(difference, 1.5, power, options).value();
    CHECK((std::min)(size.n1, size.n2) >= 2.0 - 1e-14);
    CHECK(mean_power(difference, 1.5, size.n1, options) >= power - 1e-9);
    if ((std::min)(size.n1, size.n2) > 2.001) {
      CHECK_THAT(mean_power(difference, 1.5, size.n1, options), WithinRel(power, 1e-9));
      CHECK_THAT(mean_detectable_effect(1.5, size.n1, power, options).value(), WithinRel(difference, 1e-8));
    }
  }
}

TEST_CASE("the detectable effect is the least one") {
  for (const double p1 : {0.01, 0.3, 0.9}) {
    for (const double n1 : {20.0, 300.0, 40'000.0}) {
      const DetectableRates effect = rate_detectable_effect(p1, n1, 0.8);
      for (const auto& [found, most] : {std::pair{effect.increase, 1 - p1}, {effect.decrease, -p1}}) {
        const double least = found.value_or(most);
        for (int i = 1; i < 200; ++i) {
          const double nearer = least * i / 200;
          CHECK(rate_power(p1, p1 + nearer, n1) < 0.8);
        }
      }
    }
  }
}

TEST_CASE("means of large groups are compared as by a normal distribution") {
  // Φ(δ/se - z) at z = 1.959963984540054 for δ = 2.8 se.
  const double n1 = 1e12;
  CHECK_THAT(mean_power(2.8 * std::sqrt(2 / n1), 1, n1), WithinAbs(0.799555903298, 1e-11));
}

TEST_CASE("no plan is not a number, and none takes forever") {
  for (const double alpha : {1e-300, 1e-12, 0.05, 0.999}) {
    for (const double ratio : {1e-6, 1.0, 1e6}) {
      for (const Alternative alternative :
           {Alternative::two_sided, Alternative::two_sided_strict, Alternative::one_sided}) {
        PlanningOptions options = planning(alternative);
        options.confidence = ConfidenceLevel::of_alpha(alpha);
        options.ratio = ratio;
        const double power = 0.9999 > alpha ? 0.9999 : 0.99999;
        const auto is_share = [](double p) { return p >= 0.0 && p <= 1.0; };
        for (const double n1 : {2e6, 1e9}) {
          for (const double effect : {0.0, 1e-300, 1e-6, 1.0, 1e300}) {
            CAPTURE(alpha, ratio, n1, effect);
            CHECK(is_share(mean_power(effect, 1.0, n1, options)));
            CHECK(is_share(mean_power(-effect, 1e-3, n1, options)));
            if (const auto size = mean_sample_size(effect, 1.0, power, options))
              CHECK(std::isfinite(size->n2));
          }
          if (const auto effect = mean_detectable_effect(1.0, n1, power, options)) CHECK(*effect > 0.0);
        }
        for (const double p : {1e-300, 1e-9, 0.5, 1 - 1e-9}) {
          CAPTURE(alpha, ratio, p);
          CHECK(is_share(rate_power(p, 0.3, 1e-3, options)));
          CHECK(is_share(rate_power(p, 0.3, 1e300, options)));
          const DetectableRates effect = rate_detectable_effect(p, 1e4, power, options);
          CHECK_FALSE(std::isnan(effect.increase.value_or(0)));
          CHECK_FALSE(std::isnan(effect.decrease.value_or(0)));
          if (const auto size = rate_sample_size(p, 0.3, power, options)) CHECK(std::isfinite(size->n2));
        }
      }
    }
  }
  // Two degrees of freedom: the noncentral t has next to no power at a tiny alpha.
  PlanningOptions tiny;
  tiny.confidence = ConfidenceLevel::of_alpha(1e-290);
  CHECK(mean_power(3.0, 1.0, 2.0, tiny) == 0.0);
  CHECK_FALSE(mean_detectable_effect(1.0, 2.0, 0.8, tiny));
}

TEST_CASE("planning refuses what cannot be planned") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {0.0, 1.0, -0.1, 1.1, nan, infinity}) {
    CHECK_THROWS_AS(rate_power(bad, 0.5, 100), AnalyticsError);
    CHECK_THROWS_AS(rate_power(0.5, bad, 100), AnalyticsError);
    CHECK_THROWS_AS(rate_sample_size(bad, 0.5), AnalyticsError);
    CHECK_THROWS_AS(rate_sample_size(0.4, 0.5, bad), AnalyticsError);
    CHECK_THROWS_AS(rate_detectable_effect(bad, 100), AnalyticsError);
    CHECK_THROWS_AS(rate_detectable_effect(0.5, 100, bad), AnalyticsError);
    CHECK_THROWS_AS(mean_sample_size(1, 1, bad), AnalyticsError);
    CHECK_THROWS_AS(mean_detectable_effect(1, 100, bad), AnalyticsError);
  }
  CHECK_THROWS_AS(rate_sample_size(0.4, 0.5, 0.05), AnalyticsError);  // alpha itself
  for (const double bad : {0.0, -1.0, nan, infinity}) {
    CHECK_THROWS_AS(rate_power(0.4, 0.5, bad), AnalyticsError);
    CHECK_THROWS_AS(rate_detectable_effect(0.4, bad), AnalyticsError);
    CHECK_THROWS_AS(mean_power(1, bad, 100), AnalyticsError);
    CHECK_THROWS_AS(mean_power(1, 1, bad), AnalyticsError);
    CHECK_THROWS_AS(mean_sample_size(1, bad), AnalyticsError);
    CHECK_THROWS_AS(mean_detectable_effect(bad, 100), AnalyticsError);
    PlanningOptions options;
    options.ratio = bad;
    CHECK_THROWS_AS(rate_power(0.4, 0.5, 100, options), AnalyticsError);
    CHECK_THROWS_AS(mean_sample_size(1, 1, 0.8, options), AnalyticsError);
  }
  CHECK_THROWS_AS(mean_power(nan, 1, 100), AnalyticsError);
  CHECK_THROWS_AS(mean_power(1, 1, 1.9), AnalyticsError);
  CHECK_THROWS_AS(mean_sample_size(infinity, 1), AnalyticsError);
}

TEST_CASE("golden: sample sizes for rates") {
  const auto golden = golden_json("statistics/power_sample_size.json");
  if (!golden) return;
  for (const auto& c : golden->at("cases")) {
    CAPTURE(c.dump());
    const auto n1 = [&](Alternative alternative, RateEffect effect) {
      PlanningOptions options = planning(alternative, effect);
      options.confidence = ConfidenceLevel::of_alpha(c["alpha"]);
      options.ratio = c["ratio_n2_over_n1"];
      return rate_sample_size(c["p1"], c["p2"], c["power"], options).value().n1;
    };
    const auto expected = [&](const char* key) { return WithinRel(c[key].get<double>(), 1e-12); };
    CHECK_THAT(n1(Alternative::two_sided, RateEffect::pooled_null), expected("n1_pooled_null"));
    CHECK_THAT(n1(Alternative::one_sided, RateEffect::pooled_null), expected("n1_pooled_null_one_sided"));
    CHECK_THAT(n1(Alternative::two_sided, RateEffect::unpooled), expected("n1_unpooled"));
    CHECK_THAT(n1(Alternative::two_sided, RateEffect::cohen_h), expected("n1_cohen_h_closed"));
    CHECK_THAT(n1(Alternative::two_sided_strict, RateEffect::cohen_h),
               expected("n1_cohen_h_exact_two_sided"));
  }
}

TEST_CASE("golden: power for rates") {
  const auto golden = golden_json("statistics/power_value.json");
  if (!golden) return;
  for (const auto& c : golden->at("cases")) {
    CAPTURE(c.dump());
    const auto power = [&](Alternative alternative, RateEffect effect) {
      PlanningOptions options = planning(alternative, effect);
      options.confidence = ConfidenceLevel::of_alpha(c["alpha"]);
      options.ratio = c["ratio_n2_over_n1"];
      return rate_power(c["p1"], c["p2"], c["n1"], options);
    };
    const auto expected = [&](const char* key) { return WithinRel(c[key].get<double>(), 1e-12); };
    CHECK_THAT(power(Alternative::two_sided, RateEffect::pooled_null), expected("power_pooled_null"));
    CHECK_THAT(power(Alternative::two_sided_strict, RateEffect::pooled_null),
               expected("power_pooled_null_strict"));
    CHECK_THAT(power(Alternative::one_sided, RateEffect::pooled_null),
               expected("power_pooled_null_one_sided"));
    CHECK_THAT(power(Alternative::two_sided_strict, RateEffect::cohen_h), expected("power_cohen_h"));
  }
}

TEST_CASE("golden: minimum detectable effects for rates") {
  const auto golden = golden_json("statistics/power_mde.json");
  if (!golden) return;
  for (const auto& c : golden->at("cases")) {
    CAPTURE(c.dump());
    PlanningOptions options;
    options.confidence = ConfidenceLevel::of_alpha(c["alpha"]);
    options.ratio = c["ratio_n2_over_n1"];
    const DetectableRates effect = rate_detectable_effect(c["p1"], c["n1"], c["power"], options);
    for (const auto& [key, found] :
         {std::pair{"mde_abs_up", effect.increase}, {"mde_abs_down", effect.decrease}}) {
      const auto expected = golden_number(c, key);
      REQUIRE(found.has_value() == expected.has_value());
      if (expected) CHECK_THAT(*found, WithinRel(*expected, 1e-12));
    }
  }
}
