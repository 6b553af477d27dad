// SPDX-License-Identifier: MIT
// What the benchmarks share: the workloads as logs, made once, and how a benchmark is registered and run.
#ifndef VIEWERSHIP_BENCHMARK_MEASURED_HPP
#define VIEWERSHIP_BENCHMARK_MEASURED_HPP

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <viewership/retention.hpp>
#include <viewership/session_log.hpp>

#include "classic.hpp"
#include "workload.hpp"
#include "workload_events.hpp"

namespace measured {

inline const viewership::SessionLog& log_of(const workload::Workload& workload,
                                            workload::Times times = workload::Times::as_reported) {
  static std::map<std::pair<std::string, workload::Times>, viewership::SessionLog> logs;
  const auto [entry, is_new] = logs.try_emplace({workload.name, times});
  if (is_new) {
    viewership::SessionLogBuilder builder;
    std::string session_id;
    std::string user_id;
    workload::generate(
        workload,
        [&](std::uint64_t session, std::int64_t user, std::int64_t) {
          session_id = "s" + std::to_string(session);
          user_id = "u" + std::to_string(user);
        },
        [&](const workload::Event& e) {
          builder.add(session_id, user_id, "c0", workload::event_of(e, times),
                      viewership::MediaTime{workload.duration});
        });
    entry->second = builder.finish();
  }
  return entry->second;
}

inline const std::vector<classic::Session>& classic_sessions_of(const workload::Workload& workload) {
  static std::map<std::string, std::vector<classic::Session>> all;
  const auto [entry, is_new] = all.try_emplace(workload.name);
  if (is_new) entry->second = classic::sessions_of(workload);
  return entry->second;
}

inline void count_events(benchmark::State& state, const viewership::SessionLog& log) {
  state.counters["ns/event"] =
      benchmark::Counter(static_cast<double>(log.events().size()),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// How many points the curves have.
constexpr std::size_t curve_points = 100;

inline void retention(benchmark::State& state, const workload::Workload& workload, workload::Times times) {
  const viewership::SessionLog& log = log_of(workload, times);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        viewership::compute_retention(log, viewership::MediaTime{workload.duration}, curve_points));
  }
  count_events(state, log);
}

/// A comparison is worth nothing unless both sides say the same.
[[noreturn]] inline void refuse(const char* program, const char* what, const workload::Workload& workload) {
  std::fprintf(stderr, "%s: %s of workload %s\n", program, what, workload.name);
  std::exit(1);
}

/// Registers `function(state, workload, arguments...)` as `what/<workload>`.
template <class Function, class... Arguments>
void add(const std::string& what, Function function, const workload::Workload& workload,
         Arguments... arguments) {
  benchmark::RegisterBenchmark((what + "/" + workload.name).c_str(), function, workload, arguments...)
      ->Unit(benchmark::kMillisecond);
}

inline int run(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace measured

#endif  // VIEWERSHIP_BENCHMARK_MEASURED_HPP
