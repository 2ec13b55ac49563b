// SPDX-License-Identifier: Apache-2.0
// A mirrored photo is as like another face as the photo itself: people mirror their photos, and phones do.
#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/base/file.h"
#include "lib/image/encode.h"
#include "lib/pipeline/comparison.h"
#include "tests/support/engine.h"

namespace gradphoto::pipeline {
namespace {

using SeenFace = std::shared_ptr<const ComparedFace>;

SeenFace FaceOf(const Comparer& comparer, const std::filesystem::path& file) {
  const auto face = comparer.FaceOf(file, Comparer::Role::kPhoto);
  REQUIRE(face.has_value());
  return *face;
}

}  // namespace

TEST_CASE("a mirrored photo has the similarities of the photo, to 0.01") {
  EngineOptions options;
  options.config_dir = testing::SourceDir() / "configs";
  options.model_dir = testing::ModelDir();
  const auto comparer = Comparer::Create(options);
  REQUIRE(comparer.has_value());
  const testing::TempDir dir;
  std::vector<SeenFace> faces, mirrored;
  for (const char* name :
       {"城东教学点/110000200302118621.jpg", "城东教学点/20220104-赵子昂.JPG", "城南教学点/20220305.jpg",
        "城南教学点/110000200303038738.jpg", "城西教学点/郑凯.jpg"}) {
    const auto file = testing::SourceDir() / "samples/photos" / name;
    cv::Mat turned_over;
    cv::flip(testing::PixelsOf(file), turned_over, 1);
    const auto jpeg = image::EncodeJpeg(turned_over, 98, image::ChromaSampling::k444, 300);
    REQUIRE(jpeg.has_value());
    const auto copy = dir.path() / (std::to_string(faces.size()) + ".jpg");
    REQUIRE(WriteFileAtomic(copy, std::span(*jpeg), IfExists::kRefuse).has_value());
    faces.push_back(FaceOf(*comparer, file));
    mirrored.push_back(FaceOf(*comparer, copy));
  }
  for (std::size_t i = 0; i < faces.size(); ++i) {
    CHECK(comparer->SimilarityOf(*faces[i], *mirrored[i]).value > 0.99);
    for (std::size_t j = 0; j < faces.size(); ++j) {
      if (i == j) continue;
      CAPTURE(i);
      CAPTURE(j);
      const double upright = comparer->SimilarityOf(*faces[i], *faces[j]).value;
      CHECK(std::abs(comparer->SimilarityOf(*mirrored[i], *faces[j]).value - upright) <= 0.01);
    }
  }
}

}  // namespace gradphoto::pipeline
