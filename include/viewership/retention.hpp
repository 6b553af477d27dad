// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_RETENTION_HPP
#define VIEWERSHIP_RETENTION_HPP

/// @file
/// Retention in full: every positional question about the audience of one content. Whatever stands here by a
/// function of sessions stands here by an accumulator, too: feed several of them from one replay by
/// `analyze`.

#include <viewership/benchmarks.hpp>
#include <viewership/drop_off.hpp>
#include <viewership/reach.hpp>
#include <viewership/retention_curve.hpp>
#include <viewership/rewatch.hpp>
#include <viewership/segments.hpp>
#include <viewership/skipped.hpp>
#include <viewership/slices.hpp>
#include <viewership/stored_maps.hpp>

#endif  // VIEWERSHIP_RETENTION_HPP
