// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_NDJSON_LINE_HPP
#define VIEWERSHIP_DETAIL_NDJSON_LINE_HPP

/// @file
/// What one line of an event log says, however it was read, and the event it stands for.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include <viewership/event.hpp>

namespace viewership::inline v0::detail {

/// The keys of an event line: ids first, then the type, then numbers. Any other key is `other`.
enum class LogField : std::uint8_t {
  session_id,
  user_id,
  content_id,
  type,
  at_ms,
  position_ms,
  content_duration_ms,
  to_ms,
  duration_ms,
  from_height,
  to_height,
  bitrate,
  watch_duration_ms,
  rate,
  other
};

inline constexpr std::array<std::string_view, 14> log_field_names{
    "session_id",          "user_id", "content_id",  "type",        "at_ms",     "position_ms",
    "content_duration_ms", "to_ms",   "duration_ms", "from_height", "to_height", "bitrate",
    "watch_duration_ms",   "rate"};

[[nodiscard]] constexpr std::size_t number_of(LogField field) noexcept {
  return static_cast<std::size_t>(field);
}

[[nodiscard]] constexpr LogField log_field(std::string_view key) noexcept {
  std::size_t i = 0;
  while (i < log_field_names.size() && log_field_names[i] != key) ++i;
  return static_cast<LogField>(i);
}

/// What the value of a field must be; `other` may be anything.
[[nodiscard]] constexpr bool is_text(LogField field) noexcept {
  return field <= LogField::type;
}
[[nodiscard]] constexpr bool is_number(LogField field) noexcept {
  return field > LogField::type && field < LogField::other;
}

/// The names of the types, in the order of `EventKind`.
inline constexpr std::array<std::string_view, 9> event_type_names{
    "play",           "pause", "seek",        "buffer_start", "buffer_end",
    "quality_change", "end",   "rate_change", "heartbeat"};

/// The number of a type in `event_type_names`, or one of two more.
using EventType = std::uint8_t;
inline constexpr EventType unknown_type = event_type_names.size();
inline constexpr EventType no_type = unknown_type + 1;

namespace event_type {

/// Length and first letter tell all names apart.
[[nodiscard]] constexpr std::size_t slot(std::string_view name) noexcept {
  return 2 * name.size() + (static_cast<unsigned char>(name[0]) & 1U);
}

inline constexpr std::array<EventType, 32> slots = [] {
  std::array<EventType, 32> table{};
  for (EventType& entry : table) entry = 0;
  for (EventType i = 0; i < event_type_names.size(); ++i) table[slot(event_type_names[i])] = i;
  return table;
}();

}  // namespace event_type

[[nodiscard]] constexpr EventType event_type_of(std::string_view name) noexcept {
  if (name.empty() || name.size() > 15) return unknown_type;
  const EventType candidate = event_type::slots[event_type::slot(name)];
  return event_type_names[candidate] == name ? candidate : unknown_type;
}

static_assert([] {
  for (EventType i = 0; i < event_type_names.size(); ++i) {
    if (event_type_of(event_type_names[i]) != i) return false;
  }
  return event_type_of("") == unknown_type && event_type_of("stop") == unknown_type;
}());

/// A `rate` is kept in millionths, every other number as the integer nearest to it.
[[nodiscard]] constexpr int decimals_of(LogField field) noexcept {
  return field == LogField::rate ? 6 : 0;
}

/// The values of a line. Texts point into the line, or into the parser that read it.
struct LogLine {
  std::array<std::string_view, 3> ids{};
  std::array<std::int64_t, 10> numbers{};
  EventType type = no_type;
  std::uint32_t seen = 0;     // a bit for each field that occurred: the first occurrence counts
  std::uint32_t present = 0;  // and for each that was not null

  /// Forgets everything; what is not present is not cleared.
  void clear() noexcept {
    type = no_type;
    seen = 0;
    present = 0;
  }

  /// Notes that a field occurs. False if it did so before.
  [[nodiscard]] bool meets(LogField field) noexcept {
    const std::uint32_t bit = bit_of(field);
    const bool is_first = (seen & bit) == 0;
    seen |= bit;
    return is_first;
  }
  void set(LogField field, std::string_view text) noexcept {
    present |= bit_of(field);
    if (field == LogField::type) {
      type = event_type_of(text);
    } else {
      ids[number_of(field)] = text;
    }
  }
  void set(LogField field, std::int64_t value) noexcept {
    present |= bit_of(field);
    numbers[number_of(field) - number_of(LogField::at_ms)] = value;
  }

  [[nodiscard]] bool has(LogField field) const noexcept { return (present & bit_of(field)) != 0; }
  [[nodiscard]] std::string_view id(LogField field) const noexcept {
    return has(field) ? ids[number_of(field)] : std::string_view{};
  }
  [[nodiscard]] std::optional<std::int64_t> number(LogField field) const noexcept {
    if (!has(field)) return std::nullopt;
    return numbers[number_of(field) - number_of(LogField::at_ms)];
  }
  [[nodiscard]] std::optional<MediaTime> length(LogField field) const noexcept {
    if (!has(field)) return std::nullopt;
    return MediaTime{numbers[number_of(field) - number_of(LogField::at_ms)]};
  }

 private:
  [[nodiscard]] static constexpr std::uint32_t bit_of(LogField field) noexcept {
    return std::uint32_t{1} << number_of(field);
  }
};

/// The event of a line of a known type. Numbers out of range are the event's to reject and to mark.
[[nodiscard]] inline PlaybackEvent event_of(const LogLine& line) noexcept {
  PlaybackEvent::OptionalTime at;
  if (const auto since_epoch = line.number(LogField::at_ms)) at.emplace(WallTime{*since_epoch});
  const auto position = line.length(LogField::position_ms);
  switch (static_cast<EventKind>(line.type)) {
    case EventKind::play:
      return PlaybackEvent::play(at, position);
    case EventKind::pause:
      return PlaybackEvent::pause(at, position);
    case EventKind::seek:
      return PlaybackEvent::seek(at, position, line.length(LogField::to_ms));
    case EventKind::buffer_start:
      return PlaybackEvent::buffer_start(at, position);
    case EventKind::buffer_end:
      return PlaybackEvent::buffer_end(at, position, line.length(LogField::duration_ms));
    case EventKind::quality_change:
      return PlaybackEvent::quality_change(at, position, line.number(LogField::from_height).value_or(0),
                                           line.number(LogField::to_height).value_or(0),
                                           line.number(LogField::bitrate));
    case EventKind::end:
      return PlaybackEvent::end(at, position, line.length(LogField::watch_duration_ms));
    case EventKind::rate_change:
      return PlaybackEvent::rate_change(at, position,
                                        static_cast<double>(line.number(LogField::rate).value_or(0)) / 1e6);
    case EventKind::heartbeat:
      break;
  }
  return PlaybackEvent::heartbeat(at, position);
}

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

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_NDJSON_LINE_HPP
