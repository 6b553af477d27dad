// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_EXPERIMENT_HPP
#define VIEWERSHIP_EXPERIMENT_HPP

/// @file
/// What an experiment is: its variants, whom it covers, and how units are hashed to variants.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <viewership/detail/assignment_plan.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>

namespace viewership::inline v0 {

namespace detail {
struct ExperimentFields;
}

/// One arm of an experiment.
struct Variant {
  std::string id{};
  std::string name{};
  /// Its share of the units, against the weights of the others, which need not add up to 1. A variant of
  /// weight 0 is never picked.
  double allocation_weight = 1.0;

  friend bool operator==(const Variant&, const Variant&) = default;
};

/// Experiments of one namespace share a hash of their units, so those with disjoint ranges never share a
/// unit. The range [from, to) lies in [0, 1]. (GrowthBook)
struct ExperimentNamespace {
  std::string id{};
  double from = 0.0;
  double to = 1.0;

  friend bool operator==(const ExperimentNamespace&, const ExperimentNamespace&) = default;
};

/// How a unit becomes a variant. What a scheme answers never changes under its name.
enum class AssignmentScheme : std::uint8_t {
  /// h = fmix32(fnv1a_32(salt ":" unit)), the first variant with h < T_i = ceil(2^32 c_i / c_k), c the
  /// cumulative weights. Covered iff fmix32(fnv1a_32(salt ":coverage:" unit)) < ceil(2^32 coverage); in the
  /// namespace iff ceil(2^32 from) <= fmix32(fnv1a_32(namespace ":namespace:" unit)) < ceil(2^32 to).
  /// fnv1a_32 reads
  /// UTF-8 bytes, fmix32 is MurmurHash3's finaliser. (ours)
  fnv1a_mix,
  /// The same with h = fnv1a_32(unit): neither salted nor mixed. Only to go on with experiments that were
  /// begun so:
  /// units with similar names share a variant, and all experiments split their units alike. Coverage and
  /// namespaces are those of `fnv1a_mix`.
  fnv1a_raw,
  /// Hash version 1 of GrowthBook's JavaScript SDK, 1,000 buckets, with its own bucketing, coverage and
  /// namespaces;
  /// the salt is its seed. GrowthBook splits equally where weights do not add up to 1 within 0.01; where that
  /// would
  /// overrule the given weights, the experiment is refused.
  growthbook_v1,
  /// Hash version 2 of it, 10,000 buckets.
  growthbook_v2
};

/// What there is to say about an experiment. An `Experiment` is made of it.
struct ExperimentDefinition {
  std::string id{};
  std::string name{};
  /// The control first, unless an analysis is told otherwise.
  std::vector<Variant> variants{};
  /// Units are assigned from `start` on and before `end`; without an end for ever.
  Timestamp start{};
  std::optional<Timestamp> end{};
  /// Impressions that every variant must have before a winner can be named.
  std::uint64_t minimum_sample_size = 0;
  /// What makes this experiment's hashes its own; the experiment's id unless set.
  std::optional<std::string> salt{};
  /// Share of the units that take part, in [0, 1]. Raising it moves nobody who took part before.
  double coverage = 1.0;
  std::optional<ExperimentNamespace> name_space{};
  AssignmentScheme scheme = AssignmentScheme::fnv1a_mix;
  /// Variant ids of units that get a variant by name, for previews and tests: whatever the dates, coverage,
  /// namespace and weights say.
  std::map<std::string, std::string, std::less<>> forced{};

  friend bool operator==(const ExperimentDefinition&, const ExperimentDefinition&) = default;
};

namespace detail {

/// What is wrong with a definition; empty if nothing is.
[[nodiscard]] inline std::string problem_of(const ExperimentDefinition& definition) {
  const std::vector<Variant>& variants = definition.variants;
  const auto is_share = [](double x) { return x >= 0.0 && x <= 1.0; };  // not NaN

  if (definition.id.empty()) return "has no id";
  if (variants.empty()) return "has no variants";
  if (variants.size() > (std::numeric_limits<std::uint16_t>::max)()) return "has more than 65,535 variants";

  std::set<std::string_view> ids;
  for (const Variant& variant : variants) {
    if (variant.id.empty()) return "has a variant without an id";
    if (!ids.insert(variant.id).second) return "has two variants '" + variant.id + "'";
    if (!(variant.allocation_weight >= 0.0) || !std::isfinite(variant.allocation_weight)) {
      return "has a weight of variant '" + variant.id + "' that is negative or not finite";
    }
  }
  const auto weighs = [](const Variant& variant) { return variant.allocation_weight > 0.0; };
  if (std::none_of(variants.begin(), variants.end(), weighs)) return "has only weights of 0";

  if (!is_share(definition.coverage)) return "has a coverage outside [0, 1]";
  if (definition.end && *definition.end < definition.start) return "ends before it starts";
  if (const auto& space = definition.name_space) {
    if (space->id.empty()) return "has a namespace without an id";
    if (!is_share(space->from) || !is_share(space->to) || space->from > space->to) {
      return "has a namespace range that is not within [0, 1]";
    }
  }
  for (const auto& [unit, variant] : definition.forced) {
    if (!ids.contains(variant))
      return "forces unit '" + unit + "' into '" + variant + "', which is no variant";
  }
  return {};
}

/// GrowthBook's hash version of a scheme that is GrowthBook's.
[[nodiscard]] constexpr std::optional<GrowthBookVersion> growthbook_version(
    AssignmentScheme scheme) noexcept {
  switch (scheme) {
    case AssignmentScheme::growthbook_v1:
      return GrowthBookVersion::v1;
    case AssignmentScheme::growthbook_v2:
      return GrowthBookVersion::v2;
    case AssignmentScheme::fnv1a_mix:
    case AssignmentScheme::fnv1a_raw:
      break;
  }
  return std::nullopt;
}

[[nodiscard]] inline std::vector<double> weights_of(std::span<const Variant> variants) {
  std::vector<double> weights;
  for (const Variant& variant : variants) weights.push_back(variant.allocation_weight);
  return weights;
}

/// Whether GrowthBook would split equally although the weights are not equal.
[[nodiscard]] inline bool growthbook_overrules(std::span<const double> weights) {
  const bool equal =
      std::all_of(weights.begin(), weights.end(), [&](double w) { return w == weights.front(); });
  return !equal && !growthbook_heeds(std::accumulate(weights.begin(), weights.end(), 0.0));
}

[[nodiscard]] inline HashPlan plan_hashes(const ExperimentDefinition& definition, std::string_view salt) {
  const std::string prefix = std::string(salt) + ":";
  HashPlan plan;
  plan.thresholds = hash_thresholds(weights_of(definition.variants));
  plan.coverage = {UnitHash(prefix + "coverage:"), 0, hashes_below(definition.coverage)};
  if (const auto& space = definition.name_space) {
    plan.name_space = {UnitHash(space->id + ":namespace:"), hashes_below(space->from),
                       hashes_below(space->to)};
  }
  if (definition.scheme == AssignmentScheme::fnv1a_raw) {
    plan.variant.mixed = false;
  } else {
    plan.variant = UnitHash(prefix);
  }
  return plan;
}

[[nodiscard]] inline GrowthBookPlan plan_growthbook(const ExperimentDefinition& definition,
                                                    GrowthBookVersion version, std::string_view salt) {
  GrowthBookPlan plan;
  plan.version = version;
  plan.seed = salt;
  for (const GrowthBookRange& range :
       growthbook_ranges(weights_of(definition.variants), definition.coverage)) {
    plan.variants.push_back(growthbook_buckets_in(range, version));
  }
  if (const auto& space = definition.name_space) {
    plan.namespace_seed = "__" + space->id;
    plan.name_space = growthbook_buckets_in({space->from, space->to}, GrowthBookVersion::v1);
  }
  return plan;
}

/// Parts as shares of their sum.
[[nodiscard]] inline std::vector<double> shares_of(std::vector<double> parts) {
  const double largest = *std::max_element(parts.begin(), parts.end());
  double sum = 0.0;
  for (double& part : parts) {
    part /= largest;  // so that the sum is finite
    sum += part;
  }
  for (double& part : parts) part /= sum;
  return parts;
}

}  // namespace detail

/// An experiment that can be run: a definition that was checked once, with what assigning needs worked out.
/// Immutable, so it can be shared between threads.
class Experiment {
 public:
  /// Throws `invalid_experiment`, with the experiment's id in the message, for: an empty id of the
  /// experiment, a variant or the namespace; no variants, more than 65,535, or two of one id; weights that
  /// are negative, not finite or all 0, or that a GrowthBook scheme would overrule; coverage or a namespace
  /// outside [0, 1]; an end before the start; a forced variant that is none.
  explicit Experiment(ExperimentDefinition definition) : definition_(std::move(definition)) {
    if (const std::string problem = detail::problem_of(definition_); !problem.empty()) refuse(problem);
    for (const auto& [unit, variant] : definition_.forced) {
      plan_.forced.emplace(unit, static_cast<std::uint16_t>(*find(variant)));
    }
    const std::string_view salt = definition_.salt ? *definition_.salt : definition_.id;
    std::vector<double> parts = detail::weights_of(variants());
    if (const auto version = detail::growthbook_version(definition_.scheme)) {
      if (detail::growthbook_overrules(parts))
        refuse("has weights that GrowthBook overrules: they must add up to 1");
      plan_.by_growthbook = detail::plan_growthbook(definition_, *version, salt);
      const std::vector<double> buckets = plan_.by_growthbook->sizes();
      if (std::any_of(buckets.begin(), buckets.end(), [](double size) { return size > 0.0; }))
        parts = buckets;
    } else {
      plan_.by_hash = detail::plan_hashes(definition_, salt);
    }
    plan_.by_weights_alone = definition_.scheme == AssignmentScheme::fnv1a_mix && plan_.forced.empty() &&
                             plan_.by_hash.name_space.includes_all() && plan_.by_hash.coverage.includes_all();
    expected_shares_ = detail::shares_of(std::move(parts));
  }

  [[nodiscard]] const ExperimentDefinition& definition() const noexcept { return definition_; }
  [[nodiscard]] const std::string& id() const noexcept { return definition_.id; }
  [[nodiscard]] std::span<const Variant> variants() const noexcept { return definition_.variants; }

  /// The index in `variants()` of a variant; absent: there is none of that id. O(k).
  [[nodiscard]] std::optional<std::size_t> find(std::string_view variant_id) const noexcept {
    const std::span<const Variant> all = variants();
    const auto found = std::ranges::find(all, variant_id, &Variant::id);
    if (found == all.end()) return std::nullopt;
    return static_cast<std::size_t>(found - all.begin());
  }

  /// The share of the assigned units that each variant is to get, adding up to 1: its weight over the sum of
  /// all weights; in GrowthBook's schemes, its buckets over all buckets that have a variant.
  [[nodiscard]] std::span<const double> expected_shares() const noexcept { return expected_shares_; }

  friend bool operator==(const Experiment& a, const Experiment& b) { return a.definition_ == b.definition_; }

 private:
  friend struct detail::ExperimentFields;

  [[noreturn]] void refuse(const std::string& problem) const {
    detail::raise(ErrorCode::invalid_experiment,
                  "Experiment: experiment '" + definition_.id + "' " + problem);
  }

  ExperimentDefinition definition_;
  detail::AssignmentPlan plan_{};
  std::vector<double> expected_shares_{};
};

namespace detail {

/// What assigning reads of an experiment.
struct ExperimentFields {
  static const AssignmentPlan& plan(const Experiment& experiment) noexcept { return experiment.plan_; }
};

}  // namespace detail

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_EXPERIMENT_HPP
