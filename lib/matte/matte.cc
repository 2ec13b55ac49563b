// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/matte.h"

#include <cmath>

#include <opencv2/imgproc.hpp>

namespace gradphoto::matte {
namespace {

const cv::Size kNetSize(256, 320);  // Of the person net: measured best on heads and shoulders.

// What the net says of the context, as the frame sees it.
cv::Mat InFrame(const cv::Mat& net_mask, const FrameContext& context) {
  cv::Mat resized;
  cv::resize(net_mask, resized, context.bgr.size(), 0, 0, cv::INTER_LINEAR);
  return context.frame.size() == resized.size() ? resized : resized(context.frame).clone();
}

// The second look is at the mirror image, and before a light wall at a darker print of it, in which a white
// shirt stands out from a white wall.
cv::Mat SecondLook(const FrameContext& context, const cv::Mat& mask) {
  constexpr double kLightWall = 0.7 * 255, kGamma = 2.2;
  cv::Mat picture, small_mask, colours;
  cv::flip(context.net_input, picture, 1);
  cv::resize(mask, small_mask, cv::Size(48, 64), 0, 0, cv::INTER_AREA);
  cv::resize(context.FramePixels(), colours, small_mask.size(), 0, 0, cv::INTER_NEAREST);
  const cv::Scalar wall = cv::mean(colours, small_mask < 0.1);
  if ((wall[0] + wall[1] + wall[2]) / 3 > kLightWall) {
    cv::Mat curve(1, 256, CV_8U);
    for (int i = 0; i < 256; ++i) {
      curve.at<unsigned char>(i) = cv::saturate_cast<unsigned char>(255 * std::pow(i / 255.0, kGamma));
    }
    cv::LUT(picture, curve, picture);
  }
  return picture;
}

}  // namespace

FrameContext::FrameContext(cv::Mat picture, cv::Rect rect) : bgr(std::move(picture)), frame(rect) {
  cv::resize(bgr, net_input, kNetSize, 0, 0, bgr.cols > kNetSize.width ? cv::INTER_AREA : cv::INTER_LINEAR);
}

Result<cv::Mat> FrameMask(const PersonMasker& masker, const FrameContext& context) {
  TRY_ASSIGN(const auto mask, masker.Mask(context.net_input));
  return InFrame(mask, context);
}

Result<Matte> ComputeMatte(const PersonMasker& masker, const FrameContext& context, const cv::Mat& mask,
                           const HeadShape& head) {
  TRY_ASSIGN(auto second, masker.Mask(SecondLook(context, mask)));
  cv::flip(second, second, 1);
  const cv::Mat mirrored = InFrame(second, context);

  const cv::Mat bgr = context.FramePixels();
  Matte matte;
  cv::addWeighted(mask, 0.5, mirrored, 0.5, 0, matte.coarse);
  Refined refined = Refine(bgr, matte.coarse, head);
  matte.trust = MeasureTrust(bgr, refined, matte.coarse, mask, mirrored);
  matte.alpha = std::move(refined.alpha);
  matte.foreground = std::move(refined.foreground);
  return matte;
}

cv::Mat Composite(const Matte& matte, const cv::Mat& bgr, const cv::Vec3b& colour) {
  cv::Mat result(bgr.size(), CV_8UC3);
  for (int y = 0; y < bgr.rows; ++y) {
    const float* alpha = matte.alpha.ptr<float>(y);
    const auto* source = bgr.ptr<cv::Vec3b>(y);
    const auto* front = matte.foreground.ptr<cv::Vec3b>(y);
    auto* out = result.ptr<cv::Vec3b>(y);
    for (int x = 0; x < bgr.cols; ++x) {
      if (alpha[x] <= 0) {
        out[x] = colour;
      } else if (alpha[x] >= 1) {
        out[x] = source[x];
      } else {
        for (int c = 0; c < 3; ++c) {
          out[x][c] = cv::saturate_cast<unsigned char>(alpha[x] * static_cast<float>(front[x][c]) +
                                                       (1 - alpha[x]) * static_cast<float>(colour[c]));
        }
      }
    }
  }
  return result;
}

}  // namespace gradphoto::matte
