// SPDX-License-Identifier: MIT
// What engagement adds to a retention pass, and what ranking costs beside sorting the bare scores. Run with
// random interleaving and repetitions, and read the ratios of the medians:
//   engagement_benchmark --benchmark_enable_random_interleaving=true --benchmark_repetitions=9
// Goals: retention_and_engagement at most 1.25 x retention; rank_by_engagement at most 2 x sort.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <viewership/engagement.hpp>
#include <viewership/retention.hpp>

#include "measured.hpp"
#include "workload.hpp"

namespace {

using namespace viewership;
using measured::count_events;
using measured::curve_points;
using measured::log_of;
using workload::Times;
using workload::Workload;

constexpr std::size_t titles = 1'000'000;

template <bool with_engagement>
void retention(benchmark::State& state, const Workload& workload, Times times) {
  const SessionLog& log = log_of(workload, times);
  const MediaTime duration{workload.duration};
  const std::vector<MediaTime> positions = evenly_spaced(duration, curve_points);
  for (auto _ : state) {
    AudienceCounts audience(retention_grid(positions, duration), Counting::instants);
    if constexpr (with_engagement) {
      EngagementCounts engagement(duration);
      analyze(log, audience, engagement);
      benchmark::DoNotOptimize(engagement.score("c0"));
    } else {
      analyze(log, audience);
    }
    benchmark::DoNotOptimize(retention_curve(audience.result(), positions));
  }
  count_events(state, log);
}

/// A catalogue with a long tail: most titles have a handful of sessions.
const std::vector<ScoredContent>& catalogue() {
  static const std::vector<ScoredContent> rows = [] {
    std::vector<ScoredContent> made;
    for (std::uint64_t i = 0; i < titles; ++i) {
      workload::Stream draw(i);
      const double score =
          static_cast<double>(draw.below(std::int64_t{1} << 50)) / static_cast<double>(std::int64_t{1} << 50);
      const auto size = static_cast<std::uint64_t>(1 + 10'000 / (1 + draw.below(5'000)));
      made.push_back({"c" + std::to_string(i), score, size, score * (1 - score)});
    }
    return made;
  }();
  return rows;
}

void sort(benchmark::State& state) {
  std::vector<double> scores;
  for (const ScoredContent& row : catalogue()) scores.push_back(*row.score);
  for (auto _ : state) {
    std::vector<double> sorted = scores;
    std::sort(sorted.begin(), sorted.end(), std::greater<>{});
    benchmark::DoNotOptimize(sorted.data());
  }
}

void rank_by_engagement(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(ContentRanker{}.rank_by_engagement(catalogue()));
}

void rank_with_shrinkage(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(ContentRanker{}.rank_with_shrinkage(catalogue()));
}

}  // namespace

int main(int argc, char** argv) {
  for (const Workload* workload : {&workload::a, &workload::b, &workload::c}) {
    for (const Times times : {Times::as_reported, Times::everywhere}) {
      const std::string suffix = (times == Times::everywhere ? "_timed/" : "/") + std::string(workload->name);
      const auto add = [&](const std::string& what, auto function) {
        benchmark::RegisterBenchmark((what + suffix).c_str(), function, *workload, times)
            ->Unit(benchmark::kMillisecond);
      };
      add("retention", retention<false>);
      add("retention_and_engagement", retention<true>);
    }
  }
  const auto add = [](const char* what, auto function) {
    benchmark::RegisterBenchmark(what, function)->Unit(benchmark::kMillisecond);
  };
  add("sort", sort);
  add("rank_by_engagement", rank_by_engagement);
  add("rank_with_shrinkage", rank_with_shrinkage);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
