// SPDX-License-Identifier: Apache-2.0
// Damaged input must end in an error, never in a crash or a hang: every reader of foreign bytes gets thousands
// of mutations of real files, the same ones in every run. Build the preset asan to see more than crashes. A
// file that once broke a reader belongs into a named test of that reader.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "lib/base/photo_archive.h"
#include "lib/base/sha256.h"
#include "lib/base/yaml.h"
#include "lib/compare/template_store.h"
#include "lib/deliver/case_view.h"
#include "lib/ledger/cases.h"
#include "lib/ledger/import.h"
#include "lib/record/record.h"
#include "lib/roster/roster.h"
#include "lib/standard/reasons.h"
#include "tests/fuzz/mutate.h"
#include "tests/support/temp_dir.h"
#include "tests/support/zip.h"
#include "tests/table/workbook.h"

namespace gradphoto {
namespace {

using testing::Decode;
using testing::Fuzz;
using testing::Seed;

std::filesystem::path Samples() { return testing::SourceDir() / "samples"; }

}  // namespace

TEST_CASE("damaged photos") {
  Fuzz(Seed(Samples() / "photos/城东教学点/20220104-赵子昂.JPG"), 1500, Decode);
  Fuzz(Seed(Samples() / "photos/城东教学点/20220102.png"), 150, Decode);
}

TEST_CASE("damaged configuration") {
  for (const char* name : {"standards/chsi-2017.yaml", "models.yaml", "card.yaml", "job.example.yaml"}) {
    Fuzz(Seed(testing::SourceDir() / "configs" / name), 1000, [](const std::string& bytes) {
      const auto node = ParseYaml(bytes, "fuzz.yaml");
      if (!node) CHECK(node.error().message.find("fuzz.yaml") != std::string::npos);
    });
  }
}

TEST_CASE("damaged rosters") {
  Fuzz(Seed(Samples() / "roster.csv"), 3000, [](const std::string& bytes) {
    const auto roster = roster::ParseRoster(bytes, "fuzz.csv");
    if (!roster) CHECK(roster.error().message.find("fuzz.csv") != std::string::npos);
  });
}

TEST_CASE("damaged decisions") {
  const testing::TempDir dir;
  auto ledger = ledger::Ledger::Open(dir.path() / "l.sqlite", ledger::OpenMode::kScratch);
  REQUIRE(ledger.has_value());
  const std::string list =
      "key,photo_sha256,decision,reason_code,note,reviewer,decided_at\n1-1,aa,accept,,\"=1,\n\",李老师,2021-10-"
      "04\n"
      "1-1,aa,reject,BLURRED,糊,李老师,2021-10-04T10:00:00\n";
  Fuzz(list, 1000, [&](const std::string& bytes) {
    const auto result = ImportDecisions(*ledger, dir.Write("d.csv", bytes), ledger::Moment{});
    if (result) {
      CHECK(result->problems.size() == result->rows);  // Nobody is in this ledger.
    } else {
      CHECK(!result.error().message.empty());
    }
  });
}

TEST_CASE("damaged workbooks, as zips and as the XML within") {
  const auto read = [](const std::string& bytes) {
    const auto roster = roster::ParseRoster(bytes, "fuzz.xlsx");
    if (!roster) CHECK(roster.error().message.find("fuzz.xlsx") != std::string::npos);
  };
  const std::filesystem::path workbooks = testing::SourceDir() / "tests/roster/workbooks";
  for (const char* name : {"class-list.xlsx", "damaged.xlsx"}) Fuzz(Seed(workbooks / name), 1500, read);
  // Damage inside of a compressed part is caught by its checksum, so the parts are damaged before.
  const auto parts = table::testing::Parts(
      "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>姓名</t></is></c></row>"
      "<row r=\"2\" hidden=\"1\"><c r=\"A2\" s=\"1\"><v>3.2010619990101002E+17</v></c><c "
      "r=\"B2\"><f>A1</f></c></row>",
      "<si><t>学号_x000D_</t></si>",
      "<numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy-mm\"/></numFmts><cellXfs>"
      "<xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs>",
      "<mergeCells><mergeCell ref=\"A1:A2\"/></mergeCells>");
  for (const auto& [part, seed] : parts) {
    Fuzz(seed, 600, [&](const std::string& bytes) {
      auto damaged = parts;
      damaged[part] = bytes;
      read(table::testing::Zip(damaged));
    });
  }
}

TEST_CASE("damaged zips of photos") {
  using testing::ZipOf;
  const testing::TempDir dir;
  const std::string inner = ZipOf({{"b.jpg", std::string(300, 'b')}, {"c.bin", "c"}});
  const std::string seed = ZipOf({{"班/a.jpg", std::string(300, 'a')},
                                  {"1班.zip", inner, false, true},
                                  {"locked.jpg", "locked", false, false, "word"},
                                  {"\xD5\xC5\xC8\xFD.jpg", "gbk", true, true}});
  Fuzz(seed, 3000, [&](const std::string& bytes) {
    const auto path = dir.Write("a.zip", bytes);
    const auto listing = ListArchive(path, {});
    if (!listing) {
      CHECK(listing.error().message.contains("a.zip"));
      return;
    }
    for (const PhotoFile& photo : listing->photos) {
      CHECK(photo.path.starts_with(path.string() + "!/"));
      CHECK(!photo.relative.contains("../"));
      const auto read = ReadPhoto(photo.path, 10'000);
      if (!read) CHECK(!read.error().message.empty());
    }
  });
}

TEST_CASE("damaged places on identity cards") {
  const std::string line =
      R"({"v":1,"photo":"a.jpg","sha256":"00","student":{"key":"k"},"outcome":"review","findings":[{"code":)"
      R"("CARD_NAME_RARE","severity":"review"},{"code":"FACE_UNCERTAIN","severity":"review"}],"comparison":{)"
      R"("reference":"c.jpg","reference_kind":"id-card","reference_window":[450,0,856,0,856,420,450,420]},"identity":)"
      R"({"verdict":"review","cards":[{"photo":"c.jpg","sha256":"00","side":"front","portrait":[1,2,3,2,3,4,1,4]}],)"
      R"("doubts":[{"field":"number","card":0,"strip":[1,2,30,2,30,9,1,9],"covered":[0.3,0.7]}]}})";
  const auto reasons = standard::Reasons::Load(testing::SourceDir() / "configs");
  REQUIRE(reasons.has_value());
  const testing::TempDir dir;
  std::size_t cut = 0;
  deliver::CaseOptions options;
  options.picture = [](const std::filesystem::path&) { return std::nullopt; };
  options.strip = [&](const std::filesystem::path&, std::string_view, const text::Quad& place,
                      std::optional<std::pair<double, double>>) -> std::optional<std::vector<std::byte>> {
    ++cut;
    const cv::Mat strip = text::CutUpright(cv::Mat(50, 80, CV_8UC3, cv::Scalar()), place, 90);
    CHECK(std::max(strip.cols, strip.rows) <= 90);
    return std::nullopt;
  };
  Fuzz(line + "\n", 3000, [&](const std::string& bytes) {
    std::istringstream in(bytes);
    auto records = ReadRecords(in, "fuzz.ndjson");
    if (!records || records->empty()) return;
    CHECK(deliver::ViewCases(ledger::CasesOf(*records), *reasons, options, dir.path()).has_value());
    const Record found = records->front();
    ledger::AddIdentity(records->front(), found, {}, ledger::IdentityRule::kCheck);
  });
  CHECK(cut > 100);  // Most damages are no JSON any more.
}

TEST_CASE("damaged records") {
  const std::string line =
      R"({"v":1,"photo":"a.jpg","sha256":"00","student":{"key":"k","name":"林晓月"},"outcome":"rejected","findings":)"
      R"([{"code":"EYE_LINE","severity":"reject","value":312.4,"unit":"px","limit":[200,300]}],"measures":{"source":)"
      R"({"faces":1}},"crop":{"scale":0.5,"x":1.5,"y":-2},"tool":{"version":"1"},"later":[[1],{"a":null}]})";
  Fuzz(line + "\n" + line + "\n", 5000, [](const std::string& bytes) {
    std::istringstream in(bytes);
    const auto records = ReadRecords(in, "fuzz.ndjson");
    if (!records) {
      CHECK(records.error().message.find("fuzz.ndjson:") != std::string::npos);
      return;
    }
    for (const Record& record : *records) {
      const Json again = Json::parse(ToLine(record), nullptr, false);
      CHECK(!again.is_discarded());
    }
  });
}

TEST_CASE("damaged template files") {
  compare::TemplateFile file{"0123456789abcdef", {}};
  for (const char* key : {"20220101", "20220102", "学生"}) {
    compare::StoredTemplate entry;
    entry.photo_sha256 = Sha256Hex(std::string_view(key));
    entry.face = compare::Pack(std::vector<float>(32, 0.1F));
    file.entries.emplace(key, entry);
  }
  const std::string good = compare::SerializeTemplates(file);
  Fuzz(good, 3000, [&](std::string bytes) {
    const auto read = compare::ParseTemplates(bytes);
    CHECK((read.has_value() == (bytes == good)));
    // Again with the checksum put right, so that the rest of the reader is reached.
    if (bytes.size() < 32) return;
    bytes.resize(bytes.size() - 32);
    const std::string hex = Sha256Hex(bytes);
    for (std::size_t i = 0; i < hex.size(); i += 2) {
      bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
    const auto sealed = compare::ParseTemplates(bytes);
    if (!sealed) {
      CHECK(!sealed.error().message.empty());
      return;
    }
    CHECK(sealed->entries.size() <= 5);
    for (const auto& [key, entry] : sealed->entries) CHECK(entry.face.values.size() <= bytes.size());
  });
}

}  // namespace gradphoto
