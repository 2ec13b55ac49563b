// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/deliver.h"

#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "lib/base/file.h"
#include "lib/base/resources.h"
#include "lib/batch/layout.h"
#include "lib/deliver/booking.h"
#include "lib/deliver/pack.h"
#include "lib/deliver/pack_options.h"
#include "lib/deliver/redact.h"
#include "lib/deliver/report.h"
#include "lib/deliver/review.h"
#include "lib/deliver/tag_key.h"
#include "lib/deliver/thumbnails.h"
#include "lib/ledger/delivery.h"
#include "lib/ledger/evidence.h"
#include "lib/pipeline/photo.h"
#include "lib/standard/reasons.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

Result<deliver::PackOptions> PackOptionsOf(const Context& context, const fs::path& config_dir) {
  const Job& job = context.job;
  TRY_ASSIGN(auto named,
             deliver::PackOptionsFor(config_dir, job.standard, job.name_template, job.folder_template));
  if (!named.official_tool.empty()) context.notes.Warn(named.official_tool);
  deliver::PackOptions pack = std::move(named.options);
  pack.zip = job.zip;
  if (!job.zip_template.empty()) {
    TRY_ASSIGN(pack.zip_name, deliver::NameTemplate::Parse(job.zip_template));
  }
  if (job.zip_max_files > 0) pack.zip_max_files = static_cast<std::size_t>(job.zip_max_files);
  if (job.zip_max_bytes > 0) pack.zip_max_bytes = static_cast<std::uint64_t>(job.zip_max_bytes);
  pack.if_exists = IfExists::kOverwrite;
  pack.interrupted = context.options.interrupted;
  return pack;
}

// Errors: kUsage - a name of an accepted photo cannot be made.
Result<void> CheckNames(const std::vector<Record>& records, const deliver::PackOptions& pack) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].outcome != Outcome::kAccepted) continue;
    TRY(deliver::PhotoPath(pack.folder, pack.name, records[i], i + 1));
  }
  return {};
}

Result<void> WriteReport(const Context& context, const OutputLayout& layout, const standard::Reasons& reasons,
                         const std::vector<Record>& records) {
  const Job& job = context.job;
  TRY_ASSIGN(auto key, deliver::TagKey::ReadOrCreate(job.ledger.empty() ? layout.MaskKey()
                                                                        : LedgerLayout(job.ledger).MaskKey()));
  const deliver::Redactor redactor(deliver::IdDisplay::kMasked, std::move(key));
  const deliver::ReportOptions report{
      .language = standard::LanguageFromName(job.language).value_or(standard::Language::kZh),
      .redactor = redactor,
      .thumbnail = deliver::ThumbnailOf,
      .if_exists = IfExists::kRefuse,
      .interrupted = context.options.interrupted};
  TRY(deliver::WriteReport(records, reasons, report, layout.Report()));
  TRY(deliver::WriteReview(records, reasons,
                           {report.language, redactor, deliver::ReviewPictureOf, context.options.interrupted},
                           layout.Report()));
  context.notes.Info("report: " + (layout.Report() / "index.html").string());
  return {};
}

// No delivery yet has this number: what lies there is of a run that was cut short, and may hold photos that are
// not accepted any more.
Result<void> ClearUnbooked(const std::vector<Record>& records, const deliver::PackPlan& plan,
                           const fs::path& directory) {
  TRY_ASSIGN(const auto conflicts, deliver::FindConflicts(records, plan, directory));
  for (const std::string& file : conflicts.foreign) {
    std::error_code ignored;  // WritePack refuses the directory if it stays.
    fs::remove(directory / file, ignored);
  }
  return {};
}

void MarkDelivered(const std::vector<Record>& packed, const deliver::PackPlan& plan,
                   std::vector<Record>& records) {
  for (const deliver::PackedPhoto& photo : plan.photos) {
    const std::string& key = packed[photo.record].student->key;
    for (Record& record : records) {
      if (!record.student || record.student->key != key) continue;
      record.extra["ledger"]["state"] = ledger::StateName(ledger::State::kDelivered);
      record.extra["ledger"]["locked"] = true;
    }
  }
}

// With a ledger: what was accepted since the last delivery, in upload/0001, upload/0002...
Result<std::vector<Record>> DeliverNew(const Context& context, const OutputLayout& layout,
                                       const deliver::PackOptions& pack, std::vector<Record> records) {
  if (!context.job.pack) return records;
  const ledger::Moment& now = context.options.moment;
  TRY_ASSIGN(const auto selection,
             ledger::SelectForPack(*context.ledger, records, ledger::Redeliver::kNo, now));
  TRY_ASSIGN(const auto plan, deliver::PlanPack(selection.records, pack));
  if (plan.photos.empty()) {
    context.notes.Info(
        fmt::format("nothing new to pack; {} photos were delivered before", selection.delivered));
    return records;
  }
  TRY_ASSIGN(const auto count, context.ledger->CountDeliveries());
  const fs::path directory = layout.Delivery(count + 1);
  TRY(ClearUnbooked(selection.records, plan, directory));
  TRY(deliver::WritePack(selection.records, plan, pack, directory));
  TRY(deliver::BookPack(*context.ledger, selection.records, plan, directory, now));
  context.notes.Info(fmt::format("{} new photos packed in {}; {} were delivered before", plan.photos.size(),
                                 directory.string(), selection.delivered));
  MarkDelivered(selection.records, plan, records);
  TRY(WriteRecords(layout.Records(), records));
  return records;
}

Result<void> DeliverAll(const Context& context, const OutputLayout& layout, const deliver::PackOptions& pack,
                        const std::vector<Record>& records) {
  TRY_ASSIGN(const auto plan, deliver::PlanPack(records, pack));
  if (!plan.photos.empty()) {
    TRY(deliver::WritePack(records, plan, pack, layout.Upload()));
  }
  context.notes.Info(fmt::format("{} photos packed in {}", plan.photos.size(), layout.Upload().string()));
  return {};
}

}  // namespace

Result<void> WriteRecords(const fs::path& file, const std::vector<Record>& records) {
  std::string lines;
  for (const Record& record : records) lines += ToLine(record) + "\n";
  return WriteFileAtomic(file, lines, IfExists::kOverwrite);
}

Result<std::vector<Record>> Deliver(const Context& context, std::vector<Record> records) {
  const OutputLayout layout(context.job.output);
  TRY_ASSIGN(const auto config_dir, FindConfigDir(context.options.config_dir));
  TRY_ASSIGN(const auto pack, PackOptionsOf(context, config_dir));
  if (context.options.dry_run) {
    TRY(CheckNames(records, pack));
    return records;
  }
  TRY(WriteRecords(layout.Records(), records));
  TRY_ASSIGN(const auto reasons, standard::Reasons::Load(config_dir));
  TRY(WriteReport(context, layout, reasons, records));
  if (context.ledger != nullptr) return DeliverNew(context, layout, pack, std::move(records));
  TRY(DeliverAll(context, layout, pack, records));
  return records;
}

Result<void> MakeCases(const Context& context, const pipeline::Engine& engine) {
  TRY_ASSIGN(const auto config_dir, FindConfigDir(context.options.config_dir));
  TRY_ASSIGN(const auto reasons, standard::Reasons::Load(config_dir));
  const auto render = [&](const Record& record) {
    return pipeline::ProcessPhoto(engine, record, pipeline::PhotoKind::kSource).jpeg;
  };
  const fs::path folder = OutputLayout(context.job.output).Cases();
  TRY_ASSIGN(const auto made,
             ledger::MakeEvidence(*context.ledger, folder, reasons, render, context.options.moment));
  if (made > 0) context.notes.Info(fmt::format("{} new cases for manual review in {}", made, folder.string()));
  return {};
}

}  // namespace gradphoto::batch
