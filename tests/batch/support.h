// SPDX-License-Identifier: Apache-2.0
// A small job on the sample photos: what the tests of a whole run share.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "lib/batch/context.h"
#include "tests/support/data.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::batch {

inline Record RecordOf(std::string photo, std::string key) {
  Record record;
  record.photo = std::move(photo);
  if (!key.empty()) record.student = Student{.key = std::move(key), .fields = {}};
  return record;
}

inline std::string TextOf(const std::filesystem::path& file) {
  return ReadTextFile(file, 1 << 26).value_or("");
}

// One student whose photo the standard takes, one whose photo it does not, one without.
inline Job SampleJob(const testing::TempDir& dir) {
  const std::filesystem::path samples = testing::SourceDir() / "samples/photos";
  const std::filesystem::path photos = dir.path() / "photos";
  std::filesystem::create_directories(photos);
  std::filesystem::copy_file(samples / "城东教学点/20220102.png", photos / "20220102.png");
  std::filesystem::copy_file(samples / "城西教学点/20220205.jpg", photos / "20220304.jpg");
  Job job;
  job.roster = dir.Write("roster.csv",
                         "学号,姓名,毕业季\n"
                         "20220102,周雨桐,2026年夏季\n"
                         "20220304,罗亮,2026年夏季\n"
                         "20220303,许诺,2026年夏季\n");
  job.photos = {photos};
  job.output = dir.path() / "out";
  job.standard = "cet";
  job.name_template = "{student_number}";
  job.threads = 2;
  return job;
}

inline RunOptions SampleOptions() {
  RunOptions options;
  options.config_dir = testing::SourceDir() / "configs";
  options.model_dir = testing::ModelDir();
  return options;
}

// The nets and the standard of SampleJob, opened once.
inline const pipeline::Engine& SampleEngine() {
  static const auto engine = [] {
    auto created = pipeline::Engine::Create({.standard = "cet",
                                             .config_dir = testing::SourceDir() / "configs",
                                             .model_dir = testing::ModelDir(),
                                             .decode_limits = {},
                                             .severities = {}});
    if (!created) FAIL(created.error().message);
    return std::make_unique<pipeline::Engine>(std::move(*created));
  }();
  return *engine;
}

}  // namespace gradphoto::batch
