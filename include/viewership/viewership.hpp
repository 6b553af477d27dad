// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_VIEWERSHIP_HPP
#define VIEWERSHIP_VIEWERSHIP_HPP

/// @file
/// Everything that needs only a C++20 standard library. Left out, because each costs a dependency:
/// `inference/` (Boost.Math),
/// `format.hpp` (fmt), `io/ndjson.hpp` (simdjson).

#include <viewership/ab_testing.hpp>
#include <viewership/accumulator.hpp>
#include <viewership/audience.hpp>
#include <viewership/audience_grid.hpp>
#include <viewership/benchmarks.hpp>
#include <viewership/bivariate_moments.hpp>
#include <viewership/catalogue_model.hpp>
#include <viewership/content_duration.hpp>
#include <viewership/drop_off.hpp>
#include <viewership/engagement.hpp>
#include <viewership/engagement_score.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>
#include <viewership/heatmap.hpp>
#include <viewership/moments.hpp>
#include <viewership/playback_map.hpp>
#include <viewership/played_session.hpp>
#include <viewership/proportion.hpp>
#include <viewership/ranking.hpp>
#include <viewership/reach.hpp>
#include <viewership/relative_engagement.hpp>
#include <viewership/replay.hpp>
#include <viewership/retention.hpp>
#include <viewership/retention_curve.hpp>
#include <viewership/rewatch.hpp>
#include <viewership/segments.hpp>
#include <viewership/session.hpp>
#include <viewership/session_log.hpp>
#include <viewership/similarity.hpp>
#include <viewership/skipped.hpp>
#include <viewership/slices.hpp>
#include <viewership/stored_maps.hpp>
#include <viewership/trend.hpp>
#include <viewership/version.hpp>

#endif  // VIEWERSHIP_VIEWERSHIP_HPP
