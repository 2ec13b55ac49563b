// SPDX-License-Identifier: Apache-2.0
// gradphoto-check: what is wrong with these photos, for people (a table) and for programs (records).
#include <algorithm>
#include <iostream>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "cli/common/inputs.h"
#include "cli/common/language.h"
#include "cli/common/photo_options.h"
#include "cli/common/run_main.h"
#include "cli/common/run_records.h"
#include "cli/common/sandbox.h"
#include "cli/common/table.h"
#include "lib/base/file.h"
#include "lib/base/resources.h"
#include "lib/image/text.h"
#include "lib/pipeline/output_names.h"
#include "lib/pipeline/overlay.h"
#include "lib/pipeline/photo.h"
#include "lib/standard/reasons.h"

namespace gradphoto::cli {
namespace {

struct Options {
  CommonOptions common;
  InputOptions inputs;
  PhotoOptions photos;
  bool json = false;
  bool finished = false, source = false;
  bool explain = false;
  std::string language = "auto";
  std::filesystem::path overlay_dir;
  bool overwrite = false, dry_run = false;
};

void Setup(CLI::App& app, Options& options) {
  AddCommonOptions(app, options.common);
  AddInputOptions(app, options.inputs);
  AddPhotoOptions(app, options.photos);
  app.add_flag("--json", options.json, "Print one record per photo (always so when records are read)");
  auto* finished =
      app.add_flag("--finished", options.finished,
                   "The photos are already standardized: judge them as they are (default for files "
                   "of exactly the standard's size)");
  app.add_flag("--source", options.source,
               "Judge all photos as sources to be cropped, whatever their size (default for records)")
      ->excludes(finished);
  app.add_flag(
      "--explain", options.explain,
      "Print every check with its value and limit, passed ones too (with --json: the field \"passed\")");
  AddLanguageOption(app, options.language, "Language of the table");
  app.add_option("--overlay", options.overlay_dir, "Directory for pictures with the measured lines drawn in")
      ->type_name("DIR");
  app.add_flag("--overwrite", options.overwrite, "Replace overlays of an earlier run that differ");
  AddDryRun(app, options.dry_run, "Check, but write no overlays; say which would be written");
  AddExamples(app, {{"gradphoto-check photo.jpg", "shows what is wrong with one photo, and what to do"},
                    {"gradphoto-check --lang en --explain --overlay pictures/ photo.jpg",
                     "shows every value beside its limit, in English, and draws the lines into a copy"},
                    {"gradphoto-check --standard cet --json photos/ > checked.ndjson",
                     "writes one record for each photo of a directory, under another standard"}});
}

// "  9.2°  [≤ 8°]  detail", as much of it as there is.
std::string Figures(const Finding& finding, const standard::Texts& texts) {
  std::string text;
  if (const std::string value = standard::FormatValue(finding, texts); !value.empty()) text += "  " + value;
  if (const std::string limit = standard::FormatLimit(finding, texts); !limit.empty())
    text += "  [" + limit + "]";
  if (!finding.detail.empty()) text += "  " + texts.Detail(finding);
  return text;
}

// What could not be judged, one line for each reason.
void PrintNotAssessed(const Record& record, const standard::Texts& texts) {
  std::vector<std::pair<std::string, std::string>> codes_by_reason;
  for (const Finding& finding : record.findings) {
    if (finding.severity != Severity::kNotAssessed) continue;
    const std::string detail = texts.Detail(finding);
    const auto same = std::ranges::find(codes_by_reason, detail, &std::pair<std::string, std::string>::first);
    if (same == codes_by_reason.end()) {
      codes_by_reason.emplace_back(detail, finding.code);
    } else {
      same->second += ", " + finding.code;
    }
  }
  for (const auto& [reason, codes] : codes_by_reason) {
    std::cout << "  " << texts.Title(Severity::kNotAssessed) << "  " << codes << "  " << reason << '\n';
  }
}

// The table of one photo; `passed` may be empty.
void PrintForPeople(const Record& record, const std::vector<Finding>& passed, const standard::Reasons& reasons,
                    standard::Language language) {
  const standard::Texts& texts = reasons.texts(language);
  std::cout << Printable(record.photo) << ": " << texts.Title(record.outcome) << '\n';
  for (const Finding& finding : record.findings) {
    if (finding.severity == Severity::kNotAssessed) continue;
    std::cout << "  " << texts.Title(finding.severity) << "  " << reasons.Get(finding.code, language).title
              << " (" << finding.code << ")" << Figures(finding, texts) << '\n';
    // Advice is given for what keeps a photo from being accepted; a warning is only mentioned.
    if (finding.severity >= Severity::kReview) {
      std::cout << "      " << reasons.Text(finding, language) << "\n      "
                << reasons.Get(finding.code, language).advice << '\n';
    }
  }
  PrintNotAssessed(record, texts);
  for (const Finding& finding : passed) {
    std::cout << "  " << texts.Get("check.passed") << "  " << finding.code << Figures(finding, texts) << '\n';
  }
}

// With --explain a record also lists the checks that passed.
void AddPassed(Record& record, const std::vector<Finding>& passed) {
  Json list = Json::array();
  for (const Finding& finding : passed) {
    Json json = ToJson(finding);
    json.erase("severity");
    list.push_back(std::move(json));
  }
  record.extra["passed"] = std::move(list);
}

Result<ExitCode> Run(const Options& options) {
  MayWriteOnlyTo({options.overlay_dir});
  TRY_ASSIGN(auto records, CollectRecords(options.inputs));
  if (records.empty()) return NothingToDo();
  pipeline::OutputNames overlay_names;
  if (!options.overlay_dir.empty()) {
    TRY(RefuseOutputInsideInput(options.inputs, options.overlay_dir));
    TRY_ASSIGN(overlay_names, pipeline::NameOutputs(records, options.inputs.inputs));
    TRY(pipeline::RefuseOverwritingInputs(records, overlay_names, options.overlay_dir));
  }
  TRY_ASSIGN(const auto engine, pipeline::Engine::Create(EngineOptionsFrom(options.photos, options.common)));
  TRY_ASSIGN(const auto config_dir, FindConfigDir(options.common.config_dir));
  TRY_ASSIGN(const auto reasons, standard::Reasons::Load(config_dir));
  const auto language = LanguageFrom(options.language);
  auto overlay_language = language;
  if (!options.overlay_dir.empty() && language == standard::Language::kZh && !image::HasGlyphsFor("驳回审核")) {
    spdlog::warn(
        "this machine has no font with Chinese characters; overlays are in English (install "
        "fonts-wqy-microhei)");
    overlay_language = standard::Language::kEn;
  }
  const bool as_records = options.json || ReadsRecords(options.inputs);

  // Records are on their way to the standardizer, which takes every photo as a source.
  const auto kind = options.finished                                 ? pipeline::PhotoKind::kFinished
                    : options.source || ReadsRecords(options.inputs) ? pipeline::PhotoKind::kSource
                                                                     : pipeline::PhotoKind::kBySize;
  std::size_t overlays = 0;
  const auto work = [&](Record record) {
    if (!NeedsWork(record, options.photos)) return pipeline::PassThrough(std::move(record));
    auto result = pipeline::ProcessPhoto(engine, std::move(record), kind);
    if (options.overlay_dir.empty()) result.DropPictures();
    return result;
  };
  const auto deliver = [&](pipeline::PhotoResult& result) -> Result<void> {
    if (!options.overlay_dir.empty() && result.analysis) {
      TRY_ASSIGN(const auto drawn, pipeline::DrawOverlay(engine.standard, result, reasons, overlay_language));
      const auto if_exists = options.overwrite ? IfExists::kOverwrite : IfExists::kRefuse;
      const auto path = options.overlay_dir / overlay_names.at(result.record.photo);
      const std::span<const std::byte> bytes(drawn);
      TRY(options.dry_run ? CheckWriteFile(path, bytes, if_exists) : WriteFileAtomic(path, bytes, if_exists));
      ++overlays;
    }
    result.record.extra.erase("passed");
    if (as_records) {
      if (options.explain) AddPassed(result.record, result.passed);
      std::cout << ToLine(result.record) << '\n';
    } else {
      PrintForPeople(result.record, options.explain ? result.passed : std::vector<Finding>{}, reasons,
                     language);
    }
    return {};
  };
  auto code = RunRecords<pipeline::PhotoResult>("check", std::move(records), options.photos.threads,
                                                options.common.quiet, work, deliver);
  if (code && options.dry_run && !options.overlay_dir.empty()) {
    spdlog::info("dry run, nothing is written; {} overlays would be in {}", overlays,
                 options.overlay_dir.string());
  }
  return code;
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  CLI::App app("Says what is wrong with photos under an image standard, with measured values and limits",
               "gradphoto-check");
  gradphoto::cli::Options options;
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.common, [&] { return gradphoto::cli::Run(options); });
}
