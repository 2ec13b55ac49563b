// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/verdict.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/identity/lattices.h"

using gradphoto::identity::CardPhoto;
using gradphoto::identity::Expected;
using gradphoto::identity::Field;
using gradphoto::identity::FieldKind;
using gradphoto::identity::Fit;
using gradphoto::identity::Judge;
using gradphoto::identity::Judgement;
using gradphoto::identity::OtherKind;
using gradphoto::identity::Reason;
using gradphoto::identity::Side;
using gradphoto::identity::SideKind;
using gradphoto::identity::Verdict;
using gradphoto::testing::CodesOf;
using gradphoto::testing::FieldOf;
using gradphoto::testing::Letters;
using gradphoto::testing::Opinion;
using gradphoto::testing::Sure;
using namespace std::chrono_literals;

namespace {

constexpr const char* kNumber = "110000200103020015";  // A man's.
constexpr const char* kOther = "110000200205060026";

Field Good(const std::vector<Opinion>& glyphs) {
  Field field;
  field.reading = FieldOf(glyphs);
  field.quality = {.glare = 0, .edge = 0.5, .height_px = 40, .is_cut = false};
  field.right_mm = 80;
  field.glyphs = glyphs.size();
  return field;
}

Side Front(const std::string& name = "王小明", const std::string& number = kNumber) {
  Side side{.kind = SideKind::kFront, .view = {}, .fields = {}};
  side.fields[FieldKind::kName] = Good(Sure(name));
  side.fields[FieldKind::kNumber] = Good(Sure(number));
  side.fields[FieldKind::kSex] = Good(Sure((number[16] - '0') % 2 == 1 ? "男" : "女"));
  const auto plain = [](std::string text) { return text.starts_with('0') ? text.substr(1) : text; };
  side.fields[FieldKind::kBirthDate] = Good(Sure(number.substr(6, 4) + "年" + plain(number.substr(10, 2)) +
                                                 "月" + plain(number.substr(12, 2)) + "日"));
  return side;
}

Side Back(const std::string& validity = "2015.03.02-2035.03.02") {
  Side side{.kind = SideKind::kBack, .view = {}, .fields = {}};
  side.fields[FieldKind::kValidity] = Good(Sure(validity));
  return side;
}

CardPhoto Photo(std::vector<Side> sides) {
  CardPhoto photo;
  photo.sides = std::move(sides);
  return photo;
}

Judgement Of(const std::vector<CardPhoto>& photos, const std::string& name = "王小明",
             const std::string& number = kNumber) {
  const Judge judge(Letters());
  return judge.Of(photos, {.name = name, .number = number, .today = 2026y / 6 / 1, .is_of_another = {}});
}

}  // namespace

TEST_CASE("the test's numbers are valid") {
  CHECK(gradphoto::identity::IsValidNumber(kNumber, 2026y / 6 / 1));
  CHECK(gradphoto::identity::IsValidNumber(kOther, 2026y / 6 / 1));
}

TEST_CASE("both sides of the student's card are a match, in one photo or two, in any order") {
  for (const auto& photos :
       {std::vector{Photo({Front(), Back()})}, std::vector{Photo({Back()}), Photo({Front()})}}) {
    const auto judgement = Of(photos);
    CHECK(judgement.verdict == Verdict::kMatch);
    CHECK(judgement.reasons.empty());
    CHECK(judgement.name == Fit::kMatch);
    CHECK(judgement.number == Fit::kMatch);
    CHECK(judgement.validity->until == 2035y / 3 / 2);
  }
}

TEST_CASE("what is missing: everything, one side, a card, the other side twice") {
  CHECK(CodesOf(Of({})) == "CARD_MISSING");
  CHECK(Of({}).verdict == Verdict::kMissing);
  const auto one = Of({Photo({Front()})});
  CHECK(CodesOf(one) == "CARD_MISSING");
  CHECK(one.reasons.front().detail == "the back");
  CHECK(Of({Photo({Back()})}).reasons.front().detail == "the front");
  CHECK(CodesOf(Of({Photo({})})) == "CARD_NOT_FOUND");
  CHECK(Of({Photo({})}).verdict == Verdict::kRetake);
  CHECK(CodesOf(Of({Photo({Front()}), Photo({Front()})})) == "CARD_WRONG_SIDE");
  CHECK(CodesOf(Of({Photo({}), Photo({Front(), Back()})})).empty());
}

TEST_CASE("another person's card is a mismatch, and named as a swap when it is that of another student") {
  const auto other = Of({Photo({Front("张伟", kOther), Back()})});
  CHECK(other.verdict == Verdict::kMismatch);
  CHECK(CodesOf(other) == "CARD_NUMBER_MISMATCH CARD_NAME_MISMATCH");
  const Judge judge(Letters());
  const std::vector photos = {Photo({Front("张伟", kOther), Back()})};
  const auto swapped =
      judge.Of(photos, {.name = "王小明",
                        .number = kNumber,
                        .today = 2026y / 6 / 1,
                        .is_of_another = [](std::string_view number) { return number == kOther; }});
  CHECK(CodesOf(swapped) == "CARD_SWAPPED");
  CHECK(swapped.verdict == Verdict::kMismatch);
}

TEST_CASE("of several fronts the one that is best for the student counts") {
  CHECK(Of({Photo({Front("张伟", kOther)}), Photo({Front(), Back()})}).verdict == Verdict::kMatch);
}

TEST_CASE("a cause turns a doubt into a retake, and never overrules a sure reading") {
  const auto with = [](auto change, bool sure) {
    Side front = Front();
    Field& name = front.fields[FieldKind::kName];
    if (!sure) name = Good(Sure("王李明"));
    change(name.quality);
    return Of({Photo({front, Back()})});
  };
  const auto cut = [](auto& quality) { quality.is_cut = true; };
  const auto glare = [](auto& quality) { quality.glare = 0.2; };
  const auto small = [](auto& quality) { quality.height_px = 15; };
  const auto blurred = [](auto& quality) { quality.edge = 0.1; };
  CHECK(CodesOf(with(cut, false)) == "CARD_CUT");
  CHECK(CodesOf(with(glare, false)) == "CARD_GLARE");
  CHECK(CodesOf(with(small, false)) == "CARD_TOO_SMALL");
  CHECK(CodesOf(with(blurred, false)) == "CARD_BLURRED");
  CHECK(with(cut, false).verdict == Verdict::kRetake);
  CHECK(with(cut, false).reasons.front().detail == "the name");
  CHECK(with(cut, true).verdict == Verdict::kMatch);
  CHECK(with(glare, true).verdict == Verdict::kMatch);
  CHECK(CodesOf(with([](auto&) {}, false)) == "CARD_NAME_DOUBTFUL");
}

TEST_CASE("doubts are told with what fits") {
  Side front = Front();
  auto glyphs = Sure(kNumber);
  glyphs[3] = {{U'0', 0.45}, {U'7', 0.5}};
  front.fields[FieldKind::kNumber] = Good(glyphs);
  const auto doubt = Of({Photo({front, Back()})});
  CHECK(doubt.verdict == Verdict::kReview);
  CHECK(CodesOf(doubt) == "CARD_NUMBER_DOUBTFUL");
  CHECK_FALSE(doubt.reasons.front().detail.empty());
  glyphs.erase(glyphs.begin() + 4, glyphs.begin() + 7);
  front.fields[FieldKind::kNumber] = Good(glyphs);
  CHECK(CodesOf(Of({Photo({front, Back()})})) == "CARD_COVERED");
  const auto rare = Of({Photo({Front(), Back()})}, "王㛃明");
  CHECK(CodesOf(rare) == "CARD_NAME_RARE");
  CHECK(rare.reasons.front().detail == "the other characters fit");
  CHECK(CodesOf(Of({Photo({Front(), Back()})}, "王李明")) == "CARD_NAME_DOUBTFUL");
  CHECK(Of({Photo({Front(), Back()})}, "王李明").reasons.front().detail == "one character differs");
}

TEST_CASE("a roster without a number or a name that can be compared is a review, never a mismatch") {
  for (const char* number : {"", "H12345678", "1100********0015", "11000020010302001"}) {
    CAPTURE(number);
    const auto judgement = Of({Photo({Front(), Back()})}, "王小明", number);
    CHECK(judgement.verdict == Verdict::kReview);
    CHECK(CodesOf(judgement) == "CARD_NUMBER_DOUBTFUL");
  }
  CHECK(CodesOf(Of({Photo({Front(), Back()})}, "")) == "CARD_NAME_DOUBTFUL");
}

TEST_CASE("a card that contradicts itself is a review") {
  Side front = Front();
  front.fields[FieldKind::kBirthDate] = Good(Sure("2002年3月2日"));
  auto judgement = Of({Photo({front, Back()})});
  CHECK(CodesOf(judgement) == "CARD_INCONSISTENT");
  CHECK(judgement.verdict == Verdict::kReview);
  front = Front();
  front.fields[FieldKind::kSex] = Good(Sure("女"));
  judgement = Of({Photo({front, Back()})});
  CHECK(judgement.reasons == std::vector<Reason>{{"CARD_INCONSISTENT", "the sex"}});
}

TEST_CASE("validity: expired, doubtful, not read, the end alone") {
  const auto back = [](const Side& side) { return Of({Photo({Front(), side})}); };
  CHECK(CodesOf(back(Back("2004.03.02-2024.03.02"))) == "CARD_EXPIRED");
  CHECK(CodesOf(back(Back("2019.03.02-长期"))).empty());
  CHECK(CodesOf(back(Back("2015.03.02-2036.03.02"))) == "CARD_VALIDITY_DOUBTFUL");
  CHECK(CodesOf(back(Back("-2035.03.02"))).empty());
  CHECK(CodesOf(back(Back("-2024.03.02"))) == "CARD_VALIDITY_DOUBTFUL");
  CHECK(CodesOf(back(Back("期限"))) == "CARD_VALIDITY_DOUBTFUL");
  Side glare = Back("2");
  glare.fields[FieldKind::kValidity].quality.glare = 0.4;
  CHECK(CodesOf(back(glare)) == "CARD_GLARE");
  CHECK(CodesOf(back(Back("2"))) == "CARD_COVERED");
}

TEST_CASE("cards of other kinds and copies are told") {
  CardPhoto temporary = Photo({Back()});
  temporary.other = OtherKind::kTemporary;
  const auto judgement = Of({temporary});
  CHECK(CodesOf(judgement) == "CARD_OTHER_KIND");
  CHECK(judgement.verdict == Verdict::kReview);
  CHECK(CodesOf(Of({temporary, Photo({Front(), Back()})})).empty());
  CardPhoto copy = Photo({Front(), Back()});
  copy.is_grey = true;
  CHECK(CodesOf(Of({copy})) == "CARD_COPY");
  CHECK(Of({copy}).verdict == Verdict::kMatch);
}

TEST_CASE("without a roster a photo is held against itself") {
  const Judge judge(Letters());
  const auto of = [&](const CardPhoto& photo) { return CodesOf(judge.WithoutRoster(photo, 2026y / 6 / 1)); };
  CHECK(of(Photo({Front(), Back()})).empty());
  CHECK(of(Photo({Front()})).empty());
  CHECK(of(Photo({Back("2004.03.02-2024.03.02")})) == "CARD_EXPIRED");
  CHECK(of(Photo({})) == "CARD_NOT_FOUND");
  Side front = Front();
  front.fields[FieldKind::kSex] = Good(Sure("女"));
  CHECK(of(Photo({front})) == "CARD_INCONSISTENT");
  front.fields[FieldKind::kNumber] = Good(Sure("11000020010302"));
  CHECK(of(Photo({front})) == "CARD_NUMBER_DOUBTFUL");
  front.fields[FieldKind::kNumber].quality.glare = 0.3;
  CHECK(of(Photo({front})) == "CARD_GLARE");
}
