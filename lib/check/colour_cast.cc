// SPDX-License-Identifier: Apache-2.0
#include "lib/check/colour_cast.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "lib/image/color.h"

namespace gradphoto::check {
namespace {

// At a luminance of its own the chroma of a white says little: a grey of the same cast has less of it.
image::Lab LabAtHalf(cv::Vec3d rgb) {
  rgb *= 0.5 / std::max(Luminance(rgb), 1e-4);
  const auto coded = [](double linear) { return image::SrgbFromLinear(std::max(linear, 0.0)); };
  return image::LabFromSrgb({coded(rgb[0]), coded(rgb[1]), coded(rgb[2])});
}

double RedOverBlueStops(const cv::Vec3d& rgb) {
  return std::log2(std::max(rgb[0], 1e-4) / std::max(rgb[2], 1e-4));
}

}  // namespace

std::optional<ColourCast> MeasureColourCast(const FacePatch& patch, const LinearPatch& linear) {
  // Whites of 100 portraits in balanced light: the median; veins and the iris at the limbus make them warm.
  constexpr double kWhiteA = 4.0, kWhiteB = 2.5;
  constexpr double kLeastSkinStops = 0.3;  // The portraits: 0.47 (2nd percentile) to 1.7, the same under casts.
  const cv::Vec3d skin = SkinColour(patch, linear);
  std::optional<ColourCast> least;
  for (const Side side : kBothSides) {
    const auto white = WhiteOfEye(patch, linear, side);
    if (!white || RedOverBlueStops(skin) - RedOverBlueStops(*white) < kLeastSkinStops) continue;
    const image::Lab lab = LabAtHalf(*white);
    const ColourCast cast{std::hypot(lab.a - kWhiteA, lab.b - kWhiteB), lab.a - kWhiteA, lab.b - kWhiteB};
    if (!least || cast.chroma < least->chroma) least = cast;
  }
  return least;
}

void CheckColourCast(const Subject& subject, Sheet& sheet) {
  constexpr double kNarrow = 0.13;  // Lid opening over eye width; below it the white is a few pixels of lid.
  const FacePatch& patch = subject.light;
  if (subject.head.eye_opening < kNarrow) {
    return sheet.NotAssessed("COLOUR_CAST", "the whites of the eyes are not seen");
  }
  const auto cast = MeasureColourCast(patch, ToLinear(patch.bgr));
  if (!cast) return sheet.NotAssessed("COLOUR_CAST", "the whites of the eyes are not told from the skin");
  const bool along_b = std::abs(cast->b) >= std::abs(cast->a);
  sheet.Judge("COLOUR_CAST", "cast_chroma", cast->chroma, 1,
              along_b ? (cast->b > 0 ? "yellow" : "blue") : (cast->a > 0 ? "red" : "green"));
}

}  // namespace gradphoto::check
