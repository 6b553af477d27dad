// SPDX-License-Identifier: MIT
// Any bytes as the events of a few sessions: replays do not throw, add up, and count an audience whose flows
// balance.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <viewership/audience.hpp>
#include <viewership/played_session.hpp>
#include <viewership/session.hpp>
#include <viewership/session_log.hpp>

#include "fuzz.hpp"

using namespace viewership;

namespace {

/// Numbers from bytes, as long as there are any.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}

  [[nodiscard]] bool empty() const { return left_ == 0; }
  std::uint64_t next(std::size_t bytes) {
    std::uint64_t value = 0;
    for (; bytes > 0 && left_ > 0; --bytes, --left_) value = value << 8 | *data_++;
    return value;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

/// Absent, a few seconds, or anything at all. Of two bytes most of the time, so that sessions stay in one
/// place.
std::optional<std::int64_t> number(Bytes& bytes) {
  const std::uint64_t choice = bytes.next(1);
  if (choice < 32) return std::nullopt;
  if (choice < 40) return static_cast<std::int64_t>(bytes.next(8));
  if (choice < 64) return static_cast<std::int64_t>(bytes.next(5));
  return static_cast<std::int64_t>(bytes.next(2));
}

PlaybackEvent event(Bytes& bytes) {
  const std::uint64_t kind = bytes.next(1);
  PlaybackEvent::OptionalTime at;
  if (const auto value = number(bytes)) at = Timestamp{WallTime{*value}};
  const auto length = [&] {
    const auto value = number(bytes);
    return value ? std::optional{MediaTime{*value}} : std::nullopt;
  };
  const auto position = length();
  switch (static_cast<EventKind>(kind % event_kind_names.size())) {
    case EventKind::play:
      return PlaybackEvent::play(at, position);
    case EventKind::pause:
      return PlaybackEvent::pause(at, position);
    case EventKind::seek:
      return PlaybackEvent::seek(at, position, length());
    case EventKind::buffer_start:
      return PlaybackEvent::buffer_start(at, position);
    case EventKind::buffer_end:
      return PlaybackEvent::buffer_end(at, position, length());
    case EventKind::quality_change:
      return PlaybackEvent::quality_change(at, position, number(bytes).value_or(0), 720, number(bytes));
    case EventKind::end:
      return PlaybackEvent::end(at, position, length());
    case EventKind::rate_change:
      return PlaybackEvent::rate_change(at, position, static_cast<double>(bytes.next(1)) / 8 - 1);
    case EventKind::heartbeat:
      break;
  }
  return PlaybackEvent::heartbeat(at, position);
}

/// Collects what a replay yields.
struct Recorder {
  std::int64_t spent_ms = 0;
  std::int64_t playing_ms = 0;
  bool all_sound = true;

  void played(const PlayedRange& range) {
    all_sound &=
        range.from < range.to && range.from >= MediaTime::zero() && range.playing_time >= WallTime::zero();
    playing_ms = detail::saturating_add(playing_ms, range.playing_time.count());
  }
  void spent(const StateSpan& span) {
    all_sound &= span.length >= WallTime::zero();
    spent_ms = detail::saturating_add(spent_ms, span.length.count());
  }
};

void check_replay(const ViewerSession& session) {
  Recorder recorder;
  const ReplaySummary summary = replay(session, {}, recorder);
  must_hold(recorder.all_sound, "ranges are not empty, and lengths not negative");
  const bool all_timed =
      std::ranges::all_of(session.events, [](const PlaybackEvent& e) { return e.at().has_value(); });
  if (all_timed && summary.audit.far_times == 0 && summary.elapsed) {
    must_hold(recorder.spent_ms + recorder.playing_ms == summary.elapsed->count(),
              "states add up to the time elapsed");
  }
  const PlayedSession played(session);
  std::int64_t in_states = 0;
  for (std::size_t i = 0; i < playback_state_count; ++i) {
    const WallTime length = played.time_in(static_cast<PlaybackState>(i));
    must_hold(length >= WallTime::zero(), "time in a state is not negative");
    in_states = detail::saturating_add(in_states, length.count());
  }
  must_hold(in_states == detail::saturating_add(recorder.spent_ms, recorder.playing_ms),
            "both replays agree");
  MediaTime behind{-1};
  for (const MediaRange& range : played.map().ranges()) {
    must_hold(range.from < range.to && range.from > behind,
              "a playback map is ascending, disjoint, and not empty");
    behind = range.to;
  }
  must_hold(played.map().covered() <= played.content_played(), "no more is unique than was played");
}

void check_flows(const AudienceResult& result) {
  std::uint64_t views = 0, viewers = 0;
  for (const InstantCounts& at : result.instants) {
    views += at.starts + at.seeks_in - at.seeks_out - at.stops;
    viewers += at.joined - at.skipped - at.stopped;
    must_hold(views == at.views && viewers == at.viewers, "the flows of an audience balance");
    must_hold(at.viewers <= at.views && at.viewers <= result.started,
              "no more viewers than views, or than started");
  }
  for (const CellCounts& cell : result.cells) {
    const auto width = static_cast<std::uint64_t>((cell.to - cell.from).count());
    must_hold(cell.viewers <= cell.views && cell.unique_ms <= cell.played_ms, "no more viewers than plays");
    must_hold(cell.unique_ms <= cell.viewers * width && cell.unique_ms >= cell.viewers,
              "a viewer watched some of it");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  std::array<ViewerSession, 3> sessions;
  SessionLogBuilder builder;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    sessions[i].session_id = std::to_string(i);
    sessions[i].content_id = "title";
  }
  while (!bytes.empty()) {
    ViewerSession& session = sessions[bytes.next(1) % sessions.size()];
    session.push_event(event(bytes));
    builder.add(session.session_id, {}, session.content_id, session.events.back());
  }
  const MediaTime duration{60'000};
  AudienceCounts of_sessions(AudienceGrid::cells(duration, MediaTime{777}));
  AudienceCounts of_log = of_sessions;
  for (const ViewerSession& session : sessions) check_replay(session);
  const SessionLog log = builder.finish();
  analyze(sessions, of_sessions);
  analyze(log, of_log);
  check_flows(of_sessions.result());
  must_hold(of_sessions.result().instants == of_log.result().instants, "a log replays as its sessions do");
  must_hold(of_sessions.result().cells == of_log.result().cells, "a log replays as its sessions do");
  return 0;
}
