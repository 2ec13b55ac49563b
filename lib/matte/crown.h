// SPDX-License-Identifier: Apache-2.0
// The top of the hair outline (头顶发际), which no face landmark gives: read from the person mask above the
// face.
#pragma once

#include <optional>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

namespace gradphoto::matte {

struct Crown {
  double y = 0;      // Row of the outline in mask pixels, edges at integers, interpolated below a pixel.
  bool cut = false;  // The hair reaches `visible_top`, or goes on beyond it or beyond the mask.
};

// `mask` is CV_32F 0..1. `eye_mid` and `face_width` are in mask pixels. `visible_top` is the first mask row
// that shows the photo (rows above it are made up). Looks at the columns over the face and climbs from the eyes
// to the highest row that still carries at least 0.4 of the face's width of hair: strands, spikes and the tip
// of a topknot above it do not count (with 0.4 the result agrees best with hand-placed crowns; on a round head
// it lies 4 % of the face's width below the very top). Nothing when the mask shows no head at the eyes.
std::optional<Crown> FindCrown(const cv::Mat& mask, const cv::Point2d& eye_mid, double face_width,
                               double visible_top);

}  // namespace gradphoto::matte
