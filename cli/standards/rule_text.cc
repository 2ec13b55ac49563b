// SPDX-License-Identifier: Apache-2.0
#include "cli/standards/rule_text.h"

#include <iomanip>
#include <optional>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "lib/standard/standard_json.h"

namespace gradphoto::cli {

std::string Number(double value) {
  std::ostringstream text;
  text << std::setprecision(10) << value;
  return text.str();
}

std::string WindowText(const standard::PlacementRule& rule, const standard::Texts& texts) {
  const std::string unit(standard::LengthUnitName(rule.unit));
  std::string window;
  if (!rule.has_max) {
    window = fmt::format("≥ {} {}", Number(rule.min), unit);
  } else if (!rule.has_min) {
    window = fmt::format("≤ {} {}", Number(rule.max), unit);
  } else {
    window = fmt::format("{}-{} {}", Number(rule.min), Number(rule.max), unit);
  }
  if (standard::IsLength(rule.measure)) return window;
  switch (rule.from) {
    case standard::Edge::kTop:
      return texts.Format("explain.from_top", window);
    case standard::Edge::kBottom:
      return texts.Format("explain.from_bottom", window);
    case standard::Edge::kLeft:
      return texts.Format("explain.from_left", window);
  }
  return window;
}

std::string CheckText(const standard::CheckRule& rule, standard::Code code, const standard::Texts& texts) {
  if (rule.severity) return std::string(texts.Title(*rule.severity));
  std::string text;
  const auto add = [&](Severity severity, std::optional<double> limit) {
    if (!limit) return;
    if (!text.empty()) text += texts.language() == standard::Language::kZh ? "，" : ", ";
    const std::string_view title = texts.Title(severity);
    const std::string number = Number(*limit);
    text += code.bound() == standard::Bound::kBelow ? texts.Format("explain.below", title, number, code.unit())
                                                    : texts.Format("explain.above", title, number, code.unit());
  };
  add(Severity::kWarn, rule.warn);
  add(Severity::kReview, rule.review);
  add(Severity::kReject, rule.reject);
  return text;
}

}  // namespace gradphoto::cli
