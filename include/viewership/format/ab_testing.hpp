// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_FORMAT_AB_TESTING_HPP
#define VIEWERSHIP_FORMAT_AB_TESTING_HPP

/// @file
/// Formatters of A/B tests: rates, tests, and a verdict in words.

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <viewership/ab_testing.hpp>
#include <viewership/format/text.hpp>

namespace viewership::inline v0 {

/// A p-value to be shown as "p = 0.0014", or "p < 0.0001"; "p unknown" if absent.
struct PValue {
  std::optional<double> p{};
};

/// A difference of two shares to be shown in percentage points with its sign, +6.00 points; a dash if absent.
struct PercentagePoints {
  std::optional<double> difference{};
};

/// A winner, or the reason why there is none, to be shown as a sentence: "B wins: it beats every other
/// variant by more than chance explains". Variants have the names given, by index; those without one their
/// index.
struct Verdict {
  const WinnerResult& result;
  std::span<const std::string> names{};
};

namespace detail {

inline void write_text(TextBuffer& text, const PValue& value) {
  if (!value.p) {
    put(text, "p unknown");
  } else if (*value.p < 0.0001) {
    put(text, "p < 0.0001");
  } else {
    put(text, "p = {:.4f}", *value.p);
  }
}

inline void write_text(TextBuffer& text, const PercentagePoints& points) {
  if (points.difference) {
    put(text, "{:+.2f} points", *points.difference * 100);
  } else {
    put(text, "-");
  }
}

/// As the enumerators are called.
inline void write_text(TextBuffer& text, TestStatus status) {
  constexpr std::array<std::string_view, 5> names{"ok", "no_data", "zero_variance", "invalid_counts",
                                                  "small_expected"};
  put(text, "{}", names[static_cast<std::size_t>(status)]);
}
inline void write_text(TextBuffer& text, WinnerStatus status) {
  constexpr std::array<std::string_view, 8> names{"winner",
                                                  "tie",
                                                  "not_significant",
                                                  "below_min_samples",
                                                  "sample_ratio_mismatch",
                                                  "no_data",
                                                  "invalid_counts",
                                                  "single_arm"};
  put(text, "{}", names[static_cast<std::size_t>(status)]);
}
inline void write_text(TextBuffer& text, AssignmentReason reason) {
  constexpr std::array<std::string_view, assignment_reason_count> names{
      "assigned", "forced", "empty_unit", "not_started", "ended", "other_namespace", "not_covered"};
  put(text, "{}", names[static_cast<std::size_t>(reason)]);
}

/// Counts as "260 of 1000 (26.00 %)".
inline void write_text(TextBuffer& text, const Proportion& counts) {
  put(text, "{} of {} ({})", counts.successes, counts.trials, Percent{rate(counts), 2});
}

/// A test as "+6.00 points, z = 3.19, p = 0.0014"; with its status where that is not ok.
inline void write_text(TextBuffer& text, const ZTest& test) {
  if (test.z) put(text, "{}, z = {:.2f}, {}", PercentagePoints{test.difference}, *test.z, PValue{test.p});
  if (test.status == TestStatus::ok) return;
  put(text, "{}{}", test.z ? ", " : "no answer: ", test.status);
}

/// A table, a variant a line.
inline void write_text(TextBuffer& text, const ExperimentResults& results) {
  put(text, "{:<16} {:>12} {:>14} {:>12} {:>12} {:>12}\n", "variant", "impressions", "click-through",
      "conversion", "completion", "watched");
  for (std::size_t i = 0; i < results.metrics().size(); ++i) {
    const VariantMetrics& metrics = results.metrics()[i];
    const auto watched = average_watch_duration(metrics);
    put(text, "{:<16} {:>12} {:>14} {:>12} {:>12} ", results.variant_ids()[i], metrics.impressions,
        Percent{click_through_rate(metrics), 2}, Percent{conversion_rate(metrics), 2},
        Percent{completion_rate(metrics), 2});
    put(text, "{:>12}\n", watched ? fmt::format("{:.1f} s", watched->count()) : "-");
  }
}

inline void write_name(TextBuffer& text, const Verdict& verdict, std::size_t variant) {
  if (variant < verdict.names.size()) {
    put(text, "{}", verdict.names[variant]);
  } else {
    put(text, "variant {}", variant);
  }
}

/// "A, B and C".
inline void write_leaders(TextBuffer& text, const Verdict& verdict) {
  const std::span<const std::size_t> leaders = verdict.result.leaders;
  for (std::size_t i = 0; i < leaders.size(); ++i) {
    if (i > 0) put(text, "{}", i + 1 < leaders.size() ? ", " : " and ");
    write_name(text, verdict, leaders[i]);
  }
}

inline void write_text(TextBuffer& text, const Verdict& verdict) {
  switch (verdict.result.status) {
    case WinnerStatus::winner:
      write_name(text, verdict, verdict.result.winner.value_or(0));
      put(text, " wins: it beats every other variant by more than chance explains");
      break;
    case WinnerStatus::tie:
      put(text, "no winner: ");
      write_leaders(text, verdict);
      put(text, " share the lead, and the data do not tell them apart");
      break;
    case WinnerStatus::not_significant:
      put(text, "no winner: chance may be all that sets ");
      write_leaders(text, verdict);
      put(text, " apart");
      break;
    case WinnerStatus::below_min_samples:
      put(text, "no verdict yet: a variant has too few data");
      break;
    case WinnerStatus::sample_ratio_mismatch:
      put(text, "no verdict: the split is not the planned one ({}), so that no figure can be trusted",
          PValue{verdict.result.sample_ratio_p});
      break;
    case WinnerStatus::no_data:
      put(text, "no verdict yet: a variant has no data");
      break;
    case WinnerStatus::invalid_counts:
      put(text, "no verdict: a variant has more successes than trials");
      break;
    case WinnerStatus::single_arm:
      put(text, "no verdict: there are no two variants to compare");
      break;
  }
}

/// The verdict, with variants by index.
inline void write_text(TextBuffer& text, const WinnerResult& result) {
  write_text(text, Verdict{result});
}

}  // namespace detail
}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_FORMAT_AB_TESTING_HPP
