// SPDX-License-Identifier: MIT
#include "json.hpp"

#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <viewership/format/ab_testing.hpp>

using namespace viewership;
using Json = nlohmann::ordered_json;

namespace {

Json json_of(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json json_of(const ArmAnswer& arm) {
  const auto& interval = arm.interval;
  const auto& comparison = arm.against_best;
  return {{"arm", arm.arm},
          {"impressions", arm.counts.trials},
          {"clicks", arm.counts.successes},
          {"rate", json_of(rate(arm.counts))},
          {"low", interval ? Json(interval->lower) : Json(nullptr)},
          {"high", interval ? Json(interval->upper) : Json(nullptr)},
          {"below_best", comparison ? Json(-comparison->difference) : Json(nullptr)},
          {"p", comparison ? Json(comparison->p) : Json(nullptr)},
          {"adjusted_p", comparison ? Json(comparison->adjusted_p) : Json(nullptr)}};
}

Json json_of(const TestAnswer& answer) {
  Json arms = Json::array();
  for (const ArmAnswer& arm : answer.arms) arms.push_back(json_of(arm));
  return {{"test_id", answer.id},
          {"arms", std::move(arms)},
          {"srm_p", json_of(answer.sample_ratio_p)},
          {"chisq_p", json_of(answer.homogeneity_p)},
          {"verdict", fmt::format("{}", answer.verdict)},
          {"winner", answer.winner ? Json(answer.arms[*answer.winner].arm) : Json(nullptr)},
          {"reason", answer.reason},
          {"skipped", answer.skipped}};
}

}  // namespace

std::string to_json(const Counts& read, const std::vector<TestAnswer>& answers) {
  Json json;
  json["lines"] = {{"read", read.lines}, {"skipped", read.skipped}, {"first_skipped", Json::array()}};
  for (const SkippedLine& line : read.first_skipped) {
    json["lines"]["first_skipped"].push_back({{"line", line.line}, {"reason", line.reason}});
  }
  json["tests"] = Json::array();
  for (const TestAnswer& answer : answers) json["tests"].push_back(json_of(answer));
  const Totals totals = totals_of(answers);
  json["totals"] = {{"tests", answers.size()},
                    {"arms", totals.arms},
                    {"impressions", totals.metrics.impressions},
                    {"clicks", totals.metrics.clicks},
                    {"verdicts", Json::object()}};
  for (std::size_t i = 0; i < totals.verdicts.size(); ++i) {
    json["totals"]["verdicts"][fmt::format("{}", static_cast<WinnerStatus>(i))] = totals.verdicts[i];
  }
  // Nobody says that the file is UTF-8.
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}
