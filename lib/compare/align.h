// SPDX-License-Identifier: Apache-2.0
// From a face in a photo to the 112 x 112 px that the recognition nets want, the same for a photo and for its
// mirror image. Coordinates: pixels of the photo, pixel edges at integers.
#pragma once

#include <array>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

#include "lib/base/error.h"
#include "lib/face/landmarks.h"

namespace gradphoto::compare {

// Left and right pupil, tip of the nose, left and right corner of the mouth; sides of the picture.
using FacePoints = std::array<cv::Point2d, 5>;
FacePoints PointsOf(const face::Landmarks& landmarks);

// The mean of what the mesh sees in the levelled face and in its mirror image. It sees them up to 1.9 px of the
// nets' input apart, which moves similarities by up to 0.02; so it is 0.2 px and 0.006 (13 portraits of the
// Canada and legislators sets). `points` as they are where the mesh sees no face in either. Errors: kInternal -
// the net failed.
Result<FacePoints> BalancedPoints(const face::Landmarker& landmarker, const cv::Mat& bgr,
                                  const FacePoints& points);

// CV_8UC3, BGR, 112 x 112: the points are brought by the least-squares similarity (Umeyama 1991) onto the five
// points of ArcFace (Deng et al. 2019), which were made symmetric (the mean of them and of their mirror image),
// black where the photo ends. Only the part of the photo around the face is touched.
cv::Mat AlignFace(const cv::Mat& bgr, const FacePoints& points);

}  // namespace gradphoto::compare
