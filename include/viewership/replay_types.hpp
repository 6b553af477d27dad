// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_REPLAY_TYPES_HPP
#define VIEWERSHIP_REPLAY_TYPES_HPP

/// @file
/// What goes into a replay, and what comes out of it.

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <viewership/error.hpp>
#include <viewership/event.hpp>

namespace viewership::inline v0 {

/// How far a replay trusts a player. All are lengths of wall-clock time in [0, 24 h].
struct ReplayOptions {
  /// Playback that resumes this close to where it stopped resumes exactly there.
  WallTime resume_tolerance{500};
  /// How much further than the wall clock allows a position may be and still count as played.
  WallTime clock_tolerance{2'000};
  /// The longest playback that is inferred when a pause, a stall or an end comes without a position.
  WallTime gap_timeout{300'000};

  friend bool operator==(const ReplayOptions&, const ReplayOptions&) = default;
};

/// What a viewer's wall clock is spent on.
enum class PlaybackState : std::uint8_t {
  startup,  ///< buffering before anything was played
  playing,
  stalled,  ///< buffering in the middle of playback
  seeking,  ///< buffering since a seek
  paused,
  away,  ///< playing by the player's word, but the playhead does not account for the time
  idle   ///< before the first play, after an end
};

inline constexpr std::size_t playback_state_count = 7;

/// A stretch of content played at one rate: [from, to) on the media clock.
struct PlayedRange {
  MediaTime from{};
  MediaTime to{};
  /// When it began; absent if the player did not say.
  std::optional<Timestamp> at{};
  /// How long it took on the wall clock: its length over its rate where the events carry no time.
  WallTime playing_time{};
  double rate = 1.0;
  /// Whether the library concluded it from the clock, rather than the player having reported both its ends.
  bool inferred = false;
  /// Whether a viewing begins with it: it is the session's first, or the first after an end.
  bool begins_viewing = false;
};

/// A stretch of wall clock spent in a state other than playing.
struct StateSpan {
  PlaybackState state{};
  WallTime length{};
  std::optional<Timestamp> at{};
};

namespace detail {

/// What the wall clock of a session that needs no repair was spent on, and what else its runs do not tell. A
/// `SessionLog` keeps it, since it does not depend on how a session is replayed.
struct CleanStates {
  static constexpr std::int64_t no_startup = -1;

  std::array<std::int64_t, playback_state_count> spent{};  // ms
  std::int64_t elapsed = 0;
  std::int64_t startup_time = no_startup;
  std::uint32_t buffer_starts = 0;
  std::uint32_t stalls = 0;
  std::uint32_t quality_changes = 0;
  std::uint32_t untimed_ranges = 0;
  bool open_ended = false;
};

}  // namespace detail

/// What receives a replay: `played(range)` for every stretch of content, and, if it has it, `spent(span)` for
/// every other stretch of time, in the order in which they happened.
template <class Visitor>
concept ReplayVisitor = requires(Visitor& visitor, const PlayedRange& range) {
  visitor.played(range);
};

/// One count for each repair that dirty input needed. Everything 0: the events were taken exactly as they
/// came.
struct ReplayAudit {
  std::uint64_t duplicates = 0;           ///< timed events equal to the one before them, left out
  std::uint64_t out_of_order = 0;         ///< events that came later than their time says
  std::uint64_t far_times = 0;            ///< times more than 24 h from two neighbours that agree, set aside
  std::uint64_t times_out_of_range = 0;   ///< times too far from the epoch, set aside
  std::uint64_t values_out_of_range = 0;  ///< positions, lengths and bitrates out of range, set aside
  std::uint64_t rates_out_of_range = 0;   ///< playback rates outside (0, 16], ignored
  std::uint64_t untimed_ranges = 0;  ///< played ranges whose playing time is their length over their rate
  std::uint64_t inferred_closes =
      0;                             ///< pauses, stalls and ends without a position, put where the clock says
  std::uint64_t outran_clock = 0;    ///< positions further than the clock allows: a lost seek forward
  std::uint64_t backward_jumps = 0;  ///< positions behind the playhead while playing: a lost seek back
  std::uint64_t moves_while_stopped = 0;    ///< positions elsewhere while nothing played: a lost seek
  std::uint64_t inferred_seek_origins = 0;  ///< seeks without an origin, left from where the clock says
  std::uint64_t late_seeks = 0;             ///< seeks to where the playhead already was, which change nothing
  std::uint64_t seeks_without_target = 0;   ///< seeks to an unknown place, unknown until the next position
  std::uint64_t repeated_plays = 0;         ///< plays while playing
  std::uint64_t missing_buffer_ends = 0;    ///< stalls that playback went on from without a buffer_end
  std::uint64_t stray_events = 0;  ///< pauses, stalls and ends that find nothing to close, plays in a stall
  std::uint64_t missing_ends = 0;  ///< sessions that just stop while playing

  friend bool operator==(const ReplayAudit&, const ReplayAudit&) = default;

  void merge(const ReplayAudit& other);

  /// All repairs together.
  [[nodiscard]] std::uint64_t total() const;
};

/// A repair's name and where its count is.
struct ReplayAuditField {
  std::string_view name;
  std::uint64_t ReplayAudit::*count;
};

/// Every repair, in the order of the struct.
inline constexpr std::array<ReplayAuditField, 18> replay_audit_fields{{
    {"duplicates", &ReplayAudit::duplicates},
    {"out_of_order", &ReplayAudit::out_of_order},
    {"far_times", &ReplayAudit::far_times},
    {"times_out_of_range", &ReplayAudit::times_out_of_range},
    {"values_out_of_range", &ReplayAudit::values_out_of_range},
    {"rates_out_of_range", &ReplayAudit::rates_out_of_range},
    {"untimed_ranges", &ReplayAudit::untimed_ranges},
    {"inferred_closes", &ReplayAudit::inferred_closes},
    {"outran_clock", &ReplayAudit::outran_clock},
    {"backward_jumps", &ReplayAudit::backward_jumps},
    {"moves_while_stopped", &ReplayAudit::moves_while_stopped},
    {"inferred_seek_origins", &ReplayAudit::inferred_seek_origins},
    {"late_seeks", &ReplayAudit::late_seeks},
    {"seeks_without_target", &ReplayAudit::seeks_without_target},
    {"repeated_plays", &ReplayAudit::repeated_plays},
    {"missing_buffer_ends", &ReplayAudit::missing_buffer_ends},
    {"stray_events", &ReplayAudit::stray_events},
    {"missing_ends", &ReplayAudit::missing_ends},
}};
static_assert(sizeof(ReplayAudit) == replay_audit_fields.size() * sizeof(std::uint64_t));

inline void ReplayAudit::merge(const ReplayAudit& other) {
  // As one array of counts, which compilers add up several at a time.
  using Counts = std::array<std::uint64_t, replay_audit_fields.size()>;
  auto sums = std::bit_cast<Counts>(*this);
  const auto added = std::bit_cast<Counts>(other);
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += added[i];
  *this = std::bit_cast<ReplayAudit>(sums);
}

inline std::uint64_t ReplayAudit::total() const {
  std::uint64_t sum = 0;
  for (const ReplayAuditField& field : replay_audit_fields) sum += this->*field.count;
  return sum;
}

/// What a replay found beside the stretches it handed to the visitor.
struct ReplaySummary {
  /// From the first timed event to the last; absent if no event has a time.
  std::optional<WallTime> elapsed{};
  /// From the first play to the first played millisecond; where those carry no time, the buffering before it.
  /// Absent if nothing was played, or nothing tells.
  std::optional<WallTime> startup_time{};
  /// The player's own count of time watched, from the last `end` that carries one.
  std::optional<WallTime> reported_watch_time{};
  /// Raw `seek` events; `seeks_forward` and `seeks_back` of them moved the playhead to a known side.
  std::uint64_t seeks = 0;
  std::uint64_t seeks_forward = 0;
  std::uint64_t seeks_back = 0;
  /// Raw `buffer_start` events, and the interruptions of playback among them.
  std::uint64_t buffer_starts = 0;
  std::uint64_t stalls = 0;
  /// Raw `quality_change` events.
  std::uint64_t quality_changes = 0;
  /// Whether the events stop while playing, and the rate at which they were.
  bool open_ended = false;
  double final_rate = 1.0;
  ReplayAudit audit{};

  friend bool operator==(const ReplaySummary&, const ReplaySummary&) = default;
};

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_REPLAY_TYPES_HPP
