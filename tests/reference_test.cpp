// SPDX-License-Identifier: MIT
// The sessions and answers of the Rust crate that this library's vocabulary comes from, as an oracle where
// its definitions are the same as ours. Its exceptions are listed here one by one, each with its reason.
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include <viewership/retention.hpp>
#include <viewership/session.hpp>

#include "catch.hpp"
#include "golden.hpp"

using namespace viewership;
using nlohmann::json;

namespace {

std::optional<MediaTime> ms(const json& event, const char* key) {
  const auto found = event.find(key);
  return found == event.end() || found->is_null() ? std::nullopt
                                                  : std::optional(MediaTime(found->get<std::int64_t>()));
}

std::optional<Timestamp> time_of(const json& event) {
  const auto since_epoch = ms(event, "timestamp_ms");
  return since_epoch ? std::optional(Timestamp(*since_epoch)) : std::nullopt;
}

PlaybackEvent event_from(const json& e) {
  const std::string type = e["type"];
  if (type == "play") return PlaybackEvent::play(time_of(e));
  if (type == "pause") return PlaybackEvent::pause(time_of(e), ms(e, "position_ms"));
  if (type == "seek") return PlaybackEvent::seek(std::nullopt, ms(e, "from_ms"), ms(e, "to_ms"));
  if (type == "buffer_start") return PlaybackEvent::buffer_start(std::nullopt, ms(e, "position_ms"));
  if (type == "buffer_end")
    return PlaybackEvent::buffer_end(std::nullopt, ms(e, "position_ms"), ms(e, "duration_ms"));
  if (type == "quality_change") {
    return PlaybackEvent::quality_change(std::nullopt, std::nullopt, e["from_height"], e["to_height"],
                                         e["bitrate"]);
  }
  REQUIRE(type == "end");
  return PlaybackEvent::end(std::nullopt, ms(e, "position_ms"), ms(e, "watch_duration_ms"));
}

/// All sessions of the reference, in its order; none if the folder is not there.
std::vector<ViewerSession> reference_sessions() {
  std::ifstream file(std::string(VIEWERSHIP_SHARED_DIR) + "/golden/reference/sessions.jsonl");
  std::vector<ViewerSession> sessions;
  for (std::string line; std::getline(file, line);) {
    const json row = json::parse(line);
    ViewerSession session;
    session.session_id = row["session_id"];
    session.content_id = row["content_id"];
    for (const json& event : row["events"]) session.push_event(event_from(event));
    sessions.push_back(std::move(session));
  }
  return sessions;
}

/// The reference plays events in the order in which they came. Where their times say otherwise, its order is
/// not ours: 22 of its 147 sessions, whose times lie years apart.
bool is_in_order(const ViewerSession& session) {
  std::optional<Timestamp> latest;
  for (const PlaybackEvent& event : session.events) {
    if (event.at() && latest && *event.at() < *latest) return false;
    if (event.at()) latest = event.at();
  }
  return true;
}

/// The per-second view of a playback map, as the reference wrote it down.
std::vector<bool> cells_of(const json& map) {
  std::vector<bool> cells(map["len"].get<std::size_t>());
  for (const json& run : map["runs"]) {
    for (std::size_t k = run[0]; k < run[1]; ++k) cells[k] = true;
  }
  return cells;
}

MediaTime duration_of(const json& row) {
  return MediaTime(row["duration_ms"].get<std::int64_t>());
}

}  // namespace

TEST_CASE("the per-second view of every playback map is the reference's") {
  const auto golden = golden_json("reference/playback_map.json");
  if (!golden) return;
  const std::vector<ViewerSession> sessions = reference_sessions();
  REQUIRE(sessions.size() == golden->size());
  int compared = 0;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const json& expected = (*golden)[i];
    REQUIRE(expected["session_id"] == sessions[i].session_id);
    if (!is_in_order(sessions[i])) continue;
    CAPTURE(sessions[i].session_id);
    const bool same =
        build_playback_map(sessions[i]).positions_watched(duration_of(expected)) == cells_of(expected);
    CHECK(same);
    ++compared;
  }
  CHECK(compared == 125);
}

TEST_CASE("raw counts of events are the reference's") {
  const auto golden = golden_json("reference/analyze_session.json");
  if (!golden) return;
  const std::vector<ViewerSession> sessions = reference_sessions();
  REQUIRE(sessions.size() == golden->size());
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const json& expected = (*golden)[i];
    REQUIRE(expected["session_id"] == sessions[i].session_id);
    CAPTURE(sessions[i].session_id);
    const SessionMetrics m = analyze_session(sessions[i], duration_of(expected));
    // It leaves nothing out, also not what arrived twice.
    CHECK(m.audit.duplicates == 0);
    CHECK(m.seeks == expected["seek_count"].get<std::uint64_t>());
    CHECK(m.buffer_starts == expected["buffer_events"].get<std::uint64_t>());
    CHECK(m.quality_changes == expected["quality_changes"].get<std::uint64_t>());
  }
}

TEST_CASE("viewers at the reference's sample seconds are the reference's, but for its last one") {
  const auto golden = golden_json("reference/retention.json");
  const auto maps = golden_json("reference/playback_map.json");
  if (!golden || !maps) return;
  const std::vector<ViewerSession> sessions = reference_sessions();
  for (const json& curve : *golden) {
    const MediaTime duration = duration_of(curve);
    AudienceCounts counts(AudienceGrid::cells(duration, std::chrono::seconds(1)), Counting::cells);
    std::vector<std::vector<bool>> left_out;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      if (sessions[i].content_id != curve["content_id"]) continue;
      if (is_in_order(sessions[i])) {
        counts.add(sessions[i]);
      } else {
        left_out.push_back(cells_of((*maps)[i]));
      }
    }
    const AudienceResult audience = counts.result();
    const json& buckets = curve["buckets"];
    CAPTURE(curve["content_id"], buckets.size());
    REQUIRE(audience.sessions + left_out.size() == curve["total_starts"].get<std::uint64_t>());
    // Its last point, at 100 %, says that nobody watched it even where everybody did. A curve of one point is
    // at 0.
    const std::size_t compared = buckets.size() == 1 ? 1 : buckets.size() - 1;
    for (std::size_t i = 0; i < compared; ++i) {
      const std::size_t second = i == 0 ? 0 : audience.cells.size() * i / (buckets.size() - 1);
      const double viewers = buckets[i][1].get<double>() / 100 * curve["total_starts"].get<double>();
      auto expected = static_cast<std::uint64_t>(std::llround(viewers));
      CHECK_THAT(viewers, WithinAbs(static_cast<double>(expected), 1e-3));
      for (const auto& cells : left_out) expected -= cells[second] ? 1U : 0U;
      CHECK(audience.cells[second].viewers == expected);
    }
  }
}

TEST_CASE("segments that lie within the title are the reference's, through the view of touched seconds") {
  // The reference looks at seconds: a segment is those from ⌊start / 1 s⌋ up to ⌈end / 1 s⌉, entered is any
  // of them touched, completed the last one, and the share is that of seconds. So each session's map is
  // widened to the seconds that it touched, and so is the segment.
  const auto golden = golden_json("reference/segment_retention.json");
  const auto maps = golden_json("reference/playback_map.json");
  if (!golden || !maps) return;
  const std::vector<ViewerSession> sessions = reference_sessions();
  int compared = 0;
  for (const json& content : *golden) {
    const MediaTime duration = duration_of(content);
    // The last second may be shorter; as a second it is as long as the others.
    const MediaTime whole = std::chrono::ceil<std::chrono::seconds>(duration);
    std::vector<Segment> segments;
    std::vector<json> expected;
    for (const json& row : content["segments"]) {
      const MediaTime from(row["start_ms"].get<std::int64_t>());
      const MediaTime to(row["end_ms"].get<std::int64_t>());
      if (from >= to || to > duration) continue;
      segments.push_back({row["name"], std::chrono::floor<std::chrono::seconds>(from),
                          std::chrono::ceil<std::chrono::seconds>(to)});
      expected.push_back(row);
    }
    SegmentCounts counts(segments, whole);
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      if (sessions[i].content_id != content["content_id"]) continue;
      const std::vector<bool> touched = is_in_order(sessions[i])
                                            ? build_playback_map(sessions[i]).positions_watched(duration)
                                            : cells_of((*maps)[i]);
      PlaybackMap seconds;
      for (std::size_t k = 0; k < touched.size(); ++k) {
        const std::chrono::seconds second(static_cast<std::int64_t>(k));
        if (touched[k]) seconds.mark_range(second, second + std::chrono::seconds(1));
      }
      counts.add(seconds.ranges());
    }
    const SegmentRetentionResult found = counts.result();
    for (std::size_t s = 0; s < segments.size(); ++s) {
      CAPTURE(content["content_id"], segments[s].name);
      CHECK(found.segments[s].entered == expected[s]["viewers_entered"].get<std::uint64_t>());
      CHECK(found.segments[s].completed == expected[s]["viewers_completed"].get<std::uint64_t>());
      // It is of single precision.
      CHECK_THAT(found.segments[s].mean_share_watched.value_or(0.0),
                 WithinAbs(expected[s]["avg_segment_completion"].get<double>(), 1e-6));
      ++compared;
    }
  }
  CHECK(compared == 21);
}
