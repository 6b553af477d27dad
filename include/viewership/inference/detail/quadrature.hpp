// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_DETAIL_QUADRATURE_HPP
#define VIEWERSHIP_INFERENCE_DETAIL_QUADRATURE_HPP

/// @file
/// Gauss-Legendre rules as nodes and weights, for integrals that share their function's values.

#include <array>
#include <boost/math/quadrature/gauss.hpp>
#include <cstddef>

namespace viewership::inline v0::detail {

/// Nodes in ascending order, and their weights.
template <std::size_t Count>
struct QuadratureRule {
  std::array<double, Count> nodes{};
  std::array<double, Count> weights{};
};

/// The rule of `Count` nodes on [-1, 1]; 7, 10, 15, 20, 25 and 30 are tabulated.
template <std::size_t Count>
[[nodiscard]] const QuadratureRule<Count>& gauss_rule() {
  static const QuadratureRule<Count> rule = [] {
    using Gauss = boost::math::quadrature::gauss<double, Count>;  // keeps the nodes from 0 on
    QuadratureRule<Count> whole;
    const std::size_t kept = Gauss::abscissa().size();
    for (std::size_t i = 0; i < kept; ++i) {
      const std::size_t right = Count - kept + i;
      const std::size_t left = kept - 1 - i;
      whole.nodes[left] = -Gauss::abscissa()[i];
      whole.nodes[right] = Gauss::abscissa()[i];
      whole.weights[left] = whole.weights[right] = Gauss::weights()[i];
    }
    return whole;
  }();
  return rule;
}

/// ∫ f over [from, to] by a rule of `Count` nodes.
template <std::size_t Count, class F>
[[nodiscard]] double integrate(const F& f, double from, double to) {
  const QuadratureRule<Count>& rule = gauss_rule<Count>();
  const double centre = 0.5 * (from + to);
  const double half = 0.5 * (to - from);
  double sum = 0.0;
  for (std::size_t i = 0; i < Count; ++i) sum += rule.weights[i] * f(centre + half * rule.nodes[i]);
  return sum * half;
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_QUADRATURE_HPP
