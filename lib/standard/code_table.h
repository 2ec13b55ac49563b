// SPDX-License-Identifier: Apache-2.0
// Every reason code gradphoto can give, with the unit of its value and the side on which a limit binds; read
// through lib/standard/codes.h. The texts for people are in configs/reasons.yaml; the limits in
// configs/standards/*.yaml.
#pragma once

#include <array>
#include <string_view>

namespace gradphoto::standard {

// Where a measured value becomes bad.
enum class Bound {
  kNone,    // A yes/no finding: a severity, no number to compare.
  kAbove,   // Bad when the value (for angles: its absolute value) is above the limit.
  kBelow,   // Bad when the value is below the limit.
  kWindow,  // Bad outside a window that another part of the profile gives (placement, file).
};

// Which part of the work gives the code; a stage that runs again takes its own findings back and no others.
enum class Stage { kPhoto, kComparison, kIdentity, kBatch, kRoster };

struct CodeInfo {
  std::string_view name;
  std::string_view unit;  // Suffix of the limit keys in profiles: warn_deg, reject_px...; empty for kNone.
  Bound bound;
  Stage stage = Stage::kPhoto;
};

// In order of importance: reports list the findings of a photo in this order, so that the first is the one to
// mend first. Nothing is said about mirrored photos: faces, hair and clothes tell nothing about it, writing in
// the picture is rare and would need a reader, and phones store mirrored selfies without a mark
// (docs/CALIBRATION-quality.md).
inline constexpr auto kCodeTable = std::to_array<CodeInfo>({
    // The file.
    {"UNREADABLE", "", Bound::kNone},
    {"NOT_AN_IMAGE", "", Bound::kNone},
    {"UNSUPPORTED_IMAGE", "", Bound::kNone},  // A sound file whose colours or pixels are not read.
    {"TRUNCATED", "", Bound::kNone},
    {"TOO_LARGE", "", Bound::kNone},
    {"TECHNICAL_FAILURE", "", Bound::kNone},    // Of the program, not of the photo.
    {"ORIENTATION_GUESSED", "", Bound::kNone},  // The orientation tag was missing; turned by the face.
    // The person.
    {"NO_FACE", "", Bound::kNone},
    {"MULTIPLE_FACES", "ratio", Bound::kAbove},     // Area of the second face / area of the first.
    {"FACE_TOO_SMALL", "px", Bound::kBelow},        // Interocular distance in the source.
    {"SOURCE_TOO_SMALL", "ratio", Bound::kWindow},  // Enlargement that the output would need.
    {"HEAD_CUT", "px", Bound::kWindow},      // How far the crop leaves the picture at the top or the sides.
    {"NO_SHOULDERS", "px", Bound::kWindow},  // The same at the bottom.
    {"HEAD_TILTED", "deg", Bound::kAbove},
    {"HEAD_TURNED", "deg", Bound::kAbove},
    {"HEAD_UP_DOWN", "deg", Bound::kAbove},
    {"SHOULDERS_UNEVEN", "deg", Bound::kAbove},  // Slope of the line between the shoulders.
    {"EYES_CLOSED", "ratio", Bound::kBelow},     // Lid opening / eye width.
    {"GAZE_OFF", "deg", Bound::kAbove},          // Angle between the gaze and the camera.
    {"MOUTH_OPEN", "ratio", Bound::kAbove},      // Gap of the inner lips / interocular distance.
    {"TEETH_SHOWN", "ratio", Bound::kAbove},     // Area of teeth / square of the interocular distance.
    {"EXPRESSION", "ratio",
     Bound::kAbove},  // Width of the mouth and rise of its corners / interocular distance.
    {"SELFIE_DISTORTION", "cm", Bound::kBelow},  // Distance of the camera.
    {"FACE_COVERED", "percent", Bound::kAbove},  // How sure the model is that the lower face is covered.
    {"HEADGEAR", "percent", Bound::kAbove},      // How sure the model is that something is on the head.
    {"GLASSES", "contrast", Bound::kAbove},      // Of the frame, in log luminance; where glasses are forbidden.
    {"DARK_GLASSES", "ratio", Bound::kBelow},    // Luminance behind the lenses / that of the cheeks.
    {"GLASSES_GLARE", "percent", Bound::kAbove},     // Share of a lens that reflects light.
    {"HAIR_OVER_EYES", "contrast", Bound::kAbove},   // Of strands across the lids, in log luminance.
    {"HAIR_OVER_BROWS", "contrast", Bound::kAbove},  // Of strands above the brows, in log luminance.
    {"EXEMPTION_UNKNOWN", "",
     Bound::kNone},  // The roster excuses something that is not in configs/exemptions.yaml.
    // The picture.
    {"BLURRED", "px", Bound::kAbove},          // Sigma of the blur, in pixels of the standardized picture.
    {"MOTION_BLUR", "px", Bound::kAbove},      // Path of a blur that has one direction, in the same pixels.
    {"UPSCALED", "ratio", Bound::kAbove},      // Pixels of the standardized picture for each true one, across.
    {"COMPRESSED", "quality", Bound::kBelow},  // IJG quality whose errors the standardized picture has.
    {"NOISY", "levels", Bound::kAbove},        // Sigma of the noise in the face, of 255.
    {"RETOUCHED", "percent", Bound::kBelow},   // Texture of the skin, of the edges at the eyes.
    {"SCREEN_PHOTO", "db", Bound::kAbove},     // A grid over the whole picture, above its surroundings.
    {"BORDER", "px", Bound::kAbove},           // Width of a frame or bar in the standardized picture.
    {"TEXT_OVERLAY", "characters", Bound::kAbove},  // In lines of writing over the picture.
    {"UNDEREXPOSED", "percent",
     Bound::kBelow},  // Brightest part of the face (whites of eyes, lit skin), of white.
    {"OVEREXPOSED", "percent", Bound::kAbove},  // Share of clipped face pixels.
    {"UNEVEN_LIGHT", "stops", Bound::kAbove},   // Light on one half of the face / light on the other.
    {"LOW_CONTRAST", "stops", Bound::kBelow},   // Brightest part of the face / darkest part of the eyes.
    {"HIGHLIGHTS", "percent", Bound::kAbove},   // Share of shining skin.
    {"RED_EYE", "percent", Bound::kAbove},      // Share of the inner iris that is red.
    {"MONOCHROME", "chroma", Bound::kBelow},    // Spread of colour among pixels of like lightness.
    {"COLOUR_CAST", "chroma", Bound::kAbove},   // On which two of eye whites, wall, cloth and skin agree.
    {"BACKGROUND_OBJECTS", "percent", Bound::kAbove},   // Of the wall's area.
    {"BACKGROUND_SHADOW", "lightness", Bound::kAbove},  // L* by which the darkest 2 % lie below the wall.
    {"BACKGROUND_UNEVEN", "delta_e", Bound::kAbove},
    {"BACKGROUND_COLOUR", "delta_e", Bound::kAbove},        // CIEDE2000 to the nearest allowed colour.
    {"BACKGROUND_EDITED", "percent", Bound::kAbove},        // Wall pixels of one and the same colour.
    {"CLOTHES_LIKE_BACKGROUND", "delta_e", Bound::kBelow},  // CIEDE2000 along the outline of the body.
    {"MATTE_UNCERTAIN", "percent", Bound::kAbove},          // matte/trust.h, DoubtPercent.
    // The place of the face in the frame.
    {"EYE_LINE", "px", Bound::kWindow},
    {"CROWN", "px", Bound::kWindow},
    {"HIGH_HAIR", "px", Bound::kWindow},  // Top of the head under the hair, where hair stands high.
    {"CHIN", "px", Bound::kWindow},
    {"FACE_WIDTH", "px", Bound::kWindow},
    {"HEAD_LENGTH", "px", Bound::kWindow},
    {"PUPIL_DISTANCE", "px", Bound::kWindow},
    {"EYE_X", "px", Bound::kWindow},
    {"CENTERING", "px", Bound::kAbove},
    // The finished file.
    {"FILE_SIZE", "bytes", Bound::kWindow},
    {"DIMENSIONS", "px", Bound::kWindow},
    {"DPI", "dpi", Bound::kWindow},
    {"FORMAT", "", Bound::kNone},
    {"COLOUR_MODE", "", Bound::kNone},
    {"QUALITY", "quality", Bound::kWindow},
    // The comparison with a reference photo.
    {"FACE_MISMATCH", "", Bound::kNone, Stage::kComparison},
    {"SAME_AS_REFERENCE", "", Bound::kNone, Stage::kComparison},  // The reference handed in again.
    {"FACE_UNCERTAIN", "", Bound::kNone, Stage::kComparison},
    {"REFERENCE_UNUSABLE", "", Bound::kNone, Stage::kComparison},
    {"REFERENCE_MISSING", "", Bound::kNone, Stage::kComparison},
    {"PHOTO_UNUSABLE", "", Bound::kNone, Stage::kComparison},  // Unreadable or faceless when compared.
    // The identity card, against the roster.
    {"CARD_SWAPPED", "", Bound::kNone, Stage::kIdentity},  // The card of another student of the batch.
    {"CARD_NUMBER_MISMATCH", "", Bound::kNone, Stage::kIdentity},
    {"CARD_NAME_MISMATCH", "", Bound::kNone, Stage::kIdentity},
    {"CARD_EXPIRED", "", Bound::kNone, Stage::kIdentity},
    {"CARD_MISSING", "", Bound::kNone, Stage::kIdentity},     // No photo of the card, or of one side.
    {"CARD_NOT_FOUND", "", Bound::kNone, Stage::kIdentity},   // A photo that shows no card, or no photo.
    {"CARD_WRONG_SIDE", "", Bound::kNone, Stage::kIdentity},  // One side twice.
    {"CARD_OTHER_KIND", "", Bound::kNone, Stage::kIdentity},  // Not the resident identity card.
    {"CARD_CUT", "", Bound::kNone, Stage::kIdentity},
    {"CARD_GLARE", "", Bound::kNone, Stage::kIdentity},
    {"CARD_COVERED", "", Bound::kNone, Stage::kIdentity},
    {"CARD_TOO_SMALL", "", Bound::kNone, Stage::kIdentity},
    {"CARD_BLURRED", "", Bound::kNone, Stage::kIdentity},
    {"CARD_INCONSISTENT", "", Bound::kNone, Stage::kIdentity},  // Number against birth date or sex.
    {"CARD_NUMBER_DOUBTFUL", "", Bound::kNone, Stage::kIdentity},
    {"CARD_NAME_RARE", "", Bound::kNone, Stage::kIdentity},  // A character that the recogniser does not know.
    {"CARD_NAME_DOUBTFUL", "", Bound::kNone, Stage::kIdentity},
    {"CARD_VALIDITY_DOUBTFUL", "", Bound::kNone, Stage::kIdentity},
    {"CARD_COPY", "", Bound::kNone, Stage::kIdentity},  // Without colour, or a picture of a screen.
    // The batch as a whole, and earlier ones.
    {"DUPLICATE_FILE", "", Bound::kNone, Stage::kBatch},  // One file or shot for two students.
    {"DUPLICATE_FACE", "", Bound::kNone, Stage::kBatch},  // One face for two students.
    {"RESUBMITTED", "", Bound::kNone, Stage::kBatch},     // Rejected before.
    // The roster.
    {"ID_INVALID", "", Bound::kNone, Stage::kRoster},
    {"ID_EXCEL_DAMAGED", "", Bound::kNone, Stage::kRoster},
    {"ID_MASKED", "", Bound::kNone, Stage::kRoster},
    {"ROSTER_DUPLICATE", "", Bound::kNone, Stage::kRoster},
    {"LINK_AMBIGUOUS", "", Bound::kNone, Stage::kRoster},
    {"LINK_DUPLICATE", "", Bound::kNone, Stage::kRoster},
    {"PHOTO_MISSING", "", Bound::kNone, Stage::kRoster},
    {"NOT_A_PHOTO", "", Bound::kNone, Stage::kRoster},  // Another file with the student's number or name.
    {"PHOTO_ORPHAN", "", Bound::kNone, Stage::kRoster},
    {"UNPAID", "", Bound::kNone, Stage::kRoster},
    // The ledger.
    {"LOCKED", "", Bound::kNone, Stage::kRoster},           // An approved or delivered photo is not replaced.
    {"DEADLINE_PASSED", "", Bound::kNone, Stage::kRoster},  // Of the student's season.
    {"PORTAL_REJECTED", "", Bound::kNone, Stage::kRoster},  // For a reason that no other code names.
    {"WITHDRAWN", "", Bound::kNone, Stage::kRoster},        // The office took the student out.
    // The pack.
    {"UPLOAD_NAME", "", Bound::kNone,
     Stage::kRoster},  // The name of the packed file cannot be made, or is shared.
});

}  // namespace gradphoto::standard
