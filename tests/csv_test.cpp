// SPDX-License-Identifier: MIT
// The reader of comma-separated values that the example "experiment" has.
#include "../examples/experiment/csv.hpp"

#include "catch.hpp"
#include "random_sessions.hpp"

namespace {

using Fields = std::vector<std::string>;

std::vector<CsvRecord> records_of(std::string_view text) {
  CsvReader reader(text);
  std::vector<CsvRecord> records;
  while (const auto record = reader.next()) records.push_back(*record);
  return records;
}

Fields only_record(std::string_view text) {
  const auto records = records_of(text);
  REQUIRE(records.size() == 1);
  CHECK(records[0].problem.empty());
  return records[0].fields;
}

std::string quoted(const std::string& field) {
  std::string text = "\"";
  for (const char c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

}  // namespace

TEST_CASE("fields are what stands between commas, with or without quotes") {
  CHECK(only_record("a,b,c\n") == Fields{"a", "b", "c"});
  CHECK(only_record("a,b,c") == Fields{"a", "b", "c"});
  CHECK(only_record("\"a\",b\r\n") == Fields{"a", "b"});
  CHECK(only_record("\"a,b\",\"say \"\"hi\"\"\",\"\"") == Fields{"a,b", "say \"hi\"", ""});
  CHECK(only_record(",,\n") == Fields{"", "", ""});
  CHECK(only_record(" a , b ") == Fields{" a ", " b "});
  CHECK(only_record("\"\"") == Fields{""});
  CHECK(only_record("\"\"\"\"\r") == Fields{"\""});
  CHECK(only_record("\xEF\xBB\xBFid,arm") == Fields{"id", "arm"});
}

TEST_CASE("a quoted field goes over lines, and lines are counted on") {
  const auto records = records_of("a,\"1\n2\r\n3\"\r\n\r\n\nb,c\n");
  REQUIRE(records.size() == 2);
  CHECK(records[0].fields == Fields{"a", "1\n2\r\n3"});
  CHECK(records[0].line == 1);
  CHECK(records[1].fields == Fields{"b", "c"});
  CHECK(records[1].line == 6);
}

TEST_CASE("there is no record in nothing") {
  for (const char* text : {"", "\n", "\r\n\n", "\xEF\xBB\xBF"}) CHECK(records_of(text).empty());
}

TEST_CASE("a line that cannot be read says why and hides no other") {
  for (const auto& [line, problem] : std::vector<std::pair<std::string, std::string>>{
           {"\"open,1", "a quote that is never closed"},
           {"\"a\"b,1", "text after a closing quote"},
           {"\"a\" ,1", "text after a closing quote"},
           {"a\"b,1", "a quote inside of a field without quotes"},
           {std::string(1'000, ','), "more than 1000 fields"}}) {
    CAPTURE(line);
    const auto records = records_of("x,y\n" + line + "\nz,1\n");
    REQUIRE(records.size() == 3);
    CHECK(records[1].problem == problem);
    CHECK(records[1].line == 2);
    CHECK(records[2].fields == Fields{"z", "1"});
    CHECK(records[2].line == 3);
  }
}

TEST_CASE("what was written by the rules is read as it was") {
  Random random(5);
  for (int round = 0; round < 500; ++round) {
    std::vector<Fields> written(1 + random.below(5));
    std::string text;
    for (Fields& fields : written) {
      fields.resize(1 + random.below(4));
      for (std::size_t i = 0; i < fields.size(); ++i) {
        for (std::size_t n = random.below(6); n > 0; --n) fields[i] += "ab,\"\n\r 1"[random.below(8)];
        text += (i > 0 ? "," : "") + quoted(fields[i]);
      }
      text += random.below(2) == 0 ? "\n" : "\r\n";
    }
    const auto records = records_of(text);
    REQUIRE(records.size() == written.size());
    for (std::size_t i = 0; i < written.size(); ++i) CHECK(records[i].fields == written[i]);
  }
}

TEST_CASE("any bytes are read to their end") {
  Random random(6);
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (std::size_t n = random.below(60); n > 0; --n) text += "a,\"\n\r\0\xFF"[random.below(7)];
    std::size_t last = 0;
    for (const CsvRecord& record : records_of(text)) {
      CHECK(record.line > last);
      last = record.line;
      CHECK((!record.fields.empty() || !record.problem.empty()));
    }
  }
}

TEST_CASE("lines with a quote too many cost no more than others") {
  // Were each of them searched to the end of the text, this would take hours.
  std::string text;
  for (int i = 0; i < 500'000; ++i) text += "\"\"a\n\"b\n";
  const auto records = records_of(text + "\"\n");
  CHECK(records.size() >= 500'000);
}
