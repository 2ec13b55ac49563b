// SPDX-License-Identifier: Apache-2.0
// What beauty apps do to skin: smooth it and leave lashes, brows, lips and hair sharp.
#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
#include "lib/face/outline.h"
#include "tests/support/faults_paint.h"

namespace gradphoto::faults {
namespace {

// Where an app works: the part of the photo around the face, and how much of each pixel is skin.
struct Skin {
  cv::Rect box;
  cv::Mat share;  // CV_32FC3 0..1.
  double unit = 1;
};

// Inside the outline of the face, of a colour near the cheeks', without eyes and lips.
Skin SkinOf(const Portrait& portrait) {
  constexpr float kSpread_l = 28, kSpread_ab = 7;  // 8-bit CIELAB: freckles and shade are skin, brows are not.
  constexpr int kLeftCheek = 205, kRightCheek = 425;
  Skin skin;
  skin.unit = portrait.anchors.PupilDistance();
  std::vector<cv::Point> outline;
  for (const cv::Point2d& point : face::FaceOutline(portrait.landmarks, 1.0)) outline.emplace_back(point);
  skin.box = cv::boundingRect(outline) & cv::Rect({0, 0}, portrait.bgr.size());
  cv::Mat lab, inside = cv::Mat::zeros(skin.box.size(), CV_8U);
  for (cv::Point& point : outline) point -= skin.box.tl();
  cv::fillPoly(inside, std::vector{outline}, cv::Scalar(255));
  for (const Eye& eye : EyesOf(portrait)) {
    cv::ellipse(inside, cv::Point(eye.pupil) - skin.box.tl(),
                cv::Size(static_cast<int>(0.3 * skin.unit), static_cast<int>(0.15 * skin.unit)), 0, 0, 360,
                cv::Scalar(0), cv::FILLED);
  }
  const cv::Point2d mouth = (portrait.landmarks.At(face::point::kLeftMouthCorner) +
                             portrait.landmarks.At(face::point::kRightMouthCorner)) /
                            2;
  cv::ellipse(inside, cv::Point(mouth) - skin.box.tl(),
              cv::Size(static_cast<int>(0.5 * skin.unit), static_cast<int>(0.2 * skin.unit)), 0, 0, 360,
              cv::Scalar(0), cv::FILLED);
  cv::cvtColor(portrait.bgr(skin.box), lab, cv::COLOR_BGR2Lab);
  lab.convertTo(lab, CV_32F);
  cv::GaussianBlur(lab, lab, {}, 0.01 * skin.unit);
  cv::Vec3f own;
  for (int c = 0; c < 3; ++c) {
    std::vector<float> values;
    for (const int cheek : {kLeftCheek, kRightCheek}) {
      const int radius = std::max(1, static_cast<int>(0.12 * skin.unit));
      const cv::Point at = cv::Point(portrait.landmarks.At(cheek)) - skin.box.tl();
      const cv::Rect around = cv::Rect(at - cv::Point(radius, radius), cv::Size(2 * radius, 2 * radius)) &
                              cv::Rect({0, 0}, lab.size());
      for (const cv::Vec3f& pixel : cv::Mat_<cv::Vec3f>(lab(around))) values.push_back(pixel[c]);
    }
    own[c] = values.empty() ? 128 : Median(values);
  }
  cv::Mat share(lab.size(), CV_32F);
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      const cv::Vec3f d = lab.at<cv::Vec3f>(y, x) - own;
      const float far = std::sqrt(d[0] * d[0] / (kSpread_l * kSpread_l) +
                                  (d[1] * d[1] + d[2] * d[2]) / (kSpread_ab * kSpread_ab));
      share.at<float>(y, x) = inside.at<unsigned char>(y, x) == 0 ? 0 : std::clamp(1.6f - far / 1.6f, 0.f, 1.f);
    }
  }
  cv::erode(share, share, cv::Mat::ones(3, 3, CV_8U));
  cv::GaussianBlur(share, share, {}, 0.012 * skin.unit);
  cv::merge(std::vector{share, share, share}, skin.share);
  return skin;
}

cv::Mat OwnSkin(const Portrait& portrait, const Skin& skin) {
  cv::Mat own;
  portrait.bgr(skin.box).convertTo(own, CV_32F);
  return own;
}

cv::Mat Lay(const Portrait& portrait, const Skin& skin, const cv::Mat& smooth) {
  const cv::Mat own = OwnSkin(portrait, skin), mixed = own + (smooth - own).mul(skin.share);
  cv::Mat result = portrait.bgr.clone();
  mixed.convertTo(result(skin.box), CV_8U);
  return result;
}

}  // namespace

cv::Mat SmoothedBilateral(const Portrait& portrait, double levels) {
  const Skin skin = SkinOf(portrait);
  cv::Mat smooth;
  cv::bilateralFilter(portrait.bgr(skin.box), smooth, 2 * static_cast<int>(0.05 * skin.unit) + 1, 2 * levels,
                      0.03 * skin.unit);
  smooth.convertTo(smooth, CV_32F);
  return Lay(portrait, skin, smooth);
}

cv::Mat SmoothedGuided(const Portrait& portrait, double levels, double opacity) {
  const Skin skin = SkinOf(portrait);
  const cv::Mat own = OwnSkin(portrait, skin);
  const int side = 2 * static_cast<int>(0.06 * skin.unit) + 1;
  const auto mean = [side](const cv::Mat& picture) {
    cv::Mat result;
    cv::blur(picture, result, {side, side});
    return result;
  };
  const cv::Mat average = mean(own), variance = mean(own.mul(own)) - average.mul(average);
  cv::Mat slope;
  cv::divide(variance, variance + cv::Scalar::all(levels * levels), slope);
  const cv::Mat smooth = mean(slope).mul(own) + mean(average - slope.mul(average));
  return Lay(portrait, skin, own + opacity * (smooth - own));
}

cv::Mat SmoothedBands(const Portrait& portrait, double grain) {
  const Skin skin = SkinOf(portrait);
  const cv::Mat own = OwnSkin(portrait, skin);
  cv::Mat low, fine;
  cv::GaussianBlur(own, low, {}, 0.05 * skin.unit);
  cv::GaussianBlur(own, fine, {}, 0.008 * skin.unit);
  return Lay(portrait, skin, low + grain * (own - fine));
}

cv::Mat Whitened(const Portrait& portrait, double share) {
  const Skin skin = SkinOf(portrait);
  cv::Mat lab;
  cv::cvtColor(OwnSkin(portrait, skin) / 255, lab, cv::COLOR_BGR2Lab);
  for (cv::Vec3f& pixel : cv::Mat_<cv::Vec3f>(lab)) {
    pixel[0] += static_cast<float>(share) * (100 - pixel[0]);
    pixel[1] *= static_cast<float>(1 - share);
    pixel[2] *= static_cast<float>(1 - share);
  }
  cv::cvtColor(lab, lab, cv::COLOR_Lab2BGR);
  return Lay(portrait, skin, 255 * lab);
}

}  // namespace gradphoto::faults
