// SPDX-License-Identifier: Apache-2.0
// From an upright photo to its faces: detection, confirmation by the mesh, and, where the orientation tag was
// lost, the quarter turn that brings the face upright. Portraits on cards are found, too.
#pragma once

#include <vector>

#include <opencv2/core/mat.hpp>

#include "lib/base/error.h"
#include "lib/face/detect.h"
#include "lib/face/landmarks.h"

namespace gradphoto::face {

// Whether the file says which way is up.
enum class Orientation { kKnown, kUnknown };

struct ConfirmedFace {
  Face face;
  Landmarks landmarks;
};

struct UprightFaces {
  cv::Mat bgr;            // The photo, turned when its face stands better so; shares its pixels otherwise.
  int quarter_turns = 0;  // Clockwise.
  // Coordinates of `bgr`, at most six: whom the photo shows first, the others by size. That is, of the faces at
  // least half as large as the largest, the one nearest to the middle from left to right: who leans into the
  // picture is often the larger one.
  std::vector<ConfirmedFace> faces;
};

// Only faces that the mesh confirms. No face is not an error. A photo of unknown orientation is turned when the
// short-range net is sure of a turned face, any photo when no face is found otherwise or the face lies on its
// side or upside down.
// Errors: kInternal - a net failed.
Result<UprightFaces> FindUprightFaces(const Detector& detector, const Landmarker& landmarker,
                                      const cv::Mat& bgr, Orientation orientation);

struct Portrait {
  cv::Mat bgr;         // The upright picture, or the upright part of it around the face.
  ConfirmedFace face;  // Coordinates of `bgr`.
};

// The faces of a picture that may be anything with a portrait on it, such as a photo of an identity card, at
// any quarter turn: a face that takes less than a fifth of the picture is looked at again from near, because up
// and down, box and landmarks are not to be trusted from afar; and where none is seen, the picture is searched
// in overlapping tiles. Largest first, at most six. No face is not an error. Errors: kInternal - a net failed.
Result<std::vector<Portrait>> FindPortraits(const Detector& detector, const Landmarker& landmarker,
                                            const cv::Mat& bgr, Orientation orientation);

}  // namespace gradphoto::face
