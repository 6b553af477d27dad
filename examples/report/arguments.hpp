// SPDX-License-Identifier: MIT
// What the user asks of the report.
#ifndef VIEWERSHIP_EXAMPLES_REPORT_ARGUMENTS_HPP
#define VIEWERSHIP_EXAMPLES_REPORT_ARGUMENTS_HPP

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <viewership/event.hpp>

struct Arguments {
  std::vector<std::string> logs;  ///< "-" is standard input
  std::string json;               ///< where to write it; "-" is standard output; empty: nowhere
  bool per_session = false;
  std::size_t points = 21;                      ///< of the retention curve
  std::optional<viewership::MediaTime> bucket;  ///< of the heatmap; absent: chosen by the content's length
  std::optional<std::string> content;           ///< only this one
};

/// Reads the command line. Ends the program after `--help`, and with one line on standard error and status 2
/// after a wrong one.
Arguments parse_arguments(int argc, char** argv);

#endif  // VIEWERSHIP_EXAMPLES_REPORT_ARGUMENTS_HPP
