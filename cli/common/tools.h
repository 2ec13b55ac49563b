// SPDX-License-Identifier: Apache-2.0
// The tools by the names under which `gradphoto NAME` runs them, in the order of a batch.
#pragma once

#include <array>
#include <string_view>

#include "lib/standard/texts.h"

namespace gradphoto::cli {

struct Tool {
  std::string_view name;  // The program is "gradphoto-" and this.
  standard::TextKey what;
};

inline constexpr auto kTools = std::to_array<Tool>({
    {"link", "tool.link"},
    {"identity", "tool.identity"},
    {"check", "tool.check"},
    {"standardize", "tool.standardize"},
    {"compare", "tool.compare"},
    {"pack", "tool.pack"},
    {"report", "tool.report"},
    {"batch", "tool.batch"},
    {"ledger", "tool.ledger"},
    {"standards", "tool.standards"},
    {"doctor", "tool.doctor"},
});

}  // namespace gradphoto::cli
