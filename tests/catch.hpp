// SPDX-License-Identifier: MIT
// One include for Catch2 3 and for the 2.13 that Debian 12 has.
#ifndef VIEWERSHIP_TESTS_CATCH_HPP
#define VIEWERSHIP_TESTS_CATCH_HPP

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#else
#include <catch2/catch.hpp>
#endif

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

#endif  // VIEWERSHIP_TESTS_CATCH_HPP
