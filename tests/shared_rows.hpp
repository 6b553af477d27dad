// SPDX-License-Identifier: MIT
// Reads tables of the shared folder, which is not part of this repository.
#ifndef VIEWERSHIP_TESTS_SHARED_ROWS_HPP
#define VIEWERSHIP_TESTS_SHARED_ROWS_HPP

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#ifndef VIEWERSHIP_SHARED_DIR
#define VIEWERSHIP_SHARED_DIR ""
#endif

/// The lines of a comma-separated file of the shared folder, without the first; none if it is not there.
inline std::vector<std::vector<std::string>> shared_rows(const std::string& path) {
  std::ifstream file(std::string(VIEWERSHIP_SHARED_DIR) + "/" + path);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<std::string>& row = rows.emplace_back();
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, ',');) row.push_back(field);
  }
  return rows;
}

#endif  // VIEWERSHIP_TESTS_SHARED_ROWS_HPP
