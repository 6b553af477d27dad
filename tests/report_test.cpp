// SPDX-License-Identifier: MIT
// The report as its user meets it: the program is run, and what it says is read.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "program.hpp"

using nlohmann::json;

#ifndef VIEWERSHIP_SHARED_DIR
#define VIEWERSHIP_SHARED_DIR ""
#endif

namespace {

Run run(const std::string& arguments) {
  return run_program(REPORT_PROGRAM, arguments);
}

json json_of(const std::string& arguments) {
  const Run result = run("--json - " + arguments);
  INFO(result.error);
  REQUIRE(result.status == 0);
  return json::parse(result.out);
}

/// The bundled log and the real ones, one by one; empty, with a warning, for one that is not there.
std::string each_log() {
  const std::string log =
      GENERATE(as<std::string>{}, SAMPLE_LOG, VIEWERSHIP_SHARED_DIR "/data/web_player.ndjson",
               VIEWERSHIP_SHARED_DIR "/data/course_videos.ndjson");
  if (!std::filesystem::exists(log)) {
    WARN("skipped: no log " << log << " (set VIEWERSHIP_SHARED_DIR)");
    return {};
  }
  return log;
}

constexpr const char* worked_session =
    R"({"session_id":"s","content_id":"v","content_duration_ms":60000,"type":"play","at_ms":1700000000000,"position_ms":0}
{"session_id":"s","content_id":"v","content_duration_ms":60000,"type":"buffer_start","at_ms":1700000000000,"position_ms":0}
{"session_id":"s","content_id":"v","content_duration_ms":60000,"type":"buffer_end","at_ms":1700000002000,"position_ms":0}
{"session_id":"s","content_id":"v","content_duration_ms":60000,"type":"buffer_start","at_ms":1700000022000,"position_ms":20000}
{"session_id":"s","content_id":"v","content_duration_ms":60000,"type":"buffer_end","at_ms":1700000026000,"position_ms":20000}
{"session_id":"s","content_id":"v","content_duration_ms":60000,"type":"pause","at_ms":1700000036000,"position_ms":30000}
{"session_id":"s","content_id":"v","content_duration_ms":60000,"type":"play","at_ms":1700000066000,"position_ms":30000}
{"session_id":"s","content_id":"v","content_duration_ms":60000,"type":"rate_change","at_ms":1700000066000,"position_ms":30000,"rate":2}
{"session_id":"s","content_id":"v","content_duration_ms":60000,"type":"seek","at_ms":1700000076000,"position_ms":50000,"to_ms":10000}
{"session_id":"s","content_id":"v","content_duration_ms":60000,"type":"buffer_start","at_ms":1700000076000,"position_ms":10000}
{"session_id":"s","content_id":"v","content_duration_ms":60000,"type":"buffer_end","at_ms":1700000077000,"position_ms":10000}
{"session_id":"s","content_id":"v","content_duration_ms":60000,"type":"heartbeat","at_ms":1700000085000,"position_ms":26000}
)";

}  // namespace

TEST_CASE("the session worked by hand is reported as worked") {
  const Folder folder;
  const json report = json_of("--per-session --points 3 --bucket 20 " + folder.write("log", worked_session));
  CHECK(report["lines"] == json{{"read", 12}, {"skipped", 0}, {"unknown_type", 0}});
  CHECK(report["repairs"]["missing_ends"] == 1);
  REQUIRE(report["contents"].size() == 1);
  const json& content = report["contents"][0];
  const json expected{{"content_id", "v"},
                      {"duration_ms", 60'000},
                      {"sessions", 1},
                      {"started", 1},
                      {"content_played_ms", 66'000},
                      {"playing_ms", 48'000},
                      {"watched_ms", 55'000},
                      {"unique_ms", 50'000},
                      {"stalls", 1},
                      {"stalled_ms", 4'000},
                      {"seeks_forward", 0},
                      {"seeks_back", 1},
                      {"quality_changes", 0},
                      {"completed", 0},
                      {"average_view_duration_ms", 66'000},
                      {"average_share_viewed", 1.1}};
  for (const auto& [name, value] : expected.items()) {
    CAPTURE(name);
    CHECK(content[name] == value);
  }
  // Played [0, 50) and then [10, 26) of 60 s.
  const auto point = [&](std::size_t i) {
    const json& p = content["retention"][i];
    return std::vector<double>{p["position_ms"], p["viewers"], p["views"], p["retention"]};
  };
  REQUIRE(content["retention"].size() == 3);
  CHECK(point(0) == std::vector<double>{0, 1, 1, 1});
  CHECK(point(1) == std::vector<double>{30'000, 1, 1, 1});
  CHECK(point(2) == std::vector<double>{60'000, 0, 0, 0});
  const auto bucket = [&](std::size_t i) {
    const json& b = content["heatmap"][i];
    return std::vector<double>{b["position_ms"], b["views"], b["viewers"], b["intensity"]};
  };
  REQUIRE(content["heatmap"].size() == 3);
  CHECK(bucket(0) == std::vector<double>{0, 2, 1, 1});
  CHECK(bucket(1) == std::vector<double>{20'000, 2, 1, 1});
  CHECK(bucket(2) == std::vector<double>{40'000, 1, 1, 1});
  REQUIRE(content["per_session"].size() == 1);
  const json& session = content["per_session"][0];
  CHECK(session["session_id"] == "s");
  CHECK(session["content_played_ms"] == 66'000);
  CHECK(session["unique_ms"] == 50'000);
  CHECK(session["watch_time_lower_ms"] == 66'000);
  CHECK(session["watch_time_upper_ms"] == 76'000);  // what is left of the title is all that may be hidden
  CHECK(session["completion"] == 50.0 / 60);
  CHECK(session["furthest_ms"] == 50'000);
  CHECK(session["ranges"] == json::parse("[[0,50000]]"));
}

TEST_CASE("every wrong use is one clear line and a status") {
  const Folder folder;
  const std::string log = folder.write("log", worked_session);
  const std::string empty = folder.write("empty", "");
  const std::string rubbish = folder.write("rubbish", "nothing\n{\n");
  struct {
    std::string arguments;
    int status;
    std::string says;
  } const cases[] = {
      {"", 2, "LOG is required"},
      {"--points 0 " + log, 2, "--points"},
      {"--points many " + log, 2, "--points"},
      {"--bucket 0 " + log, 2, "--bucket"},
      {"--bucket nan " + log, 2, "--bucket"},
      {"--frobnicate " + log, 2, "--frobnicate"},
      {folder.file("none"), 2, folder.file("none")},
      {log + " " + folder.file("none"), 2, folder.file("none")},
      {empty, 2, "no playback event"},
      {rubbish, 2, "no playback event"},
      {"--content nope " + log, 1, "'nope'"},
      {"--json " + folder.file("no/where") + " " + log, 2, "cannot write"},
  };
  for (const auto& [arguments, status, says] : cases) {
    const Run result = run(arguments);
    CAPTURE(arguments, result.out, result.error);
    CHECK(result.status == status);
    CHECK(is_one_line(result.error, "report: "));
    CHECK(result.error.find(says) != std::string::npos);
  }
}

TEST_CASE("several logs and standard input are one log") {
  const Folder folder;
  const std::string text = worked_session;
  const std::size_t middle = text.find('\n', text.size() / 2) + 1;
  const std::string one = folder.write("one", text.substr(0, middle));
  const std::string two = folder.write("two", text.substr(middle));
  const std::string all = folder.write("all", text);
  const json expected = json_of("--per-session " + all);
  CHECK(json_of("--per-session " + one + " " + two) == expected);
  CHECK(json_of("--per-session " + two + " " + one)["contents"] == expected["contents"]);
  CHECK(json_of("--per-session - <" + all) == expected);
}

TEST_CASE("the report for people goes beside the one for programs") {
  const Folder folder;
  const Run result = run("--json " + folder.file("json") + " --content talk-42 " SAMPLE_LOG);
  REQUIRE(result.status == 0);
  CHECK(result.error.empty());
  CHECK(result.out.find("talk-42, 45:00.000") != std::string::npos);
  CHECK(result.out.find("trailer") == std::string::npos);
  CHECK(json::parse(folder.read("json")) == json_of("--content talk-42 " SAMPLE_LOG));
}

TEST_CASE("what the report says of a title is what its sessions say one by one") {
  const std::string log = each_log();
  if (log.empty()) return;
  const json report = json_of("--per-session --points 17 --bucket 7 " + log);
  for (const json& content : report["contents"]) {
    CAPTURE(content["content_id"]);
    const json& sessions = content["per_session"];
    const auto sum = [&](const char* name) {
      std::int64_t total = 0;
      for (const json& session : sessions) total += session[name].get<std::int64_t>();
      return total;
    };
    CHECK(content["sessions"] == sessions.size());
    for (const char* name : {"content_played_ms", "unique_ms", "watch_time_lower_ms", "watch_time_upper_ms",
                             "playing_ms", "watched_ms"}) {
      CHECK(content[name] == sum(name));
    }
    std::int64_t started = 0;
    std::int64_t completed = 0;
    for (const json& session : sessions) {
      std::int64_t unique = 0;
      std::int64_t end = -1;
      for (const json& range : session["ranges"]) {
        CHECK(range[0].get<std::int64_t>() > end);
        end = range[1];
        unique += end - range[0].get<std::int64_t>();
      }
      CHECK(session["unique_ms"] == unique);
      CHECK(session["watch_time_lower_ms"] <= session["content_played_ms"]);
      CHECK(session["content_played_ms"] <= session["watch_time_upper_ms"]);
      started += unique > 0 ? 1 : 0;
      if (unique == 0) continue;
      CHECK(session["furthest_ms"] == end);
      CHECK(session["completion"] == static_cast<double>(unique) / content["duration_ms"].get<double>());
      completed += session["completion"] >= 0.95 ? 1 : 0;
    }
    CHECK(content["started"] == started);
    CHECK(content["completed"] == completed);
    const auto touching = [&](std::int64_t from, std::int64_t to) {
      return std::ranges::count_if(sessions, [&](const json& session) {
        return std::ranges::any_of(session["ranges"], [&](const json& range) {
          return range[0].get<std::int64_t>() < to && range[1].get<std::int64_t>() > from;
        });
      });
    };
    const auto duration = content["duration_ms"].is_null() ? 0 : content["duration_ms"].get<std::int64_t>();
    std::int64_t viewers = 0;
    for (const json& point : content["retention"]) {
      const std::int64_t position = (std::min)(point["position_ms"].get<std::int64_t>(), duration - 1);
      viewers += point["joined"].get<std::int64_t>() - point["skipped"].get<std::int64_t>() -
                 point["stopped"].get<std::int64_t>();
      CHECK(point["viewers"] == viewers);
      CHECK(point["viewers"] == touching(position, position + 1));
    }
    for (const json& bucket : content["heatmap"]) {
      const auto from = bucket["position_ms"].get<std::int64_t>();
      CHECK(bucket["viewers"] == touching(from, (std::min)(from + 7'000, duration)));
      CHECK(bucket["views"] >= bucket["viewers"]);
    }
  }
}

TEST_CASE("real logs add up to what an independent program made of them") {
  // Totals over all titles, from a plain reading of the same rules in another language.
  struct {
    std::string log;
    json lines;
    std::size_t contents;
    json totals;
  } const cases[] = {
      {"web_player",
       {{"read", 248}, {"skipped", 0}, {"unknown_type", 7}},
       3,
       {{"sessions", 44},
        {"started", 34},
        {"content_played_ms", 4'219'541},
        {"unique_ms", 4'124'136},
        {"watch_time_lower_ms", 3'416'984},
        {"watch_time_upper_ms", 9'319'541},
        {"playing_ms", 4'078'271},
        {"seeks_forward", 26},
        {"seeks_back", 14},
        {"completed", 1}}},
      {"course_videos",
       {{"read", 6'254}, {"skipped", 0}, {"unknown_type", 0}},
       230,
       {{"sessions", 3'952},
        {"started", 403},
        {"content_played_ms", 29'282'000},
        {"unique_ms", 28'820'000},
        {"watch_time_lower_ms", 29'282'000},
        {"watch_time_upper_ms", 338'630'000},
        {"playing_ms", 29'282'000},
        {"completed", 1}}},
  };
  for (const auto& [name, lines, contents, totals] : cases) {
    const std::string log = std::string(VIEWERSHIP_SHARED_DIR) + "/data/" + name + ".ndjson";
    if (!std::filesystem::exists(log)) {
      WARN("skipped: no log " << log << " (set VIEWERSHIP_SHARED_DIR)");
      continue;
    }
    const json report = json_of(log);
    CHECK(report["lines"] == lines);
    CHECK(report["contents"].size() == contents);
    for (const auto& [total, expected] : totals.items()) {
      std::int64_t sum = 0;
      for (const json& content : report["contents"]) sum += content[total].get<std::int64_t>();
      CAPTURE(name, total);
      CHECK(sum == expected.get<std::int64_t>());
    }
  }
}

TEST_CASE("the engagement of the session worked by hand: 8/15, a rewatch being half of what it lacks") {
  // Unique 50 s of 60 s, not completed, 16 s of it again: M = 5/12, and 0.2 · 7/12 is added.
  const Folder folder;
  const json report = json_of(folder.write("log", worked_session));
  const json& engagement = report["contents"][0]["engagement"];
  CHECK(engagement["components"] == json{{"watch_time", 50.0 / 60},
                                         {"completion", 0.0},
                                         {"social", nullptr},
                                         {"rewatch", 1.0},
                                         {"forward_seek_penalty", 0.0}});
  CHECK_THAT(engagement["score"].get<double>(), WithinRel(8.0 / 15, 1e-15));
  CHECK_THAT(engagement["contributions"]["watch_time"].get<double>(), WithinRel(5.0 / 12, 1e-15));
  CHECK_THAT(engagement["contributions"]["rewatch"].get<double>(), WithinRel(0.2 * 7 / 12, 1e-15));
  // One title is no catalogue to learn from.
  CHECK(report["ranking"] ==
        json{{{"content_id", "v"}, {"rank", 1}, {"score", engagement["score"]}, {"shrunk", nullptr}}});
}

TEST_CASE("a title that nobody started has no engagement and comes last") {
  const Folder folder;
  const json report = json_of(folder.write(
      "log", std::string(R"({"session_id":"t","content_id":"a","type":"play"})") + '\n' + worked_session));
  REQUIRE(report["contents"].size() == 2);
  for (const json& content : report["contents"]) {
    CHECK(content["engagement"]["score"].is_null() == (content["content_id"] == "a"));
  }
  CHECK(report["ranking"][0]["content_id"] == "v");
  CHECK(report["ranking"][1] ==
        json{{"content_id", "a"}, {"rank", nullptr}, {"score", nullptr}, {"shrunk", nullptr}});
}

TEST_CASE("engagement is what the titles' counts say, and the ranking holds every title once, in order") {
  const std::string log = each_log();
  if (log.empty()) return;
  const json report = json_of(log);
  std::map<std::string, json> scores;
  for (const json& content : report["contents"]) {
    const json& engagement = content["engagement"];
    scores[content["content_id"]] = engagement["score"];
    const auto started = content["started"].get<double>();
    REQUIRE(engagement["score"].is_null() == (started == 0));
    if (started == 0) continue;
    const json& components = engagement["components"];
    CHECK_THAT(components["watch_time"].get<double>(),
               WithinRel(content["unique_ms"].get<double>() / started / content["duration_ms"].get<double>(),
                         1e-12));
    CHECK(components["completion"] == content["completed"].get<double>() / started);
    double sum = 0.0;
    for (const json& adds : engagement["contributions"]) sum += adds.get<double>();
    CHECK(engagement["score"] == sum);
  }
  const json& ranking = report["ranking"];
  CHECK(ranking.size() == scores.size());
  const bool is_modelled = !ranking[0]["shrunk"].is_null();
  CHECK(is_modelled == (scores.size() >= 4));
  std::size_t place = 0;
  for (const json& title : ranking) {
    ++place;
    const auto found = scores.find(title["content_id"]);
    REQUIRE(found != scores.end());
    CHECK(title["score"] == found->second);
    scores.erase(found);
    if (title["score"].is_null()) continue;
    const auto above = std::ranges::count_if(ranking, [&](const json& other) {
      return !other["score"].is_null() && other["score"] > title["score"];
    });
    CHECK(title["rank"].get<std::int64_t>() > above);
    if (!is_modelled) {
      CHECK(title["rank"] == place);
      continue;
    }
    const json& shrunk = title["shrunk"];
    CHECK(shrunk["rank"] == place);
    CHECK(shrunk["best_rank"] <= shrunk["rank"]);
    CHECK(shrunk["rank"] <= shrunk["worst_rank"]);
    CHECK(shrunk["lower"] <= shrunk["score"]);
    CHECK(shrunk["score"] <= shrunk["upper"]);
  }
}

TEST_CASE("the report for people ends with the ranking, where there is more than one title") {
  const std::string all = run(SAMPLE_LOG).out;
  const std::size_t table = all.find("\nengagement: 4 titles around ");
  REQUIRE(table != std::string::npos);
  CHECK(std::ranges::count(all.substr(table + 1), '\n') == 7);
  const std::string one = run("--content talk-42 " SAMPLE_LOG).out;
  CHECK(one.find("\nengagement of talk-42: 0.") != std::string::npos);
  CHECK(one.find("\nengagement: ") == std::string::npos);
}
