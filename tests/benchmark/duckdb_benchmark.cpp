// SPDX-License-Identifier: MIT
// The same questions asked of DuckDB, on the same rows in the same process. Built where DuckDB's C library is
// found:
//   cmake --preset release -DDUCKDB_LIBRARY=.../libduckdb.so -DDUCKDB_INCLUDE_DIR=.../include
// Both sides' CPU is counted over all threads; read the ratios of the medians:
//   duckdb_benchmark --benchmark_enable_random_interleaving=true --benchmark_repetitions=9
#include <benchmark/benchmark.h>
#include <duckdb.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <viewership/viewership.hpp>

#include "measured.hpp"
#include "workload.hpp"

namespace {

using namespace viewership;
using workload::Workload;

[[noreturn]] void refuse(const std::string& what) {
  std::fprintf(stderr, "duckdb_benchmark: %s\n", what.c_str());
  std::exit(1);
}

/// A database in memory with the workload's events as the table
/// ev(session, seq, type, pos, aux): a seek's aux is its target, of other events the stall or the watched
/// time.
class Database {
 public:
  explicit Database(const Workload& workload) {
    if (duckdb_open(nullptr, &database_) != DuckDBSuccess ||
        duckdb_connect(database_, &connection_) != DuckDBSuccess) {
      refuse("cannot open a database");
    }
    run("create table ev(session integer, seq integer, type tinyint, pos integer, aux integer)");
    duckdb_appender appender = nullptr;
    duckdb_appender_create(connection_, nullptr, "ev", &appender);
    std::int32_t session = 0;
    std::int32_t sequence = 0;
    // A play of this workload carries no position: it resumes where the playhead is.
    std::int64_t playhead = 0;
    workload::generate(
        workload,
        [&](std::uint64_t number, std::int64_t, std::int64_t) {
          session = static_cast<std::int32_t>(number);
          sequence = 0;
          playhead = 0;
        },
        [&](const workload::Event& e) {
          if (e.tag != workload::Tag::play && e.tag != workload::Tag::quality_change) playhead = e.position;
          duckdb_append_int32(appender, session);
          duckdb_append_int32(appender, sequence++);
          duckdb_append_int8(appender, static_cast<std::int8_t>(static_cast<int>(e.tag) - 1));
          duckdb_append_int32(appender, static_cast<std::int32_t>(playhead));
          duckdb_append_int32(appender, static_cast<std::int32_t>(e.payload));
          duckdb_appender_end_row(appender);
          if (e.tag == workload::Tag::seek) playhead = e.payload;
        });
    duckdb_appender_destroy(&appender);
  }
  ~Database() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// The second column of the answer.
  std::vector<std::int64_t> run(const std::string& sql) const {
    duckdb_result result;
    if (duckdb_query(connection_, sql.c_str(), &result) != DuckDBSuccess)
      refuse(duckdb_result_error(&result));
    std::vector<std::int64_t> values;
    for (idx_t row = 0; duckdb_column_count(&result) > 1 && row < duckdb_row_count(&result); ++row) {
      values.push_back(duckdb_value_int64(&result, 1, row));
    }
    duckdb_destroy_result(&result);
    return values;
  }

 private:
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

/// Viewers of every second: the stretches between events, whole seconds that they touch, the parts of them
/// that their session had not touched before, and a running sum of where those begin and end.
std::string viewers_sql(std::int64_t seconds) {
  const std::string duration = std::to_string(seconds);
  return "with stretches as ("
         "  select session, case type when 2 then aux else pos end as a,"
         "         lead(pos) over (partition by session order by seq) as b from ev where type <> 5),"
         " touched as ("
         "  select session, a // 1000 as a, least((b + 999) // 1000, " +
         duration +
         ") as b from stretches where b > a),"
         " reach as ("
         "  select a, b, coalesce(max(b) over (partition by session order by a, b"
         "    rows between unbounded preceding and 1 preceding), 0) as seen from touched),"
         " fresh as (select greatest(a, seen) as a, b from reach where b > seen),"
         " steps as ("
         "  select tick, sum(step) as step from"
         "   (select a as tick, 1 as step from fresh union all select b, -1 from fresh) group by tick)"
         " select second, cast(sum(coalesce(step, 0)) over (order by second) as bigint) as viewers"
         " from range(0, " +
         duration + ") seconds(second) left join steps on tick = second order by second";
}

struct Both {
  Workload workload;
  Database database;
  const SessionLog& log;
  explicit Both(const Workload& w) : workload(w), database(w), log(measured::log_of(w)) {}

  [[nodiscard]] MediaTime duration() const { return MediaTime{workload.duration}; }
};

std::vector<CellCounts> viewers_by_second(const Both& both) {
  AudienceCounts counts(AudienceGrid::cells(both.duration(), std::chrono::seconds(1)), Counting::cells);
  analyze(both.log, counts);
  return counts.result().cells;
}

void check(const Both& both) {
  const std::vector<std::int64_t> theirs = both.database.run(viewers_sql(both.workload.duration / 1000));
  const std::vector<CellCounts> ours = viewers_by_second(both);
  if (theirs.size() != ours.size()) refuse("the two count other seconds");
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (static_cast<std::uint64_t>(theirs[i]) != ours[i].viewers) {
      refuse("the two disagree at second " + std::to_string(i));
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (const Workload* workload : {&workload::a, &workload::b}) {
    static std::vector<Both*> kept;  // for as long as the benchmarks run
    const Both& both = *kept.emplace_back(new Both(*workload));
    check(both);
    const std::string name = std::string("/") + workload->name;
    const auto add = [&](const std::string& what, auto body) {
      benchmark::RegisterBenchmark((what + name).c_str(),
                                   [body](benchmark::State& state) {
                                     for (auto _ : state) benchmark::DoNotOptimize(body());
                                   })
          ->Unit(benchmark::kMillisecond)
          ->MeasureProcessCPUTime();
    };
    add("viewers_by_second", [&both] { return viewers_by_second(both); });
    add("retention", [&both] { return compute_retention(both.log, both.duration(), 100); });
    add("duckdb_viewers_by_second",
        [&both, sql = viewers_sql(workload->duration / 1000)] { return both.database.run(sql); });
  }
  benchmark::RunSpecifiedBenchmarks();
}
