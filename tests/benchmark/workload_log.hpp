// SPDX-License-Identifier: MIT
// The workloads as logs of this library, for the benchmarks that replay them.
#ifndef VIEWERSHIP_BENCHMARK_WORKLOAD_LOG_HPP
#define VIEWERSHIP_BENCHMARK_WORKLOAD_LOG_HPP

#include <benchmark/benchmark.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include <viewership/session_log.hpp>

#include "workload.hpp"
#include "workload_events.hpp"

namespace workload {

/// The log of a workload, made once.
inline const viewership::SessionLog& log_of(const Workload& workload, Times times = Times::as_reported) {
  static std::map<std::pair<std::string, Times>, viewership::SessionLog> logs;
  const auto [entry, is_new] = logs.try_emplace({workload.name, times});
  if (is_new) {
    viewership::SessionLogBuilder builder;
    std::string session_id;
    std::string user_id;
    generate(
        workload,
        [&](std::uint64_t session, std::int64_t user, std::int64_t) {
          session_id = "s" + std::to_string(session);
          user_id = "u" + std::to_string(user);
        },
        [&](const Event& e) {
          builder.add(session_id, user_id, "c0", event_of(e, times),
                      viewership::MediaTime{workload.duration});
        });
    entry->second = builder.finish();
  }
  return entry->second;
}

inline void count_events(benchmark::State& state, const viewership::SessionLog& log) {
  state.counters["ns/event"] =
      benchmark::Counter(static_cast<double>(log.events().size()),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

}  // namespace workload

#endif  // VIEWERSHIP_BENCHMARK_WORKLOAD_LOG_HPP
