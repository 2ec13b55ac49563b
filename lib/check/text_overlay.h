// SPDX-License-Identifier: Apache-2.0
// Writing laid over the photo: date stamps, watermarks, captions, name strips. It is read (lib/text): eyes,
// mouths and folds come out of the detector, too, but never as two sure characters.
#pragma once

#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "lib/base/error.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"
#include "lib/text/reader.h"

namespace gradphoto::check {

// Whether faint lines across the face that slant by 15 to 60 degrees are looked for, too: two more runs of the
// detector, 30 ms of one thread.
enum class SlantedLines { kRead, kSkip };

// The lines that are read for sure in `bgr` (CV_8UC3, at the size of the finished picture): two letters, digits
// or Han characters or more, with a mean probability of 0.8 and more. Level ones, slanted ones and columns. Of
// the upright look at most 12 boxes are read, of each turned one 6, the surest first; the same characters may
// be read in several. Errors: kInternal - a net failed.
Result<std::vector<WrittenLine>> ReadWriting(const text::Reader& reader, const cv::Mat& bgr,
                                             SlantedLines slanted);

// Whether a line is a print on the clothes: most of it lies on the person (CV_32F 0..1, of the picture's size)
// below the chin (row `chin_px`), and it is no date or number of six digits and more, which stamps and name
// strips have and clothes have not.
bool IsOnClothes(const WrittenLine& line, const cv::Mat& person, double chin_px);

// What is told of it: the first character, an asterisk for each of the others (twelve at most).
std::string Masked(const WrittenLine& line);

void CheckTextOverlay(const Subject& subject, Sheet& sheet);
void CheckOutputText(const OutputView& output, Sheet& sheet);

}  // namespace gradphoto::check
