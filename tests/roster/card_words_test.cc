// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/card_words.h"

#include <array>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "lib/roster/link.h"
#include "lib/roster/roster.h"
#include "tests/support/temp_dir.h"

using gradphoto::Json;
using gradphoto::Record;
using gradphoto::Severity;
using gradphoto::roster::Link;
using gradphoto::roster::LinkResult;
using gradphoto::roster::ListPhotos;
using gradphoto::roster::ParseRoster;
using gradphoto::roster::WithoutCardWords;
using gradphoto::testing::TempDir;

namespace {

constexpr const char* kRoster =
    "学号,姓名,证件号码,班级\n"
    "20220101,张三,110000200101010016,一班\n"
    "20220102,李正,110000200102020028,一班\n"
    "20220103,王五,110000200103030039,二班\n";

// The names of the files that are linked to each student, in the roster's order.
std::vector<std::vector<std::string>> CardsOf(const std::vector<std::string>& files) {
  const TempDir dir;
  for (const std::string& file : files) {
    // Other contents each: copies count once.
    REQUIRE(gradphoto::WriteFileAtomic(dir.path() / file, "\xFF\xD8\xFF" + file, gradphoto::IfExists::kRefuse));
  }
  const auto roster = ParseRoster(kRoster, "roster.csv");
  REQUIRE(roster.has_value());
  const std::array folders = {dir.path()};
  const auto listing = ListPhotos(folders);
  REQUIRE(listing.has_value());
  const LinkResult linked = Link(*roster, {}, {}, {.id_cards = listing->photos});
  std::vector<std::vector<std::string>> names;
  std::size_t with_cards = 0;
  for (const Record& record : linked.records) {
    names.emplace_back();
    if (!record.identity.contains("cards")) continue;
    ++with_cards;
    for (const Json& card : record.identity["cards"]) {
      names.back().push_back(std::filesystem::relative(card["photo"].get<std::string>(), dir.path()).string());
    }
  }
  CHECK(linked.summary.id_cards == with_cards);
  CHECK(linked.summary.unused_id_cards == linked.unused_id_cards.size());
  return names;
}

}  // namespace

TEST_CASE("what a file name says of the card is left out, what it says of the student stays") {
  for (const auto& [path, left] : std::to_array<std::pair<const char*, const char*>>(
           {{"20220101_身份证.jpg", "20220101__.jpg"},
            {"20220101正面.jpg", "20220101_.jpg"},
            {"张三-反面.jpg", "张三-_.jpg"},
            {"张三身份证国徽面.jpg", "张三__.jpg"},
            {"sf110000200101010016.jpg", "sf110000200101010016.jpg"},
            {"20220101_front.JPG", "20220101__.JPG"},
            {"IdCard-20220101-back.png", "_-20220101-_.png"},
            {"Davide Frontini.jpg", "Davide Frontini.jpg"},
            {"a/张三/正面.jpg", "a/张三.jpg"},
            {"a/张三/身份证 (2).jpg", "a/张三.jpg"},
            {"a/张三/IMG_20260315_101010.jpg", "a/张三.jpg"},
            {"正面.jpg", "_.jpg"},
            {"", ""}})) {
    CAPTURE(path);
    CHECK(WithoutCardWords(path) == left);
  }
}

TEST_CASE("card photos go to the student whose number or name they have, however many") {
  const auto cards =
      CardsOf({"20220101_身份证.jpg", "20220101反面.jpg", "李正正面.jpg", "sf110000200102020028.jpg",
               "王五/正面.jpg", "王五/反面.jpg", "无名.jpg", "20229999正面.jpg"});
  REQUIRE(cards.size() == 3);
  CHECK(cards[0] == std::vector<std::string>{"20220101_身份证.jpg", "20220101反面.jpg"});
  CHECK(cards[1] == std::vector<std::string>{"sf110000200102020028.jpg", "李正正面.jpg"});
  CHECK(cards[2] == std::vector<std::string>{"王五/反面.jpg", "王五/正面.jpg"});
}

TEST_CASE("a card is no photo and no reference, and a student without one has no field") {
  const auto cards = CardsOf({"20220101_身份证.jpg"});
  CHECK(cards[0].size() == 1);
  CHECK(cards[1].empty());
  CHECK(cards[2].empty());
}
