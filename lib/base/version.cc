// SPDX-License-Identifier: Apache-2.0
#include "lib/base/version.h"

#include <map>
#include <system_error>

#include "lib/base/resources.h"
#include "lib/base/sha256.h"

namespace gradphoto {
namespace {

constexpr std::size_t kHashDigits = 12;

}  // namespace

std::string_view Version() { return GRADPHOTO_VERSION; }

std::string_view Commit() { return GRADPHOTO_COMMIT; }

ConfigHashes HashConfigs(const std::filesystem::path& explicit_config_dir) {
  ConfigHashes found{"not found", "not found"};
  const auto configs = FindConfigDir(explicit_config_dir);
  if (!configs) return found;
  if (const auto hash = Sha256File(*configs / "models.yaml")) found.models = hash->substr(0, kHashDigits);
  std::map<std::string, std::string> hashes;  // By file name: the order of a listing is anybody's guess.
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(*configs / "standards", ignored)) {
    if (entry.path().extension() != ".yaml") continue;
    hashes[entry.path().filename().string()] = Sha256File(entry.path()).value_or("");
  }
  std::string all;
  for (const auto& [name, hash] : hashes) all.append(name).append(" ").append(hash).append("\n");
  if (!hashes.empty()) found.profiles = Sha256Hex(all).substr(0, kHashDigits);
  return found;
}

std::string VersionText(const std::filesystem::path& explicit_config_dir) {
  const ConfigHashes hashes = HashConfigs(explicit_config_dir);
  return "gradphoto " + std::string(Version()) + "\ncommit " + std::string(Commit()) + "\nmodels " +
         hashes.models + "\nprofiles " + hashes.profiles;
}

}  // namespace gradphoto
