// SPDX-License-Identifier: Apache-2.0
// The picture for people: the frame with eye line, crown, chin, cheeks and the windows of the standard drawn
// in.
#pragma once

#include <cstddef>
#include <vector>

#include "lib/base/error.h"
#include "lib/pipeline/photo.h"

namespace gradphoto::pipeline {

// A JPEG of the planned frame (the whole photo, shrunk, where no head was found). Windows are bands at the
// edges in green, measured lines are green inside their window and red outside. Precondition: result.analysis
// is present. Errors: kInternal - the encoder failed.
Result<std::vector<std::byte>> DrawOverlay(const standard::Standard& standard, const PhotoResult& result);

}  // namespace gradphoto::pipeline
