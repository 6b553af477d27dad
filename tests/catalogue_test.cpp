// SPDX-License-Identifier: MIT
// The program of examples/catalogue.cpp as its user meets it.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "catch.hpp"
#include "program.hpp"

#ifndef VIEWERSHIP_SHARED_DIR
#define VIEWERSHIP_SHARED_DIR ""
#endif

namespace {

Run run(const std::string& arguments) {
  return run_program(CATALOGUE_PROGRAM, arguments);
}

/// A session that plays the first `seconds` of a title of 100 s.
std::string watching(const std::string& session, const std::string& title, int seconds) {
  const std::string start = R"({"session_id":")" + session + R"(","content_id":")" + title +
                            R"(","content_duration_ms":100000,"type":")";
  const auto at = [](int second) {
    return R"("at_ms":)" + std::to_string(1'700'000'000'000 + 1000 * second) + R"(,"position_ms":)" +
           std::to_string(1000 * second) + "}\n";
  };
  return start + R"(play",)" + at(0) + start + R"(end",)" + at(seconds);
}

/// Titles t1, t2, … whose sessions watch so many seconds of each.
std::string catalogue_of(const std::vector<std::vector<int>>& titles) {
  std::string log;
  int title = 0;
  int session = 0;
  for (const std::vector<int>& sessions : titles) {
    ++title;
    for (const int seconds : sessions) {
      log += watching("s" + std::to_string(++session), "t" + std::to_string(title), seconds);
    }
  }
  return log;
}

bool says(const Run& result, const std::string& text) {
  return result.out.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("every wrong use of the catalogue is one clear line and status 2") {
  const Folder folder;
  const std::string empty = folder.write("empty", "");
  struct {
    std::string arguments;
    std::string says;
  } const cases[] = {{"", "usage"},
                     {empty + " " + empty, "usage"},
                     {"--help", "usage"},
                     {folder.file("none"), "none"},
                     {empty, "no playback event"}};
  for (const auto& [arguments, expected] : cases) {
    CAPTURE(arguments);
    const Run result = run(arguments);
    CHECK(result.status == 2);
    CHECK(result.out.empty());
    CHECK(std::ranges::count(result.error, '\n') == 1);
    CHECK(result.error.starts_with("catalogue: "));
    CHECK(result.error.find(expected) != std::string::npos);
  }
}

TEST_CASE("titles far apart are all told apart, the best from the median") {
  const Folder folder;
  const Run result = run(folder.write(
      "log", catalogue_of({{20, 21, 22, 21}, {40, 41, 42, 41}, {60, 61, 62, 61}, {80, 81, 82, 81}})));
  REQUIRE(result.status == 0);
  CHECK(says(result, "32 events in 16 sessions of 4 titles\n"));
  CHECK(says(result, "- 6 of 6 pairs of titles can be told apart (100.0 %).\n"));
  CHECK(says(result, "- 1 of 4 titles may be the best.\n"));
  CHECK(says(result, "- The best, t4, can be told from the median title, t2:\n"));
  CHECK(result.out.find("t4") < result.out.find("t3"));
  CHECK(result.out.find("t3") < result.out.find("t2"));
}

TEST_CASE("titles that differ by no more than chance have no best") {
  const Folder folder;
  const Run result =
      run(folder.write("log", catalogue_of({{10, 90}, {20, 80}, {30, 72}, {5, 94, 51}, {44, 55, 50}})));
  REQUIRE(result.status == 0);
  CHECK(says(result, "- 0 of 10 pairs of titles can be told apart (0.0 %).\n"));
  CHECK(says(result, "- 5 of 5 titles may be the best.\n"));
  CHECK(says(result, "- There is no best title"));
}

TEST_CASE("sessions that never differ leave nothing to doubt, and too few titles nothing to decide") {
  const Folder folder;
  const Run alike = run(folder.write("log", catalogue_of({{50, 50}, {50, 50}, {50, 50}, {50, 50}})));
  REQUIRE(alike.status == 0);
  CHECK(says(alike, "- 0 of 6 pairs of titles can be told apart (0.0 %).\n"));
  CHECK(alike.out.find("nan") == std::string::npos);
  const Run few = run(folder.write("log", catalogue_of({{50, 60}, {50, 70}, {10, 20}})));
  REQUIRE(few.status == 0);
  CHECK(says(few, "Nothing can be decided"));
}

TEST_CASE("the catalogue of the sample log is ranked") {
  const Run result = run(SAMPLE_LOG);
  REQUIRE(result.status == 0);
  CHECK(result.error.empty());
  CHECK(says(result, "3673 events in 240 sessions of 4 titles\n"));
  CHECK(says(result, " of 6 pairs of titles can be told apart"));
  // 5 of its 39 viewers see the end of talk-42, fewer than of any other title.
  for (const char* title : {"trailer\n", "lesson-7\n", "series-s1e1\n"}) {
    CHECK(result.out.find(title) < result.out.find("talk-42\n"));
  }
}

TEST_CASE("a real catalogue of 230 titles admits that it decides next to nothing") {
  const std::string log = VIEWERSHIP_SHARED_DIR "/data/course_videos.ndjson";
  if (!std::filesystem::exists(log)) {
    WARN("skipped: no log " << log << " (set VIEWERSHIP_SHARED_DIR)");
    return;
  }
  const Run result = run(log);
  REQUIRE(result.status == 0);
  CHECK(says(result, "6254 events in 3952 sessions of 230 titles\n"));
  CHECK(says(result, "141 titles around "));
  CHECK(says(result, "89 more without a started session"));
  // An analysis of variance of the sessions' shares watched, by title, has F below 1.
  CHECK(says(result, "- 0 of 9870 pairs of titles can be told apart (0.0 %).\n"));
  CHECK(says(result, "- 141 of 141 titles may be the best.\n"));
  CHECK(says(result, "- There is no best title"));
}
