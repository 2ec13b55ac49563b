// SPDX-License-Identifier: Apache-2.0
// That an injected amount is the amount: a calibration is worth no more than its faults.
#include "tests/support/faults.h"

#include <cmath>
#include <set>

#include <doctest/doctest.h>

#include "lib/check/sharpness.h"
#include "lib/image/color.h"
#include "tests/support/fault_table.h"
#include "tests/support/pictures.h"

using namespace gradphoto;
using namespace gradphoto::faults;
using gradphoto::testing::Flat;
using gradphoto::testing::LargestDifference;
using gradphoto::testing::MeanDifference;
using gradphoto::testing::Noisy;

namespace {

// A picture without a face, for faults that need none.
Portrait Plain(const cv::Mat& bgr, double scale = 1) {
  Portrait portrait;
  portrait.bgr = bgr;
  portrait.person = cv::Mat::zeros(bgr.size(), CV_32F);
  portrait.scale = scale;
  return portrait;
}

double Linear(const cv::Mat& bgr, int channel) {
  return image::LinearFromSrgb(bgr.at<cv::Vec3b>(bgr.rows / 2, bgr.cols / 2)[channel]);
}

cv::Mat Edge(cv::Size size) {
  cv::Mat picture = Flat(size, {40, 40, 40});
  picture.colRange(size.width / 2, size.width).setTo(cv::Scalar::all(200));
  return picture;
}

}  // namespace

TEST_CASE("a stop is a factor of two in linear light, and white clips") {
  const Portrait grey = Plain(Flat({40, 30}, {120, 130, 140}));
  for (const double stops : {-3.0, -1.0, 0.0, 1.0}) {
    const cv::Mat result = Exposure(grey, stops);
    for (int c = 0; c < 3; ++c) {
      CHECK(Linear(result, c) == doctest::Approx(Linear(grey.bgr, c) * std::exp2(stops)).epsilon(0.03));
    }
  }
  CHECK(LargestDifference(Exposure(grey, 4), Flat({40, 30}, {255, 255, 255})) == 0);
}

TEST_CASE(
    "daylight changes nothing; a halogen lamp is yellow, the sky blue, and neither changes the light's sum") {
  const Portrait grey = Plain(Flat({40, 30}, {120, 120, 120}));
  CHECK(LargestDifference(LightOfKelvin(grey, 6504), grey.bgr) <= 1);
  const cv::Mat warm = LightOfKelvin(grey, 3200), cold = LightOfKelvin(grey, 12000);
  CHECK(Linear(warm, 2) > 1.4 * Linear(warm, 1));
  CHECK(Linear(warm, 0) < 0.5 * Linear(warm, 1));
  CHECK(Linear(cold, 0) > 1.2 * Linear(cold, 2));
  const auto luminance = [](const cv::Mat& bgr) {
    return 0.0722 * Linear(bgr, 0) + 0.7152 * Linear(bgr, 1) + 0.2126 * Linear(bgr, 2);
  };
  CHECK(luminance(warm) == doctest::Approx(luminance(grey.bgr)).epsilon(0.03));
  CHECK(luminance(cold) == doctest::Approx(luminance(grey.bgr)).epsilon(0.03));
}

TEST_CASE("a blur is as wide as said, in pixels of the standardized picture") {
  for (const double sigma : {2.0, 3.0}) {
    // check::BlurSigma is right to 20 % from 1.2 px on; at scale 0.5 the source is blurred twice as wide.
    const cv::Mat full = DefocusGaussian(Plain(Edge({240, 160})), sigma);
    CHECK(check::BlurSigma(full).value_or(0) == doctest::Approx(sigma).epsilon(0.25));
    const cv::Mat half = DefocusGaussian(Plain(Edge({480, 320}), 0.5), sigma);
    CHECK(check::BlurSigma(half).value_or(0) == doctest::Approx(2 * sigma).epsilon(0.25));
  }
  // Motion widens the edge across it to `length` pixels and leaves the edge along it.
  const cv::Mat moved = MotionBlur(Plain(Edge({240, 160})), 10, 0);
  const cv::Mat along = MotionBlur(Plain(Edge({240, 160})), 10, 90);
  int between = 0;
  for (int x = 0; x < moved.cols; ++x)
    between += moved.at<cv::Vec3b>(80, x)[0] > 45 && moved.at<cv::Vec3b>(80, x)[0] < 195;
  CHECK(between >= 8);
  CHECK(between <= 11);
  CHECK(LargestDifference(along(cv::Rect(0, 40, 240, 80)), Edge({240, 160})(cv::Rect(0, 40, 240, 80))) <= 1);
}

TEST_CASE("blurs and disc keep the light") {
  const Portrait noisy = Plain(Noisy({120, 90}, 6));
  const double mean = cv::mean(noisy.bgr)[1];
  for (const cv::Mat& blurred : {DefocusGaussian(noisy, 3), DefocusDisc(noisy, 5), MotionBlur(noisy, 9, 30)}) {
    CHECK(cv::mean(blurred)[1] == doctest::Approx(mean).epsilon(0.02));
    CHECK(MeanDifference(blurred, noisy.bgr) > 1);
  }
}

TEST_CASE("noise has its deviation after standardizing, and is the same each time") {
  const Portrait grey = Plain(Flat({200, 200}, {128, 128, 128}));
  const cv::Mat result = Noise(grey, 5, 3);
  cv::Scalar mean, deviation;
  cv::meanStdDev(result, mean, deviation);
  CHECK(mean[1] == doctest::Approx(128).epsilon(0.01));
  CHECK(deviation[1] == doctest::Approx(5).epsilon(0.05));
  CHECK(LargestDifference(result, Noise(grey, 5, 3)) == 0);
  CHECK(LargestDifference(result, Noise(grey, 5, 4)) > 0);
}

TEST_CASE("a wall's gradient is the lightness said, on the wall alone") {
  Portrait portrait = Plain(Flat({200, 100}, {190, 190, 190}));
  portrait.frame = {0, 0, 200, 100};
  portrait.person.rowRange(50, 100).setTo(1);
  const cv::Mat result = WallGradient(portrait, 20);
  const auto lightness = [&](int x, int y) {
    const cv::Vec3b& p = result.at<cv::Vec3b>(y, x);
    return image::LabFromSrgb({double(p[2]), double(p[1]), double(p[0])}).l;
  };
  CHECK(lightness(199, 20) - lightness(0, 20) == doctest::Approx(20).epsilon(0.05));
  CHECK(LargestDifference(result.rowRange(50, 100), portrait.bgr.rowRange(50, 100)) <= 1);
}

TEST_CASE("a JPEG of a quality says so, and two of them keep the last table only") {
  const Portrait noisy = Plain(Noisy({160, 120}, 6));
  CHECK(Jpeg(noisy, 30, false).facts.jpeg_quality == 30);
  CHECK(DoubleJpeg(noisy, 20, 92).facts.jpeg_quality == 92);
}

TEST_CASE("the table of faults is complete and says why") {
  std::set<std::string_view> names;
  for (const Fault& fault : AllFaults()) {
    CAPTURE(fault.name);
    CHECK(names.insert(fault.name).second);
    CHECK(!fault.codes.text().empty());
    CHECK(!fault.reason.empty());
    CHECK(fault.clear_from < fault.strengths.size());
    CHECK((fault.labels.empty() || fault.labels.size() == fault.strengths.size()));
    CHECK(FindFault(fault.name) == &fault);
  }
  CHECK(FindFault("no such fault") == nullptr);
}
