// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_FORMAT_TREND_HPP
#define VIEWERSHIP_FORMAT_TREND_HPP

/// @file
/// Formatters of what series over time amount to.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <viewership/format/text.hpp>
#include <viewership/trend.hpp>

namespace viewership::inline v0::detail {

/// A number with four digits; a dash if absent.
struct FourDigits {
  std::optional<double> value{};
};
inline void write_text(TextBuffer& text, const FourDigits& number) {
  if (number.value) {
    put(text, "{:.4g}", *number.value);
  } else {
    put(text, "-");
  }
}

/// How many points were used, and how many were not.
inline void write_points(TextBuffer& text, std::uint64_t count, std::uint64_t rejected) {
  put(text, "points {}", count);
  if (rejected > 0) put(text, ", not usable {}", rejected);
}

/// A direction by its name: rising.
inline void write_text(TextBuffer& text, TrendDirection direction) {
  constexpr std::array<std::string_view, 4> names{"unknown", "falling", "steady", "rising"};
  put(text, "{}", names[static_cast<std::size_t>(direction)]);
}

/// A line as "+0.012 a day from 0.4 on 2023-11-14 00:00:00.000 on".
inline void write_text(TextBuffer& text, const TrendLine& line) {
  using namespace std::chrono_literals;
  put(text, "{:+.4g} ", line.slope);
  if (line.per == per_day) {
    put(text, "a day");
  } else if (line.per == 1h) {
    put(text, "an hour");
  } else if (line.per == std::chrono::weeks{1}) {
    put(text, "a week");
  } else {
    put(text, "per {}", Clock{line.per});
  }
  put(text, " from {} on {} on", FourDigits{line.intercept}, Instant{line.origin});
}

/// The line or "no line", and how many points it goes through.
inline void write_line(TextBuffer& text, const std::optional<TrendLine>& line) {
  if (line) {
    put(text, "{}, ", *line);
  } else {
    put(text, "no line, ");
  }
}
inline void write_text(TextBuffer& text, const TheilSen& theil_sen) {
  write_line(text, theil_sen.line);
  write_points(text, theil_sen.count, theil_sen.rejected);
}

/// The line, how well it fits and how sure its slope is.
inline void write_text(TextBuffer& text, const LinearRegression& regression) {
  write_line(text, regression.line);
  if (regression.line) {
    put(text, "r² {}, standard error of the slope {}, ", FourDigits{regression.r_squared},
        FourDigits{regression.slope_error});
  }
  write_points(text, regression.count, regression.rejected);
}

/// The test in one line: "s 25, tau 0.5556, p 0.03, points 10".
inline void write_text(TextBuffer& text, const MannKendall& test) {
  put(text, "s {}, tau {}, p {}, ", test.s, FourDigits{test.tau}, FourDigits{test.p});
  write_points(text, test.count, test.rejected);
}

/// A shift as "0.4 to 0.6 on 2023-11-14 00:00:00.000, p 0.01", the levels being medians.
inline void write_text(TextBuffer& text, const LevelShift& shift) {
  put(text, "{} to {} on {}, p {}", FourDigits{shift.median_before}, FourDigits{shift.median_after},
      Instant{shift.at}, FourDigits{shift.p});
}
inline void write_text(TextBuffer& text, const LevelShiftSearch& search) {
  if (search.shift) {
    put(text, "{}, ", *search.shift);
  } else {
    put(text, "no shift, ");
  }
  write_points(text, search.count, search.rejected);
}

/// Anomalies as "anomalies 2: value 7 (+4.2), value 19 (-5.1), points 30", the first value being number 0; or
/// why there are no scores.
inline void write_text(TextBuffer& text, const AnomalyScores& scores) {
  if (scores.scale == AnomalyScale::none) {
    put(text, "too few values, ");
  } else {
    put(text, "anomalies {}", scores.anomalies.size());
    const char* separator = ": ";
    for (const std::size_t i : scores.anomalies) {
      put(text, "{}value {} ({:+.1f})", separator, i, scores.scores[i].value_or(0.0));
      separator = ", ";
    }
    put(text, ", ");
  }
  write_points(text, scores.count, scores.rejected);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_FORMAT_TREND_HPP
