// SPDX-License-Identifier: MIT
// What the answers of this library cost, beside the classic way of getting them. Run with random interleaving
// and repetitions, and read the ratios of the medians:
//   core_benchmark --benchmark_enable_random_interleaving=true --benchmark_repetitions=9
#include <benchmark/benchmark.h>

#include <string>

#include <viewership/viewership.hpp>

#include "classic.hpp"
#include "measured.hpp"
#include "workload.hpp"

namespace {

using namespace viewership;
using namespace measured;
using workload::Times;
using workload::Workload;

void scan(benchmark::State& state, const Workload& workload) {
  const SessionLog& log = log_of(workload);
  for (auto _ : state) {
    std::int64_t sum = 0;
    for (const PlaybackEvent& event : log.events()) sum += detail::EventFields::position(event);
    benchmark::DoNotOptimize(sum);
  }
  count_events(state, log);
}

void classic_retention(benchmark::State& state, const Workload& workload) {
  const std::vector<classic::Session>& sessions = classic_sessions_of(workload);
  for (auto _ : state) {
    benchmark::DoNotOptimize(classic::viewers(sessions, workload.duration, curve_points));
  }
}

void everything(benchmark::State& state, const Workload& workload, Times times) {
  const SessionLog& log = log_of(workload, times);
  const MediaTime duration{workload.duration};
  const std::vector<MediaTime> positions = evenly_spaced(duration, curve_points);
  for (auto _ : state) {
    SessionTotals totals(duration);
    AudienceCounts instants(retention_grid(positions, duration), Counting::instants);
    AudienceCounts buckets(AudienceGrid::cells(duration, std::chrono::seconds(5)), Counting::cells);
    analyze(log, totals, instants, buckets);
    benchmark::DoNotOptimize(totals.result());
    benchmark::DoNotOptimize(retention_curve(instants.result(), positions));
    benchmark::DoNotOptimize(heatmap_of(buckets.result()));
  }
  count_events(state, log);
}

/// A comparison is worth nothing unless both sides say the same.
void check(const Workload& workload) {
  const auto refuse = [&](const char* what) { measured::refuse("core_benchmark", what, workload); };
  if (workload::digest(workload) != workload.digest) refuse("wrong digest");
  const auto expected = classic::viewers(classic_sessions_of(workload), workload.duration, curve_points);
  AudienceCounts seconds(AudienceGrid::cells(MediaTime{workload.duration}, std::chrono::seconds(1)),
                         Counting::cells);
  analyze(log_of(workload), seconds);
  const AudienceResult counted = seconds.result();
  for (std::size_t i = 0; i < curve_points; ++i) {
    const std::size_t second =
        (std::min)(counted.cells.size() * i / (curve_points - 1), counted.cells.size() - 1);
    if (counted.cells[second].viewers != expected[i])
      refuse("viewers differ from the classic implementation's");
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (const Workload* workload : {&workload::a, &workload::b, &workload::c}) {
    check(*workload);
    const auto add = [&](const std::string& what, auto function, auto... arguments) {
      measured::add(what, function, *workload, arguments...);
    };
    add("scan", scan);
    add("retention", retention, Times::as_reported);
    add("retention_timed", retention, Times::everywhere);
    add("everything", everything, Times::as_reported);
    add("everything_timed", everything, Times::everywhere);
    add("classic_retention", classic_retention);
  }
  return run(argc, argv);
}
