// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_RELATIVE_ENGAGEMENT_HPP
#define VIEWERSHIP_RELATIVE_ENGAGEMENT_HPP

/// @file
/// How a title does among titles of similar length: the longer a title, the less of it is watched, so shares
/// viewed compare only between titles of a length.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <viewership/accumulator.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>

namespace viewership::inline v0 {

/// One title of a catalogue.
struct TitleShare {
  MediaTime duration{};
  /// The average share of it that was viewed, as in `SessionTotalsResult::average_share_viewed` or the watch
  /// time of `EngagementComponents`: the same measure for the whole catalogue.
  double share_viewed = 0.0;

  friend auto operator<=>(const TitleShare&, const TitleShare&) = default;
};

/// Titles whose durations lie in [from, to), and their shares viewed, ascending.
struct DurationBin {
  MediaTime from{};
  MediaTime to{};
  std::vector<double> shares;

  friend bool operator==(const DurationBin&, const DurationBin&) = default;
};

/// A catalogue by duration.
struct EngagementMap {
  /// Titles in the bins, and those set aside: a duration outside (0, 10^12 ms], a share that is below 0 or
  /// not finite.
  std::uint64_t titles = 0;
  std::uint64_t rejected = 0;
  /// Ascending, without gaps; empty if the catalogue does not fill one.
  std::vector<DurationBin> bins;

  /// Relative engagement: the share, in [0, 1], of titles of similar length of which less was viewed, equal
  /// ones counted half. A title of the catalogue is among those it is compared with.
  /// Absent if `title` is shorter or longer than every bin. Throws `invalid_argument` for a share that is
  /// below 0 or not finite. O(log titles).
  [[nodiscard]] std::optional<double> percentile(const TitleShare& title) const {
    detail::require(std::isfinite(title.share_viewed) && title.share_viewed >= 0.0,
                    ErrorCode::invalid_argument, "EngagementMap::percentile: the share must be at least 0");
    const auto after = std::ranges::upper_bound(bins, title.duration, {}, &DurationBin::from);
    if (after == bins.begin() || title.duration >= std::prev(after)->to) return std::nullopt;
    const std::vector<double>& shares = std::prev(after)->shares;
    const auto equal = std::equal_range(shares.begin(), shares.end(), title.share_viewed);
    const auto below = static_cast<double>(equal.first - shares.begin());
    const auto as_many = static_cast<double>(equal.second - equal.first);
    return (below + as_many / 2) / static_cast<double>(shares.size());
  }

  friend bool operator==(const EngagementMap&, const EngagementMap&) = default;
};

/// The titles of a catalogue, for their relative engagement.
///
/// Percentiles by duration are exact, so the state is the titles themselves, 16 bytes each, and merging
/// appends them; the bins are made when the result is asked for.
/// Source: Wu, Rizoiu and Xie, Beyond Views: Measuring and Predicting Engagement in Online Videos (ICWSM
/// 2018, arXiv:1709.02541): 1,000 bins even in the logarithm of the duration, from 10 s to 10^5 s; here as
/// many to the decade, at any length, so that the bins do not depend on the catalogue. They leave a last bin
/// of fewer titles, here it is merged with the one before; and they read a title beyond the catalogue's
/// lengths in the nearest bin, here it has no answer.
class RelativeEngagement {
 public:
  /// The identity of `merge`.
  RelativeEngagement() = default;

  /// Amortised O(1).
  void add(const TitleShare& title) {
    if (title.duration <= MediaTime::zero() || title.duration > max_media_time ||
        !std::isfinite(title.share_viewed) || title.share_viewed < 0.0) {
      ++rejected_;
      return;
    }
    titles_.push_back(title);
  }

  void merge(const RelativeEngagement& other) {
    rejected_ += other.rejected_;
    const std::vector<TitleShare> added = other.titles_;  // other may be this
    titles_.insert(titles_.end(), added.begin(), added.end());
  }

  /// The catalogue in bins of at least `least_titles`: bins even in log duration, from the shortest on, each
  /// merged with the next until it holds that many. 0: `invalid_argument`. O(n log n) for n titles.
  [[nodiscard]] EngagementMap result(std::size_t least_titles = 50) const {
    detail::require(least_titles > 0, ErrorCode::invalid_argument,
                    "RelativeEngagement::result: bins of no titles");
    EngagementMap map{titles_.size(), rejected_, {}};
    std::vector<TitleShare> titles = titles_;
    std::ranges::sort(titles);
    DurationBin open;
    int last_cell = 0;
    for (std::size_t i = 0; i < titles.size(); ++i) {
      const int cell = cell_of(titles[i].duration);
      const bool is_full = open.shares.size() >= least_titles && cell != last_cell;
      if (is_full) {
        open.to = begin_of(cell);
        map.bins.push_back(std::exchange(open, {}));
      }
      if (open.shares.empty()) open.from = begin_of(cell);
      open.shares.push_back(titles[i].share_viewed);
      last_cell = cell;
    }
    if (titles.empty()) return map;
    open.to = begin_of(last_cell + 1);
    if (open.shares.size() >= least_titles) {
      map.bins.push_back(std::move(open));
    } else if (!map.bins.empty()) {
      DurationBin& longest = map.bins.back();
      longest.to = open.to;
      longest.shares.insert(longest.shares.end(), open.shares.begin(), open.shares.end());
    }
    for (DurationBin& bin : map.bins) std::ranges::sort(bin.shares);
    return map;
  }

  /// Whether both hold the same titles, in any order. O(n log n).
  friend bool operator==(const RelativeEngagement& a, const RelativeEngagement& b) {
    if (a.rejected_ != b.rejected_ || a.titles_.size() != b.titles_.size()) return false;
    const auto sorted = [](std::vector<TitleShare> titles) {
      std::ranges::sort(titles);
      return titles;
    };
    return sorted(a.titles_) == sorted(b.titles_);
  }

 private:
  static constexpr double cells_per_decade = 250.0;

  /// Cells are even in the logarithm; cell 0 begins at 1 ms.
  static int cell_of(MediaTime duration) {
    return static_cast<int>(cells_per_decade * std::log10(static_cast<double>(duration.count())));
  }

  /// The shortest duration of a cell, or what would be.
  static MediaTime begin_of(int cell) {
    MediaTime begin{static_cast<std::int64_t>(std::pow(10.0, cell / cells_per_decade))};
    while (begin > MediaTime{1} && cell_of(begin - MediaTime{1}) >= cell) --begin;
    while (cell_of(begin) < cell) ++begin;
    return begin;
  }

  std::vector<TitleShare> titles_;
  std::uint64_t rejected_ = 0;
};

static_assert(AccumulatorFor<RelativeEngagement, TitleShare>);

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_RELATIVE_ENGAGEMENT_HPP
