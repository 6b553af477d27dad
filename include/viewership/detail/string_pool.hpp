// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_STRING_POOL_HPP
#define VIEWERSHIP_DETAIL_STRING_POOL_HPP

/// @file
/// Ids kept once each, and found again fast.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace viewership::inline v0::detail {

/// a == b, without the call that costs more than comparing two ids.
[[nodiscard]] inline bool same_text(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  const auto differ = [&](std::size_t at, auto word) {
    auto other = word;
    std::memcpy(&word, a.data() + at, sizeof word);
    std::memcpy(&other, b.data() + at, sizeof other);
    return word != other;
  };
  const std::size_t size = a.size();
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8) {
      if (differ(at, std::uint64_t{})) return false;
    }
    return !differ(size - 8, std::uint64_t{});
  }
  if (size >= 4) return !differ(0, std::uint32_t{}) && !differ(size - 4, std::uint32_t{});
  for (std::size_t at = 0; at < size; ++at) {
    if (a[at] != b[at]) return false;
  }
  return true;
}

/// From hashes to numbers, by open addressing; what the numbers stand for, and whether two are equal, is the
/// owner's affair.
class HashIndex {
 public:
  static constexpr std::uint32_t absent = 0xffff'ffff;

  /// The number under `hash` for which `equals(number)` holds, or `absent`. O(1) expected.
  template <class Equals>
  [[nodiscard]] std::uint32_t find(std::size_t hash, const Equals& equals) const {
    if (slots_.empty()) return absent;
    for (std::size_t i = hash & mask();; i = (i + 1) & mask()) {
      const Slot& slot = slots_[i];
      if (slot.number == absent) return absent;
      if (slot.tag == tag(hash) && equals(slot.number)) return slot.number;
    }
  }

  /// Adds a number that is not there yet.
  void insert(std::size_t hash, std::uint32_t number) {
    hashes_.push_back(hash);
    numbers_.push_back(number);
    if (2 * hashes_.size() > slots_.size()) {
      slots_.assign((std::max)(std::size_t{16}, 2 * slots_.size()), Slot{});
      for (std::size_t i = 0; i < hashes_.size(); ++i) place(hashes_[i], numbers_[i]);
    } else {
      place(hash, number);
    }
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t number = absent;
  };

  [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }
  static std::uint32_t tag(std::size_t hash) noexcept { return static_cast<std::uint32_t>(hash >> 32); }

  void place(std::size_t hash, std::uint32_t number) {
    std::size_t i = hash & mask();
    while (slots_[i].number != absent) i = (i + 1) & mask();
    slots_[i] = {tag(hash), number};
  }

  std::vector<Slot> slots_;  // a power of two of them, at most half of them taken
  std::vector<std::size_t> hashes_;
  std::vector<std::uint32_t> numbers_;
};

/// Strings end to end in one block.
class TextBlock {
 public:
  /// Where a string stands in the block.
  struct Place {
    std::size_t begin = 0;
    std::size_t length = 0;
  };

  Place append(std::string_view text) {
    characters_.append(text);
    return {characters_.size() - text.size(), text.size()};
  }
  [[nodiscard]] std::string_view at(const Place& place) const noexcept {
    return {characters_.data() + place.begin, place.length};
  }

 private:
  std::string characters_;
};

/// Strings kept once each, by number.
class StringPool {
 public:
  static constexpr std::uint32_t absent = HashIndex::absent;

  [[nodiscard]] std::string_view operator[](std::uint32_t number) const noexcept {
    return texts_.at(places_[number]);
  }
  [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(places_.size()); }

  /// The number of `text`, or `absent`.
  [[nodiscard]] std::uint32_t find(std::string_view text) const {
    return index_.find(std::hash<std::string_view>{}(text),
                       [&](std::uint32_t n) { return same_text((*this)[n], text); });
  }

  /// The number of `text`, added if it is new.
  std::uint32_t intern(std::string_view text) {
    const std::uint32_t known = find(text);
    if (known != absent) return known;
    const std::uint32_t number = size();
    places_.push_back(texts_.append(text));
    index_.insert(std::hash<std::string_view>{}(text), number);
    return number;
  }

 private:
  TextBlock texts_;
  std::vector<TextBlock::Place> places_;
  HashIndex index_;
};

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_STRING_POOL_HPP
