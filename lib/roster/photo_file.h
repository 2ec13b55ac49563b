// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lib/base/photo_file.h"

namespace gradphoto::roster {

using gradphoto::ListPhotos;
using gradphoto::PhotoFile;
using gradphoto::PhotoListing;

}  // namespace gradphoto::roster
