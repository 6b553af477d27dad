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

/// Marks the seconds that a session watched, or counts how often it did.
template <bool counts>
class Marker {
 public:
  explicit Marker(std::vector<std::uint8_t>& map) : map_(map) {}

  /// Media time watched so far, in ms.
  [[nodiscard]] std::int64_t played() const { return played_; }

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
      for (std::size_t k = first; k < last; ++k) {
        if constexpr (counts) {
          map_[k] += map_[k] < 255 ? 1 : 0;
        } else {
          map_[k] = 1;
        }
      }
      played_ += position - *open_at_;
    }
    open_at_.reset();
    position_ = position;
  }

  std::vector<std::uint8_t>& map_;
  std::optional<std::int64_t> open_at_;
  std::int64_t position_ = 0;
  std::int64_t played_ = 0;
};

std::size_t seconds_of(std::int64_t duration) {
  return static_cast<std::size_t>((duration + 999) / 1000);
}

/// Calls `use(map)` with the marked seconds of each session.
template <bool counts, class Use>
void for_each_map(const std::vector<Session>& sessions, std::int64_t duration, Use use) {
  for (const Session& session : sessions) {
    std::vector<std::uint8_t> map(seconds_of(duration));
    Marker<counts> marker(map);
    for (const Event& event : session.events) std::visit(marker, event);
    use(map);
  }
}

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
  const std::size_t seconds = seconds_of(duration);
  std::vector<std::uint64_t> count(seconds);
  for_each_map<false>(sessions, duration, [&](const std::vector<std::uint8_t>& map) {
    for (std::size_t k = 0; k < seconds; ++k) {
      if (map[k]) ++count[k];
    }
  });
  std::vector<std::uint64_t> at(points);
  for (std::size_t i = 0; i < points; ++i) at[i] = count[(std::min)(seconds * i / (points - 1), seconds - 1)];
  return at;
}

Metrics metrics(const std::vector<Session>& sessions, std::int64_t duration) {
  Metrics sum;
  for (const Session& session : sessions) {
    std::vector<std::uint8_t> map(seconds_of(duration));
    Marker<false> marker(map);
    for (const Event& event : session.events) {
      sum.seeks += std::holds_alternative<Seek>(event) ? 1U : 0U;
      sum.buffer_starts += std::holds_alternative<BufferStart>(event) ? 1U : 0U;
      std::visit(marker, event);
    }
    ++sum.sessions;
    sum.content_played += static_cast<std::uint64_t>(marker.played());
    std::size_t watched = 0;
    for (const std::uint8_t second : map) watched += second;
    sum.completed += 100 * watched >= 95 * map.size() ? 1U : 0U;
  }
  return sum;
}

std::vector<std::uint64_t> heatmap(const std::vector<Session>& sessions, std::int64_t duration,
                                   std::size_t seconds_per_bucket) {
  const std::size_t seconds = seconds_of(duration);
  std::vector<std::uint64_t> count((seconds + seconds_per_bucket - 1) / seconds_per_bucket);
  for_each_map<false>(sessions, duration, [&](const std::vector<std::uint8_t>& map) {
    for (std::size_t bucket = 0; bucket < count.size(); ++bucket) {
      const std::size_t end = (std::min)((bucket + 1) * seconds_per_bucket, seconds);
      for (std::size_t k = bucket * seconds_per_bucket; k < end; ++k) {
        if (!map[k]) continue;
        ++count[bucket];
        break;
      }
    }
  });
  return count;
}

std::vector<Run> re_watched(const std::vector<Session>& sessions, std::int64_t duration, double threshold) {
  const std::size_t seconds = seconds_of(duration);
  std::vector<std::uint64_t> viewers(seconds);
  std::vector<std::uint64_t> views(seconds);
  for_each_map<true>(sessions, duration, [&](const std::vector<std::uint8_t>& map) {
    for (std::size_t k = 0; k < seconds; ++k) {
      viewers[k] += map[k] ? 1U : 0U;
      views[k] += map[k];
    }
  });
  std::vector<Run> runs;
  for (std::size_t k = 0; k < seconds; ++k) {
    if (static_cast<double>(views[k]) <= (1.0 + threshold) * static_cast<double>(viewers[k])) continue;
    if (runs.empty() || runs.back().to != k) runs.push_back({k, k});
    runs.back().to = k + 1;
  }
  return runs;
}

void count(const std::vector<Session>& sessions, std::int64_t duration, std::vector<Segment>& segments) {
  for_each_map<false>(sessions, duration, [&](const std::vector<std::uint8_t>& map) {
    for (Segment& segment : segments) {
      std::uint64_t watched = 0;
      for (std::size_t k = segment.from; k < segment.to; ++k) watched += map[k];
      segment.entered += watched > 0 ? 1U : 0U;
      segment.completed += map[segment.to - 1];
      segment.watched_seconds += watched;
    }
  });
}

}  // namespace classic
