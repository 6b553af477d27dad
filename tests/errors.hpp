// SPDX-License-Identifier: MIT
// What a caller's mistake looks like to the caller.
#ifndef VIEWERSHIP_TESTS_ERRORS_HPP
#define VIEWERSHIP_TESTS_ERRORS_HPP

#include <string>

#include <viewership/error.hpp>

#include "catch.hpp"

/// The code of the error that `f` throws; it must throw one, whose message begins with `function` and a
/// colon.
template <class F>
viewership::ErrorCode code_of(const F& f, const std::string& function = {}) {
  try {
    f();
  } catch (const viewership::AnalyticsError& error) {
    CHECK(std::string(error.what()).rfind(function, 0) == 0);
    return error.code();
  }
  FAIL("nothing was thrown");
  return {};
}

#endif  // VIEWERSHIP_TESTS_ERRORS_HPP
