// SPDX-License-Identifier: Apache-2.0
// Source of the decoding: MediaPipe's SsdAnchorsCalculator, TensorsToDetectionsCalculator and weighted
// NonMaxSuppression with the parameters of the two graphs (see models/README.md for the measured recipe).
#include "lib/face/detect.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "lib/face/tensor.h"
#include "lib/image/resample.h"

namespace gradphoto::face {
namespace {

constexpr int kBackSize = 256, kShortSize = 128;  // Side of the square inputs.

struct Letterbox {
  cv::Mat square;    // CV_8UC3, padded with black.
  double scale = 1;  // Square px per photo px.
  int left = 0, top = 0;
  cv::Point2d ToPhoto(double x, double y) const { return {(x - left) / scale, (y - top) / scale}; }
};

Letterbox MakeLetterbox(const cv::Mat& bgr, int side) {
  Letterbox box;
  box.scale = std::min(double(side) / bgr.cols, double(side) / bgr.rows);
  const cv::Size size(std::max(1, static_cast<int>(std::lround(bgr.cols * box.scale))),
                      std::max(1, static_cast<int>(std::lround(bgr.rows * box.scale))));
  cv::Mat source = bgr, resized;
  while (source.cols >= 4 * size.width && source.rows >= 4 * size.height) source = image::Halved(source);
  cv::resize(source, resized, size, 0, 0, box.scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  box.left = (side - size.width) / 2;
  box.top = (side - size.height) / 2;
  box.square = cv::Mat::zeros(side, side, CV_8UC3);
  resized.copyTo(box.square(cv::Rect(box.left, box.top, size.width, size.height)));
  return box;
}

// Anchor centres in 0..1: grids of cells, several anchors per cell, rows first.
struct Grid {
  int cells, per_cell;
};
std::vector<cv::Point2d> AnchorCentres(std::initializer_list<Grid> grids) {
  std::vector<cv::Point2d> centres;
  for (const auto& [cells, per_cell] : grids) {
    for (int y = 0; y < cells; ++y) {
      for (int x = 0; x < cells; ++x) {
        centres.insert(centres.end(), static_cast<std::size_t>(per_cell),
                       cv::Point2d((x + 0.5) / cells, (y + 0.5) / cells));
      }
    }
  }
  return centres;
}

// One row of the box tensor: dx, dy, w, h and six keypoint offsets, in px of the square input.
Face DecodeRow(const float* row, const cv::Point2d& anchor, int side, double score,
               const Letterbox& letterbox) {
  const cv::Point2d centre = anchor * side;
  Face face;
  const cv::Point2d middle(centre.x + row[0], centre.y + row[1]);
  const cv::Point2d top_left = letterbox.ToPhoto(middle.x - row[2] / 2, middle.y - row[3] / 2);
  const cv::Point2d bottom_right = letterbox.ToPhoto(middle.x + row[2] / 2, middle.y + row[3] / 2);
  face.box = cv::Rect2d(top_left, bottom_right);
  for (std::size_t k = 0; k < face.keypoints.size(); ++k) {
    face.keypoints[k] = letterbox.ToPhoto(centre.x + row[4 + 2 * k], centre.y + row[5 + 2 * k]);
  }
  face.score = score;
  return face;
}

double Overlap(const cv::Rect2d& a, const cv::Rect2d& b) {
  const double intersection = (a & b).area();
  return intersection / (a.area() + b.area() - intersection + 1e-9);
}

// Weighted non-maximum suppression: the boxes that overlap the best one are averaged by their scores.
std::vector<Face> Merge(std::vector<Face> candidates, double max_overlap) {
  std::ranges::sort(candidates, std::greater{}, &Face::score);
  std::vector<Face> merged;
  while (!candidates.empty()) {
    const Face best = candidates.front();
    Face mean;
    mean.score = best.score;
    double weight = 0;
    cv::Point2d top_left, bottom_right;
    std::erase_if(candidates, [&](const Face& other) {
      // The best one itself always goes, even an empty box that overlaps nothing.
      if (&other != &candidates.front() && Overlap(best.box, other.box) <= max_overlap) return false;
      weight += other.score;
      top_left += other.box.tl() * other.score;
      bottom_right += other.box.br() * other.score;
      for (std::size_t k = 0; k < mean.keypoints.size(); ++k)
        mean.keypoints[k] += other.keypoints[k] * other.score;
      return true;
    });
    mean.box = cv::Rect2d(top_left / weight, bottom_right / weight);
    for (cv::Point2d& point : mean.keypoints) point /= weight;
    merged.push_back(mean);
  }
  std::ranges::sort(merged, std::greater{}, [](const Face& face) { return face.box.area(); });
  return merged;
}

}  // namespace

Detector::Detector(nn::Session back, nn::Session short_range, const DetectorOptions& options)
    : back_(std::move(back)), short_range_(std::move(short_range)), options_(options) {}

Result<Detector> Detector::Create(const nn::ModelRegistry& registry, const std::filesystem::path& model_dir,
                                  const DetectorOptions& options) {
  TRY_ASSIGN(auto back, nn::OpenModel(registry, "blazeface-back", model_dir));
  TRY_ASSIGN(auto short_range, nn::OpenModel(registry, "face-detection-short-range", model_dir));
  return Detector(std::move(back), std::move(short_range), options);
}

Result<std::vector<Face>> Detector::Detect(const cv::Mat& bgr) const {
  const std::vector<cv::Point2d> anchors = AnchorCentres({{16, 2}, {8, 6}});
  const Letterbox letterbox = MakeLetterbox(bgr, kBackSize);
  TRY_ASSIGN(const auto outputs, back_.Run(ToTensor(letterbox.square, 2.0 / 255, -1, ChannelOrder::kRgb)));
  // Registry order: scores of the fine and the coarse grid, boxes of the fine and the coarse grid.
  std::vector<Face> candidates;
  std::size_t first = 0;
  for (const std::size_t grid : {0u, 1u}) {
    const std::vector<float>& scores = outputs[grid].data;
    const std::vector<float>& boxes = outputs[grid + 2].data;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double score = Sigmoid(scores[i]);
      if (score < options_.min_score) continue;
      candidates.push_back(DecodeRow(&boxes[i * 16], anchors[first + i], kBackSize, score, letterbox));
    }
    first += scores.size();
  }
  return Merge(std::move(candidates), options_.max_overlap);
}

Result<int> Detector::QuarterTurnsToUpright(const cv::Mat& bgr, double min_score) const {
  constexpr double kLead = 0.05;
  const cv::Mat square = MakeLetterbox(bgr, kShortSize).square;
  int best_turns = 0;
  double best_score = 0;
  for (int turns = 0; turns < 4; ++turns) {
    cv::Mat turned;
    if (turns > 0)
      cv::rotate(square, turned, turns - 1);  // cv::ROTATE_90_CLOCKWISE, _180, _90_COUNTERCLOCKWISE.
    TRY_ASSIGN(const auto outputs,
               short_range_.Run(ToTensor(turns > 0 ? turned : square, 2.0 / 255, -1, ChannelOrder::kRgb)));
    const std::vector<float>& scores = outputs[1].data;
    const double score = Sigmoid(*std::ranges::max_element(scores));
    if (turns == 0 && score + kLead >= 1) return 0;  // No other score can lead.
    if (turns == 0) {
      best_score = std::max(min_score, score + kLead);
    } else if (score >= best_score) {
      best_score = score, best_turns = turns;
    }
  }
  return best_turns;
}

}  // namespace gradphoto::face
