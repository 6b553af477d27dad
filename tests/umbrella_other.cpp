// SPDX-License-Identifier: MIT
// The second translation unit of umbrella_test: everything is included twice in one program.
#include <viewership/viewership.hpp>

#include <vector>

std::vector<double> figures_of_the_other_unit(const std::vector<viewership::ViewerSession>& sessions);

std::vector<double> figures_of_the_other_unit(const std::vector<viewership::ViewerSession>& sessions) {
  using namespace std::chrono_literals;
  const auto curve = viewership::compute_retention(sessions, 60s, 3);
  const auto heat = viewership::attention_heatmap(sessions, 60s, 30s);
  viewership::SessionTotals totals(60s);
  viewership::analyze(sessions, totals);
  viewership::SessionLogBuilder builder;
  for (const viewership::ViewerSession& session : sessions) builder.add(session);
  (void)builder.finish();
  return {*curve.points[2].retention, heat.buckets[1].intensity, *totals.result().completion_rate};
}
