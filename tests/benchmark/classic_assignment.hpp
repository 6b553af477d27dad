// SPDX-License-Identifier: MIT
// Assignment as it is classically written, to measure against: FNV-1a of the id, scaled to [0, 1), and a walk
// along floating-point weights.
#ifndef VIEWERSHIP_BENCHMARK_CLASSIC_ASSIGNMENT_HPP
#define VIEWERSHIP_BENCHMARK_CLASSIC_ASSIGNMENT_HPP

#include <cstdint>
#include <span>
#include <string>

namespace classic {

void assign(std::span<const double> weights, std::span<const std::string> units,
            std::span<std::uint32_t> variants);

}  // namespace classic

#endif  // VIEWERSHIP_BENCHMARK_CLASSIC_ASSIGNMENT_HPP
