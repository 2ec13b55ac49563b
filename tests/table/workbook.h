// SPDX-License-Identifier: Apache-2.0
// Workbooks made of the XML that a test writes itself: what no spreadsheet program would save, too.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/zip.h"

namespace gradphoto::table::testing {

// A zip of these parts, compressed.
inline std::string Zip(const std::map<std::string, std::string>& parts) {
  std::vector<gradphoto::testing::ZipPart> of_zip;
  for (const auto& [name, bytes] : parts) of_zip.push_back({name, bytes});
  return gradphoto::testing::ZipOf(of_zip);
}

constexpr std::string_view kTypePrefix = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

// The parts of a workbook with one sheet; `rows` is what stands in <sheetData>, `behind` what follows it.
inline std::map<std::string, std::string> Parts(const std::string& rows, const std::string& strings = "",
                                                const std::string& styles = "", const std::string& behind = "",
                                                const std::string& properties = "") {
  const std::string type(kTypePrefix);
  const auto relation = [&](const std::string& id, const std::string& kind, const std::string& target) {
    return "<Relationship Id=\"" + id + "\" Type=\"" + type + kind + "\" Target=\"" + target + "\"/>";
  };
  return {
      {"_rels/.rels",
       "<Relationships>" + relation("r1", "officeDocument", "xl/workbook.xml") + "</Relationships>"},
      {"xl/workbook.xml", "<workbook>" + properties +
                              "<sheets><sheet name=\"名单\" sheetId=\"1\" r:id=\"r1\" "
                              "xmlns:r=\"r\"/></sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels", "<Relationships>" + relation("r1", "worksheet", "worksheets/sheet1.xml") +
                                         relation("r2", "sharedStrings", "/xl/sharedStrings.xml") +
                                         relation("r3", "styles", "styles.xml") + "</Relationships>"},
      {"xl/sharedStrings.xml", "<sst>" + strings + "</sst>"},
      {"xl/styles.xml", "<styleSheet>" + styles + "</styleSheet>"},
      {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + rows + "</sheetData>" + behind + "</worksheet>"},
  };
}

}  // namespace gradphoto::table::testing
