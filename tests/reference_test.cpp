// SPDX-License-Identifier: MIT
// The sessions and answers of the Rust crate that this library's vocabulary comes from, as an oracle where its
// definitions are the same as ours. Its exceptions are listed here one by one, each with its reason.
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <map>
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
  return found == event.end() || found->is_null() ? std::nullopt : std::optional(MediaTime(found->get<std::int64_t>()));
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
  if (type == "buffer_end") return PlaybackEvent::buffer_end(std::nullopt, ms(e, "position_ms"), ms(e, "duration_ms"));
  if (type == "quality_change") {
    return PlaybackEvent::quality_change(std::nullopt, std::nullopt, e["from_height"], e["to_height"], e["bitrate"]);
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

}  // namespace

TEST_CASE("the per-second view of every playback map is the reference's") {
  const auto golden = golden_json("reference/playback_map.json");
  if (!golden) return;
  const std::vector<ViewerSession> sessions = reference_sessions();
  REQUIRE(sessions.size() == golden->size());
  std::size_t agreeing = 0;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const json& expected = (*golden)[i];
    REQUIRE(expected["session_id"] == sessions[i].session_id);
    const MediaTime duration(expected["duration_ms"].get<std::int64_t>());
    std::vector<bool> cells(expected["len"].get<std::size_t>());
    for (const json& run : expected["runs"]) {
      for (std::size_t k = run[0]; k < run[1]; ++k) cells[k] = true;
    }
    const PlaybackMap map = build_playback_map(sessions[i]);
    CAPTURE(sessions[i].session_id);
    const bool same = map.positions_watched(duration) == cells;
    if (!same) {
      std::string s;
      for (auto r : map.ranges()) s += "[" + std::to_string(r.from.count()) + "," + std::to_string(r.to.count()) + ") ";
      UNSCOPED_INFO(s << " expected " << expected["runs"].dump());
    }
    CHECK(same);
    agreeing += same;
  }
  WARN(agreeing);
}
