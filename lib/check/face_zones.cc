// SPDX-License-Identifier: Apache-2.0
#include "lib/check/face_zones.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
#include "lib/image/color.h"

namespace gradphoto::check {
namespace {

// Closed lines of the face mesh. Source: MediaPipe's face mesh connections (Apache-2.0).
constexpr std::array<int, 16> kLeftEye = {33,  7,   163, 144, 145, 153, 154, 155,
                                          133, 173, 157, 158, 159, 160, 161, 246};
constexpr std::array<int, 16> kRightEye = {263, 249, 390, 373, 374, 380, 381, 382,
                                           362, 398, 384, 385, 386, 387, 388, 466};
constexpr std::array<int, 20> kOuterLips = {61,  146, 91,  181, 84,  17, 314, 405, 321, 375,
                                            291, 409, 270, 269, 267, 0,  37,  39,  40,  185};
constexpr std::array<int, 20> kInnerLips = {78,  95,  88,  178, 87,  14, 317, 402, 318, 324,
                                            308, 415, 310, 311, 312, 13, 82,  81,  80,  191};

constexpr auto kMirrorPairs = std::to_array<std::pair<int, int>>({
    {103, 332}, {67, 297},  {69, 299},  {104, 333}, {108, 337}, {71, 301},  {50, 280},
    {101, 330}, {36, 266},  {205, 425}, {117, 346}, {118, 347}, {119, 348}, {123, 352},
    {187, 411}, {207, 427}, {198, 420}, {217, 437}, {116, 345}, {147, 376},
});
constexpr std::size_t kForeheadPairs = 6;  // Of the above: where a fringe may hang.

cv::Mat Polygon(const FacePatch& patch, std::span<const int> indices) {
  constexpr int kShift = 4;  // Fractions of pixels that fillPoly takes; it counts from pixel centres.
  std::vector<cv::Point> points;
  for (const int index : indices) {
    points.emplace_back((patch.landmarks.At(index) - cv::Point2d(0.5, 0.5)) * (1 << kShift));
  }
  cv::Mat mask = cv::Mat::zeros(patch.bgr.size(), CV_8U);
  cv::fillPoly(mask, std::vector{points}, cv::Scalar(255), cv::LINE_8, kShift);
  return mask;
}

cv::Rect Around(const cv::Mat& picture, const cv::Point2d& centre, double radius_px) {
  const cv::Rect box(cv::Point(static_cast<int>(std::floor(centre.x - radius_px)),
                               static_cast<int>(std::floor(centre.y - radius_px))),
                     cv::Point(static_cast<int>(std::ceil(centre.x + radius_px)),
                               static_cast<int>(std::ceil(centre.y + radius_px))));
  return box & cv::Rect(0, 0, picture.cols, picture.rows);
}

}  // namespace

double Luminance(const cv::Vec3d& linear_rgb) {
  return 0.2126 * linear_rgb[0] + 0.7152 * linear_rgb[1] + 0.0722 * linear_rgb[2];
}

LinearPatch ToLinear(const cv::Mat& bgr) {
  static const auto kTable = [] {
    std::array<float, 256> table{};
    for (int i = 0; i < 256; ++i) {
      table[static_cast<std::size_t>(i)] = static_cast<float>(image::LinearFromSrgb(i));
    }
    return table;
  }();
  LinearPatch linear{cv::Mat(bgr.size(), CV_32FC3), cv::Mat(bgr.size(), CV_32F)};
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      const cv::Vec3b& pixel = bgr.at<cv::Vec3b>(y, x);
      const cv::Vec3f rgb(kTable[pixel[2]], kTable[pixel[1]], kTable[pixel[0]]);
      linear.rgb.at<cv::Vec3f>(y, x) = rgb;
      linear.luminance.at<float>(y, x) = static_cast<float>(Luminance(rgb));
    }
  }
  return linear;
}

std::span<const int, 16> EyeRim(Side side) { return side == Side::kLeft ? kLeftEye : kRightEye; }

cv::Mat EyeOpeningMask(const FacePatch& patch, Side side) { return Polygon(patch, EyeRim(side)); }

cv::Mat MouthOpeningMask(const FacePatch& patch) { return Polygon(patch, kInnerLips); }

cv::Mat SkinMask(const FacePatch& patch) {
  const auto disc = [&](double radius) {
    const int side = 2 * std::max(1, static_cast<int>(std::lround(radius))) + 1;
    return cv::getStructuringElement(cv::MORPH_ELLIPSE, cv::Size(side, side));
  };
  const double pupils = patch.pupil_distance_px;
  cv::Mat skin;
  cv::erode(patch.mask, skin, disc(0.025 * pupils), cv::Point(-1, -1), 1, cv::BORDER_CONSTANT, cv::Scalar(0));
  cv::Mat holes = Polygon(patch, kLeftEye) | Polygon(patch, kRightEye) | Polygon(patch, kOuterLips);
  cv::dilate(holes, holes, disc(0.045 * pupils));
  skin.setTo(0, holes);
  return skin;
}

cv::Point2d IrisCentre(const face::Landmarks& landmarks, Side side) {
  return landmarks.At(side == Side::kLeft ? face::point::kLeftPupil : face::point::kRightPupil);
}

double IrisRadius(const face::Landmarks& landmarks, Side side) {
  const int centre = side == Side::kLeft ? face::point::kLeftPupil : face::point::kRightPupil;
  double sum = 0;
  for (int i = 1; i <= 4; ++i) sum += cv::norm(landmarks.At(centre + i) - landmarks.At(centre));
  return sum / 4;
}

std::optional<cv::Vec3d> WhiteOfEye(const FacePatch& patch, const LinearPatch& linear, Side side) {
  constexpr double kOutsideIris = 1.15;  // The limbus is soft.
  constexpr double kDarkerShare = 0.6;   // Corners, lashes and the shade of the lid.
  constexpr double kLargeIris_px = 8;    // From here on a pixel at the lids' edge can be spared.
  constexpr std::size_t kLeastPixels = 8;
  const cv::Point2d centre = IrisCentre(patch.landmarks, side);
  const double radius = IrisRadius(patch.landmarks, side);
  cv::Mat opening = EyeOpeningMask(patch, side);
  if (radius > kLargeIris_px) cv::erode(opening, opening, cv::Mat::ones(3, 3, CV_8U));
  std::vector<cv::Point> outside;
  std::vector<float> luminances;
  for (int y = 0; y < opening.rows; ++y) {
    for (int x = 0; x < opening.cols; ++x) {
      if (opening.at<unsigned char>(y, x) == 0) continue;
      if (cv::norm(cv::Point2d(x + 0.5, y + 0.5) - centre) <= kOutsideIris * radius) continue;
      outside.emplace_back(x, y);
      luminances.push_back(linear.luminance.at<float>(y, x));
    }
  }
  if (outside.size() < kLeastPixels) return std::nullopt;
  const float threshold = Percentile(luminances, kDarkerShare);
  cv::Vec3d sum;
  int count = 0;
  for (const cv::Point& pixel : outside) {
    if (linear.luminance.at<float>(pixel) < threshold) continue;
    sum += cv::Vec3d(linear.rgb.at<cv::Vec3f>(pixel));
    ++count;
  }
  return sum / count;
}

cv::Vec3d SkinColour(const FacePatch& patch, const LinearPatch& linear) {
  std::array<std::vector<float>, 3> channels;
  const auto add = [&](int index) {
    const cv::Rect box =
        Around(linear.rgb, patch.landmarks.At(index), std::max(1.0, 0.06 * patch.pupil_distance_px));
    if (box.empty()) return;
    for (int c = 0; c < 3; ++c) {
      std::vector<float> values;
      for (const cv::Vec3f& pixel : cv::Mat_<cv::Vec3f>(linear.rgb(box))) values.push_back(pixel[c]);
      channels[static_cast<std::size_t>(c)].push_back(Percentile(values, 0.5));
    }
  };
  for (const auto& [left, right] : MirrorPairs().subspan(kForeheadPairs)) {
    add(left);
    add(right);
  }
  cv::Vec3d colour;
  for (int c = 0; c < 3; ++c) {
    auto& values = channels[static_cast<std::size_t>(c)];
    if (!values.empty()) colour[c] = Percentile(values, 0.5);
  }
  return colour;
}

std::span<const std::pair<int, int>> MirrorPairs() { return kMirrorPairs; }

std::optional<double> LuminanceAround(const cv::Mat& luminance, const cv::Point2d& centre, double radius_px) {
  const cv::Rect box = Around(luminance, centre, radius_px);
  if (box.empty()) return std::nullopt;
  std::vector<float> values;
  for (const float value : cv::Mat_<float>(luminance(box))) values.push_back(value);
  return Percentile(values, 0.5);
}

}  // namespace gradphoto::check
