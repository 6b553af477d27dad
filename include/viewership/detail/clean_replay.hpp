// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_CLEAN_REPLAY_HPP
#define VIEWERSHIP_DETAIL_CLEAN_REPLAY_HPP

/// @file
/// The short way through a session that needs no repair. What a replay costs is mispredicted branches: which
/// event comes next is anybody's guess. So this reads a session without asking. A table says what an event
/// does; whatever would need a rule beyond the table marks the session as not clean, and then
/// `replay_machine.hpp` reads it from the start. To be clean, a session has to begin with a play.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <viewership/detail/event_order.hpp>
#include <viewership/event.hpp>
#include <viewership/playback_map.hpp>
#include <viewership/replay_types.hpp>

namespace viewership::inline v0::detail {

/// What events do to clean sessions: for each kind and phase the next phase, and what else there is to it.
namespace clean {

using Step = std::int64_t;
inline constexpr Step playing = 1;  // the phases; all but this one are even
inline constexpr Step buffering = 2;
inline constexpr Step paused = 4;
inline constexpr Step ended = 6;
inline constexpr Step phase_bits = 7;
inline constexpr int seek_bit = 3;
inline constexpr Step seeks = Step{1} << seek_bit;
inline constexpr Step breaks = 16;                                                 // only the rules know
inline constexpr Step may_be_silent = (std::numeric_limits<std::int64_t>::min)();  // about the position

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

inline constexpr auto steps = [] {
  std::array<std::array<Step, 8>, 16> table{};
  for (const Step phase : {playing, buffering, paused, ended}) {
    for (std::size_t kind = 0; kind <= static_cast<std::size_t>(EventKind::heartbeat); ++kind) {
      table[kind][static_cast<std::size_t>(phase)] = step(phase, static_cast<EventKind>(kind));
    }
  }
  return table;
}();

}  // namespace clean

/// Finds what a clean session played, in order: one range for each run between two seeks, some of them empty,
/// which stand in `buffer`. Nothing if the session is not clean.
inline std::optional<std::span<const MediaRange>> replay_clean(const SessionView& session,
                                                               const ReplayOptions& options,
                                                               std::vector<MediaRange>& buffer) {
  const std::span<const PlaybackEvent> events = session.events;
  if (events.empty() || events.front().kind() != EventKind::play) return std::nullopt;
  if (!session.tidy && !is_tidy(events)) return std::nullopt;
  if (buffer.size() < events.size()) buffer.resize(events.size());

  // Stands for a missing time: so far from every time that their difference is longer than any content.
  constexpr std::int64_t never = (std::numeric_limits<std::int64_t>::min)() / 2;
  const auto difference = [](std::int64_t a, std::int64_t b) {
    return static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b);
  };
  // A conditional expression would do, but clang makes jumps of them.
  const auto chosen = [](std::int64_t mask, std::int64_t a, std::int64_t b) { return b ^ ((a ^ b) & mask); };
  const auto tolerance = static_cast<std::uint64_t>(options.clock_tolerance.count());

  MediaRange* run = buffer.data();
  clean::Step phase = clean::playing;
  std::int64_t playhead = (std::max)(EventFields::position(events.front()), std::int64_t{0});
  std::int64_t run_began = playhead;
  std::int64_t reported = (std::max)(EventFields::time(events.front()), never);  // when it was the playhead
  clean::Step steps = 0;                                                         // all of them, by or
  std::int64_t targets = 0;
  bool too_far = false;

  for (const PlaybackEvent& event : events.subspan(1)) {
    const std::int64_t now = EventFields::time(event);
    const std::int64_t position = EventFields::position(event);
    const clean::Step step =
        clean::steps[static_cast<std::size_t>(event.kind())][static_cast<std::size_t>(phase)];
    const std::int64_t silent = (position & step) >> 63;  // all bits or none: both are negative
    const std::int64_t is_playing = -(phase & clean::playing);
    const std::int64_t seeks = -((step >> clean::seek_bit) & 1);

    // As far as the clock allows, and nowhere when nothing plays. A step back, and a position that is not
    // there, are huge numbers here, so that one comparison refuses all three.
    const std::uint64_t advance = difference(position, playhead) & static_cast<std::uint64_t>(~silent);
    const std::uint64_t by_clock = difference(now, reported) + tolerance;
    too_far |= advance > (by_clock & static_cast<std::uint64_t>(is_playing));
    playhead += static_cast<std::int64_t>(advance);

    *run = {MediaTime{run_began}, MediaTime{playhead}};
    run -= seeks;
    run_began = chosen(seeks, EventFields::payload(event), run_began);
    playhead = chosen(seeks, run_began, playhead);
    reported = chosen(is_playing & silent, reported, (std::max)(now, never));
    steps |= step;
    targets |= run_began;
    phase = step & clean::phase_bits;
  }
  if (too_far || targets < 0 || (steps & clean::breaks) != 0) return std::nullopt;
  *run = {MediaTime{run_began}, MediaTime{playhead}};
  return std::span<const MediaRange>(buffer.data(), run + 1);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_CLEAN_REPLAY_HPP
