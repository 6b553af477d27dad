// SPDX-License-Identifier: MIT
// The example "experiment" as its user meets it: the program is run, and what it says is read.
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "program.hpp"
#include "shared_rows.hpp"

using nlohmann::json;

namespace {

Run run(const std::string& arguments) {
  return run_program(EXPERIMENT_PROGRAM, arguments);
}

/// What the program answers for a file.
json answers_of(const std::string& path, const std::string& options = "") {
  const Run result = run("--json - " + options + " " + path);
  INFO(result.error);
  REQUIRE(result.status == 0);
  return json::parse(result.out);
}

/// What it answers for lines of test_id,arm,impressions,clicks.
json answers_to(const std::string& lines, const std::string& options = "") {
  const Folder folder;
  return answers_of(folder.write("csv", "test_id,arm,impressions,clicks\n" + lines), options);
}

/// What it answers of the only test.
json answer_to(const std::string& lines, const std::string& options = "") {
  const json tests = answers_to(lines, options)["tests"];
  REQUIRE(tests.size() == 1);
  return tests[0];
}

/// The reason why the only line was skipped.
std::string reason_for(const std::string& line) {
  const json skipped = answers_to("good,A,1,1\n" + line + "\n")["lines"]["first_skipped"];
  REQUIRE(skipped.size() == 1);
  CHECK(skipped[0]["line"] == 3);
  return skipped[0]["reason"];
}

}  // namespace

TEST_CASE("a clear winner is named with its figures") {
  const json test = answer_to("t,A,1000,200\nt,B,1000,260\n");
  CHECK(test["test_id"] == "t");
  CHECK(test["verdict"] == "winner");
  CHECK(test["winner"] == "B");
  CHECK(test["reason"] == "B wins: it beats every other variant by more than chance explains");
  CHECK(test["srm_p"] == 1.0);
  // z = 3.188, and chi-square of one degree of freedom is its square (mpmath).
  CHECK_THAT(test["chisq_p"].get<double>(), WithinRel(0.0014322904658136421, 1e-10));
  REQUIRE(test["arms"].size() == 2);
  const json& arm = test["arms"][0];
  CHECK(arm["arm"] == "A");
  CHECK(arm["impressions"] == 1000);
  CHECK(arm["clicks"] == 200);
  CHECK(arm["rate"] == 0.2);
  CHECK_THAT(arm["below_best"].get<double>(), WithinRel(0.06, 1e-12));
  CHECK_THAT(arm["p"].get<double>(), WithinRel(0.0014322904658136421, 1e-10));
  CHECK(test["arms"][1]["p"].is_null());
  // Wilson: (x + z²/2 -+ z sqrt(x (n - x) / n + z²/4)) / (n + z²).
  const double z = 1.9599639845400545;
  const double half_width = z * std::sqrt(200 * 0.8 + z * z / 4);
  CHECK_THAT(arm["low"].get<double>(), WithinRel((200 + z * z / 2 - half_width) / (1000 + z * z), 1e-12));
  CHECK_THAT(arm["high"].get<double>(), WithinRel((200 + z * z / 2 + half_width) / (1000 + z * z), 1e-12));
}

TEST_CASE("the order of arms and of columns, other columns and quotes do not matter") {
  const json expected = answer_to("t,A,1000,200\nt,B,1000,260\nt,C,1000,255\n");
  CHECK(expected["verdict"] == "not_significant");
  const json reversed = answer_to("t,C,1000,255\nt,B,1000,260\nt,A,1000,200\n");
  CHECK(reversed["arms"][0] == expected["arms"][2]);
  CHECK(reversed["verdict"] == expected["verdict"]);
  const Folder folder;
  const json other = answers_of(folder.write("csv",
                                             "\xEF\xBB\xBF"
                                             "clicks,\"note, or so\",arm,test_id,impressions\r\n"
                                             "200,\"a\n\"\"b\"\"\",A,t,1000\r\n260,,\"B\",t,1000\r\n"
                                             "255,,C,\"t\",1000\r\n"));
  CHECK(other["tests"][0] == expected);
}

TEST_CASE("alpha decides on winners and intervals") {
  const std::string lines = "t,A,1000,120\nt,B,1000,150\n";  // p = 0.04964
  const json at_5 = answer_to(lines);
  const json at_1 = answer_to(lines, "--alpha 0.01");
  CHECK(at_5["winner"] == "B");
  CHECK(at_1["winner"].is_null());
  CHECK(at_1["verdict"] == "not_significant");
  CHECK(at_1["arms"][0]["low"] < at_5["arms"][0]["low"]);
}

TEST_CASE("the best of several arms must beat every other, each held to Holm") {
  // Against v0 alone p = 0.0273, against four like it four times that.
  CHECK(answer_to("t,A,1000,120\nt,B,1000,154\n")["winner"] == "B");
  const json test = answer_to("t,A,1000,120\nt,B,1000,154\nt,C,1000,120\nt,D,1000,120\nt,E,1000,120\n");
  CHECK(test["winner"].is_null());
  CHECK_THAT(test["arms"][0]["adjusted_p"].get<double>(),
             WithinRel(4 * test["arms"][0]["p"].get<double>(), 1e-12));
  CHECK(answer_to("t,B,5000,800\nt,A,5000,500\nt,C,5000,790\n")["verdict"] == "not_significant");
}

TEST_CASE("what cannot be judged has a verdict that says why") {
  CHECK(answer_to("t,A,821588,10000\nt,B,815482,20000\n")["verdict"] == "sample_ratio_mismatch");
  CHECK(answer_to("t,A,1000,100\nt,B,1000,100\n")["verdict"] == "tie");
  CHECK(answer_to("t,A,20,0\nt,B,20,9\n")["verdict"] == "below_min_samples");
  CHECK(answer_to("t,A,0,0\nt,B,20,9\n")["verdict"] == "no_data");
  CHECK(answer_to("t,A,10,3\n")["verdict"] == "single_arm");
  const json test = answer_to("t,A,5,7\nt,B,5,1\n");
  CHECK(test["verdict"] == "invalid_counts");
  CHECK(test["arms"][0]["clicks"] == 7);
  for (const char* absent : {"rate", "low", "high", "p"}) CHECK(test["arms"][0][absent].is_null());
  CHECK(test["chisq_p"].is_null());
  CHECK(test["winner"].is_null());
}

TEST_CASE("a test of which a line cannot be read has no verdict, as the missing arm may be the best") {
  const json answers = answers_to("t,A,1000,200\nt,B,1000,260\nt,C,1000,many\nu,A,1000,200\nu,B,1000,260\n");
  CHECK(answers["tests"][0]["verdict"] == "invalid_counts");
  CHECK(answers["tests"][0]["skipped"] == 1);
  CHECK(answers["tests"][0]["reason"] == "no verdict: lines of this test that cannot be read: 1");
  CHECK(answers["tests"][1]["winner"] == "B");
  CHECK(answers["lines"]["skipped"] == 1);
}

TEST_CASE("lines that cannot be read are told of by number and reason") {
  CHECK(reason_for("t,A,12x,1") == "impressions '12x' is not a whole number");
  CHECK(reason_for("t,A,,1") == "impressions '' is not a whole number");
  CHECK(reason_for("t,A,10,1.5") == "clicks '1.5' is not a whole number");
  CHECK(reason_for("t,A,10,NaN") == "clicks 'NaN' is not a whole number");
  CHECK(reason_for("t,A,1e30,1") == "impressions '1e30' is not a whole number");
  CHECK(reason_for("t,A,10,-5") == "clicks '-5' is negative");
  CHECK(reason_for("t,A,10,+5") == "clicks '+5' is not a whole number");
  CHECK(reason_for("t,A,18446744073709551616,1") == "impressions '18446744073709551616' is too large");
  CHECK(reason_for(std::string("t,A,10,1\0", 9)) == "clicks '1?' is not a whole number");
  CHECK(reason_for(std::string("t\0,A,10,1", 9)) == "test_id has a control character");
  CHECK(reason_for("t,,10,1") == "arm is empty");
  CHECK(reason_for("t," + std::string(201, 'a') + ",10,1") == "arm is longer than 200 bytes");
  CHECK(reason_for("t,A,10") == "3 fields where the header has 4");
  CHECK(reason_for("t,A,10,1,") == "5 fields where the header has 4");
  CHECK(reason_for("\"t,A,10,1") == "a quote that is never closed");
  CHECK(reason_for("good,A,10,1") == "arm 'A' of this test again");
  CHECK(reason_for("t,A,10," + std::string(1'000'000, '7')) ==
        "clicks '" + std::string(40, '7') + "...' is too large");
}

TEST_CASE("skipped lines are all counted, and the first hundred kept") {
  std::string lines = "t,A,1,1\n";
  for (int i = 0; i < 250; ++i) lines += "t,B,1,x\n";
  const json answers = answers_to(lines);
  CHECK(answers["lines"]["read"] == 251);
  CHECK(answers["lines"]["skipped"] == 250);
  CHECK(answers["lines"]["first_skipped"].size() == 100);
}

TEST_CASE("a test may have a thousand arms, and counts may be as large as there are") {
  std::string lines;
  for (int i = 0; i < 1'001; ++i) lines += "t," + std::to_string(i) + ",1000,100\n";
  const json answers = answers_to(lines);
  CHECK(answers["tests"][0]["arms"].size() == 1'000);
  CHECK(answers["lines"]["first_skipped"][0]["reason"] == "more than 1000 arms in a test");
  const json large =
      answers_to("t,A,18446744073709551615,1\nt,B,18446744073709551615,18446744073709551615\n");
  CHECK(large["tests"][0]["winner"] == "B");
  CHECK(large["totals"]["impressions"] == 18'446'744'073'709'551'615U);
}

TEST_CASE("ids that are not UTF-8 make no broken JSON") {
  CHECK(answer_to("t\xFF,A,10,1\n")["test_id"] == "t\xEF\xBF\xBD");
}

TEST_CASE("people read the verdict first, then figures and totals") {
  const Folder folder;
  const std::string csv = folder.write("csv", "test_id,arm,impressions,clicks\nt,A,1000,200\nt,B,1000,260\n");
  const Run result = run("--json " + folder.file("json") + " " + csv);
  CHECK(result.status == 0);
  CHECK(result.error.empty());
  for (const char* part :
       {"t: B wins: it beats every other variant", "20.00 %   17.64 to 22.59 %  -6.00 points, p = 0.0014\n",
        "26.00 %   23.38 to 28.81 %  the best\n",
        "equal split: p = 1.0000; one rate for all arms: p = 0.0014",
        "every arm was to get equally many impressions", "in all: 1 tests, 2 arms, clicks 460 of 2000"}) {
    CAPTURE(part, result.out);
    CHECK(result.out.find(part) != std::string::npos);
  }
  CHECK(json::parse(folder.read("json")) == answers_of(csv));
}

TEST_CASE("what cannot be answered ends with 2 and one line that says why") {
  const Folder folder;
  const std::string csv = folder.write("csv", "test_id,arm,impressions,clicks\nt,A,1000,200\n");
  for (const std::string& arguments :
       {std::string(), folder.file("missing"), std::string("/"), "--alpha 1 " + csv, "--alpha nan " + csv,
        "--alpha x " + csv, "--metric plays " + csv, "--unknown " + csv, csv + " " + csv,
        "--json " + folder.file("no/such/folder") + " " + csv, folder.write("empty", ""),
        folder.write("header", "test_id,arm,impressions,clicks\n"),
        folder.write("columns", "test_id,arm\nt,A\n"),
        folder.write("twice", "test_id,arm,arm,impressions,clicks\nt,A,A,1,1\n"),
        folder.write("quote", "\"test_id,arm,impressions,clicks\n"),
        folder.write("broken", "test_id,arm,impressions,clicks\n,A,1,1\n"),
        folder.write("nul", std::string(1'000, '\0'))}) {
    CAPTURE(arguments);
    const Run result = run(arguments);
    CHECK(result.status == 2);
    CAPTURE(result.error);
    CHECK(is_one_line(result.error, "experiment: "));
  }
}

TEST_CASE("real headline tests get R's p-values to 1e-10, and show the months of broken randomisation") {
  const auto expected = shared_rows("golden/statistics/headline_tests_R.csv");  // of every other test
  const auto arms = shared_rows("data/headline_tests.csv");
  if (expected.empty() || arms.empty()) {
    WARN("skipped: no headline tests (set VIEWERSHIP_SHARED_DIR)");
    return;
  }
  const json answers = answers_of(VIEWERSHIP_SHARED_DIR "/data/headline_tests.csv");
  CHECK(answers["lines"]["skipped"] == 0);
  CHECK(answers["totals"]["tests"] == 4'873);
  CHECK(answers["totals"]["arms"] == 22'666);
  CHECK(answers["totals"]["impressions"] == 81'024'151);
  CHECK(answers["totals"]["clicks"] == 1'231'208);
  std::map<std::string, const json*> of_test;
  for (const json& test : answers["tests"]) of_test[test["test_id"]] = &test;

  const auto agrees = [](const json& p, const std::string& number) {
    return p.is_number() && std::abs(p.get<double>() - std::stod(number)) <= 1e-10 * std::stod(number);
  };
  for (const auto& row : expected) {
    const json& test = *of_test.at(row.at(0));
    CAPTURE(row.at(0), row.at(4), row.at(5));
    CHECK(agrees(test["srm_p"], row.at(4)));
    CHECK(agrees(test["chisq_p"], row.at(5)));
    CHECK((test["verdict"] == "sample_ratio_mismatch") == (std::stod(row.at(4)) < 0.001));
  }

  // Published as broken: from 25 June 2013 to 10 January 2014.
  std::map<std::string, std::string> day_of;
  for (const auto& row : arms) day_of[row.at(0)] = row.at(1);
  double broken[2] = {0, 0};
  double all[2] = {0, 0};
  for (const auto& [id, day] : day_of) {
    const bool published = day >= "2013-06-25" && day <= "2014-01-10";
    all[published] += 1;
    broken[published] += (*of_test.at(id))["verdict"] == "sample_ratio_mismatch" ? 1 : 0;
  }
  CHECK(broken[1] > 0.5 * all[1]);
  CHECK(broken[0] < 0.01 * all[0]);
}
