// SPDX-License-Identifier: MIT
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <viewership/similarity.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

std::optional<double> alike(const std::vector<double>& a, const std::vector<double>& b,
                            SimilarityMeasure measure) {
  return similarity(std::span<const double>(a), std::span<const double>(b), measure);
}

RetentionCurve curve_of(const std::vector<double>& retention) {
  RetentionCurve curve{pos(60), 100, 100, {}};
  for (const double share : retention) {
    RetentionPoint point;
    point.retention = share;
    curve.points.push_back(point);
  }
  return curve;
}

}  // namespace

TEST_CASE("similarities worked by hand") {
  // Σab = 11, Σa² = 5, Σb² = 25; distance √(4 + 4); of three points r = 0.5.
  CHECK_THAT(*alike({1, 2}, {3, 4}, SimilarityMeasure::cosine), WithinRel(11 / std::sqrt(125.0), 1e-14));
  CHECK_THAT(*alike({1, 2}, {3, 4}, SimilarityMeasure::euclidean),
             WithinRel(1 / (1 + std::sqrt(8.0)), 1e-14));
  CHECK_THAT(*alike({1, 2, 3}, {1, 3, 2}, SimilarityMeasure::correlation), WithinRel(0.5, 1e-14));
}

// R 4.2.2: a <- c(1, 0.9, 0.7, 0.65, 0.4); b <- c(0.95, 0.7, 0.72, 0.5, 0.1); cor(a, b)
TEST_CASE("correlation agrees with R") {
  CHECK_THAT(*alike({1, 0.9, 0.7, 0.65, 0.4}, {0.95, 0.7, 0.72, 0.5, 0.1}, SimilarityMeasure::correlation),
             WithinRel(0.94335624314833799, 1e-13));
}

TEST_CASE("where a measure has no answer there is none") {
  for (const SimilarityMeasure measure :
       {SimilarityMeasure::cosine, SimilarityMeasure::euclidean, SimilarityMeasure::correlation}) {
    CHECK_FALSE(alike({}, {}, measure));
  }
  CHECK_FALSE(alike({0, 0}, {1, 2}, SimilarityMeasure::cosine));
  CHECK_FALSE(alike({1, 2}, {0, 0}, SimilarityMeasure::cosine));
  CHECK_FALSE(alike({0.1, 0.1, 0.1}, {1, 2, 3}, SimilarityMeasure::correlation));
  CHECK_FALSE(alike({1, 2, 3}, {0.3, 0.3, 0.3}, SimilarityMeasure::correlation));
  CHECK_FALSE(alike({1}, {2}, SimilarityMeasure::correlation));
  CHECK(alike({0, 0}, {0, 0}, SimilarityMeasure::euclidean) == 1.0);
}

TEST_CASE("tiny and huge numbers are as similar as ordinary ones") {
  for (const double scale : {1e-300, 1e300}) {
    CHECK_THAT(*alike({scale, 2 * scale}, {3 * scale, 4 * scale}, SimilarityMeasure::cosine),
               WithinRel(11 / std::sqrt(125.0), 1e-14));
  }
  CHECK(alike({1e308}, {-1e308}, SimilarityMeasure::euclidean) == 0.0);
}

TEST_CASE("lists of different lengths and numbers that are not finite are refused") {
  CHECK_THROWS_AS(alike({1}, {1, 2}, SimilarityMeasure::cosine), AnalyticsError);
  CHECK_THROWS_AS(alike({std::numeric_limits<double>::quiet_NaN()}, {1}, SimilarityMeasure::cosine),
                  AnalyticsError);
  CHECK_THROWS_AS(alike({1}, {std::numeric_limits<double>::infinity()}, SimilarityMeasure::euclidean),
                  AnalyticsError);
  CHECK_THROWS_AS(similarity(curve_of({1, 0.5}), curve_of({1})), AnalyticsError);
}

TEST_CASE("similarity is symmetric, bounded, and 1 with itself") {
  Random random(3);
  for (int i = 0; i < 2000; ++i) {
    std::vector<double> a, b;
    for (std::size_t n = 2 + random.below(6); n > 0; --n) {
      a.push_back(static_cast<double>(random.between(-9, 9)) / 3);
      b.push_back(static_cast<double>(random.between(-9, 9)) / 7);
    }
    for (const SimilarityMeasure measure :
         {SimilarityMeasure::cosine, SimilarityMeasure::euclidean, SimilarityMeasure::correlation}) {
      const auto there = alike(a, b, measure);
      REQUIRE(there == alike(b, a, measure));
      if (there) REQUIRE((*there >= -1.0 && *there <= 1.0));
      if (const auto itself = alike(a, a, measure)) REQUIRE(std::abs(*itself - 1.0) < 1e-14);
    }
  }
}

TEST_CASE("audiences compare by the components that both have") {
  const EngagementComponents a{0.5, 0.2, 0.9, 0.1, 0.0};
  EngagementComponents b = a;
  CHECK_THAT(*similarity(a, b), WithinRel(1.0, 1e-14));
  CHECK(similarity(a, b, SimilarityMeasure::euclidean) == 1.0);
  b.social.reset();
  CHECK(similarity(a, b, SimilarityMeasure::euclidean) == 1.0);
  b.watch_time = 0.9;
  CHECK_THAT(*similarity(a, b, SimilarityMeasure::euclidean), WithinRel(1 / 1.4, 1e-14));
  CHECK_FALSE(similarity(a, EngagementComponents{}));
}

TEST_CASE("curves compare by retention, and a curve of nobody with none") {
  CHECK_THAT(*similarity(curve_of({1, 0.8, 0.6}), curve_of({0.5, 0.4, 0.3}), SimilarityMeasure::cosine),
             WithinRel(1.0, 1e-14));
  CHECK_THAT(*similarity(curve_of({1, 0.8, 0.6}), curve_of({0.2, 0.3, 0.4}), SimilarityMeasure::correlation),
             WithinRel(-1.0, 1e-14));
  RetentionCurve nobody = curve_of({1, 0.8, 0.6});
  nobody.started = 0;
  CHECK_FALSE(similarity(nobody, curve_of({1, 0.8, 0.6}), SimilarityMeasure::euclidean));
}

TEST_CASE(
    "nearest titles come the most alike first, equally alike ones in their order, unlike ones not at all") {
  const EngagementComponents title{0.5, 0.5, {}, 0.0, 0.0};
  const std::vector<EngagementComponents> others{{0.9, 0.9, {}, 0.0, 0.0},
                                                 {0.5, 0.4, {}, 0.0, 0.0},
                                                 {},
                                                 {0.5, 0.6, {}, 0.0, 0.0},
                                                 {0.5, 0.5, {}, 0.0, 0.0}};
  const auto nearest = nearest_titles(title, others, 3, SimilarityMeasure::euclidean);
  REQUIRE(nearest.size() == 3);
  CHECK(nearest[0] == SimilarTitle{4, 1.0});
  CHECK(nearest[1].index == 1);
  CHECK(nearest[2].index == 3);
  CHECK(nearest_titles(title, others, 99).size() == 4);
  CHECK(nearest_titles(title, others, 0).empty());
  CHECK(nearest_titles(title, {}, 3).empty());
  CHECK(nearest_titles(curve_of({1, 0.5}), {curve_of({1, 0.1}), curve_of({1, 0.6})}, 1,
                       SimilarityMeasure::euclidean)
            .front()
            .index == 1);
}
