// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_DETAIL_POSITIVE_HPP
#define VIEWERSHIP_INFERENCE_DETAIL_POSITIVE_HPP

/// @file
/// The most common demand on an argument.

#include <cmath>

namespace viewership::inline v0::detail {

/// Above 0 and finite; NaN is neither.
[[nodiscard]] inline bool is_positive(double value) {
  return value > 0.0 && std::isfinite(value);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_POSITIVE_HPP
