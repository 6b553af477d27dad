// SPDX-License-Identifier: MIT
// With what a function refuses.
#ifndef VIEWERSHIP_TESTS_ERROR_CODE_OF_HPP
#define VIEWERSHIP_TESTS_ERROR_CODE_OF_HPP

#include <viewership/error.hpp>

#include "catch.hpp"

/// The code of the `AnalyticsError` that `f()` throws; a failure of the test if it throws none.
template <class F>
viewership::ErrorCode code_of(const F& f) {
  try {
    f();
  } catch (const viewership::AnalyticsError& error) {
    return error.code();
  }
  FAIL("nothing was thrown");
  return {};
}

#endif  // VIEWERSHIP_TESTS_ERROR_CODE_OF_HPP
