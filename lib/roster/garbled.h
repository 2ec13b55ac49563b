// SPDX-License-Identifier: Apache-2.0
// File names that were read in the wrong encoding on their way: zips made on Chinese Windows carry GBK without
// saying so, and are unpacked elsewhere as CP437 or Latin text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gradphoto::roster {

struct Repaired {
  std::string text;      // What it probably was; UTF-8 with at least two ideographs side by side.
  std::string_view how;  // "GBK read as CP437", a clause for people.
};

// Every reading of `text` that turns what looks wrong into Chinese: GBK that was read as CP437, CP850, CP1252
// or Latin-1, UTF-8 that was read as one of these or as GBK, and raw bytes of GBK. Empty for text that may be
// what it says, so Chinese and names with a few accents come back with nothing.
std::vector<Repaired> Repairs(std::string_view text);

}  // namespace gradphoto::roster
