// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/frame.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lib/base/numbers.h"
#include "lib/check/background.h"
#include "lib/check/judge.h"
#include "lib/check/text_overlay.h"
#include "lib/pipeline/frame_matte.h"
#include "lib/standard/codes.h"
#include "lib/standard/standard_json.h"

namespace gradphoto::pipeline {
namespace {

using geometry::CropObstacle;

std::vector<standard::PixelWindow> WindowsOf(const standard::Standard& standard, cv::Size frame) {
  std::vector<standard::PixelWindow> windows;
  for (const standard::PlacementRule& rule : standard.placement) {
    windows.push_back(standard::ToPixels(rule, frame.width, frame.height, standard.frame.dpi));
  }
  return windows;
}

// Above a head that is not cut there is only wall: where the standard lets us replace the background, a photo
// with too little of it above the hair is completed.
constexpr double kExtendTopShare = 0.15;  // Of the frame's height.

geometry::CropRequest RequestFor(const standard::Standard& standard, const face::Head& head, cv::Size frame,
                                 const std::vector<standard::PixelWindow>& windows) {
  geometry::CropRequest request;
  request.width_px = frame.width;
  request.height_px = frame.height;
  request.max_scale = standard.allow_upscale ? std::numeric_limits<double>::infinity() : 1.0;
  if (standard.background.policy != standard::BackgroundPolicy::kNever && !head.crown_cut) {
    request.extend_top_px = kExtendTopShare * frame.height;
  }
  if (const standard::CheckRule* centering = standard.Check("CENTERING")) {
    request.centre_tolerance_px = centering->warn.value_or(0);
  }
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const standard::PlacementRule& rule = standard.placement[i];
    request.rules.push_back({rule.measure, windows[i].min_px, windows[i].max_px, windows[i].target_min_px,
                             windows[i].target_max_px, rule.severity >= Severity::kReject});
  }
  return request;
}

Finding PlacementFinding(const standard::PlacementRule& rule, const standard::PixelWindow& window,
                         double value) {
  return standard::MakeFinding(standard::MeasureCode(rule.measure), rule.severity, Round(value, 2),
                               window.Least(), window.Most());
}

// The windows that the plan does not meet. A hundredth of a pixel is rounding.
std::vector<Finding> MissedWindows(const standard::Standard& standard,
                                   const std::vector<standard::PixelWindow>& windows,
                                   const std::vector<double>& values) {
  constexpr double kRounding = 0.01;
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (values[i] >= windows[i].min_px - kRounding && values[i] <= windows[i].max_px + kRounding) continue;
    findings.push_back(PlacementFinding(standard.placement[i], windows[i], values[i]));
  }
  return findings;
}

std::optional<Finding> EdgeFinding(const standard::Standard& standard, const CropObstacle& obstacle) {
  switch (obstacle.kind) {
    case CropObstacle::Kind::kRule:
      return std::nullopt;  // See MissedWindows.
    case CropObstacle::Kind::kUpscale:
      return check::OutsideWindow(standard, "SOURCE_TOO_SMALL", obstacle.value, std::nullopt, 1.0);
    case CropObstacle::Kind::kTop:
      return check::OutsideWindow(standard, "HEAD_CUT", obstacle.value, std::nullopt, 0, "top");
    case CropObstacle::Kind::kBottom:
      return check::OutsideWindow(standard, "NO_SHOULDERS", obstacle.value, std::nullopt, 0, "bottom");
    case CropObstacle::Kind::kLeft:
      return check::OutsideWindow(standard, "HEAD_CUT", obstacle.value, std::nullopt, 0, "left");
    case CropObstacle::Kind::kRight:
      break;
  }
  return check::OutsideWindow(standard, "HEAD_CUT", obstacle.value, std::nullopt, 0, "right");
}

// Two obstacles can lie at one edge (too narrow, and too far to the side): the larger is told.
void AddOncePerEdge(Finding finding, std::vector<Finding>& findings) {
  const auto same = std::ranges::find_if(findings, [&](const Finding& other) {
    return other.code == finding.code && other.detail == finding.detail;
  });
  if (same == findings.end()) {
    findings.push_back(std::move(finding));
  } else {
    same->value = std::max(same->value, finding.value);
  }
}

void JudgeCentring(const standard::Standard& standard, const face::Head& head, PlannedFrame& frame) {
  const double offset = (head.anchors.MidX() - frame.plan.x_px) * frame.plan.scale - frame.plan.width_px / 2.0;
  if (auto finding = check::Judge(standard, "CENTERING", Round(std::abs(offset), 2)))
    frame.findings.push_back(*finding);
}

bool LeavesPhoto(const geometry::CropPlan& plan) {
  return std::ranges::any_of(plan.obstacles, [](const CropObstacle& obstacle) {
    return obstacle.kind != CropObstacle::Kind::kRule && obstacle.kind != CropObstacle::Kind::kUpscale;
  });
}

double NeededScale(const geometry::CropPlan& plan) {
  for (const CropObstacle& obstacle : plan.obstacles) {
    if (obstacle.kind == CropObstacle::Kind::kUpscale) return obstacle.value;
  }
  return 1.0;
}

// Puts the person of `frame.bgr` before the standard's first colour, unless the matte is not trusted: then the
// pixels stay as they are, MATTE_UNCERTAIN says so, and false is returned. `added_rows` at the top show no
// photo.
Result<bool> ReplaceBackground(const Engine& engine, const face::Head& head, const geometry::CropPlan& plan,
                               const matte::FrameContext& context, const cv::Mat& mask, int added_rows,
                               RenderedFrame& frame) {
  const standard::Background& rules = engine.standard.background;
  TRY_ASSIGN(auto found, MatteOfFrame(engine, context, mask, HeadShapeOf(head, plan)));
  matte::Matte& matte = found.matte;
  frame.background["ambiguous_percent"] = Round(matte.trust.ambiguous_percent, 2);
  frame.background["mirror_percent"] = Round(matte.trust.mirror_percent, 2);
  frame.background["unexplained_percent"] = Round(matte.trust.unexplained_percent, 2);
  if (matte.trust.indistinct_percent > 0) {
    frame.background["indistinct_percent"] = Round(matte.trust.indistinct_percent, 2);
  }
  frame.background["doubt_percent"] = Round(matte.trust.DoubtPercent(), 2);
  if (found.second_stage) frame.background["second_matte"] = engine.second_matte->name();

  if (auto doubt = check::Judge(engine.standard, "MATTE_UNCERTAIN", Round(matte.trust.DoubtPercent(), 2))) {
    if (rules.when_uncertain == standard::WhenUncertain::kAskPlainWall) {
      doubt->severity = std::max(doubt->severity, Severity::kReject);
      doubt->detail = "plain wall asked for";
    } else if (added_rows > 0) {
      doubt->severity = std::max(doubt->severity, Severity::kReject);
      doubt->detail = "room above the hair is missing";
    } else {
      // Nothing is wrong with the photo: a person may take it as it is.
      doubt->severity = std::min(doubt->severity, Severity::kReview);
      doubt->detail = "original kept";
    }
    frame.findings.push_back(std::move(*doubt));
    return false;
  }
  if (added_rows > 0) {
    matte.alpha.rowRange(0, added_rows).setTo(0);
    frame.background["added_top_px"] = added_rows;
  }
  const std::array<int, 3>& to = rules.allowed.front().rgb;
  frame.bgr = matte::Composite(matte, frame.bgr,
                               {static_cast<unsigned char>(to[2]), static_cast<unsigned char>(to[1]),
                                static_cast<unsigned char>(to[0])});
  frame.background["replaced"] = true;
  frame.background["to"] = to;
  return true;
}

}  // namespace

PlannedFrame PlanFrame(const standard::Standard& standard, const face::Head& head, cv::Size source_size) {
  const standard::FrameSize& sizes = standard.frame;
  const auto plan_for = [&](cv::Size size) {
    PlannedFrame planned;
    planned.windows = WindowsOf(standard, size);
    planned.plan =
        geometry::PlanCrop(RequestFor(standard, head, size, planned.windows), head.anchors, source_size);
    return planned;
  };
  PlannedFrame frame = plan_for({sizes.max_width_px, sizes.max_height_px});
  if (!sizes.IsExact()) {
    // Frame = unit * aspect; a smaller one shows less of the photo at the same scale, so it may fit where the
    // largest does not. Where none fits, the largest that needs no upscaling says what is missing.
    const int least_unit = (sizes.min_height_px + sizes.aspect_height - 1) / sizes.aspect_height;
    std::optional<PlannedFrame> sharp;
    for (int unit = sizes.max_height_px / sizes.aspect_height;;) {
      frame = plan_for({unit * sizes.aspect_width, unit * sizes.aspect_height});
      const double needed = NeededScale(frame.plan);
      if (needed <= 1.0) {
        if (!LeavesPhoto(frame.plan)) break;
        if (!sharp) sharp = frame;
      }
      if (unit <= least_unit) {
        if (sharp) frame = std::move(*sharp);
        break;
      }
      constexpr double kStep = 0.97;
      unit = std::max(least_unit, std::min(unit - 1, static_cast<int>(unit * std::min(kStep, 1 / needed))));
    }
  }
  frame.findings = MissedWindows(standard, frame.windows, frame.plan.values_px);
  for (const CropObstacle& obstacle : frame.plan.obstacles) {
    if (auto finding = EdgeFinding(standard, obstacle)) AddOncePerEdge(std::move(*finding), frame.findings);
  }
  if (head.crown_cut) {
    if (auto finding = check::Failed(standard, "HEAD_CUT", "top"))
      AddOncePerEdge(std::move(*finding), frame.findings);
  }
  JudgeCentring(standard, head, frame);
  return frame;
}

PlannedFrame WholePictureFrame(const standard::Standard& standard, const face::Head& head,
                               cv::Size source_size) {
  PlannedFrame frame;
  frame.plan.width_px = source_size.width;
  frame.plan.height_px = source_size.height;
  frame.windows = WindowsOf(standard, source_size);
  for (const standard::PlacementRule& rule : standard.placement) {
    frame.plan.values_px.push_back(geometry::MeasureValue(rule.measure, head.anchors, frame.plan));
  }
  frame.findings = MissedWindows(standard, frame.windows, frame.plan.values_px);
  JudgeCentring(standard, head, frame);
  return frame;
}

cv::Rect CoveredPart(const geometry::CropPlan& plan, cv::Size source_size) {
  const cv::Point2d begin = plan.OutputFromSource({0, 0});
  const cv::Point2d end = plan.OutputFromSource(cv::Point2d(source_size.width, source_size.height));
  return cv::Rect(cv::Point(cvCeil(begin.x), cvCeil(begin.y)), cv::Point(cvFloor(end.x), cvFloor(end.y))) &
         cv::Rect(0, 0, plan.width_px, plan.height_px);
}

Result<OriginalFrame> RenderOriginal(const Engine& engine, const Analysis& analysis,
                                     const geometry::CropPlan& plan) {
  OriginalFrame original{RenderContext(analysis, plan), {}, {}, {}};
  TRY_ASSIGN(auto mask, matte::FrameMask(engine.masker, original.context));
  original.person = std::move(mask);
  const cv::Mat pixels = original.context.FramePixels();
  original.wall = matte::LookAtBackground(pixels, original.person);
  TRY_ASSIGN(original.writing, check::ReadWriting(engine.reader, pixels, check::SlantedLines::kRead));
  return original;
}

Json BackgroundAsItIs(const standard::Standard& standard, const OriginalFrame& original) {
  Json background;
  background["policy"] = standard::PolicyName(standard.background.policy);
  background["replaced"] = false;
  if (original.wall) background["from"] = original.wall->rgb;
  return background;
}

Result<RenderedFrame> FinishBackground(const Engine& engine, const Analysis& analysis,
                                       const geometry::CropPlan& plan, const OriginalFrame& original,
                                       bool disturbed) {
  const standard::Standard& standard = engine.standard;
  RenderedFrame frame;
  frame.bgr = original.context.FramePixels().clone();
  frame.background = BackgroundAsItIs(standard, original);
  if (!original.wall || standard.background.policy == standard::BackgroundPolicy::kNever) return frame;
  // Rows of the frame above the photo: there the wall has to be made, so it is made everywhere.
  const int added_rows = static_cast<int>(std::lround(std::max(0.0, -plan.y_px * plan.scale)));
  const bool conforms =
      added_rows == 0 && !disturbed &&
      check::DistanceToAllowed(standard, original.wall->rgb) <= standard.background.tolerance_delta_e;
  if (standard.background.policy == standard::BackgroundPolicy::kIfNeeded && conforms) return frame;

  TRY(ReplaceBackground(engine, *analysis.head, plan, original.context, original.person, added_rows, frame));
  return frame;
}

}  // namespace gradphoto::pipeline
