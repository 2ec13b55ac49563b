// SPDX-License-Identifier: Apache-2.0
#include "bench/calibration_count.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

namespace gradphoto::bench {
namespace {

void Add(Share& share, bool hit) {
  ++share.trials;
  share.hits += hit ? 1 : 0;
}

}  // namespace

Counter::Counter(const Calibration& calibration) : calibration_(calibration) {
  for (const Trial& trial : calibration.trials) {
    if (trial.kind == TrialKind::kAsTaken) as_taken_[trial.person] = &trial;
    if (trial.kind == TrialKind::kDelivered) delivered_[trial.person] = &trial;
  }
}

std::vector<const Trial*> Counter::Trials(TrialKind kind) const {
  std::vector<const Trial*> trials;
  for (const Trial& trial : calibration_.trials) {
    if (trial.kind == kind) trials.push_back(&trial);
  }
  return trials;
}

Count Counter::CountFault(TrialKind kind, std::size_t what, std::size_t strength,
                          const std::vector<std::string>& codes, Severity wanted,
                          const Belongs& belongs) const {
  Count count;
  for (const Trial& trial : calibration_.trials) {
    if (trial.kind != kind || trial.what != what || trial.strength != strength) continue;
    if (belongs && !belongs(calibration_.people[trial.person])) continue;
    const Trial* delivered = Delivered(trial.person);
    if (delivered != nullptr && WorstOf(delivered->verdicts, {}) >= Severity::kReject) continue;
    const auto before = as_taken_.find(trial.person);
    if (before != as_taken_.end() && WorstOf(before->second->verdicts, codes) >= wanted) continue;
    const Severity worst = WorstOf(trial.verdicts, codes);
    count.trials.push_back(&trial);
    Add(count.caught, worst >= wanted);
    Add(count.reject, worst >= Severity::kReject);
    Add(count.review, worst == Severity::kReview);
    Add(count.warn, worst == Severity::kWarn);
    Add(count.any, IsHarsh(WorstOf(trial.verdicts, {})));
  }
  return count;
}

Count Counter::CountHarsh(const std::vector<const Trial*>& trials, const std::vector<std::string>& codes,
                          const Belongs& belongs) const {
  Count count;
  for (const Trial* trial : trials) {
    if (belongs && !belongs(calibration_.people[trial->person])) continue;
    const Severity worst = WorstOf(trial->verdicts, codes);
    count.trials.push_back(trial);
    Add(count.caught, IsHarsh(worst));
    Add(count.reject, worst >= Severity::kReject);
    Add(count.review, worst == Severity::kReview);
    Add(count.warn, worst == Severity::kWarn);
  }
  return count;
}

const Trial* Counter::Delivered(std::size_t person) const {
  const auto found = delivered_.find(person);
  return found == delivered_.end() ? nullptr : found->second;
}

bool IsHarsh(Severity severity) { return severity >= Severity::kReview; }

Severity WorstOf(const Verdicts& verdicts, const std::vector<std::string>& codes) {
  Severity worst = Severity::kInfo;
  for (const auto& [code, said] : verdicts) {
    if (codes.empty() || std::ranges::find(codes, code) != codes.end()) worst = std::max(worst, said.severity);
  }
  return worst;
}

std::vector<double> ValuesOf(const std::vector<const Trial*>& trials, const std::string& code) {
  std::vector<double> values;
  for (const Trial* trial : trials) {
    const auto found = trial->verdicts.find(code);
    if (found != trial->verdicts.end() && found->second.value) values.push_back(*found->second.value);
  }
  return values;
}

std::string Number(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  std::string result = text.data();
  if (result.find('.') != std::string::npos) {
    while (result.back() == '0') result.pop_back();
    if (result.back() == '.') result.pop_back();
  }
  return result == "-0" ? "0" : result;
}

std::string Percent(double value) { return Number(value, 1); }

std::vector<std::string> Words(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

}  // namespace gradphoto::bench
