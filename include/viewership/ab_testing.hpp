// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_AB_TESTING_HPP
#define VIEWERSHIP_AB_TESTING_HPP

/// @file
/// A/B tests: define an experiment, assign viewers to its variants, count what they do, and read an answer.

#include <viewership/assignment.hpp>
#include <viewership/experiment.hpp>
#include <viewership/experiment_results.hpp>
#include <viewership/experiment_viewers.hpp>
#include <viewership/significance.hpp>
#include <viewership/winner.hpp>

#endif  // VIEWERSHIP_AB_TESTING_HPP
