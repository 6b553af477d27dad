// SPDX-License-Identifier: MIT
// Which titles of an event log engage best, and how much of that the log can decide.
//   catalogue LOG.ndjson
// Ends with 2 after a wrong command line and for a log that cannot be read or has no event, and says why in
// one line on standard error.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <viewership/format.hpp>
#include <viewership/io/ndjson.hpp>
#include <viewership/viewership.hpp>

using namespace viewership;

namespace {

using Scores = std::vector<ContentEngagementScore>;

/// Pairs of titles, and those of them of which one is above the other at the ranker's confidence.
struct Pairs {
  std::uint64_t all = 0;
  std::uint64_t decided = 0;

  void add(const ScoreComparison& comparison) {
    ++all;
    decided += comparison.status == TestStatus::ok && (*comparison.lower > 0.0 || *comparison.upper < 0.0);
  }
};

/// How many titles the model could judge; they come first in the ranking.
std::size_t count_judged(const ShrunkRanking& ranking) {
  std::size_t judged = 0;
  while (judged < ranking.contents.size() && ranking.contents[judged].shrunk) ++judged;
  return judged;
}

/// Each of n titles against each other: n² / 2 comparisons.
Pairs compare_all(const ContentRanker& ranker, const ShrunkRanking& ranking, std::size_t judged) {
  Pairs pairs;
  for (std::size_t a = 0; a < judged; ++a) {
    for (std::size_t b = a + 1; b < judged; ++b) pairs.add(ranker.compare(ranking, a, b));
  }
  return pairs;
}

/// How many titles may be the best for all that is known.
std::uint64_t count_possible_winners(const ShrunkRanking& ranking, std::size_t judged) {
  std::uint64_t winners = 0;
  for (std::size_t i = 0; i < judged; ++i) winners += ranking.contents[i].shrunk->best_rank == 1;
  return winners;
}

void say_what_is_decided(const ContentRanker& ranker, const ShrunkRanking& ranking, const Scores& scores) {
  if (!ranking.model) {
    fmt::print(
        "\nNothing can be decided: it takes four titles with a score, one of them with two sessions.\n");
    return;
  }
  const CatalogueModel& model = *ranking.model;
  const std::size_t judged = count_judged(ranking);
  const Pairs pairs = compare_all(ranker, ranking, judged);
  fmt::print("\n{}; {} more without a started session.\n", model, scores.size() - judged);
  fmt::print("At {} confidence, each comparison by itself:\n", Percent{ranker.confidence()});
  fmt::print("- {} of {} pairs of titles can be told apart ({}).\n", pairs.decided, pairs.all,
             Percent{static_cast<double>(pairs.decided) / static_cast<double>(pairs.all)});
  fmt::print("- {} of {} titles may be the best.\n", count_possible_winners(ranking, judged), judged);
  if (model.between > 0.0) {
    const std::size_t median = judged / 2;
    const ScoreComparison comparison = ranker.compare(ranking, 0, median);
    const auto id_at = [&](std::size_t place) -> const std::string& {
      return scores[ranking.contents[place].row].content_id;
    };
    fmt::print("- The best, {}, {} be told from the median title, {}:\n  {}.\n", id_at(0),
               comparison.lower.value_or(0.0) > 0.0 ? "can" : "cannot", id_at(median), comparison);
  } else {
    fmt::print(
        "- There is no best title: scores vary between titles no more than chance makes them, so that all\n"
        "  are judged alike, and listed by content id.\n");
  }
  if (model.typical_variance <= 0.0) return;
  // Of two titles alone, with n sessions each, the difference is known to 1.96 sqrt(2 within / n).
  constexpr double critical = 1.96;
  fmt::print(
      "- Two typical titles, of {:.0f} sessions each, show by themselves what differs by {:.3f} or more.\n",
      model.within / model.typical_variance, critical * std::sqrt(2.0 * model.typical_variance));
}

int run(const std::filesystem::path& path) {
  const NdjsonLog read = read_ndjson(path);
  if (read.log.empty()) {
    fmt::print(stderr, "catalogue: the log has no playback event\n");
    return 2;
  }
  const Scores scores = score_contents(read.log);
  const ContentRanker ranker;
  const ShrunkRanking ranking = ranker.rank_with_shrinkage(scores);
  fmt::print("{} events in {} sessions of {} titles\n\n", read.report.events, read.log.size(), scores.size());
  fmt::print("{}", RankingTable(ranking, scores));
  say_what_is_decided(ranker, ranking, scores);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || std::string_view(argv[1]).starts_with("--")) {
    fmt::print(stderr, "catalogue: usage: catalogue LOG.ndjson\n");
    return 2;
  }
  try {
    return run(argv[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "catalogue: {}\n", error.what());
    return 2;
  }
}
