// SPDX-License-Identifier: MIT
// The sessions that every benchmark of this repository plays: one published recipe, so that other systems can
// be fed the same events. Each session draws from a splitmix64 stream of its own; a digest pins the outcome.
#ifndef VIEWERSHIP_BENCHMARK_WORKLOAD_HPP
#define VIEWERSHIP_BENCHMARK_WORKLOAD_HPP

#include <algorithm>
#include <array>
#include <cstdint>

namespace workload {

struct Workload {
  const char* name;
  std::uint64_t sessions;
  std::int64_t duration;  // ms
  std::uint64_t least_events;
  std::uint64_t most_events;
  std::uint64_t digest;
};

/// Short title, long title, long sessions.
inline constexpr Workload a{"a", 100'000, 600'000, 8, 16, 0x24fd18a54d319e65};
inline constexpr Workload b{"b", 100'000, 7'200'000, 8, 16, 0x471d0850eaa79eca};
inline constexpr Workload c{"c", 10'000, 7'200'000, 150, 250, 0x549b76382ef801a4};

enum class Tag : std::uint64_t { play = 1, pause, seek, buffer_start, buffer_end, quality_change, end };

/// One event with the fields its tag has; the others are 0. `time` is always set, though only plays and
/// pauses of the recipe report it.
struct Event {
  Tag tag{};
  std::int64_t time = 0;
  std::int64_t position = 0;  // of a seek, where it left from
  std::int64_t payload = 0;   // seek target, stall, bitrate or watched time
  std::int64_t from_height = 0;
  std::int64_t to_height = 0;
};

class Stream {
 public:
  explicit Stream(std::uint64_t session) : state_(mixed(20240601 + session + step)) {}

  std::int64_t below(std::int64_t n) {
    state_ += step;
    return static_cast<std::int64_t>(mixed(state_) % static_cast<std::uint64_t>(n));
  }

 private:
  static constexpr std::uint64_t step = 0x9e3779b97f4a7c15;

  static constexpr std::uint64_t mixed(std::uint64_t z) {
    z ^= z >> 30;
    z *= 0xbf58476d1ce4e5b9;
    z ^= z >> 27;
    z *= 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

/// Calls `begin(session, user, started_at)` for every session and `emit(event)` for each of its events.
template <class Begin, class Emit>
void generate(const Workload& workload, Begin begin, Emit emit) {
  constexpr std::array<std::int64_t, 6> heights{240, 360, 480, 720, 1080, 2160};
  const std::int64_t duration = workload.duration;
  for (std::uint64_t i = 0; i < workload.sessions; ++i) {
    Stream draw(i);
    const auto spread = static_cast<std::int64_t>(workload.most_events - workload.least_events + 1);
    const std::int64_t events = static_cast<std::int64_t>(workload.least_events) + draw.below(spread);
    const std::int64_t user = draw.below(static_cast<std::int64_t>(workload.sessions / 2 + 1));
    const std::int64_t percent = 20 + draw.below(131);
    const std::int64_t step = (std::max)(std::int64_t{1}, duration * percent * 2 / (100 * events));
    std::int64_t time = 1'700'000'000'000 + 1000 * static_cast<std::int64_t>(i);
    std::int64_t position = 0;
    std::int64_t watched = 0;
    bool paused = false;
    bool buffering = false;
    const auto advance = [&] {
      const std::int64_t played = (std::min)(draw.below(step), duration - position);
      position += played;
      watched += played;
      time += played;
    };
    begin(i, user, time);
    emit(Event{Tag::play, time});
    for (std::int64_t k = 2; k < events; ++k) {
      if (paused) {
        time += 1000 + draw.below(60'000);
        emit(Event{Tag::play, time});
        paused = false;
      } else if (buffering) {
        const std::int64_t stall = 100 + draw.below(4900);
        time += stall;
        emit(Event{Tag::buffer_end, time, position, stall});
        buffering = false;
      } else {
        advance();
        const std::int64_t kind = draw.below(100);
        if (kind < 20) {
          emit(Event{Tag::pause, time, position});
          paused = true;
        } else if (kind < 45) {
          const std::int64_t to = draw.below(100) < 40
                                      ? (std::max)(std::int64_t{0}, position - draw.below(30'000))
                                      : (std::min)(duration, position + draw.below(60'000));
          emit(Event{Tag::seek, time, position, to});
          position = to;
        } else if (kind < 70) {
          emit(Event{Tag::buffer_start, time, position});
          buffering = true;
        } else {
          const std::int64_t from = heights[static_cast<std::size_t>(draw.below(6))];
          const std::int64_t to = heights[static_cast<std::size_t>(draw.below(6))];
          emit(Event{Tag::quality_change, time, position, 2500 * to, from, to});
        }
      }
    }
    if (!paused && !buffering) advance();
    emit(Event{Tag::end, time, position, watched});
  }
}

/// FNV-1a over the started time of each session and the tag and reported fields of each event.
inline std::uint64_t digest(const Workload& workload) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&](auto... values) {
    ((hash = (hash ^ static_cast<std::uint64_t>(values)) * 0x100000001b3), ...);
  };
  generate(
      workload, [&](std::uint64_t, std::int64_t, std::int64_t started_at) { add(started_at); },
      [&](const Event& e) {
        add(e.tag);
        switch (e.tag) {
          case Tag::play:
            return add(e.time);
          case Tag::pause:
            return add(e.time, e.position);
          case Tag::buffer_start:
            return add(e.position);
          case Tag::seek:
          case Tag::buffer_end:
          case Tag::end:
            return add(e.position, e.payload);
          case Tag::quality_change:
            return add(e.from_height, e.to_height, e.payload);
        }
      });
  return hash;
}

}  // namespace workload

#endif  // VIEWERSHIP_BENCHMARK_WORKLOAD_HPP
