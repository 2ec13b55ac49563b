// SPDX-License-Identifier: Apache-2.0
#include "lib/face/features.h"

#include <doctest/doctest.h>

#include "lib/face/mesh_indices.h"

using gradphoto::face::EyeOpening;
using gradphoto::face::Landmarks;
using gradphoto::face::LipGap;
namespace point = gradphoto::face::point;

namespace {

// Eyes 50 px wide whose lids are `left` and `right` px apart, lips `lips` px apart, pupils 100 px apart.
Landmarks Face(double left, double right, double lips) {
  Landmarks face;
  const auto put = [&](int index, double x, double y) {
    face.points[static_cast<std::size_t>(index)] = {x, y, 0};
  };
  put(468, 150, 200), put(473, 250, 200);
  put(33, 125, 200), put(133, 175, 200), put(362, 225, 200), put(263, 275, 200);
  put(160, 140, 200 - left / 2), put(144, 140, 200 + left / 2), put(158, 160, 200 - left / 2),
      put(153, 160, 200 + left / 2);
  put(385, 240, 200 - right / 2), put(380, 240, 200 + right / 2), put(387, 260, 200 - right / 2),
      put(373, 260, 200 + right / 2);
  put(13, 200, 300 - lips / 2), put(14, 200, 300 + lips / 2);
  return face;
}

}  // namespace

TEST_CASE("eye opening is the lids' distance over the eye's width, of the less open eye") {
  CHECK(EyeOpening(Face(15, 15, 0)) == doctest::Approx(0.3));
  CHECK(EyeOpening(Face(15, 5, 0)) == doctest::Approx(0.1));
  CHECK(EyeOpening(Face(4, 15, 0)) == doctest::Approx(0.08));
  CHECK(EyeOpening(Face(0, 0, 0)) == doctest::Approx(0));
}

TEST_CASE("the lip gap is in interpupillary distances") {
  CHECK(LipGap(Face(15, 15, 0)) == doctest::Approx(0));
  CHECK(LipGap(Face(15, 15, 7)) == doctest::Approx(0.07));
}

TEST_CASE("ratios depend neither on the size of the face nor on its turn in the picture") {
  Landmarks face = Face(12, 13, 6);
  const double eyes = EyeOpening(face), lips = LipGap(face);
  for (cv::Point3d& point : face.points) point = {-3 * point.y + 40, 3 * point.x - 7, 0};
  CHECK(EyeOpening(face) == doctest::Approx(eyes));
  CHECK(LipGap(face) == doctest::Approx(lips));
}

TEST_CASE("every landmark has one in the mirror, and it is that of the other side") {
  const auto mirrored = gradphoto::face::MirroredIndices();
  for (int i = 0; i < gradphoto::face::kLandmarkPoints; ++i) {
    const int j = mirrored[static_cast<std::size_t>(i)];
    CHECK(mirrored[static_cast<std::size_t>(j)] == i);
  }
  const auto of = [&](int i) { return mirrored[static_cast<std::size_t>(i)]; };
  CHECK(of(point::kLeftPupil) == point::kRightPupil);
  CHECK(of(point::kLeftEyeOuter) == point::kRightEyeOuter);
  CHECK(of(point::kLeftEyeInner) == point::kRightEyeInner);
  CHECK(of(point::kLeftCheek) == point::kRightCheek);
  CHECK(of(point::kLeftMouthCorner) == point::kRightMouthCorner);
  CHECK(of(point::kChin) == point::kChin);
}
