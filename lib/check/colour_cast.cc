// SPDX-License-Identifier: Apache-2.0
#include "lib/check/colour_cast.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "lib/base/numbers.h"
#include "lib/check/glasses.h"
#include "lib/check/judge.h"
#include "lib/image/color.h"

namespace gradphoto::check {
namespace {

// At a luminance of its own the chroma of a white says little: a grey of the same cast has less of it.
image::Lab LabAtHalf(cv::Vec3d rgb) {
  rgb *= 0.5 / std::max(Luminance(rgb), 1e-4);
  const auto coded = [](double linear) { return image::SrgbFromLinear(std::max(linear, 0.0)); };
  return image::LabFromSrgb({coded(rgb[0]), coded(rgb[1]), coded(rgb[2])});
}

ColourCast CastFrom(double a, double b) { return {std::hypot(a, b), a, b}; }

double RedOverBlueStops(const cv::Vec3d& rgb) {
  return std::log2(std::max(rgb[0], 1e-4) / std::max(rgb[2], 1e-4));
}

// How far `value` lies outside [low, high].
double Beyond(double value, double low, double high) { return value - std::clamp(value, low, high); }

}  // namespace

std::optional<ColourCast> CastOfWhites(const FacePatch& patch, const LinearPatch& linear) {
  // Whites of 100 portraits in balanced light: the median; veins and the iris at the limbus make them warm.
  constexpr double kWhiteA = 4.0, kWhiteB = 2.5;
  constexpr double kLeastSkinStops = 0.3;  // The portraits: 0.47 (2nd percentile) to 1.7, the same under casts.
  const cv::Vec3d skin = SkinColour(patch, linear);
  std::optional<ColourCast> least;
  for (const Side side : kBothSides) {
    const auto white = WhiteOfEye(patch, linear, side);
    if (!white || RedOverBlueStops(skin) - RedOverBlueStops(*white) < kLeastSkinStops) continue;
    const image::Lab lab = LabAtHalf(*white);
    const ColourCast cast = CastFrom(lab.a - kWhiteA, lab.b - kWhiteB);
    if (!least || cast.chroma < least->chroma) least = cast;
  }
  return least;
}

ColourCast CastOfSkin(const FacePatch& patch, const LinearPatch& linear) {
  const image::Lab lab = LabAtHalf(SkinColour(patch, linear));
  return CastFrom(Beyond(lab.a, 3, 22), Beyond(lab.b, 4, 33));
}

std::optional<ColourCast> CastOfWall(const FrameView& frame) {
  constexpr double kLeastLight = 0.12;  // CIE Y: darker walls are painted so.
  if (!frame.wall) return std::nullopt;
  cv::Vec3d rgb;
  for (std::size_t c = 0; c < 3; ++c) rgb[static_cast<int>(c)] = image::LinearFromSrgb(frame.wall->rgb[c]);
  if (Luminance(rgb) < kLeastLight) return std::nullopt;
  const image::Lab lab = LabAtHalf(rgb);
  return CastFrom(lab.a, lab.b);
}

std::optional<ColourCast> CastOfCloth(const FrameView& frame, double chin_y_px) {
  constexpr float kPerson = 0.95F;
  constexpr double kLeastLight = 0.3, kBrightShare = 0.75, kLeastShare = 0.04;  // Of the rows below the chin.
  const int top = std::clamp(static_cast<int>(chin_y_px), 0, frame.bgr.rows);
  std::vector<float> lights;
  std::vector<cv::Vec3d> colours;
  for (int y = top; y < frame.bgr.rows; y += 2) {
    for (int x = 0; x < frame.bgr.cols; x += 2) {
      if (frame.person.at<float>(y, x) < kPerson) continue;
      const cv::Vec3b& p = frame.bgr.at<cv::Vec3b>(y, x);
      colours.emplace_back(image::LinearFromSrgb(p[2]), image::LinearFromSrgb(p[1]),
                           image::LinearFromSrgb(p[0]));
      lights.push_back(static_cast<float>(Luminance(colours.back())));
    }
  }
  const auto all = static_cast<double>(frame.bgr.rows - top) / 2 * frame.bgr.cols / 2;
  if (colours.empty()) return std::nullopt;
  const double bright = std::max(kLeastLight, kBrightShare * Percentile(lights, 0.95));
  cv::Vec3d sum;
  int count = 0;
  for (std::size_t i = 0; i < colours.size(); ++i) {
    if (lights[i] < bright) continue;
    sum += colours[i];
    ++count;
  }
  if (count < kLeastShare * all) return std::nullopt;
  const image::Lab lab = LabAtHalf(sum / count);
  return CastFrom(lab.a, lab.b);
}

ColourCast Agreed(const ColourCast& one, const ColourCast& other) {
  const ColourCast& less = one.chroma <= other.chroma ? one : other;
  const ColourCast& more = one.chroma <= other.chroma ? other : one;
  if (more.chroma == 0) return {};
  const double along = std::max(0.0, (less.a * more.a + less.b * more.b) / more.chroma);
  return {along, along * more.a / more.chroma, along * more.b / more.chroma};
}

namespace {

// All that can be seen, each as if it was neutral.
struct Witnesses {
  std::optional<ColourCast> whites, wall, cloth;
  ColourCast skin;
};

Witnesses Hear(const Subject& subject) {
  constexpr double kNarrow = 0.13;  // Lid opening over eye width; below it the white is a few pixels of lid.
  const LinearPatch linear = ToLinear(subject.light.bgr);
  Witnesses heard;
  if (subject.head.eye_opening >= kNarrow) heard.whites = CastOfWhites(subject.light, linear);
  heard.skin = CastOfSkin(subject.light, linear);
  if (subject.frame) {
    const double chin_y = (subject.head.anchors.chin.y - subject.plan.y_px) * subject.plan.scale;
    heard.wall = CastOfWall(*subject.frame);
    heard.cloth = CastOfCloth(*subject.frame, chin_y);
  }
  return heard;
}

constexpr double kGrey = 8;      // A wall or a cloth with less is white or grey.
constexpr double kPainted = 45;  // With more it is painted or dyed, whatever the light.

bool IsGrey(const std::optional<ColourCast>& cast) { return cast && cast->chroma < kGrey; }

// Cream cloth, wood and brown skin are yellow by themselves and agree on it; nothing about a person is blue or
// green. So a yellow cast counts for less: 24 of it as 16. Of 101 portraits of voteview 3 have 18 to 25 without
// a lamp's doing.
constexpr double kYellow = 0.68;

// The greatest cast on which one of the body and another agree: blue shirts before blue walls are none. Where
// the wall is grey, the colour of the cloth is its own.
ColourCast WorstAgreed(const Witnesses& heard) {
  ColourCast worst;
  const auto hear = [&](const ColourCast& one, const ColourCast& other) {
    ColourCast agreed = Agreed(one, other);
    if (agreed.b > std::max(0.0, -2 * agreed.a))
      agreed = {kYellow * agreed.chroma, kYellow * agreed.a, kYellow * agreed.b};
    if (agreed.chroma > worst.chroma) worst = agreed;
  };
  if (heard.whites) hear(*heard.whites, heard.skin);
  for (const auto& thing : {heard.wall, IsGrey(heard.wall) ? std::nullopt : heard.cloth}) {
    if (!thing || thing->chroma > kPainted) continue;
    hear(heard.skin, *thing);
    if (heard.whites) hear(*heard.whites, *thing);
  }
  return worst;
}

std::string_view Hue(const ColourCast& cast) {
  if (std::abs(cast.b) >= std::abs(cast.a)) return cast.b > 0 ? "yellow" : "blue";
  return cast.a > 0 ? "red" : "green";
}

}  // namespace

void CheckColourCast(const Subject& subject, Sheet& sheet) {
  const Witnesses heard = Hear(subject);
  ColourCast cast = WorstAgreed(heard);
  const bool cleared = IsGrey(heard.wall) || IsGrey(heard.cloth);
  const bool behind_lenses = subject.glasses_contrast >= kGlassesSeen;
  const auto agreed = Judge(subject.standard, "COLOUR_CAST", cast.chroma);
  const auto of_whites =
      heard.whites ? Judge(subject.standard, "COLOUR_CAST", heard.whites->chroma) : std::nullopt;
  // The eyes alone, or before painted walls and dyed shirts. Coated lenses mirror violet. They err by a few
  // units from shot to shot, so only what would be a review if another agreed.
  const bool alone = of_whites && of_whites->severity >= Severity::kReview && !agreed && !behind_lenses &&
                     !cleared && cast.chroma < heard.whites->chroma;
  if (alone) cast = *heard.whites;
  if (!heard.whites && !cleared && cast.chroma == 0) {
    return sheet.NotAssessed("COLOUR_CAST", "the whites of the eyes are not told from the skin");
  }
  sheet.Judge("COLOUR_CAST", "cast_chroma", cast.chroma, 1, std::string(Hue(cast)));
  if (alone) sheet.Soften("COLOUR_CAST", Severity::kWarn, "seen in the whites of the eyes alone");
}

}  // namespace gradphoto::check
