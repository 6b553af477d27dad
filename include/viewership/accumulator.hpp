// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_ACCUMULATOR_HPP
#define VIEWERSHIP_ACCUMULATOR_HPP

/// @file
/// The one shape that every statistic of the library has, so that a batch, a stream, threads and a cluster
/// are the same code.

#include <concepts>

namespace viewership::inline v0 {

/// A value-type state over which a statistic of `Sample`s is computed in one pass, part by part.
///
/// Laws, tested for every model by `tests/laws.hpp`: a default-constructed state is the identity of `merge`;
/// `merge` is associative and commutative; after `a.merge(b)` the result is the same as if `a` had been fed
/// all samples of `b` (counts exactly, reals to 1e-12 relative); merging a state with itself is defined;
/// `result()` does not change the state.
template <class A, class Sample>
concept AccumulatorFor = std::regular<A> && requires(A a, const A& other, const Sample& sample) {
  { a.add(sample) } -> std::same_as<void>;
  { a.merge(other) } -> std::same_as<void>;
  other.result();
};

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_ACCUMULATOR_HPP
