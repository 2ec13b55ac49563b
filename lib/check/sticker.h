// SPDX-License-Identifier: Apache-2.0
// What was stuck or stamped on the photo and holds no writing to be read: seals, rings, discs, coloured
// stickers.
#pragma once

#include <optional>
#include <string>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

#include "lib/check/subject.h"

namespace gradphoto::check {

// A circle as compasses draw it: an edge at one distance from its centre, to 2 px.
struct Disc {
  cv::Point2d centre;
  double radius_px = 0;
  double share = 0;  // Of its circumference inside the picture (3/5 of it or more) that has the edge, 0..1.
};

// The plainest circle with a radius of 22 to 110 px in `bgr` (CV_8UC3, the finished picture's size), its centre
// not where `not_there` (CV_8U) is set: glasses are round.
std::optional<Disc> FindDisc(const cv::Mat& bgr, const cv::Mat& not_there);

// Px of the largest patch on plain skin (CV_8U, not 0: see PlainSkin) in a colour that this skin has not:
// 30 away from its median in the a and b of CIE Lab, at least 9 px thick.
int ForeignPatch(const cv::Mat& bgr, const cv::Mat& skin);

// CV_8U, 255 on the face but for eyes, brows, nose and mouth, in the planned frame.
cv::Mat PlainSkin(const face::Head& head, const geometry::CropPlan& plan);
// CV_8U, 255 around the eyes, where glasses are.
cv::Mat AroundEyes(const face::Head& head, const geometry::CropPlan& plan);

// What of these is in the frame of `subject`, which must have one, as the finding tells it; empty: nothing. A
// circle has 0.85 of its edge (portraits without: 0.71 at most), a patch 300 px.
std::string StickerOn(const Subject& subject);

}  // namespace gradphoto::check
