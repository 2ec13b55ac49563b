// SPDX-License-Identifier: Apache-2.0
// A workbook as what it is: a zip of XML parts. The only file that reads zips is xlsx_package.cc.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/error.h"
#include "lib/table/xlsx_reader.h"
#include "lib/table/xml.h"

struct zip;

namespace gradphoto::table {

// Ends the message about a file that is no workbook we can read.
inline constexpr std::string_view kWorkbookRemedy =
    "; open it in Excel or WPS and save it as \"Excel Workbook (.xlsx)\"";
inline constexpr std::size_t kMaxParts = 10'000;

// The parts of a workbook, by path; counts what it inflates.
class XlsxPackage {
 public:
  // `bytes` and `limits` must outlive the package; `name` stands for the file in errors. Errors: kInput - no
  // whole zip, or more than kMaxParts parts.
  static Result<XlsxPackage> Open(std::string_view bytes, std::string_view name, const XlsxLimits& limits);

  // Names of parts are compared as the format demands (ECMA-376 part 2, 6.2.2.3): without letter case, and with
  // backslashes as slashes, which some programs write.
  bool Has(const std::string& part) const;

  // Errors: kInput - no such part, damaged, no XML, more inflated in all than the limits allow.
  Result<void> Read(const std::string& part, XmlHandler& handler);

  // "<name>: <why>" or "<name>:<part>: <why>".
  std::unexpected<Error> FailAt(const std::string& part, const std::string& why) const;

 private:
  struct Discard {
    void operator()(zip* archive) const;
  };

  XlsxPackage(zip* archive, std::string_view name, const XlsxLimits& limits)
      : archive_(archive), name_(name), limits_(&limits) {}

  std::unique_ptr<zip, Discard> archive_;
  std::string name_;
  const XlsxLimits* limits_;
  std::uint64_t inflated_ = 0;
  std::map<std::string, std::uint64_t> index_of_;  // Of the zip, by the name for comparing.
};

}  // namespace gradphoto::table
