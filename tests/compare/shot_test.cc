// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/shot.h"

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "tests/support/pictures.h"

namespace gradphoto::compare {
namespace {

// Blobs of some pixels, as faces have them.
cv::Mat Blobs(unsigned seed) {
  cv::Mat noise(112, 112, CV_8UC3), picture;
  cv::RNG random(seed);
  random.fill(noise, cv::RNG::UNIFORM, 0, 256);
  cv::GaussianBlur(noise, picture, {}, 4);
  cv::normalize(picture, picture, 20, 235, cv::NORM_MINMAX);
  return picture;
}

}  // namespace

TEST_CASE("light, contrast and noise do not make another shot") {
  const cv::Mat picture = Blobs(1);
  const ShotFingerprint fingerprint = FingerprintOfShot(picture);
  CHECK(ShotCorrelation(fingerprint, fingerprint) == doctest::Approx(1));
  cv::Mat darker, noisy, noise(picture.size(), CV_16SC3);
  picture.convertTo(darker, CV_8U, 0.6, 10);
  CHECK(ShotCorrelation(fingerprint, FingerprintOfShot(darker)) > 0.98);
  cv::RNG(7).fill(noise, cv::RNG::NORMAL, 0, 5);
  cv::add(picture, noise, noisy, cv::noArray(), CV_8UC3);
  CHECK(ShotCorrelation(fingerprint, FingerprintOfShot(noisy)) > 0.98);
}

TEST_CASE("another picture is not the same shot, nor is one that is moved") {
  const ShotFingerprint fingerprint = FingerprintOfShot(Blobs(1));
  CHECK(std::abs(ShotCorrelation(fingerprint, FingerprintOfShot(Blobs(2)))) < 0.6);
  cv::Mat moved;
  const cv::Mat shift = (cv::Mat_<double>(2, 3) << 1, 0, 6, 0, 1, 0);
  cv::warpAffine(Blobs(1), moved, shift, {112, 112}, cv::INTER_LINEAR, cv::BORDER_REFLECT);
  CHECK(ShotCorrelation(fingerprint, FingerprintOfShot(moved)) < 0.9);
}

TEST_CASE("a flat picture is like nothing") {
  const ShotFingerprint flat = FingerprintOfShot(testing::Flat({112, 112}, {90, 120, 200}));
  CHECK(ShotCorrelation(flat, flat) == 0);
  CHECK(ShotCorrelation(flat, FingerprintOfShot(Blobs(1))) == 0);
}

}  // namespace gradphoto::compare
