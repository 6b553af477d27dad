// SPDX-License-Identifier: MIT
#include "classic.hpp"

#include <algorithm>
#include <optional>

namespace classic {
namespace {

Event event_of(const workload::Event& e) {
  using workload::Tag;
  switch (e.tag) {
    case Tag::play:
      return Play{e.time};
    case Tag::pause:
      return Pause{e.time, e.position};
    case Tag::seek:
      return Seek{e.position, e.payload};
    case Tag::buffer_start:
      return BufferStart{e.position};
    case Tag::buffer_end:
      return BufferEnd{e.position, e.payload};
    case Tag::quality_change:
      return QualityChange{e.from_height, e.to_height, e.payload};
    case Tag::end:
      break;
  }
  return End{e.position, e.payload};
}

/// Marks the seconds that a session watched.
class Marker {
 public:
  explicit Marker(std::vector<std::uint8_t>& map) : map_(map) {}

  void operator()(const Play&) { open_at_ = position_; }
  void operator()(const Pause& e) { close(e.position); }
  void operator()(const Seek& e) {
    const bool playing = open_at_.has_value();
    close(e.from);
    position_ = e.to;
    if (playing) open_at_ = e.to;
  }
  void operator()(const BufferStart& e) { close(e.position); }
  void operator()(const BufferEnd& e) {
    position_ = e.position;
    open_at_ = e.position;
  }
  void operator()(const QualityChange&) {}
  void operator()(const End& e) { close(e.position); }

 private:
  void close(std::int64_t position) {
    if (open_at_ && position > *open_at_) {
      const auto first = static_cast<std::size_t>(*open_at_ / 1000);
      const auto last = (std::min)(static_cast<std::size_t>((position + 999) / 1000), map_.size());
      for (std::size_t k = first; k < last; ++k) map_[k] = 1;
    }
    open_at_.reset();
    position_ = position;
  }

  std::vector<std::uint8_t>& map_;
  std::optional<std::int64_t> open_at_;
  std::int64_t position_ = 0;
};

}  // namespace

std::vector<Session> sessions_of(const workload::Workload& workload) {
  std::vector<Session> sessions;
  workload::generate(
      workload, [&](std::uint64_t, std::int64_t, std::int64_t) { sessions.emplace_back(); },
      [&](const workload::Event& e) { sessions.back().events.push_back(event_of(e)); });
  return sessions;
}

std::vector<std::uint64_t> viewers(const std::vector<Session>& sessions, std::int64_t duration,
                                   std::size_t points) {
  const auto seconds = static_cast<std::size_t>((duration + 999) / 1000);
  std::vector<std::uint64_t> count(seconds);
  for (const Session& session : sessions) {
    std::vector<std::uint8_t> map(seconds);
    Marker marker(map);
    for (const Event& event : session.events) std::visit(marker, event);
    for (std::size_t k = 0; k < seconds; ++k) {
      if (map[k]) ++count[k];
    }
  }
  std::vector<std::uint64_t> at(points);
  for (std::size_t i = 0; i < points; ++i) at[i] = count[(std::min)(seconds * i / (points - 1), seconds - 1)];
  return at;
}

}  // namespace classic
