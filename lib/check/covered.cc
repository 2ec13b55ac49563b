// SPDX-License-Identifier: Apache-2.0
#include "lib/check/covered.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <opencv2/core.hpp>

namespace gradphoto::check {
namespace {

constexpr double kUnit = AlignedFace::kPupilDistance;
// Mesh points. The cheeks are those beside the nose, above where beards grow.
constexpr int kNoseRoot = 168, kForehead = 9, kNoseTip = 4, kLeftCheek = 205, kRightCheek = 425;
constexpr std::array<int, 12> kLips = {0, 37, 267, 17, 84, 314, 11, 16, 72, 302, 85, 315};

struct Colour {
  double l = 0, a = 0, b = 0;
};

double Difference(const Colour& one, const Colour& other) {
  constexpr double kLightness = 0.4;
  return std::hypot(kLightness * (one.l - other.l), one.a - other.a, one.b - other.b);
}

class Sampler {
 public:
  explicit Sampler(const AlignedFace& face) : face_(face) { cv::split(face.lab, channels_); }
  // Median of a square, half its side in pupil distances.
  Colour At(const cv::Point2d& centre, double half) const {
    const auto median = [&](std::size_t channel) {
      return QuantileAround(channels_[channel], centre, half * kUnit, half * kUnit);
    };
    return {median(0), median(1), median(2)};
  }
  Colour At(int point, double half) const { return At(face_.landmarks.At(point), half); }
  Colour Lips() const {
    std::array<std::vector<float>, 3> values;
    for (const int point : kLips) {
      const cv::Point2d at = face_.landmarks.At(point);
      for (std::size_t i = 0; i < 3; ++i) {
        values[i].push_back(static_cast<float>(QuantileAround(channels_[i], at, 1, 1)));
      }
    }
    return {Quantile(values[0], 0.5), Quantile(values[1], 0.5), Quantile(values[2], 0.5)};
  }

 private:
  const AlignedFace& face_;
  std::array<cv::Mat, 3> channels_;
};

}  // namespace

double CoverDifference(const AlignedFace& face) {
  constexpr double kLessRed = 12, kLessYellow = 25;
  const Sampler sampler(face);
  const auto under = [&](int pupil) {
    return sampler.At(face.landmarks.At(pupil) + cv::Point2d(0, 0.22 * kUnit), 0.06);
  };
  const std::array<Colour, 4> skin = {sampler.At(kNoseRoot, 0.06), sampler.At(kForehead, 0.06),
                                      under(face::point::kLeftPupil), under(face::point::kRightPupil)};
  const std::array<Colour, 3> middle = {sampler.At(kNoseTip, 0.05), sampler.At(kLeftCheek, 0.09),
                                        sampler.At(kRightCheek, 0.09)};
  const auto nearest = [](const Colour& colour, const auto& others) {
    return std::ranges::min(others, {}, [&](const Colour& other) { return Difference(colour, other); });
  };
  double covered = 1e9;
  for (const Colour& place : middle) covered = std::min(covered, Difference(place, nearest(place, skin)));
  const Colour lips = sampler.Lips(), beside = nearest(lips, middle);
  if (lips.a < beside.a - kLessRed || lips.b < beside.b - kLessYellow)
    covered = std::max(covered, Difference(lips, beside));
  return covered;
}

void CheckCovered(const Subject& subject, Sheet& sheet) {
  sheet.Judge("FACE_COVERED", "cover_delta_e", CoverDifference(subject.aligned), 1);
}

}  // namespace gradphoto::check
