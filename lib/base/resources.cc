// SPDX-License-Identifier: Apache-2.0
#include "lib/base/resources.h"

#include <cstdlib>
#include <vector>

namespace gradphoto {
namespace {

namespace fs = std::filesystem;

struct Resource {
  const char* option;
  const char* variable;
  const char* marker;  // A file that must be in the directory.
  fs::path installed;  // Relative to the directory of the running program.
  fs::path built;
};

// The directory, or an error text that lists the places looked at.
std::expected<fs::path, std::string> Find(const Resource& resource, const fs::path& explicit_dir) {
  std::error_code error;
  const auto check_named = [&](const fs::path& dir, const char* by) -> std::expected<fs::path, std::string> {
    if (fs::exists(dir / resource.marker, error)) return dir;
    return std::unexpected(dir.string() + " (given by " + by + ") has no " + resource.marker);
  };
  if (!explicit_dir.empty()) return check_named(explicit_dir, resource.option);
  if (const char* value = std::getenv(resource.variable); value != nullptr && *value != '\0') {
    return check_named(value, resource.variable);
  }
  const fs::path bin = fs::read_symlink("/proc/self/exe", error).parent_path();
  std::string places;
  for (const fs::path& relative : {resource.installed, resource.built}) {
    fs::path dir = (bin / relative).lexically_normal();
    if (fs::exists(dir / resource.marker, error)) return dir;
    places += (places.empty() ? "" : " nor in ") + dir.string();
  }
  return std::unexpected(std::string(resource.marker) + " is not in " + places + "; name the directory with " +
                         resource.option + " or " + resource.variable);
}

}  // namespace

Result<fs::path> FindConfigDir(const fs::path& explicit_dir) {
  const Resource configs{"--configs", "GRADPHOTO_CONFIGS", "models.yaml", "../share/gradphoto/configs",
                         "../../../configs"};
  auto found = Find(configs, explicit_dir);
  if (!found) return Fail(ErrorKind::kUsage, "configuration not found: " + found.error());
  return *found;
}

Result<fs::path> FindModelDir(const fs::path& explicit_dir) {
  const Resource models{"--models", "GRADPHOTO_MODELS", "blazeface-back.onnx", "../share/gradphoto/models",
                        "../../models"};
  auto found = Find(models, explicit_dir);
  if (!found) {
    return Fail(ErrorKind::kModel,
                "models not found: " + found.error() + "; scripts/setup of the source tree makes them");
  }
  return *found;
}

}  // namespace gradphoto
