// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_FISHER_EXACT_HPP
#define VIEWERSHIP_INFERENCE_FISHER_EXACT_HPP

/// @file
/// Fisher's exact test of two rates.

#include <cmath>
#include <cstdint>
#include <optional>

#include <viewership/error.hpp>
#include <viewership/inference/detail/hypergeometric.hpp>
#include <viewership/inference/detail/rates.hpp>
#include <viewership/proportion.hpp>

namespace viewership::inline v0 {

/// The largest number of trials, of both groups together, that `fisher_exact_test` takes.
inline constexpr std::uint64_t max_fisher_trials = 100'000'000'000'000;

/// What Fisher's exact test says. Absent unless the status is `ok`, which it is also for a table that margins
/// leave no choice (no success at all): its p-values are 1.
struct FisherExactTest {
  TestStatus status = TestStatus::no_data;
  /// Two-sided: the probability of all tables that are no more probable than the observed one, to 1e-7
  /// relative (R's definition), and its logarithm, which goes on where the probability is below 1e-308.
  std::optional<double> p{};
  std::optional<double> ln_p{};
  /// One-sided: P(successes of b >= observed) and P(successes of b <= observed), given the margins.
  std::optional<double> p_b_greater{};
  std::optional<double> p_b_less{};
  /// Twice the smaller one-sided one less the probability of the observed table, at most 1: less
  /// conservative.
  std::optional<double> mid_p{};

  friend bool operator==(const FisherExactTest&, const FisherExactTest&) = default;
};

/// Fisher's exact test of p_a = p_b, conditional on the number of successes in both groups together.
///
/// @return status `no_data` for a group without a trial, `invalid_counts` for more successes than trials.
/// Throws `invalid_argument` for more than `max_fisher_trials` trials.
/// O(log n) plus the tables that matter: dozens far from the mode, some ten standard deviations of the table
/// near it (0.3 s at 10^14 trials, 50 ms at 10^12). Source: Fisher (1935), doi:10.2307/2342435; probabilities
/// after Loader (2000).
[[nodiscard]] inline FisherExactTest fisher_exact_test(const Proportion& a, const Proportion& b) {
  FisherExactTest test;
  test.status = detail::rate_status(a, b);
  if (test.status != TestStatus::ok) return test;
  detail::require(a.trials <= max_fisher_trials && b.trials <= max_fisher_trials - a.trials,
                  ErrorCode::invalid_argument, "fisher_exact_test: more than max_fisher_trials trials");

  const detail::Hypergeometric of_b(a, b);
  const detail::Hypergeometric of_a = of_b.mirrored();
  const auto observed_b = static_cast<double>(b.successes);
  const auto observed_a = static_cast<double>(a.successes);
  const double ln_observed = of_b.ln_probability(observed_b);

  // One tail falls from the observed table outward and is summed; the other holds all else, and that table
  // too.
  const double at_observed = std::exp(ln_observed);
  const bool b_is_high = observed_b > of_b.mode();
  const double tail =
      std::exp(b_is_high ? of_b.ln_falling_tail(observed_b) : of_a.ln_falling_tail(observed_a));
  const double rest = tail > at_observed ? 1.0 - (tail - at_observed) : 1.0;
  test.p_b_greater = b_is_high ? tail : rest;
  test.p_b_less = b_is_high ? rest : tail;
  const double mid_p = 2.0 * (tail < rest ? tail : rest) - at_observed;
  test.mid_p = mid_p < 1.0 ? mid_p : 1.0;

  // R counts a table as no more probable than the observed one within this relative tolerance.
  const double ln_limit = ln_observed + std::log1p(1e-7);
  const double from_b = of_b.first_at_most(ln_limit);
  if (from_b == of_b.mode()) {
    test.ln_p = 0.0;
  } else {
    const double from_a = of_a.first_at_most(ln_limit);
    const double upper = of_b.ln_falling_tail(from_b);
    const double lower = of_a.ln_falling_tail(from_a);
    const double larger = upper > lower ? upper : lower;
    const double ln_p = larger + std::log1p(std::exp(upper + lower - 2.0 * larger));
    test.ln_p = ln_p < 0.0 ? ln_p : 0.0;
  }
  test.p = std::exp(*test.ln_p);
  return test;
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_FISHER_EXACT_HPP
