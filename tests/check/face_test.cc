// SPDX-License-Identifier: Apache-2.0
// Gaze, smile, teeth, shoulders and the distance of the camera, on drawn faces and outlines.
#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "lib/check/camera_distance.h"
#include "lib/check/expression.h"
#include "lib/check/features.h"
#include "lib/check/gaze.h"
#include "lib/check/shoulders.h"
#include "tests/check/made_face.h"

using namespace gradphoto::check;
using gradphoto::testing::FaceColours;
using gradphoto::testing::kDark;
using gradphoto::testing::kEastAsian;
using gradphoto::testing::kPale;
using gradphoto::testing::MadeFace;

namespace {

// Moves both irises in their eyes, in half eye widths (19 px).
void Look(MadeFace& face, double across, double down) {
  for (const int iris : {468, 473}) {
    for (int k = 0; k < 5; ++k) face.Place(iris + k, face.At(iris + k) + 19 * cv::Point2d(across, down));
  }
}

// A person whose shoulders slope by `deg`: a neck, a body below the line through (240, 420).
cv::Mat Person(double deg, int shift = 0) {
  cv::Mat person = cv::Mat::zeros(640, 480, CV_32F);
  for (int x = 0; x < person.cols; ++x) {
    const double roof = 25 * std::abs(x - 240) / 240.0;  // Shoulders fall to both sides.
    const double top = 450 + roof + (x - 240) * std::tan(deg * std::numbers::pi / 180) + shift;
    for (int y = 0; y < person.rows; ++y) {
      if (y >= top || (std::abs(x - 240) < 60 && y > 150)) person.at<float>(y, x) = 1;
    }
  }
  return person;
}

constexpr ShoulderPlace kPlace{240, 200, 410};

}  // namespace

TEST_CASE("gaze: the iris' place in the eye becomes an angle; a head that turns under a steady gaze is none") {
  for (const double opening : {0.3, 0.17}) {
    MadeFace face({}, opening);
    Look(face, 0, -0.126);
    CHECK(MeasureGaze(face.patch.landmarks, 0).off_deg < 0.1);
    Look(face, 0.24, 0);
    const Gaze right = MeasureGaze(face.patch.landmarks, 0);
    CHECK(right.across_deg == doctest::Approx(20).epsilon(0.02));
    CHECK(std::abs(right.down_deg) < 0.1);
    Look(face, -0.24, 0.18);
    const Gaze down = MeasureGaze(face.patch.landmarks, 0);
    CHECK(down.down_deg == doctest::Approx(15).epsilon(0.02));
    CHECK(down.off_deg == doctest::Approx(15).epsilon(0.02));
    Look(face, -0.09, -0.18);  // The nose 10 degrees to the right, the eyes still on the camera.
    CHECK(MeasureGaze(face.patch.landmarks, 10).off_deg < 0.1);
    CHECK(MeasureGaze(face.patch.landmarks, 0).off_deg > 7);
  }
}

TEST_CASE("closed lids that measure open: only narrow ones of which the eye net is sure") {
  CHECK(LidsMisread(0.193, -7.9));
  CHECK(LidsMisread(0.13, -10));
  CHECK_FALSE(LidsMisread(0.193, -4));  // Narrow eyes that are open; the least of 115.
  CHECK_FALSE(LidsMisread(0.16, 8));
  CHECK_FALSE(LidsMisread(0.28, -9));  // Behind dark lenses.
}

TEST_CASE("smile: wider mouth and rising corners; the face's size and roll do not count") {
  MadeFace face;
  const double rest = SmileRatio(face.patch.landmarks);
  CHECK(rest == doctest::Approx(68.0 / 88).epsilon(0.03));
  MadeFace smiling;
  smiling.Place(61, smiling.At(61) + cv::Point2d(-8, -9));
  smiling.Place(291, smiling.At(291) + cv::Point2d(8, -9));
  const double smile = SmileRatio(smiling.patch.landmarks);
  CHECK(smile == doctest::Approx(rest + 16.0 / 88 + 9.0 / 88).epsilon(0.03));
  const double angle = 0.2;
  for (cv::Point3d& p : smiling.patch.landmarks.points) {
    p = {2 * (p.x * std::cos(angle) - p.y * std::sin(angle)),
         2 * (p.x * std::sin(angle) + p.y * std::cos(angle)), 0};
  }
  CHECK(SmileRatio(smiling.patch.landmarks) == doctest::Approx(smile).epsilon(0.001));
}

TEST_CASE("teeth: bright between the lips on every skin; a dark mouth and a tongue are no teeth") {
  for (const FaceColours& colours : {FaceColours{}, kPale, kEastAsian, kDark}) {
    const auto with = [&](const cv::Scalar& colour) {
      MadeFace face(colours, 0.3, 14);
      face.patch.bgr.setTo(colour, MouthOpeningMask(face.patch));
      return TeethRatio(face.patch, face.Linear());
    };
    const MadeFace open(colours, 0.3, 14);
    const double area = cv::countNonZero(MouthOpeningMask(open.patch)) / (88.0 * 88.0);
    CHECK(area > 0.05);
    CHECK(with({170, 185, 190}) == doctest::Approx(area));
    CHECK(with({10, 10, 16}) == 0);
    CHECK(with({0.7 * colours.lips[0], 0.6 * colours.lips[1], colours.lips[2] + 30}) == 0);
  }
}

TEST_CASE("shoulders: their slope in degrees, also beside a head that is not quite in the middle") {
  for (const double deg : {-12.0, -3.0, 0.0, 5.0, 12.0}) {
    const auto line = MeasureShoulders(Person(deg), kPlace);
    REQUIRE(line);
    CHECK(std::abs(line->angle_deg - deg) < 0.4);
    CHECK(line->spread_deg < 1);
  }
  const auto beside = MeasureShoulders(Person(0), {246, 200, 410});
  REQUIRE(beside);
  CHECK(std::abs(beside->angle_deg) < 0.5);
}

TEST_CASE("a shoulder that slopes out of the frame counts as at its edge; a lost sleeve does not pass for it") {
  for (const double deg : {-14.0, 14.0}) {
    // The lower shoulder leaves the frame between the sixth and the seventh pair of places.
    const auto line = MeasureShoulders(Person(deg, 120), kPlace);
    REQUIRE(line);
    CHECK(line->angle_deg / deg > 0.9);
    CHECK(line->angle_deg / deg < 1.02);
    CHECK(line->spread_deg < 3);
  }
  CHECK_FALSE(MeasureShoulders(Person(14, 160), kPlace).has_value());  // It was never inside.
  cv::Mat sleeve = Person(0);
  sleeve(cv::Rect(240 + 180, 0, 60, 640)).setTo(0);
  const auto line = MeasureShoulders(sleeve, kPlace);
  REQUIRE(line);
  CHECK(line->spread_deg > 5);
}

TEST_CASE("shoulders that hair hides or the frame cuts are not measured") {
  cv::Mat hair = Person(0);
  hair(cv::Rect(20, 250, 80, 390)).setTo(1);  // Long hair over one shoulder, up beside the face.
  CHECK_FALSE(MeasureShoulders(hair, kPlace).has_value());
  cv::Mat strand = Person(0);
  strand(cv::Rect(50, 395, 25, 245)).setTo(1);  // A strand on a part of it.
  const auto line = MeasureShoulders(strand, kPlace);
  CHECK((!line || line->spread_deg > 5));
  CHECK_FALSE(MeasureShoulders(cv::Mat::zeros(640, 480, CV_32F), kPlace).has_value());
  CHECK_FALSE(MeasureShoulders(Person(0), {240, 400, 410}).has_value());
}

TEST_CASE("distance of the camera: similar triangles, only for files that say how they were taken") {
  gradphoto::image::FileFacts file;
  const cv::Size upright(3024, 4032);
  CHECK_FALSE(CameraDistanceCm(file, upright, 500, 0).has_value());
  file.focal_length_35mm = 26;
  CHECK_FALSE(CameraDistanceCm(file, upright, 500, 0).has_value());
  file.exif_width_px = 4032;
  file.exif_height_px = 3024;
  // 26 / 43.27 * 5040 px = 3028 px of focal length; 6.3 cm over 500 px of it: 38 cm.
  CHECK(CameraDistanceCm(file, upright, 500, 0).value() == doctest::Approx(38.2).epsilon(0.005));
  CHECK(CameraDistanceCm(file, upright, 125, 0).value() == doctest::Approx(152.6).epsilon(0.005));
  // A turned head shortens what is seen of the pupils' distance.
  CHECK(CameraDistanceCm(file, upright, 125, 20).value() == doctest::Approx(143.4).epsilon(0.005));
  // Shrunk is well, cropped is not.
  CHECK(CameraDistanceCm(file, {1512, 2016}, 250, 0).value() == doctest::Approx(38.2).epsilon(0.005));
  CHECK_FALSE(CameraDistanceCm(file, {2000, 2000}, 250, 0).has_value());
  CHECK_FALSE(CameraDistanceCm(file, upright, 0, 0).has_value());
  // A picture of the size that the EXIF block says, and too large for a part of one, is whole.
  CHECK(IsWholePicture(file, upright));
  CHECK_FALSE(IsWholePicture(file, {1512, 2016}));
  file.exif_width_px = 1344;
  file.exif_height_px = 1008;
  CHECK_FALSE(IsWholePicture(file, {1008, 1344}));
}
