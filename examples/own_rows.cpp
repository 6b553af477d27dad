// SPDX-License-Identifier: MIT
// Sessions that stand in rows of your own type are read where they are: say how a row is a session, and every
// function takes a range of them.
#include <chrono>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <viewership/format.hpp>
#include <viewership/viewership.hpp>

namespace my_service {

struct Viewing {
  std::string key;
  std::string title;
  std::vector<viewership::PlaybackEvent> reports;
};

viewership::SessionView as_session_view(const Viewing& viewing) {
  viewership::SessionView view;
  view.session_id = viewing.key;
  view.content_id = viewing.title;
  view.events = viewing.reports;
  return view;
}

}  // namespace my_service

int main() {
  using namespace std::chrono_literals;
  using viewership::PlaybackEvent;

  const viewership::Timestamp t0{1'700'000'000'000ms};
  std::deque<my_service::Viewing> viewings;
  for (const auto length : {15s, 30s, 60s}) {
    viewings.push_back({fmt::format("v{}", length.count()),
                        "video_42",
                        {PlaybackEvent::play(t0, 0s), PlaybackEvent::end(t0 + length, length)}});
  }

  // One replay of each row, two answers.
  viewership::SessionTotals totals(60s);
  viewership::AudienceCounts audience(viewership::AudienceGrid::cells(60s, 15s), viewership::Counting::cells);
  viewership::analyze(viewings, totals, audience);
  fmt::print("average view duration {}\n", viewership::Clock{totals.result().average_view_duration});
  for (const viewership::CellCounts& cell : audience.result().cells) {
    fmt::print("{} to {}: {} viewers\n", viewership::Clock{cell.from}, viewership::Clock{cell.to},
               cell.viewers);
  }
}

// Prints:
// average view duration 0:35.000
// 0:00.000 to 0:15.000: 3 viewers
// 0:15.000 to 0:30.000: 2 viewers
// 0:30.000 to 0:45.000: 1 viewers
// 0:45.000 to 1:00.000: 1 viewers
