// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_ENGAGEMENT_SCORE_HPP
#define VIEWERSHIP_ENGAGEMENT_SCORE_HPP

/// @file
/// One number for how an audience took to a content, and what it is made of.
///
/// M = weighted mean of watch time, completion and, if known, social
/// score = M + w_rewatch · rewatch · (1 - M) - w_penalty · forward-seek penalty, at least 0
///
/// *In words.* The score is a share of the ideal, an audience that sees all of it and skips nothing. 0.3 with
/// the default weights and nothing social is, for one, an audience that sees half of the content on average,
/// a tenth of it to the end, and neither rewatches nor skips: (0.5 + 0.1) / 2. It is no probability and no
/// grade; it means something beside the scores of similar titles under the same weights, and only there
/// (`relative_engagement.hpp` asks how a title does among those of its length).
///
/// *Choosing weights.* Ask what the decision at hand rewards. The first three count by their ratio to each
/// other: watch time where attention is sold by the minute, completion where the end matters (courses,
/// episodes), social where reach does. The last two are in units of the score: a rewatch weight of 0.2 gives
/// an audience that all rewatch a fifth of what it lacks; a penalty weight of 0.2 takes 0.2 from one that
/// skips everything. Rewatching may be delight or confusion, and skipping may be a good index: where you
/// cannot tell, weigh them 0. Fix the weights before you look at the scores, keep them for as long as you
/// compare, and when they must change, score the old sessions again: the state underneath does not depend on
/// them.

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include <viewership/error.hpp>

namespace viewership::inline v0 {

/// How much each component counts. The first three are relative to each other: finite, at least 0 and not all
/// 0. The last two lie in [0, 1]. Every function that takes weights throws `invalid_argument` for others.
struct EngagementWeights {
  double watch_time = 0.2;
  double completion = 0.2;
  double social = 0.2;
  double rewatch = 0.2;
  double forward_seek_penalty = 0.2;

  friend bool operator==(const EngagementWeights&, const EngagementWeights&) = default;
};

/// What viewers said, over the same stretch of time as the views.
struct SocialSignals {
  std::uint64_t likes = 0;
  std::uint64_t comments = 0;
  std::uint64_t shares = 0;
  std::uint64_t views = 0;

  friend bool operator==(const SocialSignals&, const SocialSignals&) = default;
};

/// What a score is made of, each in [0, 1]; absent: not known, and left out of the score.
struct EngagementComponents {
  /// Mean over started sessions of unique content / duration.
  std::optional<double> watch_time{};
  /// Share of started sessions that completed the content.
  std::optional<double> completion{};
  /// See `social_component`.
  std::optional<double> social{};
  /// Share of started sessions in which at least 1 s was played twice.
  std::optional<double> rewatch{};
  /// ms skipped forward / (ms skipped forward + ms played). The higher, the worse.
  std::optional<double> forward_seek_penalty{};

  friend bool operator==(const EngagementComponents&, const EngagementComponents&) = default;
};

/// What each component adds to a score. Every field is a multiple of 2^-52, so that in whatever order they
/// are added, they add up to the score exactly.
struct EngagementContributions {
  double watch_time = 0.0;
  double completion = 0.0;
  double social = 0.0;
  double rewatch = 0.0;
  /// Never above 0.
  double forward_seek_penalty = 0.0;
  /// What it took to lift a score below 0 to 0; 0 for all others.
  double clamping = 0.0;

  [[nodiscard]] constexpr double sum() const noexcept {
    return watch_time + completion + social + rewatch + forward_seek_penalty + clamping;
  }
  friend bool operator==(const EngagementContributions&, const EngagementContributions&) = default;
};

struct EngagementScore {
  /// In [0, 1]; absent if no weighted component of the mean is known.
  std::optional<double> score{};
  EngagementComponents components{};
  /// All 0 without a score.
  EngagementContributions contributions{};

  friend bool operator==(const EngagementScore&, const EngagementScore&) = default;
};

namespace detail {

inline void validate(const EngagementWeights& weights, const char* function) {
  const double mean = weights.watch_time + weights.completion + weights.social;
  const bool relative = weights.watch_time >= 0 && weights.completion >= 0 && weights.social >= 0 && mean > 0;
  const auto is_share = [](double weight) { return weight >= 0 && weight <= 1; };
  if (!relative || !std::isfinite(mean) || !is_share(weights.rewatch) ||
      !is_share(weights.forward_seek_penalty)) {
    raise(ErrorCode::invalid_argument,
          std::string(function) +
              ": weights of watch time, completion and social must be finite, at least 0 and not all 0, "
              "those of rewatch and forward seeks in [0, 1]");
  }
}

/// The nearest multiple of 2^-52. Sums of such numbers within [-2, 2] are exact.
inline double on_score_grid(double value) {
  constexpr double steps = 4503599627370496.0;  // 2^52
  return std::round(value * steps) / steps;
}

}  // namespace detail

/// The social component: x / (x + 0.05) where x = (likes + comments + shares) / views, so that interactions
/// of 5 % of the viewers, a good deal on any platform, are worth one half, and no number of them more than
/// 1. Absent for 0 views. Source: ours.
[[nodiscard]] inline std::optional<double> social_component(const SocialSignals& signals) {
  if (signals.views == 0) return std::nullopt;
  const double interactions = static_cast<double>(signals.likes) + static_cast<double>(signals.comments) +
                              static_cast<double>(signals.shares);
  return interactions / (interactions + 0.05 * static_cast<double>(signals.views));
}

/// The score of known components: M + w_rewatch · rewatch · (1 - M) - w_penalty · penalty, at least 0, where
/// M is the mean of watch time, completion and social by their weights; an absent component is left out, and
/// the mean goes over the others.
///
/// Rises, or stays, with each component, and falls, or stays, with the penalty. All of watch time, completion
/// and, if known, social at 1, and nothing skipped: exactly 1, rewatched or not.
///
/// @param components each in [0, 1] or absent; NaN and others: `invalid_argument`
/// @param weights see there; outside their domain: `invalid_argument`
/// @return no score if no component of the mean is known, or all that are weigh 0
/// O(1). Source: ours.
[[nodiscard]] inline EngagementScore engagement_score(const EngagementComponents& components,
                                                      const EngagementWeights& weights = {}) {
  detail::validate(weights, "engagement_score");
  for (const std::optional<double>& component :
       {components.watch_time, components.completion, components.social, components.rewatch,
        components.forward_seek_penalty}) {
    detail::require(!component || (*component >= 0.0 && *component <= 1.0), ErrorCode::invalid_argument,
                    "engagement_score: a component must lie in [0, 1]");
  }
  EngagementScore result{{}, components, {}};
  const auto weight_if_known = [](const std::optional<double>& component, double weight) {
    return component ? weight : 0.0;
  };
  const double total = weight_if_known(components.watch_time, weights.watch_time) +
                       weight_if_known(components.completion, weights.completion) +
                       weight_if_known(components.social, weights.social);
  if (total <= 0.0) return result;

  double weighted = 0.0;
  double mean = 0.0;
  const auto part_of_mean = [&](const std::optional<double>& component, double weight) {
    const double before = mean;
    weighted += component.value_or(0.0) * weight;
    mean = detail::on_score_grid(weighted / total);
    return mean - before;
  };
  EngagementContributions& adds = result.contributions;
  adds.watch_time = part_of_mean(components.watch_time, weights.watch_time);
  adds.completion = part_of_mean(components.completion, weights.completion);
  adds.social = part_of_mean(components.social, weights.social);

  // 1 - (1 - M)(1 - w · rewatch) is M + w · rewatch · (1 - M), and rises with both in floating point too.
  const double unmoved = 1.0 - detail::on_score_grid(weights.rewatch * components.rewatch.value_or(0.0));
  const double praised = 1.0 - detail::on_score_grid((1.0 - mean) * unmoved);
  adds.rewatch = praised - mean;
  const double penalty =
      detail::on_score_grid(weights.forward_seek_penalty * components.forward_seek_penalty.value_or(0.0));
  adds.forward_seek_penalty = 0.0 - penalty;
  const double unclamped = praised - penalty;
  adds.clamping = unclamped < 0.0 ? -unclamped : 0.0;
  result.score = unclamped < 0.0 ? 0.0 : unclamped;
  return result;
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_ENGAGEMENT_SCORE_HPP
