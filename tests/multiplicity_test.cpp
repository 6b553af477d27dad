// SPDX-License-Identifier: MIT
#include <viewership/inference/multiplicity.hpp>  // first: it must stand alone

#include <limits>
#include <string>
#include <utility>

#include "catch.hpp"
#include "golden.hpp"
#include "laws.hpp"

using namespace viewership;

namespace {

using Correction = std::vector<double> (*)(std::span<const double>);

const std::vector<std::pair<std::string, Correction>> corrections = {
    {"bonferroni", bonferroni}, {"sidak", sidak},           {"holm", holm},
    {"hochberg", hochberg},     {"bh", benjamini_hochberg}, {"by", benjamini_yekutieli}};

void check_adjusted(const std::vector<double>& adjusted, const std::vector<double>& expected) {
  REQUIRE(adjusted.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i, adjusted[i], expected[i]);
    CHECK(nearly_equal(adjusted[i], expected[i]));
  }
}

}  // namespace

TEST_CASE("no p-value and one p-value stay as they are under every correction") {
  for (const auto& [name, correct] : corrections) {
    CAPTURE(name);
    CHECK(correct({}).empty());
    check_adjusted(correct(std::vector{0.03}), {0.03});
    check_adjusted(correct(std::vector{0.0}), {0.0});
    check_adjusted(correct(std::vector{1.0}), {1.0});
  }
}

TEST_CASE("corrections worked by hand, in the order given") {
  const std::vector<double> p = {0.04, 0.01, 0.03};
  check_adjusted(bonferroni(p), {0.12, 0.03, 0.09});
  check_adjusted(holm(p), {0.06, 0.03, 0.06});
  check_adjusted(hochberg(p), {0.04, 0.03, 0.04});
  check_adjusted(sidak(p), {1 - 0.96 * 0.96 * 0.96, 1 - 0.99 * 0.99 * 0.99, 1 - 0.97 * 0.97 * 0.97});
  check_adjusted(benjamini_hochberg(p), {0.04, 0.03, 0.04});
  check_adjusted(benjamini_yekutieli(p), {0.04 * 11 / 6, 0.03 * 11 / 6, 0.04 * 11 / 6});
}

TEST_CASE("a correction of tiny p-values loses nothing") {
  const std::vector<double> p = {1e-300, 1e-10, 0.5};
  check_adjusted(sidak(p), {3e-300, 2.9999999997e-10, 0.875});
  check_adjusted(benjamini_yekutieli(p), {5.5e-300, 2.75e-10, 5.5 / 6});
}

TEST_CASE("what is no p-value is refused") {
  for (const double bad : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    for (const auto& [name, correct] : corrections) {
      CAPTURE(name, bad);
      try {
        (void)correct(std::vector{0.5, bad});
        FAIL("accepted");
      } catch (const AnalyticsError& error) {
        CHECK(error.code() == ErrorCode::invalid_argument);
        CHECK(std::string(error.what()).find(": a p-value outside [0, 1]") != std::string::npos);
      }
    }
  }
}

TEST_CASE("adjusted p-values keep the order, are never smaller, and the corrections rank as theory says") {
  Random random(22);
  for (int round = 0; round < 300; ++round) {
    std::vector<double> p(1 + random.below(20));
    for (double& value : p) value = static_cast<double>(random.between(0, 1000)) / 1000.0;
    for (const auto& [name, correct] : corrections) {
      const std::vector<double> adjusted = correct(p);
      CAPTURE(name);
      for (std::size_t i = 0; i < p.size(); ++i) {
        CHECK(adjusted[i] >= p[i] * (1 - 1e-15));
        CHECK(adjusted[i] <= 1.0);
        for (std::size_t j = 0; j < p.size(); ++j) {
          if (p[i] <= p[j]) CHECK(adjusted[i] <= adjusted[j]);
        }
      }
    }
    for (std::size_t i = 0; i < p.size(); ++i) {
      const double slack = 1 + 1e-12;
      CHECK(sidak(p)[i] <= bonferroni(p)[i] * slack);
      CHECK(holm(p)[i] <= bonferroni(p)[i] * slack);
      CHECK(hochberg(p)[i] <= holm(p)[i] * slack);
      CHECK(benjamini_hochberg(p)[i] <= hochberg(p)[i] * slack);
      CHECK(benjamini_hochberg(p)[i] <= benjamini_yekutieli(p)[i] * slack);
    }
  }
}

TEST_CASE("the golden corrections") {
  const auto file = golden_json("statistics/multiple_testing.json");
  if (!file) return;
  REQUIRE(!file->at("cases").empty());
  for (const nlohmann::json& test_case : file->at("cases")) {
    for (const auto& [name, correct] : corrections) {
      CAPTURE(name, test_case.at("p").dump());
      check_adjusted(correct(test_case.at("p").get<std::vector<double>>()),
                     test_case.at(name).get<std::vector<double>>());
    }
  }
}
