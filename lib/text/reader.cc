// SPDX-License-Identifier: Apache-2.0
#include "lib/text/reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <numbers>
#include <optional>

#include <opencv2/imgproc.hpp>

#include "lib/nn/late_session.h"
#include "lib/nn/session.h"

namespace gradphoto::text {
namespace {

// [1, 3, height, width], channels in the order of `bgr`: (pixel / 255 - mean) / deviation.
nn::Tensor ToTensor(const cv::Mat& bgr, const std::array<double, 3>& mean,
                    const std::array<double, 3>& deviation) {
  nn::Tensor tensor;
  tensor.shape = {1, 3, bgr.rows, bgr.cols};
  const std::size_t plane = bgr.total();
  tensor.data.resize(3 * plane);
  std::array<std::array<float, 256>, 3> values{};
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t level = 0; level < 256; ++level) {
      values[c][level] = static_cast<float>((static_cast<double>(level) / 255 - mean[c]) / deviation[c]);
    }
  }
  std::size_t at = 0;
  for (int y = 0; y < bgr.rows; ++y) {
    const cv::Vec3b* row = bgr.ptr<cv::Vec3b>(y);
    for (int x = 0; x < bgr.cols; ++x, ++at) {
      for (std::size_t c = 0; c < 3; ++c) tensor.data[c * plane + at] = values[c][row[x][static_cast<int>(c)]];
    }
  }
  return tensor;
}

nn::Tensor StripTensor(const cv::Mat& strip) { return ToTensor(strip, {0.5, 0.5, 0.5}, {0.5, 0.5, 0.5}); }

bool IsStrip(const cv::Mat& strip) {
  return strip.type() == CV_8UC3 && strip.rows == kStripHeight_px && strip.cols > 0 && strip.cols % 8 == 0 &&
         strip.cols <= kMostStripWidth_px;
}

// The box around one piece of the detector's map, in px of the map; nothing when it is too small or too faint.
std::optional<TextBox> BoxOf(const std::vector<cv::Point>& outline, const cv::Mat& probability) {
  constexpr double kLeastSide_px = 3, kLeastProbability = 0.5;
  constexpr double kWiden =
      1.6;  // Times area over circumference: PP-OCR shrinks lines so before it learns them.
  const cv::RotatedRect around = cv::minAreaRect(outline);
  if (std::min(around.size.width, around.size.height) < static_cast<float>(kLeastSide_px)) return std::nullopt;
  const cv::Rect bounds = cv::boundingRect(outline);
  cv::Mat inside = cv::Mat::zeros(bounds.size(), CV_8U);
  cv::fillPoly(inside, std::vector{outline}, cv::Scalar(255), cv::LINE_8, 0, -bounds.tl());
  TextBox box;
  box.probability = cv::mean(probability(bounds), inside)[0];
  if (box.probability < kLeastProbability) return std::nullopt;
  box.centre = around.center;
  box.length_px = around.size.width;
  box.height_px = around.size.height;
  box.angle_deg = around.angle;
  const double widen = box.length_px * box.height_px * kWiden / (box.length_px + box.height_px);
  if (box.length_px < box.height_px) {
    std::swap(box.length_px, box.height_px);
    box.angle_deg += 90;
  }
  box.angle_deg = LineAngle_deg(box.angle_deg);
  box.length_px += widen;
  box.height_px += widen;
  return box;
}

// The same in a picture that is `x` times as wide and `y` times as high.
void Stretch(TextBox& box, double x, double y) {
  const double angle = box.angle_deg * std::numbers::pi / 180;
  const cv::Point2d along(std::cos(angle) * x, std::sin(angle) * y);
  box.centre = {box.centre.x * x, box.centre.y * y};
  box.length_px *= std::hypot(along.x, along.y);
  box.height_px *= std::hypot(std::sin(angle) * x, std::cos(angle) * y);
  box.angle_deg = std::atan2(along.y, along.x) * 180 / std::numbers::pi;
}

// The classes of one frame that are not nearly impossible, and the likeliest of them.
Frame FrameOf(const float* values, int classes) {
  constexpr float kLeast = 1e-5F;
  Frame frame;
  for (int i = 0; i < classes; ++i) {
    if (values[i] >= kLeast) frame.emplace_back(i, values[i]);
  }
  return frame;
}

}  // namespace

struct Reader::Nets {
  nn::Session detector;
  nn::LateSession recognizer, direction;  // Most photos show no writing.
  Characters characters;
  mutable std::mutex large_picture;  // See the head of reader.h.
};

std::string Reading::Text() const {
  std::string text;
  for (const Glyph& glyph : glyphs) text += glyph.text;
  return text;
}

double Reading::LeastProbability() const {
  const auto least = std::ranges::min_element(glyphs, {}, &Glyph::probability);
  return least == glyphs.end() ? 0 : least->probability;
}

double Reading::MeanProbability() const {
  double sum = 0;
  for (const Glyph& glyph : glyphs) sum += glyph.probability;
  return glyphs.empty() ? 0 : sum / static_cast<double>(glyphs.size());
}

Reader::Reader(std::shared_ptr<const Nets> nets) : nets_(std::move(nets)) {}

Result<Reader> Reader::Create(const nn::ModelRegistry& registry, const std::filesystem::path& model_dir) {
  TRY_ASSIGN(auto detector, nn::OpenModel(registry, "text-detection", model_dir));
  TRY_ASSIGN(const auto recognition, registry.Find("text-recognition"));
  if (!recognition.characters) {
    return Fail(ErrorKind::kUsage, "configs/models.yaml: text-recognition: 'characters' is missing");
  }
  TRY_ASSIGN(const auto direction, registry.Find("text-direction"));
  TRY(nn::LateSession::CheckFile(recognition, model_dir));
  TRY(nn::LateSession::CheckFile(direction, model_dir));
  TRY_ASSIGN(auto characters, Characters::Load(*recognition.characters, model_dir));
  return Reader(std::shared_ptr<const Nets>(new Nets{
      std::move(detector), {recognition, model_dir}, {direction, model_dir}, std::move(characters), {}}));
}

Result<std::vector<TextBox>> Reader::Detect(const cv::Mat& bgr, int long_side_px) const {
  constexpr int kGrid = 32, kLeastSide = 32, kMostSide = 2048;
  constexpr double kMostEnlarged = 2, kInk = 0.3;
  constexpr int kLarge_px = 1 << 17;
  if (bgr.empty()) return std::vector<TextBox>{};
  const double side = std::clamp(long_side_px, kLeastSide, kMostSide);
  const double scale = std::min(side / std::max(bgr.cols, bgr.rows), kMostEnlarged);
  const auto on_grid = [&](int length) {
    return std::max(kGrid, static_cast<int>(std::lround(length * scale / kGrid)) * kGrid);
  };
  cv::Mat small;
  cv::resize(bgr, small, cv::Size(on_grid(bgr.cols), on_grid(bgr.rows)), 0, 0,
             scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  std::unique_lock lock(nets_->large_picture, std::defer_lock);
  if (small.total() > static_cast<std::size_t>(kLarge_px)) lock.lock();
  TRY_ASSIGN(auto outputs, nets_->detector.Run(ToTensor(small, {0.485, 0.456, 0.406}, {0.229, 0.224, 0.225})));
  if (lock) lock.unlock();
  if (outputs.front().data.size() != small.total()) {
    return Fail(ErrorKind::kInternal, "text-detection: the map is not of the picture's size");
  }
  const cv::Mat probability(small.size(), CV_32F, outputs.front().data.data());
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(cv::Mat(probability > kInk), outlines, cv::RETR_LIST, cv::CHAIN_APPROX_SIMPLE);
  std::vector<TextBox> boxes;
  for (const std::vector<cv::Point>& outline : outlines) {
    auto box = BoxOf(outline, probability);
    if (!box) continue;
    Stretch(*box, double(bgr.cols) / small.cols, double(bgr.rows) / small.rows);
    boxes.push_back(*box);
  }
  return boxes;
}

Result<Reading> Reader::Recognize(const cv::Mat& strip, Lattice lattice) const {
  if (!IsStrip(strip)) {
    return Fail(ErrorKind::kInternal, "text-recognition: a strip is 48 px high and a multiple of 8 wide");
  }
  TRY_ASSIGN(const auto outputs, nets_->recognizer.Run(StripTensor(strip)));
  const nn::Tensor& output = outputs.front();
  const auto frames = static_cast<int>(output.data.size() / kClasses);
  Reading reading;
  int last = kBlank;
  for (int t = 0; t < frames; ++t) {
    const float* values = output.data.data() + std::size_t(t) * kClasses;
    const auto best = static_cast<int>(std::max_element(values, values + kClasses) - values);
    const double probability = values[best];
    const double position = (t + 0.5) / frames;
    if (best != kBlank && best != last) {
      reading.glyphs.push_back({best, nets_->characters.At(best), probability, t, position});
    } else if (best != kBlank && probability > reading.glyphs.back().probability) {
      Glyph& glyph = reading.glyphs.back();
      glyph.probability = probability;
      glyph.frame = t;
      glyph.position = position;
    }
    last = best;
    if (lattice == Lattice::kKeep) reading.lattice.push_back(FrameOf(values, kClasses));
  }
  return reading;
}

Result<double> Reader::Upright(const cv::Mat& strip) const {
  constexpr int kWidth_px = 192;
  if (!IsStrip(strip)) {
    return Fail(ErrorKind::kInternal, "text-direction: a strip is 48 px high and a multiple of 8 wide");
  }
  cv::Mat begin = cv::Mat::zeros(kStripHeight_px, kWidth_px, CV_8UC3);
  const cv::Rect part(0, 0, std::min(strip.cols, kWidth_px), kStripHeight_px);
  strip(part).copyTo(begin(part));
  TRY_ASSIGN(const auto outputs, nets_->direction.Run(StripTensor(begin)));
  return double{outputs.front().data.front()};
}

Result<Reading> Reader::ReadLine(const cv::Mat& bgr, const Quad& quad, Lattice lattice) const {
  return Recognize(CutStrip(bgr, quad), lattice);
}

const Characters& Reader::characters() const { return nets_->characters; }

}  // namespace gradphoto::text
