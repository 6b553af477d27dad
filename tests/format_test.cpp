// SPDX-License-Identifier: MIT
#include <array>
#include <chrono>
#include <span>
#include <string>
#include <vector>

#include <viewership/format.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

TEST_CASE("lengths read as clocks") {
  CHECK(fmt::format("{}", Clock{0ms}) == "0:00.000");
  CHECK(fmt::format("{}", Clock{61'001ms}) == "1:01.001");
  CHECK(fmt::format("{}", Clock{3'723'456ms}) == "1:02:03.456");
  CHECK(fmt::format("{}", Clock{max_media_time}) == "277777:46:40.000");
  CHECK(fmt::format("{}", Clock{}) == "unknown");
}

TEST_CASE("instants read as dates, before and after the epoch") {
  CHECK(fmt::format("{}", Instant{Timestamp{1'700'000'000'123ms}}) == "2023-11-14 22:13:20.123");
  CHECK(fmt::format("{}", Instant{Timestamp{-1ms}}) == "1969-12-31 23:59:59.999");
  CHECK(fmt::format("{}", Instant{Timestamp{max_wall_time}}) == "9892-03-08 12:26:40.000");
}

TEST_CASE("shares read as percent") {
  CHECK(fmt::format("{}", Percent{5.0 / 6}) == "83.3 %");
  CHECK(fmt::format("{}", Percent{0.02586, 2}) == "2.59 %");
  CHECK(fmt::format("{}", Percent{}) == "-");
}

TEST_CASE("a strip shows the largest of what a column holds, and anything above nothing") {
  const std::array values{0.0, 0.001, 0.5, 1.0, 7.0};
  CHECK(fmt::format("{}", Strip{values}) == " ▁▄██");
  CHECK(fmt::format("{}", Strip{values, 2}) == "▁█");
  CHECK(fmt::format("{}", Strip{{}, 5}).empty());
}

TEST_CASE("events read as what happened, where and when") {
  const Timestamp noon{1'700'000'000'000ms};
  CHECK(fmt::format("{}", PlaybackEvent::play({})) == "play");
  CHECK(fmt::format("{}", PlaybackEvent::play(noon, 3s)) ==
        "play position 0:03.000 at 2023-11-14 22:13:20.000");
  CHECK(fmt::format("{}", PlaybackEvent::seek({}, 12s, 30s)) == "seek from 0:12.000 to 0:30.000");
  CHECK(fmt::format("{}", PlaybackEvent::buffer_end({}, 5s, 1500ms)) ==
        "buffer_end position 0:05.000 stalled for 0:01.500");
  CHECK(fmt::format("{}", PlaybackEvent::quality_change({}, {}, 720, 1080, 2'500'000)) ==
        "quality_change 720p to 1080p 2500000 bit/s");
  CHECK(fmt::format("{}", PlaybackEvent::end({}, {}, 30s)) == "end watched 0:30.000");
  CHECK(fmt::format("{}", PlaybackEvent::rate_change({}, 1s, 1.5)) ==
        "rate_change position 0:01.000 rate 1.5");
}

TEST_CASE("every kind of event and every error has its name") {
  CHECK(fmt::format("{} {}", EventKind::play, EventKind::heartbeat) == "play heartbeat");
  CHECK(fmt::format("{} {}", ErrorCode::invalid_argument, ErrorCode::malformed_input) ==
        "invalid_argument malformed_input");
  CHECK(fmt::format("{}", AnalyticsError(ErrorCode::io_error, "f: no file")) == "f: no file [io_error]");
}

TEST_CASE("everything takes width, fill and alignment") {
  CHECK(fmt::format("{:*>10}", Clock{1s}) == "**0:01.000");
  CHECK(fmt::format("{:<6}|", EventKind::play) == "play  |");
}

TEST_CASE("repairs read as those that were needed") {
  ReplayAudit audit;
  CHECK(fmt::format("{}", audit) == "none");
  audit.duplicates = 2;
  audit.missing_ends = 1;
  CHECK(fmt::format("{}", audit) == "2 duplicates, 1 missing_ends");
  IngestRepairs repairs;
  repairs.far_times = 7;
  CHECK(fmt::format("{}", repairs) == "7 far_times");
}

TEST_CASE("metrics read as one line, totals as one line a figure") {
  const ViewerSession session = watching(0, 30);
  CHECK(
      fmt::format("{}", analyze_session(session, 60s)) ==
      "played 0:30.000 (0:30.000 to 0:30.000), unique 0:30.000 of 1:00.000, completion 50.0 %, playing time "
      "0:30.000, 0 stalls of 0:00.000, seeks 0 forward 0 back, 0 quality changes, repairs: none");
  SessionTotals totals(60s);
  totals.add(session);
  const std::string text = fmt::format("{}", totals.result());
  CHECK(std::ranges::count(text, '\n') == 14);
  CHECK(text.find("average share viewed   50.0 %\n") != std::string::npos);
}

TEST_CASE("a curve reads as a table with bars, a heatmap as a strip") {
  const std::vector sessions{watching(0, 60), watching(0, 30)};
  CHECK(
      fmt::format("{}", compute_retention(sessions, 60s, 2)) ==
      "    position  viewers    views retention   joined  skipped  stopped\n"
      "    0:00.000        2        2   100.0 %        2        0        0  ██████████████████████████████\n"
      "    1:00.000        1        1    50.0 %        0        0        1  ███████████████\n");
  CHECK(fmt::format("{}", attention_heatmap(sessions, 60s, 15s)) == "██▄▄");
  CHECK(fmt::format("{}", attention_heatmap(std::vector<ViewerSession>{}, 60s, 15s)).empty());
}
