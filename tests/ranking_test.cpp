// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <viewership/moments.hpp>
#include <viewership/ranking.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<std::size_t> order_of(const EngagementRanking& ranking) {
  std::vector<std::size_t> order;
  for (const RankedContent& content : ranking.contents) order.push_back(content.row);
  return order;
}

/// The shrunken row of a ranking that has one.
const ShrunkScore& shrunk(const ShrunkRanking& ranking, std::size_t row) {
  const auto found = std::ranges::find(ranking.contents, row, &ShrunkContent::row);
  REQUIRE(found != ranking.contents.end());
  REQUIRE(found->shrunk);
  return *found->shrunk;
}

std::size_t place(const ShrunkRanking& ranking, std::size_t row) {
  return static_cast<std::size_t>(std::ranges::find(ranking.contents, row, &ShrunkContent::row) -
                                  ranking.contents.begin());
}

/// Six titles, the scores of whose sessions are
///   a 0.9 0.8 1.0 | b 0.5 0.6 0.55 0.7 0.4 0.65 0.5 0.6 | c 0.2 0.3 0.1 0.25 0.4 | d 0.45 0.35 | f 0.05
///   e 0.62 0.71 0.58 0.66 0.69 0.60 0.73 0.64 0.67 0.70 0.59 0.61
const std::vector<ScoredContent>& six_titles() {
  static const std::vector<ScoredContent> rows{
      {"a", 0.9, 3, 0.01},  {"b", 0.5625, 8, 0.0091071428571428536}, {"c", 0.25, 5, 0.0125},
      {"d", 0.4, 2, 0.005}, {"e", 0.65, 12, 0.0025636363636363634},  {"f", 0.05, 1, std::nullopt}};
  return rows;
}

std::vector<ScoredContent> random_catalogue(Random& random, std::size_t titles) {
  std::vector<ScoredContent> rows;
  for (std::size_t i = 0; i < titles; ++i) {
    const double score = static_cast<double>(random.below(20)) / 19;
    const auto size = static_cast<std::uint64_t>(random.below(40));
    rows.push_back({"t" + std::to_string(random.below(titles)), score, size, score * (1 - score)});
    if (random.percent(10)) rows.back().score.reset();
    if (random.percent(10)) rows.back().variance.reset();
    if (random.percent(5)) rows.back().score = random.percent(50) ? not_a_number : -infinity;
    if (random.percent(5)) rows.back().variance = random.percent(50) ? not_a_number : -1.0;
  }
  return rows;
}

}  // namespace

TEST_CASE("titles rank by score, equal ones by content id, those without a score last") {
  const std::vector<ScoredContent> rows{{"d", 0.5}, {"b", {}}, {"c", 0.9}, {"a", {}}, {"b", 0.5}, {"e", 0.1}};
  const EngagementRanking ranking = ContentRanker{}.rank_by_engagement(rows);
  CHECK(order_of(ranking) == std::vector<std::size_t>{2, 4, 0, 5, 3, 1});
  CHECK(ranking.contents[0] == RankedContent{2, 1, 0.9});
  CHECK(ranking.contents[3] == RankedContent{5, 4, 0.1});
  CHECK(ranking.contents[4] == RankedContent{3, {}, {}});
  CHECK(ranking.scored == 4);
  CHECK(ranking.unscored == 2);
  CHECK(ranking.rejected == 0);
}

TEST_CASE("nothing ranks as nothing, and one title first") {
  CHECK(ContentRanker{}.rank_by_engagement(std::vector<ScoredContent>{}) == EngagementRanking{});
  CHECK(ContentRanker{}.rank_with_shrinkage(std::vector<ScoredContent>{}) == ShrunkRanking{});
  const std::vector<ScoredContent> one{{"a", 0.5, 10, 0.1}};
  CHECK(ContentRanker{}.rank_by_engagement(one).contents.front().rank == 1);
}

TEST_CASE("mistake: NaN scores sort arbitrarily or crash") {
  Random random(5);
  std::vector<ScoredContent> rows;
  for (int i = 0; i < 1000; ++i) {
    const double score =
        i % 3 == 0 ? (i % 2 == 0 ? not_a_number : infinity) : static_cast<double>(random.below(50)) / 49;
    rows.push_back({"t" + std::to_string(random.below(500)), score, 10, 0.1});
  }
  random.shuffle(rows);
  const EngagementRanking ranking = ContentRanker{}.rank_by_engagement(rows);
  CHECK(ranking.rejected == 334);
  CHECK(ranking.unscored == 334);
  CHECK(ranking.scored == 666);
  REQUIRE(ranking.contents.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    REQUIRE(ranking.contents[i].score.has_value() == (i < 666));
    REQUIRE((!ranking.contents[i].score || std::isfinite(*ranking.contents[i].score)));
  }
  const ShrunkRanking with_doubt = ContentRanker{}.rank_with_shrinkage(rows);
  CHECK(with_doubt.rejected == 334);
  for (const ShrunkContent& content : with_doubt.contents) {
    if (content.shrunk) REQUIRE(std::isfinite(content.shrunk->score));
  }
}

TEST_CASE("a ranking is that of a stable sort by score and id, whatever the order of the rows") {
  Random random(6);
  for (int round = 0; round < 50; ++round) {
    const std::vector<ScoredContent> rows = random_catalogue(random, 1 + random.below(80));
    std::vector<std::size_t> expected(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) expected[i] = i;
    std::ranges::stable_sort(expected, [&](std::size_t a, std::size_t b) {
      const auto usable = [](const ScoredContent& row) { return row.score && std::isfinite(*row.score); };
      const bool a_usable = usable(rows[a]), b_usable = usable(rows[b]);
      if (a_usable != b_usable) return a_usable;
      if (a_usable && *rows[a].score != *rows[b].score) return *rows[a].score > *rows[b].score;
      return rows[a].content_id < rows[b].content_id;
    });
    CHECK(order_of(ContentRanker{}.rank_by_engagement(rows)) == expected);
  }
}

TEST_CASE("0 and -0 are equal scores") {
  const std::vector<ScoredContent> rows{{"b", 0.0}, {"a", -0.0}};
  CHECK(order_of(ContentRanker{}.rank_by_engagement(rows)) == std::vector<std::size_t>{1, 0});
}

TEST_CASE("rows of one's own rank by their own members") {
  struct Row {
    std::string_view content_id;
    double score;
  };
  const std::vector<Row> rows{{"a", 1.5}, {"b", not_a_number}, {"c", 7.0}};
  CHECK(order_of(ContentRanker{}.rank_by_engagement(rows)) == std::vector<std::size_t>{2, 0, 1});
}

// R 4.2.2, from the sessions of `six_titles`, y with title t: m <- anova(lm(y ~ t)); within = m[2, "Mean
// Sq"]; between = (m[1, "Mean Sq"] - within) / ((N - sum(n^2) / N) / (k - 1)); mean, scores and their
// covariances from Henderson's mixed model equations over the 31 sessions (X = 1, Z = model.matrix(~ t - 1),
// G = between · I, R = within · I): Ci = solve(C), theta = [1 I] Ci [X'y; Z'y] / within, V = [1 I] Ci [1 I]'.
// Onto V comes Morris's term: Vi = within / n; B = Vi / (Vi + between); w = 1 / (Vi + between); Vbar = sum(w
// * Vi) / sum(w); d = y - mean; v = 2 / (k - 3) * B^2 * (Vbar + between) / (Vi + between); V + outer(sqrt(v)
// * d, sqrt(v) * d).
TEST_CASE("shrinkage agrees with R's mixed model equations") {
  const ShrunkRanking ranking = ContentRanker{}.rank_with_shrinkage(six_titles());
  REQUIRE(ranking.model);
  CHECK_THAT(ranking.model->within, WithinRel(0.0066780000000000094, 1e-12));
  CHECK_THAT(ranking.model->between, WithinRel(0.052112969187675072, 1e-12));
  CHECK_THAT(ranking.model->mean, WithinRel(0.47504797455624548, 1e-12));
  CHECK_THAT(ranking.model->mean_variance, WithinRel(0.0090885543390428012, 1e-12));
  CHECK_THAT(ranking.model->typical_variance, WithinRel(0.0024183568465812686, 1e-12));
  constexpr double scores[] = {0.882591808001158995, 0.561121270578616604, 0.255623613117903603,
                               0.404518959213065799, 0.648151475538656374, 0.098280720888028472};
  constexpr double errors[] = {0.048505761084971705, 0.028725491386412012, 0.036461087868490755,
                               0.056429472935083921, 0.023537061533831023, 0.086476249339224154};
  constexpr std::uint64_t best[] = {1, 2, 4, 3, 2, 5};
  constexpr std::uint64_t worst[] = {1, 4, 6, 5, 3, 6};
  constexpr std::uint64_t ranks[] = {1, 3, 5, 4, 2, 6};
  for (std::size_t i = 0; i < 6; ++i) {
    const ShrunkScore& title = shrunk(ranking, i);
    CHECK_THAT(title.score, WithinRel(scores[i], 1e-12));
    CHECK_THAT(title.standard_error, WithinRel(errors[i], 1e-12));
    CHECK(title.rank == ranks[i]);
    CHECK(title.best_rank == best[i]);
    CHECK(title.worst_rank == worst[i]);
  }
  CHECK_THAT(shrunk(ranking, 0).lower, WithinRel(0.78752226323190999, 1e-12));
  CHECK_THAT(shrunk(ranking, 0).upper, WithinRel(0.977661352770408, 1e-12));
}

// The same R session: theta[5] - theta[1], its standard error from V, pnorm of their ratio; theta[1] -
// theta[2].
TEST_CASE("comparing two places of a shrunken ranking agrees with R") {
  const ContentRanker ranker;
  const ShrunkRanking ranking = ranker.rank_with_shrinkage(six_titles());
  const ScoreComparison e_a = ranker.compare(ranking, place(ranking, 4), place(ranking, 0));
  CHECK(e_a.status == TestStatus::ok);
  CHECK_THAT(*e_a.difference, WithinRel(-0.23444033246250262, 1e-11));
  CHECK_THAT(*e_a.standard_error, WithinRel(0.053434067244053973, 1e-11));
  CHECK_THAT(*e_a.probability_above, WithinRel(5.733857298780414e-06, 1e-9));
  const ScoreComparison a_b = ranker.compare(ranking, place(ranking, 0), place(ranking, 1));
  CHECK_THAT(*a_b.difference, WithinRel(0.32147053742254239, 1e-11));
  CHECK_THAT(*a_b.standard_error, WithinRel(0.055979364147462664, 1e-11));
  CHECK_THAT(*a_b.probability_above, WithinRel(0.99999999534000317, 1e-11));
  CHECK_THROWS_AS(ranker.compare(ranking, 0, 6), AnalyticsError);
}

// R 4.2.2: w <- t.test(e, b); mean(e) - mean(b); w$stderr; pnorm of their ratio.
TEST_CASE("comparing two titles by their own samples agrees with R") {
  const ScoreComparison e_b = ContentRanker{}.compare(six_titles()[4], six_titles()[1]);
  CHECK(e_b.status == TestStatus::ok);
  CHECK_THAT(*e_b.difference, WithinRel(0.0875, 1e-12));
  CHECK_THAT(*e_b.standard_error, WithinRel(0.036769949969767707, 1e-12));
  CHECK_THAT(*e_b.probability_above, WithinRel(0.9913357041414711, 1e-12));
  CHECK_THAT(*e_b.lower, WithinRel(0.0875 - 1.9599639845400536 * 0.036769949969767707, 1e-11));
  CHECK_THAT(*e_b.upper, WithinRel(0.0875 + 1.9599639845400536 * 0.036769949969767707, 1e-11));
}

TEST_CASE("two titles that cannot be compared say why") {
  const ContentRanker ranker;
  const ScoredContent good{"a", 0.5, 10, 0.1};
  CHECK(ranker.compare(good, {"b", {}, 10, 0.1}) == ScoreComparison{});
  CHECK(ranker.compare(good, {"b", not_a_number, 10, 0.1}) == ScoreComparison{});
  CHECK(ranker.compare(good, {"b", 0.5, 1, 0.1}) == ScoreComparison{});
  CHECK(ranker.compare(good, {"b", 0.5, 10, {}}) == ScoreComparison{});
  CHECK(ranker.compare(good, {"b", 0.5, 10, not_a_number}) == ScoreComparison{});
  CHECK(ranker.compare(ScoredContent{"a", 1e308, 10, 0.1}, ScoredContent{"b", -1e308, 10, 0.1}) ==
        ScoreComparison{});
  const ScoreComparison same =
      ranker.compare(ScoredContent{"a", 1.0, 3, 0.0}, ScoredContent{"b", 0.5, 3, 0.0});
  CHECK(same.status == TestStatus::zero_variance);
  CHECK_FALSE(same.probability_above);
}

TEST_CASE("mistake: a title that three people watched to the end wins") {
  std::vector<ScoredContent> rows{{"lucky", 1.0, 3, 0.0}};
  for (int i = 0; i < 20; ++i) rows.push_back({"t" + std::to_string(i), 0.4 + 0.01 * i, 1000, 0.09});
  CHECK(ContentRanker{}.rank_by_engagement(rows).contents.front().row == 0);
  const ShrunkRanking ranking = ContentRanker{}.rank_with_shrinkage(rows);
  CHECK(ranking.contents.front().row != 0);
  CHECK(shrunk(ranking, 0).credibility < 0.25);
  CHECK(shrunk(ranking, 0).best_rank == 1);
  CHECK(shrunk(ranking, 0).worst_rank > 15);
  CHECK(shrunk(ranking, 20).credibility > 0.95);
}

TEST_CASE("a catalogue whose titles differ by no more than chance is shrunken to one score") {
  std::vector<ScoredContent> rows;
  for (int i = 0; i < 10; ++i) rows.push_back({"t" + std::to_string(i), 0.5 + 0.001 * i, 10, 0.25});
  const ContentRanker ranker;
  const ShrunkRanking ranking = ranker.rank_with_shrinkage(rows);
  REQUIRE(ranking.model);
  CHECK(ranking.model->between == 0.0);
  for (const ShrunkContent& content : ranking.contents) {
    CHECK(content.shrunk->score == ranking.model->mean);
    CHECK(content.shrunk->best_rank == 1);
    CHECK(content.shrunk->worst_rank == 10);
    // All variances are alike, so v = 2 / (10 - 3).
    const double distance = *content.score - ranking.model->mean;
    CHECK_THAT(content.shrunk->standard_error,
               WithinRel(std::sqrt(0.25 / 100 + 2.0 / 7 * distance * distance), 1e-12));
  }
  CHECK(ranking.contents.front().row == 0);  // by content id
  CHECK(ranker.compare(ranking, 0, 9).probability_above == 0.5);
}

TEST_CASE("sessions that never differ within a title leave its score alone") {
  const std::vector<ScoredContent> rows{
      {"a", 0.25, 5, 0.0}, {"b", 0.75, 50, 0.0}, {"c", 0.5, 7, 0.0}, {"d", 0.5, 1, {}}};
  const ContentRanker ranker;
  const ShrunkRanking ranking = ranker.rank_with_shrinkage(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK_THAT(shrunk(ranking, i).score, WithinRel(*rows[i].score, 1e-15));
    CHECK(shrunk(ranking, i).standard_error == 0.0);
  }
  CHECK(shrunk(ranking, 0).best_rank == 4);
  CHECK(ranker.compare(ranking, 0, 1).status == TestStatus::zero_variance);
  const std::vector<ScoredContent> same(4, {"a", 0.5, 5, 0.0});
  CHECK(shrunk(ranker.rank_with_shrinkage(same), 0).score == 0.5);
  CHECK(shrunk(ranker.rank_with_shrinkage(same), 0).standard_error == 0.0);
}

TEST_CASE("what there is too little to learn from is not shrunken") {
  const ContentRanker ranker;
  const auto four = [](double first, double second, std::uint64_t size, std::optional<double> variance) {
    return std::vector<ScoredContent>{{"a", first, size, variance},
                                      {"b", second, size, variance},
                                      {"c", 0.5, size, variance},
                                      {"d", 0.6, size, variance}};
  };
  CHECK(ranker.rank_with_shrinkage(four(0.5, 0.7, 2, 0.1)).model);
  std::vector<ScoredContent> three = four(0.5, 0.7, 10, 0.1);
  three.pop_back();
  for (const std::vector<ScoredContent>& rows :
       {three, four(0.5, 0.7, 1, 0.1), four(0.5, 0.7, 0, 0.1), four(0.5, 0.7, 10, {}),
        four(0.5, 0.7, 10, not_a_number), four(1e200, -1e200, 10, 0.1), four(1.5e308, -1.5e308, 10, 0.1)}) {
    const ShrunkRanking ranking = ranker.rank_with_shrinkage(rows);
    CHECK_FALSE(ranking.model);
    REQUIRE(ranking.contents.size() == rows.size());
    for (const ShrunkContent& content : ranking.contents) {
      CHECK_FALSE(content.shrunk);
      CHECK(content.score == rows[content.row].score);
    }
    CHECK(ranker.compare(ranking, 0, 1) == ScoreComparison{});
  }
}

TEST_CASE("rank intervals are those of counting every pair, contain the rank, and nothing is NaN") {
  Random random(7);
  for (int round = 0; round < 100; ++round) {
    const std::vector<ScoredContent> rows = random_catalogue(random, 2 + random.below(60));
    const ShrunkRanking ranking = ContentRanker{0.8}.rank_with_shrinkage(rows);
    REQUIRE(ranking.contents.size() == rows.size());
    std::vector<ShrunkScore> judged;
    for (const ShrunkContent& content : ranking.contents) {
      if (content.shrunk) judged.push_back(*content.shrunk);
    }
    for (std::size_t i = 0; i < judged.size(); ++i) {
      REQUIRE(std::isfinite(judged[i].score));
      REQUIRE(judged[i].credibility >= 0.0);
      REQUIRE(judged[i].credibility <= 1.0);
      REQUIRE(judged[i].lower <= judged[i].score);
      REQUIRE(judged[i].score <= judged[i].upper);
      if (i > 0) REQUIRE(judged[i].score <= judged[i - 1].score);
      std::uint64_t above = 0;
      std::uint64_t below = 0;
      for (const ShrunkScore& other : judged) {
        above += other.lower > judged[i].upper;
        below += other.upper < judged[i].lower;
      }
      REQUIRE(judged[i].rank == i + 1);
      REQUIRE(judged[i].best_rank == above + 1);
      REQUIRE(judged[i].worst_rank == judged.size() - below);
      REQUIRE(judged[i].best_rank <= judged[i].rank);
      REQUIRE(judged[i].rank <= judged[i].worst_rank);
    }
  }
}

TEST_CASE("intervals of a true model cover the truth about as often as they say") {
  Random random(8);
  const auto normal = [&] {
    double sum = -6.0;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(random.next() >> 11) / 9007199254740992.0;
    return sum;
  };
  for (const int titles : {5, 50}) {
    int covered = 0;
    int all = 0;
    for (int round = 0; round < 5000 / titles; ++round) {
      std::vector<ScoredContent> rows;
      std::vector<double> truth;
      for (int i = 0; i < titles; ++i) {
        Moments sessions;
        truth.push_back(0.5 + 0.1 * normal());
        for (std::size_t left = 2 + random.below(30); left > 0; --left)
          sessions.add(truth.back() + 0.3 * normal());
        const MomentsResult observed = sessions.result();
        rows.push_back({std::to_string(i), observed.mean, observed.count, observed.variance});
      }
      for (const ShrunkContent& content : ContentRanker{0.9}.rank_with_shrinkage(rows).contents) {
        covered += content.shrunk->lower <= truth[content.row] && truth[content.row] <= content.shrunk->upper;
        ++all;
      }
    }
    const double coverage = static_cast<double>(covered) / all;
    CHECK(coverage > 0.87);
    CHECK(coverage < 0.92);
  }
}

TEST_CASE("a confidence outside (0, 1) is refused") {
  for (const double bad : {0.0, 1.0, -0.5, 1.5, not_a_number})
    CHECK_THROWS_AS(ContentRanker{bad}, AnalyticsError);
  CHECK(ContentRanker{} == ContentRanker{0.95});
}
