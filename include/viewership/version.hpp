// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_VERSION_HPP
#define VIEWERSHIP_VERSION_HPP

/// @file
/// The library's version. The build files read it from here.

#define VIEWERSHIP_VERSION_MAJOR 0
#define VIEWERSHIP_VERSION_MINOR 1
#define VIEWERSHIP_VERSION_PATCH 0

#endif  // VIEWERSHIP_VERSION_HPP
