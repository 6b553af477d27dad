// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_IO_NDJSON_HPP
#define VIEWERSHIP_IO_NDJSON_HPP

/// @file
/// Event logs in NDJSON, one event a line, into a `SessionLog`.
///
/// A line is a JSON object (RFC 8259) in UTF-8 with these keys, in any order:
/// - `session_id`, `content_id`, `type`: strings, required and not empty;
/// - `user_id`: a string, empty for nobody; `at_ms` (Unix epoch), `position_ms`, `content_duration_ms`:
/// numbers;
/// - by type: `to_ms` (seek), `duration_ms` (buffer_end), `watch_duration_ms` (end), `from_height`,
///   `to_height`, `bitrate` (quality_change), `rate` (rate_change).
///
/// The types are the names of `EventKind`. `position_ms` of a seek is where it left from. null is the same as
/// absent; other keys are ignored; of a key that comes twice, the first counts. Numbers may be decimals, and
/// are rounded to the nearest ms (a `rate` to a millionth), halves away from zero; one that is out of range,
/// however large, leaves its event in place, which marks it for the replay to count. A known key with a value
/// of the wrong JSON type makes the line a broken one, unless its type is unknown.
///
/// Lines end in LF or CRLF, the last one perhaps in nothing; blank ones, and a byte order mark at the start,
/// are ignored.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <viewership/detail/ndjson_line.hpp>
#include <viewership/detail/ndjson_parser.hpp>
#include <viewership/detail/ndjson_scanner.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/session_log.hpp>

namespace viewership::inline v0 {

/// How a log is read.
struct NdjsonOptions {
  /// Whether the first broken line ends the read: `AnalyticsError` `malformed_input`. Else it is skipped and
  /// counted. Lines of unknown type are not broken.
  bool strict = false;
  /// How many bytes are read from a file or stream at a time, above 0.
  std::size_t chunk_size = std::size_t{1} << 20;
  /// The longest line that is read, in bytes without its line feed, above 0. A longer one is broken, and is
  /// never held in memory.
  std::size_t longest_line = std::size_t{16} << 20;
  /// Whether a line is first tried as one laid out like lines before it, which is faster. The answer is the
  /// same.
  bool speculate = true;

  friend bool operator==(const NdjsonOptions&, const NdjsonOptions&) = default;
};

/// A line that no event could be made of.
struct SkippedLine {
  std::string source{};    ///< the file or stream, as it was named
  std::uint64_t line = 0;  ///< its number there, from 1
  std::string reason{};

  friend bool operator==(const SkippedLine&, const SkippedLine&) = default;
};

/// What became of every line: lines = events + skipped + unknown_type.
struct NdjsonReport {
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;                   ///< read, without blank ones
  std::uint64_t blank = 0;                   ///< lines of nothing but white space
  std::uint64_t events = 0;                  ///< lines that became events
  std::uint64_t unknown_type = 0;            ///< lines that are sound but of no `EventKind`
  std::uint64_t skipped = 0;                 ///< broken lines
  std::vector<SkippedLine> first_skipped{};  ///< the first hundred of them

  static constexpr std::size_t most_reported = 100;

  friend bool operator==(const NdjsonReport&, const NdjsonReport&) = default;
};

/// A log and how it was read. What had to be repaired in it is in `log.repairs()`.
struct NdjsonLog {
  SessionLog log{};
  NdjsonReport report{};
};

/// Reads several files, streams or pieces of text into one log.
///
/// Memory: the events, a chunk, and a few times the longest line met. Time is linear in the bytes read. After
/// an exception a reader is good for nothing but destruction and assignment. Messages of exceptions begin
/// with `read_ndjson`.
class NdjsonReader {
 public:
  /// What is told after every chunk of a file or stream, for instance to show progress.
  using Progress = std::function<void(const NdjsonReport&)>;

  /// Throws `invalid_argument` for options outside their domain.
  explicit NdjsonReader(const NdjsonOptions& options = {}) : options_(options) {
    detail::require(options.chunk_size > 0 && options.longest_line > 0, ErrorCode::invalid_argument,
                    "read_ndjson: chunk size and longest line must be above 0");
  }

  /// Reads a file. Throws `io_error` naming it if it cannot be read, `malformed_input` if strict.
  void read(const std::filesystem::path& path, const Progress& progress = {}) {
    std::ifstream file(path, std::ios::binary);
    if (!file) detail::raise(ErrorCode::io_error, "read_ndjson: cannot open " + path.string());
    read(file, path.string(), progress);
  }

  /// Reads a stream to its end; `name` is for reports. Throws like the above.
  void read(std::istream& stream, std::string name = {}, const Progress& progress = {}) {
    begin(std::move(name));
    if (!stream) detail::raise(ErrorCode::io_error, "read_ndjson: cannot read " + source_name());
    std::vector<char> chunk(options_.chunk_size);
    while (stream) {
      stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
      feed({chunk.data(), static_cast<std::size_t>(stream.gcount())});
      if (progress) progress(report_);
    }
    if (stream.bad()) detail::raise(ErrorCode::io_error, "read_ndjson: cannot read on in " + source_name());
    begin({});
  }

  /// Begins another text, which `feed` then receives: a line does not continue from one into the next.
  /// Throws `malformed_input` if strict and the last line of the one before is broken.
  void begin(std::string name) {
    end_text();
    source_ = std::move(name);
    line_number_ = 0;
  }

  /// Takes the next piece of the text, cut anywhere. Lines are read at once, all but the unfinished last one.
  /// Throws `malformed_input` if strict.
  void feed(std::string_view piece) {
    report_.bytes += piece.size();
    if (!unfinished_.empty() || is_overlong_) piece.remove_prefix(finish_line(piece));
    // Where the text is, as far as enough of it follows; the few lines at its end in a padded copy.
    const std::size_t in_place =
        piece.size() > padding ? piece.substr(0, piece.size() - padding).rfind('\n') + 1 : 0;
    read_lines(piece.substr(0, in_place));
    piece.remove_prefix(in_place);
    while (!piece.empty()) piece.remove_prefix(finish_line(piece));
  }

  /// What was read so far, but for an unfinished last line.
  [[nodiscard]] const NdjsonReport& report() const noexcept { return report_; }

  /// The log of everything read, and the report; the reader starts anew. Throws `malformed_input` if strict.
  [[nodiscard]] NdjsonLog finish() {
    begin({});
    NdjsonLog result{builder_.finish(), std::exchange(report_, {})};
    *this = NdjsonReader(options_);
    return result;
  }

 private:
  static constexpr std::size_t padding =
      (std::max)(detail::LineParser::padding, detail::LayoutScanner::padding);

  [[nodiscard]] std::string source_name() const { return source_.empty() ? "the input" : source_; }

  void end_text() {
    if (is_overlong_ || !unfinished_.empty()) read_unfinished();
  }

  /// Continues the unfinished line with `piece`, to its line feed if it has one; returns how much that took.
  std::size_t finish_line(std::string_view piece) {
    const std::size_t line_feed = piece.find('\n');
    keep(piece.substr(0, line_feed));
    if (line_feed == std::string_view::npos) return piece.size();
    read_unfinished();
    return line_feed + 1;
  }

  void read_unfinished() {
    if (is_overlong_) return skip_overlong();
    const std::size_t size = unfinished_.size() + 1;
    unfinished_.append(1 + padding, '\n');
    read_line(std::string_view(unfinished_).substr(0, size));
    unfinished_.clear();
  }

  /// Keeps a part of a line without its line feed, unless the line is too long.
  void keep(std::string_view part) {
    is_overlong_ |= part.size() > options_.longest_line - unfinished_.size();
    if (is_overlong_) {
      unfinished_ = {};
    } else {
      unfinished_ += part;
    }
  }

  void skip_overlong() {
    is_overlong_ = false;
    ++line_number_;
    ++report_.lines;
    skip("longer than " + std::to_string(options_.longest_line) + " bytes");
  }

  /// Reads whole lines, each with its line feed, and the padding behind them.
  void read_lines(std::string_view lines) {
    const char* at = lines.data();
    const char* const end = at + lines.size();
    while (at != end) {
      const void* const line_feed = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
      const char* const next = static_cast<const char*>(line_feed) + 1;
      read_line({at, static_cast<std::size_t>(next - at)});
      at = next;
    }
  }

  /// Reads one line, with its line feed.
  void read_line(std::string_view text) {
    if (text.size() - 1 > options_.longest_line) return skip_overlong();
    ++line_number_;
    ++report_.lines;
    if (options_.speculate && scanner_.scan(text.data(), line_)) return take();
    if (line_number_ == 1 && text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
      --report_.lines;
      ++report_.blank;
      return;
    }
    if (const auto fault = parser_.parse(text.substr(0, text.size() - 1), line_)) return skip(*fault);
    if (options_.speculate) scanner_.learn(text);
    take();
  }

  void take() {
    using detail::LogField;
    if (line_.type == detail::unknown_type) {
      ++report_.unknown_type;
      return;
    }
    ++report_.events;
    const std::string_view user = line_.id(LogField::user_id);
    builder_.add(line_.id(LogField::session_id), user.empty() ? std::nullopt : std::optional(user),
                 line_.id(LogField::content_id), detail::event_of(line_),
                 line_.length(LogField::content_duration_ms));
  }

  void skip(const std::string& reason) {
    ++report_.skipped;
    if (options_.strict) {
      detail::raise(ErrorCode::malformed_input, "read_ndjson: line " + std::to_string(line_number_) + " of " +
                                                    source_name() + ": " + reason);
    }
    if (report_.first_skipped.size() < NdjsonReport::most_reported) {
      report_.first_skipped.push_back({source_, line_number_, reason});
    }
  }

  NdjsonOptions options_;
  NdjsonReport report_;
  SessionLogBuilder builder_;
  detail::LayoutScanner scanner_;
  detail::LineParser parser_;
  detail::LogLine line_;
  std::string source_;
  std::uint64_t line_number_ = 0;
  std::string unfinished_;    // the beginning of a line that goes on in the next piece
  bool is_overlong_ = false;  // it is too long, and its beginning was dropped
};

/// Reads the log at `path`.
///
/// A missing file: `AnalyticsError` `io_error`. A broken line is skipped and reported, or, if
/// `options.strict`, `malformed_input` with its number and the reason. An empty file is an empty log.
/// Memory and time: see `NdjsonReader`. Source: ours.
[[nodiscard]] inline NdjsonLog read_ndjson(const std::filesystem::path& path,
                                           const NdjsonOptions& options = {}) {
  NdjsonReader reader(options);
  reader.read(path);
  return reader.finish();
}

/// Reads a stream to its end.
[[nodiscard]] inline NdjsonLog read_ndjson(std::istream& stream, const NdjsonOptions& options = {}) {
  NdjsonReader reader(options);
  reader.read(stream);
  return reader.finish();
}

/// Reads a text that is in memory already, a mapped file for instance, where it is.
[[nodiscard]] inline NdjsonLog parse_ndjson(std::string_view text, const NdjsonOptions& options = {}) {
  NdjsonReader reader(options);
  reader.feed(text);
  return reader.finish();
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_IO_NDJSON_HPP
