// SPDX-License-Identifier: Apache-2.0
#include "lib/text/reader.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "lib/image/text.h"
#include "lib/nn/registry.h"
#include "tests/nn/models.h"
#include "tests/support/data.h"
#include "tests/support/pictures.h"

using gradphoto::ErrorKind;
using gradphoto::nn::ModelRegistry;
using gradphoto::nn::testing::ListWith;
using gradphoto::nn::testing::LoadText;
using gradphoto::testing::Flat;
using gradphoto::testing::ModelDir;
using gradphoto::testing::Noisy;
using gradphoto::testing::SourceDir;
using gradphoto::text::CutStrip;
using gradphoto::text::Lattice;
using gradphoto::text::Reader;
using gradphoto::text::Reading;
using gradphoto::text::TextBox;

namespace {

const Reader& Shipped() {
  static const Reader reader =
      Reader::Create(ModelRegistry::Load(SourceDir() / "configs").value(), ModelDir()).value();
  return reader;
}

// Black on light grey, the text's lower left corner at (60, 150).
cv::Mat Page(const std::string& text, double size = 1.2) {
  cv::Mat page = Flat({640, 300}, {225, 225, 225});
  cv::putText(page, text, {60, 150}, cv::FONT_HERSHEY_SIMPLEX, size, {20, 20, 20}, 3, cv::LINE_AA);
  return page;
}

TextBox OnlyBox(const cv::Mat& picture, int side = gradphoto::text::kPortraitSide_px) {
  const auto boxes = Shipped().Detect(picture, side).value();
  REQUIRE(boxes.size() == 1);
  return boxes.front();
}

}  // namespace

TEST_CASE("a line is found where it stands and read as it is written") {
  const cv::Mat page = Page("GRAD 20220418");
  const TextBox box = OnlyBox(page);
  CHECK(std::abs(box.angle_deg) < 3);
  CHECK(box.centre.y == doctest::Approx(137).epsilon(0.05));
  CHECK(box.length_px > 270);
  CHECK(box.length_px < 380);
  CHECK(box.probability > 0.5);
  CHECK(box.probability <= 1);
  const Reading reading = Shipped().ReadLine(page, box.Corners()).value();
  CHECK(reading.Text() == "GRAD 20220418");
  CHECK(reading.LeastProbability() > 0.5);
  CHECK(reading.MeanProbability() >= reading.LeastProbability());
  CHECK(reading.lattice.empty());
  for (std::size_t i = 1; i < reading.glyphs.size(); ++i) {
    CHECK(reading.glyphs[i].position > reading.glyphs[i - 1].position);
  }
  CHECK(reading.glyphs.front().position > 0);
  CHECK(reading.glyphs.back().position < 1);
}

TEST_CASE("Chinese is read") {
  for (const std::string words : {"姓名王小明", "仅供核对使用", "样本2026年7月"}) {
    cv::Mat page = Flat({480, 160}, {240, 240, 240});
    gradphoto::image::DrawText(page, words, {70, 60}, {.size_px = 34, .bgr = {40, 40, 40}});
    CHECK(Shipped().ReadLine(page, OnlyBox(page).Corners())->Text() == words);
  }
}

TEST_CASE("turned writing is found along its own direction, and which way is up is told") {
  const cv::Mat page = Page("STUDENT 2022");
  cv::Mat turned;
  cv::rotate(page, turned, cv::ROTATE_90_CLOCKWISE);
  const TextBox box = OnlyBox(turned);
  CHECK(std::abs(std::abs(box.angle_deg) - 90) < 3);
  int upright = 0;
  for (const double turn : {0.0, 180.0}) {
    const cv::Mat strip = CutStrip(turned, box.Corners(turn));
    const double probability = Shipped().Upright(strip).value();
    CHECK(probability >= 0);
    CHECK(probability <= 1);
    if (probability < 0.5) continue;
    ++upright;
    CHECK(Shipped().Recognize(strip)->Text() == "STUDENT 2022");
  }
  CHECK(upright == 1);
}

TEST_CASE("the lattice holds the probabilities of every frame but the tiny ones") {
  const cv::Mat page = Page("1890");
  const cv::Mat strip = CutStrip(page, OnlyBox(page).Corners());
  const Reading reading = Shipped().Recognize(strip, Lattice::kKeep).value();
  REQUIRE(reading.lattice.size() == static_cast<std::size_t>(strip.cols / 8));
  for (const auto& frame : reading.lattice) {
    double sum = 0;
    for (const auto& [character, probability] : frame) {
      CHECK(probability >= 1e-5F);
      sum += probability;
    }
    CHECK(sum > 0.9);
    CHECK(sum < 1.001);
    CHECK(std::ranges::is_sorted(frame));
  }
  for (const auto& glyph : reading.glyphs) {
    const auto& frame = reading.lattice[static_cast<std::size_t>(glyph.frame)];
    const auto found = std::ranges::find(frame, glyph.character, [](const auto& entry) { return entry.first; });
    REQUIRE(found != frame.end());
    CHECK(double{found->second} == doctest::Approx(glyph.probability));
    CHECK(glyph.position == doctest::Approx((8 * glyph.frame + 4.0) / strip.cols));
    CHECK(Shipped().characters().At(glyph.character) == glyph.text);
  }
}

TEST_CASE("pictures without writing, and of any size, are looked at without fuss") {
  const Reader& reader = Shipped();
  CHECK(reader.Detect(cv::Mat(), 320)->empty());
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(10000, 3), cv::Size(3, 10000), cv::Size(2, 700),
                              cv::Size(31, 33), cv::Size(480, 640)}) {
    CAPTURE(size);
    CHECK(reader.Detect(Flat(size, {200, 200, 200}), 320)->empty());
    const auto boxes = reader.Detect(Noisy(size, 60), 736).value();
    for (const TextBox& box : boxes) {
      CHECK(reader.ReadLine(Noisy(size, 60), box.Corners()).has_value());
    }
  }
  CHECK(reader.Detect(Flat({64, 64}, {0, 0, 0}), -5).has_value());
  CHECK(reader.Detect(Flat({64, 64}, {0, 0, 0}), 1 << 30).has_value());
}

TEST_CASE("only strips are read") {
  const Reader& reader = Shipped();
  for (const cv::Mat& wrong :
       {Flat({320, 47}, {0, 0, 0}), Flat({321, 48}, {0, 0, 0}), Flat({1288, 48}, {0, 0, 0}),
        cv::Mat(48, 320, CV_8U, cv::Scalar(0)), cv::Mat()}) {
    const auto reading = reader.Recognize(wrong);
    REQUIRE_FALSE(reading.has_value());
    CHECK(reading.error().kind == ErrorKind::kInternal);
    CHECK_FALSE(reader.Upright(wrong).has_value());
  }
  CHECK(reader.Recognize(Flat({8, 48}, {255, 255, 255}))->glyphs.empty());
}

TEST_CASE("threads that share the nets read the same") {
  const cv::Mat page = Page("ORDER 7731");
  const auto once = [&] {
    const auto boxes = Shipped().Detect(page, gradphoto::text::kCardSide_px).value();
    return Shipped().ReadLine(page, boxes.at(0).Corners())->Text();
  };
  const std::string expected = once();
  std::vector<std::string> texts(4);
  {
    std::vector<std::jthread> threads;
    for (std::string& text : texts) threads.emplace_back([&] { text = once(); });
  }
  CHECK(expected == "ORDER 7731");
  for (const std::string& text : texts) CHECK(text == expected);
}

TEST_CASE("a registry without the list of characters is a usage error") {
  const auto registry = LoadText(ListWith("    characters:  # One per line; line 5710 is U+3000: whoever trims "
                                          "lines shifts every class after it.\n"
                                          "      file: text-characters.txt\n"
                                          "      source_file: assets/ppocr_keys_v1.txt\n"
                                          "      sha256: 28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e"
                                          "6393b1dc7f7\n",
                                          ""))
                            .value();
  const auto reader = Reader::Create(registry, ModelDir());
  REQUIRE_FALSE(reader.has_value());
  CHECK(reader.error().kind == ErrorKind::kUsage);
  CHECK(reader.error().message.find("characters") != std::string::npos);
}
