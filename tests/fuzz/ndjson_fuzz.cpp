// SPDX-License-Identifier: MIT
// Any bytes as an event log: every way of reading them agrees, every line is accounted for, and what comes
// out can be replayed. The first two bytes choose the options.
#include <string_view>

#include <viewership/session.hpp>

#include "../ndjson_ways.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t piece = 1 + std::size_t{data[0]};
  viewership::NdjsonOptions options;
  if (data[1] > 0) options.longest_line = 4 * std::size_t{data[1]};
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string wrong = disagreement(text, piece, options);
  must_hold(wrong.empty(), wrong.c_str());
  for (const viewership::SessionView& session : viewership::parse_ndjson(text).log) {
    (void)viewership::analyze_session(session);
  }
  return 0;
}
