// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/deliver/pack.h"
#include "lib/record/record.h"

namespace gradphoto::deliver {

struct NamedPack {
  PackOptions options;
  // Says which official tool makes the packs of this standard and so should be used; empty when there is none.
  std::string official_tool;
};

// Names of a pack: the given templates, else those of the standard, else "{id_number}" without folders. An
// empty `standard` means that none is known. Errors: kUsage - unknown standard, bad template.
Result<NamedPack> PackOptionsFor(const std::filesystem::path& config_dir, const std::string& standard,
                                 std::string name_template, std::string folder_template);

// The name of the standard that the accepted records were made for ("chsi-2017" of "chsi-2017@3"); empty when
// they name none. Errors: kUsage - they name several.
Result<std::string> StandardOf(const std::vector<Record>& records);

}  // namespace gradphoto::deliver
