// SPDX-License-Identifier: MIT
// Counts of A/B tests in, verdicts with their reasons out.
//   experiment [--json FILE] [--alpha A] [--metric ctr] COUNTS.csv
// Ends with 0; with 2 after a wrong command line, a file that cannot be read or has no test, or a JSON file
// that cannot be written. Each says why in one line on standard error.
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "answer.hpp"
#include "arguments.hpp"
#include "counts.hpp"
#include "json.hpp"
#include "text.hpp"

namespace {

int fail(const std::string& message) {
  fmt::print(stderr, "experiment: {}\n", message);
  return 2;
}

Counts read(const std::string& path) {
  try {
    Counts counts = read_counts(read_file(path));
    if (!counts.tests.empty()) return counts;
    if (counts.first_skipped.empty()) throw std::runtime_error("has no test");
    const SkippedLine& first = counts.first_skipped.front();
    throw std::runtime_error(fmt::format("has no test; line {}: {}", first.line, first.reason));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

int run(const Arguments& arguments) {
  const Counts counts = read(arguments.counts);
  std::vector<TestAnswer> answers;
  for (const TestCounts& test : counts.tests) answers.push_back(answer_of(test, arguments.confidence));

  const std::string json = arguments.json.empty() ? "" : to_json(counts, answers);
  if (arguments.json == "-") {
    fmt::print("{}", json);
    return 0;
  }
  print_reading(counts, arguments.confidence);
  for (const TestAnswer& answer : answers) print_answer(answer);
  print_totals(answers, arguments.confidence);
  if (!arguments.json.empty()) {
    std::ofstream file(arguments.json, std::ios::binary);
    file << json;
    file.close();
    if (!file) return fail("cannot write " + arguments.json);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int status = run(parse_arguments(argc, argv));
    return std::fflush(stdout) == 0 ? status : fail("cannot write standard output");
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}
