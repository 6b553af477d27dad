// SPDX-License-Identifier: MIT
#include <viewership/engagement.hpp>  // first: it must stand alone

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <viewership/moments.hpp>
#include <viewership/session_log.hpp>

#include "catch.hpp"
#include "errors.hpp"
#include "laws.hpp"
#include "naive.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

namespace {

EngagementTotals totals_of(const std::vector<ViewerSession>& sessions, MediaTime duration) {
  EngagementCounts counts(duration);
  analyze(sessions, counts);
  return counts.result();
}

/// Plays [0, 10), goes to `to` seconds by a seek, and plays 10 s from there.
ViewerSession seeking_to(double to) {
  return session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(10), pos(10), pos(to)),
                     PlaybackEvent::end(at(20), pos(to + 10))});
}

/// The totals by the millisecond.
EngagementTotals naive_totals(const std::vector<ViewerSession>& sessions, MediaTime duration) {
  EngagementTotals totals;
  totals.duration = duration;
  for (const ViewerSession& session : sessions) {
    ++totals.sessions;
    const auto declared = session.content_duration;
    totals.duration_conflicts += declared && *declared > 0ms && *declared != duration;
    const NaiveSession naive(session, duration);
    MediaTime played{};
    MediaTime unique{};
    for (const int times : naive.times_played) {
      played += MediaTime{times};
      unique += MediaTime{times > 0 ? 1 : 0};
    }
    if (unique == 0ms) continue;
    ++totals.started;
    totals.completed += 20 * unique >= 19 * duration;
    totals.rewatched += played - unique >= 1s;
    totals.content_played += played;
    totals.unique_content += unique;
    for (std::size_t i = 1; i < naive.plays.size(); ++i) {
      if (naive.begins_viewing[i]) continue;
      for (MediaTime t = naive.plays[i - 1].to; t < naive.plays[i].from && t < duration; ++t) {
        totals.skipped_forward += 1ms;
      }
    }
  }
  return totals;
}

std::vector<ViewerSession> audience(Random& random, std::size_t count) {
  std::vector<ViewerSession> sessions;
  while (sessions.size() < count) sessions.push_back(clean_session(random, 10s));
  return sessions;
}

}  // namespace

TEST_CASE("the hand-worked session's engagement") {
  // Content played 66 s, unique 50 s of 60 s, 16 s of it again, no jump forward: M = (5/6 + 0)/2 = 5/12, and
  // rewatch adds 0.2 · 1 · 7/12.
  const ContentEngagementScore score = compute_engagement(std::vector{hand_worked()}, 60s);
  CHECK(score.content_id == "title");
  CHECK(score.sample_size == 1);
  CHECK(score.components == EngagementComponents{50.0 / 60.0, 0.0, {}, 1.0, 0.0});
  REQUIRE(score.score);
  CHECK_THAT(*score.score, WithinRel(8.0 / 15, 1e-15));
  CHECK(score.totals == EngagementTotals{60s, 1, 1, 0, 1, 66s, 50s, 0s, 0});
  CHECK_FALSE(score.variance);
}

TEST_CASE("three sessions worked by hand") {
  // Of 100 s: all of it; the first half; [0,10) and [70,80). Unique 100 + 50 + 20, played as much,
  // skipped 60.
  const std::vector sessions{watching(0, 100), watching(0, 50), seeking_to(70)};
  const ContentEngagementScore score = compute_engagement(sessions, 100s);
  CHECK(score.totals == EngagementTotals{100s, 3, 3, 1, 0, 170s, 170s, 60s, 0});
  CHECK_THAT(*score.components.watch_time, WithinRel(17.0 / 30, 1e-15));
  CHECK_THAT(*score.components.completion, WithinRel(1.0 / 3, 1e-15));
  CHECK_THAT(*score.components.forward_seek_penalty, WithinRel(60.0 / 230, 1e-15));
  CHECK_THAT(*score.score, WithinRel((17.0 / 30 + 1.0 / 3) / 2 - 0.2 * 60.0 / 230, 1e-15));
  CHECK(score.contributions.sum() == *score.score);
  // Social joins the mean, and the mean only.
  const auto with_social = compute_engagement(sessions, 100s, {}, SocialSignals{3, 1, 1, 100});
  CHECK(with_social.components.social == 0.5);
  CHECK_THAT(*with_social.score, WithinRel((17.0 / 30 + 1.0 / 3 + 0.5) / 3 - 0.2 * 60.0 / 230, 1e-15));
}

TEST_CASE("a perfect audience scores 1") {
  const auto score = compute_engagement(std::vector(7, watching(0, 60)), 60s);
  CHECK(score.score == 1.0);
  CHECK(score.components == EngagementComponents{1.0, 1.0, {}, 0.0, 0.0});
  CHECK(score.variance == 0.0);
}

TEST_CASE("nobody has no score, whatever is social") {
  const ContentEngagementScore nobody =
      compute_engagement(std::vector<ViewerSession>{}, 60s, {}, SocialSignals{9, 9, 9, 9});
  CHECK_FALSE(nobody.score);
  CHECK(nobody.components == EngagementComponents{});
  CHECK(nobody.content_id.empty());
  CHECK(nobody.totals == EngagementTotals{60s, 0, 0, 0, 0, 0s, 0s, 0s, 0});
  const auto not_started = compute_engagement(
      std::vector{session_of({PlaybackEvent::play(at(0), pos(0))}), watching(60, 70)}, 60s);
  CHECK_FALSE(not_started.score);
  CHECK(not_started.content_id == "title");
  CHECK(not_started.totals.sessions == 2);
  CHECK(not_started.sample_size == 0);
}

TEST_CASE("mistake: failed starts in the denominator of engagement") {
  const std::vector sessions{watching(0, 60), session_of({PlaybackEvent::play(at(0), pos(0))})};
  CHECK(compute_engagement(sessions, 60s).score == 1.0);
}

TEST_CASE("mistake: completion of engagement 100 % after one seek") {
  const auto session =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(1), pos(1), pos(59)),
                  PlaybackEvent::end(at(2), pos(60))});
  const auto score = compute_engagement(std::vector{session}, 60s);
  CHECK(score.components.completion == 0.0);
  CHECK(score.totals.skipped_forward == 58s);
}

TEST_CASE("mistake: re-watch that can never fire because the map is boolean") {
  const auto again =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(30), pos(30), pos(29)),
                  PlaybackEvent::end(at(40), pos(39))});
  const auto barely_not =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(30), pos(30), pos(29.001)),
                  PlaybackEvent::end(at(40), pos(39.001))});
  CHECK(compute_engagement(std::vector{again}, 60s).components.rewatch == 1.0);
  CHECK(compute_engagement(std::vector{barely_not}, 60s).components.rewatch == 0.0);
}

TEST_CASE("mistake: two titles mixed in one engagement score") {
  std::vector sessions{watching(0, 60), watching(0, 60)};
  sessions[1].content_id = "another";
  CHECK(code_of([&] { return compute_engagement(sessions, 60s); }) == ErrorCode::mixed_contents);
}

TEST_CASE("what was skipped forward is what lies between play-throughs, within the content") {
  CHECK(totals_of({seeking_to(30)}, 60s).skipped_forward == 20s);
  CHECK(totals_of({seeking_to(5)}, 60s).skipped_forward == 0s);
  CHECK(totals_of({seeking_to(100)}, 60s).skipped_forward == 50s);  // to the end, not beyond
  // Two seeks with nothing played in between count by where they led.
  const auto in_a_row =
      session_of({PlaybackEvent::play(at(0), pos(0)), PlaybackEvent::seek(at(10), pos(10), pos(50)),
                  PlaybackEvent::seek(at(10), pos(50), pos(30)), PlaybackEvent::end(at(20), pos(40))});
  CHECK(totals_of({in_a_row}, 60s).skipped_forward == 20s);
  // A new viewing, after an end, begins where it likes; the jump within it counts.
  auto two_viewings = watching(0, 10);
  for (const PlaybackEvent& event :
       {PlaybackEvent::play(at(100), pos(30)), PlaybackEvent::seek(at(105), pos(35), pos(40)),
        PlaybackEvent::end(at(110), pos(45))}) {
    two_viewings.push_event(event);
  }
  CHECK(totals_of({two_viewings}, 60s).skipped_forward == 5s);
}

TEST_CASE("a session is completed exactly where its metrics say so") {
  SessionOptions options;
  for (const double from : {0.95, 0.9, 1.0, 1.0 / 3, 0.1, 1e-9}) {
    for (const CompletionMeasure measure :
         {CompletionMeasure::unique_content, CompletionMeasure::furthest_position}) {
      options.completed_from = from;
      options.completion_measure = measure;
      for (const MediaTime duration : {1ms, 3ms, 7ms, 1000ms, 60'000ms}) {
        const double edge = from * static_cast<double>(duration.count());
        for (std::int64_t reached = static_cast<std::int64_t>(edge) - 1;
             static_cast<double>(reached) <= edge + 2; ++reached) {
          if (reached < 1) continue;
          const auto session = session_of(
              {PlaybackEvent::play(at(0), MediaTime{0}), PlaybackEvent::end(at(100), MediaTime{reached})});
          EngagementCounts counts(duration, options);
          counts.add(session);
          REQUIRE((counts.result().completed == 1) == analyze_session(session, duration, options).completed);
        }
      }
    }
  }
}

TEST_CASE("totals are those of counting every millisecond, in and out of bounds, clean and wild") {
  Random random(21);
  for (int round = 0; round < 30; ++round) {
    const MediaTime duration{random.between(1'001, 8'000)};
    const auto sessions = short_sessions(random, 20, duration);
    REQUIRE(totals_of(sessions, duration) == naive_totals(sessions, duration));
  }
}

TEST_CASE("engagement counts obey the laws of an accumulator") {
  Random random(22);
  std::vector<PlayedSession> samples;
  for (const ViewerSession& session : short_sessions(random, 120, 5s)) samples.emplace_back(session);
  check_accumulator_laws([] { return EngagementCounts{5s}; }, samples);
}

TEST_CASE("a score does not depend on the order and the split of the sessions, nor on how they are stored") {
  Random random(23);
  std::vector<ViewerSession> sessions = short_sessions(random, 80, 5s);
  const ContentEngagementScore expected = compute_engagement(sessions, 5s);
  SessionLogBuilder builder;
  for (const ViewerSession& session : sessions) builder.add(session);
  const SessionLog log = builder.finish();
  const ContentEngagementScore stored = compute_engagement(log, 5s);
  CHECK(stored.score == expected.score);
  CHECK(stored.variance == expected.variance);
  for (int round = 0; round < 10; ++round) {
    random.shuffle(sessions);
    CHECK(compute_engagement(sessions, 5s) == expected);
    std::vector<EngagementCounts> parts(3, EngagementCounts(5s));
    for (const ViewerSession& session : sessions) parts[random.below(3)].add(session);
    parts[0].merge(parts[2]);
    parts[0].merge(parts[1]);
    CHECK(parts[0].score("title") == expected);
  }
}

TEST_CASE("scores of any audience lie in [0, 1], add up exactly, and have a finite variance") {
  Random random(24);
  for (int round = 0; round < 200; ++round) {
    std::vector<ViewerSession> sessions;
    for (std::size_t n = 2 + random.below(10); n > 0; --n) sessions.push_back(wild_session(random));
    const MediaTime duration{random.between(1, 100'000)};
    const EngagementWeights weights{1.0, 0.5, 0.2, 1.0, random.percent(50) ? 1.0 : 0.2};
    const auto score = compute_engagement(sessions, duration, weights);
    REQUIRE(score.score.has_value() == (score.sample_size > 0));
    if (!score.score) continue;
    REQUIRE(*score.score >= 0.0);
    REQUIRE(*score.score <= 1.0);
    REQUIRE(score.contributions.sum() == *score.score);
    REQUIRE(score.variance.has_value() == (score.sample_size > 1));
    if (score.variance) REQUIRE((*score.variance >= 0.0 && std::isfinite(*score.variance)));
  }
}

TEST_CASE("an audience that watches more scores no less") {
  Random random(25);
  for (int round = 0; round < 50; ++round) {
    std::vector<ViewerSession> sessions;
    for (int i = 0; i < 10; ++i) sessions.push_back(watching(0, static_cast<double>(1 + random.below(59))));
    const double before = *compute_engagement(sessions, 60s).score;
    sessions[random.below(10)] = watching(0, 60);
    REQUIRE(*compute_engagement(sessions, 60s).score >= before);
  }
}

// The jackknife (Tukey 1958) knows nothing of derivatives: (n - 1)^2 / n times the variance of the scores
// with one session left out estimates the variance of the score.
TEST_CASE("the variance is that of the jackknife") {
  Random random(26);
  for (const EngagementWeights& weights :
       {EngagementWeights{}, EngagementWeights{1, 0, 0, 0, 0}, EngagementWeights{0, 1, 0, 0, 0},
        EngagementWeights{1, 1, 1, 1, 0}, EngagementWeights{1, 1, 1, 0, 1},
        EngagementWeights{3, 1, 2, 0.5, 0.7}}) {
    const std::optional<SocialSignals> social =
        weights.social > 0 ? std::optional(SocialSignals{30, 10, 10, 1000}) : std::nullopt;
    const std::vector<ViewerSession> sessions = audience(random, 300);
    const auto n = static_cast<double>(sessions.size());
    const ContentEngagementScore score = compute_engagement(sessions, 10s, weights, social);
    REQUIRE(score.contributions.clamping == 0.0);
    Moments left_out;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      std::vector<ViewerSession> others = sessions;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      left_out.add(*compute_engagement(others, 10s, weights, social).score);
    }
    const double jackknife = (n - 1) * (n - 1) / n * *left_out.result().variance;
    CHECK_THAT(*score.variance / static_cast<double>(score.sample_size), WithinRel(jackknife, 0.03));
  }
}

TEST_CASE("states of other titles do not merge") {
  EngagementCounts minute(60s);
  CHECK(code_of([&] { minute.merge(EngagementCounts(61s)); }) == ErrorCode::incompatible_merge);
  SessionOptions options;
  options.completed_from = 0.9;
  CHECK(code_of([&] { minute.merge(EngagementCounts(60s, options)); }) == ErrorCode::incompatible_merge);
}

TEST_CASE("arguments outside their domain are refused") {
  const std::vector sessions{watching(0, 60)};
  CHECK(code_of([&] { return compute_engagement(sessions, 0s); }) == ErrorCode::invalid_argument);
  CHECK(code_of([&] { return compute_engagement(sessions, max_media_time + 1ms); }) ==
        ErrorCode::invalid_argument);
  CHECK(code_of([&] {
          return compute_engagement(sessions, 60s, {0, 0, 0, 0, 0});
        }) == ErrorCode::invalid_argument);
  CHECK(code_of([&] { return score_contents(sessions, {0, 0, 0, 0, 0}); }) == ErrorCode::invalid_argument);
  CHECK(code_of([&] { EngagementCounts{}.add(sessions[0]); }) == ErrorCode::invalid_argument);
  SessionOptions options;
  options.completed_from = 0.0;
  CHECK(code_of([&] { return compute_engagement(sessions, 60s, {}, {}, options); }) ==
        ErrorCode::invalid_argument);
  CHECK(code_of([&] { return score_contents(sessions, {}, {}, options); }) == ErrorCode::invalid_argument);
}

TEST_CASE("sessions of several contents give one score each, over each one's own duration") {
  std::vector<ViewerSession> sessions;
  const auto add = [&](const std::string& content, double watched, std::optional<MediaTime> declared) {
    sessions.push_back(watching(0, watched, "s" + std::to_string(sessions.size())));
    sessions.back().content_id = content;
    sessions.back().content_duration = declared;
  };
  add("short", 60, 60s);
  add("long", 60, 120s);
  add("short", 30, 60s);
  add("unknown", 40, {});
  add("short", 60, 7200s);  // one bad line
  add("unknown", 20, {});
  sessions.push_back(session_of({PlaybackEvent::play(at(0), pos(0))}, "x", "nobody"));
  const std::vector<ContentEngagementScore> scores =
      score_contents(sessions, {}, {{"long", SocialSignals{5, 0, 0, 100}}, {"elsewhere", SocialSignals{}}});
  REQUIRE(scores.size() == 4);
  CHECK(scores[0].content_id == "long");
  CHECK(scores[0].components == EngagementComponents{0.5, 0.0, 0.5, 0.0, 0.0});
  CHECK(scores[1].content_id == "nobody");
  CHECK_FALSE(scores[1].score);
  CHECK(scores[1].totals.sessions == 1);
  CHECK(scores[1].totals.duration == 0s);
  CHECK(scores[2].content_id == "short");
  CHECK(scores[2].totals == EngagementTotals{60s, 3, 3, 2, 0, 150s, 150s, 0s, 1});
  CHECK(scores[3].content_id == "unknown");
  CHECK(scores[3].totals == EngagementTotals{40s, 2, 2, 1, 0, 60s, 60s, 0s, 0});
  CHECK(score_contents(std::vector<ViewerSession>{}).empty());
}

TEST_CASE("a catalogue's scores are those of its titles one by one") {
  Random random(27);
  std::vector<ViewerSession> sessions;
  for (int i = 0; i < 100; ++i) {
    sessions.push_back(wild_session(random));
    sessions.back().session_id = std::to_string(i);
    sessions.back().content_id = "c" + std::to_string(random.below(7));
  }
  for (const ContentEngagementScore& score : score_contents(sessions)) {
    std::vector<ViewerSession> of_one;
    std::ranges::copy_if(sessions, std::back_inserter(of_one),
                         [&](const ViewerSession& s) { return s.content_id == score.content_id; });
    const auto duration = content_duration(of_one).duration;
    REQUIRE(duration);
    CHECK(score == compute_engagement(of_one, (std::min)(*duration, max_media_time)));
  }
}

TEST_CASE("a catalogue is scored and ranked in two lines") {
  std::vector<ViewerSession> sessions;
  for (int title = 0; title < 5; ++title) {
    for (int i = 0; i < 40; ++i) {
      sessions.push_back(watching(0, 10 + 10 * title + i % 10, std::to_string(i)));
      sessions.back().content_id = "c" + std::to_string(title);
      sessions.back().content_duration = 60s;
    }
  }
  sessions.push_back(watching(0, 60));
  sessions.back().content_id = "lucky";
  sessions.back().content_duration = 60s;
  const auto scores = score_contents(sessions);
  const auto ranking = ContentRanker{}.rank_with_shrinkage(scores);
  REQUIRE(ranking.contents.size() == 6);
  CHECK(scores[ContentRanker{}.rank_by_engagement(scores).contents.front().row].content_id == "lucky");
  CHECK(ranking.model);
}
