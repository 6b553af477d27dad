// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_CATALOGUE_MODEL_HPP
#define VIEWERSHIP_CATALOGUE_MODEL_HPP

/// @file
/// How the scores of a catalogue's titles spread, and what that makes of each of them: empirical Bayes.

#include <cmath>
#include <optional>
#include <span>

namespace viewership::inline v0 {

/// What a catalogue of k titles, of which title i has a score y_i over n_i sessions, says about scores.
///
/// True scores are taken to be θ_i ~ N(mean, between), observed ones y_i ~ N(θ_i, within / n_i).
///
///     within   = Σ (n_i - 1) variance_i / Σ (n_i - 1)
///     between  = max(0, (Σ n_i (y_i - ȳ)² - (k - 1) within) / (N - Σ n_i² / N))
///     w_i      = 1 / (between + within / n_i)
///     mean     = Σ w_i y_i / Σ w_i
///     z_i      = between · w_i, the title's credibility
///     score_i  = mean + z_i (y_i - mean)
///     its variance = z_i within / n_i + (1 - z_i)² / Σ w + v_i (y_i - mean)²
///     v_i      = 2 / (k - 3) · (1 - z_i)² · (V + between) · w_i
///
/// where N = Σ n_i, ȳ = Σ n_i y_i / N and V = Σ w_i (within / n_i) / Σ w_i. `within` is pooled: three
/// sessions that agree prove no certainty. The last two terms are what `mean` and `between` add by being
/// estimates themselves. Source: Bühlmann and Straub (1970), Mitteilungen der Vereinigung Schweizerischer
/// Versicherungsmathematiker 70; the same method of moments as DerSimonian and Laird (1986),
/// doi:10.1016/0197-2456(86)90046-2, where the variances are pooled. The variance: Morris (1983),
/// doi:10.1080/01621459.1983.10477920.
struct CatalogueModel {
  /// k, at least 4.
  double titles = 0.0;
  double mean = 0.0;
  /// 0: nothing in the data says that the titles differ at all.
  double between = 0.0;
  double within = 0.0;
  /// 1 / Σ w: the variance of `mean` as an estimate.
  double mean_variance = 0.0;
  /// V: what within / n is for a title of this catalogue.
  double typical_variance = 0.0;

  friend bool operator==(const CatalogueModel&, const CatalogueModel&) = default;
};

/// What a model makes of one title's score.
struct ModelledScore {
  /// mean + credibility · (observed score - mean).
  double score = 0.0;
  double standard_error = 0.0;
  /// z, in [0, 1]: how much of the title's own score is believed.
  double credibility = 0.0;
  /// √v (observed score - mean): the part of the error that comes from `between` being an estimate. It is
  /// one mistake for all titles, so its sign counts where two are compared.
  double spread_error = 0.0;

  friend bool operator==(const ModelledScore&, const ModelledScore&) = default;
};

namespace detail {

/// A score, with a size of 0 if nothing can be learnt from it.
struct ScoreSample {
  std::optional<double> score{};
  double size = 0.0;
  std::optional<double> variance{};
};

/// The model of a catalogue; absent with fewer than four scores, if none of two sessions or more has a
/// variance, or for scores too large to be squared. Three passes.
inline std::optional<CatalogueModel> fit_catalogue(std::span<const ScoreSample> samples) {
  CatalogueModel model;
  double total = 0.0;
  double plain_mean = 0.0;
  double freedom = 0.0;
  for (const ScoreSample& sample : samples) {
    if (sample.size <= 0.0) continue;
    ++model.titles;
    total += sample.size;
    plain_mean += (*sample.score - plain_mean) * (sample.size / total);
    if (!sample.variance) continue;
    freedom += sample.size - 1.0;
    model.within += (*sample.variance - model.within) * ((sample.size - 1.0) / freedom);
  }
  if (model.titles < 4.0 || freedom <= 0.0) return std::nullopt;

  double squares = 0.0;
  double effective = 0.0;  // N - Σ n² / N
  for (const ScoreSample& sample : samples) {
    if (sample.size <= 0.0) continue;
    const double distance = *sample.score - plain_mean;
    squares += sample.size * distance * distance;
    effective += sample.size * ((total - sample.size) / total);
  }
  const double explained = (squares - (model.titles - 1.0) * model.within) / effective;
  if (!std::isfinite(explained)) return std::nullopt;
  if (explained <= 0.0) {  // then w = n / within, which may be infinite
    model.mean = plain_mean;
    model.mean_variance = model.within / total;
    model.typical_variance = model.titles * model.within / total;
    return model;
  }

  model.between = explained;
  double weights = 0.0;
  for (const ScoreSample& sample : samples) {
    if (sample.size <= 0.0) continue;
    const double own = model.within / sample.size;
    const double weight = 1.0 / (model.between + own);
    weights += weight;
    model.mean += (*sample.score - model.mean) * (weight / weights);
    model.typical_variance += (own - model.typical_variance) * (weight / weights);
  }
  model.mean_variance = 1.0 / weights;
  return model;
}

/// What `model` makes of a score that has a sample.
inline ModelledScore modelled(const ScoreSample& sample, const CatalogueModel& model) {
  const double own = model.within / sample.size;
  const double spread = model.between + own;
  const double drawn = spread > 0.0 ? own / spread : 1.0;  // 1 - z
  const double distance = *sample.score - model.mean;
  ModelledScore result;
  result.credibility = 1.0 - drawn;
  result.score = model.mean + result.credibility * distance;
  if (spread > 0.0) {
    const double v =
        2.0 / (model.titles - 3.0) * drawn * drawn * ((model.typical_variance + model.between) / spread);
    result.spread_error = std::sqrt(v) * distance;
  }
  result.standard_error = std::sqrt(result.credibility * own + drawn * drawn * model.mean_variance +
                                    result.spread_error * result.spread_error);
  return result;
}

/// The variance of the difference of two modelled scores: their own errors are independent, those of the
/// model's mean and spread are not.
inline double difference_variance(const ModelledScore& a, const ModelledScore& b,
                                  const CatalogueModel& model) {
  const double own = model.between * ((1.0 - a.credibility) + (1.0 - b.credibility));
  const double apart = a.credibility - b.credibility;
  const double spread_error = a.spread_error - b.spread_error;
  return own + apart * apart * model.mean_variance + spread_error * spread_error;
}

}  // namespace detail
}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_CATALOGUE_MODEL_HPP
