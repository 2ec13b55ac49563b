// SPDX-License-Identifier: Apache-2.0
#include "cli/common/photo_options.h"

#include "lib/pipeline/photo.h"

namespace gradphoto::cli {

void AddInputOptions(CLI::App& app, InputOptions& options) {
  app.add_option("input", options.inputs, "Photos, directories, an .ndjson file, or - for records on stdin")
      ->type_name("PATH");
  app.add_option("--files-from", options.files_from, "File with one path a line; - for stdin")
      ->type_name("FILE");
}

void AddTimeoutOption(CLI::App& app, double& timeout_s) {
  app.add_option("--timeout-per-photo", timeout_s,
                 "CPU time after which decoding a photo is given up (TECHNICAL_FAILURE)")
      ->capture_default_str()
      ->check(CLI::PositiveNumber.description(""))
      ->type_name("SECONDS");
}

void AddPhotoOptions(CLI::App& app, PhotoOptions& options) {
  app.add_option("-s,--standard", options.standard, "Image standard; see gradphoto-standards list")
      ->capture_default_str()
      ->type_name("NAME");
  app.add_option("--models", options.model_dir, "Directory with the .onnx files")
      ->envname("GRADPHOTO_MODELS")
      ->type_name("DIR");
  app.add_option("-j,--jobs", options.threads, "Photos at a time; 0 = one per core")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024))
      ->type_name("N");
  AddTimeoutOption(app, options.timeout_s);
  app.add_flag("--all", options.all, "Also work on records that an earlier tool rejected");
}

pipeline::EngineOptions EngineOptionsFrom(const PhotoOptions& photos, const CommonOptions& common) {
  pipeline::EngineOptions options;
  options.standard = photos.standard;
  options.config_dir = common.config_dir;
  options.model_dir = photos.model_dir;
  options.decode_limits.max_cpu_seconds = photos.timeout_s;
  return options;
}

bool NeedsWork(const Record& record, const PhotoOptions& options) {
  return pipeline::NeedsWork(record, options.all);
}

}  // namespace gradphoto::cli
