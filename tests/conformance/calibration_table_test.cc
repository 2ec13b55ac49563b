// SPDX-License-Identifier: Apache-2.0
#include "bench/calibration_table.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/support/fault_table.h"

using namespace gradphoto;
using namespace gradphoto::bench;

namespace {

std::size_t IndexOf(std::string_view name) {
  return static_cast<std::size_t>(faults::FindFault(name) - faults::AllFaults().data());
}

// Twenty people, half of each sex; `blurred` of them are found blurred at the third strength, and the first
// `falsely` are refused although good.
Calibration Made(const standard::Standard& standard, std::size_t blurred, std::size_t falsely) {
  Calibration calibration;
  calibration.standard = &standard;
  for (std::size_t i = 0; i < 20; ++i) {
    calibration.people.push_back({std::to_string(i), i < 10 ? "female" : "male", "", ""});
    faults::Verdicts good, faulty;
    good["BLURRED"] = {Severity::kInfo, true, 0.6};
    if (i < falsely) good["MOUTH_OPEN"] = {Severity::kReject, false, 0.2};
    faulty["BLURRED"] = {i >= 20 - blurred ? Severity::kReject : Severity::kWarn, false, 2.5};
    calibration.trials.push_back({TrialKind::kAsTaken, i, 0, 0, good});
    calibration.trials.push_back({TrialKind::kDelivered, i, 0, 0, good});
    calibration.trials.push_back({TrialKind::kFault, i, IndexOf("defocus_gaussian"), 2, faulty});
  }
  return calibration;
}

bool Holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("intervals are Wilson's") {
  // Newcombe, Statistics in Medicine 17 (1998), table I: 81/263, 15/148, 0/20, 1/29.
  CHECK(Share{81, 263}.LowPercent() == doctest::Approx(25.53).epsilon(0.001));
  CHECK(Share{81, 263}.HighPercent() == doctest::Approx(36.62).epsilon(0.001));
  CHECK(Share{15, 148}.LowPercent() == doctest::Approx(6.24).epsilon(0.001));
  CHECK(Share{15, 148}.HighPercent() == doctest::Approx(16.05).epsilon(0.001));
  CHECK(Share{0, 20}.LowPercent() == 0);
  CHECK(Share{0, 20}.HighPercent() == doctest::Approx(16.11).epsilon(0.001));
  CHECK(Share{1, 29}.HighPercent() == doctest::Approx(17.18).epsilon(0.001));
  CHECK(Share{20, 20}.HighPercent() == 100);
  CHECK(Share{}.LowPercent() == 0);
  CHECK(Share{}.HighPercent() == 100);
}

TEST_CASE("targets are met at 95 % caught and 2 % refused, and missed below") {
  const standard::Standard standard;
  const Tables met = MakeTables(Made(standard, 19, 0));
  CHECK(met.all_met);
  CHECK(Holds(met.csv, "fault,\"defocus_gaussian\",\"BLURRED\",\"3 px sigma\",yes,\"all\",20,19,0,1,19,95,"));
  const Tables missed = MakeTables(Made(standard, 18, 0));
  CHECK(!missed.all_met);
  CHECK(Holds(missed.markdown, "- defocus_gaussian, 3 px sigma: 90 % caught by BLURRED"));
}

TEST_CASE("people refused although good count against the checks and their groups, not for the faults") {
  const standard::Standard standard;
  const Tables tables = MakeTables(Made(standard, 18, 1));
  CHECK(!tables.all_met);
  CHECK(Holds(tables.markdown, "- MOUTH_OPEN: 5 % falsely rejected"));
  CHECK(Holds(tables.markdown, "- sex: groups differ by 10 points in false rejection"));
  // The refused person's fault is not counted: 18 of 19.
  CHECK(Holds(tables.csv, "\"3 px sigma\",yes,\"all\",19,18,0,1,18,94.7,"));
}

TEST_CASE("of several sets the worst decides, and each is measured by limits that the others chose") {
  const standard::Standard standard;
  std::vector<Calibration> sets = {Made(standard, 20, 0), Made(standard, 18, 1), Made(standard, 20, 0)};
  sets[0].source = "first";
  sets[1].source = "second";
  sets[2].source = "third";
  // Everybody's head of the third set is turned further than anybody's of the others; -3 is as far as 3.
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (Trial& trial : sets[i].trials) {
      if (trial.kind != TrialKind::kDelivered) continue;
      const double turned = i == 2 ? -8 : static_cast<double>(trial.person) / 10;
      trial.verdicts["HEAD_TURNED"] = {Severity::kWarn, false, turned};
    }
  }
  const std::string text = MakeSetTables(sets);
  CHECK(Holds(text, "| first (20) | second (20) | third (20) | worst |"));
  CHECK(Holds(text, "| MOUTH_OPEN | 0 | 5 | 0 | 5 | **missed** |"));
  CHECK(Holds(text, "| HEAD_TURNED | 0 (100) | 0 (100) | 0 (100) | 0 | met | 1.9–8; 100 (third) |"));
  // Of the second set, whose first person is refused although good, 18 of 19; the worst is below the target.
  CHECK(Holds(text, "| defocus_gaussian, 3 px sigma | 100 | 94.7 | 100 | 94.7 | **missed** |"));
}
