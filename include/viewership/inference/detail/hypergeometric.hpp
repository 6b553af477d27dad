// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_INFERENCE_DETAIL_HYPERGEOMETRIC_HPP
#define VIEWERSHIP_INFERENCE_DETAIL_HYPERGEOMETRIC_HPP

/// @file
/// The hypergeometric distribution of a 2 x 2 table with fixed margins, on the log scale.

#include <cmath>
#include <limits>

#include <viewership/inference/detail/saddle_point.hpp>
#include <viewership/proportion.hpp>

namespace viewership::inline v0::detail {

/// How many of the successes of two groups fall to the second when all units are dealt out at random. Counts
/// up to 10^15 in all.
class Hypergeometric {
 public:
  Hypergeometric(const Proportion& first, const Proportion& second)
      : successes_(static_cast<double>(first.successes + second.successes)),
        first_(static_cast<double>(first.trials)),
        second_(static_cast<double>(second.trials)),
        total_(first_ + second_),
        ln_margins_(ln_factorial_excess(first_) + ln_factorial_excess(second_) +
                    ln_factorial_excess(successes_) + ln_factorial_excess(total_ - successes_) -
                    ln_factorial_excess(total_)) {}

  /// The distribution of the successes that fall to the first group: P(first <= successes - k) here is
  /// P(second >= k) there.
  [[nodiscard]] Hypergeometric mirrored() const { return {successes_, second_, first_, total_, ln_margins_}; }

  [[nodiscard]] double least() const { return successes_ > first_ ? successes_ - first_ : 0.0; }
  [[nodiscard]] double most() const { return successes_ < second_ ? successes_ : second_; }

  /// The most probable value; of two, either.
  [[nodiscard]] double mode() const {
    double k = std::floor((successes_ + 1.0) / (total_ + 2.0) * (second_ + 1.0));
    k = k < least() ? least() : k > most() ? most() : k;
    while (k < most() && ratio_to_next(k) > 1.0) ++k;
    while (k > least() && ratio_to_next(k - 1.0) < 1.0) --k;
    return k;
  }

  /// ln P(k) for least() <= k <= most(). In terms of the cells O of the table and their expectations E,
  /// P(k) = exp(-sum deviance(O, E)) x (excesses of the margins over those of the cells).
  [[nodiscard]] double ln_probability(double k) const {
    const double failures = total_ - successes_;
    const double apart = difference_of_products(k, total_, second_, successes_) / total_;
    const auto cell = [](double observed, double expected, double distance) {
      return (expected > 0.0 ? deviance(observed, expected, distance) : 0.0) + ln_factorial_excess(observed);
    };
    return ln_margins_ - cell(k, second_ * (successes_ / total_), apart) -
           cell(second_ - k, second_ * (failures / total_), -apart) -
           cell(successes_ - k, first_ * (successes_ / total_), -apart) -
           cell(first_ - successes_ + k, first_ * (failures / total_), apart);
  }

  /// ln P(second >= k) for a k from the mode on, minus infinity beyond most(): P(k) times a sum of ratios
  /// that fall ever faster.
  [[nodiscard]] double ln_falling_tail(double k) const {
    if (k > most()) return -std::numeric_limits<double>::infinity();
    double sum = 1.0;
    double term = 1.0;
    for (double i = k; i < most(); ++i) {
      const double ratio = ratio_to_next(i);
      term *= ratio;
      sum += term;
      if (term * ratio <= 1e-17 * sum * (1.0 - ratio)) break;  // all that is left is below a geometric series
    }
    return ln_probability(k) + std::log(sum);
  }

  /// The least k from the mode on with ln P(k) <= `ln_limit`, or most() + 1. O(log n).
  [[nodiscard]] double first_at_most(double ln_limit) const {
    double above = mode();  // ln P > ln_limit here, unless nowhere
    if (ln_probability(above) <= ln_limit) return above;
    double found = most() + 1.0;
    while (found - above > 1.0) {
      const double middle = std::floor(above + 0.5 * (found - above));
      (ln_probability(middle) <= ln_limit ? found : above) = middle;
    }
    return found;
  }

 private:
  Hypergeometric(double successes, double first, double second, double total, double ln_margins)
      : successes_(successes), first_(first), second_(second), total_(total), ln_margins_(ln_margins) {}

  /// P(k + 1) / P(k).
  [[nodiscard]] double ratio_to_next(double k) const {
    return (successes_ - k) / (k + 1.0) * ((second_ - k) / (first_ - successes_ + k + 1.0));
  }

  double successes_;
  double first_;
  double second_;
  double total_;
  double ln_margins_;
};

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_INFERENCE_DETAIL_HYPERGEOMETRIC_HPP
