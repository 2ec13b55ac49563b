// SPDX-License-Identifier: Apache-2.0
#include "lib/geometry/anchors.h"

#include <doctest/doctest.h>

#include "tests/geometry/faces.h"

using gradphoto::geometry::EstimateSkullTop;
using gradphoto::geometry::FaceAnchors;
using gradphoto::geometry::testing::MakeFace;

TEST_CASE("distances and middles of the anchors") {
  FaceAnchors face = MakeFace({400, 500}, 100);
  CHECK(face.EyeMid() == cv::Point2d(400, 500));
  CHECK(face.PupilDistance() == doctest::Approx(100));
  CHECK(face.FaceWidth() == doctest::Approx(215));
  CHECK(face.MidX() == doctest::Approx(400));
  // A tilted pair of eyes is measured along its line.
  face.right_pupil.y += 30;
  face.left_pupil.y -= 30;
  CHECK(face.PupilDistance() == doctest::Approx(std::hypot(100, 60)));
  // The middle is the mean of the eyes' and the cheeks' middle.
  face.right_cheek.x += 40;
  CHECK(face.MidX() == doctest::Approx(410));
}

TEST_CASE("the skull lies at or below the crown, moves with the photo and stops growing with the hair") {
  double before = 500;
  for (double hair = 0.5; hair <= 4; hair += 0.1) {
    const double crown = 500 - hair * 100;
    const double skull = EstimateSkullTop(500, crown, 100);
    CAPTURE(hair);
    CHECK(skull >= crown);
    CHECK(skull <= before + 1e-9);
    CHECK(skull >= 500 - 1.79 * 100);
    // Linear in the photo's size and place.
    CHECK(EstimateSkullTop(1007, 2 * crown + 7, 200) == doctest::Approx(2 * skull + 7));
    before = skull;
  }
  CHECK(EstimateSkullTop(500, 300, 100) == doctest::Approx(500 - 178));
  CHECK(EstimateSkullTop(500, 100, 100) == doctest::Approx(500 - 178));
}
