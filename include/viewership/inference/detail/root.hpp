// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_DETAIL_ROOT_HPP
#define VIEWERSHIP_INFERENCE_DETAIL_ROOT_HPP

/// @file
/// Roots of continuous functions between two points of different sign.

#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <utility>

#include <viewership/inference/detail/policy.hpp>

namespace viewership::inline v0::detail {

/// Where the continuous `f` crosses 0 between `from` and `to`, at which its signs differ or one of which is a
/// root: to about two ulp, or to what 200 evaluations give. Without a change of sign: the end that is nearer
/// to 0 of the two.
template <class F>
[[nodiscard]] double root_between(const F& f, double from, double to) {
  if (to < from) std::swap(from, to);
  const double at_from = f(from);
  const double at_to = f(to);
  if (at_from == 0.0) return from;
  if (at_to == 0.0) return to;
  if ((at_from < 0.0) == (at_to < 0.0)) return std::abs(at_from) < std::abs(at_to) ? from : to;
  std::uintmax_t evaluations = 200;
  const auto [a, b] = boost::math::tools::toms748_solve(
      f, from, to, at_from, at_to, boost::math::tools::eps_tolerance<double>(52), evaluations, MathPolicy{});
  return 0.5 * (a + b);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_ROOT_HPP
