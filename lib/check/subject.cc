// SPDX-License-Identifier: Apache-2.0
#include "lib/check/subject.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "lib/face/outline.h"
#include "lib/image/resample.h"

namespace gradphoto::check {

double LightScale(const face::Head& head) {
  return std::min(1.0, kLightPupils_px / head.anchors.PupilDistance());
}

FacePatch MakeFacePatch(const cv::Mat& source, const face::Head& head, double scale) {
  FacePatch patch;
  patch.scale = std::min(1.0, scale);
  std::vector<cv::Point> outline;
  for (const cv::Point2d& point : face::FaceOutline(head.landmarks, 1.0)) {
    outline.emplace_back(point * patch.scale);
  }
  const cv::Rect box = cv::boundingRect(outline);
  const image::ScaleShift shift{patch.scale, box.x / patch.scale, box.y / patch.scale};
  patch.bgr = image::Resample(source, shift, box.width, box.height);
  patch.mask = cv::Mat::zeros(patch.bgr.size(), CV_8U);
  for (cv::Point& point : outline) point -= box.tl();
  cv::fillPoly(patch.mask, std::vector{outline}, cv::Scalar(255));
  patch.landmarks = head.landmarks;
  for (cv::Point3d& point : patch.landmarks.points) {
    point = cv::Point3d((point.x - shift.x_px) * patch.scale, (point.y - shift.y_px) * patch.scale,
                        point.z * patch.scale);
  }
  patch.pupil_distance_px = head.anchors.PupilDistance() * patch.scale;
  return patch;
}

}  // namespace gradphoto::check
