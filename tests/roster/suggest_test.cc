// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/suggest.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "lib/table/csv.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::roster {
namespace {

const Roster& Students() {
  static const Roster roster = *ParseRoster(
      "学号,姓名,班级,身份证号\n"
      "20230001,韩梅梅,1班,\n"
      "20230002,张三,2班,\n"
      "20230003,李雷,2班,\n"
      "20230004,赵陆,3班,52030219891209794X\n"
      "20230005,张薇,3班,\n"
      "20230010,欧阳清,3班,\n"
      "20230011,王五,3班,\n"
      "20230012,孙八,3班,\n"
      "20230013,孙八,4班,\n"
      "20230014,吴九,4班,\n",
      "r.csv");
  return roster;
}

LinkResult Linked(const std::vector<std::string>& photos) {
  std::vector<PhotoFile> files;
  for (const std::string& photo : photos) files.push_back({"in/" + photo, photo});
  return Link(Students(), files);
}

// The candidates of one photo, beside a photo for 吴九.
std::vector<Candidate> For(const std::string& photo) {
  const LinkResult linked = Linked({photo, "20230014.jpg"});
  const auto suggestions = Suggest(Students(), linked);
  REQUIRE(suggestions.has_value());
  REQUIRE(suggestions->size() == 1);
  return suggestions->front().candidates;
}

using Hints = std::vector<Hint>;

TEST_CASE("names that differ by a character, sound the same, or are written in pinyin") {
  CHECK(For("欧阳请.jpg").at(0).row == 5);
  CHECK(For("欧阳请.jpg").at(0).hints == Hints{Hint::kNameOneOff, Hint::kSamePinyin});
  CHECK(For("欧阳.jpg").at(0).hints == Hints{Hint::kNameOneOff});
  CHECK(For("张微.jpg").at(0).row == 4);
  CHECK(For("张微.jpg").at(0).hints == Hints{Hint::kHalfOfName, Hint::kSamePinyin});
  CHECK(For("张微.jpg").at(1).hints == Hints{Hint::kHalfOfName});  // 张三.
  CHECK(For("Ouyang Qing.jpg").at(0).row == 5);
  CHECK(For("qing-ouyang.jpg").empty());  // Given name first is one family name's syllable first.
  CHECK(For("LeiLi.jpg").at(0).hints == Hints{Hint::kPinyin});
  CHECK(For("hmm.jpg").at(0).hints == Hints{Hint::kInitials});
}

TEST_CASE("what faces say is a hint like others, and no more: nothing is linked by it") {
  const LinkResult linked = Linked({"IMG_1.jpg", "20230014.jpg"});
  const FaceHints faces = {{"in/IMG_1.jpg", {{5, Hint::kFaceMatch}, {6, Hint::kFaceLike}}}};
  const auto suggestions = Suggest(Students(), linked, nullptr, &faces);
  REQUIRE(suggestions.has_value());
  REQUIRE(suggestions->front().candidates.size() == 2);
  CHECK(suggestions->front().candidates[0].row == 5);
  CHECK(suggestions->front().candidates[0].hints == Hints{Hint::kFaceMatch});
  CHECK(suggestions->front().candidates[1].hints == Hints{Hint::kFaceLike});
  Mapping mapping;
  mapping.excluded.insert({"in/IMG_1.jpg", 5});
  CHECK(Suggest(Students(), linked, &mapping, &faces)->front().candidates.front().row == 6);
}

TEST_CASE("numbers with one digit wrong, swapped, lost or doubled, and their last digits") {
  for (const char* stem : {"20230019", "20320010", "2023010", "202300100"}) {
    CAPTURE(stem);
    const auto candidates = For(std::string(stem) + ".jpg");
    CHECK(std::ranges::any_of(candidates, [](const Candidate& candidate) {
      return candidate.row == 5 && candidate.hints == Hints{Hint::kNumberOneOff};
    }));
  }
  CHECK(For("52030219891209749X.jpg").at(0).row == 3);
  CHECK(For("209794X.jpg").empty());  // An X behind few digits is a letter.
  CHECK(For("0004.jpg").at(0).hints == Hints{Hint::kPartOfNumber});
  CHECK(For("004.jpg").empty());
  CHECK(For("IMG_0004.jpg").empty());  // The counter of a camera.
}

TEST_CASE("the folder speaks when nothing else does and few are left in it") {
  const auto only = For("1班/IMG_1.jpg");
  REQUIRE(only.size() == 1);
  CHECK(only[0].row == 0);
  CHECK(only[0].hints == Hints{Hint::kSameFolder, Hint::kLastOfFolder});
  CHECK(For("2班/IMG_1.jpg").size() == 2);
  CHECK(For("3班/IMG_1.jpg").empty());  // Five are left.
  const auto named = For("2班/zhangsan.jpg");
  REQUIRE(named.size() == 1);
  CHECK(named[0].hints == Hints{Hint::kPinyin, Hint::kSameFolder});
}

TEST_CASE("a file that fits several is theirs to choose from; the one without a photo comes first") {
  const LinkResult linked = Linked({"孙八.jpg", "20230012.jpg", "王五.jpg", "王五-1.jpg"});
  const auto suggestions = Suggest(Students(), linked);
  REQUIRE(suggestions.has_value());
  REQUIRE(suggestions->size() == 3);
  const auto& several = (*suggestions)[0].candidates;
  REQUIRE(several.size() == 2);
  CHECK(several[0].row == 8);
  CHECK(several[0].hints == Hints{Hint::kFits, Hint::kNoPhotoYet});
  CHECK(several[1].row == 7);
  CHECK(several[0].score > several[1].score);
  CHECK((*suggestions)[1].candidates.at(0).hints == Hints{Hint::kOneOfSeveral});
}

TEST_CASE("the score is the doubt that all hints leave, and nothing is certain") {
  const Candidate both = For("欧阳请.jpg").at(0);
  CHECK(both.score ==
        doctest::Approx(1 - (1 - HintWeight(Hint::kNameOneOff)) * (1 - HintWeight(Hint::kSamePinyin))));
  for (int hint = 0; hint <= static_cast<int>(Hint::kLastOfFolder); ++hint) {
    CHECK(HintWeight(static_cast<Hint>(hint)) > 0);
    CHECK(HintWeight(static_cast<Hint>(hint)) < 1);
  }
}

TEST_CASE("a pair that a person has kept apart is not suggested again") {
  const LinkResult linked = Linked({"欧阳请.jpg", "1班/IMG_1.jpg"});
  const Mapping mapping{.row_of = {}, .excluded = {{"in/欧阳请.jpg", 5}, {"in/1班/IMG_1.jpg", 0}}, .notes = {}};
  const auto suggestions = Suggest(Students(), linked, &mapping);
  REQUIRE(suggestions.has_value());
  for (const Suggestion& suggestion : *suggestions) CHECK(suggestion.candidates.empty());
}

TEST_CASE("the table comes back through the mapping: nothing unless confirmed, then what was confirmed") {
  const LinkResult linked = Linked({"欧阳请.jpg", "zhangsan.jpg", "y.jpg"});
  const auto suggestions = Suggest(Students(), linked);
  REQUIRE(suggestions.has_value());
  const auto catalogue = standard::TextCatalogue::Load(testing::SourceDir() / "configs");
  REQUIRE(catalogue.has_value());
  for (const auto language : {standard::Language::kZh, standard::Language::kEn}) {
    auto table = SuggestionTable(Students(), linked, *suggestions, catalogue->In(language));
    std::vector<PhotoFile> files;
    for (const OpenFile& open : linked.open) files.push_back(open.file);
    // Photo, no candidate; every student without a photo is somewhere.
    CHECK(std::ranges::count(table, std::string("in/y.jpg"), [](const auto& row) { return row[0]; }) == 1);
    for (const std::size_t row : linked.missing) {
      CHECK(std::ranges::any_of(table,
                                [&](const auto& line) { return line[1] == Students().rows[row].student.key; }));
    }
    const auto untouched = ParseMapping(table::WriteCsv(table), "m.csv", Students(), files);
    REQUIRE_MESSAGE(untouched.has_value(), (untouched ? "" : untouched.error().message));
    CHECK(untouched->row_of.empty());
    // The first is y.jpg, which is nobody's.
    table[2].back() = language == standard::Language::kZh ? "是" : "yes";
    const auto confirmed = ParseMapping(table::WriteCsv(table), "m.csv", Students(), files);
    REQUIRE(confirmed.has_value());
    REQUIRE(confirmed->row_of.size() == 1);
    CHECK(Students().rows[confirmed->row_of.begin()->second].student.key == table[2][1]);
  }
}

}  // namespace
}  // namespace gradphoto::roster
