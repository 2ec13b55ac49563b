// SPDX-License-Identifier: Apache-2.0
// What a student is told: how things stand, what to do, until when. One place decides for the notices, the
// lists and the page, so that they say the same.
//
// The ledger's word (record.extra["ledger"], ledger/facts.h) goes before the findings of the last photo:
// whoever waits for a person is not told to take a new photo, whatever the checks found. Without a ledger the
// outcome and the findings decide. Errors of the office's own roster are the office's to mend: the student is
// told that the school checks its data, and no code of the roster is ever named to them.
//
// No text holds a similarity: the figure means nothing without the limits of the nets, and a student can do
// nothing about it.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "lib/deliver/redact.h"
#include "lib/record/record.h"
#include "lib/standard/reasons.h"

namespace gradphoto::deliver {

// In the order in which lists and the page show them: who has to act comes first.
enum class Told {
  kRejected,      // A new photo is wanted.
  kCard,          // The photo will do, but the identity card is missing, unreadable or not the student's.
  kFailed,        // The file, or the program on it, failed.
  kMissing,       // No photo yet.
  kUnpaid,        // Not paid yet; where to pay is the office's to say.
  kOffice,        // The office's roster or its linking is at fault.
  kReview,        // The checks leave it to a person.
  kManualReview,  // A person decides after several failures, or because the portal asks for it.
  kHeld,          // On hold for another reason.
  kLate,          // Moved to a later season.
  kLeft,          // Not in the roster any more.
  kWithdrawn,     // The office took the student out.
  kAccepted,      // Accepted, delivered or approved, and still replaceable.
  kLocked,        // Approved or delivered: nothing to do, and no other photo is taken.
};
inline constexpr std::array kAllTold = {Told::kRejected, Told::kCard,   Told::kFailed, Told::kMissing,
                                        Told::kUnpaid,   Told::kOffice, Told::kReview, Told::kManualReview,
                                        Told::kHeld,     Told::kLate,   Told::kLeft,   Told::kWithdrawn,
                                        Told::kAccepted, Told::kLocked};
std::string_view ToldName(
    Told told);  // "rejected", "identity-card", "failed", ..., "locked": for scripts and style sheets.
std::string_view ToldTitle(Told told, const standard::Texts& texts);  // A few words, without a season.

struct Notice {
  Told told = Told::kAccepted;
  std::string word;  // ToldTitle, with the season where the student was moved to one: "逾期转入 2023年夏季".
  std::string
      deadline;  // "2021-11-01", the last day for what the student has to do; empty: nothing, or none known.
  std::string
      attempt;       // "第 2 次，共 3 次": which one the next photo is; empty: unknown, or no photo is wanted.
  std::string note;  // Of the reviewer or the portal, with who says so; empty: none.
  std::string text;  // The whole message: greeting, state, points, end.
  std::string sms;  // The same in one SMS: at most 70 UTF-16 units, 160 for plain ASCII, if the name allows it.
  bool is_sent =
      false;  // Whether there is anything to tell: not for who is accepted and handed in nothing since.
};

// `records` speak of one student, at least one, in order; the last is the present one. Records without a
// student have no greeting by name. Numbers of persons go through `redactor`.
Notice NoticeOf(std::span<const Record* const> records, const standard::Reasons& reasons,
                standard::Language language, const Redactor& redactor);
Notice NoticeOf(const Record& record, const standard::Reasons& reasons, standard::Language language,
                const Redactor& redactor);

// Notice::told alone.
Told ToldOf(const Record& record);

// A code of the roster or the linking that the office has to mend, not the student: ID_INVALID,
// LINK_DUPLICATE...
bool IsOfOffice(std::string_view code);

// What lists of reasons count the finding under: its code, or BY_PERSON for a decision without a reason, which
// the ledger writes as PORTAL_REJECTED.
std::string_view ReasonOf(const Finding& finding);
// A few words for what the finding says; the code itself where it is of another version.
std::string TitleOf(const Finding& finding, const standard::Reasons& reasons, standard::Language language);

// What is to be done about it, by the student or the office; empty where nothing is: who waits for a person, is
// locked or listed for a later season has no photo to take.
std::string AdviceOf(const Finding& finding, Told told, const standard::Reasons& reasons,
                     standard::Language language);

// Whether the finding's value and limit are similarities of faces, which no report shows.
bool IsSimilarity(const Finding& finding);

}  // namespace gradphoto::deliver
