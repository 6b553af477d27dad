// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_FORMAT_ENGAGEMENT_HPP
#define VIEWERSHIP_FORMAT_ENGAGEMENT_HPP

/// @file
/// Formatters of engagement scores and of rankings.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <optional>
#include <ranges>
#include <string_view>

#include <viewership/engagement.hpp>
#include <viewership/format/text.hpp>
#include <viewership/proportion.hpp>
#include <viewership/ranking.hpp>

namespace viewership::inline v0 {

/// A ranking and the rows that it ranks, to be shown as a table of at most `most` lines. It refers to both,
/// which must live as long.
template <class Ranking, ScoredRows Rows>
class RankingTable {
 public:
  RankingTable(const Ranking& ranking, const Rows& rows,
               std::size_t most = (std::numeric_limits<std::size_t>::max)())
      : ranking_(&ranking), rows_(&rows), most_(most) {}

  [[nodiscard]] const Ranking& ranking() const noexcept { return *ranking_; }
  [[nodiscard]] std::size_t most() const noexcept { return most_; }
  /// The content id of a row that was ranked.
  [[nodiscard]] std::string_view content_id(std::size_t row) const {
    return std::ranges::begin(*rows_)[static_cast<std::ptrdiff_t>(row)].content_id;
  }

 private:
  const Ranking* ranking_;
  const Rows* rows_;
  std::size_t most_;
};

namespace detail {

/// A number with three decimals; a dash if absent.
struct Decimal {
  std::optional<double> value{};
};
inline void write_text(TextBuffer& text, const Decimal& decimal) {
  if (decimal.value) {
    put(text, "{:.3f}", *decimal.value);
  } else {
    put(text, "-");
  }
}

/// Components in one line, the absent ones with a dash.
inline void write_text(TextBuffer& text, const EngagementComponents& c) {
  put(text, "watch time {}, completion {}, social {}, rewatch {}, forward-seek penalty {}",
      Percent{c.watch_time}, Percent{c.completion}, Percent{c.social}, Percent{c.rewatch},
      Percent{c.forward_seek_penalty});
}

/// Contributions as a sum: "0.283 watch time + 0.167 completion - 0.052 forward-seek penalty"; what adds
/// nothing is left out.
inline void write_text(TextBuffer& text, const EngagementContributions& contributions) {
  struct Part {
    double adds;
    std::string_view name;
  };
  const std::array<Part, 6> parts{{{contributions.watch_time, "watch time"},
                                   {contributions.completion, "completion"},
                                   {contributions.social, "social"},
                                   {contributions.rewatch, "rewatch"},
                                   {contributions.forward_seek_penalty, "forward-seek penalty"},
                                   {contributions.clamping, "clamping"}}};
  bool is_first = true;
  for (const Part& part : parts) {
    if (part.adds == 0.0) continue;
    const char* sign = part.adds < 0.0 ? "- " : "+ ";
    put(text, "{}{}{:.3f} {}", is_first ? "" : " ", is_first && part.adds > 0.0 ? "" : sign,
        std::abs(part.adds), part.name);
    is_first = false;
  }
  if (is_first) put(text, "0");
}

/// A score and what it is the sum of.
inline void write_text(TextBuffer& text, const EngagementScore& score) {
  if (score.score) {
    put(text, "{} = {}", Decimal{score.score}, score.contributions);
  } else {
    put(text, "no score");
  }
}

/// A content's score with its standard error and sample, and what it is the sum of.
inline void write_text(TextBuffer& text, const ContentEngagementScore& score) {
  put(text, "{}: ", score.content_id);
  if (score.score) {
    std::optional<double> error;
    if (score.variance) error = std::sqrt(*score.variance / static_cast<double>(score.sample_size));
    put(text, "{} (standard error {}, sessions {}) = {}", Decimal{score.score}, Decimal{error},
        score.sample_size, score.contributions);
  } else {
    put(text, "no score");
  }
}

/// What a catalogue says about scores, its variances as standard deviations.
inline void write_text(TextBuffer& text, const CatalogueModel& model) {
  put(text, "{:.0f} titles around {}, standard deviation {} between them and {} between sessions of one",
      model.titles, Decimal{model.mean}, Decimal{std::sqrt(model.between)}, Decimal{std::sqrt(model.within)});
}

/// A title's score as the catalogue sees it: "0.512 (0.409 to 0.615), rank 3 (1 to 9)".
inline void write_text(TextBuffer& text, const ShrunkScore& shrunk) {
  put(text, "{} ({} to {}), rank {} ({} to {})", Decimal{shrunk.score}, Decimal{shrunk.lower},
      Decimal{shrunk.upper}, shrunk.rank, shrunk.best_rank, shrunk.worst_rank);
}

/// A comparison as "0.125 (-0.031 to 0.281), above with probability 94.2 %", or why there is none.
inline void write_text(TextBuffer& text, const ScoreComparison& comparison) {
  if (comparison.status == TestStatus::ok) {
    put(text, "{} ({} to {}), above with probability {}", Decimal{comparison.difference},
        Decimal{comparison.lower}, Decimal{comparison.upper}, Percent{comparison.probability_above});
  } else {
    put(text, "{}", comparison.status == TestStatus::zero_variance ? "nothing varies" : "too little data");
  }
}

/// How many lines were left out, if any.
inline void write_rest(TextBuffer& text, std::size_t rows, std::size_t shown) {
  if (rows > shown) put(text, "{:>6}  and {} more\n", "", rows - shown);
}

/// Rank, score and content id, a row a line.
template <class Rows>
void write_text(TextBuffer& text, const RankingTable<EngagementRanking, Rows>& table) {
  const auto& contents = table.ranking().contents;
  const std::size_t shown = (std::min)(contents.size(), table.most());
  put(text, "{:>6}  {:>7}  {}\n", "rank", "score", "content");
  for (std::size_t i = 0; i < shown; ++i) {
    const RankedContent& content = contents[i];
    put(text, "{:>6}  {:>7}  {}\n", content.rank ? fmt::to_string(*content.rank) : "-",
        Decimal{content.score}, table.content_id(content.row));
  }
  write_rest(text, contents.size(), shown);
}

/// Rank and between which ranks, shrunken score and its interval, the score as observed, and content id.
template <class Rows>
void write_text(TextBuffer& text, const RankingTable<ShrunkRanking, Rows>& table) {
  const auto& contents = table.ranking().contents;
  const std::size_t shown = (std::min)(contents.size(), table.most());
  put(text, "{:>6} {:>15}  {:>7} {:>16}  {:>8}  {}\n", "rank", "(from to)", "score", "(from to)", "observed",
      "content");
  for (std::size_t i = 0; i < shown; ++i) {
    const ShrunkContent& content = contents[i];
    if (const std::optional<ShrunkScore>& s = content.shrunk) {
      put(text, "{:>6} {:>15}  {:>7} {:>16}", s->rank, fmt::format("({} to {})", s->best_rank, s->worst_rank),
          Decimal{s->score}, fmt::format("({} to {})", Decimal{s->lower}, Decimal{s->upper}));
    } else {
      put(text, "{:>6} {:>15}  {:>7} {:>16}", "-", "", "-", "");
    }
    put(text, "  {:>8}  {}\n", Decimal{content.score}, table.content_id(content.row));
  }
  write_rest(text, contents.size(), shown);
}

}  // namespace detail
}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_FORMAT_ENGAGEMENT_HPP
