// SPDX-License-Identifier: MIT
// The report for people.
#ifndef VIEWERSHIP_EXAMPLES_REPORT_TEXT_HPP
#define VIEWERSHIP_EXAMPLES_REPORT_TEXT_HPP

#include <vector>

#include <viewership/io/ndjson.hpp>

#include "audience.hpp"

/// What was read, and what of it could not be.
void print_reading(const viewership::NdjsonLog& read);

void print_content(const ContentReport& report);

#endif  // VIEWERSHIP_EXAMPLES_REPORT_TEXT_HPP
