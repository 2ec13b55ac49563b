// SPDX-License-Identifier: Apache-2.0
#include "lib/check/noise.h"

#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
#include "lib/check/luma.h"

namespace gradphoto::check {

double NoiseSigma(const cv::Mat& grey) {
  if (grey.rows < 8 || grey.cols < 8) return 0;
  const cv::Mat kernel = (cv::Mat_<float>(3, 3) << 1, -2, 1, -2, 4, -2, 1, -2, 1);
  cv::Mat response;
  cv::filter2D(grey, response, CV_32F, kernel);
  response = cv::abs(response(cv::Rect(1, 1, grey.cols - 2, grey.rows - 2)));
  std::vector<float> values(response.begin<float>(), response.end<float>());
  constexpr double kMedianOfNormal = 0.6745, kKernelNorm = 6;  // Root of the sum of squares of the kernel.
  return Median(values) / (kMedianOfNormal * kKernelNorm);
}

void CheckNoise(const Subject& subject, Sheet& sheet) {
  sheet.Judge("NOISY", "noise_levels", NoiseSigma(LumaOf(subject.face.bgr)), 1);
}

}  // namespace gradphoto::check
