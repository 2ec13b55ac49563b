// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/deliver.h"

#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "lib/base/file.h"
#include "lib/base/resources.h"
#include "lib/base/temporary_file.h"
#include "lib/batch/layout.h"
#include "lib/batch/preflight.h"
#include "lib/deliver/booking.h"
#include "lib/deliver/files.h"
#include "lib/deliver/pack.h"
#include "lib/deliver/redact.h"
#include "lib/deliver/report.h"
#include "lib/deliver/review.h"
#include "lib/deliver/tag_key.h"
#include "lib/deliver/thumbnails.h"
#include "lib/ledger/cases.h"
#include "lib/ledger/delivery.h"
#include "lib/ledger/evidence.h"
#include "lib/pipeline/photo.h"
#include "lib/standard/codes.h"
#include "lib/standard/reasons.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

Result<deliver::PackOptions> PackOptionsOf(const Context& context, const fs::path& config_dir,
                                           const std::vector<Record>& records) {
  const Job& job = context.job;
  TRY_ASSIGN(auto packing, PackingOf(job, config_dir, records));
  if (!packing.official_tool.empty()) context.notes.Warn(packing.official_tool);
  deliver::PackOptions pack = std::move(packing.options);
  if (job.zip_max_files > 0) pack.zip_max_files = static_cast<std::size_t>(job.zip_max_files);
  if (job.zip_max_bytes > 0) pack.zip_max_bytes = static_cast<std::uint64_t>(job.zip_max_bytes);
  pack.if_exists = IfExists::kOverwrite;
  pack.interrupted = context.options.interrupted;
  return pack;
}

// What goes into the pack of this run, and how.
struct PackWork {
  std::vector<Record> chosen;       // With a ledger.
  std::span<const Record> records;  // Those, or all.
  deliver::PackPlan plan;
  std::size_t delivered = 0;  // Left out: handed over before.
};

// Whether the file has just the lines of these records.
bool HoldsLines(const fs::path& file, std::span<const Record> records) {
  std::ifstream in(file, std::ios::binary);
  std::string held;
  for (const Record& record : records) {
    const std::string line = ToLine(record) + "\n";
    held.resize(line.size());
    if (!in.read(held.data(), static_cast<std::streamsize>(held.size())) || held != line) return false;
  }
  return in.good() && in.peek() == std::ifstream::traits_type::eof();
}

Result<PackWork> PlanOf(const Context& context, const deliver::PackOptions& pack,
                        const std::vector<Record>& records) {
  PackWork work;
  if (context.ledger == nullptr) {
    work.records = records;
  } else if (context.job.pack) {
    TRY_ASSIGN(auto selection,
               ledger::SelectForPack(*context.ledger, records, ledger::Redeliver::kNo, context.options.moment));
    work.chosen = std::move(selection.records);
    work.records = work.chosen;
    work.delivered = selection.delivered;
  }
  TRY_ASSIGN(work.plan, deliver::PlanPack(work.records, pack));
  return work;
}

// "roster.csv, line 7"; empty when the record does not say.
std::string RowOf(const Record& record) {
  const auto row = record.extra.find("roster");
  if (row == record.extra.end()) return {};
  return fmt::format("{}, line {}", row->value("file", ""), row->value("line", 0));
}

// An accepted photo without a file name of its own is held, with a finding that names the row to mend.
void HoldUnnamed(const Context& context, const PackWork& work, std::vector<Record>& records) {
  std::unordered_map<std::string_view, Record*> by_key;
  for (Record& record : records) {
    if (record.student) by_key[record.student->key] = &record;
  }
  std::size_t held = 0;
  for (const deliver::RefusedRecord& refused : work.plan.refused) {
    if (refused.why != deliver::Refusal::kNoName && refused.why != deliver::Refusal::kSameName) continue;
    const std::optional<Student>& student = work.records[refused.record].student;
    const auto found = student ? by_key.find(student->key) : by_key.end();
    if (found == by_key.end()) continue;
    Record& record = *found->second;
    std::string detail = refused.detail;
    if (refused.why == deliver::Refusal::kSameName) {
      detail = "shares its file name with";
      for (const std::size_t other : refused.others) {
        const std::string row = RowOf(work.records[other]);
        detail += (other == refused.others.front() ? " " : "; ") + (row.empty() ? "another student" : row);
      }
    }
    if (const std::string row = RowOf(record); !row.empty()) detail.insert(0, row + ": ");
    record.Add(standard::MakeFinding("UPLOAD_NAME", Severity::kReject, detail));
    record.outcome = Outcome::kHeld;
    ++held;
    context.notes.Warn("not packed: " + detail);
  }
  if (held > 0) context.notes.Warn(fmt::format("{} accepted photos are held for want of a file name", held));
}

// With a ledger every case that waits for a person, whatever night it is of.
Result<void> WriteReviewPages(const Context& context, const OutputLayout& layout,
                              const standard::Reasons& reasons, const deliver::ReportOptions& report,
                              const std::vector<Record>& records) {
  auto cases = ledger::CasesOf(records);
  if (context.ledger != nullptr) {
    TRY_ASSIGN(cases, ledger::CasesForPerson(*context.ledger, records, context.options.moment));
  }
  const deliver::ReviewOptions review{.cases = {report.language, report.redactor, deliver::ReviewPictureOf,
                                                deliver::CardStripOf, context.options.interrupted},
                                      .school = report.title};
  TRY_ASSIGN(const auto counts, deliver::WriteReview(cases, reasons, review, layout.Report()));
  if (counts.cases > 0) {
    context.notes.Info(fmt::format("{} cases wait for a person: {}", counts.cases,
                                   (layout.Report() / deliver::kReviewPageName).string()));
  }
  if (counts.sheets > 0) {
    context.notes.Info(fmt::format("{} case sheets to print: {}", counts.sheets,
                                   (layout.Report() / deliver::kCaseSheetsName).string()));
  }
  return {};
}

Result<void> WriteReport(const Context& context, const OutputLayout& layout, const standard::Reasons& reasons,
                         const std::vector<Record>& records) {
  const Job& job = context.job;
  TRY_ASSIGN(auto key, deliver::TagKey::ReadOrCreate(job.ledger.empty() ? layout.MaskKey()
                                                                        : LedgerLayout(job.ledger).MaskKey()));
  using enum deliver::IdDisplay;
  const deliver::Redactor redactor(context.options.full_ids ? kFull : kMasked, std::move(key));
  const deliver::ReportOptions report{
      .language = standard::LanguageFromName(job.language).value_or(standard::Language::kZh),
      .title = job.title,
      .date = ledger::FormatDay(context.options.moment.today),
      .redactor = redactor,
      .thumbnail = deliver::ThumbnailOf,
      .if_exists = IfExists::kRefuse,
      .interrupted = context.options.interrupted};
  TRY(deliver::WriteReport(records, reasons, report, layout.Report()));
  context.notes.Info("report: " + (layout.Report() / "index.html").string());
  return WriteReviewPages(context, layout, reasons, report, records);
}

// Of the bursts before: photos and zips that are not packed any more.
Result<void> ClearReplaced(std::span<const Record> records, const deliver::PackPlan& plan,
                           const fs::path& directory) {
  TRY_ASSIGN(const auto conflicts, deliver::FindConflicts(records, plan, directory));
  for (const std::string& file : conflicts.foreign) {
    if (!file.starts_with(deliver::kPackPhotoFolder) && !file.ends_with(".zip")) continue;
    std::error_code ignored;  // WritePack refuses the directory if it stays.
    fs::remove(directory / file, ignored);
  }
  return {};
}

// No delivery yet has this number: what lies there is of a run that was cut short, and may hold photos that are
// not accepted any more.
Result<void> ClearUnbooked(std::span<const Record> records, const deliver::PackPlan& plan,
                           const fs::path& directory) {
  TRY_ASSIGN(const auto conflicts, deliver::FindConflicts(records, plan, directory));
  for (const std::string& file : conflicts.foreign) {
    std::error_code ignored;  // WritePack refuses the directory if it stays.
    fs::remove(directory / file, ignored);
  }
  return {};
}

void MarkDelivered(std::span<const Record> packed, const deliver::PackPlan& plan,
                   std::vector<Record>& records) {
  std::unordered_set<std::string_view> keys;
  for (const deliver::PackedPhoto& photo : plan.photos) keys.insert(packed[photo.record].student->key);
  for (Record& record : records) {
    if (!record.student || !keys.contains(record.student->key)) continue;
    record.extra["ledger"]["state"] = ledger::StateName(ledger::State::kDelivered);
    record.extra["ledger"]["locked"] = true;
  }
}

// With a ledger: what was accepted since the last delivery, in upload/0001, upload/0002... The records are
// marked.
Result<void> DeliverNew(const Context& context, const OutputLayout& layout, const deliver::PackOptions& pack,
                        const PackWork& work, std::vector<Record>& records) {
  if (!context.job.pack) return {};
  if (work.plan.photos.empty()) {
    context.notes.Info(fmt::format("nothing new to pack; {} photos were delivered before", work.delivered));
    return {};
  }
  TRY_ASSIGN(const auto count, context.ledger->CountDeliveries());
  const fs::path directory = layout.Delivery(count + 1);
  TRY(ClearUnbooked(work.records, work.plan, directory));
  TRY(deliver::WritePack(work.records, work.plan, pack, directory));
  TRY(deliver::BookPack(*context.ledger, work.records, work.plan, directory, context.options.moment));
  context.notes.Info(fmt::format("{} new photos packed in {}; {} were delivered before",
                                 work.plan.photos.size(), directory.string(), work.delivered));
  MarkDelivered(work.records, work.plan, records);
  return WriteRecords(layout.Records(), records);
}

Result<void> DeliverAll(const Context& context, const OutputLayout& layout, const deliver::PackOptions& pack,
                        const PackWork& work) {
  if (context.options.watching) {
    TRY(ClearReplaced(work.records, work.plan, layout.Upload()));
  }
  if (!work.plan.photos.empty()) {
    TRY(deliver::WritePack(work.records, work.plan, pack, layout.Upload()));
  }
  context.notes.Info(fmt::format("{} photos packed in {}", work.plan.photos.size(), layout.Upload().string()));
  return {};
}

}  // namespace

Result<void> WriteRecords(const fs::path& file, const std::vector<Record>& records) {
  constexpr std::size_t kWriteBytes = 1u << 20;
  if (HoldsLines(file, records)) return {};
  TRY(MakePrivateDirectories(file.parent_path()));
  TRY_ASSIGN(auto temporary, TemporaryFile::For(file));
  std::string lines;
  for (std::size_t i = 0; i < records.size(); ++i) {
    lines += ToLine(records[i]) + "\n";
    if (lines.size() < kWriteBytes && i + 1 < records.size()) continue;
    if (!WriteAll(temporary.fd(), std::as_bytes(std::span(lines)))) {
      return Fail(ErrorKind::kOutput, file.string() + ": writing failed: " + ErrnoText());
    }
    lines.clear();
  }
  return temporary.MoveToTarget(TemporaryFile::Replace::kYes);
}

Result<std::vector<Record>> Deliver(const Context& context, std::vector<Record> records) {
  const OutputLayout layout(context.job.output);
  TRY_ASSIGN(const auto config_dir, FindConfigDir(context.options.config_dir));
  TRY_ASSIGN(const auto pack, PackOptionsOf(context, config_dir, records));
  if (context.options.dry_run) return records;  // No files to read back: what the names need is known by now.
  const auto work = PlanOf(context, pack, records);
  if (work) HoldUnnamed(context, *work, records);
  TRY(WriteRecords(layout.Records(), records));
  TRY_ASSIGN(const auto reasons, standard::Reasons::Load(config_dir));
  // The report tells what the ledger says once the pack is booked; a pack that fails still leaves a report.
  Result<void> packed;
  if (!work) {
    packed = std::unexpected(work.error());
  } else if (context.ledger != nullptr) {
    packed = DeliverNew(context, layout, pack, *work, records);
  } else {
    packed = DeliverAll(context, layout, pack, *work);
  }
  TRY(WriteReport(context, layout, reasons, records));
  if (!packed) return std::unexpected(packed.error());
  return records;
}

Result<void> MakeCases(const Context& context, const pipeline::Engine& engine) {
  TRY_ASSIGN(const auto config_dir, FindConfigDir(context.options.config_dir));
  TRY_ASSIGN(const auto reasons, standard::Reasons::Load(config_dir));
  const auto render = [&](const Record& record) {
    return pipeline::ProcessPhoto(engine, record, KindOf(context.job)).jpeg;
  };
  const fs::path folder = OutputLayout(context.job.output).Cases();
  TRY_ASSIGN(const auto made,
             ledger::MakeEvidence(*context.ledger, folder, reasons, render, context.options.moment));
  if (made > 0) context.notes.Info(fmt::format("{} new cases for manual review in {}", made, folder.string()));
  return {};
}

}  // namespace gradphoto::batch
