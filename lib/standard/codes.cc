// SPDX-License-Identifier: Apache-2.0
#include "lib/standard/codes.h"

#include <ostream>
#include <utility>

namespace gradphoto::standard {

std::ostream& operator<<(std::ostream& out, Code code) { return out << code.name(); }

std::vector<Code> Codes::All() const {
  std::vector<Code> codes;
  for (std::string_view rest = text_; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    codes.push_back(Code::Find(rest.substr(0, end)).value());
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return codes;
}

std::span<const Code> AllCodes() {
  static const std::vector<Code> codes = [] {
    std::vector<Code> all;
    for (std::size_t place = 0; place < kCodeTable.size(); ++place) all.push_back(Code(place));
    return all;
  }();
  return codes;
}

std::vector<std::string> AllCodeNames() {
  std::vector<std::string> names;
  names.reserve(kCodeTable.size());
  for (const CodeInfo& info : kCodeTable) names.emplace_back(info.name);
  return names;
}

std::size_t ImportanceOf(std::string_view code) {
  const auto known = Code::Find(code);
  return known ? known->importance() : kCodeTable.size();
}

Stage StageOf(std::string_view code) {
  const auto known = Code::Find(code);
  return known ? known->stage() : Stage::kRoster;
}

Finding MakeFinding(Code code, Severity severity, std::string detail) {
  Finding finding;
  finding.code = code.name();
  finding.severity = severity;
  finding.detail = std::move(detail);
  return finding;
}

Finding MakeFinding(Code code, Severity severity, double value, std::optional<double> limit_min,
                    std::optional<double> limit_max, std::string detail) {
  Finding finding = MakeFinding(code, severity, std::move(detail));
  finding.value = value;
  finding.unit = code.unit();
  finding.limit_min = limit_min;
  finding.limit_max = limit_max;
  return finding;
}

const Finding* FindFinding(std::span<const Finding> findings, Code code) {
  const auto found = std::ranges::find(findings, code.name(), &Finding::code);
  return found == findings.end() ? nullptr : &*found;
}

void SortFindings(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, {}, [](const Finding& finding) {
    return std::pair(-static_cast<int>(finding.severity), ImportanceOf(finding.code));
  });
}

}  // namespace gradphoto::standard
