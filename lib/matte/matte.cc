// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/matte.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace gradphoto::matte {
namespace {

// Distances in pixels of a frame 480 wide; other frames are scaled. The study found all of them flat within 3
// %.
constexpr double kStudyWidth = 480;
constexpr double kInnerBand = 8,
                 kOuterBand = 12;   // How far the unknown zone reaches in and out of the outline.
constexpr double kHoleReach = 12;   // Enclosed "background" farther than this from the real one is a hole.
constexpr double kReduction = 4;    // Statistics are gathered at a quarter of the resolution.
constexpr int kNear = 2, kFar = 8;  // Radii of the local means there, each box applied twice.
constexpr int kMirrorOpening =
    36;  // Frame width over the opening of the mirror disagreement: 7 of the net's 256 px.
constexpr double kGuidedEpsilon = 1e-4;

cv::Size ReducedSize(const cv::Mat& frame) {
  const int reduction = std::max(1, static_cast<int>(std::lround(kReduction * frame.cols / kStudyWidth)));
  return {(frame.cols + reduction - 1) / reduction, (frame.rows + reduction - 1) / reduction};
}

enum Zone : unsigned char { kBackground = 0, kUnknown = 1, kForeground = 2 };

float Clamp01(float value) { return std::clamp(value, 0.0f, 1.0f); }

cv::Mat Square(int size) { return cv::getStructuringElement(cv::MORPH_RECT, cv::Size(size, size)); }

double OpenedPercent(const cv::Mat& mask, int size) {
  cv::Mat opened;
  cv::morphologyEx(mask, opened, cv::MORPH_OPEN, Square(size));
  return 100.0 * cv::countNonZero(opened) / static_cast<double>(mask.total());
}

cv::Mat ZonesOf(const cv::Mat& coarse, const cv::Mat& core, double pixels) {
  cv::Mat inside, outside, inner_distance, outer_distance, soft;
  cv::compare(coarse, 0.5, inside, cv::CMP_GT);
  cv::bitwise_not(inside, outside);
  cv::distanceTransform(inside, inner_distance, cv::DIST_L2, 3);
  cv::distanceTransform(outside, outer_distance, cv::DIST_L2, 3);
  cv::inRange(coarse, 0.05, 0.95, soft);
  cv::dilate(soft, soft, Square(5));
  cv::Mat zones(coarse.size(), CV_8U);
  for (int y = 0; y < zones.rows; ++y) {
    for (int x = 0; x < zones.cols; ++x) {
      const bool in = inside.at<unsigned char>(y, x) != 0;
      const bool near = in ? inner_distance.at<float>(y, x) <= kInnerBand * pixels
                           : outer_distance.at<float>(y, x) <= kOuterBand * pixels;
      Zone zone = in ? kForeground : kBackground;
      if (near || soft.at<unsigned char>(y, x) != 0) zone = kUnknown;
      if (core.at<unsigned char>(y, x) != 0) zone = kForeground;
      zones.at<unsigned char>(y, x) = zone;
    }
  }
  return zones;
}

// CV_32FC4 at frame size: mean colour (channels 0-2) and variance (channel 3) of the sure pixels around each
// place.
cv::Mat LocalMeans(const cv::Mat& image, const cv::Mat& zones, Zone zone) {
  // Weighted sums: colour, and (weight, mean square).
  cv::Mat colour = cv::Mat::zeros(image.size(), CV_32FC3);
  cv::Mat weight = cv::Mat::zeros(image.size(), CV_32FC2);
  for (int y = 0; y < image.rows; ++y) {
    for (int x = 0; x < image.cols; ++x) {
      if (zones.at<unsigned char>(y, x) != zone) continue;
      const cv::Vec3f& pixel = image.at<cv::Vec3f>(y, x);
      colour.at<cv::Vec3f>(y, x) = pixel;
      weight.at<cv::Vec2f>(y, x) = {1.0f, pixel.dot(pixel) / 3};
    }
  }
  const cv::Size small = ReducedSize(image);
  cv::resize(colour, colour, small, 0, 0, cv::INTER_AREA);
  cv::resize(weight, weight, small, 0, 0, cv::INTER_AREA);
  const auto blurred = [](const cv::Mat& sums, int radius) {
    cv::Mat result;
    const cv::Size window(2 * radius + 1, 2 * radius + 1);
    cv::boxFilter(sums, result, -1, window, cv::Point(-1, -1), true, cv::BORDER_CONSTANT);
    cv::boxFilter(result, result, -1, window, cv::Point(-1, -1), true, cv::BORDER_CONSTANT);
    return result;
  };
  const cv::Mat near_colour = blurred(colour, kNear), near_weight = blurred(weight, kNear);
  const cv::Mat far_colour = blurred(colour, kFar), far_weight = blurred(weight, kFar);
  cv::Mat means(small, CV_32FC4);
  for (int y = 0; y < small.height; ++y) {
    for (int x = 0; x < small.width; ++x) {
      const float near_total = near_weight.at<cv::Vec2f>(y, x)[0];
      const float far_total = far_weight.at<cv::Vec2f>(y, x)[0] + 1e-6f;
      // Where hardly any sure pixel is near, the wide mean takes over.
      const float t = std::min(1.0f, near_total / 0.02f);
      const cv::Vec3f far_mean = far_colour.at<cv::Vec3f>(y, x) / far_total;
      const cv::Vec3f near_mean = near_colour.at<cv::Vec3f>(y, x) / (near_total + 1e-5f);
      const cv::Vec3f mean = t * near_mean + (1 - t) * far_mean;
      const float variance = far_weight.at<cv::Vec2f>(y, x)[1] / far_total - far_mean.dot(far_mean) / 3;
      means.at<cv::Vec4f>(y, x) = {mean[0], mean[1], mean[2], std::max(0.0f, variance)};
    }
  }
  cv::resize(means, means, image.size(), 0, 0, cv::INTER_LINEAR);
  return means;
}

cv::Vec3f ColourOf(const cv::Vec4f& mean) { return {mean[0], mean[1], mean[2]}; }

// How much of `pixel` is foreground, from the two local means, blended with the coarse mask where they are
// alike.
float Unmix(const cv::Vec3f& pixel, const cv::Vec4f& front, const cv::Vec4f& back, float coarse) {
  const cv::Vec3f difference = ColourOf(front) - ColourOf(back);
  const float squared = difference.dot(difference) / 3;
  const float projected = (pixel - ColourOf(back)).dot(difference) / 3;
  const float unmixed = Clamp01(projected / (squared + 1e-3f));
  const float confidence = squared / (squared + 2 * (front[3] + back[3]) + 0.003f);
  return confidence * unmixed + (1 - confidence) * Clamp01((coarse - 0.5f) * 1.5f + 0.5f);
}

// Colour guided filter (He, Sun, Tang 2013, eq. 14-16) with the statistics of 3 x 3 cells at quarter
// resolution; returns the coefficients (a_b, a_g, a_r, b) at frame size.
cv::Mat GuidedCoefficients(const cv::Mat& image, const cv::Mat& alpha) {
  const cv::Size small = ReducedSize(image);
  cv::Mat guide, target;
  cv::resize(image, guide, small, 0, 0, cv::INTER_AREA);
  cv::resize(alpha, target, small, 0, 0, cv::INTER_AREA);
  cv::Mat products(small, CV_32FC(10));  // Upper triangle of guide x guide, guide x target, target.
  for (int y = 0; y < small.height; ++y) {
    for (int x = 0; x < small.width; ++x) {
      const cv::Vec3f g = guide.at<cv::Vec3f>(y, x);
      const float t = target.at<float>(y, x);
      const std::array<float, 10> values = {g[0] * g[0], g[0] * g[1], g[0] * g[2], g[1] * g[1], g[1] * g[2],
                                            g[2] * g[2], g[0] * t,    g[1] * t,    g[2] * t,    t};
      std::ranges::copy(values, products.ptr<float>(y) + std::ptrdiff_t{x} * 10);
    }
  }
  const cv::Size window(3, 3);
  cv::Mat mean_guide, mean_products;
  cv::blur(guide, mean_guide, window, cv::Point(-1, -1), cv::BORDER_REPLICATE);
  cv::boxFilter(products, mean_products, -1, window, cv::Point(-1, -1), true, cv::BORDER_REPLICATE);
  cv::Mat coefficients(small, CV_32FC4);
  for (int y = 0; y < small.height; ++y) {
    for (int x = 0; x < small.width; ++x) {
      const cv::Vec3f g = mean_guide.at<cv::Vec3f>(y, x);
      const float* p = mean_products.ptr<float>(y) + std::ptrdiff_t{x} * 10;
      const auto e = static_cast<float>(kGuidedEpsilon);
      const cv::Matx33f covariance(p[0] - g[0] * g[0] + e, p[1] - g[0] * g[1], p[2] - g[0] * g[2],  //
                                   p[1] - g[0] * g[1], p[3] - g[1] * g[1] + e, p[4] - g[1] * g[2],  //
                                   p[2] - g[0] * g[2], p[4] - g[1] * g[2], p[5] - g[2] * g[2] + e);
      const cv::Vec3f cross(p[6] - g[0] * p[9], p[7] - g[1] * p[9], p[8] - g[2] * p[9]);
      const cv::Vec3f a = covariance.inv(cv::DECOMP_CHOLESKY) * cross;
      coefficients.at<cv::Vec4f>(y, x) = {a[0], a[1], a[2], p[9] - a.dot(g)};
    }
  }
  cv::boxFilter(coefficients, coefficients, -1, window, cv::Point(-1, -1), true, cv::BORDER_REPLICATE);
  cv::resize(coefficients, coefficients, image.size(), 0, 0, cv::INTER_LINEAR);
  return coefficients;
}

// Background that the person encloses is none: only what hangs together with the upper, left or right border
// is.
void FillHoles(cv::Mat& alpha, double pixels) {
  cv::Mat clear, labels;
  cv::compare(alpha, 0.5, clear, cv::CMP_LT);
  const int count = cv::connectedComponents(clear, labels, 8, CV_32S);
  std::vector<bool> outer(static_cast<std::size_t>(count), false);
  const auto mark = [&](int y, int x) { outer[static_cast<std::size_t>(labels.at<int>(y, x))] = true; };
  for (int x = 0; x < alpha.cols; ++x) mark(0, x);
  for (int y = 0; y < alpha.rows; ++y) mark(y, 0), mark(y, alpha.cols - 1);
  outer[0] = false;  // The person.
  cv::Mat enclosed(alpha.size(), CV_8U);
  for (int y = 0; y < alpha.rows; ++y) {
    for (int x = 0; x < alpha.cols; ++x) {
      enclosed.at<unsigned char>(y, x) = outer[static_cast<std::size_t>(labels.at<int>(y, x))] ? 0 : 255;
    }
  }
  cv::Mat distance;
  cv::distanceTransform(enclosed, distance, cv::DIST_L2, 3);
  alpha.setTo(1.0f, distance > kHoleReach * pixels);
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
                           const std::vector<cv::Point>& face_core) {
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

  const double pixels = bgr.cols / kStudyWidth;
  cv::Mat image;
  bgr.convertTo(image, CV_32FC3, 1.0 / 255);
  cv::Mat core = cv::Mat::zeros(bgr.size(), CV_8U);
  if (!face_core.empty()) cv::fillPoly(core, std::vector{face_core}, cv::Scalar(255));
  const cv::Mat zones = ZonesOf(matte.coarse, core, pixels);
  const cv::Mat front = LocalMeans(image, zones, kForeground);
  const cv::Mat back = LocalMeans(image, zones, kBackground);

  cv::Mat unmixed(bgr.size(), CV_32F);
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      const unsigned char zone = zones.at<unsigned char>(y, x);
      unmixed.at<float>(y, x) = zone == kUnknown ? Unmix(image.at<cv::Vec3f>(y, x), front.at<cv::Vec4f>(y, x),
                                                         back.at<cv::Vec4f>(y, x), matte.coarse.at<float>(y, x))
                                                 : (zone == kForeground ? 1.0f : 0.0f);
    }
  }
  const cv::Mat coefficients = GuidedCoefficients(image, unmixed);
  matte.alpha = unmixed;
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      if (zones.at<unsigned char>(y, x) != kUnknown) continue;
      const cv::Vec4f& k = coefficients.at<cv::Vec4f>(y, x);
      const float filtered = ColourOf(k).dot(image.at<cv::Vec3f>(y, x)) + k[3];
      matte.alpha.at<float>(y, x) = Clamp01((filtered - 0.03f) / 0.94f);
    }
  }
  FillHoles(matte.alpha, pixels);
  cv::Mat ambiguous;
  cv::inRange(matte.alpha, 0.1, 0.9, ambiguous);
  matte.trust.ambiguous_percent =
      OpenedPercent(ambiguous, std::max(3, static_cast<int>(std::lround(11 * pixels))));

  matte.foreground = image;
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      const float alpha = matte.alpha.at<float>(y, x);
      if (alpha <= 0 || alpha > 0.985f) continue;
      cv::Vec3f& pixel = matte.foreground.at<cv::Vec3f>(y, x);
      const cv::Vec3f local = ColourOf(front.at<cv::Vec4f>(y, x));
      cv::Vec3f unblended = (pixel - (1 - alpha) * ColourOf(back.at<cv::Vec4f>(y, x))) / std::max(alpha, 0.1f);
      for (int c = 0; c < 3; ++c) unblended[c] = Clamp01(unblended[c]);
      const float t = Clamp01((alpha - 0.4f) / 0.4f);
      pixel = (1 - t) * local + t * unblended;
    }
  }
  return matte;
}

cv::Mat Composite(const Matte& matte, const cv::Mat& bgr, const cv::Vec3b& colour) {
  cv::Mat result(bgr.size(), CV_8UC3);
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      const float alpha = matte.alpha.at<float>(y, x);
      const cv::Vec3f& front = matte.foreground.at<cv::Vec3f>(y, x);
      cv::Vec3b& out = result.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) {
        out[c] = cv::saturate_cast<unsigned char>(255 * alpha * front[c] +
                                                  (1 - alpha) * static_cast<float>(colour[c]));
      }
    }
  }
  return result;
}

}  // namespace gradphoto::matte
