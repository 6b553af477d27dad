// SPDX-License-Identifier: MIT
#include <viewership/experiment_viewers.hpp>  // first: it must stand alone

#include <map>
#include <set>

#include "catch.hpp"
#include "laws.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

ExperimentDefinition two_arms() {
  return {.id = "exp-1", .variants = {{"a"}, {"b"}}};
}

ViewerSession session_by(std::optional<std::string> user, double seconds, const std::string& id = "s") {
  ViewerSession session = watching(0, seconds, id);
  session.user_id = std::move(user);
  session.content_duration = 60s;
  return session;
}

std::vector<ViewerSession> random_sessions() {
  Random random(9);
  std::vector<ViewerSession> sessions;
  for (std::size_t i = 0; i < 300; ++i) {
    ViewerSession session = clean_session(random, 60s);
    session.session_id = "s" + std::to_string(i);
    if (random.percent(80)) session.user_id = "u" + std::to_string(random.below(60));
    sessions.push_back(session);
  }
  return sessions;
}

}  // namespace

TEST_CASE("without sessions nobody is counted") {
  const ExperimentViewersResult result = ExperimentViewers(Experiment(two_arms())).result();
  CHECK(result.results == ExperimentResults(Experiment(two_arms())));
  CHECK(result.sessions(AssignmentReason::assigned) == 0);
  CHECK(ExperimentViewers{}.result() == ExperimentViewersResult{});
}

TEST_CASE("the sessions of one user are one viewer, who completed once and watched their sum") {
  // user_0 is in b (its hash is 2218141468), user_2 in a.
  ExperimentViewers viewers{Experiment(two_arms())};
  viewers.add(session_by("user_0", 60));
  viewers.add(session_by("user_0", 60, "t"));
  viewers.add(session_by("user_0", 10, "r"));
  viewers.add(session_by("user_2", 30));
  const ExperimentViewersResult result = viewers.result();
  CHECK(result.sessions(AssignmentReason::assigned) == 4);
  const VariantMetrics& a = result.results.metrics("a");
  const VariantMetrics& b = result.results.metrics("b");
  CHECK(b.impressions == 1);
  CHECK(b.completions == 1);
  CHECK(average_watch_duration(b)->count() == 130.0);
  CHECK(a.impressions == 1);
  CHECK(a.completions == 0);
  CHECK(average_watch_duration(a)->count() == 30.0);
  CHECK(a.clicks + b.clicks + a.conversions + b.conversions == 0);
}

TEST_CASE("without a user the session is the unit") {
  ExperimentViewers viewers{Experiment(two_arms())};
  viewers.add(session_by(std::nullopt, 30, "user_0"));
  CHECK(viewers.result().results.metrics("b").impressions == 1);
}

TEST_CASE("a viewer for whom playback never started is an impression with nothing watched") {
  ExperimentViewers viewers{Experiment(two_arms())};
  ViewerSession failed =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::buffer_start(at(0), pos(0))});
  failed.user_id = "user_0";
  viewers.add(failed);
  const ExperimentViewersResult result = viewers.result();
  CHECK(completion_rate(result.results.metrics("b")) == 0.0);
  CHECK(average_watch_duration(result.results.metrics("b"))->count() == 0.0);
}

TEST_CASE("a unit of the caller's own, and a session that was already replayed, count the same") {
  ViewerSession session = session_by("somebody", 30);
  ExperimentViewers by_session{Experiment(two_arms())}, by_replay{Experiment(two_arms())},
      by_user{Experiment(two_arms())};
  by_session.add("user_0", session);
  by_replay.add("user_0", session, PlayedSession(session));
  session.user_id = "user_0";
  by_user.add(session);
  CHECK(by_session == by_user);
  CHECK(by_replay == by_user);
}

TEST_CASE("sessions outside the experiment are counted by the reason and left out") {
  ExperimentDefinition definition = two_arms();
  definition.start = at(0);
  definition.end = at(100);
  definition.forced = {{"tester", "b"}};
  ExperimentViewers viewers{Experiment(definition)};
  ViewerSession session = session_by("user_0", 30);
  viewers.add(session);
  session.started_at = at(-1);  // goes before the first event's time
  viewers.add(session);
  session.started_at = at(100);
  viewers.add(session);
  viewers.add(session_by("tester", 30));
  viewers.add(session_by("", 30));
  ViewerSession untimed =
      session_of({PlaybackEvent::play(std::nullopt, pos(0)), PlaybackEvent::end(std::nullopt, pos(5))});
  untimed.user_id = "user_2";
  viewers.add(untimed);

  const ExperimentViewersResult result = viewers.result();
  CHECK(result.sessions(AssignmentReason::assigned) == 2);
  CHECK(result.sessions(AssignmentReason::not_started) == 1);
  CHECK(result.sessions(AssignmentReason::ended) == 1);
  CHECK(result.sessions(AssignmentReason::forced) == 1);
  CHECK(result.sessions(AssignmentReason::empty_unit) == 1);
  CHECK(result.results.metrics("a").impressions == 1);
  CHECK(result.results.metrics("b").impressions == 1);
  CHECK(average_watch_duration(result.results.metrics("b"))->count() == 30.0);
}

TEST_CASE("viewers agree with a plain count on random sessions") {
  const Experiment experiment(two_arms());
  ExperimentViewers viewers{experiment};
  std::array<std::map<std::string, double>, 2> watched;
  std::array<std::set<std::string>, 2> completed;
  for (const ViewerSession& session : random_sessions()) {
    viewers.add(session);
    const std::string unit = session.user_id.value_or(session.session_id);
    const std::size_t variant = *assign_variant(experiment, unit).variant();
    const SessionMetrics metrics = analyze_session(session);
    watched[variant][unit] += static_cast<double>(metrics.content_played.count()) / 1000;
    if (metrics.started && metrics.completed.value_or(false)) completed[variant].insert(unit);
  }
  const ExperimentViewersResult result = viewers.result();
  for (std::size_t i = 0; i < 2; ++i) {
    const VariantMetrics& metrics = result.results.metrics(i);
    CHECK(metrics.impressions == watched[i].size());
    CHECK(metrics.completions == completed[i].size());
    double sum = 0;
    for (const auto& [unit, seconds] : watched[i]) sum += seconds;
    CHECK_THAT(average_watch_duration(metrics)->count(),
               WithinRel(sum / static_cast<double>(watched[i].size()), 1e-12));
  }
}

TEST_CASE("viewers obey the laws of an accumulator, exactly") {
  check_accumulator_laws([] { return ExperimentViewers(Experiment(two_arms())); }, random_sessions());
}

TEST_CASE(
    "viewers of another experiment or other options do not merge, and without an experiment none is added") {
  ExperimentViewers viewers{Experiment(two_arms())};
  ExperimentDefinition other = two_arms();
  other.id = "exp-2";
  CHECK_THROWS_AS(viewers.merge(ExperimentViewers(Experiment(other))), AnalyticsError);
  SessionOptions options;
  options.completed_from = 0.5;
  CHECK_THROWS_AS(viewers.merge(ExperimentViewers(Experiment(two_arms()), options)), AnalyticsError);
  options.completed_from = 2.0;
  CHECK_THROWS_AS(ExperimentViewers(Experiment(two_arms()), options), AnalyticsError);
  ExperimentViewers none;
  CHECK_THROWS_AS(none.add(session_by("u", 1)), AnalyticsError);
}
