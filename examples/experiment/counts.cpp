// SPDX-License-Identifier: MIT
#include "counts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "csv.hpp"

namespace {

constexpr std::size_t most_kept = 100;
constexpr std::size_t longest_id = 200;
constexpr std::size_t most_arms = 1'000;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// Some text of the file for a message of one line.
std::string shown(std::string_view text) {
  constexpr std::size_t most = 40;
  std::string start(text.substr(0, most));
  std::replace_if(start.begin(), start.end(), is_control, '?');
  return "'" + start + (text.size() > most ? "...'" : "'");
}

/// Where the columns are.
struct Columns {
  std::size_t count;
  std::size_t test_id;
  std::size_t arm;
  std::size_t impressions;
  std::size_t clicks;
};

Columns columns_of(const CsvRecord& header) {
  const std::string where = fmt::format("line {}: ", header.line);
  if (!header.problem.empty()) throw std::runtime_error(where + header.problem);
  const auto find = [&](std::string_view name) {
    const auto& fields = header.fields;
    const auto found = std::find(fields.begin(), fields.end(), name);
    if (found == fields.end()) throw std::runtime_error(fmt::format("{}no column '{}'", where, name));
    if (std::find(found + 1, fields.end(), name) != fields.end()) {
      throw std::runtime_error(fmt::format("{}two columns '{}'", where, name));
    }
    return static_cast<std::size_t>(found - fields.begin());
  };
  return {header.fields.size(), find("test_id"), find("arm"), find("impressions"), find("clicks")};
}

/// What is wrong with an id; empty if nothing is.
std::string problem_of_id(std::string_view column, std::string_view id) {
  if (id.empty()) return fmt::format("{} is empty", column);
  if (id.size() > longest_id) return fmt::format("{} is longer than {} bytes", column, longest_id);
  if (std::any_of(id.begin(), id.end(), is_control)) return fmt::format("{} has a control character", column);
  return {};
}

/// Reads a count, or says what is wrong with it.
std::string read_count(std::string_view column, std::string_view text, std::uint64_t& count) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc{} && end == text.data() + text.size()) return {};
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool is_negative = text.size() > 1 && text[0] == '-';
  const std::string_view digits = text.substr(is_negative ? 1 : 0);
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) {
    return fmt::format("{} {} is not a whole number", column, shown(text));
  }
  return fmt::format("{} {} is {}", column, shown(text), is_negative ? "negative" : "too large");
}

class CountsReader {
 public:
  explicit CountsReader(const Columns& columns) : columns_(columns) {}

  void add(const CsvRecord& record) {
    ++counts_.lines;
    if (const std::string problem = read(record); !problem.empty()) {
      ++counts_.skipped;
      if (counts_.first_skipped.size() < most_kept) counts_.first_skipped.push_back({record.line, problem});
    }
  }

  Counts finish() { return std::move(counts_); }

 private:
  std::string read(const CsvRecord& record) {
    if (!record.problem.empty()) return record.problem;
    // Of such a line nobody knows which field is which, so it belongs to no test.
    if (record.fields.size() != columns_.count) {
      return fmt::format("{} fields where the header has {}", record.fields.size(), columns_.count);
    }
    const std::string& id = record.fields[columns_.test_id];
    if (std::string problem = problem_of_id("test_id", id); !problem.empty()) return problem;
    const auto [known, is_new] = index_.try_emplace(id, counts_.tests.size());
    if (is_new) {
      counts_.tests.push_back({id});
      arms_.emplace_back();
    }
    std::string problem = read_arm(record, known->second);
    if (!problem.empty()) ++counts_.tests[known->second].skipped;
    return problem;
  }

  std::string read_arm(const CsvRecord& record, std::size_t test) {
    ArmCounts arm{record.fields[columns_.arm]};
    std::string problem = problem_of_id("arm", arm.arm);
    if (problem.empty()) {
      problem = read_count("impressions", record.fields[columns_.impressions], arm.impressions);
    }
    if (problem.empty()) problem = read_count("clicks", record.fields[columns_.clicks], arm.clicks);
    if (!problem.empty()) return problem;
    if (arms_[test].size() == most_arms) return fmt::format("more than {} arms in a test", most_arms);
    if (!arms_[test].insert(arm.arm).second) return fmt::format("arm {} of this test again", shown(arm.arm));
    counts_.tests[test].arms.push_back(std::move(arm));
    return {};
  }

  Columns columns_;
  Counts counts_{};
  std::map<std::string, std::size_t> index_{};
  std::vector<std::set<std::string>> arms_{};  // of each test
};

}  // namespace

Counts read_counts(std::string_view csv) {
  CsvReader reader(csv);
  const std::optional<CsvRecord> header = reader.next();
  if (!header) throw std::runtime_error("is empty");
  CountsReader counts(columns_of(*header));
  while (const std::optional<CsvRecord> record = reader.next()) counts.add(*record);
  return counts.finish();
}

std::string read_file(const std::string& path) {
  constexpr std::size_t most_bytes = 1'000'000'000;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 65'536> buffer{};
  while (file && text.size() < most_bytes) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    text.append(buffer.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (text.size() >= most_bytes) throw std::runtime_error("is too large: a gigabyte is the most");
  if (!file.eof()) throw std::runtime_error("cannot be read");
  return text;
}
