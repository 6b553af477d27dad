// SPDX-License-Identifier: MIT
#include "arguments.hpp"

#include <cstdlib>

#include <CLI/CLI.hpp>

#include "../command_line.hpp"

Arguments parse_arguments(int argc, char** argv) {
  Arguments arguments;
  double alpha = arguments.confidence.alpha();
  std::string metric = "ctr";
  CLI::App app("Which arm of each A/B test won, or why there is no saying so.", "experiment");
  app.add_option("COUNTS", arguments.counts,
                 "CSV file with the columns test_id, arm, impressions and clicks; others are ignored")
      ->required();
  app.add_option("--json", arguments.json,
                 "Also write the answers to this file as JSON; - is standard output, and JSON only");
  app.add_option("--alpha", alpha, "How probable a winner may be where no arm is better")
      ->check([](const std::string& text) {
        const double value = std::strtod(text.c_str(), nullptr);
        return value > 0.0 && value < 1.0 ? "" : "alpha lies between 0 and 1";
      })
      ->capture_default_str();
  app.add_option("--metric", metric, "What arms are judged by: ctr, clicks per impression")
      ->check(CLI::IsMember({"ctr"}))
      ->capture_default_str();
  parse_or_exit(app, argc, argv);
  arguments.confidence = viewership::ConfidenceLevel::of_alpha(alpha);
  return arguments;
}
