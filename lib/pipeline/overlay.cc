// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/overlay.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "lib/image/encode.h"
#include "lib/image/resample.h"

namespace gradphoto::pipeline {
namespace {

constexpr int kQuality = 88;
constexpr int kSidebar = 190;  // Room for the labels beside the frame, px.
const cv::Scalar kGood(60, 160, 40), kBad(40, 40, 210), kInk(40, 40, 40), kPaper(255, 255, 255);

cv::Mat WholePhoto(const cv::Mat& bgr) {
  constexpr double kLongSide = 800;
  const double scale = std::min(1.0, kLongSide / std::max(bgr.cols, bgr.rows));
  cv::Mat small;
  const cv::Size size(std::max(1, static_cast<int>(bgr.cols * scale)),
                      std::max(1, static_cast<int>(bgr.rows * scale)));
  cv::resize(bgr, small, size, 0, 0, cv::INTER_AREA);
  return small;
}

void Label(cv::Mat& canvas, const std::string& text, int x, int y, const cv::Scalar& colour) {
  cv::putText(canvas, text, {x, y}, cv::FONT_HERSHEY_SIMPLEX, 0.45, colour, 1, cv::LINE_AA);
}

std::string Rounded(double value) { return std::to_string(static_cast<int>(std::lround(value))); }

class Drawing {
 public:
  Drawing(const cv::Mat& frame)
      : width_(frame.cols), canvas_(frame.rows, frame.cols + kSidebar, CV_8UC3, kPaper) {
    frame.copyTo(canvas_(cv::Rect(0, 0, frame.cols, frame.rows)));
  }

  // A window as a bracket at the right edge and the measured place as a line across.
  void Position(const std::string& name, const standard::PixelWindow& window, double value, bool vertical) {
    const cv::Scalar& colour = Colour(window, value);
    const int at = static_cast<int>(std::lround(value));
    if (vertical) {
      cv::line(canvas_, {at, 0}, {at, canvas_.rows}, colour, 1, cv::LINE_AA);
    } else {
      cv::line(canvas_, {0, at}, {width_, at}, colour, 1, cv::LINE_AA);
      const int x = width_ + 6 + 4 * brackets_++;
      cv::line(canvas_, {x, int(window.min_px)}, {x, int(window.max_px)}, kGood, 3);
    }
    Note(name, window, value, colour, at);
  }

  void Length(const std::string& name, const standard::PixelWindow& window, double value,
              const cv::Point2d& from, const cv::Point2d& to) {
    const cv::Scalar& colour = Colour(window, value);
    cv::line(canvas_, from, to, colour, 1, cv::LINE_AA);
    cv::circle(canvas_, from, 3, colour, cv::FILLED, cv::LINE_AA);
    cv::circle(canvas_, to, 3, colour, cv::FILLED, cv::LINE_AA);
    Note(name, window, value, colour, static_cast<int>(from.y + to.y) / 2);
  }

  void Dot(const cv::Point2d& place) { cv::circle(canvas_, place, 3, kGood, 1, cv::LINE_AA); }
  void Verdict(const std::string& text, const cv::Scalar& colour) {
    Label(canvas_, text, width_ + 40, canvas_.rows - 12, colour);
  }
  const cv::Mat& canvas() const { return canvas_; }

 private:
  static const cv::Scalar& Colour(const standard::PixelWindow& window, double value) {
    return value >= window.min_px && value <= window.max_px ? kGood : kBad;
  }
  // Labels keep a line's distance from each other.
  void Note(const std::string& name, const standard::PixelWindow& window, double value,
            const cv::Scalar& colour, int y) {
    y = std::clamp(y, 14, std::max(14, canvas_.rows - 40));
    while (std::ranges::any_of(taken_, [&](int other) { return std::abs(other - y) < 32; })) y += 4;
    taken_.push_back(y);
    Label(canvas_, name + " " + Rounded(value), width_ + 40, y, colour);
    Label(canvas_, Rounded(window.min_px) + " - " + Rounded(window.max_px), width_ + 40, y + 14, kInk);
  }

  int width_;
  cv::Mat canvas_;
  int brackets_ = 0;
  std::vector<int> taken_;
};

}  // namespace

Result<std::vector<std::byte>> DrawOverlay(const standard::Standard& standard, const PhotoResult& result) {
  const Analysis& analysis = *result.analysis;
  if (!analysis.head || !result.frame) {
    return image::EncodeJpeg(WholePhoto(analysis.bgr), kQuality, image::ChromaSampling::k444,
                             standard.frame.dpi);
  }
  const geometry::CropPlan& plan = result.frame->plan;
  const cv::Mat frame =
      result.rendered.empty()
          ? image::Resample(analysis.bgr, {plan.scale, plan.x_px, plan.y_px}, plan.width_px, plan.height_px)
          : result.rendered;
  Drawing drawing(frame);
  const geometry::FaceAnchors& anchors = analysis.head->anchors;
  const auto out = [&](const cv::Point2d& point) { return plan.OutputFromSource(point); };
  for (std::size_t i = 0; i < standard.placement.size(); ++i) {
    const geometry::Measure measure = standard.placement[i].measure;
    const std::string name(geometry::MeasureName(measure));
    const standard::PixelWindow& window = result.frame->windows[i];
    const double value = plan.values_px[i];
    if (measure == geometry::Measure::kFaceWidth) {
      drawing.Length(name, window, value, out(anchors.left_cheek), out(anchors.right_cheek));
    } else if (measure == geometry::Measure::kPupilDistance) {
      drawing.Length(name, window, value, out(anchors.left_pupil), out(anchors.right_pupil));
    } else if (measure == geometry::Measure::kHeadLength) {
      drawing.Length(name, window, value, out({anchors.chin.x, anchors.crown_y}), out(anchors.chin));
    } else {
      drawing.Position(name, window, value, measure == geometry::Measure::kEyeMidX);
    }
  }
  drawing.Dot(out(anchors.left_pupil));
  drawing.Dot(out(anchors.right_pupil));
  const Outcome outcome = result.record.outcome;
  drawing.Verdict(std::string(OutcomeName(outcome)), outcome == Outcome::kAccepted ? kGood : kBad);
  return image::EncodeJpeg(drawing.canvas(), kQuality, image::ChromaSampling::k444, standard.frame.dpi);
}

}  // namespace gradphoto::pipeline
