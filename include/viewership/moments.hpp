// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_MOMENTS_HPP
#define VIEWERSHIP_MOMENTS_HPP

/// @file
/// Mean and variance in one pass.

#include <cmath>
#include <cstdint>
#include <optional>

#include <viewership/accumulator.hpp>
#include <viewership/error.hpp>

namespace viewership::inline v0 {

/// The largest magnitude that a value may have: the squares of 2^64 of them still add up to a finite number.
inline constexpr double max_moments_value = 1e140;

/// What a `Moments` knows.
struct MomentsResult {
  std::uint64_t count = 0;
  /// Values that were NaN or beyond ±`max_moments_value`, and left out.
  std::uint64_t rejected = 0;
  /// Absent for no value.
  std::optional<double> mean{};
  /// Sample variance, with denominator count - 1; absent for fewer than two values.
  std::optional<double> variance{};

  friend bool operator==(const MomentsResult&, const MomentsResult&) = default;
};

/// Count, mean and sample variance of real values.
///
/// Never sums of squares, which lose everything to cancellation where the mean is large against the spread.
/// Source: Welford (1962), doi:10.1080/00401706.1962.10490022; merging: Chan, Golub and LeVeque (1983),
/// doi:10.1080/00031305.1983.10483115.
class Moments {
 public:
  /// The identity of `merge`.
  Moments() = default;

  /// The state after `count` values of that mean and sample variance, for callers who kept only a summary.
  /// A variance of fewer than two values is ignored. Throws `invalid_argument` for a mean beyond
  /// ±`max_moments_value` or a variance that no values within it have, NaN included.
  [[nodiscard]] static Moments of(std::uint64_t count, double mean, double variance) {
    constexpr double most = 4 * max_moments_value * max_moments_value;
    detail::require(std::abs(mean) <= max_moments_value && variance >= 0 && variance <= most,
                    ErrorCode::invalid_argument, "Moments::of: a mean or variance that cannot be one");
    Moments moments;
    moments.count_ = count;
    if (count > 0) moments.mean_ = mean;
    if (count > 1) moments.squares_ = variance * static_cast<double>(count - 1);
    return moments;
  }

  /// NaN and values beyond ±`max_moments_value` are counted as rejected and change nothing else. O(1).
  void add(double value) {
    if (!(std::abs(value) <= max_moments_value)) {
      ++rejected_;
      return;
    }
    ++count_;
    const double from_old_mean = value - mean_;
    mean_ += from_old_mean / static_cast<double>(count_);
    squares_ += from_old_mean * (value - mean_);
  }

  void merge(const Moments& other) {
    const Moments added = other;  // other may be this
    rejected_ += added.rejected_;
    if (added.count_ == 0) return;
    if (count_ == 0) {
      mean_ = added.mean_;
    } else {
      const double apart = added.mean_ - mean_;
      const auto total = static_cast<double>(count_ + added.count_);
      const double share = static_cast<double>(added.count_) / total;
      mean_ += apart * share;
      squares_ += apart * apart * share * static_cast<double>(count_);
    }
    squares_ += added.squares_;
    count_ += added.count_;
  }

  [[nodiscard]] MomentsResult result() const {
    MomentsResult result{count_, rejected_, {}, {}};
    if (count_ > 0) result.mean = mean_;
    if (count_ > 1) result.variance = squares_ / static_cast<double>(count_ - 1);
    return result;
  }

  friend bool operator==(const Moments&, const Moments&) = default;

 private:
  std::uint64_t count_ = 0;
  std::uint64_t rejected_ = 0;
  double mean_ = 0.0;
  double squares_ = 0.0;  // sum of squared distances from the mean
};

static_assert(AccumulatorFor<Moments, double>);

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_MOMENTS_HPP
