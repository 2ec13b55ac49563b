// SPDX-License-Identifier: Apache-2.0
// Planning with made heads; rendering is tested with photos in photo_data_test.cc.
#include "lib/pipeline/frame.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "lib/standard/codes.h"
#include "tests/geometry/faces.h"
#include "tests/support/temp_dir.h"

using gradphoto::Finding;
using gradphoto::Severity;
using gradphoto::face::Head;
using gradphoto::geometry::testing::MakeFace;
using gradphoto::pipeline::PlanFrame;
using gradphoto::pipeline::PlannedFrame;
using gradphoto::pipeline::WholePictureFrame;
using gradphoto::standard::BackgroundPolicy;
using gradphoto::standard::FindStandard;
using gradphoto::standard::Standard;

namespace {

Standard Load(std::string_view name) {
  return FindStandard(gradphoto::testing::SourceDir() / "configs", name).value();
}

Head HeadAt(const cv::Point2d& eye_mid, double pupils) {
  Head head;
  head.anchors = MakeFace(eye_mid, pupils);
  return head;
}

const Finding* Find(const PlannedFrame& frame, gradphoto::standard::Code code) {
  const auto found = std::ranges::find(frame.findings, code.name(), &Finding::code);
  return found == frame.findings.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("a portrait with room around it is framed without findings, all windows listed in order") {
  const Standard standard = Load("chsi-2017");
  const PlannedFrame frame = PlanFrame(standard, HeadAt({1500, 1500}, 300), {3000, 4000});
  for (const Finding& finding : frame.findings) CHECK(finding.severity <= Severity::kWarn);
  REQUIRE(frame.windows.size() == standard.placement.size());
  REQUIRE(frame.plan.values_px.size() == standard.placement.size());
  CHECK(frame.plan.width_px == 480);
  CHECK(frame.plan.height_px == 640);
  for (std::size_t i = 0; i < frame.windows.size(); ++i) {
    CHECK(frame.plan.values_px[i] >= frame.windows[i].min_px - 0.01);
    CHECK(frame.plan.values_px[i] <= frame.windows[i].max_px + 0.01);
  }
}

TEST_CASE("what the source does not show is told by the code for that side") {
  const Standard standard = Load("chsi-2017");
  const auto low = PlanFrame(standard, HeadAt({500, 600}, 93), {1000, 700});
  REQUIRE(Find(low, "NO_SHOULDERS") != nullptr);
  CHECK(*Find(low, "NO_SHOULDERS")->value > 0);
  const auto left = PlanFrame(standard, HeadAt({130, 600}, 93), {1000, 1400});
  REQUIRE(Find(left, "HEAD_CUT") != nullptr);
  CHECK(Find(left, "HEAD_CUT")->detail == "left");
  const auto right = PlanFrame(standard, HeadAt({870, 600}, 93), {1000, 1400});
  REQUIRE(Find(right, "HEAD_CUT") != nullptr);
  CHECK(Find(right, "HEAD_CUT")->detail == "right");
  const auto small = PlanFrame(standard, HeadAt({200, 220}, 42), {400, 700});
  REQUIRE(Find(small, "SOURCE_TOO_SMALL") != nullptr);
  CHECK(*Find(small, "SOURCE_TOO_SMALL")->value == doctest::Approx(180 / (2.15 * 42)).epsilon(0.003));
  CHECK(Find(small, "SOURCE_TOO_SMALL")->limit_max == 1.0);
}

TEST_CASE("wall is added above a whole head only where the standard lets the background be replaced") {
  Standard standard = Load("chsi-2017");
  Head head = HeadAt({500, 190}, 93);
  CHECK(Find(PlanFrame(standard, head, {1000, 1400}), "HEAD_CUT") == nullptr);
  CHECK(PlanFrame(standard, head, {1000, 1400}).plan.y_px < 0);
  head.crown_cut = true;
  REQUIRE(Find(PlanFrame(standard, head, {1000, 1400}), "HEAD_CUT") != nullptr);
  CHECK(Find(PlanFrame(standard, head, {1000, 1400}), "HEAD_CUT")->detail == "top");
  head.crown_cut = false;
  standard.background.policy = BackgroundPolicy::kNever;
  REQUIRE(Find(PlanFrame(standard, head, {1000, 1400}), "HEAD_CUT") != nullptr);
}

TEST_CASE("of a range of sizes the largest that needs no upscaling is taken") {
  const Standard cet = Load("cet");
  const auto size_for = [&](double pupils) {
    const PlannedFrame frame =
        PlanFrame(cet, HeadAt({10 * pupils, 10 * pupils}, pupils), cv::Size(20, 25) * int(pupils));
    CHECK(frame.plan.width_px * 4 == frame.plan.height_px * 3);
    return frame.plan.width_px;
  };
  CHECK(size_for(200) == 240);
  const int middle = size_for(42);
  CHECK(middle > 144);
  CHECK(middle < 240);
  CHECK(size_for(10) == 144);
}

TEST_CASE("where the largest frame leaves the photo, the largest that fits is taken") {
  const Standard kaoyan = Load("kaoyan");
  const PlannedFrame frame = PlanFrame(kaoyan, HeadAt({675, 600}, 206), {1350, 1350});
  CHECK(frame.plan.obstacles.empty());
  CHECK(frame.plan.height_px > 1200);
  CHECK(frame.plan.height_px <= 1350);
}

TEST_CASE("a finished photo is measured and judged where it stands, never moved") {
  const Standard standard = Load("chsi-2017");
  const PlannedFrame good = WholePictureFrame(standard, HeadAt({240, 255}, 93), {480, 640});
  CHECK(good.plan.scale == 1);
  CHECK(good.plan.x_px == 0);
  CHECK(good.plan.y_px == 0);
  for (const Finding& finding : good.findings) CHECK(finding.severity <= Severity::kWarn);
  const PlannedFrame low = WholePictureFrame(standard, HeadAt({240, 320}, 93), {480, 640});
  REQUIRE(Find(low, "EYE_LINE") != nullptr);
  CHECK(Find(low, "EYE_LINE")->value == 320);
  CHECK(Find(low, "EYE_LINE")->limit_min == 200);
  CHECK(Find(low, "EYE_LINE")->limit_max == 300);
  CHECK(Find(low, "EYE_LINE")->severity == Severity::kReject);
  REQUIRE(Find(WholePictureFrame(standard, HeadAt({290, 255}, 93), {480, 640}), "CENTERING") != nullptr);
}
