// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include <viewership/format.hpp>

using namespace viewership;

void print_reading(const NdjsonLog& read) {
  const NdjsonReport& report = read.report;
  fmt::print("{} lines read: {} events of {} sessions, {} of unknown type, {} broken\n", report.lines,
             report.events, read.log.size(), report.unknown_type, report.skipped);
  constexpr std::size_t most_shown = 5;
  for (std::size_t i = 0; i < (std::min)(most_shown, report.first_skipped.size()); ++i) {
    const SkippedLine& line = report.first_skipped[i];
    fmt::print("  {}:{}: {}\n", line.source, line.line, line.reason);
  }
  if (report.skipped > most_shown) fmt::print("  and {} more\n", report.skipped - most_shown);
  fmt::print("repaired in the log: {}\n", read.log.repairs());
}

void print_content(const ContentReport& report) {
  fmt::print("\n{}, {}", report.content_id, Clock{report.duration.duration});
  if (report.duration.declared == 0 && report.duration.duration)
    fmt::print(" (the furthest position played)");
  if (report.duration.conflicts > 0) {
    fmt::print(" ({} of {} sessions declare another duration)", report.duration.conflicts,
               report.duration.declared);
  }
  fmt::print("\n\n{}", report.totals);
  if (report.totals.started == 0) {
    fmt::print("\nNobody watched anything of it.\n");
  } else {
    fmt::print("\n{}", report.retention);
    fmt::print("\nattention, {} a bucket\n|{}|\n", Clock{report.heatmap.bucket_width}, report.heatmap);
    fmt::print("\nengagement of {}\n  {}\n", report.engagement, report.engagement.components);
  }
  if (!report.sessions.empty()) fmt::print("\n");
  for (const SessionReport& session : report.sessions)
    fmt::print("{}: {}\n", session.session_id, session.metrics);
}
