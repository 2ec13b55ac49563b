// SPDX-License-Identifier: Apache-2.0
#include "tests/support/faults.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
#include "lib/check/shoulders.h"
#include "lib/face/outline.h"
#include "lib/image/color.h"
#include "lib/image/encode.h"
#include "lib/image/resample.h"
#include "lib/matte/matte.h"
#include "lib/pipeline/analysis.h"
#include "lib/pipeline/frame.h"
#include "tests/support/faults_paint.h"

namespace gradphoto::faults {
namespace {

// Bilinear warp; `source_of` gives the source point (edges at integers) for a target point.
template <typename SourceOf>
cv::Mat Warp(const cv::Mat& bgr, const SourceOf& source_of, int border) {
  cv::Mat_<float> x(bgr.size()), y(bgr.size());
  for (int row = 0; row < bgr.rows; ++row) {
    for (int column = 0; column < bgr.cols; ++column) {
      const cv::Point2d from = source_of(cv::Point2d(column + 0.5, row + 0.5));
      x(row, column) = static_cast<float>(from.x - 0.5);
      y(row, column) = static_cast<float>(from.y - 0.5);
    }
  }
  cv::Mat warped;
  cv::remap(bgr, warped, x, y, cv::INTER_CUBIC, border);
  return warped;
}

double LinearOfLstar(double l) {
  const double f = (l + 16) / 116;
  return l > 8 ? f * f * f : l / 903.3;
}
double LstarOfLinear(double y) { return y > 0.008856 ? 116 * std::cbrt(y) - 16 : 903.3 * y; }

// Median linear colour of the sure wall, B G R.
cv::Vec3f WallMedian(const Portrait& portrait) {
  std::array<std::vector<float>, 3> values;
  for (int y = 0; y < portrait.bgr.rows; y += 5) {
    for (int x = 0; x < portrait.bgr.cols; x += 5) {
      if (portrait.person.at<float>(y, x) > 0.02f) continue;
      const cv::Vec3b& pixel = portrait.bgr.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) {
        values[static_cast<std::size_t>(c)].push_back(static_cast<float>(image::LinearFromSrgb(pixel[c])));
      }
    }
  }
  cv::Vec3f median(0.5f, 0.5f, 0.5f);
  for (int c = 0; c < 3; ++c) {
    std::vector<float>& list = values[static_cast<std::size_t>(c)];
    if (list.empty()) continue;
    median[c] = std::max(Median(list), 1e-3f);
  }
  return median;
}

double LuminanceOf(const cv::Vec3f& bgr) { return 0.0722 * bgr[0] + 0.7152 * bgr[1] + 0.2126 * bgr[2]; }

// Multiplies the wall's light by gain(point); the person keeps its own.
template <typename Gain>
cv::Mat RelightWall(const Portrait& portrait, const Gain& gain) {
  cv::Mat linear = ToLinear(portrait.bgr);
  for (int y = 0; y < linear.rows; ++y) {
    for (int x = 0; x < linear.cols; ++x) {
      const float wall = 1 - portrait.person.at<float>(y, x);
      if (wall <= 0) continue;
      const cv::Vec3f g = gain(cv::Point2d(x + 0.5, y + 0.5));
      cv::Vec3f& pixel = linear.at<cv::Vec3f>(y, x);
      for (int c = 0; c < 3; ++c) pixel[c] *= 1 + wall * (g[c] - 1);
    }
  }
  return FromLinear(linear);
}

template <typename Gain>
cv::Mat RelightPerson(const Portrait& portrait, const Gain& gain) {
  cv::Mat linear = ToLinear(portrait.bgr);
  for (int y = 0; y < linear.rows; ++y) {
    for (int x = 0; x < linear.cols; ++x) {
      const float person = portrait.person.at<float>(y, x);
      if (person <= 0) continue;
      const double g = 1 + person * (gain(cv::Point2d(x + 0.5, y + 0.5)) - 1);
      linear.at<cv::Vec3f>(y, x) *= g;
    }
  }
  return FromLinear(linear);
}

cv::Mat ScaleLinear(const cv::Mat& bgr, const cv::Vec3f& gain) {
  cv::Mat linear = ToLinear(bgr);
  linear = linear.mul(cv::Scalar(gain[0], gain[1], gain[2]));
  return FromLinear(linear);
}

// CIE 1931 chromaticity of the Planckian locus, 1667 to 25000 K. Source: Kim et al., US patent 7024034 (2006).
cv::Point2d PlanckianXy(double kelvin) {
  const double t = 1000 / kelvin;
  const double x = kelvin <= 4000 ? -0.2661239 * t * t * t - 0.2343589 * t * t + 0.8776956 * t + 0.179910
                                  : -3.0258469 * t * t * t + 2.1070379 * t * t + 0.2226347 * t + 0.240390;
  const double y = kelvin <= 2222   ? -1.1063814 * x * x * x - 1.34811020 * x * x + 2.18555832 * x - 0.20219683
                   : kelvin <= 4000 ? -0.9549476 * x * x * x - 1.37418593 * x * x + 2.09137015 * x - 0.16748867
                                    : 3.0817580 * x * x * x - 5.87338670 * x * x + 3.75112997 * x - 0.37001483;
  return {x, y};
}

cv::Vec3d XyzOf(double kelvin) {
  const cv::Point2d xy = PlanckianXy(kelvin);
  return {xy.x / xy.y, 1.0, (1 - xy.x - xy.y) / xy.y};
}

// Photos are JPEG with the facts of the original, changed where the new file differs.
image::Photo Reread(const cv::Mat& bgr, int quality, image::ChromaSampling sampling) {
  const auto bytes = image::EncodeJpeg(bgr, quality, sampling, 300);
  CV_Assert(bytes.has_value());
  auto photo = image::Decode(*bytes);
  CV_Assert(photo.has_value());
  return std::move(*photo);
}

cv::Mat Resized(const cv::Mat& bgr, double scale) {
  return image::Resample(bgr, {scale, 0, 0}, std::max(1, static_cast<int>(std::lround(bgr.cols * scale))),
                         std::max(1, static_cast<int>(std::lround(bgr.rows * scale))));
}

cv::Mat ResizedTo(const cv::Mat& bgr, cv::Size size) {
  cv::Mat result;
  cv::resize(bgr, result, size, 0, 0, cv::INTER_CUBIC);
  return result;
}

double SmoothStep(double from, double to, double value) {
  const double t = std::clamp((value - from) / (to - from), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

}  // namespace

cv::Mat ToLinear(const cv::Mat& bgr) {
  static const cv::Mat table = [] {
    cv::Mat lut(1, 256, CV_32F);
    for (int i = 0; i < 256; ++i) lut.at<float>(i) = static_cast<float>(image::LinearFromSrgb(i));
    return lut;
  }();
  std::vector<cv::Mat> planes;
  cv::split(bgr, planes);
  for (cv::Mat& plane : planes) cv::LUT(plane.clone(), table, plane);
  cv::Mat linear;
  cv::merge(planes, linear);
  return linear;
}

cv::Mat FromLinear(const cv::Mat& linear) {
  constexpr int kSteps = 1 << 15;
  static const std::vector<unsigned char> table = [] {
    std::vector<unsigned char> values(kSteps + 1);
    for (int i = 0; i <= kSteps; ++i) {
      const double v = static_cast<double>(i) / kSteps;
      values[static_cast<std::size_t>(i)] = cv::saturate_cast<unsigned char>(image::SrgbFromLinear(v));
    }
    return values;
  }();
  cv::Mat bgr(linear.size(), CV_8UC3);
  for (int y = 0; y < linear.rows; ++y) {
    for (int x = 0; x < linear.cols; ++x) {
      const cv::Vec3f& from = linear.at<cv::Vec3f>(y, x);
      cv::Vec3b& to = bgr.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) {
        to[c] = table[static_cast<std::size_t>(std::clamp(from[c], 0.0f, 1.0f) * kSteps + 0.5f)];
      }
    }
  }
  return bgr;
}

Result<Portrait> Study(const pipeline::Engine& engine, const image::Photo& photo) {
  TRY_ASSIGN(const auto analysis, pipeline::Analyse(engine, photo.bgr, face::Orientation::kKnown));
  if (!analysis.head) return Fail(ErrorKind::kInput, "no face");
  const auto frame = pipeline::PlanFrame(engine.standard, *analysis.head, analysis.bgr.size());
  Portrait portrait;
  portrait.bgr = analysis.bgr;
  portrait.landmarks = analysis.head->landmarks;
  portrait.anchors = analysis.head->anchors;
  portrait.pose = analysis.head->pose;
  portrait.facts = photo.facts;
  if (!engine.standard.background.allowed.empty()) {
    const std::array<int, 3>& rgb = engine.standard.background.allowed.front().rgb;
    portrait.background_rgb = cv::Scalar(rgb[0], rgb[1], rgb[2]);
  }
  portrait.scale = frame.plan.scale;
  portrait.frame = {frame.plan.x_px, frame.plan.y_px, frame.plan.width_px / frame.plan.scale,
                    frame.plan.height_px / frame.plan.scale};

  // The matte of a head-and-shoulders region at the output's scale, brought back to the photo's.
  const double pupils = portrait.anchors.PupilDistance();
  const cv::Point2d eyes = portrait.anchors.EyeMid();
  const cv::Rect2d wanted(eyes.x - 4 * pupils, eyes.y - 4 * pupils, 8 * pupils, 9 * pupils);
  const cv::Rect2d region = wanted & cv::Rect2d(0, 0, photo.bgr.cols, photo.bgr.rows);
  const double scale = std::min(1.0, portrait.scale);
  const cv::Size size(std::max(64, static_cast<int>(region.width * scale)),
                      std::max(64, static_cast<int>(region.height * scale)));
  const matte::FrameContext context(
      image::Resample(portrait.bgr, {scale, region.x, region.y}, size.width, size.height), {{0, 0}, size});
  TRY_ASSIGN(const auto mask, matte::FrameMask(engine.masker, context));
  matte::HeadShape head;
  for (const cv::Point2d& point : face::FaceOutline(portrait.landmarks, 0.85)) {
    head.face_core.emplace_back((point - region.tl()) * scale);
  }
  TRY_ASSIGN(const auto matte, matte::ComputeMatte(engine.masker, context, mask, head));
  const cv::Mat to_photo = (cv::Mat_<double>(2, 3) << 1 / scale, 0, region.x, 0, 1 / scale, region.y);
  cv::warpAffine(matte.alpha, portrait.person, to_photo, portrait.bgr.size(), cv::INTER_LINEAR,
                 cv::BORDER_CONSTANT, 0);
  // Below the region the body goes on as at its lower edge.
  const int last = static_cast<int>(region.br().y) - 3;
  for (int y = std::max(0, last); y < portrait.person.rows; ++y) {
    portrait.person.row(std::max(0, last - 1)).copyTo(portrait.person.row(y));
  }
  return portrait;
}

// --- Lens and sensor
// ------------------------------------------------------------------------------------------

cv::Mat DefocusGaussian(const Portrait& portrait, double sigma_px) {
  cv::Mat linear = ToLinear(portrait.bgr);
  cv::GaussianBlur(linear, linear, {}, sigma_px / portrait.scale, 0, cv::BORDER_REPLICATE);
  return FromLinear(linear);
}

cv::Mat DefocusDisc(const Portrait& portrait, double radius_px) {
  const double radius = radius_px / portrait.scale;
  const int half = static_cast<int>(std::ceil(radius)) + 1;
  cv::Mat kernel(2 * half + 1, 2 * half + 1, CV_32F);
  for (int y = -half; y <= half; ++y) {
    for (int x = -half; x <= half; ++x) {
      kernel.at<float>(y + half, x + half) =
          static_cast<float>(std::clamp(radius + 0.5 - std::hypot(x, y), 0.0, 1.0));
    }
  }
  kernel /= cv::sum(kernel)[0];
  cv::Mat linear = ToLinear(portrait.bgr);
  cv::filter2D(linear, linear, -1, kernel, {-1, -1}, 0, cv::BORDER_REPLICATE);
  return FromLinear(linear);
}

cv::Mat MotionBlur(const Portrait& portrait, double length_px, double angle_deg) {
  const double length = length_px / portrait.scale, angle = angle_deg * std::numbers::pi / 180;
  const int half = static_cast<int>(std::ceil(length / 2)) + 1;
  cv::Mat kernel = cv::Mat::zeros(2 * half + 1, 2 * half + 1, CV_32F);
  const int steps = 8 * (2 * half + 1);
  for (int i = 0; i <= steps; ++i) {  // A moving point, spread over its four neighbours.
    const double t = (static_cast<double>(i) / steps - 0.5) * length;
    const double x = half + t * std::cos(angle), y = half + t * std::sin(angle);
    const int x0 = static_cast<int>(std::floor(x)), y0 = static_cast<int>(std::floor(y));
    const double fx = x - x0, fy = y - y0;
    kernel.at<float>(y0, x0) += static_cast<float>((1 - fx) * (1 - fy));
    kernel.at<float>(y0, x0 + 1) += static_cast<float>(fx * (1 - fy));
    kernel.at<float>(y0 + 1, x0) += static_cast<float>((1 - fx) * fy);
    kernel.at<float>(y0 + 1, x0 + 1) += static_cast<float>(fx * fy);
  }
  kernel /= cv::sum(kernel)[0];
  cv::Mat linear = ToLinear(portrait.bgr);
  cv::filter2D(linear, linear, -1, kernel, {-1, -1}, 0, cv::BORDER_REPLICATE);
  return FromLinear(linear);
}

cv::Mat Noise(const Portrait& portrait, double sigma, unsigned seed) {
  cv::RNG random(seed);
  cv::Mat noise(portrait.bgr.size(), CV_32FC3), result;
  random.fill(noise, cv::RNG::NORMAL, 0, sigma / std::min(1.0, portrait.scale));  // Shrinking averages.
  portrait.bgr.convertTo(result, CV_32FC3);
  result += noise;
  result.convertTo(result, CV_8UC3);
  return result;
}

// --- Light and colour
// -----------------------------------------------------------------------------------------

cv::Mat Exposure(const Portrait& portrait, double stops) {
  const auto gain = static_cast<float>(std::exp2(stops));
  return ScaleLinear(portrait.bgr, {gain, gain, gain});
}

cv::Mat Backlight(const Portrait& portrait, double stops) {
  const double gain = std::exp2(-stops);
  return RelightPerson(portrait, [&](const cv::Point2d&) { return gain; });
}

cv::Mat Contrast(const Portrait& portrait, double factor) {
  cv::Mat result;
  portrait.bgr.convertTo(result, CV_8UC3, factor, 128 * (1 - factor));
  return result;
}

cv::Mat LightOfKelvin(const Portrait& portrait, double kelvin) {
  // von Kries in Bradford cones: what stands there under 6504 K, seen under the lamp without white balance.
  const cv::Matx33d bradford(0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296);
  const cv::Matx33d xyz_of_rgb(0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522, 0.0721750, 0.0193339,
                               0.1191920, 0.9503041);
  const cv::Vec3d lamp = bradford * XyzOf(kelvin), day = bradford * XyzOf(6504);
  const cv::Matx33d cones = cv::Matx33d::diag({lamp[0] / day[0], lamp[1] / day[1], lamp[2] / day[2]});
  const cv::Matx33d change = xyz_of_rgb.inv() * bradford.inv() * cones * bradford * xyz_of_rgb;
  cv::Mat linear = ToLinear(portrait.bgr);
  for (int y = 0; y < linear.rows; ++y) {
    for (int x = 0; x < linear.cols; ++x) {
      cv::Vec3f& pixel = linear.at<cv::Vec3f>(y, x);
      const cv::Vec3d rgb = change * cv::Vec3d(pixel[2], pixel[1], pixel[0]);
      pixel = {static_cast<float>(rgb[2]), static_cast<float>(rgb[1]), static_cast<float>(rgb[0])};
    }
  }
  return FromLinear(linear);
}

cv::Mat GreenCast(const Portrait& portrait, double stops) {
  const double green = std::exp2(stops * 2 / 3), other = std::exp2(-stops / 3);
  return ScaleLinear(portrait.bgr,
                     {static_cast<float>(other), static_cast<float>(green), static_cast<float>(other)});
}

cv::Mat SideLight(const Portrait& portrait, double ratio) {
  const Local local(portrait);
  const double half = 0.35 * local.half_width;  // The light falls off over a third of the face.
  return RelightPerson(portrait, [&](const cv::Point2d& point) {
    const double u = local.Of(point).x;
    return std::pow(ratio, -SmoothStep(-half, half, u));
  });
}

cv::Mat Highlights(const Portrait& portrait, double radius) {
  const face::Landmarks& marks = portrait.landmarks;
  const double r = radius * portrait.anchors.FaceWidth();
  struct Spot {
    cv::Point2d at;
    double wide, high;
  };
  const std::array<Spot, 4> spots = {{{marks.At(151), 1.3, 0.9},                       // Forehead.
                                      {(marks.At(50) + marks.At(101)) / 2, 0.8, 1.0},  // Cheeks.
                                      {(marks.At(280) + marks.At(330)) / 2, 0.8, 1.0},
                                      {(marks.At(4) + marks.At(5)) / 2, 0.35, 0.6}}};  // Nose.
  cv::Mat linear = ToLinear(portrait.bgr);
  for (int y = 0; y < linear.rows; ++y) {
    for (int x = 0; x < linear.cols; ++x) {
      double light = 0;
      for (const Spot& spot : spots) {
        const double dx = (x + 0.5 - spot.at.x) / (spot.wide * r), dy = (y + 0.5 - spot.at.y) / (spot.high * r);
        const double d2 = dx * dx + dy * dy;
        if (d2 < 9) light += 1.6 * std::exp(-0.9 * d2);  // A mirror image of a lamp: clipped inside radius 1.
      }
      if (light > 0) linear.at<cv::Vec3f>(y, x) += cv::Vec3f::all(static_cast<float>(light));
    }
  }
  return FromLinear(linear);
}

cv::Mat RedEye(const Portrait& portrait, double iris_share) {
  cv::Mat result = portrait.bgr.clone();
  for (const Eye& eye : EyesOf(portrait)) {
    const cv::Mat opening = SoftPolygon(result.size(), eye.opening, 0.01 * portrait.anchors.PupilDistance());
    const double radius = iris_share * eye.iris_radius;
    const cv::Rect box = cv::Rect(cv::Point(eye.pupil) - cv::Point(40, 40) * static_cast<int>(1 + radius / 20),
                                  cv::Size(80, 80) * static_cast<int>(1 + radius / 20)) &
                         cv::Rect({}, result.size());
    for (int y = box.y; y < box.br().y; ++y) {
      for (int x = box.x; x < box.br().x; ++x) {
        const double d = cv::norm(cv::Point2d(x + 0.5, y + 0.5) - eye.pupil);
        cv::Vec3b& pixel = result.at<cv::Vec3b>(y, x);
        const double shine = SmoothStep(120, 200, pixel[1]);  // The lamp's reflection stays white.
        const double w =
            opening.at<float>(y, x) * (1 - SmoothStep(0.8 * radius, 1.1 * radius, d)) * (1 - shine);
        const cv::Vec3d red(45, 30, 190 + 40 * (1 - d / std::max(radius, 1.0)));
        for (int c = 0; c < 3; ++c)
          pixel[c] = cv::saturate_cast<unsigned char>(pixel[c] * (1 - w) + red[c] * w);
      }
    }
  }
  return result;
}

cv::Mat Grey(const Portrait& portrait) {
  cv::Mat grey, result;
  cv::cvtColor(portrait.bgr, grey, cv::COLOR_BGR2GRAY);
  cv::cvtColor(grey, result, cv::COLOR_GRAY2BGR);
  return result;
}

cv::Mat Sepia(const Portrait& portrait) {
  cv::Mat grey;
  cv::cvtColor(portrait.bgr, grey, cv::COLOR_BGR2GRAY);
  cv::Mat tone(1, 256, CV_8UC3);
  for (int i = 0; i < 256; ++i) {
    tone.at<cv::Vec3b>(i) = {cv::saturate_cast<unsigned char>(i * 0.72),
                             cv::saturate_cast<unsigned char>(i * 0.90),
                             cv::saturate_cast<unsigned char>(i * 1.05 + 6)};
  }
  cv::Mat result;
  cv::cvtColor(grey, grey, cv::COLOR_GRAY2BGR);
  cv::LUT(grey, tone, result);
  return result;
}

// --- Framing and geometry
// -------------------------------------------------------------------------------------

cv::Mat Roll(const Portrait& portrait, double deg) {
  const cv::Point2d centre = portrait.anchors.EyeMid() + cv::Point2d(-0.5, -0.5);
  cv::Mat turned;
  cv::warpAffine(portrait.bgr, turned, cv::getRotationMatrix2D(centre, -deg, 1), portrait.bgr.size(),
                 cv::INTER_CUBIC, cv::BORDER_REFLECT_101);
  return turned;
}

namespace {

// How far the head stands out before the plane of the ears, in pupil distances, over face coordinates: the
// mesh's own depth on the face (nose tip 1.55, chin 1.0, cheeks beside the mouth 0.7; the 3-D face model of
// MediaPipe, in cm, has the nose 1.5 before the face's edge at the ears), 0 at the outline of the head and
// outside. In between h * h is harmonic, which rounds the skull and the hair like an ellipsoid.
class Relief {
 public:
  explicit Relief(const Portrait& portrait) : local_(portrait) {
    const double across = 1.2 * local_.half_width, down = 0.56 * (local_.chin - local_.crown);
    const double middle = (local_.chin + local_.crown) / 2;
    origin_ = {-across - 4 * kCell, middle - down - 4 * kCell};
    const cv::Size size(static_cast<int>(2 * across / kCell) + 8, static_cast<int>(2 * down / kCell) + 8);
    const auto depth = [&](int index) { return portrait.landmarks.points[static_cast<std::size_t>(index)].z; };
    const double ears = (depth(127) + depth(356) + depth(234) + depth(454)) / 4;
    height_ = cv::Mat_<float>(size, 0.0f);
    cv::Mat_<float> count(size, 0.0f);
    for (int i = 0; i < face::kMeshPoints; ++i) {
      const cv::Point cell = (local_.Of(portrait.landmarks.At(i)) - origin_) / kCell;
      if (!cv::Rect({}, size).contains(cell)) continue;
      const double before = std::max(0.0, ears - depth(i)) / local_.unit_px();
      height_(cell) += static_cast<float>(before * before);
      count(cell) += 1;
    }
    cv::Mat_<unsigned char> free(size, static_cast<unsigned char>(0));
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        if (count(y, x) > 0) {
          height_(y, x) /= count(y, x);
          tallest_ = std::max(tallest_, std::sqrt(double{height_(y, x)}));
          continue;
        }
        const cv::Point2d at = origin_ + kCell * cv::Point2d(x + 0.5, y + 0.5);
        const double r2 = std::pow(at.x / across, 2) + std::pow((at.y - middle) / down, 2);
        free(y, x) = r2 < 1 && x > 0 && y > 0 && x < size.width - 1 && y < size.height - 1;
      }
    }
    for (int round = 0; round < 1500; ++round) {  // Gauss-Seidel with over-relaxation.
      for (int y = 1; y < size.height - 1; ++y) {
        for (int x = 1; x < size.width - 1; ++x) {
          if (!free(y, x)) continue;
          const float mean =
              (height_(y - 1, x) + height_(y + 1, x) + height_(y, x - 1) + height_(y, x + 1)) / 4;
          height_(y, x) += 1.8f * (mean - height_(y, x));
        }
      }
    }
    cv::sqrt(cv::max(height_, 0.0f), height_);
    cv::GaussianBlur(height_, height_, {}, 1.0);
  }

  double At(const cv::Point2d& face) const {
    const cv::Point2d cell = (face - origin_) / kCell - cv::Point2d(0.5, 0.5);
    const int x = static_cast<int>(std::floor(cell.x)), y = static_cast<int>(std::floor(cell.y));
    if (x < 0 || y < 0 || x >= height_.cols - 1 || y >= height_.rows - 1) return 0;
    const double fx = cell.x - x, fy = cell.y - y;
    return (1 - fy) * ((1 - fx) * height_(y, x) + fx * height_(y, x + 1)) +
           fy * ((1 - fx) * height_(y + 1, x) + fx * height_(y + 1, x + 1));
  }
  // Whether anything of the relief can be drawn here, turned by 45 degrees at most.
  bool Reaches(const cv::Point2d& face) const {
    const cv::Point2d begin = origin_ - cv::Point2d(1, 1);
    const cv::Size2d size(kCell * height_.cols + 2, kCell * height_.rows + 2);
    return cv::Rect2d(begin, size).contains(face);
  }
  double tallest() const { return tallest_; }
  const Local& local() const { return local_; }

 private:
  static constexpr double kCell = 0.05;
  Local local_;
  cv::Point2d origin_;
  cv::Mat_<float> height_;
  double tallest_ = 0;
};

}  // namespace

cv::Mat Turned(const Portrait& portrait, double yaw_deg, double pitch_deg) {
  // The relief of the head turned about an axis between the ears, in parallel projection: every line of sight
  // is followed from the front to the first point of the relief that it meets, so that the far cheek hides the
  // ear. Wall, neck and shoulders, of relief 0, stay.
  const Relief relief(portrait);
  const Local& local = relief.local();
  const double middle = (local.chin + local.crown) / 2;
  const double yaw = yaw_deg * std::numbers::pi / 180, pitch = pitch_deg * std::numbers::pi / 180;
  const cv::Point2d sine(std::sin(yaw), std::sin(pitch)), shorter(std::cos(yaw) - 1, std::cos(pitch) - 1);
  // The point of face coordinates that lies `height` before the ears and is drawn at `target`.
  const auto origin_of = [&](const cv::Point2d& target, double height) {
    const double inside = SmoothStep(0, 0.25, height);
    return cv::Point2d((target.x - height * sine.x) / (1 + inside * shorter.x),
                       middle + (target.y - middle - height * sine.y) / (1 + inside * shorter.y));
  };
  constexpr double kStep = 0.03;
  return Warp(
      portrait.bgr,
      [&](const cv::Point2d& point) {
        const cv::Point2d target = local.Of(point);
        if (!relief.Reaches(target)) return point;
        double before = relief.tallest() + 2 * kStep, missed_by = 0;
        for (double height = before; height > 0; height -= kStep) {
          const double over = relief.At(origin_of(target, height)) - height;
          if (over >= 0) {  // Met between this height and the one before.
            const double share = missed_by < 0 ? over / (over - missed_by) : 0;
            const cv::Point2d from = origin_of(target, height + share * (before - height));
            return local.At(from.x, from.y);
          }
          before = height;
          missed_by = over;
        }
        return point;
      },
      cv::BORDER_REPLICATE);
}

cv::Mat Faceless(const Portrait& portrait) {
  const int begin = static_cast<int>(portrait.anchors.chin.y + 0.15 * portrait.anchors.PupilDistance());
  return portrait.bgr.rowRange(std::clamp(begin, 0, portrait.bgr.rows - 64), portrait.bgr.rows).clone();
}

double OwnShoulderSlope(const Portrait& portrait) {
  const auto at = [&](double x, double y) {
    return (cv::Point2d(x, y) - portrait.frame.tl()) * portrait.scale;
  };
  const cv::Size size(
      cv::Size2d(portrait.frame.width * portrait.scale, portrait.frame.height * portrait.scale));
  const cv::Point2d zero = at(0, 0), chin = at(portrait.anchors.MidX(), portrait.anchors.chin.y);
  const cv::Mat to_frame = (cv::Mat_<double>(2, 3) << portrait.scale, 0, zero.x, 0, portrait.scale, zero.y);
  cv::Mat person;
  cv::warpAffine(portrait.person, person, to_frame, size, cv::INTER_LINEAR, cv::BORDER_CONSTANT, 0);
  const auto line =
      check::MeasureShoulders(person, {chin.x, portrait.anchors.FaceWidth() * portrait.scale, chin.y});
  return line ? line->angle_deg : 0;
}

cv::Mat ShouldersSlope(const Portrait& portrait, double deg) {
  const Local local(portrait);
  const double slope = std::tan(deg * std::numbers::pi / 180);
  return Warp(
      portrait.bgr,
      [&](const cv::Point2d& point) {
        const cv::Point2d at = local.Of(point);
        const double weight = SmoothStep(local.chin - 0.2, local.chin + 0.3, at.y);
        return point - cv::Point2d(0, weight * slope * (point.x - portrait.anchors.chin.x));
      },
      cv::BORDER_REFLECT_101);
}

cv::Mat CutBelowChin(const Portrait& portrait, double pupil_distances) {
  const double end = portrait.anchors.chin.y + pupil_distances * portrait.anchors.PupilDistance();
  return portrait.bgr.rowRange(0, std::clamp(static_cast<int>(end), 1, portrait.bgr.rows)).clone();
}

cv::Mat CutHair(const Portrait& portrait, double share) {
  const double brows = (portrait.landmarks.At(105).y + portrait.landmarks.At(334).y) / 2;
  const double begin = portrait.anchors.crown_y + share * (brows - portrait.anchors.crown_y);
  return portrait.bgr.rowRange(std::clamp(static_cast<int>(begin), 0, portrait.bgr.rows - 1), portrait.bgr.rows)
      .clone();
}

cv::Mat CutSide(const Portrait& portrait, double face_widths) {
  const double begin = portrait.anchors.MidX() - face_widths * portrait.anchors.FaceWidth();
  return portrait.bgr.colRange(std::clamp(static_cast<int>(begin), 0, portrait.bgr.cols - 1), portrait.bgr.cols)
      .clone();
}

cv::Mat Shrink(const Portrait& portrait, double pupil_distance_px) {
  return Resized(portrait.bgr, pupil_distance_px / portrait.anchors.PupilDistance());
}

cv::Mat SelfieDistance(const Portrait& portrait, double cm) {
  // The head as half an ellipsoid in front of the plane of its outline. A point z in front of the pupils'
  // plane is drawn larger by D / (D - z).
  constexpr double kBeforeCm = 150, kDepthCm = 12, kEyeDepthCm = 8.5;
  const Local local(portrait);
  const double across = 1.25 * local.half_width, down = 0.55 * (local.chin - local.crown);
  const double middle = (local.chin + local.crown) / 2;
  const auto magnification = [&](const cv::Point2d& at) {
    const double r2 = std::pow(at.x / across, 2) + std::pow((at.y - middle) / down, 2);
    const double z = (r2 < 1 ? kDepthCm * std::sqrt(1 - r2) : 0) - kEyeDepthCm;
    return (cm / (cm - z)) / (kBeforeCm / (kBeforeCm - z));
  };
  return Warp(
      portrait.bgr,
      [&](const cv::Point2d& point) {
        const cv::Point2d target = local.Of(point);
        const cv::Point2d centre(0, 0.35);  // The lens looks at the nose's root.
        cv::Point2d from = target;
        for (int i = 0; i < 6; ++i) from = centre + (target - centre) / magnification(from);
        return local.At(from.x, from.y);
      },
      cv::BORDER_REFLECT_101);
}

image::FileFacts PhoneFacts(const Portrait& portrait, double cm) {
  // 63 mm between the pupils with a standard deviation of 3.6 (ANSUR II, men and women together): nobody's own
  // is known to the camera.
  std::mt19937 random(static_cast<unsigned>(100 * portrait.anchors.PupilDistance()));
  double deviation = -6;
  for (int i = 0; i < 12; ++i) deviation += static_cast<double>(random()) / 4294967295.0;
  const double pupils_cm = 6.3 + 0.36 * deviation;
  constexpr double kFilmDiagonal_mm = 43.27;
  const double focal_px = cm * portrait.anchors.PupilDistance() / pupils_cm;
  image::FileFacts facts = portrait.facts;
  facts.focal_length_35mm = static_cast<int>(
      std::lround(focal_px * kFilmDiagonal_mm / std::hypot(portrait.bgr.cols, portrait.bgr.rows)));
  return facts;
}

cv::Mat QuarterTurned(const Portrait& portrait, int quarters) {
  cv::Mat result = portrait.bgr.clone();
  constexpr std::array<int, 3> kTurns = {cv::ROTATE_90_CLOCKWISE, cv::ROTATE_180,
                                         cv::ROTATE_90_COUNTERCLOCKWISE};
  if (quarters % 4 != 0) cv::rotate(portrait.bgr, result, kTurns[static_cast<std::size_t>(quarters % 4 - 1)]);
  return result;
}

// --- Wall
// -----------------------------------------------------------------------------------------------------

cv::Mat WallGradient(const Portrait& portrait, double delta_l) {
  const double y0 = LuminanceOf(WallMedian(portrait));
  const double middle = std::clamp(LstarOfLinear(y0), 2 + delta_l / 2, 100 - delta_l / 2);
  return RelightWall(portrait, [&](const cv::Point2d& point) {
    const double t = std::clamp((point.x - portrait.frame.x) / portrait.frame.width, 0.0, 1.0) - 0.5;
    return cv::Vec3f::all(static_cast<float>(LinearOfLstar(middle + delta_l * t) / y0));
  });
}

cv::Mat WallShadow(const Portrait& portrait, double darkness) {
  const double width = portrait.anchors.FaceWidth();
  const cv::Mat shift = (cv::Mat_<double>(2, 3) << 1, 0, 0.33 * width, 0, 1, 0.16 * width);
  cv::Mat shadow;
  cv::warpAffine(portrait.person, shadow, shift, portrait.person.size(), cv::INTER_LINEAR,
                 cv::BORDER_REPLICATE);
  cv::GaussianBlur(shadow, shadow, {}, 0.08 * width);
  return RelightWall(portrait, [&](const cv::Point2d& point) {
    const float depth = shadow.at<float>(static_cast<int>(point.y), static_cast<int>(point.x));
    return cv::Vec3f::all(static_cast<float>(1 - darkness * depth));
  });
}

cv::Mat WallCurtain(const Portrait& portrait, double delta_l) {
  const double y0 = LuminanceOf(WallMedian(portrait));
  const double middle = std::clamp(LstarOfLinear(y0), 2 + delta_l / 2, 100 - delta_l / 2);
  const double fold = portrait.frame.width / 9;
  return RelightWall(portrait, [&](const cv::Point2d& point) {
    const double sway = 0.15 * fold * std::sin(point.y / portrait.frame.height * 5);
    const double phase = 2 * std::numbers::pi * (point.x + sway) / fold;
    const double wave = 0.5 * std::sin(phase + 0.6 * std::sin(phase)) + 0.12 * std::sin(2.7 * phase + 1);
    return cv::Vec3f::all(static_cast<float>(LinearOfLstar(middle + delta_l * wave) / y0));
  });
}

cv::Mat WallShelf(const Portrait& portrait, double share) {
  cv::Mat behind = portrait.bgr.clone();
  std::mt19937 random(7);
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(random()) / 4294967295.0;
  };
  const cv::Rect2d& frame = portrait.frame;
  const double right = frame.x + share * frame.width;
  const double board = frame.height / 5;
  cv::rectangle(behind, cv::Rect2d(0, 0, right, behind.rows), cv::Scalar(40, 62, 92), cv::FILLED);
  for (double top = frame.y - board / 3; top < behind.rows; top += board) {
    const double shelf = top + board - 0.08 * board;
    for (double x = right - 0.03 * frame.width; x > 0;) {
      const double width = uniform(0.02, 0.055) * frame.width;
      const double high = uniform(0.55, 0.88) * board;
      // One after the other: compilers differ in the order in which they evaluate arguments.
      const double red = uniform(20, 200), green = uniform(20, 200), blue = uniform(20, 200);
      const cv::Scalar colour(blue, green, red);
      cv::rectangle(behind, cv::Rect2d(x - width, shelf - high, width, high), colour, cv::FILLED, cv::LINE_AA);
      cv::rectangle(behind, cv::Rect2d(x - width, shelf - high, width * 0.15, high), colour * 0.6, cv::FILLED);
      cv::rectangle(behind, cv::Rect2d(x - 0.8 * width, shelf - 0.8 * high, width * 0.6, 0.04 * high),
                    cv::Scalar(200, 220, 230), cv::FILLED);
      x -= width;
    }
    cv::rectangle(behind, cv::Rect2d(0, shelf, right, 0.08 * board), cv::Scalar(60, 95, 140), cv::FILLED);
  }
  const double side = 0.9 * share * frame.width;
  const cv::Rect2d picture(frame.br().x - side, frame.y + 0.06 * frame.height, side * 1.4, 1.5 * side);
  cv::rectangle(behind, picture, cv::Scalar(30, 40, 50), cv::FILLED);
  const cv::Rect2d inner(picture.x + 0.08 * side, picture.y + 0.08 * side, picture.width,
                         picture.height - 0.16 * side);
  cv::rectangle(behind, inner, cv::Scalar(170, 120, 70), cv::FILLED);
  cv::rectangle(behind, cv::Rect2d(inner.x, inner.y + 0.6 * inner.height, inner.width, 0.4 * inner.height),
                cv::Scalar(50, 120, 60), cv::FILLED);
  cv::GaussianBlur(behind, behind, {}, 0.6 / portrait.scale);
  return Blend(behind, portrait.bgr, portrait.person);
}

cv::Mat WallColour(const Portrait& portrait, const cv::Scalar& rgb) {
  const cv::Vec3f median = WallMedian(portrait);
  cv::Vec3f gain;
  for (int c = 0; c < 3; ++c) gain[c] = static_cast<float>(image::LinearFromSrgb(rgb[2 - c])) / median[c];
  return RelightWall(portrait, [&](const cv::Point2d&) { return gain; });
}

cv::Mat WallEdited(const Portrait& portrait, const cv::Scalar& rgb) {
  cv::Mat result = portrait.bgr.clone();
  result.setTo(cv::Scalar(rgb[2], rgb[1], rgb[0]), portrait.person < 0.5);
  return result;
}

cv::Mat ClothesLikeWall(const Portrait& portrait) {
  const cv::Vec3f wall = WallMedian(portrait);
  cv::Mat pixel(1, 1, CV_32FC3);
  pixel.at<cv::Vec3f>(0, 0) = wall;
  const cv::Vec3b srgb = FromLinear(pixel).at<cv::Vec3b>(0, 0);
  return Clothes(portrait, {double(srgb[2]), double(srgb[1]), double(srgb[0])});
}

cv::Mat StudioWall(const Portrait& portrait) {
  cv::Mat wall(portrait.bgr.size(), CV_32FC3), grain(portrait.bgr.size(), CV_32FC3);
  for (int y = 0; y < wall.rows; ++y) {
    for (int x = 0; x < wall.cols; ++x) {
      // A lamp's falloff of one L* towards the corners.
      const double r = std::hypot(x - 0.5 * wall.cols, y - 0.4 * wall.rows) / wall.cols;
      wall.at<cv::Vec3f>(y, x) = cv::Vec3f(240, 240, 239) * static_cast<float>(1 - 0.015 * r);
    }
  }
  cv::RNG random(29);
  random.fill(grain, cv::RNG::NORMAL, 0, 2);
  cv::GaussianBlur(grain, grain, {}, 0.6);
  wall += grain;
  wall.convertTo(wall, CV_8UC3);
  return Blend(wall, portrait.bgr, portrait.person);
}

cv::Mat SecondFace(const Portrait& portrait, const Portrait& other, double area_ratio) {
  const double scale = std::sqrt(area_ratio) * portrait.anchors.FaceWidth() / other.anchors.FaceWidth();
  const double face = portrait.anchors.FaceWidth() * std::sqrt(area_ratio);
  const cv::Point2d eyes =
      portrait.anchors.EyeMid() - cv::Point2d(0.72 * portrait.anchors.FaceWidth() + 0.62 * face, -0.05 * face);
  const cv::Point2d from = other.anchors.EyeMid();
  const cv::Mat place =
      (cv::Mat_<double>(2, 3) << scale, 0, eyes.x - scale * from.x, 0, scale, eyes.y - scale * from.y);
  cv::Mat person, alpha;
  cv::warpAffine(other.bgr, person, place, portrait.bgr.size(), cv::INTER_AREA, cv::BORDER_REPLICATE);
  cv::warpAffine(other.person, alpha, place, portrait.bgr.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT, 0);
  const cv::Mat behind = Blend(portrait.bgr, person, alpha);
  return Blend(behind, portrait.bgr, portrait.person);
}

// --- File
// -----------------------------------------------------------------------------------------------------

image::Photo Jpeg(const Portrait& portrait, int quality, bool small) {
  const cv::Mat bgr = small ? Resized(portrait.bgr, std::min(1.0, 1.02 * portrait.scale)) : portrait.bgr;
  return Reread(bgr, quality, image::ChromaSampling::k420);
}

image::Photo DoubleJpeg(const Portrait& portrait, int first, int second) {
  const cv::Mat bgr = Resized(portrait.bgr, std::min(1.0, 1.05 * portrait.scale));
  const cv::Mat once = Reread(bgr, first, image::ChromaSampling::k420).bgr;
  return Reread(once(cv::Rect(3, 3, once.cols - 3, once.rows - 3)).clone(), second,
                image::ChromaSampling::k420);
}

cv::Mat Upscaled(const Portrait& portrait, double factor) {
  return ResizedTo(Resized(portrait.bgr, std::min(1.0, portrait.scale / factor)), portrait.bgr.size());
}

cv::Mat ScreenPhoto(const Portrait& portrait, double depth) {
  // A display's pixels as a camera samples them: three colour stripes and the dark lines between the rows,
  // their first harmonics, slightly turned and with a pitch near one camera pixel, so that they alias into
  // bands.
  constexpr double kPitchX = 1.04, kPitchY = 0.97, kTurn = 0.021, kGlow = 0.03;
  const double fx = 2 * std::numbers::pi / kPitchX, fy = 2 * std::numbers::pi / kPitchY;
  cv::Mat linear = ToLinear(portrait.bgr);
  for (int y = 0; y < linear.rows; ++y) {
    for (int x = 0; x < linear.cols; ++x) {
      // A display is not quite flat to the camera: the pitch changes over the picture.
      const double px = x + kTurn * y + 2e-5 * x * x, py = y - kTurn * x + 1.5e-5 * y * y;
      const double rows = 1 + 0.5 * depth * std::sin(fy * py);
      cv::Vec3f& pixel = linear.at<cv::Vec3f>(y, x);
      for (int c = 0; c < 3; ++c) {
        const double stripes = 1 + depth * std::sin(fx * px + c * 2 * std::numbers::pi / 3);
        pixel[c] = static_cast<float>((pixel[c] * (1 - kGlow) + kGlow) * stripes * rows);
      }
    }
  }
  cv::GaussianBlur(linear, linear, {}, 0.5);
  return FromLinear(linear.mul(cv::Scalar(1.05, 1.0, 0.96)));
}

cv::Mat Border(const Portrait& portrait, double width_px, int grey) {
  const cv::Rect2d& frame = portrait.frame;
  const double spare = 0.02 * frame.width;  // So that the crop still fits into the picture.
  const cv::Rect cut = cv::Rect(cv::Rect2d(frame.x - spare, frame.y - spare, frame.width + 2 * spare,
                                           frame.height + 2 * spare)) &
                       cv::Rect({}, portrait.bgr.size());
  cv::Mat result = portrait.bgr(cut).clone();
  const int width = static_cast<int>(std::lround(spare + width_px / portrait.scale));
  cv::rectangle(result, cv::Rect(width / 2, width / 2, result.cols - width, result.rows - width),
                cv::Scalar::all(grey), width);
  result.rowRange(0, width).setTo(cv::Scalar::all(grey));
  result.rowRange(result.rows - width, result.rows).setTo(cv::Scalar::all(grey));
  result.colRange(0, width).setTo(cv::Scalar::all(grey));
  result.colRange(result.cols - width, result.cols).setTo(cv::Scalar::all(grey));
  return result;
}

cv::Mat DateStamp(const Portrait& portrait) {
  cv::Mat result = portrait.bgr.clone();
  const cv::Rect2d& frame = portrait.frame;
  Write(result, "2023 06 15",
        {frame.x + 0.5 * frame.width, std::min(frame.br().y, 1.0 * result.rows) - 0.04 * frame.height},
        0.03 * frame.height, {30, 140, 255}, 0.95);
  return result;
}

cv::Mat Watermark(const Portrait& portrait, double opacity) {
  cv::Mat result = portrait.bgr.clone();
  const cv::Rect2d& frame = portrait.frame;
  for (int row = 0; row < 4; ++row) {
    Write(
        result, "SAMPLE  www.photo.example",
        {frame.x - 0.1 * frame.width + 0.06 * row * frame.width, frame.y + (0.15 + 0.24 * row) * frame.height},
        0.05 * frame.height, {255, 255, 255}, opacity);
  }
  return result;
}

}  // namespace gradphoto::faults
