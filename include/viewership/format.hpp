// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_FORMAT_HPP
#define VIEWERSHIP_FORMAT_HPP

/// @file
/// Formatters for {fmt}: `fmt::print("{}\n", analyze_session(session))`. Text for people, which may change
/// between versions; every one takes width, fill and alignment as a string does.

#include <viewership/format/ab_testing.hpp>
#include <viewership/format/engagement.hpp>
#include <viewership/format/event.hpp>
#include <viewership/format/retention.hpp>
#include <viewership/format/session.hpp>
#include <viewership/format/trend.hpp>

#endif  // VIEWERSHIP_FORMAT_HPP
