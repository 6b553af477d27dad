// SPDX-License-Identifier: MIT
// An experiment from its definition to its decision: create, assign, record, decide.
#include <cstddef>
#include <string>

#include <fmt/format.h>

#include <viewership/ab_testing.hpp>
#include <viewership/format.hpp>

int main() {
  using namespace viewership;

  ExperimentDefinition definition{.id = "thumbnail-2024-03"};
  definition.variants = {{.id = "control"}, {.id = "close-up"}, {.id = "text"}};
  definition.minimum_sample_size = 1'000;
  const Experiment experiment(definition);

  // The same viewer always gets the same variant, on every machine, and nothing is stored.
  for (const std::string viewer : {"viewer_17", "viewer_18", "viewer_19"}) {
    const Assignment assignment = assign_variant(experiment, viewer);
    fmt::print("{} sees {}\n", viewer, experiment.variants()[assignment.variant().value()].id);
  }

  // Every viewer comes once; of 20 viewers 2 click, of those who see the close-up 3.
  ExperimentResults results(experiment);
  for (std::size_t i = 0; i < 6'000; ++i) {
    const Assignment assignment = assign_variant(experiment, "viewer_" + std::to_string(i));
    const std::size_t variant = assignment.variant().value();
    results.record_impression(variant);
    const std::size_t clicking = experiment.variants()[variant].id == "close-up" ? 3 : 2;
    if (i % 20 < clicking) results.record_click(variant);
  }

  fmt::print("\n{}", results);
  fmt::print("close-up against control: {}\n",
             z_test(RateMetric::click_through().of(results.metrics("control")),
                    RateMetric::click_through().of(results.metrics("close-up"))));
  const WinnerResult result = winning_variant(results, RateMetric::click_through());
  fmt::print("{}\n", Verdict{result, results.variant_ids()});
}

// Prints:
// viewer_17 sees close-up
// viewer_18 sees text
// viewer_19 sees control
//
// variant           impressions  click-through   conversion   completion      watched
// control                  1972         9.58 %       0.00 %       0.00 %            -
// close-up                 1985        15.31 %       0.00 %       0.00 %            -
// text                     2043         9.94 %       0.00 %       0.00 %            -
// close-up against control: +5.73 points, z = 5.46, p < 0.0001
// close-up wins: it beats every other variant by more than chance explains
