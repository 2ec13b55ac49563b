// SPDX-License-Identifier: Apache-2.0
// Checks of light and colour on a drawn face: known faults of known amount are measured as such, on every skin.
#include <cmath>

#include <doctest/doctest.h>

#include "lib/check/colour_cast.h"
#include "lib/check/exposure.h"
#include "lib/check/highlights.h"
#include "lib/check/monochrome.h"
#include "lib/check/red_eye.h"
#include "lib/check/uneven_light.h"
#include "tests/check/made_face.h"

using namespace gradphoto::check;
using gradphoto::testing::FaceColours;
using gradphoto::testing::kDark;
using gradphoto::testing::kEastAsian;
using gradphoto::testing::kPale;
using gradphoto::testing::MadeFace;

namespace {

const FaceColours kSkins[] = {FaceColours{}, kPale, kEastAsian, kDark};

auto Stops(double stops) {
  return [gain = std::exp2(stops)](int, int, int) { return gain; };
}

// A lamp that falls off by `stops` from the left to the right edge of the drawn face.
auto FromTheLeft(double stops) {
  return [stops](int x, int, int) { return std::exp2(-stops * x / 200.0); };
}

}  // namespace

TEST_CASE("the whites of the eyes tell the exposure: dark skin and narrow eyes are not underexposed") {
  for (const FaceColours& colours : kSkins) {
    for (const double opening : {0.3, 0.17}) {
      const MadeFace face(colours, opening);
      const double normal = FaceWhitePercent(face.patch, face.Linear());
      CHECK(normal > 20);
      for (const double stops : {-1.0, -2.0, -3.0}) {
        MadeFace darker(colours, opening);
        darker.Light(Stops(stops));
        CHECK(FaceWhitePercent(darker.patch, darker.Linear()) ==
              doctest::Approx(normal * std::exp2(stops)).epsilon(0.06));
      }
    }
  }
  // The darkest skin that is drawn, well lit, is brighter by this measure than pale skin two stops too dark.
  MadeFace dim(kPale);
  dim.Light(Stops(-2));
  const MadeFace dark(kDark);
  CHECK(FaceWhitePercent(dark.patch, dark.Linear()) > 1.5 * FaceWhitePercent(dim.patch, dim.Linear()));
}

TEST_CASE("clipped pixels are counted, and without pixels all is zero") {
  MadeFace face;
  const Clipping before = MeasureClipping(face.patch.bgr, face.patch.mask);
  CHECK(before.clipped_percent == 0);
  face.Light(Stops(3));
  CHECK(MeasureClipping(face.patch.bgr, face.patch.mask).clipped_percent > 80);
  CHECK(MeasureClipping(face.patch.bgr, cv::Mat::zeros(face.patch.mask.size(), CV_8U)).clipped_percent == 0);
}

TEST_CASE("whites of the eyes that are clipped tell overexposure of skin that keeps its detail") {
  for (const FaceColours& skin : kSkins) {
    for (const double opening : {0.3, 0.17}) {
      MadeFace face(skin, opening);
      CHECK(ClippedWhitesPercent(face.patch) == 0);
      face.Light(Stops(0.3));
      CHECK(ClippedWhitesPercent(face.patch) == 0);
      face.Light(Stops(1.7));
      CHECK(ClippedWhitesPercent(face.patch) > 15);
    }
  }
  MadeFace dark(kDark);
  dark.Light(Stops(2));
  CHECK(MeasureClipping(dark.patch.bgr, dark.patch.mask).clipped_percent < 4);
}

TEST_CASE("a lamp mirrored in the irises or on one eye is no overexposure") {
  MadeFace lamp, glare;
  for (const Side side : kBothSides) {
    const cv::Point centre(IrisCentre(lamp.patch.landmarks, side));
    cv::circle(lamp.patch.bgr, centre, 3, cv::Scalar::all(255), cv::FILLED);
  }
  CHECK(ClippedWhitesPercent(lamp.patch) == 0);
  cv::circle(glare.patch.bgr, cv::Point(IrisCentre(glare.patch.landmarks, Side::kLeft)), 18,
             cv::Scalar::all(255), cv::FILLED);
  CHECK(ClippedWhitesPercent(glare.patch) == 0);
}

TEST_CASE("a veil takes contrast away by what it adds, on every skin") {
  for (const FaceColours& colours : kSkins) {
    const MadeFace face(colours);
    const double clear = ContrastStops(face.patch, face.Linear());
    CHECK(clear > 5);
    double last = clear;
    for (const double veil : {0.05, 0.1, 0.3}) {
      MadeFace hazy(colours);
      hazy.Light([](int, int, int) { return 0.7; }, veil);
      const double white = FaceWhitePercent(face.patch, face.Linear()) / 100;
      const double stops = ContrastStops(hazy.patch, hazy.Linear());
      CHECK(stops < last);
      CHECK(stops == doctest::Approx(std::log2((0.7 * white + veil) / veil)).epsilon(0.1));
      last = stops;
    }
    // Exposure is no contrast.
    MadeFace darker(colours);
    darker.Light(Stops(-1));
    CHECK(std::abs(ContrastStops(darker.patch, darker.Linear()) - clear) < 1.1);
  }
}

TEST_CASE("side light is measured in stops, with its side, whatever the skin") {
  for (const FaceColours& colours : kSkins) {
    const MadeFace even(colours);
    CHECK(std::abs(SideLightStops(even.patch, even.Linear()).value()) < 0.02);
    double last = 0;
    for (const double stops : {1.0, 2.0, 4.0}) {
      MadeFace face(colours);
      face.Light(FromTheLeft(stops));
      const double measured = SideLightStops(face.patch, face.Linear()).value();
      CHECK(measured > last + 0.2);
      // The places are 0.2 to 0.75 of the face's width apart.
      CHECK(measured > 0.25 * stops);
      CHECK(measured < 0.85 * stops);
      MadeFace mirrored(colours);
      mirrored.Light([stops](int x, int, int) { return std::exp2(-stops * (199 - x) / 200.0); });
      CHECK(SideLightStops(mirrored.patch, mirrored.Linear()).value() ==
            doctest::Approx(-measured).epsilon(0.05));
      last = measured;
    }
  }
}

TEST_CASE("a fringe over one side of the forehead is no side light") {
  MadeFace face;
  cv::rectangle(face.patch.bgr, cv::Rect(0, 0, 95, 70), cv::Scalar(12, 12, 14), cv::FILLED);
  CHECK(std::abs(SideLightStops(face.patch, face.Linear()).value()) < 0.02);
}

TEST_CASE("shining skin counts by its area; pale skin, bright light and skin tone do not") {
  for (const FaceColours& colours : kSkins) {
    const MadeFace matt(colours);
    CHECK(HighlightPercent(matt.patch, matt.Linear()) == 0);
    MadeFace bright(colours);
    bright.Light(Stops(0.4));
    CHECK(HighlightPercent(bright.patch, bright.Linear()) == 0);
    for (const int radius : {8, 16}) {
      MadeFace face(colours);
      cv::circle(face.patch.bgr, {100, 40}, radius, cv::Scalar(252, 252, 252), cv::FILLED);
      const double skin = cv::countNonZero(SkinMask(face.patch));
      CHECK(HighlightPercent(face.patch, face.Linear()) ==
            doctest::Approx(100 * 3.1416 * radius * radius / skin).epsilon(0.1));
    }
  }
}

TEST_CASE("red pupils are found in both eyes; brown irises, warm light and a red spot in one eye are not") {
  const auto paint = [](MadeFace& face, int pupil) {
    cv::circle(face.patch.bgr, cv::Point(face.At(pupil)), 4, cv::Scalar(40, 30, 205), cv::FILLED);
  };
  for (const FaceColours& colours : kSkins) {
    MadeFace face(colours);
    CHECK(RedPupilPercent(face.patch, face.Linear()).value() == 0);
    paint(face, 468);
    CHECK(RedPupilPercent(face.patch, face.Linear()).value() == 0);
    paint(face, 473);
    CHECK(RedPupilPercent(face.patch, face.Linear()).value() > 40);
    MadeFace brown(colours);
    for (const int pupil : {468, 473}) {
      cv::circle(brown.patch.bgr, cv::Point(brown.At(pupil)), 5, cv::Scalar(22, 36, 66), cv::FILLED);
    }
    brown.Light([](int, int, int c) { return c == 2 ? 1.4 : c == 1 ? 0.95 : 0.5; });
    CHECK(RedPupilPercent(brown.patch, brown.Linear()).value() == 0);
  }
}

TEST_CASE("a colour cast is read from the whites of the eyes, whatever the skin; a lamp at one side is none") {
  for (const FaceColours& colours : kSkins) {
    const MadeFace face(colours);
    const auto plain = CastOfWhites(face.patch, face.Linear());
    REQUIRE(plain);
    CHECK(plain->chroma < 10);
    MadeFace warm(colours), cold(colours), half(colours);
    warm.Light([](int, int, int c) { return c == 2 ? 1.2 : c == 1 ? 0.9 : 0.4; });
    cold.Light([](int, int, int c) { return c == 2 ? 0.7 : c == 1 ? 1.0 : 1.5; });
    half.Light([](int x, int, int c) { return x < 100 ? 1.0 : c == 2 ? 1.2 : c == 1 ? 0.9 : 0.4; });
    const auto yellow = CastOfWhites(warm.patch, warm.Linear());
    const auto blue = CastOfWhites(cold.patch, cold.Linear());
    const auto one_side = CastOfWhites(half.patch, half.Linear());
    REQUIRE(yellow);
    REQUIRE(blue);
    REQUIRE(one_side);
    CHECK(yellow->chroma > 25);
    CHECK(yellow->b > 20);
    CHECK(blue->chroma > 15);
    CHECK(blue->b < -12);
    CHECK(one_side->chroma < 10);
  }
  // Where skin is all that is seen between the lids, nothing is said.
  FaceColours no_white;
  no_white.white = no_white.iris = no_white.skin;
  const MadeFace blind(no_white);
  CHECK_FALSE(CastOfWhites(blind.patch, blind.Linear()).has_value());
}

TEST_CASE("two witnesses of a cast agree as far as the lesser one goes in the direction of the other") {
  const auto cast = [](double a, double b) { return ColourCast{std::hypot(a, b), a, b}; };
  CHECK(Agreed(cast(0, 20), cast(0, 8)).chroma == doctest::Approx(8));
  CHECK(Agreed(cast(0, 20), cast(0, -8)).chroma == 0);  // A yellow lamp before a blue wall.
  CHECK(Agreed(cast(0, 20), cast(6, 6)).chroma == doctest::Approx(6));
  CHECK(Agreed(cast(0, 20), cast(6, 6)).b == doctest::Approx(6));
  CHECK(Agreed(cast(0, 20), cast(0, 0)).chroma == 0);  // A grey wall clears the eyes.
}

TEST_CASE("skin testifies to strong casts only: no skin is blue") {
  for (const FaceColours& colours : kSkins) {
    MadeFace face(colours), blue(colours);
    CHECK(CastOfSkin(face.patch, face.Linear()).chroma < 6);
    blue.Light([](int, int, int c) { return c == 2 ? 0.35 : c == 1 ? 0.6 : 1.6; });
    const ColourCast seen = CastOfSkin(blue.patch, blue.Linear());
    CHECK(seen.chroma > 14);
    CHECK(seen.b < -10);
  }
}

TEST_CASE("a wall and light cloth testify as if they were grey; dark ones do not") {
  FrameView frame{cv::Mat(64, 48, CV_8UC3, cv::Scalar(170, 200, 210)),
                  cv::Mat::zeros(64, 48, CV_32F),
                  {},
                  {},
                  {0, 0, 48, 64}};
  CHECK_FALSE(CastOfWall(frame).has_value());
  frame.wall.emplace();
  frame.wall->rgb = {210, 200, 170};
  CHECK(CastOfWall(frame)->b > 10);
  frame.wall->rgb = {60, 50, 40};
  CHECK_FALSE(CastOfWall(frame).has_value());
  CHECK_FALSE(CastOfCloth(frame, 30).has_value());  // No person below.
  frame.person.rowRange(30, 64).setTo(1);
  CHECK(CastOfCloth(frame, 30)->b > 10);
  frame.bgr.setTo(cv::Scalar(60, 60, 60));
  CHECK_FALSE(CastOfCloth(frame, 30).has_value());
}

TEST_CASE("grey and toned faces have no colours, faces of every skin have, also in pale colours") {
  for (const FaceColours& colours : kSkins) {
    // Cheeks, as every living face has them.
    const auto blush = [](MadeFace& face) {
      cv::Mat red = face.patch.bgr.clone();
      red -= cv::Scalar(12, 14, 0);
      for (const int x : {45, 155})
        red(cv::Rect(x - 20, 120, 40, 30)).copyTo(face.patch.bgr(cv::Rect(x - 20, 120, 40, 30)));
    };
    MadeFace face(colours);
    blush(face);
    CHECK(HueVariation(face.patch) > 3.3);
    cv::Mat grey;
    cv::cvtColor(face.patch.bgr, grey, cv::COLOR_BGR2GRAY);
    MadeFace toned(colours);
    for (int y = 0; y < grey.rows; ++y) {
      for (int x = 0; x < grey.cols; ++x) {
        const double g = grey.at<unsigned char>(y, x);
        toned.patch.bgr.at<cv::Vec3b>(y, x) = {cv::saturate_cast<unsigned char>(0.75 * g),
                                               cv::saturate_cast<unsigned char>(0.9 * g),
                                               cv::saturate_cast<unsigned char>(1.08 * g)};
      }
    }
    CHECK(HueVariation(toned.patch) < 1.5);
    MadeFace plain(colours);
    cv::cvtColor(grey, plain.patch.bgr, cv::COLOR_GRAY2BGR);
    CHECK(HueVariation(plain.patch) < 0.1);
    CHECK(FaceChroma(plain.patch) < 0.1);
  }
  MadeFace none;
  none.patch.mask.setTo(0);
  CHECK(HueVariation(none.patch) == 0);
}
