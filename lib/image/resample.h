// SPDX-License-Identifier: Apache-2.0
// The one resampling from the source photo to the output frame: scale and shift only.
// Pixel edges are at integers: the centre of the first pixel is (0.5, 0.5).
#pragma once

#include <opencv2/core/mat.hpp>

namespace gradphoto::image {

// output = (source - (x_px, y_px)) * scale, in both axes.
struct ScaleShift {
  double scale = 1.0;         // Output px per source px, > 0.
  double x_px = 0, y_px = 0;  // Source point that becomes the output's top-left corner.
};

// The means of 2 x 2 px; an odd last column or row is left out. Much quicker than a kernel over parts of
// pixels. Precondition: at least 2 x 2 px.
cv::Mat Halved(const cv::Mat& bgr);

// Renders a width_px * height_px frame of `bgr` (CV_8UC3). Separable Catmull-Rom cubic (Keys 1981, a = -0.5),
// widened by 1/scale when shrinking so that nothing aliases; computed in float on the gamma-encoded sRGB values
// (the spaces in which the nets and mattes were measured), rounded once. A picture that shrinks to less than a
// quarter is first halved by means of 2 x 2 px, as often as leaves a quarter at least: a third of the time, and
// 0.7 dB at most at the output's highest frequency. Where the frame leaves the source, the nearest source pixel
// is repeated: callers check first that it does not.
cv::Mat Resample(const cv::Mat& bgr, const ScaleShift& output_from_source, int width_px, int height_px);

}  // namespace gradphoto::image
