// SPDX-License-Identifier: Apache-2.0
// A linear model of what is worn on a head: the colours of a level picture on a coarse grid, weighted and
// summed. Colours carry over from drawn hats and masks to real ones; edges do not (docs/CALIBRATION.md). The
// weights are taught by models/train_worn.py on pictures whose licence allows it.
#pragma once

#include <string_view>
#include <vector>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

#include "lib/check/aligned_face.h"

namespace gradphoto::check {

// What a model looks at: 8 x 8 cells of 8 x 8 px.
struct WornView {
  LevelFrame frame;
  cv::Rect reference;  // Of the frame: the skin that colours are relative to.
};
extern const WornView kUpperHead;  // From far above the hair to under the eyes.
extern const WornView kLowerFace;  // From the brows to under the chin.

inline constexpr std::size_t kWornFeatures = std::size_t{8} * 8 * 8;

// Of each cell, row by row, eight numbers over 30: CIELAB less the mean of the reference, their absolute
// values, |a*| and |b*|. The mean over the picture and its mirror image, so that left and right do not matter.
// `source` is CV_8UC3.
std::vector<float> WornFeatures(const cv::Mat& source, const cv::Point2d& left_pupil,
                                const cv::Point2d& right_pupil, const WornView& view);

class WornModel {
 public:
  // `text`: after comment lines (#) the bias, the unit, then one whole number for each feature: its weight in
  // units. Throws std::invalid_argument where that is not so: the text is part of the program.
  explicit WornModel(std::string_view text);

  // Above 0 more likely worn than not, as the model was taught. `features` as above.
  double Logit(const std::vector<float>& features) const;

 private:
  double bias_ = 0;
  std::vector<float> weights_;
};

// The models that the program holds, read once.
const WornModel& HeadgearModel();  // Of kUpperHead.
const WornModel& CoverModel();     // Of kLowerFace.

// 0..100 percent: 50 for 0.
double PercentOf(double logit);

}  // namespace gradphoto::check
