// SPDX-License-Identifier: MIT
// What holds of experiments only on the whole, from fixed seeds.
#include <viewership/ab_testing.hpp>  // first: it must stand alone

#include <algorithm>
#include <cmath>
#include <functional>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

Experiment experiment_of(const std::vector<double>& weights, const std::string& id = "exp-1",
                         AssignmentScheme scheme = AssignmentScheme::fnv1a_mix) {
  ExperimentDefinition definition{.id = id};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    definition.variants.push_back({.id = "v" + std::to_string(i), .allocation_weight = weights[i]});
  }
  definition.scheme = scheme;
  return Experiment(definition);
}

std::uint64_t successes(Random& random, std::uint64_t trials, double rate) {
  const auto below = static_cast<std::uint64_t>(rate * 18'446'744'073'709'551'616.0);
  std::uint64_t count = 0;
  for (std::uint64_t i = 0; i < trials; ++i) count += std::uint64_t{random.next() < below};
  return count;
}

enum class Control : std::uint8_t { first, best };

/// How often `winning_variant` names a variant other than `best` when the variants have those rates and
/// weights. The control is the first of them, or the one that comes out best.
double share_of_wrong_winners(const std::vector<double>& rates, const std::vector<double>& weights,
                              int rounds, std::optional<std::size_t> best = {},
                              Control control = Control::first) {
  Random random(1234);
  const Experiment experiment = experiment_of(weights);
  int wrong = 0;
  for (int round = 0; round < rounds; ++round) {
    ExperimentResults results(experiment);
    for (std::size_t i = 0; i < rates.size(); ++i) {
      const auto trials = static_cast<std::uint64_t>(1'000 * weights[i]);
      results.record_impression(i, trials);
      results.record_click(i, successes(random, trials, rates[i]));
    }
    WinnerOptions options;
    if (control == Control::best) {
      const auto best_seen = std::ranges::max_element(
          results.metrics(), {}, [](const VariantMetrics& m) { return click_through_rate(m); });
      options.control =
          results.variant_ids()[static_cast<std::size_t>(best_seen - results.metrics().begin())];
    }
    const WinnerResult result = winning_variant(results, RateMetric::click_through(), options);
    if (result.winner && result.winner != best) ++wrong;
  }
  return static_cast<double>(wrong) / rounds;
}

constexpr int rounds = 20'000;
const double allowed = 0.05 + 3 * std::sqrt(0.05 * 0.95 / rounds);

std::string user(std::size_t i) {
  return "user_" + std::to_string(i);
}

std::string uuid(std::size_t i) {
  Random random(i);
  std::string id(36, '-');
  for (std::size_t k = 0; k < 36; ++k) {
    if (k != 8 && k != 13 && k != 18 && k != 23) id[k] = "0123456789abcdef"[random.below(16)];
  }
  return id;
}

std::string email(std::size_t i) {
  return "viewer." + std::to_string(i * 7) + "@example.com";
}

}  // namespace

TEST_CASE("where all variants are the same, a winner is named in at most alpha of the experiments") {
  const double of_two = share_of_wrong_winners({0.1, 0.1}, {1, 1}, rounds);
  CHECK(of_two <= allowed);
  CHECK(of_two >= 0.05 - 3 * std::sqrt(0.05 * 0.95 / rounds));  // for two it is alpha: nothing is given away
  CHECK(share_of_wrong_winners({0.1, 0.1, 0.1}, {1, 1, 1}, rounds) <= allowed);
  CHECK(share_of_wrong_winners({0.1, 0.1, 0.1, 0.1, 0.1}, {1, 1, 1, 1, 1}, rounds) <= allowed);
  CHECK(share_of_wrong_winners({0.1, 0.1, 0.1}, {4, 1, 1}, rounds) <= allowed);
  CHECK(share_of_wrong_winners({0.1, 0.1, 0.1}, {1, 1, 4}, rounds) <= allowed);
}

TEST_CASE("a control that was chosen for coming out best names no more winners") {
  for (const std::size_t variants : {2U, 3U, 5U}) {
    const std::vector<double> rates(variants, 0.1);
    const std::vector<double> weights(variants, 1.0);
    CHECK(share_of_wrong_winners(rates, weights, rounds, {}, Control::best) <= allowed);
  }
}

TEST_CASE(
    "where two variants are equally the best, and the others worse, neither is named in more than alpha") {
  CHECK(share_of_wrong_winners({0.1, 0.25, 0.25}, {1, 1, 1}, rounds) <= allowed);
  CHECK(share_of_wrong_winners({0.25, 0.25, 0.1, 0.1, 0.1}, {1, 1, 1, 1, 1}, rounds) <= allowed);
  CHECK(share_of_wrong_winners({0.1, 0.25, 0.25, 0.1}, {1, 1, 3, 1}, rounds) <= allowed);
}

TEST_CASE("where one variant is the best, another is hardly ever named") {
  CHECK(share_of_wrong_winners({0.1, 0.11, 0.1}, {1, 1, 1}, rounds, 1) <= 0.05);
}

TEST_CASE("a hundred buckets are equally full, for any kind of id") {
  const Experiment experiment = experiment_of(std::vector<double>(100, 1.0));
  constexpr std::size_t units = 200'000;
  for (const auto& id_of : {user, uuid, email}) {
    std::vector<std::uint64_t> counts(100);
    for (std::size_t i = 0; i < units; ++i) ++counts[*assign_variant(experiment, id_of(i)).variant()];
    const auto ratio = detail::sample_ratio(counts, experiment.expected_shares());
    REQUIRE(ratio);
    CAPTURE(ratio->chi_square);
    CHECK(ratio->ln_p > std::log(0.001));
    CHECK(ratio->ln_p < std::log(0.999));  // neither more even than chance
  }
}

TEST_CASE("fifty experiments with similar names split their units independently of each other") {
  constexpr std::size_t experiments = 50;
  constexpr std::size_t units = 4'000;
  std::vector<std::vector<bool>> in_b(experiments);
  for (std::size_t e = 0; e < experiments; ++e) {
    const Experiment experiment = experiment_of({1, 1}, "thumbnail-test-" + std::to_string(e));
    for (std::size_t i = 0; i < units; ++i)
      in_b[e].push_back(assign_variant(experiment, user(i)).variant() == 1);
  }
  // 1,225 pairs: agreement has mean n/2 and standard deviation sqrt(n)/2; five of them for the worst pair,
  // and the sum of the squares is chi-square with about 1,225 degrees of freedom.
  double sum_of_squares = 0.0;
  double worst = 0.0;
  for (std::size_t a = 0; a < experiments; ++a) {
    for (std::size_t b = a + 1; b < experiments; ++b) {
      std::size_t agree = 0;
      for (std::size_t i = 0; i < units; ++i) agree += std::size_t{in_b[a][i] == in_b[b][i]};
      const double z =
          (static_cast<double>(agree) - units / 2.0) / (std::sqrt(static_cast<double>(units)) / 2.0);
      sum_of_squares += z * z;
      worst = (std::max)(worst, std::abs(z));
    }
  }
  CHECK(worst < 5.0);
  CHECK(std::abs(sum_of_squares - 1'225.0) < 5 * std::sqrt(2 * 1'225.0));
}

TEST_CASE("neighbours share a variant half of the time; by raw FNV-1a nearly always") {
  constexpr std::size_t units = 100'000;
  const auto agreement = [](const Experiment& experiment) {
    std::size_t agree = 0;
    for (std::size_t i = 0; i < units; ++i) {
      agree += std::size_t{assign_variant(experiment, user(i)) == assign_variant(experiment, user(i + 1))};
    }
    return static_cast<double>(agree) / units;
  };
  CHECK(std::abs(agreement(experiment_of({1, 1})) - 0.5) < 5 * 0.5 / std::sqrt(double{units}));
  CHECK(agreement(experiment_of({1, 1}, "exp-1", AssignmentScheme::fnv1a_raw)) > 0.85);
}

TEST_CASE("coverage is independent of the variant") {
  ExperimentDefinition definition = experiment_of({1, 1}).definition();
  definition.coverage = 0.3;
  const Experiment experiment(definition);
  std::vector<std::uint64_t> counts(2);
  for (std::size_t i = 0; i < 200'000; ++i) {
    if (const auto variant = assign_variant(experiment, user(i)).variant()) ++counts[*variant];
  }
  CHECK(detail::sample_ratio(counts, experiment.expected_shares())->ln_p > std::log(0.001));
}
