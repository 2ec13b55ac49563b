// SPDX-License-Identifier: Apache-2.0
#include "cli/standards/show.h"

#include <iostream>
#include <utility>

#include "cli/common/table.h"
#include "cli/standards/rule_text.h"
#include "lib/standard/codes.h"
#include "lib/standard/standard_json.h"

namespace gradphoto::cli {
namespace {

using standard::Standard;

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
    if (rule != nullptr) rows.push_back({std::string(code.name()), CheckText(*rule, code), rule->source});
  }
  PrintTable(rows, "  ");
}

}  // namespace

Result<std::vector<Standard>> LoadAll(const std::filesystem::path& config_dir) {
  TRY_ASSIGN(const auto names, standard::ListStandards(config_dir));
  std::vector<Standard> profiles;
  for (const std::string& name : names) {
    TRY_ASSIGN(auto profile, standard::FindStandard(config_dir, name));
    profiles.push_back(std::move(profile));
  }
  return profiles;
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

}  // namespace gradphoto::cli
