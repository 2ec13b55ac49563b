// SPDX-License-Identifier: Apache-2.0
// Writing laid over the photo: date stamps, watermarks, captions.
#pragma once

#include <opencv2/core/mat.hpp>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Characters in lines of writing (connected pieces: a Chinese character may be several, two that touch are
// one). `bgr` is CV_8UC3 at the size of the finished picture; `person` CV_32F 0..1 and `skin` CV_8U (not 0
// where bare skin without features is expected, see PlainSkin) are of the same size; `chin_px` is the row of
// the chin.
//
// Pieces are thin strokes, 7 to 60 px long, that stand out by five times what the place has itself (10 to 30
// levels); what two pieces have alike is size and opacity, the share of the way to white or black, which is
// the same on wall, skin and cloth. A line is a row of at least four of them, evenly set, that stands alone:
// between twigs and strands of hair there is more clutter. Lines of the same direction (one of twelve) count
// together, and once there is one, rows of three like it, too, as a watermark that is repeated has many short
// ones. On the person away from the skin only thin strokes in the orange, yellow or red of camera date stamps
// count, in level rows at the lower end of the picture, by their colour alone: prints on clothes and striped
// ties are allowed, and hair is thin, too; so the fringe of hair around the outline is left out. Not found:
// large letters, dark ones on the face, watermarks below about 0.3 of opacity, and white ones before a white
// wall but for what lies on the face.
int CountWriting(const cv::Mat& bgr, const cv::Mat& person, const cv::Mat& skin, int chin_px);

// CV_8U, 255 on the face but for eyes, brows, nose and mouth, in the planned frame.
cv::Mat PlainSkin(const Subject& subject);

void CheckTextOverlay(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
