// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_HOLM_HPP
#define VIEWERSHIP_DETAIL_HOLM_HPP

/// @file
/// Holm's step-down correction, which the winner of an experiment and the inference headers share.

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

namespace viewership::inline v0::detail {

/// Holm's adjusted p-values of a family, in the order given: of the sorted p_(1) <= ... <= p_(m),
/// max over j <= i of min(1, (m - j + 1) p_(j)). Rejecting where they are at most alpha keeps the probability
/// of any false rejection at most alpha, whatever the dependence. Equal p-values get equal answers.
///
/// @param p values in [0, 1], none NaN; none: none come back.
/// O(m log m). Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
[[nodiscard]] inline std::vector<double> holm_adjusted(std::span<const double> p) {
  std::vector<std::size_t> ascending(p.size());
  std::iota(ascending.begin(), ascending.end(), std::size_t{0});
  std::sort(ascending.begin(), ascending.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });

  std::vector<double> adjusted(p.size());
  double largest = 0.0;
  auto remaining = static_cast<double>(p.size());
  for (const std::size_t i : ascending) {
    largest = (std::max)(largest, (std::min)(1.0, remaining * p[i]));
    adjusted[i] = largest;
    remaining -= 1.0;
  }
  return adjusted;
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_HOLM_HPP
