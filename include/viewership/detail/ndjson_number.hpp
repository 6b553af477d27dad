// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_NDJSON_NUMBER_HPP
#define VIEWERSHIP_DETAIL_NDJSON_NUMBER_HPP

/// @file
/// The numbers of an event log, from text.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

namespace viewership::inline v0::detail {

/// Reads the JSON number that begins at `text`, times 10^`decimals`, as the nearest integer: exactly, halves
/// away from zero. What does not fit into 64 bits becomes the furthest number that does, so that it counts as
/// out of range rather than as something else.
///
/// Returns the end of the number, or null if there is none. Something that cannot be part of a number must
/// follow.
[[nodiscard]] constexpr const char* read_decimal(const char* text, int decimals,
                                                 std::int64_t& value) noexcept {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool is_negative = *text == '-';
  const char* const digits = text + (is_negative ? 1 : 0);
  const char* end = digits;
  while (is_digit(*end)) ++end;
  const std::int64_t whole = end - digits;
  if (whole == 0 || (whole > 1 && *digits == '0')) return nullptr;

  const char* const fraction = end + 1;
  std::int64_t all = whole;  // digits before and behind the point
  if (*end == '.') {
    for (++end; is_digit(*end); ++end) ++all;
    if (all == whole) return nullptr;
  }

  constexpr std::int64_t far_away = std::int64_t{1} << 40;  // further than any line has digits
  std::int64_t exponent = 0;
  if (*end == 'e' || *end == 'E') {
    ++end;
    const bool is_down = *end == '-';
    if (*end == '-' || *end == '+') ++end;
    if (!is_digit(*end)) return nullptr;
    for (; is_digit(*end); ++end) exponent = (std::min)(10 * exponent + (*end - '0'), far_away);
    if (is_down) exponent = -exponent;
  }

  const auto digit = [&](std::int64_t i) { return (i < whole ? digits[i] : fraction[i - whole]) - '0'; };
  const std::int64_t point = whole + exponent + decimals;  // how many digits stand before it in the result
  constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
  std::int64_t magnitude = 0;
  for (std::int64_t i = 0; i < point && (i < all || magnitude > 0) && magnitude < most; ++i) {
    const int next = i < all ? digit(i) : 0;
    magnitude = magnitude > (most - next) / 10 ? most : 10 * magnitude + next;
  }
  if (point >= 0 && point < all && magnitude < most && digit(point) >= 5) ++magnitude;
  value = is_negative ? -magnitude : magnitude;
  return end;
}

/// Eight bytes at once, the first one lowest.
[[nodiscard]] inline std::uint64_t load_word(const char* text) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  if constexpr (std::endian::native == std::endian::big) {
    std::uint64_t reversed = 0;
    for (int i = 0; i < 8; ++i) reversed |= (word >> (8 * i) & 0xff) << (56 - 8 * i);
    word = reversed;
  }
  return word;
}

inline constexpr std::uint64_t every_byte = 0x0101'0101'0101'0101;
inline constexpr std::uint64_t high_bits = 0x80 * every_byte;

/// How many of a word's first bytes are digits, given the word with '0' taken out of every byte.
[[nodiscard]] inline int leading_digits(std::uint64_t word) noexcept {
  // Bytes above 9 carry into their high bit. A carry out of one spoils only those behind it.
  return std::countr_zero(((word + 0x76 * every_byte) | word) & high_bits) / 8;
}

/// The number that eight digits make, each a byte from 0 to 9.
[[nodiscard]] inline std::uint64_t eight_digits(std::uint64_t word) noexcept {
  word = word * 10 + (word >> 8);
  return ((word & 0x0000'00ff'0000'00ff) * 0x000f'4240'0000'0064 +
          ((word >> 16) & 0x0000'00ff'0000'00ff) * 0x0000'2710'0000'0001) >>
         32;
}

/// `read_decimal(text, 0, value)`, without a jump for a plain integer of up to 15 digits. Reads 16 bytes.
[[nodiscard]] inline const char* read_integer(const char* text, std::int64_t& value) noexcept {
  constexpr std::array<std::uint64_t, 8> powers_of_ten{1,      10,      100,       1'000,
                                                       10'000, 100'000, 1'000'000, 10'000'000};
  const std::uint64_t first = load_word(text) ^ '0' * every_byte;
  int digits = leading_digits(first);
  std::uint64_t magnitude = 0;
  if (digits == 0) return read_decimal(text, 0, value);
  if (digits < 8) {
    magnitude = eight_digits(first << (64 - 8 * digits));
  } else {
    const std::uint64_t second = load_word(text + 8) ^ '0' * every_byte;
    const int more = leading_digits(second);
    if (more == 8) return read_decimal(text, 0, value);
    magnitude = eight_digits(first) * powers_of_ten[static_cast<std::size_t>(more)] +
                eight_digits((second << (56 - 8 * more)) << 8);
    digits += more;
  }
  const char* const end = text + digits;
  const bool is_plain = *end != '.' && (*end | 0x20) != 'e' && (*text != '0' || digits == 1);
  if (!is_plain) return read_decimal(text, 0, value);
  value = static_cast<std::int64_t>(magnitude);
  return end;
}

/// `read_decimal`, by the faster way for what most numbers are. Reads 16 bytes.
[[nodiscard]] inline const char* read_number(const char* text, int decimals, std::int64_t& value) noexcept {
  return decimals == 0 ? read_integer(text, value) : read_decimal(text, decimals, value);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_NDJSON_NUMBER_HPP
