// SPDX-License-Identifier: Apache-2.0
#include "lib/geometry/crop.h"

#include <algorithm>
#include <limits>
#include <random>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "tests/geometry/faces.h"

using gradphoto::geometry::CropObstacle;
using gradphoto::geometry::CropPlan;
using gradphoto::geometry::CropRequest;
using gradphoto::geometry::FaceAnchors;
using gradphoto::geometry::Measure;
using gradphoto::geometry::MeasureName;
using gradphoto::geometry::MeasureValue;
using gradphoto::geometry::PlanCrop;
using gradphoto::geometry::testing::GraduationRequest;
using gradphoto::geometry::testing::MakeFace;
using gradphoto::geometry::testing::Scaled;

namespace {

constexpr double kRounding = 0.01;  // Output px; the pipeline judges with the same.

struct Scene {
  FaceAnchors face;
  cv::Size source;
};

// Heads of all sizes and proportions anywhere in the photo, good and hopeless ones.
Scene RandomScene(std::mt19937& random) {
  const auto between = [&](double low, double high) {
    return std::uniform_real_distribution<>(low, high)(random);
  };
  const cv::Size source(static_cast<int>(between(300, 4000)), static_cast<int>(between(400, 5000)));
  const double pupils = between(0.05, 0.25) * source.width;
  return {MakeFace({between(0.3, 0.7) * source.width, between(0.25, 0.6) * source.height}, pupils,
                   between(1.3, 2.9), between(1.5, 2.1), between(1.9, 2.5)),
          source};
}

// The obstacles of one kind.
std::vector<CropObstacle> Of(const CropPlan& plan, CropObstacle::Kind kind) {
  std::vector<CropObstacle> found;
  std::ranges::copy_if(plan.obstacles, std::back_inserter(found),
                       [&](const CropObstacle& obstacle) { return obstacle.kind == kind; });
  return found;
}

void CheckInside(const CropPlan& plan, cv::Size source, double extend_top_px) {
  CHECK(plan.x_px * plan.scale >= -kRounding);
  CHECK(plan.y_px * plan.scale >= -extend_top_px - kRounding);
  CHECK((source.width - plan.x_px) * plan.scale >= plan.width_px - kRounding);
  CHECK((source.height - plan.y_px) * plan.scale >= plan.height_px - kRounding);
}

}  // namespace

TEST_CASE("without obstacles every binding window is met, the frame lies in the source, nothing is enlarged") {
  std::mt19937 random(7);
  int without = 0;
  for (int i = 0; i < 3000; ++i) {
    const Scene scene = RandomScene(random);
    CropRequest request = GraduationRequest();
    request.centre_tolerance_px = i % 3 == 0 ? 10 : 0;
    request.extend_top_px = i % 2 == 0 ? 0 : 96;
    const CropPlan plan = PlanCrop(request, scene.face, scene.source);
    REQUIRE(plan.values_px.size() == request.rules.size());
    CHECK(plan.width_px == 480);
    CHECK(plan.height_px == 640);
    CHECK(plan.scale > 0);
    for (std::size_t r = 0; r < request.rules.size(); ++r) {
      CHECK(plan.values_px[r] == doctest::Approx(MeasureValue(request.rules[r].measure, scene.face, plan)));
    }
    if (Of(plan, CropObstacle::Kind::kUpscale).empty()) CHECK(plan.scale <= 1 + 1e-6);
    if (!plan.obstacles.empty()) continue;
    ++without;
    CAPTURE(i);
    for (std::size_t r = 0; r < request.rules.size(); ++r) {
      if (!request.rules[r].binding) continue;
      CHECK(plan.values_px[r] >= request.rules[r].min_px - kRounding);
      CHECK(plan.values_px[r] <= request.rules[r].max_px + kRounding);
    }
    CheckInside(plan, scene.source, request.extend_top_px);
    const double middle = plan.OutputFromSource({scene.face.MidX(), 0}).x;
    CHECK(std::abs(middle - 240) <= request.centre_tolerance_px + kRounding);
  }
  CHECK(without > 300);
  CHECK(without < 2900);
}

TEST_CASE("obstacles tell the truth: what is reported is broken, what is broken is reported") {
  std::mt19937 random(8);
  for (int i = 0; i < 3000; ++i) {
    const Scene scene = RandomScene(random);
    const CropRequest request = GraduationRequest();
    const CropPlan plan = PlanCrop(request, scene.face, scene.source);
    std::set<std::size_t> reported;
    for (const CropObstacle& obstacle : Of(plan, CropObstacle::Kind::kRule)) {
      const auto& rule = request.rules[obstacle.rule];
      const bool outside = obstacle.value < rule.min_px || obstacle.value > rule.max_px;
      CHECK(outside);
      CHECK(obstacle.value == plan.values_px[obstacle.rule]);
      reported.insert(obstacle.rule);
    }
    for (std::size_t r = 0; r < 3; ++r) {
      const auto& rule = request.rules[r];
      const bool outside =
          plan.values_px[r] < rule.min_px - kRounding || plan.values_px[r] > rule.max_px + kRounding;
      CHECK(outside == reported.contains(r));
    }
    for (const auto kind : {CropObstacle::Kind::kTop, CropObstacle::Kind::kBottom, CropObstacle::Kind::kLeft,
                            CropObstacle::Kind::kRight}) {
      for (const CropObstacle& obstacle : Of(plan, kind)) CHECK(obstacle.value > 0);
    }
    for (const CropObstacle& obstacle : Of(plan, CropObstacle::Kind::kUpscale)) {
      CHECK(obstacle.value > 1);
      CHECK(plan.scale >= obstacle.value - 1e-6);
    }
    const double left = -plan.x_px * plan.scale, top = -plan.y_px * plan.scale;
    const double right = 480 - (scene.source.width - plan.x_px) * plan.scale;
    const double bottom = 640 - (scene.source.height - plan.y_px) * plan.scale;
    CAPTURE(i);
    CHECK((left > kRounding) <= !Of(plan, CropObstacle::Kind::kLeft).empty());
    CHECK((top > kRounding) == !Of(plan, CropObstacle::Kind::kTop).empty());
    CHECK((bottom > kRounding) == !Of(plan, CropObstacle::Kind::kBottom).empty());
    CHECK((right > kRounding) <= !Of(plan, CropObstacle::Kind::kRight).empty());
  }
}

TEST_CASE("a photo of twice the size gives the same picture at half the scale") {
  std::mt19937 random(9);
  for (int i = 0; i < 500; ++i) {
    const Scene scene = RandomScene(random);
    CropRequest request = GraduationRequest();
    request.max_scale =
        std::numeric_limits<double>::infinity();  // The one length that does not grow with the photo.
    const CropPlan once = PlanCrop(request, scene.face, scene.source);
    const CropPlan twice = PlanCrop(request, Scaled(scene.face, 2), scene.source * 2);
    CAPTURE(i);
    CHECK(twice.scale == doctest::Approx(once.scale / 2).epsilon(1e-4));
    for (std::size_t r = 0; r < request.rules.size(); ++r) {
      CHECK(std::abs(twice.values_px[r] - once.values_px[r]) < 0.05);
    }
    CHECK(twice.obstacles.size() == once.obstacles.size());
  }
}

TEST_CASE("targets are met where the head allows it") {
  const CropPlan plan = PlanCrop(GraduationRequest(), MakeFace({1500, 1500}, 300), {3000, 4000});
  CHECK(plan.obstacles.empty());
  // Crown to eyes is 1.9 pupil distances, the width 2.15: eyes at 255 and crown at 77 give the width 201.
  for (std::size_t r = 0; r < 3; ++r) {
    CHECK(plan.values_px[r] >= GraduationRequest().rules[r].target_min_px - 0.1);
    CHECK(plan.values_px[r] <= GraduationRequest().rules[r].target_max_px + 0.1);
  }
}

TEST_CASE("of conflicting rules the earlier wins and the later is reported, whichever way they stand") {
  // Enough hair that crown and eyes fit only at a scale where the face is too narrow.
  const FaceAnchors face = MakeFace({1500, 2000}, 300, 3.5);
  CropRequest request = GraduationRequest();
  const CropPlan plan = PlanCrop(request, face, {3000, 4500});
  REQUIRE(Of(plan, CropObstacle::Kind::kRule).size() == 1);
  CHECK(Of(plan, CropObstacle::Kind::kRule)[0].rule == 2);
  CHECK(Of(plan, CropObstacle::Kind::kRule)[0].value < 180);
  CHECK(plan.values_px[0] <= 300 + kRounding);
  CHECK(plan.values_px[1] >= 50 - kRounding);

  std::swap(request.rules[0], request.rules[2]);  // Width, crown, eyes.
  const CropPlan swapped = PlanCrop(request, face, {3000, 4500});
  REQUIRE(Of(swapped, CropObstacle::Kind::kRule).size() == 1);
  CHECK(Of(swapped, CropObstacle::Kind::kRule)[0].rule == 2);
  CHECK(Of(swapped, CropObstacle::Kind::kRule)[0].value > 300);
  CHECK(swapped.values_px[0] >= 180 - kRounding);
  CHECK(swapped.values_px[1] >= 50 - kRounding);
}

TEST_CASE("a rule that does not bind pulls but never makes an obstacle") {
  const FaceAnchors face = MakeFace({1500, 1500}, 300);
  CropRequest request = GraduationRequest();
  const CropPlan before = PlanCrop(request, face, {3000, 4000});
  request.rules.push_back(
      {Measure::kPupilDistance, 200, 210, 204, 206, false});  // Far outside the other windows.
  const CropPlan after = PlanCrop(request, face, {3000, 4000});
  CHECK(after.obstacles.empty());
  CHECK(after.scale > before.scale);
  CHECK(after.values_px.back() < 200);
}

TEST_CASE("too few pixels: the value is the scale that would be needed, and the plan uses it") {
  // The face is 90 px wide, at least 180 are asked for.
  const FaceAnchors face = MakeFace({200, 220}, 90 / 2.15);
  const CropPlan plan = PlanCrop(GraduationRequest(), face, {400, 700});
  const auto upscale = Of(plan, CropObstacle::Kind::kUpscale);
  REQUIRE(upscale.size() == 1);
  CHECK(upscale[0].value == doctest::Approx(2.0).epsilon(1e-4));
  CHECK(plan.scale >= 2 - 1e-4);
  CHECK(plan.values_px[2] >= 180 - kRounding);
  // Twice the pixels are enough; with upscaling allowed there is no obstacle either.
  CHECK(Of(PlanCrop(GraduationRequest(), Scaled(face, 2), {800, 1400}), CropObstacle::Kind::kUpscale).empty());
  CropRequest allowed = GraduationRequest();
  allowed.max_scale = std::numeric_limits<double>::infinity();
  CHECK(PlanCrop(allowed, face, {400, 700}).obstacles.empty());
  allowed.max_scale = 1.5;
  const auto still = Of(PlanCrop(allowed, face, {400, 700}), CropObstacle::Kind::kUpscale);
  REQUIRE(still.size() == 1);
  CHECK(still[0].value == doctest::Approx(2.0).epsilon(1e-4));
}

TEST_CASE("each edge that the frame leaves is reported, by output pixels that are missing at least") {
  const double pupils = 93;
  struct Case {
    CropObstacle::Kind kind;
    cv::Point2d eye_mid;
    cv::Size source;
    double least, most;
  };
  // At scale 1 the crown stands 177 px above the eyes and needs 50 more above it.
  const Case cases[] = {
      {CropObstacle::Kind::kTop, {500, 190}, {1000, 1400}, 20, 70},
      {CropObstacle::Kind::kBottom, {500, 600}, {1000, 800}, 100, 200},
      {CropObstacle::Kind::kLeft, {150, 600}, {1000, 1400}, 80, 95},
      {CropObstacle::Kind::kRight, {850, 600}, {1000, 1400}, 80, 95},
  };
  for (const Case& c : cases) {
    const CropPlan plan = PlanCrop(GraduationRequest(), MakeFace(c.eye_mid, pupils), c.source);
    CAPTURE(static_cast<int>(c.kind));
    REQUIRE(plan.obstacles.size() == 1);
    CHECK(plan.obstacles[0].kind == c.kind);
    CHECK(plan.obstacles[0].value > c.least);
    CHECK(plan.obstacles[0].value < c.most);
  }
}

TEST_CASE("a photo narrower than any frame is reported once for each side that is missing, with its amount") {
  const CropPlan plan = PlanCrop(GraduationRequest(), MakeFace({150, 600}, 93), {300, 1400});
  const auto left = Of(plan, CropObstacle::Kind::kLeft), right = Of(plan, CropObstacle::Kind::kRight);
  CHECK(left.size() + right.size() >= 1);
  for (const auto& obstacles : {left, right}) {
    for (const CropObstacle& obstacle : obstacles) CHECK(obstacle.value > 0);
  }
}

TEST_CASE("a finished photo of the exact size is taken as it is") {
  std::mt19937 random(10);
  for (int i = 0; i < 200; ++i) {
    const auto between = [&](double low, double high) {
      return std::uniform_real_distribution<>(low, high)(random);
    };
    const double eyes = between(235, 270), pupils = between(90, 96);
    FaceAnchors face = MakeFace({240 + between(-9, 9), eyes}, pupils, (eyes - between(60, 100)) / pupils);
    CropRequest request = GraduationRequest();
    request.centre_tolerance_px = 10;
    request.extend_top_px = i % 2 == 0 ? 0 : 96;
    const CropPlan plan = PlanCrop(request, face, {480, 640});
    CAPTURE(i);
    CHECK(plan.obstacles.empty());
    CHECK(std::abs(plan.scale - 1) < 1e-6);
    CHECK(std::abs(plan.x_px) < 1e-4);
    if (request.extend_top_px == 0) CHECK(std::abs(plan.y_px) < 1e-4);
  }
}

TEST_CASE("rows are added above the photo only as far as allowed, and only where the photo has none") {
  const FaceAnchors close = MakeFace({500, 190}, 93);  // The crown is 13 px under the upper edge.
  CropRequest request = GraduationRequest();
  CHECK(Of(PlanCrop(request, close, {1000, 1400}), CropObstacle::Kind::kTop).size() == 1);
  request.extend_top_px = 96;
  const CropPlan extended = PlanCrop(request, close, {1000, 1400});
  CHECK(extended.obstacles.empty());
  CHECK(extended.y_px < 0);
  CHECK(extended.y_px * extended.scale >= -96 - kRounding);
  CHECK(extended.values_px[1] >= 50 - kRounding);
  // Picture is worth more than wall that is made up: the head stands higher than where there is room.
  const CropPlan roomy = PlanCrop(request, MakeFace({500, 590}, 93), {1000, 1800});
  CHECK(roomy.y_px > 0);
  CHECK(extended.values_px[1] < roomy.values_px[1] - 2);
  request.extend_top_px = 20;
  const auto top = Of(PlanCrop(request, close, {1000, 1400}), CropObstacle::Kind::kTop);
  REQUIRE(top.size() == 1);
  CHECK(top[0].value > 0);
  CHECK(top[0].value < 60);
  // Where there is picture enough, nothing is added.
  request.extend_top_px = 96;
  CHECK(PlanCrop(request, MakeFace({1500, 1500}, 300), {3000, 4000}).y_px > 0);
}

TEST_CASE("an eye_x rule decides the column; without one the middle of the head is centred") {
  FaceAnchors face = MakeFace({1500, 1500}, 300);
  face.left_cheek.x -= 80;  // A slightly turned head.
  CropRequest request = GraduationRequest();
  const CropPlan centred = PlanCrop(request, face, {3000, 4000});
  CHECK(centred.OutputFromSource({face.MidX(), 0}).x == doctest::Approx(240));
  request.rules.push_back({Measure::kEyeMidX, 150, 210, 178, 182, true});
  const CropPlan placed = PlanCrop(request, face, {3000, 4000});
  CHECK(placed.obstacles.empty());
  CHECK(placed.values_px.back() == doctest::Approx(180));
  CHECK(placed.OutputFromSource(face.EyeMid()).x == doctest::Approx(180));
}

TEST_CASE("the head may stand off the middle as far as the tolerance, and only where the source ends") {
  const FaceAnchors face = MakeFace({225, 600}, 93);  // 15 px short of half a frame at scale 1.
  CropRequest request = GraduationRequest();
  const double width_at_one = 93 * 2.15;
  CHECK(width_at_one > 195);
  request.rules[2].min_px = 199;  // No smaller scale would help.
  CHECK(Of(PlanCrop(request, face, {1000, 1400}), CropObstacle::Kind::kLeft).size() == 1);
  request.centre_tolerance_px = 20;
  const CropPlan plan = PlanCrop(request, face, {1000, 1400});
  CHECK(plan.obstacles.empty());
  CHECK(plan.x_px >= -1e-6);
  CHECK(std::abs(plan.OutputFromSource(face.EyeMid()).x - 240) <= 20 + kRounding);
  const FaceAnchors free = MakeFace({500, 600}, 93);
  CHECK(PlanCrop(request, free, {1000, 1400}).OutputFromSource(free.EyeMid()).x == doctest::Approx(240));
}

TEST_CASE("every measure reads its own anchor under a plan") {
  const FaceAnchors face = MakeFace({100, 200}, 40);
  CropPlan plan;
  plan.scale = 2;
  plan.x_px = 10;
  plan.y_px = 20;
  CHECK(MeasureValue(Measure::kEyeLine, face, plan) == doctest::Approx(360));
  CHECK(MeasureValue(Measure::kCrown, face, plan) == doctest::Approx((face.crown_y - 20) * 2));
  CHECK(MeasureValue(Measure::kSkull, face, plan) == doctest::Approx((face.skull_y - 20) * 2));
  CHECK(MeasureValue(Measure::kChin, face, plan) == doctest::Approx((face.chin.y - 20) * 2));
  CHECK(MeasureValue(Measure::kFaceWidth, face, plan) == doctest::Approx(2 * 2.15 * 40));
  CHECK(MeasureValue(Measure::kHeadLength, face, plan) == doctest::Approx((face.chin.y - face.crown_y) * 2));
  CHECK(MeasureValue(Measure::kPupilDistance, face, plan) == doctest::Approx(80));
  CHECK(MeasureValue(Measure::kEyeMidX, face, plan) == doctest::Approx(180));
  CHECK(plan.OutputFromSource({10, 20}) == cv::Point2d(0, 0));
}

TEST_CASE("measures have the names that profiles use, all different") {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(Measure::kEyeMidX); ++i) {
    names.insert(std::string(MeasureName(static_cast<Measure>(i))));
  }
  CHECK(names.size() == 8);
  CHECK(MeasureName(Measure::kEyeLine) == "eye_line");
  CHECK(MeasureName(Measure::kEyeMidX) == "eye_x");
}
