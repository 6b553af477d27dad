// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_SAMPLE_RATIO_HPP
#define VIEWERSHIP_DETAIL_SAMPLE_RATIO_HPP

/// @file
/// Whether traffic was split as it was meant to be: the part of it that naming a winner needs.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <viewership/detail/chi_square_tail.hpp>
#include <viewership/detail/difference_of_products.hpp>

namespace viewership::inline v0 {

/// A sample ratio with a p-value below it is an alarm: a strict one, since every experiment is checked, many
/// times.
inline constexpr double default_sample_ratio_alarm = 0.001;

namespace detail {

struct SampleRatio {
  double chi_square = 0.0;
  std::size_t degrees_of_freedom = 0;
  double ln_p = 0.0;
  /// The least count that an arm with a share was to get.
  double least_expected = 0.0;
};

/// Pearson's chi-square of counts against the shares they were to have, with k - 1 degrees of freedom, over
/// the k arms of a share above 0: an arm that was to get nothing is left out of the total as well.
///
/// @param shares of each arm, finite, not negative; they need not add up to 1, but their sum must be finite
/// Absent if nothing was observed there, or there are fewer than two such arms. O(k).
/// Source: Fabijan et al. (2019), doi:10.1145/3292500.3330722.
[[nodiscard]] inline std::optional<SampleRatio> sample_ratio(std::span<const std::uint64_t> observed,
                                                             std::span<const double> shares) {
  std::size_t arms = 0;
  double total = 0.0;
  double total_share = 0.0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] == 0.0) continue;
    ++arms;
    total += static_cast<double>(observed[i]);
    total_share += shares[i];
  }
  if (arms < 2 || total == 0.0) return std::nullopt;
  SampleRatio ratio;
  ratio.degrees_of_freedom = arms - 1;
  ratio.least_expected = total;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] == 0.0) continue;
    const double expected = total * (shares[i] / total_share);
    const double off =
        difference_of_products(static_cast<double>(observed[i]), total_share, total, shares[i]) / total_share;
    ratio.chi_square += off / expected * off;
    ratio.least_expected = (std::min)(ratio.least_expected, expected);
  }
  ratio.ln_p = ln_chi_square_tail_whole(ratio.chi_square, ratio.degrees_of_freedom);
  return ratio;
}

}  // namespace detail
}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_DETAIL_SAMPLE_RATIO_HPP
