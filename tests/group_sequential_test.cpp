// SPDX-License-Identifier: MIT
#include <viewership/inference/group_sequential.hpp>  // first: it must stand alone

#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"
#include "golden.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

GroupSequentialOptions of(double alpha, Sides sides) {
  GroupSequentialOptions options;
  options.confidence = ConfidenceLevel::of_alpha(alpha);
  options.sides = sides;
  return options;
}

double upper_tail(double z) {
  return 0.5 * std::erfc(z / std::sqrt(2.0));
}

/// The probability of rejecting at one of two looks, by Simpson's rule over the first one's z.
double naive_two_looks(double t1, double c1, double t2, double c2, Sides sides) {
  const double from = sides == Sides::two ? -c1 : -12.0;
  const int steps = 20'000;
  double stay_then_reject = 0.0;
  for (int i = 0; i <= steps; ++i) {
    const double z = from + (c1 - from) * i / steps;
    const double sd = std::sqrt(t2 - t1);
    double reject = upper_tail((c2 * std::sqrt(t2) - z * std::sqrt(t1)) / sd);
    if (sides == Sides::two) reject += upper_tail((c2 * std::sqrt(t2) + z * std::sqrt(t1)) / sd);
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * 3.14159265358979323846);
    stay_then_reject += (i == 0 || i == steps ? 1.0 : i % 2 == 1 ? 4.0 : 2.0) / 3 * density * reject;
  }
  return (sides == Sides::two ? 2 : 1) * upper_tail(c1) + stay_then_reject * (c1 - from) / steps;
}

}  // namespace

TEST_CASE("one look is a test at a fixed sample") {
  for (const BoundaryShape shape : {BoundaryShape::obrien_fleming, BoundaryShape::pocock}) {
    const auto looks = classical_boundaries(shape, 1);
    REQUIRE(looks.size() == 1);
    CHECK_THAT(looks[0].critical_z, WithinRel(1.959963984540054, 1e-12));
    CHECK_THAT(looks[0].nominal_p, WithinRel(0.05, 1e-12));
    CHECK_THAT(looks[0].alpha_spent, WithinRel(0.05, 1e-12));
    CHECK(looks[0].information == 1.0);
  }
  const auto one_sided = classical_boundaries(BoundaryShape::pocock, 1, of(0.05, Sides::one));
  CHECK_THAT(one_sided[0].critical_z, WithinRel(1.6448536269514722, 1e-12));
}

TEST_CASE("classical boundaries are those of the textbook") {
  // Jennison and Turnbull (2000), two-sided alpha 0.05, to the three decimals of tables 2.1 and 2.3.
  struct Row {
    std::size_t looks;
    double pocock, obrien_fleming;
  };
  for (const Row& row : {Row{2, 2.178, 1.977}, Row{3, 2.289, 2.004}, Row{4, 2.361, 2.024},
                         Row{5, 2.413, 2.040}, Row{10, 2.555, 2.087}}) {
    CAPTURE(row.looks);
    const auto pocock = classical_boundaries(BoundaryShape::pocock, row.looks);
    const auto obrien_fleming = classical_boundaries(BoundaryShape::obrien_fleming, row.looks);
    CHECK_THAT(pocock.front().critical_z, WithinAbs(row.pocock, 5.1e-4));
    CHECK(pocock.front().critical_z == pocock.back().critical_z);
    CHECK_THAT(obrien_fleming.back().critical_z, WithinAbs(row.obrien_fleming, 5.1e-4));
    CHECK_THAT(
        obrien_fleming.front().critical_z,
        WithinRel(obrien_fleming.back().critical_z * std::sqrt(static_cast<double>(row.looks)), 1e-12));
    CHECK_THAT(pocock.back().alpha_spent, WithinRel(0.05, 1e-11));
    CHECK_THAT(obrien_fleming.back().alpha_spent, WithinRel(0.05, 1e-11));
  }
}

TEST_CASE("boundaries pinned against rpact") {
  // rpact 3.3.4, one-sided 0.025, at 1e-6; it spends 1e-8 less than it is given at the last look.
  const std::vector<double> information{0.2, 0.4, 0.6, 0.8, 1.0};
  const auto obrien_fleming =
      spending_boundaries(SpendingFunction::obrien_fleming, information, of(0.025, Sides::one));
  const std::vector<double> expected{4.87688494879076, 3.35701192339184, 2.68028006126406, 2.28981676971307,
                                     2.03103206009837};
  for (std::size_t k = 0; k < expected.size(); ++k) {
    CHECK_THAT(obrien_fleming[k].critical_z, WithinAbs(expected[k], 1e-6));
  }
  const auto power = spending_boundaries(SpendingFunction::power, information, of(0.025, Sides::one));
  CHECK_THAT(power[2].critical_z, WithinAbs(2.47277720534476, 1e-6));
  CHECK_THAT(power[2].alpha_spent, WithinRel(0.009, 1e-12));
}

TEST_CASE("a spending function spends nothing at the start, and alpha at the end") {
  for (const SpendingFunction spending :
       {SpendingFunction::obrien_fleming, SpendingFunction::pocock, SpendingFunction::power}) {
    for (const Sides sides : {Sides::one, Sides::two}) {
      CHECK(alpha_spent(spending, 0.0, of(0.03, sides)) == 0.0);
      CHECK_THAT(alpha_spent(spending, 1.0, of(0.03, sides)), WithinRel(0.03, 1e-13));
      double previous = 0.0;
      for (int i = 1; i <= 50; ++i) {
        const double spent = alpha_spent(spending, i / 50.0, of(0.03, sides));
        CHECK(spent >= previous);
        previous = spent;
      }
    }
    // Each of two sides spends its half.
    CHECK_THAT(alpha_spent(spending, 0.4, of(0.05, Sides::two)),
               WithinRel(2 * alpha_spent(spending, 0.4, of(0.025, Sides::one)), 1e-14));
  }
  // At half the information: 2(1 - Φ(2.2414·√2)) = 0.00152532, and 0.025·ln(1 + (e - 1)/2) = 0.0155028.
  CHECK_THAT(alpha_spent(SpendingFunction::obrien_fleming, 0.5, of(0.025, Sides::one)),
             WithinRel(0.001525322757989, 1e-12));
  CHECK_THAT(alpha_spent(SpendingFunction::pocock, 0.5, of(0.025, Sides::one)), WithinRel(0.0155028, 1e-5));
}

TEST_CASE("two looks keep alpha by a naive integral") {
  Random random(8);
  for (int round = 0; round < 20; ++round) {
    const double alpha = static_cast<double>(random.between(1, 300)) / 1000;
    const double t1 = static_cast<double>(random.between(50, 900)) / 1000;
    const double t2 = t1 + (1 - t1) * static_cast<double>(random.between(100, 1000)) / 1000;
    for (const Sides sides : {Sides::one, Sides::two}) {
      const auto looks =
          spending_boundaries(SpendingFunction::power, std::vector<double>{t1, t2}, of(alpha, sides));
      CAPTURE(alpha, t1, t2);
      CHECK_THAT(naive_two_looks(t1, looks[0].critical_z, t2, looks[1].critical_z, sides),
                 WithinAbs(looks[1].alpha_spent, 1e-8));
    }
  }
}

TEST_CASE("a look's boundary does not depend on the looks after it") {
  const std::vector<double> information{0.1, 0.15, 0.5, 0.501, 0.9};
  const auto all = spending_boundaries(SpendingFunction::pocock, information);
  for (std::size_t k = 1; k <= information.size(); ++k) {
    const auto some = spending_boundaries(SpendingFunction::pocock, std::span(information).first(k));
    REQUIRE(some.size() == k);
    CHECK_THAT(some.back().critical_z, WithinAbs(all[k - 1].critical_z, 1e-10));
    CHECK(some.back().alpha_spent == all[k - 1].alpha_spent);
  }
}

TEST_CASE("a nominal p is that of the critical z, of as many sides as the test") {
  const std::vector<double> information{0.3, 1.0};
  for (const Sides sides : {Sides::one, Sides::two}) {
    for (const auto& look : spending_boundaries(SpendingFunction::pocock, information, of(0.1, sides))) {
      CHECK_THAT(look.nominal_p,
                 WithinRel((sides == Sides::two ? 2 : 1) * upper_tail(look.critical_z), 1e-12));
    }
  }
}

TEST_CASE("an experiment stopped early, as a user writes it") {
  // Planned: 40,000 viewers, looks at a quarter, half and all of them.
  const std::vector<double> plan{0.25, 0.5, 1.0};
  const auto boundary = spending_boundaries(SpendingFunction::obrien_fleming, plan);
  const std::vector<double> z_seen{2.1, 3.4};
  std::size_t stopped_at = 0;
  for (std::size_t k = 0; k < z_seen.size() && stopped_at == 0; ++k) {
    if (std::abs(z_seen[k]) >= boundary[k].critical_z) stopped_at = k + 1;
  }
  CHECK(stopped_at == 2);  // 2.1 would have been "significant" by itself, and is not
}

TEST_CASE("no look is not a number, however extreme the level") {
  const std::vector<double> information{0.001, 0.1, 0.5, 0.9, 1.0};
  for (const double alpha : {1e-300, 1e-250, 1e-30, 0.05, 0.5, 0.999999, 1 - 1e-15}) {
    for (const Sides sides : {Sides::one, Sides::two}) {
      for (const SpendingFunction spending :
           {SpendingFunction::obrien_fleming, SpendingFunction::pocock, SpendingFunction::power}) {
        double previous = 0.0;
        for (const auto& look : spending_boundaries(spending, information, of(alpha, sides))) {
          CAPTURE(alpha, look.information);
          CHECK_FALSE(std::isnan(look.critical_z));
          CHECK(look.nominal_p >= 0.0);
          CHECK(look.alpha_spent >= previous);
          previous = look.alpha_spent;
        }
      }
      for (const auto& look : classical_boundaries(BoundaryShape::obrien_fleming, 4, of(alpha, sides))) {
        CHECK_FALSE(std::isnan(look.critical_z));
      }
    }
  }
}

TEST_CASE("many looks, and looks that nearly coincide, are bounded work") {
  std::vector<double> close{0.5};
  while (close.size() < 20) close.push_back(close.back() * 1.0001001);
  const auto looks = spending_boundaries(SpendingFunction::power, close);
  for (const auto& look : looks) CHECK(std::isfinite(look.critical_z));
  std::vector<double> many;
  for (int i = 1; i <= 100; ++i) many.push_back(i / 100.0);
  CHECK_THAT(spending_boundaries(SpendingFunction::power, many).back().alpha_spent, WithinRel(0.05, 1e-12));
}

TEST_CASE("group-sequential boundaries refuse what is not a plan") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto boundaries = [](const std::vector<double>& information) {
    return spending_boundaries(SpendingFunction::pocock, information);
  };
  CHECK_THROWS_AS(boundaries({}), AnalyticsError);
  CHECK_THROWS_AS(boundaries({0.0, 1.0}), AnalyticsError);
  CHECK_THROWS_AS(boundaries({0.5, 0.5}), AnalyticsError);
  CHECK_THROWS_AS(boundaries({0.5, 0.50001}), AnalyticsError);
  CHECK_THROWS_AS(boundaries({0.6, 0.5}), AnalyticsError);
  CHECK_THROWS_AS(boundaries({0.5, 1.1}), AnalyticsError);
  CHECK_THROWS_AS(boundaries({nan}), AnalyticsError);
  CHECK_THROWS_AS(boundaries(std::vector<double>(max_group_sequential_looks + 1, 0.5)), AnalyticsError);
  CHECK_THROWS_AS(classical_boundaries(BoundaryShape::pocock, 0), AnalyticsError);
  CHECK_THROWS_AS(classical_boundaries(BoundaryShape::pocock, max_group_sequential_looks + 1),
                  AnalyticsError);
  for (const double bad : {-0.1, 1.1, nan}) {
    CHECK_THROWS_AS(alpha_spent(SpendingFunction::power, bad), AnalyticsError);
  }
  for (const double bad : {0.0, -1.0, 101.0, nan}) {
    GroupSequentialOptions options;
    options.exponent = bad;
    CHECK_THROWS_AS(alpha_spent(SpendingFunction::power, 0.5, options), AnalyticsError);
  }
}

TEST_CASE("golden: boundaries of rpact") {
  const auto golden = golden_json("statistics/group_sequential_rpact.json");
  if (!golden) return;
  for (const auto& c : golden->at("cases")) {
    CAPTURE(c.dump());
    const std::string type = c["type"];
    const auto information = c["information"].get<std::vector<double>>();
    GroupSequentialOptions options = of(c["alpha_one_sided"], Sides::one);
    options.exponent = type == "asKD3" ? 3.0 : 2.0;
    const auto looks =
        type == "OF"     ? classical_boundaries(BoundaryShape::obrien_fleming, information.size(), options)
        : type == "P"    ? classical_boundaries(BoundaryShape::pocock, information.size(), options)
        : type == "asOF" ? spending_boundaries(SpendingFunction::obrien_fleming, information, options)
        : type == "asP"  ? spending_boundaries(SpendingFunction::pocock, information, options)
                         : spending_boundaries(SpendingFunction::power, information, options);
    REQUIRE(looks.size() == information.size());
    for (std::size_t k = 0; k < looks.size(); ++k) {
      CAPTURE(k);
      CHECK_THAT(looks[k].alpha_spent, WithinAbs(c["alpha_spent"][k].get<double>(), 1.001e-8));
      const auto& critical = c["critical_z"][k];
      // rpact takes tails as 1 - cdf, solves for alpha to 1e-8, and spends up to 1e-8 less than there is at
      // the last look. Where less than 1e-8 is to be had, its z ends up infinite or short of digits (6.16794
      // for 6.16800), and what can be compared is the nominal p; at the last look 1e-8 of alpha are 2e-6 of
      // z.
      if (looks[k].nominal_p < 1e-8) {
        CHECK_THAT(looks[k].nominal_p, WithinAbs(c["stage_level"][k].get<double>(), 1e-12));
      } else {
        CHECK_THAT(looks[k].critical_z,
                   WithinAbs(critical.get<double>(), k + 1 < looks.size() ? 1e-6 : 2e-6));
      }
    }
  }
}
