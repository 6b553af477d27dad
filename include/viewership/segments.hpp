// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_SEGMENTS_HPP
#define VIEWERSHIP_SEGMENTS_HPP

/// @file
/// How named parts of a content, such as chapters, hold their viewers.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/playback_map.hpp>
#include <viewership/played_session.hpp>
#include <viewership/retention_curve.hpp>

namespace viewership::inline v0 {

/// A named part [from, to) of a content. Segments may overlap, and reach beyond the content.
struct Segment {
  std::string name{};
  MediaTime from{};
  MediaTime to{};

  friend bool operator==(const Segment&, const Segment&) = default;
};

/// What was counted of a segment, as far as it lies within the content: of segment ∩ [0, duration).
struct SegmentRetention {
  Segment segment{};
  /// Sessions that watched any of it, and its last millisecond. Both 0 of a segment wholly beyond the
  /// content.
  std::uint64_t entered = 0;
  std::uint64_t completed = 0;
  /// Media time of it that was watched at least once, summed over sessions.
  std::uint64_t unique_ms = 0;
  /// entered / sessions that started anything; completed / entered; and the mean share of it watched by those
  /// who entered, unique_ms / (entered · length). In [0, 1]; absent without a denominator.
  std::optional<double> entered_share{};
  std::optional<double> completion_rate{};
  std::optional<double> mean_share_watched{};

  friend bool operator==(const SegmentRetention&, const SegmentRetention&) = default;
};

struct SegmentRetentionResult {
  MediaTime duration{};
  std::uint64_t sessions = 0;
  /// Sessions that played at least 1 ms of the content.
  std::uint64_t started = 0;
  /// In the order in which they were given.
  std::vector<SegmentRetention> segments;

  friend bool operator==(const SegmentRetentionResult&, const SegmentRetentionResult&) = default;
};

namespace detail {

inline void validate(std::span<const Segment> segments, MediaTime duration, const char* function) {
  if (duration <= MediaTime::zero() || duration > max_media_time) {
    raise(ErrorCode::invalid_argument, std::string(function) + ": the duration must lie in (0, 10^12 ms]");
  }
  for (const Segment& segment : segments) {
    if (segment.from < segment.to) continue;
    raise(ErrorCode::invalid_argument, std::string(function) + ": segment '" + segment.name + "' is " +
                                           (segment.from == segment.to ? "empty" : "inverted"));
  }
}

}  // namespace detail

/// Counts who entered and completed named segments of one content, and how much of them they watched.
///
/// Memory follows the number of segments.
class SegmentCounts {
 public:
  /// Sessions of several contents are no audience of one.
  static constexpr bool single_content = true;

  /// The identity of `merge`; it cannot be fed.
  SegmentCounts() = default;

  /// Throws `invalid_argument` unless 0 < duration <= 10^12 ms, and, by its name, for a segment that is empty
  /// or inverted. O(s log s) for s segments.
  SegmentCounts(std::span<const Segment> segments, MediaTime duration)
      : duration_(duration), segments_(segments.begin(), segments.end()) {
    detail::validate(segments, duration, "SegmentCounts");
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const MediaTime from = (std::max)(segments[i].from, MediaTime::zero());
      const MediaTime to = (std::min)(segments[i].to, duration);
      if (from < to) parts_.push_back({from, to, to, i, 0, 0, 0});
    }
    std::ranges::stable_sort(parts_, {}, &Part::from);
    for (std::size_t i = 1; i < parts_.size(); ++i) {
      parts_[i].furthest_to = (std::max)(parts_[i].furthest_to, parts_[i - 1].furthest_to);
    }
  }

  /// Adds one replayed session. O(r (log s + t)) for r ranges, each touching t of s segments. Throws
  /// `invalid_argument` on a default-constructed state.
  void add(const PlayedSession& session) { add(session.map().ranges()); }

  /// Adds a session by its map: ranges sorted and disjoint.
  void add(std::span<const MediaRange> map) {
    detail::require(duration_ > MediaTime::zero(), ErrorCode::invalid_argument,
                    "SegmentCounts::add: no content");
    ++sessions_;
    if (map.empty() || map.front().from >= duration_) return;
    ++started_;
    MediaTime watched_up_to{-1};
    for (const MediaRange& range : map) {
      if (range.from >= duration_) break;
      add_range(range, watched_up_to);
      watched_up_to = range.to;
    }
  }

  /// What `add` reads of a session.
  [[nodiscard]] ReplayDepth replay_depth() const noexcept { return ReplayDepth::map; }

  /// Adds what `other` counted. Throws `incompatible_merge` if it has other segments or another duration.
  void merge(const SegmentCounts& other) {
    if (other.duration_ == MediaTime::zero()) return;
    if (duration_ == MediaTime::zero()) {
      *this = other;
      return;
    }
    detail::require(duration_ == other.duration_ && segments_ == other.segments_,
                    ErrorCode::incompatible_merge,
                    "SegmentCounts::merge: other segments, or another duration");
    sessions_ += other.sessions_;
    started_ += other.started_;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      parts_[i].entered += other.parts_[i].entered;
      parts_[i].completed += other.parts_[i].completed;
      parts_[i].unique_ms += other.parts_[i].unique_ms;
    }
  }

  /// O(s).
  [[nodiscard]] SegmentRetentionResult result() const {
    SegmentRetentionResult result{duration_, sessions_, started_, {}};
    result.segments.resize(segments_.size());
    for (std::size_t i = 0; i < segments_.size(); ++i) result.segments[i].segment = segments_[i];
    for (const Part& part : parts_) {
      SegmentRetention& at = result.segments[part.segment];
      at.entered = part.entered;
      at.completed = part.completed;
      at.unique_ms = part.unique_ms;
      at.completion_rate = detail::share_of(part.completed, part.entered);
      if (part.entered > 0) {
        at.mean_share_watched = static_cast<double>(part.unique_ms) / static_cast<double>(part.entered) /
                                static_cast<double>((part.to - part.from).count());
      }
    }
    for (SegmentRetention& at : result.segments) at.entered_share = detail::share_of(at.entered, started_);
    return result;
  }

  friend bool operator==(const SegmentCounts&, const SegmentCounts&) = default;

 private:
  /// What lies within the content of one segment.
  struct Part {
    MediaTime from{};
    MediaTime to{};
    /// The furthest end of this part and all before it.
    MediaTime furthest_to{};
    std::size_t segment = 0;
    std::uint64_t entered = 0;
    std::uint64_t completed = 0;
    std::uint64_t unique_ms = 0;

    friend bool operator==(const Part&, const Part&) = default;
  };

  /// Adds what `range` watches of every part. The ranges before it reach up to `watched_up_to`: a part that
  /// begins before that, and that this range still finds, is one that its viewer has entered already.
  void add_range(const MediaRange& range, MediaTime watched_up_to) {
    auto part = std::ranges::upper_bound(parts_, range.from, {}, &Part::furthest_to);
    for (; part != parts_.end() && part->from < range.to; ++part) {
      const MediaTime from = (std::max)(part->from, range.from);
      const MediaTime to = (std::min)(part->to, range.to);
      if (from >= to) continue;
      part->entered += part->from >= watched_up_to ? 1U : 0U;
      part->completed += to == part->to ? 1U : 0U;
      part->unique_ms += static_cast<std::uint64_t>((to - from).count());
    }
  }

  MediaTime duration_{};
  std::uint64_t sessions_ = 0;
  std::uint64_t started_ = 0;
  std::vector<Segment> segments_;
  std::vector<Part> parts_;  // ascending by where they begin
};

static_assert(SessionAccumulator<SegmentCounts>);

namespace detail {

template <class Range>
SegmentRetentionResult compute_segment_retention(const Range& sessions, std::span<const Segment> segments,
                                                 MediaTime duration, const ReplayOptions& options) {
  validate(segments, duration, "compute_segment_retention");
  SegmentCounts counts(segments, duration);
  feed("compute_segment_retention", sessions, options, counts);
  return counts.result();
}

}  // namespace detail

/// How named segments of a content hold their viewers. Over segment ∩ [0, duration): entered = sessions that
/// watched any of it, completed = that watched its last millisecond, and the mean share of it that was
/// watched by those who entered. Overlapping segments count each for itself; one wholly beyond the content
/// nobody enters.
///
/// @param sessions of one content; others: `mixed_contents`
/// @param segments none of them empty or inverted: `invalid_argument`, with its name
/// @param duration of the content, in (0, 10^12 ms]; else `invalid_argument`
/// @return one entry for each segment, in their order; without sessions all counts are 0, the shares absent
/// Complexity: of replaying the sessions, plus O(log s + touched segments) for each range.
/// Source: the seed library; clipping is ours.
[[nodiscard]] inline SegmentRetentionResult compute_segment_retention(std::span<const ViewerSession> sessions,
                                                                      std::span<const Segment> segments,
                                                                      MediaTime duration,
                                                                      const ReplayOptions& options = {}) {
  return detail::compute_segment_retention(sessions, segments, duration, options);
}
template <SessionRange Sessions>
[[nodiscard]] SegmentRetentionResult compute_segment_retention(const Sessions& sessions,
                                                               std::span<const Segment> segments,
                                                               MediaTime duration,
                                                               const ReplayOptions& options = {}) {
  return detail::compute_segment_retention(sessions, segments, duration, options);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_SEGMENTS_HPP
