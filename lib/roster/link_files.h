// SPDX-License-Identifier: Apache-2.0
// From the files of an office to linked records: rosters, photos, references and what was linked by hand, read
// and joined. The one way of gradphoto-link and of a batch.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "lib/base/error.h"
#include "lib/roster/link.h"
#include "lib/roster/mapping.h"
#include "lib/roster/photo_file.h"
#include "lib/roster/roster.h"

namespace gradphoto::roster {

struct LinkSources {
  std::vector<std::filesystem::path> rosters;  // At least one; read as one.
  RosterOptions roster;
  std::vector<std::filesystem::path> photos;    // Directories or zips.
  std::filesystem::path references;             // Directory or zip; empty: none.
  std::vector<std::filesystem::path> id_cards;  // Directories or zips with photos of identity cards.
  std::filesystem::path mapping;                // Table; empty: none.
  std::filesystem::path output;                 // Where results go, which are no photos; empty: nowhere.
  DuplicateRule duplicates = DuplicateRule::kReject;
  const Roster* known_roster = nullptr;  // What the rosters hold, where the caller has read them; null: read.
  // Whether a photo, reference or card is there to be linked; others are left out. Empty: all are.
  // NOLINTNEXTLINE(readability-redundant-member-init): may be left unnamed
  std::function<bool(const PhotoFile&)> takes{};
};

struct LinkedFiles {
  Roster roster;
  PhotoListing photos, references, id_cards;
  Mapping mapping;
  LinkResult result;
};

// Errors: as ReadRosters, ListPhotos and ReadMapping.
Result<LinkedFiles> LinkFiles(const LinkSources& sources);

}  // namespace gradphoto::roster
