// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_TESTS_FUZZ_HPP
#define VIEWERSHIP_TESTS_FUZZ_HPP

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// What a fuzzer calls with bytes of its own, and `replay_corpus.cpp` with those of files.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// Ends the program with what is wrong: a fuzzer then keeps the input.
inline void must_hold(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

#endif  // VIEWERSHIP_TESTS_FUZZ_HPP
