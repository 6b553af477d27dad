// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_PLAYED_SESSION_HPP
#define VIEWERSHIP_PLAYED_SESSION_HPP

/// @file
/// What a replay leaves behind, and one replay for many questions.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <viewership/accumulator.hpp>
#include <viewership/detail/arithmetic.hpp>
#include <viewership/detail/clean_replay.hpp>
#include <viewership/detail/short_sort.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/playback_map.hpp>
#include <viewership/replay.hpp>

namespace viewership::inline v0 {

namespace detail {

/// A duration that can be divided by, or 0: anything outside (0, 10^12 ms] is as good as unknown.
[[nodiscard]] constexpr MediaTime usable_or_zero(std::optional<MediaTime> duration) noexcept {
  const MediaTime length = duration.value_or(MediaTime::zero());
  return length > MediaTime::zero() && length <= max_media_time ? length : MediaTime::zero();
}

}  // namespace detail

/// How much of a session a replay finds out; each includes the ones before it.
enum class ReplayDepth : std::uint8_t {
  play_throughs,  ///< what was played, in order
  map,            ///< their union
  states          ///< what the wall clock was spent on, and everything else
};

/// One session replayed: the sample of every session accumulator. Assigning a session reuses the buffers, so
/// one object serves millions of sessions without an allocation each.
class PlayedSession {
 public:
  PlayedSession() = default;

  template <SessionLike Session>
  explicit PlayedSession(const Session& session, const ReplayOptions& options = {},
                         ReplayDepth depth = ReplayDepth::states) {
    assign(session, options, depth);
  }

  /// Replays `session` into this object. What lies beyond `depth` is that of a session without events.
  /// Throws `invalid_argument` for options outside their domain.
  /// O(n log n) for n events at worst, O(n) if they are in order; `play_throughs` cost a third of `states`.
  template <SessionLike Session>
  void assign(const Session& session, const ReplayOptions& options = {},
              ReplayDepth depth = ReplayDepth::states) {
    detail::validate(options, "PlayedSession::assign");
    const SessionView& view = as_session_view(session);
    clear(depth);
    declared_ = detail::usable_or_zero(view.content_duration);
    gap_timeout_ = options.gap_timeout;
    const bool clean = clean_from(view) <= options.clock_tolerance;
    if (depth == ReplayDepth::states) {
      if (!clean || !assign_clean(view)) {
        Recorder recorder{*this};
        time_in_ = {};
        by_rules_ = true;
        summary_ = detail::replay_events(view, options, recorder, reordered_);
      }
    } else if (clean) {
      for (const MediaRange& run : detail::clean_runs(view.events, runs_)) {
        add_play_through(run, play_throughs_.empty());
      }
    } else {
      PositionRecorder recorder{*this};
      detail::replay_events(view, options, recorder, reordered_);
    }
    arrange(depth);
  }

  /// Replays several sessions into this object as if they were one: what was played in the first, then in the
  /// second, and so on, each beginning a viewing of its own. Of states and whatever else a session has beside
  /// what it played there is nothing, so `depth` must be less: else `invalid_argument`.
  /// O(n log n) for n events at worst.
  template <class Sessions>
  requires SessionLike<std::remove_cvref_t<decltype(*std::begin(std::declval<const Sessions&>()))>>
  void assign_all(const Sessions& sessions, const ReplayOptions& options = {},
                  ReplayDepth depth = ReplayDepth::map) {
    detail::require(depth != ReplayDepth::states, ErrorCode::invalid_argument,
                    "PlayedSession::assign_all: several sessions have no states in common");
    clear(depth);
    declared_ = MediaTime::zero();
    PlayedSession one;
    for (auto&& session : sessions) {
      one.assign(session, options, ReplayDepth::play_throughs);
      std::span<const std::size_t> viewings = one.viewing_starts();
      for (std::size_t i = 0; i < one.play_throughs().size(); ++i) {
        const bool begins_viewing = !viewings.empty() && viewings.front() == i;
        if (begins_viewing) viewings = viewings.subspan(1);
        add_play_through(one.play_throughs()[i], begins_viewing);
      }
    }
    arrange(depth);
  }

  /// What was played, in order: one range per uninterrupted run on the media clock. Where one begins a
  /// millisecond or more from where the one before it ended, the viewer has moved.
  [[nodiscard]] std::span<const MediaRange> play_throughs() const noexcept { return play_throughs_; }

  /// The same in the order of where they begin.
  [[nodiscard]] std::span<const MediaRange> ascending_play_throughs() const noexcept {
    return is_ascending_ ? play_throughs_ : ascending_;
  }

  /// Media time played, replays included: their lengths together.
  [[nodiscard]] MediaTime content_played() const noexcept { return content_played_; }

  /// Which play-throughs begin a viewing: the first, and any that is the first after an end. Ascending.
  [[nodiscard]] std::span<const std::size_t> viewing_starts() const noexcept { return viewing_starts_; }

  /// The union of the play-throughs.
  [[nodiscard]] const PlaybackMap& map() const noexcept { return map_; }

  /// The stretches among what was played that the clock, not the player, vouches for.
  [[nodiscard]] std::span<const MediaRange> inferred() const noexcept { return inferred_; }

  /// Wall clock spent in a state.
  [[nodiscard]] WallTime time_in(PlaybackState state) const noexcept {
    return time_in_[static_cast<std::size_t>(state)];
  }

  /// The furthest media time that was played; absent if nothing was.
  [[nodiscard]] std::optional<MediaTime> furthest() const noexcept {
    return map_.empty() ? std::nullopt : std::optional{map_.ranges().back().to};
  }

  /// Content that may have been played after the last report of a session that just stops: rate × gap
  /// timeout.
  [[nodiscard]] MediaTime unreported() const noexcept {
    if (!summary_.open_ended) return MediaTime::zero();
    return MediaTime{
        static_cast<std::int64_t>(summary_.final_rate * static_cast<double>(gap_timeout_.count()) + 0.5)};
  }

  [[nodiscard]] const ReplaySummary& summary() const noexcept { return summary_; }

  /// The length of the content, as far as the session says; one outside (0, 10^12 ms] says nothing.
  [[nodiscard]] std::optional<MediaTime> content_duration() const noexcept {
    return declared_ > MediaTime::zero() ? std::optional{declared_} : std::nullopt;
  }

  /// The same, or 0, for those who ask of millions of sessions: g++ builds an optional in memory and waits
  /// for it there.
  [[nodiscard]] MediaTime content_duration_or_zero() const noexcept { return declared_; }

 private:
  struct Recorder {
    PlayedSession& session;

    void played(const PlayedRange& range) { session.record(range); }
    void spent(const StateSpan& span) { session.add_time(span.state, span.length); }
  };

  struct PositionRecorder {
    PlayedSession& session;

    void played(const PlayedRange& range) {
      session.add_play_through({range.from, range.to}, range.begins_viewing);
    }
  };

  static WallTime clean_from(const SessionView& view) {
    return view.clean_from ? *view.clean_from : detail::clean_from(view.events);
  }

  /// What follows from the play-throughs.
  void arrange(ReplayDepth depth) {
    if (!is_ascending_) {
      ascending_ = play_throughs_;
      detail::short_sort(std::span(ascending_), &MediaRange::from);
    }
    if (depth != ReplayDepth::play_throughs) map_.assign_ascending(ascending_play_throughs());
  }

  /// Takes in a clean session; false if that wants the rules all the same.
  bool assign_clean(const SessionView& view) {
    if (view.clean_states != nullptr) {
      take_in(view.events, *view.clean_states);
      return true;
    }
    const auto states = detail::clean_states(view.events);
    if (states) take_in(view.events, *states);
    return states.has_value();
  }

  void take_in(std::span<const PlaybackEvent> events, const detail::CleanStates& states) {
    for (std::size_t i = 0; i < time_in_.size(); ++i) time_in_[i] = WallTime{states.spent[i]};
    summary_.elapsed = WallTime{states.elapsed};
    summary_.startup_time.reset();
    if (states.startup_time != detail::CleanStates::no_startup)
      summary_.startup_time = WallTime{states.startup_time};
    summary_.reported_watch_time = events.back().watch_duration();
    summary_.buffer_starts = states.buffer_starts;
    summary_.stalls = states.stalls;
    summary_.quality_changes = states.quality_changes;
    summary_.open_ended = states.open_ended;
    summary_.audit.missing_ends = states.open_ended ? 1 : 0;
    summary_.audit.untimed_ranges = states.untimed_ranges;
    const std::span<const MediaRange> runs = detail::clean_runs(events, runs_);
    summary_.seeks = runs.size() - 1;
    summary_.seeks_forward = 0;
    summary_.seeks_back = 0;
    add_play_through(runs.front(), true);
    for (std::size_t i = 1; i < runs.size(); ++i) {
      summary_.seeks_forward += static_cast<std::uint64_t>(runs[i].from > runs[i - 1].to);
      summary_.seeks_back += static_cast<std::uint64_t>(runs[i].from < runs[i - 1].to);
      add_play_through(runs[i], play_throughs_.empty());
    }
  }

  void record(const PlayedRange& range) {
    add_time(PlaybackState::playing, range.playing_time);
    if (range.inferred) inferred_.push_back({range.from, range.to});
    add_play_through({range.from, range.to}, range.begins_viewing);
  }

  [[gnu::always_inline]] void add_play_through(const MediaRange& range, bool begins_viewing) {
    if (range.from == range.to) return;
    content_played_ = MediaTime{detail::saturating_add(content_played_.count(), range.length().count())};
    is_ascending_ &= play_throughs_.empty() || play_throughs_.back().from <= range.from;
    if (!play_throughs_.empty() && play_throughs_.back().to == range.from) {
      play_throughs_.back().to = range.to;
      return;
    }
    if (begins_viewing) viewing_starts_.push_back(play_throughs_.size());
    play_throughs_.push_back(range);
  }

  void add_time(PlaybackState state, WallTime length) noexcept {
    WallTime& sum = time_in_[static_cast<std::size_t>(state)];
    sum = WallTime{detail::saturating_add(sum.count(), length.count())};
  }

  void clear(ReplayDepth depth) noexcept {
    play_throughs_.clear();
    is_ascending_ = true;
    content_played_ = MediaTime::zero();
    viewing_starts_.clear();
    inferred_.clear();
    map_.clear();
    if (depth_ == ReplayDepth::states &&
        (by_rules_ || depth != depth_)) {  // else all of it is assigned again
      time_in_ = {};
      summary_ = {};
      by_rules_ = false;
    }
    depth_ = depth;
  }

  std::vector<MediaRange> play_throughs_;
  std::vector<MediaRange> ascending_;  // only where they do not ascend by themselves
  bool is_ascending_ = true;
  MediaTime content_played_{};
  std::vector<std::size_t> viewing_starts_;
  std::vector<MediaRange> inferred_;
  PlaybackMap map_;
  std::array<WallTime, playback_state_count> time_in_{};
  ReplaySummary summary_{};
  MediaTime declared_{};  // 0: nothing
  ReplayDepth depth_ = ReplayDepth::play_throughs;
  bool by_rules_ = false;  // whether the states are those of a session that was not clean
  WallTime gap_timeout_{};
  std::vector<PlaybackEvent> reordered_;  // buffers of the replay
  std::vector<MediaRange> runs_;
};

/// A state that is fed replayed sessions.
template <class A>
concept SessionAccumulator = AccumulatorFor<A, PlayedSession>;

namespace detail {

/// Whether an accumulator is about one content; it says so by a member `single_content`.
template <class A>
inline constexpr bool is_about_one_content = requires {
  requires A::single_content;
};

/// How much of a session an accumulator asks for; it may say so by a member `replay_depth()`.
template <class A>
ReplayDepth replay_depth_of(const A& accumulator) {
  if constexpr (requires { accumulator.replay_depth(); }) {
    return accumulator.replay_depth();
  } else {
    return ReplayDepth::states;
  }
}

/// Equality of strings that are mostly the very same one.
inline bool is_same(std::string_view a, std::string_view b) {
  return (a.data() == b.data() && a.size() == b.size()) || a == b;
}

[[noreturn]] inline void raise_mixed(const char* function, std::string_view content, std::string_view other) {
  raise(ErrorCode::mixed_contents, std::string(function) + ": sessions of '" + std::string(content) +
                                       "' and of '" + std::string(other) + "'");
}

/// Replays every session once and feeds it to every accumulator; if any is about one content, so must the
/// sessions be.
template <class Range, SessionAccumulator... Accumulators>
void feed(const char* function, const Range& sessions, const ReplayOptions& options,
          Accumulators&... accumulators) {
  const ReplayDepth depth = (std::max)({ReplayDepth::play_throughs, replay_depth_of(accumulators)...});
  // A session that is generated on the way takes its content id with it, so that has to be kept.
  using Reference = std::ranges::range_reference_t<const Range>;
  constexpr bool outlives = std::is_reference_v<Reference> || std::is_same_v<Reference, SessionView>;
  PlayedSession played;
  std::string kept;
  std::optional<std::string_view> content;
  for (auto&& session : sessions) {
    const SessionView& view = as_session_view(session);
    if constexpr ((is_about_one_content<Accumulators> || ...)) {
      if (!content) {
        if (!outlives) kept = view.content_id;
        content = outlives ? view.content_id : std::string_view(kept);
      }
      if (!is_same(view.content_id, *content)) raise_mixed(function, *content, view.content_id);
    }
    played.assign(view, options, depth);
    (accumulators.add(played), ...);
  }
}

}  // namespace detail

/// Replays every session once and adds it to every accumulator: five answers do not cost five replays.
///
/// @param sessions a `std::span<const ViewerSession>` (a vector will do) or any `SessionRange`
/// @param accumulators states to feed; their results are asked from them afterwards
/// Throws `mixed_contents` if an accumulator is about one content and the sessions are not.
template <SessionAccumulator... Accumulators>
void analyze(std::span<const ViewerSession> sessions, Accumulators&... accumulators) {
  detail::feed("analyze", sessions, {}, accumulators...);
}
template <SessionAccumulator... Accumulators>
void analyze(std::span<const ViewerSession> sessions, const ReplayOptions& options,
             Accumulators&... accumulators) {
  detail::feed("analyze", sessions, options, accumulators...);
}
template <SessionRange Sessions, SessionAccumulator... Accumulators>
void analyze(const Sessions& sessions, Accumulators&... accumulators) {
  detail::feed("analyze", sessions, {}, accumulators...);
}
template <SessionRange Sessions, SessionAccumulator... Accumulators>
void analyze(const Sessions& sessions, const ReplayOptions& options, Accumulators&... accumulators) {
  detail::feed("analyze", sessions, options, accumulators...);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_PLAYED_SESSION_HPP
