// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/matte.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace gradphoto::matte {
namespace {

constexpr double kStudyWidth = 480;  // Distances are in pixels of a frame so wide; other frames are scaled.
constexpr int kMirrorOpening = 36;   // Frame width over the opening of the mirror disagreement: 7 of the net's 256 px.

cv::Mat Square(int size) { return cv::getStructuringElement(cv::MORPH_RECT, cv::Size(size, size)); }

double OpenedPercent(const cv::Mat& mask, int size) {
  cv::Mat opened;
  cv::morphologyEx(mask, opened, cv::MORPH_OPEN, Square(size));
  return 100.0 * cv::countNonZero(opened) / static_cast<double>(mask.total());
}

}  // namespace

Result<cv::Mat> FrameMask(const PersonMasker& masker, const FrameContext& context) {
  const auto mask = masker.Mask(context.bgr);
  if (!mask) return std::unexpected(mask.error());
  cv::Mat resized;
  cv::resize(*mask, resized, context.bgr.size(), 0, 0, cv::INTER_LINEAR);
  return resized(context.frame).clone();
}

Result<Matte> ComputeMatte(const PersonMasker& masker, const FrameContext& context, const cv::Mat& mask,
                           const HeadShape& head) {
  const cv::Mat bgr = context.FramePixels();
  FrameContext flipped;
  cv::flip(context.bgr, flipped.bgr, 1);
  flipped.frame = context.frame;
  flipped.frame.x = context.bgr.cols - context.frame.x - context.frame.width;
  auto mirrored = FrameMask(masker, flipped);
  if (!mirrored) return std::unexpected(mirrored.error());
  cv::flip(*mirrored, *mirrored, 1);

  Matte matte;
  cv::Mat disagreement;
  cv::absdiff(mask, *mirrored, disagreement);
  matte.trust.mirror_percent = OpenedPercent(disagreement > 0.35, std::max(3, bgr.cols / kMirrorOpening));
  matte.coarse = (mask + *mirrored) * 0.5;

  Refined refined = Refine(bgr, matte.coarse, head);
  matte.alpha = std::move(refined.alpha);
  matte.foreground = std::move(refined.foreground);
  const double pixels = bgr.cols / kStudyWidth;
  cv::Mat ambiguous;
  cv::inRange(matte.alpha, 0.1, 0.9, ambiguous);
  matte.trust.ambiguous_percent =
      OpenedPercent(ambiguous, std::max(3, static_cast<int>(std::lround(11 * pixels))));

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
