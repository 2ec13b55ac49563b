// SPDX-License-Identifier: Apache-2.0
// The page at the collection point: what became of the photo that came last, in letters and a colour that are
// seen from three metres, then the last twenty, the classes, and who of this class is still missing.
//
// The page is written once and opens from a file share. It follows by itself: such a page may fetch nothing but
// may load scripts, so what it shows is a script beside it, asked for again and again, and replaced as a whole.
// It carries texts and file names of pictures only; the page puts them in as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lib/deliver/notice.h"
#include "lib/deliver/redact.h"
#include "lib/record/record.h"
#include "lib/standard/reasons.h"

namespace gradphoto::deliver {

inline constexpr std::size_t kLiveFindings = 2;  // That are told of a photo: those to put right first.
inline constexpr std::size_t kLivePhotos = 20;   // In the row, without the one on show.

struct LiveFinding {
  std::string title, value, advice;  // All but the title may be empty.
};

// What one photo came to.
struct LivePhoto {
  Told told = Told::kAccepted;
  std::string word;                    // The state in words (Notice::word).
  std::string name, id, group, photo;  // Masked; any may be empty.
  std::vector<LiveFinding> findings;
  std::string time;     // "10:31:22"
  std::string picture;  // A file beside the page; empty: none.
};
LivePhoto LivePhotoOf(const Record& record, const standard::Reasons& reasons, standard::Language language,
                      const Redactor& redactor);

// The same in one line, with line end: who it is, the verdict, what to do.
std::string AnswerLine(const LivePhoto& photo, const standard::Texts& texts);

struct LiveClass {
  std::string name;
  std::size_t all = 0, accepted = 0, missing = 0;
};

struct LiveState {
  std::uint64_t number = 0;          // The page shows what it does not show yet.
  bool ended = false;                // Nobody watches the folders any more.
  bool in_trouble = false;           // The folders or the roster cannot be read, or nothing can be written.
  std::vector<LivePhoto> photos;     // The newest first.
  std::vector<LiveClass> classes;    // In the order shown.
  std::string missing_of;            // The class of the next.
  std::vector<std::string> missing;  // Names.
};

// Counts by class, and who is missing of the class of `last`; null: of none.
void CountClasses(std::span<const Record* const> records, const Record* last, const Redactor& redactor,
                  LiveState& state);

std::string LiveScript(const LiveState& state);
std::string LivePage(const standard::Texts& texts, std::string_view title);

}  // namespace gradphoto::deliver
