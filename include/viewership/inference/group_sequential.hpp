// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_GROUP_SEQUENTIAL_HPP
#define VIEWERSHIP_INFERENCE_GROUP_SEQUENTIAL_HPP

/// @file
/// A few looks at an experiment, planned in advance: how far from 0 a z-statistic must be at each of them for
/// all of them together to keep alpha.
///
/// The statistic of look k is any that is asymptotically normal with independent increments of its score: the
/// z-test of two rates or means over all data so far. Information is what share of the planned observations
/// has been seen. Looks at any time, as often as one likes: see `sequential.hpp`.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

#include <viewership/error.hpp>
#include <viewership/inference/confidence.hpp>
#include <viewership/inference/detail/normal.hpp>
#include <viewership/inference/detail/quadrature.hpp>
#include <viewership/inference/detail/root.hpp>

namespace viewership::inline v0 {

// ------------------------------------------------------------------------------------------------------------
// options

/// In which direction a test may reject.
enum class Sides : std::uint8_t {
  one,  ///< where z >= critical; alpha is that of this one side
  two   ///< where |z| >= critical; alpha is that of both sides together
};

/// The classical boundaries.
enum class BoundaryShape : std::uint8_t {
  obrien_fleming,  ///< critical z of look k of K: C·sqrt(K/k); strict early, near the fixed test at the end
  pocock           ///< the same critical z at every look
};

/// How alpha is spent as information t comes in, per side; A is the alpha of one side.
enum class SpendingFunction : std::uint8_t {
  obrien_fleming,  ///< 2·(1 - Φ(z_{A/2} / sqrt(t)))
  pocock,          ///< A·ln(1 + (e - 1)·t)
  power            ///< A·t^exponent
};

struct GroupSequentialOptions {
  /// alpha = 1 - level: of the side, or of both together, as `sides` says.
  ConfidenceLevel confidence{};
  Sides sides = Sides::two;
  /// Of `SpendingFunction::power`; above 0, at most 100. 1 spends evenly, 3 is close to O'Brien-Fleming.
  double exponent = 2.0;

  friend bool operator==(const GroupSequentialOptions&, const GroupSequentialOptions&) = default;
};

/// A look a day for a year; what looks more often is better served by `AlwaysValidTest`.
inline constexpr std::size_t max_group_sequential_looks = 365;

// ------------------------------------------------------------------------------------------------------------
// results

/// What one look is held against.
struct GroupSequentialLook {
  /// The share of the planned information at this look.
  double information = 0.0;
  /// Reject at z >= critical_z, or |z| >= critical_z; infinite where there is nothing to spend yet.
  double critical_z = 0.0;
  /// The p-value that z = critical_z has by itself, of as many sides as the test.
  double nominal_p = 0.0;
  /// The probability, without a difference, of having rejected at this look or before; of all sides together.
  double alpha_spent = 0.0;

  friend bool operator==(const GroupSequentialLook&, const GroupSequentialLook&) = default;
};

namespace detail {

/// The distribution of the score B(t), a Brownian motion without drift, among those that have not left the
/// boundaries so far: the recursion of Armitage, McPherson and Rowe.
class ContinuingScore {
 public:
  /// Nothing of probability below `negligible` matters.
  ContinuingScore(Sides sides, double negligible)
      : sides_(sides), farthest_z_(-normal_quantile((std::max)(negligible, 1e-300))) {}

  /// The probability of leaving at information `t` and not before if the critical value there is `z`.
  [[nodiscard]] double exit_probability(double t, double z) const {
    if (!started_) return sides() * normal_upper_tail(z);
    const double boundary = z * std::sqrt(t);
    const double sd = std::sqrt(t - information_);
    double sum = 0.0;
    for (const Node& node : nodes_) {
      double beyond = normal_upper_tail((boundary - node.score) / sd);
      if (sides_ == Sides::two) beyond += normal_upper_tail((boundary + node.score) / sd);
      sum += node.mass * beyond;
    }
    return sum;
  }

  /// Goes to information `t` with critical value `z` there; `next_t` is that of the look after it.
  void advance(double t, double z, double next_t) {
    const double root_t = std::sqrt(t);
    const double upper = (std::min)(z, farthest_z_) * root_t;
    const double lower = sides_ == Sides::two ? -upper : -farthest_z_ * root_t;
    const double sd = std::sqrt(t - information_);
    std::vector<Node> next;
    if (lower < upper) {
      // Both what made this density and what is made of it are Gaussians of these widths: 15 nodes on three
      // of the narrower one integrate their product to 1e-15.
      constexpr std::size_t rule_size = 15;
      const double widest = 3.0 * (std::min)(sd, std::sqrt(next_t - t));
      const auto panels = static_cast<std::size_t>(std::ceil((upper - lower) / widest));
      const double half = 0.5 * (upper - lower) / static_cast<double>(panels);
      const QuadratureRule<rule_size>& rule = gauss_rule<rule_size>();
      next.reserve(panels * rule_size);
      for (std::size_t panel = 0; panel < panels; ++panel) {
        const double centre = lower + half * static_cast<double>(2 * panel + 1);
        for (std::size_t i = 0; i < rule_size; ++i) {
          const double score = centre + half * rule.nodes[i];
          next.push_back({score, half * rule.weights[i] * density(score, sd)});
        }
      }
    }
    nodes_ = std::move(next);
    information_ = t;
    started_ = true;
  }

  [[nodiscard]] double sides() const noexcept { return sides_ == Sides::two ? 2.0 : 1.0; }

 private:
  struct Node {
    double score;
    double mass;
  };

  /// Of the score after an increment of standard deviation `sd`.
  [[nodiscard]] double density(double score, double sd) const {
    if (!started_) return normal_density(score / sd) / sd;
    const double reach = farthest_z_ * sd;
    const auto first = std::ranges::lower_bound(nodes_, score - reach, {}, &Node::score);
    double sum = 0.0;
    for (auto node = first; node != nodes_.end() && node->score <= score + reach; ++node) {
      const double step = (score - node->score) / sd;
      sum += node->mass * std::exp(-0.5 * step * step);
    }
    return sum * normal_density(0.0) / sd;
  }

  Sides sides_;
  double farthest_z_;
  bool started_ = false;
  double information_ = 0.0;
  std::vector<Node> nodes_;
};

/// The critical value at information `t` that leaves with probability `alpha`.
inline double critical_for(const ContinuingScore& score, double t, double alpha) {
  if (!(alpha > 0.0)) return std::numeric_limits<double>::infinity();
  // Without the looks before it, it would be higher.
  const double highest = -normal_quantile(alpha / score.sides());
  const auto missing = [&](double z) {
    return std::log((std::max)(score.exit_probability(t, z), (std::numeric_limits<double>::min)()) / alpha);
  };
  double lowest = highest;
  while (lowest > -40.0 && missing(lowest) < 0.0) lowest -= 0.5;
  return root_between(missing, lowest, highest);
}

/// The boundary that spends `spent`, cumulative, at `information`; both ascend.
inline std::vector<GroupSequentialLook> boundaries_spending(std::span<const double> information,
                                                            std::span<const double> spent, Sides sides) {
  std::vector<double> increments;
  double least = 1.0;
  for (std::size_t k = 0; k < spent.size(); ++k) {
    increments.push_back(k == 0 ? spent[k] : spent[k] - spent[k - 1]);
    if (increments[k] > 0.0) least = (std::min)(least, increments[k]);
  }
  ContinuingScore score(sides, 1e-13 * least);
  std::vector<GroupSequentialLook> looks;
  for (std::size_t k = 0; k < information.size(); ++k) {
    const double t = information[k];
    const double z = critical_for(score, t, increments[k]);
    const GroupSequentialLook look{t, z, score.sides() * normal_upper_tail(z), spent[k]};
    looks.push_back(look);
    if (k + 1 < information.size()) score.advance(t, z, information[k + 1]);
  }
  return looks;
}

inline void require_number_of_looks(std::size_t looks, const char* message) {
  require(looks >= 1 && looks <= max_group_sequential_looks, ErrorCode::invalid_argument, message);
}

}  // namespace detail

// ------------------------------------------------------------------------------------------------------------
// free functions

/// The alpha that a spending function has spent by information `t`, of all sides together: for a two-sided
/// test twice what each side spends of its half.
///
/// @param t share of the planned information, in [0, 1]
/// Throws `invalid_argument` for a t or an exponent outside its domain. O(1).
/// Source: Lan and DeMets (1983), doi:10.1093/biomet/70.3.659; Kim and DeMets (1987),
/// doi:10.1093/biomet/74.1.149.
[[nodiscard]] inline double alpha_spent(SpendingFunction spending, double t,
                                        const GroupSequentialOptions& options = {}) {
  detail::require(t >= 0.0 && t <= 1.0, ErrorCode::invalid_argument, "alpha_spent: t must lie in [0, 1]");
  detail::require(options.exponent > 0.0 && options.exponent <= 100.0, ErrorCode::invalid_argument,
                  "alpha_spent: the exponent must lie in (0, 100]");
  const double alpha = options.confidence.alpha();
  switch (spending) {
    case SpendingFunction::pocock:
      return alpha * std::log1p((std::numbers::e - 1.0) * t);
    case SpendingFunction::power:
      return alpha * std::pow(t, options.exponent);
    case SpendingFunction::obrien_fleming:
      break;
  }
  if (t == 0.0) return 0.0;
  const double sides = options.sides == Sides::two ? 2.0 : 1.0;
  const double z = -detail::normal_quantile(0.5 * alpha / sides);
  return sides * 2.0 * detail::normal_upper_tail(z / std::sqrt(t));
}

/// The boundary of Lan and DeMets at given looks. That of a look does not depend on those after it, so it can
/// be asked for look by look as the data come in, each time with all looks so far.
///
/// @param information of the looks: 1 to 365 shares in (0, 1] that ascend, each by at least 1/10000 of
/// itself;
///        the last need not be 1. Others: `invalid_argument`
/// @return one entry for each look. Critical values are exact to 1e-9 for alpha above 1e-100.
/// Complexity: for K evenly spaced looks O(K^1.5) exponentials, some 1 ms for 10 and 1 s for 365.
/// Source: Lan and DeMets (1983), doi:10.1093/biomet/70.3.659; recursion of Armitage, McPherson and Rowe
/// (1969), doi:10.2307/2343787.
[[nodiscard]] inline std::vector<GroupSequentialLook> spending_boundaries(
    SpendingFunction spending, std::span<const double> information,
    const GroupSequentialOptions& options = {}) {
  detail::require_number_of_looks(information.size(), "spending_boundaries: wants 1 to 365 looks");
  std::vector<double> spent;
  double previous = 0.0;
  for (const double t : information) {
    detail::require(
        t > 0.0 && t <= 1.0 && t - previous >= 1e-4 * t, ErrorCode::invalid_argument,
        "spending_boundaries: information must ascend in (0, 1], each by at least 1/10000 of itself");
    previous = t;
    spent.push_back(alpha_spent(spending, t, options));
  }
  return detail::boundaries_spending(information, spent, options.sides);
}

/// A classical boundary, for evenly spaced looks that are all planned and all made. O'Brien-Fleming: critical
/// z of look k of K is C·sqrt(K/k); Pocock: C at every look; C such that all looks together reject with
/// probability alpha.
///
/// @param looks 1 to 365, the last at full information; others: `invalid_argument`
/// Complexity: ten times that of `spending_boundaries`.
/// Source: O'Brien and Fleming (1979), doi:10.2307/2530245; Pocock (1977), doi:10.1093/biomet/64.2.191;
/// Jennison and Turnbull (2000), tables 2.1 and 2.3.
[[nodiscard]] inline std::vector<GroupSequentialLook> classical_boundaries(
    BoundaryShape shape, std::size_t looks, const GroupSequentialOptions& options = {}) {
  detail::require_number_of_looks(looks, "classical_boundaries: wants 1 to 365 looks");
  const double alpha = options.confidence.alpha();
  const auto all_looks = static_cast<double>(looks);
  const auto boundary_at = [&](double constant) {
    detail::ContinuingScore score(options.sides, 1e-20 * alpha);
    std::vector<GroupSequentialLook> boundary;
    double spent = 0.0;
    for (std::size_t k = 1; k <= looks; ++k) {
      const double t = static_cast<double>(k) / all_looks;
      const double z = shape == BoundaryShape::pocock ? constant : constant / std::sqrt(t);
      spent += score.exit_probability(t, z);
      const GroupSequentialLook look{t, z, score.sides() * detail::normal_upper_tail(z), spent};
      boundary.push_back(look);
      if (k < looks) score.advance(t, z, static_cast<double>(k + 1) / all_looks);
    }
    return boundary;
  };
  // Between one look's worth and Bonferroni's.
  const double sides = options.sides == Sides::two ? 2.0 : 1.0;
  const double constant = detail::root_between(
      [&](double c) { return std::log(boundary_at(c).back().alpha_spent / alpha); },
      -detail::normal_quantile(alpha / sides), -detail::normal_quantile(alpha / (sides * all_looks)));
  return boundary_at(constant);
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_GROUP_SEQUENTIAL_HPP
