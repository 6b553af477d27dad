// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_DETAIL_BETA_DENSITY_HPP
#define VIEWERSHIP_INFERENCE_DETAIL_BETA_DENSITY_HPP

/// @file
/// The density of a beta distribution on the logit scale, without cancellation for parameters from 1e-3 to
/// 1e15.

#include <algorithm>
#include <boost/math/special_functions/log1p.hpp>
#include <cmath>
#include <numbers>

#include <viewership/inference/detail/policy.hpp>
#include <viewership/inference/detail/saddle_point.hpp>

namespace viewership::inline v0::detail {

/// The inverse of the logit: 1 / (1 + e^-t), 0 and 1 at the infinities.
[[nodiscard]] inline double logistic(double t) {
  return 1.0 / (1.0 + std::exp(-t));
}

/// The density of t = logit(X) for X ~ Beta(alpha, beta), around its mode, which is logit(mean). Log-concave
/// and smooth for every alpha, beta > 0, where the density of X itself has poles.
///
/// With x = X's value, m its mean and n = 1 - m: ln f = alpha·ln(x/m) + beta·ln((1 - x)/n) + constant, the
/// linear parts of which cancel exactly. So each logarithm is taken without its linear part, and the two
/// terms that stay have one sign. Source: after Loader (2000), "Fast and accurate computation of binomial
/// probabilities".
class LogitBeta {
 public:
  /// Both above 0.
  LogitBeta(double alpha, double beta)
      : alpha_(alpha),
        beta_(beta),
        mean_(alpha / (alpha + beta)),
        one_minus_mean_(beta / (alpha + beta)),
        log_peak_(0.5 * (std::log(alpha) + std::log(one_minus_mean_) - std::log(2.0 * std::numbers::pi)) -
                  stirling_error(alpha) - stirling_error(beta) + stirling_error(alpha + beta)) {}

  [[nodiscard]] double alpha() const noexcept { return alpha_; }
  [[nodiscard]] double beta() const noexcept { return beta_; }
  [[nodiscard]] double mean() const noexcept { return mean_; }

  /// ln f at the distance `w` from the mode.
  [[nodiscard]] double log_density(double w) const {
    const double over = overgrowth(w);
    return log_peak_ +
           alpha_ * log_without_linear_part(one_minus_mean_ * over, [&] { return log_x_ratio(w); }) +
           beta_ * log_without_linear_part(-mean_ * over, [&] { return log_y_ratio(w); });
  }
  [[nodiscard]] double density(double w) const { return std::exp(log_density(w)); }
  [[nodiscard]] double log_peak() const noexcept { return log_peak_; }

  /// d ln f / dw, falling in w.
  [[nodiscard]] double slope(double w) const {
    return -(alpha_ + beta_) * mean_ * one_minus_mean_ * overgrowth(w);
  }

  /// The largest -d² ln f / dw² on [from, to]; it is (alpha + beta)·x(1 - x), which has one peak, at x = 1/2.
  [[nodiscard]] double curvature(double from, double to) const {
    const double half = std::log(beta_ / alpha_);
    const double w = half < from ? from : half > to ? to : half;
    return (alpha_ + beta_) * x(w) * one_minus_x(w);
  }

  /// X, and 1 - X, at the distance `w` from the mode; in [0, 1].
  [[nodiscard]] double x(double w) const { return (std::min)(mean_ * std::exp(log_x_ratio(w)), 1.0); }
  [[nodiscard]] double one_minus_x(double w) const {
    return (std::min)(one_minus_mean_ * std::exp(log_y_ratio(w)), 1.0);
  }

  /// The mode of this one minus that of `other`, on the logit scale.
  [[nodiscard]] double mode_beyond(const LogitBeta& other) const {
    const double below = beta_ * other.alpha_;
    const double relative = difference_of_products(alpha_, other.beta_, beta_, other.alpha_) / below;
    return std::abs(relative) < 0.5 ? std::log1p(relative)
                                    : std::log(alpha_ / beta_) - std::log(other.alpha_ / other.beta_);
  }

 private:
  static constexpr double most_exponent = 700.0;  // exp of it is finite

  /// (x - mean) / (mean·(1 - mean)).
  [[nodiscard]] double overgrowth(double w) const {
    const double exponent = (std::min)(w, most_exponent);
    return std::expm1(exponent) / (one_minus_mean_ + mean_ * std::exp(exponent));
  }

  /// ln(x / mean) and ln((1 - x) / (1 - mean)).
  [[nodiscard]] double log_x_ratio(double w) const { return -log_of_mixture(one_minus_mean_, mean_, -w); }
  [[nodiscard]] double log_y_ratio(double w) const { return -log_of_mixture(mean_, one_minus_mean_, w); }

  /// ln(rest + share·exp(exponent)), where share + rest = 1.
  static double log_of_mixture(double share, double rest, double exponent) {
    if (exponent > most_exponent) return exponent + std::log(share);
    const double change = share * std::expm1(exponent);
    return change > -0.5 ? std::log1p(change) : std::log(rest + share * std::exp(exponent));
  }

  /// ln(1 + delta) - delta, where `log` gives the logarithm for a delta whose last digits do not.
  template <class Log>
  static double log_without_linear_part(double delta, const Log& log) {
    return std::abs(delta) < 0.25 ? boost::math::log1pmx(delta, MathPolicy{}) : log() - delta;
  }

  double alpha_;
  double beta_;
  double mean_;
  double one_minus_mean_;
  double log_peak_;
};

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_BETA_DENSITY_HPP
