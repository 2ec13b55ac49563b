// SPDX-License-Identifier: Apache-2.0
#include "lib/check/checks.h"

#include <array>

#include "lib/check/background.h"
#include "lib/check/border.h"
#include "lib/check/camera_distance.h"
#include "lib/check/clothes.h"
#include "lib/check/colour_cast.h"
#include "lib/check/compression.h"
#include "lib/check/covered.h"
#include "lib/check/dark_glasses.h"
#include "lib/check/exposure.h"
#include "lib/check/expression.h"
#include "lib/check/face_size.h"
#include "lib/check/features.h"
#include "lib/check/gaze.h"
#include "lib/check/glare.h"
#include "lib/check/glasses.h"
#include "lib/check/hair.h"
#include "lib/check/headgear.h"
#include "lib/check/highlights.h"
#include "lib/check/monochrome.h"
#include "lib/check/noise.h"
#include "lib/check/pose.h"
#include "lib/check/red_eye.h"
#include "lib/check/retouched.h"
#include "lib/check/screen_photo.h"
#include "lib/check/sharpness.h"
#include "lib/check/shoulders.h"
#include "lib/check/text_overlay.h"
#include "lib/check/uneven_light.h"
#include "lib/check/upscaling.h"

namespace gradphoto::check {
namespace {

constexpr auto kPhotoChecks = std::to_array<PhotoCheck>({
    // The person.
    {"face_size", "MULTIPLE_FACES FACE_TOO_SMALL", CheckFaceSize},
    {"pose", "HEAD_TILTED HEAD_TURNED HEAD_UP_DOWN", CheckPose},
    {"features", "EYES_CLOSED MOUTH_OPEN", CheckFeatures},
    {"gaze", "GAZE_OFF", CheckGaze},
    {"expression", "TEETH_SHOWN EXPRESSION", CheckExpression},
    {"shoulders", "SHOULDERS_UNEVEN", CheckShoulders},
    {"camera_distance", "SELFIE_DISTORTION", CheckCameraDistance},
    {"glasses", "GLASSES", CheckGlasses},
    {"dark_glasses", "DARK_GLASSES", CheckDarkGlasses},
    {"glare", "GLASSES_GLARE", CheckGlare},
    {"hair", "HAIR_OVER_EYES HAIR_OVER_BROWS", CheckHair},
    {"covered", "FACE_COVERED", CheckCovered},
    {"headgear", "HEADGEAR", CheckHeadgear},
    // The picture.
    {"exposure", "UNDEREXPOSED OVEREXPOSED LOW_CONTRAST", CheckExposure},
    {"uneven_light", "UNEVEN_LIGHT", CheckUnevenLight},
    {"highlights", "HIGHLIGHTS", CheckHighlights},
    {"red_eye", "RED_EYE", CheckRedEye},
    {"colour_cast", "COLOUR_CAST", CheckColourCast},
    {"monochrome", "MONOCHROME", CheckMonochrome},
    {"sharpness", "BLURRED MOTION_BLUR", CheckSharpness},
    {"noise", "NOISY", CheckNoise},
    {"compression", "COMPRESSED", CheckCompression},
    {"upscaling", "UPSCALED", CheckUpscaling},
    {"retouched", "RETOUCHED", CheckRetouched},
    {"screen_photo", "SCREEN_PHOTO", CheckScreenPhoto},
    {"border", "BORDER", CheckBorder},
    {"text_overlay", "TEXT_OVERLAY", CheckTextOverlay},
    // The wall.
    {"background", "BACKGROUND_COLOUR BACKGROUND_UNEVEN BACKGROUND_SHADOW BACKGROUND_OBJECTS BACKGROUND_EDITED",
     CheckBackground},
});

constexpr auto kOutputChecks = std::to_array<OutputCheck>({
    {"clothes", "CLOTHES_LIKE_BACKGROUND", CheckClothes},
    {"text_overlay", "TEXT_OVERLAY", CheckOutputText},
    {"border", "BORDER", CheckOutputBands},
});

}  // namespace

std::span<const PhotoCheck> PhotoChecks() { return kPhotoChecks; }
std::span<const OutputCheck> OutputChecks() { return kOutputChecks; }

}  // namespace gradphoto::check
