// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_EXPERIMENT_VIEWERS_HPP
#define VIEWERSHIP_EXPERIMENT_VIEWERS_HPP

/// @file
/// The results of an experiment straight from sessions: whose they are, which variant that is, and what was
/// watched.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <viewership/accumulator.hpp>
#include <viewership/assignment.hpp>
#include <viewership/detail/arithmetic.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/experiment.hpp>
#include <viewership/experiment_results.hpp>
#include <viewership/played_session.hpp>
#include <viewership/session.hpp>

namespace viewership::inline v0 {

/// What the sessions of an experiment's viewers add up to.
struct ExperimentViewersResult {
  /// Impressions are viewers with at least one session; completions those who completed at least one; watch
  /// durations the content that each played in all their sessions. Clicks and conversions are not known to
  /// sessions.
  ExperimentResults results{};
  /// Sessions by how their unit was assigned; only those of `AssignmentReason::assigned` are in `results`.
  std::array<std::uint64_t, assignment_reason_count> sessions_by_reason{};

  [[nodiscard]] std::uint64_t sessions(AssignmentReason reason) const noexcept {
    return sessions_by_reason[static_cast<std::size_t>(reason)];
  }

  friend bool operator==(const ExperimentViewersResult&, const ExperimentViewersResult&) = default;
};

/// Assigns every session's viewer to a variant of an experiment and counts viewers, not sessions: what was
/// assigned at random was the viewer, and the sessions of one viewer are not independent.
///
/// Every viewer who came is in the denominator, also one whose every session failed to start: a variant that
/// keeps playback from starting must not look better for it. Units forced into a variant are left out, as
/// they were not drawn. Memory grows with the number of viewers, whose ids are kept.
class ExperimentViewers {
 public:
  /// The identity of `merge`. It has no experiment, so nothing can be added.
  ExperimentViewers() = default;

  /// Throws `invalid_argument` for options outside their domain.
  explicit ExperimentViewers(Experiment experiment, const SessionOptions& options = {})
      : experiment_(std::move(experiment)), options_(options) {
    detail::validate(options, "ExperimentViewers");
  }

  /// Replays a session and adds it to its viewer: the user id or, without one, the session id. A session is
  /// in the experiment if it begins, by `started_at` or else its first timed event, while that runs; one
  /// without any time is taken to. Throws `invalid_experiment` without an experiment.
  template <SessionLike Session>
  void add(const Session& session) {
    const SessionView& view = as_session_view(session);
    add(view.user_id.value_or(view.session_id), view);
  }

  /// The same for a unit of your own: a device, a household.
  template <SessionLike Session>
  void add(std::string_view unit, const Session& session) {
    const SessionView& view = as_session_view(session);
    if (const auto variant = variant_of(unit, view)) {
      add_watched(unit, *variant, PlayedSession(view, options_.replay, ReplayDepth::map));
    }
  }

  /// The same for a session that was already replayed, to the depth `map` or deeper.
  template <SessionLike Session>
  void add(std::string_view unit, const Session& session, const PlayedSession& played) {
    if (const auto variant = variant_of(unit, as_session_view(session))) add_watched(unit, *variant, played);
  }

  /// Throws `incompatible_merge` for viewers of another experiment, or other options. O(viewers of `other`).
  void merge(const ExperimentViewers& other) {
    if (!other.experiment_) return;
    if (!experiment_) {
      *this = other;
      return;
    }
    detail::require(experiment_ == other.experiment_ && options_ == other.options_,
                    ErrorCode::incompatible_merge,
                    "ExperimentViewers::merge: another experiment, or other options");
    for (std::size_t i = 0; i < sessions_.size(); ++i) sessions_[i] += other.sessions_[i];
    for (const auto& [unit, viewer] : other.viewers_) viewers_[unit].merge(Viewer(viewer));
  }

  /// O(v log v) for v viewers.
  [[nodiscard]] ExperimentViewersResult result() const {
    if (!experiment_) return {};
    ExperimentViewersResult result{ExperimentResults(*experiment_), sessions_};
    std::vector<std::vector<std::int64_t>> watched(experiment_->variants().size());
    for (const auto& [unit, viewer] : viewers_) {
      result.results.record_impression(viewer.variant);
      if (viewer.completed) result.results.record_completion(viewer.variant);
      watched[viewer.variant].push_back(viewer.watched);
    }
    for (std::size_t variant = 0; variant < watched.size(); ++variant) {
      std::sort(watched[variant].begin(), watched[variant].end());  // the same sum on every platform
      for (const std::int64_t time : watched[variant]) result.results.record_watch(variant, MediaTime{time});
    }
    return result;
  }

  friend bool operator==(const ExperimentViewers&, const ExperimentViewers&) = default;

 private:
  struct Viewer {
    std::int64_t watched = 0;  // ms
    std::uint16_t variant = 0;
    bool completed = false;

    void merge(const Viewer& other) {
      watched = detail::saturating_add(watched, other.watched);
      variant = other.variant;
      completed = completed || other.completed;
    }
    friend bool operator==(const Viewer&, const Viewer&) = default;
  };

  static std::optional<Timestamp> begin_of(const SessionView& session) {
    std::optional<Timestamp> first = session.started_at;
    for (std::size_t i = 0; !first && i < session.events.size(); ++i) first = session.events[i].at();
    return first;
  }

  std::optional<std::uint16_t> variant_of(std::string_view unit, const SessionView& session) {
    detail::require(experiment_.has_value(), ErrorCode::invalid_experiment,
                    "ExperimentViewers::add: no experiment");
    const std::optional<Timestamp> begin = begin_of(session);
    const Assignment assignment =
        begin ? assign_variant(*experiment_, unit, *begin) : assign_variant(*experiment_, unit);
    ++sessions_[static_cast<std::size_t>(assignment.reason())];
    if (assignment.reason() != AssignmentReason::assigned) return std::nullopt;
    return static_cast<std::uint16_t>(*assignment.variant());
  }

  void add_watched(std::string_view unit, std::uint16_t variant, const PlayedSession& played) {
    const detail::ContentWatched watched = detail::content_watched(played, std::nullopt, options_);
    viewers_[std::string(unit)].merge(
        {watched.content_played.count(), variant, watched.started && watched.completed.value_or(false)});
  }

  std::optional<Experiment> experiment_;
  SessionOptions options_{};
  std::array<std::uint64_t, assignment_reason_count> sessions_{};
  std::unordered_map<std::string, Viewer> viewers_;
};

static_assert(AccumulatorFor<ExperimentViewers, ViewerSession>);

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_EXPERIMENT_VIEWERS_HPP
