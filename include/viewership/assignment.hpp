// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_ASSIGNMENT_HPP
#define VIEWERSHIP_ASSIGNMENT_HPP

/// @file
/// Which variant of an experiment a unit gets: a pure function of the experiment and the unit's id.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <viewership/detail/assignment_plan.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/experiment.hpp>

namespace viewership::inline v0 {

/// Why a unit got a variant, or none.
enum class AssignmentReason : std::uint8_t {
  assigned,         ///< by its hash
  forced,           ///< by name
  empty_unit,       ///< no id, nothing to hash
  not_started,      ///< the experiment had not begun
  ended,            ///< the experiment was over
  other_namespace,  ///< belongs to other experiments of the namespace
  not_covered       ///< outside the share of the units that take part
};
inline constexpr std::size_t assignment_reason_count = 7;

/// The variant of a unit, or the reason why it has none.
class Assignment {
 public:
  /// No variant, for want of an id.
  constexpr Assignment() = default;
  /// No variant.
  constexpr explicit Assignment(AssignmentReason reason) noexcept : Assignment(reason, 0) {}
  constexpr Assignment(AssignmentReason reason, std::uint16_t variant) noexcept
      : packed_(static_cast<std::uint32_t>(reason) << 16 | variant) {}

  [[nodiscard]] constexpr AssignmentReason reason() const noexcept {
    return static_cast<AssignmentReason>(packed_ >> 16);
  }
  [[nodiscard]] constexpr bool has_variant() const noexcept {
    return reason() == AssignmentReason::assigned || reason() == AssignmentReason::forced;
  }
  /// Index in the experiment's `variants()`.
  [[nodiscard]] constexpr std::optional<std::size_t> variant() const noexcept {
    return has_variant() ? std::optional<std::size_t>(packed_ & 0xffff) : std::nullopt;
  }

  friend bool operator==(const Assignment&, const Assignment&) = default;

 private:
  // One number, as a single store of it is a good part of what an assignment costs.
  std::uint32_t packed_ = static_cast<std::uint32_t>(AssignmentReason::empty_unit) << 16;
};

static_assert(sizeof(Assignment) == 4);

namespace detail {

[[nodiscard]] inline Assignment assign_by_growthbook(const GrowthBookPlan& plan, std::string_view unit) {
  if (!plan.in_namespace(unit)) return Assignment(AssignmentReason::other_namespace);
  const std::optional<std::uint16_t> variant = plan.variant_of(unit);
  return variant ? Assignment(AssignmentReason::assigned, *variant)
                 : Assignment(AssignmentReason::not_covered);
}

/// Out of line, so that what most experiments need stays small.
[[nodiscard]]
#if defined(__GNUC__)
__attribute__((noinline))
#endif
inline Assignment
assign_by_rules(const AssignmentPlan& plan, std::string_view unit) {
  if (const auto forced = plan.forced.find(unit); forced != plan.forced.end()) {
    return {AssignmentReason::forced, forced->second};
  }
  if (plan.by_growthbook) return assign_by_growthbook(*plan.by_growthbook, unit);
  const HashPlan& by_hash = plan.by_hash;
  if (!by_hash.name_space.includes(unit)) return Assignment(AssignmentReason::other_namespace);
  if (!by_hash.coverage.includes(unit)) return Assignment(AssignmentReason::not_covered);
  return {AssignmentReason::assigned, by_hash.variant_of(by_hash.variant(unit))};
}

[[nodiscard]] inline Assignment assign(const AssignmentPlan& plan, std::string_view unit) {
  if (unit.empty()) return Assignment(AssignmentReason::empty_unit);
  if (!plan.by_weights_alone) return assign_by_rules(plan, unit);
  return {AssignmentReason::assigned,
          plan.by_hash.variant_of(fmix32(fnv1a_32(unit, plan.by_hash.variant.state)))};
}

/// Why nobody is assigned at that time; absent: the experiment is running.
[[nodiscard]] inline std::optional<AssignmentReason> why_not_running(const Experiment& experiment,
                                                                     Timestamp at) {
  if (at < experiment.definition().start) return AssignmentReason::not_started;
  if (experiment.definition().end && at >= *experiment.definition().end) return AssignmentReason::ended;
  return std::nullopt;
}

/// `assign` of each unit: several at once where weights alone decide.
template <class Unit>
void assign_each(const AssignmentPlan& plan, std::span<const Unit> units, std::span<Assignment> assignments) {
  std::size_t i = 0;
  std::array<std::string_view, fnv1a_lanes> lanes;
  std::array<std::uint32_t, fnv1a_lanes> hashes{};
  for (; plan.by_weights_alone && i + fnv1a_lanes <= units.size(); i += fnv1a_lanes) {
#pragma GCC unroll 5
    for (std::size_t lane = 0; lane < fnv1a_lanes; ++lane) lanes[lane] = units[i + lane];
    hashes = fnv1a_32_of_each(lanes, plan.by_hash.variant.state);
#pragma GCC unroll 5
    for (std::uint32_t& hash : hashes) hash = fmix32(hash);
    std::array<std::uint32_t, fnv1a_lanes> variants{};
    for (const std::uint64_t threshold : plan.by_hash.thresholds) {
#pragma GCC unroll 5
      for (std::size_t lane = 0; lane < fnv1a_lanes; ++lane) {
        variants[lane] += std::uint32_t{hashes[lane] >= threshold};
      }
    }
#pragma GCC unroll 5
    for (std::size_t lane = 0; lane < fnv1a_lanes; ++lane) {
      assignments[i + lane] = lanes[lane].empty() ? Assignment()
                                                  : Assignment(AssignmentReason::assigned,
                                                               static_cast<std::uint16_t>(variants[lane]));
    }
  }
  for (; i < units.size(); ++i) assignments[i] = assign(plan, units[i]);
}

template <class Unit>
void assign_variants(const Experiment& experiment, std::span<const Unit> units,
                     std::span<Assignment> assignments) {
  require(units.size() == assignments.size(), ErrorCode::invalid_argument,
          "assign_variants: as many assignments as units are wanted");
  assign_each(ExperimentFields::plan(experiment), units, assignments);
}

}  // namespace detail

/// The variant of a unit, whatever the date.
///
/// Asked in this order: an empty id has none; a forced unit has its variant; then the namespace, the coverage
/// and the weights decide by hashes of the UTF-8 bytes of the id, as `AssignmentScheme` says. O(length of the
/// id + number of variants); allocates nothing.
[[nodiscard]] inline Assignment assign_variant(const Experiment& experiment, std::string_view unit_id) {
  return detail::assign(detail::ExperimentFields::plan(experiment), unit_id);
}

/// The variant of a unit at a time: none before the start and from the end on, unless it is forced.
[[nodiscard]] inline Assignment assign_variant(const Experiment& experiment, std::string_view unit_id,
                                               Timestamp at) {
  const Assignment assignment = assign_variant(experiment, unit_id);
  const auto reason = detail::why_not_running(experiment, at);
  const bool whatever_the_date =
      assignment.reason() == AssignmentReason::empty_unit || assignment.reason() == AssignmentReason::forced;
  return reason && !whatever_the_date ? Assignment(*reason) : assignment;
}

/// The variants of many units, whatever the date: what `assign_variant` says of each, in their order. Faster
/// than one by one where no unit is forced, everyone is covered, and the scheme is ours and without a
/// namespace. Throws `invalid_argument` unless there are as many `assignments` as units.
inline void assign_variants(const Experiment& experiment, std::span<const std::string_view> unit_ids,
                            std::span<Assignment> assignments) {
  detail::assign_variants(experiment, unit_ids, assignments);
}
inline void assign_variants(const Experiment& experiment, std::span<const std::string> unit_ids,
                            std::span<Assignment> assignments) {
  detail::assign_variants(experiment, unit_ids, assignments);
}
[[nodiscard]] inline std::vector<Assignment> assign_variants(const Experiment& experiment,
                                                             std::span<const std::string_view> unit_ids) {
  std::vector<Assignment> assignments(unit_ids.size());
  assign_variants(experiment, unit_ids, assignments);
  return assignments;
}
[[nodiscard]] inline std::vector<Assignment> assign_variants(const Experiment& experiment,
                                                             std::span<const std::string> unit_ids) {
  std::vector<Assignment> assignments(unit_ids.size());
  assign_variants(experiment, unit_ids, assignments);
  return assignments;
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_ASSIGNMENT_HPP
