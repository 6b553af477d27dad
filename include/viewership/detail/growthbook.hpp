// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_GROWTHBOOK_HPP
#define VIEWERSHIP_DETAIL_GROWTHBOOK_HPP

/// @file
/// GrowthBook's own hashing and bucketing, as its JavaScript SDK does it (specification 0.8.0,
/// docs.growthbook.io/lib/build-your-own), so that its experiments can be evaluated here.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <viewership/detail/fnv1a.hpp>

namespace viewership::inline v0::detail {

/// FNV-1a of the UTF-16 code units of UTF-8 text, which is what JavaScript's `charCodeAt` makes of it. The
/// same as `fnv1a_32` for ASCII. A byte that is no part of UTF-8 counts as U+FFFD.
[[nodiscard]] constexpr std::uint32_t fnv1a_32_utf16(std::string_view text,
                                                     std::uint32_t state = fnv1a_offset_basis) noexcept {
  const auto add = [&state](std::uint32_t unit) { state = (state ^ unit) * fnv1a_prime; };
  const auto byte_at = [&](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const std::uint32_t lead = byte_at(i);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xc2 ? 0
                               : lead < 0xe0 ? 2
                               : lead < 0xf0 ? 3
                               : lead < 0xf5 ? 4
                                             : 0;
    bool valid = length > 0 && length <= text.size() - i;
    std::uint32_t code = length < 2 ? lead : lead & (0x7fu >> length);
    for (std::size_t k = 1; valid && k < length; ++k) {
      valid = (byte_at(i + k) & 0xc0) == 0x80;
      code = code << 6 | (byte_at(i + k) & 0x3f);
    }
    const bool is_surrogate = code >= 0xd800 && code < 0xe000;
    const bool is_overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x1'0000);
    if (!valid || is_surrogate || is_overlong || code > 0x10'ffff) {
      add(0xfffd);
      ++i;
      continue;
    }
    if (code < 0x1'0000) {
      add(code);
    } else {
      add(0xd7c0 + (code >> 10));
      add(0xdc00 + (code & 0x3ff));
    }
    i += length;
  }
  return state;
}

enum class GrowthBookVersion : std::uint8_t { v1, v2 };

/// How many different values GrowthBook's hash takes: k / buckets for k = 0, 1, ...
[[nodiscard]] constexpr std::uint32_t growthbook_buckets(GrowthBookVersion version) noexcept {
  return version == GrowthBookVersion::v1 ? 1'000 : 10'000;
}

/// GrowthBook's `hash(seed, value, version)` times the number of buckets.
[[nodiscard]] inline std::uint32_t growthbook_bucket(std::string_view seed, std::string_view value,
                                                     GrowthBookVersion version) noexcept {
  if (version == GrowthBookVersion::v1) {
    return fnv1a_32_utf16(seed, fnv1a_32_utf16(value)) % growthbook_buckets(version);
  }
  std::array<char, 10> digits{};  // of the largest 32-bit number
  const char* const end =
      std::to_chars(digits.data(), digits.data() + digits.size(), fnv1a_32_utf16(value, fnv1a_32_utf16(seed)))
          .ptr;
  return fnv1a_32({digits.data(), static_cast<std::size_t>(end - digits.data())}) %
         growthbook_buckets(version);
}

/// [from, to) of GrowthBook's hash values.
struct GrowthBookRange {
  double from = 0.0;
  double to = 0.0;
};

/// Whether GrowthBook heeds weights of that sum; if not it splits equally.
[[nodiscard]] constexpr bool growthbook_heeds(double sum_of_weights) noexcept {
  return sum_of_weights >= 0.99 && sum_of_weights <= 1.01;
}

/// GrowthBook's `getBucketRange`, for as many weights as there are variants: each variant takes the first
/// `coverage` of what it would have had, in the same floating-point steps.
[[nodiscard]] inline std::vector<GrowthBookRange> growthbook_ranges(std::span<const double> weights,
                                                                    double coverage) {
  double sum = 0.0;
  for (const double weight : weights) sum += weight;
  const bool heeded = growthbook_heeds(sum);
  const double equal = 1.0 / static_cast<double>(weights.size());
  std::vector<GrowthBookRange> ranges;
  double cumulative = 0.0;
  for (const double given : weights) {
    const double weight = heeded ? given : equal;
    ranges.push_back({cumulative, cumulative + coverage * weight});
    cumulative += weight;
  }
  return ranges;
}

/// [from, to) of buckets.
struct BucketRange {
  std::uint32_t from = 0;
  std::uint32_t to = 0;

  [[nodiscard]] constexpr bool contains(std::uint32_t bucket) const noexcept {
    return from <= bucket && bucket < to;
  }
};

/// Which buckets GrowthBook's comparisons in floating point find within a range.
[[nodiscard]] inline BucketRange growthbook_buckets_in(const GrowthBookRange& range,
                                                       GrowthBookVersion version) {
  const std::uint32_t buckets = growthbook_buckets(version);
  const auto first_not_below = [buckets](double bound) {
    auto bucket = static_cast<std::uint32_t>((std::max)(0.0, (std::min)(bound, 1.0) * buckets - 2.0));
    while (bucket < buckets && static_cast<double>(bucket) / buckets < bound) ++bucket;
    return bucket;
  };
  return {first_not_below(range.from), first_not_below(range.to)};
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_GROWTHBOOK_HPP
