// SPDX-License-Identifier: Apache-2.0
// The delivered matte against exact alpha: every composite of ../shared/data/matting goes the way of a photo.
// docs/MATTING.md has the figures by kind of background.
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "bench/matting_score.h"
#include "lib/check/judge.h"
#include "lib/matte/matte.h"
#include "lib/pipeline/frame.h"
#include "lib/pipeline/frame_matte.h"
#include "tests/support/engine.h"
#include "tests/support/pictures.h"

using namespace gradphoto::matte;
namespace bench = gradphoto::bench;
namespace pipeline = gradphoto::pipeline;
using gradphoto::testing::Flat;
using gradphoto::testing::LoadedEngine;
using gradphoto::testing::PixelsOf;
using gradphoto::testing::SharedData;

namespace {

struct Judged {
  cv::Mat bgr, mask;
  HeadShape head;
  Matte matte;
  bench::Truth truth;
  bench::Score score;
  bool flagged = false;
};

// The way of a photo as far as the verdict on its matte.
Judged JudgeComposed(const bench::Composed& composed) {
  const auto& engine = LoadedEngine();
  const auto analysis = pipeline::Analyse(engine, composed.photo, gradphoto::face::Orientation::kKnown);
  REQUIRE(analysis.has_value());
  REQUIRE(analysis->head.has_value());
  const auto plan = pipeline::PlanFrame(engine.standard, *analysis->head, analysis->bgr.size()).plan;
  const auto context = pipeline::RenderContext(*analysis, plan);
  const HeadShape head = pipeline::HeadShapeOf(*analysis->head, plan);
  const auto mask = FrameMask(engine.masker, context);
  REQUIRE(mask.has_value());
  const auto matte = ComputeMatte(engine.masker, context, *mask, head);
  REQUIRE(matte.has_value());
  Judged judged{context.FramePixels().clone(), *mask, head, *matte, bench::TruthOf(composed, plan), {}, false};
  judged.score = bench::ScoreOf(judged.matte, judged.bgr, judged.truth);
  judged.flagged =
      gradphoto::check::Judge(engine.standard, "MATTE_UNCERTAIN", matte->trust.DoubtPercent()).has_value();
  return judged;
}

// The person before a wall of this colour (R, G, B) that is lit a little from one side, with a camera's noise.
cv::Mat BeforeWall(const bench::Composed& composed, const cv::Vec3d& rgb, std::uint64_t seed) {
  constexpr double kSlope = 0.15, kNoise = 2;
  cv::Mat noise(composed.alpha.size(), CV_32F), photo(composed.alpha.size(), CV_8UC3);
  cv::RNG(seed).fill(noise, cv::RNG::NORMAL, 0, kNoise);
  for (int y = 0; y < photo.rows; ++y) {
    for (int x = 0; x < photo.cols; ++x) {
      const double wall = 1 - composed.alpha.at<cv::Vec3b>(y, x)[0] / 255.0;
      const double light = 1 + kSlope * (static_cast<double>(x) / photo.cols - 0.5);
      for (int c = 0; c < 3; ++c) {
        photo.at<cv::Vec3b>(y, x)[c] = cv::saturate_cast<unsigned char>(
            composed.foreground_on_white.at<cv::Vec3b>(y, x)[c] + wall * (light * rgb[2 - c] - 255) +
            static_cast<double>(noise.at<float>(y, x)));
      }
    }
  }
  return photo;
}

}  // namespace

TEST_CASE(
    "data: the matte beats the net's mask, no damaged head goes unflagged, plain walls are rarely flagged") {
  const auto folder = SharedData("matting");
  if (!folder) return;
  bench::Score mask_sum, matte_sum;
  int count = 0, good_walls = 0, good_walls_flagged = 0, gross = 0;
  for (const bench::MattingSample& sample : bench::ReadIndex(*folder)) {
    CAPTURE(sample.image);
    const auto composed = bench::ReadComposed(*folder, sample);
    REQUIRE(composed.has_value());
    const auto [bgr, mask, head, matte, truth, score, flagged] = JudgeComposed(*composed);

    const bench::Score plain = bench::ScoreOf(bench::PlainMask(mask, bgr), bgr, truth);
    ++count;
    mask_sum.sad += plain.sad;
    matte_sum.sad += score.sad;
    for (std::size_t t = 0; t < 2; ++t) {
      mask_sum.delta_e[t] += plain.delta_e[t];
      matte_sum.delta_e[t] += score.delta_e[t];
    }

    cv::Mat core = cv::Mat::zeros(bgr.size(), CV_8U);
    cv::fillPoly(core, std::vector{head.face_core}, 255);
    cv::erode(core, core, cv::Mat::ones(5, 5, CV_8U));
    CHECK(cv::countNonZero(core) > 5000);
    CHECK(cv::countNonZero((matte.alpha < 1) & core) == 0);

    if (score.gross_percent > bench::kGrossPercent) {
      ++gross;
      CHECK(flagged);
    } else if (sample.Kind() == "dark wall") {
      CHECK(flagged);  // Dark hair, all of them: no such matte is trusted, good or not.
    } else if (sample.Kind() != "clutter") {
      ++good_walls;
      good_walls_flagged += flagged ? 1 : 0;
    }
  }
  CHECK(count == 46);
  CHECK(matte_sum.sad < 0.65 * mask_sum.sad);
  CHECK(matte_sum.delta_e[0] < 0.70 * mask_sum.delta_e[0]);
  CHECK(matte_sum.delta_e[1] < 0.70 * mask_sum.delta_e[1]);
  CHECK(gross >= 1);  // Otherwise the check above has held nothing.
  CHECK(good_walls >= 17);
  CHECK(good_walls_flagged <= 0.08 * good_walls);
}

TEST_CASE("data: before dark walls a head is whole or a person looks at it") {
  const auto folder = SharedData("matting");
  if (!folder) return;
  // Black, charcoal, umber, brown, wood, maroon, navy, dark green.
  const std::vector<cv::Vec3d> walls = {{18, 18, 18},  {48, 46, 44}, {52, 40, 34}, {92, 62, 42},
                                        {120, 84, 56}, {80, 22, 30}, {22, 30, 66}, {24, 56, 40}};
  constexpr double kHarmed = 0.05, kPlainlyHarmed = 0.15;  // Percent of the frame; 0.05 is 150 px: a lock.
  std::set<std::string> people;
  std::size_t next = 0;
  int harmed = 0, harmed_flagged = 0;
  for (const bench::MattingSample& sample : bench::ReadIndex(*folder)) {
    if (!people.insert(sample.alpha).second) continue;
    auto composed = bench::ReadComposed(*folder, sample);
    REQUIRE(composed.has_value());
    for (int i = 0; i < 3; ++i, ++next) {
      CAPTURE(sample.alpha);
      CAPTURE(next % walls.size());
      composed->photo = BeforeWall(*composed, walls[next % walls.size()], next);
      const Judged judged = JudgeComposed(*composed);
      const double gross = judged.score.gross_percent;
      CAPTURE(gross);
      CHECK((judged.flagged || gross <= kPlainlyHarmed));
      harmed += gross > kHarmed ? 1 : 0;
      harmed_flagged += gross > kHarmed && judged.flagged ? 1 : 0;
    }
  }
  CHECK(people.size() == 23);
  MESSAGE(harmed_flagged << " of " << harmed << " harmed heads are sent to a person");
  CHECK(harmed >= 8);
  CHECK(harmed_flagged >= 0.9 * harmed);
}

TEST_CASE("data: what the caller calls face stays foreground; a frame inside its context keeps its size") {
  const auto folder = SharedData("matting");
  if (!folder) return;
  const auto files = gradphoto::testing::FilesIn(*folder / "image", ".jpg");
  REQUIRE_FALSE(files.empty());
  const cv::Mat bgr = PixelsOf(files.front());
  const FrameContext context{bgr, cv::Rect(16, 0, bgr.cols - 32, bgr.rows - 40)};
  const auto mask = FrameMask(LoadedEngine().masker, context);
  REQUIRE(mask.has_value());
  CHECK(mask->size() == context.frame.size());
  const HeadShape head{{{300, 300}, {600, 300}, {600, 600}, {300, 600}}};
  const auto matte = ComputeMatte(LoadedEngine().masker, context, *mask, head);
  REQUIRE(matte.has_value());
  CHECK(matte->alpha.size() == context.frame.size());
  CHECK(cv::countNonZero(matte->alpha(cv::Rect(305, 305, 290, 290)) < 1) == 0);
}

TEST_CASE("an empty wall has no person on it") {
  const cv::Mat wall = Flat({480, 640}, {230, 230, 230});
  const FrameContext context{wall, cv::Rect(0, 0, 480, 640)};
  const auto mask = FrameMask(LoadedEngine().masker, context);
  REQUIRE(mask.has_value());
  double least = 0, most = 0;
  cv::minMaxLoc(*mask, &least, &most);
  CHECK(least >= 0);
  CHECK(most <= 1);
  CHECK(cv::mean(*mask)[0] < 0.2);
}
