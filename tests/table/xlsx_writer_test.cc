// SPDX-License-Identifier: Apache-2.0
// What is written is read back by the reader of rosters.
#include "lib/table/xlsx_writer.h"

#include <algorithm>
#include <cstdlib>

#include <doctest/doctest.h>

#include "lib/table/xlsx_package.h"
#include "lib/table/xlsx_reader.h"
#include "lib/table/xml.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::table {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;
using Rows = std::vector<std::vector<std::string>>;

std::string Written(const TempDir& dir, const std::vector<XlsxTable>& tables) {
  const fs::path path = dir.path() / "t.xlsx";
  const auto written = WriteXlsx(path, tables, IfExists::kOverwrite);
  REQUIRE_MESSAGE(written.has_value(), (written ? "" : written.error().message));
  return *ReadTextFile(path, 1 << 24);
}

Rows ReadBack(const std::string& bytes, const std::string& sheet) {
  const auto read = ReadXlsx(bytes, "t.xlsx", {.sheet = sheet, .is_wanted = {}});
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
  Rows rows;
  for (const TableRow& row : read->rows) {
    CHECK(row.rounded.empty());
    rows.push_back(row.cells);
  }
  return rows;
}

TEST_CASE("numbers keep their digits, formulas do not run, names keep rare characters") {
  const TempDir dir;
  const Rows rows = {{"身份证号", "姓名", "备注"},
                     {"110105194912310028", "古丽米热·艾力", "=1+1"},
                     {"007", "\U0002C488", "a\nb <&> \"\x01\" _x000D_"},
                     {"3.2E+17", "", "@x"}};
  const std::string bytes = Written(dir, {{.name = "退回", .rows = rows}, {.name = "通知", .rows = {{"a"}}}});
  CHECK(ReadBack(bytes, "退回") == rows);
  CHECK(ReadBack(bytes, "通知") == Rows{{"a"}});
  CHECK(fs::status(dir.path() / "t.xlsx").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(std::distance(fs::directory_iterator(dir.path()), {}) == 1);  // Nothing temporary stays.
}

// The attributes of some elements of one part, as "element attribute=value".
class Attributes : public XmlHandler {
 public:
  using Wanted = std::vector<std::pair<std::string, std::string>>;
  explicit Attributes(Wanted wanted) : wanted_(std::move(wanted)) {}
  bool Start(std::string_view name, const XmlAttributes& attributes) override {
    for (const auto& [element, attribute] : wanted_) {
      if (element != name) continue;
      found.push_back(element + " " + attribute + "=" +
                      std::string(attributes.Find(attribute).value_or("absent")));
    }
    return true;
  }
  bool End(std::string_view) override { return true; }
  bool Text(std::string_view piece) override {
    text += piece;
    return true;
  }
  std::vector<std::string> found;
  std::string text;

 private:
  Wanted wanted_;
};

TEST_CASE("every sheet prints across, as wide as a page, with its header on each") {
  const TempDir dir;
  const std::string bytes = Written(dir, {{.name = "退回", .rows = {{"学号", "姓名"}, {"007", "张三"}}},
                                          {.name = "通知", .rows = {{"a"}, {"b"}}}});
  const XlsxLimits limits;
  auto package = XlsxPackage::Open(bytes, "t.xlsx", limits);
  REQUIRE(package.has_value());
  for (const char* part : {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}) {
    Attributes setup(Attributes::Wanted{{"pageSetUpPr", "fitToPage"},
                                        {"pageSetup", "orientation"},
                                        {"pageSetup", "paperSize"},
                                        {"pageSetup", "fitToHeight"}});
    REQUIRE(package->Read(part, setup).has_value());
    CHECK(setup.found == std::vector<std::string>{"pageSetUpPr fitToPage=1", "pageSetup orientation=landscape",
                                                  "pageSetup paperSize=9", "pageSetup fitToHeight=0"});
  }
  Attributes names(Attributes::Wanted{{"definedName", "name"}});
  REQUIRE(package->Read("xl/workbook.xml", names).has_value());
  CHECK(std::ranges::count(names.found, "definedName name=_xlnm.Print_Titles") == 2);
  CHECK(names.text.find("!$1:$1") != std::string::npos);
  // Every cell is text, so that numbers of persons stay as they are when somebody edits them.
  Attributes formats(Attributes::Wanted{{"c", "t"}});
  REQUIRE(package->Read("xl/worksheets/sheet1.xml", formats).has_value());
  CHECK(formats.found == std::vector<std::string>(4, "c t=s"));
}

TEST_CASE("the same tables give the same bytes, whatever the time and the time zone") {
  const TempDir dir;
  const std::vector<XlsxTable> tables = {{.name = "a", .rows = {{"x", "y"}, {"1", "2"}}}};
  const std::string first = Written(dir, tables);
  setenv("TZ", "Asia/Shanghai", 1);
  const std::string second = Written(dir, tables);
  unsetenv("TZ");
  CHECK(first == second);
  CHECK(WriteXlsx(dir.path() / "t.xlsx", tables, IfExists::kRefuse).has_value());
  const auto other = WriteXlsx(dir.path() / "t.xlsx", {{.name = "b", .rows = {}}}, IfExists::kRefuse);
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().kind == ErrorKind::kOutput);
}

TEST_CASE("a dry run sees a workbook that is in the way, and leaves no file") {
  const TempDir dir;
  const fs::path path = dir.path() / "new" / "t.xlsx";
  const std::vector<XlsxTable> tables = {{.name = "a", .rows = {{"h"}, {"1"}}}};
  const std::vector<XlsxTable> others = {{.name = "a", .rows = {{"h"}, {"2"}}}};
  CHECK(CheckXlsx(path, tables, IfExists::kRefuse));
  CHECK(fs::is_empty(dir.path()));
  REQUIRE(WriteXlsx(path, tables, IfExists::kRefuse));
  CHECK(CheckXlsx(path, tables, IfExists::kRefuse));
  CHECK(CheckXlsx(path, others, IfExists::kOverwrite));
  const auto refused = CheckXlsx(path, others, IfExists::kRefuse);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.starts_with(path.string() + ": exists with other contents"));
  CHECK(std::distance(fs::directory_iterator(path.parent_path()), {}) == 1);
}

TEST_CASE("bytes that are no UTF-8 do not spoil the workbook") {
  const TempDir dir;
  CHECK(ReadBack(Written(dir, {{.name = "a", .rows = {{"x\xFF.jpg", "\xED\xA0\x80"}}}}), "a") ==
        Rows{{"x\uFFFD.jpg", "\uFFFD"}});
}

TEST_CASE("what a workbook cannot hold is refused before anything is written") {
  const TempDir dir;
  const fs::path path = dir.path() / "t.xlsx";
  const auto refused = [&](const std::vector<XlsxTable>& tables) {
    const auto written = WriteXlsx(path, tables, IfExists::kRefuse);
    CHECK_FALSE(fs::exists(path));
    return !written && written.error().kind == ErrorKind::kUsage;
  };
  CHECK(refused({}));
  CHECK(refused({{.name = "a/b", .rows = {}}}));
  CHECK(refused({{.name = std::string(32, 'a'), .rows = {}}}));
  CHECK(refused({{.name = "a", .rows = {}}, {.name = "A", .rows = {}}}));
  CHECK(refused({{.name = "a", .rows = {{std::string(32'768, 'x')}}}}));
  CHECK(refused({{.name = "a", .rows = {std::vector<std::string>(16'385)}}}));
  CHECK(std::distance(fs::directory_iterator(dir.path()), {}) == 0);
}

}  // namespace
}  // namespace gradphoto::table
