// SPDX-License-Identifier: Apache-2.0
// From file to finished JPEG on the London portraits, held against their hand-placed points.
#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "lib/image/encode.h"
#include "lib/pipeline/many.h"
#include "lib/pipeline/overlay.h"
#include "lib/pipeline/photo.h"
#include "lib/standard/codes.h"
#include "tests/support/engine.h"
#include "tests/support/pictures.h"

using namespace gradphoto;
using namespace gradphoto::pipeline;
using gradphoto::standard::Language;
using gradphoto::standard::Reasons;
using gradphoto::testing::FilesIn;
using gradphoto::testing::HandPoints;
using gradphoto::testing::LoadedEngine;
using gradphoto::testing::PixelsOf;
using gradphoto::testing::SharedData;
using gradphoto::testing::TempDir;
namespace hand = gradphoto::testing::hand;

namespace {

namespace fs = std::filesystem;

fs::path Write(const TempDir& dir, const std::string& name, const cv::Mat& bgr, int quality = 95) {
  const fs::path path = dir.path() / name;
  REQUIRE(WriteFileAtomic(path, image::EncodeJpeg(bgr, quality, image::ChromaSampling::k444, 300).value(),
                          IfExists::kOverwrite));
  return path;
}

Record RecordOf(const fs::path& path) {
  Record record;
  record.photo = path.string();
  return record;
}

PhotoResult Process(const fs::path& path, PhotoKind kind = PhotoKind::kSource) {
  return ProcessPhoto(LoadedEngine(), RecordOf(path), kind);
}

const Finding* Find(const Record& record, standard::Code code) {
  const auto found = std::ranges::find(record.findings, code.name(), &Finding::code);
  return found == record.findings.end() ? nullptr : &*found;
}

// Codes and severities, for messages.
std::string Findings(const Record& record) {
  std::string text;
  for (const Finding& finding : record.findings) {
    text += finding.code + "=" + std::string(SeverityName(finding.severity)) + " ";
  }
  return text;
}

// Some of the portraits, one in ten.
std::vector<fs::path> Few(const fs::path& folder) {
  const auto files = FilesIn(folder, ".jpg");
  std::vector<fs::path> few;
  for (std::size_t i = 5; i < files.size(); i += 10) few.push_back(files[i]);
  return few;
}

}  // namespace

TEST_CASE("data: portraits are accepted, and their hand-placed points land in the windows of the standard") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  const auto files = FilesIn(*folder, ".jpg");
  REQUIRE(files.size() == 50);
  std::vector<Record> records;
  for (const fs::path& file : files) records.push_back(RecordOf(file));
  int accepted = 0;
  const std::function<PhotoResult(Record)> work = [](Record record) {
    return ProcessPhoto(LoadedEngine(), std::move(record), PhotoKind::kSource);
  };
  (void)LoadedEngine();
  const std::function<bool(PhotoResult)> sink = [&](PhotoResult result) {
    const Record& record = result.record;
    CAPTURE(record.photo);
    CAPTURE(Findings(record));
    CHECK(record.outcome != Outcome::kError);
    if (record.outcome != Outcome::kAccepted) return true;
    ++accepted;
    const double scale = record.crop.Open()["scale"], x0 = record.crop.Open()["x"],
                 y0 = record.crop.Open()["y"];
    CHECK(scale > 0);
    CHECK(scale <= 1);
    const auto points = HandPoints(fs::path(record.photo).replace_extension(".tem"));
    const auto carried = [&](std::size_t i) { return (points[i] - cv::Point2d(x0, y0)) * scale; };
    const double eyes = (carried(hand::kLeftPupil).y + carried(hand::kRightPupil).y) / 2;
    CHECK(eyes >= 200);
    CHECK(eyes <= 300);
    // The mask's crown and the hand's differ by a few pixels where hair is thin.
    CHECK(carried(hand::kCrown).y >= 50 - 6);
    CHECK(carried(hand::kCrown).y <= 110 + 6);
    const double width = carried(hand::kRightCheek).x - carried(hand::kLeftCheek).x;
    CHECK(width >= 180 - 4);
    CHECK(width <= 300);
    const double middle = (carried(hand::kLeftPupil).x + carried(hand::kRightPupil).x) / 2;
    CHECK(std::abs(middle - 240) < 24);

    REQUIRE(result.jpeg.has_value());
    CHECK(result.jpeg->size() >= 30721);
    CHECK(result.jpeg->size() <= 40000);
    const auto photo = image::Decode(*result.jpeg);
    REQUIRE(photo.has_value());
    CHECK(photo->bgr.size() == cv::Size(480, 640));
    CHECK(photo->facts.dpi_x == 300);
    CHECK(photo->facts.dpi_y == 300);
    CHECK(photo->facts.components == 3);
    CHECK(photo->facts.jpeg_quality.value_or(0) >= 60);
    CHECK_FALSE(photo->facts.has_metadata);
    CHECK(record.measures.Open()["output"]["bytes"] == result.jpeg->size());
    CHECK(std::abs(record.measures.Open()["output"]["eye_line_px"].get<double>() - eyes) < 3);
    CHECK(record.sha256 == Sha256File(record.photo).value());
    // Worst findings first.
    CHECK(std::ranges::is_sorted(record.findings, std::ranges::greater(), &Finding::severity));
    return true;
  };
  CHECK(ProcessMany<PhotoResult>(std::move(records), {}, work, sink) == 50);
  // One shows no shoulders; of three the loose hair cannot be parted from the wall with certainty.
  CHECK(accepted >= 46);
}

TEST_CASE(
    "data: a standardized photo is accepted again, as a source and as a finished file, and hardly moves") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  const TempDir dir;
  for (const fs::path& file : Few(*folder)) {
    const PhotoResult first = Process(file);
    CAPTURE(file.filename().string());
    CAPTURE(Findings(first.record));
    REQUIRE(first.record.outcome == Outcome::kAccepted);
    const fs::path output = dir.path() / file.filename();
    REQUIRE(WriteFileAtomic(output, *first.jpeg, IfExists::kRefuse));
    const PhotoResult again = Process(output);
    CAPTURE(Findings(again.record));
    CHECK(again.record.outcome == Outcome::kAccepted);
    CHECK(std::abs(again.record.crop.Open()["scale"].get<double>() - 1) < 0.001);
    const PhotoResult finished = Process(output, PhotoKind::kFinished);
    CAPTURE(Findings(finished.record));
    CHECK(finished.record.outcome == Outcome::kAccepted);
    CHECK(finished.jpeg == first.jpeg);  // Packed as it is.
    for (const char* key : {"eye_line_px", "crown_px", "face_width_px", "chin_px"}) {
      CAPTURE(key);
      CHECK(std::abs(finished.record.measures.Open()["output"][key].get<double>() -
                     first.record.measures.Open()["output"][key].get<double>()) < 6);
    }
  }
}

TEST_CASE("data: the same photo gives the same record and bytes, on any number of threads") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  std::vector<std::string> lines, hashes;
  (void)LoadedEngine();
  for (const int threads : {1, 4}) {
    std::vector<Record> records;
    for (const fs::path& file : Few(*folder)) records.push_back(RecordOf(file));
    std::size_t i = 0;
    const std::function<bool(PhotoResult)> sink = [&](PhotoResult result) {
      const std::string line = ToLine(result.record), hash = Sha256Hex(std::span(result.jpeg.value()));
      if (threads == 1) {
        lines.push_back(line);
        hashes.push_back(hash);
      } else {
        CHECK(lines.at(i) == line);
        CHECK(hashes.at(i) == hash);
      }
      ++i;
      return true;
    };
    const std::function<PhotoResult(Record)> work = [](Record record) {
      return ProcessPhoto(LoadedEngine(), std::move(record), PhotoKind::kSource);
    };
    CHECK(ProcessMany<PhotoResult>(std::move(records), {.threads = threads, .interrupted = {}}, work, sink) ==
          5);
  }
}

TEST_CASE(
    "data: a photo without orientation tag that lies on its side is turned, told, and comes to the same end") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  const TempDir dir;
  for (const fs::path& file : Few(*folder)) {
    const cv::Mat upright = PixelsOf(file);
    cv::Mat lying;
    cv::rotate(upright, lying, cv::ROTATE_90_COUNTERCLOCKWISE);
    const Record expected = Process(Write(dir, "upright.jpg", upright)).record;
    const Record turned = Process(Write(dir, "lying.jpg", lying)).record;
    CAPTURE(file.filename().string());
    CAPTURE(Findings(turned));
    CHECK(Find(expected, "ORIENTATION_GUESSED") == nullptr);
    REQUIRE(Find(turned, "ORIENTATION_GUESSED") != nullptr);
    CHECK(turned.outcome == expected.outcome);
    CHECK(turned.measures.Open()["source"]["quarter_turns"] == 1);
    CHECK(std::abs(turned.crop.Open()["scale"].get<double>() - expected.crop.Open()["scale"].get<double>()) <
          0.01);
  }
}

TEST_CASE("data: injected faults are found, each by its code") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  const TempDir dir;
  const auto files = Few(*folder);
  struct Fault {
    standard::Code code;
    Severity least;
    std::function<cv::Mat(const cv::Mat&)> inject;
  };
  const Fault faults[] = {
      {"MONOCHROME", Severity::kReject,
       [](const cv::Mat& bgr) {
         cv::Mat grey;
         cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
         cv::cvtColor(grey, grey, cv::COLOR_GRAY2BGR);
         return grey;
       }},
      {"BLURRED", Severity::kReject,
       [](const cv::Mat& bgr) {
         cv::Mat blurred;
         cv::GaussianBlur(bgr, blurred, cv::Size(0, 0), 14);
         return blurred;
       }},
      {"HEAD_TILTED", Severity::kReject,
       [](const cv::Mat& bgr) {
         cv::Mat turned;
         const cv::Point2f centre(static_cast<float>(bgr.cols) / 2, static_cast<float>(bgr.rows) / 2);
         cv::warpAffine(bgr, turned, cv::getRotationMatrix2D(centre, 13, 1), bgr.size(), cv::INTER_LINEAR,
                        cv::BORDER_REPLICATE);
         return turned;
       }},
      {"UNDEREXPOSED", Severity::kReject, [](const cv::Mat& bgr) { return cv::Mat(bgr * 0.25); }},
      {"OVEREXPOSED", Severity::kWarn, [](const cv::Mat& bgr) { return cv::Mat(bgr * 2.2); }},
      {"SOURCE_TOO_SMALL", Severity::kReject,
       [](const cv::Mat& bgr) {
         cv::Mat small;
         cv::resize(bgr, small, cv::Size(), 0.28, 0.28, cv::INTER_AREA);
         return small;
       }},
  };
  for (const Fault& fault : faults) {
    for (std::size_t i = 0; i < 3; ++i) {
      const Record record = Process(Write(dir, "fault.jpg", fault.inject(PixelsOf(files[i])))).record;
      CAPTURE(fault.code);
      CAPTURE(files[i].filename().string());
      CAPTURE(Findings(record));
      const Finding* finding = Find(record, fault.code);
      REQUIRE(finding != nullptr);
      CHECK(finding->severity >= fault.least);
      if (fault.least == Severity::kReject) CHECK(record.IsRejected());
      // The photo as it is has none of this.
      if (i == 0) CHECK(Find(Process(files[i]).record, fault.code) == nullptr);
    }
  }
}

TEST_CASE("data: no light or eyes are found amiss in good portraits of dark skinned and East Asian people") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  for (const char* id : {"005", "025", "043", "045", "061", "067", "087", "099", "119", "127", "129", "137"}) {
    const Record record = Process(*folder / (std::string(id) + ".jpg")).record;
    CAPTURE(std::string(id));
    CAPTURE(Findings(record));
    for (const standard::Code code : std::initializer_list<standard::Code>{
             "UNDEREXPOSED", "OVEREXPOSED", "LOW_CONTRAST", "UNEVEN_LIGHT", "HIGHLIGHTS", "RED_EYE",
             "MONOCHROME", "COLOUR_CAST", "EYES_CLOSED", "GAZE_OFF", "TEETH_SHOWN", "EXPRESSION"}) {
      CHECK(Find(record, code) == nullptr);
    }
  }
}

TEST_CASE("data: hair that reaches the upper end of the photo is a cut head") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  const TempDir dir;
  for (const fs::path& file : Few(*folder)) {
    const cv::Mat bgr = PixelsOf(file);
    const int crown = static_cast<int>(HandPoints(fs::path(file).replace_extension(".tem"))[hand::kCrown].y);
    const Record record = Process(Write(dir, "cut.jpg", bgr.rowRange(crown + 30, bgr.rows).clone())).record;
    CAPTURE(file.filename().string());
    CAPTURE(Findings(record));
    REQUIRE(Find(record, "HEAD_CUT") != nullptr);
    CHECK(Find(record, "HEAD_CUT")->detail == "top");
    CHECK(record.outcome == Outcome::kRejected);
    CHECK(Find(Process(file).record, "HEAD_CUT") == nullptr);
  }
}

TEST_CASE("data: two people on one photo are rejected") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  const TempDir dir;
  const auto files = Few(*folder);
  cv::Mat both;
  cv::hconcat(PixelsOf(files[0]), PixelsOf(files[1]), both);
  const Record record = Process(Write(dir, "both.jpg", both)).record;
  CAPTURE(Findings(record));
  REQUIRE(Find(record, "MULTIPLE_FACES") != nullptr);
  CHECK(Find(record, "MULTIPLE_FACES")->value.value_or(0) > 0.5);
  CHECK(record.outcome == Outcome::kRejected);
  CHECK(record.measures.Open()["source"]["faces"] == 2);
}

TEST_CASE("data: a replaced background has exactly the standard's colour in the corners, as JPEG allows") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  for (const fs::path& file : Few(*folder)) {
    const PhotoResult result = Process(file);
    CAPTURE(file.filename().string());
    REQUIRE(result.jpeg.has_value());
    if (!result.record.background.Open()["replaced"].get<bool>()) continue;
    const auto to = result.record.background.Open()["to"].get<std::array<int, 3>>();
    for (const int x : {2, 477}) {
      CHECK(result.rendered.at<cv::Vec3b>(2, x) == cv::Vec3b(static_cast<unsigned char>(to[2]),
                                                             static_cast<unsigned char>(to[1]),
                                                             static_cast<unsigned char>(to[0])));
    }
  }
}

TEST_CASE("data: an overlay can be drawn from every photo that was analysed, with a face and without") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  const TempDir dir;
  const auto reasons = Reasons::Load(gradphoto::testing::SourceDir() / "configs");
  REQUIRE(reasons.has_value());
  const cv::Mat wall = gradphoto::testing::Flat({2000, 3000}, {200, 210, 220});
  const cv::Mat face = PixelsOf(Few(*folder).front());
  for (const cv::Mat& picture : {wall, face, cv::Mat(face.rowRange(400, 1000))}) {
    const PhotoResult result = Process(Write(dir, "photo.jpg", picture));
    REQUIRE(result.analysis.has_value());
    const auto overlay = DrawOverlay(LoadedEngine().standard, result, *reasons, Language::kZh);
    REQUIRE(overlay.has_value());
    const auto decoded = image::Decode(*overlay);
    REQUIRE(decoded.has_value());
    CHECK(decoded->bgr.cols == 720);
    // The picture, at most 900 px high, and what is said about it: the more findings, the more lines.
    CHECK(decoded->bgr.rows > std::min(900, 600 * picture.rows / picture.cols) + 100);
  }
}

TEST_CASE("what was laid over a photo is never accepted, and is told once") {
  const auto cases = SharedData("cases");
  if (!cases) return;
  for (const char* name :
       {"screenshot-black", "screenshot-white", "letterbox-white", "frame-white", "letterbox-blurred-fill",
        "strip-name-white", "strip-name-black", "watermark-proof-grey", "watermark-sample-white",
        "writing-across-face", "seal-red", "sticker-on-cheek"}) {
    CAPTURE(name);
    const Record record = Process(*cases / (std::string(name) + ".jpg")).record;
    CAPTURE(Findings(record));
    CHECK(record.outcome != Outcome::kAccepted);
    const Finding* border = Find(record, "BORDER");
    const Finding* writing = Find(record, "TEXT_OVERLAY");
    CHECK(((border != nullptr && border->severity >= Severity::kReview) ||
           (writing != nullptr && writing->severity >= Severity::kReview)));
    for (const std::string code : {"BORDER", "TEXT_OVERLAY"}) {
      CHECK(std::ranges::count(record.findings, code, &Finding::code) <= 1);
    }
  }
}
