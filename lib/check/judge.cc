// SPDX-License-Identifier: Apache-2.0
#include "lib/check/judge.h"

#include <cmath>
#include <utility>

#include "lib/base/numbers.h"
#include "lib/standard/codes.h"

namespace gradphoto::check {

using standard::MakeFinding;

std::optional<Finding> Judge(const standard::Standard& standard, standard::Code code, double value,
                             std::string detail) {
  const standard::CheckRule* rule = standard.Check(code);
  if (rule == nullptr) return std::nullopt;
  const bool above = code.bound() == standard::Bound::kAbove;
  const double size = code.unit() == "deg" ? std::abs(value) : value;
  const auto broken = [&](const std::optional<double>& limit) {
    return limit && (above ? size > *limit : size < *limit);
  };
  for (const auto& [severity, limit] :
       {std::pair{Severity::kReject, rule->reject}, std::pair{Severity::kReview, rule->review},
        std::pair{Severity::kWarn, rule->warn}}) {
    if (!broken(limit)) continue;
    return MakeFinding(code, severity, value, above ? std::nullopt : limit, above ? limit : std::nullopt,
                       std::move(detail));
  }
  return std::nullopt;
}

std::optional<Finding> Failed(const standard::Standard& standard, standard::Code code, std::string detail) {
  const standard::CheckRule* rule = standard.Check(code);
  if (rule == nullptr || !rule->severity) return std::nullopt;
  return MakeFinding(code, *rule->severity, std::move(detail));
}

std::optional<Finding> OutsideWindow(const standard::Standard& standard, standard::Code code, double value,
                                     std::optional<double> limit_min, std::optional<double> limit_max,
                                     std::string detail) {
  const standard::CheckRule* rule = standard.Check(code);
  if (rule == nullptr || !rule->severity) return std::nullopt;
  return MakeFinding(code, *rule->severity, Round(value, 2), limit_min, limit_max, std::move(detail));
}

}  // namespace gradphoto::check
