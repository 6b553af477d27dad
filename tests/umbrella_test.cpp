// SPDX-License-Identifier: MIT
#include <viewership/viewership.hpp>  // first: it must stand alone

#include "catch.hpp"
#include "random_sessions.hpp"

using namespace viewership;
using namespace std::chrono_literals;

// umbrella_other.cpp
std::vector<double> figures_of_the_other_unit(const std::vector<ViewerSession>& sessions);

TEST_CASE("two translation units that include everything link, and say the same") {
  const std::vector<ViewerSession> sessions{watching(0, 60), watching(0, 30)};
  const RetentionCurve curve = compute_retention(sessions, 60s, 3);
  const AttentionHeatmap heat = attention_heatmap(sessions, 60s, 30s);
  SessionTotals totals(60s);
  analyze(sessions, totals);
  CHECK(figures_of_the_other_unit(sessions) == std::vector<double>{*curve.points[2].retention,
                                                                   heat.buckets[1].intensity,
                                                                   *totals.result().completion_rate});
  CHECK(curve.points[2].retention == 0.5);
}
