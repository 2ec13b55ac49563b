// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "lib/base/error.h"
#include "lib/record/record.h"

namespace gradphoto::cli {

// --severity CODE=LEVEL, may be given several times.
CLI::Option* AddSeverityOption(CLI::App& app, std::vector<std::string>& severities);

// By code; whether a code takes one is checked where it is used (pipeline/engine.h).
// Errors: kUsage - not of that form, unknown level.
Result<std::map<std::string, Severity, std::less<>>> ParseSeverities(
    const std::vector<std::string>& severities);

}  // namespace gradphoto::cli
