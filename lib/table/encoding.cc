// SPDX-License-Identifier: Apache-2.0
#include "lib/table/encoding.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <fmt/format.h>
#include <uchardet/uchardet.h>

#include "lib/base/photo_file.h"
#include "lib/base/text.h"

namespace gradphoto::table {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16LeMark = "\xFF\xFE";
constexpr std::string_view kUtf16BeMark = "\xFE\xFF";
constexpr std::string_view kRemedy =
    "; open the table in Excel or WPS and save it as \"Excel Workbook (.xlsx)\" "
    "or \"CSV UTF-8\"";

// Chinese names and headers lie almost wholly in GB2312; text of another encoding read as GB18030 scatters over
// the extension areas. Below this many double bytes the share says nothing.
constexpr double kMinGb2312Share = 0.8;
constexpr std::size_t kMinPairsToJudge = 8;

constexpr std::size_t kMarkupHead = 4096;  // Bytes that tell what kind of markup a file is.

std::unexpected<Error> FailDecoding(std::string_view name, const std::string& why) {
  return Fail(ErrorKind::kInput, std::string(name) + ": " + why + std::string(kRemedy));
}

// Where UTF-8 breaks first, and how many multi-byte sequences and stray bytes there are in all.
struct Utf8Scan {
  std::size_t first_bad = std::string_view::npos;
  std::size_t sequences = 0, bad_bytes = 0;
};

Utf8Scan ScanUtf8(std::string_view bytes) {
  Utf8Scan scan;
  for (std::size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    const std::size_t length = lead < 0x80 ? 1 : (lead >> 5) == 6 ? 2 : (lead >> 4) == 14 ? 3 : 4;
    if (IsValidUtf8(bytes.substr(i, length)) && i + length <= bytes.size()) {
      if (length > 1) ++scan.sequences;
      i += length;
      continue;
    }
    scan.first_bad = std::min(scan.first_bad, i);
    ++scan.bad_bytes;
    ++i;
  }
  return scan;
}

// Share of GB2312 among the double bytes of text that is valid GB18030; 1 when there are too few to judge.
double Gb2312Share(std::string_view bytes) {
  std::size_t pairs = 0, in_gb2312 = 0;
  for (std::size_t i = 0; i + 1 < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    const auto trail = static_cast<unsigned char>(bytes[i + 1]);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    ++pairs;
    const bool assigned_row = (lead >= 0xA1 && lead <= 0xA9) || (lead >= 0xB0 && lead <= 0xF7);
    if (assigned_row && trail >= 0xA1) ++in_gb2312;
    i += trail >= 0x30 && trail <= 0x39 ? 4 : 2;
  }
  return pairs < kMinPairsToJudge ? 1.0 : static_cast<double>(in_gb2312) / static_cast<double>(pairs);
}

std::string DetectedName(std::string_view bytes) {
  uchardet_t detector = uchardet_new();
  uchardet_handle_data(detector, bytes.data(), bytes.size());
  uchardet_data_end(detector);
  std::string detected = uchardet_get_charset(detector);
  uchardet_delete(detector);
  return detected.empty() ? "an unknown encoding" : detected;
}

std::string Place(std::string_view bytes, std::size_t offset) {
  const auto line = 1 + std::ranges::count(bytes.substr(0, offset), '\n');
  return "byte " + std::to_string(offset) + " (line " + std::to_string(line) + ")";
}

Result<DecodedText> DecodeUtf16(std::string_view bytes, std::string_view name, const std::string& encoding) {
  auto text = ConvertToUtf8(bytes.substr(2), encoding);
  if (!text) return FailDecoding(name, "marked as " + encoding + " but damaged: " + text.error().message);
  return DecodedText{.text = std::move(*text), .encoding = encoding};
}

// "UTF-16LE" or "UTF-16BE" when the NUL bytes of text without a mark stand as they do there: beside the ASCII
// letters, digits and delimiters. Empty otherwise.
std::string UnmarkedUtf16(std::string_view bytes) {
  if (bytes.size() % 2 != 0) return {};
  std::size_t even = 0, odd = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    if (bytes[i] == '\0') ++even;
    if (bytes[i + 1] == '\0') ++odd;
  }
  // Ideographs such as U+4E00 have NUL bytes on the other side; they are rare.
  constexpr std::size_t kClearly = 8;
  if (odd > kClearly * even) return "UTF-16LE";
  return even > kClearly * odd ? "UTF-16BE" : "";
}

bool IsPlainText(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' && c != '\n'; });
}

Result<DecodedText> DecodeUnmarked(std::string_view bytes, std::string_view name) {
  const Utf8Scan scan = ScanUtf8(bytes);
  if (scan.bad_bytes == 0) return DecodedText{.text = std::string(bytes), .encoding = "UTF-8"};
  // GB18030 text hardly ever forms UTF-8 sequences, so many of them and few bad bytes mean damage.
  if (scan.sequences >= 4 * scan.bad_bytes) {
    return FailDecoding(name, "UTF-8 that is damaged at " + Place(bytes, scan.first_bad));
  }
  auto text = ConvertToUtf8(bytes, "GB18030");
  if (!text) {
    return FailDecoding(name, "neither UTF-8 (from " + Place(bytes, scan.first_bad) + ") nor GB18030 (" +
                                  text.error().message + "); it looks like " + DetectedName(bytes));
  }
  if (Gb2312Share(bytes) < kMinGb2312Share) {
    return FailDecoding(name, "the encoding is not UTF-8 (from " + Place(bytes, scan.first_bad) +
                                  ") and reading it as GB18030 gives no sensible text; it looks like " +
                                  DetectedName(bytes));
  }
  return DecodedText{.text = std::move(*text), .encoding = "GB18030", .guessed = true};
}

// What programs save as .xls that is no table of text: the beginning tells. "" for anything else.
std::string_view MarkupKind(std::string_view bytes) {
  std::string head;  // ASCII of UTF-16, too.
  for (const char c : bytes.substr(0, kMarkupHead)) {
    if (c != '\0') head += c;
  }
  head = ToLowerAscii(head);
  const std::size_t start = head.find_first_not_of("\xEF\xBB\xBF\xFF\xFE \t\r\n");
  if (start == std::string::npos) return "";
  const std::string_view text = std::string_view(head).substr(start);
  constexpr std::array<std::string_view, 8> kHtml = {"<!doctype html", "<html", "<head",  "<meta",
                                                     "<table",         "<body", "<style", "<!--"};
  if (std::ranges::any_of(kHtml, [&](std::string_view tag) { return text.starts_with(tag); })) {
    return "a web page (HTML) that was saved under the name of a table";
  }
  if (text.starts_with("mime-version:")) return "a web archive (MHT) that was saved under the name of a table";
  if (!text.starts_with("<?xml") && !text.starts_with("<workbook") && !text.starts_with("<ss:workbook"))
    return "";
  if (text.contains("<html")) return "a web page (XHTML) that was saved under the name of a table";
  return text.contains("workbook") || text.contains("office:spreadsheet")
             ? "an XML table of Excel 2003 that was saved under the name of a workbook"
             : "an XML file, not a table";
}

// 0x0809 and, of earlier versions, 0x0009, 0x0209, 0x0409: the record that begins a workbook without a
// container.
bool IsBareWorkbook(std::string_view bytes) {
  constexpr std::string_view kVersions("\x00\x02\x04\x08", 4);
  return bytes.size() >= 8 && bytes[0] == '\x09' && kVersions.contains(bytes[1]) && bytes[3] == '\0' &&
         (bytes[2] >= 4 && bytes[2] <= 16);
}

// A version byte, year, month and day of the last change, and the number of rows.
bool IsDbase(std::string_view bytes) {
  constexpr std::string_view kVersions("\x03\x04\x05\x30\x31\x32\x43\x83\x8B\xF5");
  return bytes.size() >= 32 && kVersions.contains(bytes[0]) && bytes[2] >= 1 && bytes[2] <= 12 &&
         bytes[3] >= 1 && bytes[3] <= 31 && bytes[7] == '\0';
}

// {"a": ... or [{..., which no table of text begins with.
bool IsJson(std::string_view bytes) {
  if (bytes.starts_with(kUtf8Mark)) bytes.remove_prefix(kUtf8Mark.size());
  bytes = Trim(bytes);
  if (bytes.empty() || (bytes[0] != '{' && bytes[0] != '[')) return false;
  const std::string_view rest = Trim(bytes.substr(1));
  return rest.starts_with("\"") || rest.starts_with("{") || rest.starts_with("}") || rest.starts_with("]");
}

// Tables that Excel or WPS can open; "" for anything else.
std::string_view ForeignTable(std::string_view bytes) {
  if (bytes.starts_with("\xD0\xCF\x11\xE0")) return "an old Excel workbook (.xls), or one with a password";
  if (IsBareWorkbook(bytes)) return "an Excel workbook of before 1997 (.xls)";
  if (bytes.starts_with("ID;P")) return "a SYLK table (.slk)";
  if (IsDbase(bytes)) return "a dBase table (.dbf)";
  return MarkupKind(bytes);
}

// What is no table at all; "" for anything else.
std::string_view NoTable(std::string_view bytes) {
  using Kind = std::pair<std::string_view, std::string_view>;
  constexpr std::array<Kind, 4> kKinds = {{{"{\\rtf", "a text document (RTF)"},
                                           {"\x1F\x8B", "an archive"},
                                           {"SQLite format 3", "a database (SQLite)"},
                                           {"\x7F"
                                            "ELF",
                                            "a program"}}};
  for (const auto& [start, kind] : kKinds) {
    if (bytes.starts_with(start)) return kind;
  }
  if (SniffImage(bytes)) return "a picture";
  if (const auto foreign = SniffForeign(bytes)) return foreign->what;
  return IsJson(bytes) ? "a JSON file" : "";
}

}  // namespace

Result<DecodedText> DecodeText(std::string_view bytes, std::string_view name) {
  if (const std::string_view foreign = ForeignTable(bytes); !foreign.empty()) {
    return FailDecoding(name, std::string(foreign));
  }
  if (const std::string_view kind = NoTable(bytes); !kind.empty()) {
    return Fail(ErrorKind::kInput,
                fmt::format("{}: {}, not a table; give the list itself, as XLSX or CSV", name, kind));
  }
  if (bytes.starts_with(kUtf16LeMark)) return DecodeUtf16(bytes, name, "UTF-16LE");
  if (bytes.starts_with(kUtf16BeMark)) return DecodeUtf16(bytes, name, "UTF-16BE");
  if (const std::size_t nul = bytes.find('\0'); nul != std::string_view::npos) {
    if (const std::string encoding = UnmarkedUtf16(bytes); !encoding.empty()) {
      auto text = ConvertToUtf8(bytes, encoding);
      if (text && IsPlainText(*text)) {
        return DecodedText{.text = std::move(*text), .encoding = encoding, .guessed = true};
      }
    }
    return FailDecoding(name, "a NUL byte at " + Place(bytes, nul) + ": not a text file");
  }
  if (!bytes.starts_with(kUtf8Mark)) return DecodeUnmarked(bytes, name);
  const std::string_view rest = bytes.substr(kUtf8Mark.size());
  if (const Utf8Scan scan = ScanUtf8(rest); scan.bad_bytes > 0) {
    return FailDecoding(name,
                        "marked as UTF-8 but damaged at " + Place(bytes, scan.first_bad + kUtf8Mark.size()));
  }
  return DecodedText{.text = std::string(rest), .encoding = "UTF-8 with BOM"};
}

}  // namespace gradphoto::table
