// SPDX-License-Identifier: MIT
// Sessions for tests: by hand in few words, or from a seed, with our own generator so that a seed means the
// same everywhere.
#ifndef VIEWERSHIP_TESTS_RANDOM_SESSIONS_HPP
#define VIEWERSHIP_TESTS_RANDOM_SESSIONS_HPP

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <viewership/event.hpp>

// ---------------------------------------------------------------------------------------------------- by
// hand

/// An instant some seconds after the start of every test's session.
inline viewership::Timestamp at(double seconds) {
  return viewership::Timestamp{
      viewership::WallTime{1'700'000'000'000 + static_cast<std::int64_t>(seconds * 1000)}};
}

/// A position in seconds.
inline viewership::MediaTime pos(double seconds) {
  return viewership::MediaTime{static_cast<std::int64_t>(seconds * 1000)};
}

inline viewership::ViewerSession session_of(std::vector<viewership::PlaybackEvent> events,
                                            std::string id = "s", std::string content = "title") {
  viewership::ViewerSession session;
  session.session_id = std::move(id);
  session.content_id = std::move(content);
  session.events = std::move(events);
  return session;
}

/// A session that watches [from, to) in seconds, and nothing else.
inline viewership::ViewerSession watching(double from, double to, std::string id = "s") {
  using viewership::PlaybackEvent;
  return session_of({PlaybackEvent::play(at(0), pos(from)), PlaybackEvent::end(at(to - from), pos(to))},
                    std::move(id));
}

// ------------------------------------------------------------------------------------------------- from a
// seed

/// splitmix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e37'79b9'7f4a'7c15);
    z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
    z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
    return z ^ (z >> 31);
  }
  /// In [0, n).
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  /// In [from, to].
  std::int64_t between(std::int64_t from, std::int64_t to) {
    return from + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(to - from + 1));
  }
  bool percent(int chance) { return between(0, 99) < chance; }

  template <class T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  std::uint64_t state_;
};

/// A session of a player that loses nothing: every event with its time and position, both clocks in step.
/// `duration` above 1,000 ms.
inline viewership::ViewerSession clean_session(Random& random, viewership::MediaTime duration) {
  using viewership::MediaTime, viewership::PlaybackEvent, viewership::Timestamp, viewership::WallTime;
  const std::int64_t length = duration.count();
  std::int64_t now = 1'700'000'000'000 + random.between(0, 1'000'000);
  std::int64_t playhead = random.percent(70) ? 0 : random.between(0, length - 1);
  std::int64_t half_rate = 2;  // twice the rate
  const auto time = [&] { return Timestamp{WallTime{now}}; };
  const auto here = [&] { return MediaTime{playhead}; };
  const auto play_on = [&] {
    const std::int64_t most = (std::min)(length / 4, (length - playhead) / half_rate * 2) / 2;
    const std::int64_t wall = 2 * random.between(0, most > 0 ? most : 0);
    if (playhead + wall * half_rate / 2 > length) return;
    now += wall;
    playhead += wall * half_rate / 2;
  };
  viewership::ViewerSession session = session_of({});
  session.content_duration = duration;
  const auto buffer = [&] {
    session.push_event(PlaybackEvent::buffer_start(time(), here()));
    now += random.between(0, length / 10);
    session.push_event(PlaybackEvent::buffer_end(time(), here()));
  };
  session.push_event(PlaybackEvent::play(time(), here()));
  if (random.percent(50)) buffer();
  for (std::size_t left = random.below(12); left > 0; --left) {
    play_on();
    switch (random.below(6)) {
      case 0:
        session.push_event(PlaybackEvent::pause(time(), here()));
        now += random.between(1, length);
        if (random.percent(30)) {
          const std::int64_t from = std::exchange(playhead, random.between(0, length - 1));
          session.push_event(PlaybackEvent::seek(time(), MediaTime{from}, here()));
        }
        session.push_event(PlaybackEvent::play(time(), here()));
        break;
      case 1: {
        const std::int64_t from = std::exchange(playhead, random.between(0, length - 1));
        session.push_event(PlaybackEvent::seek(time(), MediaTime{from}, here()));
        if (random.percent(50)) buffer();
        break;
      }
      case 2:
        buffer();
        break;
      case 3:
        session.push_event(PlaybackEvent::heartbeat(time(), here()));
        break;
      case 4:
        half_rate = random.between(1, 4);
        session.push_event(PlaybackEvent::rate_change(time(), here(), static_cast<double>(half_rate) / 2));
        break;
      default:
        session.push_event(PlaybackEvent::quality_change(time(), here(), 480, 1080, 4'000'000));
    }
  }
  play_on();
  session.push_event(PlaybackEvent::end(time(), here(), here()));
  session.events.erase(std::unique(session.events.begin(), session.events.end()), session.events.end());
  return session;
}

/// How wild a wild session is.
struct Wildness {
  bool all_timed = false;       ///< no time is missing or absurd
  bool distinct_times = false;  ///< and no two are the same, in order: implies all_timed
  bool hostile = true;          ///< absurd times and positions occur
  std::int64_t step = 10'000;   ///< ms between two events, at most; what positions stay near
};

/// Anything at all, within a few hours unless hostile.
inline viewership::ViewerSession wild_session(Random& random, const Wildness& wild = {}) {
  using viewership::EventKind, viewership::MediaTime, viewership::PlaybackEvent, viewership::Timestamp,
      viewership::WallTime;
  constexpr std::int64_t absurd[] = {0,
                                     -1,
                                     1,
                                     1'000'000'000'000'000,
                                     (std::numeric_limits<std::int64_t>::max)(),
                                     -1'000'000'000'000'000,
                                     (std::numeric_limits<std::int64_t>::min)()};
  std::int64_t now = 1'700'000'000'000;
  std::int64_t playhead = 0;
  const auto hostile_number = [&] { return absurd[random.below(std::size(absurd))]; };
  const auto time = [&]() -> std::optional<Timestamp> {
    now += random.between(1, wild.step);
    if (wild.distinct_times) return Timestamp{WallTime{now}};
    if (!wild.all_timed && random.percent(10)) return std::nullopt;
    if (!wild.all_timed && wild.hostile && random.percent(1)) return Timestamp{WallTime{hostile_number()}};
    if (random.percent(5)) return Timestamp{WallTime{now - random.between(0, 5 * wild.step)}};
    return Timestamp{WallTime{now}};
  };
  const auto place = [&]() -> std::optional<MediaTime> {
    if (random.percent(15)) return std::nullopt;
    if (wild.hostile && random.percent(2)) return MediaTime{hostile_number()};
    if (random.percent(15))
      playhead = random.between(0, 10 * wild.step);
    else if (random.percent(80))
      playhead += random.between(0, wild.step);
    return MediaTime{playhead};
  };
  viewership::ViewerSession session = session_of({});
  if (random.percent(50)) session.content_duration = MediaTime{random.between(-1, 10 * wild.step)};
  for (std::size_t left = random.below(40); left > 0; --left) {
    const auto t = time();
    const auto p = place();
    const auto push = [&](const PlaybackEvent& event) {
      session.push_event(event);
      if (!wild.distinct_times && random.percent(5)) session.push_event(event);
    };
    switch (random.below(12)) {
      case 0:
        push(PlaybackEvent::pause(t, p));
        break;
      case 1:
        push(PlaybackEvent::seek(t, p, place()));
        break;
      case 2:
        push(PlaybackEvent::buffer_start(t, p));
        break;
      case 3:
        push(PlaybackEvent::buffer_end(t, p, place()));
        break;
      case 4:
        push(PlaybackEvent::quality_change(t, p, random.between(-1, 70'000), 720, hostile_number()));
        break;
      case 5:
        push(PlaybackEvent::end(t, p, place()));
        break;
      case 6:
        push(PlaybackEvent::rate_change(t, p, static_cast<double>(random.between(-2, 34)) / 2));
        break;
      case 7:
      case 8:
        push(PlaybackEvent::heartbeat(t, p));
        break;
      default:
        push(PlaybackEvent::play(t, p));
    }
  }
  return session;
}

#endif  // VIEWERSHIP_TESTS_RANDOM_SESSIONS_HPP
