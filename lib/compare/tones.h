// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core/mat.hpp>

namespace gradphoto::compare {

// How many shades a face has: the Shannon entropy, in bits, of its grey levels in 64 bins; 0 to 6. `aligned` is
// a result of AlignFace. London: 4.1 to 5.9 for photos, degraded ones too, 2.4 and more at two stops too much
// light; a flat drawing of a face, which the nets take for one, 1.6 to 2.2 whatever its compression.
double ToneBits(const cv::Mat& aligned);

}  // namespace gradphoto::compare
