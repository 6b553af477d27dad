// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_BIVARIATE_MOMENTS_HPP
#define VIEWERSHIP_BIVARIATE_MOMENTS_HPP

/// @file
/// Means, variances and covariance of pairs in one pass.

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include <viewership/accumulator.hpp>
#include <viewership/moments.hpp>

namespace viewership::inline v0 {

struct BivariateSample {
  double x = 0.0;
  double y = 0.0;

  friend bool operator==(const BivariateSample&, const BivariateSample&) = default;
};

/// What a `BivariateMoments` knows.
struct BivariateMomentsResult {
  std::uint64_t count = 0;
  /// Pairs with a value that was NaN or beyond ±`max_moments_value`, and left out.
  std::uint64_t rejected = 0;
  /// Absent for no pair.
  std::optional<double> mean_x{};
  std::optional<double> mean_y{};
  /// Sample variances and covariance, with denominator count - 1; absent for fewer than two pairs.
  std::optional<double> variance_x{};
  std::optional<double> variance_y{};
  std::optional<double> covariance{};

  /// The sample variance of y - slope x, from the line through the moments: variance_y - 2 slope covariance +
  /// slope^2 variance_x. Where that is below what rounding leaves of its terms, it is 0: y is on the line.
  /// Absent for fewer than two pairs, or where it is no finite number.
  [[nodiscard]] std::optional<double> variance_about(double slope) const {
    if (!covariance) return std::nullopt;
    const double terms = *variance_y + slope * slope * *variance_x;
    const double variance = terms - 2.0 * slope * *covariance;
    if (!std::isfinite(variance)) return std::nullopt;
    return variance <= 8.0 * std::numeric_limits<double>::epsilon() * terms ? 0.0 : variance;
  }

  friend bool operator==(const BivariateMomentsResult&, const BivariateMomentsResult&) = default;
};

/// Count, means, sample variances and sample covariance of pairs of real values; never sums of products, as
/// in `Moments`.
///
/// Source: as `Moments`; the covariance likewise, Bennett et al. (2009), doi:10.1109/CLUSTR.2009.5289161.
class BivariateMoments {
 public:
  /// The identity of `merge`.
  BivariateMoments() = default;

  /// A pair of which either value is NaN or beyond ±`max_moments_value` is counted as rejected and changes
  /// nothing else. O(1).
  void add(const BivariateSample& sample) {
    if (!(std::abs(sample.x) <= max_moments_value && std::abs(sample.y) <= max_moments_value)) {
      ++rejected_;
      return;
    }
    const double from_old_mean = sample.x - mean(x_);
    x_.add(sample.x);
    y_.add(sample.y);
    products_ += from_old_mean * (sample.y - mean(y_));
  }

  void merge(const BivariateMoments& other) {
    const BivariateMoments added = other;  // other may be this
    const auto own = static_cast<double>(x_.result().count);
    const auto added_count = static_cast<double>(added.x_.result().count);
    rejected_ += added.rejected_;
    if (added_count == 0.0) return;
    if (own > 0.0) {
      products_ += (mean(added.x_) - mean(x_)) * (mean(added.y_) - mean(y_)) *
                   (added_count / (own + added_count)) * own;
    }
    products_ += added.products_;
    x_.merge(added.x_);
    y_.merge(added.y_);
  }

  [[nodiscard]] BivariateMomentsResult result() const {
    const MomentsResult x = x_.result();
    const MomentsResult y = y_.result();
    BivariateMomentsResult result{x.count, rejected_, x.mean, y.mean, x.variance, y.variance, {}};
    if (x.count > 1) result.covariance = products_ / static_cast<double>(x.count - 1);
    return result;
  }

  friend bool operator==(const BivariateMoments&, const BivariateMoments&) = default;

 private:
  static double mean(const Moments& moments) { return moments.result().mean.value_or(0.0); }

  Moments x_;  // of the same pairs as y_
  Moments y_;
  std::uint64_t rejected_ = 0;
  double products_ = 0.0;  // sum of products of distances from the means
};

static_assert(AccumulatorFor<BivariateMoments, BivariateSample>);

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_BIVARIATE_MOMENTS_HPP
