// SPDX-License-Identifier: MIT
#include <viewership/error.hpp>  // first: it must stand alone

#include <stdexcept>

#include "catch.hpp"

using namespace viewership;

TEST_CASE("an AnalyticsError carries its code and its message") {
  try {
    detail::raise(ErrorCode::mixed_contents, "compute_retention: sessions of several contents");
    FAIL("raise returned");
  } catch (const AnalyticsError& e) {
    CHECK(e.code() == ErrorCode::mixed_contents);
    CHECK(std::string(e.what()) == "compute_retention: sessions of several contents");
  }
}

TEST_CASE("require raises only when its condition does not hold") {
  CHECK_NOTHROW(detail::require(true, ErrorCode::invalid_argument, "f: x"));
  CHECK_THROWS_AS(detail::require(false, ErrorCode::invalid_argument, "f: x"), std::runtime_error);
}
