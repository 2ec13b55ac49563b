// SPDX-License-Identifier: Apache-2.0
#include "lib/image/damage.h"

#include <algorithm>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/image/decode.h"
#include "tests/image/files.h"
#include "tests/support/pictures.h"

using namespace gradphoto::image;
using namespace gradphoto::image::testing;
using gradphoto::testing::Noisy;

namespace {

constexpr int kMcu = 16, kColumns = 40, kRows = 50;
constexpr McuGrid kGrid{kMcu, kMcu, 0, {}};

// A head before a wall that gets darker to the bottom, with grain.
cv::Mat Portrait() {
  cv::Mat bgr(kRows * kMcu, kColumns * kMcu, CV_8UC3);
  for (int y = 0; y < bgr.rows; ++y) bgr.row(y).setTo(cv::Scalar::all(210 - 60 * y / bgr.rows));
  cv::ellipse(bgr, {330, 300}, {120, 160}, 0, 0, 360, {120, 150, 190}, cv::FILLED);
  cv::rectangle(bgr, {150, 500}, {500, 799}, {60, 40, 40}, cv::FILLED);
  cv::Mat grain(bgr.size(), CV_8UC3);
  cv::RNG random(7);
  random.fill(grain, cv::RNG::UNIFORM, 0, 9);
  return bgr + grain;
}

cv::Rect McuAt(int index) { return {index % kColumns * kMcu, index / kColumns * kMcu, kMcu, kMcu}; }

// Every MCU of [from, to) in coding order is lighter or darker.
cv::Mat WithOffset(cv::Mat bgr, int from, int to, const cv::Scalar& offset) {
  for (int i = from; i < to; ++i) bgr(McuAt(i)) += offset;
  return bgr;
}

double StrengthOf(const cv::Mat& bgr, const McuGrid& grid = kGrid) {
  const auto tear = FindTear(bgr, grid);
  REQUIRE(tear.has_value());
  return tear->strength;
}

}  // namespace

TEST_CASE("a picture that changes from one MCU to the end is torn there, whatever changes") {
  CHECK(StrengthOf(Portrait()) < 0.7);
  for (const cv::Scalar& offset : {cv::Scalar(30, 30, 30), cv::Scalar(-30, -30, -30), cv::Scalar(40, -8, 0)}) {
    for (const int at : {5 * kColumns + 3, 20 * kColumns + 20, 35 * kColumns + 36}) {
      CAPTURE(at);
      const auto tear = FindTear(WithOffset(Portrait(), at, kColumns * kRows, offset), kGrid);
      REQUIRE(tear.has_value());
      CHECK(tear->strength > 2);
      CHECK(tear->x_px == McuAt(at).x);
      CHECK(tear->y_px == McuAt(at).y);
    }
  }
}

TEST_CASE("with restart markers a tear ends at the next one") {
  const McuGrid restarts{kMcu, kMcu, kColumns, {}};
  CHECK(StrengthOf(Portrait(), restarts) < 0.7);
  const int at = 20 * kColumns + 12;
  const cv::Mat torn = WithOffset(Portrait(), at, 21 * kColumns, cv::Scalar::all(30));
  CHECK(StrengthOf(torn, restarts) > 2);
  CHECK(StrengthOf(torn) < 1);
}

TEST_CASE("lines across the picture, off the grid or on it, are no tears, nor are small pictures") {
  for (const int row : {5, 20, 44}) {
    CHECK(StrengthOf(WithOffset(Portrait(), row * kColumns, kColumns * kRows, cv::Scalar::all(40))) < 1);
    CHECK(StrengthOf(WithOffset(Portrait(), row * kColumns, (row + 1) * kColumns, cv::Scalar::all(40))) < 1);
    cv::Mat off_grid = Portrait();
    off_grid.rowRange(row * kMcu + 5, off_grid.rows) += cv::Scalar::all(40);
    CHECK(StrengthOf(off_grid) < 1);
  }
  CHECK_FALSE(FindTear(cv::Mat(40, 400, CV_8UC3, cv::Scalar::all(9)), kGrid).has_value());
  CHECK(StrengthOf(cv::Mat(400, 400, CV_8UC3, cv::Scalar::all(255))) == 0);
}

TEST_CASE("a step of one quantum of a coarsely quantized picture is no tear") {
  cv::Mat flat(kRows * kMcu, kColumns * kMcu, CV_8UC3, cv::Scalar::all(180));
  flat = WithOffset(flat, 20 * kColumns + 20, kColumns * kRows, cv::Scalar::all(4));
  CHECK(StrengthOf(flat) > 2);
  CHECK(StrengthOf(flat, {kMcu, kMcu, 0, {4, 4, 4}}) < 1.5);
}

TEST_CASE("a tear has no like beside the grid, streaks and print have") {
  const cv::Mat torn = WithOffset(Portrait(), 20 * kColumns + 20, kColumns * kRows, cv::Scalar::all(30));
  CHECK(StrengthOf(torn) > 3 * StrengthBesideGrid(torn, kGrid));
  // Boards of a wall, each with an end of its own: one of them may end on the grid.
  cv::Mat boards = Portrait();
  cv::RNG random(3);
  for (int y = 0; y < boards.rows; y += 4) {
    const int end = random.uniform(0, boards.cols - 1);
    boards(cv::Rect(end, y, boards.cols - end, 4)) += cv::Scalar::all(random.uniform(0, 60));
  }
  CHECK(StrengthBesideGrid(boards, kGrid) > StrengthOf(boards) / 2);
}

TEST_CASE("a JPEG with bits turned over is refused where it shows") {
  const cv::Mat picture = Portrait();
  for (const bool progressive : {false, true}) {
    CAPTURE(progressive);
    const FileBytes good = MakeJpeg(picture, {.progressive = progressive});
    REQUIRE(Decode(good).has_value());
    int refused = 0, delivered = 0;
    for (std::size_t percent = 20; percent < 95; percent += 2) {
      FileBytes bad = good;
      for (std::size_t i = 0; i < 3; ++i) bad[bad.size() * percent / 100 + 7 * i] ^= std::byte{0x10};
      const auto photo = Decode(bad);
      if (!photo) {
        CHECK(photo.error().kind != DecodeError::Kind::kNotAnImage);
        ++refused;
        continue;
      }
      cv::Mat difference;
      cv::absdiff(photo->bgr, picture, difference);
      delivered +=
          cv::countNonZero(difference.reshape(1) > 40) > 0.01 * static_cast<double>(difference.total());
    }
    CHECK(refused >= 15);
    CHECK(delivered == 0);
  }
}

TEST_CASE("bytes between the last block and the end marker are damage, unless they are padding") {
  const FileBytes good = MakeJpeg(Noisy({160, 160}, 3));
  const auto with = [&](std::initializer_list<int> bytes) {
    FileBytes jpeg = good;
    for (const int byte : bytes) jpeg.insert(jpeg.end() - 2, std::byte(byte));
    return Decode(jpeg);
  };
  CHECK(with({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}).has_value());
  CHECK(with({0xFF, 0xFF, 0xFF, 0xFF}).has_value());
  const auto more = with({0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0x11, 0x22, 0x33, 0x44, 0x55});
  REQUIRE_FALSE(more.has_value());
  CHECK(more.error().kind == DecodeError::Kind::kTruncated);
}
