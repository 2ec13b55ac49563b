// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/report.h"

#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "lib/deliver/thumbnails.h"
#include "lib/standard/codes.h"
#include "lib/table/table.h"
#include "tests/support/temp_dir.h"

using gradphoto::ErrorKind;
using gradphoto::Finding;
using gradphoto::IfExists;
using gradphoto::Json;
using gradphoto::Outcome;
using gradphoto::ReadTextFile;
using gradphoto::Record;
using gradphoto::Severity;
using gradphoto::Student;
using gradphoto::deliver::IdDisplay;
using gradphoto::deliver::Redactor;
using gradphoto::deliver::ReportOptions;
using gradphoto::deliver::Summarize;
using gradphoto::deliver::WriteReport;
using gradphoto::standard::Language;
using gradphoto::standard::Reasons;
using gradphoto::testing::SourceDir;
using gradphoto::testing::TempDir;

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMiB = 1 << 20;

// Texts for every code, so that these tests do not change with the wording of configs/reasons.yaml.
Reasons MakeReasons(const TempDir& dir) {
  std::string yaml;
  for (const gradphoto::standard::Code each : gradphoto::standard::AllCodes()) {
    const std::string code(each.name());
    yaml += code + ":\n";
    for (const std::string& language : {std::string("zh"), std::string("en")}) {
      yaml += "  " + language + ":\n";
      yaml += "    title: \"" + code + " title " + language + "\"\n";
      yaml += "    text: \"" + code + " text " + language + " {value}\"\n";
      yaml += "    advice: \"shared advice " + language + "\"\n";
      yaml += "    measured: \"m\"\n";
    }
  }
  dir.Write("configs/reasons.yaml", yaml);
  dir.Write("configs/texts.yaml", *ReadTextFile(SourceDir() / "configs" / "texts.yaml", kMiB));
  auto reasons = Reasons::Load(dir.path() / "configs");
  REQUIRE(reasons);
  return std::move(*reasons);
}

Record Make(Outcome outcome, const std::string& id_number, std::vector<Finding> findings) {
  Record record;
  record.outcome = outcome;
  record.photo = "class1/张三+" + id_number + ".JPG";
  record.student = Student{.key = "10999-" + id_number.substr(6),
                           .fields = {{"name", "<b>张三</b>"},
                                      {"id_number", id_number},
                                      {"student_number", "S" + id_number.substr(10)},
                                      {"phone", "13900001234"},
                                      {"group", "一班"}}};
  record.findings = std::move(findings);
  record.tool["standard"] = "chsi-2017@3";
  return record;
}

Finding MakeFinding(const std::string& code, Severity severity) {
  Finding finding;
  finding.code = code;
  finding.severity = severity;
  return finding;
}

Finding AtMost(const std::string& code, Severity severity, double value, double limit_px) {
  Finding finding = MakeFinding(code, severity);
  finding.value = value;
  finding.unit = "px";
  finding.limit_max = limit_px;
  return finding;
}

Finding EyeLine() {
  Finding finding = AtMost("EYE_LINE", Severity::kReject, 312.4, 300);
  finding.limit_min = 200;
  finding.detail = "see 440524188001010014";
  return finding;
}

// Invented numbers; the second is passed through as a file of the lower-case spelling.
std::vector<Record> Batch() {
  std::vector<Record> records = {
      Make(Outcome::kAccepted, "11010519491231002X", {AtMost("BLURRED", Severity::kWarn, 1.5, 1.2)}),
      Make(Outcome::kRejected, "320106200001010018", {AtMost("CHIN", Severity::kReject, 480, 440), EyeLine()}),
      Make(Outcome::kReview, "320106200002020029", {MakeFinding("FACE_UNCERTAIN", Severity::kReview)}),
      Make(Outcome::kMissing, "32010620000303003X", {MakeFinding("PHOTO_MISSING", Severity::kReject)}),
      Make(Outcome::kHeld, "320106200004040041", {MakeFinding("UNPAID", Severity::kReject)}),
      Make(Outcome::kError, "320106200005050052", {MakeFinding("UNREADABLE", Severity::kError)}),
  };
  records[3].photo.clear();
  records[5].photo = "class1/320106200005050052x.heic";
  records.emplace_back();  // A photo without a student.
  records.back().photo = "32010620000606006x.jpg";
  records.back().outcome = Outcome::kRejected;
  records.back().Add(MakeFinding("PHOTO_ORPHAN", Severity::kReject));
  return records;
}

std::vector<std::byte> Jpeg() { return {std::byte{0xFF}, std::byte{0xD8}, std::byte{0xFF}, std::byte{0xD9}}; }

ReportOptions WithThumbnails() {
  ReportOptions options;
  options.thumbnail = [](const Record& record) -> std::optional<std::vector<std::byte>> {
    if (record.photo.empty()) return std::nullopt;
    return Jpeg();
  };
  return options;
}

// Names and contents of all files of the report, in one string.
std::string Everything(const fs::path& directory) {
  std::string all;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    all += fs::relative(entry.path(), directory).string() + "\n";
    if (entry.is_regular_file()) all += *ReadTextFile(entry.path(), kMiB) + "\n";
  }
  return all;
}

std::size_t CountOf(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("the summary counts outcomes, codes, groups and standards") {
  const auto summary = Summarize(Batch());
  CHECK(summary.outcomes.Total() == 7);
  CHECK(summary.outcomes[Outcome::kRejected] == 2);
  CHECK(summary.outcomes[Outcome::kAccepted] == 1);
  CHECK(summary.codes.at("EYE_LINE").at(Severity::kReject) == 1);
  CHECK(summary.codes.at("BLURRED").at(Severity::kWarn) == 1);
  CHECK(summary.groups.at("一班").Total() == 6);
  CHECK(summary.groups.at("")[Outcome::kRejected] == 1);
  CHECK(summary.standards == std::vector<std::string>{"chsi-2017@3"});
  const Json json = ToJson(summary, Redactor());
  CHECK(json["v"] == 1);
  CHECK(json["records"] == 7);
  CHECK(json["outcomes"]["held"] == 1);
  CHECK(json["codes"]["EYE_LINE"]["reject"] == 1);
  CHECK(json["groups"].size() == 2);
  CHECK(json["tool"]["name"] == "gradphoto-report");
}

TEST_CASE("a code is counted once per record") {
  const std::vector<Record> records = {Make(Outcome::kRejected, "320106200001010018", {EyeLine(), EyeLine()})};
  CHECK(Summarize(records).codes.at("EYE_LINE").at(Severity::kReject) == 1);
}

TEST_CASE("no full number appears anywhere in a report, file names included") {
  const TempDir dir;
  const Reasons reasons = MakeReasons(dir);
  const auto records = Batch();
  for (const Language language : {Language::kZh, Language::kEn}) {
    ReportOptions options = WithThumbnails();
    options.language = language;
    const fs::path out = dir.path() / (language == Language::kZh ? "zh" : "en");
    REQUIRE(WriteReport(records, reasons, options, out));
    const std::string all = Everything(out);
    for (const Record& record : records) {
      if (!record.student) continue;
      for (const auto& [field, value] : record.student->fields) {
        if (field != "name" && field != "group") CHECK(all.find(value) == std::string::npos);
      }
      CHECK(all.find(record.student->key) == std::string::npos);
    }
    for (const char* number : {"32010620000606006", "440524188001010014", "320106200005050052"}) {
      CHECK(all.find(number) == std::string::npos);
    }
    CHECK(all.find("320*************18") != std::string::npos);
  }
}

TEST_CASE("full numbers are shown on demand") {
  const TempDir dir;
  ReportOptions options = WithThumbnails();
  options.redactor = gradphoto::deliver::Redactor(IdDisplay::kFull);
  REQUIRE(WriteReport(Batch(), MakeReasons(dir), options, dir.path() / "out"));
  const std::string all = Everything(dir.path() / "out");
  CHECK(all.find("320106200001010018") != std::string::npos);
  CHECK(all.find("13900001234") != std::string::npos);
  // Never in the names of thumbnails.
  CHECK(fs::exists(dir.path() / "out" / "thumbs" / gradphoto::deliver::ThumbnailName(Batch()[1])));
}

TEST_CASE("foreign text is escaped in the page and neutral in the lists") {
  const TempDir dir;
  auto records = Batch();
  records[1].student->fields[0].second = "=cmd|' /C calc'!A0";
  REQUIRE(WriteReport(records, MakeReasons(dir), WithThumbnails(), dir.path() / "out"));
  const std::string html = *ReadTextFile(dir.path() / "out" / "index.html", kMiB);
  CHECK(html.find("&lt;b&gt;张三&lt;/b&gt;") != std::string::npos);
  CHECK(html.find("<b>张三</b>") == std::string::npos);
  const std::string csv = *ReadTextFile(dir.path() / "out" / "rejected.csv", kMiB);
  CHECK(csv.find("'=cmd|") != std::string::npos);
  CHECK(csv.find(",=cmd|") == std::string::npos);
}

// What the file of a large report says: const NAME=JSON.parse(String.raw`...`);
Json ScriptValue(const std::string& script, const std::string& name) {
  const std::string before = "const " + name + "=JSON.parse(String.raw`";
  const std::size_t begin = script.find(before) + before.size(), end = script.find('`', begin);
  REQUIRE(script.substr(end, 4) == "`);\n");
  CHECK(script.substr(begin, end - begin).find('$') == std::string::npos);
  return Json::parse(script.substr(begin, end - begin));
}

TEST_CASE("the rows of a large report stand beside the page, and say what they would say in it") {
  const TempDir dir;
  const Reasons reasons = MakeReasons(dir);
  const auto few = Batch();
  std::vector<Record> many{few};
  many.front().photo = "a`${b}.jpg";
  while (many.size() <= 2000) many.insert(many.end(), few.begin(), few.end());
  for (std::size_t i = 0; i < many.size(); ++i) {
    if (many[i].student) many[i].student->key += "-" + std::to_string(i);
  }
  const fs::path out = dir.path() / "out", page = out / "index.html", beside = out / "rows.js";
  REQUIRE(WriteReport(std::span(many).first(2000), reasons, {}, out));
  CHECK_FALSE(fs::exists(beside));
  const std::string whole = *ReadTextFile(page, 64 * kMiB);
  REQUIRE(WriteReport(many, reasons, {}, out));
  const std::string thin = *ReadTextFile(page, kMiB), script = *ReadTextFile(beside, 64 * kMiB);
  CHECK(thin.find("<article") == std::string::npos);
  CHECK(thin.find("script-src 'unsafe-inline' 'self' file:") != std::string::npos);
  CHECK(thin.find("<script src=\"rows.js\"></script>") != std::string::npos);
  CHECK((fs::status(beside).permissions() & fs::perms(077)) == fs::perms::none);
  const Json rows = ScriptValue(script, "reportRows"), parts = ScriptValue(script, "reportParts");
  REQUIRE(rows.size() == many.size());
  std::size_t found = 0;
  for (const Json& row : rows) {
    std::string drawn;
    for (const Json& part : row[5]) {
      drawn += part.is_number() ? parts[part.get<std::size_t>()].get<std::string>() : part.get<std::string>();
    }
    // The page of 2,000 has the same row with what it is filtered by.
    const std::size_t id_end = drawn.find('>');
    const std::string head = drawn.substr(0, id_end);
    const std::size_t in_whole = whole.find(head + " data-o=\"" + row[0].get<std::string>() + "\"");
    if (in_whole == std::string::npos) continue;  // Of the last ones.
    ++found;
    const std::size_t body = whole.find('>', in_whole);
    CHECK(whole.compare(body, drawn.size() - id_end, drawn, id_end) == 0);
    const std::string data = whole.substr(in_whole, body - in_whole);
    CHECK(data.find("data-g=\"" + std::to_string(row[1].get<int>()) + "\"") != std::string::npos);
    CHECK(data.find("data-c=\"" + row[2].get<std::string>() + "\"") != std::string::npos);
  }
  CHECK(found == 2000);

  REQUIRE(WriteReport(few, reasons, {}, out));
  CHECK_FALSE(fs::exists(beside));
}

TEST_CASE("the workbook holds the tables of the CSV files") {
  const TempDir dir;
  const Reasons reasons = MakeReasons(dir);
  REQUIRE(WriteReport(Batch(), reasons, {}, dir.path() / "out"));
  for (const auto& [sheet, csv] : {std::pair("未通过明细", "rejected.csv"), std::pair("通知", "notices.csv")}) {
    const auto table =
        gradphoto::table::ReadTable(dir.path() / "out" / "report.xlsx", {.sheet = sheet, .is_wanted = {}});
    REQUIRE(table.has_value());
    const auto plain = gradphoto::table::ReadTable(dir.path() / "out" / csv);
    REQUIRE(plain.has_value());
    REQUIRE(table->rows.size() == plain->rows.size());
    CHECK(table->rows.size() > 1);
    for (std::size_t i = 0; i < table->rows.size(); ++i) {
      std::vector<std::string> cells = table->rows[i].cells;
      cells.resize(plain->rows[i].cells.size());  // Empty cells at the end of a row are not written.
      for (std::size_t c = 0; c < cells.size(); ++c) {
        // CSV cells are neutralized against formulas; a workbook's text cells need it not.
        const std::string& expected = plain->rows[i].cells[c];
        CHECK((cells[c] == expected || "'" + cells[c] == expected));
      }
    }
  }
}

namespace {

// One of the lists, as a report has it.
std::string ListOf(std::string_view name, std::span<const Record> records, const Reasons& reasons,
                   Language language, const Redactor& redactor) {
  const TempDir dir;
  ReportOptions options;
  options.language = language;
  options.redactor = redactor;
  REQUIRE(WriteReport(records, reasons, options, dir.path() / "out"));
  return *gradphoto::ReadTextFile(dir.path() / "out" / name, 1 << 20);
}

std::string RejectedCsv(std::span<const Record> records, const Reasons& reasons, Language language,
                        const Redactor& redactor) {
  return ListOf("rejected.csv", records, reasons, language, redactor);
}

std::string NoticesCsv(std::span<const Record> records, const Reasons& reasons, Language language,
                       const Redactor& redactor) {
  return ListOf("notices.csv", records, reasons, language, redactor);
}

}  // namespace

TEST_CASE("rejected.csv has one row per finding of records that are not accepted") {
  const TempDir dir;
  const Reasons reasons = MakeReasons(dir);
  auto records = Batch();
  records[2].findings.clear();  // Still listed.
  records[1].findings.push_back(MakeFinding("DPI", Severity::kInfo));
  const std::string csv = RejectedCsv(records, reasons, Language::kEn, Redactor());
  CHECK(CountOf(csv, "\r\n") == 1 + 2 + 1 + 1 + 1 + 1 + 1);
  CHECK(csv.find("BLURRED") == std::string::npos);  // Accepted.
  CHECK(csv.find("DPI") == std::string::npos);      // Changed nothing.
  CHECK(
      csv.find(
          "rejected,EYE_LINE,reject,EYE_LINE title en,312.4 px,200-300 px,shared advice en,S*******8,,,\r\n") !=
      std::string::npos);
  CHECK(csv.find("EYE_LINE") < csv.find("CHIN"));  // In the order in which to mend them.
  CHECK(RejectedCsv(records, reasons, Language::kZh, Redactor()).find("EYE_LINE title zh") !=
        std::string::npos);
}

TEST_CASE("notices.csv has one polite text for each student who is not accepted") {
  const TempDir dir;
  const Reasons reasons = MakeReasons(dir);
  const std::string en = NoticesCsv(Batch(), reasons, Language::kEn, Redactor());
  CHECK(CountOf(en, "\r\n") == 1 + 5);  // Not the accepted one, not the photo without a student.
  CHECK(en.find("Hello <b>张三</b>, your ID photo was not accepted and a new one is needed. (1) EYE_LINE text "
                "en 312.4 px. shared advice en. "
                "(2) CHIN text en 480 px. Thank you.") != std::string::npos);
  CHECK(en.find("FACE_UNCERTAIN") == std::string::npos);  // Nothing to do while a person looks at it.
  const std::string zh = NoticesCsv(Batch(), reasons, Language::kZh, Redactor());
  CHECK(zh.find("同学，您好！您的证件照未通过审核，需要重拍。（1）EYE_LINE text zh 312.4 像素。") !=
        std::string::npos);
  CHECK(zh.find("谢谢配合！") != std::string::npos);
  CHECK(zh.find("我们还没有收到您的证件照。") != std::string::npos);
}

TEST_CASE("a student with several records gets one text, and none once one is accepted") {
  const TempDir dir;
  const Reasons reasons = MakeReasons(dir);
  std::vector<Record> records = {Make(Outcome::kRejected, "320106200001010018", {EyeLine()}),
                                 Make(Outcome::kRejected, "320106200001010018", {EyeLine()})};
  CHECK(CountOf(NoticesCsv(records, reasons, Language::kEn, Redactor()), "\r\n") == 2);
  records[0].outcome = Outcome::kAccepted;
  CHECK(CountOf(NoticesCsv(records, reasons, Language::kEn, Redactor()), "\r\n") == 1);
}

TEST_CASE("a code of another version is shown by its name") {
  const TempDir dir;
  const std::vector<Record> records = {
      Make(Outcome::kRejected, "320106200001010018", {MakeFinding("FROM_LATER", Severity::kReject)})};
  const std::string csv = RejectedCsv(records, MakeReasons(dir), Language::kEn, Redactor());
  CHECK(csv.find("FROM_LATER,reject,FROM_LATER,") != std::string::npos);
}

TEST_CASE("a report can be written again and loses the pictures of those who are gone") {
  const TempDir dir;
  const Reasons reasons = MakeReasons(dir);
  const fs::path out = dir.path() / "out";
  auto records = Batch();
  REQUIRE(WriteReport(records, reasons, WithThumbnails(), out));
  const std::string first = Everything(out);
  REQUIRE(WriteReport(records, reasons, WithThumbnails(), out));
  CHECK(Everything(out) == first);
  dir.Write("out/thumbs/note.txt", "kept: not ours");
  const fs::path last = out / "thumbs" / gradphoto::deliver::ThumbnailName(records.back());
  CHECK(fs::exists(last));
  records.pop_back();
  REQUIRE(WriteReport(records, reasons, WithThumbnails(), out));
  CHECK_FALSE(fs::exists(last));
  CHECK(fs::exists(out / "thumbs" / "note.txt"));
  CHECK((fs::status(out / "index.html").permissions() & fs::perms(077)) == fs::perms::none);
}

TEST_CASE("a thumbnail is made once for a photo of known hash") {
  const TempDir dir;
  const Reasons reasons = MakeReasons(dir);
  std::size_t made = 0;
  ReportOptions options = WithThumbnails();
  options.thumbnail = [&made](const Record& /*record*/) {
    ++made;
    return std::optional(Jpeg());
  };
  std::vector<Record> records = {Batch()[0], Batch()[1]};
  records[0].sha256 = std::string(64, 'a');
  records[1].sha256.clear();
  REQUIRE(WriteReport(records, reasons, options, dir.path() / "out"));
  CHECK(made == 2);
  REQUIRE(WriteReport(records, reasons, options, dir.path() / "out"));
  CHECK(made == 3);
  records[0].sha256 = std::string(64, 'b');  // Another photo under the same name.
  REQUIRE(WriteReport(records, reasons, options, dir.path() / "out"));
  CHECK(made == 5);
  // What a power cut left: the name without the bytes.
  const fs::path thumbnail = dir.path() / "out/thumbs" / gradphoto::deliver::ThumbnailName(records[0]);
  for (const char* left : {"", "\xFF\xD8\xFF"}) {
    std::ofstream(thumbnail, std::ios::binary) << left;
    const std::size_t before = made;
    REQUIRE(WriteReport(records, reasons, options, dir.path() / "out"));
    CHECK(made == before + 2);
    CHECK(fs::file_size(thumbnail) == Jpeg().size());
  }
}

TEST_CASE("a directory with other files is refused unless told") {
  const TempDir dir;
  const Reasons reasons = MakeReasons(dir);
  dir.Write("out/index.html", "the school's home page");
  const auto refused = WriteReport(Batch(), reasons, {}, dir.path() / "out");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::kOutput);
  CHECK(*ReadTextFile(dir.path() / "out" / "index.html", kMiB) == "the school's home page");
  ReportOptions options;
  options.if_exists = IfExists::kOverwrite;
  CHECK(WriteReport(Batch(), reasons, options, dir.path() / "out"));
}

TEST_CASE("rows that need something done come first, and the interruption is asked for") {
  const TempDir dir;
  const Reasons reasons = MakeReasons(dir);
  REQUIRE(WriteReport(Batch(), reasons, WithThumbnails(), dir.path() / "out"));
  const std::string html = *ReadTextFile(dir.path() / "out" / "index.html", kMiB);
  CHECK(html.find("id=\"r2\"") < html.find("id=\"r1\""));
  CHECK(html.contains("src=\"thumbs/" + gradphoto::deliver::ThumbnailName(Batch()[1]) + "\""));
  // 312.4 px against 200-300 px on a scale that goes 30 % of the window beyond it.
  CHECK(html.find("--a:18.8%;--b:18.8%;--v:89%") != std::string::npos);
  ReportOptions options = WithThumbnails();
  options.interrupted = [] { return true; };
  CHECK_FALSE(WriteReport(Batch(), reasons, options, dir.path() / "other"));
}

TEST_CASE("each group has a file of its own with the rows of notices.csv") {
  const TempDir dir;
  const Reasons reasons = MakeReasons(dir);
  std::vector<Record> records = Batch();
  const auto in_group = [&](std::size_t i, const std::string& group) {
    records[i].student->fields.back().second = group;
  };
  in_group(2, "二班/北");
  in_group(3, "");
  in_group(4, "../../etc");
  const fs::path out = dir.path() / "out";
  REQUIRE(WriteReport(records, reasons, {}, out));
  std::vector<std::string> names;
  std::size_t rows = 0;
  for (const auto& entry : fs::directory_iterator(out / "notices")) {
    names.push_back(entry.path().filename().string());
    CHECK((entry.status().permissions() & fs::perms(077)) == fs::perms::none);
    const std::string text = *ReadTextFile(entry.path(), kMiB);
    CHECK(text.starts_with("\xEF\xBB\xBF编号,姓名,班级,电话,结果,通知,学号,短信,截止日期,次数,审核备注\r\n"));
    rows += CountOf(text, "\r\n") - 1;
  }
  std::ranges::sort(names);
  CHECK(names == std::vector<std::string>{"_._.._etc.csv", "一班.csv", "二班_北.csv", "未分班.csv"});
  CHECK(rows == 5);
  CHECK(CountOf(*ReadTextFile(out / "notices.csv", kMiB), "\r\n") == 1 + 5);

  // Groups that are gone take their files along, files of others stay.
  dir.Write("out/notices/一班 已发.csv", "the clerk's");
  in_group(4, "一班");
  records.resize(2);
  REQUIRE(WriteReport(records, reasons, {}, out));
  CHECK(fs::exists(out / "notices" / "一班.csv"));
  CHECK(fs::exists(out / "notices" / "一班 已发.csv"));
  CHECK_FALSE(fs::exists(out / "notices" / "二班_北.csv"));
  CHECK_FALSE(fs::exists(out / "notices" / "未分班.csv"));
  CHECK_FALSE(fs::exists(out / "notices" / "_._.._etc.csv"));
}

TEST_CASE("groups that would fall together, or are too long for a name, have files of their own") {
  const TempDir dir;
  const Reasons reasons = MakeReasons(dir);
  std::string longest;
  for (int i = 0; i < 100; ++i) longest += "班";
  std::vector<Record> records;
  for (const std::string& group : {std::string("A/1"), std::string("a_1"), std::string("CON"), longest + "甲",
                                   longest + "乙", std::string("未分班"), std::string()}) {
    records.push_back(
        Make(Outcome::kRejected, "32010620000101001" + std::to_string(records.size()), {EyeLine()}));
    records.back().student->fields.back().second = group;
  }
  REQUIRE(WriteReport(records, reasons, {}, dir.path() / "out"));
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(dir.path() / "out" / "notices")) {
    ++files;
    CHECK(CountOf(*ReadTextFile(entry.path(), kMiB), "\r\n") == 2);
    CHECK(entry.path().filename().string().size() < 240);
  }
  CHECK(files == records.size());
}

TEST_CASE("a summary that somebody changed deletes nothing elsewhere") {
  const TempDir dir;
  const Reasons reasons = MakeReasons(dir);
  REQUIRE(WriteReport(Batch(), reasons, {}, dir.path() / "out"));
  Json summary = Json::parse(*ReadTextFile(dir.path() / "out" / "summary.json", kMiB));
  CHECK(summary["notices"] == Json::array({"一班.csv"}));
  dir.Write("roster.csv", "not ours");
  summary["notices"] = {"../../roster.csv", "..", "../rejected.csv", 7};
  dir.Write("out/summary.json", summary.dump());
  REQUIRE(WriteReport(Batch(), reasons, {}, dir.path() / "out"));
  CHECK(fs::exists(dir.path() / "roster.csv"));
  CHECK(fs::exists(dir.path() / "out" / "rejected.csv"));
}

TEST_CASE("full numbers in the notices of each group on demand") {
  const TempDir dir;
  ReportOptions options;
  REQUIRE(WriteReport(Batch(), MakeReasons(dir), options, dir.path() / "masked"));
  options.redactor = Redactor(IdDisplay::kFull);
  REQUIRE(WriteReport(Batch(), MakeReasons(dir), options, dir.path() / "full"));
  const std::string masked = *ReadTextFile(dir.path() / "masked" / "notices" / "一班.csv", kMiB);
  const std::string full = *ReadTextFile(dir.path() / "full" / "notices" / "一班.csv", kMiB);
  for (const char* number : {"S01010018", "13900001234"}) {
    CHECK(masked.find(number) == std::string::npos);
    CHECK(full.find(number) != std::string::npos);
  }
}

TEST_CASE("lists and page follow the ledger, and show no similarity") {
  const TempDir dir;
  const Reasons reasons = MakeReasons(dir);
  Finding mismatch = MakeFinding("FACE_MISMATCH", Severity::kReject);
  mismatch.value = 0.2137;
  mismatch.limit_min = 0.56;
  std::vector<Record> records = {Make(Outcome::kRejected, "320106200001010018", {mismatch}),
                                 Make(Outcome::kRejected, "320106200002020029", {EyeLine()})};
  records[0].extra["ledger"] = {{"state", "manual-review"}, {"failures", 3}, {"max_failures", 3}};
  records[1].extra["ledger"] = {
      {"state", "rejected"},      {"failures", 1},
      {"max_failures", 3},        {"season", "2026年夏季"},
      {"deadline", "2026-03-01"}, {"remark", {{"kind", "reject"}, {"by", "person"}, {"text", "换白墙"}}}};
  ReportOptions options;
  options.date = "2026-02-03";
  const fs::path out = dir.path() / "out";
  REQUIRE(WriteReport(records, reasons, options, out));
  for (const char* name : {"rejected.csv", "notices.csv", "index.html"}) {
    const std::string text = *ReadTextFile(out / name, kMiB);
    CAPTURE(name);
    for (const char* words : {"人工审核", "第 2 次，共 3 次", "2026-03-01", "老师备注：换白墙"}) {
      CAPTURE(words);
      CHECK(text.find(words) != std::string::npos);
    }
    CHECK(text.find("0.21") == std::string::npos);
    CHECK(text.find("0.56") == std::string::npos);
  }
  const std::string html = *ReadTextFile(out / "index.html", kMiB);
  CHECK(html.find("毕业季 2026年夏季（截止 2026-03-01）") != std::string::npos);
  CHECK(html.find("生成日期 2026-02-03") != std::string::npos);
  CHECK(html.find("value=\"manual-review\"") != std::string::npos);
  // Who waits for a person is not advised to take another photo.
  const std::string csv = *ReadTextFile(out / "rejected.csv", kMiB);
  CHECK(csv.find("FACE_MISMATCH title zh,,,,") != std::string::npos);
  CHECK(CountOf(csv, "shared advice zh") == 1);
}
