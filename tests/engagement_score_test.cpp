// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include <viewership/engagement_score.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// In [0, 1], often at an end or close to one.
double random_share(Random& random) {
  switch (random.below(6)) {
    case 0:
      return 0.0;
    case 1:
      return 1.0;
    case 2:
      return std::nextafter(1.0, 0.0);
    case 3:
      return 1e-17 * static_cast<double>(random.below(100));
    default:
      return static_cast<double>(random.next() >> 11) / 9007199254740992.0;
  }
}

std::optional<double> maybe_share(Random& random) {
  return random.percent(80) ? std::optional(random_share(random)) : std::nullopt;
}

EngagementComponents random_components(Random& random) {
  return {maybe_share(random), maybe_share(random), maybe_share(random), maybe_share(random),
          maybe_share(random)};
}

EngagementWeights random_weights(Random& random) {
  return {random_share(random) * 3 + 1e-9, random_share(random), random_share(random), random_share(random),
          random_share(random)};
}

/// The definition as it is written down, nothing rounded on the way.
std::optional<long double> by_definition(const EngagementComponents& c, const EngagementWeights& w) {
  long double sum = 0;
  long double total = 0;
  const auto take = [&](std::optional<double> component, double weight) {
    if (!component) return;
    sum += static_cast<long double>(weight) * *component;
    total += weight;
  };
  take(c.watch_time, w.watch_time);
  take(c.completion, w.completion);
  take(c.social, w.social);
  if (total == 0) return std::nullopt;
  const long double m = sum / total;
  const long double score =
      m + static_cast<long double>(w.rewatch) * c.rewatch.value_or(0) * (1 - m) -
      static_cast<long double>(w.forward_seek_penalty) * c.forward_seek_penalty.value_or(0);
  return score < 0 ? 0 : score > 1 ? 1 : score;
}

}  // namespace

TEST_CASE("a score worked by hand") {
  // M = (0.2·0.6 + 0.2·0.3 + 0.2·0.5)/0.6 = 7/15; rewatch 0.2·0.5·8/15 = 4/75; penalty 0.2·0.25 = 1/20.
  const EngagementScore result = engagement_score({0.6, 0.3, 0.5, 0.5, 0.25});
  REQUIRE(result.score);
  CHECK_THAT(*result.score, WithinRel(7.0 / 15 + 4.0 / 75 - 1.0 / 20, 1e-15));
  CHECK_THAT(result.contributions.watch_time, WithinRel(0.2, 1e-14));
  CHECK_THAT(result.contributions.completion, WithinRel(0.1, 1e-14));
  CHECK_THAT(result.contributions.social, WithinRel(1.0 / 6, 1e-14));
  CHECK_THAT(result.contributions.rewatch, WithinRel(4.0 / 75, 1e-14));
  CHECK_THAT(result.contributions.forward_seek_penalty, WithinRel(-0.05, 1e-14));
  CHECK(result.contributions.clamping == 0.0);
}

TEST_CASE("the 0.3 of the header's comment") {
  CHECK_THAT(*engagement_score({0.5, 0.1, {}, 0.0, 0.0}).score, WithinRel(0.3, 1e-15));
}

TEST_CASE("a perfect audience scores 1 by any weights, rewatched or not, social or not") {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const EngagementWeights weights = random_weights(random);
    CHECK(engagement_score({1.0, 1.0, {}, random_share(random), 0.0}, weights).score == 1.0);
    CHECK(engagement_score({1.0, 1.0, 1.0, random_share(random), 0.0}, weights).score == 1.0);
  }
}

TEST_CASE("an absent component is left out, not taken for 0") {
  CHECK_THAT(*engagement_score({0.6, {}, {}, {}, {}}).score, WithinRel(0.6, 1e-15));
  CHECK_THAT(*engagement_score({0.6, 0.2, {}, 0.0, 0.0}).score, WithinRel(0.4, 1e-15));
  CHECK_THAT(*engagement_score({{}, 0.2, 0.4, 0.0, 0.0}).score, WithinRel(0.3, 1e-15));
}

TEST_CASE("without any component of the mean there is no score and nothing contributes") {
  const EngagementScore nothing = engagement_score({{}, {}, {}, 1.0, 0.5});
  CHECK_FALSE(nothing.score);
  CHECK(nothing.contributions == EngagementContributions{});
  CHECK_FALSE(engagement_score({}).score);
  CHECK_FALSE(engagement_score({0.5, {}, {}, {}, {}}, {0.0, 1.0, 1.0, 0.0, 0.0}).score);
}

TEST_CASE("a score below 0 is lifted to 0, and the lift is reported") {
  const EngagementScore result = engagement_score({0.05, 0.0, {}, 0.0, 0.9});
  CHECK(result.score == 0.0);
  CHECK_THAT(result.contributions.forward_seek_penalty, WithinRel(-0.18, 1e-14));
  CHECK_THAT(result.contributions.clamping, WithinRel(0.155, 1e-14));
  CHECK(result.contributions.sum() == 0.0);
}

TEST_CASE("contributions add up to the score exactly, in any order, and the score is the definition's") {
  Random random(2);
  for (int i = 0; i < 20'000; ++i) {
    const EngagementComponents components = random_components(random);
    const EngagementWeights weights = random_weights(random);
    const EngagementScore result = engagement_score(components, weights);
    const auto expected = by_definition(components, weights);
    REQUIRE(result.score.has_value() == expected.has_value());
    if (!result.score) continue;
    REQUIRE(*result.score >= 0.0);
    REQUIRE(*result.score <= 1.0);
    REQUIRE(std::abs(*result.score - static_cast<double>(*expected)) < 2e-15);
    const EngagementContributions& adds = result.contributions;
    REQUIRE(adds.sum() == *result.score);
    REQUIRE(adds.clamping + adds.forward_seek_penalty + adds.rewatch + adds.social + adds.completion +
                adds.watch_time ==
            *result.score);
    for (const double gain : {adds.watch_time, adds.completion, adds.social, adds.rewatch, adds.clamping}) {
      REQUIRE(gain >= 0.0);
    }
    REQUIRE(adds.forward_seek_penalty <= 0.0);
  }
}

TEST_CASE("a score never falls when a component rises, to the last bit, nor rises with the penalty") {
  Random random(3);
  for (int i = 0; i < 20'000; ++i) {
    EngagementComponents less = random_components(random);
    const EngagementWeights weights = random_weights(random);
    EngagementComponents more = less;
    constexpr std::optional<double> EngagementComponents::*all[] = {
        &EngagementComponents::watch_time, &EngagementComponents::completion, &EngagementComponents::social,
        &EngagementComponents::rewatch, &EngagementComponents::forward_seek_penalty};
    const auto component = all[random.below(5)];
    if (!(less.*component)) continue;
    more.*component = random.percent(50) ? std::nextafter(*(less.*component), 1.0) : random_share(random);
    if (*(more.*component) < *(less.*component)) std::swap(more, less);
    if (component == &EngagementComponents::forward_seek_penalty) std::swap(more, less);
    const auto low = engagement_score(less, weights).score;
    const auto high = engagement_score(more, weights).score;
    REQUIRE(low.has_value() == high.has_value());
    if (low) REQUIRE(*low <= *high);
  }
}

TEST_CASE("what is social saturates: 5 % of interactions are worth one half") {
  CHECK(social_component({20, 20, 10, 1000}) == 0.5);
  CHECK(social_component({0, 0, 0, 1000}) == 0.0);
  CHECK_THAT(*social_component({100, 0, 0, 1000}), WithinRel(2.0 / 3, 1e-15));
  CHECK_FALSE(social_component({5, 5, 5, 0}));
  constexpr auto most = (std::numeric_limits<std::uint64_t>::max)();
  CHECK(*social_component({most, most, most, 1}) <= 1.0);  // counts do not overflow
  CHECK(*social_component({most, most, most, 1}) > 0.99);
}

TEST_CASE("components outside [0, 1], NaN among them, are refused") {
  for (const double bad : {-0.1, 1.1, not_a_number, infinity}) {
    CHECK_THROWS_AS(engagement_score({bad, {}, {}, {}, {}}), AnalyticsError);
    CHECK_THROWS_AS(engagement_score({0.5, {}, {}, bad, {}}), AnalyticsError);
    CHECK_THROWS_AS(engagement_score({0.5, {}, {}, {}, bad}), AnalyticsError);
  }
}

TEST_CASE("weights outside their domain are refused, weights that merely add up to anything are not") {
  const EngagementComponents components{0.5, 0.5, 0.5, 0.5, 0.5};
  for (const EngagementWeights& bad :
       {EngagementWeights{0, 0, 0, 1, 1}, EngagementWeights{-1, 1, 1, 0, 0},
        EngagementWeights{not_a_number, 1, 1, 0, 0}, EngagementWeights{infinity, 1, 1, 0, 0},
        EngagementWeights{1e308, 1e308, 0, 0, 0}, EngagementWeights{1, 1, 1, 1.1, 0},
        EngagementWeights{1, 1, 1, -0.1, 0}, EngagementWeights{1, 1, 1, 0, not_a_number},
        EngagementWeights{1, 1, 1, 0, 2}}) {
    CHECK_THROWS_AS(engagement_score(components, bad), AnalyticsError);
  }
  CHECK(engagement_score(components, {1.0 / 3, 1.0 / 3, 1.0 / 3, 0, 0}).score == 0.5);
  CHECK(engagement_score(components, {7, 3, 90, 0, 0}).score == 0.5);
}
