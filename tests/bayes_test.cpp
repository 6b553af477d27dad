// SPDX-License-Identifier: MIT
#include <viewership/inference/bayes.hpp>  // first: it must stand alone

#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "golden.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

double ln_beta(double a, double b) {
  return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
}

/// P(B > A) for whole alpha_b by Evan Miller's finite sum, good to some 1e-11 for parameters in the
/// thousands.
double sum_b_better(double alpha_a, double beta_a, double alpha_b, double beta_b) {
  double sum = 0.0;
  for (double i = 0; i < alpha_b; ++i) {
    sum +=
        std::exp(ln_beta(alpha_a + i, beta_a + beta_b) - ln_beta(1 + i, beta_b) - ln_beta(alpha_a, beta_a)) /
        (beta_b + i);
  }
  return sum;
}

/// E[max(B - A, 0)] by the same sum: E[B; B > A] - E[A; B > A], where a mean shifts a parameter by one.
double sum_loss_of_a(double alpha_a, double beta_a, double alpha_b, double beta_b) {
  return alpha_b / (alpha_b + beta_b) * sum_b_better(alpha_a, beta_a, alpha_b + 1, beta_b) -
         alpha_a / (alpha_a + beta_a) * sum_b_better(alpha_a + 1, beta_a, alpha_b, beta_b);
}

std::vector<BayesianArm> compared(const std::vector<Proportion>& arms, const BetaPrior& prior = {}) {
  return compare_rates_bayesian(std::span<const Proportion>(arms), prior).value();
}

BayesianComparison compared(const Proportion& a, const Proportion& b, const BetaPrior& prior = {}) {
  return compare_rates_bayesian(a, b, prior).value();
}

}  // namespace

TEST_CASE("two arms without data are alike, and choosing either costs a sixth") {
  // E[max(B - A, 0)] of two uniform variables is 1/6.
  const BayesianComparison nothing = compared({0, 0}, {0, 0});
  CHECK_THAT(nothing.probability_b_better, WithinRel(0.5, 1e-14));
  CHECK_THAT(nothing.probability_a_better, WithinRel(0.5, 1e-14));
  CHECK_THAT(nothing.expected_loss_a, WithinRel(1.0 / 6, 1e-13));
  CHECK_THAT(nothing.expected_loss_b, WithinRel(1.0 / 6, 1e-13));
}

TEST_CASE("a comparison of rates worked by hand") {
  // A ~ Beta(1, 1), B ~ Beta(2, 1): P(B > A) = E[B] = 2/3; E[max(A - B, 0)] = ∫ b² (1 - b) db = 1/12, and the
  // other is the difference of the means, 1/6, more.
  const BayesianComparison hand = compared({0, 0}, {1, 1});
  CHECK_THAT(hand.probability_b_better, WithinRel(2.0 / 3, 1e-13));
  CHECK_THAT(hand.expected_loss_b, WithinRel(1.0 / 12, 1e-13));
  CHECK_THAT(hand.expected_loss_a, WithinRel(1.0 / 12 + 1.0 / 6, 1e-13));
}

TEST_CASE("pinned comparisons of rates") {
  // From mpmath at 50 digits.
  const BayesianComparison few = compared({0, 5}, {3, 5});
  CHECK_THAT(few.probability_b_better, WithinRel(0.9696969696969697, 1e-12));
  CHECK_THAT(few.expected_loss_a, WithinRel(0.43156843156843155, 1e-12));
  CHECK_THAT(few.expected_loss_b, WithinRel(0.002997002997002997, 1e-12));
  const BayesianComparison many = compared({1'000, 10'000}, {1'100, 10'000});
  CHECK_THAT(many.probability_b_better, WithinRel(0.989457354431714, 1e-12));
  CHECK_THAT(many.expected_loss_b, WithinRel(1.5582443832201356e-05, 1e-12));
  const BayesianComparison jeffreys = compared({0, 1}, {1, 1}, {0.5, 0.5});
  CHECK_THAT(jeffreys.probability_b_better, WithinRel(0.9052847345693511, 1e-12));
}

TEST_CASE("comparisons of rates agree with a finite sum") {
  Random random(3);
  for (int round = 0; round < 40; ++round) {
    const BetaPrior prior{static_cast<double>(random.between(1, 3)),
                          static_cast<double>(random.between(1, 20))};
    const auto trials = [&] { return static_cast<std::uint64_t>(random.between(0, 1) ? 40 : 900); };
    Proportion a{0, trials()}, b{0, trials()};
    a.successes = random.below(a.trials + 1);
    b.successes = random.percent(50) ? random.below(b.trials + 1) : a.successes * b.trials / a.trials;
    const auto alpha = [&](const Proportion& p) { return prior.alpha + static_cast<double>(p.successes); };
    const auto beta = [&](const Proportion& p) {
      return prior.beta + static_cast<double>(p.trials - p.successes);
    };
    const BayesianComparison comparison = compared(a, b, prior);
    CAPTURE(a.successes, a.trials, b.successes, b.trials, prior.alpha, prior.beta);
    CHECK_THAT(comparison.probability_b_better,
               WithinAbs(sum_b_better(alpha(a), beta(a), alpha(b), beta(b)), 1e-9));
    CHECK_THAT(comparison.probability_a_better,
               WithinAbs(sum_b_better(alpha(b), beta(b), alpha(a), beta(a)), 1e-9));
    CHECK_THAT(comparison.expected_loss_a,
               WithinAbs(sum_loss_of_a(alpha(a), beta(a), alpha(b), beta(b)), 1e-9));
    CHECK_THAT(comparison.expected_loss_b,
               WithinAbs(sum_loss_of_a(alpha(b), beta(b), alpha(a), beta(a)), 1e-9));
  }
}

TEST_CASE("exchanging arms, or successes and failures, exchanges the answers") {
  Random random(4);
  const auto failures = [](const Proportion& p) { return Proportion{p.trials - p.successes, p.trials}; };
  for (int round = 0; round < 60; ++round) {
    const BetaPrior prior{std::pow(10.0, static_cast<double>(random.between(-3, 3))),
                          std::pow(10.0, static_cast<double>(random.between(-3, 3)))};
    const auto counts = [&] {
      const std::uint64_t trials = random.below(static_cast<std::size_t>(1) << random.below(40)) + 1;
      return Proportion{random.below(trials + 1), trials};
    };
    const Proportion a = counts();
    const Proportion b = random.percent(50) ? counts() : a;
    CAPTURE(a.successes, a.trials, b.successes, b.trials, prior.alpha, prior.beta);
    const BayesianComparison ab = compared(a, b, prior);
    const BayesianComparison ba = compared(b, a, prior);
    const BayesianComparison mirrored = compared(failures(a), failures(b), {prior.beta, prior.alpha});
    CHECK_THAT(ab.probability_a_better + ab.probability_b_better, WithinAbs(1.0, 1e-9));
    CHECK_THAT(ab.probability_a_better, WithinAbs(ba.probability_b_better, 1e-9));
    CHECK_THAT(ab.probability_a_better, WithinAbs(mirrored.probability_b_better, 1e-9));
    CHECK_THAT(ab.expected_loss_a, WithinAbs(ba.expected_loss_b, 1e-9));
    CHECK_THAT(ab.expected_loss_a, WithinAbs(mirrored.expected_loss_b, 1e-9));
    // E[max(B - A, 0)] - E[max(A - B, 0)] = E[B] - E[A].
    const auto mean = [&](const Proportion& p) {
      return (prior.alpha + static_cast<double>(p.successes)) /
             (prior.alpha + prior.beta + static_cast<double>(p.trials));
    };
    CHECK_THAT(ab.expected_loss_a - ab.expected_loss_b, WithinAbs(mean(b) - mean(a), 1e-9));
  }
}

TEST_CASE("counts of 10^12 are compared as sharply as counts of a hundred") {
  // Two standard deviations apart; the normal limit is off by the skewness, some 1e-6 at these counts.
  const std::uint64_t trials = 1'000'000'000'000;
  const Proportion a{50'000'000'000, trials};
  const Proportion b{50'000'616'441, trials};
  const BayesianComparison comparison = compared(a, b);
  CHECK_THAT(comparison.probability_b_better, WithinAbs(0.977249868, 2e-6));  // Φ(2)
  CHECK_THAT(comparison.probability_b_better + comparison.probability_a_better, WithinRel(1.0, 1e-12));
  CHECK_THAT(comparison.expected_loss_a - comparison.expected_loss_b,
             WithinRel(616'441.0 / (1e12 + 2), 1e-9));
}

TEST_CASE("a probability of 1e-244 is a number, not the rest of 1") {
  // R 4.2: integrate() over pbeta(log.p = TRUE), scaled: log10 of the loss is -244.187330173824, and of
  // the probability -239.78664277843.
  const BayesianComparison comparison = compared({5'000, 100'000}, {4'800, 50'000}, {2, 18});
  CHECK_THAT(std::log10(comparison.expected_loss_b), WithinAbs(-244.187330173824, 1e-11));
  CHECK_THAT(std::log10(comparison.probability_a_better), WithinAbs(-239.78664277843, 1e-11));
  CHECK_THAT(comparison.probability_b_better, WithinRel(1.0, 1e-13));
}

TEST_CASE("counts beyond 32 bits do not wrap") {
  const BayesianComparison comparison =
      compared({3'000'000'000, 6'000'000'000}, {3'001'000'000, 6'000'000'000});
  CHECK(comparison.probability_b_better > 0.99999);
}

TEST_CASE("more successes than trials have no posterior") {
  CHECK_FALSE(compare_rates_bayesian({11, 10}, {1, 10}));
  CHECK_FALSE(compare_rates_bayesian({1, 10}, {11, 10}));
  CHECK_FALSE(rate_credible_interval({11, 10}));
}

TEST_CASE("one arm is the best of one, and costs nothing") {
  const std::vector<BayesianArm> arms = compared(std::vector<Proportion>{{7, 20}});
  REQUIRE(arms.size() == 1);
  CHECK_THAT(arms[0].probability_best, WithinRel(1.0, 1e-12));
  CHECK(arms[0].expected_loss == 0.0);
  CHECK_THAT(arms[0].mean, WithinRel(8.0 / 22, 1e-15));
}

TEST_CASE("the best of uniform arms, worked by hand") {
  // E[max] of k uniform variables is k/(k + 1), the mean of one 1/2.
  for (const std::size_t k : {2u, 3u, 7u, 40u}) {
    const std::vector<BayesianArm> arms = compared(std::vector<Proportion>(k));
    const auto count = static_cast<double>(k);
    for (const BayesianArm& arm : arms) {
      CHECK_THAT(arm.probability_best, WithinRel(1 / count, 1e-12));
      CHECK_THAT(arm.expected_loss, WithinRel(count / (count + 1) - 0.5, 1e-12));
    }
  }
}

TEST_CASE("pinned comparison of three arms") {
  const std::vector<BayesianArm> arms = compared({{10, 100}, {12, 100}, {15, 100}});
  CHECK_THAT(arms[0].probability_best, WithinRel(0.09710462736980101, 1e-12));
  CHECK_THAT(arms[2].probability_best, WithinRel(0.6645701169822954, 1e-12));
  CHECK_THAT(arms[1].expected_loss, WithinRel(0.03957837304623908, 1e-12));
}

TEST_CASE("arms in another order have the same answers, and their probabilities add up to one") {
  Random random(5);
  for (int round = 0; round < 15; ++round) {
    std::vector<Proportion> counts(2 + random.below(8));
    for (Proportion& arm : counts) {
      arm.trials = 1 + random.below(static_cast<std::size_t>(1) << (4 + random.below(30)));
      arm.successes = random.below(arm.trials / 5 + 1);
    }
    const std::vector<BayesianArm> arms = compared(counts);
    const double sum =
        std::accumulate(arms.begin(), arms.end(), 0.0,
                        [](double total, const BayesianArm& arm) { return total + arm.probability_best; });
    CHECK_THAT(sum, WithinAbs(1.0, 1e-9));
    std::vector<Proportion> backwards(counts.rbegin(), counts.rend());
    const std::vector<BayesianArm> reversed = compared(backwards);
    for (std::size_t i = 0; i < arms.size(); ++i) {
      const BayesianArm& other = reversed[arms.size() - 1 - i];
      CHECK_THAT(arms[i].probability_best, WithinAbs(other.probability_best, 1e-9));
      CHECK_THAT(arms[i].expected_loss, WithinAbs(other.expected_loss, 1e-9));
      // All expected losses have E[max] in common.
      CHECK_THAT(arms[i].expected_loss + arms[i].mean, WithinAbs(arms[0].expected_loss + arms[0].mean, 1e-9));
    }
  }
}

TEST_CASE("a credible interval leaves its tails outside") {
  // R 4.2: qbeta(c(.025, .975), 51, 951), and at 1e-10 on either side.
  const Interval usual = rate_credible_interval({50, 1'000}).value();
  CHECK_THAT(usual.lower, WithinRel(0.038166833650526484, 1e-12));
  CHECK_THAT(usual.upper, WithinRel(0.065325693681104746, 1e-12));
  const Interval wide = rate_credible_interval({50, 1'000}, ConfidenceLevel::of_alpha(2e-10)).value();
  CHECK_THAT(wide.lower, WithinRel(0.018038248727787528, 1e-11));
  CHECK_THAT(wide.upper, WithinRel(0.10689490267818325, 1e-11));
  // Beta(1, n + 1) has 1 - (1 - tail)^(1/(n + 1)) as its quantile, at any n; Beta(1, 1) is the level itself.
  const Interval prior_only = rate_credible_interval({0, 0}).value();
  CHECK_THAT(prior_only.lower, WithinRel(0.025, 1e-12));
  CHECK_THAT(prior_only.upper, WithinRel(0.975, 1e-12));
  const Interval none = rate_credible_interval({0, 1'000'000'000'000}).value();
  CHECK_THAT(none.lower, WithinRel(-std::expm1(std::log1p(-0.025) / 1e12), 1e-11));
  CHECK_THAT(none.upper, WithinRel(-std::expm1(std::log(0.025) / 1e12), 1e-11));
}

TEST_CASE("a credible interval of an extreme level is still an interval") {
  for (const double alpha : {1e-300, 1e-30, 0.5, 1 - 1e-12}) {
    for (const Proportion& counts : std::vector<Proportion>{
             {0, 0}, {0, 3}, {3, 3}, {1, 1'000'000'000}, {500'000'000'000, 1'000'000'000'000}}) {
      for (const BetaPrior& prior : {BetaPrior{}, BetaPrior{0.5, 0.5}, BetaPrior{1e-3, 1e-3}}) {
        CAPTURE(alpha, counts.successes, counts.trials, prior.alpha);
        const Interval interval =
            rate_credible_interval(counts, ConfidenceLevel::of_alpha(alpha), prior).value();
        CHECK(interval.lower >= 0.0);
        CHECK(interval.lower <= interval.upper);
        CHECK(interval.upper <= 1.0);
      }
    }
  }
}

TEST_CASE("Bayesian comparisons refuse what is not a prior, and too few or many arms") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {0.0, -1.0, nan, std::numeric_limits<double>::infinity()}) {
    CHECK_THROWS_AS(compare_rates_bayesian({1, 2}, {1, 2}, {bad, 1}), AnalyticsError);
    CHECK_THROWS_AS(rate_credible_interval({1, 2}, {}, {1, bad}), AnalyticsError);
    CHECK_THROWS_AS(normal_posterior(bad == 0.0 ? nan : 0.1, bad), AnalyticsError);
    CHECK_THROWS_AS(normal_posterior(0.1, 1.0, NormalPrior{0.0, bad}), AnalyticsError);
    CHECK_THROWS_AS(compare_difference_bayesian({0.1, bad}), AnalyticsError);
    CHECK_THROWS_AS(difference_credible_interval({0.1, bad}), AnalyticsError);
  }
  CHECK_THROWS_AS(compare_rates_bayesian(std::span<const Proportion>{}), AnalyticsError);
  CHECK_THROWS_AS(compared(std::vector<Proportion>(max_bayesian_arms + 1)), AnalyticsError);
}

TEST_CASE("a normal difference worked by hand") {
  // Without a difference: a coin, and the cost is sd·φ(0).
  const BayesianComparison equal = compare_difference_bayesian({0.0, 2.0});
  CHECK(equal.probability_b_better == 0.5);
  CHECK_THAT(equal.expected_loss_a, WithinRel(2 * 0.3989422804014327, 1e-14));
  CHECK(equal.expected_loss_a == equal.expected_loss_b);
  // Prior and data equally precise: halfway, and 1/sqrt(2) as wide.
  const NormalPosterior halfway = normal_posterior(4.0, 0.5, NormalPrior{1.0, 0.5});
  CHECK_THAT(halfway.mean, WithinRel(2.5, 1e-15));
  CHECK_THAT(halfway.standard_deviation, WithinRel(0.5 / std::sqrt(2.0), 1e-15));
  CHECK(normal_posterior(4.0, 0.5) == NormalPosterior{4.0, 0.5});
  const Interval interval = difference_credible_interval({1.0, 2.0});
  CHECK_THAT(interval.lower, WithinRel(1 - 2 * 1.959963984540054, 1e-13));
  CHECK_THAT(interval.upper, WithinRel(1 + 2 * 1.959963984540054, 1e-13));
}

TEST_CASE("the cost of choosing the better of two normal arms keeps its digits far out") {
  // Asymptotically φ(z)/z² · (1 - 3·1/z² + 15/z⁴ - 105/z⁶ + ...); the next term is 945/z⁸.
  for (const double z : {20.0, 30.0, 37.0}) {
    const double y = 1 / (z * z);
    const double expected = detail::normal_density(z) * y * (1 - y * (3 - y * (15 - y * (105 - y * 945))));
    CHECK_THAT(compare_difference_bayesian({z, 1.0}).expected_loss_b, WithinRel(expected, 3e-9));
  }
  // Both ways to compute it meet at z = 4.
  const double below = detail::normal_excess(4.0 - 1e-12);
  CHECK_THAT(below, WithinRel(detail::normal_excess(4.0), 1e-10));
}

TEST_CASE("no prior and no difference make a normal posterior that is not a number") {
  for (const double difference : {0.0, 1e-300, -1e300, 1e308}) {
    for (const double error : {1e-308, 1.0, 1e308}) {
      for (const double sd : {1e-308, 1.0, 1e308}) {
        const NormalPosterior posterior = normal_posterior(difference, error, NormalPrior{1.0, sd});
        const BayesianComparison comparison = compare_difference_bayesian(posterior);
        CAPTURE(difference, error, sd);
        CHECK(std::isfinite(posterior.mean));
        CHECK(posterior.standard_deviation > 0.0);
        CHECK(comparison.probability_b_better + comparison.probability_a_better == Approx(1.0));
        CHECK(comparison.expected_loss_a >= 0.0);
        CHECK(comparison.expected_loss_b >= 0.0);
      }
    }
  }
}

TEST_CASE("a posterior of two means is that of their difference") {
  const Moments a = Moments::of(100, 10.0, 4.0);
  const Moments b = Moments::of(400, 10.5, 16.0);
  const NormalPosterior posterior = normal_posterior(a, b).value();
  CHECK_THAT(posterior.mean, WithinRel(0.5, 1e-14));
  CHECK_THAT(posterior.standard_deviation, WithinRel(std::sqrt(0.04 + 0.04), 1e-14));
  CHECK_FALSE(normal_posterior(Moments{}, b));
  CHECK_FALSE(normal_posterior(Moments::of(1, 3.0, 0.0), b));
  CHECK_FALSE(normal_posterior(Moments::of(9, 3.0, 0.0), Moments::of(9, 4.0, 0.0)));
}

TEST_CASE("golden: beta-binomial comparisons") {
  const auto golden = golden_json("statistics/bayes_beta_binomial.json");
  if (!golden) return;
  for (const auto& c : golden->at("cases")) {
    CAPTURE(c.dump());
    const BetaPrior prior{c["prior_alpha"], c["prior_beta"]};
    const Proportion a{c["x_a"], c["n_a"]};
    const Proportion b{c["x_b"], c["n_b"]};
    const BayesianComparison comparison = compared(a, b, prior);
    CHECK_THAT(comparison.probability_b_better, WithinRel(c["p_b_beats_a"].get<double>(), 1e-12));
    for (const auto& [key, loss] : {std::pair{"expected_loss_choose_a", comparison.expected_loss_a},
                                    {"expected_loss_choose_b", comparison.expected_loss_b}}) {
      if (const auto expected = golden_number(c, key)) {
        // One value is what 50 digits leave of a number near 1e-245, -1.4e-46: see the case of 1e-244 above.
        CHECK_THAT(loss, WithinAbs(*expected, (std::max)(1e-12 * *expected, 1e-45)));
      }
    }
    for (const auto& [key, counts] : {std::pair{"ci95_a", a}, {"ci95_b", b}}) {
      const Interval interval = rate_credible_interval(counts, {}, prior).value();
      CHECK_THAT(interval.lower, WithinRel(c[key][0].get<double>(), 1e-12));
      CHECK_THAT(interval.upper, WithinRel(c[key][1].get<double>(), 1e-12));
    }
  }
}

TEST_CASE("golden: k arms") {
  const auto golden = golden_json("statistics/bayes_k_arms.json");
  if (!golden) return;
  for (const auto& c : golden->at("cases")) {
    CAPTURE(c.dump());
    std::vector<Proportion> counts;
    for (const auto& arm : c["arms"]) counts.push_back({arm["x"], arm["n"]});
    const std::vector<BayesianArm> arms = compared(counts, {c["prior"][0], c["prior"][1]});
    for (std::size_t i = 0; i < arms.size(); ++i) {
      CHECK_THAT(arms[i].probability_best, WithinRel(c["p_best"][i].get<double>(), 1e-10));
      CHECK_THAT(arms[i].expected_loss, WithinRel(c["expected_loss"][i].get<double>(), 1e-10));
    }
  }
}

TEST_CASE("golden: normal comparisons") {
  const auto golden = golden_json("statistics/bayes_normal.json");
  if (!golden) return;
  for (const auto& c : golden->at("cases")) {
    CAPTURE(c.dump());
    std::optional<NormalPrior> prior;
    if (c["prior_proper"].get<bool>()) {
      prior = NormalPrior{c["prior_mean"], std::sqrt(c["prior_var"].get<double>())};
    }
    const NormalPosterior posterior = normal_posterior(c["diff"], c["se"], prior);
    const BayesianComparison comparison = compare_difference_bayesian(posterior);
    const Interval interval = difference_credible_interval(posterior);
    CHECK_THAT(posterior.mean, WithinRel(c["post_mean"].get<double>(), 1e-12));
    CHECK_THAT(posterior.standard_deviation, WithinRel(c["post_sd"].get<double>(), 1e-12));
    CHECK_THAT(comparison.probability_b_better, WithinRel(c["p_b_beats_a"].get<double>(), 1e-12));
    CHECK_THAT(comparison.expected_loss_a, WithinRel(c["expected_loss_choose_a"].get<double>(), 1e-12));
    CHECK_THAT(comparison.expected_loss_b, WithinRel(c["expected_loss_choose_b"].get<double>(), 1e-12));
    CHECK_THAT(interval.lower, WithinRel(c["ci95"][0].get<double>(), 1e-12));
    CHECK_THAT(interval.upper, WithinRel(c["ci95"][1].get<double>(), 1e-12));
  }
}
