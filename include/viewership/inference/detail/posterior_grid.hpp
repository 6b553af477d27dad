// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_DETAIL_POSTERIOR_GRID_HPP
#define VIEWERSHIP_INFERENCE_DETAIL_POSTERIOR_GRID_HPP

/// @file
/// Integrals over the joint distribution of several independent beta variables, by quadrature where they
/// live.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <viewership/inference/detail/beta_density.hpp>
#include <viewership/inference/detail/quadrature.hpp>

namespace viewership::inline v0::detail {

/// Panels on the logit scale on which every density is smooth enough for 15 Gauss nodes, with the mass of
/// each variable to the left and to the right of every panel's edges. All sums are of positive terms, so that
/// tiny probabilities keep their digits.
///
/// Coordinates are relative to the mode of the narrowest variable: those of 10^12 counts differ by less than
/// the last digits of an absolute one.
class PosteriorGrid {
 public:
  static constexpr std::size_t nodes_per_panel = 15;

  /// Density, mass to the left and mass to the right of one variable, at the nodes of one panel.
  struct Values {
    std::array<double, nodes_per_panel> density{};
    std::array<double, nodes_per_panel> below{};
    std::array<double, nodes_per_panel> above{};
  };

  /// Of at least one variable. The panels cover where some density is within e^-depth of its peak.
  PosteriorGrid(const std::vector<LogitBeta>& variables, double depth)
      : origin_(*std::ranges::max_element(variables, {},
                                          [](const LogitBeta& v) { return v.curvature(0.0, 0.0); })) {
    variables_.reserve(variables.size());
    double from = std::numeric_limits<double>::infinity();
    double to = -from;
    for (const LogitBeta& beta : variables) {
      const double mode = beta.mode_beyond(origin_);
      from = (std::min)(from, mode - distance_to_depth(beta, depth, -1.0));
      to = (std::max)(to, mode + distance_to_depth(beta, depth, 1.0));
      variables_.push_back({beta,
                            mode,
                            mode - distance_to_depth(beta, underflow_depth, -1.0),
                            mode + distance_to_depth(beta, underflow_depth, 1.0),
                            0,
                            {},
                            {}});
    }
    place_edges(from, to);
    for (Variable& variable : variables_) accumulate(variable);
  }

  [[nodiscard]] std::size_t panels() const noexcept { return edges_.size() - 1; }
  [[nodiscard]] double node(std::size_t panel, std::size_t i) const {
    return 0.5 * (from(panel) + to(panel)) + half_width(panel) * gauss_rule<nodes_per_panel>().nodes[i];
  }
  [[nodiscard]] double weight(std::size_t panel, std::size_t i) const {
    return half_width(panel) * gauss_rule<nodes_per_panel>().weights[i];
  }

  /// dx/dt = x(1 - x) at a coordinate.
  [[nodiscard]] double jacobian(double t) const { return origin_.x(t) * origin_.one_minus_x(t); }

  void evaluate(std::size_t variable, std::size_t panel, Values& values) const {
    const Variable& v = variables_[variable];
    if (!v.lives_on(panel)) {
      values.density.fill(0.0);
      values.below.fill(v.below_edge(panel));
      values.above.fill(v.above_edge(panel));
      return;
    }
    // Between neighbouring nodes, and to the edges: a short way each, for which 7 nodes are plenty.
    const auto density = [&](double t) { return v.density(t); };
    std::array<double, nodes_per_panel + 1> piece{};
    double left = from(panel);
    for (std::size_t i = 0; i <= nodes_per_panel; ++i) {
      const double right = i < nodes_per_panel ? node(panel, i) : to(panel);
      piece[i] = integrate<7>(density, left, right);
      left = right;
    }
    double below = v.below_edge(panel);
    double above = v.above_edge(panel + 1);
    for (std::size_t i = 0; i < nodes_per_panel; ++i) {
      const std::size_t mirrored = nodes_per_panel - 1 - i;
      values.density[i] = v.density(node(panel, i));
      values.below[i] = below += piece[i];
      values.above[mirrored] = above += piece[mirrored + 1];
    }
  }

 private:
  [[nodiscard]] double from(std::size_t panel) const { return edges_[panel]; }
  [[nodiscard]] double to(std::size_t panel) const { return edges_[panel + 1]; }
  [[nodiscard]] double half_width(std::size_t panel) const { return 0.5 * (to(panel) - from(panel)); }

  static constexpr double underflow_depth = 745.0;  // e^-745 is 0

  struct Variable {
    LogitBeta beta;
    double mode;
    double first_t, last_t;                     // beyond them the density is 0
    std::size_t first_panel;                    // of those it lives on
    std::vector<double> left_mass, right_mass;  // at the edges of those

    [[nodiscard]] double density(double t) const { return beta.density(t - mode); }
    [[nodiscard]] std::size_t end_panel() const { return first_panel + left_mass.size() - 1; }
    [[nodiscard]] bool lives_on(std::size_t panel) const {
      return first_panel <= panel && panel < end_panel();
    }
    [[nodiscard]] double below_edge(std::size_t edge) const {
      return edge <= first_panel   ? 0.0
             : edge >= end_panel() ? left_mass.back()
                                   : left_mass[edge - first_panel];
    }
    [[nodiscard]] double above_edge(std::size_t edge) const {
      return edge <= first_panel   ? right_mass.front()
             : edge >= end_panel() ? 0.0
                                   : right_mass[edge - first_panel];
    }
  };

  /// How far from its mode, towards `sign`, the density has fallen by e^-depth; a little more.
  static double distance_to_depth(const LogitBeta& beta, double depth, double sign) {
    const auto fallen = [&](double distance) { return beta.log_peak() - beta.log_density(sign * distance); };
    double outside = 1.0 / std::sqrt(beta.curvature(0.0, 0.0));
    while (fallen(outside) < depth) outside *= 2.0;
    double inside = 0.0;
    while (outside - inside > 0.05 * outside) {
      const double middle = 0.5 * (inside + outside);
      (fallen(middle) < depth ? inside : outside) = middle;
    }
    return outside;
  }

  /// Edges at every mode and end, and between them so close that no density changes by more than about e^8
  /// over a panel, is curved by more than two standard deviations of a normal one, or comes near its complex
  /// singularities at logit ± iπ.
  void place_edges(double from, double to) {
    std::vector<double> stops{to};
    for (const Variable& v : variables_) {
      for (const double stop : {v.first_t, v.mode, v.last_t}) {
        if (from < stop && stop < to) stops.push_back(stop);
      }
    }
    std::sort(stops.begin(), stops.end());
    const double logit_zero = std::log(origin_.beta() / origin_.alpha());
    edges_.push_back(from);
    for (const double stop : stops) {
      while (edges_.back() < stop) {
        const double t = edges_.back();
        double width = 1.0 + 0.5 * std::abs(t - logit_zero);
        for (const Variable& v : variables_) {
          if (t < v.first_t || t >= v.last_t) continue;
          const double w = t - v.mode;
          width = (std::min)(width, 8.0 / std::abs(v.beta.slope(w)));
          while (v.beta.curvature(w, w + width) * width * width > 4.0) width *= 0.5;
        }
        // No sliver at the end, and always ahead.
        const double next = t + width;
        edges_.push_back(next > t && stop - t > 1.25 * width ? next : stop);
      }
    }
  }

  void accumulate(Variable& v) {
    const auto first = std::upper_bound(edges_.begin(), edges_.end(), v.first_t);
    const auto last = std::lower_bound(edges_.begin(), edges_.end(), v.last_t);
    const auto index = [&](auto edge) { return static_cast<std::size_t>(edge - edges_.begin()); };
    v.first_panel = first == edges_.begin() ? 0 : index(first) - 1;
    const std::size_t end = last == edges_.end() ? panels() : index(last);
    std::vector<double> mass;
    for (std::size_t panel = v.first_panel; panel < end; ++panel) {
      mass.push_back(
          integrate<nodes_per_panel>([&](double t) { return v.density(t); }, from(panel), to(panel)));
    }
    v.left_mass.assign(mass.size() + 1, 0.0);
    v.right_mass.assign(mass.size() + 1, 0.0);
    for (std::size_t i = 0; i < mass.size(); ++i) {
      const std::size_t mirrored = mass.size() - 1 - i;
      v.left_mass[i + 1] = v.left_mass[i] + mass[i];
      v.right_mass[mirrored] = v.right_mass[mirrored + 1] + mass[mirrored];
    }
  }

  LogitBeta origin_;
  std::vector<Variable> variables_;
  std::vector<double> edges_;
};

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_POSTERIOR_GRID_HPP
