// SPDX-License-Identifier: MIT
// The answers for people.
#ifndef VIEWERSHIP_EXAMPLES_EXPERIMENT_TEXT_HPP
#define VIEWERSHIP_EXAMPLES_EXPERIMENT_TEXT_HPP

#include <vector>

#include "answer.hpp"

/// What was read and could not be, what all answers assume, and how to read them.
void print_reading(const Counts& read, viewership::ConfidenceLevel confidence);

void print_answer(const TestAnswer& answer);

void print_totals(const std::vector<TestAnswer>& answers, viewership::ConfidenceLevel confidence);

#endif  // VIEWERSHIP_EXAMPLES_EXPERIMENT_TEXT_HPP
