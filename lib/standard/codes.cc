// SPDX-License-Identifier: Apache-2.0
#include "lib/standard/codes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gradphoto::standard {
namespace {

// In order of importance: reports list the findings of a photo in this order, so that the first is the one to
// mend first.
constexpr auto kCodes = std::to_array<CodeInfo>({
    // The file.
    {"UNREADABLE", "", Bound::kNone},
    {"NOT_AN_IMAGE", "", Bound::kNone},
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
    {"EYES_CLOSED", "ratio", Bound::kBelow},     // Lid opening / eye width.
    {"MOUTH_OPEN", "ratio", Bound::kAbove},      // Gap of the inner lips / interocular distance.
    {"FACE_COVERED", "delta_e", Bound::kAbove},  // Skin of the lower face against that of the upper.
    {"HEADGEAR", "delta_e", Bound::kAbove},      // Contrast of a smooth edge over the forehead.
    {"GLASSES", "contrast", Bound::kAbove},      // Of the frame, in log luminance; where glasses are forbidden.
    {"DARK_GLASSES", "ratio", Bound::kBelow},    // Luminance behind the lenses / that of the cheeks.
    {"GLASSES_GLARE", "percent", Bound::kAbove},     // Share of a lens that reflects light.
    {"HAIR_OVER_EYES", "contrast", Bound::kAbove},   // Of strands across the lids, in log luminance.
    {"HAIR_OVER_BROWS", "contrast", Bound::kAbove},  // Of strands above the brows, in log luminance.
    {"EXEMPTION_UNKNOWN", "",
     Bound::kNone},  // The roster excuses something that is not in configs/exemptions.yaml.
    // The picture.
    {"BLURRED", "px", Bound::kAbove},            // Sigma of the blur, in pixels of the standardized picture.
    {"UNDEREXPOSED", "percent", Bound::kAbove},  // Share of face pixels that are nearly black in linear light.
    {"OVEREXPOSED", "percent", Bound::kAbove},   // Share of clipped face pixels.
    {"MONOCHROME", "chroma", Bound::kBelow},     // 95th percentile of CIELAB chroma in the face.
    {"BACKGROUND_UNEVEN", "delta_e", Bound::kAbove},
    {"BACKGROUND_COLOUR", "delta_e", Bound::kAbove},  // CIEDE2000 to the nearest allowed colour.
    {"MATTE_UNCERTAIN", "percent", Bound::kAbove},    // Area of opened ambiguous alpha.
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
    {"FACE_UNCERTAIN", "", Bound::kNone, Stage::kComparison},
    {"REFERENCE_UNUSABLE", "", Bound::kNone, Stage::kComparison},
    {"REFERENCE_MISSING", "", Bound::kNone, Stage::kComparison},
    {"PHOTO_UNUSABLE", "", Bound::kNone, Stage::kComparison},  // Unreadable or faceless when compared.
    // The roster.
    {"ID_INVALID", "", Bound::kNone, Stage::kRoster},
    {"ID_EXCEL_DAMAGED", "", Bound::kNone, Stage::kRoster},
    {"ROSTER_DUPLICATE", "", Bound::kNone, Stage::kRoster},
    {"LINK_AMBIGUOUS", "", Bound::kNone, Stage::kRoster},
    {"LINK_DUPLICATE", "", Bound::kNone, Stage::kRoster},
    {"PHOTO_MISSING", "", Bound::kNone, Stage::kRoster},
    {"PHOTO_ORPHAN", "", Bound::kNone, Stage::kRoster},
    {"UNPAID", "", Bound::kNone, Stage::kRoster},
});

}  // namespace

std::span<const CodeInfo> AllCodes() { return kCodes; }

const CodeInfo* FindCode(std::string_view code) {
  const auto found = std::ranges::find(kCodes, code, &CodeInfo::code);
  return found == kCodes.end() ? nullptr : &*found;
}

std::vector<std::string> AllCodeNames() {
  std::vector<std::string> names;
  names.reserve(kCodes.size());
  for (const CodeInfo& info : kCodes) names.emplace_back(info.code);
  return names;
}

std::size_t ImportanceOf(std::string_view code) {
  return static_cast<std::size_t>(std::ranges::find(kCodes, code, &CodeInfo::code) - kCodes.begin());
}

void SortFindings(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, {}, [](const Finding& finding) {
    return std::pair(-static_cast<int>(finding.severity), ImportanceOf(finding.code));
  });
}

Stage StageOf(std::string_view code) {
  const CodeInfo* info = FindCode(code);
  return info == nullptr ? Stage::kRoster : info->stage;
}

}  // namespace gradphoto::standard
