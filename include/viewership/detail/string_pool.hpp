// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_STRING_POOL_HPP
#define VIEWERSHIP_DETAIL_STRING_POOL_HPP

/// @file
/// Ids kept once each, and found again fast.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace viewership::inline v0::detail {

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

/// Strings end to end in one block, by number.
class StringPool {
 public:
  static constexpr std::uint32_t absent = HashIndex::absent;

  /// Where a string stands, for those who keep it to save the way through its number.
  struct Place {
    std::size_t begin = 0;
    std::size_t length = 0;
  };

  [[nodiscard]] Place place(std::uint32_t number) const noexcept {
    const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
    return {begin, ends_[number] - begin};
  }
  [[nodiscard]] std::string_view at(const Place& place) const noexcept {
    return {characters_.data() + place.begin, place.length};
  }
  [[nodiscard]] std::string_view operator[](std::uint32_t number) const noexcept { return at(place(number)); }

  [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(ends_.size()); }

  /// Adds `text` without asking whether it is there.
  std::uint32_t append(std::string_view text) {
    characters_.append(text);
    ends_.push_back(characters_.size());
    return size() - 1;
  }

  /// The number of `text`, or `absent`.
  [[nodiscard]] std::uint32_t find(std::string_view text) const {
    return index_.find(std::hash<std::string_view>{}(text),
                       [&](std::uint32_t n) { return (*this)[n] == text; });
  }

  /// The number of `text`, added if it is new.
  std::uint32_t intern(std::string_view text) {
    const std::uint32_t known = find(text);
    if (known != absent) return known;
    const std::uint32_t number = append(text);
    index_.insert(std::hash<std::string_view>{}(text), number);
    return number;
  }

 private:
  std::string characters_;
  std::vector<std::size_t> ends_;
  HashIndex index_;
};

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_STRING_POOL_HPP
