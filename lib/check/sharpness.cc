// SPDX-License-Identifier: Apache-2.0
#include "lib/check/sharpness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
#include "lib/check/luma.h"
#include "lib/check/noise.h"

namespace gradphoto::check {
namespace {

constexpr int kLeastEdge_px = 16;
constexpr float kLeastGradient = 2;  // Grey levels per px; below it is noise.
// Above this much noise the gradients are taken of a smoothed picture; 100 clean portraits have 0.3 to 2.
constexpr double kNoisy = 2.5;
constexpr double kSharpShare = 0.25;  // Of the edges, the sharper ones: soft shadows are edges too.

struct Gradient {
  cv::Mat dx, dy, magnitude;
};

Gradient GradientOf(const cv::Mat& grey) {
  // Central differences: wider kernels blur the edge themselves.
  const cv::Mat kernel = (cv::Mat_<float>(1, 3) << -0.5f, 0, 0.5f);
  Gradient gradient;
  cv::filter2D(grey, gradient.dx, CV_32F, kernel);
  cv::filter2D(grey, gradient.dy, CV_32F, kernel.t());
  cv::magnitude(gradient.dx, gradient.dy, gradient.magnitude);
  return gradient;
}

// One picture and how its gradients are to be taken.
class Reblur {
 public:
  explicit Reblur(const cv::Mat& bgr) : grey_(LumaOf(bgr)) {
    const double noise = NoiseSigma(grey_);
    if (noise < kNoisy) {
      base_ = GradientOf(grey_);
      least_gradient_ = kLeastGradient;
      return;
    }
    base_sigma_ = 1;
    cv::Mat smooth;
    cv::GaussianBlur(grey_, smooth, cv::Size(0, 0), base_sigma_);
    base_ = GradientOf(smooth);
    // Noise of deviation n leaves a gradient of n / sqrt(8 pi s^4) after smoothing by s; four times that.
    least_gradient_ =
        std::max(kLeastGradient / 2, static_cast<float>(4 * noise / std::sqrt(8 * std::numbers::pi)));
  }

  const cv::Mat& grey() const { return grey_; }
  const Gradient& base() const { return base_; }
  double base_sigma() const { return base_sigma_; }
  float least_gradient() const { return least_gradient_; }

  // The blur at a pixel whose gradient falls from `before` to `after` when blurred by `reblur`; negative beside
  // edges, where blurring raises the gradient and the formula does not hold.
  float SigmaAt(float before, float after, double reblur) const {
    const double ratio = before / std::max(after, 1e-3f);
    if (ratio <= 1.02) return -1;
    const double squared = ratio * ratio;
    const double variance = (reblur * reblur - squared * base_sigma_ * base_sigma_) / (squared - 1);
    return static_cast<float>(std::sqrt(std::max(variance, 0.0)));
  }

 private:
  cv::Mat grey_;
  Gradient base_;
  double base_sigma_ = 0;
  float least_gradient_ = 0;
};

cv::Mat BlurredGradient(const cv::Mat& grey, double sigma) {
  cv::Mat blurred;
  cv::GaussianBlur(grey, blurred, cv::Size(0, 0), sigma);
  return GradientOf(blurred).magnitude;
}

template <typename Function>
void ForInnerPixels(const cv::Mat& picture, Function&& function) {
  for (int y = 2; y < picture.rows - 2; ++y) {
    for (int x = 2; x < picture.cols - 2; ++x) function(y, x);
  }
}

// The blur by one reblurring of `reblur` px; precise for blurs up to about twice as large.
std::optional<double> BlurByReblur(const Reblur& picture, double reblur) {
  constexpr double kEdgeShare = 0.08;  // The strongest edges: lids, lashes, irises, brows.
  constexpr std::size_t kLeastEdges = 40;
  const cv::Mat& before = picture.base().magnitude;
  const cv::Mat after = BlurredGradient(picture.grey(), reblur);
  std::vector<float> all(before.begin<float>(), before.end<float>());
  const float threshold = std::max(picture.least_gradient(), Percentile(all, 1 - kEdgeShare));
  std::vector<float> sigmas;
  ForInnerPixels(before, [&](int y, int x) {
    if (before.at<float>(y, x) < threshold) return;
    const float sigma = picture.SigmaAt(before.at<float>(y, x), after.at<float>(y, x), reblur);
    if (sigma >= 0) sigmas.push_back(sigma);
  });
  if (sigmas.size() < kLeastEdges) return std::nullopt;
  return Percentile(sigmas, kSharpShare);
}

// Of the gradient at (y, x): 0 horizontal, 1 down to the right, 2 vertical, 3 up to the right.
std::size_t DirectionAt(const Gradient& gradient, int y, int x) {
  const float dx = gradient.dx.at<float>(y, x), dy = gradient.dy.at<float>(y, x);
  constexpr float kTan22 = 0.41421356f;
  if (std::abs(dy) <= kTan22 * std::abs(dx)) return 0;
  if (std::abs(dx) <= kTan22 * std::abs(dy)) return 2;
  return (dx > 0) == (dy > 0) ? 1 : 3;
}

}  // namespace

std::optional<double> BlurSigma(const cv::Mat& bgr) {
  constexpr double kCoarse = 3.0, kFineReach = 1.5;  // Px.
  if (bgr.rows < kLeastEdge_px || bgr.cols < kLeastEdge_px) return std::nullopt;
  const Reblur picture(bgr);
  const std::optional<double> fine = BlurByReblur(picture, picture.base_sigma() + 1);
  if (!fine || *fine < kFineReach) return fine;
  const std::optional<double> coarse = BlurByReblur(picture, kCoarse);
  return coarse ? coarse : fine;
}

std::optional<MotionBlur> MeasureMotionBlur(const cv::Mat& bgr) {
  constexpr double kEdgeShare = 0.12;  // Of the pixels of each direction.
  constexpr std::size_t kLeastEdges = 25;
  constexpr double kNatural = 1.2;  // 100 portraits: one direction has up to 1.6 times the sigma of its
                                    // perpendicular one, at sigmas below 1 px, where 1.2 leaves 2 px of path.
  if (bgr.rows < kLeastEdge_px || bgr.cols < kLeastEdge_px) return std::nullopt;
  const Reblur picture(bgr);
  const double reblur = picture.base_sigma() + 2;
  const cv::Mat& before = picture.base().magnitude;
  const cv::Mat after = BlurredGradient(picture.grey(), reblur);
  std::array<std::vector<float>, 4> magnitudes, sigmas;
  ForInnerPixels(before, [&](int y, int x) {
    magnitudes[DirectionAt(picture.base(), y, x)].push_back(before.at<float>(y, x));
  });
  std::array<float, 4> thresholds{};
  for (std::size_t i = 0; i < 4; ++i) {
    thresholds[i] = magnitudes[i].empty()
                        ? 0
                        : std::max(picture.least_gradient(), Percentile(magnitudes[i], 1 - kEdgeShare));
  }
  const float least = *std::ranges::min_element(thresholds);
  ForInnerPixels(before, [&](int y, int x) {
    if (before.at<float>(y, x) < least) return;
    const std::size_t direction = DirectionAt(picture.base(), y, x);
    if (before.at<float>(y, x) < thresholds[direction]) return;
    const float sigma = picture.SigmaAt(before.at<float>(y, x), after.at<float>(y, x), reblur);
    if (sigma >= 0) sigmas[direction].push_back(sigma);
  });
  std::optional<MotionBlur> worst;
  for (std::size_t i = 0; i < 4; ++i) {
    std::vector<float>&along = sigmas[i], &across = sigmas[(i + 2) % 4];
    if (along.size() < kLeastEdges || across.size() < kLeastEdges) continue;
    const double s = Percentile(along, kSharpShare), natural = kNatural * Percentile(across, kSharpShare);
    const double length = std::sqrt(12 * std::max(0.0, s * s - natural * natural));
    if (!worst) worst.emplace();
    if (length > worst->length_px) *worst = {length, 45.0 * static_cast<double>(i)};
  }
  return worst;
}

void CheckSharpness(const Subject& subject, Sheet& sheet) {
  constexpr double kLeastPupilDistance =
      30;  // Px; smaller faces have too few edges, and FACE_TOO_SMALL says so.
  const cv::Mat& face = subject.face.bgr;
  if (subject.face.pupil_distance_px < kLeastPupilDistance) {
    sheet.NotAssessed("BLURRED", "the face is too small");
    return sheet.NotAssessed("MOTION_BLUR", "the face is too small");
  }
  // Lids, lashes and brows; a beard would pass for edges.
  if (const auto blur = BlurSigma(face(cv::Rect(0, 0, face.cols, face.rows / 2)))) {
    sheet.Judge("BLURRED", "blur_px", *blur, 2);
  } else {
    // A face of this size without edges is no sharp one: blurred beyond measure, or hardly any contrast.
    sheet.SendToReview("BLURRED", "no edges around the eyes");
  }
  if (const auto motion = MeasureMotionBlur(face)) {
    const std::string direction = std::to_string(static_cast<int>(motion->direction_deg)) + " deg";
    sheet.Judge("MOTION_BLUR", "motion_px", motion->length_px, 1, motion->length_px > 0 ? direction : "");
  } else {
    sheet.NotAssessed("MOTION_BLUR", "too few edges in the face");
  }
}

}  // namespace gradphoto::check
