// SPDX-License-Identifier: Apache-2.0
// What a watcher tells at once: a line for each photo file, and the page of deliver/live.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/photo_file.h"
#include "lib/batch/context.h"
#include "lib/batch/job.h"
#include "lib/batch/layout.h"
#include "lib/deliver/live.h"
#include "lib/deliver/redact.h"
#include "lib/record/record.h"
#include "lib/standard/reasons.h"

namespace gradphoto::batch {

class Station {
 public:
  // Writes the page. Errors: kOutput; kUsage - see standard::Reasons::Load.
  static Result<Station> Open(const Job& job, const RunOptions& options);

  // The line of a photo's file, and its place on the page where file or verdict are new. `mark`: of the file.
  // Errors: kOutput.
  Result<void> Tell(const PhotoFile& file, const std::string& mark, const Record& record);

  // Removes the lines of files that are not among these; also those of earlier watchers, with `all`.
  void Keep(std::span<const PhotoFile> files, bool all);

  // Writes what the page shows, with pictures of what it shows anew. `records`: of everybody. Errors: kOutput.
  Result<void> Show(std::span<const Record* const> records);
  // The same photos again. Errors: kOutput.
  Result<void> ShowTrouble(bool in_trouble);
  Result<void> ShowEnd();
  std::chrono::steady_clock::time_point shown_at() const { return shown_at_; }

 private:
  Station(OutputLayout layout, standard::Reasons reasons, deliver::Redactor redactor)
      : layout_(std::move(layout)), reasons_(std::move(reasons)), redactor_(std::move(redactor)) {}
  // Below the folder of the answers; empty for a name that leads out of it.
  std::filesystem::path AnswerOf(const PhotoFile& file) const;
  Result<void> Write();

  struct Told {
    std::filesystem::path answer;
    std::string mark;
    Outcome outcome = Outcome::kAccepted;
  };

  OutputLayout layout_;
  standard::Reasons reasons_;
  deliver::Redactor redactor_;
  standard::Language language_ = standard::Language::kZh;
  bool many_folders_ = false;
  std::map<std::string, Told> told_;                           // By path of the photo.
  std::vector<std::pair<deliver::LivePhoto, Record>> photos_;  // On the page, the newest first.
  std::set<std::string> pictures_;                             // That lie beside the page.
  deliver::LiveState state_;
  std::chrono::steady_clock::time_point shown_at_;
};

}  // namespace gradphoto::batch
