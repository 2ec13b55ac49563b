// SPDX-License-Identifier: Apache-2.0
#include "lib/check/sheet.h"

#include "lib/base/numbers.h"
#include "lib/check/judge.h"

namespace gradphoto::check {
namespace {

using standard::MakeFinding;

void Lower(Finding& finding, Severity severity, std::string_view why) {
  if (finding.severity <= severity) return;
  finding.severity = severity;
  finding.detail += (finding.detail.empty() ? "" : "; ") + std::string(why);
}

}  // namespace

void Sheet::Measure(std::string_view key, double value, int digits) {
  measures_[std::string(key)] = Round(value, digits);
}

void Sheet::Judge(standard::Code code, double value, int digits, std::string detail) {
  const standard::CheckRule* rule = standard_.Check(code);
  if (rule == nullptr) return;
  value = Round(value, digits);
  if (auto finding = check::Judge(standard_, code, value, detail)) return Add(std::move(*finding));
  const auto& first_limit = rule->warn ? rule->warn : rule->review ? rule->review : rule->reject;
  const bool above = code.bound() == standard::Bound::kAbove;
  passed_.push_back(MakeFinding(code, Severity::kInfo, value, above ? std::nullopt : first_limit,
                                above ? first_limit : std::nullopt, std::move(detail)));
}

void Sheet::Judge(standard::Code code, std::string_view key, double value, int digits, std::string detail) {
  Measure(key, value, digits);
  Judge(code, value, digits, std::move(detail));
}

void Sheet::PassOrFail(standard::Code code, bool passed, std::string detail) {
  if (!passed) {
    if (auto finding = Failed(standard_, code, std::move(detail))) Add(std::move(*finding));
  } else if (standard_.Check(code) != nullptr) {
    passed_.push_back(MakeFinding(code, Severity::kInfo, std::move(detail)));
  }
}

void Sheet::Window(standard::Code code, double value, std::optional<double> min, std::optional<double> max,
                   std::string detail) {
  if ((min && value < *min) || (max && value > *max)) {
    if (auto finding = OutsideWindow(standard_, code, value, min, max, std::move(detail)))
      Add(std::move(*finding));
  } else if (standard_.Check(code) != nullptr) {
    passed_.push_back(MakeFinding(code, Severity::kInfo, Round(value, 2), min, max, std::move(detail)));
  }
}

void Sheet::NotAssessed(standard::Code code, std::string why) {
  if (standard_.Check(code) == nullptr) return;
  Add(MakeFinding(code, Severity::kNotAssessed, std::move(why)));
}

void Sheet::SendToReview(standard::Code code, std::string why) {
  if (standard_.Check(code) == nullptr) return;
  std::erase_if(passed_, [&](const Finding& passed) { return Is(passed, code); });
  Add(MakeFinding(code, Severity::kReview, std::move(why)));
}

void Sheet::Soften(standard::Code code, Severity severity, std::string_view why) {
  for (Finding& finding : findings_) {
    if (Is(finding, code)) Lower(finding, severity, why);
  }
}

void Sheet::Add(Finding finding) {
  const auto code = standard::Code::Find(finding.code);
  if (code && exempt_.contains(*code)) Lower(finding, Severity::kInfo, "exempt by the roster");
  findings_.push_back(std::move(finding));
}

const Finding* Sheet::Find(standard::Code code) const { return standard::FindFinding(findings_, code); }

}  // namespace gradphoto::check
