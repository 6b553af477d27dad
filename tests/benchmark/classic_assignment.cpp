// SPDX-License-Identifier: MIT
#include "classic_assignment.hpp"

#include <cstddef>

namespace classic {

void assign(std::span<const double> weights, std::span<const std::string> units,
            std::span<std::uint32_t> variants) {
  double total = 0.0;
  for (const double weight : weights) total += weight;
  for (std::size_t i = 0; i < units.size(); ++i) {
    std::uint32_t hash = 2'166'136'261u;
    for (const char c : units[i]) {
      hash ^= static_cast<unsigned char>(c);
      hash *= 16'777'619u;
    }
    const double bucket = static_cast<double>(hash) / 4'294'967'296.0 * total;
    double cumulative = 0.0;
    std::uint32_t variant = 0;
    for (; variant + 1 < weights.size(); ++variant) {
      cumulative += weights[variant];
      if (bucket < cumulative) break;
    }
    variants[i] = variant;
  }
}

}  // namespace classic
