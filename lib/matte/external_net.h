// SPDX-License-Identifier: Apache-2.0
// A matting net of the user's own, fed and read as the "matting" block of its entry in configs/models.yaml
// says. It looks again at mattes that are not trusted. Thread-safe.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <opencv2/core/mat.hpp>

#include "lib/base/error.h"
#include "lib/matte/matte.h"
#include "lib/nn/registry.h"
#include "lib/nn/session.h"

namespace gradphoto::matte {

class ExternalNet {
 public:
  // Errors: kUsage - unknown name, or a net without a matting block; kModel - see nn/session.h.
  static Result<ExternalNet> Create(const nn::ModelRegistry& registry, std::string_view name,
                                    const std::filesystem::path& model_dir);

  const std::string& name() const { return name_; }

  // The net's alpha of the whole picture: CV_32F 0..1 at the size of `bgr`. Errors: kInternal - the runtime
  // failed, or the output has not the declared form.
  Result<cv::Mat> Alpha(const cv::Mat& bgr) const;

 private:
  ExternalNet(std::string name, nn::MattingSpec spec, std::size_t output, nn::Session session);
  std::string name_;
  nn::MattingSpec spec_;
  std::size_t output_;
  nn::Session session_;
};

// The matte again, from the external net's alpha: the person mask `first.coarse` overrides it only deep inside,
// where such nets tear holes into shirts. Everything else is as in ComputeMatte. Of the result's trust,
// mirror_percent is the area where the two mattes contradict each other.
Result<Matte> SecondMatte(const ExternalNet& net, const FrameContext& context, const Matte& first,
                          const HeadShape& head);

}  // namespace gradphoto::matte
