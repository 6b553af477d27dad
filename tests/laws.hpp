// SPDX-License-Identifier: MIT
// The laws of every accumulator, stated once.
#ifndef VIEWERSHIP_TESTS_LAWS_HPP
#define VIEWERSHIP_TESTS_LAWS_HPP

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <type_traits>
#include <vector>

#include <viewership/accumulator.hpp>

#include "catch.hpp"
#include "random_sessions.hpp"

/// Whether two reals agree to 1e-12 relative to the larger.
inline bool nearly_equal(double a, double b) {
  return a == b || std::abs(a - b) <= 1e-12 * (std::max)(std::abs(a), std::abs(b));
}
inline bool nearly_equal(std::optional<double> a, std::optional<double> b) {
  return a.has_value() == b.has_value() && (!a || nearly_equal(*a, *b));
}

/// Checks the laws of `AccumulatorFor` on the states that `fresh()` makes and the given samples: identity (of
/// a fresh and of a default-constructed state, on both sides), associativity, commutativity, every partition
/// merged is one pass, self-merge is feeding twice, and asking changes nothing. `same` compares two results;
/// exact by default.
template <class Fresh, class Sample, class Same = std::equal_to<>>
void check_accumulator_laws(const Fresh& fresh, const std::vector<Sample>& samples, const Same& same = {}) {
  using State = std::remove_cvref_t<decltype(fresh())>;
  static_assert(viewership::AccumulatorFor<State, Sample>);

  const auto fed = [&](std::size_t from, std::size_t to) {
    State state = fresh();
    for (std::size_t i = from; i < to; ++i) state.add(samples[i]);
    return state;
  };
  const auto merged = [](State a, const State& b) {
    a.merge(b);
    return a;
  };
  const std::size_t n = samples.size();
  const State all = fed(0, n);
  const auto expected = all.result();

  SECTION("asking changes nothing") {
    const State before = all;
    CHECK(same(all.result(), expected));
    CHECK(all == before);
  }
  SECTION("a fresh state and a default-constructed one are the identity on both sides") {
    CHECK(same(merged(all, fresh()).result(), expected));
    CHECK(same(merged(fresh(), all).result(), expected));
    CHECK(same(merged(all, State{}).result(), expected));
    CHECK(same(merged(State{}, all).result(), expected));
    CHECK(merged(State{}, State{}) == State{});
  }
  SECTION("merging is commutative and associative") {
    const State a = fed(0, n / 3), b = fed(n / 3, n / 2), c = fed(n / 2, n);
    CHECK(same(merged(a, b).result(), merged(b, a).result()));
    CHECK(same(merged(merged(a, b), c).result(), expected));
    CHECK(same(merged(a, merged(b, c)).result(), expected));
    CHECK(same(merged(c, merged(b, a)).result(), expected));
  }
  SECTION("any partition, merged in any order, is one pass") {
    Random random(17);
    for (int round = 0; round < 20; ++round) {
      std::vector<State> parts(1 + random.below(6), fresh());
      for (const Sample& sample : samples) parts[random.below(parts.size())].add(sample);
      while (parts.size() > 1) {
        const std::size_t from = random.below(parts.size());
        const State part = parts[from];
        parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(from));
        parts[random.below(parts.size())].merge(part);
      }
      CHECK(same(parts.front().result(), expected));
    }
  }
  SECTION("merging a state with itself is feeding it twice") {
    State twice = all;
    for (const Sample& sample : samples) twice.add(sample);
    State doubled = all;
    const State& itself = doubled;
    doubled.merge(itself);
    CHECK(same(doubled.result(), twice.result()));
  }
}

#endif  // VIEWERSHIP_TESTS_LAWS_HPP
