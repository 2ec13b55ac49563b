// SPDX-License-Identifier: Apache-2.0
// The reason codes of lib/standard/code_table.h as a type: a code that is not in the table does not compile.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/record/record.h"
#include "lib/standard/code_table.h"

namespace gradphoto::standard {

// One code of the table. Written in C++ as its bare name, which the compiler looks up: where a function takes a
// Code, `sheet.Judge("EYE_LINE", ...)` compiles and `sheet.Judge("EYE_LIEN", ...)` does not.
class Code {
 public:
  consteval Code(const char* name) : place_(PlaceOf(name)) {
    if (place_ == kCodeTable.size()) throw "not a code of lib/standard/code_table.h";
  }
  // For names that come from files; nothing when there is no such code.
  static constexpr std::optional<Code> Find(std::string_view name) {
    const std::size_t place = PlaceOf(name);
    return place == kCodeTable.size() ? std::nullopt : std::optional(Code(place));
  }

  constexpr std::string_view name() const { return info().name; }
  constexpr std::string_view unit() const { return info().unit; }
  constexpr Bound bound() const { return info().bound; }
  constexpr Stage stage() const { return info().stage; }
  // Place in the order of importance; 0 is what a student should put right first.
  constexpr std::size_t importance() const { return place_; }

  constexpr operator std::string_view() const { return info().name; }
  // By name, as codes stand in files.
  friend constexpr bool operator==(Code a, Code b) { return a.place_ == b.place_; }
  friend constexpr std::strong_ordering operator<=>(Code a, Code b) { return a.name() <=> b.name(); }

 private:
  friend std::span<const Code> AllCodes();
  explicit constexpr Code(std::size_t place) : place_(place) {}

  // Places and not pointers: comparing pointers is no constant expression for g++ 12 with UBSan.
  static constexpr std::size_t PlaceOf(std::string_view name) {
    std::size_t place = 0;
    while (place < kCodeTable.size() && kCodeTable[place].name != name) ++place;
    return place;
  }
  constexpr const CodeInfo& info() const { return kCodeTable[place_]; }

  std::size_t place_;
};

std::ostream& operator<<(std::ostream& out, Code code);

// Several codes in one literal, separated by single blanks: `Codes codes = "EYES_CLOSED MOUTH_OPEN"`. Checked
// by the compiler, too.
class Codes {
 public:
  consteval Codes(const char* words) : text_(words) {
    for (std::string_view rest = text_; !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (!Code::Find(rest.substr(0, end))) throw "not codes of lib/standard/code_table.h";
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  constexpr std::string_view text() const { return text_; }
  std::vector<Code> All() const;

 private:
  std::string_view text_;
};

std::span<const Code> AllCodes();  // In the order of importance.
std::vector<std::string> AllCodeNames();

// For records, which may carry codes that only a newer version knows.
std::size_t ImportanceOf(std::string_view code);  // See Code::importance; unknown codes come last.
Stage StageOf(std::string_view code);  // kRoster for unknown codes: what is not known is never taken back.

// A finding without a number.
Finding MakeFinding(Code code, Severity severity, std::string detail = {});
// A finding about a value, in the code's unit, and the window it was held against; an absent end is open.
Finding MakeFinding(Code code, Severity severity, double value, std::optional<double> limit_min,
                    std::optional<double> limit_max, std::string detail = {});
inline bool Is(const Finding& finding, Code code) { return finding.code == code.name(); }
// The first finding of the code; null when there is none.
const Finding* FindFinding(std::span<const Finding> findings, Code code);
// Worst severity first, then by importance; findings that are alike in both keep their order.
void SortFindings(std::vector<Finding>& findings);

}  // namespace gradphoto::standard
