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

/// p_b - p_a from the cross products, so that rates that agree in many digits lose none.
[[nodiscard]] inline double rate_difference(const RealCounts& a, const RealCounts& b) {
  return difference_of_products(b.successes, a.trials, a.successes, b.trials) / (a.trials * b.trials);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_RATES_HPP
