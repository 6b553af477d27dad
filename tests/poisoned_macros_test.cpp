// SPDX-License-Identifier: MIT
// Platform headers define macros under common names (windows.h: min, max, small; sys/types.h: major, minor;
// others: check, verify). Ours must not care. The standard library's headers come first, as they do not have
// to bear this.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>
#include <ranges>
#include <ratio>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#define POISON static_assert(false, "a poisoned macro was used")
#define min(...) POISON
#define max(...) POISON
#define small POISON
#define major(...) POISON
#define minor(...) POISON
#define check(...) POISON
#define verify(...) POISON
#define assert(...) POISON
#define Assert(...) POISON
#define interface POISON
#define near POISON
#define far POISON
#define unix 1
#define linux 1

#include <viewership/viewership.hpp>

#undef min
#undef max
#undef small
#undef major
#undef minor
#undef check
#undef verify
#undef assert
#undef Assert
#undef interface
#undef near
#undef far
#undef unix
#undef linux

#include "catch.hpp"
#include "random_sessions.hpp"

TEST_CASE("the headers work under poisoned macros") {
  using namespace std::chrono_literals;
  CHECK(viewership::analyze_session(watching(0, 30), 60s).completion == 0.5);
}
