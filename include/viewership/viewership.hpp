// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_VIEWERSHIP_HPP
#define VIEWERSHIP_VIEWERSHIP_HPP

/// @file
/// Everything that needs only a C++20 standard library. Left out, because each costs a dependency:
/// `format.hpp` (fmt), `io/ndjson.hpp` (simdjson).

#include <viewership/accumulator.hpp>
#include <viewership/error.hpp>
#include <viewership/version.hpp>

#endif  // VIEWERSHIP_VIEWERSHIP_HPP
