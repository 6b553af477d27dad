// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_DETAIL_STUDENT_T_HPP
#define VIEWERSHIP_INFERENCE_DETAIL_STUDENT_T_HPP

/// @file
/// Student's t distribution, for any real degrees of freedom above 0.

#include <boost/math/distributions/complement.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include <viewership/inference/confidence.hpp>
#include <viewership/inference/detail/beta.hpp>
#include <viewership/inference/detail/policy.hpp>

namespace viewership::inline v0::detail {

using StudentT = boost::math::students_t_distribution<double, MathPolicy>;

/// P(|T| > |t|).
[[nodiscard]] inline double student_t_two_sided(double t, double degrees_of_freedom) {
  return 2.0 * boost::math::cdf(boost::math::complement(StudentT(degrees_of_freedom), std::abs(t)));
}

/// The logarithm of P(|T| > |t|), also where the probability is no `double` any more.
[[nodiscard]] inline double ln_student_t_two_sided(double t, double degrees_of_freedom) {
  const double probability = student_t_two_sided(t, degrees_of_freedom);
  if (probability > 1e-200 || std::isinf(t)) return std::log(probability);
  // P(|T| > |t|) = P(Beta(dof / 2, 1 / 2) <= dof / (dof + t^2)).
  const double ratio = t / degrees_of_freedom * t;
  return beta_tail(0.5 * degrees_of_freedom, 0.5, {1.0 / (1.0 + ratio), 1.0 / (1.0 + 1.0 / ratio)})
      .ln_probability;
}

/// The t with P(|T| > t) = alpha; infinite where it is no `double` any more.
[[nodiscard]] inline double student_t_critical(ConfidenceLevel confidence, double degrees_of_freedom) {
  const double t =
      boost::math::quantile(boost::math::complement(StudentT(degrees_of_freedom), 0.5 * confidence.alpha()));
  if (t >= 0.0 && std::isfinite(t)) return t;
  // Boost's overflows below alpha = 1e-150 or so, to either infinity.
  const Share p = beta_quantile(0.5 * degrees_of_freedom, 0.5, confidence.alpha());
  return std::sqrt(degrees_of_freedom) * std::sqrt(p.complement / p.value);
}

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_STUDENT_T_HPP
