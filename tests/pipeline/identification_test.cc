// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/identification.h"

#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "lib/pipeline/comparison.h"
#include "lib/standard/codes.h"
#include "tests/support/data.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::pipeline {
namespace {

using testing::SourceDir;
using namespace std::chrono_literals;

EngineOptions Options() {
  return {.standard = "cet",
          .config_dir = SourceDir() / "configs",
          .model_dir = testing::ModelDir(),
          .decode_limits = {},
          .severities = {}};
}

const Identifier& Shipped() {
  static const Identifier identifier = [] {
    auto created = Identifier::Create(Options(), {}, 2026y / 6 / 1);
    if (!created) FAIL(created.error().message);
    return *std::move(created);
  }();
  return identifier;
}

std::string Specimen(const std::string& name) {
  return (SourceDir() / "tests/identity/specimens" / (name + ".jpg")).string();
}

Record Student(const std::string& name, const std::string& number, const std::vector<std::string>& cards) {
  Record record;
  record.student = gradphoto::Student{.key = "1", .fields = {{"name", name}, {"id_number", number}}};
  record.identity["cards"] = Json::array();
  for (const std::string& card : cards) record.identity["cards"].push_back({{"photo", card}});
  return record;
}

std::string CodesOf(const Record& record) {
  std::string codes;
  for (const Finding& finding : record.findings) codes += (codes.empty() ? "" : " ") + finding.code;
  return codes;
}

TEST_CASE("of a card nothing goes into the record but verdicts, the last day, hashes and places") {
  const Record record = Shipped().Identify(
      Student("王小明", "110000200304050018", {Specimen("wang-front"), Specimen("wang-back")}));
  CHECK(record.outcome == Outcome::kAccepted);
  const Json& identity = record.identity;
  std::set<std::string> keys;
  for (const auto& [key, value] : identity.items()) keys.insert(key);
  CHECK(keys == std::set<std::string>{"cards", "name", "number", "valid_until", "verdict"});
  CHECK(identity["verdict"] == "match");
  CHECK(identity["valid_until"] == "2031-07-08");
  keys.clear();
  for (const auto& [key, value] : identity["cards"][0].items()) keys.insert(key);
  CHECK(keys == std::set<std::string>{"photo", "portrait", "sha256", "side"});
  CHECK(identity["cards"][1]["side"] == "back");
  CHECK_FALSE(identity["cards"][1].contains("portrait"));
  CHECK(text::QuadFrom(identity["cards"][0]["portrait"]).has_value());
}

TEST_CASE("a doubt names its field and its place; of a number in doubt the birth date stays covered") {
  const Record name = Shipped().Identify(
      Student("王晓明", "110000200304050018", {Specimen("wang-front"), Specimen("wang-back")}));
  CHECK(CodesOf(name) == "CARD_NAME_DOUBTFUL");
  REQUIRE(name.identity["doubts"].size() == 1);
  const Json& doubt = name.identity["doubts"][0];
  CHECK(doubt["field"] == "name");
  CHECK(doubt["card"] == 0);
  CHECK_FALSE(doubt.contains("covered"));
  const auto strip = text::QuadFrom(doubt["strip"]);
  REQUIRE(strip.has_value());
  // 王小明 on the picture: x 205..315, y 120..160.
  CHECK((*strip)[0].x > 150);
  CHECK((*strip)[1].x < 360);
  CHECK((*strip)[0].y > 90);
  CHECK((*strip)[3].y < 190);

  const Record number =
      Shipped().Identify(Student("王小明", "Q1234567", {Specimen("wang-back"), Specimen("wang-front")}));
  CHECK(CodesOf(number) == "CARD_NUMBER_DOUBTFUL");
  CHECK(number.identity["doubts"][0]["card"] == 1);
  const Json& covered = number.identity["doubts"][0]["covered"];
  CHECK(covered[0].get<double>() == doctest::Approx(0.35).epsilon(0.1));
  CHECK(covered[1].get<double>() == doctest::Approx(0.76).epsilon(0.1));
}

TEST_CASE("an earlier verdict is replaced, an unreadable file is no fault of the student's card") {
  Record record = Student("王小明", "110000200304050018", {Specimen("wang-front"), Specimen("none")});
  record.Add(standard::MakeFinding("CARD_GLARE", Severity::kReject));
  record = Shipped().Identify(std::move(record));
  CHECK(CodesOf(record) == "CARD_NOT_FOUND");
  CHECK(record.findings[0].severity == Severity::kError);
  CHECK(record.identity["verdict"] == "retake");
  CHECK_FALSE(record.identity["cards"][1].contains("sha256"));
}

TEST_CASE("a HEIC is a photo like any other; a PDF is told as that and is the student's to mend") {
  const auto path = SourceDir() / "tests/identity/specimens/wang-front.heic";
  const Record heic =
      Shipped().Identify(Student("王小明", "110000200304050018", {Specimen("wang-back"), path.string()}));
  CHECK(heic.identity["verdict"] == "match");

  const testing::TempDir dir;
  const auto pdf = dir.Write("1.pdf", "%PDF-1.4\n...");
  const Record told = Shipped().Identify(Student("王小明", "110000200304050018", {pdf.string()}));
  CHECK(told.outcome == Outcome::kRejected);
  REQUIRE(told.findings.size() == 1);
  CHECK(told.findings[0].detail == "a PDF document; save its pages as JPEG");
  CHECK(told.identity["verdict"] == "retake");
}

TEST_CASE("the card of another student of the batch is a swap") {
  auto identifier = Identifier::Create(Options(), {}, 2026y / 6 / 1);
  REQUIRE(identifier.has_value());
  const std::vector<Record> batch = {
      Student("何文博", "110000200208260058", {Specimen("luo-front"), Specimen("wang-back")}),
      Student("罗佳慧", "110000200401170062", {Specimen("he-front"), Specimen("wang-back")})};
  identifier->Expect(batch);
  for (const Record& record : batch) {
    const Record told = identifier->Identify(record);
    CHECK(CodesOf(told) == "CARD_SWAPPED");
    CHECK(told.identity["verdict"] == "mismatch");
    Record photo;
    ReferToCard(told, photo);
    CHECK(photo.comparison.empty());  // Another person's portrait says nothing.
  }
}

TEST_CASE("the portrait on the card is the reference, cut out of its photo; one that is given goes before") {
  const std::filesystem::path samples = SourceDir() / "samples";
  Record found = Shipped().Identify(Student(
      "周雨桐", "440000200306308648",
      {(samples / "id-cards/20220102-反面.jpg").string(), (samples / "id-cards/20220102-正面.jpg").string()}));
  REQUIRE(found.identity["verdict"] == "match");
  Record record;
  record.photo = (samples / "photos/城东教学点/20220102.png").string();
  ReferToCard(found, record);
  CHECK(record.comparison["reference"] == (samples / "id-cards/20220102-正面.jpg").string());
  CHECK(record.comparison["reference_kind"] == kCardReference);
  const auto comparer = Comparer::Create(Options());
  REQUIRE(comparer.has_value());
  const Record compared = comparer->Compare(record);
  CHECK(compared.comparison["band"] == "match");
  CHECK(compared.comparison["reference_interocular_px"].get<double>() > 20);

  Record other;
  other.photo = (samples / "photos/城南教学点/20220305.jpg").string();
  ReferToCard(found, other);
  CHECK(comparer->Compare(other).comparison["band"] != "match");

  Record given;
  given.comparison["reference"] = "r.jpg";
  ReferToCard(found, given);
  CHECK(given.comparison["reference"] == "r.jpg");
  CHECK_FALSE(given.comparison.contains("reference_window"));
}

TEST_CASE("what judges a card is told by its key: layout and severities are part of it") {
  const auto shipped = Identifier::ToolOf(Options(), {});
  REQUIRE(shipped.has_value());
  auto options = Options();
  options.severities["CARD_EXPIRED"] = Severity::kReject;
  CHECK(Identifier::ToolOf(options, {}).value() != *shipped);
  CHECK(Identifier::ToolOf(Options(), SourceDir() / "configs/card.yaml").value() == *shipped);
  CHECK_FALSE(Identifier::ToolOf(Options(), "/nowhere/card.yaml").has_value());
}

}  // namespace
}  // namespace gradphoto::pipeline
