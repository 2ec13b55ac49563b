// SPDX-License-Identifier: Apache-2.0
// The whole way with the shipped nets, from specimens' pixels to a verdict.
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "lib/identity/open.h"
#include "lib/identity/verdict.h"
#include "lib/image/decode.h"
#include "tests/identity/lattices.h"
#include "tests/support/data.h"
#include "tests/support/temp_dir.h"

using gradphoto::identity::CardPhoto;
using gradphoto::identity::CardReader;
using gradphoto::identity::Expected;
using gradphoto::identity::FieldKind;
using gradphoto::identity::Fit;
using gradphoto::identity::Judge;
using gradphoto::identity::Judgement;
using gradphoto::identity::NumberState;
using gradphoto::identity::Side;
using gradphoto::identity::SideKind;
using gradphoto::identity::Verdict;
using gradphoto::testing::Bytes;
using gradphoto::testing::CodesOf;
using gradphoto::testing::ModelDir;
using gradphoto::testing::SourceDir;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::year_month_day kToday = 2026y / 6 / 1;

const CardReader& Shipped() {
  static const CardReader reader = [] {
    const auto configs = SourceDir() / "configs";
    auto opened =
        gradphoto::identity::OpenCardReader(gradphoto::nn::ModelRegistry::Load(configs).value(), ModelDir(),
                                            gradphoto::identity::ShippedLayout(configs).value());
    if (!opened) FAIL(opened.error().message);
    return *std::move(opened);
  }();
  return reader;
}

const CardPhoto& Specimen(const std::string& name) {
  static std::map<std::string, CardPhoto> read;
  if (!read.contains(name)) {
    const auto photo =
        gradphoto::image::Decode(Bytes(SourceDir() / "tests/identity/specimens" / (name + ".jpg")));
    REQUIRE(photo.has_value());
    auto card = Shipped().Read(photo->bgr);
    REQUIRE(card.has_value());
    read[name] = *std::move(card);
  }
  return read[name];
}

Judgement Judged(const std::vector<std::string>& specimens, const std::string& name,
                 const std::string& number) {
  std::vector<CardPhoto> photos;
  for (const std::string& specimen : specimens) photos.push_back(Specimen(specimen));
  const Judge judge(Shipped().alphabet());
  return judge.Of(photos, {.name = name, .number = number, .today = kToday, .is_of_another = {}});
}

}  // namespace

TEST_CASE("the digits, 王 and the separator have the classes that the reader counts on") {
  const auto& alphabet = Shipped().alphabet();
  CHECK(alphabet.size() == 6625);
  CHECK(alphabet.ClassOf(U'0') == 26);
  CHECK(alphabet.ClassOf(U'1') == 93);
  CHECK(alphabet.ClassOf(U'X') == 5200);
  CHECK(alphabet.ClassOf(U'王') == 2668);
  CHECK(alphabet.ClassOf(U'·') == 5529);
  CHECK_FALSE(alphabet.ClassOf(U'㛃').has_value());
}

TEST_CASE("the sides are told and read, turned ones and two in one photo, too") {
  const auto& front = Specimen("wang-front");
  REQUIRE(front.sides.size() == 1);
  CHECK(front.sides.front().kind == SideKind::kFront);
  CHECK_FALSE(front.is_grey);
  const Judge judge(Shipped().alphabet());
  const auto number = judge.NumberOn(front.sides.front(), kToday);
  CHECK(number.state == NumberState::kClear);
  CHECK(number.number == "110000200304050018");
  REQUIRE(Specimen("wang-back").sides.size() == 1);
  CHECK(Specimen("wang-back").sides.front().kind == SideKind::kBack);
  CHECK(judge.ValidityOn(Specimen("wang-back").sides.front())->until == 2031y / 7 / 8);
  REQUIRE(Specimen("li-both").sides.size() == 2);
}

TEST_CASE("both sides of the right student match, of another one they do not") {
  const auto right = Judged({"wang-front", "wang-back"}, "王小明", "110000200304050018");
  CHECK(right.verdict == Verdict::kMatch);
  CHECK(CodesOf(right).empty());
  CHECK(Judged({"li-both"}, "李思远", "110000200409210022").verdict == Verdict::kMatch);
  const auto wrong = Judged({"li-both"}, "王小明", "110000200304050018");
  CHECK(wrong.verdict == Verdict::kMismatch);
  CHECK(CodesOf(wrong) == "CARD_NUMBER_MISMATCH CARD_NAME_MISMATCH");
}

TEST_CASE("one character or one digit off is never a match") {
  CHECK(Judged({"wang-front", "wang-back"}, "王晓明", "110000200304050018").name == Fit::kReview);
  CHECK(Judged({"wang-front", "wang-back"}, "王小", "110000200304050018").name == Fit::kReview);
  for (const char* number : {"110000200304050026", "110000200304050034", "110000200304060013"}) {
    CAPTURE(number);
    CHECK(Judged({"wang-front", "wang-back"}, "王小明", number).number != Fit::kMatch);
  }
}

TEST_CASE("a lamp on the number is a retake, whoever is expected; the back has expired") {
  const auto right = Judged({"chen-front-glare", "chen-back-expired"}, "陈嘉豪", "110000200212030036");
  CHECK(CodesOf(right) == "CARD_GLARE CARD_EXPIRED");
  CHECK(right.verdict == Verdict::kRetake);
  CHECK(right.name == Fit::kMatch);
  const auto wrong = Judged({"chen-front-glare"}, "陈嘉豪", "110000200304050018");
  CHECK(wrong.number == Fit::kReview);
}
