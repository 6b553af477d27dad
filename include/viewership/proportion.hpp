// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_PROPORTION_HPP
#define VIEWERSHIP_PROPORTION_HPP

/// @file
/// What every rate is made of, and what can be said of a comparison of rates.

#include <cstdint>
#include <optional>

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

namespace detail {

/// Whether there is a rate at all: `invalid_counts`, `no_data` or `ok`.
[[nodiscard]] constexpr TestStatus rate_status(const Proportion& counts) noexcept {
  if (counts.successes > counts.trials) return TestStatus::invalid_counts;
  return counts.trials == 0 ? TestStatus::no_data : TestStatus::ok;
}
/// Of both: `invalid_counts` if either is.
[[nodiscard]] constexpr TestStatus rate_status(const Proportion& a, const Proportion& b) noexcept {
  const TestStatus of_a = rate_status(a);
  const TestStatus of_b = rate_status(b);
  return of_a == TestStatus::invalid_counts || of_b == TestStatus::ok ? of_a : of_b;
}
[[nodiscard]] constexpr bool has_rate(const Proportion& counts) noexcept {
  return rate_status(counts) == TestStatus::ok;
}

}  // namespace detail

/// Successes over trials; absent for no trial, and for more successes than trials.
[[nodiscard]] inline std::optional<double> rate(const Proportion& counts) {
  if (!detail::has_rate(counts)) return std::nullopt;
  return static_cast<double>(counts.successes) / static_cast<double>(counts.trials);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_PROPORTION_HPP
