// SPDX-License-Identifier: Apache-2.0
// What is worn, held or done with the face; and the drawing that all injectors share.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
#include "lib/image/color.h"
#include "tests/support/faults_paint.h"

namespace gradphoto::faults {
namespace {

using Points = std::vector<cv::Point2d>;

// Fills `mask` (0..1) with shade(u, v), a colour B G R 0..255 at face coordinates.
template <typename Shade>
void Paint(cv::Mat& bgr, const Local& local, const cv::Mat& mask, const Shade& shade) {
  for (int y = 0; y < bgr.rows; ++y) {
    const float* weights = mask.ptr<float>(y);
    for (int x = 0; x < bgr.cols; ++x) {
      const float w = weights[x];
      if (w <= 0.002f) continue;
      const cv::Point2d at = local.Of({x + 0.5, y + 0.5});
      const cv::Vec3d colour = shade(at.x, at.y);
      cv::Vec3b& pixel = bgr.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c)
        pixel[c] = cv::saturate_cast<unsigned char>(static_cast<float>(pixel[c]) * (1 - w) + colour[c] * w);
    }
  }
}

// Multiplies light inside the mask.
void Darken(cv::Mat& bgr, const cv::Mat& mask, double gain) {
  cv::Mat linear = ToLinear(bgr);
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      const float w = mask.at<float>(y, x);
      if (w > 0) linear.at<cv::Vec3f>(y, x) *= 1 + w * (gain - 1);
    }
  }
  bgr = FromLinear(linear);
}

// Deterministic texture: one value per cell, -1..1, blended smoothly.
class Texture {
 public:
  explicit Texture(unsigned seed) : noise_(256, 256, CV_32F) {
    cv::RNG random(seed);
    random.fill(noise_, cv::RNG::UNIFORM, -1.0, 1.0);
    cv::GaussianBlur(noise_, noise_, {}, 0.8, 0, cv::BORDER_REFLECT);
  }
  double At(double u, double v, double cells) const {
    const auto wrap = [](double value) { return static_cast<int>(std::floor(value)) & 255; };
    return noise_.at<float>(wrap(v * cells), wrap(u * cells));
  }

 private:
  cv::Mat noise_;
};

cv::Vec3d MedianColour(const cv::Mat& bgr, const cv::Mat& mask, double percentile = 0.5) {
  std::vector<std::pair<int, cv::Vec3b>> pixels;
  for (int y = 0; y < bgr.rows; y += 2) {
    for (int x = 0; x < bgr.cols; x += 2) {
      if (mask.at<float>(y, x) < 0.9f) continue;
      const cv::Vec3b& p = bgr.at<cv::Vec3b>(y, x);
      pixels.emplace_back(p[0] + 6 * p[1] + 3 * p[2], p);
    }
  }
  if (pixels.empty()) return {40, 45, 55};
  const auto rank =
      pixels.begin() + static_cast<std::ptrdiff_t>(percentile * static_cast<double>(pixels.size() - 1));
  std::ranges::nth_element(pixels, rank, {}, [](const auto& entry) { return entry.first; });
  return {double(rank->second[0]), double(rank->second[1]), double(rank->second[2])};
}

cv::Vec3d SkinColour(const Portrait& portrait) {
  const double r = 0.16 * portrait.anchors.PupilDistance();
  const cv::Mat cheek = SoftPolygon(portrait.bgr.size(), Ellipse(portrait.landmarks.At(50), r, r), 0);
  return MedianColour(portrait.bgr, cheek);
}

cv::Vec3d HairColour(const Portrait& portrait, const Local& local) {
  const double high = (local.brows - local.crown);
  const Points top = {local.At(-0.5, local.crown + 0.05 * high), local.At(0.5, local.crown + 0.05 * high),
                      local.At(0.5, local.crown + 0.25 * high), local.At(-0.5, local.crown + 0.25 * high)};
  const cv::Vec3d hair = MedianColour(portrait.bgr, SoftPolygon(portrait.bgr.size(), top, 0), 0.35);
  return hair[0] + hair[1] + hair[2] < 300 ? hair : cv::Vec3d(38, 48, 66);  // Bald or fair: brown strands.
}

Points Transform(const Local& local, const Points& points) {
  Points moved;
  for (const cv::Point2d& p : points) moved.push_back(local.At(p.x, p.y));
  return moved;
}

// Interpolates y over x along points that run from left to right; the ends go on level.
double HeightAt(const Points& line, double x) {
  if (x <= line.front().x) return line.front().y;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (x > line[i].x) continue;
    const double t = (x - line[i - 1].x) / std::max(1e-6, line[i].x - line[i - 1].x);
    return line[i - 1].y + t * (line[i].y - line[i - 1].y);
  }
  return line.back().y;
}

Points LandmarkLine(const Portrait& portrait, std::initializer_list<int> indices) {
  Points line;
  for (const int index : indices) line.push_back(portrait.landmarks.At(index));
  return line;
}

}  // namespace

Local::Local(const Portrait& portrait) {
  const geometry::FaceAnchors& anchors = portrait.anchors;
  origin_ = anchors.EyeMid();
  unit_ = anchors.PupilDistance();
  right_ = (anchors.right_pupil - anchors.left_pupil) / unit_;
  down_ = {-right_.y, right_.x};
  half_width = anchors.FaceWidth() / 2 / unit_;
  crown = (anchors.crown_y - origin_.y) / unit_;
  chin = Of(anchors.chin).y;
  brows = (Of(portrait.landmarks.At(105)).y + Of(portrait.landmarks.At(334)).y) / 2;
  const auto reach = [&](double direction) {
    double u = 0.6 * half_width;
    while (u < 1.35 * half_width) {
      const cv::Point point = At(direction * u, brows - 0.35);
      if (!cv::Rect({}, portrait.person.size()).contains(point) || portrait.person.at<float>(point) < 0.5f)
        break;
      u += 0.01;
    }
    return std::clamp(u, 0.95 * half_width, 1.35 * half_width);
  };
  head_left = reach(-1);
  head_right = reach(1);
}

std::array<Eye, 2> EyesOf(const Portrait& portrait) {
  const auto make = [&](std::initializer_list<int> upper, std::initializer_list<int> lower,
                        std::initializer_list<int> brow, int pupil) {
    Eye eye;
    eye.upper = LandmarkLine(portrait, upper);
    eye.lower = LandmarkLine(portrait, lower);
    eye.brow = LandmarkLine(portrait, brow);
    eye.opening = eye.upper;
    eye.opening.insert(eye.opening.end(), eye.lower.rbegin() + 1, eye.lower.rend() - 1);
    eye.pupil = portrait.landmarks.At(pupil);
    for (int i = 1; i <= 4; ++i) eye.iris_radius += cv::norm(portrait.landmarks.At(pupil + i) - eye.pupil) / 4;
    return eye;
  };
  return {make({33, 246, 161, 160, 159, 158, 157, 173, 133}, {33, 7, 163, 144, 145, 153, 154, 155, 133},
               {46, 53, 52, 65, 55}, face::point::kLeftPupil),
          make({362, 398, 384, 385, 386, 387, 388, 466, 263}, {362, 382, 381, 380, 374, 373, 390, 249, 263},
               {285, 295, 282, 283, 276}, face::point::kRightPupil)};
}

cv::Mat SoftPolygon(cv::Size size, const std::vector<cv::Point2d>& polygon, double softness_px) {
  constexpr int kShift = 4;
  std::vector<cv::Point> fixed;
  for (const cv::Point2d& point : polygon) fixed.emplace_back((point - cv::Point2d(0.5, 0.5)) * (1 << kShift));
  cv::Mat mask = cv::Mat::zeros(size, CV_8U);
  cv::fillPoly(mask, std::vector{fixed}, cv::Scalar(255), cv::LINE_AA, kShift);
  cv::Mat soft;
  mask.convertTo(soft, CV_32F, 1 / 255.0);
  if (softness_px > 0.3) cv::GaussianBlur(soft, soft, {}, softness_px);
  return soft;
}

std::vector<cv::Point2d> Ellipse(const cv::Point2d& centre, double rx, double ry, double from_deg,
                                 double to_deg, double turn_deg) {
  Points points;
  const double turn = turn_deg * std::numbers::pi / 180;
  for (int i = 0; i <= 72; ++i) {
    const double angle = (from_deg + (to_deg - from_deg) * i / 72) * std::numbers::pi / 180;
    const double x = rx * std::cos(angle), y = ry * std::sin(angle);
    points.push_back(
        centre + cv::Point2d(x * std::cos(turn) - y * std::sin(turn), x * std::sin(turn) + y * std::cos(turn)));
  }
  return points;
}

cv::Mat Blend(const cv::Mat& below, const cv::Mat& above, const cv::Mat& alpha) {
  cv::Mat result(below.size(), CV_8UC3);
  for (int y = 0; y < below.rows; ++y) {
    for (int x = 0; x < below.cols; ++x) {
      const float a = alpha.at<float>(y, x);
      const cv::Vec3b &low = below.at<cv::Vec3b>(y, x), &high = above.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) {
        result.at<cv::Vec3b>(y, x)[c] = cv::saturate_cast<unsigned char>((1 - a) * static_cast<float>(low[c]) +
                                                                         a * static_cast<float>(high[c]));
      }
    }
  }
  return result;
}

void Write(cv::Mat& bgr, const std::string& text, const cv::Point2d& at, double height_px,
           const cv::Scalar& colour, double opacity) {
  const double size = height_px / 21;  // A capital of this font is 21 px high at size 1.
  cv::Mat written = bgr.clone();
  cv::putText(written, text, at, cv::FONT_HERSHEY_SIMPLEX, size, colour,
              std::max(1, static_cast<int>(std::lround(2.2 * size))), cv::LINE_AA);
  cv::addWeighted(written, opacity, bgr, 1 - opacity, 0, bgr);
}

// --- Worn or held
// ---------------------------------------------------------------------------------------------

cv::Mat WithHat(const Portrait& portrait, Hat hat) {
  const Local local(portrait);
  const Texture texture(3);
  cv::Mat result = portrait.bgr.clone();
  const cv::Size size = result.size();
  const double soft = 0.008 * local.unit_px();
  const double side = std::max(local.head_left, local.head_right);
  // A dome over the skull from the band upwards; `lift` is the cloth above the hair.
  const auto dome = [&](double band, double lift, double widen, double sag) {
    Points points;
    // A topknot goes under a hat no higher than this.
    const double top = std::max(local.crown, local.brows - 1.75) - lift;
    for (int i = 0; i <= 40; ++i) {
      const double angle = std::numbers::pi * (1 + i / 40.0);
      const double wide = std::pow(std::abs(std::cos(angle)), 0.82) * (std::cos(angle) < 0 ? -1 : 1);
      const double u = wide * (wide < 0 ? local.head_left : local.head_right) * widen;
      const double v = band + (top - band) * std::pow(std::max(0.0, -std::sin(angle)), 0.85);
      points.emplace_back(u, v);
    }
    for (int i = 40; i >= 0; --i) {  // The band hangs a little in front.
      const double t = 2 * i / 40.0 - 1;
      points.emplace_back(t * (t < 0 ? local.head_left : local.head_right) * widen, band + sag * (1 - t * t));
    }
    return Transform(local, points);
  };
  const auto round = [&](double u) {
    return 0.45 + 0.55 * std::sqrt(std::max(0.0, 1 - std::pow(u / (1.12 * side), 2)));
  };

  switch (hat) {
    case Hat::kCap: {
      const double band = local.brows - 0.42;
      const Points shade = Ellipse(local.At(0, local.brows - 0.16), 0.98 * local.half_width * local.unit_px(),
                                   0.42 * local.unit_px());
      Darken(result, SoftPolygon(size, shade, 0.07 * local.unit_px()), 0.5);
      const cv::Vec3d cloth(78, 48, 32);
      Paint(result, local, SoftPolygon(size, dome(band, 0.16, 1.05, 0.12), soft), [&](double u, double v) {
        const double seam = std::exp(-std::pow(std::abs(u - 0.45 * std::sin(v)) / 0.02, 2)) * 0.15;
        return cloth * (1.35 * round(u) * (1 + 0.06 * texture.At(u, v, 90)) - seam);
      });
      Points visor;  // Seen from the front: a curved strip that stands out over the brows.
      for (int i = 0; i <= 40; ++i) {
        const double t = 2 * i / 40.0 - 1;
        visor.emplace_back(t * 0.98 * side, band + 0.03 + 0.10 * (1 - t * t));
      }
      for (int i = 40; i >= 0; --i) {
        const double t = 2 * i / 40.0 - 1;
        visor.emplace_back(t * 1.06 * side, band + 0.12 + 0.30 * std::sqrt(std::max(0.0, 1 - t * t)));
      }
      Paint(result, local, SoftPolygon(size, Transform(local, visor), soft), [&](double u, double v) {
        const double lower = (v - band) / 0.42;
        return cloth * (0.95 * round(u) * (1.15 - 0.55 * lower) * (1 + 0.05 * texture.At(u, v, 90)));
      });
      break;
    }
    case Hat::kBeanie: {
      const double band = local.brows - 0.22;
      const cv::Vec3d wool(66, 58, 118);
      Paint(
          result, local, SoftPolygon(size, dome(band, 0.24, 1.07, 0.10), 1.5 * soft), [&](double u, double v) {
            const double ribs = 0.82 + 0.18 * std::sin(std::asin(std::clamp(u / (1.1 * side), -1.0, 1.0)) * 46);
            const bool fold = v > band - 0.42 + 0.06 * (1 - u * u / (side * side));
            const double stitches = 1 + 0.10 * std::sin(v * 95) + 0.12 * texture.At(u, v, 70);
            const double edge = fold ? 1.08 : 0.92;
            return wool * (1.25 * round(u) * ribs * stitches * edge);
          });
      break;
    }
    case Hat::kWideBrim: {
      const double band = local.brows - 0.5;
      const Points shade = Ellipse(local.At(0, local.brows - 0.05), 1.05 * local.half_width * local.unit_px(),
                                   0.75 * local.unit_px());
      Darken(result, SoftPolygon(size, shade, 0.12 * local.unit_px()), 0.45);
      const cv::Vec3d straw(120, 175, 205);
      const auto weave = [&](double u, double v) {
        return 1 + 0.07 * std::sin(u * 120) * std::sin(v * 130) + 0.10 * texture.At(u, v, 60);
      };
      const Points brim = Ellipse(local.At(0, band), 2.15 * side * local.unit_px(), 0.34 * local.unit_px());
      Paint(result, local, SoftPolygon(size, dome(band, 0.18, 1.08, 0.05), soft), [&](double u, double v) {
        const bool ribbon = v > band - 0.38;
        return (ribbon ? cv::Vec3d(40, 36, 40) : straw) * (1.1 * round(u) * weave(u, v));
      });
      // The brim's far half lies behind the crown; the near half is seen from below.
      Points near = Ellipse(local.At(0, band), 2.15 * side * local.unit_px(), 0.34 * local.unit_px(), 0, 180);
      for (const cv::Point2d& point :
           Ellipse(local.At(0, band + 0.02), 1.02 * side * local.unit_px(), 0.10 * local.unit_px(), 180, 0)) {
        near.push_back(point);
      }
      Paint(result, local, SoftPolygon(size, near, soft),
            [&](double u, double v) { return straw * (0.72 * weave(u, v) * (1 - 0.5 * (v - band))); });
      cv::Mat far = SoftPolygon(size, brim, soft) - SoftPolygon(size, dome(band, 0.18, 1.08, 0.34), soft) -
                    SoftPolygon(size, near, soft);
      cv::max(far, 0, far);
      Paint(result, local, far, [&](double u, double v) { return straw * (0.9 * weave(u, v)); });
      break;
    }
  }
  return result;
}

cv::Mat Headscarf(const Portrait& portrait, const cv::Vec3d& colour) {
  const Local local(portrait);
  const Texture texture(5);
  const cv::Size size = portrait.bgr.size();
  cv::Mat result = portrait.bgr.clone();
  const double side = std::max({local.head_left, local.head_right, 1.15 * local.half_width}),
               top = std::max(local.crown, local.brows - 1.75) - 0.12;
  Points outer;
  for (int i = 0; i <= 40; ++i) {
    const double angle = std::numbers::pi * (1 + i / 40.0);
    outer.emplace_back(std::cos(angle) * side * 1.1, 0.2 + (0.2 - top) * std::sin(angle));
  }
  for (const double hem : {1.9, -1.9}) outer.emplace_back(hem * side, local.chin + 2.5);
  // Over the forehead, along the jaws and close under the chin.
  const double high = local.brows - 0.25, low = local.chin + 0.03;
  const Points face = Ellipse(local.At(0, (high + low) / 2), 0.93 * local.half_width * local.unit_px(),
                              (low - high) / 2 * local.unit_px());
  cv::Mat mask = SoftPolygon(size, Transform(local, outer), 0.01 * local.unit_px()) -
                 SoftPolygon(size, face, 0.02 * local.unit_px());
  cv::max(mask, 0, mask);
  Paint(result, local, mask, [&](double u, double v) {
    const double folds = 1 + 0.12 * std::sin(7 * v + 4 * std::abs(u)) + 0.05 * texture.At(u, v, 80);
    return colour * (folds * (0.75 + 0.25 * std::sqrt(std::max(0.0, 1 - std::pow(u / (2 * side), 2)))));
  });
  return result;
}

cv::Mat MedicalMask(const Portrait& portrait, double up) {
  const Local local(portrait);
  const cv::Size size = portrait.bgr.size();
  cv::Mat result = portrait.bgr.clone();
  // From the top edge over nose and cheeks round the jaw; `up` slides the top edge from the chin to the nose.
  Points outline = LandmarkLine(portrait, {227, 117, 119, 197, 348, 346, 447});
  const Points jaw = LandmarkLine(portrait, {361, 397, 379, 400, 152, 176, 150, 172, 132});
  const double low = portrait.landmarks.At(200).y;
  for (cv::Point2d& point : outline) point.y = up * point.y + (1 - up) * std::max(low, point.y);
  for (const cv::Point2d& point : jaw) {
    const cv::Point2d at = local.Of(point);
    outline.push_back(local.At(at.x * 0.99, at.y + (at.y > 0.75 * local.chin ? 0.10 : 0.0)));
  }
  // A spline through the corners would be rounder; the soft edge serves.
  const cv::Mat mask = SoftPolygon(size, outline, 0.018 * local.unit_px());
  cv::Mat shadow;
  const cv::Mat shift = (cv::Mat_<double>(2, 3) << 1, 0, 0, 0, 1, 0.03 * local.unit_px());
  cv::warpAffine(mask, shadow, shift, size);
  cv::GaussianBlur(shadow, shadow, {}, 0.05 * local.unit_px());
  Darken(result, shadow, 0.6);
  const cv::Scalar loop(235, 232, 228);
  for (const auto& [corner, ear] : {std::pair(227, -1.0), std::pair(447, 1.0)}) {
    cv::Point2d from = portrait.landmarks.At(corner);
    from.y = up * from.y + (1 - up) * std::max(low, from.y);
    const cv::Point2d at = local.Of(from);
    cv::line(result, from, local.At(ear * 1.18 * local.half_width, at.y - 0.18), loop,
             std::max(1, static_cast<int>(0.03 * local.unit_px())), cv::LINE_AA);
    cv::line(result, local.At(ear * 0.93 * local.half_width, at.y + 0.75),
             local.At(ear * 1.16 * local.half_width, at.y + 0.15), loop,
             std::max(1, static_cast<int>(0.03 * local.unit_px())), cv::LINE_AA);
  }
  const Texture texture(5);
  const double nose = local.Of(portrait.landmarks.At(4)).y;
  Paint(result, local, mask, [&](double u, double v) {
    const double across = std::sqrt(std::max(0.05, 1 - std::pow(u / (1.25 * local.half_width), 2)));
    double pleats = 1;
    for (const double at : {nose + 0.28, nose + 0.52, nose + 0.76}) {
      const double d = v - at - 0.06 * (1 - across);
      pleats -= 0.22 * std::exp(-std::pow(d / 0.022, 2)) - 0.08 * std::exp(-std::pow((d - 0.05) / 0.03, 2));
    }
    return cv::Vec3d(222, 200, 158) * (0.72 + 0.30 * across) * pleats * (1 + 0.03 * texture.At(u, v, 110));
  });
  return result;
}

cv::Mat Hand(const Portrait& portrait) {
  const Local local(portrait);
  cv::Mat result = portrait.bgr.clone();
  const cv::Vec3d skin = SkinColour(portrait);
  const Texture texture(11);
  const double mouth = local.Of((portrait.landmarks.At(13) + portrait.landmarks.At(14)) / 2).y;
  struct Bone {
    cv::Point2d from, to;
    double radius;
  };
  const std::array<Bone, 6> bones = {{
      {{2.6, local.chin + 4.2}, {0.72, mouth + 0.75}, 0.40},  // Wrist.
      {{0.78, mouth + 0.80}, {0.60, mouth + 0.40}, 0.44},     // Palm.
      {{0.55, mouth + 0.72}, {-0.38, mouth + 0.50}, 0.125},   // Little finger.
      {{0.55, mouth + 0.50}, {-0.56, mouth + 0.25}, 0.135},   // Ring finger.
      {{0.55, mouth + 0.25}, {-0.62, mouth - 0.02}, 0.14},    // Middle finger.
      {{0.60, mouth + 0.05}, {-0.48, mouth - 0.28}, 0.135},   // Index finger, over the upper lip.
  }};
  for (const Bone& bone : bones) {
    const cv::Point2d axis = bone.to - bone.from;
    const double length = cv::norm(axis);
    const cv::Point2d along = axis / length, across(-along.y, along.x);
    Points outline;
    for (int i = 0; i <= 24; ++i) {
      const double a = std::numbers::pi * (i / 24.0 - 0.5);
      outline.push_back(bone.to + bone.radius * (std::cos(a) * along + std::sin(a) * across));
    }
    for (int i = 0; i <= 24; ++i) {
      const double a = std::numbers::pi * (i / 24.0 + 0.5);
      outline.push_back(bone.from + bone.radius * (std::cos(a) * along + std::sin(a) * across));
    }
    const Points placed = Transform(local, outline);
    cv::Mat shadow;
    const cv::Mat mask = SoftPolygon(result.size(), placed, 0.012 * local.unit_px());
    cv::GaussianBlur(mask, shadow, {}, 0.05 * local.unit_px());
    Darken(result, shadow, 0.55);
    Paint(result, local, mask, [&](double u, double v) {
      const cv::Point2d d = cv::Point2d(u, v) - bone.from;
      const double t = d.dot(along), off = d.dot(across) / bone.radius;
      const double body = 0.62 + 0.42 * std::sqrt(std::max(0.0, 1 - off * off));
      double joints = 1;
      if (bone.radius < 0.2) {
        for (const double joint : {0.35, 0.68})
          joints -= 0.10 * std::exp(-std::pow((t / length - joint) / 0.02, 2));
        const double nail =
            std::pow((t - length - 0.2 * bone.radius) / (0.75 * bone.radius), 2) + std::pow(off / 0.6, 2);
        if (nail < 1) return skin * 0.45 * body + cv::Vec3d(150, 150, 185) * 0.6;
      }
      return skin * (body * joints * (1 + 0.04 * texture.At(u, v, 80)));
    });
  }
  return result;
}

cv::Mat Glasses(const Portrait& portrait, double transmission, double glare, const cv::Vec3d& window_colour) {
  const Local local(portrait);
  cv::Mat result = portrait.bgr.clone();
  const cv::Size size = result.size();
  const double unit = local.unit_px();
  constexpr double kHalfWidth = 0.43, kHalfHeight = 0.31, kDown = 0.07;
  const auto lens = [&](double u, double grow) {
    Points points;
    for (int i = 0; i < 72; ++i) {  // A superellipse of degree 3.5.
      const double a = 2 * std::numbers::pi * i / 72;
      const auto bend = [](double value) { return std::copysign(std::pow(std::abs(value), 2 / 3.5), value); };
      points.emplace_back(u + (kHalfWidth + grow) * bend(std::cos(a)),
                          kDown + (kHalfHeight + grow) * bend(std::sin(a)));
    }
    return Transform(local, points);
  };
  const cv::Mat left = SoftPolygon(size, lens(-0.51, 0), 0.006 * unit);
  const cv::Mat right = SoftPolygon(size, lens(0.51, 0), 0.006 * unit);
  cv::Mat linear = ToLinear(result);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const float w = left.at<float>(y, x) + right.at<float>(y, x);
      if (w <= 0) continue;
      const cv::Point2d at = local.Of({x + 0.5, y + 0.5});
      // The sky mirrors faintly in the upper part of every lens; the glare is a slanted window.
      const double sky = 0.02 * std::clamp(0.5 - (at.y - kDown) / kHalfHeight, 0.0, 1.0);
      const double u = (at.x < 0 ? at.x + 0.51 : at.x - 0.51) / kHalfWidth, v = (at.y - kDown) / kHalfHeight;
      const double slant = u + 0.45 * v;
      const double window = std::clamp((0.62 - std::abs(slant - 0.05)) / 0.12, 0.0, 1.0) *
                            std::clamp((0.70 - std::abs(v + 0.1)) / 0.12, 0.0, 1.0);
      cv::Vec3f& pixel = linear.at<cv::Vec3f>(y, x);
      const double pass = 1 + w * (transmission - 1);
      for (int c = 0; c < 3; ++c) {
        pixel[c] =
            static_cast<float>(pixel[c] * pass + w * (sky * kDaylight[c] + glare * window * window_colour[c]));
      }
    }
  }
  result = FromLinear(linear);
  const int thick = std::max(2, static_cast<int>(0.045 * unit));
  const auto stroke = [&](const Points& points, bool closed) {
    std::vector<cv::Point> fixed;
    for (const cv::Point2d& point : points) fixed.emplace_back(point * 16);
    cv::polylines(result, std::vector{fixed}, closed, cv::Scalar(28, 26, 30), thick, cv::LINE_AA, 4);
  };
  stroke(lens(-0.51, 0.015), true);
  stroke(lens(0.51, 0.015), true);
  stroke(Transform(local, {{-0.09, 0.0}, {-0.04, -0.05}, {0.04, -0.05}, {0.09, 0.0}}), false);
  stroke(Transform(local, {{-0.94, -0.08}, {-1.08 * local.half_width, -0.10}}), false);
  stroke(Transform(local, {{0.94, -0.08}, {1.08 * local.half_width, -0.10}}), false);
  return result;
}

cv::Mat HairOverEyes(const Portrait& portrait, double share) {
  const Local local(portrait);
  cv::Mat result = portrait.bgr.clone();
  const cv::Vec3d hair = HairColour(portrait, local);
  std::mt19937 random(17);
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(random()) / 4294967295.0;
  };
  constexpr double kWidth = 0.030, kSpan = 2.1;
  // Strands that fall at random hide 1 - exp(-n * width / span) of a line.
  const int strands = static_cast<int>(-std::log(std::max(0.02, 1 - share)) * kSpan / kWidth);
  for (int i = 0; i < strands; ++i) {
    const double u0 = uniform(-kSpan / 2, kSpan / 2) * 0.92, u1 = u0 * 1.06 + uniform(-0.10, 0.10);
    const double v0 = local.brows - uniform(0.70, 0.95), v1 = uniform(0.16, 0.34);
    const double shade = uniform(0.7, 1.35);
    std::vector<cv::Point> line;
    for (int k = 0; k <= 12; ++k) {
      const double t = k / 12.0;
      const double bow = 0.07 * std::sin(std::numbers::pi * t) * (u0 < 0 ? -1 : 1);
      line.emplace_back(local.At(u0 + (u1 - u0) * t + bow, v0 + (v1 - v0) * t) * 16);
    }
    const int thick = std::max(1, static_cast<int>(std::lround(kWidth * local.unit_px() * uniform(0.7, 1.3))));
    cv::polylines(result, std::vector{line}, false, cv::Scalar(hair[0], hair[1], hair[2]) * shade, thick,
                  cv::LINE_AA, 4);
  }
  // The roots lie under a lock, so that the fringe does not begin in mid-forehead.
  Points lock;
  for (int i = 0; i <= 20; ++i) {
    const double t = 2 * i / 20.0 - 1;
    lock.emplace_back(t * 1.02 * local.half_width, local.brows - 0.62 + 0.30 * t * t);
  }
  for (int i = 20; i >= 0; --i) {
    const double t = 2 * i / 20.0 - 1;
    lock.emplace_back(t * 1.0 * local.half_width,
                      std::max(local.crown + 0.25, local.brows - 1.25) + 0.35 * t * t);
  }
  const Texture texture(23);
  Paint(result, local, SoftPolygon(result.size(), Transform(local, lock), 0.02 * local.unit_px()),
        [&](double u, double v) {
          return hair * (1 + 0.25 * texture.At(u + 0.05 * v, v * 0.04, 60) + 0.1 * std::sin(u * 70 + 3 * v));
        });
  return result;
}

cv::Mat Clothes(const Portrait& portrait, const cv::Scalar& rgb) {
  const Local local(portrait);
  const cv::Mat below = SoftPolygon(portrait.bgr.size(),
                                    {local.At(-6, local.chin + 0.12), local.At(6, local.chin + 0.12),
                                     local.At(6, local.chin + 8), local.At(-6, local.chin + 8)},
                                    0);
  // Each pixel goes with the nearer of two seeds: the neck, and the cloth on both shoulders.
  const double r = 0.22 * local.unit_px();
  const cv::Size size = portrait.bgr.size();
  const cv::Vec3d neck =
      MedianColour(portrait.bgr, SoftPolygon(size, Ellipse(local.At(0, local.chin + 0.42), r, r), 0));
  const auto lab_of = [](const cv::Vec3d& bgr) { return image::LabFromSrgb({bgr[2], bgr[1], bgr[0]}); };
  const auto distance = [](const image::Lab& a, const image::Lab& b) {
    return std::hypot(0.6 * (a.l - b.l), a.a - b.a, a.b - b.b);  // Folds vary in lightness.
  };
  const image::Lab skin_lab = lab_of(neck);
  image::Lab shirt_lab = skin_lab;
  for (const double out : {1.45, 1.75, 2.05}) {  // Wide necklines leave skin at the first places.
    const cv::Mat shoulders = SoftPolygon(size, Ellipse(local.At(-out, local.chin + 1.55), 1.5 * r, r), 0) +
                              SoftPolygon(size, Ellipse(local.At(out, local.chin + 1.55), 1.5 * r, r), 0);
    shirt_lab = lab_of(MedianColour(portrait.bgr, shoulders.mul(portrait.person)));
    if (distance(shirt_lab, skin_lab) > 15) break;
  }
  cv::Mat smooth;
  cv::GaussianBlur(portrait.bgr, smooth, {}, 0.02 * local.unit_px());
  cv::Mat cloth = cv::Mat::zeros(size, CV_32F);
  std::vector<double> lights;
  for (int y = 0; y < cloth.rows; ++y) {
    for (int x = 0; x < cloth.cols; ++x) {
      const float w = below.at<float>(y, x) * portrait.person.at<float>(y, x);
      if (w <= 0) continue;
      const cv::Vec3b& p = smooth.at<cv::Vec3b>(y, x);
      const image::Lab lab = lab_of({double(p[0]), double(p[1]), double(p[2])});
      const double to_skin = distance(lab, skin_lab), to_shirt = distance(lab, shirt_lab);
      const double share =
          std::clamp(5 * (to_skin - to_shirt) / std::max(1.0, to_skin + to_shirt) + 0.5, 0.0, 1.0);
      const double lit =
          std::clamp((lab.l - 0.45 * shirt_lab.l) / 12, 0.0, 1.0);  // Dark locks on the shoulders stay.
      cloth.at<float>(y, x) = static_cast<float>(w * share * lit);
      if (share * lit > 0.9)
        lights.push_back(image::LuminanceFromSrgb({double(p[2]), double(p[1]), double(p[0])}));
    }
  }
  // Spots of either kind inside the other go.
  const int grain = std::max(3, static_cast<int>(0.07 * local.unit_px()) | 1);
  const cv::Mat disc = cv::getStructuringElement(cv::MORPH_ELLIPSE, {grain, grain});
  cv::morphologyEx(cloth, cloth, cv::MORPH_OPEN, disc);
  cv::morphologyEx(cloth, cloth, cv::MORPH_CLOSE, disc);
  cv::min(cloth, portrait.person, cloth);
  cv::GaussianBlur(cloth, cloth, {}, 0.008 * local.unit_px());
  if (lights.empty()) return portrait.bgr.clone();
  const double median_light = Median(lights);
  const cv::Vec3d linear_colour(image::LinearFromSrgb(rgb[2]), image::LinearFromSrgb(rgb[1]),
                                image::LinearFromSrgb(rgb[0]));
  cv::Mat linear = ToLinear(portrait.bgr);
  for (int y = 0; y < cloth.rows; ++y) {
    for (int x = 0; x < cloth.cols; ++x) {
      const float w = cloth.at<float>(y, x);
      if (w <= 0) continue;
      cv::Vec3f& p = linear.at<cv::Vec3f>(y, x);
      const double light = (0.0722 * p[0] + 0.7152 * p[1] + 0.2126 * p[2]) / median_light;  // Folds stay.
      for (int c = 0; c < 3; ++c) p[c] = static_cast<float>(p[c] * (1 - w) + w * linear_colour[c] * light);
    }
  }
  return FromLinear(linear);
}

// --- Face
// -----------------------------------------------------------------------------------------------------

cv::Mat EyesClosed(const Portrait& portrait, double closure) {
  // The skin between crease and lid edge, lashes included, is drawn down over the eye.
  const double unit = portrait.anchors.PupilDistance();
  cv::Mat_<float> map_x(portrait.bgr.size()), map_y(portrait.bgr.size());
  for (int y = 0; y < map_x.rows; ++y) {
    for (int x = 0; x < map_x.cols; ++x) {
      map_x(y, x) = static_cast<float>(x);
      map_y(y, x) = static_cast<float>(y);
    }
  }
  for (const Eye& eye : EyesOf(portrait)) {
    const int first = static_cast<int>(eye.upper.front().x), last = static_cast<int>(eye.upper.back().x);
    for (int x = std::max(0, first); x <= std::min(map_x.cols - 1, last); ++x) {
      const double lashes = 0.012 * unit;  // The dark edge of the lid, taken along.
      const double upper = HeightAt(eye.upper, x + 0.5), lower = HeightAt(eye.lower, x + 0.5) + 0.03 * unit;
      const double edge = upper + lashes;
      const double crease = upper - 0.75 * (upper - HeightAt(eye.brow, x + 0.5));
      const double target = edge + closure * std::max(0.0, lower - edge);
      if (target <= edge || edge <= crease) continue;
      for (int y = std::max(0, static_cast<int>(crease)); y < std::min(map_y.rows - 1.0, target); ++y) {
        // Quadratic: the skin near the crease hardly moves, that at the edge most.
        const double t = (y + 0.5 - crease) / (target - crease);
        if (t < 0) continue;
        const double from = crease + (edge - crease) * t;
        map_y(y, x) = static_cast<float>(from - 0.5);
      }
    }
  }
  cv::Mat result;
  cv::remap(portrait.bgr, result, map_x, map_y, cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  return result;
}

cv::Mat GazeAside(const Portrait& portrait, double deg) {
  // A rigid eyeball of 12 mm radius, 63 mm between the pupils; the white of the eye is squeezed and stretched.
  const double unit = portrait.anchors.PupilDistance();
  const double shift = 12.0 / 63 * unit * std::sin(deg * std::numbers::pi / 180);
  cv::Mat result = portrait.bgr.clone();
  for (const Eye& eye : EyesOf(portrait)) {
    const double left = eye.upper.front().x, right = eye.upper.back().x;
    const double radius = 1.08 * eye.iris_radius;
    const double iris_left = std::max(left + 1, eye.pupil.x - radius);
    const double iris_right = std::min(right - 1, eye.pupil.x + radius);
    const double to_left = std::clamp(iris_left + shift, left + 1, right - 2);
    const double to_right = std::clamp(iris_right + shift, to_left + 1, right - 0.5);
    const auto source = [&](double x) {
      if (x < to_left) return left + (x - left) / (to_left - left) * (iris_left - left);
      if (x < to_right) return std::clamp(x - shift, iris_left, iris_right);
      return iris_right + (x - to_right) / (right - to_right) * (right - iris_right);
    };
    cv::Mat_<float> map_x(result.size()), map_y(result.size());
    const cv::Rect box = cv::boundingRect(std::vector<cv::Point>(eye.opening.begin(), eye.opening.end())) &
                         cv::Rect({}, result.size());
    for (int y = 0; y < map_x.rows; ++y) {
      for (int x = 0; x < map_x.cols; ++x) {
        const bool inside = box.contains({x, y});
        map_x(y, x) = static_cast<float>(inside ? source(x + 0.5) - 0.5 : x);
        map_y(y, x) = static_cast<float>(y);
      }
    }
    cv::Mat moved;
    cv::remap(portrait.bgr, moved, map_x, map_y, cv::INTER_CUBIC, cv::BORDER_REPLICATE);
    result = Blend(result, moved, SoftPolygon(result.size(), eye.opening, 0.012 * unit));
  }
  return result;
}

}  // namespace gradphoto::faults
