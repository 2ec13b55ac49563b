// SPDX-License-Identifier: Apache-2.0
// Colour arithmetic on single colours: sRGB (IEC 61966-2-1) to linear light, to CIELAB (D65, 2 degrees), and
// the CIEDE2000 difference.
#pragma once

#include <array>

namespace gradphoto::image {

struct Lab {
  double l = 0, a = 0, b = 0;  // L* 0..100; a*, b* about -128..127.
};

// One sRGB value, 0..255, to linear light 0..1. Whole numbers come from a table.
double LinearFromSrgb(double value);

// The other way: linear light 0..1 to one sRGB value 0..255, not rounded and not clipped.
double SrgbFromLinear(double linear);

// `rgb` in the order red, green, blue, 0..255 each; fractions are allowed.
Lab LabFromSrgb(const std::array<double, 3>& rgb);

// CIE Y of an sRGB colour, 0..1.
double LuminanceFromSrgb(const std::array<double, 3>& rgb);

// CIEDE2000 with kL = kC = kH = 1. Source: Sharma, Wu, Dalal, "The CIEDE2000 color-difference formula", Color
// Research & Application 30 (2005), equations 2-22.
double DeltaE2000(const Lab& first, const Lab& second);

}  // namespace gradphoto::image
