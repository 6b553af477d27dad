// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_DETAIL_RATES_HPP
#define VIEWERSHIP_INFERENCE_DETAIL_RATES_HPP

/// @file
/// Counts as real numbers. Integers up to 2^53 are exact in a `double`.

#include <viewership/inference/detail/saddle_point.hpp>
#include <viewership/proportion.hpp>

namespace viewership::inline v0::detail {

struct RealCounts {
  double successes;
  double failures;
  double trials;

  [[nodiscard]] double rate() const { return successes / trials; }
};

[[nodiscard]] inline RealCounts real_counts(const Proportion& counts) {
  return {static_cast<double>(counts.successes), static_cast<double>(counts.trials - counts.successes),
          static_cast<double>(counts.trials)};
}

/// Whether there is a rate at all: `invalid_counts`, `no_data` or `ok`.
[[nodiscard]] inline TestStatus rate_status(const Proportion& counts) {
  if (counts.successes > counts.trials) return TestStatus::invalid_counts;
  return counts.trials == 0 ? TestStatus::no_data : TestStatus::ok;
}
[[nodiscard]] inline TestStatus rate_status(const Proportion& a, const Proportion& b) {
  const TestStatus of_a = rate_status(a);
  return of_a == TestStatus::invalid_counts || rate_status(b) == TestStatus::ok ? of_a : rate_status(b);
}
[[nodiscard]] inline bool has_rate(const Proportion& counts) {
  return rate_status(counts) == TestStatus::ok;
}

/// p_b - p_a from the cross products, so that rates that agree in many digits lose none.
[[nodiscard]] inline double rate_difference(const RealCounts& a, const RealCounts& b) {
  return difference_of_products(b.successes, a.trials, a.successes, b.trials) / (a.trials * b.trials);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_RATES_HPP
