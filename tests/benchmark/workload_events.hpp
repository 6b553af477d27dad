// SPDX-License-Identifier: MIT
// The events of a workload as the library's.
#ifndef VIEWERSHIP_BENCHMARK_WORKLOAD_EVENTS_HPP
#define VIEWERSHIP_BENCHMARK_WORKLOAD_EVENTS_HPP

#include <optional>

#include <viewership/event.hpp>

#include "workload.hpp"

namespace workload {

/// Which events carry their time.
enum class Times { as_reported, everywhere };

inline viewership::PlaybackEvent event_of(const Event& e, Times times) {
  using namespace viewership;
  const PlaybackEvent::OptionalTime at = Timestamp{WallTime{e.time}};
  const PlaybackEvent::OptionalTime or_never = times == Times::everywhere ? at : std::nullopt;
  const MediaTime position{e.position};
  const MediaTime payload{e.payload};
  switch (e.tag) {
    case Tag::play:
      return PlaybackEvent::play(at);
    case Tag::pause:
      return PlaybackEvent::pause(at, position);
    case Tag::seek:
      return PlaybackEvent::seek(or_never, position, payload);
    case Tag::buffer_start:
      return PlaybackEvent::buffer_start(or_never, position);
    case Tag::buffer_end:
      return PlaybackEvent::buffer_end(or_never, position, payload);
    case Tag::quality_change:
      return PlaybackEvent::quality_change(or_never, std::nullopt, e.from_height, e.to_height, e.payload);
    case Tag::end:
      break;
  }
  return PlaybackEvent::end(or_never, position, payload);
}

}  // namespace workload

#endif  // VIEWERSHIP_BENCHMARK_WORKLOAD_EVENTS_HPP
