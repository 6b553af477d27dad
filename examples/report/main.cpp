// SPDX-License-Identifier: MIT
// Playback log in, audience report out.
//   report [--json FILE] [--per-session] [--points N] [--bucket SECONDS] [--content ID] LOG.ndjson...
// Ends with 0; with 2 after a wrong command line, a log that cannot be read or has no event, or a JSON file
// that cannot be written; with 1 if the log has no such content. Each says why in one line on standard error.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include <fmt/format.h>
#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

#include <viewership/io/ndjson.hpp>
#include <viewership/viewership.hpp>

#include "arguments.hpp"
#include "audience.hpp"
#include "json.hpp"
#include "ranking.hpp"
#include "text.hpp"

using namespace viewership;

namespace {

bool is_somebody_watching() {
#if __has_include(<unistd.h>)
  return isatty(STDERR_FILENO) != 0;
#else
  return false;
#endif
}

/// Says every 16 MB how far the reading has come, if standard error is a terminal.
class Progress {
 public:
  void operator()(const NdjsonReport& report) {
    if (!is_watched_ || report.bytes < next_) return;
    next_ = report.bytes + step;
    fmt::print(stderr, "\r{} MB, {} lines", report.bytes / 1'000'000, report.lines);
    std::fflush(stderr);
  }
  void finish() const {
    if (next_ > step) fmt::print(stderr, "\r{:40}\r", "");
  }

 private:
  static constexpr std::uint64_t step = 16'000'000;

  bool is_watched_ = is_somebody_watching();
  std::uint64_t next_ = step;
};

NdjsonLog read(const std::vector<std::string>& logs) {
  NdjsonReader reader;
  Progress progress;
  for (const std::string& log : logs) {
    if (log == "-") {
      reader.read(std::cin, "standard input", std::ref(progress));
    } else {
      reader.read(std::filesystem::path(log), std::ref(progress));
    }
  }
  progress.finish();
  return reader.finish();
}

int fail(int status, const std::string& message) {
  fmt::print(stderr, "report: {}\n", message);
  return status;
}

int run(const Arguments& arguments) {
  const NdjsonLog log = read(arguments.logs);
  if (log.log.empty()) return fail(2, "the log has no playback event");

  std::vector<ContentReport> contents;
  for (std::size_t i = 0; i < log.log.content_count(); ++i) {
    const std::string id(log.log.content_id(i));
    if (arguments.content && *arguments.content != id) continue;
    contents.push_back(report_on(log.log.content(i), id, arguments));
  }
  if (contents.empty()) return fail(1, "the log has no content '" + *arguments.content + "'");

  const std::string json = arguments.json.empty() ? "" : to_json(log, contents, arguments.per_session);
  if (arguments.json == "-") {
    fmt::print("{}", json);
    return 0;
  }
  print_reading(log);
  for (const ContentReport& content : contents) print_content(content);
  if (contents.size() > 1) print_ranking(rank(contents));
  if (!arguments.json.empty()) {
    std::ofstream file(arguments.json, std::ios::binary);
    file << json;
    file.close();
    if (!file) return fail(2, "cannot write " + arguments.json);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int status = run(parse_arguments(argc, argv));
    return std::fflush(stdout) == 0 ? status : fail(2, "cannot write standard output");
  } catch (const std::exception& error) {
    return fail(2, error.what());
  }
}
