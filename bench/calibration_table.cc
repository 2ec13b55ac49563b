// SPDX-License-Identifier: Apache-2.0
#include "bench/calibration_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

#include "bench/calibration_count.h"
#include "lib/standard/codes.h"
#include "tests/support/fault_table.h"

namespace gradphoto::bench {
namespace {

constexpr double kGroupTarget = 2;  // Percentage points.
constexpr double kZ = 1.959964;     // Of a 95 % interval.

std::string WithInterval(const Share& share) {
  return Percent(share.Percent()) + " (" + Percent(share.LowPercent()) + "–" + Percent(share.HighPercent()) +
         ")";
}

std::string Joined(const std::vector<std::string>& words, std::string_view by) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(by)) + word;
  return text;
}

// "median (5th-95th percentile)" of what was measured.
std::string Spread(std::vector<double> values) {
  if (values.empty()) return "–";
  std::ranges::sort(values);
  const auto at = [&](double p) {
    return values[static_cast<std::size_t>(std::lround(p * double(values.size() - 1)))];
  };
  const int digits = std::abs(at(0.5)) < 10 ? 3 : 1;
  return Number(at(0.5), digits) + " (" + Number(at(0.05), digits) + "–" + Number(at(0.95), digits) + ")";
}

std::string Limits(const standard::Standard& standard, const std::string& code) {
  const auto known = standard::Code::Find(code);
  const standard::CheckRule* rule = known ? standard.Check(*known) : nullptr;
  if (rule == nullptr) return "off or by window";
  if (rule->severity) return std::string(SeverityName(*rule->severity));
  std::vector<std::string> parts;
  const bool above = known->bound() == standard::Bound::kAbove;
  const auto add = [&](const char* name, const std::optional<double>& limit) {
    if (limit) parts.push_back(std::string(name) + (above ? " > " : " < ") + Number(*limit, 3));
  };
  add("warn", rule->warn);
  add("review", rule->review);
  add("reject", rule->reject);
  return Joined(parts, ", ") + " " + std::string(known->unit());
}

class Writer {
 public:
  explicit Writer(const Calibration& calibration) : calibration_(calibration), counter_(calibration) {
    csv_ << "table,name,codes,strength,clear,group,trials,reject,review,warn,caught,caught_percent,low_"
            "percent,"
            "high_percent,target_percent,met\n";
  }

  Tables Write() {
    Heading();
    Faults();
    Clean();
    Groups();
    Variations();
    tables_.markdown = Summary() + text_.str();
    tables_.csv = csv_.str();
    tables_.all_met = missed_.empty();
    return std::move(tables_);
  }

 private:
  const standard::Standard& Profile() const { return *calibration_.standard; }

  void Row(std::string_view table, std::string_view name, std::string_view codes, std::string_view strength,
           std::string_view clear, std::string_view group, const Count& count, double target,
           std::string_view met) {
    const auto quote = [](std::string_view cell) { return "\"" + std::string(cell) + "\""; };
    csv_ << table << "," << quote(name) << "," << quote(codes) << "," << quote(strength) << "," << clear << ","
         << quote(group) << "," << count.caught.trials << "," << count.reject.hits << "," << count.review.hits
         << "," << count.warn.hits << "," << count.caught.hits << "," << Percent(count.caught.Percent()) << ","
         << Percent(count.caught.LowPercent()) << "," << Percent(count.caught.HighPercent()) << ","
         << Number(target, 1) << "," << met << "\n";
  }

  void Heading() {
    text_ << "Profile " << Profile().Id() << ", " << calibration_.people.size() << " portraits ("
          << calibration_.source << ").";
    const auto& left_out = calibration_.left_out;
    if (!left_out.empty()) text_ << " Left out by hand as no good ones:";
    for (const std::string& id : left_out) text_ << " " << id << (&id == &left_out.back() ? "." : ",");
    text_ << "\n\n";
  }

  struct FaultRow {
    TrialKind kind;
    std::size_t what;
    std::string_view name, codes, reason;
    std::vector<std::string> strengths;
    std::size_t clear_from;
    Severity wanted;
  };

  void FaultRows(const FaultRow& row) {
    const std::vector<std::string> codes = Words(row.codes);
    bool first = true;
    for (std::size_t j = 0; j < row.strengths.size(); ++j) {
      const Count count = counter_.CountFault(row.kind, row.what, j, codes, row.wanted);
      if (count.trials.empty()) continue;
      const bool clear = j >= row.clear_from;
      std::string met;
      if (clear) {
        met = count.caught.Percent() >= kCaughtTarget ? "met" : "missed";
        if (met == "met") {
          ++met_;
        } else {
          missed_.push_back(std::string(row.name) + ", " + row.strengths[j] + ": " +
                            Percent(count.caught.Percent()) + " % caught by " + Joined(codes, ", "));
        }
      }
      const std::string clear_text = !clear                ? ""
                                     : j == row.clear_from ? "yes: " + std::string(row.reason)
                                                           : "yes";
      text_ << "| " << (first ? std::string(row.name) : "") << " | " << (first ? Joined(codes, " ") : "")
            << " | " << row.strengths[j] << " | " << clear_text << " | " << count.caught.trials << " | "
            << Percent(count.reject.Percent()) << " | " << Percent(count.review.Percent()) << " | "
            << Percent(count.warn.Percent()) << " | " << WithInterval(count.caught) << " | "
            << Percent(count.any.Percent()) << " | " << Spread(ValuesOf(count.trials, codes.front())) << " | "
            << (met == "missed" ? "**missed**" : met) << " |\n";
      Row("fault", row.name, row.codes, row.strengths[j], clear ? "yes" : "no", "all", count, kCaughtTarget,
          met);
      first = false;
    }
  }

  void Faults() {
    text_ << "### Faults caught, by strength\n\n"
             "In percent of the portraits that are accepted and did not show the code before; the wall is "
             "judged as it is,\n"
             "whatever the profile would replace. *Caught*: the fault's own code "
             "with review or\n"
             "reject (with warn where only a hint is due: ORIENTATION_GUESSED, BACKGROUND_EDITED). "
             "*Any*:\n"
             "reviewed or rejected, for whatever reason. *Measured*: median and 5th–95th percentile of the "
             "first code.\n\n"
             "| fault | codes | strength | clearly faulty | photos | reject | review | warn | caught (95 % "
             "interval) | "
             "any | "
             "measured | target 95 % |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n";
    const auto faults = faults::AllFaults();
    for (std::size_t i = 0; i < faults.size(); ++i) {
      const faults::Fault& fault = faults[i];
      FaultRow row{TrialKind::kFault, i,  fault.name,       fault.codes.text(),
                   fault.reason,      {}, fault.clear_from, fault.wanted};
      for (std::size_t j = 0; j < fault.strengths.size(); ++j) row.strengths.push_back(StrengthText(fault, j));
      FaultRows(row);
    }
    for (std::size_t i = 0; i < calibration_.data.size(); ++i) {
      const FaultData& data = calibration_.data[i];
      FaultRows({TrialKind::kData,
                 i,
                 data.name,
                 data.codes,
                 data.reason,
                 {data.strength},
                 data.reason.empty() ? std::size_t{1} : std::size_t{0},
                 Severity::kReview});
    }
    text_ << "\n";
  }

  void Judge(const std::string& name, const Share& rejected, std::string& met) {
    met = rejected.Percent() <= kFalseRejectTarget ? "met" : "missed";
    if (met == "met") {
      ++met_;
    } else {
      missed_.push_back(name + ": " + Percent(rejected.Percent()) + " % falsely rejected");
    }
  }

  void Clean() {
    std::set<std::string> codes;
    for (const Trial* trial : counter_.Trials(TrialKind::kAsTaken)) {
      for (const auto& [code, said] : trial->verdicts) codes.insert(code);
    }
    for (const Trial* trial : counter_.Trials(TrialKind::kDelivered)) {
      for (const auto& [code, said] : trial->verdicts) codes.insert(code);
    }
    std::vector<std::string> ordered(codes.begin(), codes.end());
    std::ranges::sort(ordered, {}, [](const std::string& code) { return standard::ImportanceOf(code); });
    text_ << "### Good portraits, by check\n\n"
             "*As delivered*: under the profile's background policy, after replacement where it asks for one; "
             "the target "
             "holds\nthere. *As photographed*: the wall is judged as it is.\n\n"
             "| code | limits in force | measured | rejected, % (95 %) | to review, % (95 %) | warn, % | as "
             "photographed: rejected, % | review, % | target ≤ 2 % rejected "
             "|\n|---|---|---|---|---|---|---|---|---|\n";
    const auto row = [&](const std::string& name, const std::vector<std::string>& of, const std::string& limits,
                         const std::string& measured) {
      const Count clean = counter_.CountHarsh(counter_.Trials(TrialKind::kAsTaken), of);
      const Count delivered = counter_.CountHarsh(counter_.Trials(TrialKind::kDelivered), of);
      std::string met;
      Judge(name, delivered.reject, met);
      text_ << "| " << name << " | " << limits << " | " << measured << " | " << WithInterval(delivered.reject)
            << " | " << WithInterval(delivered.review) << " | " << Percent(delivered.warn.Percent()) << " | "
            << Percent(clean.reject.Percent()) << " | " << Percent(clean.review.Percent()) << " | "
            << (met == "met" ? met : "**missed**") << " |\n";
      Row("as photographed", name, "", "", "", "all", clean, kFalseRejectTarget, "");
      Row("as delivered", name, "", "", "", "all", delivered, kFalseRejectTarget, met);
    };
    for (const std::string& code : ordered) {
      row(code, {code}, Limits(Profile(), code), Spread(ValuesOf(counter_.Trials(TrialKind::kAsTaken), code)));
    }
    row("any code", {}, "", "");
    text_ << "\n";
  }

  struct Grouping {
    std::string name;
    std::string Person::* field;
  };
  static std::array<Grouping, 3> Groupings() {
    return {{{"sex", &Person::sex}, {"ethnicity", &Person::ethnicity}, {"age", &Person::age_group}}};
  }

  std::vector<std::string> GroupsOf(std::string Person::* field) const {
    std::set<std::string> names;
    for (const Person& person : calibration_.people) {
      if (!(person.*field).empty()) names.insert(person.*field);
    }
    return {names.begin(), names.end()};
  }

  void Groups() {
    const bool any = std::ranges::any_of(calibration_.people, [](const Person& person) {
      return !person.sex.empty() || !person.ethnicity.empty() || !person.age_group.empty();
    });
    if (!any) return;
    const auto clean = counter_.Trials(TrialKind::kDelivered), varied = counter_.Trials(TrialKind::kVariation);
    text_ << "### Groups\n\n"
             "Rejected or sent to review although good: the portraits as they are, and with the harmless "
             "variations below.\n"
             "*Clear faults caught* is over all faults whose codes are built.\n\n"
             "| group | people | rejected, % (95 %) | review, % (95 %) | varied: rejected, % (95 %) | varied: "
             "review, % | "
             "clear faults caught, % (95 %) |\n|---|---|---|---|---|---|---|\n";
    std::string differences;
    for (const Grouping& grouping : Groupings()) {
      const std::vector<std::string> names = GroupsOf(grouping.field);
      if (names.size() < 2) continue;
      std::vector<double> rejected, varied_rejected, reviewed, caught;
      for (const std::string& name : names) {
        const auto belongs = [&](const Person& person) { return person.*(grouping.field) == name; };
        const Count good = counter_.CountHarsh(clean, {}, belongs),
                    other = counter_.CountHarsh(varied, {}, belongs);
        const Share clear = ClearFaultsCaught(belongs);
        text_ << "| " << grouping.name << ": " << name << " | " << good.caught.trials << " | "
              << WithInterval(good.reject) << " | " << WithInterval(good.review) << " | "
              << WithInterval(other.reject) << " | " << Percent(other.review.Percent()) << " | "
              << WithInterval(clear) << " |\n";
        Row("group", "any code", "", "", "", grouping.name + ": " + name, good, kFalseRejectTarget, "");
        Row("group varied", "any code", "", "", "", grouping.name + ": " + name, other, kFalseRejectTarget, "");
        rejected.push_back(good.reject.Percent());
        reviewed.push_back(good.review.Percent());
        varied_rejected.push_back(other.reject.Percent());
        caught.push_back(clear.Percent());
      }
      const auto range = [](const std::vector<double>& values) {
        const auto [low, high] = std::ranges::minmax(values);
        return high - low;
      };
      const double worst = std::max(range(rejected), range(varied_rejected));
      const bool met = worst <= kGroupTarget;
      met ? static_cast<void>(++met_)
          : missed_.push_back(grouping.name + ": groups differ by " + Percent(worst) +
                              " points in false rejection");
      differences += "- " + grouping.name + ": false rejection differs by " + Percent(range(rejected)) +
                     " points, with variations by " + Percent(range(varied_rejected)) + "; review by " +
                     Percent(range(reviewed)) + "; faults caught by " + Percent(range(caught)) +
                     ". Target ≤ 2 points: " + (met ? "met" : "**missed**") + "\n";
    }
    text_ << "\n" << differences << "\n";
    GroupsByCheck();
  }

  Share ClearFaultsCaught(const std::function<bool(const Person&)>& belongs) const {
    Share sum;
    const auto faults = faults::AllFaults();
    for (std::size_t i = 0; i < faults.size(); ++i) {
      const std::vector<std::string> codes = Words(faults[i].codes.text());
      for (std::size_t j = faults[i].clear_from; j < faults[i].strengths.size(); ++j) {
        const Count count = counter_.CountFault(TrialKind::kFault, i, j, codes, faults[i].wanted, belongs);
        sum.hits += count.caught.hits;
        sum.trials += count.caught.trials;
      }
    }
    return sum;
  }

  // Every check that refused or sent to review any good or harmlessly varied portrait.
  void GroupsByCheck() {
    std::vector<const Trial*> good = counter_.Trials(TrialKind::kDelivered);
    for (const Trial* trial : counter_.Trials(TrialKind::kVariation)) good.push_back(trial);
    std::set<std::string> codes;
    for (const Trial* trial : good) {
      for (const auto& [code, said] : trial->verdicts) {
        if (IsHarsh(said.severity)) codes.insert(code);
      }
    }
    if (codes.empty()) return;
    text_ << "Checks that refused good or harmlessly varied portraits, in percent of each group (reject / "
             "review):\n\n"
             "| code |";
    std::vector<std::pair<const Grouping, std::string>> columns;
    for (const Grouping& grouping : Groupings()) {
      for (const std::string& name : GroupsOf(grouping.field)) columns.emplace_back(grouping, name);
    }
    for (const auto& [grouping, name] : columns) text_ << " " << name << " |";
    text_ << "\n|---|";
    for (std::size_t i = 0; i < columns.size(); ++i) text_ << "---|";
    text_ << "\n";
    for (const std::string& code : codes) {
      text_ << "| " << code << " |";
      for (const auto& [grouping, name] : columns) {
        const Count count = counter_.CountHarsh(
            good, {code}, [&](const Person& person) { return person.*(grouping.field) == name; });
        text_ << " " << Percent(count.reject.Percent()) << " / " << Percent(count.review.Percent()) << " |";
        Row("group by check", code, code, "", "", grouping.name + ": " + name, count, kFalseRejectTarget, "");
      }
      text_ << "\n";
    }
    text_ << "\n";
  }

  void Variations() {
    text_ << "### Harmless variations\n\n"
             "What good photos differ in. Counted where the code was not there before; all codes.\n\n"
             "| variation | rejected, % (95 %) | review, % (95 %) | new codes | target ≤ 2 % "
             "|\n|---|---|---|---|---|\n";
    const auto variations = faults::AllVariations();
    for (std::size_t i = 0; i < variations.size(); ++i) {
      Count count;
      std::map<std::string, std::size_t> fresh;
      for (const Trial* trial : counter_.Trials(TrialKind::kVariation)) {
        if (trial->what != i) continue;
        const Trial* before = counter_.Delivered(trial->person);
        Severity worst = Severity::kInfo;
        for (const auto& [code, said] : trial->verdicts) {
          if (!IsHarsh(said.severity)) continue;
          if (before != nullptr && IsHarsh(WorstOf(before->verdicts, {code}))) continue;
          worst = std::max(worst, said.severity);
          ++fresh[code];
        }
        ++count.reject.trials;
        ++count.review.trials;
        ++count.caught.trials;
        count.reject.hits += worst >= Severity::kReject ? 1 : 0;
        count.review.hits += worst == Severity::kReview ? 1 : 0;
        count.caught.hits += IsHarsh(worst) ? 1 : 0;
      }
      if (count.reject.trials == 0) continue;
      std::string met, names;
      Judge(std::string(variations[i].name), count.reject, met);
      for (const auto& [code, times] : fresh)
        names += (names.empty() ? "" : ", ") + code + " " + std::to_string(times);
      text_ << "| " << variations[i].name << " | " << WithInterval(count.reject) << " | "
            << WithInterval(count.review) << " | " << names << " | " << (met == "met" ? met : "**missed**")
            << " |\n";
      Row("variation", variations[i].name, names, "", "", "all", count, kFalseRejectTarget, met);
    }
  }

  std::string Summary() const {
    std::ostringstream out;
    out << met_ << " targets are met, " << missed_.size() << " missed";
    out << (missed_.empty() ? ".\n\n" : ":\n\n");
    for (const std::string& what : missed_) out << "- " << what << "\n";
    if (!missed_.empty()) out << "\n";
    return out.str();
  }

  const Calibration& calibration_;
  Counter counter_;
  std::ostringstream text_, csv_;
  std::vector<std::string> missed_;
  std::size_t met_ = 0;
  Tables tables_;
};

}  // namespace

double Share::LowPercent() const {
  if (trials == 0) return 0;
  const double n = static_cast<double>(trials), p = static_cast<double>(hits) / n, z2 = kZ * kZ;
  const double centre = p + z2 / (2 * n), spread = kZ * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return std::max(0.0, 100 * (centre - spread) / (1 + z2 / n));
}

double Share::HighPercent() const {
  if (trials == 0) return 100;
  Share other{trials - hits, trials};
  return 100 - other.LowPercent();
}

Tables MakeTables(const Calibration& calibration) { return Writer(calibration).Write(); }

}  // namespace gradphoto::bench
