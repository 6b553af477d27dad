// SPDX-License-Identifier: MIT
// The guess by itself: that it is made, and that it is right. That it changes no answer is held by
// ndjson_test.
#include <viewership/detail/ndjson_scanner.hpp>  // first: it must stand alone

#include <algorithm>
#include <string>
#include <vector>

#include <viewership/detail/ndjson_parser.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using detail::LayoutScanner;
using detail::LineParser;
using detail::LogField;
using detail::LogLine;

namespace {

const std::string padding(LineParser::padding, '\n');

/// Scans a line; if that fails, parses it and has the scanner learn it. Returns whether it was scanned.
bool read(LayoutScanner& scanner, const std::string& line) {
  const std::string padded = line + padding;
  LogLine scanned;
  if (scanner.scan(padded.data(), scanned)) {
    LineParser parser;
    LogLine parsed;
    REQUIRE(parser.parse(std::string_view(padded).substr(0, line.size()), parsed) == std::nullopt);
    CHECK(parsed.type == scanned.type);
    CHECK(parsed.present == scanned.present);
    for (std::size_t i = 0; i < detail::log_field_names.size(); ++i) {
      const auto field = static_cast<LogField>(i);
      if (is_number(field)) CHECK(parsed.number(field) == scanned.number(field));
      if (field < LogField::type) CHECK(parsed.id(field) == scanned.id(field));
    }
    return true;
  }
  scanner.learn(line);
  return false;
}

std::string ids(const std::string& session) {
  return R"("session_id":")" + session + R"(","content_id":"c")";
}

}  // namespace

TEST_CASE("from the second line of each type on, lines of one writer are scanned") {
  const std::vector<std::string> types{
      R"("play","at_ms":1)",
      R"("pause","at_ms":1700000000000,"position_ms":12)",
      R"("seek","at_ms":12345678,"position_ms":1234567,"to_ms":0)",
      R"("buffer_start","at_ms":123456789012345)",
      R"("buffer_end","at_ms":-5,"duration_ms":1.5)",
      R"("quality_change","from_height":480,"to_height":720,"bitrate":1800000)",
      R"("end","at_ms":9,"watch_duration_ms":1e3)",
      R"("rate_change","rate":1.25)",
      R"("heartbeat","position_ms":null)",
      R"("advert","device":"tv","campaign":7,"skippable":true)"};
  LayoutScanner scanner;
  for (const bool expected : {false, true, true}) {
    for (const std::string& type : types) {
      CAPTURE(type);
      CHECK(read(scanner, "{" + ids("s") + R"(,"type":)" + type + "}\n") == expected);
    }
  }
}

TEST_CASE("a layout holds for keys in any order, spacing and line end") {
  for (const std::string& line :
       {R"({"at_ms":5,"position_ms":7,)" + ids("s") + R"(,"type":"pause","user_id":"u"})",
        R"(  { "type" : "pause" , )" + ids("s") + R"( , "live" : false , "at_ms" : 3 } )",
        R"({"type":"pause",)" + ids("s") + R"(,"user_id":null,"score":-2.5e-3})"}) {
    for (const char* end : {"\n", "\r\n", " \n"}) {
      LayoutScanner scanner;
      CHECK_FALSE(read(scanner, line + end));
      CHECK(read(scanner, line + end));
      CHECK_FALSE(read(scanner, line + "  " + end));
    }
  }
}

TEST_CASE("a few layouts of one type are remembered at once") {
  LayoutScanner scanner;
  const std::string a = "{" + ids("s") +
                        R"(,"type":"pause","at_ms":1})"
                        "\n";
  const std::string b = "{" + ids("s") +
                        R"(,"type":"pause","position_ms":1})"
                        "\n";
  const std::string c = "{" + ids("s") +
                        R"(,"type":"pause"})"
                        "\n";
  for (const std::string& line : {a, b, c}) CHECK_FALSE(read(scanner, line));
  for (const std::string& line : {a, b, c, c, b, a}) CHECK(read(scanner, line));
}

TEST_CASE("texts of any length are scanned, in UTF-8 too") {
  LayoutScanner scanner;
  (void)read(scanner, "{" + ids("s") +
                          R"(,"type":"play"})"
                          "\n");
  for (std::size_t size = 1; size < 70; ++size) {
    CHECK(read(scanner, "{" + ids(std::string(size, 'x')) +
                            R"(,"type":"play"})"
                            "\n"));
    CHECK(read(scanner, "{" + ids(std::string(size, 'x') + "\xc3\xa9") +
                            R"(,"type":"play"})"
                            "\n"));
    CHECK(read(scanner, "{" + ids(std::string(size, 'x') + "\x7f\xf0\x9f\x8e\xac") +
                            R"(,"type":"play"})"
                            "\n"));
    for (const char* unplain : {"\\n", "\xff", "\x1f", "\\\"", "\\\\"}) {
      CHECK_FALSE(read(scanner, "{" + ids(std::string(size, 'x') + unplain) +
                                    R"(,"type":"play"})"
                                    "\n"));
    }
  }
}

TEST_CASE("what breaks a known layout is not scanned") {
  const auto pause = [](const std::string& position) {
    return "{" + ids("s") + R"(,"type":"pause","position_ms":)" + position + "}\n";
  };
  LayoutScanner scanner;
  (void)read(scanner, pause("5"));
  for (const char* number : {"0", "5", "-5", "10", "1.5", "1e3", "99999999999999999999"})
    CHECK(read(scanner, pause(number)));
  for (const char* number : {"05", "00", "-05", "007", "012345678", "1.", ".5", "1e", "-", "+1", "", " 5",
                             "5 ", "5,", "x", "NaN"}) {
    CAPTURE(number);
    LogLine line;
    CHECK_FALSE(scanner.scan((pause(number) + padding).data(), line));
  }
}

TEST_CASE("a key that comes twice is not scanned, even where each half is known") {
  LayoutScanner scanner;
  const std::string end = R"(,"type":"pause"})"
                          "\n";
  (void)read(scanner, R"({"at_ms":1,"position_ms":2,)" + ids("s") + end);
  (void)read(scanner, R"({"position_ms":3,"at_ms":4,)" + ids("s") + end);
  LogLine line;
  CHECK_FALSE(
      scanner.scan((R"({"at_ms":1,"position_ms":2,"at_ms":3,)" + ids("s") + end + padding).data(), line));
  CHECK_FALSE(scanner.scan(
      (R"({"position_ms":1,"at_ms":2,"position_ms":3,)" + ids("s") + end + padding).data(), line));
}

TEST_CASE("what is not an event is not scanned") {
  LayoutScanner scanner;
  for (int i = 0; i < 3; ++i) {
    for (const char* line :
         {R"({"session_id":"","content_id":"c","type":"play"})", R"({"content_id":"c","type":"play"})",
          R"({"session_id":"s","content_id":"c"})", R"({"session_id":"s","content_id":null,"type":"play"})",
          R"({"session_id":"s","content_id":"c","type":"play","at_ms":"x"})",
          R"({"session_id":"s","content_id":"c","type":"play","session_id":"t"})", "{}", ""}) {
      CAPTURE(line);
      CHECK_FALSE(read(scanner, std::string(line) + "\n"));
    }
  }
}

TEST_CASE("an integer of any length is read as digit by digit") {
  Random random(3);
  std::vector<std::string> texts{
      "0", "00", "01", "-0", "-", "", "x", "9223372036854775807", "9223372036854775808"};
  for (int i = 0; i < 20'000; ++i) {
    std::string text = std::to_string(random.next()).substr(0, 1 + random.below(19));
    if (random.percent(20)) text.insert(random.below(text.size() + 1), 1, ".eE-+ :/0"[random.below(9)]);
    texts.push_back(text);
  }
  for (const std::string& text : texts) {
    const std::string padded = text + "," + std::string(16, '5');
    std::int64_t by_word = 0, by_digit = 0;
    const char* const end_by_word = detail::read_integer(padded.data(), by_word);
    const char* const end_by_digit = detail::read_decimal(padded.data(), 0, by_digit);
    CAPTURE(text);
    REQUIRE(end_by_word == end_by_digit);
    if (end_by_word != nullptr) REQUIRE(by_word == by_digit);
    // And as the standard library does, where it is an integer to both.
    if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }) && text.size() < 19 &&
        !text.empty() && (text == "0" || text[0] != '0')) {
      REQUIRE(by_word == std::stoll(text));
    }
  }
}

TEST_CASE("layouts without end are forgotten, not hoarded") {
  LayoutScanner scanner;
  for (int i = 0; i < 10'000; ++i) {
    CHECK_FALSE(read(scanner, "{\"key" + std::to_string(i) + "\":1," + ids("s") +
                                  R"(,"type":"play"})"
                                  "\n"));
  }
  const std::string line = "{" + ids("s") +
                           R"(,"type":"play"})"
                           "\n";
  (void)read(scanner, line);
  (void)read(scanner, line);
  CHECK(read(scanner, line));
}
