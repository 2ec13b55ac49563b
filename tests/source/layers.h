// SPDX-License-Identifier: Apache-2.0
// The rules that every C++ file of the project keeps, read from the sources as text. Pure functions of a tree
// of files, so that the test can hold a made tree against them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace gradphoto::testing {

inline constexpr std::size_t kMaxFunctionLines = 80, kMaxToolLines = 250, kMaxBatchToolLines = 259;

// The folders of lib/CMakeLists.txt, bottom to top.
std::vector<std::string> LayersOf(const std::filesystem::path& root);

// One line per broken rule, "<path>:<line>: <rule>", in the order of the paths:
// - an #include "lib/<folder>/..." in lib/ names the same folder or one that stands above in
// lib/CMakeLists.txt;
// - image and geometry, which stand side by side, do not know each other;
// - nothing in lib/ includes cli/ or tests/, nothing in cli/ includes tests/;
// - every folder of lib/ is listed in lib/CMakeLists.txt;
// - nothing in lib/ and cli/ includes bench/;
// - the first line of every .h and .cc of lib/, cli/, bench/ and tests/ is the SPDX line;
// - no function of lib/ and cli/ is longer than kMaxFunctionLines;
// - no .cc of cli/ is longer than kMaxToolLines; gradphoto-batch.cc may be a little longer.
std::vector<std::string> BrokenRules(const std::filesystem::path& root);

}  // namespace gradphoto::testing
