// SPDX-License-Identifier: Apache-2.0
#include "lib/face/pose.h"

#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

using gradphoto::face::EstimatePose;
using gradphoto::face::Landmarks;

namespace {

// A made head, the same on both sides, looking at the camera: pupils 2 apart, z away from the camera.
Landmarks StraightHead() {
  Landmarks face;
  const auto put = [&](int index, double x, double y, double z) {
    face.points[static_cast<std::size_t>(index)] = {x, y, z};
  };
  const auto pair = [&](int left, int right, double x, double y, double z) {
    put(left, -x, y, z);
    put(right, x, y, z);
  };
  put(4, 0, 1, -1.6), put(6, 0, 0, -0.9), put(10, 0, -1.9, -0.5);
  pair(468, 473, 1, 0, 0), pair(33, 263, 1.45, 0, 0), pair(133, 362, 0.55, 0, -0.2);
  pair(54, 284, 1.9, -1.2, 0.5), pair(67, 297, 1.1, -1.8, -0.3), pair(117, 346, 1.7, 0.6, -0.1);
  pair(119, 348, 1.1, 0.6, -0.4), pair(121, 350, 0.6, 0.4, -0.5), pair(127, 356, 2.3, 0.2, 1.6);
  pair(129, 358, 0.7, 1.2, -0.6), pair(143, 372, 2, 0.2, 0.4), pair(147, 376, 2, 1.5, 0.3);
  pair(198, 420, 0.4, 0.8, -0.9), pair(205, 425, 1.3, 1.3, -0.5);
  return face;
}

// Nose towards the picture's right, nose down; then larger and elsewhere, as in a photo.
Landmarks Turned(const Landmarks& face, double yaw_deg, double pitch_deg) {
  const double yaw = yaw_deg * std::numbers::pi / 180, pitch = pitch_deg * std::numbers::pi / 180;
  Landmarks turned = face;
  for (cv::Point3d& p : turned.points) {
    const cv::Point3d nodded(p.x, p.y * std::cos(pitch) - p.z * std::sin(pitch),
                             p.y * std::sin(pitch) + p.z * std::cos(pitch));
    const cv::Point3d point(nodded.x * std::cos(yaw) - nodded.z * std::sin(yaw), nodded.y,
                            nodded.x * std::sin(yaw) + nodded.z * std::cos(yaw));
    p = 40 * point + cv::Point3d(600, 300, -70);
  }
  return turned;
}

}  // namespace

TEST_CASE("the same on both sides is not turned, and a turned head is turned by its angle") {
  const auto straight = EstimatePose(Turned(StraightHead(), 0, 0));
  REQUIRE(straight.has_value());
  CHECK(std::abs(straight->yaw_deg) < 1e-6);
  CHECK(std::abs(straight->roll_deg) < 1e-6);
  for (const double angle : {-25.0, -10.0, 4.0, 10.0, 25.0}) {
    CAPTURE(angle);
    const auto turned = EstimatePose(Turned(StraightHead(), angle, 0));
    REQUIRE(turned.has_value());
    CHECK(turned->yaw_deg == doctest::Approx(angle).epsilon(1e-6));
    CHECK(turned->pitch_deg == doctest::Approx(straight->pitch_deg).epsilon(1e-6));
  }
}

TEST_CASE("a nod moves the pitch by its angle and not the yaw") {
  const double own = EstimatePose(Turned(StraightHead(), 0, 0))->pitch_deg;
  CHECK(std::abs(own) < 15);  // What this made head's features look like.
  for (const double angle : {-20.0, -5.0, 5.0, 20.0}) {
    CAPTURE(angle);
    const auto nodding = EstimatePose(Turned(StraightHead(), 0, angle));
    REQUIRE(nodding.has_value());
    CHECK(nodding->pitch_deg - own == doctest::Approx(angle).epsilon(1e-6));
    CHECK(std::abs(nodding->yaw_deg) < 1e-6);
  }
}

TEST_CASE("points without an extent have no pose") {
  Landmarks point, line;
  for (std::size_t i = 0; i < line.points.size(); ++i) line.points[i] = {5.0 * double(i), 10.0 * double(i), 0};
  CHECK_FALSE(EstimatePose(point).has_value());
  CHECK_FALSE(EstimatePose(line).has_value());
}
