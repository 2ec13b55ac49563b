// SPDX-License-Identifier: Apache-2.0
// How far the camera was from the face: a selfie at arm's length swells the nose and narrows the ears.
//
// From the file, not from the face. The mesh cannot tell: warping 50 portraits to a distance of 25 cm with the
// mesh's own depth and measuring the mesh anew, the best linear mix of face, nose, jaw and mouth width finds 40
// % of them at 2 % false alarms, and 20 % at 38 cm; fitting the distance by perspective-n-point gives anything
// from 0.9 m to infinity for one studio's portraits. People differ more than perspective does.
#pragma once

#include <optional>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Distance in cm by similar triangles: focal length in pixels (the EXIF "focal length in 35 mm film", which is
// given for the picture's diagonal, 43.27 mm) times the interpupillary distance of adults (63 mm, standard
// deviation 3.8: Dodgson, "Variation and extrema of human interpupillary distance", SPIE 5291, 2004), over the
// distance of the pupils in the photo, lengthened by the head's turn. About 6 % of error, more where the camera
// zoomed without saying so. Nothing when the file does not say the focal length, or was cropped (its size has
// not the proportions that its EXIF block gives; see also IsWholePicture).
std::optional<double> CameraDistanceCm(const image::FileFacts& file, cv::Size upright, double pupil_distance_px,
                                       double yaw_deg);

// Whether the picture is surely the whole one: of the size that its EXIF block gives, and of 1.5 megapixels at
// least. A photo taken at 1 m measures 33 cm when it is cropped to a third; editors write the new size into the
// EXIF block, but of 12 megapixels only 1.3 are left then.
bool IsWholePicture(const image::FileFacts& file, cv::Size upright);

void CheckCameraDistance(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
