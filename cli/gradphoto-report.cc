// SPDX-License-Identifier: Apache-2.0
// gradphoto-report: records to a report directory. Prints the summary as one JSON object on stdout.
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "cli/common/inputs.h"
#include "cli/common/language.h"
#include "cli/common/ledger_options.h"
#include "cli/common/run_main.h"
#include "cli/common/sandbox.h"
#include "lib/base/file.h"
#include "lib/base/paths.h"
#include "lib/base/resources.h"
#include "lib/batch/layout.h"
#include "lib/deliver/files.h"
#include "lib/deliver/report.h"
#include "lib/deliver/review.h"
#include "lib/deliver/tag_key.h"
#include "lib/deliver/thumbnails.h"
#include "lib/ledger/cases.h"

namespace gradphoto::cli {
namespace {

struct Options {
  CommonOptions common;
  LedgerOptions ledger;
  std::string records;
  std::filesystem::path directory, mask_key;
  std::string language = "auto", title, today;
  bool full_ids = false, overwrite = false, dry_run = false;
};

void Setup(CLI::App& app, Options& options) {
  app.description(
      "Makes a report of a batch: index.html for people, review.html for the cases that a person decides,\n"
      "rejected.csv for lists, notices.csv with one text per student and notices/ with the same for each "
      "group,\n"
      "report.xlsx with both, summary.json for scripts. With a ledger's records they tell its states and "
      "deadlines.\n"
      "With --ledger, review.html has every student who waits for a person, with all attempts, and\n"
      "case-sheets.html those of manual review, one printed page each.");
  app.add_option("records", options.records, "Records (.ndjson), or - for stdin")
      ->required()
      ->type_name("RECORDS")
      ->check(
          [](const std::string& name) {
            return name == "-" || name.ends_with(".ndjson") ? std::string()
                                                            : name + " is neither .ndjson nor -";
          },
          "");
  app.add_option("-o,--output", options.directory, "Directory to write")->required()->type_name("DIR");
  AddLanguageOption(app, options.language, "Language of all texts");
  app.add_option("--title", options.title, "School and season, to head the page")->type_name("TEXT");
  app.add_option("--today", options.today, "Day to stand on the page, e.g. 2021-11-02 (default: the clock)")
      ->type_name("DATE");
  AddLedgerOption(app, options.ledger.file);
  app.add_flag("--full-ids", options.full_ids, "Show identity and student numbers in full instead of masked");
  app.add_option(
         "--mask-key", options.mask_key,
         "Key file for the tags of masked numbers, by which lists can be joined; made where there is none")
      ->type_name("FILE");
  app.add_flag("--overwrite", options.overwrite, "Write into a directory that holds files but no report");
  AddDryRun(app, options.dry_run,
            "Write nothing; print the summary, and what would keep a real run from writing");
  AddCommonOptions(app, options.common);
  AddExamples(app, {{"gradphoto-report batch.ndjson -o report/",
                     "makes the report, with numbers masked, in the language of the locale"},
                    {"gradphoto-report batch.ndjson -o report/ --title \"某某大学 2026 届\" --full-ids",
                     "numbers in full, also in notices/ for each class: keep it where others cannot read it"},
                    {"gradphoto-report batch.ndjson -o report/ --ledger ledger.sqlite",
                     "also shows the cases of earlier nights that still wait for a person"}});
}

Result<deliver::Redactor> RedactorFor(const Options& options) {
  if (options.full_ids) return deliver::Redactor(deliver::IdDisplay::kFull);
  if (options.mask_key.empty()) {
    if (options.ledger.file.empty()) return deliver::Redactor();
    // The tags of the batch's report, by which gradphoto-ledger finds students.
    TRY_ASSIGN(auto key, deliver::TagKey::ReadIfThere(batch::LedgerLayout(options.ledger.file).MaskKey()));
    return deliver::Redactor(deliver::IdDisplay::kMasked, std::move(key));
  }
  std::error_code ignored;
  if (IsWithin(std::filesystem::weakly_canonical(options.mask_key, ignored),
               std::filesystem::weakly_canonical(options.directory, ignored))) {
    return Fail(ErrorKind::kUsage, options.mask_key.string() +
                                       ": the key must not lie in the report, which is handed on; keep it "
                                       "elsewhere");
  }
  TRY_ASSIGN(auto key, options.dry_run ? deliver::TagKey::ReadOrInvent(options.mask_key)
                                       : deliver::TagKey::ReadOrCreate(options.mask_key));
  return deliver::Redactor(deliver::IdDisplay::kMasked, std::move(key));
}

Result<std::vector<ledger::PersonCase>> CasesFor(const Options& options, const std::vector<Record>& records,
                                                 const ledger::Moment& now) {
  const std::filesystem::path& file = options.ledger.file;
  if (file.empty()) return ledger::CasesOf(records);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    return Fail(ErrorKind::kUsage, file.string() + ": no such ledger");
  }
  TRY_ASSIGN(auto opened, OpenLedger(options.ledger, "gradphoto-report", ledger::OpenMode::kRead));
  return ledger::CasesForPerson(opened.ledger, records, now);
}

Result<ExitCode> Run(const Options& options) {
  MayWriteOnlyTo({options.directory, FolderOf(options.ledger.file), FolderOf(options.mask_key)});
  const InputOptions input{.inputs = {options.records}, .files_from = ""};
  TRY_ASSIGN(const auto records, CollectRecords(input));
  if (records.empty()) return NothingToDo();
  TRY_ASSIGN(const auto configs, FindConfigDir(options.common.config_dir));
  TRY_ASSIGN(const auto reasons, standard::Reasons::Load(configs));
  TRY_ASSIGN(const auto redactor, RedactorFor(options));
  TRY_ASSIGN(const auto now, MomentFrom({.file = {}, .today = options.today, .wait_s = 0}));
  const deliver::ReportOptions report{.language = LanguageFrom(options.language),
                                      .title = options.title,
                                      .date = ledger::FormatDay(now.today),
                                      .redactor = redactor,
                                      .thumbnail = deliver::ThumbnailOf,
                                      .if_exists = options.overwrite ? IfExists::kOverwrite : IfExists::kRefuse,
                                      .interrupted = Interrupted};
  TRY_ASSIGN(const auto cases, CasesFor(options, records, now));
  TRY(options.dry_run ? deliver::CheckReportDirectory(options.directory, report.if_exists)
                      : deliver::WriteReport(records, reasons, report, options.directory));
  if (!options.dry_run) {
    const deliver::ReviewOptions review{
        .cases = {report.language, redactor, deliver::ReviewPictureOf, deliver::CardStripOf, Interrupted},
        .school = options.title};
    TRY_ASSIGN(const auto counts, deliver::WriteReview(cases, reasons, review, options.directory));
    if (counts.cases > 0) {
      spdlog::info("{} cases to review: {}", counts.cases,
                   (options.directory / deliver::kReviewPageName).string());
    }
    if (counts.sheets > 0) {
      spdlog::info("{} case sheets to print: {}", counts.sheets,
                   (options.directory / deliver::kCaseSheetsName).string());
    }
  }
  const deliver::ReportSummary summary = deliver::Summarize(records);
  std::cout << deliver::ToJson(summary, redactor).dump() << "\n";
  const std::string page = (options.directory / "index.html").string();
  if (options.dry_run) {
    spdlog::info("dry run, nothing is written; the report on {} records would be {}", records.size(), page);
  } else {
    spdlog::info("report on {} records: {}", records.size(), page);
  }
  const bool all_accepted = summary.outcomes[Outcome::kAccepted] == records.size();
  return all_accepted ? ExitCode::kAccepted : ExitCode::kNotAccepted;
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  CLI::App app("", "gradphoto-report");
  gradphoto::cli::Options options;
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.common, [&] { return gradphoto::cli::Run(options); });
}
