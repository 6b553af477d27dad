// SPDX-License-Identifier: MIT
#include <viewership/assignment.hpp>  // first: it must stand alone

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "golden.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

ExperimentDefinition with_weights(const std::vector<double>& weights, const std::string& id = "exp-1") {
  ExperimentDefinition definition{.id = id};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    definition.variants.push_back({.id = "v" + std::to_string(i), .allocation_weight = weights[i]});
  }
  return definition;
}

ExperimentDefinition two_arms() {
  return with_weights({1, 1});
}

std::string user(std::size_t i) {
  return "user_" + std::to_string(i);
}

/// The definition in words: the first variant with h < ceil(2^32 c_i / c_k), in long double.
std::size_t plain_variant(std::uint32_t h, const std::vector<double>& weights) {
  long double all = 0;
  for (const double w : weights) all += w;
  long double c = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    c += weights[i];
    if (h < std::ceil(4294967296.0L * (c / all))) return i;
  }
  return weights.size() - 1;
}

void check_refused(const ExperimentDefinition& definition, const std::string& reason) {
  CAPTURE(reason);
  try {
    Experiment experiment(definition);
    FAIL("accepted");
  } catch (const AnalyticsError& error) {
    const std::string message = error.what();
    CAPTURE(message);
    CHECK(error.code() == ErrorCode::invalid_experiment);
    CHECK(message.rfind("Experiment: experiment '" + definition.id + "'", 0) == 0);
    CHECK(message.find(reason) != std::string::npos);
  }
}

const Timestamp day_1{WallTime{86'400'000}};
const Timestamp day_2{WallTime{2 * 86'400'000}};

}  // namespace

// ------------------------------------------------------------------------------------------------ experiment

TEST_CASE("an experiment that cannot be run does not come into being") {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  check_refused(with_weights({}), "no variants");
  check_refused(with_weights({1, -1}), "negative or not finite");
  check_refused(with_weights({1, nan}), "negative or not finite");
  check_refused(with_weights({infinity, 1}), "negative or not finite");
  check_refused(with_weights({0, 0}), "only weights of 0");
  check_refused(with_weights({1, 1}, ""), "no id");
  check_refused(with_weights(std::vector<double>(65'536, 1.0)), "65,535");

  ExperimentDefinition definition = two_arms();
  definition.variants[1].id = "v0";
  check_refused(definition, "two variants 'v0'");
  definition.variants[1].id = "";
  check_refused(definition, "without an id");

  for (const double coverage : {-0.1, 1.1, nan}) {
    definition = two_arms();
    definition.coverage = coverage;
    check_refused(definition, "coverage");
  }
  definition = two_arms();
  definition.start = day_2;
  definition.end = day_1;
  check_refused(definition, "ends before it starts");

  for (const auto& space :
       {ExperimentNamespace{"n", -0.1, 1}, {"n", 0, 1.1}, {"n", 0.6, 0.5}, {"n", nan, 1}}) {
    definition = two_arms();
    definition.name_space = space;
    check_refused(definition, "namespace");
  }
  definition = two_arms();
  definition.name_space = ExperimentNamespace{};
  check_refused(definition, "namespace without an id");

  definition = two_arms();
  definition.forced = {{"me", "v7"}};
  check_refused(definition, "'v7'");
}

TEST_CASE("an experiment knows its variants and their shares") {
  const Experiment experiment(with_weights({1, 0, 3}));
  CHECK(experiment.id() == "exp-1");
  CHECK(experiment.find("v2") == 2);
  CHECK_FALSE(experiment.find("v3"));
  CHECK(std::vector(experiment.expected_shares().begin(), experiment.expected_shares().end()) ==
        std::vector{0.25, 0.0, 0.75});
  CHECK(experiment == Experiment(experiment.definition()));
  CHECK_FALSE(experiment == Experiment(two_arms()));
}

TEST_CASE("weights of 1/3 + 1/3 + 1/3 are accepted, as is any sum") {
  for (const auto& weights : {std::vector{1.0 / 3, 1.0 / 3, 1.0 / 3},
                              {33.3, 33.3, 33.3},
                              {1e308, 1e308, 1e308},
                              {5e-324, 5e-324, 5e-324}}) {
    const Experiment experiment(with_weights(weights));
    for (const double share : experiment.expected_shares()) CHECK_THAT(share, WithinRel(1.0 / 3, 1e-15));
    for (std::size_t i = 0; i < 300; ++i) {
      // 2^32 / 3 = 1431655765.33..., so the bounds are 1431655766 and 2863311531.
      const std::uint32_t h = detail::fmix32(detail::fnv1a_32("exp-1:" + user(i)));
      CHECK(assign_variant(experiment, user(i)).variant() == (h < 1'431'655'766u   ? 0u
                                                              : h < 2'863'311'531u ? 1u
                                                                                   : 2u));
    }
  }
}

// ------------------------------------------------------------------------------------------------- the
// hashes

TEST_CASE("the hashes are what they always were") {
  // FNV-1a: its authors' test vectors. fmix32: MurmurHash3's finaliser by hand of its definition.
  CHECK(detail::fnv1a_32("") == 0x811c'9dc5u);
  CHECK(detail::fnv1a_32("a") == 0xe40c'292cu);
  CHECK(detail::fnv1a_32("foobar") == 0xbf9c'f968u);
  CHECK(detail::fmix32(0) == 0);
  // Computed with an independent implementation.
  CHECK(detail::fnv1a_32("exp-1:user_0") == 1'764'074'300u);
  CHECK(detail::fmix32(1'764'074'300u) == 2'218'141'468u);
  CHECK(detail::fmix32(detail::fnv1a_32("exp-1:user_2")) == 248'941'401u);
  CHECK(detail::fmix32(detail::fnv1a_32("exp-1:a@b.com")) == 1'813'452'872u);
  CHECK(detail::fmix32(detail::fnv1a_32("\xc3\xbcn\xc3\xaf:user_0")) == 141'440'502u);
}

TEST_CASE("several texts hashed at once have the hashes that they have alone") {
  Random random(5);
  for (int round = 0; round < 500; ++round) {
    std::array<std::string, detail::fnv1a_lanes> texts;
    std::array<std::string_view, detail::fnv1a_lanes> views;
    for (std::size_t lane = 0; lane < texts.size(); ++lane) {
      texts[lane].resize(random.percent(30) ? 7 : random.below(20));
      for (char& c : texts[lane]) c = static_cast<char>(random.below(256));
      const std::string_view beginning = "user_with_a_prefix";  // which all of a round share, as ids do
      texts[lane].replace(0, texts[lane].size() / 2,
                          beginning.substr(0, static_cast<std::size_t>(round) % 19));
      views[lane] = texts[lane];
    }
    const auto hashes = detail::fnv1a_32_of_each(views, 77);
    for (std::size_t lane = 0; lane < texts.size(); ++lane)
      CHECK(hashes[lane] == detail::fnv1a_32(texts[lane], 77));
  }
}

TEST_CASE("FNV-1a by bytes and by UTF-16 units agrees with published vectors") {
  CHECK(detail::fnv1a_32_utf16("user_0") == 1'775'722'533u);
  CHECK(detail::fnv1a_32_utf16("h\xc3\xa9llo") == 4'058'363'231u);
  CHECK(detail::fnv1a_32_utf16("\xf0\x9f\x98\x80") == 3'409'036'472u);
  const auto golden = golden_json("growthbook/fnv1a_vectors.json");
  if (!golden) return;
  for (const auto& row : (*golden)["cases"]) {
    const auto text = row["text"].get<std::string>();
    CHECK(detail::fnv1a_32(text) == row["fnv1a32_utf8_bytes"].get<std::uint32_t>());
    CHECK(detail::fnv1a_32_utf16(text) == row["fnv1a32_js_utf16_units"].get<std::uint32_t>());
  }
}

TEST_CASE("bytes that are no UTF-8 count as the replacement character each") {
  const std::uint32_t replaced = detail::fnv1a_32_utf16("\xef\xbf\xbd");  // U+FFFD itself
  for (const char* bad : {"\x80", "\xc3", "\xff", "\xc1"}) CHECK(detail::fnv1a_32_utf16(bad) == replaced);
  const std::uint32_t twice = detail::fnv1a_32_utf16("\xef\xbf\xbd\xef\xbf\xbd");
  for (const char* bad : {"\xc0\x80", "\xe2\x82", "\xf5\x80"}) CHECK(detail::fnv1a_32_utf16(bad) == twice);
  const std::uint32_t thrice = detail::fnv1a_32_utf16("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  for (const char* bad : {"\xed\xa0\x80", "\xe0\x80\x80"}) CHECK(detail::fnv1a_32_utf16(bad) == thrice);
}

// -------------------------------------------------------------------------------------------------
// assignment

TEST_CASE("the default scheme agrees with the pinned vectors") {
  // h = 2218141468, 248941401, 2374300823 and 1813452872 of 2^32 = 4294967296.
  const Experiment halves(two_arms());
  CHECK(assign_variant(halves, "user_0").variant() == 1);
  CHECK(assign_variant(halves, "user_2").variant() == 0);
  CHECK(assign_variant(halves, "user_999999").variant() == 1);
  CHECK(assign_variant(halves, "a@b.com").variant() == 0);
  CHECK(assign_variant(Experiment(with_weights({1, 2, 3})), "a@b.com").variant() == 1);

  const auto golden = golden_json("statistics/assignment_vectors.json");
  if (!golden) return;
  const std::vector<std::pair<const char*, std::vector<double>>> splits{
      {"w_50_50", {50, 50}}, {"w_90_10", {90, 10}}, {"w_1_2_3", {1, 2, 3}},
      {"w_0_100", {0, 100}}, {"w_100_0", {100, 0}}, {"w_5x20", {20, 20, 20, 20, 20}}};
  for (const auto& row : (*golden)["cases"]) {
    const auto salt = row["salt"].get<std::string>();
    const auto unit = row["unit"].get<std::string>();
    CAPTURE(salt, unit);
    const std::uint32_t h = detail::UnitHash(salt + ":")(unit);
    CHECK(detail::fnv1a_32(salt + ":" + unit) == row["fnv1a32"].get<std::uint32_t>());
    CHECK(h == row["fmix32_fnv1a32"].get<std::uint32_t>());
    for (const auto& [name, weights] : splits) {
      ExperimentDefinition definition = with_weights(weights);
      definition.salt = salt;
      const Experiment experiment(definition);
      if (unit.empty()) {
        CHECK(assign_variant(experiment, unit).reason() == AssignmentReason::empty_unit);
        detail::HashPlan plan;
        plan.thresholds = detail::hash_thresholds(weights);
        CHECK(plan.variant_of(h) == row[name].get<std::uint16_t>());
      } else {
        CHECK(assign_variant(experiment, unit).variant() == row[name].get<std::size_t>());
      }
    }
  }
}

TEST_CASE("the raw scheme is the one of the reference, unsalted") {
  ExperimentDefinition definition = two_arms();
  definition.scheme = AssignmentScheme::fnv1a_raw;
  CHECK(assign_variant(Experiment(definition), "user_4").variant() == 0);  // h = 1708612057
  CHECK(assign_variant(Experiment(definition), "a").variant() == 1);       // h = 3826002220

  const auto golden = golden_json("reference/assign_variant.json");
  if (!golden) return;
  std::vector<Experiment> experiments;
  for (const auto& row : (*golden)["experiments"]) {
    ExperimentDefinition of_row =
        with_weights(row["weights"].get<std::vector<double>>(), row["id"].get<std::string>());
    of_row.scheme = AssignmentScheme::fnv1a_raw;
    experiments.emplace_back(of_row);
  }
  for (const auto& row : (*golden)["users"]) {
    const auto unit = row["user_id"].get<std::string>();
    if (unit.empty()) continue;  // has a variant there, and none here
    for (std::size_t i = 0; i < experiments.size(); ++i) {
      CHECK(assign_variant(experiments[i], unit).variant() == row["variant"][i].get<std::size_t>());
    }
  }
}

TEST_CASE("thresholds are those of the definition for any weights") {
  Random random(11);
  for (int round = 0; round < 300; ++round) {
    std::vector<double> weights(1 + random.below(9));
    for (double& weight : weights) weight = static_cast<double>(random.below(5)) * 0.1;
    weights[random.below(weights.size())] = 0.7;
    const Experiment experiment(with_weights(weights));
    for (std::size_t i = 0; i < 50; ++i) {
      const std::uint32_t h = detail::fmix32(detail::fnv1a_32("exp-1:" + user(i)));
      CHECK(assign_variant(experiment, user(i)).variant() == plain_variant(h, weights));
    }
  }
}

TEST_CASE("thresholds worked by hand are exact") {
  using Thresholds = std::vector<std::uint64_t>;
  CHECK(detail::hash_thresholds(std::vector{1.0, 1.0}) == Thresholds{2'147'483'648});
  CHECK(detail::hash_thresholds(std::vector{1.0, 2.0, 3.0}) == Thresholds{715'827'883, 2'147'483'648});
  CHECK(detail::hash_thresholds(std::vector{0.0, 1.0, 0.0}) == Thresholds{0, 4'294'967'296});
  CHECK(detail::hash_thresholds(std::vector{1.0}).empty());
  // 0.1 ten times: in floating point the sums drift off the tenths, here 2^32 k / 10 rounds up exactly.
  const Thresholds tenths = detail::hash_thresholds(std::vector<double>(10, 0.1));
  for (std::uint64_t k = 1; k < 10; ++k) CHECK(tenths[k - 1] == (4'294'967'296 * k + 9) / 10);
  // A weight that is nothing beside the others still owns a hash at the front, and none at the back.
  CHECK(detail::hash_thresholds(std::vector{1e-300, 1.0}) == Thresholds{1});
  CHECK(detail::hash_thresholds(std::vector{1.0, 1e-300}) == Thresholds{4'294'967'296});
}

TEST_CASE("a variant of weight 0 is never picked, wherever it stands and whatever the hash") {
  for (const auto& weights :
       {std::vector{0.0, 1.0, 1.0}, {1.0, 0.0, 1.0}, {1.0, 1.0, 0.0}, {0.0, 0.0, 2.0}}) {
    detail::HashPlan plan;
    plan.thresholds = detail::hash_thresholds(weights);
    for (const std::uint32_t h : {0u, 1u, 2'147'483'647u, 2'147'483'648u, 4'294'967'295u}) {
      CHECK(weights[plan.variant_of(h)] > 0.0);
    }
    for (const AssignmentScheme scheme : {AssignmentScheme::fnv1a_mix, AssignmentScheme::fnv1a_raw}) {
      ExperimentDefinition definition = with_weights(weights);
      definition.scheme = scheme;
      const Experiment experiment(definition);
      for (std::size_t i = 0; i < 2'000; ++i)
        CHECK(weights[*assign_variant(experiment, user(i)).variant()] > 0.0);
    }
  }
}

TEST_CASE(
    "a unit has no variant, and a reason, for want of an id, outside the dates, the coverage and the "
    "namespace") {
  ExperimentDefinition definition = two_arms();
  definition.start = day_1;
  definition.end = day_2;
  const Experiment experiment(definition);
  CHECK(assign_variant(experiment, "").reason() == AssignmentReason::empty_unit);
  CHECK_FALSE(assign_variant(experiment, "").variant());
  CHECK(assign_variant(experiment, "u", day_1 - 1ms).reason() == AssignmentReason::not_started);
  CHECK(assign_variant(experiment, "u", day_1).reason() == AssignmentReason::assigned);
  CHECK(assign_variant(experiment, "u", day_2 - 1ms) == assign_variant(experiment, "u"));
  CHECK(assign_variant(experiment, "u", day_2).reason() == AssignmentReason::ended);
  CHECK_FALSE(assign_variant(experiment, "u", day_2).variant());
  CHECK(assign_variant(experiment, "", day_2).reason() == AssignmentReason::empty_unit);

  definition = two_arms();
  definition.coverage = 0.0;
  CHECK(assign_variant(Experiment(definition), "u").reason() == AssignmentReason::not_covered);
  definition.name_space = ExperimentNamespace{"n", 0.5, 0.5};
  CHECK(assign_variant(Experiment(definition), "u").reason() == AssignmentReason::other_namespace);
}

TEST_CASE("an experiment without an end goes on") {
  CHECK(assign_variant(Experiment(two_arms()), "u", Timestamp{WallTime{4'000'000'000'000}}).has_variant());
}

TEST_CASE("a forced unit has its variant whatever else is said, and no other unit has") {
  ExperimentDefinition definition = with_weights({1, 0});
  definition.coverage = 0.0;
  definition.start = day_1;
  definition.forced = {{"tester", "v1"}};
  for (const AssignmentScheme scheme : {AssignmentScheme::fnv1a_mix, AssignmentScheme::growthbook_v1}) {
    definition.scheme = scheme;
    const Experiment experiment(definition);
    CHECK(assign_variant(experiment, "tester") == Assignment(AssignmentReason::forced, 1));
    CHECK(assign_variant(experiment, "tester", Timestamp{}) == Assignment(AssignmentReason::forced, 1));
    CHECK(assign_variant(experiment, "other").reason() == AssignmentReason::not_covered);
  }
}

TEST_CASE("coverage is the definition's, and raising it moves nobody who was in") {
  for (const AssignmentScheme scheme : {AssignmentScheme::fnv1a_mix, AssignmentScheme::fnv1a_raw,
                                        AssignmentScheme::growthbook_v1, AssignmentScheme::growthbook_v2}) {
    ExperimentDefinition definition = with_weights({0.2, 0.3, 0.5});
    definition.scheme = scheme;
    std::vector<Assignment> before(2'000);
    std::size_t covered = 0;
    for (const double coverage : {0.0, 0.01, 0.1, 0.333, 0.5, 0.9, 1.0}) {
      definition.coverage = coverage;
      const Experiment experiment(definition);
      const std::size_t covered_before = std::exchange(covered, 0);
      for (std::size_t i = 0; i < before.size(); ++i) {
        const Assignment now = assign_variant(experiment, user(i));
        if (before[i].has_variant()) CHECK(now == before[i]);
        if (now.has_variant()) ++covered;
        before[i] = now;
        if (scheme == AssignmentScheme::fnv1a_mix) {
          const double u = detail::fmix32(detail::fnv1a_32("exp-1:coverage:" + user(i))) / 4'294'967'296.0;
          CHECK(now.has_variant() == (u < coverage));
        }
      }
      CHECK(covered >= covered_before);
      // Within five standard errors.
      CHECK(std::abs(static_cast<double>(covered) / 2'000.0 - coverage) <=
            5 * std::sqrt(coverage * (1 - coverage) / 2'000));
    }
    CHECK(covered == before.size());
  }
}

TEST_CASE("experiments with disjoint ranges of one namespace share no unit, and together miss none") {
  for (const AssignmentScheme scheme : {AssignmentScheme::fnv1a_mix, AssignmentScheme::growthbook_v2}) {
    ExperimentDefinition definition = two_arms();
    definition.scheme = scheme;
    definition.name_space = ExperimentNamespace{"player", 0.0, 0.4};
    const Experiment first(definition);
    definition.id = "exp-2";
    definition.name_space = ExperimentNamespace{"player", 0.4, 1.0};
    const Experiment second(definition);
    std::size_t in_first = 0;
    for (std::size_t i = 0; i < 3'000; ++i) {
      const bool is_in_first = assign_variant(first, user(i)).has_variant();
      CHECK(is_in_first != assign_variant(second, user(i)).has_variant());
      if (is_in_first) ++in_first;
    }
    CHECK(std::abs(static_cast<double>(in_first) / 3'000 - 0.4) < 0.045);  // five standard errors
  }
}

TEST_CASE("the batch says what one by one says, for every kind of experiment") {
  std::vector<ExperimentDefinition> definitions{two_arms(), with_weights({1, 2, 3, 0, 4}), with_weights({1})};
  for (const AssignmentScheme scheme :
       {AssignmentScheme::fnv1a_raw, AssignmentScheme::growthbook_v1, AssignmentScheme::growthbook_v2}) {
    definitions.push_back(two_arms());
    definitions.back().scheme = scheme;
  }
  definitions.push_back(two_arms());
  definitions.back().coverage = 0.5;
  definitions.push_back(two_arms());
  definitions.back().name_space = ExperimentNamespace{"n", 0.2, 0.7};
  definitions.push_back(two_arms());
  definitions.back().forced = {{"user_3", "v1"}};

  Random random(2);
  for (const ExperimentDefinition& definition : definitions) {
    const Experiment experiment(definition);
    for (std::size_t count = 0; count < 40; ++count) {
      std::vector<std::string> units;
      for (std::size_t i = 0; i < count; ++i) {
        units.push_back(random.percent(10) ? "" : user(random.percent(50) ? i : random.below(1'000'000)));
      }
      const std::vector<std::string_view> views(units.begin(), units.end());
      const std::vector<Assignment> batch = assign_variants(experiment, units);
      REQUIRE(batch.size() == count);
      for (std::size_t i = 0; i < count; ++i) CHECK(batch[i] == assign_variant(experiment, units[i]));
      CHECK(assign_variants(experiment, views) == batch);
    }
  }
}

TEST_CASE("the batch wants as many answers as units") {
  const std::vector<std::string> units{"a", "b"};
  std::vector<Assignment> answers(1);
  CHECK_THROWS_AS(assign_variants(Experiment(two_arms()), units, answers), AnalyticsError);
}

// ------------------------------------------------------------------------------------------------ GrowthBook

TEST_CASE("GrowthBook's hash agrees with its own cases") {
  using detail::growthbook_bucket, detail::GrowthBookVersion;
  CHECK(growthbook_bucket("", "a", GrowthBookVersion::v1) == 220);
  CHECK(growthbook_bucket("b", "a", GrowthBookVersion::v1) == 946);
  CHECK(growthbook_bucket("seed", "a", GrowthBookVersion::v2) == 505);
  CHECK(growthbook_bucket("foo", "def", GrowthBookVersion::v2) == 2'019);
  const auto golden = golden_json("growthbook/hash.json");
  if (!golden) return;
  std::size_t checked = 0;
  for (const auto& row : (*golden)["cases"]) {
    const int version = row["version"].get<int>();
    if (row["expected"].is_null()) continue;  // a version that there is not, which cannot be said here
    const auto v = version == 1 ? GrowthBookVersion::v1 : GrowthBookVersion::v2;
    const std::uint32_t bucket =
        growthbook_bucket(row["seed"].get<std::string>(), row["value"].get<std::string>(), v);
    CHECK(static_cast<double>(bucket) / detail::growthbook_buckets(v) == row["expected"].get<double>());
    ++checked;
  }
  CHECK(checked == 14);
}

TEST_CASE("GrowthBook's bucket ranges agree with its own cases") {
  const auto halves = detail::growthbook_ranges(std::vector{0.4, 0.6}, 0.5);
  CHECK_THAT(halves[0].to, WithinRel(0.2, 1e-15));
  CHECK_THAT(halves[1].from, WithinRel(0.4, 1e-15));
  CHECK_THAT(halves[1].to, WithinRel(0.7, 1e-15));

  const auto golden = golden_json("growthbook/getBucketRange.json");
  if (!golden) return;
  for (const auto& row : (*golden)["cases"]) {
    CAPTURE(row["name"].get<std::string>());
    const auto count = row["numVariations"].get<std::size_t>();
    std::vector<double> weights(count, 1.0 / static_cast<double>(count));
    // As many weights as variants, and a coverage within [0, 1], are what an experiment has.
    if (row["weights"].is_array() && row["weights"].size() == count)
      weights = row["weights"].get<std::vector<double>>();
    const double coverage = (std::max)(0.0, (std::min)(row["coverage"].get<double>(), 1.0));
    const auto ranges = detail::growthbook_ranges(weights, coverage);
    REQUIRE(ranges.size() == count);
    for (std::size_t i = 0; i < count; ++i) {
      CHECK_THAT(ranges[i].from, WithinAbs(row["expected"][i][0].get<double>(), 1e-9));
      CHECK_THAT(ranges[i].to, WithinAbs(row["expected"][i][1].get<double>(), 1e-9));
    }
  }
}

TEST_CASE("GrowthBook's equal weights are those of weights that it does not heed") {
  const auto golden = golden_json("growthbook/getEqualWeights.json");
  if (!golden) return;
  for (const auto& row : (*golden)["cases"]) {
    const int count = row["n"].get<int>();
    if (count < 1) continue;
    const auto ranges =
        detail::growthbook_ranges(std::vector<double>(static_cast<std::size_t>(count), 5.0), 1.0);
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      CHECK_THAT(ranges[i].to - ranges[i].from, WithinAbs(row["expected"][i].get<double>(), 1e-8));
    }
  }
}

TEST_CASE("GrowthBook's schemes assign as its comparisons in floating point do") {
  for (const int version : {1, 2}) {
    for (const auto& weights :
         {std::vector{0.1, 0.2, 0.7}, {1.0 / 3, 1.0 / 3, 1.0 / 3}, {0.4, 0.5999}, {0.0, 1.0}}) {
      for (const double coverage : {1.0, 0.7, 0.05}) {
        ExperimentDefinition definition = with_weights(weights);
        definition.scheme = version == 1 ? AssignmentScheme::growthbook_v1 : AssignmentScheme::growthbook_v2;
        definition.coverage = coverage;
        definition.salt = "seed";
        definition.name_space = ExperimentNamespace{"n", 0.1, 0.9};
        const Experiment experiment(definition);
        for (std::size_t i = 0; i < 1'000; ++i) {
          const std::string unit = user(i);
          const double in_space = detail::fnv1a_32(unit + "__n") % 1'000 / 1'000.0;
          const double n = version == 1 ? detail::fnv1a_32(unit + "seed") % 1'000 / 1'000.0
                                        : detail::fnv1a_32(std::to_string(detail::fnv1a_32("seed" + unit))) %
                                              10'000 / 10'000.0;
          Assignment expected(AssignmentReason::not_covered);
          double from = 0.0;
          for (std::size_t k = 0; k < weights.size(); ++k) {
            if (n >= from && n < from + coverage * weights[k]) {
              expected = Assignment(AssignmentReason::assigned, static_cast<std::uint16_t>(k));
              break;
            }
            from += weights[k];
          }
          if (!(in_space >= 0.1 && in_space < 0.9)) expected = Assignment(AssignmentReason::other_namespace);
          CHECK(assign_variant(experiment, unit) == expected);
        }
      }
    }
  }
}

TEST_CASE("weights that GrowthBook would overrule are refused; equal ones of any sum mean the same to it") {
  ExperimentDefinition definition = with_weights({2, 1});
  definition.scheme = AssignmentScheme::growthbook_v1;
  check_refused(definition, "GrowthBook overrules");
  definition.variants[1].allocation_weight = 2;
  CHECK(std::abs(Experiment(definition).expected_shares()[0] - 0.5) < 1e-15);
}

TEST_CASE("the expected shares of GrowthBook's schemes are those of its buckets") {
  ExperimentDefinition definition = with_weights({1, 1, 1});
  definition.scheme = AssignmentScheme::growthbook_v1;
  // 0 to 333, 334 to 666, 667 to 999.
  const Experiment experiment(definition);
  CHECK_THAT(experiment.expected_shares()[0], WithinRel(0.334, 1e-12));
  CHECK_THAT(experiment.expected_shares()[1], WithinRel(0.333, 1e-12));
  CHECK_THAT(experiment.expected_shares()[2], WithinRel(0.333, 1e-12));
  definition.coverage = 0.0;
  CHECK_THAT(Experiment(definition).expected_shares()[0], WithinRel(1.0 / 3, 1e-12));
}
