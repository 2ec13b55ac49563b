// SPDX-License-Identifier: Apache-2.0
#include "cli/common/version_json.h"

#include "lib/base/version.h"
#include "lib/record/record.h"

namespace gradphoto::cli {

std::string VersionJson(const std::string& tool, const std::filesystem::path& explicit_config_dir) {
  const ConfigHashes hashes = HashConfigs(explicit_config_dir);
  return Json{{"v", 1},
              {"tool", tool},
              {"version", Version()},
              {"commit", Commit()},
              {"models", hashes.models},
              {"profiles", hashes.profiles}}
      .dump();
}

}  // namespace gradphoto::cli
