// SPDX-License-Identifier: Apache-2.0
// Counts what the checks said of good and of faulty pictures, and writes the tables of docs/CALIBRATION.md.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "lib/standard/standard.h"
#include "tests/support/verdicts.h"

namespace gradphoto::bench {

// A share with its 95 % interval. Source: Wilson, "Probable inference, the law of succession, and statistical
// inference", JASA 22 (1927).
struct Share {
  std::size_t hits = 0, trials = 0;
  double Percent() const {
    return trials == 0 ? 0 : 100.0 * static_cast<double>(hits) / static_cast<double>(trials);
  }
  double LowPercent() const;  // 0 and 100 without trials.
  double HighPercent() const;
};

inline constexpr double kCaughtTarget = 95, kFalseRejectTarget = 2;  // Percent.

struct Person {
  std::string id, sex, ethnicity, age_group;  // Empty: not known.
};

using faults::Verdicts;

enum class TrialKind {
  kAsTaken,    // Good, the wall judged as it is.
  kDelivered,  // Good, under the profile's background policy.
  kVariation,  // Harmlessly altered, under the profile's background policy.
  kFault,      // With a fault, the wall judged as it is.
  kData,       // Photographed with a fault, the wall judged as it is.
};

struct Trial {
  TrialKind kind = TrialKind::kAsTaken;
  std::size_t person = 0;    // Index into Calibration::people.
  std::size_t what = 0;      // Index of the fault or variation.
  std::size_t strength = 0;  // Index into the fault's strengths.
  Verdicts verdicts;
};

// A fault that is not injected but photographed, such as the smiling half of a set.
struct FaultData {
  std::string name, codes, strength;
  std::string reason;  // Why it is clearly faulty; empty: it is not.
};

struct Calibration {
  const standard::Standard* standard = nullptr;
  std::string source;                 // Of the portraits, for the heading.
  std::vector<std::string> left_out;  // Portraits that a person found to be no good ones.
  std::vector<Person> people;
  std::vector<FaultData> data;
  std::vector<Trial> trials;
};

struct Tables {
  std::string markdown, csv;
  bool all_met = true;
};
Tables MakeTables(const Calibration& calibration);
// Markdown: the same profile on several sets (at least one), each in a column of its own, and the worst of
// them.
std::string MakeSetTables(std::span<const Calibration> sets);

}  // namespace gradphoto::bench
