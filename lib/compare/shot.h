// SPDX-License-Identifier: Apache-2.0
// Whether two photos are the same shot: one file, compressed, scaled, cropped or coloured differently.
// Portraits of one pose are so alike that hashes of the whole picture (pHash and its kin) confuse people; here
// the aligned faces are compared pixel by pixel after a band-pass, which leaves what changes from shot to shot
// (lids, lips, strands of hair, light) and takes away exposure and fine noise.
#pragma once

#include <array>
#include <cstdint>

#include <opencv2/core/mat.hpp>

namespace gradphoto::compare {

inline constexpr int kShotSide = 32;
// Zero-mean, scaled to use the range of the type. Personal data: a coarse face can be made from it.
using ShotFingerprint = std::array<std::int8_t, kShotSide * kShotSide>;

// `aligned` is a result of AlignFace. Difference of Gaussians (0.5 and 1.5 px at 32 x 32), divided by its own
// local strength (4 px). All zero for a picture without any structure.
ShotFingerprint FingerprintOfShot(const cv::Mat& aligned);

// Correlation, -1..1; 0 when one is all zero. Measured on London: the same shot recompressed at quality 40,
// halved and cropped, or cut to 358 x 441 reaches at least 0.990; the neutral and the smiling shot of one
// person at most 0.974 (docs/COMPARISON.md).
double ShotCorrelation(const ShotFingerprint& first, const ShotFingerprint& second);

}  // namespace gradphoto::compare
