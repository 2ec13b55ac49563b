// SPDX-License-Identifier: Apache-2.0
// Where the eyes look, relative to the camera.
#pragma once

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

struct Gaze {
  double across_deg = 0;  // Towards the picture's right is positive.
  double down_deg = 0;
  double off_deg = 0;  // The angle between the gaze and the camera.
};

// From the place of the iris between the corners of its eye, mean of both eyes, in half eye widths: an eye
// turns about a point 10 mm behind the iris and is about 29 mm wide, so one degree moves the iris by 0.012. A
// turned head moves the corners under an iris that keeps to the camera, by 0.009 for each degree of measured
// yaw (fitted on the London portraits, r = 0.76); that is taken off. The zero is that of people who were asked
// to look at the camera. They measure 2.2 degrees in the median and 6.3 at most, East Asian eyes 2.7 and 6.3;
// closed eyes and eyes that look at the floor measure 20 and more.
Gaze MeasureGaze(const face::Landmarks& landmarks, double yaw_deg);

void CheckGaze(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
