// SPDX-License-Identifier: Apache-2.0
// Heads with drawn hair, headgear and covers of the lower face: what the models of lib/check/worn_model.h are
// taught with. Every picture follows from its head and its seed.
#pragma once

#include <cstdint>
#include <string_view>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

#include "tests/support/faults.h"

namespace gradphoto::bench {

// A level picture of a head, kHeadPupils_px between the pupils at most.
inline constexpr double kHeadPupils_px = 64;

enum class Worn { kNothing, kHeadgear, kCover };

struct DrawnHead {
  cv::Mat bgr;              // CV_8UC3.
  cv::Point2d left, right;  // Pupils, not exactly: as a net may find them.
  bool headgear = false, cover = false;
  std::string_view kind{};  // Of the headgear: "cap", "scarf"...; empty without.
};

// `head` has level eyes and its person mask. Hair, wall, light, lens and file vary in all three.
DrawnHead Draw(const faults::Portrait& head, Worn worn, std::uint64_t seed);

}  // namespace gradphoto::bench
