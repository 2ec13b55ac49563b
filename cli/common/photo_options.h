// SPDX-License-Identifier: Apache-2.0
// The options of every tool that looks into photos.
#pragma once

#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/common/exit_code.h"
#include "cli/common/inputs.h"
#include "cli/common/run_main.h"
#include "lib/pipeline/engine.h"

namespace gradphoto::cli {

struct PhotoOptions {
  std::string standard = "chsi-2017";
  std::filesystem::path model_dir;  // Empty: see base/resources.h.
  double timeout_s = 60;            // CPU time of a decoder.
  int threads = 0;                  // 0: one per core.
  bool all = false;                 // Also look at records that are already rejected.
};

void AddInputOptions(CLI::App& app, InputOptions& options);
// Adds --timeout-per-photo.
void AddTimeoutOption(CLI::App& app, double& timeout_s);
void AddPhotoOptions(CLI::App& app, PhotoOptions& options);
pipeline::EngineOptions EngineOptionsFrom(const PhotoOptions& photos, const CommonOptions& common);

// False for a record that passes through as it is: without a photo, or already rejected (unless --all).
bool NeedsWork(const Record& record, const PhotoOptions& options);

}  // namespace gradphoto::cli
