// SPDX-License-Identifier: Apache-2.0
// How a line of the log is written: what a terminal may be given, in Chinese where that is asked for.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <spdlog/formatter.h>

#include "lib/standard/texts.h"

namespace gradphoto::cli {

// `prefix` is a pattern of spdlog ("%n: "). The catalogue is read for the first line, since most runs have
// nothing to say; where it cannot be read, lines stay English.
std::unique_ptr<spdlog::formatter> LineFormatter(standard::Language language,
                                                 const std::filesystem::path& config_dir,
                                                 const std::string& prefix);

}  // namespace gradphoto::cli
