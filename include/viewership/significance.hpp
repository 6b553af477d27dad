// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_SIGNIFICANCE_HPP
#define VIEWERSHIP_SIGNIFICANCE_HPP

/// @file
/// Whether two rates differ by more than chance.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>

#include <viewership/detail/gaussian.hpp>
#include <viewership/detail/normal_tail.hpp>
#include <viewership/detail/wide_integer.hpp>
#include <viewership/error.hpp>
#include <viewership/proportion.hpp>

namespace viewership::inline v0 {

/// Two rates compared: a is the control, b the treatment.
struct ZTest {
  TestStatus status = TestStatus::no_data;
  /// p_b - p_a.
  std::optional<double> difference{};
  /// Above 0: b has the higher rate.
  std::optional<double> z{};
  /// Two-sided. 0 only where the true value is below the least number there is; `ln_p` goes on.
  std::optional<double> p{};
  std::optional<double> ln_p{};

  friend bool operator==(const ZTest&, const ZTest&) = default;
};

namespace detail {

inline void require_alpha(double alpha, const char* message) {
  require(alpha > 0.0 && alpha < 1.0, ErrorCode::invalid_argument, message);  // NaN is neither
}

/// What follows from z, and from the least cell that a table without a difference would have.
[[nodiscard]] inline ZTest z_test_of(double difference, double z, double least_expected) {
  return {least_expected < 5.0 ? TestStatus::small_expected : TestStatus::ok, difference, z,
          gaussian_outside(z), ln_erfc(std::abs(z) / std::numbers::sqrt2)};
}

[[nodiscard]] inline ZTest z_test_without_answer(TestStatus status) {
  return {status, {}, {}, {}, {}};
}

}  // namespace detail

/// The z-test of two proportions with a pooled standard error, two-sided, without continuity correction:
///
///     z = (p_b - p_a) / sqrt(p (1 - p) (1/n_a + 1/n_b)), p = (x_a + x_b) / (n_a + n_b); p-value erfc(|z| /
///     sqrt 2)
///
/// evaluated as z = (x_b n_a - x_a n_b) sqrt((n_a + n_b) / (n_a n_b (x_a + x_b) (n_a + n_b - x_a - x_b)))
/// with the numerator and the sums in integers of 128 bits: no count of 64 bits loses anything to
/// cancellation.
///
/// Without an answer: `invalid_counts` for more successes than trials, `no_data` for no trial on one side,
/// `zero_variance` for no success at all or no failure at all. `small_expected`: an answer, but the least
/// expected cell is below 5. O(1). Source: Fleiss, Levin and Paik (2003), doi:10.1002/0471445428,
/// section 3.1, without correction.
[[nodiscard]] inline ZTest z_test(const Proportion& a, const Proportion& b) {
  using detail::uint128;
  if (const TestStatus status = detail::rate_status(a, b); status != TestStatus::ok) {
    return detail::z_test_without_answer(status);
  }
  const uint128 successes = uint128{a.successes} + b.successes;
  const uint128 trials = uint128{a.trials} + b.trials;
  const uint128 failures = trials - successes;
  if (successes == 0 || failures == 0) return detail::z_test_without_answer(TestStatus::zero_variance);

  const uint128 for_b = detail::wide_product(b.successes, a.trials);
  const uint128 for_a = detail::wide_product(a.successes, b.trials);
  const double numerator =
      for_b >= for_a ? static_cast<double>(for_b - for_a) : -static_cast<double>(for_a - for_b);
  const auto n_a = static_cast<double>(a.trials);
  const auto n_b = static_cast<double>(b.trials);
  const auto n = static_cast<double>(trials);
  const double z =
      numerator * std::sqrt(n / (n_a * n_b * static_cast<double>(successes) * static_cast<double>(failures)));
  const double least_expected =
      static_cast<double>((std::min)(successes, failures)) * (std::min)(n_a, n_b) / n;
  return detail::z_test_of(numerator / (n_a * n_b), z, least_expected);
}

/// The same from rates and how many trials each is of, for callers who kept no counts. A rate outside [0, 1],
/// or NaN, is `invalid_counts`. Use the counts where they are known: a rounded rate is another rate.
[[nodiscard]] inline ZTest z_test(double rate_a, std::uint64_t trials_a, double rate_b,
                                  std::uint64_t trials_b) {
  const auto is_rate = [](double rate) { return rate >= 0.0 && rate <= 1.0; };
  if (!is_rate(rate_a) || !is_rate(rate_b)) return detail::z_test_without_answer(TestStatus::invalid_counts);
  if (trials_a == 0 || trials_b == 0) return detail::z_test_without_answer(TestStatus::no_data);
  const auto n_a = static_cast<double>(trials_a);
  const auto n_b = static_cast<double>(trials_b);
  const double successes = rate_a * n_a + rate_b * n_b;
  const double failures = (1.0 - rate_a) * n_a + (1.0 - rate_b) * n_b;
  if (successes == 0.0 || failures == 0.0) return detail::z_test_without_answer(TestStatus::zero_variance);
  const double n = n_a + n_b;
  const double z = (rate_b - rate_a) * n * std::sqrt(n_a / n * n_b / (successes * failures));
  return detail::z_test_of(rate_b - rate_a, z, (std::min)(successes, failures) * (std::min)(n_a, n_b) / n);
}

/// Whether a z lies further out than chance explains: erfc(|z| / sqrt 2) <= alpha, two-sided, for any alpha,
/// as no table of quantiles is consulted. NaN is not significant. Throws `invalid_argument` unless 0 < alpha
/// < 1.
[[nodiscard]] inline bool is_significant(double z, double alpha) {
  detail::require_alpha(alpha, "is_significant: alpha must lie in (0, 1)");
  return detail::gaussian_outside(z) <= alpha;
}

/// Whether a test has an answer, and it is significant. Throws `invalid_argument` unless 0 < alpha < 1.
[[nodiscard]] inline bool is_significant(const ZTest& test, double alpha) {
  detail::require_alpha(alpha, "is_significant: alpha must lie in (0, 1)");
  return test.p && *test.p <= alpha;
}

/// By what share of the baseline a value is above it: (value - baseline) / |baseline|, so that more is above
/// 0 whatever the sign of the baseline. Absent for a baseline of 0, and for what is not finite.
[[nodiscard]] inline std::optional<double> relative_lift(double baseline, double value) {
  const double lift = (value - baseline) / std::abs(baseline);
  return std::isfinite(lift) ? std::optional(lift) : std::nullopt;
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_SIGNIFICANCE_HPP
