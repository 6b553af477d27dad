// SPDX-License-Identifier: MIT
// Audience numbers as they are classically written, to measure against: a vector of variants for each
// session, a byte for each second of content and session, a pass for each question. Of the same events it
// makes the same per-second viewers.
#ifndef VIEWERSHIP_BENCHMARK_CLASSIC_HPP
#define VIEWERSHIP_BENCHMARK_CLASSIC_HPP

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "workload.hpp"

namespace classic {

struct Play {
  std::int64_t time;
};
struct Pause {
  std::int64_t time, position;
};
struct Seek {
  std::int64_t from, to;
};
struct BufferStart {
  std::int64_t position;
};
struct BufferEnd {
  std::int64_t position, stall;
};
struct QualityChange {
  std::int64_t from_height, to_height, bitrate;
};
struct End {
  std::int64_t position, watched;
};

using Event = std::variant<Play, Pause, Seek, BufferStart, BufferEnd, QualityChange, End>;

struct Session {
  std::vector<Event> events;
};

[[nodiscard]] std::vector<Session> sessions_of(const workload::Workload& workload);

/// Sessions that watched each second of [0, duration), read at `points` evenly spaced seconds, the last one
/// the content's last second.
[[nodiscard]] std::vector<std::uint64_t> viewers(const std::vector<Session>& sessions, std::int64_t duration,
                                                 std::size_t points);

struct Metrics {
  std::uint64_t sessions = 0;
  std::uint64_t content_played = 0;  // ms
  std::uint64_t seeks = 0;
  std::uint64_t buffer_starts = 0;
  std::uint64_t completed = 0;  // watched 95 % of the seconds
};

[[nodiscard]] Metrics metrics(const std::vector<Session>& sessions, std::int64_t duration);

/// Sessions that watched any second of each bucket.
[[nodiscard]] std::vector<std::uint64_t> heatmap(const std::vector<Session>& sessions, std::int64_t duration,
                                                 std::size_t seconds_per_bucket);

struct Run {
  std::size_t from = 0;  // seconds
  std::size_t to = 0;
};

/// Runs of seconds that were marked more than 1 + threshold times by those who watched them.
[[nodiscard]] std::vector<Run> re_watched(const std::vector<Session>& sessions, std::int64_t duration,
                                          double threshold);

struct Segment {
  std::size_t from = 0;  // seconds
  std::size_t to = 0;
  std::uint64_t entered = 0;
  std::uint64_t completed = 0;  // watched its last second
  std::uint64_t watched_seconds = 0;
};

/// Counts the sessions in `segments`, which lie within the content.
void count(const std::vector<Session>& sessions, std::int64_t duration, std::vector<Segment>& segments);

}  // namespace classic

#endif  // VIEWERSHIP_BENCHMARK_CLASSIC_HPP
