// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_EVENT_HPP
#define VIEWERSHIP_EVENT_HPP

/// @file
/// What a player reports: playback events, and the sessions they make up.

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace viewership::inline v0 {

/// A position or a length on the media clock: 60 s of content are 60 s at any playback rate.
using MediaTime = std::chrono::duration<std::int64_t, std::milli>;

/// A length on the viewer's wall clock.
using WallTime = std::chrono::duration<std::int64_t, std::milli>;

/// An instant on the wall clock, from the Unix epoch.
using Timestamp = std::chrono::sys_time<WallTime>;

/// The largest position or length that counts: 10^12 ms, some 31 years of content. Beyond it a value counts
/// as missing.
inline constexpr MediaTime max_media_time{1'000'000'000'000};

/// The furthest time from the epoch that counts, about 7,900 years; microseconds sent as milliseconds lie
/// beyond it.
inline constexpr WallTime max_wall_time{250'000'000'000'000};

/// The fastest playback rate that counts.
inline constexpr double max_playback_rate = 16.0;

/// What happened. A seek's position is where it left from.
enum class EventKind : std::uint8_t {
  play,
  pause,
  seek,
  buffer_start,
  buffer_end,
  quality_change,
  end,
  rate_change,
  heartbeat
};

/// The name of every kind, in the order of the enumerators; an event log calls them the same.
inline constexpr std::array<std::string_view, 9> event_kind_names{
    "play",           "pause", "seek",        "buffer_start", "buffer_end",
    "quality_change", "end",   "rate_change", "heartbeat"};

namespace detail {
struct EventFields;
}

/// One thing a player reported: a kind, a wall-clock time and a playhead position, either of which may be
/// missing, and what the kind adds. 32 bytes, trivially copyable.
///
/// A value outside its range (positions and lengths [0, `max_media_time`], times within `max_wall_time` of
/// the epoch, rates (0, `max_playback_rate`]) is kept as missing and marked, so that `replay` can count it.
/// Constructing never throws.
class PlaybackEvent {
 public:
  using OptionalTime = std::optional<Timestamp>;
  using OptionalLength = std::optional<MediaTime>;

  /// Playback begins or resumes; without a position, where the playhead is.
  [[nodiscard]] static constexpr PlaybackEvent play(OptionalTime at, OptionalLength position = {}) noexcept {
    return {EventKind::play, at, position};
  }
  [[nodiscard]] static constexpr PlaybackEvent pause(OptionalTime at, OptionalLength position = {}) noexcept {
    return {EventKind::pause, at, position};
  }
  /// The playhead jumps from `from` to `to`.
  [[nodiscard]] static constexpr PlaybackEvent seek(OptionalTime at, OptionalLength from,
                                                    OptionalLength to) noexcept {
    return {EventKind::seek, at, from, to};
  }
  [[nodiscard]] static constexpr PlaybackEvent buffer_start(OptionalTime at,
                                                            OptionalLength position = {}) noexcept {
    return {EventKind::buffer_start, at, position};
  }
  /// Buffering is over; `stalled_for` is the player's own measure of how long it took.
  [[nodiscard]] static constexpr PlaybackEvent buffer_end(OptionalTime at, OptionalLength position = {},
                                                          OptionalLength stalled_for = {}) noexcept {
    return {EventKind::buffer_end, at, position, stalled_for};
  }
  /// Heights in pixels (0 = unknown, saturating at 65,535), bitrate in bits per second.
  [[nodiscard]] static constexpr PlaybackEvent quality_change(
      OptionalTime at, OptionalLength position, std::int64_t from_height, std::int64_t to_height,
      std::optional<std::int64_t> bitrate = {}) noexcept {
    PlaybackEvent event{EventKind::quality_change, at, position};
    event.from_height_ = saturated_height(from_height);
    event.to_height_ = saturated_height(to_height);
    if (bitrate && *bitrate >= 0) {
      event.payload_ = *bitrate;
    } else if (bitrate) {
      event.rejected_ |= rejected_length;
    }
    return event;
  }
  /// The viewer is done; `watch_duration` is the player's own count of time watched.
  [[nodiscard]] static constexpr PlaybackEvent end(OptionalTime at, OptionalLength position = {},
                                                   OptionalLength watch_duration = {}) noexcept {
    return {EventKind::end, at, position, watch_duration};
  }
  /// From here on the content plays at `rate`, kept to a thousandth.
  [[nodiscard]] static constexpr PlaybackEvent rate_change(OptionalTime at, OptionalLength position,
                                                           double rate) noexcept {
    PlaybackEvent event{EventKind::rate_change, at, position};
    if (rate > 0 && rate <= max_playback_rate) {
      const auto thousandths = static_cast<std::uint16_t>(rate * 1000 + 0.5);
      event.rate_ = thousandths > 0 ? thousandths : std::uint16_t{1};
    } else {
      event.rejected_ |= rejected_rate;
    }
    return event;
  }
  /// A sign of life with a position, as players send every few seconds.
  [[nodiscard]] static constexpr PlaybackEvent heartbeat(OptionalTime at, OptionalLength position) noexcept {
    return {EventKind::heartbeat, at, position};
  }

  [[nodiscard]] constexpr EventKind kind() const noexcept { return kind_; }
  [[nodiscard]] constexpr OptionalTime at() const noexcept {
    return time_ == no_time ? OptionalTime{} : Timestamp{WallTime{time_}};
  }
  /// Where the playhead was; of a seek, where it left from.
  [[nodiscard]] constexpr OptionalLength position() const noexcept { return length(position_); }
  /// Where a seek went; absent for other kinds.
  [[nodiscard]] constexpr OptionalLength seek_target() const noexcept { return payload_of(EventKind::seek); }
  /// The player's measure of a stall, on `buffer_end`.
  [[nodiscard]] constexpr OptionalLength stalled_for() const noexcept {
    return payload_of(EventKind::buffer_end);
  }
  /// The player's count of time watched, on `end`.
  [[nodiscard]] constexpr OptionalLength watch_duration() const noexcept {
    return payload_of(EventKind::end);
  }
  /// Bits per second, on `quality_change`.
  [[nodiscard]] constexpr std::optional<std::int64_t> bitrate() const noexcept {
    const OptionalLength bits = payload_of(EventKind::quality_change);
    return bits ? std::optional{bits->count()} : std::nullopt;
  }
  /// Pixels before and after a `quality_change`; 0 = unknown.
  [[nodiscard]] constexpr int from_height() const noexcept { return from_height_; }
  [[nodiscard]] constexpr int to_height() const noexcept { return to_height_; }
  /// The new rate, on `rate_change`.
  [[nodiscard]] constexpr std::optional<double> rate() const noexcept {
    return rate_ == 0 ? std::optional<double>{} : rate_ / 1000.0;
  }

  /// The same event with its time unknown.
  [[nodiscard]] constexpr PlaybackEvent without_time() const noexcept {
    PlaybackEvent event = *this;
    event.time_ = no_time;
    return event;
  }

  friend constexpr bool operator==(const PlaybackEvent&, const PlaybackEvent&) = default;

 private:
  friend struct detail::EventFields;

  static constexpr std::int64_t no_time = (std::numeric_limits<std::int64_t>::min)();
  static constexpr std::int64_t no_length = -1;
  static constexpr std::uint8_t rejected_time = 1;
  static constexpr std::uint8_t rejected_length = 2;
  static constexpr std::uint8_t rejected_rate = 4;

  constexpr PlaybackEvent(EventKind kind, OptionalTime at, OptionalLength position,
                          OptionalLength payload = {}) noexcept
      : kind_(kind) {
    if (at) {
      const WallTime time = at->time_since_epoch();
      if (time >= -max_wall_time && time <= max_wall_time) {
        time_ = time.count();
      } else {
        rejected_ |= rejected_time;
      }
    }
    position_ = accepted(position);
    payload_ = accepted(payload);
  }

  constexpr std::int64_t accepted(OptionalLength value) noexcept {
    if (!value) return no_length;
    if (*value >= MediaTime::zero() && *value <= max_media_time) return value->count();
    rejected_ |= rejected_length;
    return no_length;
  }
  static constexpr std::uint16_t saturated_height(std::int64_t height) noexcept {
    constexpr std::int64_t most = (std::numeric_limits<std::uint16_t>::max)();
    return static_cast<std::uint16_t>(height < 0 ? 0 : height > most ? most : height);
  }
  static constexpr OptionalLength length(std::int64_t value) noexcept {
    return value == no_length ? OptionalLength{} : MediaTime{value};
  }
  constexpr OptionalLength payload_of(EventKind kind) const noexcept {
    return kind_ == kind ? length(payload_) : OptionalLength{};
  }

  std::int64_t time_ = no_time;
  std::int64_t position_ = no_length;
  std::int64_t payload_ = no_length;  // seek target, stall, watch duration or bitrate
  std::uint16_t from_height_ = 0;
  std::uint16_t to_height_ = 0;
  std::uint16_t rate_ = 0;  // thousandths; 0 = none
  EventKind kind_;
  std::uint8_t rejected_ = 0;
};

static_assert(sizeof(PlaybackEvent) == 32 && std::is_trivially_copyable_v<PlaybackEvent>);

namespace detail {

/// The stored numbers of an event, for code that walks millions of them: a missing time is `no_time`, a
/// missing position or payload -1.
struct EventFields {
  static constexpr std::int64_t no_time = PlaybackEvent::no_time;

  static constexpr std::int64_t time(const PlaybackEvent& e) noexcept { return e.time_; }
  static constexpr std::int64_t position(const PlaybackEvent& e) noexcept { return e.position_; }
  static constexpr std::int64_t payload(const PlaybackEvent& e) noexcept { return e.payload_; }
  static constexpr std::int64_t rate(const PlaybackEvent& e) noexcept { return e.rate_; }
  static constexpr std::uint8_t rejected(const PlaybackEvent& e) noexcept { return e.rejected_; }
  static constexpr bool time_rejected(const PlaybackEvent& e) noexcept {
    return (e.rejected_ & PlaybackEvent::rejected_time) != 0;
  }
  static constexpr bool length_rejected(const PlaybackEvent& e) noexcept {
    return (e.rejected_ & PlaybackEvent::rejected_length) != 0;
  }
  static constexpr bool rate_rejected(const PlaybackEvent& e) noexcept {
    return (e.rejected_ & PlaybackEvent::rejected_rate) != 0;
  }
};

}  // namespace detail

/// One viewing of one content by one viewer, owning its events. Events may be pushed in any order.
struct ViewerSession {
  std::string session_id{};
  std::optional<std::string> user_id{};
  std::string content_id{};
  std::optional<Timestamp> started_at{};
  std::optional<MediaTime> content_duration{};
  std::vector<PlaybackEvent> events{};

  void push_event(const PlaybackEvent& event) { events.push_back(event); }

  friend bool operator==(const ViewerSession&, const ViewerSession&) = default;
};

/// A session that lives elsewhere: what every function of the library reads. Valid as long as what it points
/// to.
struct SessionView {
  std::string_view session_id{};
  std::optional<std::string_view> user_id{};
  std::string_view content_id{};
  std::optional<Timestamp> started_at{};
  std::optional<MediaTime> content_duration{};
  std::span<const PlaybackEvent> events{};
  /// What a `SessionLog` found out about its events, so that a replay need not look again: they are in the
  /// order of their times and free of duplicates, and need no repair at this clock tolerance and above
  /// (`WallTime::max()`: at none). Absent: not known.
  std::optional<WallTime> clean_from{};
};

[[nodiscard]] constexpr const SessionView& as_session_view(const SessionView& view) noexcept {
  return view;
}

/// A view of anything with the members of `ViewerSession`. For a row type of your own, write an overload
/// beside it.
template <class Session>
requires requires(const Session& s) {
  { s.session_id } -> std::convertible_to<std::string_view>;
  { s.content_id } -> std::convertible_to<std::string_view>;
  { s.events } -> std::convertible_to<std::span<const PlaybackEvent>>;
  s.user_id;
  s.started_at;
  s.content_duration;
}
[[nodiscard]] constexpr SessionView as_session_view(const Session& s) {
  return {s.session_id, s.user_id, s.content_id, s.started_at, s.content_duration, s.events};
}

/// What can be read as a session: it has the members of `ViewerSession`, or an `as_session_view(row)` found
/// by argument-dependent lookup.
template <class Session>
concept SessionLike = requires(const Session& s) {
  { as_session_view(s) } -> std::convertible_to<SessionView>;
};

/// Sessions that are not already a `std::span<const ViewerSession>`: a `SessionLog`, a list, rows of your
/// own.
template <class Range>
concept SessionRange =
    std::ranges::forward_range<const Range> && SessionLike<std::ranges::range_value_t<const Range>> &&
    !std::convertible_to<const Range&, std::span<const ViewerSession>>;

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_EVENT_HPP
