// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/work.h"

#include <algorithm>
#include <future>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/photo_archive.h"
#include "lib/batch/preflight.h"
#include "lib/image/decode.h"
#include "lib/pipeline/many.h"
#include "lib/pipeline/photo.h"
#include "lib/pipeline/photo_store.h"
#include "lib/standard/codes.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

// What one photo came to.
struct Answer {
  pipeline::PhotoResult result;
  bool judged = false;  // See Worked.
  bool is_new = false;  // Made in this run: the journal does not have it yet.
  FaceSearch::Fingerprint fingerprint;
};

class Worker {
 public:
  // `records`: how many there will be. `has_idle_cores`: a photo and its reference are looked at side by side.
  Worker(const Context& context, const Tools& tools, const Places& places, Booking booking, std::size_t records,
         bool has_idle_cores)
      : context_(context), tools_(tools), places_(places), booking_(booking), has_idle_cores_(has_idle_cores) {
    worked_.records.reserve(records);
    worked_.judged.reserve(records);
    if (context.job.duplicates) worked_.fingerprints.reserve(records);
  }

  // On some thread. Errors: the ledger cannot be read.
  Result<Answer> Work(Record record) const {
    if (tools_.known) {
      if (const Record* known = tools_.known(record)) return Known(*known, /*judged=*/false);
    }
    if (tools_.keeper != nullptr) {
      const std::string output = OutputOf(record);
      TRY_ASSIGN(auto admission, tools_.keeper->Admit(std::move(record), output));
      record = std::move(admission.record);
      if (admission.settled) return Known(std::move(record), /*judged=*/false);
    }
    if (!pipeline::NeedsWork(record, /*all=*/false)) {
      return Answer{.result = pipeline::PassThrough(std::move(record)), .fingerprint = {}};
    }
    if (auto finished = places_.journal.Find(record, tools_.engine.tool)) {
      return Known(std::move(*finished), /*judged=*/true);
    }
    if (auto moved = places_.journal.FindMoved(record, tools_.engine.tool)) {
      if (auto answer = TakeOver(*std::move(moved))) return *std::move(answer);
    }
    return Judge(std::move(record));
  }

  // In order, one at a time.
  Result<void> Take(Answer answer) {
    TRY(Store(answer));
    if (answer.is_new) {
      TRY(places_.journal.Append(answer.result.record));
    }
    if (tools_.keeper != nullptr && answer.judged && booking_ == Booking::kAtOnce) {
      TRY_ASSIGN(answer.result.record, tools_.keeper->Keep(std::move(answer.result.record)));
    }
    if (tools_.told) tools_.told(worked_.records.size(), answer.result.record, answer.judged);
    worked_.records.push_back(std::move(answer.result.record));
    worked_.judged.push_back(answer.judged);
    if (context_.job.duplicates) worked_.fingerprints.push_back(std::move(answer.fingerprint));
    return {};
  }

  std::size_t done() const { return worked_.records.size(); }
  Worked Finish() {
    if (!context_.options.dry_run) std::ranges::for_each(folders_, SyncDirectory);
    return std::move(worked_);
  }

 private:
  // Empty for a record without a photo.
  std::string OutputOf(const Record& record) const {
    const auto name = places_.names.find(record.photo);
    return name == places_.names.end() ? std::string() : (places_.standardized / name->second).string();
  }

  // Judged and compared already; only the search needs its face again.
  Answer Known(Record record, bool judged) const {
    Answer answer{.result = pipeline::PassThrough(std::move(record)), .judged = judged, .fingerprint = {}};
    const bool searched = tools_.faces != nullptr && !context_.options.shard;
    if (searched) answer.fingerprint = tools_.faces->FingerprintOf(answer.result.record);
    return answer;
  }

  // A photo that was renamed: its standardized one goes with it. Nothing when that cannot be read any more.
  std::optional<Answer> TakeOver(Journal::Moved moved) const {
    Record& record = moved.record;
    std::optional<std::vector<std::byte>> jpeg;
    if (!record.output.empty()) {
      auto bytes = ReadPhoto(record.output, image::DecodeLimits{}.max_file_bytes);
      if (!bytes) return std::nullopt;
      jpeg = *std::move(bytes);
    }
    record.output.clear();
    record.output_sha256.clear();
    Answer answer = Known(std::move(record), /*judged=*/true);
    answer.is_new = true;
    answer.result.jpeg = std::move(jpeg);
    Record& taken = answer.result.record;
    if (!moved.is_compared && tools_.faces != nullptr && !taken.IsRejected()) {
      answer.fingerprint = tools_.faces->Look(
          taken, {.judged = true, .reference = AsksForReference(taken), .analysis = nullptr});
    }
    return answer;
  }

  bool AsksForReference(const Record& record) const {
    return !context_.job.references.empty() || record.comparison.contains("reference");
  }

  Result<Answer> Judge(Record record) const {
    std::future<std::optional<pipeline::Comparer::Face>> reference;
    if (tools_.faces != nullptr && has_idle_cores_) {
      reference = std::async(std::launch::async, [&comparer = tools_.faces->comparer(), record] {
        return comparer.ReferenceFaceOf(record);
      });
    }
    Answer answer{.result = pipeline::ProcessPhoto(tools_.engine, std::move(record), KindOf(context_.job)),
                  .judged = true,
                  .is_new = true,
                  .fingerprint = {}};
    Record& judged = answer.result.record;
    if (tools_.faces != nullptr) {
      const auto& analysis = answer.result.analysis;
      answer.fingerprint =
          tools_.faces->Look(judged, {.judged = !judged.IsRejected(),
                                      .reference = AsksForReference(judged),
                                      .analysis = analysis ? &*analysis : nullptr,
                                      .reference_face = reference.valid() ? &reference : nullptr});
    }
    answer.result.DropPictures();
    if (tools_.still_there && !tools_.still_there(answer.result.record)) {
      return Fail(ErrorKind::kOutput, answer.result.record.photo + ": changed while it was judged");
    }
    return answer;
  }

  Result<void> Store(Answer& answer) {
    pipeline::PhotoResult& result = answer.result;
    const std::string output = OutputOf(result.record);
    if (result.jpeg) {
      using enum pipeline::StoreMode;
      // The name may be lost in a power cut after the booking: then the photo is judged again
      // (Keeper::Changed).
      TRY(pipeline::StorePhoto(result, output, context_.options.dry_run ? kDryRun : kOverwrite,
                               Sync::kContents));
      if (!result.record.output.empty()) folders_.insert(fs::path(output).parent_path());
    }
    // What an earlier run made of a photo that is not accepted any more must not be found there; but what a
    // ledger has settled stays.
    const bool stale = answer.judged || tools_.keeper == nullptr;
    if (stale && !output.empty() && result.record.output.empty() && !context_.options.dry_run) {
      std::error_code ignored;
      fs::remove(output, ignored);
    }
    return {};
  }

  const Context& context_;
  const Tools& tools_;
  const Places& places_;
  Booking booking_;
  bool has_idle_cores_;
  std::set<fs::path> folders_;  // That photos were stored in.
  Worked worked_;
};

// What the search has found about a record that was settled before it: the other students are told, as a
// warning where the record was not rejected, and nothing else of it changes.
void TellDuplicates(Record found, Record& settled) {
  if (!found.comparison.contains("duplicates")) return;
  for (const char* key : {"duplicates", "cluster"}) {
    if (found.comparison.contains(key)) settled.comparison[key] = std::move(found.comparison[key]);
  }
  for (Finding& finding : found.findings) {
    const bool told =
        std::ranges::any_of(settled.findings, [&](const Finding& other) { return other.code == finding.code; });
    if (told || standard::StageOf(finding.code) != standard::Stage::kBatch) continue;
    if (!settled.IsRejected()) finding.severity = std::min(finding.severity, Severity::kWarn);
    settled.findings.push_back(std::move(finding));
  }
  standard::SortFindings(settled.findings);
}

}  // namespace

std::vector<Record> Worked::Judged() const {
  std::vector<Record> chosen;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (judged[i]) chosen.push_back(records[i]);
  }
  return chosen;
}

Result<Worked> WorkOnPhotos(const Context& context, const Tools& tools, const Places& places, Booking booking,
                            std::vector<Record> records) {
  const std::size_t total = records.size();
  const auto& progress = context.options.progress;
  if (progress) progress(0, total);
  Worker worker(context, tools, places, booking, total,
                2 * CountPhotos(records) <= pipeline::ThreadsOf(context.job.threads));
  std::optional<Error> failure;
  const auto work = [&](Record record) { return worker.Work(std::move(record)); };
  const auto take = [&](Result<Answer> answer) {
    const Result<void> taken =
        answer ? worker.Take(std::move(*answer)) : Result<void>(Fail(std::move(answer).error()));
    if (!taken) {
      failure = taken.error();
    } else if (progress) {
      progress(worker.done(), total);
    }
    return taken.has_value();
  };
  pipeline::ProcessMany<Result<Answer>>(std::move(records), {context.job.threads, context.options.interrupted},
                                        work, take);
  if (failure) return Fail(*failure);
  if (worker.done() < total) {
    return Fail(ErrorKind::kOutput, "interrupted; the same command goes on from here");
  }
  return worker.Finish();
}

Result<void> SearchDuplicates(const Context& context, FaceSearch& faces, Worked& worked) {
  std::vector<Record>& records = worked.records;
  std::vector<std::pair<std::size_t, Record>> settled;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!worked.judged[i]) settled.emplace_back(i, records[i]);
  }
  faces.SearchBatch(records, worked.fingerprints, context.notes);
  for (auto& [place, record] : settled) {
    TellDuplicates(std::exchange(records[place], record), records[place]);
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    Record& record = records[i];
    if (!worked.judged[i] || !record.IsRejected() || record.output.empty() || context.options.dry_run) continue;
    std::error_code ignored;
    fs::remove(record.output, ignored);
    record.output.clear();
    record.output_sha256.clear();
  }
  return faces.KeepTemplates(records, worked.fingerprints);
}

Result<void> Book(ledger::Keeper& keeper, Worked& worked) {
  for (std::size_t i = 0; i < worked.records.size(); ++i) {
    if (!worked.judged[i]) continue;
    TRY_ASSIGN(worked.records[i], keeper.Keep(std::move(worked.records[i])));
  }
  return {};
}

}  // namespace gradphoto::batch
