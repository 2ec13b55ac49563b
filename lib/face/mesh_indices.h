// SPDX-License-Identifier: Apache-2.0
// Which of the 468 mesh points the finer lip and eye outputs of the attention mesh replace, in the order of
// those outputs, and which points change places in the mirror. Source: MediaPipe,
// tensors_to_face_landmarks_with_attention.pbtxt (Apache-2.0).
#pragma once

#include <algorithm>
#include <array>

namespace gradphoto::face {

inline constexpr std::array<int, 80> kLipIndices = {
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0,  267, 269, 270, 409,
    78, 95,  88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415,
    76, 77,  90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408,
    62, 96,  89, 179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407};

inline constexpr std::array<int, 71> kLeftEyeIndices = {
    33,  7,   163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173, 130, 25,
    110, 24,  23,  22,  26,  112, 243, 247, 30,  29,  27,  28,  56,  190, 226, 31,  228, 229,
    230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189, 35,  124, 46,  53,  52,  65,
    143, 111, 117, 118, 119, 120, 121, 128, 245, 156, 70,  63,  105, 66,  107, 55,  193};

inline constexpr std::array<int, 71> kRightEyeIndices = {
    263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398, 359, 255,
    339, 254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414, 446, 261, 448, 449,
    450, 451, 452, 453, 464, 342, 445, 444, 443, 442, 441, 413, 265, 353, 276, 283, 282, 295,
    372, 340, 346, 347, 348, 349, 350, 357, 465, 383, 300, 293, 334, 296, 336, 285, 417};

// Of each of the 478 points the one that takes its place in the mirror. Of the mesh the points on the middle
// line stay; the others below 248 are those of the picture's left half, and in the same order as those of the
// right half from 248 on (found by matching the mean mesh of 120 portraits with its mirror image). Of the
// irises, which count from the pupil around, left and right change places.
constexpr std::array<int, 478> MirroredIndices() {
  constexpr std::array kMiddle = {0,  1,  2,  4,  5,  6,   8,   9,   10,  11,  12,  13,  14,  15,
                                  16, 17, 18, 19, 94, 151, 152, 164, 168, 175, 195, 197, 199, 200};
  std::array<int, 478> mirrored{};
  int right = 248;
  for (int left = 0; left < 248; ++left) {
    const auto i = static_cast<std::size_t>(left);
    if (std::ranges::find(kMiddle, left) != kMiddle.end()) {
      mirrored[i] = left;
    } else {
      mirrored[i] = right;
      mirrored[static_cast<std::size_t>(right++)] = left;
    }
  }
  constexpr std::array kIrises = {473, 476, 475, 474, 477, 468, 471, 470, 469, 472};
  std::ranges::copy(kIrises, mirrored.begin() + 468);
  return mirrored;
}

}  // namespace gradphoto::face
