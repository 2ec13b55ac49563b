// SPDX-License-Identifier: Apache-2.0
#include "lib/check/sticker.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>
#include <numbers>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
#include "lib/check/aligned_face.h"
#include "lib/face/outline.h"

namespace gradphoto::check {
namespace {

constexpr int kLeastRadius = 22, kMostRadius = 110;  // Px.
constexpr int kSectors = 72;                         // Of a circle.

struct EdgePoint {
  cv::Point2f at, normal;  // Of length 1.
};

// Edges of the channel of Lab that has the strongest at a place.
std::vector<EdgePoint> FindEdges(const cv::Mat& bgr) {
  constexpr double kBlur = 1.0, kLeast = 60, kStrong = 120;  // Of Sobel's sum: 8 times the levels per px.
  constexpr std::size_t kMostPoints = 10000;
  cv::Mat lab;
  cv::cvtColor(bgr, lab, cv::COLOR_BGR2Lab);
  cv::GaussianBlur(lab, lab, {}, kBlur);
  cv::Mat all_dx, all_dy, dx(bgr.size(), CV_16S), dy(bgr.size(), CV_16S);
  cv::Sobel(lab, all_dx, CV_16S, 1, 0);
  cv::Sobel(lab, all_dy, CV_16S, 0, 1);
  for (int y = 0; y < bgr.rows; ++y) {
    const auto* from_x = all_dx.ptr<cv::Vec3s>(y);
    const auto* from_y = all_dy.ptr<cv::Vec3s>(y);
    auto* to_x = dx.ptr<short>(y);
    auto* to_y = dy.ptr<short>(y);
    for (int x = 0; x < bgr.cols; ++x) {
      const auto strength = [&](int channel) {
        return std::abs(from_x[x][channel]) + std::abs(from_y[x][channel]);
      };
      int strongest = strength(1) > strength(0) ? 1 : 0;
      if (strength(2) > strength(strongest)) strongest = 2;
      to_x[x] = from_x[x][strongest];
      to_y[x] = from_y[x][strongest];
    }
  }
  cv::Mat edges;
  cv::Canny(dx, dy, edges, kLeast, kStrong);
  std::vector<EdgePoint> points;
  for (int y = 0; y < edges.rows; ++y) {
    for (int x = 0; x < edges.cols; ++x) {
      if (edges.at<unsigned char>(y, x) == 0) continue;
      const cv::Point2f normal(dx.at<short>(y, x), dy.at<short>(y, x));
      const auto length = static_cast<float>(cv::norm(normal));
      if (length > 0) points.push_back({cv::Point2f(float(x), float(y)), normal / length});
    }
  }
  if (points.size() <= kMostPoints) return points;
  const std::size_t every = points.size() / kMostPoints + 1;
  std::vector<EdgePoint> some;
  for (std::size_t i = 0; i < points.size(); i += every) some.push_back(points[i]);
  return some;
}

// Where the normals of many edge points meet: the likeliest centres, in px, the best first.
std::vector<cv::Point2f> LikelyCentres(const std::vector<EdgePoint>& points, cv::Size size) {
  constexpr int kCell = 3, kStep = 3, kCentres = 12;  // Px, px, number.
  constexpr int kAway = 3;                            // Cells between centres.
  cv::Mat votes = cv::Mat::zeros(size.height / kCell + 1, size.width / kCell + 1, CV_32F);
  const cv::Rect inside({}, votes.size());
  for (const EdgePoint& point : points) {
    for (const float side : {-1.0F, 1.0F}) {
      for (int r = kLeastRadius; r <= kMostRadius; r += kStep) {
        const cv::Point2f to = point.at + side * float(r) * point.normal;
        const cv::Point cell(cvFloor(to.x / kCell), cvFloor(to.y / kCell));
        // A large circle has more points, but their normals are no better aimed.
        if (inside.contains(cell)) votes.at<float>(cell) += 1.0F / float(r);
      }
    }
  }
  cv::GaussianBlur(votes, votes, {}, 1);
  std::vector<cv::Point2f> centres;
  for (int i = 0; i < kCentres; ++i) {
    cv::Point best;
    double most = 0;
    cv::minMaxLoc(votes, nullptr, &most, nullptr, &best);
    if (most <= 0) break;
    centres.emplace_back((float(best.x) + 0.5F) * kCell, (float(best.y) + 0.5F) * kCell);
    cv::circle(votes, best, kAway, cv::Scalar(0), cv::FILLED);
  }
  return centres;
}

// To the middle of each sector, of length 1.
const std::array<cv::Point2d, kSectors>& Arms() {
  static const auto arms = [] {
    std::array<cv::Point2d, kSectors> made;
    for (int i = 0; i < kSectors; ++i) {
      const double angle = ((i + 0.5) / kSectors * 2 - 1) * std::numbers::pi;
      made[static_cast<std::size_t>(i)] = {std::cos(angle), std::sin(angle)};
    }
    return made;
  }();
  return arms;
}

// The plainest circle around `centre`.
Disc BestCircle(const std::vector<EdgePoint>& points, const cv::Point2f& centre, cv::Size size) {
  constexpr float kRadial = 0.94F;  // Cosine.
  constexpr double kLeastInside = 0.6;
  std::array<std::bitset<kSectors>, kMostRadius + 3> seen;
  for (const EdgePoint& point : points) {
    const cv::Point2f arm = point.at - centre;
    const float square = arm.dot(arm);
    if (square < float(kLeastRadius * kLeastRadius) || square > float(kMostRadius * kMostRadius)) continue;
    const float distance = std::sqrt(square);
    if (std::abs(arm.dot(point.normal)) < kRadial * distance) continue;
    const double turn = (std::atan2(arm.y, arm.x) / std::numbers::pi + 1) / 2;
    const int sector = std::min(static_cast<int>(turn * kSectors), kSectors - 1);
    seen[static_cast<std::size_t>(std::lround(distance))].set(static_cast<std::size_t>(sector));
  }
  Disc best{centre, 0, 0};
  for (int r = kLeastRadius; r <= kMostRadius; ++r) {
    const auto at = static_cast<std::size_t>(r);
    const std::bitset<kSectors> ring = seen[at - 1] | seen[at] | seen[at + 1];
    int inside = 0;
    for (const cv::Point2d& arm : Arms()) {
      const cv::Point2d on(centre.x + r * arm.x, centre.y + r * arm.y);
      if (on.x >= 2 && on.y >= 2 && on.x < size.width - 2 && on.y < size.height - 2) ++inside;
    }
    if (inside < kLeastInside * kSectors) continue;
    const double share = std::min(1.0, double(ring.count()) / inside);
    if (share > best.share) best = {centre, double(r), share};
  }
  return best;
}

cv::Rect PartOfFace(const face::Head& head, const geometry::CropPlan& plan, const cv::Rect2d& part) {
  const cv::Point2d eyes = head.anchors.EyeMid();
  const double unit = head.anchors.PupilDistance();
  return cv::Rect(cv::Point(plan.OutputFromSource(eyes + unit * part.tl())),
                  cv::Point(plan.OutputFromSource(eyes + unit * part.br()))) &
         cv::Rect(0, 0, plan.width_px, plan.height_px);
}

}  // namespace

std::optional<Disc> FindDisc(const cv::Mat& bgr, const cv::Mat& not_there) {
  const std::vector<EdgePoint> points = FindEdges(bgr);
  constexpr double kWorthwhile = 0.4;  // Share.
  std::optional<Disc> plainest;
  for (const cv::Point2f& centre : LikelyCentres(points, bgr.size())) {
    const cv::Point cell(std::clamp(cvFloor(centre.x), 0, bgr.cols - 1),
                         std::clamp(cvFloor(centre.y), 0, bgr.rows - 1));
    if (not_there.at<unsigned char>(cell) != 0) continue;
    const Disc rough = BestCircle(points, centre, bgr.size());
    if (!plainest || rough.share > plainest->share) plainest = rough;
    if (rough.share < kWorthwhile) continue;
    // The cells of the vote are coarse.
    for (const float dx : {-1.5F, 0.0F, 1.5F}) {
      for (const float dy : {-1.5F, 0.0F, 1.5F}) {
        const Disc disc = BestCircle(points, centre + cv::Point2f(dx, dy), bgr.size());
        if (!plainest || disc.share > plainest->share) plainest = disc;
      }
    }
  }
  return plainest;
}

int ForeignPatch(const cv::Mat& bgr, const cv::Mat& skin) {
  constexpr float kAway = 30;
  constexpr int kThick = 9;
  const cv::Rect around = cv::boundingRect(skin);
  if (around.empty()) return 0;
  const cv::Rect part =
      cv::Rect(around.x - kThick, around.y - kThick, around.width + 2 * kThick, around.height + 2 * kThick) &
      cv::Rect({}, bgr.size());
  const cv::Mat skin_there = skin(part), lab = ToLab(bgr(part));
  std::vector<float> a, b;
  for (int y = 0; y < lab.rows; ++y) {
    const auto* row = lab.ptr<cv::Vec3f>(y);
    for (int x = 0; x < lab.cols; ++x) {
      if (skin_there.at<unsigned char>(y, x) == 0) continue;
      a.push_back(row[x][1]);
      b.push_back(row[x][2]);
    }
  }
  const float usual_a = Median(a), usual_b = Median(b);
  cv::Mat foreign = cv::Mat::zeros(lab.size(), CV_8U);
  for (int y = 0; y < lab.rows; ++y) {
    const auto* row = lab.ptr<cv::Vec3f>(y);
    for (int x = 0; x < lab.cols; ++x) {
      if (skin_there.at<unsigned char>(y, x) == 0) continue;
      const float da = row[x][1] - usual_a, db = row[x][2] - usual_b;
      if (da * da + db * db > kAway * kAway) foreign.at<unsigned char>(y, x) = 255;
    }
  }
  cv::morphologyEx(foreign, foreign, cv::MORPH_OPEN,
                   cv::getStructuringElement(cv::MORPH_ELLIPSE, cv::Size(kThick, kThick)));
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(foreign, labels, stats, centres);
  int most = 0;
  for (int i = 1; i < count; ++i) most = std::max(most, stats.at<int>(i, cv::CC_STAT_AREA));
  return most;
}

cv::Mat PlainSkin(const face::Head& head, const geometry::CropPlan& plan) {
  constexpr double kShrink = 0.95;
  // In pupil distances from the middle of the eyes: eyes with brows, nose, mouth.
  const std::array<cv::Rect2d, 3> kFeatures = {
      cv::Rect2d(-1.0, -0.35, 2.0, 0.7), cv::Rect2d(-0.3, 0.3, 0.6, 0.55), cv::Rect2d(-0.6, 0.75, 1.2, 0.7)};
  cv::Mat skin = cv::Mat::zeros(plan.height_px, plan.width_px, CV_8U);
  std::vector<cv::Point> outline;
  for (const cv::Point2d& point : face::FaceOutline(head.landmarks, kShrink)) {
    outline.emplace_back(plan.OutputFromSource(point));
  }
  cv::fillPoly(skin, std::vector{outline}, cv::Scalar(255));
  for (const cv::Rect2d& part : kFeatures) skin(PartOfFace(head, plan, part)).setTo(0);
  return skin;
}

cv::Mat AroundEyes(const face::Head& head, const geometry::CropPlan& plan) {
  cv::Mat eyes = cv::Mat::zeros(plan.height_px, plan.width_px, CV_8U);
  eyes(PartOfFace(head, plan, {-1.1, -0.5, 2.2, 1.0})).setTo(255);
  return eyes;
}

std::string StickerOn(const Subject& subject) {
  constexpr double kPlain = 0.85;   // Share of a circle.
  constexpr int kLeastPatch = 300;  // Px.
  const cv::Mat& bgr = subject.frame->bgr;
  const auto disc = FindDisc(bgr, AroundEyes(subject.head, subject.plan));
  if (disc && disc->share >= kPlain) return "a seal or a disc";
  const int patch = ForeignPatch(bgr, PlainSkin(subject.head, subject.plan));
  return patch >= kLeastPatch ? "a patch of foreign colour on the face" : "";
}

}  // namespace gradphoto::check
