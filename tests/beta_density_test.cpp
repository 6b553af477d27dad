// SPDX-License-Identifier: MIT
#include <viewership/inference/detail/beta_density.hpp>  // first: it must stand alone

#include <boost/math/distributions/beta.hpp>
#include <vector>
#include <viewership/inference/detail/posterior_grid.hpp>

#include "catch.hpp"

using namespace viewership::detail;

TEST_CASE("the density on the logit scale is Boost's beta density times x(1 - x)") {
  for (const double alpha : {0.5, 1.0, 3.0, 40.0, 2'000.0}) {
    for (const double beta : {0.5, 1.0, 7.0, 300.0}) {
      const LogitBeta density(alpha, beta);
      CHECK_THAT(density.mean(), WithinRel(alpha / (alpha + beta), 1e-15));
      for (const double w : {-6.0, -1.0, -0.3, -1e-3, 0.0, 0.02, 0.4, 2.0, 6.0}) {
        const double x = density.x(w);
        const double y = density.one_minus_x(w);
        CAPTURE(alpha, beta, w);
        CHECK_THAT(x + y, WithinRel(1.0, 1e-14));
        CHECK_THAT(std::log(x / y) - std::log(alpha / beta), WithinAbs(w, 1e-13));
        // Boost itself is good to some 1e-12 here.
        const double expected = x < y ? boost::math::pdf(boost::math::beta_distribution<>(alpha, beta), x)
                                      : boost::math::pdf(boost::math::beta_distribution<>(beta, alpha), y);
        if (expected > 1e-290) CHECK_THAT(density.density(w), WithinRel(expected * x * y, 1e-11));
      }
    }
  }
}

TEST_CASE("slope and curvature are the derivatives of the density's logarithm") {
  for (const auto& [alpha, beta] : {std::pair{3.0, 8.0}, {0.5, 90.0}, {1'000.0, 2.0}}) {
    const LogitBeta density(alpha, beta);
    for (const double w : {-2.0, -0.1, 0.0, 0.5, 3.0}) {
      const double h = 1e-4;
      const double difference = density.log_density(w + h) - density.log_density(w - h);
      CHECK_THAT(density.slope(w), WithinAbs(difference / (2 * h), 1e-5 * (alpha + beta)));
      const double bend = density.slope(w - h) - density.slope(w + h);
      CHECK_THAT(density.curvature(w, w), WithinAbs(bend / (2 * h), 1e-5 * (alpha + beta)));
    }
    // The most curved point, x = 1/2, lies between.
    CHECK_THAT(density.curvature(-50, 50), WithinRel((alpha + beta) / 4, 1e-12));
  }
}

TEST_CASE("all mass is found, from nearly improper priors to 10^15 counts") {
  const std::vector<std::pair<double, double>> parameters{{1e-3, 1e-3}, {1e-3, 1e15}, {0.5, 0.5},
                                                          {1, 1},       {1, 1e12},    {40, 60},
                                                          {1e12, 1},    {5e10, 1e12}, {1e15, 1e15}};
  for (const auto& [alpha, beta] : parameters) {
    CAPTURE(alpha, beta);
    const PosteriorGrid grid({LogitBeta(alpha, beta)}, 700.0);
    PosteriorGrid::Values values;
    double mass = 0.0, mean = 0.0;
    for (std::size_t panel = 0; panel < grid.panels(); ++panel) {
      grid.evaluate(0, panel, values);
      for (std::size_t i = 0; i < PosteriorGrid::nodes_per_panel; ++i) {
        mass += grid.weight(panel, i) * values.density[i];
        mean +=
            grid.weight(panel, i) * values.above[i] * grid.jacobian(grid.node(panel, i));  // ∫ P(X > x) dx
      }
    }
    CHECK_THAT(mass, WithinRel(1.0, 1e-13));
    // Below the first panel P(X > x) is 1, which matters where the panels do not begin near 0.
    if (alpha <= 1.0) CHECK_THAT(mean, WithinRel(alpha / (alpha + beta), 1e-12));
    CHECK(grid.panels() < 1'000);
  }
}

TEST_CASE("masses on either side of a node add up to one") {
  const std::vector<LogitBeta> variables{{3, 9}, {400, 600}, {1e12, 3e12}, {1, 1e9}};
  const PosteriorGrid grid(variables, 40.0);
  PosteriorGrid::Values values;
  for (std::size_t variable = 0; variable < variables.size(); ++variable) {
    for (std::size_t panel = 0; panel < grid.panels(); ++panel) {
      grid.evaluate(variable, panel, values);
      for (std::size_t i = 0; i < PosteriorGrid::nodes_per_panel; ++i) {
        REQUIRE_THAT(values.below[i] + values.above[i], WithinAbs(1.0, 2e-10));  // 1e-10: 10^12 counts
      }
    }
  }
}
