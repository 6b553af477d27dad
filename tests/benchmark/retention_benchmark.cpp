// SPDX-License-Identifier: MIT
// What five answers of one pass cost beside retention alone and beside five classic passes, and what a
// question to stored maps costs beside a replay. Run with random interleaving and repetitions, and read the
// ratios of the medians:
//   retention_benchmark --benchmark_enable_random_interleaving=true --benchmark_repetitions=9
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <viewership/viewership.hpp>

#include "classic.hpp"
#include "measured.hpp"
#include "workload.hpp"

namespace {

using namespace viewership;
using namespace measured;
using workload::Times;
using workload::Workload;

constexpr std::size_t chapter_count = 10;
constexpr std::int64_t bucket_seconds = 5;

/// Chapters of whole seconds, end to end.
std::vector<classic::Segment> classic_chapters(std::int64_t duration) {
  std::vector<classic::Segment> chapters;
  const auto seconds = static_cast<std::size_t>(duration / 1000);
  for (std::size_t i = 0; i < chapter_count; ++i) {
    chapters.push_back({seconds * i / chapter_count, seconds * (i + 1) / chapter_count, 0, 0, 0});
  }
  return chapters;
}

std::vector<Segment> chapters(std::int64_t duration) {
  std::vector<Segment> segments;
  for (const classic::Segment& chapter : classic_chapters(duration)) {
    segments.push_back({"chapter " + std::to_string(segments.size() + 1),
                        MediaTime{1000 * static_cast<std::int64_t>(chapter.from)},
                        MediaTime{1000 * static_cast<std::int64_t>(chapter.to)}});
  }
  return segments;
}

/// Metrics, retention, heatmap, re-watched and segments of one replay.
void together(benchmark::State& state, const Workload& workload, Times times) {
  const SessionLog& log = log_of(workload, times);
  const MediaTime duration{workload.duration};
  const std::vector<MediaTime> positions = evenly_spaced(duration, curve_points);
  const std::vector<Segment> segments = chapters(workload.duration);
  for (auto _ : state) {
    SessionTotals totals(duration);
    AudienceCounts instants(retention_grid(positions, duration), Counting::instants);
    AudienceCounts cells(AudienceGrid::cells(duration, std::chrono::seconds(bucket_seconds)),
                         Counting::cells);
    SegmentCounts parts(segments, duration);
    analyze(log, totals, instants, cells, parts);
    benchmark::DoNotOptimize(totals.result());
    benchmark::DoNotOptimize(retention_curve(instants.result(), positions));
    const AudienceResult counted = cells.result();
    benchmark::DoNotOptimize(heatmap_of(counted));
    benchmark::DoNotOptimize(re_watch_segments(counted));
    benchmark::DoNotOptimize(parts.result());
  }
  count_events(state, log);
}

/// One accumulator alone.
template <SessionAccumulator A>
void alone(benchmark::State& state, const Workload& workload, const A& fresh) {
  const SessionLog& log = log_of(workload);
  for (auto _ : state) {
    A state_of_one = fresh;
    analyze(log, state_of_one);
    benchmark::DoNotOptimize(state_of_one.result());
  }
  count_events(state, log);
}

void stored_retention(benchmark::State& state, const Workload& workload) {
  StoredMaps maps;
  analyze(log_of(workload), maps);
  for (auto _ : state) {
    benchmark::DoNotOptimize(compute_retention(maps, MediaTime{workload.duration}, curve_points));
  }
  count_events(state, log_of(workload));
}

/// Of every second session.
void stored_retention_of_half(benchmark::State& state, const Workload& workload) {
  StoredMaps maps;
  analyze(log_of(workload), maps);
  for (auto _ : state) {
    benchmark::DoNotOptimize(compute_retention(maps, MediaTime{workload.duration}, curve_points,
                                               [](std::size_t number) { return number % 2 == 0; }));
  }
  count_events(state, log_of(workload));
}

void stored_segments(benchmark::State& state, const Workload& workload) {
  StoredMaps maps;
  analyze(log_of(workload), maps);
  const std::vector<Segment> segments = chapters(workload.duration);
  for (auto _ : state) {
    benchmark::DoNotOptimize(compute_segment_retention(maps, segments, MediaTime{workload.duration}));
  }
  count_events(state, log_of(workload));
}

void classic_five(benchmark::State& state, const Workload& workload) {
  const std::vector<classic::Session>& sessions = classic_sessions_of(workload);
  for (auto _ : state) {
    benchmark::DoNotOptimize(classic::metrics(sessions, workload.duration));
    benchmark::DoNotOptimize(classic::viewers(sessions, workload.duration, curve_points));
    benchmark::DoNotOptimize(classic::heatmap(sessions, workload.duration, bucket_seconds));
    benchmark::DoNotOptimize(classic::re_watched(sessions, workload.duration, 0.25));
    std::vector<classic::Segment> segments = classic_chapters(workload.duration);
    classic::count(sessions, workload.duration, segments);
    benchmark::DoNotOptimize(segments);
  }
}

/// Both sides must say the same wherever they mean the same; the classic way counts touched seconds, and a
/// view again wherever playback paused.
void check(const Workload& workload) {
  const auto refuse = [&](const char* what) { measured::refuse("retention_benchmark", what, workload); };
  if (workload::digest(workload) != workload.digest) refuse("wrong digest");
  const std::vector<classic::Session>& sessions = classic_sessions_of(workload);
  const MediaTime duration{workload.duration};
  SessionTotals totals(duration);
  AudienceCounts cells(AudienceGrid::cells(duration, std::chrono::seconds(bucket_seconds)), Counting::cells);
  SegmentCounts parts(chapters(workload.duration), duration);
  StoredMaps maps;
  analyze(log_of(workload), totals, cells, parts, maps);

  const SessionTotalsResult sums = totals.result();
  const classic::Metrics metrics = classic::metrics(sessions, workload.duration);
  if (static_cast<std::uint64_t>(sums.content_played.count()) != metrics.content_played ||
      sums.seeks != metrics.seeks || sums.buffer_starts != metrics.buffer_starts) {
    refuse("other metrics than the classic implementation's");
  }
  const std::vector<std::uint64_t> heat = classic::heatmap(sessions, workload.duration, bucket_seconds);
  const AudienceResult counted = cells.result();
  for (std::size_t i = 0; i < counted.cells.size(); ++i) {
    if (counted.cells[i].viewers != heat[i]) refuse("another heatmap than the classic implementation's");
  }
  std::vector<classic::Segment> segments = classic_chapters(workload.duration);
  classic::count(sessions, workload.duration, segments);
  const SegmentRetentionResult counted_parts = parts.result();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (counted_parts.segments[i].entered != segments[i].entered) {
      refuse("other segments than the classic implementation's");
    }
  }
  const RetentionCurve replayed = compute_retention(log_of(workload), duration, curve_points);
  const ViewersCurve stored = compute_retention(maps, duration, curve_points);
  for (std::size_t i = 0; i < curve_points; ++i) {
    if (stored.points[i].viewers != replayed.points[i].viewers) refuse("other viewers in stored maps");
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (const Workload* workload : {&workload::a, &workload::b}) {
    check(*workload);
    const MediaTime duration{workload->duration};
    const AudienceGrid cells = AudienceGrid::cells(duration, std::chrono::seconds(bucket_seconds));
    const AudienceGrid curve = retention_grid(evenly_spaced(duration, curve_points), duration);
    add("retention", retention, *workload, Times::as_reported);
    add("retention_timed", retention, *workload, Times::everywhere);
    add("together", together, *workload, Times::as_reported);
    add("together_timed", together, *workload, Times::everywhere);
    add("metrics", alone<SessionTotals>, *workload, SessionTotals(duration));
    add("heatmap", alone<AudienceCounts>, *workload, AudienceCounts(cells, Counting::cells));
    add("segments", alone<SegmentCounts>, *workload, SegmentCounts(chapters(workload->duration), duration));
    add("reach", alone<ReachCounts>, *workload, ReachCounts(curve));
    add("depth", alone<DepthCounts>, *workload, DepthCounts(cells, 3));
    add("skips", alone<SkipCounts>, *workload, SkipCounts(cells));
    add("stored_retention", stored_retention, *workload);
    add("stored_retention_of_half", stored_retention_of_half, *workload);
    add("stored_segments", stored_segments, *workload);
    add("classic_five", classic_five, *workload);
  }
  return run(argc, argv);
}
