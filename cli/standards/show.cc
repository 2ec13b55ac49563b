// SPDX-License-Identifier: Apache-2.0
#include "cli/standards/show.h"

#include <iostream>
#include <utility>

#include <fmt/format.h>

#include "cli/common/table.h"
#include "cli/standards/rule_text.h"
#include "lib/standard/codes.h"
#include "lib/standard/standard_json.h"

namespace gradphoto::cli {
namespace {

using standard::Standard;
using standard::Texts;

const std::string& In(const standard::LocalizedText& text, const Texts& texts) {
  return texts.language() == standard::Language::kZh ? text.zh : text.en;
}

std::string SizeText(const standard::FrameSize& frame) {
  const auto size = [](int width, int height) { return std::to_string(width) + "x" + std::to_string(height); };
  const std::string largest = size(frame.max_width_px, frame.max_height_px);
  return frame.IsExact() ? largest : size(frame.min_width_px, frame.min_height_px) + ".." + largest;
}

std::string BackgroundText(const standard::Background& background, const Texts& texts) {
  std::string text;
  for (const standard::Colour& colour : background.allowed)
    text += (text.empty() ? "" : ", ") + texts.Line(colour.name);
  if (!background.any_plain) return text;
  return text.empty() ? std::string(texts.Get("standards.any_plain"))
                      : texts.Format("standards.or_any_plain", text);
}

// A heading, and the rows below it, each a key and what the standard says.
class Section {
 public:
  explicit Section(const Texts& texts) : texts_(texts) {}

  void Row(standard::TextKey key, std::string value) {
    rows_.push_back({std::string(texts_.Get(key)), std::move(value)});
  }
  void Print() const { PrintTable(rows_, "  "); }
  void Print(standard::TextKey heading) const {
    std::cout << '\n' << texts_.Get(heading) << '\n';
    Print();
  }

 private:
  const Texts& texts_;
  std::vector<std::vector<std::string>> rows_;
};

void PrintHead(const Standard& profile, const Texts& texts) {
  std::cout << profile.Id() << "  " << In(profile.title, texts) << '\n';
  Section section(texts);
  section.Row("standards.source", profile.source);
  if (!profile.date.empty()) section.Row("standards.date", profile.date);
  if (!profile.note.empty()) section.Row("standards.note", profile.note);
  if (!profile.official_tool.zh.empty()) section.Row("standards.then", In(profile.official_tool, texts));
  section.Print();
}

void PrintFrame(const Standard& profile, const Texts& texts) {
  const standard::FrameSize& frame = profile.frame;
  std::string size = SizeText(frame) + " px";
  if (!frame.IsExact()) size += fmt::format(", {}:{}", frame.aspect_width, frame.aspect_height);
  Section section(texts);
  section.Row("standards.size", profile.allow_upscale ? texts.Format("standards.may_be_enlarged", size)
                                                      : texts.Format("standards.never_enlarged", size));
  section.Row("standards.density", fmt::format("{} dpi", frame.dpi));
  section.Row("standards.source", frame.source);
  section.Print("standards.frame");
}

void PrintPlacement(const Standard& profile, const Texts& texts) {
  std::cout << '\n' << texts.Get("standards.placement") << '\n';
  std::vector<std::vector<std::string>> rows;
  for (const standard::PlacementRule& rule : profile.placement) {
    const bool has_aim = rule.target_min > rule.min || rule.target_max < rule.max;
    rows.push_back(
        {std::string(standard::MeasureCode(rule.measure)), WindowText(rule, texts),
         has_aim ? texts.Format("standards.aim", Number(rule.target_min), Number(rule.target_max)) : "",
         std::string(texts.Title(rule.severity)), rule.source});
  }
  PrintTable(rows, "  ");
}

void PrintBackground(const Standard& profile, const Texts& texts) {
  const standard::Background& background = profile.background;
  Section section(texts);
  section.Row("standards.replaced", std::string(standard::PolicyName(background.policy)));
  for (const standard::Colour& colour : background.allowed) {
    section.Row("standards.colour", fmt::format("({}, {}, {}) {}", colour.rgb[0], colour.rgb[1], colour.rgb[2],
                                                texts.Line(colour.name)));
  }
  if (background.any_plain) section.Row("standards.colour", std::string(texts.Get("standards.any_plain")));
  section.Row("standards.tolerance", Number(background.tolerance_delta_e) + " delta E (CIEDE2000)");
  section.Row("standards.source", background.source);
  section.Print("standards.background");
}

void PrintFile(const Standard& profile, const Texts& texts) {
  const standard::FileRules& file = profile.file;
  const std::string most =
      file.max_bytes == 0 ? std::string(texts.Get("standards.any")) : std::to_string(file.max_bytes);
  Section section(texts);
  section.Row("standards.bytes", texts.Format("standards.bytes_aim", file.min_bytes, most,
                                              file.target_min_bytes, file.target_max_bytes));
  section.Row("standards.quality", fmt::format("≥ {}", file.min_quality));
  section.Row("standards.name", profile.name_template + ".jpg");
  section.Row("standards.folder", profile.folder_template.empty() ? std::string(texts.Get("standards.none"))
                                                                  : profile.folder_template);
  section.Row("standards.source", file.source);
  section.Print("standards.file");
}

void PrintZip(const Standard& profile, const Texts& texts) {
  const standard::ZipRules& zip = profile.zip;
  if (zip.source.empty()) return;
  Section section(texts);
  section.Row("standards.one_for", zip.name_template.empty()
                                       ? std::string(texts.Get("standards.for_all"))
                                       : texts.Format("standards.for_each", zip.name_template));
  section.Row("standards.folders", std::string(texts.Get(zip.flat ? standard::TextKey("standards.none")
                                                                  : standard::TextKey("standards.as_above"))));
  section.Row("standards.names", std::string(standard::ZipEncodingName(zip.gbk_names)));
  if (zip.max_files > 0) section.Row("standards.photos", fmt::format("≤ {}", zip.max_files));
  if (zip.max_bytes > 0) section.Row("standards.bytes", fmt::format("≤ {}", zip.max_bytes));
  section.Row("standards.source", zip.source);
  section.Print("standards.zips");
}

void PrintChecks(const Standard& profile, const Texts& texts) {
  std::cout << '\n' << texts.Get("standards.checks") << '\n';
  std::vector<std::vector<std::string>> rows = {
      {std::string(texts.Get("standards.glasses")), std::string(standard::GlassesName(profile.glasses)), ""}};
  for (const standard::Code code : standard::AllCodes()) {
    const standard::CheckRule* rule = profile.Check(code);
    if (rule != nullptr)
      rows.push_back({std::string(code.name()), CheckText(*rule, code, texts), rule->source});
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

Result<ExitCode> List(const std::filesystem::path& config_dir, const Texts& texts, bool json) {
  TRY_ASSIGN(const auto profiles, LoadAll(config_dir));
  if (json) {
    Json all = Json::array();
    for (const Standard& profile : profiles) all.push_back(standard::ToJson(profile));
    std::cout << all.dump(2) << '\n';
    return ExitCode::kAccepted;
  }
  std::vector<std::vector<std::string>> rows = {
      texts.Row({"standards.list_name", "standards.list_version", "standards.list_size",
                 "standards.list_background", "standards.list_title"})};
  for (const Standard& profile : profiles) {
    rows.push_back({profile.name, std::to_string(profile.version), SizeText(profile.frame),
                    BackgroundText(profile.background, texts), In(profile.title, texts)});
  }
  PrintTable(rows, "");
  return ExitCode::kAccepted;
}

Result<ExitCode> Show(const std::filesystem::path& config_dir, const std::string& name, const Texts& texts,
                      bool json) {
  TRY_ASSIGN(const auto profile, standard::FindStandard(config_dir, name));
  if (json) {
    std::cout << standard::ToJson(profile).dump(2) << '\n';
    return ExitCode::kAccepted;
  }
  PrintHead(profile, texts);
  PrintFrame(profile, texts);
  PrintPlacement(profile, texts);
  PrintBackground(profile, texts);
  PrintFile(profile, texts);
  PrintZip(profile, texts);
  PrintChecks(profile, texts);
  return ExitCode::kAccepted;
}

}  // namespace gradphoto::cli
