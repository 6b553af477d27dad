// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_FORMAT_SESSION_HPP
#define VIEWERSHIP_FORMAT_SESSION_HPP

/// @file
/// Formatters of what sessions amount to.

#include <viewership/format/event.hpp>
#include <viewership/format/text.hpp>
#include <viewership/session.hpp>

namespace viewership::inline v0::detail {

/// Session metrics in one line: what was played and for how long, and what needed repair.
inline void write_text(TextBuffer& text, const SessionMetrics& m) {
  put(text, "played {} ({} to {}), unique {} of {}, completion {}, ", Clock{m.content_played},
      Clock{m.watch_time.lower}, Clock{m.watch_time.upper}, Clock{m.unique_content}, Clock{m.duration},
      Percent{m.completion});
  put(text, "playing time {}, {} stalls of {}, seeks {} forward {} back, {} quality changes, repairs: {}",
      Clock{m.playing_time}, m.stalls, Clock{m.stalled}, m.seeks_forward, m.seeks_back, m.quality_changes,
      m.audit);
}

/// Totals, a figure a line.
inline void write_text(TextBuffer& text, const SessionTotalsResult& t) {
  put(text, "sessions               {}, {} started, {} completed\n", t.sessions, t.started, t.completed);
  put(text, "content played         {}\n", Clock{t.content_played});
  put(text, "  between              {} and {}\n", Clock{t.watch_time.lower}, Clock{t.watch_time.upper});
  put(text, "unique content         {}\n", Clock{t.unique_content});
  put(text, "playing time           {}\n", Clock{t.playing_time});
  put(text, "watched time           {}\n", Clock{t.watched_time});
  put(text, "average view duration  {}\n", Clock{t.average_view_duration});
  put(text, "average share viewed   {}\n", Percent{t.average_share_viewed});
  put(text, "completion rate        {}\n", Percent{t.completion_rate});
  put(text, "average startup time   {}\n", Clock{t.average_startup_time});
  put(text, "stalls                 {}, {} ({} of watched time)\n", t.stalls, Clock{t.stalled},
      Percent{t.stall_ratio});
  put(text, "seeks                  {} forward, {} back\n", t.seeks_forward, t.seeks_back);
  put(text, "quality changes        {}\n", t.quality_changes);
  put(text, "repairs                {}\n", t.audit);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_FORMAT_SESSION_HPP
