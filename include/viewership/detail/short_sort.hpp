// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_SHORT_SORT_HPP
#define VIEWERSHIP_DETAIL_SHORT_SORT_HPP

/// @file
/// Sorting what is nearly always short.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>

namespace viewership::inline v0::detail {

/// Sorts by `key`, a member or a function. A session has about three ranges, where insertion wins; far beyond
/// that it is a quadratic trap.
template <class T, class Key>
void short_sort(std::span<T> values, Key key) {
  constexpr std::size_t few = 64;
  if (values.size() > few) {
    std::ranges::sort(values, {}, key);
    return;
  }
  for (std::size_t i = 1; i < values.size(); ++i) {
    const T value = values[i];
    std::size_t k = i;
    for (; k > 0 && std::invoke(key, value) < std::invoke(key, values[k - 1]); --k) values[k] = values[k - 1];
    values[k] = value;
  }
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_SHORT_SORT_HPP
