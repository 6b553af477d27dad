// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_REPLAY_MACHINE_HPP
#define VIEWERSHIP_DETAIL_REPLAY_MACHINE_HPP

/// @file
/// The rules of `replay`, one event at a time.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <viewership/detail/arithmetic.hpp>
#include <viewership/detail/event_order.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/replay_types.hpp>

namespace viewership::inline v0::detail {

inline void validate(const ReplayOptions& options, const char* function) {
  constexpr WallTime most = std::chrono::hours(24);
  for (const WallTime tolerance : {options.resume_tolerance, options.clock_tolerance, options.gap_timeout}) {
    if (tolerance < WallTime::zero() || tolerance > most) {
      raise(ErrorCode::invalid_argument, std::string(function) + ": a tolerance outside [0, 24 h]");
    }
  }
}

/// Reads ordered events one by one. Times and positions are plain milliseconds, rates thousandths; with the
/// ranges that events keep to, no product of them leaves 64 bits (16,000 times 5·10^14 ms).
template <ReplayVisitor Visitor>
class ReplayMachine {
 public:
  ReplayMachine(const ReplayOptions& options, Visitor& visitor) : options_(options), visitor_(visitor) {}

  [[nodiscard]] ReplayAudit& audit() noexcept { return summary_.audit; }

  void step(const PlaybackEvent& event) {
    count_rejected(event);
    now_ = EventFields::time(event);
    if (timed()) {
      if (first_time_ == no_time) first_time_ = now_;
      last_time_ = now_;
    }
    const std::int64_t position = EventFields::position(event);
    const std::int64_t payload = EventFields::payload(event);
    switch (event.kind()) {
      case EventKind::play:
        play(position);
        break;
      case EventKind::pause:
        stop(position, Phase::paused);
        break;
      case EventKind::seek:
        seek(position, payload);
        break;
      case EventKind::buffer_start:
        buffer_start(position);
        break;
      case EventKind::buffer_end:
        buffer_end(position, payload);
        break;
      case EventKind::quality_change:
        ++summary_.quality_changes;
        observe(position);
        break;
      case EventKind::end:
        if (payload != none) summary_.reported_watch_time = WallTime{payload};
        stop(position, Phase::idle);
        break;
      case EventKind::rate_change:
        rate_change(position, EventFields::rate(event));
        break;
      case EventKind::heartbeat:
        observe(position);
        break;
    }
  }

  [[nodiscard]] ReplaySummary finish() {
    if (phase_ == Phase::playing || phase_ == Phase::buffering) {
      summary_.open_ended = true;
      ++summary_.audit.missing_ends;
    }
    if (last_time_ != no_time) {
      now_ = last_time_;
      settle();
      summary_.elapsed = WallTime{last_time_ - first_time_};
    }
    if (anything_played_) {
      if (first_play_ != no_time && first_played_ != no_time) {
        summary_.startup_time = WallTime{first_played_ - first_play_};
      } else if (startup_spent_ > 0) {
        summary_.startup_time = WallTime{startup_spent_};
      }
    }
    summary_.final_rate = static_cast<double>(rate_) / 1000.0;
    return summary_;
  }

 private:
  static constexpr std::int64_t no_time = EventFields::no_time;
  static constexpr std::int64_t none = -1;  // a missing position or payload

  /// `idle` before the first play and after an end; `buffering` is a play that waits for data.
  enum class Phase : std::uint8_t { idle, playing, buffering, paused };

  [[nodiscard]] bool timed() const noexcept { return now_ != no_time; }

  /// What buffering is: startup until something is played, then a stall, and after a seek seeking.
  [[nodiscard]] PlaybackState kind_of_buffering() const noexcept {
    return !anything_played_    ? PlaybackState::startup
           : played_since_seek_ ? PlaybackState::stalled
                                : PlaybackState::seeking;
  }

  /// What the wall clock is spent on that nothing else accounts for. Buffering that nobody knows the
  /// beginning of accounts for what the player says at its end.
  [[nodiscard]] PlaybackState state() const noexcept {
    switch (phase_) {
      case Phase::buffering:
        return buffering_timed_ ? kind_of_buffering() : PlaybackState::away;
      case Phase::paused:
        return PlaybackState::paused;
      case Phase::idle:
        return PlaybackState::idle;
      case Phase::playing:
        break;
    }
    return PlaybackState::away;
  }

  // ---- events

  void play(std::int64_t position) {
    if (first_play_seen_) {
      if (phase_ == Phase::playing) ++summary_.audit.repeated_plays;
    } else {
      first_play_seen_ = true;
      first_play_ = now_;
    }
    if (phase_ == Phase::playing || phase_ == Phase::buffering) {
      // Asking again for what is on its way does not end the wait for it.
      if (phase_ == Phase::buffering) ++summary_.audit.stray_events;
      observe(position);
      return;
    }
    settle();
    relocate(position);
    open(position != none);
  }

  /// A pause or an end.
  void stop(std::int64_t position, Phase next) {
    resume_if_advanced(position);
    switch (phase_) {
      case Phase::playing:
        close(position);
        break;
      case Phase::buffering:
        settle();
        relocate(position);
        break;
      case Phase::paused:
      case Phase::idle:
        settle();
        relocate(position);
        if (next == Phase::paused || phase_ == Phase::idle) ++summary_.audit.stray_events;
        if (phase_ == Phase::idle) return;
        break;
    }
    phase_ = next;
    if (next == Phase::idle) {
      viewing_begun_ = false;
      stopped_here_ = false;
    }
  }

  void seek(std::int64_t from, std::int64_t to) {
    ++summary_.seeks;
    resume_if_advanced(from);
    const std::int64_t arrived_at = phase_ == Phase::playing ? opened_at_ : position_;
    if (from == none && to != none && known_ && to == arrived_at) {
      ++summary_.audit.late_seeks;
      if (phase_ != Phase::playing) settle();
      if (moved_from_ != none) count_direction(moved_from_, to);
      moved_from_ = none;
      return;
    }
    if (phase_ != Phase::playing) {
      settle();
      relocate(from);
    } else if (from != none) {
      report(from);
    } else {
      ++summary_.audit.inferred_seek_origins;
      infer();
    }
    if (known_ && to != none) count_direction(from != none ? from : position_, to);
    jump(to);
  }

  void buffer_start(std::int64_t position) {
    ++summary_.buffer_starts;
    resume_if_advanced(position);
    if (phase_ != Phase::playing) {
      ++summary_.audit.stray_events;
      observe(position);
      return;
    }
    close(position);
    phase_ = Phase::buffering;
    buffering_timed_ = timed();
    waited_ = 0;
    if (kind_of_buffering() == PlaybackState::stalled) ++summary_.stalls;
  }

  void buffer_end(std::int64_t position, std::int64_t stalled_for) {
    if (phase_ != Phase::buffering) {
      ++summary_.audit.stray_events;
      if (phase_ == Phase::playing && !sent_ && position != none) {
        settle();  // the stall's beginning is lost, and with it where playback was before
        arrive(position);
      } else {
        observe(position);
      }
      return;
    }
    if (stalled_for > waited_ && !(buffering_timed_ && timed())) {
      spend(kind_of_buffering(), stalled_for - waited_, no_time);
      credit_ = saturating_add(credit_, stalled_for - waited_);
    }
    settle();
    relocate(position);
    open(position != none);
  }

  void rate_change(std::int64_t position, std::int64_t rate) {
    observe(position);
    if (rate == 0) return;
    if (phase_ == Phase::playing && clock_known_ && timed() && position == none) {
      earlier_rates_.push_back({rate_, now_ - rate_since_});
      rate_since_ = now_;
    }
    rate_ = rate;
  }

  /// An event that says no more than where the playhead is.
  void observe(std::int64_t position) {
    resume_if_advanced(position);
    if (phase_ != Phase::playing) {
      settle();
      relocate(position);
    } else if (position != none) {
      report(position);
    }
  }

  // ---- the playhead

  /// Playback begins where the playhead is, by the player's word or not.
  void open(bool sent) {
    phase_ = Phase::playing;
    opened_at_ = position_;
    sent_ = sent;
    clock_known_ = timed();
  }

  /// Playback stops, and what resumes close to here resumes here.
  void close(std::int64_t position) {
    if (position != none) {
      report(position);
    } else {
      ++summary_.audit.inferred_closes;
      infer();
    }
    stopped_here_ = known_;
  }

  /// While playing: the playhead is at `position`. The two clocks check each other.
  void report(std::int64_t position) {
    if (!known_) {
      settle();
      arrive(position);
      return;
    }
    if (position < position_) {
      ++summary_.audit.backward_jumps;
      settle();
      depart();
      arrive(position);
    } else if (!sent_ || clock_allows(position)) {
      // From where the player never said it was, the range counts, but is proven only if the clocks agree.
      play_through(position, time_to_play(position), !clock_allows(position));
      settle();
      arrive_by_playing();
    } else {
      ++summary_.audit.outran_clock;
      play_through(position_ + divide_half_up(allowed(), 1000), now_ - accounted_, true);
      settle();
      depart();
      arrive(position);
    }
  }

  /// While buffering: a position further on, as far as the clock allows, shows that playback went on and the
  /// buffer_end was lost. What the wall clock has beyond that was the stall.
  void resume_if_advanced(std::int64_t position) {
    if (phase_ != Phase::buffering || !known_ || position == none) return;
    if (position - position_ <= options_.resume_tolerance.count() || !clock_allows(position)) return;
    ++summary_.audit.missing_buffer_ends;
    const PlaybackState waited = state();
    const std::int64_t playing_time = time_to_play(position);
    phase_ = Phase::playing;
    opened_at_ = position_;
    if (both_timed()) {
      const std::int64_t stall = now_ - accounted_ - playing_time;
      spend(waited, stall, accounted_);
      accounted_ += stall;
    }
    play_through(position, playing_time, false);
    settle();
    arrive_by_playing();
  }

  /// While playing: nobody says where the playhead is, so the wall clock does, up to the gap timeout.
  void infer() {
    if (known_ && clock_known_ && timed()) {
      const std::int64_t most = options_.gap_timeout.count();
      const std::int64_t played = divide_half_up((std::min)(allowed(), rate_ * most), 1000);
      play_through(position_ + played, (std::min)(now_ - accounted_, most), true);
      sent_ = false;
    }
    settle();
    clock_known_ = timed();
  }

  /// While nothing plays: an event says that the playhead is at `position`.
  void relocate(std::int64_t position) {
    if (position == none) return;
    if (known_) {
      const std::int64_t distance = position > position_ ? position - position_ : position_ - position;
      if (distance == 0 || (stopped_here_ && distance <= options_.resume_tolerance.count())) {
        sent_ = true;
        return;
      }
      if (viewing_begun_) {
        ++summary_.audit.moves_while_stopped;
        depart();
      }
    }
    stopped_here_ = false;
    arrive(position);
  }

  /// A seek takes the playhead to `to`, or nobody knows where.
  void jump(std::int64_t to) {
    played_since_seek_ = false;
    stopped_here_ = false;
    moved_from_ = none;
    if (to != none) {
      arrive(to);
    } else {
      ++summary_.audit.seeks_without_target;
      known_ = false;
    }
  }

  /// The playhead leaves where it is without having been announced.
  void depart() noexcept {
    moved_from_ = position_;
    played_since_seek_ = false;
  }

  /// The player says that the playhead is at `position`, where it did not play to.
  void arrive(std::int64_t position) noexcept {
    position_ = position;
    opened_at_ = position;
    known_ = true;
    sent_ = true;
    clock_known_ = timed();
  }

  /// The player says that the playhead is where it played to.
  void arrive_by_playing() noexcept {
    sent_ = true;
    clock_known_ = timed();
  }

  // ---- the two clocks

  [[nodiscard]] bool both_timed() const noexcept { return clock_known_ && timed(); }

  /// A stretch of wall clock at one rate.
  struct Stretch {
    std::int64_t rate;
    std::int64_t length;
  };

  /// Thousandths of media milliseconds that the wall clock allows since the playhead was at `position_`.
  [[nodiscard]] std::int64_t allowed() const noexcept {
    std::int64_t sum = rate_ * (now_ - rate_since_);
    for (const Stretch& stretch : earlier_rates_) sum += stretch.rate * stretch.length;
    return sum;
  }

  [[nodiscard]] bool clock_allows(std::int64_t position) const noexcept {
    return !both_timed() ||
           (position - position_) * 1000 <= allowed() + rate_ * options_.clock_tolerance.count();
  }

  /// How long it took to play up to `to`: as long as the rates since say, one after another, but no longer
  /// than the wall clock has.
  [[nodiscard]] std::int64_t time_to_play(std::int64_t to) const noexcept {
    std::int64_t needed = (to - position_) * 1000;
    if (!both_timed()) return divide_half_up(needed, rate_);
    std::int64_t took = 0;
    for (const Stretch& stretch : earlier_rates_) {
      const std::int64_t played = (std::min)(needed, stretch.rate * stretch.length);
      took += played == needed ? divide_half_up(played, stretch.rate) : stretch.length;
      needed -= played;
    }
    took += divide_half_up(needed, rate_);
    return (std::min)(took, now_ - accounted_);
  }

  // ---- what the visitor hears

  /// Content from the playhead to `to` was played, and the playhead is there now.
  void play_through(std::int64_t to, std::int64_t playing_time, bool inferred) {
    if (to > position_) {
      const std::int64_t began = clock_known_ ? accounted_ : no_time;
      if (!anything_played_) first_played_ = began;
      if (!both_timed()) ++summary_.audit.untimed_ranges;
      visitor_.played(PlayedRange{MediaTime{position_}, MediaTime{to}, timestamp(began),
                                  WallTime{playing_time}, static_cast<double>(rate_) / 1000.0, inferred,
                                  !viewing_begun_});
      anything_played_ = true;
      played_since_seek_ = true;
      viewing_begun_ = true;
      credit_ = saturating_add(credit_, playing_time);
      position_ = to;
    }
  }

  /// The wall clock since it was last settled, less what was already handed out, was spent in the state at
  /// hand.
  void settle() {
    if (!timed()) return;
    if (accounted_ != no_time) {
      const std::int64_t length = now_ - accounted_ - credit_;
      if (length > 0) {
        spend(state(), length, accounted_ + credit_);
        if (phase_ == Phase::buffering && buffering_timed_) waited_ = saturating_add(waited_, length);
      }
    }
    accounted_ = now_;
    credit_ = 0;
    earlier_rates_.clear();
    rate_since_ = now_;
  }

  void spend(PlaybackState state, std::int64_t length, std::int64_t at) {
    if (state == PlaybackState::startup) startup_spent_ = saturating_add(startup_spent_, length);
    if constexpr (requires(const StateSpan& span) { visitor_.spent(span); }) {
      if (length > 0) visitor_.spent(StateSpan{state, WallTime{length}, timestamp(at)});
    }
  }

  // ---- small things

  static std::optional<Timestamp> timestamp(std::int64_t time) noexcept {
    return time == no_time ? std::optional<Timestamp>{} : Timestamp{WallTime{time}};
  }
  void count_direction(std::int64_t from, std::int64_t to) noexcept {
    if (to > from) ++summary_.seeks_forward;
    if (to < from) ++summary_.seeks_back;
  }

  void count_rejected(const PlaybackEvent& event) noexcept {
    if (EventFields::rejected(event) == 0) return;
    if (EventFields::time_rejected(event)) ++summary_.audit.times_out_of_range;
    if (EventFields::length_rejected(event)) ++summary_.audit.values_out_of_range;
    if (EventFields::rate_rejected(event)) ++summary_.audit.rates_out_of_range;
  }

  ReplayOptions options_;
  Visitor& visitor_;
  ReplaySummary summary_{};

  Phase phase_ = Phase::idle;
  bool known_ = true;             // whether anybody knows where the playhead is
  bool sent_ = false;             // whether the player said so, rather than the clock
  bool stopped_here_ = false;     // whether playback stopped where the playhead is
  bool clock_known_ = false;      // whether `accounted_` is when the playhead was at `position_`
  bool buffering_timed_ = false;  // whether the current buffer_start carries a time
  bool first_play_seen_ = false;
  bool anything_played_ = false;
  bool played_since_seek_ = false;
  bool viewing_begun_ = false;  // whether something was played since the start or the last end

  std::int64_t now_ = no_time;  // the current event's time
  std::int64_t first_time_ = no_time;
  std::int64_t last_time_ = no_time;
  std::int64_t accounted_ = no_time;  // up to when the wall clock was handed out to states
  std::int64_t credit_ = 0;           // handed out beyond that
  std::int64_t waited_ = 0;           // handed out to the current buffering

  std::int64_t position_ = 0;       // the playhead, at the last report
  std::int64_t opened_at_ = 0;      // where the current range opened
  std::int64_t moved_from_ = none;  // where the last unannounced seek left from
  std::int64_t rate_ = 1000;
  std::int64_t rate_since_ = no_time;   // since when it has been the rate
  std::vector<Stretch> earlier_rates_;  // since the last report, before that

  std::int64_t first_play_ = no_time;
  std::int64_t first_played_ = no_time;
  std::int64_t startup_spent_ = 0;
};

/// Replays a session; `reordered` is a buffer for when its events have to be sorted.
template <ReplayVisitor Visitor>
ReplaySummary replay_events(const SessionView& session, const ReplayOptions& options, Visitor& visitor,
                            std::vector<PlaybackEvent>& reordered) {
  ReplayMachine<Visitor> machine(options, visitor);
  std::span<const PlaybackEvent> events = session.events;
  if (!session.clean_from && !is_ordered(events)) {
    reordered.assign(events.begin(), events.end());
    const OrderRepairs repairs = order_events(reordered);
    machine.audit().out_of_order = repairs.out_of_order;
    machine.audit().far_times = repairs.far_times;
    events = reordered;
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!session.clean_from && i > 0 && is_duplicate(events[i], events[i - 1])) {
      ++machine.audit().duplicates;
    } else {
      machine.step(events[i]);
    }
  }
  return machine.finish();
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_REPLAY_MACHINE_HPP
