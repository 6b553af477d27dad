// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_PROPORTION_HPP
#define VIEWERSHIP_PROPORTION_HPP

/// @file
/// What every rate is made of, and what can be said of a comparison of rates.

#include <cstdint>

namespace viewership::inline v0 {

/// Successes among trials: clicks among impressions, completions among sessions. Counts are never negative;
/// more successes than trials is `TestStatus::invalid_counts` wherever it matters.
struct Proportion {
  std::uint64_t successes = 0;
  std::uint64_t trials = 0;

  friend bool operator==(const Proportion&, const Proportion&) = default;
};

/// Whether data determine the answer of a test. Every value but the first and the last comes with an absent
/// statistic.
enum class TestStatus : std::uint8_t {
  ok,
  no_data,         ///< a group without a trial, or with too few values
  zero_variance,   ///< nothing varies, so nothing can be compared
  invalid_counts,  ///< more successes than trials
  small_expected   ///< an answer, but its approximation is weak: the least expected cell is below 5
};

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_PROPORTION_HPP
