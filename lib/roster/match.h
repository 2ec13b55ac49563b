// SPDX-License-Identifier: Apache-2.0
// Which roster rows a photo's file name and folders can mean. Never chooses between several.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "lib/roster/name_finder.h"
#include "lib/roster/roster.h"

namespace gradphoto::roster {

// The file name without folders and extension, upper case, full-width forms made ASCII.
std::string StemForMatching(std::string_view relative);

// Names given by cameras, phones and chat programs, whose dates and counters look like student numbers.
bool IsCameraName(std::string_view stem_for_matching);

enum class PhotoUse {
  kPhoto,      // zp<number> is understood.
  kReference,  // sf<number> (the scan of the ID card) too.
  kIdCard,     // Both sides of the card, in any number of files; see card_words.h.
};

enum class Certainty {
  kSure,
  kReview,     // The number is the student's, but the name beside it is not: linked, for a person to look at.
  kCandidate,  // Not linked: the name may be a part of another one, or the file name names another group.
};

struct Match {
  std::vector<std::size_t> rows;  // Indices into the roster, ascending. One: a match. Several: ambiguous.
  std::string reason;             // Plain English without personal data: what matched, or why nothing did.
  Certainty certainty = Certainty::kSure;  // Of a single row.
  bool by_folder = false;                  // Rule 4.
};

// Rules, the first that finds a row decides:
// 1. The stem is an identifier: id_number, student_number, candidate_number or the key. Full-width forms and
//    letter case do not matter.
// 2. Identifiers stand in the stem between characters that are neither letters nor digits: "2023001-name",
//    "name+number", "number (1)". At least 5 characters, and 15 in names that cameras and chat programs give
//    (IMG_20260315_101010). An ID number of 15 or more digits may also touch letters. Several identifiers must
//    agree, and so must a name that stands beside them, of the roster or not (kReview).
// 3. The stem is the name of one student, or holds it (name_finder.h). Below a folder named like a class,
// teaching
//    point, branch or group of the roster, or with its name in the stem, only students of it count.
// 4. The stem says nothing, and the folder or zip that holds the file is named like one student, by rules 1 to
// 3:
//    by_folder, which holds for as many files as a student may have.
// A file name that was read in the wrong encoding (garbled.h) is taken for what it was.
// Folders also tell apart two rows with the same identifier, e.g. one person enrolled twice.
class RosterIndex {
 public:
  explicit RosterIndex(const Roster& roster);  // `roster` must outlive the index.

  // `relative` is the path below the photo directory, with "/" between folders.
  Match Find(std::string_view relative, PhotoUse use) const;

  // The rows with this key or identifier, ascending.
  std::vector<std::size_t> FindIdentifier(std::string_view text) const;

  // The folders of the path that name groups of the roster; all rows are in the empty list of groups.
  std::vector<std::string> FolderGroups(std::string_view relative) const;
  bool IsInGroups(std::size_t row, const std::vector<std::string>& groups) const;

 private:
  using Rows = std::vector<std::size_t>;

  Rows ByIdentifier(const std::string& stem, PhotoUse use) const;
  Match FindReadable(std::string_view relative, PhotoUse use) const;
  Match FindStem(std::string_view relative, PhotoUse use) const;
  Match ByName(const FoundNames& found, const std::vector<std::string>& groups) const;
  Match NarrowIdentified(Rows rows, const FoundNames& found, const std::vector<std::string>& groups) const;
  bool ExplainsLeft(std::size_t row, const FoundNames& found) const;
  Rows InGroups(const Rows& rows, const std::vector<std::string>& groups) const;

  const Roster& roster_;
  std::unordered_map<std::string_view, Rows> identifiers_, names_;
  std::deque<std::string> own_words_;  // Those that do not stand in the roster in the form that is looked up.
  std::unordered_set<std::string> groups_;
  NameFinder finder_;
};

}  // namespace gradphoto::roster
