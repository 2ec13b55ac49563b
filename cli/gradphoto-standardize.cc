// SPDX-License-Identifier: Apache-2.0
// gradphoto-standardize: photos in, standardized JPEGs and records out.
#include <iostream>

#include <spdlog/spdlog.h>

#include "cli/common/inputs.h"
#include "cli/common/output_names.h"
#include "cli/common/photo_options.h"
#include "cli/common/progress.h"
#include "cli/common/run_main.h"
#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "lib/pipeline/many.h"

namespace gradphoto::cli {
namespace {

struct Options {
  CommonOptions common;
  InputOptions inputs;
  PhotoOptions photos;
  std::filesystem::path output_dir;
  bool overwrite = false;
  bool dry_run = false;
};

void Setup(CLI::App& app, Options& options) {
  AddCommonOptions(app, options.common);
  AddInputOptions(app, options.inputs);
  AddPhotoOptions(app, options.photos);
  app.add_option("-o,--output", options.output_dir, "Directory for the standardized photos")
      ->required()
      ->type_name("DIR");
  app.add_flag("--overwrite", options.overwrite, "Replace files of an earlier run that differ");
  app.add_flag("--dry-run", options.dry_run, "Do all the work but write no photos");
}

Result<ExitCode> Run(const Options& options) {
  auto records = CollectRecords(options.inputs);
  if (!records) return std::unexpected(records.error());
  if (records->empty()) return ExitCode::kNothingToDo;
  if (auto safe = RefuseOutputInsideInput(options.inputs, options.output_dir); !safe) {
    return std::unexpected(safe.error());
  }
  const auto names = OutputNames(*records, options.inputs);
  if (!names) return std::unexpected(names.error());
  const auto engine = pipeline::Engine::Create(EngineOptionsFrom(options.photos, options.common));
  if (!engine) return std::unexpected(engine.error());

  Progress progress("standardize", records->size(), options.common.quiet);
  OutcomeCount outcomes;
  std::optional<Error> failure;
  const auto work = [&](Record record) {
    if (!NeedsWork(record, options.photos)) return pipeline::PhotoResult{std::move(record), {}, {}, {}, {}};
    return pipeline::ProcessPhoto(*engine, std::move(record), pipeline::PhotoKind::kSource);
  };
  const auto deliver = [&](pipeline::PhotoResult result) {
    Record& record = result.record;
    if (result.jpeg && (record.outcome == Outcome::kAccepted || record.outcome == Outcome::kReview)) {
      const std::filesystem::path path = options.output_dir / names->at(record.photo);
      record.output = path.string();
      record.output_sha256 = Sha256Hex(std::span(*result.jpeg));
      if (!options.dry_run) {
        const auto written = WriteFileAtomic(path, std::span<const std::byte>(*result.jpeg),
                                             options.overwrite ? IfExists::kOverwrite : IfExists::kRefuse);
        if (!written) {
          failure = written.error();
          return false;
        }
      }
    }
    outcomes.Add(record);
    std::cout << ToLine(record) << '\n';
    progress.Advance();
    return static_cast<bool>(std::cout);
  };
  pipeline::ProcessMany(std::move(*records), {options.photos.threads, &Interrupted}, work, deliver);
  if (failure) return std::unexpected(*failure);
  return outcomes.Exit();
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  CLI::App app("Crops photos to an image standard, mends the background and encodes them; prints one record per photo",
               "gradphoto-standardize");
  gradphoto::cli::Options options;
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.common, [&] { return gradphoto::cli::Run(options); });
}
