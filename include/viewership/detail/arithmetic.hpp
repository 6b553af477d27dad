// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_ARITHMETIC_HPP
#define VIEWERSHIP_DETAIL_ARITHMETIC_HPP

/// @file
/// Integer arithmetic that hostile numbers cannot push over an edge.

#include <cstdint>
#include <limits>

namespace viewership::inline v0::detail {

/// a + b for a, b >= 0, at most the largest 64-bit number. Associative and commutative, so sums merge in any
/// order.
[[nodiscard]] constexpr std::int64_t saturating_add(std::int64_t a, std::int64_t b) noexcept {
  constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
  return b > most - a ? most : a + b;
}

/// The same for counts.
[[nodiscard]] constexpr std::uint64_t saturating_add(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr std::uint64_t most = (std::numeric_limits<std::uint64_t>::max)();
  return b > most - a ? most : a + b;
}

/// a / b to the nearest integer for a >= 0, b > 0, halves up.
[[nodiscard]] constexpr std::int64_t divide_half_up(std::int64_t a, std::int64_t b) noexcept {
  return a / b + (a % b >= b - a % b ? 1 : 0);
}

/// a / b to the nearest integer for a >= 0, b > 0, halves down.
[[nodiscard]] constexpr std::int64_t divide_half_down(std::int64_t a, std::int64_t b) noexcept {
  return a / b + (a % b > b - a % b ? 1 : 0);
}

/// The larger of `a` and 0, and the lesser of `a` and `b`, without the jump that compilers like to make of
/// it. The difference of the two must fit into 64 bits.
[[nodiscard]] constexpr std::int64_t positive_part(std::int64_t a) noexcept {
  return a & ~(a >> 63);
}
[[nodiscard]] constexpr std::int64_t lesser(std::int64_t a, std::int64_t b) noexcept {
  return a - positive_part(a - b);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_ARITHMETIC_HPP
