// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_TREND_HPP
#define VIEWERSHIP_TREND_HPP

/// @file
/// Whether a quantity rises, and what stands out: all that is asked of a series over time.

#include <viewership/anomaly.hpp>
#include <viewership/decomposition.hpp>
#include <viewership/linear_regression.hpp>
#include <viewership/robust_trend.hpp>
#include <viewership/smoothing.hpp>
#include <viewership/trend_series.hpp>

#endif  // VIEWERSHIP_TREND_HPP
