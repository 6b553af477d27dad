// SPDX-License-Identifier: MIT
// One text read in every way there is, for tests and fuzzers.
#ifndef VIEWERSHIP_TESTS_NDJSON_WAYS_HPP
#define VIEWERSHIP_TESTS_NDJSON_WAYS_HPP

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <viewership/io/ndjson.hpp>

/// Whether two logs hold the same sessions in the same order, and were repaired alike.
inline bool same_log(const viewership::SessionLog& a, const viewership::SessionLog& b) {
  if (a.size() != b.size() || a.content_count() != b.content_count() || a.repairs() != b.repairs())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const viewership::SessionView x = a[i], y = b[i];
    if (x.session_id != y.session_id || x.user_id != y.user_id || x.content_id != y.content_id ||
        x.started_at != y.started_at || x.content_duration != y.content_duration ||
        !std::ranges::equal(x.events, y.events)) {
      return false;
    }
  }
  return true;
}

/// Reads `text` in one piece and in pieces of `piece` bytes, speculating and not. Returns what is wrong, or
/// nothing: lines that are not accounted for, or two ways that disagree.
inline std::string disagreement(std::string_view text, std::size_t piece,
                                const viewership::NdjsonOptions& options = {}) {
  using namespace viewership;
  const auto in_pieces = [&](bool speculate) {
    NdjsonOptions own = options;
    own.speculate = speculate;
    NdjsonReader reader(own);
    for (std::size_t at = 0; at < text.size(); at += piece) reader.feed(text.substr(at, piece));
    return reader.finish();
  };
  NdjsonOptions plain_options = options;
  plain_options.speculate = false;
  const NdjsonLog plain = parse_ndjson(text, plain_options);

  const NdjsonReport& report = plain.report;
  if (report.lines != report.events + report.skipped + report.unknown_type)
    return "lines are not accounted for";
  const auto line_feeds = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  const std::size_t unfinished = text.empty() || text.back() == '\n' ? 0 : 1;
  if (report.lines + report.blank != line_feeds + unfinished) return "not every line was read";
  if (report.bytes != text.size()) return "not every byte was read";
  if (report.first_skipped.size() != (std::min)(report.skipped, std::uint64_t{100}))
    return "reasons are missing";
  if (report.events != plain.log.events().size() + plain.log.repairs().duplicates) return "events were lost";

  const auto differs = [&](const NdjsonLog& other) {
    return other.report != plain.report || !same_log(other.log, plain.log);
  };
  NdjsonOptions speculating = options;
  speculating.speculate = true;
  if (differs(parse_ndjson(text, speculating))) return "speculation changes the answer";
  if (differs(in_pieces(false))) return "cutting the text changes the answer";
  if (differs(in_pieces(true))) return "speculation on a cut text changes the answer";
  return {};
}

#endif  // VIEWERSHIP_TESTS_NDJSON_WAYS_HPP
