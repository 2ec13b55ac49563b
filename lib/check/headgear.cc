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

namespace {

// A rectangle around a place that is told from a point of the mesh; all lengths in pupil distances.
struct FramePlace {
  int landmark;
  cv::Point2d from_there;
  cv::Size2d half;

  // On a level picture with `unit` px between the pupils and their middle at `eyes`.
  cv::Rect On(const AlignedFace& face, double unit, const cv::Point2d& eyes) const {
    const cv::Point2d centre =
        (face.landmarks.At(landmark) - AlignedFace::Place(0, 0)) / AlignedFace::kPupilDistance + from_there;
    const cv::Point2d reach(half.width, half.height);
    return {cv::Point(eyes + (centre - reach) * unit), cv::Point(eyes + (centre + reach) * unit)};
  }
};

// How much of it is person, as far as the mask of the head goes down; 0 where that sees hardly any of it.
double PersonIn(const AlignedFace& face, const FramePlace& place) {
  const cv::Rect whole = place.On(face, AlignedFace::kPupilDistance, AlignedFace::Place(0, 0));
  const cv::Rect seen = whole & cv::Rect(cv::Point(), face.person.size());
  return 3 * seen.area() < whole.area() ? 0 : cv::mean(face.person(seen))[0];
}

// A level picture of the face and what surrounds it, from above the forehead to under the chin.
class Surroundings {
 public:
  explicit Surroundings(const Subject& subject) : face_(subject.aligned) {
    const face::Landmarks& landmarks = subject.head.landmarks;
    lab_ = ToLab(LevelPicture(subject.source, landmarks.At(face::point::kLeftPupil),
                              landmarks.At(face::point::kRightPupil), {kUnit_px, cv::Size(96, 124), kEyes_px}));
  }

  // The median colour. Nothing where the place lies outside of the picture.
  std::optional<cv::Vec3d> Colour(const FramePlace& place) const {
    const cv::Rect seen = place.On(face_, kUnit_px, kEyes_px) & cv::Rect(cv::Point(), lab_.size());
    if (seen.empty()) return std::nullopt;
    std::vector<cv::Mat> channels;
    cv::split(lab_(seen), channels);
    cv::Vec3d median;
    for (int i = 0; i < 3; ++i) {
      const cv::Mat& channel = channels[static_cast<std::size_t>(i)];
      median[i] = Quantile(std::vector<float>(channel.begin<float>(), channel.end<float>()), 0.5);
    }
    return median;
  }

 private:
  static constexpr double kUnit_px = 32;
  static inline const cv::Point2d kEyes_px{48, 52};

  const AlignedFace& face_;
  cv::Mat lab_;  // CV_32FC3.
};

// Light falls otherwise on the top of the head than under the chin: lightness counts half.
double ColourDistance(const cv::Vec3d& a, const cv::Vec3d& b) {
  const cv::Vec3d off = a - b;
  return std::hypot(off[0] / 2, off[1], off[2]);
}

}  // namespace

std::optional<double> FrameContrast(const Subject& subject) {
  constexpr double kLeastPupils_px = 40, kPerson = 0.3;
  constexpr int kForehead = 10, kLeftJaw = 58, kRightJaw = 288, kNose = 4, kLip = 17;  // Of the mesh.
  static const std::array<FramePlace, 3> kAround = {{{kForehead, {0, -0.28}, {0.35, 0.14}},
                                                     {kLeftJaw, {-0.14, 0}, {0.09, 0.2}},
                                                     {kRightJaw, {0.14, 0}, {0.09, 0.2}}}};
  static const FramePlace kBelow{face::point::kChin, {0, 0.22}, {0.3, 0.1}};
  static const FramePlace kCheeks{kNose, {0, -0.12}, {0.5, 0.17}}, kChin{kLip, {0, 0.15}, {0.2, 0.08}};
  const face::Landmarks& landmarks = subject.head.landmarks;
  const double pupils_px =
      cv::norm(landmarks.At(face::point::kRightPupil) - landmarks.At(face::point::kLeftPupil));
  const auto is_person = [&](const FramePlace& place) { return PersonIn(subject.aligned, place) >= kPerson; };
  const double lowest_px =
      landmarks.At(face::point::kChin).y + (kBelow.from_there.y + kBelow.half.height) * pupils_px;
  if (pupils_px < kLeastPupils_px || lowest_px > subject.source.rows ||
      !std::ranges::all_of(kAround, is_person)) {
    return std::nullopt;
  }

  const Surroundings around(subject);
  const auto below = around.Colour(kBelow), cheeks = around.Colour(kCheeks), chin = around.Colour(kChin);
  if (!below || !cheeks || !chin) return std::nullopt;
  std::vector<cv::Vec3d> frame = {*below};
  for (const FramePlace& place : kAround) {
    const auto colour = around.Colour(place);
    if (!colour) return std::nullopt;
    frame.push_back(*colour);
  }
  double unlike_skin = ColourDistance(*below, *chin), unlike_itself = 0;
  for (const cv::Vec3d& one : frame) {
    unlike_skin = std::min(unlike_skin, ColourDistance(one, *cheeks));
    for (const cv::Vec3d& other : frame) unlike_itself = std::max(unlike_itself, ColourDistance(one, other));
  }
  return unlike_skin - unlike_itself;
}

double HeadgearLogit(double colours, double brim_contrast) {
  constexpr double kWeight = 0.1, kMost = 40, kBetween = 1.55;
  return colours + kWeight * std::min(brim_contrast, kMost) - kBetween;
}

void CheckHeadgear(const Subject& subject, Sheet& sheet) {
  constexpr double kLeastPupils_px = 20, kHeadSeen_deg = 40, kFrameWeight = 0.3, kBetweenFrames = 5;
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
  double logit = HeadgearLogit(colours, *contrast);
  if (const auto frame = FrameContrast(subject); frame && *frame > 0) {
    logit = std::max(logit, kFrameWeight * (*frame - kBetweenFrames));
  }
  sheet.Judge("HEADGEAR", "headgear_percent", PercentOf(logit), 1);
}

}  // namespace gradphoto::check
