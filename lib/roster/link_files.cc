// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/link_files.h"

#include <algorithm>
#include <span>

#include "lib/base/text.h"

namespace gradphoto::roster {

namespace {

// A scan of a card that was saved as a PDF is a student's all the same: it is told what it is
// (identification.h).
void TakeInPdfs(PhotoListing& cards) {
  const auto pdfs = std::ranges::stable_partition(cards.others, [](const PhotoFile& file) {
    return ToLowerAscii(std::filesystem::path(file.path).extension().string()) != ".pdf";
  });
  cards.photos.insert(cards.photos.end(), pdfs.begin(), pdfs.end());
  cards.others.erase(pdfs.begin(), pdfs.end());
  std::ranges::sort(cards.photos, {}, &PhotoFile::path);
}

void LeaveOut(const std::function<bool(const PhotoFile&)>& takes, PhotoListing& listing) {
  if (!takes) return;
  for (auto* files : {&listing.photos, &listing.others}) {
    std::erase_if(*files, [&](const PhotoFile& file) { return !takes(file); });
  }
}

}  // namespace

Result<LinkedFiles> LinkFiles(const LinkSources& sources) {
  LinkedFiles linked;
  if (sources.known_roster != nullptr) {
    linked.roster = *sources.known_roster;
  } else {
    TRY_ASSIGN(linked.roster, ReadRosters(sources.rosters, sources.roster));
  }
  TRY_ASSIGN(linked.photos, ListPhotos(sources.photos, sources.output));
  if (!sources.references.empty()) {
    TRY_ASSIGN(linked.references, ListPhotos(std::span(&sources.references, 1), sources.output));
  }
  if (!sources.id_cards.empty()) {
    TRY_ASSIGN(linked.id_cards, ListPhotos(sources.id_cards, sources.output));
    TakeInPdfs(linked.id_cards);
  }
  for (PhotoListing* listing : {&linked.photos, &linked.references, &linked.id_cards}) {
    LeaveOut(sources.takes, *listing);
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
