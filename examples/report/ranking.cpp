// SPDX-License-Identifier: MIT
#include "ranking.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <viewership/format.hpp>

using namespace viewership;
using Json = nlohmann::ordered_json;

namespace {

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json shrunk_json(const std::optional<ShrunkScore>& shrunk) {
  if (!shrunk) return nullptr;
  return {{"score", shrunk->score}, {"lower", shrunk->lower},         {"upper", shrunk->upper},
          {"rank", shrunk->rank},   {"best_rank", shrunk->best_rank}, {"worst_rank", shrunk->worst_rank}};
}

}  // namespace

CatalogueRanking rank(const std::vector<ContentReport>& contents) {
  CatalogueRanking ranking;
  ranking.scores.reserve(contents.size());
  for (const ContentReport& content : contents) ranking.scores.push_back(content.engagement);
  const ContentRanker ranker;
  ranking.as_scored = ranker.rank_by_engagement(ranking.scores);
  ranking.shrunk = ranker.rank_with_shrinkage(ranking.scores);
  return ranking;
}

void print_ranking(const CatalogueRanking& ranking) {
  if (ranking.shrunk.model) {
    fmt::print("\nengagement: {}\n\n{}", *ranking.shrunk.model, RankingTable(ranking.shrunk, ranking.scores));
  } else {
    fmt::print("\nengagement, as scored: too little to say how sure that is\n\n{}",
               RankingTable(ranking.as_scored, ranking.scores));
  }
}

Json engagement_json(const ContentEngagementScore& score) {
  const EngagementComponents& of = score.components;
  const EngagementContributions& adds = score.contributions;
  return {{"score", or_null(score.score)},
          {"components",
           {{"watch_time", or_null(of.watch_time)},
            {"completion", or_null(of.completion)},
            {"social", or_null(of.social)},
            {"rewatch", or_null(of.rewatch)},
            {"forward_seek_penalty", or_null(of.forward_seek_penalty)}}},
          {"contributions",
           {{"watch_time", adds.watch_time},
            {"completion", adds.completion},
            {"social", adds.social},
            {"rewatch", adds.rewatch},
            {"forward_seek_penalty", adds.forward_seek_penalty},
            {"clamping", adds.clamping}}}};
}

Json ranking_json(const CatalogueRanking& ranking) {
  std::vector<std::optional<std::uint64_t>> ranks(ranking.scores.size());
  for (const RankedContent& content : ranking.as_scored.contents) ranks[content.row] = content.rank;
  Json titles = Json::array();
  const auto add = [&](std::size_t row, const std::optional<ShrunkScore>& shrunk) {
    titles.push_back({{"content_id", ranking.scores[row].content_id},
                      {"rank", or_null(ranks[row])},
                      {"score", or_null(ranking.scores[row].score)},
                      {"shrunk", shrunk_json(shrunk)}});
  };
  if (ranking.shrunk.model) {
    for (const ShrunkContent& content : ranking.shrunk.contents) add(content.row, content.shrunk);
  } else {
    for (const RankedContent& content : ranking.as_scored.contents) add(content.row, {});
  }
  return titles;
}
