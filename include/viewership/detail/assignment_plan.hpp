// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_ASSIGNMENT_PLAN_HPP
#define VIEWERSHIP_DETAIL_ASSIGNMENT_PLAN_HPP

/// @file
/// What an experiment works out once so that assigning a unit is a hash and a few comparisons of integers.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <viewership/detail/fnv1a.hpp>
#include <viewership/detail/growthbook.hpp>
#include <viewership/detail/wide_integer.hpp>

namespace viewership::inline v0::detail {

inline constexpr std::uint64_t all_hashes = std::uint64_t{1} << 32;

/// ceil(2^32 * share) for a share in [0, 1]: how many of the 2^32 hashes lie below it. Exact, as scaling by a
/// power of two is.
[[nodiscard]] inline std::uint64_t hashes_below(double share) {
  return static_cast<std::uint64_t>(std::ceil(std::ldexp(share, 32)));
}

/// T_i = ceil(2^32 c_i / c_k) of the cumulative weights c of k variants, without the last, which is 2^32. A
/// hash h belongs to the first variant with h < T_i, so a weight of 0 has no hash.
///
/// The weights are taken for the binary fractions that they are, and summed and divided in integers of 128
/// bits: no rounding as long as the smallest bit of any weight is at least 2^-(94 - log2 k) of the largest
/// weight. What is smaller is rounded up.
/// @param weights finite, not negative, not all 0
[[nodiscard]] inline std::vector<std::uint64_t> hash_thresholds(std::span<const double> weights) {
  int exponent = 0;
  (void)std::frexp(*std::max_element(weights.begin(), weights.end()), &exponent);
  int bits = 95;  // of the sum; the 32 of the hash must fit beside them
  for (std::size_t k = weights.size(); k > 0; k /= 2) --bits;

  uint128 sum = 0;
  std::vector<uint128> cumulative;
  for (const double weight : weights) {
    sum += static_cast<uint128>(std::ceil(std::ldexp(weight, bits - exponent)));
    cumulative.push_back(sum);
  }
  cumulative.pop_back();
  std::vector<std::uint64_t> thresholds;
  for (const uint128 c : cumulative)
    thresholds.push_back(static_cast<std::uint64_t>(((c << 32) + sum - 1) / sum));
  return thresholds;
}

/// A hash of a unit's id behind a prefix.
struct UnitHash {
  std::uint32_t state = fnv1a_offset_basis;  // after the prefix
  bool mixed = true;

  UnitHash() = default;
  explicit UnitHash(std::string_view prefix) : state(fnv1a_32(prefix)) {}

  [[nodiscard]] std::uint32_t operator()(std::string_view unit) const noexcept {
    const std::uint32_t h = fnv1a_32(unit, state);
    return mixed ? fmix32(h) : h;
  }
};

/// A hash of a unit's id, and which of its values [from, to) are meant.
struct HashRange {
  UnitHash hash{};
  std::uint64_t from = 0;
  std::uint64_t to = all_hashes;

  [[nodiscard]] bool includes_all() const noexcept { return from == 0 && to == all_hashes; }
  [[nodiscard]] bool includes(std::string_view unit) const noexcept {
    if (includes_all()) return true;
    const std::uint32_t h = hash(unit);
    return from <= h && h < to;
  }
};

/// Our own schemes.
struct HashPlan {
  HashRange name_space{};
  HashRange coverage{};
  UnitHash variant{};

  /// T_i of all variants but the last. 64 bits for 2^32, which a variant has that only weights of 0 follow.
  std::vector<std::uint64_t> thresholds{};

  /// The first variant with h < T_i, which is the number of thresholds that are not above h.
  [[nodiscard]] std::uint16_t variant_of(std::uint32_t h) const noexcept {
    std::uint32_t index = 0;
    for (const std::uint64_t threshold : thresholds) index += std::uint32_t{h >= threshold};
    return static_cast<std::uint16_t>(index);
  }
};

/// GrowthBook's schemes.
struct GrowthBookPlan {
  GrowthBookVersion version = GrowthBookVersion::v1;
  std::string seed{};
  std::string namespace_seed{};  // empty: no namespace
  BucketRange name_space{};      // among the buckets of v1, whatever the version
  std::vector<BucketRange> variants{};

  [[nodiscard]] bool in_namespace(std::string_view unit) const noexcept {
    return namespace_seed.empty() ||
           name_space.contains(growthbook_bucket(namespace_seed, unit, GrowthBookVersion::v1));
  }
  [[nodiscard]] std::optional<std::uint16_t> variant_of(std::string_view unit) const noexcept {
    const std::uint32_t bucket = growthbook_bucket(seed, unit, version);
    for (std::size_t i = 0; i < variants.size(); ++i) {
      if (variants[i].contains(bucket)) return static_cast<std::uint16_t>(i);
    }
    return std::nullopt;
  }
  /// How many buckets each variant has.
  [[nodiscard]] std::vector<double> sizes() const {
    std::vector<double> sizes;
    for (const BucketRange& range : variants) sizes.push_back(static_cast<double>(range.to) - range.from);
    return sizes;
  }
};

struct AssignmentPlan {
  bool by_weights_alone = false;  // by mixed hash, and nothing but an empty id is an exception
  HashPlan by_hash{};
  std::optional<GrowthBookPlan> by_growthbook{};  // instead, if there is one
  std::map<std::string, std::uint16_t, std::less<>> forced{};
};

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_ASSIGNMENT_PLAN_HPP
