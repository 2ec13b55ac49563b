// SPDX-License-Identifier: Apache-2.0
// gradphoto-check: what is wrong with these photos, for people (a table) and for programs (records).
#include <iostream>

#include "cli/common/inputs.h"
#include "cli/common/output_names.h"
#include "cli/common/photo_options.h"
#include "cli/common/run_main.h"
#include "cli/common/run_records.h"
#include "lib/base/file.h"
#include "lib/base/resources.h"
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
  std::string language = "zh";
  std::filesystem::path overlay_dir;
  bool overwrite = false;
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
  app.add_option("--lang", options.language, "Language of the table")
      ->capture_default_str()
      ->check(CLI::IsMember({"zh", "en"}));
  app.add_option("--overlay", options.overlay_dir, "Directory for pictures with the measured lines drawn in")
      ->type_name("DIR");
  app.add_flag("--overwrite", options.overwrite, "Replace overlays of an earlier run that differ");
}

// The table of one photo.
void PrintForPeople(const Record& record, const standard::Reasons& reasons, standard::Language language) {
  std::cout << record.photo << ": " << standard::OutcomeTitle(record.outcome, language) << '\n';
  for (const Finding& finding : record.findings) {
    std::cout << "  " << standard::SeverityTitle(finding.severity, language) << "  "
              << reasons.Get(finding.code, language).title << " (" << finding.code << ")";
    if (const std::string value = standard::FormatValue(finding); !value.empty()) std::cout << "  " << value;
    if (const std::string limit = standard::FormatLimit(finding); !limit.empty())
      std::cout << "  [" << limit << "]";
    if (!finding.detail.empty()) std::cout << "  " << finding.detail;
    std::cout << '\n';
    // Advice is for what stands in the way; a warning is told and left to the reader.
    if (finding.severity >= Severity::kReview) {
      std::cout << "      " << reasons.Text(finding, language) << "\n      "
                << reasons.Get(finding.code, language).advice << '\n';
    }
  }
}

Result<ExitCode> Run(const Options& options) {
  auto records = CollectRecords(options.inputs);
  if (!records) return std::unexpected(records.error());
  if (records->empty()) return NothingToDo();
  std::map<std::string, std::filesystem::path> overlay_names;
  if (!options.overlay_dir.empty()) {
    if (auto safe = RefuseOutputInsideInput(options.inputs, options.overlay_dir); !safe) {
      return std::unexpected(safe.error());
    }
    auto names = OutputNames(*records, options.inputs);
    if (!names) return std::unexpected(names.error());
    if (auto safe = RefuseOverwritingInputs(*records, *names, options.overlay_dir); !safe) {
      return std::unexpected(safe.error());
    }
    overlay_names = std::move(*names);
  }
  const auto engine = pipeline::Engine::Create(EngineOptionsFrom(options.photos, options.common));
  if (!engine) return std::unexpected(engine.error());
  const auto config_dir = FindConfigDir(options.common.config_dir);
  if (!config_dir) return std::unexpected(config_dir.error());
  const auto reasons = standard::Reasons::Load(*config_dir);
  if (!reasons) return std::unexpected(reasons.error());
  const auto language = options.language == "zh" ? standard::Language::kZh : standard::Language::kEn;
  const bool as_records = options.json || ReadsRecords(options.inputs);

  // Records are on their way to the standardizer, which takes every photo as a source.
  const auto kind = options.finished                                 ? pipeline::PhotoKind::kFinished
                    : options.source || ReadsRecords(options.inputs) ? pipeline::PhotoKind::kSource
                                                                     : pipeline::PhotoKind::kBySize;
  const auto work = [&](Record record) {
    if (!NeedsWork(record, options.photos)) return pipeline::PassThrough(std::move(record));
    auto result = pipeline::ProcessPhoto(*engine, std::move(record), kind);
    // Results may wait for their turn; pixels are large.
    if (options.overlay_dir.empty()) result.analysis.reset();
    return result;
  };
  const auto deliver = [&](const pipeline::PhotoResult& result) -> Result<void> {
    if (!options.overlay_dir.empty() && result.analysis) {
      const auto drawn = pipeline::DrawOverlay(engine->standard, result);
      if (!drawn) return std::unexpected(drawn.error());
      const auto if_exists = options.overwrite ? IfExists::kOverwrite : IfExists::kRefuse;
      const auto path = options.overlay_dir / overlay_names.at(result.record.photo);
      if (auto written = WriteFileAtomic(path, std::span(*drawn), if_exists); !written) return written;
    }
    if (as_records) {
      std::cout << ToLine(result.record) << '\n';
    } else {
      PrintForPeople(result.record, *reasons, language);
    }
    return {};
  };
  return RunRecords<pipeline::PhotoResult>("check", std::move(*records), options.photos.threads,
                                           options.common.quiet, work, deliver);
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
