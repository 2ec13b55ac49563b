// SPDX-License-Identifier: Apache-2.0
// Places of a face that checks of light and colour look at: the openings of the eyes, their whites and irises,
// the skin, pairs of places that mirror each other. Linear light (IEC 61966-2-1 undone), because ratios of
// light are what a lamp, a shadow or a cast changes. Arithmetic on a FacePatch; nothing is learned.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "lib/check/subject.h"

namespace gradphoto::check {

struct LinearPatch {
  cv::Mat rgb;        // CV_32FC3, linear light 0..1, in the order red, green, blue.
  cv::Mat luminance;  // CV_32F, CIE Y 0..1.
};
LinearPatch ToLinear(const cv::Mat& bgr);  // CV_8UC3.

double Luminance(const cv::Vec3d& linear_rgb);

enum class Side { kLeft, kRight };  // Of the picture.
inline constexpr Side kBothSides[] = {Side::kLeft, Side::kRight};

// The mesh points of the rim of the lids, once around: the first is the outer corner, the ninth the inner one.
std::span<const int, 16> EyeRim(Side side);
// CV_8U, 255 between the lids; patch size.
cv::Mat EyeOpeningMask(const FacePatch& patch, Side side);
// CV_8U, 255 between the inner edges of the lips.
cv::Mat MouthOpeningMask(const FacePatch& patch);
// CV_8U, 255 on the skin: the face without its rim, the eyes and the lips.
cv::Mat SkinMask(const FacePatch& patch);

cv::Point2d IrisCentre(const face::Landmarks& landmarks, Side side);
double IrisRadius(const face::Landmarks& landmarks, Side side);

// Linear colour of the white of one eye: the mean of the brighter part of what lies between the lids outside
// the iris. Nothing when fewer than 8 pixels are seen.
std::optional<cv::Vec3d> WhiteOfEye(const FacePatch& patch, const LinearPatch& linear, Side side);

// Linear colour of the skin: the median over places on cheeks and nose that beards and hair leave free.
cv::Vec3d SkinColour(const FacePatch& patch, const LinearPatch& linear);

// Mesh points that mirror each other (left and right of the picture), on forehead, cheeks and nose; those at
// the eyes and the mouth, which move, are left out. From the forehead down.
std::span<const std::pair<int, int>> MirrorPairs();

// Median of `luminance` (CV_32F) around a point; nothing outside the picture.
std::optional<double> LuminanceAround(const cv::Mat& luminance, const cv::Point2d& centre, double radius_px);

}  // namespace gradphoto::check
