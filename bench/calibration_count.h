// SPDX-License-Identifier: Apache-2.0
// Counts over the trials of one set of portraits, for the tables of a set and for those of several.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bench/calibration_table.h"

namespace gradphoto::bench {

struct Count {
  Share caught, reject, review, warn, any;
  std::vector<const Trial*> trials;
};

class Counter {
 public:
  using Belongs = std::function<bool(const Person&)>;  // Empty: everybody.

  explicit Counter(const Calibration& calibration);
  std::vector<const Trial*> Trials(TrialKind kind) const;
  // Trials of portraits that are accepted and did not show the codes before anything was done to them.
  Count CountFault(TrialKind kind, std::size_t what, std::size_t strength,
                   const std::vector<std::string>& codes, Severity wanted, const Belongs& belongs = {}) const;
  // What the codes say of these trials; no codes: all of them.
  Count CountHarsh(const std::vector<const Trial*>& trials, const std::vector<std::string>& codes,
                   const Belongs& belongs = {}) const;
  // What was said of the portrait under the background policy; null: it was not read.
  const Trial* Delivered(std::size_t person) const;

 private:
  const Calibration& calibration_;
  std::map<std::size_t, const Trial*> as_taken_, delivered_;  // By person.
};

bool IsHarsh(Severity severity);                                                    // Review or reject.
Severity WorstOf(const Verdicts& verdicts, const std::vector<std::string>& codes);  // No codes: all of them.
std::vector<double> ValuesOf(const std::vector<const Trial*>& trials, const std::string& code);

std::string Number(double value, int digits);  // Without zeros at the end.
std::string Percent(double value);             // One digit.
std::vector<std::string> Words(std::string_view text);

}  // namespace gradphoto::bench
