// SPDX-License-Identifier: Apache-2.0
// 人工审核: what a person needs to decide on a photo after too many failures, in one folder per case:
//
//   <directory>/<student>-<attempt>/      numbers of the ledger; no name, no identity number
//     photo.<ext>        the photo as handed in
//     reference.<ext>    the portrait it was compared with, if any; not one on an identity card
//     standardized.jpg   the photo as it would be delivered, if it can be made
//     case.json          student, and every attempt with its findings, decisions and replies; written last
//
// Directories get mode 0700, files 0600. Every file is in the ledger: `purge` deletes it, `verify` looks for
// it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/ledger/ledger.h"
#include "lib/standard/reasons.h"

namespace gradphoto::ledger {

// The finished JPEG of a photo that was rejected, made anew; nothing when none can be made.
using Renderer = std::function<std::optional<std::vector<std::byte>>(const Record&)>;

// Makes the folder of every student who stands in manual-review and whose current attempt has none yet. Returns
// how many were made. Errors: kOutput - disk.
Result<std::size_t> MakeEvidence(Ledger& ledger, const std::filesystem::path& directory,
                                 const standard::Reasons& reasons, const Renderer& render, const Moment& now);

// Whose case lies in a folder of this name; nothing for other names.
std::optional<StudentId> StudentOfCase(std::string_view folder);

// The standardized.jpg of the case, if there is one.
Result<std::optional<LedgerFile>> EvidencePicture(Ledger& ledger, StudentId student, int attempt);

}  // namespace gradphoto::ledger
