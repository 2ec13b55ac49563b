// SPDX-License-Identifier: Apache-2.0
// Photos without a person: what can go wrong before a face is found. The rest is in photo_data_test.cc.
#include "lib/pipeline/photo.h"

#include <string>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "lib/image/encode.h"
#include "tests/support/engine.h"
#include "tests/support/pictures.h"

using gradphoto::Finding;
using gradphoto::Outcome;
using gradphoto::Record;
using gradphoto::Severity;
using gradphoto::image::ChromaSampling;
using gradphoto::image::EncodeJpeg;
using gradphoto::pipeline::PassThrough;
using gradphoto::pipeline::PhotoKind;
using gradphoto::pipeline::PhotoResult;
using gradphoto::pipeline::ProcessPhoto;
using gradphoto::testing::Flat;
using gradphoto::testing::LoadedEngine;
using gradphoto::testing::Noisy;
using gradphoto::testing::TempDir;

namespace {

std::filesystem::path Write(const TempDir& dir, const std::string& name, const cv::Mat& bgr) {
  const auto path = dir.path() / name;
  REQUIRE(gradphoto::WriteFileAtomic(path, EncodeJpeg(bgr, 90, ChromaSampling::k444, 300).value(),
                                     gradphoto::IfExists::kOverwrite));
  return path;
}

PhotoResult Process(const std::filesystem::path& path, PhotoKind kind = PhotoKind::kSource) {
  Record record;
  record.photo = path.string();
  return ProcessPhoto(LoadedEngine(), std::move(record), kind);
}

}  // namespace

TEST_CASE("a file that cannot be read or decoded is an error with its code, not the end of the batch") {
  const TempDir dir;
  const auto whole = EncodeJpeg(Noisy({300, 300}, 9), 90, ChromaSampling::k444, 300).value();
  const std::string_view half(reinterpret_cast<const char*>(whole.data()), whole.size() / 2);
  const std::pair<std::filesystem::path, const char*> cases[] = {
      {dir.path() / "absent.jpg", "UNREADABLE"},
      {dir.path(), "UNREADABLE"},
      {dir.Write("text.jpg", "no picture"), "NOT_AN_IMAGE"},
      {dir.Write("empty.jpg", ""), "NOT_AN_IMAGE"},
      {dir.Write("half.JPG", half), "TRUNCATED"},
  };
  for (const auto& [path, code] : cases) {
    CAPTURE(code);
    const PhotoResult result = Process(path);
    CHECK(result.record.outcome == Outcome::kError);
    REQUIRE(result.record.findings.size() == 1);
    CHECK(result.record.findings[0].code == code);
    CHECK(result.record.findings[0].severity == Severity::kError);
    CHECK_FALSE(result.jpeg.has_value());
    CHECK_FALSE(result.analysis.has_value());
    CHECK(result.record.tool == LoadedEngine().tool);
  }
  CHECK(Process(dir.path() / "half.JPG").record.sha256 == gradphoto::Sha256Hex(half));
}

TEST_CASE("a picture without a face is rejected, whatever its shape") {
  const TempDir dir;
  int i = 0;
  for (const cv::Mat& picture :
       {Flat({480, 640}, {255, 255, 255}), Noisy({500, 400}, 25), Flat({1, 1}, {9, 9, 9}),
        Flat({4000, 1}, {9, 9, 9}), Flat({1, 4000}, {9, 9, 9}), Noisy({3, 2}, 9)}) {
    const auto path = Write(dir, std::to_string(i++) + ".jpg", picture);
    for (const PhotoKind kind : {PhotoKind::kSource, PhotoKind::kFinished}) {
      const PhotoResult result = Process(path, kind);
      CAPTURE(i);
      CHECK(result.record.outcome == Outcome::kRejected);
      REQUIRE_FALSE(result.record.findings.empty());
      CHECK(std::ranges::count(result.record.findings, "NO_FACE", &Finding::code) == 1);
      CHECK_FALSE(result.jpeg.has_value());
      CHECK(result.record.measures.Open()["source"]["width_px"] == picture.cols);
      CHECK(result.record.measures.Open()["source"]["faces"] == 0);
    }
  }
}

TEST_CASE("findings of an earlier run are replaced, those of other stages stay and keep deciding") {
  const TempDir dir;
  Record record;
  record.photo = Write(dir, "a.jpg", Flat({480, 640}, {255, 255, 255})).string();
  record.student = gradphoto::Student{"7", {{"name", "张三"}}};
  record.extra["mine"] = 1;
  record.Add({"ID_INVALID", Severity::kReview, {}, {}, {}, {}, {}});
  record.Add({"BLURRED", Severity::kReject, 9, "px", {}, 2, {}});
  record.Add({"UNREADABLE", Severity::kError, {}, {}, {}, {}, {}});
  record.output = "old.jpg";
  const Record once = ProcessPhoto(LoadedEngine(), record, PhotoKind::kSource).record;
  REQUIRE(once.findings.size() == 2);
  CHECK(once.findings[0].code == "NO_FACE");
  CHECK(once.findings[1].code == "ID_INVALID");
  CHECK(once.outcome == Outcome::kRejected);
  CHECK(once.output.empty());
  CHECK(once.student->Field("name") == "张三");
  CHECK(once.extra["mine"] == 1);
  const Record twice = ProcessPhoto(LoadedEngine(), once, PhotoKind::kSource).record;
  CHECK(ToLine(twice) == ToLine(once));

  Record held = record;
  held.outcome = Outcome::kHeld;
  CHECK(ProcessPhoto(LoadedEngine(), held, PhotoKind::kSource).record.outcome == Outcome::kHeld);
}

TEST_CASE("a record passed through is the record and nothing else") {
  Record record;
  record.photo = "a.jpg";
  const PhotoResult result = PassThrough(record);
  CHECK(ToLine(result.record) == ToLine(record));
  CHECK_FALSE(result.jpeg.has_value());
  CHECK_FALSE(result.analysis.has_value());
}
