// SPDX-License-Identifier: Apache-2.0
// What is worn, on drawn faces where every amount is known. Real faces: tests/pipeline/worn_data_test.cc.
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/check/aligned_face.h"
#include "lib/check/covered.h"
#include "lib/check/dark_glasses.h"
#include "lib/check/glare.h"
#include "lib/check/glasses.h"
#include "lib/check/hair.h"
#include "lib/check/headgear.h"
#include "lib/check/worn_model.h"
#include "tests/support/pictures.h"

using namespace gradphoto::check;
using gradphoto::face::Landmarks;
using gradphoto::image::ScaleShift;
using gradphoto::testing::Flat;

namespace {

// BGR skin of three people, from fair to dark.
const std::array<cv::Scalar, 3> kSkins = {cv::Scalar(175, 195, 230), cv::Scalar(110, 140, 190),
                                          cv::Scalar(45, 60, 90)};
const cv::Size kPatch(AlignedFace::kWidth, AlignedFace::kHeight);

cv::Point At(double x, double y) { return AlignedFace::Place(x, y); }

// The points that the measures use, where they stand on an average frontal face, in patch pixels.
Landmarks Face() {
  Landmarks face;
  const auto put = [&](int index, double x, double y) {
    const cv::Point2d at = AlignedFace::Place(x, y);
    face.points[static_cast<std::size_t>(index)] = {at.x, at.y, 0};
  };
  for (cv::Point3d& point : face.points) point = {AlignedFace::kEyeX, AlignedFace::kEyeY, 0};
  // Left of the picture, right of the picture, x to the outside.
  const auto pair = [&](int left, int right, double x, double y) {
    put(left, -x, y);
    put(right, x, y);
  };
  pair(468, 473, 0.5, 0);
  constexpr double kIris = 6.0 / AlignedFace::kPupilDistance;  // The radius that Bare() draws.
  for (const auto& [left, right, x, y] :
       {std::tuple{469, 474, kIris, 0.0}, std::tuple{470, 475, 0.0, -kIris}, std::tuple{471, 476, -kIris, 0.0},
        std::tuple{472, 477, 0.0, kIris}}) {
    pair(left, right, 0.5 + x, y);
  }
  pair(33, 263, 0.72, 0.02);
  pair(133, 362, 0.28, 0.02);
  for (const auto& [left, right, x] :
       {std::array{7.0, 249.0, 0.66}, std::array{163.0, 390.0, 0.6}, std::array{144.0, 373.0, 0.55},
        std::array{145.0, 374.0, 0.5}, std::array{153.0, 380.0, 0.45}, std::array{154.0, 381.0, 0.4},
        std::array{155.0, 382.0, 0.33}}) {
    pair(int(left), int(right), x, 0.07);
  }
  for (const auto& [left, right, x] :
       {std::array{246.0, 466.0, 0.66}, std::array{161.0, 388.0, 0.6}, std::array{160.0, 387.0, 0.55},
        std::array{159.0, 386.0, 0.5}, std::array{158.0, 385.0, 0.45}, std::array{157.0, 384.0, 0.4},
        std::array{173.0, 398.0, 0.33}}) {
    pair(int(left), int(right), x, -0.05);
  }
  const std::array upper = {std::pair{70, 300}, std::pair{63, 293}, std::pair{105, 334}, std::pair{66, 296},
                            std::pair{107, 336}};
  const std::array lower = {std::pair{46, 276}, std::pair{53, 283}, std::pair{52, 282}, std::pair{65, 295},
                            std::pair{55, 285}};
  for (std::size_t i = 0; i < 5; ++i) {
    const double x = 0.85 - 0.15 * static_cast<double>(i);
    pair(upper[i].first, upper[i].second, x, -0.45);
    pair(lower[i].first, lower[i].second, x, -0.33);
  }
  const std::array lid = {std::pair{247, 467}, std::pair{30, 260}, std::pair{29, 259}, std::pair{27, 257},
                          std::pair{28, 258},  std::pair{56, 286}, std::pair{190, 414}};
  for (std::size_t i = 0; i < 7; ++i)
    pair(lid[i].first, lid[i].second, 0.74 - 0.08 * static_cast<double>(i), -0.11);
  pair(50, 280, 0.62, 0.62);
  pair(205, 425, 0.5, 0.8);
  pair(21, 251, 1.0, -0.45);
  put(168, 0, 0);
  put(6, 0, 0.1);
  put(4, 0, 0.65);
  put(9, 0, -0.4);
  for (const int lip : {0, 37, 267, 17, 84, 314, 11, 16, 72, 302, 85, 315}) put(lip, 0, 1.15);
  // Inside the ellipse of Bare(): corners, then the edges of the lips from the left to the right.
  put(61, -0.24, 1.15);
  put(291, 0.24, 1.15);
  const auto edge = [&](const std::array<int, 9>& points, double height) {
    for (int i = 0; i < 9; ++i) {
      const double x = 0.05 * (i - 4);
      put(points[static_cast<std::size_t>(i)], x, 1.15 + height * std::sqrt(1 - x * x / 0.0576));
    }
  };
  edge({185, 40, 39, 37, 0, 267, 269, 270, 409}, -0.083);
  edge({191, 80, 81, 82, 13, 312, 311, 310, 415}, -0.005);
  edge({95, 88, 178, 87, 14, 317, 402, 318, 324}, 0.005);
  edge({146, 91, 181, 84, 17, 314, 405, 321, 375}, 0.083);
  return face;
}

// A face as it comes out of a photo of which it is the whole.
AlignedFace Look(const cv::Mat& patch) {
  const cv::Mat person(patch.size(), CV_32F, cv::Scalar(1));
  return MakeAlignedFace(patch, Face(), person, ScaleShift{1, 0, 0});
}

// Skin with eyes, brows and lips.
cv::Mat Bare(const cv::Scalar& skin) {
  cv::Mat face = Flat(kPatch, skin);
  for (const int side : {-1, 1}) {
    cv::ellipse(face, At(0.5 * side, 0.01), {21, 6}, 0, 0, 360, cv::Scalar(200, 205, 210), cv::FILLED,
                cv::LINE_AA);
    cv::circle(face, At(0.5 * side, 0), 6, cv::Scalar(30, 35, 40), cv::FILLED, cv::LINE_AA);
    cv::line(face, At(0.25 * side, -0.39), At(0.85 * side, -0.39), cv::Scalar(30, 35, 40), 9, cv::LINE_AA);
  }
  cv::ellipse(face, At(0, 1.15), {22, 8}, 0, 0, 360, skin.mul(cv::Scalar(0.85, 0.75, 1)), cv::FILLED,
              cv::LINE_AA);
  cv::GaussianBlur(face, face, {0, 0}, 0.8);
  return face;
}

// `width` in px of the patch, 1.5 = 1 mm on most faces. Lenses pass `light` of the luminance.
cv::Mat WithGlasses(cv::Mat face, const cv::Scalar& frame, int width, double light = 1) {
  for (const int side : {-1, 1}) {
    const cv::Point centre = At(0.52 * side, 0.06);
    if (light < 1) {
      cv::Mat lens = cv::Mat::zeros(face.size(), CV_8U), dark;
      cv::ellipse(lens, centre, {35, 29}, 0, 0, 360, cv::Scalar(255), cv::FILLED);
      face.convertTo(dark, CV_8U, std::pow(light, 1 / 2.2));
      dark.copyTo(face, lens);
    }
    cv::ellipse(face, centre, {35, 29}, 0, 0, 360, frame, width, cv::LINE_AA);
    cv::line(face, At(0.88 * side, -0.08), At(1.15 * side, -0.1), frame, width, cv::LINE_AA);
  }
  cv::line(face, At(-0.16, -0.04), At(0.16, -0.04), frame, width, cv::LINE_AA);
  return face;
}

cv::Mat WithStrands(cv::Mat face, const cv::Scalar& hair, double from_x, double to_x, double down_to) {
  constexpr double kApart = 0.06;
  for (int i = 0; from_x + i * kApart < to_x; ++i) {
    const double x = from_x + i * kApart;
    cv::line(face, At(x, -1.4), At(x + 0.02, down_to), hair, 2, cv::LINE_AA);
  }
  return face;
}

// Hair above a hairline that bends down at the temples.
cv::Mat WithHair(cv::Mat face, const cv::Scalar& hair) {
  const cv::Mat skin = face.clone();
  cv::Mat bare = cv::Mat::zeros(face.size(), CV_8U);
  cv::ellipse(bare, At(0, 0.2), {96, 120}, 0, 0, 360, cv::Scalar(255), cv::FILLED);
  face.setTo(hair);
  skin.copyTo(face, bare);
  return face;
}

cv::Mat WithCap(cv::Mat face, const cv::Scalar& cloth) {
  cv::ellipse(face, At(0, 0.15), {240, 110}, 0, 180, 360, cloth, 1, cv::LINE_AA);  // The seam.
  for (int x = 0; x < face.cols; ++x) {
    const double t = (x - AlignedFace::kEyeX) / AlignedFace::kPupilDistance;
    const int edge =
        static_cast<int>(AlignedFace::kEyeY + (-0.85 + 0.12 * t * t) * AlignedFace::kPupilDistance);
    cv::line(face, {x, 0}, {x, edge}, cloth, 1);
  }
  return face;
}

}  // namespace

TEST_CASE("the patch has level eyes at one distance, whatever the size and the tilt of the photo") {
  const cv::Mat patch = Bare(kSkins[1]);
  for (const double deg : {-30.0, 0.0, 12.0}) {
    for (const double scale : {0.7, 3.0}) {
      CAPTURE(deg);
      CAPTURE(scale);
      cv::Mat map = cv::getRotationMatrix2D({120, 150}, deg, scale);
      map.at<double>(0, 2) += 480 - 120;
      map.at<double>(1, 2) += 500 - 150;
      cv::Mat photo;
      cv::warpAffine(patch, photo, map, {960, 1000}, cv::INTER_CUBIC, cv::BORDER_REPLICATE);
      Landmarks moved = Face();
      for (cv::Point3d& point : moved.points) {
        const double x = point.x - 0.5, y = point.y - 0.5;
        point = {map.at<double>(0, 0) * x + map.at<double>(0, 1) * y + map.at<double>(0, 2) + 0.5,
                 map.at<double>(1, 0) * x + map.at<double>(1, 1) * y + map.at<double>(1, 2) + 0.5, 0};
      }
      const AlignedFace face =
          MakeAlignedFace(photo, moved, cv::Mat(photo.size(), CV_32F, cv::Scalar(1)), ScaleShift{1, 0, 0});
      CHECK(face.luminance.size() == kPatch);
      CHECK(face.landmarks.At(468).x == doctest::Approx(AlignedFace::Place(-0.5, 0).x));
      CHECK(face.landmarks.At(473).y == doctest::Approx(AlignedFace::kEyeY));
      CHECK(cv::norm(face.landmarks.At(205) - AlignedFace::Place(-0.5, 0.8)) < 0.01);
      const AlignedFace same = Look(patch);
      const cv::Rect inner(40, 40, 160, 220);
      CHECK(cv::norm(face.luminance(inner), same.luminance(inner), cv::NORM_L1) / inner.area() < 0.012);
    }
  }
}

TEST_CASE("beyond the photo and beyond the mask nothing is person") {
  const cv::Mat photo = Bare(kSkins[0])(cv::Rect(0, 60, 240, 240)).clone();
  Landmarks moved = Face();
  for (cv::Point3d& point : moved.points) point.y -= 60;
  const cv::Mat mask(120, 100, CV_32F, cv::Scalar(1));  // Half size, of the columns 20 to 220.
  const AlignedFace face = MakeAlignedFace(photo, moved, mask, ScaleShift{0.5, 20, 0});
  CHECK(face.person.at<float>(55, 120) == 0);
  CHECK(face.person.at<float>(70, 120) == doctest::Approx(1));
  CHECK(face.person.at<float>(150, 10) == 0);
  CHECK(face.person.at<float>(150, 30) == doctest::Approx(1));
}

TEST_CASE("quantiles stand between neighbours, and nothing gives 0") {
  CHECK(Quantile({4, 1, 3, 2}, 0.5) == doctest::Approx(2.5));
  CHECK(Quantile({4, 1, 3, 2}, 0) == 1);
  CHECK(Quantile({4, 1, 3, 2}, 1) == 4);
  CHECK(Quantile({}, 0.5) == 0);
  CHECK(QuantileAround(cv::Mat(10, 10, CV_32F, cv::Scalar(3)), {-50, -50}, 4, 4) == 0);
}

TEST_CASE(
    "frames are seen on every skin, thin and thick, dark and bright; brows, lids and one line alone are none") {
  for (const cv::Scalar& skin : kSkins) {
    CAPTURE(skin[2]);
    CHECK(GlassesContrast(Look(Bare(skin))) < 0.1);
    CHECK(GlassesContrast(Look(WithGlasses(Bare(skin), {20, 20, 20}, 6))) > 0.45);
    CHECK(GlassesContrast(Look(WithGlasses(Bare(skin), skin * 0.35, 2))) > kGlassesSeen);
    CHECK(GlassesContrast(Look(WithGlasses(Bare(skin), {250, 250, 250}, 4))) >
          (skin[2] > 200 ? 0.1 : kGlassesSeen));
    cv::Mat frown = Bare(skin), bags = Bare(skin), plaster = Bare(skin);
    cv::line(frown, At(-0.2, -0.05), At(0.2, -0.05), skin * 0.4, 4, cv::LINE_AA);
    cv::ellipse(bags, At(-0.5, 0.2), {26, 22}, 0, 0, 180, skin * 0.4, 4, cv::LINE_AA);
    cv::ellipse(bags, At(0.5, 0.2), {26, 22}, 0, 0, 180, skin * 0.4, 4, cv::LINE_AA);
    CHECK(GlassesContrast(Look(frown)) < kGlassesSeen);
    CHECK(GlassesContrast(Look(bags)) < kGlassesSeen);
  }
}

TEST_CASE("the light behind the lenses is measured against the cheeks, of the brighter side, on every skin") {
  for (const cv::Scalar& skin : kSkins) {
    CAPTURE(skin[2]);
    const double clear = EyeBrightnessRatio(Look(WithGlasses(Bare(skin), {20, 20, 20}, 4)));
    const double half = EyeBrightnessRatio(Look(WithGlasses(Bare(skin), {20, 20, 20}, 4, 0.5)));
    const double dark = EyeBrightnessRatio(Look(WithGlasses(Bare(skin), {20, 20, 20}, 4, 0.12)));
    CHECK(clear > 0.6);
    CHECK(half == doctest::Approx(0.5 * clear).epsilon(0.15));
    CHECK(dark < 0.25);
    cv::Mat shadow = WithGlasses(Bare(skin), {20, 20, 20}, 4);
    cv::Mat left = shadow(cv::Rect(0, 0, 110, 300));
    left.convertTo(left, CV_8U, 0.4);
    CHECK(EyeBrightnessRatio(Look(shadow)) > 0.6);
    // The sky that the upper half of a lens mirrors, brighter than dark skin behind it.
    cv::Mat sky = WithGlasses(Bare(skin), {20, 20, 20}, 4, 0.06);
    for (const int side : {-1, 1}) {
      cv::Mat lens = cv::Mat::zeros(sky.size(), CV_8U);
      cv::ellipse(lens, At(0.52 * side, 0.06), {33, 27}, 0, 0, 360, cv::Scalar(255), cv::FILLED);
      lens.rowRange(At(0, 0.1).y, lens.rows).setTo(0);
      cv::add(sky, cv::Scalar::all(skin[2] < 100 ? 30 : 12), sky, lens);
    }
    CHECK(EyeBrightnessRatio(Look(sky)) < 0.25);
  }
}

TEST_CASE("white patches on a lens are counted, the white of the eye is not") {
  for (const cv::Scalar& skin : kSkins) {
    CAPTURE(skin[2]);
    CHECK(GlarePercent(Look(WithGlasses(Bare(skin), {20, 20, 20}, 4))) < 1);
    cv::Mat window = WithGlasses(Bare(skin), {20, 20, 20}, 4);
    cv::rectangle(window, At(-0.75, -0.12), At(-0.45, 0.2), cv::Scalar(255, 255, 255), cv::FILLED);
    // 0.30 by 0.32 pupil distances less the eye, of an ellipse of 0.68 by 0.52 less the eye.
    CHECK(GlarePercent(Look(window)) == doctest::Approx(26).epsilon(0.06));
  }
}

TEST_CASE("a veil that hides the iris is glare on every skin, a catch light in a blue eye is none") {
  for (const cv::Scalar& skin : kSkins) {
    CAPTURE(skin[2]);
    cv::Mat veil = WithGlasses(Bare(skin), {20, 20, 20}, 4), sky(veil.size(), CV_8UC3, cv::Scalar::all(160));
    cv::Mat lens = cv::Mat::zeros(veil.size(), CV_8U);
    cv::rectangle(lens, At(0.35, -0.15), At(0.7, 0.15), cv::Scalar(255), cv::FILLED);
    cv::max(veil, sky, sky);
    sky.copyTo(veil, lens);
    CHECK(GlarePercent(Look(veil)) > 8);
    cv::Mat blue = WithGlasses(Bare(skin), {20, 20, 20}, 4);
    for (const int side : {-1, 1}) {
      cv::circle(blue, At(0.5 * side, 0), 6, cv::Scalar(120, 95, 80), cv::FILLED, cv::LINE_AA);
      cv::circle(blue, At(0.5 * side + 0.02, -0.02), 1, cv::Scalar(255, 255, 255), cv::FILLED, cv::LINE_AA);
    }
    CHECK(GlarePercent(Look(blue)) < 3);
  }
}

TEST_CASE("what a coated lens mirrors over the pupil is glare in any colour, eyes of any colour are none") {
  for (const cv::Scalar& skin : kSkins) {
    CAPTURE(skin[2]);
    for (const cv::Scalar& colour :
         {cv::Scalar(190, 90, 60), cv::Scalar(80, 170, 70), cv::Scalar(185, 70, 130)}) {
      CAPTURE(colour);
      cv::Mat coated = WithGlasses(Bare(skin), {20, 20, 20}, 4);
      cv::ellipse(coated, At(0.5, 0), cv::Size(16, 12), 0, 0, 360, colour, cv::FILLED, cv::LINE_AA);
      CHECK(GlarePercent(Look(coated)) > 8);
    }
    for (const cv::Scalar& colour :
         {cv::Scalar(130, 105, 85), cv::Scalar(85, 110, 100), cv::Scalar(30, 50, 80)}) {
      CAPTURE(colour);
      cv::Mat eyes = WithGlasses(Bare(skin), {20, 20, 20}, 4);
      for (const int side : {-1, 1}) cv::circle(eyes, At(0.5 * side, 0), 6, colour, cv::FILLED, cv::LINE_AA);
      CHECK(GlarePercent(Look(eyes)) < 3);
    }
  }
}

TEST_CASE("strands over a brow and over an eye are told apart, on every skin, and fair hair counts") {
  for (const cv::Scalar& skin : kSkins) {
    CAPTURE(skin[2]);
    const Strands bare = MeasureStrands(Look(Bare(skin)));
    CHECK(bare.brows < 0.08);
    CHECK(bare.eyes < 0.08);
    const cv::Scalar hair = skin[2] < 100 ? cv::Scalar(5, 6, 8) : skin * 0.5;
    const auto fringe = MeasureStrands(Look(WithStrands(Bare(skin), hair, -0.9, 0.9, -0.42)));
    CHECK(fringe.brows > 0.16);
    CHECK(fringe.eyes < 0.1);
    const auto over_eye = MeasureStrands(Look(WithStrands(Bare(skin), hair, 0.2, 0.85, 0.2)));
    CHECK(over_eye.eyes > 0.25);
    const auto high = MeasureStrands(Look(WithStrands(Bare(skin), hair, -0.9, 0.9, -0.7)));
    CHECK(high.brows < 0.08);
  }
}

TEST_CASE("noise is no hair: the cheeks have it, too") {
  cv::Mat face = Bare(kSkins[1]), noise(face.size(), CV_8SC3);
  cv::RNG random(7);
  random.fill(noise, cv::RNG::NORMAL, 0, 10);
  cv::add(face, noise, face, cv::noArray(), CV_8U);
  CHECK(MeasureStrands(Look(face)).brows < 0.16);
  CHECK(MeasureStrands(Look(face)).eyes < 0.25);
}

TEST_CASE("a model sees a picture and its mirror image alike, and colours relative to the skin") {
  cv::Mat face = WithHair(Bare(kSkins[1]), {15, 15, 18});
  cv::rectangle(face, At(0.3, -1.5), At(1.2, -0.6), cv::Scalar(200, 60, 60), cv::FILLED);
  cv::Mat mirrored;
  cv::flip(face, mirrored, 1);
  const Landmarks points = Face();
  const cv::Point2d left = points.At(468), right = points.At(473);
  for (const WornView* view : {&kUpperHead, &kLowerFace}) {
    const std::vector<float> one = WornFeatures(face, left, right, *view);
    const std::vector<float> other = WornFeatures(mirrored, left, right, *view);
    REQUIRE(one.size() == kWornFeatures);
    for (std::size_t i = 0; i < one.size(); ++i) CHECK(one[i] == doctest::Approx(other[i]).epsilon(0.02));
    const std::vector<float> skin = WornFeatures(Flat(kPatch, kSkins[0]), left, right, *view);
    for (std::size_t i = 0; i < skin.size(); i += 8) CHECK(std::abs(skin[i]) + std::abs(skin[i + 1]) < 0.01);
  }
}

TEST_CASE("weights are read from their text, and text that is none is refused") {
  std::string text = "# a comment\n0.5 0.25\n";
  for (std::size_t i = 0; i < kWornFeatures; ++i) text += i == 3 ? "-8 " : "0 ";
  std::vector<float> features(kWornFeatures, 1.0F);
  CHECK(WornModel(text).Logit(features) == doctest::Approx(0.5 - 2));
  features.pop_back();
  CHECK_THROWS_AS(WornModel(text).Logit(features), std::invalid_argument);
  CHECK_THROWS_AS(WornModel(text + "1"), std::invalid_argument);
  CHECK_THROWS_AS(WornModel("0 1 x"), std::invalid_argument);
  CHECK(PercentOf(0) == 50);
  CHECK(PercentOf(3) > 95);
}

TEST_CASE("the sums that decide: colours and a brim for headgear, colours and no mouth for covers") {
  CHECK(HeadgearLogit(1, 5) < 0);
  CHECK(HeadgearLogit(1, 30) > 0);
  CHECK(HeadgearLogit(0, 400) == HeadgearLogit(0, 40));  // An edge alone is not everything.
  CHECK(CoverLogit(0.5, 0.9) < 0);
  CHECK(CoverLogit(0.5, 0.2) > 0);
  CHECK(CoverLogit(2, 3) == CoverLogit(2, 1));  // Lips printed on a mask do not outweigh it.
  CHECK(CoverLogit(2, 1) > 0);
}

TEST_CASE("cloth over mouth and nose makes the model surer than bare skin does, on every skin") {
  const Landmarks points = Face();
  const auto logit = [&](const cv::Mat& face) {
    return CoverModel().Logit(WornFeatures(face, points.At(468), points.At(473), kLowerFace));
  };
  for (const cv::Scalar& skin : kSkins) {
    CAPTURE(skin[2]);
    for (const cv::Scalar& cloth :
         {cv::Scalar(225, 205, 160), cv::Scalar(235, 235, 235), cv::Scalar(20, 20, 20)}) {
      CAPTURE(cloth[0]);
      cv::Mat mask = Bare(skin);
      cv::rectangle(mask, At(-1.2, 0.5), At(1.2, 1.56), cloth, cv::FILLED);
      CHECK(logit(mask) > logit(Bare(skin)) + 1);
    }
  }
}

namespace {

// A hand of the person's own skin over mouth and chin: four fingers across, with the dark lines between them.
// `slope` in pupil distances over one, of the fingers.
cv::Mat WithHand(cv::Mat face, const cv::Scalar& skin, double slope) {
  for (int i = 0; i < 4; ++i) {
    const double y = 0.92 + 0.17 * i;
    for (const auto& [thick, light] : {std::pair{18, 0.62}, std::pair{12, 0.85}, std::pair{6, 1.0}}) {
      cv::line(face, At(-0.6, y - 0.6 * slope + 0.03 * i), At(1.3, y + 1.3 * slope), skin * light, thick,
               cv::LINE_AA);
    }
  }
  cv::GaussianBlur(face.rowRange(225, 300), face.rowRange(225, 300), {0, 0}, 1);
  return face;
}

}  // namespace

TEST_CASE("lips are evidence of a mouth on every skin, in grey pictures by their symmetry; a hand shows none") {
  for (const cv::Scalar& skin : kSkins) {
    CAPTURE(skin[2]);
    CHECK(MouthEvidence(Look(Bare(skin))) > 2 * kMouthSeen);
    cv::Mat pale = Bare(skin);  // Lips in the colour of the skin, with the line between them.
    cv::ellipse(pale, At(0, 1.15), {26, 11}, 0, 0, 360, skin, cv::FILLED);
    cv::ellipse(pale, At(0, 1.10), {22, 5}, 0, 0, 180, skin * 0.45, 2, cv::LINE_AA);
    cv::GaussianBlur(pale, pale, {0, 0}, 1);
    CHECK(MouthEvidence(Look(pale)) > kMouthSeen);
    cv::Mat grey, lit = Bare(skin);
    cv::cvtColor(Bare(skin), grey, cv::COLOR_BGR2GRAY);
    cv::cvtColor(grey, grey, cv::COLOR_GRAY2BGR);
    CHECK(MouthEvidence(Look(grey)) > kMouthSeen);
    cv::Mat shade = lit.colRange(120, 240);  // Light from the left.
    shade.convertTo(shade, CV_8U, 0.6);
    CHECK(MouthEvidence(Look(lit)) > kMouthSeen);
    cv::Mat beard = Bare(skin);
    cv::rectangle(beard, At(-1.1, 0.9), At(1.1, 1.56), cv::Scalar(20, 22, 28), cv::FILLED);
    cv::ellipse(beard, At(0, 1.15), {22, 8}, 0, 0, 360, skin.mul(cv::Scalar(0.85, 0.75, 1)), cv::FILLED);
    CHECK(MouthEvidence(Look(beard)) > 2 * kMouthSeen);
    for (const double slope : {-0.3, -0.2, 0.2, 0.3}) {
      CAPTURE(slope);
      CHECK(MouthEvidence(Look(WithHand(Bare(skin), skin, slope))) < kMouthSeen);
    }
  }
}

TEST_CASE("a cap's edge is seen; hair of all colours, a fringe and a bald head are none") {
  for (const cv::Scalar& skin : kSkins) {
    CAPTURE(skin[2]);
    CHECK(BrimContrast(Look(Bare(skin))).value() < 5);  // Bald.
    for (const cv::Scalar& hair : {cv::Scalar(15, 15, 18), cv::Scalar(60, 90, 130), cv::Scalar(130, 180, 210),
                                   cv::Scalar(200, 200, 200), cv::Scalar(200, 60, 60)}) {
      CAPTURE(hair[0]);
      CHECK(BrimContrast(Look(WithHair(Bare(skin), hair))).value() < 17);
      CHECK(BrimContrast(Look(WithStrands(WithHair(Bare(skin), hair), hair, -0.8, 0.8, -0.6))).value() < 17);
    }
    for (const cv::Scalar& cloth :
         {cv::Scalar(60, 60, 160), cv::Scalar(120, 70, 40), cv::Scalar(240, 240, 240)}) {
      CAPTURE(cloth[0]);
      if (cv::norm(skin - cloth) < 100) continue;  // A cap in the colour of the skin is not measured.
      CHECK(BrimContrast(Look(WithCap(Bare(skin), cloth))).value() > 20);
      CHECK(BrimContrast(Look(WithCap(WithHair(Bare(skin), {30, 30, 35}), cloth))).value() > 10);
    }
  }
}

TEST_CASE("cloth lifts a faint edge: evenly dyed or in a hue of its own, but neither black nor streaked") {
  // A faint edge on dark skin; `streaks` is the spread of the cloth's light in grey levels.
  const auto brim = [](const cv::Scalar& cloth, int streaks) {
    cv::Mat face = WithCap(Bare(kSkins[2]), cloth);
    for (int x = 0; x < face.cols; x += 6) {
      const double t = (x - AlignedFace::kEyeX) / AlignedFace::kPupilDistance;
      const int edge =
          static_cast<int>(AlignedFace::kEyeY + (-0.85 + 0.12 * t * t) * AlignedFace::kPupilDistance);
      const double sign = (x / 6) % 2 == 0 ? 1 : -1;
      cv::line(face, {x, 0}, {x, edge - 1}, cloth + cv::Scalar::all(sign * streaks), 6);
    }
    return BrimContrast(Look(face)).value();
  };
  const cv::Scalar brown(62, 88, 132), blue(140, 70, 40);
  CHECK(brim(brown, 0) > 1.3 * brim(brown, 40));
  CHECK(brim(blue, 0) > 20);
  CHECK(brim(blue, 12) > 20);  // Streaked, but blue.
  // Black hair is as even as cloth: its edge counts as it is.
  const cv::Scalar skin = kSkins[0], black(14, 13, 15), navy(60, 30, 18);
  const auto on_fair = [&](const cv::Scalar& cloth) {
    return BrimContrast(Look(WithCap(Bare(skin), cloth))).value();
  };
  const auto lab = [](const cv::Scalar& bgr) {
    cv::Mat one(1, 1, CV_32FC3, bgr / 255.0), out;
    cv::cvtColor(one, out, cv::COLOR_BGR2Lab);
    return out.at<cv::Vec3f>(0, 0);
  };
  CHECK(on_fair(black) < 1.05 * cv::norm(lab(skin) - lab(black)));
  CHECK(on_fair(navy) > 1.2 * cv::norm(lab(skin) - lab(navy)));
}

TEST_CASE("the top of a head before the wall is no edge of a hat, and without a forehead nothing is measured") {
  cv::Mat photo = Bare(kSkins[1]);
  photo.rowRange(0, 60).setTo(cv::Scalar(250, 250, 250));
  cv::Mat person(photo.size(), CV_32F, cv::Scalar(1));
  person.rowRange(0, 60).setTo(0);
  CHECK(BrimContrast(MakeAlignedFace(photo, Face(), person, ScaleShift{1, 0, 0})).value() < 5);
  person.rowRange(0, 95).setTo(0);
  CHECK_FALSE(BrimContrast(MakeAlignedFace(photo, Face(), person, ScaleShift{1, 0, 0})).has_value());
}

namespace {

using gradphoto::Severity;
using gradphoto::standard::GlassesPolicy;

// What the check writes of a drawn face under limits like the shipped ones.
Sheet Judged(void (*check)(const Subject&, Sheet&), const cv::Mat& picture, GlassesPolicy policy,
             std::set<gradphoto::standard::Code> exempt = {}, double yaw_deg = 0) {
  static gradphoto::standard::Standard standard;
  standard.glasses = policy;
  const auto rule = [](std::optional<double> review, std::optional<double> reject) {
    gradphoto::standard::CheckRule made;
    made.review = review;
    made.reject = reject;
    return made;
  };
  standard.checks["GLASSES"] = rule(0.25, 0.45);
  standard.checks["DARK_GLASSES"] = rule(0.25, {});
  standard.checks["GLASSES_GLARE"] = rule(6, {});
  standard.checks["HAIR_OVER_EYES"] = rule(0.22, {});
  standard.checks["FACE_COVERED"] = rule(50, {});
  const gradphoto::image::FileFacts file;
  gradphoto::face::Head head;
  head.landmarks = Face();
  head.pose.yaw_deg = yaw_deg;
  const std::vector<cv::Rect2d> others;
  const gradphoto::geometry::CropPlan plan;
  AlignedFace face = Look(picture);
  const double contrast = GlassesContrast(face);
  const Subject subject{standard, file, picture, head, others, 0, plan, {}, {}, std::move(face), contrast, {}};
  Sheet sheet(standard, std::move(exempt));
  check(subject, sheet);
  return sheet;
}

}  // namespace

TEST_CASE("glasses are refused where the standard forbids them, and only recorded where it does not") {
  const cv::Mat plastic = WithGlasses(Bare(kSkins[1]), {20, 20, 20}, 6), bare = Bare(kSkins[1]);
  const Sheet forbidden = Judged(CheckGlasses, plastic, GlassesPolicy::kForbidden);
  REQUIRE(forbidden.Find("GLASSES") != nullptr);
  CHECK(forbidden.Find("GLASSES")->severity == Severity::kReject);
  const Sheet allowed = Judged(CheckGlasses, plastic, GlassesPolicy::kAllowed);
  CHECK(allowed.findings().empty());
  CHECK(allowed.passed().empty());
  CHECK(allowed.measures()["glasses_contrast"].get<double>() > 0.45);
  CHECK(Judged(CheckGlasses, bare, GlassesPolicy::kForbidden).findings().empty());
  const Sheet exempt = Judged(CheckGlasses, plastic, GlassesPolicy::kForbidden, {"GLASSES"});
  CHECK(exempt.Find("GLASSES")->severity == Severity::kInfo);
}

TEST_CASE("without glasses no lens is dark and none reflects, however dark or shiny the lids are") {
  cv::Mat sockets = Bare(kSkins[1]), shiny = Bare(kSkins[1]);
  for (const int side : {-1, 1}) {
    cv::ellipse(sockets, At(0.5 * side, 0.02), {34, 18}, 0, 0, 360, cv::Scalar(15, 18, 25), cv::FILLED);
    cv::ellipse(shiny, At(0.5 * side, -0.16), {14, 6}, 0, 0, 360, cv::Scalar(255, 255, 255), cv::FILLED);
  }
  cv::GaussianBlur(sockets, sockets, {0, 0}, 5);
  CHECK(Judged(CheckDarkGlasses, sockets, GlassesPolicy::kAllowed).findings().empty());
  CHECK(Judged(CheckGlare, shiny, GlassesPolicy::kAllowed).findings().empty());
  const cv::Mat dark = WithGlasses(Bare(kSkins[1]), {20, 20, 20}, 6, 0.1);
  CHECK(Judged(CheckDarkGlasses, dark, GlassesPolicy::kAllowed).Find("DARK_GLASSES")->severity ==
        Severity::kReview);
}

TEST_CASE("with glasses only strands that cross the brow, too, are hair over the eyes") {
  const cv::Mat glasses = WithGlasses(Bare(kSkins[1]), {20, 20, 20}, 6);
  cv::Mat reflecting = glasses.clone();
  for (int x = -10; x < 10; ++x)
    cv::line(reflecting, At(0.5 + 0.03 * x, -0.3), At(0.5 + 0.03 * x, -0.1), {255, 255, 255}, 1);
  CHECK(Judged(CheckHair, glasses, GlassesPolicy::kAllowed).Find("HAIR_OVER_EYES") == nullptr);
  CHECK(Judged(CheckHair, reflecting, GlassesPolicy::kAllowed).Find("HAIR_OVER_EYES") == nullptr);
  const cv::Mat hair = WithStrands(glasses.clone(), kSkins[1] * 0.3, 0.2, 0.9, 0.2);
  CHECK(Judged(CheckHair, hair, GlassesPolicy::kAllowed).Find("HAIR_OVER_EYES") != nullptr);
}

TEST_CASE(
    "a mouth that is not seen goes to a person, unless the head is turned away or the roster excuses it") {
  const cv::Mat bare = Bare(kSkins[1]), hand = WithHand(Bare(kSkins[1]), kSkins[1], -0.3);
  CHECK(Judged(CheckCovered, bare, GlassesPolicy::kAllowed).Find("FACE_COVERED") == nullptr);
  const Sheet covered = Judged(CheckCovered, hand, GlassesPolicy::kAllowed);
  REQUIRE(covered.Find("FACE_COVERED") != nullptr);
  CHECK(covered.Find("FACE_COVERED")->severity == Severity::kReview);
  CHECK(covered.measures()["mouth_evidence"].get<double>() < kMouthSeen);
  CHECK(covered.measures().contains("cover_percent"));
  CHECK(Judged(CheckCovered, hand, GlassesPolicy::kAllowed, {}, 40).Find("FACE_COVERED") == nullptr);
  CHECK(Judged(CheckCovered, hand, GlassesPolicy::kAllowed, {"FACE_COVERED"}).Find("FACE_COVERED")->severity ==
        Severity::kInfo);
}

TEST_CASE("a fringe that looks like a frame is hair when it crosses the brow clearly") {
  const cv::Mat glasses = WithGlasses(Bare(kSkins[1]), {20, 20, 20}, 6);
  const auto found = [&](const cv::Scalar& hair, double to_y) {
    cv::Mat fringe = WithStrands(glasses.clone(), hair, 0.2, 0.9, to_y);
    return Judged(CheckHair, fringe, GlassesPolicy::kAllowed).Find("HAIR_OVER_EYES") != nullptr;
  };
  CHECK(found(kSkins[1] * 0.3, 0.2));
  CHECK_FALSE(found(kSkins[1] * 0.3, -0.5));
}
