// SPDX-License-Identifier: Apache-2.0
// What gradphoto-doctor looks at. Each function returns one finding or several, told in the reader's language.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cli/common/exit_code.h"
#include "lib/standard/texts.h"

namespace gradphoto::cli {

enum class Health { kGood, kDoubtful, kFault };

struct Diagnosis {
  std::string_view check;  // "models", "space"...: for programs.
  Health health = Health::kGood;
  std::string text;
  std::string remedy;                      // Empty where nothing is to be done.
  ExitCode code = ExitCode::kNotAccepted;  // Of a fault.
};
using Diagnoses = std::vector<Diagnosis>;

// The programs beside this one, and the configuration with every standard in it.
Diagnoses CheckInstallation(const std::filesystem::path& config_dir, const standard::Texts& texts);
// Every model of the registry is there, has its hash, and loads.
Diagnoses CheckModels(const std::filesystem::path& config_dir, const std::filesystem::path& model_dir,
                      const standard::Texts& texts);
// Whether a terminal shows Chinese, and whether there is a font for pictures.
Diagnoses CheckLanguage(const standard::Texts& texts);
Diagnoses CheckSpace(const std::filesystem::path& directory, const standard::Texts& texts);
// Opens the ledger for reading only.
Diagnoses CheckLedger(const std::filesystem::path& file, const standard::Texts& texts);
// Neither before the installed files were made nor before the ledger's last entry; `ledger` may be empty.
Diagnoses CheckClock(const std::filesystem::path& config_dir, const std::filesystem::path& ledger,
                     const standard::Texts& texts);

}  // namespace gradphoto::cli
