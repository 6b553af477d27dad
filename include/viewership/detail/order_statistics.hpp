// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_ORDER_STATISTICS_HPP
#define VIEWERSHIP_DETAIL_ORDER_STATISTICS_HPP

/// @file
/// Medians, and pairs out of order.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace viewership::inline v0::detail {

/// The median of at least one value, none of them NaN: the middle one, or halfway between the two. Reorders
/// the values. O(n).
[[nodiscard]] inline double median(std::span<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return std::midpoint(*std::max_element(values.begin(), middle), *middle);
}

/// Pairs i < j with values[j] < values[i]. Sorts the values; `merged` is working memory. O(n log n) by
/// merging. Source: Knight (1966), doi:10.1080/01621459.1966.10480879.
template <class T>
[[nodiscard]] std::uint64_t sort_and_count_inversions(std::vector<T>& values, std::vector<T>& merged) {
  std::uint64_t inversions = 0;
  merged.resize(values.size());
  for (std::size_t width = 1; width < values.size(); width *= 2) {
    for (std::size_t from = 0; from < values.size(); from += 2 * width) {
      const std::size_t middle = (std::min)(from + width, values.size());
      const std::size_t to = (std::min)(middle + width, values.size());
      std::size_t left = from;
      std::size_t right = middle;
      std::size_t out = from;
      while (left < middle && right < to) {  // without a jump on what is as good as random
        const std::size_t falls = values[right] < values[left] ? 1 : 0;
        inversions += falls * (middle - left);
        merged[out++] = values[falls == 1 ? right : left];
        right += falls;
        left += 1 - falls;
      }
      const auto at = [](std::vector<T>& v, std::size_t i) {
        return v.begin() + static_cast<std::ptrdiff_t>(i);
      };
      std::copy(at(values, right), at(values, to),
                std::copy(at(values, left), at(values, middle), at(merged, out)));
    }
    values.swap(merged);
  }
  return inversions;
}

/// Calls `visit(from, to)` for each maximal run [from, to) of neighbours that are `equal`.
template <class T, class Equal, class Visit>
void for_each_run(std::span<const T> values, const Equal& equal, const Visit& visit) {
  for (std::size_t from = 0; from < values.size();) {
    std::size_t to = from + 1;
    while (to < values.size() && equal(values[from], values[to])) ++to;
    visit(from, to);
    from = to;
  }
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_ORDER_STATISTICS_HPP
