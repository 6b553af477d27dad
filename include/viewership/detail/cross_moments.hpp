// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_CROSS_MOMENTS_HPP
#define VIEWERSHIP_DETAIL_CROSS_MOMENTS_HPP

/// @file
/// How small whole numbers vary together.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace viewership::inline v0::detail {

/// Sums and sums of products of N whole numbers that are observed together. Integers, so merging is exact,
/// and nothing is lost to cancellation: values of at most 2^16 cannot overflow below 2^32 observations.
template <std::size_t N>
class CrossMoments {
 public:
  using Values = std::array<std::uint64_t, N>;

  void add(const Values& values) noexcept {
    ++count_;
    std::size_t product = 0;
    for (std::size_t i = 0; i < N; ++i) {
      sums_[i] += values[i];
      for (std::size_t j = 0; j <= i; ++j) products_[product++] += values[i] * values[j];
    }
  }

  void merge(const CrossMoments& other) noexcept {
    count_ += other.count_;
    for (std::size_t i = 0; i < N; ++i) sums_[i] += other.sums_[i];
    for (std::size_t i = 0; i < products_.size(); ++i) products_[i] += other.products_[i];
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t sum(std::size_t i) const noexcept { return sums_[i]; }

  /// Sample variance of Σ coefficient_i · value_i, for a count of at least 2.
  [[nodiscard]] double variance_of(const std::array<double, N>& coefficients) const noexcept {
    const auto n = static_cast<double>(count_);
    double variance = 0.0;
    std::size_t product = 0;
    for (std::size_t i = 0; i < N; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        const double about_mean = static_cast<double>(products_[product++]) -
                                  static_cast<double>(sums_[i]) * static_cast<double>(sums_[j]) / n;
        const double twice = i == j ? 1.0 : 2.0;
        variance += twice * coefficients[i] * coefficients[j] * about_mean / (n - 1.0);
      }
    }
    return (std::max)(variance, 0.0);
  }

  friend bool operator==(const CrossMoments&, const CrossMoments&) = default;

 private:
  std::uint64_t count_ = 0;
  Values sums_{};
  std::array<std::uint64_t, N*(N + 1) / 2> products_{};
};

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_CROSS_MOMENTS_HPP
