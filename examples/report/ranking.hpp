// SPDX-License-Identifier: MIT
// The titles of the report beside each other.
#ifndef VIEWERSHIP_EXAMPLES_REPORT_RANKING_HPP
#define VIEWERSHIP_EXAMPLES_REPORT_RANKING_HPP

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "audience.hpp"

/// Every title's score, and where it puts the title: as it stands, and as the whole catalogue sees it.
struct CatalogueRanking {
  std::vector<viewership::ContentEngagementScore> scores;
  viewership::EngagementRanking as_scored;
  viewership::ShrunkRanking shrunk;
};

CatalogueRanking rank(const std::vector<ContentReport>& contents);

/// For people: the ranking by the model, or the plain one where there is no model.
void print_ranking(const CatalogueRanking& ranking);

/// For programs: a title's score, its components and its contributions.
nlohmann::ordered_json engagement_json(const viewership::ContentEngagementScore& score);

/// For programs: every title, in the order that people see.
nlohmann::ordered_json ranking_json(const CatalogueRanking& ranking);

#endif  // VIEWERSHIP_EXAMPLES_REPORT_RANKING_HPP
