// SPDX-License-Identifier: MIT
// Thousands of real headline tests, against what R says of them: chisq.test of homogeneity, and of equal
// shares.
#include <cmath>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <viewership/inference/homogeneity.hpp>
#include <viewership/inference/sample_ratio.hpp>

#include "catch.hpp"
#include "shared_rows.hpp"

using namespace viewership;

namespace {

/// Whether a number agrees with R's, which is absent where the file has NA, NaN or nothing.
bool agrees(std::optional<double> p, const std::string& expected) {
  try {
    const double number = std::stod(expected);
    if (std::isnan(number)) return !p;
    return p && std::abs(*p - number) <= 1e-10 * number;
  } catch (const std::invalid_argument&) {
    return !p;
  }
}

}  // namespace

TEST_CASE("the p-values of real headline tests are R's, to 1e-10") {
  const auto expected = shared_rows("golden/statistics/headline_tests_R.csv");
  if (expected.empty()) {
    WARN("skipped: no headline tests (set VIEWERSHIP_SHARED_DIR)");
    return;
  }
  std::map<std::string, std::vector<Proportion>> arms;
  for (const auto& row : shared_rows("data/headline_tests.csv")) {
    arms[row.at(0)].push_back({std::stoull(row.at(4)), std::stoull(row.at(3))});
  }
  for (const auto& row : expected) {
    const std::vector<Proportion>& of_test = arms.at(row.at(0));
    std::vector<std::uint64_t> impressions;
    for (const Proportion& arm : of_test) impressions.push_back(arm.trials);
    const SampleRatioTest shares =
        sample_ratio_test(impressions, std::vector<double>(impressions.size(), 1.0));
    const HomogeneityTest rates = homogeneity_test(of_test);
    CAPTURE(row.at(0), row.at(4), row.at(5));
    CHECK(agrees(shares.p, row.at(4)));
    CHECK(agrees(rates.p, row.at(5)));
  }
}
