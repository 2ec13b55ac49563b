// SPDX-License-Identifier: Apache-2.0
// The checks of a photo, one row each: what a reader wants to see first. Each row is a file pair of this folder
// that measures raw quantities and judges them; limits and severities come from the profile.
#pragma once

#include <span>
#include <string_view>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

struct PhotoCheck {
  std::string_view name;  // Of the file pair; bench/ tells the milliseconds of each.
  standard::Codes codes;  // That it can give.
  void (*run)(const Subject& subject, Sheet& sheet);
};

struct OutputCheck {
  std::string_view name;
  standard::Codes codes;
  void (*run)(const OutputView& output, Sheet& sheet);
};

// In the order in which they run; they do not depend on each other.
std::span<const PhotoCheck> PhotoChecks();    // Of the photo as it came.
std::span<const OutputCheck> OutputChecks();  // Of the picture as it will be delivered.

}  // namespace gradphoto::check
