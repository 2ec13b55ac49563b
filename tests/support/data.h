// SPDX-License-Identifier: Apache-2.0
// What tests need beyond the sources: the models that scripts/setup makes, and the calibration data beside the
// checkout. Missing models fail a test, missing data skips it with a message.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace gradphoto::testing {

// The folder with the .onnx files; ends the test case with the command that makes them when there are none.
std::filesystem::path ModelDir();

// <checkout>/../shared/data/<folder>; nothing, and a message "skipped: ...", where it is absent.
std::optional<std::filesystem::path> SharedData(std::string_view folder);

// The regular files of a folder with this extension, sorted; all of them for an empty extension.
std::vector<std::filesystem::path> FilesIn(const std::filesystem::path& folder, std::string_view extension);

// Whole contents; ends the test case when the file cannot be read.
std::vector<std::byte> Bytes(const std::filesystem::path& file);

}  // namespace gradphoto::testing
