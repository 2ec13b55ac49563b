// SPDX-License-Identifier: Apache-2.0
// 关联学籍: joins the rows of a roster with photo files by their names and folders (rules: match.h). Every row
// and every photo comes out in some record; nothing is guessed, what is not certain is rejected with its
// reason.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/record/record.h"
#include "lib/roster/mapping.h"
#include "lib/roster/photo_file.h"
#include "lib/roster/roster.h"

namespace gradphoto::roster {

struct LinkSummary {
  std::size_t rows = 0;        // Of the roster.
  std::size_t linked = 0;      // Students with exactly one photo.
  std::size_t missing = 0;     // Students without.
  std::size_t duplicates = 0;  // Students with several.
  std::size_t orphans = 0;     // Photos that fit no student.
  std::size_t ambiguous = 0;   // Photos that fit several.
  std::size_t references = 0;  // Students with exactly one reference.
  // Reference files that fit no student, or several, or one who has several references.
  std::size_t unused_references = 0;
  std::size_t id_cards = 0;         // Students with a photo of their identity card, or several.
  std::size_t unused_id_cards = 0;  // Photos of cards that fit no student, or several.
};

enum class DuplicateRule {
  kReject,  // Nobody is guessed to have meant one of them.
  kNewest,  // The file that was written last, if one was; for offices where a new photo replaces the old one.
};

struct LinkOptions {
  const Mapping* mapping = nullptr;  // Null: by file names and folders only.
  DuplicateRule duplicates = DuplicateRule::kReject;
  // Files that are no photos; those of a student are named there.
  // NOLINTNEXTLINE(readability-redundant-member-init): may be left unnamed
  std::span<const PhotoFile> others{};
  // Photos of identity cards; a student has as many as fit.
  // NOLINTNEXTLINE(readability-redundant-member-init): may be left unnamed
  std::span<const PhotoFile> id_cards{};
};

// A file that a person has to link, or a reference that came to nothing.
struct OpenFile {
  PhotoFile file;
  std::vector<std::size_t> rows;  // Of the roster, that it fits; none: an orphan; one: of several files for it,
                                  // or the only candidate.
  std::string reason;             // As in Match.
  bool candidate = false;         // The one row is only a candidate.
};

struct LinkResult {
  std::vector<Record> records;
  LinkSummary summary;
  std::vector<OpenFile> open;               // Photos in path order, those of LINK_DUPLICATE included.
  std::vector<OpenFile> unused_references;  // In path order.
  std::vector<OpenFile> unused_id_cards;    // In path order.
  std::vector<std::size_t> missing;         // Rows of the roster without a photo, ascending.
};

// One record per row in roster order, then one per photo without a student in path order.
// - One photo: `photo` is its path; the row's own findings stand.
// - One whose number is the student's, but not the name beside it: linked, LINK_AMBIGUOUS with severity review.
// - Several: rejected, LINK_DUPLICATE with the paths in `detail`, `photo` empty. Files of the same content
// count
//   once (LINK_DUPLICATE, info); for this, and only where there are several, they are read.
// - A file of `others` that fits the student: NOT_A_PHOTO, info beside a photo, reject without one.
// - None: missing, PHOTO_MISSING; and LINK_AMBIGUOUS if a photo fits this row and others.
// - A photo that fits no row: rejected, PHOTO_ORPHAN. One that fits several: rejected, LINK_AMBIGUOUS with the
//   roster lines.
// - One reference: comparison.reference is its path. Several: LINK_DUPLICATE with severity review.
// - Photos of identity cards: identity.cards lists their paths; words for the card and its sides may stand in
// their
//   names (card_words.h).
// An unpaid student with one or several photos stays held.
// A line of the mapping goes before all rules of file names: its photo is the student's, and others that would
// fit are named in a LINK_DUPLICATE of severity info, as are the older ones under DuplicateRule::kNewest. Two
// lines that give one student two photos leave two photos.
LinkResult Link(const Roster& roster, std::span<const PhotoFile> photos,
                std::span<const PhotoFile> references = {}, const LinkOptions& options = {});

}  // namespace gradphoto::roster
