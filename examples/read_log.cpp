// SPDX-License-Identifier: MIT
// A log from a file or from memory, one line of it broken: what was read is told, and nothing is lost in
// silence.
#include <string_view>

#include <fmt/format.h>

#include <viewership/format.hpp>
#include <viewership/io/ndjson.hpp>
#include <viewership/viewership.hpp>

int main() {
  constexpr std::string_view text =
      R"({"session_id":"s1","content_id":"v42","type":"play","at_ms":1700000000000,"position_ms":0}
{"session_id":"s2","content_id":"v42","type":"play","at_ms":1700000003000,"position_ms":0}
{"session_id":"s1","content_id":"v42","type":"seek","at_ms":1700000012000,"position_ms":12000,"to_ms":30000}
{"session_id":"s2","content_id":"v42","type":"ad_start","at_ms":1700000013000}
{"session_id":"s2","content_id":
{"session_id":"s1","content_id":"v42","type":"end","at_ms":1700000042000,"position_ms":60000}
{"session_id":"s2","content_id":"v42","type":"end","at_ms":1700000063000,"position_ms":60000}
)";
  const auto [log, report] = viewership::parse_ndjson(text);
  fmt::print("{} lines: {} events, {} of unknown type, {} broken\n", report.lines, report.events,
             report.unknown_type, report.skipped);
  for (const viewership::SessionView session : log) {
    const auto metrics = viewership::analyze_session(session, std::chrono::seconds(60));
    fmt::print("{} watched {} of it\n", session.session_id, viewership::Percent{metrics.completion});
  }
}

// Prints:
// 7 lines: 5 events, 1 of unknown type, 1 broken
// s1 watched 70.0 % of it
// s2 watched 100.0 % of it
