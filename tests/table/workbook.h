// SPDX-License-Identifier: Apache-2.0
// Workbooks made of the XML that a test writes itself: what no spreadsheet program would save, too.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <zip.h>

namespace gradphoto::table::testing {

// A zip of these parts, compressed.
inline std::string Zip(const std::map<std::string, std::string>& parts) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &error);
  REQUIRE(archive != nullptr);
  for (const auto& [name, bytes] : parts) {
    zip_source_t* part = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    REQUIRE(zip_file_add(archive, name.c_str(), part, ZIP_FL_ENC_UTF_8) >= 0);
  }
  REQUIRE(zip_close(archive) == 0);
  REQUIRE(zip_source_open(target) == 0);
  REQUIRE(zip_source_seek(target, 0, SEEK_END) == 0);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(target)), '\0');
  REQUIRE(zip_source_seek(target, 0, SEEK_SET) == 0);
  REQUIRE(zip_source_read(target, bytes.data(), bytes.size()) == static_cast<zip_int64_t>(bytes.size()));
  zip_source_close(target);
  zip_source_free(target);
  zip_error_fini(&error);
  return bytes;
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
