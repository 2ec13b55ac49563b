// SPDX-License-Identifier: Apache-2.0
// For the photos that Link could not give to a student: who they might be, with reasons, as a half-filled table
// for a clerk. Nothing here ever links anything: what is confirmed in the table comes back through mapping.h.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/error.h"
#include "lib/roster/link.h"
#include "lib/roster/roster.h"
#include "lib/standard/texts.h"

namespace gradphoto::roster {

enum class Hint {
  kFits,          // The file name fits the student, and others too.
  kNoPhotoYet,    // And this one has no photo yet.
  kOneOfSeveral,  // The file name fits, and so do other files.
  kHoldsName,     // The file name holds the name, but inside a longer text or beside another group.
  kNameOneOff,    // The name in the file name differs by one character.
  kHalfOfName,    // The same, of a name of two: many names share one.
  kSamePinyin,    // It is another name that sounds the same.
  kPinyin,        // The letters of the file name are the name in pinyin, in either order.
  kInitials,      // They are its initials.
  kNumberOneOff,  // A number in the file name differs from the student's by one digit, or two are swapped.
  kPartOfNumber,  // The file name holds the last digits of the student's number, at least four.
  kSameFolder,    // The folder is the student's group.
  kLastOfFolder,  // And everybody else of the group has a photo.
  kFaceMatch,     // The face is that of the student's reference, by the rules of the comparison.
  kFaceLike,      // The face is most like that reference, but not enough for these rules.
};
// What a hint is worth: about how many of ten such candidates are the right one, in tenths. Ours, not measured;
// it only sorts the candidates.
double HintWeight(Hint hint);
std::string_view HintText(Hint hint, const standard::Texts& texts);

struct Candidate {
  std::size_t row = 0;  // Of the roster.
  double score = 0;     // 1 - product of (1 - weight) over the hints; 0..1.
  std::vector<Hint> hints;
};

struct Suggestion {
  OpenFile file;
  std::vector<Candidate>
      candidates;  // Best first, then in roster order; at most three, unless the name fits more.
};

// What a comparison of faces has to say, by the path of the photo (batch/face_suggest.h).
using FaceHints = std::map<std::string, std::vector<std::pair<std::size_t, Hint>>>;

// One suggestion for each open file of `linked`, in its order. Candidates are the rows that the file fits, and
// of the rows without a photo those that a hint speaks for; the folder alone only when nothing else speaks
// for anybody and few are left there.
// Pairs that `mapping` keeps apart are not suggested again; `faces` are hints like others.
// Errors: kInternal - see PinyinReader.
Result<std::vector<Suggestion>> Suggest(const Roster& roster, const LinkResult& linked,
                                        const Mapping* mapping = nullptr, const FaceHints* faces = nullptr);

// The table, with a header, as ParseMapping reads it: photo, key, name, group, score (percent), reason, confirm
// (empty). A photo without candidates has one line with an empty key; students without a photo whom no photo
// may belong to come last, with an empty photo. Keys are in full, because the table has to come back.
std::vector<std::vector<std::string>> SuggestionTable(const Roster& roster, const LinkResult& linked,
                                                      const std::vector<Suggestion>& suggestions,
                                                      const standard::Texts& texts);

}  // namespace gradphoto::roster
