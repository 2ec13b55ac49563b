// SPDX-License-Identifier: Apache-2.0
// What the checks of one photo write down: raw values for the record and one verdict for each code that the
// standard asks for.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/record/record.h"
#include "lib/standard/codes.h"
#include "lib/standard/standard.h"

namespace gradphoto::check {

class Sheet {
 public:
  // `exempt` holds the codes that the roster excuses for this student: what they find is told as info.
  explicit Sheet(const standard::Standard& standard, std::set<standard::Code> exempt = {})
      : standard_(standard), exempt_(std::move(exempt)) {}

  // A raw quantity of the record's `measures`; the key carries the unit ("blur_px"). Rounded to `digits`
  // decimals.
  void Measure(std::string_view key, double value, int digits);

  // A numeric check (Bound::kAbove or kBelow): rounds to `digits` decimals and compares with the limits of the
  // profile; see check/judge.h.
  void Judge(standard::Code code, double value, int digits, std::string detail = {});
  // Both at once: the value is recorded under `key` and judged.
  void Judge(standard::Code code, std::string_view key, double value, int digits, std::string detail = {});
  // A yes/no check.
  void PassOrFail(standard::Code code, bool passed, std::string detail = {});
  // A window that the caller knows (placement, file). Both ends included, an absent end is open.
  void Window(standard::Code code, double value, std::optional<double> min, std::optional<double> max,
              std::string detail = {});
  // The check could not be made; `why` in plain English.
  void NotAssessed(standard::Code code, std::string why);
  // What was found has been mended: lowers the finding of this code, if there is one, to `severity` at most.
  void Soften(standard::Code code, Severity severity, std::string_view why);
  // The check could not be made and that itself is a bad sign, so a person has to look.
  void SendToReview(standard::Code code, std::string why);
  // A finding made elsewhere.
  void Add(Finding finding);

  const Json& measures() const { return measures_; }
  const std::vector<Finding>& findings() const { return findings_; }
  // The checks that were made and found nothing, in the order made: value and the first limit that would be
  // broken. Their severity means nothing.
  const std::vector<Finding>& passed() const { return passed_; }
  const Finding* Find(standard::Code code) const;  // Among the findings; null when there is none.

 private:
  const standard::Standard& standard_;
  std::set<standard::Code> exempt_;
  Json measures_ = Json::object();
  std::vector<Finding> findings_, passed_;
};

}  // namespace gradphoto::check
