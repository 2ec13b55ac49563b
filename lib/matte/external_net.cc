// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/external_net.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "lib/matte/cells.h"

namespace gradphoto::matte {
namespace {

using nn::MattingSpec;

// Where the picture lies in the net's input.
cv::Rect PictureInInput(const MattingSpec& spec, cv::Size picture) {
  const cv::Size input(spec.width_px, spec.height_px);
  if (spec.fit == MattingSpec::Fit::kStretch) return {cv::Point(0, 0), input};
  const double scale = std::min(static_cast<double>(input.width) / picture.width,
                                static_cast<double>(input.height) / picture.height);
  const cv::Size size(std::clamp(static_cast<int>(std::lround(picture.width * scale)), 1, input.width),
                      std::clamp(static_cast<int>(std::lround(picture.height * scale)), 1, input.height));
  return {(input.width - size.width) / 2, (input.height - size.height) / 2, size.width, size.height};
}

nn::Tensor InputOf(const MattingSpec& spec, const cv::Mat& input) {
  const bool planes = spec.layout == MattingSpec::Layout::kNchw;
  const std::size_t pixels = input.total();
  nn::Tensor tensor;
  if (planes) {
    tensor.shape = {1, 3, input.rows, input.cols};
  } else {
    tensor.shape = {1, input.rows, input.cols, 3};
  }
  tensor.data.resize(3 * pixels);
  for (std::size_t c = 0; c < 3; ++c) {
    const int channel =
        spec.channels == MattingSpec::Channels::kRgb ? 2 - static_cast<int>(c) : static_cast<int>(c);
    const double scale = 1 / spec.divisor[c], shift = -spec.mean[c] / spec.divisor[c];
    std::size_t i = 0;
    for (int y = 0; y < input.rows; ++y) {
      for (int x = 0; x < input.cols; ++x, ++i) {
        const double value = input.at<cv::Vec3b>(y, x)[channel] * scale + shift;
        tensor.data[planes ? c * pixels + i : 3 * i + c] = static_cast<float>(value);
      }
    }
  }
  return tensor;
}

Result<cv::Mat> ReadAlpha(const MattingSpec& spec, const nn::Tensor& output) {
  // [1,C,H,W], [1,H,W,C], or [1,H,W] for one channel.
  std::vector<std::int64_t> shape = output.shape;
  const bool planes = spec.layout == MattingSpec::Layout::kNchw;
  if (shape.size() == 3) shape.insert(planes ? shape.begin() + 1 : shape.end(), 1);
  if (shape.size() != 4 || shape[0] != 1) {
    return Fail(ErrorKind::kInternal, "the external matting net's output '" + spec.output + "' is no picture");
  }
  const std::int64_t channels = planes ? shape[1] : shape[3], rows = planes ? shape[2] : shape[1],
                     columns = planes ? shape[3] : shape[2];
  if (spec.channel >= channels || rows < 1 || columns < 1) {
    return Fail(ErrorKind::kInternal, "the external matting net's output '" + spec.output +
                                          "' has no channel " + std::to_string(spec.channel));
  }
  const auto value = [&](std::int64_t pixel, std::int64_t channel) {
    const std::int64_t at = planes ? channel * rows * columns + pixel : pixel * channels + channel;
    return output.data[static_cast<std::size_t>(at)];
  };
  cv::Mat alpha(static_cast<int>(rows), static_cast<int>(columns), CV_32F);
  auto* out = alpha.ptr<float>();
  for (std::int64_t i = 0; i < rows * columns; ++i) {
    const float raw = value(i, spec.channel);
    switch (spec.activation) {
      case MattingSpec::Activation::kSigmoid:
        out[i] = 1 / (1 + std::exp(-std::clamp(raw, -80.0f, 80.0f)));
        break;
      case MattingSpec::Activation::kSoftmax: {
        double sum = 0;
        for (std::int64_t c = 0; c < channels; ++c)
          sum += std::exp(std::clamp(double(value(i, c)) - raw, -80.0, 80.0));
        out[i] = static_cast<float>(1 / sum);
        break;
      }
      case MattingSpec::Activation::kNone:
      case MattingSpec::Activation::kMinMax:
        out[i] = raw;
        break;
    }
    if (!std::isfinite(out[i])) out[i] = 0;
  }
  if (spec.activation == MattingSpec::Activation::kMinMax) {
    cv::normalize(alpha, alpha, 0, 1, cv::NORM_MINMAX);
  }
  cv::min(cv::max(alpha, 0.0), 1.0, alpha);
  return alpha;
}

float SmoothStep(float from, float to, float value) {
  const float t = std::clamp((value - from) / (to - from), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

// Deep inside its confident part the person mask is right about shirts that matting nets lose.
cv::Mat FillDeep(const cv::Mat& alpha, const cv::Mat& person) {
  constexpr double kFrom = 2, kRamp = 8;  // Distance from the outline, in pixels of a frame 480 wide.
  const double scale = FrameScale(person.size());
  cv::Mat distance, fused = alpha.clone();
  cv::distanceTransform(person > 0.5, distance, cv::DIST_L2, 3);
  for (int y = 0; y < fused.rows; ++y) {
    for (int x = 0; x < fused.cols; ++x) {
      const double depth = (distance.at<float>(y, x) / scale - kFrom) / kRamp;
      if (depth <= 0) continue;
      const float p = person.at<float>(y, x);
      const float inside = p * static_cast<float>(std::min(1.0, depth)) * SmoothStep(0.7f, 0.95f, p);
      fused.at<float>(y, x) = std::max(fused.at<float>(y, x), inside);
    }
  }
  return fused;
}

}  // namespace

ExternalNet::ExternalNet(std::string name, nn::MattingSpec spec, std::size_t output, nn::Session session)
    : name_(std::move(name)), spec_(std::move(spec)), output_(output), session_(std::move(session)) {}

Result<ExternalNet> ExternalNet::Create(const nn::ModelRegistry& registry, std::string_view name,
                                        const std::filesystem::path& model_dir) {
  TRY_ASSIGN(const auto model, registry.Find(name));
  if (!model.matting) {
    return Fail(ErrorKind::kUsage, "configs/models.yaml: '" + model.name + "' has no matting block");
  }
  TRY_ASSIGN(auto session, nn::Session::Open(model, model_dir));
  const auto output = std::ranges::find(model.outputs, model.matting->output, &nn::TensorSpec::name);
  return ExternalNet(model.name, *model.matting, static_cast<std::size_t>(output - model.outputs.begin()),
                     std::move(session));
}

Result<cv::Mat> ExternalNet::Alpha(const cv::Mat& bgr) const {
  const cv::Rect place = PictureInInput(spec_, bgr.size());
  cv::Mat input(spec_.height_px, spec_.width_px, CV_8UC3, cv::Scalar::all(128));
  cv::resize(bgr, input(place), place.size(), 0, 0, bgr.cols > place.width ? cv::INTER_AREA : cv::INTER_LINEAR);
  TRY_ASSIGN(const auto outputs, session_.Run(InputOf(spec_, input)));
  TRY_ASSIGN(auto alpha, ReadAlpha(spec_, outputs[output_]));
  if (alpha.size() != input.size()) cv::resize(alpha, alpha, input.size(), 0, 0, cv::INTER_LINEAR);
  cv::Mat enlarged;
  cv::resize((alpha)(place), enlarged, bgr.size(), 0, 0, cv::INTER_LINEAR);
  return enlarged;
}

Result<Matte> SecondMatte(const ExternalNet& net, const FrameContext& context, const Matte& first,
                          const HeadShape& head) {
  TRY_ASSIGN(const auto alpha, net.Alpha(context.bgr));
  const cv::Mat bgr = context.FramePixels();
  Matte second;
  second.coarse = FillDeep((alpha)(context.frame), first.coarse);
  Refined refined = Refine(bgr, second.coarse, head);
  second.trust = MeasureTrust(bgr, refined, second.coarse, first.alpha, refined.alpha);
  second.alpha = std::move(refined.alpha);
  second.foreground = std::move(refined.foreground);
  return second;
}

}  // namespace gradphoto::matte
