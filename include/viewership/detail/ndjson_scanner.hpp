// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_NDJSON_SCANNER_HPP
#define VIEWERSHIP_DETAIL_NDJSON_SCANNER_HPP

/// @file
/// The common line of an event log, by guessing: a program writes its keys in the same order and spacing
/// every time.

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <viewership/detail/ndjson_line.hpp>

namespace viewership::inline v0::detail {

/// Eight bytes at once, the first one lowest, whatever the machine's order.
[[nodiscard]] inline std::uint64_t load_word(const char* text) noexcept {
  std::uint64_t word = 0;
  for (int i = 0; i < 8; ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);  // compilers make one load of this
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

/// The quote that ends the text at `text`, or null if anything but plain UTF-8 stands before it. Reads up to
/// 7 bytes behind the first quote or control character.
[[nodiscard]] inline const char* end_of_text(const char* const text) noexcept {
  const auto zero_bytes = [](std::uint64_t word) { return (word - every_byte) & ~word & high_bits; };
  std::uint64_t all = 0;
  for (const char* at = text;; at += 8) {
    const std::uint64_t word = load_word(at);
    const std::uint64_t controls = (word - 0x20 * every_byte) & ~word & high_bits;
    const std::uint64_t stops =
        zero_bytes(word ^ '"' * every_byte) | zero_bytes(word ^ '\\' * every_byte) | controls;
    if (stops == 0) {
      all |= word;
      continue;
    }
    // Of these marks only the first is to be trusted: a borrow spoils those behind it.
    const int before = std::countr_zero(stops) / 8;
    const char* const stop = at + before;
    if (*stop != '"') return nullptr;
    all |= before == 0 ? 0 : word << (64 - 8 * before);
    const bool is_ascii = (all & high_bits) == 0;
    return is_ascii || simdjson::validate_utf8(text, static_cast<std::size_t>(stop - text)) ? stop : nullptr;
  }
}

/// Reads lines that are laid out as lines before them.
///
/// A layout is a chain of steps, each the exact bytes between one value and the next (`,"at_ms":`) and what
/// kind of value follows. What may follow a step is remembered apart for each type of event, as that decides
/// which keys a line has. Everything such a chain accepts is valid JSON with the values it reads; whatever
/// does not match byte for byte is left to `LineParser`.
class LayoutScanner {
 public:
  /// How many readable bytes must follow a line feed.
  static constexpr std::size_t padding = 32;

  /// Reads the line at `text` into `line`; returns the start of the next one. Null if the line is one for
  /// `LineParser`: `line` is then anything. A line feed must come, with the padding behind it.
  [[nodiscard]] const char* scan(const char* text, LogLine& line) const noexcept {
    line.clear();
    for (std::size_t at = start;;) {
      at = next_step(at, line.type, text);
      if (at == none) return nullptr;
      const Step& step = steps_[at];
      text += step.size;
      if (step.value == Value::end_of_line) return is_whole(line) ? text : nullptr;
      if (step.field != LogField::other && !line.meets(step.field)) return nullptr;
      if (step.value == Value::text) {
        const char* const end = end_of_text(text);
        if (end == nullptr) return nullptr;
        if (step.field != LogField::other) {
          line.set(step.field, std::string_view(text, static_cast<std::size_t>(end - text)));
        }
        text = end;
      } else if (step.value == Value::number) {
        std::int64_t value = 0;
        const int decimals = decimals_of(step.field);
        text = decimals == 0 ? read_integer(text, value) : read_decimal(text, decimals, value);
        if (text == nullptr) return nullptr;
        if (step.field != LogField::other) line.set(step.field, value);
      }
    }
  }

  /// Remembers the layout of a line that is a JSON object and ends in a line feed, unless it has values that
  /// `scan` does not read.
  void learn(std::string_view line) {
    EventType type = no_type;
    std::size_t before = start;
    for (std::size_t at = 0; at < line.size();) {
      Step step;
      const std::size_t begin = at;
      if (!read_step(line, at, step)) return;
      const std::size_t size = at - begin;
      if (size > longest_step) return;
      step.size = static_cast<std::uint8_t>(size);
      for (std::size_t i = 0; i < size; ++i) {
        step.bytes[i / 8] |= std::uint64_t{static_cast<unsigned char>(line[begin + i])} << (8 * (i % 8));
      }
      const std::size_t number = number_of_step(step);
      if (number == none) return;
      follow(before, type, number);
      before = number;
      const std::size_t value = at;
      if (step.value == Value::text) {
        while (line[at] != '"') at += line[at] == '\\' ? 2U : 1U;
        if (step.field == LogField::type) type = event_type_of(line.substr(value, at - value));
      } else if (step.value == Value::number) {
        while (std::string_view("+-.0123456789Ee").find(line[at]) != std::string_view::npos) ++at;
      }
    }
  }

 private:
  enum class Value : std::uint8_t {
    text,  ///< behind the opening quote
    number,
    nothing,  ///< the bytes of the step include a null, true or false
    end_of_line
  };

  static constexpr std::size_t longest_step = 32;
  static constexpr std::size_t most_steps = 64;
  static constexpr std::size_t start = 0;
  static constexpr std::uint8_t none = 0xff;

  struct Step {
    std::array<std::uint64_t, longest_step / 8> bytes{};  // zeros behind them
    std::uint8_t size = 0;
    Value value{};
    LogField field = LogField::other;

    friend bool operator==(const Step&, const Step&) = default;
  };

  /// Steps to try, the latest one learnt first.
  using Followers = std::array<std::uint8_t, 4>;

  /// Whether there is nothing to complain about.
  [[nodiscard]] static bool is_whole(const LogLine& line) noexcept {
    if (line.type >= unknown_type) return line.type == unknown_type;
    return !line.id(LogField::session_id).empty() && !line.id(LogField::content_id).empty();
  }

  [[nodiscard]] static bool matches(const Step& step, const char* text) noexcept {
    std::size_t word = 0;
    std::size_t left = step.size;
    for (; left > 8; left -= 8, ++word) {
      if (load_word(text + 8 * word) != step.bytes[word]) return false;
    }
    return (load_word(text + 8 * word) ^ step.bytes[word]) << (64 - 8 * left) == 0;
  }

  [[nodiscard]] std::size_t next_step(std::size_t at, EventType type, const char* text) const noexcept {
    for (const std::uint8_t candidate : followers_[at][type]) {
      if (candidate == none) break;
      if (matches(steps_[candidate], text)) return candidate;
    }
    return none;
  }

  /// Reads what stands between two values: brackets, comma, key and colon, or the end of the line.
  static bool read_step(std::string_view line, std::size_t& at, Step& step) {
    const auto skip_to = [&](std::string_view stops) {
      at = (std::min)(line.find_first_of(stops, at), line.size());
      return at < line.size();
    };
    if (at > 0 && line[at] == '"') ++at;  // of the text before
    if (!skip_to("\"}")) return false;
    if (line[at] == '}') {
      step.value = Value::end_of_line;
      at = line.size();
      return line.ends_with('\n');
    }
    const std::size_t key = ++at;
    if (!skip_to("\"\\") || line[at] == '\\') return false;
    step.field = log_field(line.substr(key, at - key));
    at = line.find_first_not_of(" \t\r", line.find(':', at) + 1);
    const char first = line[at];
    const bool is_literal = first == 'n' || first == 't' || first == 'f';
    if (first == '"') {
      step.value = Value::text;
      ++at;
    } else if (is_literal) {
      step.value = Value::nothing;
      at += first == 'f' ? 5 : 4;
    } else if (first == '{' || first == '[') {
      return false;
    } else {
      step.value = Value::number;
    }
    if (step.field == LogField::other) return true;
    return is_literal ? first == 'n' : is_text(step.field) == (step.value == Value::text);
  }

  std::size_t number_of_step(const Step& step) {
    const auto known = std::find(steps_.begin() + 1, steps_.end(), step);
    if (known != steps_.end()) return static_cast<std::size_t>(known - steps_.begin());
    if (steps_.size() == most_steps) {  // no program writes so many layouts: begin again
      *this = LayoutScanner{};
      return none;
    }
    steps_.push_back(step);
    followers_.push_back(no_followers());
    return steps_.size() - 1;
  }

  void follow(std::size_t before, EventType type, std::size_t number) {
    Followers& known = followers_[before][type];
    const auto next = static_cast<std::uint8_t>(number);
    auto place = std::find(known.begin(), known.end(), next);
    if (place == known.end()) --place;
    std::move_backward(known.begin(), place, place + 1);
    known.front() = next;
  }

  static std::array<Followers, no_type + 1> no_followers() {
    std::array<Followers, no_type + 1> all{};
    for (Followers& followers : all) followers.fill(none);
    return all;
  }

  std::vector<Step> steps_ = std::vector<Step>(1);  // the first one stands for the start of a line
  std::vector<std::array<Followers, no_type + 1>> followers_{no_followers()};
};

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_NDJSON_SCANNER_HPP
