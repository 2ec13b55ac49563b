// SPDX-License-Identifier: Apache-2.0
#include "lib/image/encode.h"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "lib/image/decode.h"
#include "tests/support/pictures.h"

using namespace gradphoto::image;
using gradphoto::testing::Flat;
using gradphoto::testing::LargestDifference;
using gradphoto::testing::MeanDifference;
using gradphoto::testing::Noisy;

namespace {

constexpr ByteBudget kGraduation = {.target_max = 40000, .min_quality = 60, .max_trials = 8};

std::vector<std::byte> Encoded(const cv::Mat& picture, int quality, ChromaSampling sampling, int dpi) {
  auto bytes = EncodeJpeg(picture, quality, sampling, dpi);
  if (!bytes) FAIL(bytes.error().message);
  return std::move(*bytes);
}

EncodedJpeg ToBudget(const cv::Mat& picture, const ByteBudget& budget) {
  auto encoded = EncodeToBudget(picture, budget, 300);
  if (!encoded) FAIL(encoded.error().message);
  return std::move(*encoded);
}

int At(const std::vector<std::byte>& bytes, std::size_t i) { return std::to_integer<int>(bytes.at(i)); }

// The codes of all markers from SOI to EOI, each with the place of its first byte.
std::vector<std::pair<int, std::size_t>> Markers(const std::vector<std::byte>& jpeg) {
  std::vector<std::pair<int, std::size_t>> markers = {{0xD8, 0}};
  std::size_t i = 2;
  while (i < jpeg.size()) {
    REQUIRE(At(jpeg, i) == 0xFF);
    const int code = At(jpeg, i + 1);
    markers.emplace_back(code, i);
    if (code == 0xD9) break;
    i += 2 + static_cast<std::size_t>(At(jpeg, i + 2) * 256 + At(jpeg, i + 3));
    if (code != 0xDA) continue;
    while (At(jpeg, i) != 0xFF || At(jpeg, i + 1) == 0) ++i;  // Picture data; a stuffed 0xFF is followed by 0.
  }
  CHECK(markers.back().second + 2 == jpeg.size());
  return markers;
}

}  // namespace

TEST_CASE("baseline, 24 bit, JFIF with the density, and no other metadata") {
  for (const ChromaSampling sampling : {ChromaSampling::k444, ChromaSampling::k420}) {
    const auto jpeg = Encoded(Noisy({480, 640}, 5), 85, sampling, 300);
    int app0 = 0, sof0 = 0, scans = 0;
    for (const auto& [code, at] : Markers(jpeg)) {
      CAPTURE(code);
      const bool allowed = code == 0xD8 || code == 0xE0 || code == 0xDB || code == 0xC0 || code == 0xC4 ||
                           code == 0xDA || code == 0xD9;
      CHECK(allowed);
      scans += code == 0xDA;
      if (code == 0xE0) {
        ++app0;
        const int fields[] = {'J', 'F', 'I', 'F', 0,  1, 1,
                              1,   1,   44,  1,   44, 0, 0};  // 300 dpi twice, no thumbnail.
        CHECK(At(jpeg, at + 3) == 16);
        for (std::size_t i = 0; i < std::size(fields); ++i) CHECK(At(jpeg, at + 4 + i) == fields[i]);
      } else if (code == 0xC0) {
        ++sof0;
        CHECK(At(jpeg, at + 4) == 8);
        CHECK(At(jpeg, at + 5) * 256 + At(jpeg, at + 6) == 640);
        CHECK(At(jpeg, at + 7) * 256 + At(jpeg, at + 8) == 480);
        CHECK(At(jpeg, at + 9) == 3);
        CHECK(At(jpeg, at + 11) == (sampling == ChromaSampling::k444 ? 0x11 : 0x22));
        CHECK(At(jpeg, at + 14) == 0x11);
      }
    }
    CHECK(app0 == 1);
    CHECK(sof0 == 1);
    CHECK(scans == 1);
    const auto photo = Decode(jpeg);
    REQUIRE(photo.has_value());
    CHECK(photo->facts.dpi_x == 300);
    CHECK(photo->facts.dpi_y == 300);
    CHECK(photo->facts.components == 3);
    CHECK_FALSE(photo->facts.has_metadata);
  }
  CHECK(ChromaSamplingName(ChromaSampling::k444) == "4:4:4");
  CHECK(ChromaSamplingName(ChromaSampling::k420) == "4:2:0");
}

TEST_CASE("the picture comes back; the better the quality, the nearer and the larger") {
  const cv::Mat picture = Noisy({200, 150}, 4);
  double before = 1e9;
  std::size_t size = 0;
  for (const int quality : {30, 60, 75, 90, 100}) {
    const auto jpeg = Encoded(picture, quality, ChromaSampling::k444, 300);
    const auto photo = Decode(jpeg);
    REQUIRE(photo.has_value());
    const double difference = MeanDifference(photo->bgr, picture);
    CHECK(difference < before);
    CHECK(jpeg.size() > size);
    CHECK(std::abs(photo->facts.jpeg_quality.value_or(0) - quality) <= 1);
    before = difference;
    size = jpeg.size();
  }
  CHECK(before < 1);
  // A view into a larger picture is as good as a copy.
  const cv::Mat view = picture(cv::Rect(8, 8, 64, 64));
  CHECK(Encoded(view, 90, ChromaSampling::k444, 300) == Encoded(view.clone(), 90, ChromaSampling::k444, 300));
}

TEST_CASE(
    "pictures of every grain come out inside the target window, the quality reported is that of the file") {
  for (const double sigma : {1.5, 2.0, 3.0, 4.0, 6.0, 8.0}) {
    CAPTURE(sigma);
    const EncodedJpeg encoded = ToBudget(Noisy({480, 640}, sigma), kGraduation);
    CHECK(encoded.bytes.size() >= 30721);
    CHECK(encoded.bytes.size() <= 40000);
    CHECK(encoded.quality >= 60);
    CHECK(encoded.trials >= 1);
    CHECK(encoded.trials <= kGraduation.max_trials);
    const auto photo = Decode(encoded.bytes);
    REQUIRE(photo.has_value());
    CHECK(std::abs(photo->facts.jpeg_quality.value_or(0) - encoded.quality) <= 1);
    // Full chroma down to quality 75, halved below or where it allows a better quality.
    if (encoded.sampling == ChromaSampling::k444) CHECK(encoded.quality >= 75);
    CHECK(encoded.bytes == Encoded(Noisy({480, 640}, sigma), encoded.quality, encoded.sampling, 300));
  }
}

TEST_CASE("a flat picture stays small at quality 100 and is not padded") {
  const EncodedJpeg encoded = ToBudget(Flat({480, 640}, {255, 197, 100}), kGraduation);
  CHECK(encoded.quality == 100);
  CHECK(encoded.sampling == ChromaSampling::k444);
  CHECK(encoded.bytes.size() < 20480);
  CHECK(encoded.bytes == Encoded(Flat({480, 640}, {255, 197, 100}), 100, ChromaSampling::k444, 300));
  Markers(encoded.bytes);  // Ends with EOI.
}

TEST_CASE("a picture too noisy for the window stays at the minimum quality and is told by its size") {
  const EncodedJpeg encoded = ToBudget(Noisy({480, 640}, 40), kGraduation);
  CHECK(encoded.quality == 60);
  CHECK(encoded.sampling == ChromaSampling::k420);
  CHECK(encoded.bytes.size() > 40960);
  CHECK(encoded.trials <= kGraduation.max_trials);
}

TEST_CASE(
    "whatever the budget: no more encodings than allowed, never below the minimum quality, never a needless "
    "miss") {
  for (const double sigma : {0.0, 2.0, 9.0, 30.0}) {
    const cv::Mat picture = Noisy({240, 320}, sigma);
    for (const int least_quality : {60, 75, 92, 100}) {
      const auto least =
          static_cast<std::int64_t>(Encoded(picture, least_quality, ChromaSampling::k420, 300).size());
      for (const std::int64_t most : {500, 5'000, 9'000, 15'000, 60'000, 0}) {
        for (const int trials : {2, 3, 4, 8}) {
          const EncodedJpeg encoded = ToBudget(picture, {most, least_quality, trials});
          CAPTURE(sigma);
          CAPTURE(least_quality);
          CAPTURE(most);
          CAPTURE(trials);
          CHECK(encoded.trials >= 1);
          CHECK(encoded.trials <= trials);
          CHECK(encoded.quality >= least_quality);
          CHECK(encoded.quality <= 100);
          if (most == 0 && trials > 2) CHECK(encoded.quality == 100);
          // Too large only where the least quality is too large.
          const auto size = static_cast<std::int64_t>(encoded.bytes.size());
          if (most > 0) CHECK((size <= most) == (least <= most));
        }
      }
    }
  }
}

TEST_CASE("the same picture gives the same bytes") {
  const cv::Mat picture = Noisy({480, 640}, 5);
  CHECK(ToBudget(picture, kGraduation).bytes == ToBudget(picture.clone(), kGraduation).bytes);
}
