// SPDX-License-Identifier: MIT
#include <viewership/experiment_results.hpp>  // first: it must stand alone

#include "catch.hpp"
#include "laws.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

Experiment experiment_of(const std::string& id = "exp-1", double weight_of_b = 1.0) {
  return Experiment({.id = id, .variants = {{"a", "Control"}, {"b", "New thumbnail", weight_of_b}}});
}

template <class Function>
void check_refused(ErrorCode code, const std::string& begin, Function&& function) {
  try {
    function();
    FAIL("accepted");
  } catch (const AnalyticsError& error) {
    const std::string message = error.what();
    CAPTURE(message);
    CHECK(error.code() == code);
    CHECK(message.rfind(begin, 0) == 0);
  }
}

/// One thing that happened, so that results can be put through the laws of accumulators.
struct Outcome {
  std::size_t variant;
  std::size_t kind;
  std::int64_t amount;
};

struct Recorder {
  ExperimentResults results{};

  void add(const Outcome& outcome) {
    const auto count = static_cast<std::uint64_t>(outcome.amount);
    switch (outcome.kind) {
      case 0:
        return results.record_impression(outcome.variant, count);
      case 1:
        return results.record_click(outcome.variant, count);
      case 2:
        return results.record_conversion(outcome.variant, count);
      case 3:
        return results.record_completion(outcome.variant, count);
      default:
        return results.record_watch(outcome.variant, std::chrono::milliseconds(outcome.amount));
    }
  }
  void merge(const Recorder& other) { results.merge(other.results); }
  ExperimentResults result() const { return results; }
  friend bool operator==(const Recorder&, const Recorder&) = default;
};

}  // namespace

TEST_CASE("results begin with nothing for every variant") {
  const ExperimentResults results(experiment_of());
  CHECK(results.experiment_id() == "exp-1");
  CHECK(std::vector(results.variant_ids().begin(), results.variant_ids().end()) ==
        std::vector<std::string>{"a", "b"});
  REQUIRE(results.metrics().size() == 2);
  CHECK(results.metrics("a") == VariantMetrics{});
  CHECK(ExperimentResults{}.metrics().empty());
}

TEST_CASE("outcomes are counted for the variant they are recorded for, by id or by index") {
  ExperimentResults results(experiment_of());
  results.record_impression("a");
  results.record_impression(std::string("b"), 40);
  results.record_click(1, 7);
  results.record_conversion(std::size_t{1}, 2);
  results.record_completion("b", 5);
  results.record_watch("b", 10s);
  results.record_watch("b", 2500ms);
  CHECK(results.metrics("a").impressions == 1);
  const VariantMetrics& b = results.metrics("b");
  CHECK(&b == &results.metrics()[1]);
  CHECK(b.impressions == 40);
  CHECK(b.clicks == 7);
  CHECK(b.conversions == 2);
  CHECK(b.completions == 5);
  CHECK(click_through_rate(b) == 7.0 / 40);
  CHECK(conversion_rate(b) == 2.0 / 40);  // of impressions, not of clicks
  CHECK(completion_rate(b) == 5.0 / 40);
  CHECK(average_watch_duration(b) == std::chrono::duration<double>(6.25));
}

TEST_CASE("without an impression there is no rate") {
  const VariantMetrics none;
  CHECK_FALSE(click_through_rate(none));
  CHECK_FALSE(conversion_rate(none));
  CHECK_FALSE(completion_rate(none));
  CHECK_FALSE(average_watch_duration(none));
}

TEST_CASE("clicks above impressions are no rate") {
  const VariantMetrics broken{.impressions = 10, .clicks = 11, .conversions = 10};
  CHECK_FALSE(click_through_rate(broken));
  CHECK(conversion_rate(broken) == 1.0);
}

TEST_CASE("another rate can be asked for") {
  const VariantMetrics metrics{.impressions = 100, .clicks = 20, .conversions = 5};
  CHECK(RateMetric{&VariantMetrics::conversions, &VariantMetrics::clicks}.of(metrics) == Proportion{5, 20});
}

TEST_CASE("a variant that the experiment does not have is refused") {
  ExperimentResults results(experiment_of());
  const auto code = ErrorCode::unknown_variant;
  check_refused(code, "ExperimentResults::record_impression: experiment 'exp-1' has no variant 'c'",
                [&] { results.record_impression("c"); });
  check_refused(code, "ExperimentResults::record_click:", [&] { results.record_click(2); });
  check_refused(code, "ExperimentResults::record_conversion:", [&] { results.record_conversion(-1); });
  check_refused(code, "ExperimentResults::record_completion:", [&] { results.record_completion(""); });
  check_refused(code, "ExperimentResults::record_watch:", [&] { results.record_watch("A", 1s); });
  check_refused(code, "ExperimentResults::metrics:", [&] { (void)results.metrics("c"); });
  check_refused(code, "ExperimentResults::record_metrics:", [&] { results.record_metrics("c", {}); });
  CHECK(results == ExperimentResults(experiment_of()));
}

TEST_CASE("counts above 32 bits are kept, and counts above 64 stop there") {
  ExperimentResults results(experiment_of());
  results.record_impression("a", 3'000'000'000);
  results.record_impression("a", 3'000'000'000);
  CHECK(results.metrics("a").impressions == 6'000'000'000);
  const std::uint64_t most = (std::numeric_limits<std::uint64_t>::max)();
  results.record_impression("a", most - 5);
  CHECK(results.metrics("a").impressions == most);
}

TEST_CASE("a watch time that cannot be one is counted apart") {
  ExperimentResults results(experiment_of());
  results.record_watch("a", -1s);
  results.record_watch("a", std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN()));
  results.record_watch("a", 0s);
  CHECK(results.metrics("a").watch_duration.result().rejected == 2);
  CHECK(results.metrics("a").watch_duration.result().count == 1);
  CHECK(average_watch_duration(results.metrics("a"))->count() == 0.0);
}

TEST_CASE("metrics counted elsewhere are added whole") {
  ExperimentResults results(experiment_of());
  results.record_impression("a", 5);
  results.record_metrics("a", {.impressions = 10, .clicks = 3, .watch_duration = Moments::of(4, 60.0, 9.0)});
  CHECK(results.metrics("a").impressions == 15);
  CHECK(results.metrics("a").clicks == 3);
  CHECK(results.metrics("a").watch_duration.result().variance == 9.0);
}

TEST_CASE("results of another experiment, other variants or another split do not merge") {
  ExperimentResults results(experiment_of());
  const auto code = ErrorCode::incompatible_merge;
  const std::string begin = "ExperimentResults::merge:";
  check_refused(code, begin, [&] { results.merge(ExperimentResults(experiment_of("exp-2"))); });
  check_refused(code, begin, [&] { results.merge(ExperimentResults(experiment_of("exp-1", 2.0))); });
  check_refused(code, begin, [&] {
    results.merge(ExperimentResults(Experiment({.id = "exp-1", .variants = {{"a"}, {"c"}}})));
  });
}

TEST_CASE("results obey the laws of an accumulator") {
  Random random(6);
  std::vector<Outcome> outcomes;
  for (int i = 0; i < 400; ++i)
    outcomes.push_back({random.below(2), random.below(5), random.between(0, 100'000)});
  check_accumulator_laws([] { return Recorder{ExperimentResults(experiment_of())}; }, outcomes,
                         [](const ExperimentResults& a, const ExperimentResults& b) {
                           for (std::size_t i = 0; i < 2; ++i) {
                             VariantMetrics of_a = a.metrics(i), of_b = b.metrics(i);
                             const MomentsResult watched = of_a.watch_duration.result();
                             const MomentsResult also = of_b.watch_duration.result();
                             of_a.watch_duration = of_b.watch_duration = Moments{};
                             if (of_a != of_b || watched.count != also.count ||
                                 !nearly_equal(watched.mean, also.mean) ||
                                 !nearly_equal(watched.variance, also.variance)) {
                               return false;
                             }
                           }
                           return true;
                         });
}
