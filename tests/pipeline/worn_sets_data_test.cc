// SPDX-License-Identifier: Apache-2.0
// The verdicts about headgear, covers and casts on people whom nobody tuned them on. No weight is taught on
// these sets; what was chosen on them are single limits, and the worst set counts (docs/CALIBRATION.md, Beyond
// London).
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
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
using gradphoto::testing::Judged;
using gradphoto::testing::PixelsOf;
using gradphoto::testing::SharedData;
namespace fs = std::filesystem;

namespace {

const std::vector<standard::Code> kCodes = {"HEADGEAR", "FACE_COVERED", "COLOUR_CAST"};

bool Accused(const PhotoResult& result, standard::Code code) {
  const Finding* finding = standard::FindFinding(result.record.findings, code);
  return finding != nullptr && finding->severity >= Severity::kReview;
}

// Whether the head is seen from the front, with so many px between the pupils.
bool IsFrontal(const PhotoResult& result, double least_px) {
  if (!result.record.measures.Open().contains("source")) return false;
  const Json source = result.record.measures.Open().at("source");
  return source.contains("yaw_deg") && std::abs(source.at("yaw_deg").get<double>()) < 25 &&
         source.at("interocular_px").get<double>() >= least_px;
}

struct Rate {
  int found = 0, all = 0;
  double Percent() const { return all == 0 ? 0 : 100.0 * found / all; }
};

// At most `most` files, spread over the folder.
std::vector<fs::path> Some(std::vector<fs::path> files, std::size_t most) {
  std::vector<fs::path> some;
  const std::size_t count = std::min(most, files.size());
  for (std::size_t i = 0; i < count; ++i) some.push_back(files[i * files.size() / count]);
  return some;
}

}  // namespace

TEST_CASE("data: of bare, well lit heads of other rooms at most one in fifty is accused, in the worst set") {
  for (const char* set : {"legislators", "voteview", "3dsk"}) {
    const auto folder = SharedData(std::string("people/") + set);
    if (!folder) return;
    std::map<std::string, Rate> rates;
    for (const fs::path& file : Some(FilesIn(*folder, ".jpg"), 60)) {
      const PhotoResult result = Judged(PixelsOf(file));
      if (!IsFrontal(result, 20)) continue;
      for (const standard::Code code : kCodes) {
        Rate& rate = rates[std::string(code.name())];
        ++rate.all;
        rate.found += Accused(result, code);
      }
    }
    for (const auto& [code, rate] : rates) {
      MESSAGE(set << ' ' << code << ": " << rate.found << " of " << rate.all);
      CHECK(rate.found <= std::max(1.0, 0.02 * rate.all));
    }
  }
}

TEST_CASE("data: real hats are found, bare heads of the same photographers are not") {
  const auto folder = SharedData("people/lfw");
  if (!folder) return;
  std::ifstream labels(folder->parent_path() / "lfw_labels.csv");
  Rate hats, bare;
  std::string line;
  for (int number = 0; std::getline(labels, line); ++number) {
    const std::size_t comma = line.find(',');
    if (comma == std::string::npos) continue;
    const std::string worn = line.substr(comma + 1);
    const bool hat = worn.starts_with("hat");
    if (!hat && (!worn.starts_with("bare") || number % 4 != 0)) continue;
    const PhotoResult result = Judged(PixelsOf(*folder / line.substr(0, comma)));
    if (!IsFrontal(result, 20)) continue;
    Rate& rate = hat ? hats : bare;
    ++rate.all;
    rate.found += Accused(result, "HEADGEAR");
  }
  MESSAGE("hats " << hats.found << " of " << hats.all << ", bare " << bare.found << " of " << bare.all);
  CHECK(hats.all >= 30);
  CHECK(bare.all >= 100);
  CHECK(hats.Percent() >= 80);
  CHECK(bare.Percent() <= 2);
}

TEST_CASE("data: real masks are found") {
  const auto folder = SharedData("people/masks");
  if (!folder) return;
  Rate masks;
  for (const fs::path& file : Some(FilesIn(*folder, ".jpg"), 150)) {
    const PhotoResult result = Judged(PixelsOf(file));
    if (!IsFrontal(result, 25)) continue;
    ++masks.all;
    masks.found += Accused(result, "FACE_COVERED");
  }
  MESSAGE("masks " << masks.found << " of " << masks.all);
  CHECK(masks.all >= 50);
  CHECK(masks.Percent() >= 95);
}

TEST_CASE(
    "data: mirrored, saved again at quality 85 or made smaller, a portrait keeps its verdicts on what is "
    "worn") {
  const auto folder = SharedData("people/legislators");
  if (!folder) return;
  for (const fs::path& file : Some(FilesIn(*folder, ".jpg"), 20)) {
    CAPTURE(file.filename().string());
    const cv::Mat photo = PixelsOf(file);
    cv::Mat mirrored, smaller;
    cv::flip(photo, mirrored, 1);
    cv::resize(photo, smaller, {}, 0.7, 0.7, cv::INTER_AREA);
    const auto jpeg = image::EncodeJpeg(photo, 85, image::ChromaSampling::k420, 96);
    REQUIRE(jpeg.has_value());
    const auto saved = image::Decode(*jpeg);
    REQUIRE(saved.has_value());
    const PhotoResult first = Judged(photo);
    for (const cv::Mat& other : {mirrored, smaller, saved->bgr}) {
      const PhotoResult again = Judged(other);
      for (const standard::Code code : {standard::Code("HEADGEAR"), standard::Code("FACE_COVERED")}) {
        CAPTURE(code.name());
        CHECK(Accused(first, code) == Accused(again, code));
      }
    }
  }
}
