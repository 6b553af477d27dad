// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_STORED_MAPS_HPP
#define VIEWERSHIP_STORED_MAPS_HPP

/// @file
/// What every session watched, kept, so that a new question costs a walk over ranges and not a replay.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <viewership/audience_grid.hpp>
#include <viewership/detail/arithmetic.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/playback_map.hpp>
#include <viewership/played_session.hpp>
#include <viewership/retention_curve.hpp>
#include <viewership/segments.hpp>

namespace viewership::inline v0 {

/// What stored maps amount to.
struct StoredMapsResult {
  std::uint64_t sessions = 0;
  /// Sessions that played anything at all.
  std::uint64_t started = 0;
  std::uint64_t ranges = 0;
  /// Media time watched at least once, summed over sessions.
  MediaTime covered{};

  friend bool operator==(const StoredMapsResult&, const StoredMapsResult&) = default;
};

/// Viewers at one position.
struct ViewersPoint {
  /// Where; the content's very end stands for its last millisecond.
  MediaTime position{};
  std::uint64_t viewers = 0;
  /// viewers / started, in [0, 1]; absent if nobody started.
  std::optional<double> retention{};

  friend bool operator==(const ViewersPoint&, const ViewersPoint&) = default;
};

/// What stored maps know of a retention curve: viewers, but not how often they viewed.
struct ViewersCurve {
  MediaTime duration{};
  std::uint64_t sessions = 0;
  /// Sessions that played at least 1 ms of the content.
  std::uint64_t started = 0;
  std::vector<ViewersPoint> points;

  friend bool operator==(const ViewersCurve&, const ViewersCurve&) = default;
};

/// The playback maps of many sessions of one content, in one flat array, each range with the number of its
/// session. Sessions are numbered in the order in which they were added; those of a merged state follow.
///
/// Memory: 20 bytes for each range, about three to a session. At most 2^32 - 1 sessions.
class StoredMaps {
 public:
  /// Sessions of several contents are no audience of one.
  static constexpr bool single_content = true;

  /// Adds one replayed session. O(r) for r ranges. Throws `invalid_argument` if there are 2^32 - 1 already.
  void add(const PlayedSession& session) { add(session.map()); }

  /// Adds one map.
  void add(const PlaybackMap& map) {
    require_room(1);
    const auto number = static_cast<std::uint32_t>(sessions_++);
    if (map.empty()) return;
    ranges_.insert(ranges_.end(), map.ranges().begin(), map.ranges().end());
    owners_.resize(ranges_.size(), number);
    ++started_;
    latest_start_ = (std::max)(latest_start_, map.ranges().front().from);
    furthest_ = (std::max)(furthest_, map.ranges().back().to);
  }

  /// What `add` reads of a session.
  [[nodiscard]] ReplayDepth replay_depth() const noexcept { return ReplayDepth::map; }

  /// Appends the sessions of `other`. O(ranges of `other`).
  void merge(const StoredMaps& other) {
    require_room(other.sessions_);
    const auto before = static_cast<std::uint32_t>(sessions_);
    const std::size_t added = other.ranges_.size();  // `other` may be this
    ranges_.reserve(ranges_.size() + added);
    owners_.reserve(owners_.size() + added);
    for (std::size_t i = 0; i < added; ++i) {
      ranges_.push_back(other.ranges_[i]);
      owners_.push_back(before + other.owners_[i]);
    }
    sessions_ += other.sessions_;
    started_ += other.started_;
    latest_start_ = (std::max)(latest_start_, other.latest_start_);
    furthest_ = (std::max)(furthest_, other.furthest_);
  }

  /// How many sessions there are, watched or not.
  [[nodiscard]] std::size_t size() const noexcept { return sessions_; }
  [[nodiscard]] bool empty() const noexcept { return sessions_ == 0; }

  /// What session `number` < size() watched: sorted, disjoint. O(log ranges).
  [[nodiscard]] std::span<const MediaRange> operator[](std::size_t number) const {
    const auto [first, last] =
        std::equal_range(owners_.begin(), owners_.end(), static_cast<std::uint32_t>(number));
    return std::span(ranges_).subspan(static_cast<std::size_t>(first - owners_.begin()),
                                      static_cast<std::size_t>(last - first));
  }

  /// All ranges, session after session, and the number of the session of each.
  [[nodiscard]] std::span<const MediaRange> ranges() const noexcept { return ranges_; }
  [[nodiscard]] std::span<const std::uint32_t> owners() const noexcept { return owners_; }

  /// The furthest media time that any session watched; 0 if none did.
  [[nodiscard]] MediaTime furthest() const noexcept { return furthest_; }

  /// Sessions that watched anything of [0, duration). O(1) if all that watched anything did, else O(ranges).
  [[nodiscard]] std::uint64_t started(MediaTime duration) const {
    if (latest_start_ < duration) return started_;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
      const bool is_first = i == 0 || owners_[i] != owners_[i - 1];
      count += is_first && ranges_[i].from < duration ? 1U : 0U;
    }
    return count;
  }

  /// O(ranges).
  [[nodiscard]] StoredMapsResult result() const {
    std::int64_t covered = 0;
    for (const MediaRange& range : ranges_) covered = detail::saturating_add(covered, range.length().count());
    return {sessions_, started_, ranges_.size(), MediaTime{covered}};
  }

  friend bool operator==(const StoredMaps&, const StoredMaps&) = default;

 private:
  void require_room(std::size_t more) const {
    constexpr std::size_t most = (std::numeric_limits<std::uint32_t>::max)();
    detail::require(more <= most - sessions_, ErrorCode::invalid_argument,
                    "StoredMaps: more than 2^32 - 1 sessions");
  }

  std::vector<MediaRange> ranges_;
  std::vector<std::uint32_t> owners_;
  std::size_t sessions_ = 0;
  std::uint64_t started_ = 0;
  MediaTime latest_start_{-1};  // of all sessions' first ranges
  MediaTime furthest_{};
};

static_assert(SessionAccumulator<StoredMaps>);

namespace detail {

/// The viewers at `positions` where `weight_of(i)` is 1 or 0: whether the session of range i takes part.
template <class WeightOf>
std::vector<ViewersPoint> viewers_at(const StoredMaps& maps, MediaTime duration,
                                     std::span<const MediaTime> positions, std::uint64_t started,
                                     const WeightOf& weight_of) {
  const AudienceGrid grid = retention_grid(positions, duration);
  const std::size_t bins = grid.size() + 1;
  // A count that falls into the same bin as the one before waits for it, so there are four: where even ranges
  // begin and end, and where odd ones do.
  std::vector<std::uint64_t> counts(4 * bins);
  const auto count_by = [&](const auto begin_of, const auto end_of) {
    const std::span<const MediaRange> ranges = maps.ranges();
    const auto count = [&](std::size_t i, std::uint64_t* row) {
      const std::uint64_t weight = weight_of(i);
      row[begin_of(ranges[i].from)] += weight;
      row[bins + end_of(ranges[i].to)] += weight;
    };
    std::size_t i = 0;
    for (; i + 1 < ranges.size(); i += 2) {
      count(i, counts.data());
      count(i + 1, counts.data() + 2 * bins);
    }
    if (i < ranges.size()) count(i, counts.data());
  };
  // A copy of the line stays in registers, which the grid cannot while counts are written. Where nothing was
  // watched behind the last position's millisecond, no range begins behind it, and none ends further on.
  const std::optional<GridLine>& line = grid.line();
  if (line && maps.furthest() <= line->last() + MediaTime{1}) {
    const GridLine on = *line;
    count_by([on](MediaTime from) { return on.up_to_last(from); },
             [on](MediaTime to) {
               const int behind = to > on.last() ? 1 : 0;
               return on.up_to_last(to - MediaTime{behind}) + static_cast<std::size_t>(behind);
             });
  } else {
    const auto index = [&](MediaTime position) { return grid.index(position); };
    count_by(index, index);
  }
  std::vector<ViewersPoint> counted;
  counted.reserve(grid.size());
  std::uint64_t viewers = 0;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    viewers += counts[i] + counts[2 * bins + i] - counts[bins + i] - counts[3 * bins + i];
    counted.push_back({grid.positions()[i], viewers, share_of(viewers, started)});
  }
  return points_at(counted, positions, duration);
}

}  // namespace detail

/// Retention of the viewers whose maps were stored: the same viewers as `compute_retention` counts, without a
/// replay.
///
/// @param duration of the content, in (0, 10^12 ms]
/// @param positions ascending, in [0, duration]; `duration` itself is read at its last millisecond. None, or
///        others: `invalid_argument`; more than 2^20: `grid_too_large`
/// @return one point for each position; without sessions all counts are 0 and the shares absent
/// Complexity: O(ranges + positions), a nanosecond or two a range.
[[nodiscard]] inline ViewersCurve compute_retention(const StoredMaps& maps, MediaTime duration,
                                                    std::span<const MediaTime> positions) {
  detail::require_ascending(positions, "compute_retention");
  const std::uint64_t started = maps.started(duration);
  return {
      duration, maps.size(), started,
      detail::viewers_at(maps, duration, positions, started, [](std::size_t) -> std::uint64_t { return 1; })};
}

/// The same of some of the sessions: those that `selected(number)` says yes to, asked once for each.
template <std::predicate<std::size_t> Selected>
[[nodiscard]] ViewersCurve compute_retention(const StoredMaps& maps, MediaTime duration,
                                             std::span<const MediaTime> positions, const Selected& selected) {
  detail::require_ascending(positions, "compute_retention");
  const std::span<const std::uint32_t> owners = maps.owners();
  std::vector<std::uint8_t> takes_part(maps.size());
  ViewersCurve curve{duration, 0, 0, {}};
  for (std::size_t number = 0; number < takes_part.size(); ++number) {
    takes_part[number] = selected(number) ? 1 : 0;
    curve.sessions += takes_part[number];
  }
  for (std::size_t i = 0; i < owners.size(); ++i) {
    const bool is_first = i == 0 || owners[i] != owners[i - 1];
    curve.started += is_first && maps.ranges()[i].from < duration ? takes_part[owners[i]] : 0U;
  }
  curve.points = detail::viewers_at(maps, duration, positions, curve.started,
                                    [&](std::size_t i) -> std::uint64_t { return takes_part[owners[i]]; });
  return curve;
}

/// The same at `points` evenly spaced positions, the i-th at ⌊duration · i / (points - 1)⌋.
[[nodiscard]] inline ViewersCurve compute_retention(const StoredMaps& maps, MediaTime duration,
                                                    std::size_t points) {
  return compute_retention(maps, duration, evenly_spaced(duration, points));
}
template <std::predicate<std::size_t> Selected>
[[nodiscard]] ViewersCurve compute_retention(const StoredMaps& maps, MediaTime duration, std::size_t points,
                                             const Selected& selected) {
  return compute_retention(maps, duration, evenly_spaced(duration, points), selected);
}

/// Segment retention from stored maps, of the sessions that `selected(number)` says yes to: what
/// `compute_segment_retention` says of the sessions, without a replay.
/// Complexity: O(ranges · (log segments + touched segments)).
template <std::predicate<std::size_t> Selected>
[[nodiscard]] SegmentRetentionResult compute_segment_retention(const StoredMaps& maps,
                                                               std::span<const Segment> segments,
                                                               MediaTime duration, const Selected& selected) {
  detail::validate(segments, duration, "compute_segment_retention");
  SegmentCounts counts(segments, duration);
  const std::span<const std::uint32_t> owners = maps.owners();
  std::size_t i = 0;
  for (std::size_t number = 0; number < maps.size(); ++number) {
    const std::size_t first = i;
    while (i < owners.size() && owners[i] == number) ++i;
    if (selected(number)) counts.add(maps.ranges().subspan(first, i - first));
  }
  return counts.result();
}

/// The same of all sessions.
[[nodiscard]] inline SegmentRetentionResult compute_segment_retention(const StoredMaps& maps,
                                                                      std::span<const Segment> segments,
                                                                      MediaTime duration) {
  return compute_segment_retention(maps, segments, duration, [](std::size_t) { return true; });
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_STORED_MAPS_HPP
