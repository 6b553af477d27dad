// SPDX-License-Identifier: MIT
#include <viewership/format/engagement.hpp>  // first: it must stand alone

#include <optional>
#include <string>
#include <vector>

#include "catch.hpp"

using namespace viewership;

namespace {

ShrunkScore shrunk_score(double score, double lower, double upper, std::uint64_t rank, std::uint64_t best,
                         std::uint64_t worst) {
  ShrunkScore shrunk;
  shrunk.score = score;
  shrunk.lower = lower;
  shrunk.upper = upper;
  shrunk.rank = rank;
  shrunk.best_rank = best;
  shrunk.worst_rank = worst;
  return shrunk;
}

const std::vector<ScoredContent>& rows() {
  static const std::vector<ScoredContent> rows{{"intro", 0.9, 3, 0.01}, {"talk", 0.5, 8, 0.01}, {"unseen"}};
  return rows;
}

}  // namespace

TEST_CASE("components read in percent, what is not known as a dash") {
  CHECK(fmt::format("{}", EngagementComponents{17.0 / 30, 1.0 / 3, {}, 0.0, 60.0 / 230}) ==
        "watch time 56.7 %, completion 33.3 %, social -, rewatch 0.0 %, forward-seek penalty 26.1 %");
  CHECK(fmt::format("{}", EngagementComponents{}) ==
        "watch time -, completion -, social -, rewatch -, forward-seek penalty -");
}

TEST_CASE("contributions read as the sum that the score is") {
  // M = 17/60 + 10/60, and 0.2 · 6/23 is taken off.
  const EngagementScore score = engagement_score({17.0 / 30, 1.0 / 3, {}, 0.0, 60.0 / 230});
  CHECK(fmt::format("{}", score) ==
        "0.398 = 0.283 watch time + 0.167 completion - 0.052 forward-seek penalty");
  CHECK(fmt::format("{}", engagement_score({0.0, 0.0, {}, 0.0, 0.5})) ==
        "0.000 = - 0.100 forward-seek penalty + 0.100 clamping");
  CHECK(fmt::format("{}", engagement_score({0.5, 0.5, 0.5, 1.0, 0.0})) ==
        "0.600 = 0.167 watch time + 0.167 completion + 0.167 social + 0.100 rewatch");
  CHECK(fmt::format("{}", engagement_score({0.0, 0.0, {}, 0.0, 0.0})) == "0.000 = 0");
  CHECK(fmt::format("{}", EngagementScore{}) == "no score");
}

TEST_CASE("a content's score reads with its error and its sample") {
  ContentEngagementScore score;
  score.content_id = "talk-42";
  CHECK(fmt::format("{}", score) == "talk-42: no score");
  score.score = 0.5;
  score.contributions.completion = 0.5;
  score.sample_size = 1;
  CHECK(fmt::format("{}", score) == "talk-42: 0.500 (standard error -, sessions 1) = 0.500 completion");
  score.sample_size = 4;
  score.variance = 0.04;
  CHECK(fmt::format("{}", score) == "talk-42: 0.500 (standard error 0.100, sessions 4) = 0.500 completion");
}

TEST_CASE("a model, a shrunken score and a comparison read as sentences") {
  CHECK(fmt::format("{}", CatalogueModel{6.0, 0.4821, 0.04, 0.01, 0.001, 0.002}) ==
        "6 titles around 0.482, standard deviation 0.200 between them and 0.100 between sessions of one");
  CHECK(fmt::format("{}", shrunk_score(0.512, 0.409, 0.615, 3, 1, 9)) ==
        "0.512 (0.409 to 0.615), rank 3 (1 to 9)");
  CHECK(fmt::format("{}", ScoreComparison{TestStatus::ok, 0.125, 0.08, -0.031, 0.281, 0.942}) ==
        "0.125 (-0.031 to 0.281), above with probability 94.2 %");
  CHECK(fmt::format("{}", ScoreComparison{}) == "too little data");
  CHECK(fmt::format("{}", ScoreComparison{TestStatus::zero_variance, {}, {}, {}, {}, {}}) ==
        "nothing varies");
}

TEST_CASE("a ranking reads as a table, titles without a score last") {
  const EngagementRanking ranking = ContentRanker{}.rank_by_engagement(rows());
  CHECK(fmt::format("{}", RankingTable(ranking, rows())) ==
        "  rank    score  content\n"
        "     1    0.900  intro\n"
        "     2    0.500  talk\n"
        "     -        -  unseen\n");
  CHECK(fmt::format("{}", RankingTable(ranking, rows(), 1)) ==
        "  rank    score  content\n"
        "     1    0.900  intro\n"
        "        and 2 more\n");
  CHECK(fmt::format("{}", RankingTable(EngagementRanking{}, rows())) == "  rank    score  content\n");
}

TEST_CASE("a shrunken ranking reads as a table with intervals") {
  ShrunkRanking ranking;
  ranking.contents = {{1, 0.5, shrunk_score(0.512, 0.409, 0.615, 1, 1, 2)},
                      {0, 0.9, shrunk_score(0.5, -0.25, 1.25, 2, 1, 2)},
                      {2, {}, {}}};
  CHECK(fmt::format("{}", RankingTable(ranking, rows())) ==
        "  rank       (from to)    score        (from to)  observed  content\n"
        "     1        (1 to 2)    0.512 (0.409 to 0.615)     0.500  talk\n"
        "     2        (1 to 2)    0.500 (-0.250 to 1.250)     0.900  intro\n"
        "     -                        -                          -  unseen\n");
}
