// SPDX-License-Identifier: Apache-2.0
// The refinement on made pictures whose alpha is known, and what is promised about the composite.
#include "lib/matte/refine.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/image/color.h"
#include "lib/image/decode.h"
#include "lib/image/encode.h"
#include "lib/matte/matte.h"
#include "tests/support/pictures.h"

using namespace gradphoto::matte;
using gradphoto::testing::Flat;

namespace {

struct Scene {
  cv::Mat bgr, alpha, coarse;
  HeadShape head;
  double pixels = 1;  // Of a frame 480 wide.
};

double Sad(const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_L1); }

// A dark-haired head on shoulders before a wall, with a little noise; the coarse mask is too soft, and a few
// pixels too small.
Scene MakeScene(cv::Size size, const cv::Scalar& wall, const cv::Scalar& shirt) {
  Scene scene;
  scene.pixels = size.width / 480.0;
  constexpr int kFine = 4;
  const auto at = [&](double x, double y) {
    return cv::Point(static_cast<int>(x * kFine * scene.pixels), static_cast<int>(y * kFine * scene.pixels));
  };
  cv::Mat fine = cv::Mat::zeros(size * kFine, CV_8U), body = fine.clone(), face = fine.clone();
  cv::fillPoly(body,
               std::vector<std::vector<cv::Point>>{
                   {at(170, 370), at(310, 370), at(460, 500), at(470, 700), at(10, 700), at(20, 500)}},
               255);
  cv::ellipse(fine, at(240, 250), cv::Size(at(110, 160)), 0, 0, 360, 255, cv::FILLED);
  cv::bitwise_or(fine, body, fine);
  cv::ellipse(face, at(240, 270), cv::Size(at(75, 100)), 0, 0, 360, 255, cv::FILLED);
  cv::resize(fine, scene.alpha, size, 0, 0, cv::INTER_AREA);
  cv::resize(body, body, size, 0, 0, cv::INTER_AREA);
  cv::resize(face, face, size, 0, 0, cv::INTER_AREA);
  scene.alpha.convertTo(scene.alpha, CV_32F, 1 / 255.0);
  cv::Mat front = Flat(size, {30, 35, 45}), noise(size, CV_8UC3);
  front.setTo(shirt, body > 127);
  front.setTo(cv::Scalar(140, 165, 205), face > 127);
  scene.bgr.create(size, CV_8UC3);
  cv::RNG random(5);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const float a = scene.alpha.at<float>(y, x);
      for (int c = 0; c < 3; ++c) {
        scene.bgr.at<cv::Vec3b>(y, x)[c] =
            cv::saturate_cast<unsigned char>(a * static_cast<float>(front.at<cv::Vec3b>(y, x)[c]) +
                                             (1 - a) * static_cast<float>(wall[c]) + random.gaussian(2));
      }
    }
  }
  cv::GaussianBlur(scene.alpha, scene.coarse, cv::Size(0, 0), 5 * scene.pixels, 0, cv::BORDER_REPLICATE);
  scene.coarse = cv::min(cv::max((scene.coarse - 0.1) / 0.85, 0.0), 1.0);
  for (const auto& [x, y] : {std::pair(200, 210), {280, 210}, {285, 320}, {195, 320}}) {
    scene.head.face_core.push_back(at(x, y) / kFine);
  }
  return scene;
}

const cv::Scalar kGreyWall(200, 205, 205), kWhiteWall(246, 248, 247), kShirt(120, 60, 40),
    kWhiteShirt(240, 241, 242);
const cv::Vec3b kBlue(255, 197, 100);

cv::Mat CompositeOf(const Scene& scene, const Refined& refined) {
  Matte matte;
  matte.alpha = refined.alpha;
  matte.foreground = refined.foreground;
  return Composite(matte, scene.bgr, kBlue);
}

}  // namespace

TEST_CASE("the outline is found at every frame size, and the hair loses the wall's colour") {
  for (const cv::Size size :
       {cv::Size(144, 192), cv::Size(240, 320), cv::Size(358, 441), cv::Size(480, 640), cv::Size(1000, 1333)}) {
    CAPTURE(size.width);
    const Scene scene = MakeScene(size, kGreyWall, kShirt);
    const Refined refined = Refine(scene.bgr, scene.coarse, scene.head);
    REQUIRE(refined.alpha.size() == size);
    double least = 0, most = 0;
    cv::minMaxLoc(refined.alpha, &least, &most);
    CHECK(least == 0);
    CHECK(most == 1);
    CHECK(Sad(refined.alpha, scene.alpha) < 0.35 * Sad(scene.coarse, scene.alpha));
    // Pixels that are half hair, half wall: their foreground is the hair's dark colour.
    const cv::Mat mixed =
        (scene.alpha > 0.3) & (scene.alpha < 0.7) & (refined.alpha > 0.2) & (refined.alpha < 0.8);
    const cv::Rect hair(0, 0, size.width, size.height / 3);
    const cv::Scalar seen = cv::mean(scene.bgr(hair), mixed(hair)),
                     own = cv::mean(refined.foreground(hair), mixed(hair));
    CHECK(seen[1] > 90);
    CHECK(own[1] < 75);
  }
}

TEST_CASE("a white shirt before a white wall keeps its shoulders") {
  const Scene scene = MakeScene({480, 640}, kWhiteWall, kWhiteShirt);
  const Refined refined = Refine(scene.bgr, scene.coarse, scene.head);
  cv::Mat depth;
  cv::distanceTransform(scene.alpha > 0.5, depth, cv::DIST_L2, 5);
  double least = 1;
  cv::minMaxLoc(refined.alpha, &least, nullptr, nullptr, nullptr, depth > 10);
  CHECK(least == 1);
  CHECK(Sad(refined.alpha, scene.alpha) < 0.8 * Sad(scene.coarse, scene.alpha));
}

TEST_CASE("holes in the person are filled, what is not joined to the face is dropped, the face is solid") {
  Scene scene = MakeScene({480, 640}, kGreyWall, kShirt);
  cv::circle(scene.coarse, {150, 560}, 30, cv::Scalar(0), cv::FILLED);    // In the shirt.
  cv::circle(scene.coarse, {240, 300}, 25, cv::Scalar(0.1), cv::FILLED);  // In the face.
  cv::circle(scene.coarse, {50, 120}, 30, cv::Scalar(1), cv::FILLED);     // On the wall.
  const Refined refined = Refine(scene.bgr, scene.coarse, scene.head);
  CHECK(cv::countNonZero(refined.alpha(cv::Rect(130, 540, 40, 40)) < 1) == 0);
  CHECK(cv::countNonZero(refined.alpha(cv::Rect(20, 90, 60, 60)) > 0) == 0);
  cv::Mat core = cv::Mat::zeros(480, 480, CV_8U);
  core = cv::Mat::zeros(scene.bgr.size(), CV_8U);
  cv::fillPoly(core, std::vector{scene.head.face_core}, 255);
  cv::erode(core, core, cv::Mat::ones(3, 3, CV_8U));
  REQUIRE(cv::countNonZero(core) > 5000);
  CHECK(cv::countNonZero((refined.alpha < 1) & core) == 0);
}

TEST_CASE(
    "away from the outline the new background is exactly the colour, and stays so in the delivered JPEG") {
  for (const cv::Scalar& wall : {kGreyWall, kWhiteWall, cv::Scalar(40, 40, 200)}) {
    const Scene scene = MakeScene({480, 640}, wall, kShirt);
    const Refined refined = Refine(scene.bgr, scene.coarse, scene.head);
    const cv::Mat composite = CompositeOf(scene, refined);
    cv::Mat distance, depth;
    cv::distanceTransform(scene.alpha <= 0.5, distance, cv::DIST_L2, 5);
    cv::distanceTransform(scene.alpha > 0.5, depth, cv::DIST_L2, 5);
    int wall_pixels = 0, changed_inside = 0;
    for (int y = 0; y < 640; ++y) {
      for (int x = 0; x < 480; ++x) {
        if (distance.at<float>(y, x) > 16) {
          ++wall_pixels;
          REQUIRE(composite.at<cv::Vec3b>(y, x) == kBlue);
        }
        if (depth.at<float>(y, x) > 16 && composite.at<cv::Vec3b>(y, x) != scene.bgr.at<cv::Vec3b>(y, x))
          ++changed_inside;
      }
    }
    CHECK(wall_pixels > 50'000);
    CHECK(changed_inside == 0);

    // 40 kB and a tolerance of 6 are those of chsi-2017; beyond a block of 8 pixels nothing rings.
    gradphoto::image::ByteBudget budget;
    budget.target_max = 40'000;
    const auto jpeg = gradphoto::image::EncodeToBudget(composite, budget, 300);
    REQUIRE(jpeg.has_value());
    const auto decoded = gradphoto::image::Decode(jpeg->bytes);
    REQUIRE(decoded.has_value());
    const gradphoto::image::Lab target = gradphoto::image::LabFromSrgb({100, 197, 255});
    double worst_far = 0, worst_near = 0;
    for (int y = 0; y < 640; ++y) {
      for (int x = 0; x < 480; ++x) {
        if (refined.alpha.at<float>(y, x) > 0 || distance.at<float>(y, x) < 3) continue;
        const cv::Vec3b& p = decoded->bgr.at<cv::Vec3b>(y, x);
        const double error = gradphoto::image::DeltaE2000(
            target, gradphoto::image::LabFromSrgb({double(p[2]), double(p[1]), double(p[0])}));
        (distance.at<float>(y, x) > 24 ? worst_far : worst_near) =
            std::max(distance.at<float>(y, x) > 24 ? worst_far : worst_near, error);
      }
    }
    CHECK(worst_far < 1);
    CHECK(worst_near < 6);
  }
}

TEST_CASE("masks without a person, or of nothing else, give no crash and no invented outline") {
  const cv::Mat wall = Flat({480, 640}, {230, 230, 230});
  const Refined none = Refine(wall, cv::Mat::zeros(640, 480, CV_32F), {});
  CHECK(cv::countNonZero(none.alpha) == 0);
  const Refined all = Refine(wall, cv::Mat::ones(640, 480, CV_32F), {});
  CHECK(cv::countNonZero(all.alpha < 1) == 0);
  const Refined tiny = Refine(Flat({3, 4}, {1, 2, 3}), cv::Mat(4, 3, CV_32F, cv::Scalar(0.5)), {});
  CHECK(tiny.alpha.size() == cv::Size(3, 4));
}
