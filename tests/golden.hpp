// SPDX-License-Identifier: MIT
// Reads the shared golden numbers. They are not part of this repository: a test that wants them says so and
// returns when the folder VIEWERSHIP_SHARED_DIR is not there.
#ifndef VIEWERSHIP_TESTS_GOLDEN_HPP
#define VIEWERSHIP_TESTS_GOLDEN_HPP

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "catch.hpp"

#ifndef VIEWERSHIP_SHARED_DIR
#define VIEWERSHIP_SHARED_DIR ""
#endif

/// The JSON file `golden/<path>` of the shared folder, e.g. `golden_json("statistics/welch_t.json")`, or
/// nothing, with a warning. A file that is there but cannot be parsed is an error.
inline std::optional<nlohmann::json> golden_json(const std::string& path) {
  const std::string folder = VIEWERSHIP_SHARED_DIR;
  std::ifstream file(folder + "/golden/" + path);
  if (folder.empty() || !file) {
    WARN("skipped: no golden file " << path << " (set VIEWERSHIP_SHARED_DIR)");
    return std::nullopt;
  }
  return nlohmann::json::parse(file);
}

/// The number under `key`, or nothing when it is absent or null.
inline std::optional<double> golden_number(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) {
    return std::nullopt;
  }
  return found->get<double>();
}

#endif  // VIEWERSHIP_TESTS_GOLDEN_HPP
