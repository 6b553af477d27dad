// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_CONFIDENCE_HPP
#define VIEWERSHIP_INFERENCE_CONFIDENCE_HPP

/// @file
/// How sure an interval is meant to be, and the interval.

#include <viewership/error.hpp>

namespace viewership::inline v0 {

/// A confidence level in (0, 1) that was checked once, 0.95 by default. It keeps alpha = 1 - level, so that
/// levels close to 1 lose nothing.
class ConfidenceLevel {
 public:
  constexpr ConfidenceLevel() = default;

  /// Throws `invalid_argument` unless 0 < level < 1 and 1 - level is above 0 (NaN is neither).
  explicit ConfidenceLevel(double level) : ConfidenceLevel(of_alpha(1.0 - level)) {}

  /// The level 1 - alpha. Throws `invalid_argument` unless 0 < alpha < 1.
  [[nodiscard]] static ConfidenceLevel of_alpha(double alpha) {
    detail::require(alpha > 0.0 && alpha < 1.0, ErrorCode::invalid_argument,
                    "ConfidenceLevel: a level must lie in (0, 1)");
    ConfidenceLevel level;
    level.alpha_ = alpha;
    return level;
  }

  [[nodiscard]] constexpr double alpha() const noexcept { return alpha_; }
  [[nodiscard]] constexpr double level() const noexcept { return 1.0 - alpha_; }

  friend bool operator==(const ConfidenceLevel&, const ConfidenceLevel&) = default;

 private:
  double alpha_ = 0.05;
};

/// All values from `lower` to `upper`, both included; either may be infinite.
struct Interval {
  double lower = 0.0;
  double upper = 0.0;

  [[nodiscard]] constexpr bool contains(double value) const noexcept {
    return lower <= value && value <= upper;
  }
  friend bool operator==(const Interval&, const Interval&) = default;
};

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_INFERENCE_CONFIDENCE_HPP
