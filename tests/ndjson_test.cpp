// SPDX-License-Identifier: MIT
#include <viewership/io/ndjson.hpp>  // first: it must stand alone

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include <viewership/session.hpp>

#include "catch.hpp"
#include "golden.hpp"
#include "ndjson_ways.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;
using namespace std::string_view_literals;

// Of largest_allocation.cpp: what the largest single allocation was.
extern std::size_t largest_allocation;

namespace {

/// A line of the type and with more members, for instance R"("position_ms":5)".
std::string line_of(const std::string& type, const std::string& members = "") {
  return R"({"session_id":"s","content_id":"title","type":")" + type + '"' + (members.empty() ? "" : ",") +
         members + "}\n";
}

/// The one event of a text.
PlaybackEvent only_event(const std::string& text) {
  const NdjsonLog read = parse_ndjson(text);
  CAPTURE(text, read.report.first_skipped.empty() ? "" : read.report.first_skipped[0].reason);
  REQUIRE(read.log.events().size() == 1);
  return read.log.events()[0];
}

/// Why the first line of a text is skipped.
std::string reason_of(const std::string& text) {
  const NdjsonReport report = parse_ndjson(text).report;
  CAPTURE(text);
  REQUIRE(report.skipped == 1);
  return report.first_skipped.at(0).reason;
}

ErrorCode code_of(const std::function<void()>& call, std::string& message) {
  try {
    call();
  } catch (const AnalyticsError& error) {
    message = error.what();
    return error.code();
  }
  FAIL("nothing was thrown");
  std::abort();
}

const std::string bom = "\xef\xbb\xbf";

}  // namespace

TEST_CASE("a text without lines is an empty log") {
  for (const std::string& text : {std::string(), bom}) {
    const NdjsonLog read = parse_ndjson(text);
    CHECK(read.log.empty());
    CHECK(read.report.lines == 0);
    CHECK(read.report.bytes == text.size());
  }
  CHECK(parse_ndjson("").report == NdjsonReport{});
}

TEST_CASE("blank lines are no lines, however many") {
  const std::string text(100'000, '\n');
  const NdjsonReport report = parse_ndjson(text + " \t\r\n  ").report;
  CHECK(report.blank == 100'002);
  CHECK(report.lines == 0);
  CHECK(report.skipped == 0);
}

TEST_CASE("every type is read with the fields it has") {
  const std::string t = R"("at_ms":1700000000000,"position_ms":5000)";
  const Timestamp when{1'700'000'000'000ms};
  CHECK(only_event(line_of("play")) == PlaybackEvent::play(std::nullopt));
  CHECK(only_event(line_of("play", t)) == PlaybackEvent::play(when, 5s));
  CHECK(only_event(line_of("pause", t)) == PlaybackEvent::pause(when, 5s));
  CHECK(only_event(line_of("seek", t + R"(,"to_ms":30000)")) == PlaybackEvent::seek(when, 5s, 30s));
  CHECK(only_event(line_of("seek", R"("to_ms":30000)")) ==
        PlaybackEvent::seek(std::nullopt, std::nullopt, 30s));
  CHECK(only_event(line_of("buffer_start", t)) == PlaybackEvent::buffer_start(when, 5s));
  CHECK(only_event(line_of("buffer_end", t + R"(,"duration_ms":250)")) ==
        PlaybackEvent::buffer_end(when, 5s, 250ms));
  CHECK(
      only_event(line_of("quality_change", t + R"(,"from_height":480,"to_height":1080,"bitrate":4000000)")) ==
      PlaybackEvent::quality_change(when, 5s, 480, 1080, 4'000'000));
  CHECK(only_event(line_of("end", t + R"(,"watch_duration_ms":4500)")) ==
        PlaybackEvent::end(when, 5s, 4500ms));
  CHECK(only_event(line_of("rate_change", t + R"(,"rate":1.5)")) ==
        PlaybackEvent::rate_change(when, 5s, 1.5));
  CHECK(only_event(line_of("heartbeat", t)) == PlaybackEvent::heartbeat(when, 5s));
}

TEST_CASE("a field of another type changes nothing") {
  CHECK(only_event(
            line_of("pause", R"("to_ms":1,"duration_ms":2,"watch_duration_ms":3,"rate":2,"bitrate":4)")) ==
        PlaybackEvent::pause(std::nullopt));
}

TEST_CASE("a line of the log's definition is the session it describes") {
  const NdjsonLog read = parse_ndjson(
      R"({"session_id":"s1","user_id":"u7","content_id":"v42","type":"seek","at_ms":1700000012000,)"
      R"("position_ms":12000,"to_ms":30000,"content_duration_ms":60000})");
  REQUIRE(read.log.size() == 1);
  const SessionView session = read.log[0];
  CHECK(session.session_id == "s1");
  CHECK(session.user_id == "u7");
  CHECK(session.content_id == "v42");
  CHECK(session.content_duration == 60s);
  CHECK(session.started_at == at(12));
  CHECK(read.report.lines == 1);
  CHECK(read.report.events == 1);
}

TEST_CASE("keys come in any order and spacing; unknown ones may hold anything; of two the first counts") {
  const PlaybackEvent expected = PlaybackEvent::pause(std::nullopt, 7ms);
  for (
      const char* line : {
          R"({"position_ms":7,"type":"pause","content_id":"title","session_id":"s"})",
          R"(  { "type" : "pause" , "session_id"	:"s", "position_ms" :7 , "content_id": "title" }  )",
          R"({"x":{"type":"play","a":[1,{"b":[]}]},"session_id":"s","content_id":"title","type":"pause","position_ms":7})",
          R"({"session_id":"s","content_id":"title","type":"pause","position_ms":7,"y":[true,false,null,-1.5e-3,"\u00e9\n"]})",
          R"({"session_id":"s","session_id":"t","content_id":"title","type":"pause","type":"play","position_ms":7,"position_ms":"x"})",
          R"({"session\u005fid":"s","content_id":"title","t\u0079pe":"p\u0061use","position_ms":7})",
          R"({"session_id":"s","content_id":"title","type":"pause","position_ms":7,"at_ms":null,"user_id":null,"to_ms":null})",
          R"({"Session_id":1,"session_id":"s","content_id":"title","type":"pause","position_ms":7})",
      }) {
    CAPTURE(line);
    const NdjsonLog read = parse_ndjson(std::string(line) + "\n" + line + "\r\n" + line);
    CHECK(read.report.events == 3);
    REQUIRE(read.log.size() == 1);
    CHECK(read.log[0].session_id == "s");
    CHECK(read.log[0].content_id == "title");
    CHECK(read.log[0].user_id == std::nullopt);
    for (const PlaybackEvent& event : read.log.events()) CHECK(event == expected);
  }
}

TEST_CASE("of a key that comes twice the first counts, even when it is null") {
  CHECK(only_event(line_of("pause", R"("position_ms":null,"position_ms":5)")) ==
        PlaybackEvent::pause(std::nullopt));
  CHECK(reason_of(R"({"session_id":null,"session_id":"s","content_id":"c","type":"play"})") ==
        "session_id is missing");
}

TEST_CASE("lines end in LF or CRLF or with the text; a byte order mark may come first") {
  const std::string line = R"({"session_id":"s","content_id":"c","type":"play"})";
  for (const std::string& text :
       {line + "\n" + line + "\n", line + "\r\n" + line + "\r\n", line + "\n" + line,
        line + "\n\n\r\n" + line + "\r", bom + line + "\n" + line}) {
    const NdjsonReport report = parse_ndjson(text).report;
    CHECK(report.events == 2);
    CHECK(report.lines == 2);
  }
  CHECK(parse_ndjson(line + "\n" + bom + line).report.skipped == 1);
}

TEST_CASE("ids are UTF-8, escaped or not, and may hold what JSON can") {
  const auto id = [](const std::string& text) {
    const NdjsonLog read = parse_ndjson(R"({"session_id":")" + text + R"(","content_id":"c","type":"play"})");
    return read.log.empty() ? "skipped: " + read.report.first_skipped.at(0).reason
                            : std::string(read.log[0].session_id);
  };
  CHECK(id("s\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xac") == "s\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xac");
  CHECK(id(R"(\u00e9\ud83c\udfac)") == "\xc3\xa9\xf0\x9f\x8e\xac");
  CHECK(id(R"(a\"b\\c\/d\n)") == "a\"b\\c/d\n");
  CHECK(id(R"(a\u0000b)") == std::string("a\0b", 3));
  CHECK(id("a/b{}[]:,'").size() == 10);
  CHECK(id(std::string(5'000, 'x')).size() == 5'000);
  for (const char* broken :
       {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", R"(\ud83c)", R"(\q)", "\t", "\x01"}) {
    CAPTURE(broken);
    CHECK(id(std::string("s") + broken).starts_with("skipped: not valid JSON: "));
  }
}

TEST_CASE("an empty user is nobody") {
  const NdjsonLog read =
      parse_ndjson(line_of("play", R"("user_id":"")") + line_of("pause", R"("user_id":"u")"));
  REQUIRE(read.log.size() == 1);
  CHECK(read.log[0].user_id == "u");
  CHECK(read.log.repairs().user_conflicts == 0);
}

TEST_CASE("numbers round to the nearest millisecond, halves away from zero") {
  const std::map<std::string, std::int64_t> expected{{"0", 0},
                                                     {"7", 7},
                                                     {"1234567", 1'234'567},
                                                     {"12345678", 12'345'678},
                                                     {"123456789", 123'456'789},
                                                     {"999999999999", 999'999'999'999},
                                                     {"1000000000000", 1'000'000'000'000},
                                                     {"1.4", 1},
                                                     {"1.5", 2},
                                                     {"2.5", 3},
                                                     {"0.4999999999999999999999", 0},
                                                     {"0.50000", 1},
                                                     {"1e3", 1000},
                                                     {"1E+3", 1000},
                                                     {"12e-1", 1},
                                                     {"15e-1", 2},
                                                     {"1.2345e2", 123},
                                                     {"0.00005e5", 5},
                                                     {"0e400", 0},
                                                     {"0.0e99999999999999999999", 0},
                                                     {"1e-400", 0},
                                                     {"1e-99999999999999999999", 0},
                                                     {"-0", 0},
                                                     {"-0.4", 0},
                                                     {"100000000000000000000e-19", 10},
                                                     {"0.00000000000000000000001e24", 10}};
  for (const auto& [text, value] : expected) {
    CAPTURE(text);
    const PlaybackEvent event = only_event(line_of("pause", R"("position_ms":)" + text));
    CHECK(event == PlaybackEvent::pause(std::nullopt, MediaTime{value}));
  }
}

TEST_CASE("a number out of range costs its value, not its line, and is marked for the replay to count") {
  for (const char* text :
       {"-1", "-0.5", "1000000000000.5", "1e13", "1e15", "9223372036854775807", "9223372036854775808",
        "18446744073709551616", "-9223372036854775808", "1e19", "1e400", "-1e400", "1e99999999999999999999",
        "99999999999999999999999999999999", "123456789012345678"}) {
    CAPTURE(text);
    const NdjsonLog read = parse_ndjson(line_of("pause", std::string(R"("at_ms":5,"position_ms":)") + text));
    REQUIRE(read.log.events().size() == 1);
    CHECK(read.log.events()[0].position() == std::nullopt);
    CHECK(read.log.events()[0].at() == Timestamp{5ms});
    CHECK(analyze_session(read.log[0]).audit.values_out_of_range == 1);
  }
  CHECK(analyze_session(parse_ndjson(line_of("play", R"("at_ms":1e400)")).log[0]).audit.times_out_of_range ==
        1);
  CHECK(only_event(line_of("play", R"("at_ms":-5)")) == PlaybackEvent::play(Timestamp{-5ms}));
  CHECK(parse_ndjson(line_of("play", R"("content_duration_ms":1e15)")).log.repairs().durations_out_of_range ==
        1);
  CHECK(only_event(line_of("quality_change", R"("from_height":1e9,"to_height":-3)")) ==
        PlaybackEvent::quality_change(std::nullopt, std::nullopt, 65'535, 0));
  for (const char* rate : {"0", "-1", "16.1", "1e400"}) {
    CHECK(only_event(line_of("rate_change", std::string(R"("rate":)") + rate)).rate() == std::nullopt);
  }
  CHECK(only_event(line_of("rate_change", R"("rate":0.25)")).rate() == 0.25);
  CHECK(only_event(line_of("rate_change", R"("rate":16)")).rate() == 16);
  CHECK(only_event(line_of("rate_change")).rate() == std::nullopt);
}

TEST_CASE("a broken line is skipped and says why") {
  const std::string end = R"("content_id":"c","type":"play"})";
  CHECK(reason_of(R"({"content_id":"c","type":"play"})") == "session_id is missing");
  CHECK(reason_of(R"({"session_id":"s","type":"play"})") == "content_id is missing");
  CHECK(reason_of(R"({"session_id":"s","content_id":"c"})") == "type is missing");
  CHECK(reason_of("{}") == "type is missing");
  CHECK(reason_of(R"({"session_id":"",)" + end) == "session_id is empty");
  CHECK(reason_of(R"({"session_id":"s","content_id":"","type":"play"})") == "content_id is empty");
  CHECK(reason_of(R"({"session_id":17,)" + end) == "session_id is not a string");
  CHECK(reason_of(R"({"session_id":["s"],)" + end) == "session_id is not a string");
  CHECK(reason_of(R"({"session_id":"s","user_id":false,)" + end) == "user_id is not a string");
  CHECK(reason_of(R"({"session_id":"s","content_id":"c","type":3})") == "type is not a string");
  CHECK(reason_of(line_of("pause", R"("position_ms":"5")")) == "position_ms is not a number");
  CHECK(reason_of(line_of("pause", R"("at_ms":{})")) == "at_ms is not a number");
  CHECK(reason_of(line_of("pause", R"("rate":true)")) == "rate is not a number");
  for (const char* line : {"[]", "[{}]", "7", "\"play\"", "null", "true"})
    CHECK(reason_of(line) == "not a JSON object");
}

TEST_CASE("what is not JSON is skipped, wherever it is broken") {
  for (const std::string& line : {std::string("{"),
                                  std::string("}"),
                                  std::string("play"),
                                  std::string("{]"),
                                  std::string("\0", 1),
                                  std::string("nan"),
                                  std::string(R"({"a":1}})"),
                                  std::string(R"({"a":1} {"a":2})"),
                                  line_of("play", "\"x\""),
                                  line_of("play", R"("x":)"),
                                  line_of("play", R"("x" 1)"),
                                  line_of("play", R"("x":1,)"),
                                  line_of("play", R"(,"x":1)"),
                                  line_of("play", R"("x":nul)"),
                                  line_of("play", R"("x":nulll)"),
                                  line_of("play", R"("x":tru)"),
                                  line_of("play", R"("x":[1,2)"),
                                  line_of("play", R"("x":[1 2])"),
                                  line_of("play", R"("x":{"y"})"),
                                  line_of("play", R"("x":01)"),
                                  line_of("play", R"("x":1.)"),
                                  line_of("play", R"("x":.5)"),
                                  line_of("play", R"("x":+1)"),
                                  line_of("play", R"("x":1e)"),
                                  line_of("play", R"("x":-)"),
                                  line_of("play", R"("x":0x10)"),
                                  line_of("play", R"("x":"\x")"),
                                  line_of("pause", R"("position_ms":NaN)"),
                                  line_of("pause", R"("position_ms":Infinity)"),
                                  line_of("pause", R"("position_ms":-Infinity)"),
                                  line_of("pause", R"("position_ms":007)"),
                                  line_of("pause", R"("position_ms":12a)"),
                                  line_of("pause", R"("position_ms":1.e5)"),
                                  line_of("pause", R"("position_ms":--1)"),
                                  line_of("pause", R"("position_ms":1 2)"),
                                  line_of("play", std::string("\"x\":\"a\0b\"", 9)),
                                  line_of("play", "\"x\":\"\xff\"")}) {
    CAPTURE(line);
    const std::string last = line.ends_with('\n') ? line.substr(0, line.size() - 1) : line;
    CHECK(reason_of(last).starts_with("not "));
    const NdjsonReport report = parse_ndjson(line_of("play") + last + "\n" + line_of("play")).report;
    CHECK(report.events == 2);
    REQUIRE(report.skipped == 1);
    CHECK(report.first_skipped[0].line == 2);
    // After sound lines of the same layout, which teach the scanner to expect just this one.
    const std::string sound = line_of("pause", R"("position_ms":5)") + line_of("play", R"("x":5)") +
                              line_of("play", R"("x":"y")") + line_of("play", R"("x":null)");
    CHECK(disagreement(sound + last + "\n" + sound, 7) == "");
    CHECK(parse_ndjson(sound + last + "\n" + sound).report.skipped == 1);
  }
}

TEST_CASE("a line whose brackets do not match is read the same whatever the next one begins with") {
  for (const std::string& line : {line_of("play", R"("y":[1,{ ]{ })"), line_of("play", R"("y":{"z":1)"),
                                  line_of("play", R"("y":[1)")}) {
    for (const char* next : {"", "}\n", "]}\n", "{}\n", ",\n"}) {
      CAPTURE(line, next);
      CHECK(parse_ndjson(line + next).report.events == 0);
      CHECK(disagreement(line + next, 1) == "");
    }
  }
}

TEST_CASE("a line of an unknown type is counted apart, whatever else is missing or wrong in it") {
  const NdjsonReport report = parse_ndjson(line_of("volume_change") +
                                           R"({"type":"page_view","rate":"high"})"
                                           "\n" +
                                           line_of("Play") + line_of("") + line_of("play"))
                                  .report;
  CHECK(report.unknown_type == 4);
  CHECK(report.events == 1);
  CHECK(report.skipped == 0);
  CHECK(parse_ndjson(R"({"type":"page_view",})").report.skipped == 1);
}

TEST_CASE("the first hundred broken lines are reported, all are counted") {
  std::string text;
  for (int i = 0; i < 250; ++i) text += "rubbish\n\n";
  const NdjsonReport report = parse_ndjson(text).report;
  CHECK(report.skipped == 250);
  CHECK(report.lines == 250);
  REQUIRE(report.first_skipped.size() == 100);
  CHECK(report.first_skipped[99].line == 199);
}

TEST_CASE("a strict read ends at the first broken line and names it") {
  const NdjsonOptions strict{.strict = true};
  std::string message;
  CHECK(
      code_of(
          [&] { (void)parse_ndjson(line_of("play") + "\n" + line_of("pause", R"("at_ms":"now")"), strict); },
          message) == ErrorCode::malformed_input);
  CHECK(message == "read_ndjson: line 3 of the input: at_ms is not a number");
  CHECK(code_of([&] { (void)parse_ndjson("{", strict); }, message) == ErrorCode::malformed_input);
  CHECK(parse_ndjson(line_of("play") + line_of("volume_change"), strict).report.unknown_type == 1);
}

TEST_CASE("options outside their domain are refused") {
  std::string message;
  CHECK(code_of([] { (void)parse_ndjson("", {.chunk_size = 0}); }, message) == ErrorCode::invalid_argument);
  CHECK(code_of([] { (void)parse_ndjson("", {.longest_line = 0}); }, message) == ErrorCode::invalid_argument);
  CHECK(message.starts_with("read_ndjson: "));
}

TEST_CASE("a file that cannot be read is an error that names it") {
  std::string message;
  CHECK(code_of([] { (void)read_ndjson(std::filesystem::path("no such file.ndjson")); }, message) ==
        ErrorCode::io_error);
  CHECK(message == "read_ndjson: cannot open no such file.ndjson");
  const std::filesystem::path folder = std::filesystem::temp_directory_path();
  CHECK(code_of([&] { (void)read_ndjson(folder); }, message) == ErrorCode::io_error);
  CHECK_THAT(message, Catch::Matchers::Contains(folder.string()));
  std::istringstream broken;
  broken.setstate(std::ios::failbit);
  CHECK(code_of([&] { (void)read_ndjson(broken); }, message) == ErrorCode::io_error);
}

TEST_CASE(
    "files, streams and texts go into one log; lines are numbered in each, and none runs into the next") {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / "viewership_ndjson_test.ndjson";
  std::ofstream(path, std::ios::binary) << bom << line_of("play") << "broken\n"
                                        << R"({"session_id":"s",)";
  std::istringstream stream(line_of("pause") + "broken");
  NdjsonReader reader({.chunk_size = 16});
  std::vector<std::uint64_t> progress;
  reader.read(path, [&](const NdjsonReport& report) { progress.push_back(report.bytes); });
  CHECK(progress.size() == std::filesystem::file_size(path) / 16 + 1);
  CHECK(progress.back() == std::filesystem::file_size(path));
  CHECK(std::ranges::is_sorted(progress));
  reader.read(stream, "standard input");
  reader.begin("a text");
  reader.feed(R"("content_id":"title","type":"pla)");
  reader.feed("y\"}\n");
  reader.feed(bom);
  CHECK(reader.report().events == 2);
  const NdjsonLog read = reader.finish();
  CHECK(read.report.events == 2);
  CHECK(read.report.skipped == 5);
  const auto& skipped = read.report.first_skipped;
  REQUIRE(skipped.size() == 5);
  CHECK((skipped[0].source == path.string() && skipped[0].line == 2));
  CHECK((skipped[1].source == path.string() && skipped[1].line == 3));
  CHECK((skipped[2].source == "standard input" && skipped[2].line == 2));
  CHECK((skipped[3].source == "a text" && skipped[3].line == 1));
  CHECK((skipped[4].source == "a text" && skipped[4].line == 2));
  CHECK(reader.report() == NdjsonReport{});
  reader.feed(line_of("end"));
  CHECK(reader.finish().report.events == 1);
  CHECK(read_ndjson(path).report.events == 1);
  std::filesystem::remove(path);
}

TEST_CASE("a line is too long from one byte above the limit on, however it arrives") {
  const std::string line = line_of("play");
  const std::size_t size = line.size() - 1;
  const std::string text = line + line + line_of("pause", R"("at_ms":1)") + line;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, size, size + 1, std::size_t{1000}}) {
    for (const std::size_t longest : {std::size_t{1}, size - 1, size, size + 1, std::size_t{1000}}) {
      CAPTURE(piece, longest);
      NdjsonReader reader({.longest_line = longest});
      for (std::size_t at = 0; at < text.size(); at += piece)
        reader.feed(std::string_view(text).substr(at, piece));
      const NdjsonReport report = reader.finish().report;
      CHECK(report.lines == 4);
      CHECK(report.skipped == (longest < size ? 4U : longest < size + 10 ? 1U : 0U));
      if (longest == size) {
        CHECK(report.first_skipped[0].line == 3);
        CHECK(report.first_skipped[0].reason == "longer than " + std::to_string(size) + " bytes");
      }
      CHECK(disagreement(text, piece, {.longest_line = longest}) == "");
    }
  }
}

namespace {

/// Lines that are generated while they are read: `size` times the same character, then one of `type`.
class LongLines : public std::streambuf {
 public:
  LongLines(std::size_t size, int lines, const std::string& last)
      : block_(1 << 16, '['), left_(size), size_(size), lines_(lines), last_(last) {}

 protected:
  int_type underflow() override {
    if (left_ == 0) {
      left_ = size_;
      --lines_;
      setg(last_.data(), last_.data(), last_.data() + last_.size());
    } else if (lines_ == 0) {
      return traits_type::eof();
    } else {
      const std::size_t part = (std::min)(left_, block_.size());
      left_ -= part;
      setg(block_.data(), block_.data(), block_.data() + part);
    }
    return traits_type::to_int_type(*gptr());
  }

 private:
  std::string block_;
  std::size_t left_;
  std::size_t size_;
  int lines_;
  std::string last_;
};

}  // namespace

TEST_CASE("lines of 100 MB are skipped without ever being in memory") {
  LongLines lines(100'000'000, 3, "\n" + line_of("play"));
  std::istream stream(&lines);
  largest_allocation = 0;
  const NdjsonLog read = read_ndjson(stream);
  CHECK(largest_allocation < 5 * NdjsonOptions{}.longest_line);
  CHECK(read.report.lines == 6);
  CHECK(read.report.events == 3);
  CHECK(read.report.skipped == 3);
  CHECK(read.report.first_skipped[2].line == 5);
  CHECK(read.report.first_skipped[2].reason == "longer than 16777216 bytes");
}

TEST_CASE("a long line at the end of a text is skipped without a copy") {
  const std::string text = line_of("play") + std::string(20'000'000, '[') + "\n" + line_of("play");
  for (const std::string_view end : {std::string_view(text), std::string_view(text).substr(0, 20'000'060)}) {
    largest_allocation = 0;
    CHECK(parse_ndjson(end).report.skipped >= 1);
    CHECK(largest_allocation < 1'000'000);
  }
}

TEST_CASE("nesting is read to a hundred levels and refused beyond") {
  const auto nested = [](int levels) {
    const auto n = static_cast<std::size_t>(levels);
    std::string opening, closing(n, '}');
    for (std::size_t i = 0; i < n; ++i) opening += R"({"x":)";
    return line_of(
        "play", R"("x":)" + opening + "0" + closing + R"(,"y":)" + std::string(n, '[') + std::string(n, ']'));
  };
  CHECK(parse_ndjson(nested(100)).report.events == 1);
  CHECK(reason_of(nested(101)) == "nested deeper than 100 levels");
  CHECK(parse_ndjson(nested(1'000'000)).report.skipped == 1);
  CHECK(parse_ndjson(std::string(1'000'000, '[')).report.skipped == 1);
  CHECK(parse_ndjson(std::string(1'000'000, '{')).report.skipped == 1);
  CHECK(parse_ndjson(R"({"x":)" + std::string(1'000'000, '[')).report.skipped == 1);
}

// ------------------------------------------------------------------------------------------------ properties

namespace {

constexpr std::array<const char*, 10> number_keys{
    "at_ms",   "position_ms", "content_duration_ms", "to_ms", "duration_ms", "from_height", "to_height",
    "bitrate", "rate",        "watch_duration_ms"};

/// Writers of lines: each has its own order of keys, spacing and further keys, and for each type the same
/// keys most of the time, so that most of its lines can be guessed.
class Writer {
 public:
  explicit Writer(Random& random)
      : colon_(random.percent(50) ? ":" : " : "),
        comma_(random.percent(50) ? "," : ",  "),
        keys_of_type_(random.next()),
        sorted_(random.percent(30)),
        escaped_(random.percent(20)),
        more_(random.percent(30)) {}

  std::string line(Random& random) const {
    const std::size_t kind = random.below(10);
    const std::string type(kind < 9 ? event_kind_names[kind] : "advert");
    std::vector<std::pair<std::string, std::string>> members{{"session_id", '"' + id(random, "s") + '"'},
                                                             {"content_id", '"' + id(random, "c") + '"'},
                                                             {"type", '"' + type + '"'}};
    if (random.percent(97))
      members.insert(members.begin() + 1, {"user_id", random.percent(90) ? "\"u1\"" : "null"});
    for (std::size_t i = 0; i < number_keys.size(); ++i) {
      const bool usual = (keys_of_type_ >> (5 * kind + i) & 1) != 0;
      if (usual != random.percent(1)) members.push_back({number_keys[i], number(random)});
    }
    if (more_) members.push_back({"device", random.percent(95) ? "\"tv\"" : "{\"os\":[1,2]}"});
    if (more_) members.push_back({"live", "true"});
    if (sorted_) std::ranges::sort(members);
    if (random.percent(2)) random.shuffle(members);
    std::string text = "{";
    for (const auto& [key, value] : members) {
      text += (text.size() == 1 ? "" : comma_) + '"' + key + '"' + colon_ + value;
    }
    return text + "}";
  }

 private:
  std::string id(Random& random, const std::string& prefix) const {
    const std::string number = std::to_string(random.below(4));
    if (escaped_ && random.percent(50)) return prefix + R"(\u00e9\")" + number;
    return prefix + (random.percent(20) ? "\xc3\xa9" : "") +
           (random.percent(20) ? "-longer-than-a-word-" : "") + number;
  }
  static std::string number(Random& random) {
    switch (random.below(8)) {
      case 0:
        return std::to_string(random.between(-5, 5));
      case 1:
        return std::to_string(random.between(0, 1'000'000)) + "." + std::to_string(random.below(1000));
      case 2:
        return std::to_string(random.below(1000)) + "e" + std::to_string(random.between(-3, 8));
      case 3:
        return std::to_string(random.next());
      case 4:
        return "null";
      default: {
        std::int64_t power = 1;
        for (std::size_t digits = random.below(14); digits > 0; --digits) power *= 10;
        return std::to_string(random.between(0, power));
      }
    }
  }

  std::string colon_;
  std::string comma_;
  std::uint64_t keys_of_type_;
  bool sorted_;
  bool escaped_;
  bool more_;
};

std::string mutated(Random& random, std::string text) {
  static constexpr std::string_view bytes = "\"\\{}[],:\n\r\t 0159.eE-+tfnu\x7f\xc3\xa9\xff\0"sv;
  for (std::size_t n = 1 + random.below(3); n > 0 && !text.empty(); --n) {
    const std::size_t at = random.below(text.size());
    const char byte = bytes[random.below(bytes.size())];
    switch (random.below(8)) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.erase(at, 1 + random.below(3));
        break;
      case 2:
        text.insert(at, 1, byte);
        break;
      case 3:
        text.insert(at, text.substr(random.below(text.size()), random.below(30)));
        break;
      case 4:
        text[at] = static_cast<char>(random.below(256));
        break;
      case 5:
        if (const std::size_t digit = text.find_first_of("0123456789", at); digit < text.size()) {
          text.insert(digit, random.percent(70) ? "0" : random.percent(50) ? "." : "e");
        }
        break;
      case 6:  // a member again, under its own name or another's
        if (const std::size_t comma = text.find(",", at); comma < text.size()) {
          const std::size_t next = (std::min)(text.find(",", comma + 1), text.size() - 1);
          text.insert(random.percent(50) ? comma : next, text.substr(comma, next - comma));
        }
        break;
      default:
        text.resize(at);
    }
  }
  return text;
}

/// A number of a line as the library should see it, by floating point: exact for what `Writer` writes below
/// 2^53.
std::optional<double> value_of(const nlohmann::json& line, const char* key) {
  const auto found = line.find(key);
  if (found == line.end() || found->is_null()) return std::nullopt;
  return found->get<double>();
}

std::optional<MediaTime> length_of(const nlohmann::json& line, const char* key) {
  const auto value = value_of(line, key);
  if (!value || *value >= 1e13) return value ? std::optional(MediaTime{-1}) : std::nullopt;
  return MediaTime{std::llround(*value)};
}

PlaybackEvent expected_event(const nlohmann::json& line) {
  const std::string type = line["type"];
  std::optional<Timestamp> at;
  if (const auto time = value_of(line, "at_ms")) {
    at =
        Timestamp{MediaTime{*time > 1e15 ? (std::numeric_limits<std::int64_t>::max)() : std::llround(*time)}};
  }
  const auto position = length_of(line, "position_ms");
  if (type == "play") return PlaybackEvent::play(at, position);
  if (type == "pause") return PlaybackEvent::pause(at, position);
  if (type == "seek") return PlaybackEvent::seek(at, position, length_of(line, "to_ms"));
  if (type == "buffer_start") return PlaybackEvent::buffer_start(at, position);
  if (type == "buffer_end") return PlaybackEvent::buffer_end(at, position, length_of(line, "duration_ms"));
  if (type == "end") return PlaybackEvent::end(at, position, length_of(line, "watch_duration_ms"));
  if (type == "rate_change")
    return PlaybackEvent::rate_change(at, position, value_of(line, "rate").value_or(0));
  if (type == "heartbeat") return PlaybackEvent::heartbeat(at, position);
  const auto height = [&](const char* key) {
    return static_cast<std::int64_t>(std::llround((std::min)(value_of(line, key).value_or(0), 1e6)));
  };
  return PlaybackEvent::quality_change(at, position, height("from_height"), height("to_height"));
}

}  // namespace

TEST_CASE("lines of any layout are read as another JSON library reads them") {
  Random random(1);
  std::size_t compared = 0;
  for (int round = 0; round < 60; ++round) {
    const Writer writer(random);
    for (int i = 0; i < 60; ++i) {
      // In a text of several lines, so that all but the first may be guessed.
      const std::string line = writer.line(random);
      const nlohmann::json json = nlohmann::json::parse(line);
      const NdjsonLog read = parse_ndjson(line + "\n" + line + "\n" + line + "\n");
      CAPTURE(line);
      if (json["type"] == "advert") {
        CHECK(read.report.unknown_type == 3);
        continue;
      }
      REQUIRE(read.report.events == 3);
      REQUIRE(read.log.size() == 1);
      CHECK(read.log[0].session_id == json["session_id"].get<std::string>());
      CHECK(read.log[0].content_id == json["content_id"].get<std::string>());
      const bool has_user = json.contains("user_id") && !json["user_id"].is_null();
      CHECK(read.log[0].user_id == (has_user ? std::optional<std::string_view>("u1") : std::nullopt));
      PlaybackEvent expected = expected_event(json);
      for (const PlaybackEvent& event : read.log.events()) {
        if (expected.kind() == EventKind::quality_change) {
          CHECK(event.from_height() == expected.from_height());
          CHECK(event.to_height() == expected.to_height());
          const auto bits = value_of(json, "bitrate");
          CHECK(event.bitrate().has_value() == (bits && *bits > -0.5));
        } else {
          CHECK(event == expected);
        }
        ++compared;
      }
    }
  }
  CHECK(compared > 5'000);
}

TEST_CASE(
    "valid and mutated lines give the same log and report with speculation and without, in any pieces") {
  Random random(2);
  for (int round = 0; round < 1'500; ++round) {
    const Writer writer(random);
    const Writer other(random);
    std::string text = random.percent(10) ? bom : "";
    for (std::size_t n = 1 + random.below(40); n > 0; --n) {
      std::string line = (random.percent(90) ? writer : other).line(random);
      if (random.percent(30)) line = mutated(random, std::move(line));
      text += line + (random.percent(95) ? "\n" : random.percent(50) ? "\r\n" : "\n\n");
    }
    if (random.percent(30)) text = mutated(random, std::move(text));
    const NdjsonOptions options{.longest_line = random.percent(80) ? 1'000'000 : 1 + random.below(400)};
    const std::string wrong = disagreement(text, 1 + random.below(300), options);
    CAPTURE(round, text);
    REQUIRE(wrong == "");
  }
}

// ------------------------------------------------------------------------------------------------- real logs

namespace {

struct Counted {
  std::uint64_t lines, unknown_type, sessions;
  std::map<EventKind, std::size_t> of_kind;
};

/// Reads a log of the shared folder and holds it to what was counted there by other means.
void check_real_log(const std::string& name, const Counted& expected) {
  const std::filesystem::path path = std::filesystem::path(VIEWERSHIP_SHARED_DIR) / "data" / name;
  if (std::string(VIEWERSHIP_SHARED_DIR).empty() || !std::filesystem::exists(path)) {
    WARN("skipped: no log " << path << " (set VIEWERSHIP_SHARED_DIR)");
    return;
  }
  for (const bool speculate : {true, false}) {
    const NdjsonLog read = read_ndjson(path, {.strict = true, .speculate = speculate});
    CHECK(read.report.bytes == std::filesystem::file_size(path));
    CHECK(read.report.lines == expected.lines);
    CHECK(read.report.unknown_type == expected.unknown_type);
    CHECK(read.log.size() == expected.sessions);
    std::map<EventKind, std::size_t> of_kind;
    for (const PlaybackEvent& event : read.log.events()) ++of_kind[event.kind()];
    CHECK(of_kind == expected.of_kind);
    CHECK(read.log.repairs().duplicates == 0);
  }
}

}  // namespace

TEST_CASE("the log of two web players has the events that Python counts in it") {
  check_real_log("web_player.ndjson", {248,
                                       7,
                                       44,
                                       {{EventKind::play, 78},
                                        {EventKind::pause, 56},
                                        {EventKind::seek, 43},
                                        {EventKind::quality_change, 48},
                                        {EventKind::end, 6},
                                        {EventKind::rate_change, 1},
                                        {EventKind::heartbeat, 9}}});
}

TEST_CASE("the log of course videos has the events that Python counts in it") {
  check_real_log("course_videos.ndjson", {6'254,
                                          0,
                                          3'952,
                                          {{EventKind::play, 2'490},
                                           {EventKind::pause, 1'591},
                                           {EventKind::seek, 1'219},
                                           {EventKind::end, 954}}});
}
