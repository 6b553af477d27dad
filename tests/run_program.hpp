// SPDX-License-Identifier: MIT
// Runs a program as its user does.
#ifndef VIEWERSHIP_TESTS_RUN_PROGRAM_HPP
#define VIEWERSHIP_TESTS_RUN_PROGRAM_HPP

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

/// A folder of its own for every test, gone afterwards.
class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              ("viewership_test_" + std::to_string(std::random_device{}()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary) << text;
    return file(name);
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream stream(file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

 private:
  std::filesystem::path path_;
};

struct Run {
  int status;
  std::string out;
  std::string error;
};

/// Runs `program` with arguments as a shell reads them.
inline Run run_program(const std::string& program, const std::string& arguments) {
  const Folder folder;
  const std::string command =
      program + " " + arguments + " >" + folder.file("out") + " 2>" + folder.file("error");
  const int status = std::system(command.c_str());
  return {status / 256, folder.read("out"), folder.read("error")};
}

#endif  // VIEWERSHIP_TESTS_RUN_PROGRAM_HPP
