// SPDX-License-Identifier: Apache-2.0
#include "lib/face/tensor.h"

#include <doctest/doctest.h>

using gradphoto::face::ChannelOrder;
using gradphoto::face::Sigmoid;
using gradphoto::face::ToTensor;

TEST_CASE("planes in the asked order, rows first, each value scaled and shifted") {
  cv::Mat bgr(2, 3, CV_8UC3);
  for (int i = 0; i < 18; ++i) bgr.data[i] = static_cast<unsigned char>(10 * i);
  const auto rgb = ToTensor(bgr, 0.5, -1, ChannelOrder::kRgb);
  CHECK(rgb.shape == std::vector<std::int64_t>{1, 3, 2, 3});
  REQUIRE(rgb.data.size() == 18);
  CHECK(rgb.data[0] == doctest::Approx(20 * 0.5 - 1));   // Red of the first pixel.
  CHECK(rgb.data[1] == doctest::Approx(50 * 0.5 - 1));   // Red of the second.
  CHECK(rgb.data[3] == doctest::Approx(110 * 0.5 - 1));  // Red of the second row.
  CHECK(rgb.data[12] == doctest::Approx(0 * 0.5 - 1));   // Blue.
  const auto as_stored = ToTensor(bgr, 0.5, -1, ChannelOrder::kBgr);
  CHECK(as_stored.data[0] == rgb.data[12]);
  CHECK(as_stored.data[17] == rgb.data[5]);
  // A view into a larger picture is read row by row.
  const cv::Mat view = bgr(cv::Rect(1, 0, 2, 2));
  CHECK(ToTensor(view, 1, 0, ChannelOrder::kBgr).data == ToTensor(view.clone(), 1, 0, ChannelOrder::kBgr).data);
}

TEST_CASE("the sigmoid, without overflow") {
  CHECK(Sigmoid(0) == 0.5);
  CHECK(Sigmoid(2) == doctest::Approx(0.880797));
  CHECK(Sigmoid(1e4) == 1);
  CHECK(Sigmoid(-1e4) >= 0);
  CHECK(Sigmoid(-1e4) < 1e-30);
}
