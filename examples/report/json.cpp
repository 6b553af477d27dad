// SPDX-License-Identifier: MIT
#include "json.hpp"

#include <optional>

#include <nlohmann/json.hpp>

#include "ranking.hpp"

using namespace viewership;
using Json = nlohmann::ordered_json;

namespace {

Json json_of(MediaTime time) {
  return time.count();
}
Json json_of(double share) {
  return share;
}

template <class T>
Json json_of(const std::optional<T>& value) {
  return value ? json_of(*value) : Json(nullptr);
}

/// Repairs of the log and of the replays together: both may put events in order.
Json repairs_of(const IngestRepairs& ingest, const std::vector<ContentReport>& contents) {
  ReplayAudit audit;
  for (const ContentReport& content : contents) audit.merge(content.totals.audit);
  Json repairs;
  for (const ReplayAuditField& field : replay_audit_fields) repairs[field.name] = audit.*field.count;
  for (const IngestRepairField& field : ingest_repair_fields) {
    repairs[field.name] = repairs.value(field.name, std::uint64_t{0}) + ingest.*field.count;
  }
  return repairs;
}

Json retention_of(const RetentionCurve& curve) {
  Json points = Json::array();
  for (const RetentionPoint& point : curve.points) {
    points.push_back({{"position_ms", json_of(point.position)},
                      {"viewers", point.viewers},
                      {"views", point.views},
                      {"retention", json_of(point.retention)},
                      {"audience_watch_ratio", json_of(point.audience_watch_ratio)},
                      {"joined", point.joined},
                      {"skipped", point.skipped},
                      {"stopped", point.stopped}});
  }
  return points;
}

Json heatmap_json(const AttentionHeatmap& heatmap) {
  Json buckets = Json::array();
  for (const HeatmapBucket& bucket : heatmap.buckets) {
    buckets.push_back({{"position_ms", json_of(bucket.position)},
                       {"views", bucket.views},
                       {"viewers", bucket.viewers},
                       {"intensity", bucket.intensity}});
  }
  return buckets;
}

Json sessions_of(const std::vector<SessionReport>& reports) {
  Json sessions = Json::array();
  for (const SessionReport& report : reports) {
    const SessionMetrics& m = report.metrics;
    Json ranges = Json::array();
    for (const MediaRange& range : report.map.ranges()) {
      ranges.push_back(Json::array({json_of(range.from), json_of(range.to)}));
    }
    sessions.push_back({{"session_id", report.session_id},
                        {"content_played_ms", json_of(m.content_played)},
                        {"unique_ms", json_of(m.unique_content)},
                        {"watch_time_lower_ms", json_of(m.watch_time.lower)},
                        {"watch_time_upper_ms", json_of(m.watch_time.upper)},
                        {"playing_ms", json_of(m.playing_time)},
                        {"watched_ms", json_of(m.watched_time)},
                        {"completion", json_of(m.completion)},
                        {"furthest_ms", json_of(m.furthest)},
                        {"ranges", std::move(ranges)}});
  }
  return sessions;
}

Json content_of(const ContentReport& report, bool per_session) {
  const SessionTotalsResult& totals = report.totals;
  Json content = {{"content_id", report.content_id},
                  {"duration_ms", json_of(report.duration.duration)},
                  {"duration_conflicts", report.duration.conflicts},
                  {"sessions", totals.sessions},
                  {"started", totals.started},
                  {"content_played_ms", json_of(totals.content_played)},
                  {"watch_time_lower_ms", json_of(totals.watch_time.lower)},
                  {"watch_time_upper_ms", json_of(totals.watch_time.upper)},
                  {"playing_ms", json_of(totals.playing_time)},
                  {"watched_ms", json_of(totals.watched_time)},
                  {"unique_ms", json_of(totals.unique_content)},
                  {"stalls", totals.stalls},
                  {"stalled_ms", json_of(totals.stalled)},
                  {"buffer_starts", totals.buffer_starts},
                  {"seeks_forward", totals.seeks_forward},
                  {"seeks_back", totals.seeks_back},
                  {"quality_changes", totals.quality_changes},
                  {"completed", totals.completed},
                  {"completion_rate", json_of(totals.completion_rate)},
                  {"stall_ratio", json_of(totals.stall_ratio)},
                  {"average_startup_ms", json_of(totals.average_startup_time)},
                  {"average_view_duration_ms", json_of(totals.average_view_duration)},
                  {"average_share_viewed", json_of(totals.average_share_viewed)},
                  {"retention", retention_of(report.retention)},
                  {"bucket_ms", json_of(report.heatmap.bucket_width)},
                  {"heatmap", heatmap_json(report.heatmap)},
                  {"engagement", engagement_json(report.engagement)}};
  if (per_session) content["per_session"] = sessions_of(report.sessions);
  return content;
}

}  // namespace

std::string to_json(const NdjsonLog& read, const std::vector<ContentReport>& contents, bool per_session) {
  Json json;
  json["lines"] = {{"read", read.report.lines},
                   {"skipped", read.report.skipped},
                   {"unknown_type", read.report.unknown_type}};
  json["repairs"] = repairs_of(read.log.repairs(), contents);
  json["contents"] = Json::array();
  for (const ContentReport& content : contents) json["contents"].push_back(content_of(content, per_session));
  json["ranking"] = ranking_json(rank(contents));
  // Ids are UTF-8: the reader made sure.
  return json.dump(1) + '\n';
}
