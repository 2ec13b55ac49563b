// SPDX-License-Identifier: Apache-2.0
// The verdict is about the person, not about the file: the mirror image, the photo saved again and a smaller
// one of the same shot are judged alike. 20 portraits of two studios.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/image/encode.h"
#include "lib/pipeline/photo.h"
#include "tests/support/engine.h"

using namespace gradphoto;
using namespace gradphoto::pipeline;
using gradphoto::testing::FilesIn;
using gradphoto::testing::PixelsOf;
using gradphoto::testing::SharedData;
namespace fs = std::filesystem;

namespace {

PhotoResult Delivered(const cv::Mat& bgr) { return testing::Judged(bgr, Wall::kAsPolicySays); }

std::set<std::string> CodesFrom(const PhotoResult& result, Severity severity) {
  std::set<std::string> codes;
  for (const Finding& finding : result.record.findings) {
    if (finding.severity >= severity) codes.insert(finding.code);
  }
  return codes;
}

// How many codes stand in one of the two alone.
std::ptrdiff_t Different(const std::set<std::string>& one, const std::set<std::string>& other) {
  std::vector<std::string> different;
  std::ranges::set_symmetric_difference(one, other, std::back_inserter(different));
  return std::ssize(different);
}

double Measured(const PhotoResult& result, const char* key) {
  return result.record.measures.Open().at("source").at(key).get<double>();
}

std::vector<fs::path> Portraits() {
  std::vector<fs::path> portraits;
  for (const char* folder : {"london/neutral", "people/canada"}) {
    const auto found = SharedData(folder);
    if (!found) return {};
    const auto files = FilesIn(*found, ".jpg");
    for (std::size_t i = 0; i < 10; ++i) portraits.push_back(files[i * files.size() / 10]);
  }
  return portraits;
}

}  // namespace

TEST_CASE("data: mirrored, saved again at quality 85 or scaled by 0.7, a photo gets the same verdict") {
  const std::vector<fs::path> portraits = Portraits();
  int outcomes = 0;
  std::ptrdiff_t codes = 0;
  for (const fs::path& file : portraits) {
    CAPTURE(file.filename().string());
    const cv::Mat bgr = PixelsOf(file);
    cv::Mat mirrored, smaller;
    cv::flip(bgr, mirrored, 1);
    cv::resize(bgr, smaller, {}, 0.7, 0.7, cv::INTER_AREA);
    const auto bytes = image::EncodeJpeg(bgr, 85, image::ChromaSampling::k420, 96);
    REQUIRE(bytes.has_value());
    const auto saved = image::Decode(*bytes);
    REQUIRE(saved.has_value());
    const PhotoResult as_taken = Delivered(bgr), in_mirror = Delivered(mirrored);
    for (const PhotoResult& other : {in_mirror, Delivered(saved->bgr), Delivered(smaller)}) {
      outcomes += other.record.outcome != as_taken.record.outcome ? 1 : 0;
      codes += Different(CodesFrom(other, Severity::kWarn), CodesFrom(as_taken, Severity::kWarn));
    }
    // No measure has a side.
    CHECK(std::abs(Measured(in_mirror, "pitch_deg") - Measured(as_taken, "pitch_deg")) < 1);
    CHECK(std::abs(Measured(in_mirror, "yaw_deg") + Measured(as_taken, "yaw_deg")) < 1);
    CHECK(std::abs(Measured(in_mirror, "roll_deg") + Measured(as_taken, "roll_deg")) < 0.5);
    CHECK(std::abs(Measured(in_mirror, "eye_opening_ratio") - Measured(as_taken, "eye_opening_ratio")) < 0.02);
  }
  // Of 60, a value within its error of a limit that lies on the other side of it: one matte (1.02 with a limit
  // of 1) and nine warnings, none in the mirror.
  CHECK(outcomes <= 2);
  CHECK(codes <= 12);
}
