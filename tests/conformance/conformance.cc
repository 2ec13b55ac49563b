// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/conformance.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <sstream>

#include <opencv2/imgproc.hpp>

#include "lib/base/file.h"
#include "lib/check/checks.h"
#include "lib/image/encode.h"
#include "lib/pipeline/photo.h"
#include "lib/standard/codes.h"
#include "lib/table/table.h"
#include "tests/support/fault_table.h"

namespace gradphoto::conformance {
namespace {

using faults::Said;
using faults::Verdicts;

constexpr std::string_view kStudio = "+studio";
// The portraits that missing faults are put into; the second for what the first wears already.
const Case kBase{"城东教学点/110000200302118621.jpg+studio", "", "", "cet", "source"};
const Case kHatlessBase{"城东教学点/20220102.png+studio", "", "", "cet", "source"};

std::vector<std::string> Words(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::optional<double> NumberOf(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::string TextOf(double value) {
  std::ostringstream text;
  text.precision(6);
  text << value;
  return text.str();
}

// What may change with the processor and the compiler: a little of the value, and a step of its unit.
double DefaultTolerance(std::string_view name, double value) {
  const auto code = standard::Code::Find(name);
  std::string_view unit = code ? code->unit() : name.substr(name.rfind('_') + 1);
  const double step = unit == "ratio"                                         ? 0.01
                      : unit == "px"                                          ? 0.1
                      : unit == "deg"                                         ? 0.2
                      : unit == "percent"                                     ? 0.3
                      : unit == "delta_e" || unit == "lightness"              ? 0.3
                      : unit == "bytes" || unit == "dpi" || unit == "quality" ? 0.5
                                                                              : 0.1;
  const double tolerance = 0.02 * std::abs(value) + step / 2;
  return std::round(tolerance * 1000) / 1000;
}

}  // namespace

Result<Table> ReadTable(const std::filesystem::path& file) {
  TRY_ASSIGN(const auto text, ReadTextFile(file, 4u << 20));
  Table table;
  std::istringstream in(text);
  std::string line, body;
  bool in_header = true;
  while (std::getline(in, line)) {
    if (in_header) {
      table.header += line + "\n";
      in_header = line.starts_with("#");
    } else {
      body += line + "\n";
    }
  }
  TRY_ASSIGN(const auto csv, table::ParseTable(body, file.string()));
  for (const table::TableRow& row : csv.rows) {
    if (row.cells.size() != 9) {
      return Fail(ErrorKind::kInput,
                  file.string() + ": row " + std::to_string(row.line) + " has not nine cells");
    }
    const auto& cells = row.cells;
    const Case what{cells[0], cells[1], cells[2], cells[3], cells[4]};
    const auto known = std::ranges::find(table.cases, what, &CaseRows::what);
    CaseRows& rows = known != table.cases.end() ? *known : table.cases.emplace_back(CaseRows{what, {}});
    if (!cells[5].empty())
      rows.rows.push_back({cells[5], NumberOf(cells[6]), NumberOf(cells[7]).value_or(0), cells[8]});
  }
  return table;
}

std::string WriteTable(const Table& table) {
  std::string text = table.header;
  for (const CaseRows& rows : table.cases) {
    const Case& what = rows.what;
    for (const Expectation& row : rows.rows) {
      text += what.photo + "," + what.fault + "," + what.strength + "," + what.standard + "," + what.kind +
              "," + row.code + "," + (row.value ? TextOf(*row.value) : "") + "," +
              (row.value ? TextOf(row.tolerance) : "") + "," + row.verdict + "\n";
    }
  }
  return text;
}

Result<const pipeline::Engine*> Runner::EngineOf(const std::string& standard) {
  std::unique_ptr<pipeline::Engine>& engine = engines_[standard];
  if (engine == nullptr) {
    pipeline::EngineOptions options;
    options.standard = standard;
    options.config_dir = source_dir_ / "configs";
    options.model_dir = model_dir_;
    TRY_ASSIGN(auto created, pipeline::Engine::Create(options));
    engine = std::make_unique<pipeline::Engine>(std::move(created));
  }
  return engine.get();
}

Result<const faults::Portrait*> Runner::PortraitOf(const std::string& photo, const std::string& standard) {
  const auto key = std::pair(photo, standard);
  if (const auto known = portraits_.find(key); known != portraits_.end()) return &known->second;
  TRY_ASSIGN(const auto engine, EngineOf(standard));
  const bool studio = photo.ends_with(kStudio);
  const std::string name = studio ? photo.substr(0, photo.size() - kStudio.size()) : photo;
  TRY_ASSIGN(const auto bytes,
             ReadFile(source_dir_ / "samples" / "photos" / name, image::DecodeLimits{}.max_file_bytes));
  auto decoded = image::Decode(bytes);
  if (!decoded) return Fail(ErrorKind::kInput, name + ": " + decoded.error().message);
  TRY_ASSIGN(auto portrait, faults::Study(*engine, *decoded));
  if (studio) {
    TRY_ASSIGN(portrait, faults::Study(*engine, {faults::StudioWall(portrait), decoded->facts}));
  }
  return &(portraits_[key] = std::move(portrait));
}

Result<pipeline::PhotoResult> Runner::Judge(const Case& what) {
  using pipeline::PhotoKind;
  using pipeline::Wall;
  TRY_ASSIGN(const auto engine, EngineOf(what.standard));
  const PhotoKind kind = what.kind == "finished" ? PhotoKind::kFinished : PhotoKind::kSource;
  const bool studio = what.photo.ends_with(kStudio);
  if (what.fault == "-" && !studio) {  // The file itself.
    Record record;
    record.photo = (source_dir_ / "samples" / "photos" / what.photo).string();
    return pipeline::ProcessPhoto(*engine, std::move(record), kind);
  }
  TRY_ASSIGN(const auto portrait, PortraitOf(what.photo, what.standard));
  const image::Photo clean{portrait->bgr, portrait->facts};
  if (what.fault == "-") return pipeline::JudgePixels(*engine, clean, kind, Wall::kAsPolicySays);
  const auto strength = NumberOf(what.strength);
  if (!strength) return Fail(ErrorKind::kUsage, what.fault + ": no strength");
  if (what.fault.starts_with("delivered")) {
    cv::Mat picture = pipeline::JudgePixels(*engine, clean, PhotoKind::kSource, Wall::kAsPolicySays).rendered;
    if (picture.empty()) return Fail(ErrorKind::kUsage, what.photo + ": nothing is delivered");
    int quality = 92, dpi = engine->standard.frame.dpi;
    if (what.fault == "delivered") quality = static_cast<int>(*strength);
    if (what.fault == "delivered_dpi") dpi = static_cast<int>(*strength);
    if (what.fault == "delivered_width") {
      const double scale = *strength / picture.cols;
      cv::resize(picture, picture, {}, scale, scale, cv::INTER_AREA);
    }
    TRY_ASSIGN(const auto bytes, image::EncodeJpeg(picture, quality, image::ChromaSampling::k420, dpi));
    auto decoded = image::Decode(bytes);
    if (!decoded) return Fail(ErrorKind::kInternal, decoded.error().message);
    return pipeline::JudgePixels(*engine, std::move(*decoded), PhotoKind::kFinished, Wall::kAsItIs);
  }
  const faults::Fault* fault = faults::FindFault(what.fault);
  if (fault == nullptr) return Fail(ErrorKind::kUsage, what.fault + ": no such fault");
  const Case& other_base = what.photo == kBase.photo ? kHatlessBase : kBase;
  TRY_ASSIGN(const auto other, PortraitOf(other_base.photo, what.standard));
  // The wall as it is: what a replacement mends would not be found.
  return pipeline::JudgePixels(*engine, fault->inject(*portrait, *other, *strength), kind, Wall::kAsItIs);
}

Result<Verdicts> Runner::Run(const Case& what) {
  TRY_ASSIGN(const auto result, Judge(what));
  Verdicts verdicts = faults::VerdictsOf(result);
  const Json measures = result.record.measures.Open();
  for (const auto& [group, values] : measures.items()) {
    for (const auto& [key, value] : values.items()) {
      if (!value.is_number()) continue;
      std::string name = group;
      name.append(".").append(key);
      verdicts[name] = {Severity::kInfo, true, value.get<double>()};
    }
  }
  return verdicts;
}

std::string VerdictText(const Said& said) {
  return said.passed ? "pass" : std::string(SeverityName(said.severity));
}

std::vector<std::string> CodesOfChecks() {
  std::vector<std::string> codes;
  const auto add = [&](standard::Codes list) {
    for (const standard::Code code : list.All()) codes.emplace_back(code);
  };
  for (const check::PhotoCheck& check : check::PhotoChecks()) add(check.codes);
  for (const check::OutputCheck& check : check::OutputChecks()) add(check.codes);
  return codes;
}

std::vector<Expectation> RenewedRows(const CaseRows& old, const Verdicts& said) {
  std::vector<std::string> names;
  const auto want = [&](const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  const bool all = std::ranges::find(old.rows, "*", &Expectation::code) != old.rows.end();
  if (const faults::Fault* fault = faults::FindFault(old.what.fault)) {
    for (const std::string& code : Words(fault->codes.text())) {
      if (said.contains(code)) want(code);
    }
  }
  for (const Expectation& row : old.rows) {
    if (row.code != "*" && said.contains(row.code)) want(row.code);
  }
  for (const auto& [name, what] : said) {
    const bool is_code = standard::Code::Find(name).has_value();
    if (is_code && (all || what.severity >= Severity::kWarn)) want(name);
  }
  std::ranges::stable_sort(names, {}, [](const std::string& name) { return standard::ImportanceOf(name); });
  std::vector<Expectation> rows;
  if (all) rows.push_back({"*", {}, 0, ""});
  for (const std::string& name : names) {
    const Said& what = said.at(name);
    Expectation row{name, what.value, 0,
                    standard::Code::Find(name).has_value() ? VerdictText(what) : "measured"};
    if (row.value) {
      const auto before = std::ranges::find(old.rows, name, &Expectation::code);
      const bool keep = before != old.rows.end() && before->value;
      row.tolerance = keep ? before->tolerance : DefaultTolerance(name, *row.value);
      // Within its tolerance the reviewed value stays, so that a renewal shows changes only.
      if (keep && std::abs(*before->value - *row.value) <= row.tolerance) row.value = before->value;
    }
    rows.push_back(row);
  }
  return rows;
}

std::vector<Case> MissingCases(const Table& table) {
  std::set<std::string> found;
  for (const CaseRows& rows : table.cases) {
    for (const Expectation& row : rows.rows) {
      if (row.verdict == "warn" || row.verdict == "review" || row.verdict == "reject") found.insert(row.code);
    }
  }
  const std::vector<std::string> checked = CodesOfChecks();
  std::vector<Case> missing;
  for (const faults::Fault& fault : faults::AllFaults()) {
    const std::vector<std::string> codes = Words(fault.codes.text());
    // The first code is the fault's own; the others are acceptable companions.
    const std::string& own = codes.front();
    if (found.contains(own) || std::ranges::find(checked, own) == checked.end()) continue;
    found.insert(own);
    Case what = own == "HEADGEAR" ? kHatlessBase : kBase;
    what.fault = fault.name;
    what.strength = TextOf(fault.strengths.back());
    missing.push_back(what);
  }
  return missing;
}

}  // namespace gradphoto::conformance
