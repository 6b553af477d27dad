// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_FORMAT_EVENT_HPP
#define VIEWERSHIP_FORMAT_EVENT_HPP

/// @file
/// Formatters of events, repairs and errors.

#include <cstddef>

#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/format/text.hpp>
#include <viewership/playback_map.hpp>
#include <viewership/replay_types.hpp>
#include <viewership/session_log.hpp>

namespace viewership::inline v0::detail {

/// An event kind as an event log calls it: buffer_start.
inline void write_text(TextBuffer& text, EventKind kind) {
  put(text, "{}", event_kind_names[static_cast<std::size_t>(kind)]);
}

/// An event as "seek from 0:12.000 to 0:30.000 at 2023-11-14 22:13:20.000"; what is missing is left out.
inline void write_text(TextBuffer& text, const PlaybackEvent& event) {
  put(text, "{}", event.kind());
  if (event.position()) {
    put(text, " {} {}", event.kind() == EventKind::seek ? "from" : "position", Clock{event.position()});
  }
  if (event.seek_target()) put(text, " to {}", Clock{event.seek_target()});
  if (event.stalled_for()) put(text, " stalled for {}", Clock{event.stalled_for()});
  if (event.watch_duration()) put(text, " watched {}", Clock{event.watch_duration()});
  if (event.kind() == EventKind::quality_change) {
    put(text, " {}p to {}p", event.from_height(), event.to_height());
  }
  if (event.bitrate()) put(text, " {} bit/s", *event.bitrate());
  if (event.rate()) put(text, " rate {}", *event.rate());
  if (event.at()) put(text, " at {}", Instant{*event.at()});
}

/// A range of media time as "[0:12.000, 0:30.000)".
inline void write_text(TextBuffer& text, const MediaRange& range) {
  put(text, "[{}, {})", Clock{range.from}, Clock{range.to});
}

/// Counts that are not 0 with their names: "2 duplicates, 1 far_times", or "none".
template <class Counts, class Fields>
void write_counts(TextBuffer& text, const Counts& counts, const Fields& fields) {
  const char* separator = "";
  for (const auto& field : fields) {
    if (counts.*field.count == 0) continue;
    put(text, "{}{} {}", separator, counts.*field.count, field.name);
    separator = ", ";
  }
  if (*separator == '\0') put(text, "none");
}
inline void write_text(TextBuffer& text, const ReplayAudit& audit) {
  write_counts(text, audit, replay_audit_fields);
}
inline void write_text(TextBuffer& text, const IngestRepairs& repairs) {
  write_counts(text, repairs, ingest_repair_fields);
}

/// An error code by its name: mixed_contents.
inline void write_text(TextBuffer& text, ErrorCode code) {
  put(text, "{}", error_code_names[static_cast<std::size_t>(code)]);
}

/// An error as "attention_heatmap: sessions of 'a' and of 'b' [mixed_contents]".
inline void write_text(TextBuffer& text, const AnalyticsError& error) {
  put(text, "{} [{}]", error.what(), error.code());
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_FORMAT_EVENT_HPP
