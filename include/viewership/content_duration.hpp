// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_CONTENT_DURATION_HPP
#define VIEWERSHIP_CONTENT_DURATION_HPP

/// @file
/// How long a content is, when only its sessions say so.

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <span>

#include <viewership/event.hpp>
#include <viewership/played_session.hpp>

namespace viewership::inline v0 {

/// What the sessions of one content say about its length.
struct ContentDurationResult {
  /// What most sessions declare, of equally many the larger; if none declares one, the furthest position
  /// played; absent if nothing was played either.
  std::optional<MediaTime> duration{};
  /// Sessions that declare any duration, and those among them that declare another than `duration`.
  std::uint64_t declared = 0;
  std::uint64_t conflicts = 0;

  friend bool operator==(const ContentDurationResult&, const ContentDurationResult&) = default;
};

/// Counts the durations that the sessions of one content declare. (ours)
///
/// Memory: one count for each different duration in (0, `max_media_time`]; others are not declared.
class ContentDuration {
 public:
  static constexpr bool single_content = true;

  /// O(log d) for d different durations so far.
  void add(const PlayedSession& session) {
    if (const auto declared = session.content_duration()) ++sessions_[*declared];
    for (const MediaRange& range : session.play_throughs()) furthest_ = (std::max)(furthest_, range.to);
  }

  /// What `add` reads of a session.
  [[nodiscard]] ReplayDepth replay_depth() const noexcept { return ReplayDepth::play_throughs; }

  void merge(const ContentDuration& other) {
    furthest_ = (std::max)(furthest_, other.furthest_);
    if (&other == this) {
      for (auto& [duration, count] : sessions_) count *= 2;
      return;
    }
    for (const auto& [duration, count] : other.sessions_) sessions_[duration] += count;
  }

  /// O(d).
  [[nodiscard]] ContentDurationResult result() const {
    ContentDurationResult result;
    std::uint64_t most = 0;
    for (const auto& [duration, count] : sessions_) {  // ascending, so the larger of two wins
      result.declared += count;
      if (count >= most) {
        most = count;
        result.duration = duration;
      }
    }
    result.conflicts = result.declared - most;
    if (!result.duration && furthest_ > MediaTime::zero()) result.duration = furthest_;
    return result;
  }

  friend bool operator==(const ContentDuration&, const ContentDuration&) = default;

 private:
  std::map<MediaTime, std::uint64_t> sessions_;  // by the duration that they declare
  MediaTime furthest_{};
};

static_assert(SessionAccumulator<ContentDuration>);

namespace detail {

template <class Range>
ContentDurationResult content_duration(const Range& sessions, const ReplayOptions& options) {
  ContentDuration durations;
  feed("content_duration", sessions, options, durations);
  return durations.result();
}

}  // namespace detail

/// The length of the content that `sessions` are of.
///
/// @param sessions of one content; others: `mixed_contents`
/// @return without sessions, no duration and no conflict
/// Complexity: of replaying the sessions.
[[nodiscard]] inline ContentDurationResult content_duration(std::span<const ViewerSession> sessions,
                                                            const ReplayOptions& options = {}) {
  return detail::content_duration(sessions, options);
}
template <SessionRange Sessions>
[[nodiscard]] ContentDurationResult content_duration(const Sessions& sessions,
                                                     const ReplayOptions& options = {}) {
  return detail::content_duration(sessions, options);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_CONTENT_DURATION_HPP
