// SPDX-License-Identifier: Apache-2.0
// What gradphoto-batch is to do, as a job file says it (configs/job.example.yaml).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "lib/base/error.h"

namespace gradphoto::pipeline {

struct Job {
  std::filesystem::path roster;
  std::vector<std::filesystem::path> photos;  // Directories, at least one.
  std::filesystem::path references;           // Directory; empty: no comparison.
  std::filesystem::path output;               // Directory that the batch owns.
  std::string standard = "chsi-2017";
  std::string language = "zh";                 // Of the report: zh or en.
  std::string key_column;                      // Empty: see roster/roster.h.
  std::map<std::string, std::string> columns;  // Headers of the roster to canonical names, see roster/roster.h.
  std::string sheet;                           // Of a workbook; empty: the first with a known header.
  std::filesystem::path mapping;               // Photos linked by hand (roster/mapping.h); empty: none.
  bool newest_of_duplicates = false;           // `duplicates: newest`; else several photos are rejected.
  std::string name_template;                   // Of packed files; empty: the standard's.
  std::string folder_template;                 // Of packed folders; empty: the standard's.
  bool zip = false;                            // Also pack zips.
  std::string zip_template;                    // One zip for each value; empty: the standard's.
  int zip_max_files = 0;                       // Photos per zip; 0: the standard's.
  int zip_max_bytes = 0;                       // Bytes per zip; 0: the standard's.
  int threads = 0;                             // 0: one per core.
};

// Relative paths in the file are taken from the file's directory.
// Errors: kUsage - see base/yaml.h; missing roster, photos or output.
Result<Job> LoadJob(const std::filesystem::path& file);

}  // namespace gradphoto::pipeline
