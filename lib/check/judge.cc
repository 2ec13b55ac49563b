// SPDX-License-Identifier: Apache-2.0
#include "lib/check/judge.h"

#include <cmath>
#include <utility>

#include "lib/standard/codes.h"

namespace gradphoto::check {

std::optional<Finding> Judge(const standard::Standard& standard, std::string_view code, double value,
                             std::string detail) {
  const standard::CheckRule* rule = standard.Check(code);
  const standard::CodeInfo* info = standard::FindCode(code);
  if (rule == nullptr || info == nullptr) return std::nullopt;
  const bool above = info->bound == standard::Bound::kAbove;
  const double size = info->unit == "deg" ? std::abs(value) : value;
  const auto broken = [&](const std::optional<double>& limit) {
    return limit && (above ? size > *limit : size < *limit);
  };
  for (const auto& [severity, limit] :
       {std::pair{Severity::kReject, rule->reject}, std::pair{Severity::kReview, rule->review},
        std::pair{Severity::kWarn, rule->warn}}) {
    if (!broken(limit)) continue;
    Finding finding{std::string(code), severity, value, std::string(info->unit), {}, {}, std::move(detail)};
    (above ? finding.limit_max : finding.limit_min) = limit;
    return finding;
  }
  return std::nullopt;
}

std::optional<Finding> Failed(const standard::Standard& standard, std::string_view code, std::string detail) {
  const standard::CheckRule* rule = standard.Check(code);
  if (rule == nullptr || !rule->severity) return std::nullopt;
  return Finding{std::string(code), *rule->severity, {}, {}, {}, {}, std::move(detail)};
}

std::optional<Finding> OutsideWindow(const standard::Standard& standard, std::string_view code, double value,
                                     std::optional<double> limit_min, std::optional<double> limit_max,
                                     std::string detail) {
  std::optional<Finding> finding = Failed(standard, code, std::move(detail));
  if (!finding) return std::nullopt;
  finding->value = std::round(value * 100) / 100;
  finding->unit = standard::FindCode(code)->unit;
  finding->limit_min = limit_min;
  finding->limit_max = limit_max;
  return finding;
}

}  // namespace gradphoto::check
