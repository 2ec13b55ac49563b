// SPDX-License-Identifier: Apache-2.0
#include "cli/standards/rule_text.h"

#include <iomanip>
#include <optional>
#include <sstream>
#include <string_view>

#include "lib/standard/standard_json.h"

namespace gradphoto::cli {

std::string Number(double value) {
  std::ostringstream text;
  text << std::setprecision(10) << value;
  return text.str();
}

std::string WindowText(const standard::PlacementRule& rule) {
  const std::string unit = " " + std::string(standard::LengthUnitName(rule.unit));
  if (!rule.has_max) return "≥ " + Number(rule.min) + unit;
  if (!rule.has_min) return "≤ " + Number(rule.max) + unit;
  return Number(rule.min) + "-" + Number(rule.max) + unit;
}

std::string FromText(const standard::PlacementRule& rule) {
  return standard::IsLength(rule.measure) ? "" : " from the " + std::string(standard::EdgeName(rule.from));
}

std::string CheckText(const standard::CheckRule& rule, standard::Code code) {
  if (rule.severity) return std::string(SeverityName(*rule.severity));
  const std::string side = code.bound() == standard::Bound::kBelow ? " below " : " above ";
  std::string text;
  const auto add = [&](std::string_view severity, std::optional<double> limit) {
    if (!limit) return;
    if (!text.empty()) text += ", ";
    text += std::string(severity) + side + Number(*limit) + " " + std::string(code.unit());
  };
  add("warn", rule.warn);
  add("review", rule.review);
  add("reject", rule.reject);
  return text;
}

}  // namespace gradphoto::cli
