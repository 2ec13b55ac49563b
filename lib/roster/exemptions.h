// SPDX-License-Identifier: Apache-2.0
// What the roster's column `exemptions` excuses: from a clerk's words to reason codes, by the table of
// configs/exemptions.yaml and nothing else. What is not in the table is never guessed.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/standard/codes.h"

namespace gradphoto::roster {

struct Exemptions {
  std::set<standard::Code> codes;
  // 1-based places of the parts of the cell that are not known; of the whole cell (0) when it names a reason
  // only. The words themselves are personal (faith, health) and stay in the roster.
  std::vector<int> unknown;
};

class ExemptionTable {
 public:
  // Errors: kUsage - see base/yaml.h; unknown code, a word that stands twice.
  static Result<ExemptionTable> Load(const std::filesystem::path& config_dir);

  // Reads one cell; an empty one excuses nothing.
  Exemptions Parse(std::string_view cell) const;

 private:
  std::map<std::string, std::set<standard::Code>, std::less<>> words_;  // Folded word or code -> codes.
  std::set<std::string, std::less<>> reasons_, none_;
  std::size_t longest_words_ = 1;  // Blank-separated words in the longest entry ("head covering": 2).
};

}  // namespace gradphoto::roster
