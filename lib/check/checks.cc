// SPDX-License-Identifier: Apache-2.0
#include "lib/check/checks.h"

#include <array>

#include "lib/check/border.h"
#include "lib/check/compression.h"
#include "lib/check/dark_glasses.h"
#include "lib/check/exposure.h"
#include "lib/check/face_size.h"
#include "lib/check/features.h"
#include "lib/check/noise.h"
#include "lib/check/pose.h"
#include "lib/check/screen_photo.h"
#include "lib/check/sharpness.h"
#include "lib/check/text_overlay.h"
#include "lib/check/upscaling.h"

namespace gradphoto::check {
namespace {

constexpr auto kPhotoChecks = std::to_array<PhotoCheck>({
    // The person.
    {"face_size", "MULTIPLE_FACES FACE_TOO_SMALL", CheckFaceSize},
    {"pose", "HEAD_TILTED HEAD_TURNED HEAD_UP_DOWN", CheckPose},
    {"features", "EYES_CLOSED MOUTH_OPEN", CheckFeatures},
    {"dark_glasses", "DARK_GLASSES", CheckDarkGlasses},
    // The picture.
    {"exposure", "UNDEREXPOSED OVEREXPOSED MONOCHROME", CheckExposure},
    {"sharpness", "BLURRED MOTION_BLUR", CheckSharpness},
    {"noise", "NOISY", CheckNoise},
    {"compression", "COMPRESSED", CheckCompression},
    {"upscaling", "UPSCALED", CheckUpscaling},
    {"screen_photo", "SCREEN_PHOTO", CheckScreenPhoto},
    {"border", "BORDER", CheckBorder},
    {"text_overlay", "TEXT_OVERLAY", CheckTextOverlay},
});

}  // namespace

std::span<const PhotoCheck> PhotoChecks() { return kPhotoChecks; }

}  // namespace gradphoto::check
