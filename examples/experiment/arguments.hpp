// SPDX-License-Identifier: MIT
// What the user asks of the program.
#ifndef VIEWERSHIP_EXAMPLES_EXPERIMENT_ARGUMENTS_HPP
#define VIEWERSHIP_EXAMPLES_EXPERIMENT_ARGUMENTS_HPP

#include <string>

#include <viewership/inference/confidence.hpp>

struct Arguments {
  std::string counts;
  std::string json;                        ///< where to write it; "-" is standard output; empty: nowhere
  viewership::ConfidenceLevel confidence;  ///< of intervals, and 1 - alpha of verdicts
};

/// Reads the command line. Ends the program after `--help`, and with one line on standard error and status 2
/// after a wrong one.
Arguments parse_arguments(int argc, char** argv);

#endif  // VIEWERSHIP_EXAMPLES_EXPERIMENT_ARGUMENTS_HPP
