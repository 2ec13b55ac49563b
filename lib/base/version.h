// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace gradphoto {

// The version of gradphoto, "MAJOR.MINOR.PATCH", from the top CMakeLists.txt.
std::string_view Version();

// The commit that was configured, twelve digits, with "-dirty" if files had been changed; "unknown" outside of
// git.
std::string_view Commit();

// The hashes of models.yaml, which names the models by their own hashes, and of all files in standards/, twelve
// digits each; "not found" without a configuration.
struct ConfigHashes {
  std::string models, profiles;
};
ConfigHashes HashConfigs(const std::filesystem::path& explicit_config_dir);

// What `--version` prints: "gradphoto 1.2.3", commit and hashes, in lines of their own.
std::string VersionText(const std::filesystem::path& explicit_config_dir);

}  // namespace gradphoto
