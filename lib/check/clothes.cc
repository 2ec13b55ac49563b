// SPDX-License-Identifier: Apache-2.0
#include "lib/check/clothes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "lib/check/aligned_face.h"
#include "lib/image/color.h"

namespace gradphoto::check {
namespace {

image::Lab LabOf(const cv::Vec3f& bgr) { return image::LabFromSrgb({bgr[2], bgr[1], bgr[0]}); }

// The outline of the largest piece of `person`, in px.
std::vector<cv::Point> Outline(const cv::Mat& person) {
  const cv::Mat inside = person > 0.5;
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(inside, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  if (outlines.empty()) return {};
  return *std::ranges::max_element(outlines, {}, [](const auto& outline) { return cv::contourArea(outline); });
}

// Whether a line from the outline outwards (unit vector) meets the person again: then this is a hole in the
// mask or a gap under hair, not the outer outline.
bool MeetsPersonAgain(const cv::Mat& person, const cv::Point2d& from, const cv::Point2d& outwards,
                      double pupils) {
  constexpr double kFirst = 0.1, kLast = 0.6, kStep = 0.05;  // Pupil distances.
  constexpr int kSteps = static_cast<int>((kLast - kFirst) / kStep) + 1;
  const cv::Rect picture({}, person.size());
  for (int i = 0; i < kSteps; ++i) {
    const cv::Point at = from + outwards * ((kFirst + i * kStep) * pupils);
    if (!picture.contains(at)) return false;
    if (person.at<float>(at) > 0.5f) return true;
  }
  return false;
}

// Contrasts along the outline below the chin, of the left and the right half.
std::array<std::vector<float>, 2> Contrasts(const cv::Mat& bgr, const cv::Mat& person, const BodyPlace& place) {
  const auto [centre_x, chin_y, pupils] = place;
  constexpr double kBesideNeck = 0.9;   // Pupil distances.
  constexpr double kLeastSlope = 1e-4;  // Of the mask, for each px.
  // Away from the outline itself, whose place the mask knows to a few pixels, in shares of the picture's width.
  const int near = std::max(2, person.cols / 80), far = std::max(5, person.cols / 27);
  const double off = (near + far) / 2.0;
  const int side = far - near + 1;  // Of the squares whose colour is taken.
  cv::Mat colour, soft, slope_x, slope_y;
  bgr.convertTo(colour, CV_32F);
  cv::blur(colour, colour, cv::Size(side, side));
  cv::GaussianBlur(person, soft, cv::Size(0, 0), std::max(1.5, person.cols / 120.0));
  cv::Sobel(soft, slope_x, CV_32F, 1, 0);
  cv::Sobel(soft, slope_y, CV_32F, 0, 1);
  const cv::Rect whole_squares(side / 2, side / 2, person.cols - side + 1, person.rows - side + 1);
  std::array<std::vector<float>, 2> contrasts;
  for (const cv::Point& at : Outline(person)) {
    if (at.x < 1 || at.x + 1 >= person.cols || at.y + 1 >= person.rows) continue;
    if (at.y < chin_y || std::abs(at.x - centre_x) < kBesideNeck * pupils) continue;
    const cv::Point2d slope(slope_x.at<float>(at), slope_y.at<float>(at));
    const double steepness = cv::norm(slope);
    if (steepness < kLeastSlope) continue;
    const cv::Point2d inwards = slope / steepness, across = inwards * off;
    const cv::Point inside = cv::Point2d(at) + across, outside = cv::Point2d(at) - across;
    if (!whole_squares.contains(inside) || !whole_squares.contains(outside)) continue;
    if (person.at<float>(inside) < 0.5f || person.at<float>(outside) > 0.5f) continue;
    if (MeetsPersonAgain(person, at, -inwards, pupils)) continue;
    const double difference =
        image::DeltaE2000(LabOf(colour.at<cv::Vec3f>(inside)), LabOf(colour.at<cv::Vec3f>(outside)));
    contrasts[at.x < centre_x ? 0 : 1].push_back(static_cast<float>(difference));
  }
  return contrasts;
}

}  // namespace

std::optional<double> BodyContrast(const cv::Mat& bgr, const cv::Mat& person, const BodyPlace& place) {
  constexpr double kLeastOutline = 0.08;  // Pupil distances.
  constexpr double kLost = 1 / 3.0;       // Share of the outline.
  constexpr double kOverWeaker = 2;
  constexpr double kAbove = 0.7;  // Pupil distances.
  // From a little above the chin, since shoulders may begin at its height.
  const int top = std::clamp(static_cast<int>(place.chin_y - kAbove * place.pupils), 0, bgr.rows);
  if (bgr.rows - top < std::max(8, bgr.cols / 27)) return std::nullopt;
  const cv::Range rows(top, bgr.rows);
  std::vector<double> sides;
  for (std::vector<float>& contrasts : Contrasts(bgr.rowRange(rows), person.rowRange(rows),
                                                 {place.centre_x, place.chin_y - top, place.pupils})) {
    if (static_cast<double>(contrasts.size()) < std::max(1.0, kLeastOutline * place.pupils)) continue;
    sides.push_back(Quantile(std::move(contrasts), kLost));
  }
  if (sides.empty()) return std::nullopt;
  if (sides.size() == 1) return sides.front();
  return std::min(std::sqrt(sides[0] * sides[1]), kOverWeaker * std::min(sides[0], sides[1]));
}

void CheckClothes(const OutputView& output, Sheet& sheet) {
  const geometry::FaceAnchors& anchors = output.head.anchors;
  const cv::Point2d chin = output.plan.OutputFromSource(anchors.chin);
  const BodyPlace place{chin.x, chin.y, anchors.PupilDistance() * output.plan.scale};
  const std::optional<double> contrast = BodyContrast(output.bgr, output.person, place);
  if (!contrast) return sheet.NotAssessed("CLOTHES_LIKE_BACKGROUND", "no outline of the body in the picture");
  sheet.Judge("CLOTHES_LIKE_BACKGROUND", "body_contrast_delta_e", *contrast, 1);
}

}  // namespace gradphoto::check
