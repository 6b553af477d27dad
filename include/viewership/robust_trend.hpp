// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_ROBUST_TREND_HPP
#define VIEWERSHIP_ROBUST_TREND_HPP

/// @file
/// Trends and level shifts by ranks, which one wild value does not move.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include <viewership/detail/double_double.hpp>
#include <viewership/detail/gaussian.hpp>
#include <viewership/detail/order_statistics.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/linear_regression.hpp>
#include <viewership/trend_series.hpp>

namespace viewership::inline v0 {

/// The line of Theil and Sen.
struct TheilSen {
  /// Points used, and points left out because they are not usable.
  std::uint64_t count = 0;
  std::uint64_t rejected = 0;
  /// Absent for fewer than two different times.
  std::optional<TrendLine> line{};

  friend bool operator==(const TheilSen&, const TheilSen&) = default;
};

/// The test of Mann and Kendall: does the series tend to rise, or to fall?
struct MannKendall {
  /// Points used, and points left out because they are not usable.
  std::uint64_t count = 0;
  std::uint64_t rejected = 0;
  /// Pairs that rise less pairs that fall, in time.
  std::int64_t s = 0;
  /// Of `s`, if there is no trend, corrected for ties in value and in time. Absent, as what follows, where
  /// all values or all times are equal.
  std::optional<double> variance{};
  /// Kendall's tau-b in [-1, 1].
  std::optional<double> tau{};
  /// (s - sign(s)) / √variance, the 1 being the correction for continuity.
  std::optional<double> z{};
  /// Two-sided, by the normal approximation: good from about 10 points on.
  std::optional<double> p{};

  friend bool operator==(const MannKendall&, const MannKendall&) = default;
};

/// Where a series changed its level most.
struct LevelShift {
  /// The first time at the new level.
  Timestamp at{};
  /// Points before it, and medians before and from then on.
  std::uint64_t before = 0;
  double median_before = 0.0;
  double median_after = 0.0;
  /// Pettitt's K: how far the ranks lean to either side.
  std::int64_t statistic = 0;
  /// Two-sided and approximate, 2·exp(-6K² / (n³ + n²)), at most 1.
  double p = 1.0;

  friend bool operator==(const LevelShift&, const LevelShift&) = default;
};

/// The search for a level shift.
struct LevelShiftSearch {
  /// Points used, and points left out because they are not usable.
  std::uint64_t count = 0;
  std::uint64_t rejected = 0;
  /// The likeliest one, significant or not; absent where all values or all times are equal.
  std::optional<LevelShift> shift{};

  friend bool operator==(const LevelShiftSearch&, const LevelShiftSearch&) = default;
};

namespace detail {

/// Doubles in the order of their values as integers in the same order, and back: the middle of two of them is
/// a double between, and 64 halvings tell any two apart.
[[nodiscard]] inline std::int64_t ordinal(double value) noexcept {
  const auto bits = std::bit_cast<std::int64_t>(value);
  return bits >= 0 ? bits : (std::numeric_limits<std::int64_t>::min)() - bits;
}
[[nodiscard]] inline double from_ordinal(std::int64_t ordinal) noexcept {
  return std::bit_cast<double>(ordinal >= 0 ? ordinal : (std::numeric_limits<std::int64_t>::min)() - ordinal);
}

/// n (n - 1) / 2.
[[nodiscard]] constexpr std::uint64_t pairs_of(std::uint64_t n) noexcept {
  return n % 2 == 0 ? n / 2 * (n - (n > 0 ? 1 : 0)) : n / 2 * n;
}

/// The slopes of the pairs of points, in value per `per`, selected by rank without listing them: a pair rises
/// less than `slope` iff it falls once slope · t is taken off, so their number is that of the inversions
/// then.
class PairSlopes {
 public:
  /// At least one point, in the order of time, then value.
  PairSlopes(std::span<const TrendPoint> points, WallTime per)
      : points_(points), per_(static_cast<double>(per.count())), pairs_(pairs_of(points.size())) {
    std::vector<double> values = values_of(points);
    centre_ = {points[points.size() / 2].at, detail::median(values)};
    const TrendPoint* lowest = nullptr;  // of the instant before
    const TrendPoint* highest = nullptr;
    for_each_run(points, same_time, [&](std::size_t from, std::size_t to) {
      pairs_ -= pairs_of(to - from);
      if (lowest != nullptr) {
        const auto passed = static_cast<double>((points[from].at - lowest->at).count());
        least_ = (std::min)(least_, (points[from].value - highest->value) / passed * per_);
        most_ = (std::max)(most_, (points[to - 1].value - lowest->value) / passed * per_);
      }
      lowest = &points[from];
      highest = &points[to - 1];
    });
  }

  /// Pairs of different times.
  [[nodiscard]] std::uint64_t pairs() const noexcept { return pairs_; }

  /// The median of at least one slope. O(n log n), at most 128 times over; O(n) memory.
  [[nodiscard]] double median() {
    const double upper = at(pairs_ / 2);
    return pairs_ % 2 == 1 ? upper : std::midpoint(at(pairs_ / 2 - 1), upper);
  }

 private:
  [[nodiscard]] static bool same_time(const TrendPoint& a, const TrendPoint& b) { return a.at == b.at; }

  /// The slope of that rank from 0 up: the largest double below which lie at most `rank` slopes.
  [[nodiscard]] double at(std::uint64_t rank) {
    // The steepest slopes are those of neighbours in time; they were rounded three times.
    constexpr std::int64_t rounding = 8;
    std::int64_t below = ordinal(least_) - rounding;
    std::int64_t above = ordinal(most_) + rounding;
    while (below + 1 < above) {
      const std::int64_t middle = std::midpoint(below, above);
      (count_below(from_ordinal(middle)) <= rank ? below : above) = middle;
    }
    return from_ordinal(below);
  }

  /// A point once slope · t is taken off. Where that is lost beside the value, `lean` still tells which of
  /// two equal values is the higher then, so that slopes of exactly 0 are found.
  struct Levelled {
    DoubleDouble level;
    double lean = 0.0;

    friend bool operator<(const Levelled& a, const Levelled& b) noexcept {
      return a.level < b.level || (a.level == b.level && a.lean < b.lean);
    }
  };

  [[nodiscard]] std::uint64_t count_below(double slope) {
    levelled_.clear();
    for (const TrendPoint& point : points_) {
      const auto passed = static_cast<double>((point.at - centre_.at).count());
      const DoubleDouble rise = exact_sum(point.value, -centre_.value);
      levelled_.push_back(Levelled{rise * per_ - exact_product(slope, passed), -slope * passed});
    }
    return sort_and_count_inversions(levelled_, merged_);
  }

  std::span<const TrendPoint> points_;
  TrendPoint centre_;  // in the midst of the points, so that wild ones do not cost the others their digits
  double per_;
  std::uint64_t pairs_;
  double least_ = (std::numeric_limits<double>::max)();
  double most_ = std::numeric_limits<double>::lowest();
  std::vector<Levelled> levelled_;
  std::vector<Levelled> merged_;
};

}  // namespace detail

/// The line whose slope is the median of the slopes of all pairs of points of different times.
///
/// Up to 29 % of the points may be arbitrarily wrong without carrying it away. Its intercept is the median of
/// what the slope leaves, y - slope · (t - origin) / per. The slope is exact to the last digit of a double.
///
/// @param points in any order, several of one instant allowed; not usable ones are counted as rejected
/// @param per the slope's unit, above 0, one day unless told; else `invalid_argument`
/// @return without a line for fewer than two different times
/// Complexity: O(n log n) some 60 times over for an odd number of pairs, twice that for an even one, however
/// many pairs tie; O(n) memory, though there are n²/2 pairs. A year of days takes a millisecond, 10^5 points
/// take seconds.
/// Source: Theil (1950); Sen (1968), doi:10.1080/01621459.1968.10480934; selection by counting inversions
/// after Cole, Salowe, Steiger and Szemerédi (1989), doi:10.1137/0218055, bisecting over the doubles: ours.
[[nodiscard]] inline TheilSen theil_sen(std::span<const TrendPoint> points, WallTime per = per_day) {
  detail::require(per > WallTime::zero(), ErrorCode::invalid_argument,
                  "theil_sen: the unit of a slope must be above 0");
  const EngagementTrend trend(points);
  TheilSen result{trend.points().size(), trend.rejected(), {}};
  if (trend.points().empty()) return result;
  detail::PairSlopes slopes(trend.points(), per);
  if (slopes.pairs() == 0) return result;
  TrendLine line{slopes.median(), per, 0.0, trend.points().front().at};
  std::vector<double> rests;
  rests.reserve(trend.points().size());
  for (const TrendPoint& point : trend.points()) rests.push_back(point.value - line.at(point.at));
  line.intercept = detail::median(rests);
  result.line = line;
  return result;
}

/// Whether later values tend to be higher, or lower, by the signs of all pairs.
///
/// It asks nothing of the values' distribution, only that without a trend they are independent; days that
/// resemble their neighbours make p too small. How steep: `theil_sen`.
///
/// @param points in any order; pairs of one instant count as ties; not usable ones are counted as rejected
/// @return counts alone where all values or all times are equal
/// Complexity: O(n log n).
/// Source: Mann (1945), doi:10.2307/1907187; Kendall (1970), with his variance for ties in both, as R's
/// cor.test(method = "kendall", exact = FALSE, continuity = TRUE).
[[nodiscard]] inline MannKendall mann_kendall(std::span<const TrendPoint> points) {
  const EngagementTrend trend(points);
  MannKendall result;
  result.count = trend.points().size();
  result.rejected = trend.rejected();
  if (result.count < 2) return result;

  // Of a tie of t: pairs t(t-1)/2, and the sums that Kendall's variance wants.
  struct Ties {
    std::uint64_t pairs = 0;
    double twos = 0.0, threes = 0.0, weighted = 0.0;
    void add(std::size_t size) {
      const auto t = static_cast<double>(size);
      pairs += detail::pairs_of(size);
      twos += t * (t - 1.0);
      threes += t * (t - 1.0) * (t - 2.0);
      weighted += t * (t - 1.0) * (2.0 * t + 5.0);
    }
  };
  const auto add_to = [](Ties& ties) {
    return [&ties](std::size_t from, std::size_t to) { ties.add(to - from); };
  };
  Ties all, in_time, in_value, in_both;
  all.add(trend.points().size());
  detail::for_each_run(
      trend.points(), [](const auto& a, const auto& b) { return a.at == b.at; }, add_to(in_time));
  detail::for_each_run(trend.points(), std::equal_to<>{}, add_to(in_both));
  std::vector<double> values = detail::values_of(trend.points()), merged;
  const std::uint64_t falling = detail::sort_and_count_inversions(values, merged);
  detail::for_each_run(std::span<const double>(values), std::equal_to<>{}, add_to(in_value));

  const std::uint64_t untied = all.pairs - in_time.pairs - in_value.pairs + in_both.pairs;
  result.s = static_cast<std::int64_t>(untied - falling) - static_cast<std::int64_t>(falling);
  if (in_time.pairs == all.pairs || in_value.pairs == all.pairs) return result;
  const auto n = static_cast<double>(result.count);
  double variance = (all.weighted - in_time.weighted - in_value.weighted) / 18.0 +
                    in_time.twos * in_value.twos / (2.0 * n * (n - 1.0));
  if (result.count > 2) {
    variance += in_time.threes * in_value.threes / (9.0 * n * (n - 1.0) * (n - 2.0));
  }
  const auto varied = [&](const Ties& ties) { return static_cast<double>(all.pairs - ties.pairs); };
  const auto s = static_cast<double>(result.s);
  result.variance = variance;
  result.tau = s / std::sqrt(varied(in_time) * varied(in_value));
  result.z = (s - (s > 0.0 ? 1.0 : s < 0.0 ? -1.0 : 0.0)) / std::sqrt(variance);
  result.p = detail::gaussian_outside(*result.z);
  return result;
}

/// Where the level of a series changed most, by ranks.
///
/// U_t = 2 · (ranks of the first t points) - t (n + 1), ties sharing their mean rank; the shift lies where
/// |U_t| is largest (the earliest such t), K. Compare its p with the alpha of your choice: it is there for
/// any series. A steady trend shifts the level too, in the middle: take it out first (`decompose`, or
/// `linear_regression`'s line). Several shifts: search again on either side.
///
/// @param points in any order; a shift lies between different times; not usable ones are counted as rejected
/// @return counts alone where all values or all times are equal
/// Complexity: O(n log n).
/// Source: Pettitt (1979), doi:10.2307/2346729.
[[nodiscard]] inline LevelShiftSearch detect_level_shift(std::span<const TrendPoint> points) {
  const EngagementTrend trend(points);
  const std::span<const TrendPoint> ordered = trend.points();
  LevelShiftSearch result{ordered.size(), trend.rejected(), {}};
  if (ordered.empty()) return result;

  std::vector<double> values = detail::values_of(ordered);
  std::ranges::sort(values);
  std::int64_t leaning = 0;  // U_t
  std::optional<LevelShift> shift;
  for (std::size_t t = 0; t < ordered.size(); ++t) {
    if (t > 0 && ordered[t].at != ordered[t - 1].at && std::abs(leaning) > (shift ? shift->statistic : 0)) {
      shift.emplace();
      shift->at = ordered[t].at;
      shift->before = t;
      shift->statistic = std::abs(leaning);
    }
    const auto [from, to] = std::equal_range(values.begin(), values.end(), ordered[t].value);
    // Twice the mean rank of its tie: first + last, from 1.
    leaning +=
        (from - values.begin()) + 1 + (to - values.begin()) - static_cast<std::int64_t>(ordered.size() + 1);
  }
  if (!shift) return result;
  const auto n = static_cast<double>(ordered.size());
  const auto k = static_cast<double>(shift->statistic);
  shift->p = (std::min)(1.0, 2.0 * std::exp(-6.0 * k * k / (n * n * n + n * n)));
  values = detail::values_of(ordered);
  const std::span<double> halves(values);
  shift->median_before = detail::median(halves.first(shift->before));
  shift->median_after = detail::median(halves.subspan(shift->before));
  result.shift = shift;
  return result;
}

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_ROBUST_TREND_HPP
