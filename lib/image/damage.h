// SPDX-License-Identifier: Apache-2.0
// Damage that a decoder does not notice. A wrong bit in the scan of a JPEG file often gives another sound code,
// and the DC prediction (ITU-T T.81 F.1.1.5.1) carries the error on: from one MCU (the blocks that are coded
// together) to the end of the scan or the next restart marker the picture is too bright, of another colour or
// shifted.
#pragma once

#include <array>
#include <optional>

#include <opencv2/core/mat.hpp>

namespace gradphoto::image {

struct McuGrid {
  int width_px = 8, height_px = 8;  // Of one MCU.
  int restart_mcus = 0;             // Between restart markers; 0: none.
  // Of Y, Cr and Cb: grey levels by which a block changes as a whole when its DC coefficient does by one. In a
  // coarsely quantized sound picture flat parts step by just that, and on the grid.
  std::array<double, 3> dc_quantum{};
};

struct Tear {
  double strength = 0;     // 0..kMaxTear; see FindTear.
  int x_px = 0, y_px = 0;  // The first MCU behind it.
};

inline constexpr double kMaxTear = 5;

// The strongest tear of the picture. A tear is the outline of MCUs that follow each other in coding order: the
// upper edge of a row from one MCU on, and the upper edge of the next row before it. At each edge of an MCU the
// step between its pixels and those above, less what their own slopes foretell, is divided by what is usual
// there; strength is the mean along the tear, of steps in one direction, less the mean of the edges that would
// continue it straight on: a line that crosses the whole picture is a part of it. Nothing for pictures of too
// few or too small MCUs.
std::optional<Tear> FindTear(const cv::Mat& bgr, const McuGrid& grid);

// The strength of what looks like a tear where none can be: with the rows of MCUs a quarter to three quarters
// lower. Streaks, print and drawn panels have such outlines anywhere: 1.0 to 1.4 beside tears of 1.8 to 2.9;
// damaged portraits have 0.5 to 1.6 beside tears of 1.5 to 5.
double StrengthBesideGrid(const cv::Mat& bgr, const McuGrid& grid);

}  // namespace gradphoto::image
