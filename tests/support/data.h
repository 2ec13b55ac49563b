// SPDX-License-Identifier: Apache-2.0
// What tests need beyond the sources: the models that scripts/setup makes, and the calibration data. Missing
// models fail a test. Missing data makes the program exit with kSkipped, unless a test failed: cases that need
// data stand in files x_data_test.cc, and gradphoto_add_test makes an entry of its own of these.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace gradphoto::testing {

// The folder with the .onnx files; ends the test case with the command that makes them when there are none.
std::filesystem::path ModelDir();

// The exit code that CTest takes for "skipped".
inline constexpr int kSkipped = 77;

// <folder> of the calibration data: $GRADPHOTO_DATA, or ../shared/data beside the checkout. Nothing, with a
// message "skipped: ...", where it is absent.
std::optional<std::filesystem::path> SharedData(std::string_view folder);

// Whether SharedData has missed a folder in this process.
bool DataWasMissing();

// The regular files of a folder with this extension, sorted; all of them for an empty extension.
std::vector<std::filesystem::path> FilesIn(const std::filesystem::path& folder, std::string_view extension);

// Whole contents; ends the test case when the file cannot be read.
std::vector<std::byte> Bytes(const std::filesystem::path& file);

}  // namespace gradphoto::testing
