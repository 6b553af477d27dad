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

/// What the loop below asks of an event in a phase, by kind and phase: the next phase, and as bits what the
/// two are.
inline constexpr int seek_bit = 3;
inline constexpr int buffer_start_bit = 4;
inline constexpr int buffer_end_bit = 5;
inline constexpr int while_playing_bit = 6;
inline constexpr auto transitions = [] {
  std::array<std::array<std::uint64_t, 8>, 16> table{};
  for (const Step phase : {playing, buffering, paused, ended}) {
    for (std::size_t i = 0; i < event_kind_names.size(); ++i) {
      const auto kind = static_cast<EventKind>(i);
      const auto bit = [](bool is_set, int position) { return std::uint64_t{is_set} << position; };
      table[i][phase] = (step(phase, kind) & phase_bits) | bit(kind == EventKind::seek, seek_bit) |
                        bit(kind == EventKind::buffer_start, buffer_start_bit) |
                        bit(kind == EventKind::buffer_end, buffer_end_bit) |
                        bit(phase == playing, while_playing_bit);
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
  bool buffering_timed = true;
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
    // Of a buffering, either all times are known or none.
    const bool timed = now != EventFields::no_time;
    clean &= phase != clean::buffering || timed == buffering_timed;
    if (event.kind() == EventKind::buffer_start) buffering_timed = timed;
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
  if (phase == clean::buffering && !buffering_timed) return (WallTime::max)();
  return WallTime{least};
}

// Compilers make jumps of conditional expressions, and a jump that nobody can predict costs more than all the
// rest of what follows.

/// All bits or none.
[[nodiscard]] constexpr std::int64_t mask_of(bool condition) noexcept {
  return -static_cast<std::int64_t>(condition);
}
/// All bits if that bit is set, else none.
[[nodiscard]] constexpr std::int64_t mask_of_bit(std::uint64_t bits, int bit) noexcept {
  return static_cast<std::int64_t>(bits << (63 - bit)) >> 63;
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

/// The longest session whose lengths cannot add up to more than 64 bits hold: each event adds two at most.
inline constexpr std::size_t most_clean_events = std::size_t{1} << 22;

/// What the wall clock was spent on, of a clean session that begins with a timed event and has at most
/// `most_clean_events`; nothing of any other.
inline std::optional<CleanStates> clean_states(std::span<const PlaybackEvent> events) {
  constexpr auto number = [](PlaybackState state) { return static_cast<std::int64_t>(state); };
  constexpr std::int64_t startup = number(PlaybackState::startup);
  constexpr std::int64_t stalled = number(PlaybackState::stalled);
  constexpr std::int64_t no_time = EventFields::no_time;
  static_assert(startup == 0 && number(PlaybackState::seeking) == (stalled | stalled >> 1));
  const std::int64_t first_play = EventFields::time(events.front());
  if (first_play == no_time || events.size() > most_clean_events) return std::nullopt;

  // Time goes to the state of the phase; while playing, what the playhead does not account for.
  std::array<std::int64_t, 8> state{};
  state[clean::playing] = number(PlaybackState::away);
  state[clean::buffering] = startup;
  state[clean::paused] = number(PlaybackState::paused);
  state[clean::ended] = number(PlaybackState::idle);
  std::array<std::int64_t, playback_state_count> spent{};
  // By what buffering was: since when something played, if that is known. Of startup, what ended it.
  struct {
    std::int64_t at = 0;
    std::int64_t is_known = 0;
  } began_playing[playback_state_count];
  std::array<std::uint32_t, 16> kinds{};  // how many events of each
  std::int64_t stalls = 0;
  std::int64_t untimed_ranges = 0;
  std::int64_t playing_time = 0;

  std::uint64_t transition = clean::playing;
  std::int64_t buffering =
      startup;  // startup until something is played, then a stall, and after a seek seeking
  std::int64_t playhead = (std::max)(EventFields::position(events.front()), std::int64_t{0});
  std::int64_t last_time = first_play;
  std::int64_t accounted = first_play;  // up to when time was handed out
  std::int64_t credit = 0;              // handed out beyond that, by the media clock or the player's word
  std::int64_t clock_known = mask_of(true);  // whether the playhead was where it is at `accounted`

  for (const PlaybackEvent& event : events.subspan(1)) {
    const std::int64_t position = EventFields::position(event);
    const std::int64_t payload = EventFields::payload(event);
    const auto kind = static_cast<std::size_t>(event.kind());
    const std::uint64_t phase = transition & clean::phase_bits;
    transition = clean::transitions[kind][phase];
    ++kinds[kind];

    const std::int64_t timed = mask_of(EventFields::time(event) != no_time);
    last_time = (std::max)(last_time, EventFields::time(event));  // a missing one is less than any
    // An event without a position says nothing about what is playing.
    const std::int64_t speaks = ~(mask_of_bit(transition, clean::while_playing_bit) & (position >> 63));
    const std::int64_t elapsed = (last_time - accounted) & timed;

    const std::int64_t advance = positive_part(position - playhead);
    const std::int64_t moves = -advance >> 63;
    const std::int64_t both_timed = clock_known & timed;
    const std::int64_t played = advance - (positive_part(advance - elapsed) & both_timed);
    playing_time += played;
    untimed_ranges -= moves & ~both_timed;
    // Buffering without times lasted as long as the player says.
    const std::int64_t waited =
        positive_part(payload) & mask_of_bit(transition, clean::buffer_end_bit) & ~timed;
    credit += played + waited;
    spent[static_cast<std::size_t>(state[phase])] += waited + (positive_part(elapsed - credit) & speaks);

    began_playing[buffering] = {accounted, clock_known};
    buffering = chosen(moves, stalled, buffering);
    stalls += mask_of_bit(transition, clean::buffer_start_bit) & (buffering >> 1) & ~buffering;
    const std::int64_t seeks = mask_of_bit(transition, clean::seek_bit);
    buffering |= buffering >> 1 & seeks;
    state[clean::buffering] = buffering;

    accounted += elapsed & speaks;
    credit &= ~(timed & speaks);
    clock_known = chosen(speaks, timed, clock_known);
    playhead = chosen(seeks, payload, playhead + advance);
  }

  const std::uint64_t phase = transition & clean::phase_bits;
  spent[static_cast<std::size_t>(state[phase])] += positive_part(last_time - accounted - credit);
  spent[static_cast<std::size_t>(PlaybackState::playing)] = playing_time;

  CleanStates result{spent, last_time - first_play, CleanStates::no_startup, 0, 0, 0, 0, false};
  if (buffering != startup) {
    if (began_playing[startup].is_known != 0) {
      result.startup_time = began_playing[startup].at - first_play;
    } else if (spent[startup] > 0) {
      result.startup_time = spent[startup];
    }
  }
  result.buffer_starts = kinds[static_cast<std::size_t>(EventKind::buffer_start)];
  result.quality_changes = kinds[static_cast<std::size_t>(EventKind::quality_change)];
  result.stalls = static_cast<std::uint32_t>(stalls);
  result.untimed_ranges = static_cast<std::uint32_t>(untimed_ranges);
  result.open_ended = phase == clean::playing || phase == clean::buffering;
  return result;
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_CLEAN_REPLAY_HPP
