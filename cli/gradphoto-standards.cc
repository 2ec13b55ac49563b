// SPDX-License-Identifier: Apache-2.0
// Shows the image standards, checks profiles that somebody wrote, and explains reason codes.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/common/run_main.h"
#include "lib/base/resources.h"
#include "lib/base/text.h"
#include "lib/standard/codes.h"
#include "lib/standard/reasons.h"
#include "lib/standard/standard.h"
#include "lib/standard/standard_json.h"

namespace gradphoto::cli {
namespace {

using standard::Language;
using standard::Standard;

struct Options {
  CommonOptions common;
  std::string unknown_command;  // A word where a command should stand.
  bool json = false;
  std::string name;                // show: the standard.
  std::vector<std::string> files;  // validate.
  std::string code;                // explain.
  std::string only_standard;       // explain: empty = all.
  std::string language = "en";     // explain.
  CLI::App* list = nullptr;
  CLI::App* show = nullptr;
  CLI::App* validate = nullptr;
  CLI::App* explain = nullptr;
};

void Setup(CLI::App& app, Options& options) {
  AddCommonOptions(app, options.common);
  // Not require_subcommand(): a wrong command is to be told with the valid ones.
  app.add_option("command", options.unknown_command, "One of the commands below")->type_name("");
  app.fallthrough();
  options.list = app.add_subcommand("list", "One line for each standard");
  options.list->add_flag("--json", options.json, "All profiles as a JSON list");
  options.show = app.add_subcommand("show", "A standard with everything it inherits");
  options.show->add_option("name", options.name, "Name of the standard")->required()->type_name("NAME");
  options.show->add_flag("--json", options.json, "As JSON");
  options.validate = app.add_subcommand("validate", "Check profiles that are not installed yet");
  options.validate->add_option("files", options.files, "Profiles")->required()->type_name("FILE");
  options.explain = app.add_subcommand("explain", "What a reason code means and what is allowed");
  options.explain->add_option("code", options.code, "Reason code, such as HEAD_TILTED")
      ->required()
      ->type_name("CODE");
  options.explain->add_option("--standard", options.only_standard, "Limits of this standard only")
      ->type_name("NAME");
  options.explain->add_option("--lang", options.language, "zh or en")
      ->check(CLI::IsMember({"zh", "en"}))
      ->capture_default_str()
      ->type_name("LANG");
  for (CLI::App* subcommand : app.get_subcommands({})) subcommand->fallthrough();
}

// Code points, which is the width in a terminal for all that stands in a padded column.
std::size_t CharacterCount(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string Number(double value) {
  std::ostringstream text;
  text << std::setprecision(10) << value;
  return text.str();
}

// "200-300 px", "≥ 207 px", "≤ 425 px".
std::string WindowText(const standard::PlacementRule& rule) {
  const std::string unit = " " + std::string(standard::LengthUnitName(rule.unit));
  if (!rule.has_max) return "≥ " + Number(rule.min) + unit;
  if (!rule.has_min) return "≤ " + Number(rule.max) + unit;
  return Number(rule.min) + "-" + Number(rule.max) + unit;
}

std::string FromText(const standard::PlacementRule& rule) {
  return standard::IsLength(rule.measure) ? "" : " from the " + std::string(standard::EdgeName(rule.from));
}

// "warn above 3 deg, reject above 8 deg", "reject".
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

std::string SizeText(const standard::FrameSize& frame) {
  const auto size = [](int width, int height) { return std::to_string(width) + "x" + std::to_string(height); };
  const std::string largest = size(frame.max_width_px, frame.max_height_px);
  return frame.IsExact() ? largest : size(frame.min_width_px, frame.min_height_px) + ".." + largest;
}

std::string BackgroundText(const standard::Background& background) {
  std::string text;
  for (const standard::Colour& colour : background.allowed) text += (text.empty() ? "" : ", ") + colour.name;
  if (background.any_plain) text += text.empty() ? "any plain colour" : " or any plain colour";
  return text;
}

Result<std::vector<Standard>> LoadAll(const std::filesystem::path& config_dir) {
  TRY_ASSIGN(const auto names, standard::ListStandards(config_dir));
  std::vector<Standard> profiles;
  for (const std::string& name : names) {
    TRY_ASSIGN(auto profile, standard::FindStandard(config_dir, name));
    profiles.push_back(std::move(profile));
  }
  return profiles;
}

// Columns as wide as their widest entry; the last entry of a row is not padded, so it may hold wide characters.
void PrintTable(const std::vector<std::vector<std::string>>& rows, const std::string& indent) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i + 1 < row.size(); ++i) widths[i] = std::max(widths[i], CharacterCount(row[i]));
  }
  for (const auto& row : rows) {
    std::cout << indent;
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::cout << row[i];
      const bool is_last = std::all_of(row.begin() + static_cast<std::ptrdiff_t>(i) + 1, row.end(),
                                       [](const std::string& cell) { return cell.empty(); });
      if (is_last) break;
      std::cout << std::string(widths[i] - CharacterCount(row[i]) + 2, ' ');
    }
    std::cout << '\n';
  }
}

Result<ExitCode> List(const std::filesystem::path& config_dir, bool json) {
  TRY_ASSIGN(const auto profiles, LoadAll(config_dir));
  if (json) {
    Json all = Json::array();
    for (const Standard& profile : profiles) all.push_back(standard::ToJson(profile));
    std::cout << all.dump(2) << '\n';
    return ExitCode::kAccepted;
  }
  std::vector<std::vector<std::string>> rows = {{"NAME", "VERSION", "SIZE", "BACKGROUND", "TITLE"}};
  for (const Standard& profile : profiles) {
    rows.push_back({profile.name, std::to_string(profile.version), SizeText(profile.frame),
                    BackgroundText(profile.background), profile.title.zh + " / " + profile.title.en});
  }
  PrintTable(rows, "");
  return ExitCode::kAccepted;
}

void PrintHead(const Standard& profile) {
  std::cout << profile.Id() << "  " << profile.title.zh << " / " << profile.title.en << '\n';
  std::vector<std::vector<std::string>> rows = {{"source", profile.source}};
  if (!profile.date.empty()) rows.push_back({"date", profile.date});
  if (!profile.note.empty()) rows.push_back({"note", profile.note});
  if (!profile.official_tool.zh.empty()) {
    rows.push_back({"then", profile.official_tool.zh + " / " + profile.official_tool.en});
  }
  PrintTable(rows, "  ");
}

void PrintFrame(const Standard& profile) {
  const standard::FrameSize& frame = profile.frame;
  std::string size = SizeText(frame) + " px";
  if (!frame.IsExact()) {
    size += ", " + std::to_string(frame.aspect_width) + ":" + std::to_string(frame.aspect_height);
  }
  std::cout << "\nframe\n";
  PrintTable({{"size", size + (profile.allow_upscale ? ", may be enlarged" : ", never enlarged")},
              {"density", std::to_string(frame.dpi) + " dpi"},
              {"source", frame.source}},
             "  ");
}

void PrintPlacement(const Standard& profile) {
  std::cout << "\nplacement, in order of priority\n";
  std::vector<std::vector<std::string>> rows;
  for (const standard::PlacementRule& rule : profile.placement) {
    const bool has_aim = rule.target_min > rule.min || rule.target_max < rule.max;
    rows.push_back({std::string(standard::MeasureCode(rule.measure)), WindowText(rule) + FromText(rule),
                    has_aim ? "aim " + Number(rule.target_min) + "-" + Number(rule.target_max) : "",
                    std::string(SeverityName(rule.severity)), rule.source});
  }
  PrintTable(rows, "  ");
}

void PrintBackground(const Standard& profile) {
  const standard::Background& background = profile.background;
  std::cout << "\nbackground\n";
  std::vector<std::vector<std::string>> rows = {
      {"replaced", std::string(standard::PolicyName(background.policy))}};
  for (const standard::Colour& colour : background.allowed) {
    rows.push_back({"colour", "(" + std::to_string(colour.rgb[0]) + ", " + std::to_string(colour.rgb[1]) +
                                  ", " + std::to_string(colour.rgb[2]) + ") " + colour.name});
  }
  if (background.any_plain) rows.push_back({"colour", "any plain colour"});
  rows.push_back({"tolerance", Number(background.tolerance_delta_e) + " delta E (CIEDE2000)"});
  rows.push_back({"source", background.source});
  PrintTable(rows, "  ");
}

void PrintFile(const Standard& profile) {
  const standard::FileRules& file = profile.file;
  const std::string most = file.max_bytes == 0 ? "any" : std::to_string(file.max_bytes);
  std::cout << "\nfile\n";
  PrintTable(
      {{"bytes", std::to_string(file.min_bytes) + "-" + most + ", aim " +
                     std::to_string(file.target_min_bytes) + "-" + std::to_string(file.target_max_bytes)},
       {"quality", "≥ " + std::to_string(file.min_quality)},
       {"name", profile.name_template + ".jpg"},
       {"folder", profile.folder_template.empty() ? "none" : profile.folder_template},
       {"source", file.source}},
      "  ");
}

void PrintZip(const Standard& profile) {
  const standard::ZipRules& zip = profile.zip;
  if (zip.source.empty()) return;
  std::cout << "\nzips\n";
  std::vector<std::vector<std::string>> rows = {
      {"one for", zip.name_template.empty() ? "all" : "each " + zip.name_template},
      {"folders", zip.flat ? "none" : "as above"},
      {"names", std::string(standard::ZipEncodingName(zip.gbk_names))}};
  if (zip.max_files > 0) rows.push_back({"photos", "≤ " + std::to_string(zip.max_files)});
  if (zip.max_bytes > 0) rows.push_back({"bytes", "≤ " + std::to_string(zip.max_bytes)});
  rows.push_back({"source", zip.source});
  PrintTable(rows, "  ");
}

void PrintChecks(const Standard& profile) {
  std::cout << "\nchecks\n";
  std::vector<std::vector<std::string>> rows = {
      {"glasses", std::string(standard::GlassesName(profile.glasses)), ""}};
  for (const standard::Code code : standard::AllCodes()) {
    const standard::CheckRule* rule = profile.Check(code);
    if (rule != nullptr) rows.push_back({std::string(code), CheckText(*rule, code), rule->source});
  }
  PrintTable(rows, "  ");
}

Result<ExitCode> Show(const std::filesystem::path& config_dir, const std::string& name, bool json) {
  TRY_ASSIGN(const auto profile, standard::FindStandard(config_dir, name));
  if (json) {
    std::cout << standard::ToJson(profile).dump(2) << '\n';
    return ExitCode::kAccepted;
  }
  PrintHead(profile);
  PrintFrame(profile);
  PrintPlacement(profile);
  PrintBackground(profile);
  PrintFile(profile);
  PrintZip(profile);
  PrintChecks(profile);
  return ExitCode::kAccepted;
}

// Every file is read, so that all that is wrong is told at once.
ExitCode Validate(const std::filesystem::path& config_dir, const std::vector<std::string>& files) {
  bool all_good = true;
  for (const std::string& file : files) {
    const auto profile = standard::LoadStandard(file, config_dir);
    if (profile) {
      std::cout << file << ": ok\n";
    } else {
      std::cerr << profile.error().message << '\n';
      all_good = false;
    }
  }
  return all_good ? ExitCode::kAccepted : ExitCode::kUsage;
}

// What a standard says about a code; empty when it does not check it.
struct Rule {
  std::string limit, source;
};

Rule RuleFor(const Standard& profile, standard::Code code) {
  for (const standard::PlacementRule& rule : profile.placement) {
    if (standard::MeasureCode(rule.measure) == code) {
      return {std::string(SeverityName(rule.severity)) + " outside " + WindowText(rule) + FromText(rule),
              rule.source};
    }
  }
  const standard::CheckRule* rule = profile.Check(code);
  return rule == nullptr ? Rule{} : Rule{CheckText(*rule, code), rule->source};
}

// The labels of `explain` in the language of its texts.
struct Labels {
  std::string measured, unit, advice, limits, not_checked;
};

Labels LabelsFor(Language language) {
  if (language == Language::kZh) return {"测量", "单位", "建议", "各标准的限值", "不检查"};
  return {"measured", "unit", "advice", "limits", "not checked"};
}

Result<ExitCode> Explain(const std::filesystem::path& config_dir, const Options& options) {
  const auto code = standard::Code::Find(options.code);
  if (!code) {
    return Fail(ErrorKind::kUsage, UnknownNameMessage("code", options.code, standard::AllCodeNames()));
  }
  TRY_ASSIGN(const auto reasons, standard::Reasons::Load(config_dir));
  std::vector<Standard> profiles;
  if (options.only_standard.empty()) {
    TRY_ASSIGN(auto all, LoadAll(config_dir));
    profiles = std::move(all);
  } else {
    TRY_ASSIGN(auto one, standard::FindStandard(config_dir, options.only_standard));
    profiles.push_back(std::move(one));
  }

  const Language language = options.language == "zh" ? Language::kZh : Language::kEn;
  const Labels labels = LabelsFor(language);
  const standard::Reason& reason = reasons.Get(*code, language);
  std::cout << code->name() << "  " << reason.title << "\n\n";
  std::cout << labels.measured << ": " << reason.measured << '\n';
  if (!code->unit().empty()) std::cout << labels.unit << ": " << code->unit() << '\n';
  std::cout << labels.advice << ": " << reason.advice << "\n\n" << labels.limits << ":\n";
  // Standards that agree share a row.
  std::vector<std::vector<std::string>> rows;
  for (const Standard& profile : profiles) {
    const Rule rule = RuleFor(profile, *code);
    const std::string limit = rule.limit.empty() ? labels.not_checked : rule.limit;
    const auto same =
        std::ranges::find_if(rows, [&](const auto& row) { return row[0] == limit && row[2] == rule.source; });
    if (same == rows.end()) {
      rows.push_back({limit, profile.name, rule.source});
    } else {
      (*same)[1] += ", " + profile.name;
    }
  }
  PrintTable(rows, "  ");
  return ExitCode::kAccepted;
}

Result<ExitCode> Run(const Options& options) {
  const std::vector<std::string> commands = {"list", "show", "validate", "explain"};
  if (!options.unknown_command.empty()) {
    return Fail(ErrorKind::kUsage, UnknownNameMessage("command", options.unknown_command, commands));
  }
  if (!options.list->parsed() && !options.show->parsed() && !options.validate->parsed() &&
      !options.explain->parsed()) {
    return Fail(ErrorKind::kUsage, "a command is needed: list, show, validate or explain");
  }
  const auto config_dir = FindConfigDir(options.common.config_dir);
  // A profile that extends nothing of ours can be checked without our configuration.
  if (options.validate->parsed()) {
    return Validate(config_dir.value_or(std::filesystem::path()), options.files);
  }
  if (!config_dir) return std::unexpected(config_dir.error());
  if (options.list->parsed()) return List(*config_dir, options.json);
  if (options.show->parsed()) return Show(*config_dir, options.name, options.json);
  return Explain(*config_dir, options);
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  CLI::App app("Shows the image standards, checks profiles and explains reason codes.", "gradphoto-standards");
  gradphoto::cli::Options options;
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.common, [&] { return gradphoto::cli::Run(options); });
}
