// SPDX-License-Identifier: MIT
// The answers for programs. What is absent is null; names stay, more may be added.
#ifndef VIEWERSHIP_EXAMPLES_EXPERIMENT_JSON_HPP
#define VIEWERSHIP_EXAMPLES_EXPERIMENT_JSON_HPP

#include <string>
#include <vector>

#include "answer.hpp"

std::string to_json(const Counts& read, const std::vector<TestAnswer>& answers);

#endif  // VIEWERSHIP_EXAMPLES_EXPERIMENT_JSON_HPP
