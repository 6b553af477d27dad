// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_REPLAY_HPP
#define VIEWERSHIP_REPLAY_HPP

/// @file
/// What playback events mean: the one state machine of the library. Every other header asks it.

#include <vector>

#include <viewership/detail/replay_machine.hpp>
#include <viewership/event.hpp>
#include <viewership/replay_types.hpp>

namespace viewership::inline v0 {

/// Replays one session.
///
/// Events are put in the order of their times first (stable; an event without a time goes with the one that
/// arrived before it), so that the order of arrival does not matter. Rules: play opens a range at its
/// position, or where the playhead is; pause, end and buffer_start close it; buffer_end reopens it; a seek
/// closes it where it left from and reopens it at its target; every position is checked against the wall
/// clock, and what the clock does not allow is an unannounced seek. Dirty input is repaired and counted in
/// the summary's audit; nothing a session contains can make this throw.
///
/// @param session anything `SessionLike`; an empty one yields nothing
/// @param options tolerances; outside their domain: `AnalyticsError` `invalid_argument`
/// @param visitor receives played ranges (never empty) and states; not called after the return
/// @return what there was beside them
/// Complexity: one pass over n events in the order of their times; O(n log n) and a copy of them otherwise.
/// Source: ours (the two clocks check each other), with the states of CTA-2066.
template <SessionLike Session, ReplayVisitor Visitor>
ReplaySummary replay(const Session& session, const ReplayOptions& options, Visitor&& visitor) {
  detail::validate(options, "replay");
  std::vector<PlaybackEvent> reordered;
  return detail::replay_events(as_session_view(session), options, visitor, reordered);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_REPLAY_HPP
