// SPDX-License-Identifier: MIT
#include "csv.hpp"

#include <algorithm>
#include <stdexcept>

namespace {

constexpr std::size_t most_fields = 1'000;

struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace

CsvReader::CsvReader(std::string_view text) : text_(text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
}

std::optional<CsvRecord> CsvReader::next() {
  while (at_ < text_.size()) {
    const std::size_t begin = at_;
    CsvRecord record{line_};
    try {
      read_record(record);
    } catch (const Malformed& malformed) {
      // A line with a quote too many would hide all that follow, so only the line is given up.
      record.problem = malformed.what();
      at_ = (std::min)(text_.find('\n', begin), text_.size());
    }
    at_ = (std::min)(at_ + 1, text_.size());
    const std::string_view consumed = text_.substr(begin, at_ - begin);
    line_ += static_cast<std::size_t>(std::count(consumed.begin(), consumed.end(), '\n'));
    if (consumed != "\n" && consumed != "\r\n") return record;
  }
  return std::nullopt;
}

/// Ends at the line feed, or at the end of the text.
void CsvReader::read_record(CsvRecord& record) {
  while (true) {
    if (record.fields.size() == most_fields) throw Malformed("more than 1000 fields");
    const bool is_quoted = at_ < text_.size() && text_[at_] == '"';
    record.fields.push_back(is_quoted ? read_quoted() : std::string(read_plain()));
    if (at_ < text_.size() && text_[at_] == ',') {
      ++at_;
      continue;
    }
    if (!is_at_line_end()) throw Malformed("text after a closing quote");
    at_ = (std::min)(text_.find('\n', at_), text_.size());
    return;
  }
}

std::string CsvReader::read_quoted() {
  std::string field;
  while (true) {
    const std::size_t quote = text_.find('"', at_ + 1);
    if (quote == std::string_view::npos) throw Malformed("a quote that is never closed");
    field += text_.substr(at_ + 1, quote - at_ - 1);
    at_ = quote + 1;
    if (at_ == text_.size() || text_[at_] != '"') return field;
    field += '"';  // two stand for one
  }
}

std::string_view CsvReader::read_plain() {
  const std::size_t end = (std::min)(text_.find_first_of(",\n", at_), text_.size());
  std::string_view field = text_.substr(at_, end - at_);
  if (field.find('"') != std::string_view::npos) throw Malformed("a quote inside of a field without quotes");
  at_ = end;
  if ((end == text_.size() || text_[end] == '\n') && field.ends_with('\r')) field.remove_suffix(1);
  return field;
}

bool CsvReader::is_at_line_end() const {
  const std::string_view rest = text_.substr(at_);
  return rest.empty() || rest == "\r" || rest.starts_with('\n') || rest.starts_with("\r\n");
}
