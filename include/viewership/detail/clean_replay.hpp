// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_CLEAN_REPLAY_HPP
#define VIEWERSHIP_DETAIL_CLEAN_REPLAY_HPP

/// @file
/// The short way through a session that needs no repair, held equal to `replay_machine.hpp` by a test. What a
/// replay costs is mispredicted branches, for which event comes next is anybody's guess. A clean session can
/// be read without asking: it begins with a play, every event fits the phase it comes in, the playhead moves
/// only forward, while playing and as far as the clock allows, or by a seek that says from where and to
/// where.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include <viewership/detail/arithmetic.hpp>
#include <viewership/detail/event_order.hpp>
#include <viewership/event.hpp>
#include <viewership/playback_map.hpp>
#include <viewership/replay_types.hpp>

namespace viewership::inline v0::detail {

/// What an event does to a clean session: the next phase, and what else there is to it.
namespace clean {

using Step = unsigned;
inline constexpr Step playing = 1;  // the phases
inline constexpr Step buffering = 2;
inline constexpr Step paused = 4;
inline constexpr Step ended = 6;
inline constexpr Step phase_bits = 7;
inline constexpr Step seeks = 8;
inline constexpr Step may_be_silent = 16;  // about the position
inline constexpr Step breaks = 32;         // only the rules know

constexpr Step step(Step phase, EventKind kind) {
  if (phase == ended) return breaks;
  const Step silent_if_stopped = phase == playing ? 0 : may_be_silent;
  switch (kind) {
    case EventKind::play:
      return phase == paused ? playing | may_be_silent : breaks;
    case EventKind::pause:
      return phase != paused ? paused | silent_if_stopped : breaks;
    case EventKind::seek:
      return phase | seeks;
    case EventKind::buffer_start:
      return phase == playing ? buffering : breaks;
    case EventKind::buffer_end:
      return phase == buffering ? playing | may_be_silent : breaks;
    case EventKind::end:
      return ended | silent_if_stopped;
    case EventKind::quality_change:
    case EventKind::heartbeat:
      return phase | may_be_silent;
    case EventKind::rate_change:
      break;
  }
  return breaks;
}

/// The next phase, by kind and phase.
inline constexpr auto next_phase = [] {
  std::array<std::array<Step, 8>, 16> table{};
  for (const Step phase : {playing, buffering, paused, ended}) {
    for (std::size_t kind = 0; kind <= static_cast<std::size_t>(EventKind::heartbeat); ++kind) {
      table[kind][phase] = step(phase, static_cast<EventKind>(kind)) & phase_bits;
    }
  }
  return table;
}();

}  // namespace clean

/// The least clock tolerance at which a session needs no repair; `WallTime::max()` if it needs one at any, or
/// is out of order. O(n).
inline WallTime clean_from(std::span<const PlaybackEvent> events) {
  if (events.empty() || events.front().kind() != EventKind::play || !is_tidy(events))
    return (WallTime::max)();
  // A missing time is so far from every other that nothing outruns the clock between them.
  constexpr std::int64_t distant = std::int64_t{1} << 61;
  const auto or_else = [](std::int64_t time, std::int64_t instead) {
    return time == EventFields::no_time ? instead : time;
  };
  clean::Step phase = clean::playing;
  std::int64_t playhead = (std::max)(EventFields::position(events.front()), std::int64_t{0});
  std::int64_t reported = or_else(EventFields::time(events.front()), -distant);  // when it was the playhead
  std::int64_t least = 0;
  bool clean = EventFields::rejected(events.front()) == 0;
  for (const PlaybackEvent& event : events.subspan(1)) {
    const std::int64_t now = EventFields::time(event);
    const std::int64_t position = EventFields::position(event);
    const clean::Step step = clean::step(phase, event.kind());
    const bool playing = phase == clean::playing;
    const bool silent = position < 0;
    const std::int64_t advance = silent ? 0 : position - playhead;
    clean &= (step & clean::breaks) == 0 && EventFields::rejected(event) == 0;
    clean &= !silent || (step & clean::may_be_silent) != 0;
    clean &= playing ? advance >= 0 : advance == 0;
    if (playing && !silent) least = (std::max)(least, advance - (or_else(now, distant) - reported));
    if (!playing || !silent) reported = or_else(now, -distant);
    playhead += advance;
    if ((step & clean::seeks) != 0) {
      playhead = EventFields::payload(event);
      clean &= playhead >= 0;
    }
    phase = step & clean::phase_bits;
    if (!clean) return (WallTime::max)();
  }
  return WallTime{least};
}

// Compilers make jumps of conditional expressions, and a jump that nobody can predict costs more than all the
// rest of what follows.

/// All bits or none.
[[nodiscard]] constexpr std::int64_t mask_of(bool condition) noexcept {
  return -static_cast<std::int64_t>(condition);
}
/// `a` where the mask is all bits, else `b`.
[[nodiscard]] constexpr std::int64_t chosen(std::int64_t mask, std::int64_t a, std::int64_t b) noexcept {
  return b ^ ((a ^ b) & mask);
}

/// The runs between the seeks of a clean session, in order, some of them empty. They stand in `buffer`.
inline std::span<const MediaRange> clean_runs(std::span<const PlaybackEvent> events,
                                              std::vector<MediaRange>& buffer) {
  if (buffer.size() < events.size()) buffer.resize(events.size());
  MediaRange* run = buffer.data();
  std::int64_t playhead = (std::max)(EventFields::position(events.front()), std::int64_t{0});
  std::int64_t began = playhead;
  for (const PlaybackEvent& event : events.subspan(1)) {
    // Positions of a clean session fall at seeks only, and a missing one is less than any.
    playhead = (std::max)(playhead, EventFields::position(event));
    *run = {MediaTime{began}, MediaTime{playhead}};
    const std::int64_t seeks = mask_of(event.kind() == EventKind::seek);
    run -= seeks;
    began = chosen(seeks, EventFields::payload(event), began);
    playhead = chosen(seeks, began, playhead);
  }
  *run = {MediaTime{began}, MediaTime{playhead}};
  return {buffer.data(), run + 1};
}

/// The same, with what the wall clock was spent on, of a clean session in which every event is timed; nothing
/// of any other. Fills in all of `summary` but the directions of the seeks, which the runs tell.
inline std::optional<std::span<const MediaRange>> clean_states(
    std::span<const PlaybackEvent> events, std::vector<MediaRange>& buffer,
    std::array<WallTime, playback_state_count>& time_in, ReplaySummary& summary) {
  constexpr auto number = [](PlaybackState state) { return static_cast<std::int64_t>(state); };
  constexpr std::int64_t startup = number(PlaybackState::startup);
  constexpr std::int64_t stalled = number(PlaybackState::stalled);
  static_assert(startup == 0 && number(PlaybackState::seeking) == (stalled | stalled >> 1));
  const auto untimed = [](const PlaybackEvent& event) {
    return EventFields::time(event) == EventFields::no_time;
  };
  if (untimed(events.front()) || untimed(events.back())) return std::nullopt;
  if (buffer.size() < events.size()) buffer.resize(events.size());

  // Time goes to the state of the phase; while playing, what the playhead does not account for.
  std::array<std::int64_t, 8> state{};
  state[clean::playing] = number(PlaybackState::away);
  state[clean::buffering] = startup;
  state[clean::paused] = number(PlaybackState::paused);
  std::array<std::int64_t, playback_state_count> spent{};
  std::array<std::uint64_t, playback_state_count> interrupted{};  // by what the buffering that begins is
  std::uint64_t quality_changes = 0;
  std::int64_t playing_time = 0;
  std::int64_t missing = 0;  // whether any time is

  MediaRange* run = buffer.data();
  clean::Step phase = clean::playing;
  std::int64_t playhead = (std::max)(EventFields::position(events.front()), std::int64_t{0});
  std::int64_t began = playhead;
  const std::int64_t first_play = EventFields::time(events.front());
  std::int64_t accounted = first_play;  // up to when time was handed out
  std::array<std::int64_t, playback_state_count>
      last_began{};  // by what buffering was; of startup, what ended it

  for (const PlaybackEvent& event : events.subspan(1)) {
    const std::int64_t position = EventFields::position(event);
    const auto kind = static_cast<std::size_t>(event.kind());
    const std::int64_t seeks = mask_of(event.kind() == EventKind::seek);
    const std::int64_t advance = positive_part(position - playhead);
    const std::int64_t moves = -advance >> 63;

    // An event without a position says nothing about what is playing.
    const std::int64_t no_clock = mask_of(untimed(event));
    const std::int64_t silent = (mask_of(phase == clean::playing) & (position >> 63)) | no_clock;
    const std::int64_t now = chosen(silent, accounted, EventFields::time(event));
    missing |= no_clock;
    const std::int64_t played = lesser(advance, now - accounted);
    playing_time += played;
    spent[static_cast<std::size_t>(state[phase])] += now - accounted - played;

    // Buffering is startup until something is played, then a stall, and after a seek seeking.
    std::int64_t buffering = state[clean::buffering];
    last_began[static_cast<std::size_t>(buffering)] = accounted;
    buffering = chosen(moves, stalled, buffering);
    interrupted[static_cast<std::size_t>(buffering)] +=
        static_cast<std::uint64_t>(event.kind() == EventKind::buffer_start);
    state[clean::buffering] = buffering | (buffering >> 1 & seeks);
    accounted = now;
    quality_changes += static_cast<std::uint64_t>(event.kind() == EventKind::quality_change);

    playhead += advance;
    *run = {MediaTime{began}, MediaTime{playhead}};
    run -= seeks;
    began = chosen(seeks, EventFields::payload(event), began);
    playhead = chosen(seeks, began, playhead);
    phase = clean::next_phase[kind][phase];
  }
  if (missing != 0) return std::nullopt;
  *run = {MediaTime{began}, MediaTime{playhead}};

  const std::int64_t last = EventFields::time(events.back());
  spent[static_cast<std::size_t>(state[phase])] += last - accounted;
  spent[static_cast<std::size_t>(PlaybackState::playing)] = playing_time;
  for (std::size_t i = 0; i < spent.size(); ++i) time_in[i] = WallTime{spent[i]};

  summary.elapsed = WallTime{last - first_play};
  summary.startup_time.reset();
  if (state[clean::buffering] != startup) summary.startup_time = WallTime{last_began[startup] - first_play};
  summary.reported_watch_time = events.back().watch_duration();
  summary.seeks = static_cast<std::uint64_t>(run - buffer.data());
  summary.buffer_starts = std::accumulate(interrupted.begin(), interrupted.end(), std::uint64_t{0});
  summary.stalls = interrupted[static_cast<std::size_t>(stalled)];
  summary.quality_changes = quality_changes;
  summary.open_ended = phase == clean::playing || phase == clean::buffering;
  summary.audit.missing_ends = summary.open_ended ? 1 : 0;
  return std::span<const MediaRange>(buffer.data(), run + 1);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_CLEAN_REPLAY_HPP
