// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_NDJSON_LINE_HPP
#define VIEWERSHIP_DETAIL_NDJSON_LINE_HPP

/// @file
/// What one line of an event log says, however it was read, and the event it stands for.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <viewership/detail/string_pool.hpp>
#include <viewership/event.hpp>

namespace viewership::inline v0::detail {

/// Finds a name among a few by its length and first letter, and compares it with that one alone.
template <std::size_t N>
class NameTable {
 public:
  /// Not a constant expression, hence refused by the compiler, if that does not tell the names apart.
  consteval explicit NameTable(const std::array<std::string_view, N>& names) : names_(names) {
    slots_.fill(N);
    for (std::size_t i = 0; i < N; ++i) {
      if (slots_.at(slot(names[i])) != N) throw "two names in one slot";
      slots_[slot(names[i])] = static_cast<std::uint8_t>(i);
    }
  }

  /// The number of `name`, or N.
  [[nodiscard]] std::size_t find(std::string_view name) const noexcept {
    if (name.empty() || name.size() > longest) return N;
    const std::size_t candidate = slots_[slot(name)];
    return candidate < N && same_text(names_[candidate], name) ? candidate : N;
  }

 private:
  static constexpr std::size_t longest = 23;

  static constexpr std::size_t slot(std::string_view name) noexcept {
    return 8 * name.size() + static_cast<unsigned char>(name[0]) % 7;
  }

  std::array<std::string_view, N> names_;
  std::array<std::uint8_t, 8 * (longest + 1)> slots_{};
};

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

[[nodiscard]] inline LogField log_field(std::string_view key) noexcept {
  static constexpr NameTable<14> table(log_field_names);
  return static_cast<LogField>(table.find(key));
}

/// What the value of a field must be; `other` may be anything.
[[nodiscard]] constexpr bool is_text(LogField field) noexcept {
  return field <= LogField::type;
}
[[nodiscard]] constexpr bool is_number(LogField field) noexcept {
  return field > LogField::type && field < LogField::other;
}

/// The number of a type in `event_kind_names`, or one of two more.
using EventType = std::uint8_t;
inline constexpr EventType unknown_type = event_kind_names.size();
inline constexpr EventType no_type = unknown_type + 1;

[[nodiscard]] inline EventType event_type_of(std::string_view name) noexcept {
  static constexpr NameTable<unknown_type> table(event_kind_names);
  return static_cast<EventType>(table.find(name));
}

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

/// What carries the payload of each kind of event; `other` where there is none.
inline constexpr std::array<LogField, 9> payload_fields{LogField::other,
                                                        LogField::other,
                                                        LogField::to_ms,
                                                        LogField::other,
                                                        LogField::duration_ms,
                                                        LogField::bitrate,
                                                        LogField::watch_duration_ms,
                                                        LogField::other,
                                                        LogField::other};

/// The event of a line of a known type. Numbers out of range are the event's to reject and to mark.
[[nodiscard]] inline PlaybackEvent event_of(const LogLine& line) noexcept {
  const auto kind = static_cast<EventKind>(line.type);
  PlaybackEvent::OptionalTime at;
  if (const auto since_epoch = line.number(LogField::at_ms)) at.emplace(WallTime{*since_epoch});
  const auto position = line.length(LogField::position_ms);
  if (kind == EventKind::quality_change) {
    return PlaybackEvent::quality_change(at, position, line.number(LogField::from_height).value_or(0),
                                         line.number(LogField::to_height).value_or(0),
                                         line.number(LogField::bitrate));
  }
  if (kind == EventKind::rate_change) {
    return PlaybackEvent::rate_change(at, position,
                                      static_cast<double>(line.number(LogField::rate).value_or(0)) / 1e6);
  }
  return EventFields::event(kind, at, position, line.length(payload_fields[line.type]));
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_NDJSON_LINE_HPP
