// SPDX-License-Identifier: Apache-2.0
// What the free text of a portal's reply means, by the rules of configs/portal.yaml.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/ledger/state.h"

namespace gradphoto::ledger {

struct Reply {
  EventKind meaning = EventKind::kUnknown;  // kApproved, kPending, kRefused, kDisputed or kUnknown.
  std::string code;                         // Of standard/codes.h; for kRefused and kDisputed.
};

class PortalRules {
 public:
  // Errors: kUsage - see base/yaml.h; unknown meaning or code, a text that stands twice.
  static Result<PortalRules> Load(const std::filesystem::path& config_dir);

  const std::vector<std::string>& columns() const { return columns_; }
  Reply Classify(std::string_view text) const;

 private:
  struct Rule {
    Reply reply;
    std::vector<std::string> texts;  // As Plain() makes them.
  };
  std::vector<std::string> columns_, negations_;
  std::vector<Rule> exact_, contains_;
};

}  // namespace gradphoto::ledger
