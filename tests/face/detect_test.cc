// SPDX-License-Identifier: Apache-2.0
// What needs no photo of a person; the rest is in faces_data_test.cc.
#include "lib/face/detect.h"

#include <doctest/doctest.h>

#include "tests/support/data.h"
#include "tests/support/pictures.h"
#include "tests/support/temp_dir.h"

using gradphoto::face::Detector;
using gradphoto::testing::Flat;
using gradphoto::testing::Noisy;

TEST_CASE("no face is an empty list, not an error, in pictures of any shape") {
  const auto registry = gradphoto::nn::ModelRegistry::Load(gradphoto::testing::SourceDir() / "configs");
  REQUIRE(registry.has_value());
  const auto detector = Detector::Create(*registry, gradphoto::testing::ModelDir());
  REQUIRE(detector.has_value());
  for (const cv::Mat& picture :
       {Flat({1, 1}, {0, 0, 0}), Flat({3000, 2}, {255, 255, 255}), Flat({2, 3000}, {9, 90, 200}),
        Noisy({400, 300}, 20), Flat({640, 480}, {240, 240, 240})}) {
    const auto faces = detector->Detect(picture);
    REQUIRE(faces.has_value());
    CHECK(faces->empty());
    CHECK(detector->QuarterTurnsToUpright(picture, 0.5) == 0);
  }
}

TEST_CASE("a missing model is told when the detector is made") {
  const gradphoto::testing::TempDir empty;
  const auto registry = gradphoto::nn::ModelRegistry::Load(gradphoto::testing::SourceDir() / "configs");
  const auto detector = Detector::Create(*registry, empty.path());
  REQUIRE_FALSE(detector.has_value());
  CHECK(detector.error().kind == gradphoto::ErrorKind::kModel);
}
