// SPDX-License-Identifier: Apache-2.0
#include "lib/table/xlsx_workbook.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "lib/base/text.h"
#include "lib/table/xlsx_text.h"
#include "lib/table/xml.h"

namespace gradphoto::table {
namespace {

constexpr std::size_t kMaxFormats = 65'536;

struct Relation {
  std::string kind;  // The last word of its type: "officeDocument", "worksheet", "sharedStrings", "styles"...
  std::string target;
};

class RelationsHandler : public XmlHandler {
 public:
  bool Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name != "Relationship" || relations.size() >= kMaxParts) return true;
    const std::string_view type = attributes.Find("Type").value_or("");
    relations.emplace(attributes.Find("Id").value_or(""),
                      Relation{std::string(type.substr(type.rfind('/') + 1)),
                               std::string(attributes.Find("Target").value_or(""))});
    return true;
  }
  bool End(std::string_view) override { return true; }
  bool Text(std::string_view) override { return true; }

  std::map<std::string, Relation, std::less<>> relations;  // By id.
};

class WorkbookHandler : public XmlHandler {
 public:
  explicit WorkbookHandler(std::size_t max_sheets) : max_sheets_(max_sheets) {}
  bool Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "workbookPr") from_1904 = IsXlsxTrue(attributes.Find("date1904"));
    if (name == "sheet" && sheets.size() < max_sheets_) {
      sheets.push_back({std::string(attributes.Find("name").value_or("")),
                        std::string(attributes.Find("id").value_or("")),
                        attributes.Find("state").value_or("visible") != "visible"});
    }
    return true;
  }
  bool End(std::string_view) override { return true; }
  bool Text(std::string_view) override { return true; }

  bool from_1904 = false;
  std::vector<XlsxSheetEntry> sheets;

 private:
  std::size_t max_sheets_;
};

class StylesHandler : public XmlHandler {
 public:
  bool Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "cellXfs") in_cell_formats_ = true;
    const auto id = XlsxNumber<int>(attributes.Find("numFmtId"));
    if (name == "numFmt" && id && own_.size() < kMaxFormats) {
      own_[*id] = ParseFormat(attributes.Find("formatCode").value_or(""));
    }
    if (name == "xf" && in_cell_formats_ && formats.size() < kMaxFormats) {
      const auto own = own_.find(id.value_or(0));
      formats.push_back(own == own_.end() ? BuiltInFormat(id.value_or(0)) : own->second);
    }
    return true;
  }
  bool End(std::string_view name) override {
    if (name == "cellXfs") in_cell_formats_ = false;
    return true;
  }
  bool Text(std::string_view) override { return true; }

  std::vector<NumberFormat> formats;  // By the style number of a cell.

 private:
  bool in_cell_formats_ = false;
  std::map<int, NumberFormat> own_;
};

class StringsHandler : public XmlHandler {
 public:
  explicit StringsHandler(const XlsxLimits& limits) : limits_(limits) {}
  bool Start(std::string_view name, const XmlAttributes&) override {
    if (name == "si") current_.clear();
    rich_.Start(name);
    return true;
  }
  bool End(std::string_view name) override {
    rich_.End(name);
    if (name != "si") return true;
    bytes_ += current_.size();
    if (strings.size() == limits_.max_shared_strings || bytes_ > limits_.max_text_bytes) {
      problem = "more text than any roster has";
      return false;
    }
    strings.push_back(UnescapeXlsx(std::exchange(current_, {})));
    return true;
  }
  bool Text(std::string_view text) override {
    if (!rich_.in_text()) return true;
    current_ += text;
    if (current_.size() <= limits_.max_cell_bytes) return true;
    problem = "a cell of more than " + std::to_string(limits_.max_cell_bytes) + " bytes";
    return false;
  }

  std::vector<std::string> strings;
  std::string problem;

 private:
  const XlsxLimits& limits_;
  RichText rich_;
  std::string current_;
  std::uint64_t bytes_ = 0;
};

// "xl/workbook.xml" -> "xl/_rels/workbook.xml.rels".
std::string RelationsOf(const std::string& part) {
  const std::size_t slash = part.rfind('/') + 1;  // npos + 1 == 0.
  return part.substr(0, slash) + "_rels/" + part.substr(slash) + ".rels";
}

// A target is relative to the folder of the part that names it, or absolute.
std::string Resolve(const std::string& part, std::string_view written) {
  std::string slashed(written);
  std::ranges::replace(slashed, '\\', '/');
  std::string_view target = slashed;
  if (target.starts_with("./")) target.remove_prefix(2);
  if (target.starts_with('/')) return std::string(target.substr(1));
  std::string folder = part.substr(0, part.rfind('/') + 1);
  while (target.starts_with("../")) {
    target.remove_prefix(3);
    if (!folder.empty()) folder.pop_back();
    folder = folder.substr(0, folder.rfind('/') + 1);
  }
  return folder + std::string(target);
}

}  // namespace

Result<XlsxWorkbook> ReadXlsxWorkbook(XlsxPackage& package, const XlsxLimits& limits) {
  if (!package.Has("_rels/.rels")) {
    return package.FailAt("", "a zip, but no Excel workbook" + std::string(kWorkbookRemedy));
  }
  RelationsHandler top;
  TRY(package.Read("_rels/.rels", top));
  const auto document = std::ranges::find_if(
      top.relations, [](const auto& item) { return item.second.kind == "officeDocument"; });
  const std::string part = document == top.relations.end() ? "" : Resolve("", document->second.target);
  if (ToLowerAscii(part).ends_with(".bin")) {
    return package.FailAt("", "an Excel binary workbook (.xlsb)" + std::string(kWorkbookRemedy));
  }
  if (!ToLowerAscii(part).ends_with(".xml") || !package.Has(RelationsOf(part))) {
    return package.FailAt("", "an office document, but no Excel workbook" + std::string(kWorkbookRemedy));
  }
  WorkbookHandler handler(limits.max_sheets);
  TRY(package.Read(part, handler));
  RelationsHandler own;
  TRY(package.Read(RelationsOf(part), own));

  XlsxWorkbook workbook{
      .from_1904 = handler.from_1904, .sheets = {}, .part_of = {}, .formats = {}, .strings = {}};
  for (XlsxSheetEntry& sheet : handler.sheets) {
    const auto relation = own.relations.find(sheet.relation);
    // Charts and macros are sheets too.
    if (relation == own.relations.end() || relation->second.kind != "worksheet") continue;
    workbook.part_of.emplace(sheet.name, Resolve(part, relation->second.target));
    workbook.sheets.push_back(std::move(sheet));
  }
  if (workbook.sheets.empty())
    return package.FailAt("", "the workbook has no sheet" + std::string(kWorkbookRemedy));
  for (const auto& [id, relation] : own.relations) {
    const std::string target = Resolve(part, relation.target);
    if (relation.kind == "styles" && package.Has(target)) {
      StylesHandler styles;
      TRY(package.Read(target, styles));
      workbook.formats = std::move(styles.formats);
    } else if (relation.kind == "sharedStrings" && package.Has(target)) {
      StringsHandler strings(limits);
      TRY(package.Read(target, strings));
      if (!strings.problem.empty()) return package.FailAt(target, strings.problem);
      workbook.strings = std::move(strings.strings);
    }
  }
  return workbook;
}

}  // namespace gradphoto::table
