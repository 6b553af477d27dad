// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_RANKING_HPP
#define VIEWERSHIP_RANKING_HPP

/// @file
/// Which titles of a catalogue do best, and how sure of that one can be.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include <viewership/catalogue_model.hpp>
#include <viewership/detail/gaussian.hpp>
#include <viewership/error.hpp>
#include <viewership/proportion.hpp>

namespace viewership::inline v0 {

/// A title's score, from wherever; `ContentEngagementScore` has the same members.
struct ScoredContent {
  std::string content_id{};
  std::optional<double> score{};
  /// How many sessions (or viewers, or votes) the score is an average of.
  std::uint64_t sample_size = 0;
  /// Of the score, per session: √(variance / sample_size) is its standard error. Absent: not known.
  std::optional<double> variance{};

  friend bool operator==(const ScoredContent&, const ScoredContent&) = default;
};

/// A row that can be ranked: it has a content id, and a score that may be absent.
template <class Row>
concept ScoredRow = requires(const Row& row) {
  { row.content_id } -> std::convertible_to<std::string_view>;
  { row.score } -> std::convertible_to<std::optional<double>>;
};

/// A row that also says how much its score is worth.
template <class Row>
concept SampledRow = ScoredRow<Row> && requires(const Row& row) {
  { row.sample_size } -> std::convertible_to<std::uint64_t>;
  { row.variance } -> std::convertible_to<std::optional<double>>;
};

/// Rows at hand by index, as in a vector.
template <class Rows>
concept ScoredRows = std::ranges::random_access_range<const Rows> && std::ranges::sized_range<const Rows> &&
    ScoredRow<std::ranges::range_value_t<const Rows>>;
template <class Rows>
concept SampledRows = ScoredRows<Rows> && SampledRow<std::ranges::range_value_t<const Rows>>;

// ------------------------------------------------------------------------------------------------------------
// results

/// A row's place in a ranking.
struct RankedContent {
  /// Its index among the rows that were ranked.
  std::size_t row = 0;
  /// From 1; absent without a score.
  std::optional<std::uint64_t> rank{};
  std::optional<double> score{};

  friend bool operator==(const RankedContent&, const RankedContent&) = default;
};

struct EngagementRanking {
  /// Every row, the best first.
  std::vector<RankedContent> contents;
  /// Rows with a score; rows without; and those among the latter whose score was NaN or infinite.
  std::uint64_t scored = 0;
  std::uint64_t unscored = 0;
  std::uint64_t rejected = 0;

  friend bool operator==(const EngagementRanking&, const EngagementRanking&) = default;
};

/// What the whole catalogue makes of one title's score, with an interval and a range of ranks.
struct ShrunkScore : ModelledScore {
  /// At the ranker's confidence; not cut off at the ends of whatever scale the score has.
  double lower = 0.0;
  double upper = 0.0;
  /// By `score`, from 1, and from which rank to which the title may belong: 1 + the titles whose interval
  /// lies wholly above its own, to the number of titles - those wholly below.
  std::uint64_t rank = 0;
  std::uint64_t best_rank = 0;
  std::uint64_t worst_rank = 0;

  friend bool operator==(const ShrunkScore&, const ShrunkScore&) = default;
};

struct ShrunkContent {
  /// Its index among the rows that were ranked.
  std::size_t row = 0;
  /// As observed.
  std::optional<double> score{};
  /// Absent without a score, without a sample, or without a model.
  std::optional<ShrunkScore> shrunk{};

  friend bool operator==(const ShrunkContent&, const ShrunkContent&) = default;
};

struct ShrunkRanking {
  /// Every row, the best first.
  std::vector<ShrunkContent> contents;
  /// Absent with fewer than four rows to learn from, if none of two sessions or more has a variance, and for
  /// scores too large to be squared.
  std::optional<CatalogueModel> model{};
  /// Rows whose score was NaN or infinite, or whose variance was that or below 0: what was, counts as absent.
  std::uint64_t rejected = 0;

  friend bool operator==(const ShrunkRanking&, const ShrunkRanking&) = default;
};

/// Whether one score is really above another.
struct ScoreComparison {
  /// no_data: one of the two is not known well enough. zero_variance: nothing varies. Both: all absent.
  TestStatus status = TestStatus::no_data;
  /// First - second, with its standard error and interval.
  std::optional<double> difference{};
  std::optional<double> standard_error{};
  std::optional<double> lower{};
  std::optional<double> upper{};
  /// That the first is above the second: Φ(difference / standard error). One minus the half of a two-sided p
  /// where the first is ahead.
  std::optional<double> probability_above{};

  friend bool operator==(const ScoreComparison&, const ScoreComparison&) = default;
};

namespace detail {

struct RowScore {
  double score;
  std::size_t row;
};

/// Descending; equal scores by content id, and rows of the same id as they came. Only runs of equal scores
/// touch the ids, which lie elsewhere in memory.
template <class Rows>
void sort_by_score(std::vector<RowScore>& scores, const Rows& rows) {
  const auto row = [&](const RowScore& entry) -> decltype(auto) {
    return std::ranges::begin(rows)[static_cast<std::ptrdiff_t>(entry.row)];
  };
  const auto comes_first = [&](const RowScore& a, const RowScore& b) {
    const auto& first = row(a);
    const auto& second = row(b);
    const int order = std::string_view(first.content_id).compare(std::string_view(second.content_id));
    return order != 0 ? order < 0 : a.row < b.row;
  };
  std::sort(scores.begin(), scores.end(),
            [](const RowScore& a, const RowScore& b) { return a.score > b.score; });
  for (auto first = scores.begin(); first != scores.end();) {
    const auto last =
        std::find_if(first, scores.end(), [&](const RowScore& x) { return x.score != first->score; });
    if (last - first > 1) std::sort(first, last, comes_first);
    first = last;
  }
}

inline ScoreComparison compare_difference(double difference, double variance, double critical) {
  if (!std::isfinite(difference) || !std::isfinite(variance)) return {};
  if (!(variance > 0.0)) return {TestStatus::zero_variance, {}, {}, {}, {}, {}};
  const double error = std::sqrt(variance);
  return {TestStatus::ok,
          difference,
          error,
          difference - critical * error,
          difference + critical * error,
          gaussian_below(difference / error)};
}

}  // namespace detail

/// Ranks the titles of a catalogue.
class ContentRanker {
 public:
  /// @param confidence of every interval, in (0, 1): others `invalid_argument`
  explicit ContentRanker(double confidence = 0.95) : confidence_(confidence) {
    detail::require(confidence > 0.0 && confidence < 1.0, ErrorCode::invalid_argument,
                    "ContentRanker: the confidence must lie in (0, 1)");
    critical_ = detail::gaussian_two_sided(1.0 - confidence);
  }

  [[nodiscard]] double confidence() const noexcept { return confidence_; }

  /// Rows by score, descending; equal scores by content id; rows without a score last, by content id. A score
  /// that is NaN or infinite counts as absent. It believes every score: a title that three people watched to
  /// the end wins. `rank_with_shrinkage` does not.
  /// O(n log n): a sort of n pairs of a score and an index.
  template <ScoredRows Rows>
  [[nodiscard]] EngagementRanking rank_by_engagement(const Rows& rows) const {
    EngagementRanking ranking;
    std::vector<detail::RowScore> scored;
    std::vector<detail::RowScore> unscored;
    scored.reserve(std::ranges::size(rows));
    std::size_t i = 0;
    for (const auto& row : rows) {
      const std::optional<double> score = row.score;
      const bool usable = score && std::isfinite(*score);
      ranking.rejected += score && !usable ? 1U : 0U;
      (usable ? scored : unscored).push_back({usable ? *score : 0.0, i++});
    }
    detail::sort_by_score(scored, rows);
    detail::sort_by_score(unscored, rows);
    ranking.scored = scored.size();
    ranking.unscored = unscored.size();
    ranking.contents.reserve(i);
    std::uint64_t rank = 0;
    for (const detail::RowScore& entry : scored) ranking.contents.push_back({entry.row, ++rank, entry.score});
    for (const detail::RowScore& entry : unscored) ranking.contents.push_back({entry.row, {}, {}});
    return ranking;
  }

  /// Rows by what the whole catalogue makes of their scores: each is drawn towards the catalogue's mean, the
  /// more so the smaller its sample, and every score and rank comes with an interval.
  ///
  /// The model and its sources stand at `CatalogueModel`. Where titles hardly differ, `between` far below
  /// within / n, its intervals still cover somewhat too little.
  ///
  /// Rank intervals follow from which intervals are disjoint: Klein, Wright and Wieczorek (2020),
  /// doi:10.1111/rssc.12402. Theirs hold for all titles at once if the intervals do, which takes a confidence
  /// of 1 - alpha / n; at the default they are each title's own.
  ///
  /// @return every row; behind those that can be judged, the others by content id
  /// O(n log n): three sorts of n numbers, and passes of O(n).
  template <SampledRows Rows>
  [[nodiscard]] ShrunkRanking rank_with_shrinkage(const Rows& rows) const {
    ShrunkRanking ranking;
    std::vector<detail::ScoreSample> samples;
    samples.reserve(std::ranges::size(rows));
    for (const auto& row : rows) samples.push_back(sample_of(row, ranking.rejected));
    ranking.model = detail::fit_catalogue(samples);
    std::vector<detail::RowScore> judged;
    std::vector<detail::RowScore> others;
    judged.reserve(samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const bool usable = ranking.model && samples[i].size > 0.0;
      const double score = usable ? detail::modelled(samples[i], *ranking.model).score : 0.0;
      (usable ? judged : others).push_back({score, i});
    }
    detail::sort_by_score(judged, rows);
    detail::sort_by_score(others, rows);
    ranking.contents.reserve(samples.size());
    for (const detail::RowScore& entry : judged) {
      const detail::ScoreSample& sample = samples[entry.row];
      ranking.contents.push_back({entry.row, sample.score, shrunk(sample, *ranking.model)});
    }
    rank_intervals(ranking.contents);
    for (const detail::RowScore& entry : others) {
      ranking.contents.push_back({entry.row, samples[entry.row].score, {}});
    }
    return ranking;
  }

  /// Whether title `a` is really above title `b`, by their own samples alone: both sizes at least 2, both
  /// variances known, else no_data. Small samples that happen to agree make it too sure; where there is a
  /// catalogue, compare in its ranking.
  template <SampledRow Row>
  [[nodiscard]] ScoreComparison compare(const Row& a, const Row& b) const {
    std::uint64_t rejected = 0;
    const detail::ScoreSample first = sample_of(a, rejected);
    const detail::ScoreSample second = sample_of(b, rejected);
    if (!first.score || !first.variance || !second.score || !second.variance) return {};
    return detail::compare_difference(*first.score - *second.score,
                                      *first.variance / first.size + *second.variance / second.size,
                                      critical_);
  }

  /// Whether the title at place `a` of a ranking (an index of `contents`) is really above the one at `b`, by
  /// the ranking's model, in the terms of `CatalogueModel`: the variance of their difference is
  /// between · ((1 - z_a) + (1 - z_b)) + (z_a - z_b)² / Σ w + (√v_a (y_a - mean) - √v_b (y_b - mean))².
  /// No data: one of the two was not judged. Throws `invalid_argument` for a place that the ranking does not
  /// have.
  [[nodiscard]] ScoreComparison compare(const ShrunkRanking& ranking, std::size_t a, std::size_t b) const {
    detail::require(a < ranking.contents.size() && b < ranking.contents.size(), ErrorCode::invalid_argument,
                    "ContentRanker::compare: no such place in the ranking");
    const std::optional<ShrunkScore>& first = ranking.contents[a].shrunk;
    const std::optional<ShrunkScore>& second = ranking.contents[b].shrunk;
    if (!first || !second || !ranking.model) return {};
    const double variance = detail::difference_variance(*first, *second, *ranking.model);
    return detail::compare_difference(first->score - second->score, variance, critical_);
  }

  friend bool operator==(const ContentRanker&, const ContentRanker&) = default;

 private:
  /// What a row teaches; a variance of fewer than two sessions is none.
  template <class Row>
  static detail::ScoreSample sample_of(const Row& row, std::uint64_t& rejected) {
    detail::ScoreSample sample{row.score, static_cast<double>(row.sample_size), row.variance};
    const bool no_score = sample.score && !std::isfinite(*sample.score);
    const bool no_variance = sample.variance && !(std::isfinite(*sample.variance) && *sample.variance >= 0.0);
    rejected += no_score || no_variance ? 1U : 0U;
    if (no_score) sample.score.reset();
    if (no_variance || sample.size < 2.0) sample.variance.reset();
    if (!sample.score) sample.size = 0.0;
    return sample;
  }

  [[nodiscard]] ShrunkScore shrunk(const detail::ScoreSample& sample, const CatalogueModel& model) const {
    ShrunkScore result{detail::modelled(sample, model)};
    result.lower = result.score - critical_ * result.standard_error;
    result.upper = result.score + critical_ * result.standard_error;
    return result;
  }

  /// Ranks of judged contents that are in their order already, and between which they may lie.
  static void rank_intervals(std::vector<ShrunkContent>& contents) {
    std::vector<double> lowers;
    std::vector<double> uppers;
    lowers.reserve(contents.size());
    uppers.reserve(contents.size());
    for (const ShrunkContent& content : contents) {
      lowers.push_back(content.shrunk->lower);
      uppers.push_back(content.shrunk->upper);
    }
    std::sort(lowers.begin(), lowers.end());
    std::sort(uppers.begin(), uppers.end());
    std::uint64_t rank = 0;
    for (ShrunkContent& content : contents) {
      ShrunkScore& shrunk = *content.shrunk;
      const auto above = lowers.end() - std::upper_bound(lowers.begin(), lowers.end(), shrunk.upper);
      const auto below = std::lower_bound(uppers.begin(), uppers.end(), shrunk.lower) - uppers.begin();
      shrunk.rank = ++rank;
      shrunk.best_rank = 1 + static_cast<std::uint64_t>(above);
      shrunk.worst_rank = contents.size() - static_cast<std::uint64_t>(below);
    }
  }

  double confidence_;
  double critical_ = 0.0;  // P(|Z| > critical) = 1 - confidence
};

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_RANKING_HPP
