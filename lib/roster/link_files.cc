// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/link_files.h"

#include <span>

namespace gradphoto::roster {

Result<LinkedFiles> LinkFiles(const LinkSources& sources) {
  LinkedFiles linked;
  TRY_ASSIGN(linked.roster, ReadRosters(sources.rosters, sources.roster));
  TRY_ASSIGN(linked.photos, ListPhotos(sources.photos, sources.output));
  if (!sources.references.empty()) {
    TRY_ASSIGN(linked.references, ListPhotos(std::span(&sources.references, 1), sources.output));
  }
  if (!sources.id_cards.empty()) {
    TRY_ASSIGN(linked.id_cards, ListPhotos(sources.id_cards, sources.output));
  }
  if (!sources.mapping.empty()) {
    TRY_ASSIGN(linked.mapping,
               ReadMapping(sources.mapping, linked.roster, linked.photos.photos, linked.references.photos));
  }
  linked.result = Link(linked.roster, linked.photos.photos, linked.references.photos,
                       {.mapping = &linked.mapping,
                        .duplicates = sources.duplicates,
                        .others = linked.photos.others,
                        .id_cards = linked.id_cards.photos});
  return linked;
}

}  // namespace gradphoto::roster
