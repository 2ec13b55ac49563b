// SPDX-License-Identifier: Apache-2.0
// The commands list and show of gradphoto-standards.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/common/exit_code.h"
#include "lib/base/error.h"
#include "lib/standard/standard.h"
#include "lib/standard/texts.h"

namespace gradphoto::cli {

// Every shipped standard, by name. Errors: kUsage - one of them is wrong.
Result<std::vector<standard::Standard>> LoadAll(const std::filesystem::path& config_dir);

// One line for each standard, or a JSON list. Errors: as LoadAll.
Result<ExitCode> List(const std::filesystem::path& config_dir, const standard::Texts& texts, bool json);

// All that a standard says, with its sources. Errors: kUsage - no such standard, or a wrong one.
Result<ExitCode> Show(const std::filesystem::path& config_dir, const std::string& name,
                      const standard::Texts& texts, bool json);

}  // namespace gradphoto::cli
