// SPDX-License-Identifier: Apache-2.0
#include "lib/check/upscaling.h"

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/check/luma.h"
#include "lib/image/decode.h"
#include "lib/image/encode.h"
#include "tests/support/pictures.h"

using gradphoto::check::FindEnlargement;
using gradphoto::check::LumaOf;
using gradphoto::testing::Textured;

namespace {

const cv::Size kSize(480, 512);

// The picture, by way of one that is `factor` times smaller.
cv::Mat Enlarged(const cv::Mat& picture, double factor, int kernel) {
  cv::Mat small, large;
  cv::resize(picture, small, {}, 1 / factor, 1 / factor, cv::INTER_AREA);
  cv::resize(small, large, picture.size(), 0, 0, kernel);
  return large;
}

}  // namespace

TEST_CASE("the factor of an enlargement is found, with linear and cubic kernels") {
  for (const unsigned seed : {1u, 2u, 3u}) {
    const cv::Mat picture = Textured(kSize, seed);
    for (const double factor : {1.5, 2.0, 2.5, 3.0}) {
      for (const int kernel : {int(cv::INTER_LINEAR), int(cv::INTER_CUBIC)}) {
        CAPTURE(factor);
        CAPTURE(kernel);
        const auto found = FindEnlargement(LumaOf(Enlarged(picture, factor, kernel)), 1).factor;
        REQUIRE(found.has_value());
        // White texture, unlike photos, shines through a linear kernel, so that 2.5 may pass for 1.67.
        const bool mirrored = kernel == cv::INTER_LINEAR && *found < 2 && factor > 2;
        CHECK(*found == doctest::Approx(mirrored ? factor / (factor - 1) : factor).epsilon(0.03));
      }
    }
  }
}

TEST_CASE("so is that of a thumbnail blown up, that of 8 too, whose line JPEG draws") {
  for (const unsigned seed : {1u, 2u, 3u}) {
    const cv::Mat picture = Textured(kSize, seed);
    for (const double factor : {3.85, 4.0, 6.6, 7.3, 8.0, 9.4}) {
      CAPTURE(seed);
      CAPTURE(factor);
      const auto cubic = FindEnlargement(LumaOf(Enlarged(picture, factor, cv::INTER_CUBIC)), 1).factor;
      REQUIRE(cubic.has_value());
      CHECK(*cubic == doctest::Approx(factor).epsilon(0.03));
      if (factor == 8) continue;  // The corners of straight lines draw what JPEG does.
      // Straight lines between the true pixels have their corners in all harmonics; the second may win.
      const auto linear = FindEnlargement(LumaOf(Enlarged(picture, factor, cv::INTER_LINEAR)), 1).factor;
      REQUIRE(linear.has_value());
      CHECK(*linear > 0.48 * factor);
    }
  }
}

TEST_CASE("JPEG coding after the enlargement does not hide it, on its own lines neither") {
  for (const unsigned seed : {1u, 2u, 3u}) {
    const cv::Mat picture = Textured(kSize, seed);
    for (const double factor : {2.3, 3.4, 4.0, 5.0, 6.7}) {
      for (const int kernel : {int(cv::INTER_LINEAR), int(cv::INTER_CUBIC), int(cv::INTER_LANCZOS4)}) {
        CAPTURE(seed);
        CAPTURE(factor);
        CAPTURE(kernel);
        const auto bytes = gradphoto::image::EncodeJpeg(Enlarged(picture, factor, kernel), 90,
                                                        gradphoto::image::ChromaSampling::k420, 300);
        REQUIRE(bytes.has_value());
        CHECK(FindEnlargement(LumaOf(gradphoto::image::Decode(*bytes)->bgr), 1).factor.has_value());
      }
    }
  }
}

TEST_CASE("an enlargement that the finished picture takes back is not looked for") {
  const cv::Mat doubled = Enlarged(Textured(kSize, 1), 2.5, cv::INTER_CUBIC);
  CHECK(FindEnlargement(LumaOf(doubled), 0.8).factor.has_value());
  CHECK_FALSE(FindEnlargement(LumaOf(doubled), 0.3).factor.has_value());
}

TEST_CASE("the blocks of JPEG on a smooth picture are no enlargement") {
  for (const unsigned seed : {1u, 2u, 3u}) {
    for (const double sigma : {2.0, 4.0}) {
      cv::Mat smooth;
      cv::GaussianBlur(Textured(kSize, seed), smooth, {}, sigma);
      for (const int quality : {60, 75, 85, 92, 98}) {
        CAPTURE(sigma);
        CAPTURE(quality);
        const auto bytes =
            gradphoto::image::EncodeJpeg(smooth, quality, gradphoto::image::ChromaSampling::k420, 300);
        REQUIRE(bytes.has_value());
        const auto found = FindEnlargement(LumaOf(gradphoto::image::Decode(*bytes)->bgr), 1).factor;
        CAPTURE(found.value_or(0));
        CHECK_FALSE(found.has_value());
      }
    }
  }
}

TEST_CASE("pictures of full detail, shrunk ones and blurred ones are not enlarged") {
  for (const unsigned seed : {1u, 2u, 3u, 4u}) {
    CAPTURE(seed);
    const cv::Mat picture = Textured({960, 1024}, seed);
    CHECK_FALSE(FindEnlargement(LumaOf(picture(cv::Rect({0, 0}, kSize))), 1).factor.has_value());
    cv::Mat other;
    for (const double scale : {0.9, 0.75, 0.6, 0.5}) {
      cv::resize(picture, other, {}, scale, scale, cv::INTER_AREA);
      CHECK_FALSE(FindEnlargement(LumaOf(other), 1).factor.has_value());
      cv::resize(picture, other, {}, scale, scale, cv::INTER_LINEAR);
      CHECK_FALSE(FindEnlargement(LumaOf(other), 1).factor.has_value());
    }
    for (const double sigma : {1.0, 2.0, 3.0}) {
      cv::GaussianBlur(picture(cv::Rect({0, 0}, kSize)), other, {}, sigma);
      const auto bytes = gradphoto::image::EncodeJpeg(other, 85, gradphoto::image::ChromaSampling::k420, 300);
      REQUIRE(bytes.has_value());
      CAPTURE(sigma);
      const auto found = FindEnlargement(LumaOf(gradphoto::image::Decode(*bytes)->bgr), 1).factor;
      CAPTURE(found.value_or(0));
      CHECK_FALSE(found.has_value());
    }
  }
}

TEST_CASE("a picture of any shape gets a factor of the range, or none") {
  cv::RNG random(5);
  for (unsigned seed = 0; seed < 150; ++seed) {
    const cv::Size size(random.uniform(128, 700), random.uniform(128, 700));
    cv::Mat picture = Textured(size, seed);
    if (seed % 3 != 0) cv::GaussianBlur(picture, picture, {}, random.uniform(0.5, 6.0));
    if (seed % 4 == 0) picture = Enlarged(picture, random.uniform(1.2, 14.0), cv::INTER_CUBIC);
    if (seed % 5 == 0) picture.colRange(size.width / 2, size.width) = cv::Scalar(90, 120, 200);
    CAPTURE(seed);
    const double found = FindEnlargement(LumaOf(picture), 1).factor.value_or(2);
    CHECK(found >= 1.4);
    CHECK(found <= 13.5);
  }
}

TEST_CASE("nothing is said about pictures that are too small or flat") {
  CHECK_FALSE(FindEnlargement(LumaOf(Textured({127, 400})), 1).factor.has_value());
  CHECK_FALSE(
      FindEnlargement(LumaOf(gradphoto::testing::Flat({400, 400}, {90, 120, 200})), 1).factor.has_value());
}

TEST_CASE("where there are pixels to spare, missing detail is enough, on the lines of JPEG too") {
  for (const unsigned seed : {1u, 2u, 3u}) {
    const cv::Mat picture = Textured(kSize, seed);
    // JPEG takes of a picture of full detail what is finest, and shrinking leaves it.
    for (const int quality : {60, 75}) {
      const auto bytes =
          gradphoto::image::EncodeJpeg(picture, quality, gradphoto::image::ChromaSampling::k420, 300);
      REQUIRE(bytes.has_value());
      const cv::Mat luma = LumaOf(gradphoto::image::Decode(*bytes)->bgr);
      for (const double scale : {0.75, 0.5, 0.3}) CHECK_FALSE(FindEnlargement(luma, scale).is_without_detail);
    }
    cv::Mat shrunk;
    cv::resize(Textured({960, 1024}, seed), shrunk, {}, 0.7, 0.7, cv::INTER_AREA);
    for (const double scale : {0.75, 0.5, 0.3})
      CHECK_FALSE(FindEnlargement(LumaOf(shrunk), scale).is_without_detail);
    for (const double factor : {4.0, 8.0}) {
      for (const int quality : {90, 95}) {
        CAPTURE(factor);
        CAPTURE(quality);
        const auto bytes = gradphoto::image::EncodeJpeg(Enlarged(picture, factor, cv::INTER_LANCZOS4), quality,
                                                        gradphoto::image::ChromaSampling::k420, 300);
        REQUIRE(bytes.has_value());
        const cv::Mat luma = LumaOf(gradphoto::image::Decode(*bytes)->bgr);
        CHECK(FindEnlargement(luma, 2 / factor).is_without_detail);
        // Here the finished picture takes the enlargement back, or asks for all there is.
        CHECK_FALSE(FindEnlargement(luma, 1 / factor).is_without_detail);
        CHECK_FALSE(FindEnlargement(luma, 0.8).is_without_detail);
      }
    }
  }
}
