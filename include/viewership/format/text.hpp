// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_FORMAT_TEXT_HPP
#define VIEWERSHIP_FORMAT_TEXT_HPP

/// @file
/// What all formatters share, and how times, shares and heat look as text.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <viewership/event.hpp>

namespace viewership::inline v0 {

/// A position or a length to be shown as 1:02:03.456, without hours where there are none; "unknown" if
/// absent.
struct Clock {
  std::optional<MediaTime> time{};
};

/// An instant to be shown as 2023-11-14 22:13:20.000, in UTC.
struct Instant {
  Timestamp at{};
};

/// A share to be shown in percent, 83.3 %; a dash if absent.
struct Percent {
  std::optional<double> share{};
  int decimals = 1;
};

/// Values in [0, 1] to be shown as a strip of blocks from blank to full. More values than columns: a column
/// shows the largest of its own. Anything above 0 is seen.
struct Strip {
  std::span<const double> values{};
  std::size_t columns = 72;
};

namespace detail {

/// What `write_text` writes to. A type with an overload of it in this namespace can be formatted, with width,
/// fill and alignment as a string.
struct TextBuffer {
  std::string characters{};
};

template <class T>
concept WritableAsText = requires(TextBuffer& text, const T& value) {
  write_text(text, value);
};

template <class... Arguments>
void put(TextBuffer& text, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(text.characters), format, std::forward<Arguments>(arguments)...);
}

}  // namespace detail
}  // namespace viewership::inline v0

template <viewership::detail::WritableAsText T>
struct fmt::formatter<T, char> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const T& value, Context& context) const {
    viewership::detail::TextBuffer text;
    write_text(text, value);
    return fmt::formatter<std::string_view>::format(text.characters, context);
  }
};

namespace viewership::inline v0::detail {

inline void write_text(TextBuffer& text, const Clock& clock) {
  if (!clock.time) {
    put(text, "unknown");
    return;
  }
  const std::int64_t ms = clock.time->count();
  const std::int64_t seconds = ms / 1000;
  const std::int64_t hours = seconds / 3600;
  if (hours > 0) {
    put(text, "{}:{:02}:{:02}.{:03}", hours, seconds / 60 % 60, seconds % 60, ms % 1000);
  } else {
    put(text, "{}:{:02}.{:03}", seconds / 60, seconds % 60, ms % 1000);
  }
}

inline void write_text(TextBuffer& text, const Instant& instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant.at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(instant.at - day);
  put(text, "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
      time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

inline void write_text(TextBuffer& text, const Percent& percent) {
  if (percent.share) {
    put(text, "{:.{}f} %", *percent.share * 100, percent.decimals);
  } else {
    put(text, "-");
  }
}

inline void write_text(TextBuffer& text, const Strip& strip) {
  constexpr std::array<std::string_view, 9> blocks{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::size_t count = strip.values.size();
  const std::size_t columns = (std::min)(strip.columns, count);
  for (std::size_t i = 0; i < columns; ++i) {
    const std::size_t first = count * i / columns;
    const std::size_t last = count * (i + 1) / columns;
    const double value = *std::ranges::max_element(strip.values.subspan(first, last - first));
    const std::size_t level =
        value > 0 ? (std::max)(static_cast<std::size_t>(value * 8 + 0.5), std::size_t{1}) : 0;
    put(text, "{}", blocks[(std::min)(level, blocks.size() - 1)]);
  }
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_FORMAT_TEXT_HPP
