// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/verdict.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gradphoto::identity {
namespace {

constexpr double kMaxGlare = 0.08, kMinHeightPx = 20, kMinEdge = 0.20;
constexpr double kEndsRightMm = 62;  // Print of the validity that ends left of this is its start alone.
constexpr std::size_t kNumberLength = 18;

// Why a field was not read surely, as far as the student can mend it.
std::optional<standard::Code> CauseOf(const Field& field) {
  const StripQuality& quality = field.quality;
  if (quality.is_cut) return standard::Code("CARD_CUT");
  if (quality.glare >= kMaxGlare) return standard::Code("CARD_GLARE");
  if (quality.height_px < kMinHeightPx) return standard::Code("CARD_TOO_SMALL");
  if (quality.edge < kMinEdge) return standard::Code("CARD_BLURRED");
  if (field.glyphs < 2) return standard::Code("CARD_COVERED");
  return std::nullopt;
}

std::string_view KindText(OtherKind kind) {
  switch (kind) {
    case OtherKind::kTemporary:
      return "a temporary identity card";
    case OtherKind::kHkMacauTaiwanResident:
      return "a residence permit for residents of Hong Kong, Macau and Taiwan";
    case OtherKind::kForeignPermanentResident:
      return "a permanent residence card of a foreigner";
  }
  return {};
}

std::optional<OtherKind> KindOfNumber(const NumberReading& read) {
  if (read.state != NumberState::kClear) return std::nullopt;
  if (read.number.starts_with("81") || read.number.starts_with("82") || read.number.starts_with("83")) {
    return OtherKind::kHkMacauTaiwanResident;
  }
  if (read.number.starts_with("9")) return OtherKind::kForeignPermanentResident;
  return std::nullopt;
}

std::string NameDetail(const NameCheck& check) {
  switch (check.doubt) {
    case NameDoubt::kRare:
      return check.rest_fits ? "the other characters fit" : "the other characters are not sure";
    case NameDoubt::kLookAlike:
      return "a character that looks alike cannot be ruled out";
    case NameDoubt::kOneCharacter:
      return "one character differs";
    default:
      return {};
  }
}

std::string NumberDetail(const NumberCheck& check) {
  if (check.read.state == NumberState::kRepaired) return "it reads right only with its check digit mended";
  return std::to_string(check.digits_seen) + " of 18 digits fit";
}

void Merge(Judgement& all, const Judgement& part) {
  all.verdict = std::max(all.verdict, part.verdict);
  for (const Reason& reason : part.reasons) {
    if (std::ranges::find(all.reasons, reason) == all.reasons.end()) all.reasons.push_back(reason);
  }
  if (part.name) all.name = part.name;
  if (part.number) all.number = part.number;
  if (part.validity) all.validity = part.validity;
  if (part.front != nullptr) all.front = part.front;
  if (part.back != nullptr) all.back = part.back;
  all.birth_date_in_doubt = all.birth_date_in_doubt || part.birth_date_in_doubt;
}

}  // namespace

std::string_view VerdictName(Verdict verdict) {
  constexpr std::array<std::string_view, 5> kNames = {"match", "review", "retake", "missing", "mismatch"};
  return kNames[static_cast<std::size_t>(verdict)];
}

void Judgement::Add(Verdict at_least, standard::Code code, std::string detail) {
  verdict = std::max(verdict, at_least);
  reasons.push_back({code, std::move(detail)});
}

NumberHints Judge::HintsOf(const Side& front) const {
  NumberHints hints;
  const Field& birth = front.fields.at(FieldKind::kBirthDate);
  if (const auto day = ReadBirthDate(birth.reading, alphabet_)) hints.birth_date = day->day;
  hints.sex = ReadSex(front.fields.at(FieldKind::kSex).reading, alphabet_);
  return hints;
}

NumberReading Judge::NumberOn(const Side& front, std::chrono::year_month_day today) const {
  const FieldReading& field = front.fields.at(FieldKind::kNumber).reading;
  if (field.strips.empty() || field.strips.front().empty()) return {};
  return ReadNumber(field.strips.front(), digits_, today, HintsOf(front));
}

std::optional<Validity> Judge::ValidityOn(const Side& back) const {
  const Field& field = back.fields.at(FieldKind::kValidity);
  return ReadValidity(field.reading, alphabet_, field.right_mm > kEndsRightMm);
}

void Judge::CheckAgainstItself(const Side& front, std::string_view number, std::chrono::year_month_day today,
                               Judgement& judgement) const {
  const roster::IdCheck said = roster::CheckIdNumber(number, today);
  const FieldReading& birth = front.fields.at(FieldKind::kBirthDate).reading;
  if (said.birth_date && CheckBirthDate(birth, *said.birth_date, alphabet_) == Fit::kMismatch) {
    judgement.Add(Verdict::kReview, "CARD_INCONSISTENT", "the birth date");
  }
  const auto sex = ReadSex(front.fields.at(FieldKind::kSex).reading, alphabet_);
  if (sex && said.sex && *sex != *said.sex) judgement.Add(Verdict::kReview, "CARD_INCONSISTENT", "the sex");
}

Judgement Judge::OfFront(const Side& front, const Expected& expected) const {
  Judgement judgement;
  judgement.front = &front;
  const Field& name_field = front.fields.at(FieldKind::kName);
  const Field& number_field = front.fields.at(FieldKind::kNumber);
  const bool comparable = IsValidNumber(expected.number, expected.today) &&
                          !KindOfNumber({.state = NumberState::kClear, .number = expected.number, .top = ""});
  NumberCheck number;
  number.read = NumberOn(front, expected.today);
  if (comparable) {
    number = CheckNumber(number_field.reading, expected.number, digits_, expected.today, HintsOf(front));
  }
  const NameCheck name = CheckName(name_field.reading, expected.name, alphabet_);
  judgement.name = name.fit;
  judgement.number = number.fit;
  judgement.birth_date_in_doubt = comparable && !number.birth_date_seen;
  if (const auto kind = KindOfNumber(number.read); kind && number.fit != Fit::kMatch) {
    judgement.Add(Verdict::kReview, "CARD_OTHER_KIND", std::string(KindText(*kind)));
    return judgement;
  }
  if (number.fit == Fit::kMismatch && expected.is_of_another && expected.is_of_another(number.read.number)) {
    judgement.Add(Verdict::kMismatch, "CARD_SWAPPED");
    return judgement;
  }
  if (number.fit == Fit::kMismatch) judgement.Add(Verdict::kMismatch, "CARD_NUMBER_MISMATCH");
  if (name.fit == Fit::kMismatch) judgement.Add(Verdict::kMismatch, "CARD_NAME_MISMATCH");
  if (judgement.verdict == Verdict::kMismatch) return judgement;

  const bool name_in_doubt =
      name.fit == Fit::kReview && name.doubt != NameDoubt::kRare && !expected.name.empty();
  const bool number_in_doubt = number.fit == Fit::kReview && comparable;
  if (const auto cause = CauseOf(number_field); number_in_doubt && cause) {
    judgement.Add(Verdict::kRetake, *cause, "the number");
  } else if (number_in_doubt && number.digits_seen < static_cast<int>(kNumberLength) &&
             number.read.top.size() < kNumberLength) {
    judgement.Add(Verdict::kRetake, "CARD_COVERED", "the number");
  }
  if (const auto cause = CauseOf(name_field); name_in_doubt && cause) {
    judgement.Add(Verdict::kRetake, *cause, "the name");
  }
  if (judgement.verdict == Verdict::kRetake) return judgement;

  if (!comparable) {
    judgement.Add(Verdict::kReview, "CARD_NUMBER_DOUBTFUL",
                  "the roster has no whole number of a resident identity card");
  } else if (number_in_doubt) {
    judgement.Add(Verdict::kReview, "CARD_NUMBER_DOUBTFUL", NumberDetail(number));
  }
  if (expected.name.empty()) {
    judgement.Add(Verdict::kReview, "CARD_NAME_DOUBTFUL", "the roster has no name");
  } else if (name.fit == Fit::kReview) {
    const standard::Code code = name.doubt == NameDoubt::kRare ? standard::Code("CARD_NAME_RARE")
                                                               : standard::Code("CARD_NAME_DOUBTFUL");
    judgement.Add(Verdict::kReview, code, NameDetail(name));
  }
  if (comparable) CheckAgainstItself(front, expected.number, expected.today, judgement);
  return judgement;
}

Judgement Judge::OfBack(const Side& back, std::chrono::year_month_day today) const {
  Judgement judgement;
  judgement.back = &back;
  const Field& field = back.fields.at(FieldKind::kValidity);
  judgement.validity = ValidityOn(back);
  if (!judgement.validity) {
    const auto cause = CauseOf(field);
    if (cause) judgement.Add(Verdict::kRetake, *cause, "the validity");
    if (!cause) judgement.Add(Verdict::kReview, "CARD_VALIDITY_DOUBTFUL");
    return judgement;
  }
  const Validity& validity = *judgement.validity;
  const bool expired = validity.until && *validity.until < today;
  if (expired && validity.clear) {
    judgement.Add(Verdict::kReview, "CARD_EXPIRED");
  } else if (expired || (!validity.clear && validity.from)) {
    judgement.Add(Verdict::kReview, "CARD_VALIDITY_DOUBTFUL",
                  validity.from ? "" : "only the last day was read");
  }
  return judgement;
}

Judgement Judge::Of(std::span<const CardPhoto> photos, const Expected& expected, Needed needed) const {
  Judgement all;
  std::optional<Judgement> front, back;
  std::size_t sides = 0;
  bool copied = false, grey = false;
  std::optional<OtherKind> other;
  const auto better = [](std::optional<Judgement>& best, Judgement judgement) {
    if (!best || judgement.verdict < best->verdict) best = std::move(judgement);
  };
  for (const CardPhoto& photo : photos) {
    if (photo.other) other = photo.other;
    if (photo.other) continue;
    for (const Side& side : photo.sides) {
      ++sides;
      if (side.kind == SideKind::kFront) better(front, OfFront(side, expected));
      if (side.kind == SideKind::kBack) better(back, OfBack(side, expected.today));
    }
    grey = grey || photo.is_grey;
    copied = copied || photo.is_screenshot;
  }
  if (front) Merge(all, *front);
  if (back) Merge(all, *back);
  if (other && !(front && back)) {
    all.Add(Verdict::kReview, "CARD_OTHER_KIND", std::string(KindText(*other)));
  } else if (photos.empty()) {
    all.Add(Verdict::kMissing, "CARD_MISSING");
  } else if (sides == 0) {
    all.Add(Verdict::kRetake, "CARD_NOT_FOUND");
  } else if (needed == Needed::kBothSides && !(front && back)) {
    const char* missing = front ? "the back" : "the front";
    if (sides > 1) all.Add(Verdict::kRetake, "CARD_WRONG_SIDE", missing);
    if (sides == 1) all.Add(Verdict::kMissing, "CARD_MISSING", missing);
  }
  if (grey || copied) {
    all.Add(Verdict::kMatch, "CARD_COPY", copied ? "bars as a screenshot has them" : "without colour");
  }
  return all;
}

Judgement Judge::WithoutRoster(const CardPhoto& photo, std::chrono::year_month_day today) const {
  Judgement all;
  if (photo.other) {
    all.Add(Verdict::kReview, "CARD_OTHER_KIND", std::string(KindText(*photo.other)));
    return all;
  }
  if (photo.sides.empty()) all.Add(Verdict::kRetake, "CARD_NOT_FOUND");
  for (const Side& side : photo.sides) {
    if (side.kind == SideKind::kBack) {
      Merge(all, OfBack(side, today));
      continue;
    }
    const NumberReading read = NumberOn(side, today);
    Judgement front;
    if (const auto kind = KindOfNumber(read)) {
      front.Add(Verdict::kReview, "CARD_OTHER_KIND", std::string(KindText(*kind)));
    } else if (read.state == NumberState::kClear) {
      CheckAgainstItself(side, read.number, today, front);
    } else if (const auto cause = CauseOf(side.fields.at(FieldKind::kNumber))) {
      front.Add(Verdict::kRetake, *cause, "the number");
    } else {
      front.Add(Verdict::kReview, "CARD_NUMBER_DOUBTFUL");
    }
    const Field& name = side.fields.at(FieldKind::kName);
    if (const auto cause = CauseOf(name); cause && name.glyphs < 2)
      front.Add(Verdict::kRetake, *cause, "the name");
    Merge(all, front);
  }
  if (photo.is_grey || photo.is_screenshot) {
    all.Add(Verdict::kMatch, "CARD_COPY",
            photo.is_screenshot ? "bars as a screenshot has them" : "without colour");
  }
  return all;
}

}  // namespace gradphoto::identity
