// SPDX-License-Identifier: Apache-2.0
// Signs of dark lenses. Two must agree, because each alone errs: the eye net says "closed" although the lids of
// the mesh are open (the mesh invents lids behind lenses), and the surroundings of both eyes are far darker
// than the cheeks. A finding sends the photo to a person, it never rejects by itself.
#pragma once

#include <opencv2/core/mat.hpp>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"
#include "lib/face/landmarks.h"

namespace gradphoto::check {

struct LensSigns {
  double darkness_ratio = 1;  // Median luminance around the brighter eye over that of the cheeks, linear light.
  bool dark_lenses = false;
};

// `eye_opening` and `open_margin` as in face/features.h. Coordinates of `landmarks` are those of `bgr`.
LensSigns LookForDarkLenses(const cv::Mat& bgr, const face::Landmarks& landmarks, double eye_opening,
                            double open_margin);

void CheckDarkGlasses(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
