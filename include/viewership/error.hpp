// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_ERROR_HPP
#define VIEWERSHIP_ERROR_HPP

/// @file
/// The one exception of the library: a caller's mistake. Dirty data never throw (they are repaired and
/// counted), and data that do not determine an answer come back as an empty `std::optional`.

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace viewership::inline v0 {

/// What kind of mistake an `AnalyticsError` reports.
enum class ErrorCode : std::uint8_t {
  invalid_argument,    ///< an argument outside its documented domain
  invalid_experiment,  ///< an experiment without variants, with duplicate ids or unusable weights
  unknown_variant,     ///< a variant id that the experiment does not have
  unknown_duration,    ///< the question needs the content's duration and nothing tells it
  mixed_contents,      ///< sessions of several titles in a function about one title
  grid_too_large,      ///< a grid of more than 2^20 cells or points
  incompatible_merge,  ///< two states of different configuration
  io_error,            ///< a file that cannot be read
  malformed_input,     ///< input refused in strict mode
};

/// The name of every code, in the order of the enumerators.
inline constexpr std::array<std::string_view, 9> error_code_names{
    "invalid_argument", "invalid_experiment", "unknown_variant", "unknown_duration", "mixed_contents",
    "grid_too_large",   "incompatible_merge", "io_error",        "malformed_input"};

/// Thrown for a caller's mistake. `what()` starts with the name of the function that refused.
class AnalyticsError : public std::runtime_error {
 public:
  AnalyticsError(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

namespace detail {

/// The only place that throws, kept out of line so that callers stay small.
[[noreturn]]
#if defined(__GNUC__)
__attribute__((cold, noinline))
#endif
inline void
raise(ErrorCode code, const std::string& message) {
  throw AnalyticsError(code, message);
}

/// Raises unless `holds`. `message` is a literal; a message that must be built belongs behind an `if` of its
/// own.
inline void require(bool holds, ErrorCode code, const char* message) {
  if (!holds) [[unlikely]] {
    raise(code, message);
  }
}

}  // namespace detail
}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_ERROR_HPP
