// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/overlay.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "lib/image/encode.h"
#include "lib/image/resample.h"
#include "lib/image/text.h"

namespace gradphoto::pipeline {
namespace {

using geometry::Measure;
using image::TextStyle;
using standard::Texts;

constexpr int kQuality = 88;
constexpr int kWidth = 720;      // Of the canvas: twice the CSS pixels of a phone.
constexpr int kGutter = 140;     // Beside the picture, for the labels.
constexpr int kMaxHeight = 900;  // Of the picture.
constexpr int kMargin = 20;
constexpr int kHeader = 64;
const cv::Scalar kGood(70, 150, 30), kDoubt(0, 130, 230), kBad(40, 40, 210), kNeutral(120, 120, 120);
const cv::Scalar kInk(40, 40, 40), kSoft(110, 110, 110), kPaper(255, 255, 255), kOutline(200, 160, 0);
const cv::Scalar kOutside(205, 205, 205);  // Where the frame leaves the photo.

cv::Scalar ColourOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAccepted:
      return kGood;
    case Outcome::kReview:
      return kDoubt;
    case Outcome::kRejected:
      return kBad;
    case Outcome::kError:
    case Outcome::kMissing:
    case Outcome::kHeld:
      break;
  }
  return kNeutral;
}

cv::Scalar ColourOf(Severity severity) {
  return severity >= Severity::kReject ? kBad : severity >= Severity::kReview ? kDoubt : kInk;
}

std::string_view NameOf(Measure measure, const Texts& texts) {
  switch (measure) {
    case Measure::kEyeLine:
      return texts.Get("overlay.eyes");
    case Measure::kCrown:
      return texts.Get("overlay.crown");
    case Measure::kSkull:
      return texts.Get("overlay.skull");
    case Measure::kChin:
      return texts.Get("overlay.chin");
    case Measure::kFaceWidth:
      return texts.Get("overlay.face_width");
    case Measure::kHeadLength:
      return texts.Get("overlay.head_length");
    case Measure::kPupilDistance:
      return texts.Get("overlay.pupils");
    case Measure::kEyeMidX:
      break;
  }
  return texts.Get("overlay.centre");
}

std::string WindowText(const standard::PixelWindow& window) {
  const auto rounded = [](double value) { return std::to_string(std::lround(value)); };
  if (!window.has_min) return "≤ " + rounded(window.max_px);
  if (!window.has_max) return "≥ " + rounded(window.min_px);
  return rounded(window.min_px) + "–" + rounded(window.max_px);
}

// The photo as the frame shows it; grey where the frame leaves the photo.
cv::Mat FramePicture(const PhotoResult& result) {
  if (!result.rendered.empty()) return result.rendered.clone();
  const geometry::CropPlan& plan = result.frame->plan;
  const cv::Mat& photo = result.analysis->bgr;
  cv::Mat picture = image::Resample(photo, {plan.scale, plan.x_px, plan.y_px}, plan.width_px, plan.height_px);
  const cv::Rect inside(plan.OutputFromSource({0, 0}),
                        cv::Point(plan.OutputFromSource({double(photo.cols), double(photo.rows)})));
  cv::Mat outside(picture.size(), CV_8U, cv::Scalar(255));
  outside(inside & cv::Rect({}, picture.size())).setTo(0);
  picture.setTo(kOutside, outside);
  return picture;
}

// A picture enlarged or shrunk to the canvas, with what is drawn on it in the picture's own coordinates. Labels
// stand in a gutter at its left.
class Drawing {
 public:
  Drawing(const cv::Mat& picture, int gutter)
      : gutter_(gutter),
        scale_(std::min(double(kWidth - gutter) / picture.cols, double(kMaxHeight) / picture.rows)) {
    const cv::Size size(std::max(1, int(std::lround(picture.cols * scale_))),
                        std::max(1, int(std::lround(picture.rows * scale_))));
    page_.create(size.height, gutter + size.width, CV_8UC3);
    page_.setTo(kPaper);
    canvas_ = page_.colRange(gutter, page_.cols);
    cv::resize(picture, canvas_, size, 0, 0, scale_ < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  }

  // The rows or columns that the standard allows.
  void Band(const standard::PixelWindow& window, bool vertical) {
    const int from = At(window.min_px), to = At(window.max_px);
    const cv::Rect all({}, canvas_.size());
    const cv::Rect band =
        (vertical ? cv::Rect(from, 0, to - from, canvas_.rows) : cv::Rect(0, from, canvas_.cols, to - from)) &
        all;
    if (band.empty()) return;
    cv::Mat region = canvas_(band);
    cv::addWeighted(region, 0.86, cv::Mat(region.size(), CV_8UC3, kGood), 0.14, 0, region);
  }

  void Line(const cv::Point2d& from, const cv::Point2d& to, const cv::Scalar& colour) {
    cv::line(canvas_, At(from), At(to), kPaper, 4, cv::LINE_AA);
    cv::line(canvas_, At(from), At(to), colour, 2, cv::LINE_AA);
  }
  void Row(double y, const cv::Scalar& colour) { Line({0, y}, {canvas_.cols / scale_, y}, colour); }
  void Column(double x, const cv::Scalar& colour) { Line({x, 0}, {x, canvas_.rows / scale_}, colour); }

  void Dot(const cv::Point2d& place, const cv::Scalar& colour) {
    cv::circle(canvas_, At(place), 7, kPaper, cv::FILLED, cv::LINE_AA);
    cv::circle(canvas_, At(place), 5, colour, cv::FILLED, cv::LINE_AA);
  }

  // Dashes along the outline of a mask (CV_32F, in the picture's size).
  void Outline(const cv::Mat& mask) {
    cv::Mat person;
    cv::resize(mask, person, canvas_.size(), 0, 0, cv::INTER_LINEAR);
    std::vector<std::vector<cv::Point>> contours;
    cv::findContours(person > 0.5, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
    constexpr std::size_t kDash = 10, kGap = 8;
    for (const auto& contour : contours) {
      for (std::size_t i = 0; i < contour.size(); ++i) {
        if (i % (kDash + kGap) < kDash) cv::circle(canvas_, contour[i], 1, kOutline, cv::FILLED, cv::LINE_AA);
      }
    }
  }

  // What was measured at row y, and what is allowed; labels make room for each other.
  void Label(const std::string& value, const std::string& window, double y, const cv::Scalar& colour) {
    constexpr int kHeight = 62, kPad = 8;
    int top = std::clamp(At(y) - kHeight / 2, 0, std::max(0, page_.rows - kHeight));
    while (std::ranges::any_of(taken_, [&](int other) { return std::abs(other - top) < kHeight; })) top += 4;
    taken_.push_back(top);
    const cv::Rect box = cv::Rect(0, top, gutter_ - 4, kHeight - 4) & cv::Rect({}, page_.size());
    if (!box.empty()) page_(box).setTo(colour);
    image::DrawText(page_, value, {kPad, top + 2}, {24, kPaper, true});
    image::DrawText(page_, window, {kPad, top + 30}, {20, kPaper, false});
  }

  const cv::Mat& page() const { return page_; }

 private:
  int At(double value) const { return static_cast<int>(std::lround(value * scale_)); }
  cv::Point At(const cv::Point2d& place) const { return {At(place.x), At(place.y)}; }

  int gutter_;
  double scale_;
  cv::Mat page_, canvas_;  // `canvas_` is the picture's part of `page_`.
  std::vector<int> taken_;
};

cv::Mat FrameDrawing(const standard::Standard& standard, const PhotoResult& result, const Texts& texts) {
  const geometry::FaceAnchors& anchors = result.analysis->head->anchors;
  const PlannedFrame& frame = *result.frame;
  const auto out = [&](const cv::Point2d& point) { return frame.plan.OutputFromSource(point); };
  Drawing drawing(FramePicture(result), kGutter);
  // Bands first, so that they tint no line; a window without one end is a line's matter alone.
  for (std::size_t i = 0; i < standard.placement.size(); ++i) {
    const Measure measure = standard.placement[i].measure;
    const bool places =
        measure == Measure::kEyeLine || measure == Measure::kCrown || measure == Measure::kEyeMidX;
    if (places && frame.windows[i].has_min && frame.windows[i].has_max) {
      drawing.Band(frame.windows[i], measure == Measure::kEyeMidX);
    }
  }
  if (!result.person.empty()) drawing.Outline(result.person);
  for (std::size_t i = 0; i < standard.placement.size(); ++i) {
    const Measure measure = standard.placement[i].measure;
    if (measure == Measure::kSkull) continue;  // An estimate that pulls the crop; nothing to see in the photo.
    const standard::PixelWindow& window = frame.windows[i];
    const double value = frame.plan.values_px[i];
    const bool met = value >= window.min_px - 0.01 && value <= window.max_px + 0.01;
    const cv::Scalar& colour = met                                                   ? kGood
                               : standard.placement[i].severity >= Severity::kReject ? kBad
                                                                                     : kDoubt;
    double label_row = value;
    if (measure == Measure::kFaceWidth) {
      const cv::Point2d left = out(anchors.left_cheek), right = out(anchors.right_cheek);
      drawing.Line(left, right, colour);
      drawing.Line(left - cv::Point2d(0, 12), left + cv::Point2d(0, 12), colour);
      drawing.Line(right - cv::Point2d(0, 12), right + cv::Point2d(0, 12), colour);
      label_row = left.y;
    } else if (measure == Measure::kPupilDistance) {
      drawing.Line(out(anchors.left_pupil), out(anchors.right_pupil), colour);
      label_row = out(anchors.left_pupil).y;
    } else if (measure == Measure::kHeadLength) {
      drawing.Line(out({anchors.chin.x, anchors.crown_y}), out(anchors.chin), colour);
      label_row = (out({0, anchors.crown_y}).y + out(anchors.chin).y) / 2;
    } else if (measure == Measure::kEyeMidX) {
      drawing.Column(value, colour);
      label_row = frame.plan.height_px * 0.9;
    } else {
      drawing.Row(value, colour);
    }
    const std::string number = std::to_string(std::lround(value));
    drawing.Label(fmt::format("{} {}", NameOf(measure, texts), number), WindowText(window), label_row, colour);
  }
  drawing.Dot(out(anchors.left_pupil), kGood);
  drawing.Dot(out(anchors.right_pupil), kGood);
  return drawing.page();
}

// The verdict above the picture, the findings below.
class Page {
 public:
  Page(const cv::Mat& picture, const std::string& verdict, const cv::Scalar& colour)
      : canvas_(kHeader + picture.rows, kWidth, CV_8UC3, kPaper) {
    canvas_.rowRange(0, kHeader).setTo(colour);
    image::DrawText(canvas_, verdict, {kMargin, 12}, {32, kPaper, true});
    picture.copyTo(canvas_(cv::Rect((kWidth - picture.cols) / 2, kHeader, picture.cols, picture.rows)));
  }

  void HeaderNote(const std::string& text) {
    const TextStyle style{22, kPaper, false};
    const cv::Size size = image::TextSize(text, style);
    image::DrawText(canvas_, text, {kWidth - kMargin - size.width, 18}, style);
  }

  void Paragraph(const std::string& text, const TextStyle& style) {
    constexpr int kTextWidth = kWidth - 2 * kMargin;
    const cv::Size size = image::TextSize(text, style, kTextWidth);
    cv::Mat longer(canvas_.rows + size.height + 12, kWidth, CV_8UC3, kPaper);
    canvas_.copyTo(longer.rowRange(0, canvas_.rows));
    image::DrawText(longer, text, {kMargin, canvas_.rows + 8}, style, kTextWidth);
    canvas_ = longer;
  }

  const cv::Mat& canvas() const { return canvas_; }

 private:
  cv::Mat canvas_;
};

}  // namespace

Result<std::vector<std::byte>> DrawOverlay(const standard::Standard& standard, const PhotoResult& result,
                                           const standard::Reasons& reasons, standard::Language language) {
  const Texts& texts = reasons.texts(language);
  const Analysis& analysis = *result.analysis;
  const cv::Mat picture =
      analysis.head && result.frame ? FrameDrawing(standard, result, texts) : Drawing(analysis.bgr, 0).page();
  const Outcome outcome = result.record.outcome;
  Page page(picture, std::string(texts.Title(outcome)), ColourOf(outcome));
  page.HeaderNote(standard.name);
  for (const Finding& finding : result.record.findings) {
    if (finding.severity < Severity::kWarn) continue;
    std::string line =
        fmt::format("{}  {}", texts.Title(finding.severity), reasons.Get(finding.code, language).title);
    if (const std::string value = standard::FormatValue(finding, texts); !value.empty()) line += "  " + value;
    if (const std::string limit = standard::FormatLimit(finding, texts); !limit.empty()) {
      line += "  [" + limit + "]";
    }
    if (!finding.detail.empty()) line += "  " + texts.Detail(finding);
    page.Paragraph(line, {26, ColourOf(finding.severity), finding.severity >= Severity::kReview});
    if (finding.severity >= Severity::kReview) {
      page.Paragraph(reasons.Get(finding.code, language).advice, {22, kSoft, false});
    }
  }
  page.Paragraph(texts.Format("overlay.checks_passed", result.passed.size()), {22, kSoft, false});
  return image::EncodeJpeg(page.canvas(), kQuality, image::ChromaSampling::k444, standard.frame.dpi);
}

}  // namespace gradphoto::pipeline
