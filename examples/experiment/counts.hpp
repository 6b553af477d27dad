// SPDX-License-Identifier: MIT
// The counts of many tests, from a file with a line an arm.
#ifndef VIEWERSHIP_EXAMPLES_EXPERIMENT_COUNTS_HPP
#define VIEWERSHIP_EXAMPLES_EXPERIMENT_COUNTS_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct ArmCounts {
  std::string arm{};
  std::uint64_t impressions = 0;
  std::uint64_t clicks = 0;
};

struct TestCounts {
  std::string id{};
  std::vector<ArmCounts> arms{};  ///< in the order of the file
  std::uint64_t skipped = 0;      ///< lines of it that could not be read: arms may be missing
};

struct SkippedLine {
  std::size_t line = 0;  ///< from 1
  std::string reason{};
};

struct Counts {
  std::vector<TestCounts> tests{};  ///< in the order in which the file names them first
  std::uint64_t lines = 0;          ///< without the header
  std::uint64_t skipped = 0;
  std::vector<SkippedLine> first_skipped{};  ///< the first hundred of them
};

/// Reads a text with the columns test_id, arm, impressions and clicks in any order, and others, which it
/// ignores. Clicks above impressions are read: judging them is not reading. Throws `std::runtime_error` if
/// the header lacks a column or has it twice.
Counts read_counts(std::string_view csv);

/// The text of a file. Throws `std::runtime_error` if it cannot be read, or is of a gigabyte and more.
std::string read_file(const std::string& path);

#endif  // VIEWERSHIP_EXAMPLES_EXPERIMENT_COUNTS_HPP
