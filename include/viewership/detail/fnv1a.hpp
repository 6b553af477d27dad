// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_FNV1A_HPP
#define VIEWERSHIP_DETAIL_FNV1A_HPP

/// @file
/// The hashes that assignments are made of. What they return is stored in the world by who saw which variant:
/// pinned by golden vectors, and never to be changed.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace viewership::inline v0::detail {

inline constexpr std::uint32_t fnv1a_offset_basis = 2'166'136'261u;
inline constexpr std::uint32_t fnv1a_prime = 16'777'619u;

[[nodiscard]] constexpr std::uint32_t fnv1a_step(std::uint32_t state, char byte) noexcept {
  return (state ^ static_cast<unsigned char>(byte)) * fnv1a_prime;
}

/// FNV-1a of the bytes of `text`, continuing from what was hashed before. (Fowler, Noll and Vo; RFC 9923)
[[nodiscard]] constexpr std::uint32_t fnv1a_32(std::string_view text,
                                               std::uint32_t state = fnv1a_offset_basis) noexcept {
#pragma GCC unroll 4
  for (const char byte : text) state = fnv1a_step(state, byte);
  return state;
}

/// How many texts are hashed at once. In FNV-1a a byte waits for the product of the byte before it, so one
/// text alone leaves the multiplier idle most of the time; the pointers and states of five fit into the
/// registers of x86-64.
inline constexpr std::size_t fnv1a_lanes = 5;

/// `fnv1a_32` of each of several texts. The loops over the lanes are unrolled by order, as g++ -O2 would not,
/// and would then keep the states in memory.
[[nodiscard]]
#if defined(__GNUC__)
__attribute__((always_inline))
#endif
inline std::array<std::uint32_t, fnv1a_lanes>
fnv1a_32_of_each(const std::array<std::string_view, fnv1a_lanes>& texts, std::uint32_t state) noexcept {
  std::size_t shortest = texts[0].size();
  std::size_t longest = texts[0].size();
#pragma GCC unroll 5
  for (std::size_t lane = 1; lane < fnv1a_lanes; ++lane) {
    shortest = (std::min)(shortest, texts[lane].size());
    longest = (std::max)(longest, texts[lane].size());
  }
  std::size_t shared = 0;  // what all begin with, as ids do, is hashed once
  for (; shared + 4 <= shortest; shared += 4) {
    std::array<std::uint32_t, fnv1a_lanes> words{};
#pragma GCC unroll 5
    for (std::size_t lane = 0; lane < fnv1a_lanes; ++lane) {
      std::memcpy(&words[lane], texts[lane].data() + shared, sizeof(std::uint32_t));
    }
    std::uint32_t differences = 0;
#pragma GCC unroll 5
    for (const std::uint32_t word : words) differences |= word ^ words[0];
    if (differences != 0) break;
    state = fnv1a_32(texts[0].substr(shared, 4), state);
  }
  std::array<std::uint32_t, fnv1a_lanes> states{};
  states.fill(state);
  for (std::size_t i = shared; i < shortest; ++i) {
#pragma GCC unroll 5
    for (std::size_t lane = 0; lane < fnv1a_lanes; ++lane) {
      states[lane] = fnv1a_step(states[lane], texts[lane][i]);
    }
  }
  if (shortest != longest) {
#pragma GCC unroll 5
    for (std::size_t lane = 0; lane < fnv1a_lanes; ++lane) {
      const std::string_view rest(texts[lane].data() + shortest, texts[lane].size() - shortest);
      states[lane] = fnv1a_32(rest, states[lane]);
    }
  }
  return states;
}

/// The finaliser of MurmurHash3 (public domain): a permutation that lets every bit of `h` reach every other.
[[nodiscard]] constexpr std::uint32_t fmix32(std::uint32_t h) noexcept {
  h ^= h >> 16;
  h *= 0x85eb'ca6bu;
  h ^= h >> 13;
  h *= 0xc2b2'ae35u;
  return h ^ (h >> 16);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_FNV1A_HPP
