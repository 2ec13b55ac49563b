// SPDX-License-Identifier: Apache-2.0
#include "bench/matting_score.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "lib/base/file.h"
#include "lib/image/color.h"
#include "lib/image/decode.h"
#include "lib/image/resample.h"
#include "lib/table/table.h"

namespace gradphoto::bench {
namespace {

namespace fs = std::filesystem;

std::optional<cv::Mat> Decoded(const fs::path& file) {
  const auto bytes = ReadFile(file, 1u << 28);
  if (!bytes) return std::nullopt;
  auto photo = image::Decode(*bytes);
  if (!photo) return std::nullopt;
  return photo->bgr;
}

cv::Mat GradientMagnitude(const cv::Mat& alpha) {
  const cv::Mat g = cv::getGaussianKernel(13, 1.4, CV_32F);
  cv::Mat d = g.clone();
  for (int i = 0; i < d.rows; ++i) d.at<float>(i) *= static_cast<float>(-(i - 6) / (1.4 * 1.4));
  cv::Mat dx, dy, magnitude;
  cv::sepFilter2D(alpha, dx, CV_32F, d, g);
  cv::sepFilter2D(alpha, dy, CV_32F, g, d);
  cv::magnitude(dx, dy, magnitude);
  return magnitude;
}

image::Lab LabOf(const cv::Vec3b& pixel) {
  return image::LabFromSrgb({double(pixel[2]), double(pixel[1]), double(pixel[0])});
}

double BandDeltaE(const cv::Mat& composite, const cv::Mat& truth, const cv::Mat& band) {
  double sum = 0;
  std::size_t count = 0;
  for (int y = 0; y < band.rows; ++y) {
    for (int x = 0; x < band.cols; ++x) {
      if (band.at<unsigned char>(y, x) == 0) continue;
      ++count;
      const cv::Vec3b& a = composite.at<cv::Vec3b>(y, x);
      const cv::Vec3b& b = truth.at<cv::Vec3b>(y, x);
      if (a != b) sum += image::DeltaE2000(LabOf(a), LabOf(b));
    }
  }
  return sum / static_cast<double>(std::max<std::size_t>(1, count));
}

}  // namespace

std::string MattingSample::Kind() const {
  if (!background.starts_with("wall:")) return "clutter";
  for (const char* name : {"dark", "black"}) {
    if (background.find(name) != std::string::npos) return "dark wall";
  }
  for (const char* name : {"white", "lightgrey", "beige"}) {
    if (background.find(name) != std::string::npos) return "light wall";
  }
  return "coloured wall";
}

std::vector<MattingSample> ReadIndex(const fs::path& folder) {
  std::vector<MattingSample> samples;
  const auto table = table::ReadTable(folder / "index.csv");
  if (!table || table->rows.empty()) return samples;
  for (const table::TableRow& row : std::span(table->rows).subspan(1)) {
    const auto cell = [&](std::size_t column) {
      return column < row.cells.size() ? row.cells[column] : std::string();
    };
    MattingSample sample;
    sample.image = cell(0);
    sample.alpha = cell(1);
    sample.background = cell(2);
    samples.push_back(sample);
  }
  return samples;
}

std::optional<Composed> ReadComposed(const fs::path& folder, const MattingSample& sample) {
  auto photo = Decoded(folder / sample.image), alpha = Decoded(folder / sample.alpha),
       front = Decoded(folder / "foreground" / fs::path(sample.alpha).filename());
  if (!photo || !alpha || !front) return std::nullopt;
  return Composed{*photo, *alpha, *front};
}

Truth TruthOf(const Composed& composed, const geometry::CropPlan& plan) {
  const image::ScaleShift shift{plan.scale, plan.x_px, plan.y_px};
  Truth truth;
  cv::Mat grey;
  cv::extractChannel(image::Resample(composed.alpha, shift, plan.width_px, plan.height_px), grey, 0);
  grey.convertTo(truth.alpha, CV_32F, 1.0 / 255);
  const cv::Mat on_white = image::Resample(composed.foreground_on_white, shift, plan.width_px, plan.height_px);
  for (std::size_t t = 0; t < kTargets.size(); ++t) {
    truth.composite[t].create(on_white.size(), CV_8UC3);
    for (int y = 0; y < on_white.rows; ++y) {
      for (int x = 0; x < on_white.cols; ++x) {
        for (int c = 0; c < 3; ++c) {
          truth.composite[t].at<cv::Vec3b>(y, x)[c] = cv::saturate_cast<unsigned char>(
              static_cast<double>(on_white.at<cv::Vec3b>(y, x)[c]) +
              (1.0 - truth.alpha.at<float>(y, x)) * (static_cast<double>(kTargets[t][c]) - 255));
        }
      }
    }
  }
  cv::inRange(truth.alpha, 0.02, 0.98, truth.band);
  const int radius = static_cast<int>(std::lround(8.0 * plan.width_px / 480));
  cv::dilate(truth.band, truth.band,
             cv::getStructuringElement(cv::MORPH_ELLIPSE, cv::Size(2 * radius + 1, 2 * radius + 1)));
  return truth;
}

Score ScoreOf(const matte::Matte& matte, const cv::Mat& bgr, const Truth& truth) {
  Score score;
  cv::Mat error;
  cv::absdiff(matte.alpha, truth.alpha, error);
  score.sad = cv::sum(error)[0] / 1000;
  cv::Mat squared = error.mul(error);
  score.mse = 1000 * cv::mean(squared, truth.band)[0];
  cv::Mat gradient_error = GradientMagnitude(matte.alpha) - GradientMagnitude(truth.alpha);
  gradient_error = gradient_error.mul(gradient_error);
  gradient_error.setTo(0, truth.band == 0);
  score.gradient = cv::sum(gradient_error)[0];
  cv::Mat opened;
  cv::morphologyEx(error > kGrossError, opened, cv::MORPH_OPEN, cv::Mat::ones(7, 7, CV_8U));
  score.gross_percent = 100.0 * cv::countNonZero(opened) / static_cast<double>(opened.total());
  for (std::size_t t = 0; t < kTargets.size(); ++t) {
    score.delta_e[t] = BandDeltaE(matte::Composite(matte, bgr, kTargets[t]), truth.composite[t], truth.band);
  }
  return score;
}

matte::Matte PlainMask(const cv::Mat& mask, const cv::Mat& bgr) {
  matte::Matte plain;
  plain.alpha = mask;
  plain.foreground = bgr;
  return plain;
}

}  // namespace gradphoto::bench
