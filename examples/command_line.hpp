// SPDX-License-Identifier: MIT
// How the programs here end on a command line that asks for help, or for what there is not.
#ifndef VIEWERSHIP_EXAMPLES_COMMAND_LINE_HPP
#define VIEWERSHIP_EXAMPLES_COMMAND_LINE_HPP

#include <cstdlib>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

/// Reads the command line. Ends the program after `--help`, and with one line on standard error and status 2
/// after a wrong one.
inline void parse_or_exit(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    std::exit(EXIT_SUCCESS);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "{0}: {1}; see {0} --help\n", app.get_name(), error.what());
    std::exit(2);
  }
}

#endif  // VIEWERSHIP_EXAMPLES_COMMAND_LINE_HPP
