// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_MULTIPLICITY_HPP
#define VIEWERSHIP_INFERENCE_MULTIPLICITY_HPP

/// @file
/// Several p-values at once. Each function gives adjusted p-values in the order of the given ones: what is at
/// most alpha is rejected. All throw `invalid_argument` for a p-value outside [0, 1], NaN included.
///
/// | | controls | wants |
/// |---|---|---|
/// | `bonferroni`, `holm` | probability of any false rejection | nothing; `holm` always rejects at least as
/// much | | `sidak`, `hochberg` | the same | independent or positively dependent tests | |
/// `benjamini_hochberg` | expected share of false ones among the rejections | the same | |
/// `benjamini_yekutieli` | the same share | nothing |

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

#include <viewership/detail/holm.hpp>
#include <viewership/error.hpp>

namespace viewership::inline v0 {

namespace detail {

inline void require_p_values(std::span<const double> p, const char* message) {
  for (const double value : p) require(value >= 0.0 && value <= 1.0, ErrorCode::invalid_argument, message);
}

/// min over j >= i of min(1, factor(j) p_(j)) for the sorted p_(1) <= ... <= p_(m), in the order given.
template <class Factor>
[[nodiscard]] std::vector<double> step_up_adjusted(std::span<const double> p, const Factor& factor) {
  std::vector<std::size_t> descending(p.size());
  std::iota(descending.begin(), descending.end(), std::size_t{0});
  std::sort(descending.begin(), descending.end(), [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });

  std::vector<double> adjusted(p.size());
  double least = 1.0;
  auto rank = static_cast<double>(p.size());
  for (const std::size_t i : descending) {
    least = (std::min)(least, factor(rank) * p[i]);
    adjusted[i] = least;
    rank -= 1.0;
  }
  return adjusted;
}

}  // namespace detail

/// min(1, m p). O(m). Source: Dunn (1961), doi:10.1080/01621459.1961.10482090.
[[nodiscard]] inline std::vector<double> bonferroni(std::span<const double> p) {
  detail::require_p_values(p, "bonferroni: a p-value outside [0, 1]");
  std::vector<double> adjusted(p.begin(), p.end());
  for (double& value : adjusted) value = (std::min)(1.0, static_cast<double>(p.size()) * value);
  return adjusted;
}

/// 1 - (1 - p)^m. O(m). Source: Šidák (1967), doi:10.1080/01621459.1967.10482935.
[[nodiscard]] inline std::vector<double> sidak(std::span<const double> p) {
  detail::require_p_values(p, "sidak: a p-value outside [0, 1]");
  std::vector<double> adjusted(p.begin(), p.end());
  for (double& value : adjusted) value = -std::expm1(static_cast<double>(p.size()) * std::log1p(-value));
  return adjusted;
}

/// max over j <= i of min(1, (m - j + 1) p_(j)). O(m log m). Source: Holm (1979), Scandinavian Journal of
/// Statistics 6, 65-70.
[[nodiscard]] inline std::vector<double> holm(std::span<const double> p) {
  detail::require_p_values(p, "holm: a p-value outside [0, 1]");
  return detail::holm_adjusted(p);
}

/// min over j >= i of min(1, (m - j + 1) p_(j)). O(m log m). Source: Hochberg (1988),
/// doi:10.1093/biomet/75.4.800.
[[nodiscard]] inline std::vector<double> hochberg(std::span<const double> p) {
  detail::require_p_values(p, "hochberg: a p-value outside [0, 1]");
  const auto m = static_cast<double>(p.size());
  return detail::step_up_adjusted(p, [&](double rank) { return m - rank + 1.0; });
}

/// min over j >= i of min(1, m / j p_(j)). O(m log m). Source: Benjamini and Hochberg (1995),
/// doi:10.1111/j.2517-6161.1995.tb02031.x.
[[nodiscard]] inline std::vector<double> benjamini_hochberg(std::span<const double> p) {
  detail::require_p_values(p, "benjamini_hochberg: a p-value outside [0, 1]");
  const auto m = static_cast<double>(p.size());
  return detail::step_up_adjusted(p, [&](double rank) { return m / rank; });
}

/// min over j >= i of min(1, (1 + 1/2 + ... + 1/m) m / j p_(j)). O(m log m). Source: Benjamini and Yekutieli
/// (2001), doi:10.1214/aos/1013699998.
[[nodiscard]] inline std::vector<double> benjamini_yekutieli(std::span<const double> p) {
  detail::require_p_values(p, "benjamini_yekutieli: a p-value outside [0, 1]");
  const auto m = static_cast<double>(p.size());
  double harmonic = 0.0;
  for (double rank = m; rank > 0.0; rank -= 1.0) harmonic += 1.0 / rank;
  return detail::step_up_adjusted(p, [&](double rank) { return harmonic * m / rank; });
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_MULTIPLICITY_HPP
