// SPDX-License-Identifier: Apache-2.0
// What gradphoto-link says on stderr about what it joined; numbers of persons are masked.
#pragma once

#include "lib/base/photo_file.h"
#include "lib/roster/link.h"
#include "lib/roster/mapping.h"
#include "lib/roster/roster.h"

namespace gradphoto::cli {

void PrintMapping(const roster::Mapping& mapping);

// The counts; with -v also why references were not used.
void PrintSummary(const roster::Roster& roster, const roster::LinkResult& linked, const PhotoListing& photos,
                  bool has_references, bool has_id_cards);

}  // namespace gradphoto::cli
