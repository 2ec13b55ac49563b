// SPDX-License-Identifier: Apache-2.0
// What people are told for each reason code, in Chinese and English, from configs/reasons.yaml.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "lib/base/error.h"
#include "lib/record/record.h"
#include "lib/standard/texts.h"

namespace gradphoto::standard {

struct Reason {
  std::string title;  // A few words for tables: "头部倾斜", "Head tilted".
  // For the student: what was measured against what is allowed; may use {value}, {limit}, {unit}.
  std::string text;
  std::string advice;    // What to do: for the student, or for the office where its roster is at fault.
  std::string measured;  // For the operator: the quantity, with anchor values where it has a number.
};

class Reasons {
 public:
  // Reads texts.yaml, too. Errors: kUsage - unknown or missing code, missing language, unknown placeholder; see
  // TextCatalogue::Load.
  static Result<Reasons> Load(const std::filesystem::path& config_dir);

  const Reason& Get(std::string_view code, Language language) const;  // Every code of codes.h has one.
  // The text with the finding's numbers put in, e.g. "Your head is tilted by 9.2°; at most 8° is allowed."
  // {limit} is the bare number for codes that are bad on one side ("at most {limit}"), FormatLimit's text for
  // windows. A placeholder without a value removes its sentence; when nothing is left the title is given. What
  // was not assessed is no fault: of it this says that it could not be judged, and why.
  std::string Text(const Finding& finding, Language language) const;

  // The other words of the tables and pages in which reasons stand.
  const Texts& texts(Language language) const { return texts_.In(language); }

 private:
  std::map<std::string, Reason, std::less<>> zh_, en_;
  TextCatalogue texts_;
};

// "200-300 px", "≤ 8°", "≥ 60": the limit of a finding for tables, empty when it has none. Bytes are given in
// KB of 1024 bytes.
std::string FormatLimit(const Finding& finding, const Texts& texts);

// "312.4 px", "9.2°", empty without a value. Angles lose their sign (the record keeps it). As many decimals are
// shown as it takes to see that a value is beyond its limit: "8.04°" beside "≤ 8°", never "8°".
std::string FormatValue(const Finding& finding, const Texts& texts);

}  // namespace gradphoto::standard
