// SPDX-License-Identifier: Apache-2.0
// Every reason code gradphoto can give, with the unit of its value and the side on which a limit binds.
// The texts for people are in configs/reasons.yaml; the limits in configs/standards/*.yaml.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/record/record.h"

namespace gradphoto::standard {

// Where a measured value becomes bad.
enum class Bound {
  kNone,    // A yes/no finding: a severity, no number to compare.
  kAbove,   // Bad when the value (for angles: its absolute value) is above the limit.
  kBelow,   // Bad when the value is below the limit.
  kWindow,  // Bad outside a window that another part of the profile gives (placement, file).
};

// Which part of the work gives the code; a stage that runs again takes its own findings back and no others.
enum class Stage { kPhoto, kComparison, kBatch, kRoster };

struct CodeInfo {
  std::string_view code;
  std::string_view
      unit;  // Suffix of the limit keys in profiles: warn_deg, reject_px...; empty for Bound::kNone.
  Bound bound;
  Stage stage = Stage::kPhoto;
};

std::span<const CodeInfo> AllCodes();
const CodeInfo* FindCode(std::string_view code);  // Null when unknown.
std::vector<std::string> AllCodeNames();

// Place in the order of importance, 0 = what a student should put right first; unknown codes come last.
std::size_t ImportanceOf(std::string_view code);
// Worst severity first, then by importance; findings that are alike in both keep their order.
void SortFindings(std::vector<Finding>& findings);
Stage StageOf(std::string_view code);  // kRoster for unknown codes: what is not known is never taken back.

}  // namespace gradphoto::standard
