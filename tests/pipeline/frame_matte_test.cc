// SPDX-License-Identifier: Apache-2.0
// What is written when the matte is not trusted: the photo's own wall, never a damaged head.
#include "lib/pipeline/frame_matte.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>
#include <opencv2/core.hpp>

#include "lib/pipeline/frame.h"
#include "lib/pipeline/photo.h"
#include "tests/support/engine.h"

using gradphoto::Finding;
using gradphoto::Severity;
using gradphoto::standard::WhenUncertain;
using gradphoto::testing::ModelDir;
using gradphoto::testing::PixelsOf;
using gradphoto::testing::SourceDir;
namespace pipeline = gradphoto::pipeline;

namespace {

std::filesystem::path Astronaut() { return SourceDir() / "samples/photos/城东教学点/20220102.png"; }

// Of cet; mattes with more doubt than `limit_percent` are sent to review, none is refused.
pipeline::Engine EngineWith(double limit_percent, WhenUncertain way) {
  pipeline::EngineOptions options;
  options.standard = "cet";
  options.config_dir = SourceDir() / "configs";
  options.model_dir = ModelDir();
  auto engine = pipeline::Engine::Create(options);
  if (!engine) FAIL(engine.error().message);
  auto& rule = engine->standard.checks.at("MATTE_UNCERTAIN");
  rule.review = limit_percent;
  rule.reject.reset();
  engine->standard.background.policy = gradphoto::standard::BackgroundPolicy::kAlways;
  engine->standard.background.when_uncertain = way;
  return std::move(*engine);
}

struct Rendered {
  pipeline::RenderedFrame frame;
  cv::Mat original;
  const Finding* Uncertain() const {
    const auto found = std::ranges::find(frame.findings, "MATTE_UNCERTAIN", &Finding::code);
    return found == frame.findings.end() ? nullptr : &*found;
  }
};

Rendered Render(const pipeline::Engine& engine, double extra_rows = 0) {
  const auto analysis = pipeline::Analyse(engine, PixelsOf(Astronaut()), gradphoto::face::Orientation::kKnown);
  REQUIRE(analysis.has_value());
  REQUIRE(analysis->head.has_value());
  auto plan = pipeline::PlanFrame(engine.standard, *analysis->head, analysis->bgr.size()).plan;
  plan.y_px = std::max(0.0, plan.y_px) - extra_rows / plan.scale;
  const auto original = pipeline::RenderOriginal(engine, *analysis, plan);
  if (!original) FAIL(original.error().message);
  auto frame = pipeline::FinishBackground(engine, *analysis, plan, *original, /*disturbed=*/false);
  if (!frame) FAIL(frame.error().message);
  return {std::move(*frame), pipeline::RenderContext(*analysis, plan).FramePixels().clone()};
}

constexpr double kNever = 1e9, kAll = -1;

}  // namespace

TEST_CASE("a trusted matte is composed, and the record says how far it is trusted") {
  const Rendered rendered = Render(EngineWith(kNever, WhenUncertain::kKeepOriginal));
  CHECK(rendered.Uncertain() == nullptr);
  CHECK(rendered.frame.background["replaced"] == true);
  CHECK(rendered.frame.background["to"].size() == 3);
  for (const char* sign : {"ambiguous_percent", "mirror_percent", "unexplained_percent", "doubt_percent"}) {
    CHECK(rendered.frame.background[sign] >= 0);
  }
  CHECK(cv::norm(rendered.frame.bgr, rendered.original, cv::NORM_L1) > 100'000);
}

TEST_CASE("an uncertain matte: not a pixel is changed, and a person looks") {
  const Rendered rendered = Render(EngineWith(kAll, WhenUncertain::kKeepOriginal));
  REQUIRE(rendered.Uncertain() != nullptr);
  CHECK(rendered.Uncertain()->severity == Severity::kReview);
  CHECK(rendered.Uncertain()->detail == "original kept");
  CHECK(rendered.frame.background["replaced"] == false);
  CHECK(rendered.frame.background.contains("doubt_percent"));
  CHECK(cv::norm(rendered.frame.bgr, rendered.original, cv::NORM_INF) == 0);
  // What is wrong with the wall is said, but a person decides.
  for (const Finding& finding : rendered.frame.findings) CHECK(finding.severity <= Severity::kReview);
}

TEST_CASE("an uncertain matte where the profile asks for a plain wall is refused") {
  const Rendered rendered = Render(EngineWith(kAll, WhenUncertain::kAskPlainWall));
  REQUIRE(rendered.Uncertain() != nullptr);
  CHECK(rendered.Uncertain()->severity == Severity::kReject);
  CHECK(rendered.Uncertain()->detail == "plain wall asked for");
  CHECK(cv::norm(rendered.frame.bgr, rendered.original, cv::NORM_INF) == 0);
}

TEST_CASE("room above the hair is never made up without a trusted matte") {
  // More rows than the photo has above the hair.
  const Rendered trusted = Render(EngineWith(kNever, WhenUncertain::kKeepOriginal), 60);
  REQUIRE(trusted.frame.background.contains("added_top_px"));
  const Rendered rendered = Render(EngineWith(kAll, WhenUncertain::kKeepOriginal), 60);
  REQUIRE(rendered.Uncertain() != nullptr);
  CHECK(rendered.Uncertain()->severity == Severity::kReject);
}

TEST_CASE("no photo with an uncertain matte is accepted") {
  for (const WhenUncertain way : {WhenUncertain::kKeepOriginal, WhenUncertain::kAskPlainWall}) {
    gradphoto::Record record;
    record.photo = Astronaut().string();
    const auto result =
        pipeline::ProcessPhoto(EngineWith(kAll, way), std::move(record), pipeline::PhotoKind::kSource);
    CHECK(result.record.outcome != gradphoto::Outcome::kAccepted);
  }
}
