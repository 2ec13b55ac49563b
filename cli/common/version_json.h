// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace gradphoto::cli {

// {"v":1,"tool":"gradphoto-check","version":"1.2.3",...}: what --version --json prints.
std::string VersionJson(const std::string& tool, const std::filesystem::path& explicit_config_dir);

}  // namespace gradphoto::cli
