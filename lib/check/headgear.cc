// SPDX-License-Identifier: Apache-2.0
#include "lib/check/headgear.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/check/worn_model.h"

namespace gradphoto::check {
namespace {

// `lab`, smoothed a little.
cv::Mat Smoothed(const cv::Mat& lab) {
  constexpr double kSmooth = 2;
  cv::Mat smooth;
  cv::GaussianBlur(lab, smooth, cv::Size(0, 0), kSmooth);
  return smooth;
}

// Difference of colour between a little above and a little below every pixel; 0 where one of them is not
// person.
cv::Mat ColourSteps(const AlignedFace& face, const cv::Mat& lab) {
  constexpr int kReach = 5, kInside = 10;  // Px.
  constexpr float kPerson = 0.5F;
  cv::Mat steps = cv::Mat::zeros(lab.size(), CV_32F);
  for (int y = kInside; y < static_cast<int>(AlignedFace::kEyeY); ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      if (face.person.at<float>(y - kInside, x) < kPerson || face.person.at<float>(y + kInside, x) < kPerson)
        continue;
      const cv::Vec3f difference = lab.at<cv::Vec3f>(y + kReach, x) - lab.at<cv::Vec3f>(y - kReach, x);
      steps.at<float>(y, x) = static_cast<float>(cv::norm(difference));
    }
  }
  return steps;
}

// Whether what lies along a line (CIELAB colours) is cloth and neither hair nor skin. Evenly dyed: half of it
// within 2.2 of its median colour; hair along the clearest arcs of 104 bare heads spreads 2.9 to 22, but black
// hair is as even. Or of a hue of its own, blue, green or crimson, and the same all along (chroma spreads 2.9
// on a knitted cap, 3.6 and more on dyed strands).
bool IsCloth(const std::vector<cv::Vec3f>& colours) {
  constexpr double kEven = 2.2, kEvenHue = 3.6;
  constexpr double kBlack_l = 20, kBlackChroma = 8;
  constexpr double kBluest_b = -6, kGreenest_a = -6, kReddest_a = 18,
                   kCrimson = 0.6;  // b* over a* of hair: more.
  cv::Vec3d median;
  for (int i = 0; i < 3; ++i) {
    std::vector<float> values;
    for (const cv::Vec3f& colour : colours) values.push_back(colour[i]);
    median[i] = Quantile(std::move(values), 0.5);
  }
  std::vector<float> whole, chroma;
  for (const cv::Vec3f& colour : colours) {
    const cv::Vec3d off = cv::Vec3d(colour) - median;
    whole.push_back(static_cast<float>(cv::norm(off)));
    chroma.push_back(static_cast<float>(std::hypot(off[1], off[2])));
  }
  const double l = median[0], a = median[1], b = median[2];
  const bool black = l < kBlack_l && std::hypot(a, b) < kBlackChroma;
  if (Quantile(std::move(whole), 0.5) < kEven && !black) return true;
  const bool hue = b < kBluest_b || a < kGreenest_a || (a > kReddest_a && b < kCrimson * a);
  return hue && Quantile(std::move(chroma), 0.5) < kEvenHue;
}

}  // namespace

std::optional<double> BrimContrast(const AlignedFace& face) {
  constexpr double kHalfWidth = 1.0, kHighest = 1.25, kAboveBrows = 0.08;  // Pupil distances.
  constexpr double kLeastForehead = 0.35;
  // The middle of a visor may hang over the brows, since its ends rise as no frame of glasses and no brow does.
  constexpr double kVisor = -0.1, kBelowBrows = 0.10;
  constexpr std::array kFalls = {-0.26, -0.19, -0.12, -0.05, 0.02, 0.09, 0.16, 0.23, 0.30};
  constexpr std::array kTilts = {-0.12, -0.06, 0.0, 0.06, 0.12};
  constexpr int kSamples = 101, kRowStep = 2;
  constexpr std::size_t kWeakest = 8;  // Of 101: the 8th percentile.
  constexpr int kLeftTemple = 21, kRightTemple = 251;
  constexpr std::array kBrows = {70, 63, 105, 66, 107, 300, 293, 334, 296, 336};

  double brows = AlignedFace::kHeight;
  for (const int point : kBrows) brows = std::min(brows, face.landmarks.At(point).y);
  const double centre = (face.landmarks.At(kLeftTemple).x + face.landmarks.At(kRightTemple).x) / 2;
  const int lowest = std::min(static_cast<int>(brows - kAboveBrows * AlignedFace::kPupilDistance),
                              static_cast<int>(AlignedFace::kEyeY));
  const int lowest_visor = std::min(static_cast<int>(brows + kBelowBrows * AlignedFace::kPupilDistance),
                                    static_cast<int>(AlignedFace::kEyeY));
  // How much of the forehead the photo shows.
  const int column = std::clamp(static_cast<int>(centre), 0, AlignedFace::kWidth - 1);
  int visible = std::max(lowest, 0);
  while (visible > 0 && face.person.at<float>(visible - 1, column) > 0) --visible;
  if (lowest - visible < kLeastForehead * AlignedFace::kPupilDistance) return std::nullopt;

  constexpr double kCloth = 1.4;
  constexpr int kAbove = 7;  // Px above the edge, beyond its blur.
  const cv::Mat smooth = Smoothed(face.lab), steps = ColourSteps(face, smooth);
  std::array<int, kSamples> columns;
  std::array<double, kSamples> t;
  for (std::size_t i = 0; i < kSamples; ++i) {
    t[i] = 2.0 * static_cast<double>(i) / (kSamples - 1) - 1;
    columns[i] =
        std::clamp(static_cast<int>(std::lround(centre + t[i] * kHalfWidth * AlignedFace::kPupilDistance)), 0,
                   AlignedFace::kWidth - 1);
  }
  double best = 0;
  std::array<int, kSamples> offsets, best_rows{};
  std::vector<float> values(kSamples);
  for (const double fall : kFalls) {
    for (const double tilt : kTilts) {
      for (std::size_t i = 0; i < kSamples; ++i) {
        offsets[i] =
            static_cast<int>(std::lround((fall * t[i] * t[i] + tilt * t[i]) * AlignedFace::kPupilDistance));
      }
      for (int row = std::max(0, static_cast<int>(AlignedFace::kEyeY - kHighest * AlignedFace::kPupilDistance));
           row < (fall < kVisor ? lowest_visor : lowest); row += kRowStep) {
        for (std::size_t i = 0; i < kSamples; ++i) {
          values[i] = steps.at<float>(std::clamp(row + offsets[i], 0, steps.rows - 1), columns[i]);
        }
        std::ranges::nth_element(values, values.begin() + kWeakest);
        if (values[kWeakest] <= best) continue;
        best = values[kWeakest];
        for (std::size_t i = 0; i < kSamples; ++i) best_rows[i] = row + offsets[i];
      }
    }
  }
  std::vector<cv::Vec3f> above(kSamples);
  for (std::size_t i = 0; i < kSamples; ++i) {
    above[i] = smooth.at<cv::Vec3f>(std::clamp(best_rows[i] - kAbove, 0, smooth.rows - 1), columns[i]);
  }
  return best * (IsCloth(above) ? kCloth : 1);
}

double HeadgearLogit(double colours, double brim_contrast) {
  constexpr double kWeight = 0.1, kMost = 40, kBetween = 1.55;
  return colours + kWeight * std::min(brim_contrast, kMost) - kBetween;
}

void CheckHeadgear(const Subject& subject, Sheet& sheet) {
  constexpr double kLeastPupils_px = 20, kHeadSeen_deg = 40;
  const face::Landmarks& landmarks = subject.head.landmarks;
  const cv::Point2d left = landmarks.At(face::point::kLeftPupil),
                    right = landmarks.At(face::point::kRightPupil);
  if (cv::norm(right - left) < kLeastPupils_px) return sheet.NotAssessed("HEADGEAR", "the face is too small");
  if (std::abs(subject.head.pose.yaw_deg) > kHeadSeen_deg) {
    return sheet.NotAssessed("HEADGEAR", "the head is turned too far");
  }
  const std::optional<double> contrast = BrimContrast(subject.aligned);
  if (!contrast) return sheet.NotAssessed("HEADGEAR", "the photo ends close above the brows");
  const double colours = HeadgearModel().Logit(WornFeatures(subject.source, left, right, kUpperHead));
  sheet.Measure("brim_delta_e", *contrast, 1);
  sheet.Judge("HEADGEAR", "headgear_percent", PercentOf(HeadgearLogit(colours, *contrast)), 1);
}

}  // namespace gradphoto::check
