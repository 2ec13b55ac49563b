// SPDX-License-Identifier: Apache-2.0
// Made pictures (CV_8UC3, BGR), the same in every run.
#pragma once

#include <algorithm>
#include <random>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradphoto::testing {

inline cv::Mat Flat(cv::Size size, const cv::Scalar& bgr) { return cv::Mat(size, CV_8UC3, bgr); }

// A smooth slope in all three channels with Gaussian noise of the given standard deviation on it.
inline cv::Mat Noisy(cv::Size size, double sigma, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<> noise(0, std::max(sigma, 1e-9));
  cv::Mat picture(size, CV_8UC3);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double base = 60 + 120.0 * x / size.width;
      const double other = 60 + 120.0 * y / size.height;
      picture.at<cv::Vec3b>(y, x) = {cv::saturate_cast<unsigned char>(base + noise(random)),
                                     cv::saturate_cast<unsigned char>(other + noise(random)),
                                     cv::saturate_cast<unsigned char>(180 - base / 2 + noise(random))};
    }
  }
  return picture;
}

// A picture with detail of all sizes down to a pixel, as photos have: noise of eight scales, each as strong as
// the last, around mid grey. CV_8UC3, grey.
inline cv::Mat Textured(cv::Size size, unsigned seed = 1) {
  cv::RNG random(seed);
  cv::Mat sum(size, CV_32F, cv::Scalar(128));
  for (int cell = 1; cell <= 128; cell *= 2) {
    cv::Mat noise(size.height / cell + 2, size.width / cell + 2, CV_32F), fine;
    random.fill(noise, cv::RNG::NORMAL, 0, 9);
    cv::resize(noise, fine, noise.size() * cell, 0, 0, cv::INTER_CUBIC);
    sum += fine(cv::Rect(cv::Point(cell / 2, cell / 2), size));
  }
  cv::Mat grey, picture;
  sum.convertTo(grey, CV_8U);
  cv::cvtColor(grey, picture, cv::COLOR_GRAY2BGR);
  return picture;
}

// Six areas of different colour, 3 across and 2 down, of `cell` x `cell` pixels: no turn or mirror image of it
// is like another.
inline cv::Mat SixColours(int cell) {
  const cv::Vec3b colours[] = {{40, 40, 200},  {40, 200, 40},  {200, 40, 40},
                               {40, 200, 200}, {200, 200, 40}, {90, 90, 90}};
  cv::Mat picture(2 * cell, 3 * cell, CV_8UC3);
  for (int y = 0; y < picture.rows; ++y) {
    for (int x = 0; x < picture.cols; ++x) picture.at<cv::Vec3b>(y, x) = colours[y / cell * 3 + x / cell];
  }
  return picture;
}

// Largest difference of any channel of any pixel; 256 when the sizes differ.
inline int LargestDifference(const cv::Mat& a, const cv::Mat& b) {
  if (a.size() != b.size() || a.type() != b.type()) return 256;
  return static_cast<int>(cv::norm(a, b, cv::NORM_INF));
}

// Mean absolute difference over all channels of all pixels; 256 when the sizes differ.
inline double MeanDifference(const cv::Mat& a, const cv::Mat& b) {
  if (a.size() != b.size() || a.type() != b.type()) return 256;
  return cv::norm(a, b, cv::NORM_L1) / static_cast<double>(a.total() * a.channels());
}

}  // namespace gradphoto::testing
