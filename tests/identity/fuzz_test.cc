// SPDX-License-Identifier: Apache-2.0
// Whatever a recogniser may say and wherever it may say it: every reader ends, in bounds, with a finite answer.
// The same mess in every run.
#include <cmath>
#include <random>
#include <string>

#include <doctest/doctest.h>

#include "lib/identity/verdict.h"
#include "tests/fuzz/mutate.h"
#include "tests/identity/lattices.h"
#include "tests/support/temp_dir.h"

using gradphoto::Result;
using gradphoto::identity::Anchor;
using gradphoto::identity::Box;
using gradphoto::identity::CardReader;
using gradphoto::identity::FieldReading;
using gradphoto::identity::Fit;
using gradphoto::identity::FitView;
using gradphoto::identity::Judge;
using gradphoto::identity::Lattice;
using gradphoto::identity::Nets;
using gradphoto::identity::Quad;
using gradphoto::testing::Letters;
using gradphoto::testing::SourceDir;
using gradphoto::testing::TempDir;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::year_month_day kToday = 2026y / 6 / 1;

// Probabilities that do not add up, classes that come twice, frames without any.
Lattice Mess(std::mt19937& random, std::size_t most_frames) {
  Lattice lattice;
  lattice.frames.resize(random() % (most_frames + 1));
  for (auto& frame : lattice.frames) {
    for (std::size_t i = random() % 6; i > 0; --i) {
      const int id = static_cast<int>(random() % Letters().size());
      frame.push_back({id, static_cast<float>(random() % 1001) / 1000});
    }
  }
  return lattice;
}

FieldReading MessyField(std::mt19937& random) {
  FieldReading field;
  for (std::size_t i = random() % 3; i > 0; --i) field.strips.push_back(Mess(random, 60));
  if (!field.strips.empty()) field.first_text = TextOf(FreeReading(field.strips.front(), Letters()));
  field.visible = random() % 2 == 0;
  return field;
}

}  // namespace

TEST_CASE("messy lattices never match anything, and no reader fails on them") {
  std::mt19937 random(7);
  const gradphoto::identity::Digits digits(Letters());
  for (int i = 0; i < 400; ++i) {
    const FieldReading field = MessyField(random);
    CHECK(CheckNumber(field, "110000200103020015", digits, kToday).fit != Fit::kMatch);
    CHECK(CheckName(field, "王小明张伟李", Letters()).fit != Fit::kMatch);
    CHECK_FALSE(
        std::isnan(field.strips.empty() ? 0 : Confidence(FreeReading(field.strips.front(), Letters()))));
    CheckBirthDate(field, 2001y / 3 / 2, Letters());
    ReadBirthDate(field, Letters());
    ReadSex(field, Letters());
    ReadValidity(field, Letters(), true);
  }
}

TEST_CASE("anchors that agree on nothing give no view or a finite one") {
  std::mt19937 random(8);
  const auto draw = [&](double most) { return static_cast<double>(random() % 10000) / 10000 * most; };
  for (int i = 0; i < 300; ++i) {
    std::vector<Anchor> anchors(random() % 30);
    for (Anchor& anchor : anchors) {
      anchor.px = cv::Point2d(draw(3000), draw(2000));
      anchor.mm = cv::Point2d(draw(85), draw(54));
      anchor.word = random() % 14;
      if (random() % 4 == 0) anchor.px = anchors.front().px;
    }
    const auto view = FitView(anchors);
    if (!view) continue;
    for (const cv::Point2f& corner : view->Outline())
      CHECK((std::isfinite(corner.x) && std::isfinite(corner.y)));
  }
}

TEST_CASE("boxes and lines at random: the photo is read to an end, and its judgement is no match") {
  std::mt19937 random(9);
  const cv::Mat photo(300, 400, CV_8UC3, cv::Scalar(200, 210, 220));
  const std::u32string labels = gradphoto::ToUtf32("姓名性别民族出生住址公民身份号码中华人民共和国居民身份证");
  const Judge judge(Letters());
  for (int i = 0; i < 150; ++i) {
    const Nets nets{
        .find_lines = [&](const cv::Mat& /*bgr*/) -> Result<std::vector<Box>> {
          std::vector<Box> boxes(random() % 20);
          for (Box& box : boxes) {
            box = {.x = static_cast<double>(random() % 500) - 50,
                   .y = static_cast<double>(random() % 400) - 50,
                   .width = static_cast<double>(random() % 400) + 0.1,
                   .height = static_cast<double>(random() % 60) + 0.1,
                   .degrees = static_cast<double>(random() % 180) - 90};
          }
          return boxes;
        },
        .read_line = [&](const cv::Mat& /*bgr*/, const Quad& /*line*/) -> Result<Lattice> {
          if (random() % 3 == 0) return Mess(random, 40);
          const std::size_t start = random() % (labels.size() - 4);
          return gradphoto::testing::LatticeOf(
              gradphoto::testing::Sure(gradphoto::ToUtf8(labels.substr(start, 2 + random() % 6))));
        },
        .upside_down = [&](const cv::Mat& /*bgr*/, std::span<const Quad> /*lines*/) -> Result<double> {
          return static_cast<double>(random() % 101) / 100;
        }};
    const CardReader reader(nets, Letters(),
                            gradphoto::identity::ShippedLayout(SourceDir() / "configs").value());
    const auto read = reader.Read(photo);
    REQUIRE(read.has_value());
    const auto judgement =
        judge.Of(std::span(&*read, 1),
                 {.name = "王小明", .number = "110000200103020015", .today = kToday, .is_of_another = {}});
    CHECK(judgement.verdict != gradphoto::identity::Verdict::kMatch);
  }
}

TEST_CASE("a damaged layout is refused by name or read within the card") {
  const TempDir dir;
  const auto file = dir.path() / "card.yaml";
  gradphoto::testing::Fuzz(gradphoto::testing::Seed(SourceDir() / "configs/card.yaml"), 400,
                           [&](const std::string& bytes) {
                             REQUIRE(gradphoto::WriteFileAtomic(file, bytes, gradphoto::IfExists::kOverwrite));
                             const auto layout = gradphoto::identity::ReadLayout(file);
                             if (!layout) CHECK(layout.error().message.find("card.yaml") != std::string::npos);
                             if (layout) CHECK(layout->digits.x <= gradphoto::identity::kCardWidthMm);
                           });
}
