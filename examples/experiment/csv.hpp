// SPDX-License-Identifier: MIT
// Comma-separated values by RFC 4180, from text that nobody vouches for.
#ifndef VIEWERSHIP_EXAMPLES_EXPERIMENT_CSV_HPP
#define VIEWERSHIP_EXAMPLES_EXPERIMENT_CSV_HPP

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct CsvRecord {
  std::size_t line = 0;  ///< where it begins, from 1: a quoted field may go over several
  std::vector<std::string> fields{};
  std::string problem{};  ///< why it could not be read; empty if it could
};

/// The records of a text, one after another; lines without a character are none. Lines end with LF or CR LF,
/// and a byte order mark is left out. After a line that cannot be read it goes on with the next. Linear in
/// the text, and no record has more than a thousand fields.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text);

  /// Nothing at the end of the text.
  std::optional<CsvRecord> next();

 private:
  void read_record(CsvRecord& record);
  std::string read_quoted();
  std::string_view read_plain();
  [[nodiscard]] bool is_at_line_end() const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

#endif  // VIEWERSHIP_EXAMPLES_EXPERIMENT_CSV_HPP
