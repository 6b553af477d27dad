// SPDX-License-Identifier: MIT
#include "arguments.hpp"

#include <cmath>
#include <cstdlib>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <viewership/playback_map.hpp>

Arguments parse_arguments(int argc, char** argv) {
  Arguments arguments;
  double bucket_seconds = 0;
  CLI::App app("The audience of every content in a playback log: NDJSON, one event a line.", "report");
  app.add_option("LOG", arguments.logs, "Files to read as one log; - is standard input")->required();
  app.add_option("--json", arguments.json,
                 "Also write the report to this file as JSON; - is standard output, and JSON only");
  app.add_flag("--per-session", arguments.per_session, "Tell of every session");
  app.add_option("--points", arguments.points, "Points of the retention curve")
      ->check(CLI::Range(std::size_t{1}, viewership::max_grid_size))
      ->capture_default_str();
  const auto* bucket =
      app.add_option("--bucket", bucket_seconds,
                     "Seconds in a bucket of the heatmap (default: a 60th of the content); wider where that "
                     "makes more than 65536")
          ->check([](const std::string& text) {
            const double seconds = std::strtod(text.c_str(), nullptr);
            // Written so that NaN is refused too.
            return seconds >= 0.001 && seconds <= 1e9 ? "" : "a bucket lasts 0.001 to 1e9 seconds";
          });
  app.add_option("--content", arguments.content, "Tell of this content only");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    std::exit(EXIT_SUCCESS);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "report: {}; see report --help\n", error.what());
    std::exit(2);
  }
  if (!bucket->empty()) arguments.bucket = viewership::MediaTime{std::llround(bucket_seconds * 1000)};
  return arguments;
}
