// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fault_table.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

#include <opencv2/imgproc.hpp>

namespace gradphoto::faults {
namespace {

// The facts of the good photo with the size of the new picture.
image::Photo As(const Portrait& portrait, cv::Mat bgr) {
  image::Photo photo{std::move(bgr), portrait.facts};
  photo.facts.stored_width_px = photo.bgr.cols;
  photo.facts.stored_height_px = photo.bgr.rows;
  return photo;
}

image::Photo WithoutOrientation(image::Photo photo) {
  photo.facts.orientation.reset();
  return photo;
}

image::Photo TakenBy(image::FileFacts facts, cv::Mat bgr) {
  facts.stored_width_px = bgr.cols;
  facts.stored_height_px = bgr.rows;
  return {std::move(bgr), std::move(facts)};
}

// As a phone hands it over: no less than 1.6 megapixels, and the EXIF block says the size.
image::Photo TakenByPhone(image::FileFacts facts, cv::Mat bgr) {
  constexpr double kLeast_px = 1.6e6;
  if (const auto size = static_cast<double>(bgr.total()); size < kLeast_px) {
    const double scale = std::sqrt(kLeast_px / size);
    cv::resize(bgr, bgr, {}, scale, scale, cv::INTER_CUBIC);
  }
  facts.exif_width_px = bgr.cols;
  facts.exif_height_px = bgr.rows;
  return TakenBy(std::move(facts), std::move(bgr));
}

image::FileFacts NoExif(const Portrait& portrait) {
  image::FileFacts facts = portrait.facts;
  facts.focal_length_35mm.reset();
  facts.exif_width_px.reset();
  facts.exif_height_px.reset();
  return facts;
}

// To the side to which the head leans already: what is there must not make up for the fault.
double Leaning(double already_deg, double deg) { return already_deg < 0 ? -deg : deg; }

constexpr unsigned kSeed = 5;

cv::Scalar WallPaint(double number) {
  switch (static_cast<int>(number)) {
    case 1:
      return {196, 160, 120};  // Beige.
    case 2:
      return {60, 60, 62};  // Dark grey.
    case 3:
      return {190, 40, 40};  // Red.
    default:
      return {60, 120, 70};  // Green.
  }
}

#define INJECT(expression)                                                                                   \
  [](const Portrait& p, [[maybe_unused]] const Portrait& other, [[maybe_unused]] double s) -> image::Photo { \
    return (expression);                                                                                     \
  }
#define VARY(expression) [](const Portrait& p) -> image::Photo { return (expression); }

}  // namespace

std::span<const Fault> AllFaults() {
  constexpr Severity kReview = Severity::kReview, kWarn = Severity::kWarn;
  static const std::vector<Fault> faults = {
      // Lens and file.
      {"defocus_gaussian",
       "BLURRED",
       "px sigma",
       {1, 2, 3, 4},
       2,
       "eyelashes and the edge of the iris (18 px wide) are gone",
       kReview,
       INJECT(As(p, DefocusGaussian(p, s)))},
      {"defocus_disc",
       "BLURRED",
       "px radius",
       {2, 4, 6},
       2,
       "as a Gaussian of 3 px (radius / 2)",
       kReview,
       INJECT(As(p, DefocusDisc(p, s)))},
      {"motion_blur",
       "MOTION_BLUR BLURRED",
       "px length at 0 deg",
       {3, 6, 10, 16},
       2,
       "as a Gaussian of 2.9 px (length / sqrt 12) along the movement",
       kReview,
       INJECT(As(p, MotionBlur(p, s, 0)))},
      {"motion_blur_slanted",
       "MOTION_BLUR BLURRED",
       "px length at 60 deg",
       {6, 10, 16},
       1,
       "as above",
       kReview,
       INJECT(As(p, MotionBlur(p, s, 60)))},
      {"upscaled",
       "UPSCALED BLURRED",
       "x",
       {1.5, 2, 3, 4},
       2,
       "a third of the lines that the picture could hold",
       kReview,
       INJECT(As(p, Upscaled(p, s)))},
      {"jpeg_chat",
       "COMPRESSED QUALITY",
       "quality",
       {60, 40, 20, 10},
       2,
       "blocks are seen at arm's length; shrunk to the output's size first",
       kReview,
       INJECT(Jpeg(p, static_cast<int>(s), true))},
      {"jpeg_camera",
       "COMPRESSED QUALITY",
       "quality",
       {40, 20, 8},
       2,
       "blocks of the full-size photo survive the shrinking",
       kReview,
       INJECT(Jpeg(p, static_cast<int>(s), false))},
      {"jpeg_twice",
       "COMPRESSED QUALITY",
       "quality, then 92",
       {40, 20, 10},
       1,
       "the blocks are there, the tables say 92",
       kReview,
       INJECT(DoubleJpeg(p, static_cast<int>(s), 92))},
      {"screen_photo",
       "SCREEN_PHOTO",
       "depth",
       {0.02, 0.05, 0.1},
       1,
       "coloured bands over the face",
       kReview,
       INJECT(As(p, ScreenPhoto(p, s)))},
      {"border_black",
       "BORDER",
       "px",
       {3, 8, 20},
       1,
       "a frame inside the finished picture",
       kReview,
       INJECT(As(p, Border(p, s, 0)))},
      {"border_white",
       "BORDER",
       "px",
       {3, 8, 20},
       1,
       "a frame inside the finished picture",
       kReview,
       INJECT(As(p, Border(p, s, 255)))},
      {"date_stamp",
       "TEXT_OVERLAY",
       "stamp",
       {1},
       0,
       "camera date in the lower right",
       kReview,
       INJECT(As(p, DateStamp(p))),
       {"lower right"}},
      {"watermark",
       "TEXT_OVERLAY",
       "opacity",
       {0.2, 0.4, 0.7},
       1,
       "legible over the face",
       kReview,
       INJECT(As(p, Watermark(p, s)))},
      {"quarter_turned",
       "ORIENTATION_GUESSED",
       "quarters, no tag",
       {1, 2, 3},
       0,
       "the head lies or hangs",
       kWarn,
       INJECT(WithoutOrientation(As(p, QuarterTurned(p, static_cast<int>(s))))),
       {"90 deg, no tag", "180 deg, no tag", "270 deg, no tag"}},
      // Light and colour.
      {"underexposed",
       "UNDEREXPOSED",
       "stops",
       {-1, -2, -3, -4},
       2,
       "the white wall is darker than dark skin",
       kReview,
       INJECT(As(p, Exposure(p, s)))},
      {"backlight",
       "UNDEREXPOSED UNEVEN_LIGHT",
       "stops",
       {1, 2, 3, 4},
       2,
       "a silhouette before the wall",
       kReview,
       INJECT(As(p, Backlight(p, s)))},
      {"overexposed",
       "OVEREXPOSED HIGHLIGHTS",
       "stops",
       {1, 1.5, 2, 2.5},
       2,
       "over half of most faces is clipped",
       kReview,
       INJECT(As(p, Exposure(p, s)))},
      {"low_contrast",
       "LOW_CONTRAST",
       "x",
       {0.7, 0.5, 0.35, 0.25},
       2,
       "black is 83 and white 172 at most",
       kReview,
       INJECT(As(p, Contrast(p, s)))},
      {"lamp_warm",
       "COLOUR_CAST",
       "K",
       {5000, 4000, 3200, 2700},
       2,
       "halogen lamp, camera on daylight",
       kReview,
       INJECT(As(p, LightOfKelvin(p, s)))},
      {"lamp_cold",
       "COLOUR_CAST",
       "K",
       {8000, 11000, 20000},
       2,
       "blue of the sky in the shade",
       kReview,
       INJECT(As(p, LightOfKelvin(p, s)))},
      {"green_cast",
       "COLOUR_CAST",
       "stops",
       {0.15, 0.3, 0.5},
       2,
       "uncorrected fluorescent tubes",
       kReview,
       INJECT(As(p, GreenCast(p, s)))},
      {"side_light",
       "UNEVEN_LIGHT",
       "ratio",
       {1.5, 2, 3, 4},
       2,
       "halves of the face 1.6 stops apart (阴阳脸)",
       kReview,
       INJECT(As(p, SideLight(p, s)))},
      {"highlights",
       "HIGHLIGHTS OVEREXPOSED",
       "radius in face widths",
       {0.03, 0.06, 0.1},
       2,
       "white spots larger than an eye",
       kReview,
       INJECT(As(p, Highlights(p, s)))},
      {"red_eye",
       "RED_EYE",
       "of the iris",
       {0.4, 0.6, 0.9},
       1,
       "pupils red where they should be black",
       kReview,
       INJECT(As(p, RedEye(p, s)))},
      {"grey", "MONOCHROME", "grey", {1}, 0, "no colour at all", kReview, INJECT(As(p, Grey(p))), {"grey"}},
      {"sepia",
       "MONOCHROME COLOUR_CAST",
       "sepia",
       {1},
       0,
       "one hue only",
       kReview,
       INJECT(As(p, Sepia(p))),
       {"sepia"}},
      // Framing and posture.
      {"roll",
       "HEAD_TILTED",
       "deg",
       {3, 6, 10, 15},
       2,
       "past the 8 deg of ISO/IEC 19794-5",
       kReview,
       INJECT(As(p, Roll(p, Leaning(p.pose.roll_deg, s))))},
      {"turned",
       "HEAD_TURNED",
       "deg yaw",
       {5, 10, 15, 20},
       2,
       "one ear is hidden",
       kReview,
       INJECT(As(p, Turned(p, Leaning(p.pose.yaw_deg, s), 0)))},
      {"nodding",
       "HEAD_UP_DOWN",
       "deg pitch",
       {10, 15, 20, 25},
       2,
       "5 deg past the limit",
       kReview,
       INJECT(As(p, Turned(p, 0, Leaning(p.pose.pitch_deg, s))))},
      {"shoulders_slope",
       "SHOULDERS_UNEVEN",
       "deg",
       {3, 6, 10, 14},
       2,
       "one shoulder 10 % of its width lower",
       kReview,
       INJECT(As(p, ShouldersSlope(p, Leaning(OwnShoulderSlope(p), s))))},
      {"cut_below_chin",
       "NO_SHOULDERS",
       "pupil distances",
       {0.8, 0.4, 0.1},
       1,
       "the frame ends 0.6 below the chin at the tightest",
       kReview,
       INJECT(As(p, CutBelowChin(p, s)))},
      {"cut_hair",
       "HEAD_CUT CROWN",
       "of forehead and hair",
       {0.05, 0.2, 0.5},
       1,
       "part of the head is missing",
       kReview,
       INJECT(As(p, CutHair(p, s)))},
      {"cut_side",
       "HEAD_CUT",
       "face widths from the middle",
       {1, 0.7, 0.5},
       1,
       "an ear touches the edge",
       kReview,
       INJECT(As(p, CutSide(p, s)))},
      {"few_pixels",
       "SOURCE_TOO_SMALL FACE_TOO_SMALL",
       "px between pupils",
       {90, 60, 35},
       1,
       "the crop would be enlarged 1.6 times",
       kReview,
       INJECT(As(p, Shrink(p, s)))},
      {"selfie",
       "SELFIE_DISTORTION",
       "cm",
       {60, 40, 28, 22},
       2,
       "nose and forehead swell, ears vanish",
       kReview,
       INJECT(TakenByPhone(PhoneFacts(p, s), SelfieDistance(p, s)))},
      {"selfie_stripped",
       "SELFIE_DISTORTION",
       "cm, no EXIF",
       {60, 40, 28, 22},
       2,
       "the same, sent through chat software",
       kReview,
       INJECT(TakenBy(NoExif(p), SelfieDistance(p, s)))},
      {"faceless",
       "NO_FACE",
       "clothes only",
       {1},
       0,
       "no face in the photo",
       kReview,
       INJECT(As(p, Faceless(p))),
       {"clothes only"}},
      // Wall and others.
      {"wall_gradient",
       "BACKGROUND_UNEVEN BACKGROUND_SHADOW",
       "delta L*",
       {5, 10, 20, 35},
       2,
       "one side of the wall a fifth of the scale darker",
       kReview,
       INJECT(As(p, WallGradient(p, s)))},
      {"wall_shadow",
       "BACKGROUND_SHADOW BACKGROUND_UNEVEN",
       "of the light",
       {0.1, 0.25, 0.45},
       2,
       "the head's outline stands on the wall",
       kReview,
       INJECT(As(p, WallShadow(p, s)))},
      {"wall_curtain",
       "BACKGROUND_UNEVEN BACKGROUND_OBJECTS BACKGROUND_SHADOW",
       "delta L*",
       {6, 12, 25},
       2,
       "folds like stripes",
       kReview,
       INJECT(As(p, WallCurtain(p, s)))},
      {"wall_shelf",
       "BACKGROUND_OBJECTS BACKGROUND_UNEVEN",
       "of the width",
       {0.08, 0.15, 0.25},
       1,
       "books and a picture",
       kReview,
       INJECT(As(p, WallShelf(p, s)))},
      {"wall_colour",
       "BACKGROUND_COLOUR",
       "1 beige, 2 dark, 3 red, 4 green",
       {1, 2, 3, 4},
       0,
       "no standard allows these",
       kReview,
       INJECT(As(p, WallColour(p, WallPaint(s)))),
       {"beige", "dark grey", "red", "green"}},
      {"wall_edited",
       "BACKGROUND_EDITED",
       "cut out",
       {1},
       0,
       "one colour to the last bit behind a hard edge",
       kWarn,
       INJECT(As(p, WallEdited(p, p.background_rgb))),
       {"cut out"}},
      {"second_face",
       "MULTIPLE_FACES",
       "of the area",
       {0.06, 0.2, 0.5, 1},
       1,
       "somebody looks over the shoulder",
       kReview,
       INJECT(As(p, SecondFace(p, other, s)))},
      // Worn, held, done.
      {"hat",
       "HEADGEAR",
       "1 cap, 2 beanie, 3 wide brim",
       {1, 2, 3},
       0,
       "免冠",
       kReview,
       INJECT(As(p, WithHat(p, static_cast<Hat>(static_cast<int>(s) - 1)))),
       {"cap", "beanie", "wide brim"}},
      {"medical_mask",
       "FACE_COVERED",
       "of the way to the nose",
       {0.6, 1},
       0,
       "mouth and chin are hidden",
       kReview,
       INJECT(As(p, MedicalMask(p, s)))},
      {"hand",
       "FACE_COVERED",
       "hand",
       {1},
       0,
       "mouth and chin are hidden",
       kReview,
       INJECT(As(p, Hand(p))),
       {"hand"}},
      {"dark_glasses",
       "DARK_GLASSES FACE_COVERED",
       "transmission",
       {0.5, 0.25, 0.1, 0.03},
       2,
       "the eyes are guessed, not seen (EN ISO 12312-1 category 3: 8 to 18 %)",
       kReview,
       INJECT(As(p, Glasses(p, s, 0)))},
      {"glare",
       "GLASSES_GLARE",
       "of white",
       {0.15, 0.4, 0.8},
       1,
       "the window hides pupil and lid",
       kReview,
       INJECT(As(p, Glasses(p, 0.93, s)))},
      {"hair_over_eyes",
       "HAIR_OVER_EYES FACE_COVERED",
       "of the eyes",
       {0.3, 0.6, 0.85},
       1,
       "more than half of the eyes is hidden",
       kReview,
       INJECT(As(p, HairOverEyes(p, s)))},
      {"clothes_like_background",
       "CLOTHES_LIKE_BACKGROUND",
       "same colour",
       {1},
       0,
       "shirt and wall of one colour",
       kReview,
       INJECT(As(p, ClothesLikeWall(p))),
       {"same colour"}},
      {"eyes_closed",
       "EYES_CLOSED",
       "closure",
       {0.4, 0.7, 1},
       2,
       "lid on lid",
       kReview,
       INJECT(As(p, EyesClosed(p, s)))},
      {"gaze_aside",
       "GAZE_OFF",
       "deg",
       {10, 20, 30},
       2,
       "the iris touches the corner of the eye",
       kReview,
       INJECT(As(p, GazeAside(p, s)))},
  };
  return faults;
}

std::span<const Variation> AllVariations() {
  static const std::vector<Variation> variations = {
      {"a little darker (0.5 stops)", VARY(As(p, Exposure(p, -0.5)))},
      {"a little brighter (0.3 stops)", VARY(As(p, Exposure(p, 0.3)))},
      {"slightly warm light (6100 K)", VARY(As(p, LightOfKelvin(p, 6100)))},
      {"slightly cold light (7000 K)", VARY(As(p, LightOfKelvin(p, 7000)))},
      {"soft side light (1.25 : 1)", VARY(As(p, SideLight(p, 1.25)))},
      {"contrast x 0.9", VARY(As(p, Contrast(p, 0.9)))},
      {"noise of 4 grey levels", VARY(As(p, Noise(p, 4, kSeed)))},
      {"slightly soft (sigma 0.6 px)", VARY(As(p, DefocusGaussian(p, 0.6)))},
      {"JPEG quality 80 at output size", VARY(Jpeg(p, 80, true))},
      {"head tilted 2 degrees", VARY(As(p, Roll(p, 2)))},
      {"wall gradient of 3 L*", VARY(As(p, WallGradient(p, 3)))},
      // A white shirt before it would break the rule that clothes differ from the background.
      {"white wall, dark clothes", VARY([&p] {
         Portrait before_white = p;
         before_white.bgr = WallColour(p, {245, 245, 245});
         return As(p, Clothes(before_white, {35, 38, 48}));
       }())},
      {"glasses, clear", VARY(As(p, Glasses(p, 0.93, 0.02)))},
      {"dark clothes", VARY(As(p, Clothes(p, {35, 38, 48})))},
      {"red clothes", VARY(As(p, Clothes(p, {150, 40, 45})))},
      {"mirrored picture without writing", VARY([&p] {
         cv::Mat flipped;
         cv::flip(p.bgr, flipped, 1);
         return As(p, flipped);
       }())},
  };
  return variations;
}

const Fault* FindFault(std::string_view name) {
  const auto faults = AllFaults();
  const auto found = std::ranges::find(faults, name, &Fault::name);
  return found == faults.end() ? nullptr : &*found;
}

std::string StrengthText(const Fault& fault, std::size_t index) {
  if (!fault.labels.empty()) return std::string(fault.labels[index]);
  std::ostringstream text;
  text << fault.strengths[index] << " " << fault.unit;
  return text.str();
}

}  // namespace gradphoto::faults
