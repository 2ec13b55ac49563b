// SPDX-License-Identifier: Apache-2.0
#include "lib/check/background.h"

#include <algorithm>
#include <limits>

#include "lib/image/color.h"

namespace gradphoto::check {

double DistanceToAllowed(const standard::Standard& standard, const std::array<double, 3>& rgb) {
  if (standard.background.any_plain) return 0;
  double least = std::numeric_limits<double>::max();
  for (const standard::Colour& colour : standard.background.allowed) {
    const std::array<double, 3> allowed = {double(colour.rgb[0]), double(colour.rgb[1]), double(colour.rgb[2])};
    least = std::min(least, image::DeltaE2000(image::LabFromSrgb(rgb), image::LabFromSrgb(allowed)));
  }
  return least;
}

void CheckBackground(const Subject& subject, Sheet& sheet) {
  if (!subject.frame || !subject.frame->wall) {
    const char* why = subject.frame ? "hardly any background" : "the frame does not lie inside the photo";
    for (const standard::Code code :
         std::initializer_list<standard::Code>{"BACKGROUND_COLOUR", "BACKGROUND_UNEVEN", "BACKGROUND_SHADOW",
                                               "BACKGROUND_OBJECTS", "BACKGROUND_EDITED"}) {
      sheet.NotAssessed(code, why);
    }
    return;
  }
  const matte::BackgroundLook& wall = *subject.frame->wall;
  sheet.Judge("BACKGROUND_COLOUR", "background_distance_delta_e", DistanceToAllowed(subject.standard, wall.rgb),
              2);
  sheet.Judge("BACKGROUND_UNEVEN", "background_spread_delta_e", wall.spread_delta_e, 2);
  sheet.Judge("BACKGROUND_SHADOW", "background_shadow_lightness", wall.shadow_depth, 2);
  sheet.Judge("BACKGROUND_OBJECTS", "background_objects_percent", wall.objects_percent, 2);
  if (wall.flat_percent) {
    sheet.Judge("BACKGROUND_EDITED", "background_flat_percent", *wall.flat_percent, 1);
  } else {
    sheet.NotAssessed("BACKGROUND_EDITED", "the wall is clipped white");
  }
}

}  // namespace gradphoto::check
