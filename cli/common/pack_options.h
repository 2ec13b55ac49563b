// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "lib/base/error.h"
#include "lib/deliver/pack.h"

namespace gradphoto::cli {

// Names of a pack: the given templates, else those of the standard, else "{id_number}" without folders. An
// empty `standard` means that none is known. Errors: kUsage - unknown standard, bad template.
Result<deliver::PackOptions> PackOptionsFor(const std::filesystem::path& config_dir,
                                            const std::string& standard, std::string name_template,
                                            std::string folder_template);

}  // namespace gradphoto::cli
