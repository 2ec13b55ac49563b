// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <set>
#include <sstream>

#include "bench/calibration_count.h"
#include "bench/calibration_table.h"
#include "lib/standard/codes.h"
#include "tests/support/fault_table.h"

namespace gradphoto::bench {
namespace {

constexpr std::size_t kFewFaults = 10;  // Photos of a set below which its share of a fault says nothing.

// The good portraits of a set, under the profile's background policy.
struct Good {
  std::string set;
  std::vector<const Trial*> trials;
};

// How bad a value is: higher is worse. Nothing where the code has no such order or nothing was measured.
std::optional<double> BadnessOf(const Trial& trial, const std::string& code) {
  const auto known = standard::Code::Find(code);
  const auto found = trial.verdicts.find(code);
  if (!known || found == trial.verdicts.end() || !found->second.value) return std::nullopt;
  const double value = *found->second.value;
  if (known->bound() == standard::Bound::kAbove) return std::abs(value);
  if (known->bound() == standard::Bound::kBelow) return -value;
  return std::nullopt;
}

std::vector<double> BadnessesOf(const Good& good, const std::string& code) {
  std::vector<double> values;
  for (const Trial* trial : good.trials) {
    if (const auto value = BadnessOf(*trial, code)) values.push_back(*value);
  }
  return values;
}

// The strictest limit that refuses no more than the target of the portraits in any of the sets.
std::optional<double> LimitFor(const std::vector<const Good*>& sets, const std::string& code) {
  std::optional<double> limit;
  for (const Good* good : sets) {
    std::vector<double> values = BadnessesOf(*good, code);
    if (values.empty()) continue;
    std::ranges::sort(values, std::greater());
    const auto refused =
        static_cast<std::size_t>(kFalseRejectTarget / 100 * static_cast<double>(good->trials.size()));
    const double own = values[std::min(refused, values.size() - 1)];
    limit = std::max(limit.value_or(own), own);
  }
  return limit;
}

double ShareBeyond(const Good& good, const std::string& code, double limit) {
  const std::vector<double> values = BadnessesOf(good, code);
  const auto beyond = std::ranges::count_if(values, [&](double value) { return value > limit; });
  return 100.0 * static_cast<double>(beyond) / static_cast<double>(good.trials.size());
}

// "limits; what they refuse of the set that did not choose them, at worst": each set is left out in turn.
std::string LeftOut(const std::vector<Good>& sets, const std::string& code) {
  std::optional<double> low, high;
  double worst = -1;
  std::string of;
  for (const Good& left : sets) {
    std::vector<const Good*> others;
    for (const Good& good : sets) {
      if (&good != &left) others.push_back(&good);
    }
    const auto limit = LimitFor(others, code);
    if (!limit) continue;
    low = std::min(low.value_or(*limit), *limit);
    high = std::max(high.value_or(*limit), *limit);
    if (const double share = ShareBeyond(left, code, *limit); share > worst) {
      worst = share;
      of = left.set;
    }
  }
  if (!low) return "–";
  const bool is_below = *low < 0 || *high < 0;
  const auto text = [&](double limit) { return Number(is_below ? -limit : limit, 3); };
  return (is_below ? text(*high) + "–" + text(*low) : text(*low) + "–" + text(*high)) + "; " + Percent(worst) +
         (worst > 0 ? " (" + of + ")" : "");
}

class SetWriter {
 public:
  explicit SetWriter(std::span<const Calibration> sets) : sets_(sets) {
    for (const Calibration& set : sets) {
      counters_.emplace_back(set);
      good_.push_back({set.source, counters_.back().Trials(TrialKind::kDelivered)});
    }
  }

  std::string Write() {
    text_ << "### Good portraits, set by set\n\nProfile " << sets_.front().standard->Id()
          << ", under its own background policy. Percent at review or reject; in brackets percent warned. *One "
             "set left out*: "
             "the\nstrictest limit that refuses at most "
          << Number(kFalseRejectTarget, 1)
          << " % of each of the other sets, from the least to the most over the sets left out, and what "
             "it\nrefuses of the "
             "set that had no word in it, at worst.\n\n";
    Head("| code |", "one set left out: limits; worst, % |");
    std::set<std::string, std::less<>> codes;
    for (const Good& good : good_) {
      for (const Trial* trial : good.trials) {
        for (const auto& [code, said] : trial->verdicts) {
          if (said.severity > Severity::kInfo) codes.insert(code);
        }
      }
    }
    std::vector<std::string> ordered(codes.begin(), codes.end());
    std::ranges::sort(ordered, {}, [](const std::string& code) { return standard::ImportanceOf(code); });
    for (const std::string& code : ordered) GoodRow(code, {code}, LeftOut(good_, code));
    GoodRow("any code", {}, "");
    WriteFaults();
    return text_.str();
  }

 private:
  void WriteFaults() {
    const auto faults = faults::AllFaults();
    std::string rows;
    for (std::size_t i = 0; i < faults.size(); ++i) {
      for (std::size_t j = faults[i].clear_from; j < faults[i].strengths.size(); ++j)
        rows += FaultRow(faults[i], i, j);
    }
    if (rows.empty()) return;
    text_ << "\n### Clear faults caught, set by set\n\nPercent of the portraits of a set that are accepted and "
             "did not show "
             "the code before; in brackets a share of fewer than "
          << kFewFaults << ",\nwhich counts for no worst.\n\n";
    Head("| fault |", "");
    text_ << rows;
  }

  void Head(std::string_view first, std::string_view last) {
    text_ << first;
    for (const Good& good : good_) text_ << " " << good.set << " (" << good.trials.size() << ") |";
    text_ << " worst | target | " << last << "\n|---|";
    for (std::size_t i = 0; i < good_.size(); ++i) text_ << "---|";
    text_ << "---|---|" << (last.empty() ? "" : "---|") << "\n";
  }

  void GoodRow(const std::string& name, const std::vector<std::string>& codes, const std::string& left_out) {
    text_ << "| " << name << " |";
    double worst = 0;
    for (std::size_t i = 0; i < good_.size(); ++i) {
      const Count count = counters_[i].CountHarsh(good_[i].trials, codes);
      worst = std::max(worst, count.caught.Percent());
      text_ << " " << Percent(count.caught.Percent());
      if (count.warn.hits > 0) text_ << " (" << Percent(count.warn.Percent()) << ")";
      text_ << " |";
    }
    text_ << " " << Percent(worst) << " | " << (worst <= kFalseRejectTarget ? "met" : "**missed**") << " | "
          << left_out << " |\n";
  }

  std::string FaultRow(const faults::Fault& fault, std::size_t what, std::size_t strength) {
    std::optional<double> worst;
    std::ostringstream cells;
    for (const Counter& counter : counters_) {
      const Share caught =
          counter.CountFault(TrialKind::kFault, what, strength, Words(fault.codes.text()), fault.wanted).caught;
      if (caught.trials == 0) {
        cells << " – |";
      } else if (caught.trials < kFewFaults) {
        cells << " (" << Percent(caught.Percent()) << ") |";
      } else {
        cells << " " << Percent(caught.Percent()) << " |";
        worst = std::min(worst.value_or(100), caught.Percent());
      }
    }
    if (!worst) return {};
    return "| " + std::string(fault.name) + ", " + StrengthText(fault, strength) + " |" + cells.str() + " " +
           Percent(*worst) + " | " + (*worst >= kCaughtTarget ? "met" : "**missed**") + " |\n";
  }

  std::span<const Calibration> sets_;
  std::vector<Counter> counters_;
  std::vector<Good> good_;
  std::ostringstream text_;
};

}  // namespace

std::string MakeSetTables(std::span<const Calibration> sets) { return SetWriter(sets).Write(); }

}  // namespace gradphoto::bench
