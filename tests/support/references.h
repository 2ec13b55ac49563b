// SPDX-License-Identifier: Apache-2.0
// Reference portraits as schools have them, made from good ones: cut to the frame of an ID card, small, grey,
// compressed, blurred, too light or dark, or on a photographed card. The same in every run.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>

#include "lib/face/landmarks.h"
#include "lib/image/color.h"
#include "lib/image/decode.h"
#include "lib/image/encode.h"
#include "lib/image/resample.h"

namespace gradphoto::testing {

// The frame of an identity-card portrait around a face: 358 x 441 or the same at another width, the distance of
// the pupils a quarter of the width (GA 461-2019 figure 1: crown 7 to 21 px below the edge, head 207 px wide).
inline cv::Mat CardPortrait(const cv::Mat& bgr, const cv::Point2d& left_pupil, const cv::Point2d& right_pupil,
                            int width) {
  const int height = static_cast<int>(std::lround(width * 441.0 / 358));
  const cv::Point2d middle = (left_pupil + right_pupil) / 2;
  const double scale = 0.25 * width / cv::norm(right_pupil - left_pupil);
  return image::Resample(bgr, {scale, middle.x - 0.5 * width / scale, middle.y - 0.42 * height / scale}, width,
                         height);
}

inline cv::Mat Grey(const cv::Mat& bgr) {
  cv::Mat grey, three;
  cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
  cv::cvtColor(grey, three, cv::COLOR_GRAY2BGR);
  return three;
}

// More or less light by whole or partial stops, in linear light; what is too light clips.
inline cv::Mat Exposed(const cv::Mat& bgr, double stops) {
  cv::Mat table(1, 256, CV_8U);
  for (int i = 0; i < 256; ++i) {
    const double linear = std::min(1.0, image::LinearFromSrgb(i) * std::exp2(stops));
    table.at<unsigned char>(i) = cv::saturate_cast<unsigned char>(image::SrgbFromLinear(linear));
  }
  cv::Mat result;
  cv::LUT(bgr, table, result);
  return result;
}

inline cv::Mat Blurred(const cv::Mat& bgr, double sigma_px) {
  cv::Mat result;
  cv::GaussianBlur(bgr, result, {}, sigma_px);
  return result;
}

inline cv::Mat Resized(const cv::Mat& bgr, double scale) {
  cv::Mat result;
  cv::resize(bgr, result, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return result;
}

// Through a JPEG file of this quality.
inline cv::Mat Recompressed(const cv::Mat& bgr, int quality) {
  const auto jpeg = image::EncodeJpeg(bgr, quality, image::ChromaSampling::k420, 300);
  if (!jpeg) return {};
  auto photo = image::Decode(*jpeg);
  return photo ? photo->bgr : cv::Mat();
}

inline cv::Mat WithNoise(const cv::Mat& bgr, double sigma, unsigned seed) {
  cv::Mat noise(bgr.size(), CV_16SC3), result;
  cv::RNG random(seed);
  random.fill(noise, cv::RNG::NORMAL, 0, sigma);
  cv::add(bgr, noise, result, cv::noArray(), CV_8UC3);
  return result;
}

// A card (made up: bars for text, portrait at the right as on identity cards) lying on a table, photographed
// from above by a hand that holds the phone a little askew. `turn_deg` turns the card clockwise.
inline cv::Mat PhotographedCard(const cv::Mat& portrait, double turn_deg, cv::Size photo_size = {1600, 1200}) {
  const cv::Size card(1011, 638);  // ID-1, 85.6 x 54 mm at 300 dpi.
  cv::Mat front(card, CV_8UC3, cv::Scalar(235, 228, 222));
  for (int y = 0; y < card.height; y += 14) {  // Guilloche.
    cv::line(front, {0, y}, {card.width, y + 60}, cv::Scalar(222, 226, 208), 2);
  }
  for (int row = 0; row < 5; ++row) {
    const int y = 90 + row * 82;
    cv::rectangle(front, cv::Rect(50, y, 70, 26), cv::Scalar(170, 120, 60), cv::FILLED);
    for (int i = 0; i < 5 - row % 3; ++i) {
      cv::rectangle(front, cv::Rect(140 + i * 62, y - 4, 44, 34), cv::Scalar(60, 60, 60), cv::FILLED);
    }
  }
  for (int i = 0; i < 18; ++i) {
    cv::rectangle(front, cv::Rect(330 + i * 34, 545, 20, 36), cv::Scalar(50, 50, 50), cv::FILLED);
  }
  cv::Mat small;
  cv::resize(portrait, small, cv::Size(307, 378), 0, 0, cv::INTER_AREA);
  small.copyTo(front(cv::Rect(640, 90, 307, 378)));

  const double angle = turn_deg * CV_PI / 180;
  const double width = 0.62 * photo_size.width;
  std::array<cv::Point2f, 4> from = {cv::Point2f(0, 0), {1011, 0}, {1011, 638}, {0, 638}}, to;
  for (std::size_t i = 0; i < 4; ++i) {
    const double x = (from[i].x / 1011 - 0.5) * width, y = (from[i].y - 319) / 1011 * width;
    const double tx = x * std::cos(angle) - y * std::sin(angle), ty = x * std::sin(angle) + y * std::cos(angle);
    const double depth = 1 + 0.12 * ty / width + 0.05 * tx / width;  // The far edge is smaller.
    to[i] = cv::Point2f(static_cast<float>(0.5 * photo_size.width + tx / depth),
                        static_cast<float>(0.5 * photo_size.height + ty / depth));
  }
  cv::Mat photo(photo_size, CV_8UC3, cv::Scalar(70, 95, 130));  // A brown table.
  cv::Mat warped, mask, full(card, CV_8U, cv::Scalar(255));
  const cv::Mat h = cv::getPerspectiveTransform(from.data(), to.data());
  cv::warpPerspective(front, warped, h, photo_size, cv::INTER_LINEAR);
  cv::warpPerspective(full, mask, h, photo_size, cv::INTER_LINEAR);
  warped.copyTo(photo, mask > 127);
  return Recompressed(WithNoise(Blurred(photo, 0.7), 4, 1), 80);
}

}  // namespace gradphoto::testing
