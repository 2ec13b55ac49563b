// SPDX-License-Identifier: Apache-2.0
// Puts faults of known amount into good portraits: what the checks are calibrated with (bench/calibrate.cc) and
// tested with. Pure functions: the same input gives the same picture in every run. Light is changed in linear
// light (sRGB decoded), as a lens or a lamp would. Lengths named _px are pixels of the standardized picture, so
// that an amount means the same for every camera. "Left" and "right" are sides of the picture.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

#include "lib/base/error.h"
#include "lib/face/pose.h"
#include "lib/image/decode.h"
#include "lib/pipeline/engine.h"

namespace gradphoto::faults {

// A good photo and what an injector needs to know of it. Source pixels.
struct Portrait {
  cv::Mat bgr;     // CV_8UC3, upright.
  cv::Mat person;  // CV_32F 0..1, alpha matte of the whole photo.
  face::Landmarks landmarks;
  geometry::FaceAnchors anchors;
  face::Pose pose;
  cv::Rect2d frame;  // The planned crop.
  double scale = 1;  // Standardized px per source px.
  image::FileFacts facts;
  cv::Scalar background_rgb;  // The colour a replaced background would get.
};

// Measures a photo once. Errors: kInput - no face; kInternal - a net failed.
Result<Portrait> Study(const pipeline::Engine& engine, const image::Photo& photo);

// --- Lens and sensor
// ------------------------------------------------------------------------------------------
cv::Mat DefocusGaussian(const Portrait& portrait, double sigma_px);
cv::Mat DefocusDisc(const Portrait& portrait, double radius_px);  // A lens's blur disc.
cv::Mat MotionBlur(const Portrait& portrait, double length_px, double angle_deg);
cv::Mat Noise(const Portrait& portrait, double sigma,
              unsigned seed);  // Grey levels, as seen when standardized.

// --- Light and colour
// -----------------------------------------------------------------------------------------
cv::Mat Exposure(const Portrait& portrait, double stops);   // Positive: brighter; clips at white.
cv::Mat Backlight(const Portrait& portrait, double stops);  // The person alone is darker by so many stops.
cv::Mat Contrast(const Portrait& portrait, double factor);  // Of the grey levels around their middle; < 1.
cv::Mat LightOfKelvin(const Portrait& portrait,
                      double kelvin);                         // Lamp of this temperature, balanced for 6504 K.
cv::Mat GreenCast(const Portrait& portrait, double stops);    // Fluorescent tubes: green gains, magenta < 0.
cv::Mat SideLight(const Portrait& portrait, double ratio);    // The right half gets 1/ratio of the light.
cv::Mat Highlights(const Portrait& portrait, double radius);  // Spots on forehead, cheeks, nose; face widths.
cv::Mat RedEye(const Portrait& portrait, double iris_share);  // Radius of the red pupil over the iris'.
cv::Mat Grey(const Portrait& portrait);
cv::Mat Sepia(const Portrait& portrait);

// --- Framing and geometry
// -------------------------------------------------------------------------------------
cv::Mat Roll(const Portrait& portrait, double deg);  // About the face; clockwise is positive.
cv::Mat Turned(const Portrait& portrait, double yaw_deg,
               double pitch_deg);                              // The head alone; up to 20 degrees.
cv::Mat ShouldersSlope(const Portrait& portrait, double deg);  // Shears the body; the right one goes down.
double OwnShoulderSlope(const Portrait& portrait);             // Degrees, the same sign; 0 where not seen.
cv::Mat CutBelowChin(const Portrait& portrait, double pupil_distances);  // Photo ends so far below the chin.
cv::Mat CutHair(const Portrait& portrait, double share);                 // Of the height from brows to crown.
cv::Mat CutSide(const Portrait& portrait,
                double face_widths);  // Photo begins so far left of the face's middle.
cv::Mat Shrink(const Portrait& portrait, double pupil_distance_px);  // Source px.
cv::Mat SelfieDistance(const Portrait& portrait,
                       double cm);  // As a lens so near draws the head; 150 cm before.
// The EXIF block of a phone that took the portrait from there: the lens as if on film of 36 x 24 mm, in whole
// mm.
image::FileFacts PhoneFacts(const Portrait& portrait, double cm);
cv::Mat Faceless(const Portrait& portrait);                     // From the chin down.
cv::Mat QuarterTurned(const Portrait& portrait, int quarters);  // Clockwise.

// --- Wall
// -----------------------------------------------------------------------------------------------------
cv::Mat WallGradient(const Portrait& portrait, double delta_l);  // CIE L* from left to right edge of the frame.
cv::Mat WallShadow(const Portrait& portrait, double darkness);   // 0..1 of the light is lost beside the head.
cv::Mat WallCurtain(const Portrait& portrait, double delta_l);   // Vertical folds, peak to valley.
cv::Mat WallShelf(const Portrait& portrait, double share);       // Books and a picture; of the frame's width.
cv::Mat WallColour(const Portrait& portrait, const cv::Scalar& rgb);
cv::Mat WallEdited(const Portrait& portrait, const cv::Scalar& rgb);  // Cut out by a hard mask, flat colour.
cv::Mat StudioWall(
    const Portrait& portrait);  // No fault: cut out, before an even wall, nearly white, with grain.
cv::Mat SecondFace(const Portrait& portrait, const Portrait& other,
                   double area_ratio);  // Behind, beside the head.

// --- File
// ----------------------------------------------------------------------------------------------------- At the
// size of the standardized picture when `small`, as chat programs shrink a photo before they compress it.
image::Photo Jpeg(const Portrait& portrait, int quality, bool small);
image::Photo DoubleJpeg(const Portrait& portrait, int first, int second);  // Shifted by three px in between.
cv::Mat Upscaled(const Portrait& portrait,
                 double factor);  // Holds 1/factor of the detail the output could show.
cv::Mat ScreenPhoto(const Portrait& portrait, double depth);  // Moire of a display's pixels, 0..1.
cv::Mat Border(const Portrait& portrait, double width_px, int grey);
cv::Mat DateStamp(const Portrait& portrait);
cv::Mat Watermark(const Portrait& portrait, double opacity);
// Laid over the finished photo (faults_overlay.cc). `height_px` from the frame's lower end, `at` in shares of
// the frame, `grey` 0..255, `opacity` 0..1.
cv::Mat NameStrip(const Portrait& portrait, double height_px, int grey, const std::string& words);
cv::Mat Bar(const Portrait& portrait, double height_px, int grey);
cv::Mat BlurredFill(const Portrait& portrait, double height_px);  // The photo itself, larger and blurred.
cv::Mat Seal(const Portrait& portrait, double radius_px, const cv::Scalar& rgb, double opacity);
cv::Mat Sticker(const Portrait& portrait, double radius_px, const cv::Scalar& rgb);  // On the right cheek.
cv::Mat Writing(const Portrait& portrait, const std::string& words, const cv::Point2d& at, double size_px,
                double angle_deg, int grey, double opacity);
cv::Mat Column(const Portrait& portrait, const std::vector<std::string>& characters, double size_px, int grey);
cv::Mat TiledWatermark(const Portrait& portrait, const std::string& words, double opacity, int grey,
                       double angle_deg);

// --- Worn or held
// ---------------------------------------------------------------------------------------------
enum class Hat { kCap, kBeanie, kWideBrim };
cv::Mat WithHat(const Portrait& portrait, Hat hat);
// `colour`: of the cloth, BGR.
cv::Mat Headscarf(const Portrait& portrait, const cv::Vec3d& colour);
cv::Mat MedicalMask(const Portrait& portrait, double up);  // 0 below the chin ... 1 over the nose.
cv::Mat Hand(const Portrait& portrait);                    // Fingers over mouth and cheek.
// `transmission` of the lenses 0..1; `glare` 0..1: how much light a window adds on each lens, of the colour
// `window` (linear BGR): that of daylight, or what the coating of a lens mirrors.
inline const cv::Vec3d kDaylight(1.02, 1, 0.95);
cv::Mat Glasses(const Portrait& portrait, double transmission, double glare,
                const cv::Vec3d& window = kDaylight);
cv::Mat HairOverEyes(const Portrait& portrait, double share);  // Of the eyes' width hidden by strands.
cv::Mat Clothes(const Portrait& portrait, const cv::Scalar& rgb);
cv::Mat ClothesLikeWall(const Portrait& portrait);

// --- Retouched skin (faults_retouch.cc): what is near the skin's colour inside the face, eyes and lips apart.
// --- `levels` of 255 that count as texture.
cv::Mat SmoothedBilateral(const Portrait& portrait, double levels);  // Over 0.03 pupil distances.
// The guided filter with itself as guide (He, Sun & Tang 2010), over 0.06 pupil distances; `opacity` 0..1 over
// the photo, as apps lay it.
cv::Mat SmoothedGuided(const Portrait& portrait, double levels, double opacity);
// Frequency separation: what lies between 0.008 and 0.05 pupil distances is taken out, `grain` (0..1) of what
// is finer is left.
cv::Mat SmoothedBands(const Portrait& portrait, double grain);
cv::Mat Whitened(const Portrait& portrait, double share);  // Of the way to white in CIELAB.

// --- Face
// -----------------------------------------------------------------------------------------------------
cv::Mat EyesClosed(const Portrait& portrait, double closure);  // 0 as they are ... 1 lid on lid.
cv::Mat GazeAside(const Portrait& portrait, double deg);       // Towards the picture's right.

}  // namespace gradphoto::faults
