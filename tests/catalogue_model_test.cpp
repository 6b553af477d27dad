// SPDX-License-Identifier: MIT
#include <cmath>
#include <vector>

#include <viewership/catalogue_model.hpp>

#include "catch.hpp"

using namespace viewership;

TEST_CASE("a catalogue worked by hand") {
  // Four titles of ten sessions, within 0.1, so within / n = 0.01: Σ n (y - 0.5)² = 2,
  // between = (2 - 3 · 0.1) / (40 - 10) = 0.17 / 3, z = 0.85, Σ w = 4 / (0.2 / 3).
  std::vector<detail::ScoreSample> samples{
      {0.2, 10, 0.12}, {0.4, 10, 0.08}, {0.6, 10, 0.15}, {0.8, 10, 0.05}};
  samples.push_back({});  // teaches nothing
  const auto model = detail::fit_catalogue(samples);
  REQUIRE(model);
  CHECK(model->titles == 4.0);
  CHECK_THAT(model->mean, WithinRel(0.5, 1e-14));
  CHECK_THAT(model->within, WithinRel(0.1, 1e-14));
  CHECK_THAT(model->between, WithinRel(0.17 / 3, 1e-13));
  CHECK_THAT(model->mean_variance, WithinRel(0.05 / 3, 1e-13));
  CHECK_THAT(model->typical_variance, WithinRel(0.01, 1e-13));
  // v = 2 / (4 - 3) · 0.15² = 0.045; variance 0.85 · 0.01 + 0.15² · 0.05 / 3 + 0.045 · 0.3².
  const ModelledScore lowest = detail::modelled(samples[0], *model);
  CHECK_THAT(lowest.credibility, WithinRel(0.85, 1e-13));
  CHECK_THAT(lowest.score, WithinRel(0.245, 1e-13));
  CHECK_THAT(lowest.spread_error, WithinRel(-0.3 * std::sqrt(0.045), 1e-13));
  CHECK_THAT(lowest.standard_error, WithinRel(std::sqrt(0.0085 + 0.000375 + 0.00405), 1e-13));
  // Equal credibilities: 2 · between · 0.15 of their own, and the mistake about the spread pulls them apart.
  const ModelledScore highest = detail::modelled(samples[3], *model);
  CHECK_THAT(detail::difference_variance(highest, lowest, *model), WithinRel(0.017 + 0.045 * 0.36, 1e-13));
}

TEST_CASE("sizes far apart leave the between-title variance finite") {
  const auto model = detail::fit_catalogue(
      std::vector<detail::ScoreSample>{{0.2, 1e19, 0.1}, {0.4, 1, {}}, {0.6, 1, {}}, {0.8, 2, 0.1}});
  REQUIRE(model);
  CHECK(std::isfinite(model->between));
  CHECK(std::isfinite(model->mean));
  CHECK(model->mean_variance > 0.0);
}

TEST_CASE("fewer than four titles, or no variance, are no catalogue") {
  CHECK_FALSE(detail::fit_catalogue({}));
  CHECK_FALSE(
      detail::fit_catalogue(std::vector<detail::ScoreSample>{{0.2, 9, 0.1}, {0.4, 9, 0.1}, {0.6, 9, 0.1}}));
  CHECK_FALSE(detail::fit_catalogue(
      std::vector<detail::ScoreSample>{{0.2, 9, {}}, {0.4, 9, {}}, {0.6, 9, {}}, {0.8, 1, {}}}));
}
