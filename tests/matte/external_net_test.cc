// SPDX-License-Identifier: Apache-2.0
// An external matting net, really run: selfie-landscape, which is declared in configs/models.yaml and nowhere
// else.
#include "lib/matte/external_net.h"

#include <string>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/base/file.h"
#include "lib/pipeline/frame.h"
#include "lib/pipeline/frame_matte.h"
#include "tests/support/engine.h"
#include "tests/support/pictures.h"

using gradphoto::matte::ExternalNet;
using gradphoto::nn::ModelRegistry;
using gradphoto::testing::LoadedEngine;
using gradphoto::testing::ModelDir;
using gradphoto::testing::PixelsOf;
using gradphoto::testing::SourceDir;
using gradphoto::testing::TempDir;
namespace pipeline = gradphoto::pipeline;

namespace {

const std::string kNet = "selfie-landscape";

std::string ListWith(const std::string& from, const std::string& to) {
  std::string text = gradphoto::ReadTextFile(SourceDir() / "configs" / "models.yaml", 1 << 20).value();
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

cv::Mat AlphaWith(const std::string& from, const std::string& to, const cv::Mat& photo) {
  const TempDir dir;
  dir.Write("models.yaml", ListWith(from, to));
  const auto registry = ModelRegistry::Load(dir.path());
  if (!registry) FAIL(registry.error().message);
  const auto net = ExternalNet::Create(*registry, kNet, ModelDir());
  if (!net) FAIL(net.error().message);
  const auto alpha = net->Alpha(photo);
  if (!alpha) FAIL(alpha.error().message);
  REQUIRE(alpha->size() == photo.size());
  double least = 0, most = 0;
  cv::minMaxLoc(*alpha, &least, &most);
  CHECK(least >= 0);
  CHECK(most <= 1);
  return *alpha;
}

// The astronaut of the samples.
cv::Mat Portrait() { return PixelsOf(SourceDir() / "samples/photos/城东教学点/20220102.png"); }

}  // namespace

TEST_CASE("the declared net runs: the face is person, and what the list says changes what it is fed") {
  const cv::Mat photo = Portrait();
  const auto analysis = pipeline::Analyse(LoadedEngine(), photo, gradphoto::face::Orientation::kKnown);
  REQUIRE(analysis.has_value());
  REQUIRE(analysis->head.has_value());
  const cv::Point nose =
      analysis->head->anchors.EyeMid() + cv::Point2d(0, 0.5 * analysis->head->anchors.PupilDistance());
  const cv::Mat alpha = AlphaWith("second_matte: ~", "second_matte: selfie-landscape", photo);
  CHECK(alpha.at<float>(nose) > 0.9f);
  CHECK(cv::mean(alpha)[0] > 0.1);
  CHECK(cv::mean(alpha)[0] < 0.95);

  const auto differs = [&](const std::string& from, const std::string& to) {
    return cv::norm(alpha, AlphaWith(from, to, photo), cv::NORM_L1) / static_cast<double>(alpha.total());
  };
  CHECK(differs("fit: pad", "fit: stretch") > 0.01);
  CHECK(differs("channels: rgb ", "channels: bgr ") > 1e-4);
  CHECK(differs("divisor: [255, 255, 255]", "divisor: [2000, 2000, 2000]") > 0.01);
  CHECK(differs("mean: [0, 0, 0] ", "mean: [128, 128, 128] ") > 0.001);
  CHECK(differs("activation: none", "activation: sigmoid") > 0.05);
  // Of one channel softmax makes 1 everywhere.
  CHECK(cv::norm(AlphaWith("activation: none", "activation: softmax", photo),
                 cv::Mat::ones(photo.size(), CV_32F), cv::NORM_INF) < 1e-6);
}

TEST_CASE("a declaration that does not fit the file, or is no matting net, is told before any photo is read") {
  const auto registry = ModelRegistry::Load(SourceDir() / "configs");
  REQUIRE(registry.has_value());
  CHECK(registry->second_matte().empty());
  const auto none = ExternalNet::Create(*registry, "fr-eye", ModelDir());
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().kind == gradphoto::ErrorKind::kUsage);
  const TempDir empty;
  const auto missing = ExternalNet::Create(*registry, kNet, empty.path());
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().kind == gradphoto::ErrorKind::kModel);
}

TEST_CASE("the second stage looks only where the first is not trusted, and the better trusted matte is taken") {
  const TempDir dir;
  std::filesystem::copy(SourceDir() / "configs", dir.path(), std::filesystem::copy_options::recursive);
  dir.Write("models.yaml", ListWith("second_matte: ~", "second_matte: selfie-landscape"));
  pipeline::EngineOptions options;
  options.config_dir = dir.path();
  options.model_dir = ModelDir();
  auto engine = pipeline::Engine::Create(options);
  if (!engine) FAIL(engine.error().message);
  REQUIRE(engine->second_matte.has_value());
  CHECK(engine->second_matte->name() == kNet);
  CHECK(engine->tool["models"] != LoadedEngine().tool["models"]);

  const cv::Mat photo = Portrait();
  const auto analysis = pipeline::Analyse(*engine, photo, gradphoto::face::Orientation::kKnown);
  const auto plan = pipeline::PlanFrame(engine->standard, *analysis->head, analysis->bgr.size()).plan;
  const auto context = pipeline::RenderContext(*analysis, plan);
  const auto head = pipeline::HeadShapeOf(*analysis->head, plan);
  const auto mask = gradphoto::matte::FrameMask(engine->masker, context);
  const auto first = gradphoto::matte::ComputeMatte(engine->masker, context, *mask, head);
  REQUIRE(first.has_value());

  auto& limits = engine->standard.checks.at("MATTE_UNCERTAIN");
  limits.review = limits.reject = 1e9;
  const auto trusted = pipeline::MatteOfFrame(*engine, context, *mask, head);
  CHECK_FALSE(trusted->second_stage);
  CHECK(cv::norm(trusted->matte.alpha, first->alpha, cv::NORM_INF) == 0);

  const auto second = gradphoto::matte::SecondMatte(*engine->second_matte, context, *first, head);
  REQUIRE(second.has_value());
  CHECK(cv::norm(second->alpha, first->alpha, cv::NORM_L1) > 100);
  limits.review = -1;
  const auto chosen = pipeline::MatteOfFrame(*engine, context, *mask, head);
  const bool second_is_better = second->trust.DoubtPercent() < first->trust.DoubtPercent();
  CHECK(chosen->second_stage == second_is_better);
  CHECK(cv::norm(chosen->matte.alpha, (second_is_better ? *second : *first).alpha, cv::NORM_INF) == 0);
}
