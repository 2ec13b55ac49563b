// SPDX-License-Identifier: Apache-2.0
#include "lib/check/sheet.h"

#include <algorithm>
#include <cmath>

#include "lib/check/judge.h"
#include "lib/standard/codes.h"

namespace gradphoto::check {
namespace {

double Rounded(double value, int digits) {
  const double unit = std::pow(10.0, digits);
  return std::round(value * unit) / unit;
}

void Lower(Finding& finding, Severity severity, std::string_view why) {
  if (finding.severity <= severity) return;
  finding.severity = severity;
  finding.detail += (finding.detail.empty() ? "" : "; ") + std::string(why);
}

}  // namespace

void Sheet::Measure(std::string_view key, double value, int digits) {
  measures_[std::string(key)] = Rounded(value, digits);
}

void Sheet::Judge(std::string_view code, double value, int digits, std::string detail) {
  const standard::CheckRule* rule = standard_.Check(code);
  if (rule == nullptr) return;
  value = Rounded(value, digits);
  if (auto finding = check::Judge(standard_, code, value, detail)) return Add(std::move(*finding));
  const standard::CodeInfo* info = standard::FindCode(code);
  Finding passed{std::string(code), Severity::kInfo, value, std::string(info->unit), {}, {}, std::move(detail)};
  (info->bound == standard::Bound::kAbove ? passed.limit_max : passed.limit_min) = rule->warn ? rule->warn
                                                                                   : rule->review
                                                                                       ? rule->review
                                                                                       : rule->reject;
  passed_.push_back(std::move(passed));
}

void Sheet::Judge(std::string_view code, std::string_view key, double value, int digits, std::string detail) {
  Measure(key, value, digits);
  Judge(code, value, digits, std::move(detail));
}

void Sheet::PassOrFail(std::string_view code, bool passed, std::string detail) {
  if (!passed) {
    if (auto finding = Failed(standard_, code, std::move(detail))) Add(std::move(*finding));
  } else if (standard_.Check(code) != nullptr) {
    passed_.push_back({std::string(code), Severity::kInfo, {}, {}, {}, {}, std::move(detail)});
  }
}

void Sheet::Window(std::string_view code, double value, std::optional<double> min, std::optional<double> max,
                   std::string detail) {
  if ((min && value < *min) || (max && value > *max)) {
    if (auto finding = OutsideWindow(standard_, code, value, min, max, std::move(detail)))
      Add(std::move(*finding));
  } else if (standard_.Check(code) != nullptr) {
    const std::string unit(standard::FindCode(code)->unit);
    passed_.push_back(
        {std::string(code), Severity::kInfo, Rounded(value, 2), unit, min, max, std::move(detail)});
  }
}

void Sheet::NotAssessed(std::string_view code, std::string why) {
  if (standard_.Check(code) == nullptr) return;
  Add({std::string(code), Severity::kNotAssessed, {}, {}, {}, {}, std::move(why)});
}

void Sheet::SendToReview(std::string_view code, std::string why) {
  if (standard_.Check(code) == nullptr) return;
  std::erase_if(passed_, [&](const Finding& passed) { return passed.code == code; });
  Add({std::string(code), Severity::kReview, {}, {}, {}, {}, std::move(why)});
}

void Sheet::Soften(std::string_view code, Severity severity, std::string_view why) {
  for (Finding& finding : findings_) {
    if (finding.code == code) Lower(finding, severity, why);
  }
}

void Sheet::Add(Finding finding) {
  if (exempt_.contains(finding.code)) Lower(finding, Severity::kInfo, "exempt by the roster");
  findings_.push_back(std::move(finding));
}

const Finding* Sheet::Find(std::string_view code) const {
  const auto found = std::ranges::find(findings_, code, &Finding::code);
  return found == findings_.end() ? nullptr : &*found;
}

}  // namespace gradphoto::check
