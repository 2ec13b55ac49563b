// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/notice.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/ledger/state.h"
#include "lib/standard/codes.h"

namespace gradphoto::deliver {
namespace {

using ledger::State;
using standard::Code;
using standard::Language;
using standard::Reasons;
using standard::Stage;
using standard::Texts;

constexpr std::size_t kSmsUnits = 70;   // Of UTF-16, as one SMS in UCS-2 takes.
constexpr std::size_t kSmsAscii = 160;  // Of the 7-bit alphabet of GSM, as good as ASCII.

// What the ledger says of the student; null: nothing.
const Json* FactsOf(const Record& record) {
  const auto facts = record.extra.find("ledger");
  return facts != record.extra.end() && facts->is_object() ? &*facts : nullptr;
}

std::string TextIn(const Json* json, const char* key) {
  if (json == nullptr) return {};
  const auto value = json->find(key);
  return value != json->end() && value->is_string() ? value->get<std::string>() : std::string();
}

int NumberIn(const Json* json, const char* key) {
  if (json == nullptr) return 0;
  const auto value = json->find(key);
  return value != json->end() && value->is_number_integer() ? value->get<int>() : 0;
}

bool IsSet(const Json* json, const char* key) {
  if (json == nullptr) return false;
  const auto value = json->find(key);
  return value != json->end() && value->is_boolean() && value->get<bool>();
}

// What all records of one student say together.
struct Story {
  const Record* last = nullptr;
  const Json* facts = nullptr;           // Of the last record that has any.
  std::vector<const Finding*> findings;  // Worst first, then as they are to be put right.
  bool any_accepted = false;

  explicit Story(std::span<const Record* const> records) : last(records.back()) {
    for (const Record* record : records) {
      if (const Json* of_record = FactsOf(*record)) facts = of_record;
      any_accepted = any_accepted || record->outcome == Outcome::kAccepted;
      for (const Finding& finding : record->findings) findings.push_back(&finding);
    }
    std::ranges::stable_sort(findings, {}, [](const Finding* finding) {
      return std::pair(-static_cast<int>(finding->severity), standard::ImportanceOf(finding->code));
    });
  }

  bool Rejects(Code code) const {
    return std::ranges::any_of(findings, [&](const Finding* finding) {
      return standard::Is(*finding, code) && finding->severity >= Severity::kReject;
    });
  }
  bool HasOfficeError() const {
    return std::ranges::any_of(findings, [](const Finding* finding) {
      return finding->severity >= Severity::kReject && IsOfOffice(finding->code);
    });
  }
  // A photo may be there: the office has to find out whose it is, or which.
  bool HasLinkError() const { return Rejects("LINK_AMBIGUOUS") || Rejects("LINK_DUPLICATE"); }
  // Something is wrong that only a new photo mends.
  bool HasPhotoFault() const {
    return std::ranges::any_of(findings, [](const Finding* finding) {
      const Stage stage = standard::StageOf(finding->code);
      return finding->severity == Severity::kReject && stage != Stage::kRoster && stage != Stage::kIdentity;
    });
  }
  // The same of the identity card.
  bool HasCardFault() const { return IsAnyOfCard(Severity::kReject); }
  // Nothing but the card is left to a person.
  bool IsCardInDoubt() const {
    const bool photo_in_doubt = std::ranges::any_of(findings, [](const Finding* finding) {
      return finding->severity >= Severity::kReview && standard::StageOf(finding->code) != Stage::kIdentity;
    });
    return IsAnyOfCard(Severity::kReview) && !photo_in_doubt;
  }
  bool IsAnyOfCard(Severity at_least) const {
    return std::ranges::any_of(findings, [&](const Finding* finding) {
      return finding->severity >= at_least && standard::StageOf(finding->code) == Stage::kIdentity;
    });
  }
  // The program failed, and nothing is wrong with the file.
  bool IsFailureOfProgram() const {
    bool failed = false;
    for (const Finding* finding : findings) {
      if (finding->severity != Severity::kError) continue;
      if (!standard::Is(*finding, "TECHNICAL_FAILURE")) return false;
      failed = true;
    }
    return failed;
  }
};

Told ToldByLedger(State state, const Story& story) {
  const bool locked = IsSet(story.facts, "locked");
  switch (state) {
    case State::kApproved:
    case State::kDelivered:
      return locked ? Told::kLocked : Told::kAccepted;
    case State::kAccepted:
      return story.Rejects("UPLOAD_NAME") ? Told::kOffice : Told::kAccepted;
    case State::kReview:
      return Told::kReview;
    case State::kManualReview:
      return Told::kManualReview;
    case State::kRejected:
    case State::kRetakeDue:
      return Told::kRejected;
    case State::kUnverified:
      return Told::kCard;
    case State::kSubmitted:
      return Told::kFailed;
    case State::kBlocked:
      return Told::kOffice;
    case State::kHeld:
      return Told::kUnpaid;
    case State::kMissing:
      // Only what cannot be read has no attempt.
      return story.last->outcome == Outcome::kError ? Told::kFailed : Told::kMissing;
    case State::kLate:
      return Told::kLate;
    case State::kLeft:
      return Told::kLeft;
    case State::kWithdrawn:
      return Told::kWithdrawn;
  }
  return Told::kHeld;
}

Told ToldByOutcome(const Story& story) {
  if (story.any_accepted) return Told::kAccepted;
  if (story.Rejects("LOCKED")) return Told::kLocked;
  if (story.Rejects("WITHDRAWN")) return Told::kWithdrawn;
  if (story.Rejects("DEADLINE_PASSED")) return Told::kLate;
  const bool office = story.HasOfficeError();
  switch (story.last->outcome) {
    case Outcome::kRejected:
      return office && !story.HasPhotoFault() ? Told::kOffice : Told::kRejected;
    case Outcome::kMissing:
      return office ? Told::kOffice : Told::kMissing;
    case Outcome::kHeld:
      if (office) return Told::kOffice;
      return story.Rejects("UNPAID") ? Told::kUnpaid : Told::kHeld;
    case Outcome::kError:
      return Told::kFailed;
    case Outcome::kReview:
      return Told::kReview;
    case Outcome::kAccepted:
      break;
  }
  return Told::kAccepted;
}

Told ToldByStory(const Story& story) {
  const auto state = ledger::StateFromName(TextIn(story.facts, "state"));
  const Told told = state ? ToldByLedger(*state, story) : ToldByOutcome(story);
  if (!story.HasCardFault()) return told;
  // Whoever has to hand in the card again is told about the card, not to wait or to take another photo.
  const bool photo_will_do =
      told == Told::kReview || told == Told::kHeld || told == Told::kAccepted ||
      (told == Told::kRejected && !story.HasPhotoFault() && !story.Rejects("PORTAL_REJECTED"));
  return photo_will_do ? Told::kCard : told;
}

// A person's decision for which no reason was given (ledger::WithDecisions); the note says the rest.
bool IsWordOfPerson(const Finding& finding) {
  return standard::Is(finding, "PORTAL_REJECTED") &&
         (finding.detail == "decided by a person" || finding.detail == "asked for by the office");
}

std::string AsSentence(std::string_view text, const Texts& texts) {
  std::string sentence(Trim(text));
  const bool ended = std::ranges::any_of(std::array<std::string_view, 6>{"。", "！", "？", ".", "!", "?"},
                                         [&](std::string_view mark) { return sentence.ends_with(mark); });
  if (!sentence.empty() && !ended) sentence += texts.Get("notice.stop");
  return sentence;
}

// In UTF-16 units, as a telephone counts.
std::size_t UnitsOf(std::string_view text) {
  std::size_t units = 0;
  for (std::size_t i = 0; i < text.size();) units += NextCodePoint(text, i) > 0xFFFF ? 2 : 1;
  return units;
}

bool FitsInSms(std::string_view text) {
  const bool ascii = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return UnitsOf(text) <= (ascii ? kSmsAscii : kSmsUnits);
}

class Teller {
 public:
  Teller(const Story& story, const Reasons& reasons, Language language, const Redactor& redactor)
      : story_(story),
        reasons_(reasons),
        texts_(reasons.texts(language)),
        language_(language),
        redactor_(redactor) {
    notice_.told = ToldByStory(story);
  }

  Notice Tell() {
    const bool settled = notice_.told == Told::kAccepted || notice_.told == Told::kLocked;
    notice_.is_sent = notice_.told != Told::kLeft && !(settled && story_.any_accepted);
    notice_.word = Word();
    if (WantsAction()) notice_.deadline = TextIn(story_.facts, "deadline");
    notice_.attempt = Attempt();
    notice_.note = Note();
    notice_.text = Text();
    notice_.sms = Sms();
    return std::move(notice_);
  }

 private:
  bool IsMissingToo() const {
    return story_.last->outcome == Outcome::kMissing && !story_.HasLinkError() &&
           NumberIn(story_.facts, "attempt") == 0;
  }
  bool IsUnpaidToo() const { return story_.Rejects("UNPAID"); }
  bool IsFaultOfProgram() const { return notice_.told == Told::kFailed && story_.IsFailureOfProgram(); }
  // What is the student's own to do while the office mends its roster.
  bool HasOwnTask() const {
    return IsMissingToo() || IsUnpaidToo() || story_.HasPhotoFault() || story_.HasCardFault();
  }

  bool WantsAction() const {
    switch (notice_.told) {
      case Told::kRejected:
      case Told::kCard:
      case Told::kMissing:
      case Told::kUnpaid:
        return true;
      case Told::kFailed:
        return !IsFaultOfProgram();
      case Told::kOffice:
        return HasOwnTask();
      default:
        return false;
    }
  }

  std::string Word() const {
    const std::string season = TextIn(story_.facts, "season");
    if (notice_.told == Told::kLate && !season.empty()) return texts_.Format("told.late", season);
    std::string word(ToldTitle(notice_.told, texts_));
    if (notice_.told == Told::kAccepted) {
      if (const auto state = ledger::StateFromName(TextIn(story_.facts, "state")))
        word = ledger::StateTitle(*state, texts_);
    }
    return IsCarried() ? texts_.Format("told.carried", word, season) : word;
  }

  // Was late once and takes part in a later season now.
  bool IsCarried() const {
    return !TextIn(story_.facts, "carried_from").empty() && !TextIn(story_.facts, "season").empty() &&
           notice_.told != Told::kLate && notice_.told != Told::kLocked && notice_.told != Told::kAccepted;
  }

  std::string Attempt() const {
    const int next = NumberIn(story_.facts, "failures") + 1, all = NumberIn(story_.facts, "max_failures");
    const bool counts = notice_.told == Told::kRejected && story_.facts != nullptr && next <= all;
    return counts ? texts_.Format("notice.attempt", next, all) : std::string();
  }

  const Json* Remark() const {
    if (story_.facts == nullptr) return nullptr;
    const auto remark = story_.facts->find("remark");
    return remark != story_.facts->end() && remark->is_object() ? &*remark : nullptr;
  }

  bool IsRemark(ledger::EventKind kind) const { return TextIn(Remark(), "kind") == ledger::EventName(kind); }
  bool AsksForPhoto() const {
    return IsRemark(ledger::EventKind::kReject) || IsRemark(ledger::EventKind::kRetake);
  }

  // What was written beside an acceptance, and the portal's words about a dispute, are the office's to read.
  std::string Note() const {
    const std::string said = TextIn(Remark(), "text");
    const std::string text = redactor_.Text(Trim(said), story_.last);
    if (text.empty()) return {};
    if (AsksForPhoto()) return texts_.Format("notice.note", text);
    const bool refused = IsRemark(ledger::EventKind::kRefused) && notice_.told == Told::kRejected;
    return refused ? texts_.Format("notice.note_of_portal", text) : std::string();
  }

  bool IsRejectedByPerson() const {
    return AsksForPhoto() || std::ranges::any_of(story_.findings, [](const Finding* finding) {
             return IsWordOfPerson(*finding);
           });
  }

  std::string_view OpeningOfFailure() const {
    return texts_.Get(IsFaultOfProgram() ? standard::TextKey("notice.failure") : "notice.error");
  }

  std::string Opening() const {
    switch (notice_.told) {
      case Told::kRejected:
        return std::string(texts_.Get(IsRejectedByPerson() ? standard::TextKey("notice.rejected_by_person")
                                                           : "notice.rejected"));
      case Told::kCard:
        return std::string(texts_.Get("notice.card"));
      case Told::kFailed:
        return std::string(OpeningOfFailure());
      case Told::kMissing:
        return std::string(texts_.Get("notice.missing"));
      case Told::kUnpaid:
        return std::string(texts_.Get("notice.unpaid"));
      case Told::kOffice:
        return std::string(texts_.Get("notice.office"));
      case Told::kReview:
        return std::string(
            texts_.Get(story_.IsCardInDoubt() ? standard::TextKey("notice.card_review") : "notice.review"));
      case Told::kManualReview:
        return std::string(texts_.Get("notice.manual_review"));
      case Told::kHeld:
        return std::string(texts_.Get("notice.held"));
      case Told::kLate:
        return texts_.Format("notice.late", NextSeason());
      case Told::kLeft:
        return std::string(texts_.Get("notice.left"));
      case Told::kWithdrawn:
        return std::string(texts_.Get("notice.withdrawn"));
      case Told::kLocked:
        return std::string(texts_.Get("notice.locked"));
      case Told::kAccepted:
        break;
    }
    return std::string(texts_.Get("notice.accepted"));
  }

  std::string NextSeason() const {
    const std::string season = TextIn(story_.facts, "season");
    return season.empty() ? std::string(texts_.Get("notice.next_season")) : season;
  }

  // Whether the student is told what this finding says.
  bool IsPoint(const Finding& finding) const {
    if (finding.severity < Severity::kReview || IsOfOffice(finding.code)) return false;
    const Stage stage = standard::StageOf(finding.code);
    if (notice_.told == Told::kCard && stage != Stage::kIdentity) return false;
    if (stage != Stage::kRoster) {
      // What a person would have had to decide about persons falls away with the photo.
      const bool of_photo = stage != Stage::kComparison && stage != Stage::kBatch && stage != Stage::kIdentity;
      return finding.severity >= Severity::kReject || of_photo;
    }
    if (standard::Is(finding, "NOT_A_PHOTO")) return true;
    if (standard::Is(finding, "PORTAL_REJECTED")) return !IsWordOfPerson(finding);
    return standard::Is(finding, "PHOTO_MISSING") && IsMissingToo();
  }

  std::vector<const Finding*> PointFindings() const {
    const bool told = WantsAction() && notice_.told != Told::kUnpaid;
    std::vector<const Finding*> points;
    if (!told) return points;
    std::ranges::copy_if(story_.findings, std::back_inserter(points),
                         [&](const Finding* finding) { return IsPoint(*finding); });
    return points;
  }

  // What is wrong and what to do, each sentence once: several placement findings share one advice.
  std::vector<std::string> Points() const {
    std::vector<std::string> points;
    std::set<std::string> said;
    for (const Finding* finding : PointFindings()) {
      std::string text = AsSentence(reasons_.Text(*finding, language_), texts_);
      if (standard::Is(*finding, "PHOTO_MISSING")) text.clear();  // Said by the opening.
      std::string point;
      for (const std::string& sentence :
           {text, AsSentence(reasons_.Get(finding->code, language_).advice, texts_)}) {
        if (sentence.empty() || !said.insert(sentence).second) continue;
        point = point.empty() ? sentence : texts_.Format("notice.join", point, sentence);
      }
      if (!point.empty()) points.push_back(std::move(point));
    }
    return points;
  }

  std::string Name() const {
    return story_.last->student ? redactor_.Text(story_.last->student->Field("name"), story_.last)
                                : std::string();
  }

  std::string Text() const {
    const std::string name = Name();
    std::string text = name.empty() ? std::string(texts_.Get("notice.greeting_without_name"))
                                    : texts_.Format("notice.greeting", name);
    text += Opening();
    const auto add = [&](std::string_view sentence) {
      if (!sentence.empty()) text = texts_.Format("notice.join", text, sentence);
    };
    AddOtherTasks(add);
    if (notice_.told == Told::kLocked && story_.Rejects("LOCKED")) add(texts_.Get("notice.locked_new"));
    if (IsCarried()) {
      add(texts_.Format("notice.carried", TextIn(story_.facts, "carried_from"),
                        TextIn(story_.facts, "season")));
    }
    const std::vector<std::string> points = Points();
    for (std::size_t i = 0; i < points.size(); ++i) {
      add(points.size() > 1 ? texts_.Format("notice.point", i + 1, points[i]) : points[i]);
    }
    add(AsSentence(notice_.note, texts_));
    if (!notice_.attempt.empty()) add(texts_.Format("notice.next_attempt", notice_.attempt));
    if (!notice_.deadline.empty()) add(texts_.Format("notice.deadline", notice_.deadline));
    add(texts_.Get("notice.thanks"));
    return text;
  }

  // What is to be done besides what the opening says.
  template <typename Add>
  void AddOtherTasks(const Add& add) const {
    const bool office = notice_.told == Told::kOffice, missing = notice_.told == Told::kMissing,
               unpaid = notice_.told == Told::kUnpaid;
    const bool card_too = office || missing || notice_.told == Told::kRejected ||
                          (notice_.told == Told::kFailed && !IsFaultOfProgram());
    if (office && !HasOwnTask()) return add(texts_.Get("notice.wait"));
    for (const auto& [is_so, key] :
         {std::pair((office || unpaid) && IsMissingToo(), standard::TextKey("notice.missing")),
          std::pair((office || missing) && IsUnpaidToo(), standard::TextKey("notice.unpaid")),
          std::pair(office && story_.HasPhotoFault(), standard::TextKey("notice.rejected")),
          std::pair(card_too && story_.HasCardFault(), standard::TextKey("notice.card_too"))}) {
      if (!is_so) continue;
      std::string sentence(texts_.Get(key));  // Stood behind the greeting, and begins a sentence here.
      sentence.replace(0, 1, ToUpperAscii(sentence.substr(0, 1)));
      add(sentence);
    }
  }

  std::string ShortState() const {
    switch (notice_.told) {
      case Told::kRejected:
        return std::string(texts_.Get("sms.rejected"));
      case Told::kCard:
        return std::string(texts_.Get("sms.card"));
      case Told::kFailed:
        return std::string(texts_.Get(IsFaultOfProgram() ? standard::TextKey("sms.failure") : "sms.error"));
      case Told::kMissing:
        return std::string(texts_.Get("sms.missing"));
      case Told::kUnpaid:
        return std::string(texts_.Get("sms.unpaid"));
      case Told::kOffice:
        return std::string(texts_.Get("sms.office"));
      case Told::kReview:
        return std::string(
            texts_.Get(story_.IsCardInDoubt() ? standard::TextKey("sms.card_review") : "sms.review"));
      case Told::kManualReview:
        return std::string(texts_.Get("sms.manual_review"));
      case Told::kHeld:
        return std::string(texts_.Get("sms.held"));
      case Told::kLate:
        return texts_.Format("sms.late", NextSeason());
      case Told::kLeft:
        return std::string(texts_.Get("sms.left"));
      case Told::kWithdrawn:
        return std::string(texts_.Get("sms.withdrawn"));
      case Told::kLocked:
        return std::string(texts_.Get("sms.locked"));
      case Told::kAccepted:
        break;
    }
    return std::string(texts_.Get("sms.accepted"));
  }

  // The state with the first `count` reasons.
  std::string ShortReasons(const std::vector<std::string>& titles, std::size_t count) const {
    if (count == 0) return ShortState();
    std::string list;
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) list += texts_.Get("sms.separator");
      list += titles[i];
    }
    if (count < titles.size()) list = texts_.Format("sms.others", list);
    return notice_.told == Told::kCard ? texts_.Format("sms.card_reasons", list)
                                       : texts_.Format("sms.reasons", list);
  }

  // The richest text that fits: fewer reasons first, then without the count, at last without the name.
  std::string Sms() const {
    std::vector<std::string> titles;
    if (notice_.told == Told::kRejected || notice_.told == Told::kCard) {
      for (const Finding* finding : PointFindings()) {
        const std::string& title = reasons_.Get(finding->code, language_).title;
        if (!title.empty() && std::ranges::find(titles, title) == titles.end()) titles.push_back(title);
      }
    }
    const std::string name = Name();
    const std::string greeting = name.empty() ? std::string() : texts_.Format("sms.greeting", name);
    const std::string deadline =
        notice_.deadline.empty() ? std::string() : texts_.Format("sms.deadline", notice_.deadline);
    const std::string attempt = AsSentence(notice_.attempt, texts_);
    std::string sms;
    for (const auto& [first, last] :
         {std::pair(greeting, attempt), std::pair(greeting, std::string()), std::pair(std::string(), attempt),
          std::pair(std::string(), std::string())}) {
      for (std::size_t count = titles.size() + 1; count-- > 0;) {
        // A count of the attempts is worth more than a second reason, a reason more than the count.
        if (count == 0 && !titles.empty() && !last.empty()) continue;
        sms = first;
        for (const std::string& part : {ShortReasons(titles, count), deadline, last}) {
          if (!part.empty()) sms = sms.empty() ? part : texts_.Format("notice.join", sms, part);
        }
        if (FitsInSms(sms)) return sms;
      }
    }
    return sms;
  }

  const Story& story_;
  const Reasons& reasons_;
  const Texts& texts_;
  Language language_;
  const Redactor& redactor_;
  Notice notice_;
};

}  // namespace

std::string_view ToldName(Told told) {
  static constexpr std::array<std::string_view, kAllTold.size()> kNames = {
      "rejected",      "identity-card", "failed", "missing", "unpaid",    "office",   "review",
      "manual-review", "held",          "late",   "left",    "withdrawn", "accepted", "locked"};
  return kNames[static_cast<std::size_t>(told)];
}

std::string_view ToldTitle(Told told, const Texts& texts) {
  static constexpr std::array<standard::TextKey, kAllTold.size()> kKeys = {
      "outcome.rejected", "told.card",       "outcome.error",       "outcome.missing", "told.unpaid",
      "told.office",      "outcome.review",  "state.manual_review", "outcome.held",    "state.late",
      "state.left",       "state.withdrawn", "outcome.accepted",    "told.locked"};
  return texts.Get(kKeys[static_cast<std::size_t>(told)]);
}

Notice NoticeOf(std::span<const Record* const> records, const Reasons& reasons, Language language,
                const Redactor& redactor) {
  const Story story(records);
  return Teller(story, reasons, language, redactor).Tell();
}

Notice NoticeOf(const Record& record, const Reasons& reasons, Language language, const Redactor& redactor) {
  const Record* const one = &record;
  return NoticeOf(std::span(&one, 1), reasons, language, redactor);
}

Told ToldOf(const Record& record) {
  const Record* const one = &record;
  return ToldByStory(Story(std::span(&one, 1)));
}

bool IsOfOffice(std::string_view name) {
  // What the roster and the ledger say of the student, not of the office's own work.
  static constexpr std::array<Code, 7> kOfStudent = {
      "UNPAID", "PHOTO_MISSING", "NOT_A_PHOTO", "LOCKED", "DEADLINE_PASSED", "PORTAL_REJECTED", "WITHDRAWN"};
  const auto code = Code::Find(name);
  return code && code->stage() == Stage::kRoster && std::ranges::find(kOfStudent, *code) == kOfStudent.end();
}

std::string_view ReasonOf(const Finding& finding) {
  return IsWordOfPerson(finding) ? "BY_PERSON" : std::string_view(finding.code);
}

std::string TitleOf(const Finding& finding, const Reasons& reasons, Language language) {
  if (IsWordOfPerson(finding)) return std::string(reasons.texts(language).Get("told.by_person"));
  const std::string& title = reasons.Get(finding.code, language).title;
  return title.empty() ? finding.code : title;
}

std::string AdviceOf(const Finding& finding, Told told, const Reasons& reasons, Language language) {
  const std::string& advice = reasons.Get(finding.code, language).advice;
  switch (told) {
    case Told::kReview:
    case Told::kManualReview:
    case Told::kLate:
    case Told::kLeft:
    case Told::kWithdrawn:
    case Told::kLocked: {
      const bool of_state = standard::Is(finding, "LOCKED") || standard::Is(finding, "DEADLINE_PASSED") ||
                            standard::Is(finding, "WITHDRAWN");
      return of_state || IsOfOffice(finding.code) ? advice : std::string();
    }
    default:
      return IsWordOfPerson(finding) ? std::string() : advice;
  }
}

bool IsSimilarity(const Finding& finding) {
  const Stage stage = standard::StageOf(finding.code);
  return stage == Stage::kComparison || stage == Stage::kBatch;
}

}  // namespace gradphoto::deliver
