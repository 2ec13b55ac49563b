// SPDX-License-Identifier: Apache-2.0
// gradphoto-standardize: photos in, standardized JPEGs and records out.
#include <iostream>

#include "cli/common/inputs.h"
#include "cli/common/photo_options.h"
#include "cli/common/run_main.h"
#include "cli/common/run_records.h"
#include "cli/common/sandbox.h"
#include "lib/pipeline/output_names.h"
#include "lib/pipeline/photo.h"
#include "lib/pipeline/photo_store.h"

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
  AddDryRun(app, options.dry_run,
            "Do all the work, but write no photos; the records say what would be written");
  AddExamples(app, {{"gradphoto-standardize photo.jpg -o standardized/ > batch.ndjson",
                     "writes standardized/photo.jpg and its record"},
                    {"gradphoto-check photos/ --json | gradphoto-standardize - -o standardized/ > batch.ndjson",
                     "standardizes what the check did not reject"},
                    {"gradphoto-standardize -n --standard visa-us photos/ -o standardized/ > plan.ndjson",
                     "tries another standard, and writes nothing"}});
}

Result<ExitCode> Run(const Options& options) {
  MayWriteOnlyTo({options.output_dir});
  InputOptions inputs = options.inputs;
  inputs.output = options.output_dir;
  TRY_ASSIGN(auto records, CollectRecords(inputs));
  if (records.empty()) return NothingToDo();
  TRY(RefuseOutputInsideInput(options.inputs, options.output_dir));
  TRY_ASSIGN(const auto names, pipeline::NameOutputs(records, options.inputs.inputs));
  TRY(pipeline::RefuseOverwritingInputs(records, names, options.output_dir));
  TRY_ASSIGN(const auto engine, pipeline::Engine::Create(EngineOptionsFrom(options.photos, options.common)));

  using enum pipeline::StoreMode;
  const pipeline::StoreMode mode = options.dry_run ? (options.overwrite ? kDryRun : kDryRunRefuse)
                                                   : (options.overwrite ? kOverwrite : kRefuseDifferent);
  const auto work = [&](Record record) {
    if (!NeedsWork(record, options.photos)) return pipeline::PassThrough(std::move(record));
    auto result = pipeline::ProcessPhoto(engine, std::move(record), pipeline::PhotoKind::kSource);
    result.DropPictures();
    return result;
  };
  const auto deliver = [&](pipeline::PhotoResult& result) -> Result<void> {
    if (result.jpeg) {
      const auto path = options.output_dir / names.at(result.record.photo);
      TRY(pipeline::StorePhoto(result, path, mode));
    }
    std::cout << ToLine(result.record) << '\n';
    return {};
  };
  return RunRecords<pipeline::PhotoResult>("standardize", std::move(records), options.photos.threads,
                                           options.common.quiet, work, deliver);
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  CLI::App app(
      "Crops photos to an image standard, replaces the background where needed, and encodes them; prints one "
      "record per photo",
      "gradphoto-standardize");
  gradphoto::cli::Options options;
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.common, [&] { return gradphoto::cli::Run(options); });
}
