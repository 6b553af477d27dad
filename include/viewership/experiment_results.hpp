// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_EXPERIMENT_RESULTS_HPP
#define VIEWERSHIP_EXPERIMENT_RESULTS_HPP

/// @file
/// What the units of an experiment did, counted by variant, and the rates of it.

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <viewership/detail/arithmetic.hpp>
#include <viewership/error.hpp>
#include <viewership/experiment.hpp>
#include <viewership/moments.hpp>
#include <viewership/proportion.hpp>

namespace viewership::inline v0 {

/// What happened under one variant. Counts stop at the largest 64-bit number.
struct VariantMetrics {
  /// Units that were shown the variant: what every rate below is a share of. Tests of a rate presume that
  /// each unit is counted once; page views of the same people are not independent, and look more certain than
  /// they are.
  std::uint64_t impressions = 0;
  std::uint64_t clicks = 0;
  std::uint64_t conversions = 0;
  std::uint64_t completions = 0;
  /// Seconds watched by each viewer in all, zeros included.
  Moments watch_duration{};

  void merge(const VariantMetrics& other) {
    impressions = detail::saturating_add(impressions, other.impressions);
    clicks = detail::saturating_add(clicks, other.clicks);
    conversions = detail::saturating_add(conversions, other.conversions);
    completions = detail::saturating_add(completions, other.completions);
    watch_duration.merge(other.watch_duration);
  }

  friend bool operator==(const VariantMetrics&, const VariantMetrics&) = default;
};

/// A rate to judge variants by: which count is a share of which. For another one, say which:
/// `RateMetric{&VariantMetrics::conversions, &VariantMetrics::clicks}`.
struct RateMetric {
  std::uint64_t VariantMetrics::*successes;
  std::uint64_t VariantMetrics::*trials = &VariantMetrics::impressions;
  /// Whether the variant with the lowest rate is the best: of complaints, say.
  bool lower_is_better = false;

  [[nodiscard]] static constexpr RateMetric click_through() { return {&VariantMetrics::clicks}; }
  [[nodiscard]] static constexpr RateMetric conversion() { return {&VariantMetrics::conversions}; }
  [[nodiscard]] static constexpr RateMetric completion() { return {&VariantMetrics::completions}; }

  [[nodiscard]] Proportion of(const VariantMetrics& metrics) const {
    return {metrics.*successes, metrics.*trials};
  }

  friend bool operator==(const RateMetric&, const RateMetric&) = default;
};

/// Clicks per impression; absent for no impression, and for more clicks than impressions.
[[nodiscard]] inline std::optional<double> click_through_rate(const VariantMetrics& metrics) {
  return rate(RateMetric::click_through().of(metrics));
}

/// Conversions per impression, not per click: who clicked was chosen by the variant, and two groups chosen by
/// different variants cannot be compared. Absent for no impression, and for more conversions than
/// impressions.
[[nodiscard]] inline std::optional<double> conversion_rate(const VariantMetrics& metrics) {
  return rate(RateMetric::conversion().of(metrics));
}

/// Completions per impression; absent for no impression, and for more completions than impressions.
[[nodiscard]] inline std::optional<double> completion_rate(const VariantMetrics& metrics) {
  return rate(RateMetric::completion().of(metrics));
}

/// Mean time watched by a viewer, over the viewers whose watching was recorded; absent for none.
[[nodiscard]] inline std::optional<std::chrono::duration<double>> average_watch_duration(
    const VariantMetrics& metrics) {
  const std::optional<double> mean = metrics.watch_duration.result().mean;
  return mean ? std::optional<std::chrono::duration<double>>(*mean) : std::nullopt;
}

/// What names a variant: its id, or its index in the experiment's `variants()`, which is faster.
template <class Key>
concept VariantKey = std::integral<Key> || std::convertible_to<const Key&, std::string_view>;

/// The metrics of every variant of one experiment.
///
/// Kept apart, state by state, and merged: the state after `a.merge(b)` is the one of `a` fed with all that
/// was recorded in `b` (counts exactly, moments to 1e-12 relative); a default-constructed one is the
/// identity.
class ExperimentResults {
 public:
  /// The identity of `merge`; it has no variants.
  ExperimentResults() = default;

  /// Nothing recorded yet.
  explicit ExperimentResults(const Experiment& experiment)
      : experiment_id_(experiment.id()),
        expected_shares_(experiment.expected_shares().begin(), experiment.expected_shares().end()),
        minimum_sample_size_(experiment.definition().minimum_sample_size),
        metrics_(experiment.variants().size()) {
    for (const Variant& variant : experiment.variants()) variant_ids_.push_back(variant.id);
  }

  /// Counts `count` units that were shown a variant. Like all that follow, throws `unknown_variant` for a
  /// variant that the experiment does not have.
  template <VariantKey Key>
  void record_impression(const Key& variant, std::uint64_t count = 1) {
    add(&VariantMetrics::impressions, index_of(variant, "record_impression"), count);
  }
  template <VariantKey Key>
  void record_click(const Key& variant, std::uint64_t count = 1) {
    add(&VariantMetrics::clicks, index_of(variant, "record_click"), count);
  }
  template <VariantKey Key>
  void record_conversion(const Key& variant, std::uint64_t count = 1) {
    add(&VariantMetrics::conversions, index_of(variant, "record_conversion"), count);
  }
  template <VariantKey Key>
  void record_completion(const Key& variant, std::uint64_t count = 1) {
    add(&VariantMetrics::completions, index_of(variant, "record_completion"), count);
  }
  /// One viewer and all the time they watched, in any unit of `std::chrono`. A time that is negative or not
  /// finite is counted as rejected.
  template <VariantKey Key>
  void record_watch(const Key& variant, std::chrono::duration<double> watched) {
    const double seconds = watched.count();
    metrics_[index_of(variant, "record_watch")].watch_duration.add(
        seconds >= 0.0 ? seconds : std::numeric_limits<double>::quiet_NaN());
  }
  /// Everything that was counted elsewhere.
  template <VariantKey Key>
  void record_metrics(const Key& variant, const VariantMetrics& metrics) {
    metrics_[index_of(variant, "record_metrics")].merge(metrics);
  }

  /// Throws `incompatible_merge` for results of another experiment, of other variants, or of a different
  /// split, which would mix unlike populations (Simpson's paradox). O(k).
  void merge(const ExperimentResults& other) {
    if (other == ExperimentResults{}) return;
    if (*this == ExperimentResults{}) {
      *this = other;
      return;
    }
    detail::require(
        experiment_id_ == other.experiment_id_ && variant_ids_ == other.variant_ids_ &&
            expected_shares_ == other.expected_shares_ && minimum_sample_size_ == other.minimum_sample_size_,
        ErrorCode::incompatible_merge, "ExperimentResults::merge: another experiment or other variants");
    for (std::size_t i = 0; i < metrics_.size(); ++i) metrics_[i].merge(VariantMetrics(other.metrics_[i]));
  }

  [[nodiscard]] const std::string& experiment_id() const noexcept { return experiment_id_; }
  [[nodiscard]] std::span<const std::string> variant_ids() const noexcept { return variant_ids_; }
  /// Of every variant, in the order of the experiment's.
  [[nodiscard]] std::span<const VariantMetrics> metrics() const noexcept { return metrics_; }
  [[nodiscard]] std::span<const double> expected_shares() const noexcept { return expected_shares_; }
  [[nodiscard]] std::uint64_t minimum_sample_size() const noexcept { return minimum_sample_size_; }

  /// The metrics of one variant.
  template <VariantKey Key>
  [[nodiscard]] const VariantMetrics& metrics(const Key& variant) const {
    return metrics_[index_of(variant, "metrics")];
  }

  /// The index of a variant. Throws `unknown_variant`. O(k) for an id.
  template <VariantKey Key>
  [[nodiscard]] std::size_t index_of(const Key& variant) const {
    return index_of(variant, "index_of");
  }

  friend bool operator==(const ExperimentResults&, const ExperimentResults&) = default;

 private:
  template <VariantKey Key>
  std::size_t index_of(const Key& variant, const char* function) const {
    if constexpr (std::integral<Key>) {
      if (std::cmp_greater_equal(variant, 0) && std::cmp_less(variant, metrics_.size())) {
        return static_cast<std::size_t>(variant);
      }
      refuse(function, std::to_string(variant));
    } else {
      const std::string_view id = variant;
      for (std::size_t i = 0; i < variant_ids_.size(); ++i) {
        if (variant_ids_[i] == id) return i;
      }
      refuse(function, std::string(id));
    }
  }

  [[noreturn]] void refuse(const char* function, const std::string& variant) const {
    detail::raise(ErrorCode::unknown_variant, "ExperimentResults::" + std::string(function) +
                                                  ": experiment '" + experiment_id_ + "' has no variant '" +
                                                  variant + "'");
  }

  void add(std::uint64_t VariantMetrics::*counter, std::size_t variant, std::uint64_t count) {
    std::uint64_t& value = metrics_[variant].*counter;
    value = detail::saturating_add(value, count);
  }

  std::string experiment_id_;
  std::vector<std::string> variant_ids_;
  std::vector<double> expected_shares_;
  std::uint64_t minimum_sample_size_ = 0;
  std::vector<VariantMetrics> metrics_;
};

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_EXPERIMENT_RESULTS_HPP
