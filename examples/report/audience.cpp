// SPDX-License-Identifier: MIT
#include "audience.hpp"

#include <algorithm>
#include <utility>

using namespace viewership;

namespace {

/// The width of a heatmap's bucket: as asked, or whole seconds that make some 60 of them; wider where a
/// content declares to be so long that there would be more than `most_buckets`, so that no number in a log
/// makes a report of any size.
MediaTime bucket_width(MediaTime duration, std::optional<MediaTime> asked) {
  constexpr std::int64_t most_buckets = 65'536;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration / 60);
  return (std::max)(asked.value_or(seconds), duration / most_buckets + MediaTime{1});
}

std::vector<SessionReport> session_reports(SessionLog::Slice sessions, std::optional<MediaTime> duration) {
  std::vector<SessionReport> reports;
  reports.reserve(sessions.size());
  PlayedSession played;
  for (const SessionView session : sessions) {
    played.assign(session);
    SessionReport report{std::string(session.session_id), session_metrics(played, duration), played.map()};
    if (duration) report.map = report.map.clipped(*duration);
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace

ContentReport report_on(SessionLog::Slice sessions, std::string content_id, const Arguments& arguments) {
  ContentReport report;
  report.content_id = std::move(content_id);
  report.duration = content_duration(sessions);
  const std::optional<MediaTime> duration = report.duration.duration;

  SessionTotals totals(duration);
  if (duration) {
    const std::vector<MediaTime> positions = evenly_spaced(*duration, arguments.points);
    const MediaTime width = bucket_width(*duration, arguments.bucket);
    AudienceCounts instants(retention_grid(positions, *duration), Counting::instants);
    AudienceCounts cells(AudienceGrid::cells(*duration, width), Counting::cells);
    EngagementCounts engagement(*duration);
    analyze(sessions, totals, instants, cells, engagement);
    report.retention = retention_curve(instants.result(), positions);
    report.heatmap = heatmap_of(cells.result());
    report.engagement = engagement.score(report.content_id);
  } else {
    analyze(sessions, totals);
    report.engagement.content_id = report.content_id;
  }
  report.totals = totals.result();

  if (arguments.per_session) report.sessions = session_reports(sessions, duration);
  return report;
}
