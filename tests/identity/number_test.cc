// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/number.h"

#include <array>
#include <random>
#include <string>

#include <doctest/doctest.h>

#include "tests/identity/lattices.h"

using gradphoto::identity::CheckNumber;
using gradphoto::identity::Digits;
using gradphoto::identity::FieldReading;
using gradphoto::identity::Fit;
using gradphoto::identity::IsValidNumber;
using gradphoto::identity::NumberHints;
using gradphoto::identity::NumberReading;
using gradphoto::identity::NumberState;
using gradphoto::roster::Sex;
using gradphoto::testing::FieldOf;
using gradphoto::testing::LatticeOf;
using gradphoto::testing::Letters;
using gradphoto::testing::Opinion;
using gradphoto::testing::Sure;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::year_month_day kToday = 2026y / 6 / 1;

const Digits& OfCard() {
  static const Digits digits(Letters());
  return digits;
}

NumberReading Read(const std::vector<Opinion>& glyphs, const NumberHints& hints = {}) {
  return gradphoto::identity::ReadNumber(LatticeOf(glyphs), OfCard(), kToday, hints);
}

// An invented number: a province and no county.
std::string Invented(std::mt19937& random) {
  const auto draw = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
  const auto two = [](int value) { return std::string(value < 10 ? "0" : "") + std::to_string(value); };
  std::string number = "110000" + std::to_string(draw(1994, 2007)) + two(draw(1, 12)) + two(draw(1, 28));
  number += two(draw(0, 99)) + std::to_string(draw(0, 9));
  constexpr std::string_view kCheck = "10X98765432";
  constexpr std::array kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) sum += (number[i] - '0') * kWeights[i];
  return number + kCheck[static_cast<std::size_t>(sum % 11)];
}

}  // namespace

TEST_CASE("a sure line is read clearly, whatever the digits, and matches itself alone") {
  std::mt19937 random(11);
  for (int i = 0; i < 40; ++i) {
    const std::string number = Invented(random);
    CAPTURE(number);
    REQUIRE(IsValidNumber(number, kToday));
    const auto read = Read(Sure(number));
    CHECK(read.state == NumberState::kClear);
    CHECK(read.number == number);
    const FieldReading field = FieldOf(Sure(number));
    const auto same = CheckNumber(field, number, OfCard(), kToday);
    CHECK(same.fit == Fit::kMatch);
    CHECK(same.digits_seen == 18);
    std::string other = Invented(random);
    while (other == number) other = Invented(random);
    CHECK(CheckNumber(field, other, OfCard(), kToday).fit == Fit::kMismatch);
  }
}

TEST_CASE("a valid number has 18 characters, a day of the calendar, a province and its check character") {
  std::mt19937 random(5);
  const std::string number = Invented(random);
  CHECK(IsValidNumber(number, kToday));
  CHECK_FALSE(IsValidNumber(number.substr(0, 17), kToday));
  CHECK_FALSE(IsValidNumber(number + "1", kToday));
  CHECK_FALSE(IsValidNumber("", kToday));
  for (std::size_t place = 0; place < 18; ++place) {  // MOD 11-2 finds every single wrong digit.
    std::string wrong = number;
    wrong[place] = wrong[place] == '1' ? '2' : '1';
    CHECK_FALSE(IsValidNumber(wrong, kToday));
  }
  CHECK_FALSE(IsValidNumber(number, 1990y / 1 / 1));  // Born in the future.
}

TEST_CASE("letters that look like digits count as these") {
  CHECK(Read(Sure("11OO0O200l0302001x")).top == "11000020010302001X");
}

TEST_CASE("one wrong digit that the check digit mends is repaired, and never a match or a mismatch") {
  std::mt19937 random(3);
  int repaired = 0;
  for (int i = 0; i < 60; ++i) {
    const std::string number = Invented(random);
    std::vector<Opinion> glyphs = Sure(number);
    const std::size_t place = static_cast<std::size_t>(i) % 17;
    // The net leans to another digit; the right one comes second.
    const char32_t wrong = number[place] == '7' ? U'2' : U'7';
    glyphs[place] = {{wrong, 0.7}, {static_cast<char32_t>(number[place]), 0.29}};
    const FieldReading field = FieldOf(glyphs);
    const auto check = CheckNumber(field, number, OfCard(), kToday);
    CAPTURE(number);
    CHECK(check.read.state != NumberState::kClear);
    CHECK(check.fit == Fit::kReview);
    repaired += check.read.state == NumberState::kRepaired && check.read.number == number ? 1 : 0;
    CHECK(CheckNumber(field, Invented(random), OfCard(), kToday).fit == Fit::kReview);
  }
  CHECK(repaired > 50);
}

TEST_CASE("birth date and sex of the card choose among numbers that had to be mended, and nothing else") {
  const std::string number = "11000020010302001X";
  REQUIRE_FALSE(IsValidNumber(number, kToday));
  std::mt19937 random(9);
  const std::string good = Invented(random);
  std::vector<Opinion> glyphs = Sure(good);
  const char32_t wrong = good[16] == '7' ? U'2' : U'7';
  glyphs[16] = {{wrong, 0.6}, {static_cast<char32_t>(good[16]), 0.39}};
  const Sex sex = (good[16] - '0') % 2 == 1 ? Sex::kMale : Sex::kFemale;
  const Sex other = sex == Sex::kMale ? Sex::kFemale : Sex::kMale;
  CHECK(Read(glyphs, {std::nullopt, sex}).state == NumberState::kRepaired);
  CHECK(Read(glyphs, {std::nullopt, sex}).number == good);
  CHECK(Read(glyphs, {std::nullopt, other}).number.empty());
  CHECK(Read(glyphs, {1994y / 1 / 31, std::nullopt}).number.empty());
  // A clear reading stays what it is.
  CHECK(Read(Sure(good), {std::nullopt, other}).state == NumberState::kClear);
}

TEST_CASE("one digit off is never a match, not even with a fitting check digit") {
  std::mt19937 random(17);
  for (int i = 0; i < 40; ++i) {
    const std::string number = Invented(random);
    const FieldReading field = FieldOf(Sure(number, 0.97));
    for (std::size_t place = 6; place < 17; ++place) {
      for (char digit = '0'; digit <= '9'; ++digit) {
        std::string other = number;
        other[place] = digit;
        if (other == number) continue;
        CHECK(CheckNumber(field, other, OfCard(), kToday).fit != Fit::kMatch);
      }
    }
  }
}

TEST_CASE("a field that is not seen whole, or read twice differently, is never a mismatch") {
  std::mt19937 random(23);
  const std::string number = Invented(random), other = Invented(random);
  FieldReading field = FieldOf(Sure(number));
  CHECK(CheckNumber(field, other, OfCard(), kToday).fit == Fit::kMismatch);
  field.visible = false;
  CHECK(CheckNumber(field, other, OfCard(), kToday).fit == Fit::kReview);
  CHECK(CheckNumber(field, number, OfCard(), kToday).fit == Fit::kMatch);
  field.visible = true;
  field.first_text[4] = U'8';
  CHECK(CheckNumber(field, other, OfCard(), kToday).fit == Fit::kReview);
  CHECK(CheckNumber({}, number, OfCard(), kToday).fit == Fit::kReview);
}

TEST_CASE("a digit that is not seen is no match") {
  std::mt19937 random(29);
  const std::string number = Invented(random);
  std::vector<Opinion> glyphs = Sure(number);
  glyphs.erase(glyphs.begin() + 9);  // Under a finger.
  const auto check = CheckNumber(FieldOf(glyphs), number, OfCard(), kToday);
  CHECK(check.fit == Fit::kReview);
  CHECK(check.digits_seen < 18);
  CHECK(check.digits_seen >= 16);
  CHECK(Read({}).number.empty());
  CHECK(CheckNumber(FieldOf(Sure(number + "1")), number, OfCard(), kToday).fit ==
        Fit::kReview);  // A longer line.
}
