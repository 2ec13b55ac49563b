// SPDX-License-Identifier: Apache-2.0
// The comparison on London pairs: neutral against smiling, the same person and the next one.
#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/base/file.h"
#include "lib/image/encode.h"
#include "lib/pipeline/comparison.h"
#include "tests/support/engine.h"

namespace gradphoto::pipeline {
namespace {

const Comparer& LoadedComparer() {
  static const auto comparer = [] {
    EngineOptions options;
    options.config_dir = testing::SourceDir() / "configs";
    options.model_dir = testing::ModelDir();
    auto created = Comparer::Create(options);
    if (!created) FAIL(created.error().message);
    return std::make_unique<Comparer>(std::move(*created));
  }();
  return *comparer;
}

Record Compared(const std::string& photo, const std::string& reference) {
  Record record;
  record.photo = photo;
  if (!reference.empty()) record.comparison["reference"] = reference;
  return LoadedComparer().Compare(std::move(record));
}

bool Has(const Record& record, std::string_view code) {
  return std::ranges::any_of(record.findings, [&](const Finding& finding) { return finding.code == code; });
}

// A JPEG of the picture in `dir`, without any EXIF block.
std::string Saved(const testing::TempDir& dir, const std::string& name, const cv::Mat& bgr) {
  const auto jpeg = image::EncodeJpeg(bgr, 90, image::ChromaSampling::k444, 300);
  REQUIRE(jpeg.has_value());
  const auto path = dir.path() / name;
  REQUIRE(WriteFileAtomic(path, std::span(*jpeg), IfExists::kRefuse).has_value());
  return path.string();
}

}  // namespace

TEST_CASE("every person matches the own smile and none the neighbour's") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const auto photos = testing::FilesIn(*london / "neutral", ".jpg");
  REQUIRE(photos.size() >= 20);
  for (std::size_t i = 0; i < 20; ++i) {
    const auto smiling = [&](std::size_t k) {
      return (*london / "smiling" / photos[k % 20].filename()).string();
    };
    CAPTURE(photos[i].filename().string());
    const Record same = Compared(photos[i].string(), smiling(i));
    CHECK(same.comparison["band"] == "match");
    CHECK(same.outcome == Outcome::kAccepted);
    const Record other = Compared(photos[i].string(), smiling(i + 1));
    CHECK(other.comparison["band"] != "match");
    CHECK(other.outcome != Outcome::kAccepted);
    CHECK(other.comparison["similarity"].get<double>() < same.comparison["similarity"].get<double>());
  }
}

TEST_CASE("a photo on its side is compared as it is checked") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const testing::TempDir dir;
  const cv::Mat upright = testing::PixelsOf(*london / "neutral/003.jpg");
  cv::Mat turned;
  cv::rotate(upright, turned, cv::ROTATE_90_CLOCKWISE);
  const std::string upright_file = Saved(dir, "upright.jpg", upright);
  const Record record = Compared(Saved(dir, "turned.jpg", turned), upright_file);
  CHECK(record.comparison["band"] == "match");
  CHECK(record.comparison["similarity"].get<double>() > 0.95);
}

TEST_CASE("what is missing is never a mismatch, and a new comparison replaces the old one") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const testing::TempDir dir;
  const std::string face = (*london / "neutral/003.jpg").string();
  const std::string wall = Saved(dir, "wall.jpg", cv::Mat(300, 300, CV_8UC3, cv::Scalar(200, 200, 200)));
  const std::string broken = dir.Write("broken.jpg", "no picture").string();

  CHECK(Has(Compared(face, ""), "REFERENCE_MISSING"));
  CHECK(Compared(face, "").outcome == Outcome::kAccepted);
  const Record faceless = Compared(face, wall);
  CHECK(Has(faceless, "REFERENCE_UNUSABLE"));
  CHECK(faceless.outcome == Outcome::kReview);
  CHECK(Compared(wall, face).outcome == Outcome::kRejected);
  CHECK(Has(Compared(wall, face), "PHOTO_UNUSABLE"));
  CHECK(Compared(face, broken).outcome == Outcome::kError);
  CHECK(Compared(broken, face).outcome == Outcome::kError);

  Record record = Compared(face, face);
  REQUIRE(record.comparison["band"] == "match");
  record.comparison["reference"] = broken;
  record = LoadedComparer().Compare(LoadedComparer().Compare(std::move(record)));
  CHECK(!record.comparison.contains("band"));
  CHECK(!record.comparison.contains("similarity"));
  CHECK(record.findings.size() == 1);
}

}  // namespace gradphoto::pipeline
