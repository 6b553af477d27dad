// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_WIDE_INTEGER_HPP
#define VIEWERSHIP_DETAIL_WIDE_INTEGER_HPP

/// @file
/// Integers in which products of two 64-bit counts are exact.

#include <cstdint>

namespace viewership::inline v0::detail {

__extension__ typedef unsigned __int128
    uint128;  // __extension__: known to both compilers, but not to the standard

/// a * b, exactly.
[[nodiscard]] constexpr uint128 wide_product(std::uint64_t a, std::uint64_t b) noexcept {
  return static_cast<uint128>(a) * b;
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_WIDE_INTEGER_HPP
