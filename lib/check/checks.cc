// SPDX-License-Identifier: Apache-2.0
#include "lib/check/checks.h"

#include <array>

#include "lib/check/covered.h"
#include "lib/check/dark_glasses.h"
#include "lib/check/exposure.h"
#include "lib/check/face_size.h"
#include "lib/check/features.h"
#include "lib/check/glare.h"
#include "lib/check/glasses.h"
#include "lib/check/hair.h"
#include "lib/check/headgear.h"
#include "lib/check/pose.h"
#include "lib/check/sharpness.h"

namespace gradphoto::check {
namespace {

constexpr auto kPhotoChecks = std::to_array<PhotoCheck>({
    // The person.
    {"face_size", "MULTIPLE_FACES FACE_TOO_SMALL", CheckFaceSize},
    {"pose", "HEAD_TILTED HEAD_TURNED HEAD_UP_DOWN", CheckPose},
    {"features", "EYES_CLOSED MOUTH_OPEN", CheckFeatures},
    {"glasses", "GLASSES", CheckGlasses},
    {"dark_glasses", "DARK_GLASSES", CheckDarkGlasses},
    {"glare", "GLASSES_GLARE", CheckGlare},
    {"hair", "HAIR_OVER_EYES HAIR_OVER_BROWS", CheckHair},
    {"covered", "FACE_COVERED", CheckCovered},
    {"headgear", "HEADGEAR", CheckHeadgear},
    // The picture.
    {"exposure", "UNDEREXPOSED OVEREXPOSED MONOCHROME", CheckExposure},
    {"sharpness", "BLURRED", CheckSharpness},
});

}  // namespace

std::span<const PhotoCheck> PhotoChecks() { return kPhotoChecks; }

}  // namespace gradphoto::check
