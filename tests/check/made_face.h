// SPDX-License-Identifier: Apache-2.0
// A drawn face with the mesh points that checks of light and colour use: skin, eyes with whites, irises, pupils
// and lashes, a mouth. 88 px between the pupils. Nothing of a person's is in it.
#pragma once

#include <array>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

#include "lib/check/face_zones.h"
#include "lib/image/color.h"

namespace gradphoto::testing {

struct FaceColours {  // B, G, R.
  cv::Scalar skin{140, 170, 220};
  cv::Scalar white{188, 192, 206};
  cv::Scalar iris{40, 60, 80};
  cv::Scalar lips{110, 110, 200};
};
inline const FaceColours kPale{{165, 190, 232}, {188, 192, 206}, {150, 130, 90}, {130, 120, 210}};
inline const FaceColours kEastAsian{{130, 165, 212}, {178, 188, 200}, {25, 32, 45}, {105, 105, 190}};
inline const FaceColours kDark{{38, 54, 84}, {140, 152, 162}, {18, 22, 34}, {50, 50, 92}};

struct MadeFace {
  check::FacePatch patch;

  // `opening` is the height of the lids over the width of the eye: 0.3 wide, 0.17 narrow. `lip_gap` in px.
  explicit MadeFace(const FaceColours& colours = {}, double opening = 0.3, double lip_gap = 0) {
    constexpr int kWidth = 200, kHeight = 240;
    patch.bgr = cv::Mat(kHeight, kWidth, CV_8UC3, cv::Scalar(60, 60, 60));
    patch.mask = cv::Mat::zeros(kHeight, kWidth, CV_8U);
    cv::ellipse(patch.mask, {100, 120}, {96, 116}, 0, 0, 360, cv::Scalar(255), cv::FILLED);
    patch.bgr.setTo(colours.skin, patch.mask);
    patch.pupil_distance_px = 88;
    // Points that are not placed below stay in the middle of the face.
    for (cv::Point3d& point : patch.landmarks.points) point = {100, 130, 0};
    PlaceMirrorPairs();
    Eye({33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246}, 468, {56, 90}, opening,
        colours);
    Eye({362, 382, 381, 380, 374, 373, 390, 249, 263, 466, 388, 387, 386, 385, 384, 398}, 473, {144, 90},
        opening, colours);
    Mouth(lip_gap, colours);
  }

  void Place(int index, const cv::Point2d& at) {
    patch.landmarks.points[static_cast<std::size_t>(index)] = {at.x, at.y, 0};
  }
  cv::Point2d At(int index) const { return patch.landmarks.At(index); }
  check::LinearPatch Linear() const { return check::ToLinear(patch.bgr); }

  // Multiplies the light (linear) of every pixel by gain(x, y, channel B = 0, G = 1, R = 2), and adds `veil`.
  template <typename Gain>
  void Light(Gain gain, double veil = 0) {
    for (int y = 0; y < patch.bgr.rows; ++y) {
      for (int x = 0; x < patch.bgr.cols; ++x) {
        for (int c = 0; c < 3; ++c) {
          unsigned char& value = patch.bgr.at<cv::Vec3b>(y, x)[c];
          const double linear = image::LinearFromSrgb(value) * gain(x, y, c) + veil;
          value = cv::saturate_cast<unsigned char>(image::SrgbFromLinear(std::min(linear, 1.0)));
        }
      }
    }
  }

 private:
  void PlaceMirrorPairs() {
    int i = 0;
    for (const auto& [left, right] : check::MirrorPairs()) {
      // Six on the forehead, the others on the cheeks, all clear of eyes and mouth.
      const cv::Point2d out =
          i < 6 ? cv::Point2d(14 + 9 * i, -75 + 3 * i) : cv::Point2d(30 + 3.5 * (i - 6), 8 + 2 * (i - 6));
      Place(left, {100 - out.x, 120 + out.y});
      Place(right, {100 + out.x, 120 + out.y});
      ++i;
    }
  }

  void Eye(const std::array<int, 16>& lids, int iris, const cv::Point2d& centre, double opening,
           const FaceColours& colours) {
    constexpr double kHalfWidth = 19, kIris = 6;
    std::vector<cv::Point> outline;
    for (std::size_t i = 0; i < lids.size(); ++i) {
      // From the picture's left corner along the lower lid to the right one and back.
      const double angle = std::numbers::pi * (1 + static_cast<double>(i) / 8);
      const cv::Point2d at =
          centre + cv::Point2d(kHalfWidth * std::cos(angle), -kHalfWidth * opening * std::sin(angle));
      Place(lids[i], at);
      outline.emplace_back(at);
    }
    Place(iris, centre);
    for (int k = 0; k < 4; ++k) {
      const double angle = std::numbers::pi * k / 2;
      Place(iris + 1 + k, centre + kIris * cv::Point2d(std::cos(angle), std::sin(angle)));
    }
    cv::Mat between = cv::Mat::zeros(patch.bgr.size(), CV_8U), round = between.clone();
    cv::fillPoly(between, std::vector{outline}, cv::Scalar(255));
    cv::circle(round, centre, static_cast<int>(kIris), cv::Scalar(255), cv::FILLED);
    patch.bgr.setTo(colours.white, between);
    patch.bgr.setTo(colours.iris, between & round);
    cv::circle(round = cv::Scalar(0), centre, 2, cv::Scalar(255), cv::FILLED);
    patch.bgr.setTo(cv::Scalar(8, 8, 8), between & round);
    cv::polylines(patch.bgr, std::vector{outline}, true, cv::Scalar(10, 12, 16), 1);  // Lashes.
  }

  void Mouth(double gap, const FaceColours& colours) {
    constexpr std::array<int, 20> kOuter = {61,  146, 91,  181, 84,  17, 314, 405, 321, 375,
                                            291, 409, 270, 269, 267, 0,  37,  39,  40,  185};
    constexpr std::array<int, 20> kInner = {78,  95,  88,  178, 87,  14, 317, 402, 318, 324,
                                            308, 415, 310, 311, 312, 13, 82,  81,  80,  191};
    const auto place = [&](const std::array<int, 20>& indices, double half_width, double half_height) {
      std::vector<cv::Point> outline;
      for (std::size_t i = 0; i < indices.size(); ++i) {
        const double angle = std::numbers::pi * (1 + static_cast<double>(i) / 10);
        const cv::Point2d at(100 + half_width * std::cos(angle), 190 - half_height * std::sin(angle));
        Place(indices[i], at);
        outline.emplace_back(at);
      }
      return outline;
    };
    cv::fillPoly(patch.bgr, std::vector{place(kOuter, 34, 10 + gap / 2)}, colours.lips);
    place(kInner, 30, gap / 2);
  }
};

}  // namespace gradphoto::testing
