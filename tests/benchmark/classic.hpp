// SPDX-License-Identifier: MIT
// Retention as it is classically written, to measure against: a vector of variants for each session, a byte
// for each second of content and session. Of the same events it makes the same per-second viewers.
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

}  // namespace classic

#endif  // VIEWERSHIP_BENCHMARK_CLASSIC_HPP
