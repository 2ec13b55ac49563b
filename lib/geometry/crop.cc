// SPDX-License-Identifier: Apache-2.0
#include "lib/geometry/crop.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace gradphoto::geometry {
namespace {

// A point (s, u) of the plane of plans, and a half-plane a * s + b * u <= c in it.
struct PlanePoint {
  double s = 0, u = 0;
};
struct HalfPlane {
  double a = 0, b = 0, c = 0;
  double Excess(const PlanePoint& p) const { return a * p.s + b * p.u - c; }
};
using Polygon = std::vector<PlanePoint>;
constexpr double kRounding = 1e-6;

// Sutherland-Hodgman against one half-plane; empty when nothing of the polygon lies in it.
Polygon Clip(const Polygon& polygon, const HalfPlane& half_plane) {
  Polygon result;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const PlanePoint& from = polygon[i];
    const PlanePoint& to = polygon[(i + 1) % polygon.size()];
    const double from_excess = half_plane.Excess(from), to_excess = half_plane.Excess(to);
    // A photo that is exactly as large as the frame leaves a single point; rounding must not lose it.
    if (from_excess <= kRounding) result.push_back(from);
    if ((from_excess < -kRounding && to_excess > kRounding) ||
        (from_excess > kRounding && to_excess < -kRounding)) {
      const double t = from_excess / (from_excess - to_excess);
      result.push_back({from.s + t * (to.s - from.s), from.u + t * (to.u - from.u)});
    }
  }
  return result;
}

// A measure's value is by_scale * s + by_shift * u + constant.
struct LinearValue {
  double by_scale = 0, by_shift = 0, constant = 0;
  double At(const PlanePoint& p) const { return by_scale * p.s + by_shift * p.u + constant; }
};

LinearValue ValueOf(Measure measure, const FaceAnchors& face) {
  switch (measure) {
    case Measure::kEyeLine:
      return {face.EyeMid().y, -1, 0};
    case Measure::kCrown:
      return {face.crown_y, -1, 0};
    case Measure::kSkull:
      return {face.skull_y, -1, 0};
    case Measure::kChin:
      return {face.chin.y, -1, 0};
    case Measure::kFaceWidth:
      return {face.FaceWidth(), 0, 0};
    case Measure::kHeadLength:
      return {face.chin.y - face.crown_y, 0, 0};
    case Measure::kPupilDistance:
      return {face.PupilDistance(), 0, 0};
    case Measure::kEyeMidX:
      break;
  }
  return {0, 0, 0};  // The horizontal place is chosen apart, see CentreOf.
}

// The sum over the rules of the squared distance to the target, 1 at the limit on either side; past a limit it
// goes on growing. A small pull to the target's middle keeps the minimum unique where several plans hit all
// targets, and picture is preferred to background that would be added above it.
double Cost(const CropRequest& request, const std::vector<LinearValue>& values, const PlanePoint& p) {
  double cost = 0;
  for (std::size_t i = 0; i < request.rules.size(); ++i) {
    const PlacementWindow& rule = request.rules[i];
    if (rule.measure == Measure::kEyeMidX) continue;
    const double value = values[i].At(p);
    const double half_window = std::max(1.0, (rule.max_px - rule.min_px) / 2);
    // Where target and limit coincide a missed target must not outweigh everything else.
    const auto room = [&](double limit, double target) {
      return std::max(std::abs(limit - target), half_window / 4);
    };
    const double below = std::max(0.0, rule.target_min_px - value) / room(rule.min_px, rule.target_min_px);
    const double above = std::max(0.0, value - rule.target_max_px) / room(rule.max_px, rule.target_max_px);
    const double from_middle = value - (rule.target_min_px + rule.target_max_px) / 2;
    cost += below * below + above * above + 1e-3 * std::pow(from_middle / half_window, 2);
  }
  const double added = std::max(0.0, -p.u) / std::max(1.0, request.extend_top_px);
  return cost + 0.5 * added * added;
}

// Minimum of a convex function on [low, high].
template <typename Function>
double GoldenSection(double low, double high, Function&& function) {
  constexpr double kRatio = 0.6180339887498949;
  double left = high - kRatio * (high - low), right = low + kRatio * (high - low);
  double at_left = function(left), at_right = function(right);
  for (int i = 0; i < 60 && high - low > 1e-9; ++i) {
    if (at_left < at_right) {
      high = right, right = left, at_right = at_left;
      at_left = function(left = high - kRatio * (high - low));
    } else {
      low = left, left = right, at_left = at_right;
      at_right = function(right = low + kRatio * (high - low));
    }
  }
  return (low + high) / 2;
}

// The interval of u where the vertical line at `s` crosses the (convex) polygon.
std::pair<double, double> Slice(const Polygon& polygon, double s) {
  double low = std::numeric_limits<double>::max(), high = std::numeric_limits<double>::lowest();
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const PlanePoint& from = polygon[i];
    const PlanePoint& to = polygon[(i + 1) % polygon.size()];
    if (std::min(from.s, to.s) > s + kRounding || std::max(from.s, to.s) < s - kRounding) continue;
    const auto take = [&](double u) { low = std::min(low, u), high = std::max(high, u); };
    if (std::abs(from.s - to.s) < kRounding) {
      take(from.u), take(to.u);
    } else {
      take(from.u + (s - from.s) / (to.s - from.s) * (to.u - from.u));
    }
  }
  return {low, high};
}

PlanePoint Optimum(const CropRequest& request, const std::vector<LinearValue>& values, const Polygon& polygon) {
  const auto [least, most] = std::ranges::minmax_element(polygon, {}, &PlanePoint::s);
  const auto best_shift = [&](double s) {
    const auto [low, high] = Slice(polygon, s);
    return GoldenSection(low, high, [&](double u) { return Cost(request, values, {s, u}); });
  };
  const double s = GoldenSection(
      least->s, most->s, [&](double scale) { return Cost(request, values, {scale, best_shift(scale)}); });
  return {s, best_shift(s)};
}

// The source column that the crop centres, and the output column where it goes.
std::pair<double, double> CentreOf(const CropRequest& request, const FaceAnchors& face) {
  for (const PlacementWindow& rule : request.rules) {
    if (rule.measure == Measure::kEyeMidX) {
      return {face.EyeMid().x, (rule.target_min_px + rule.target_max_px) / 2};
    }
  }
  return {face.MidX(), request.width_px / 2.0};
}

struct Edge {
  CropObstacle::Kind kind;
  HalfPlane half_plane;
};

}  // namespace

std::string_view MeasureName(Measure measure) {
  constexpr std::array<std::string_view, 8> kNames = {"eye_line",   "crown",       "skull",          "chin",
                                                      "face_width", "head_length", "pupil_distance", "eye_x"};
  return kNames[static_cast<std::size_t>(measure)];
}

double MeasureValue(Measure measure, const FaceAnchors& face, const CropPlan& plan) {
  if (measure == Measure::kEyeMidX) return (face.EyeMid().x - plan.x_px) * plan.scale;
  return ValueOf(measure, face).At({plan.scale, plan.scale * plan.y_px});
}

CropPlan PlanCrop(const CropRequest& request, const FaceAnchors& face, cv::Size source_size) {
  const auto [centre_x, centre_out] = CentreOf(request, face);
  std::vector<LinearValue> values;
  for (const PlacementWindow& rule : request.rules) values.push_back(ValueOf(rule.measure, face));

  constexpr double kFar = 1e6;
  Polygon feasible = {{1e-4, -kFar}, {1e2, -kFar}, {1e2, kFar}, {1e-4, kFar}};
  CropPlan plan;
  plan.width_px = request.width_px;
  plan.height_px = request.height_px;

  for (std::size_t i = 0; i < request.rules.size(); ++i) {
    const PlacementWindow& rule = request.rules[i];
    if (!rule.binding || rule.measure == Measure::kEyeMidX) continue;
    const LinearValue& value = values[i];
    Polygon clipped = Clip(feasible, {value.by_scale, value.by_shift, rule.max_px - value.constant});
    if (!clipped.empty())
      clipped = Clip(clipped, {-value.by_scale, -value.by_shift, value.constant - rule.min_px});
    if (clipped.empty()) {
      plan.obstacles.push_back({CropObstacle::Kind::kRule, i, 0});
    } else {
      feasible = std::move(clipped);
    }
  }

  // What the source can give. The amount by which it falls short is that of the least bad plan left.
  const double left_out = centre_out - request.centre_tolerance_px;
  const double right_out = request.width_px - centre_out - request.centre_tolerance_px;
  const std::array<Edge, 6> edges = {{
      {CropObstacle::Kind::kUpscale, {1, 0, request.max_scale}},
      {CropObstacle::Kind::kTop, {0, -1, request.extend_top_px}},
      {CropObstacle::Kind::kBottom, {-double(source_size.height), 1, -double(request.height_px)}},
      {CropObstacle::Kind::kLeft, {-centre_x, 0, -left_out}},
      {CropObstacle::Kind::kRight, {-(source_size.width - centre_x), 0, -right_out}},
      {CropObstacle::Kind::kRight, {-double(source_size.width), 0, -double(request.width_px)}},
  }};
  for (const Edge& edge : edges) {
    Polygon clipped = Clip(feasible, edge.half_plane);
    if (clipped.empty()) {
      double shortfall = std::numeric_limits<double>::max();
      for (const PlanePoint& p : feasible) shortfall = std::min(shortfall, edge.half_plane.Excess(p));
      const bool upscale = edge.kind == CropObstacle::Kind::kUpscale;
      plan.obstacles.push_back({edge.kind, 0, upscale ? request.max_scale + shortfall : shortfall});
    } else {
      feasible = std::move(clipped);
    }
  }

  const PlanePoint best = Optimum(request, values, feasible);
  plan.scale = best.s;
  plan.y_px = best.u / best.s;
  // Centred, unless the source ends first.
  const double widest = std::max(0.0, source_size.width - request.width_px / best.s);
  const double centred = centre_x - centre_out / best.s;
  const double slack = request.centre_tolerance_px / best.s;
  plan.x_px = std::clamp(std::clamp(centred, 0.0, widest), centred - slack, centred + slack);
  for (const PlacementWindow& rule : request.rules)
    plan.values_px.push_back(MeasureValue(rule.measure, face, plan));
  for (CropObstacle& obstacle : plan.obstacles) {
    if (obstacle.kind == CropObstacle::Kind::kRule) obstacle.value = plan.values_px[obstacle.rule];
  }
  return plan;
}

}  // namespace gradphoto::geometry
