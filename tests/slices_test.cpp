// SPDX-License-Identifier: MIT
#include <viewership/slices.hpp>  // first: it must stand alone

#include <limits>
#include <list>

#include <viewership/retention.hpp>
#include <viewership/session.hpp>
#include <viewership/session_log.hpp>

#include "catch.hpp"
#include "errors.hpp"
#include "laws.hpp"
#include "naive.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

ViewerSession of_user(ViewerSession session, const std::string& user) {
  session.user_id = user;
  return session;
}

std::string user_of(const SessionView& session) {
  return std::string(session.user_id.value_or("nobody"));
}

/// Random sessions of a few users, some of them of nobody.
std::vector<ViewerSession> sessions_of_users(Random& random, std::size_t count, MediaTime duration) {
  auto sessions = short_sessions(random, count, duration);
  for (ViewerSession& session : sessions) {
    if (random.percent(80)) session.user_id = "u" + std::to_string(random.below(6));
  }
  return sessions;
}

AudienceCounts instants(MediaTime duration) {
  return AudienceCounts(AudienceGrid::cells(duration, duration / 10), Counting::instants);
}

/// `Grouped` wants a key beside the session; the laws know samples only.
struct Keyed {
  int key = 0;
  PlayedSession session;
};
struct GroupedByKey {
  Grouped<int, AudienceCounts> grouped;

  void add(const Keyed& sample) { grouped.add(sample.key, sample.session); }
  void merge(const GroupedByKey& other) { grouped.merge(other.grouped); }
  [[nodiscard]] auto result() const { return grouped.result(); }
  friend bool operator==(const GroupedByKey&, const GroupedByKey&) = default;
};

}  // namespace

TEST_CASE("a group holds just its own sessions") {
  Random random(11);
  const auto sessions = sessions_of_users(random, 60, 2s);
  const auto grouped = analyze_by(sessions, user_of, instants(2s));
  REQUIRE(grouped.groups().size() == 7);
  for (const auto& [user, counts] : grouped.groups()) {
    std::vector<ViewerSession> own;
    for (const ViewerSession& session : sessions) {
      if (session.user_id.value_or("nobody") == user) own.push_back(session);
    }
    AudienceCounts expected = instants(2s);
    analyze(own, expected);
    CHECK(counts == expected);
    CHECK(grouped.result().at(user) == expected.result());
  }
  AudienceCounts everyone = instants(2s);
  analyze(sessions, everyone);
  CHECK(grouped.total() == everyone);
  CHECK(grouped.find("u0") != nullptr);
  CHECK(grouped.find("somebody else") == nullptr);
}

TEST_CASE("no sessions make no groups, and a total of nothing") {
  const auto grouped = analyze_by(std::vector<ViewerSession>{}, user_of, instants(2s));
  CHECK(grouped.groups().empty());
  CHECK(grouped.result().empty());
  CHECK(grouped.total() == instants(2s));
}

TEST_CASE("a key may be anything ordered: a week, a view, metrics by title") {
  std::vector<ViewerSession> sessions{watching(0, 10), watching(0, 20), watching(0, 30)};
  sessions[2].content_id = "another";
  sessions[2].started_at = Timestamp{};
  const std::list<ViewerSession> list(sessions.begin(), sessions.end());
  const auto by_title = analyze_by(
      list, [](const SessionView& session) { return session.content_id; }, SessionTotals());
  CHECK(by_title.find("title")->result().content_played == 30s);
  const auto by_week = analyze_by(
      sessions,
      [](const SessionView& session) {
        return std::chrono::floor<std::chrono::weeks>(session.started_at.value_or(Timestamp{}));
      },
      SessionTotals());
  CHECK(by_week.groups().size() == 1);
  // One title to a group is one content for each accumulator.
  const auto curves = analyze_by(
      list, [](const SessionView& session) { return session.content_id; }, instants(60s));
  CHECK(curves.find("title")->started() == 2);
  CHECK(curves.find("another")->started() == 1);
}

TEST_CASE("a group of two titles is refused where the accumulator is about one") {
  std::vector<ViewerSession> sessions{watching(0, 10), watching(0, 20)};
  sessions[1].content_id = "another";
  CHECK(code_of([&] { (void)analyze_by(sessions, user_of, instants(60s)); }, "analyze_by:") ==
        ErrorCode::mixed_contents);
  CHECK(analyze_by(sessions, user_of, SessionTotals()).groups().size() == 1);
}

TEST_CASE("groups keep the laws of an accumulator") {
  Random random(12);
  std::vector<Keyed> samples;
  for (const ViewerSession& session : short_sessions(random, 30, 2s)) {
    samples.push_back({static_cast<int>(random.below(4)), PlayedSession(session)});
  }
  check_accumulator_laws([] { return GroupedByKey{Grouped<int, AudienceCounts>(instants(2s))}; }, samples);
  Grouped<int, AudienceCounts> grouped(instants(2s));
  CHECK(code_of([&] { grouped.merge(Grouped<int, AudienceCounts>(instants(3s))); }) ==
        ErrorCode::incompatible_merge);
}

TEST_CASE("a person is one viewer of whatever any of their sessions watched") {
  const std::vector<ViewerSession> sessions{of_user(watching(0, 20), "ann"), of_user(watching(0, 10), "bob"),
                                            of_user(watching(10, 60), "ann"), watching(0, 5), watching(0, 5)};
  AudienceCounts people(AudienceGrid::cells(60s, 15s));
  SegmentCounts whole(std::vector<Segment>{{"whole", 0s, 60s}}, 60s);
  analyze_people(sessions, people, whole);
  const AudienceResult result = people.result();
  CHECK(result.started == 4);  // ann, bob, and two of whom nothing is known
  CHECK(result.instants[0].viewers == 4);
  CHECK(result.instants[1].viewers == 1);
  CHECK(result.instants[1].views == 2);
  CHECK(result.instants[3].viewers == 1);
  CHECK(result.instants[0].starts == 4);
  CHECK(result.instants[1].starts == 1);
  CHECK(whole.result().segments.front().completed == 1);
  CHECK(whole.result().segments.front().unique_ms == 80'000);
}

TEST_CASE("people are those of a plain union by the millisecond") {
  Random random(13);
  for (int round = 0; round < 20; ++round) {
    const MediaTime duration{random.between(1'001, 2'000)};
    const auto sessions = sessions_of_users(random, 30, duration);
    std::vector<std::vector<bool>> watched;
    std::map<std::string, std::size_t> number;
    for (const ViewerSession& session : sessions) {
      const std::string user = session.user_id.value_or("nobody " + session.session_id);
      const auto [entry, is_new] = number.try_emplace(user, watched.size());
      if (is_new) watched.emplace_back(static_cast<std::size_t>(duration.count()));
      const NaiveSession naive(session, duration);
      for (std::size_t t = 0; t < naive.times_played.size(); ++t) {
        if (naive.times_played[t] > 0) watched[entry->second][t] = true;
      }
    }
    AudienceCounts people(AudienceGrid::cells(duration, 100ms), Counting::instants);
    SessionLogBuilder builder;
    for (const ViewerSession& session : sessions) builder.add(session);
    AudienceCounts people_of_list = people;
    analyze_people(sessions, people);
    analyze_people(std::list<ViewerSession>(sessions.begin(), sessions.end()), people_of_list);
    CHECK(people_of_list == people);
    const AudienceResult found = people.result();
    CHECK(found.sessions == watched.size());
    for (const InstantCounts& at : found.instants) {
      std::uint64_t expected = 0;
      for (const auto& person : watched) expected += person[static_cast<std::size_t>(at.position.count())];
      REQUIRE(at.viewers == expected);
    }
  }
}

TEST_CASE("where every session is a person of its own, people are sessions") {
  Random random(14);
  const auto sessions = short_sessions(random, 40, 2s);
  AudienceCounts people(AudienceGrid::cells(2s, 100ms));
  DepthCounts depth(AudienceGrid::cells(2s, 100ms), 3);
  AudienceCounts expected = people;
  DepthCounts expected_depth = depth;
  analyze_people(sessions, people, depth);
  analyze(sessions, expected, expected_depth);
  CHECK(people == expected);
  CHECK(depth.result() == expected_depth.result());
}

TEST_CASE("people have no states, and are of one content") {
  const std::vector<ViewerSession> sessions{watching(0, 20)};
  SessionTotals totals;
  CHECK(code_of([&] { analyze_people(sessions, totals); }, "analyze_people:") == ErrorCode::invalid_argument);
  auto mixed = std::vector{watching(0, 20), watching(0, 20)};
  mixed.back().content_id = "another";
  AudienceCounts counts = instants(60s);
  CHECK(code_of([&] { analyze_people(mixed, counts); }, "analyze_people:") == ErrorCode::mixed_contents);
  CHECK(code_of([&] { PlayedSession().assign_all(sessions, {}, ReplayDepth::states); },
                "PlayedSession::assign_all:") == ErrorCode::invalid_argument);
  CHECK(code_of([&] { analyze_people(sessions, {.clock_tolerance = WallTime{-1}}, counts); }) ==
        ErrorCode::invalid_argument);
}

TEST_CASE("a weighted audience worked by hand") {
  // One of two left of those who stand for 10 each, two of two of those who stand for 1.
  const RetentionCurve a = compute_retention(std::vector{watching(0, 60), watching(0, 10)}, 60s, 3);
  const RetentionCurve b = compute_retention(std::vector{watching(0, 60), watching(0, 60)}, 60s, 3);
  const WeightedRetentionCurve curve = weighted_retention(std::vector{a, b}, std::vector{10.0, 1.0});
  CHECK(curve.started == 22.0);
  REQUIRE(curve.points.size() == 3);
  CHECK(curve.points[0].retention == 1.0);
  CHECK(curve.points[1] == WeightedRetentionPoint{30s, 12.0, 12.0, 12.0 / 22.0, 12.0 / 22.0});
}

TEST_CASE("equal weights are no weights, whatever they are") {
  Random random(15);
  const auto sessions = short_sessions(random, 60, 2s);
  const std::vector<MediaTime> positions = evenly_spaced(2s, 21);
  const auto grouped = analyze_by(
      sessions, [](const SessionView& session) { return session.session_id.size(); },
      AudienceCounts(retention_grid(positions, 2s), Counting::instants));
  std::vector<RetentionCurve> strata;
  for (const auto& [key, counts] : grouped.groups())
    strata.push_back(retention_curve(counts.result(), positions));
  REQUIRE(strata.size() == 2);
  const RetentionCurve expected = compute_retention(sessions, 2s, positions);
  for (const double weight : {1.0, 0.1, 1e100, 1e-100}) {
    const auto curve = weighted_retention(strata, std::vector(strata.size(), weight));
    for (std::size_t i = 0; i < positions.size(); ++i) {
      CHECK(nearly_equal(curve.points[i].retention, expected.points[i].retention));
      CHECK(nearly_equal(curve.points[i].audience_watch_ratio, expected.points[i].audience_watch_ratio));
    }
  }
}

TEST_CASE("weights that add up to nobody leave shares absent, and bad ones are refused") {
  const RetentionCurve a = compute_retention(std::vector{watching(0, 60)}, 60s, 3);
  const RetentionCurve nobody = compute_retention(std::vector<ViewerSession>{}, 60s, 3);
  CHECK_FALSE(weighted_retention(std::vector{a, nobody}, std::vector{0.0, 1.0}).points[0].retention);
  const auto code = [](const std::vector<RetentionCurve>& strata, const std::vector<double>& weights) {
    return code_of([&] { (void)weighted_retention(strata, weights); }, "weighted_retention:");
  };
  CHECK(code({}, {}) == ErrorCode::invalid_argument);
  CHECK(code({a}, {}) == ErrorCode::invalid_argument);
  for (const double bad :
       {-1.0, 1e101, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    CHECK(code({a}, {bad}) == ErrorCode::invalid_argument);
  }
  CHECK(code({a, compute_retention(std::vector{watching(0, 60)}, 60s, 4)}, {1.0, 1.0}) ==
        ErrorCode::invalid_argument);
  CHECK(code({a, compute_retention(std::vector{watching(0, 60)}, 61s, 3)}, {1.0, 1.0}) ==
        ErrorCode::invalid_argument);
}
