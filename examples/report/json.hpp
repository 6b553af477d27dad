// SPDX-License-Identifier: MIT
// The report for programs. Times are in milliseconds, what is absent is null; names stay, more may be added.
#ifndef VIEWERSHIP_EXAMPLES_REPORT_JSON_HPP
#define VIEWERSHIP_EXAMPLES_REPORT_JSON_HPP

#include <string>
#include <vector>

#include <viewership/io/ndjson.hpp>

#include "audience.hpp"

std::string to_json(const viewership::NdjsonLog& read, const std::vector<ContentReport>& contents,
                    bool per_session);

#endif  // VIEWERSHIP_EXAMPLES_REPORT_JSON_HPP
