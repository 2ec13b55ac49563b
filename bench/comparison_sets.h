// SPDX-License-Identifier: Apache-2.0
// What the comparison says of people it was not made on: tables of docs/COMPARISON.md, *Other people*.
#pragma once

#include <filesystem>

#include "lib/pipeline/comparison.h"

namespace gradphoto::bench {

// `people` holds folders of photos: lfw_east_asian with pairs.csv (photo, reference, same), canada, 3dsk,
// legislators and voteview with one photo for each person. A folder that is absent is left out. Markdown on
// stdout.
void PrintSets(pipeline::Comparer& comparer, const std::filesystem::path& people);

}  // namespace gradphoto::bench
