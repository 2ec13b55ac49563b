// SPDX-License-Identifier: Apache-2.0
// The picture for people: what was measured drawn into the photo, the verdict above it, the findings below.
#pragma once

#include <cstddef>
#include <vector>

#include "lib/base/error.h"
#include "lib/pipeline/photo.h"
#include "lib/standard/reasons.h"

namespace gradphoto::pipeline {

// A JPEG, 720 px wide, readable on a phone: the planned frame (the whole photo where no head was found, grey
// where the frame leaves the photo) with the windows of the standard as bands, eye line, crown, chin and cheeks
// as lines, green inside their window and red outside, the outline of the person mask dashed, and every finding
// that needs action with value and limit. Precondition: result.analysis is present. Errors: kInternal - the
// encoder failed.
Result<std::vector<std::byte>> DrawOverlay(const standard::Standard& standard, const PhotoResult& result,
                                           const standard::Reasons& reasons, standard::Language language);

}  // namespace gradphoto::pipeline
