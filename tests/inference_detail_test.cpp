// SPDX-License-Identifier: MIT
// The distributions that intervals and tests stand on.
#include <cmath>
#include <numbers>
#include <vector>

#include <viewership/inference/detail/beta.hpp>
#include <viewership/inference/detail/hypergeometric.hpp>
#include <viewership/inference/detail/normal.hpp>
#include <viewership/inference/detail/student_t.hpp>

#include "catch.hpp"
#include "golden.hpp"
#include "laws.hpp"

using namespace viewership;
using namespace viewership::detail;

TEST_CASE("a difference of products keeps the digits that rounded products lose") {
  // (2^27 + 1)^2 - 2^27 (2^27 + 2) = 1, and both products need 55 bits.
  const double n = 134'217'728.0;
  CHECK(difference_of_products(n + 1, n + 1, n, n + 2) == 1.0);
}

TEST_CASE("the excess of a factorial is what its large parts leave") {
  CHECK(ln_factorial_excess(0.0) == 0.0);
  CHECK(nearly_equal(ln_factorial_excess(1.0), 1.0));  // ln 1! = 0 = -1 + 1
  // 20! is exact in a double.
  CHECK_THAT(ln_factorial_excess(20.0),
             WithinRel(std::log(2432902008176640000.0) - (20 * std::log(20.0) - 20), 1e-14));
  // Both sides of where the series takes over.
  const double next = ln_factorial_excess(10.0) + 10 * std::log(10.0) - 10;
  const double before = ln_factorial_excess(9.0) + 9 * std::log(9.0) - 9;
  CHECK_THAT(next - before, WithinRel(std::log(10.0), 1e-14));
}

TEST_CASE("a deviance is x ln(x/m) - x + m, also where x and m agree in most digits") {
  CHECK(deviance(0.0, 3.0, -3.0) == 3.0);
  CHECK_THAT(deviance(1.0, 3.0, -2.0), WithinRel(2.0 - std::log(3.0), 1e-14));
  CHECK_THAT(deviance(3.0, 1.0, 2.0), WithinRel(3 * std::log(3.0) - 2.0, 1e-14));
  CHECK_THAT(deviance(1.25, 1.0, 0.25), WithinRel(1.25 * std::log(1.25) - 0.25, 1e-14));
  // d^2 / (2 m) - d^3 / (6 m^2) + ...
  CHECK_THAT(deviance(1e12 + 1, 1e12, 1.0), WithinRel(0.5e-12, 1e-12));
}

TEST_CASE("normal tails and quantiles") {
  CHECK(normal_upper_tail(0.0) == 0.5);
  CHECK(nearly_equal(normal_cdf(1.0), 0.8413447460685429));
  CHECK(nearly_equal(normal_upper_tail(37.5), 4.605353009581955e-308));
  CHECK(nearly_equal(normal_quantile(0.025), -1.9599639845400545));
  CHECK(nearly_equal(two_sided_critical(ConfidenceLevel{}), 1.9599639845400545));
  CHECK_THAT(normal_quantile(1e-300), WithinRel(-37.047096299361201, 1e-13));  // R
}

TEST_CASE("beta quantiles keep their digits where Boost's do not") {
  // R 4.2: qbeta(0.025, 1e9 - 1, 2, lower.tail = FALSE) as its complement, and the like.
  const Share near_one = beta_quantile(1e9 - 1, 2.0, 0.025);
  CHECK(nearly_equal(near_one.complement, 5.5716433782031108e-09));
  CHECK(nearly_equal(beta_quantile(5e8, 5e8 + 1, 0.025).value, 0.49996900974842229));
  CHECK(nearly_equal(beta_quantile(1e6, 1e12 - 1e6 + 1, 0.025).value, 9.9804098431738455e-07));
  // The expansion takes over at 10^10, without a step: the quantile falls with b all along.
  const double below = beta_quantile(1e10 * (1 - 1e-9), 2e10, 0.025).value;
  const double above = beta_quantile(1e10, 2e10, 0.025).value;
  CHECK_THAT(above - below, WithinRel(1.0 / 3 * 2.0 / 3 * 1e-9, 1e-3));
}

TEST_CASE("a beta quantile is where the tail is, for all parameters") {
  for (const double a : {0.5, 1.0, 1.5, 3.0, 40.0, 1e4, 1e7}) {
    for (const double b : {0.5, 1.0, 2.5, 7.0, 1e3, 1e6, 1e9, 1e12}) {
      for (const double tail : {1e-300, 1e-10, 0.005, 0.25, 0.5}) {
        const Share p = beta_quantile(a, b, tail);
        CAPTURE(a, b, tail, p.value, p.complement);
        CHECK(std::abs(p.value + p.complement - 1.0) <= 1e-15);
        if (p.value < 1e-290) continue;  // denormal or nearly: no digits to hold it to
        // A quantile that is off by an ulp of the smaller of p and q has a tail that is off by this much.
        const BetaTail at = beta_tail(a, b, p);
        const double ulp = 1e-15 * (std::min)(p.value, p.complement) / at.over_density;
        CHECK_THAT(at.ln_probability, WithinAbs(std::log(tail), 1e-13 * -std::log(tail) + ulp));
      }
    }
  }
}

TEST_CASE("t quantiles, also for an alpha that overflows elsewhere") {
  CHECK(nearly_equal(student_t_critical(ConfidenceLevel{}, 2.0), 4.302652729749464));
  // R 4.2: qt(alpha / 2, dof, lower.tail = FALSE).
  CHECK_THAT(student_t_critical(ConfidenceLevel::of_alpha(1e-100), 3.0),
             WithinRel(2.8042942532547059e+33, 1e-12));
  CHECK_THAT(student_t_critical(ConfidenceLevel::of_alpha(1e-300), 30.0),
             WithinRel(51351443961.533791, 1e-12));
  CHECK_THAT(student_t_critical(ConfidenceLevel::of_alpha(1e-300), 1000.0),
             WithinRel(54.341782149422023, 1e-12));
  // Far out the density is Gamma(3) / (sqrt(5 pi) Gamma(5/2)) (t^2 / 5)^-3, so P(|T| > t) is 50 times that
  // constant t^-5.
  const double constant = 2.0 / (std::sqrt(5.0 * std::numbers::pi) * 0.75 * std::sqrt(std::numbers::pi));
  CHECK_THAT(student_t_critical(ConfidenceLevel::of_alpha(1e-300), 5.0),
             WithinRel(std::pow(50.0 * constant, 0.2) * 1e60, 1e-12));
}

TEST_CASE("the tail of t goes on as a logarithm") {
  CHECK(nearly_equal(ln_student_t_two_sided(91.76629354822471, 836.5880346854449),
                     -1009.069107463391));  // mpmath
  // R 4.2: pt(-40, c(10, 1e6, 1e9), log.p = TRUE) + log(2).
  CHECK_THAT(ln_student_t_two_sided(-40.0, 10.0), WithinRel(-26.80646954060106, 1e-13));
  CHECK_THAT(ln_student_t_two_sided(40.0, 1e6), WithinRel(-803.27517756978216, 1e-13));
  CHECK_THAT(ln_student_t_two_sided(40.0, 1e9), WithinRel(-803.91465403412599, 1e-13));
}

TEST_CASE("the probabilities of all tables with the same margins add up to 1") {
  Random random(29);
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t n_a = 1 + random.below(2000), n_b = 1 + random.below(2000);
    const Hypergeometric tables({random.below(n_a + 1), n_a}, {random.below(n_b + 1), n_b});
    double sum = 0.0;
    double largest = 0.0;
    for (double k = tables.least(); k <= tables.most(); ++k) {
      sum += std::exp(tables.ln_probability(k));
      largest = (std::max)(largest, std::exp(tables.ln_probability(k)));
    }
    CHECK_THAT(sum, WithinRel(1.0, 1e-12));
    CHECK_THAT(std::exp(tables.ln_probability(tables.mode())), WithinRel(largest, 1e-12));
  }
}

TEST_CASE("the golden special functions") {
  const auto file = golden_json("statistics/special_functions.json");
  if (!file) return;
  const nlohmann::json& groups = file->at("groups");
  const auto number = [](const nlohmann::json& row, const char* key) { return row.at(key).get<double>(); };
  for (const nlohmann::json& row : groups.at("normal_sf")) {
    CAPTURE(row.dump());
    if (number(row, "sf") > 1e-307)
      CHECK(nearly_equal(normal_upper_tail(number(row, "z")), number(row, "sf")));
    CHECK(nearly_equal(normal_cdf(number(row, "z")), number(row, "cdf")));
    if (number(row, "pdf") > 1e-307)
      CHECK(nearly_equal(normal_density(number(row, "z")), number(row, "pdf")));
  }
  for (const nlohmann::json& row : groups.at("normal_isf")) {
    CAPTURE(row.dump());
    // Near 1/2 the quantile is the difference of p and 1/2, of which p has 16 digits.
    CHECK_THAT(-normal_quantile(number(row, "q")),
               WithinAbs(number(row, "z"), 1e-14 * (1 + number(row, "z"))));
  }
  for (const nlohmann::json& row : groups.at("normal_ppf")) {
    CAPTURE(row.dump());
    CHECK_THAT(normal_quantile(number(row, "p")),
               WithinAbs(number(row, "z"), 1e-12 * std::abs(number(row, "z"))));
  }
  for (const nlohmann::json& row : groups.at("ibeta")) {
    CAPTURE(row.dump());
    const double x = number(row, "x");
    if (x == 0.0 || x == 1.0) continue;
    const Share p{x, 1.0 - x};
    if (number(row, "I") > 1e-307) {
      CHECK(nearly_equal(std::exp(beta_tail(number(row, "a"), number(row, "b"), p).ln_probability),
                         number(row, "I")));
    }
  }
  for (const nlohmann::json& row : groups.at("ibeta_inv")) {
    CAPTURE(row.dump());
    const double a = number(row, "a"), b = number(row, "b"), p = number(row, "p");
    if (p <= 0.5) CHECK(nearly_equal(beta_quantile(a, b, p).value, number(row, "x")));
    // 1 - p is not the exact complement, but near enough.
    if (p > 0.5) CHECK_THAT(beta_quantile(b, a, 1.0 - p).complement, WithinRel(number(row, "x"), 1e-12));
  }
  for (const nlohmann::json& row : groups.at("student_t")) {
    CAPTURE(row.dump());
    if (number(row, "two_sided") > 1e-307) {
      CHECK(nearly_equal(student_t_two_sided(number(row, "t"), number(row, "df")), number(row, "two_sided")));
    }
  }
  for (const nlohmann::json& row : groups.at("student_t_isf")) {
    CAPTURE(row.dump());
    const auto confidence = ConfidenceLevel::of_alpha(2.0 * number(row, "q"));
    CHECK(nearly_equal(student_t_critical(confidence, number(row, "df")), number(row, "t")));
  }
}
