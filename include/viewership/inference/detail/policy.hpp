// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_DETAIL_POLICY_HPP
#define VIEWERSHIP_INFERENCE_DETAIL_POLICY_HPP

/// @file
/// How Boost.Math is asked, decided once.

#include <boost/math/policies/policy.hpp>

namespace viewership::inline v0::detail {

namespace math_policy = boost::math::policies;

/// No exception leaves Boost.Math: what it cannot evaluate comes back as NaN or infinite, and callers keep
/// their arguments inside the domain. `double` is not promoted to `long double`, whose width differs by
/// platform: the same answer everywhere is worth more than the last bit on some.
using MathPolicy = math_policy::policy<
    math_policy::domain_error<math_policy::ignore_error>, math_policy::pole_error<math_policy::ignore_error>,
    math_policy::overflow_error<math_policy::ignore_error>,
    math_policy::underflow_error<math_policy::ignore_error>,
    math_policy::denorm_error<math_policy::ignore_error>,
    math_policy::evaluation_error<math_policy::ignore_error>,
    math_policy::rounding_error<math_policy::ignore_error>,
    math_policy::indeterminate_result_error<math_policy::ignore_error>, math_policy::promote_double<false>>;

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_POLICY_HPP
