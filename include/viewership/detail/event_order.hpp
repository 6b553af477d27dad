// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_EVENT_ORDER_HPP
#define VIEWERSHIP_DETAIL_EVENT_ORDER_HPP

/// @file
/// The order of events inside a session.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <viewership/event.hpp>

namespace viewership::inline v0::detail {

struct OrderRepairs {
  std::uint64_t out_of_order = 0;
  std::uint64_t far_times = 0;
};

/// Whether no event is earlier than one that arrived before it; events without a time go with their
/// predecessor.
inline bool is_ordered(std::span<const PlaybackEvent> events) noexcept {
  std::int64_t latest = EventFields::no_time;  // the least value there is
  for (const PlaybackEvent& event : events) {
    const std::int64_t time = EventFields::time(event);
    if (time < latest && time != EventFields::no_time) return false;
    latest = (std::max)(latest, time);
  }
  return true;
}

/// Whether `event` says the same as the one before it, at the same time. Without a time it may well have
/// happened twice.
inline bool is_duplicate(const PlaybackEvent& event, const PlaybackEvent& before) noexcept {
  return EventFields::time(event) != EventFields::no_time && event == before;
}

/// Whether events are ordered and no two neighbours are duplicates.
inline bool is_tidy(std::span<const PlaybackEvent> events) noexcept {
  for (std::size_t i = 1; i < events.size(); ++i) {
    if (is_duplicate(events[i], events[i - 1])) return false;
  }
  return is_ordered(events);
}

/// Sorts `events`, given in the order of arrival, by time. A time more than 24 h from its two timed
/// neighbours, which agree with each other, is set aside first: one such event would otherwise drag
/// everything out of its place. (Events that are ordered have no such time.) O(n log n).
inline OrderRepairs order_events(std::span<PlaybackEvent> events) {
  constexpr std::int64_t day = 24LL * 60 * 60 * 1000;
  const auto far_apart = [](std::int64_t a, std::int64_t b) { return (a > b ? a - b : b - a) > day; };

  struct Key {
    std::int64_t time;
    std::size_t arrival;
  };
  std::vector<Key> order(events.size());
  OrderRepairs repairs;

  // The timed neighbour behind event i, other than a repetition of it, is found by a cursor that never goes
  // back: linear over all events.
  std::int64_t before = EventFields::no_time;
  std::size_t next = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::int64_t time = EventFields::time(events[i]);
    if (time != EventFields::no_time && before != EventFields::no_time && far_apart(time, before)) {
      next = (std::max)(next, i + 1);
      const auto says_nothing_new = [&](const PlaybackEvent& event) {
        return EventFields::time(event) == EventFields::no_time || event == events[i];
      };
      while (next < events.size() && says_nothing_new(events[next])) ++next;
      if (next < events.size()) {
        const std::int64_t after = EventFields::time(events[next]);
        if (far_apart(time, after) && !far_apart(before, after)) {
          events[i] = events[i].without_time();
          ++repairs.far_times;
        }
      }
    }
    if (EventFields::time(events[i]) != EventFields::no_time) before = EventFields::time(events[i]);
    order[i] = {before, i};
  }

  std::int64_t latest = EventFields::no_time;
  for (const Key& key : order) {
    if (key.time < latest) ++repairs.out_of_order;
    latest = (std::max)(latest, key.time);
  }
  std::ranges::stable_sort(order, {}, &Key::time);

  std::vector<PlaybackEvent> sorted;
  sorted.reserve(events.size());
  for (const Key& key : order) sorted.push_back(events[key.arrival]);
  std::ranges::copy(sorted, events.begin());
  return repairs;
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_EVENT_ORDER_HPP
