// SPDX-License-Identifier: MIT
// What the counts of a test say.
#ifndef VIEWERSHIP_EXAMPLES_EXPERIMENT_ANSWER_HPP
#define VIEWERSHIP_EXAMPLES_EXPERIMENT_ANSWER_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <viewership/ab_testing.hpp>
#include <viewership/inference/confidence.hpp>

#include "counts.hpp"

struct ArmAnswer {
  std::string arm{};
  viewership::Proportion counts{};
  std::optional<viewership::Interval> interval{};           ///< of the rate
  std::optional<viewership::ArmComparison> against_best{};  ///< absent for the best, and without comparison
};

struct TestAnswer {
  std::string id{};
  std::vector<ArmAnswer> arms{};
  std::uint64_t skipped = 0;               ///< lines of it that could not be read
  std::optional<double> sample_ratio_p{};  ///< of equal allocation, which is assumed
  std::optional<double> homogeneity_p{};   ///< of one rate for all arms
  viewership::WinnerStatus verdict{};
  std::optional<std::size_t> winner{};  ///< index of the arm
  std::optional<std::size_t> best{};    ///< index of the arm that was compared with every other
  std::string reason{};                 ///< of the verdict, in words
};

struct Totals {
  std::uint64_t arms = 0;
  viewership::VariantMetrics metrics{};
  std::array<std::uint64_t, 8> verdicts{};  ///< by `WinnerStatus`
};

/// The best arm is tested against every other, whatever the order of the arms: in a file where it means
/// something (by clicks, say), the first arm is no control. A test of which a line could not be read has no
/// verdict, as the missing arm may be the best.
TestAnswer answer_of(const TestCounts& test, viewership::ConfidenceLevel confidence);

Totals totals_of(const std::vector<TestAnswer>& answers);

#endif  // VIEWERSHIP_EXAMPLES_EXPERIMENT_ANSWER_HPP
