// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_HOMOGENEITY_HPP
#define VIEWERSHIP_INFERENCE_HOMOGENEITY_HPP

/// @file
/// Whether several arms have one rate.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <viewership/detail/chi_square_tail.hpp>
#include <viewership/inference/detail/rates.hpp>
#include <viewership/proportion.hpp>

namespace viewership::inline v0 {

/// What the chi-square test says. Absent unless the status is `ok` or `small_expected`.
struct HomogeneityTest {
  TestStatus status = TestStatus::no_data;
  std::optional<double> statistic{};
  /// Arms with a trial, less one.
  std::optional<std::uint64_t> degrees_of_freedom{};
  /// The probability of a larger statistic, and its logarithm, which goes on where `p` is 0 below 1e-308.
  std::optional<double> p{};
  std::optional<double> ln_p{};
  /// The least count, of successes or failures of an arm, that one common rate lets expect.
  std::optional<double> least_expected{};

  friend bool operator==(const HomogeneityTest&, const HomogeneityTest&) = default;
};

/// Pearson's chi-square test of one rate for all arms, without continuity correction: the sum over both
/// columns of (observed - expected)^2 / expected.
///
/// Arms without a trial say nothing: they are left out, of the degrees of freedom too.
/// @return status `invalid_counts` if any arm has more successes than trials; `no_data` with fewer than two
/// arms that have trials; `zero_variance` without a success or without a failure; `small_expected`, with an
/// answer, if an expected count is below 5. O(arms). Source: Pearson (1900), doi:10.1080/14786440009463897.
[[nodiscard]] inline HomogeneityTest homogeneity_test(std::span<const Proportion> arms) {
  HomogeneityTest test;
  double successes = 0.0;
  double trials = 0.0;
  double fewest_trials = 0.0;
  std::size_t used = 0;
  for (const Proportion& arm : arms) {
    const TestStatus status = detail::rate_status(arm);
    if (status == TestStatus::invalid_counts) {
      test.status = status;
      return test;
    }
    if (status == TestStatus::no_data) continue;
    const detail::RealCounts counts = detail::real_counts(arm);
    successes += counts.successes;
    trials += counts.trials;
    if (used++ == 0 || counts.trials < fewest_trials) fewest_trials = counts.trials;
  }
  if (used < 2) return test;
  const double failures = trials - successes;
  if (successes <= 0.0 || failures <= 0.0) {
    test.status = TestStatus::zero_variance;
    return test;
  }

  // Both cells of an arm are off by the same (x N - n X) / N, and 1/E + 1/E' = N^2 / (n X (N - X)).
  double statistic = 0.0;
  for (const Proportion& arm : arms) {
    if (arm.trials == 0) continue;
    const detail::RealCounts counts = detail::real_counts(arm);
    const double off = detail::difference_of_products(counts.successes, trials, counts.trials, successes);
    statistic += off / successes * (off / failures) / counts.trials;
  }
  const double least = fewest_trials * ((successes < failures ? successes : failures) / trials);
  test.status = least < 5.0 ? TestStatus::small_expected : TestStatus::ok;
  test.statistic = statistic;
  test.degrees_of_freedom = used - 1;
  test.ln_p = detail::ln_chi_square_tail_whole(statistic, used - 1);
  test.p = std::exp(*test.ln_p);
  test.least_expected = least;
  return test;
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_HOMOGENEITY_HPP
