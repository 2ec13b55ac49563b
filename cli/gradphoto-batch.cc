// SPDX-License-Identifier: Apache-2.0
// gradphoto-batch: the whole job in one process: link, check, standardize, compare, pack, report. Prints the
// summary as one JSON object on stdout.
#include <cstdlib>
#include <iostream>
#include <optional>

#include "cli/batch/plan.h"
#include "cli/batch/watch.h"
#include "cli/common/language.h"
#include "cli/common/ledger_options.h"
#include "cli/common/notes.h"
#include "cli/common/photo_options.h"
#include "cli/common/progress.h"
#include "cli/common/run_main.h"
#include "cli/common/sandbox.h"
#include "cli/common/severity_option.h"
#include "lib/batch/job.h"
#include "lib/batch/run.h"
#include "lib/deliver/report.h"

namespace gradphoto::cli {
namespace {

struct Options {
  CommonOptions common;
  std::string job_file;
  batch::Job job;  // From the flags, when no job file is given.
  std::filesystem::path model_dir;
  bool dry_run = false;
  LedgerOptions ledger;
  std::string shard;  // "K/N"; empty: the whole batch.
  double timeout_s = 60;
  bool merge = false, accept_fewer = false, verify_hashes = false, full_ids = false;
  std::vector<std::string> severities;
  std::string identity = "check";  // With job.id_cards.
  WatchOptions watch;
  PlanFlags plan;
  std::optional<int> threads;  // In place of the job file's.
};

void AddShardOptions(CLI::App& app, Options& options) {
  auto* shard =
      app.add_option("--shard", options.shard, "Work only on the K-th of N parts of the students; see --merge")
          ->type_name("K/N");
  app.add_flag("--merge", options.merge, "Put together what all shards have done: ledger, report and pack")
      ->excludes(shard);
}

// About what an earlier night left.
void AddNightOptions(CLI::App& app, Options& options) {
  app.add_flag("--accept-fewer", options.accept_fewer,
               "Go on with fewer than half of the last run's photos, or with none");
  app.add_flag(
      "--verify-hashes", options.verify_hashes,
      "With a ledger: read every photo for its hash, also those whose size and times have not changed");
}

void Setup(CLI::App& app, Options& options) {
  batch::Job& job = options.job;
  auto* file =
      app.add_option("job", options.job_file, "Job file (see configs/job.example.yaml)")->type_name("FILE");
  const auto flag = [&](CLI::Option* option, const char* type) { option->excludes(file)->type_name(type); };
  flag(app.add_option("--roster", job.roster, "Roster, instead of a job file"), "FILE");
  flag(app.add_option("--photos", job.photos, "Directory or zip with photos; may be given several times")
           ->allow_extra_args(false),
       "DIR");
  flag(app.add_flag("--finished", job.finished,
                    "The photos are standardized already: judge them and pack them as they are"),
       "");
  flag(app.add_option("--references", job.references, "Directory or zip with reference portraits"), "DIR");
  auto* cards =
      app.add_option(
             "--id-cards", job.id_cards,
             "Directory or zip with photos of both sides of the identity cards; may be given several times")
          ->allow_extra_args(false);
  flag(cards, "DIR");
  flag(app.add_option(
              "--identity", options.identity,
              "check: what is found on the cards counts by its severity; require: who is not verified is not "
              "delivered")
           ->needs(cards)
           ->check(CLI::IsMember({"check", "require"}))
           ->capture_default_str(),
       "RULE");
  flag(app.add_option("-o,--output", job.output, "Directory for everything the batch makes"), "DIR");
  flag(app.add_option("-s,--standard", job.standard, "Image standard")->capture_default_str(), "NAME");
  flag(AddLanguageOption(app, job.language, "Language of the report"), "LANG");
  flag(app.add_option("--title", job.title, "School and season, to head the report"), "TEXT");
  flag(app.add_option("--key", job.key_column, "Column that identifies a row"), "COLUMN");
  flag(app.add_flag("--zip", job.zip, "Also pack zips"), "");
  auto* duplicates = app.add_flag("--duplicates", job.duplicates,
                                  "Look for one face or one file handed in for several students");
  flag(duplicates, "");
  flag(app.add_option(
              "--templates", job.templates,
              "Keep the templates of the faces (biometric data) in this directory and compare with those of "
              "earlier batches")
           ->needs(duplicates),
       "DIR");
  flag(app.add_option("--rejected-before", job.rejected_before,
                      "Records of an earlier batch: tell photos that were rejected there and come again"),
       "FILE");
  AddSeverityOption(app, options.severities)->excludes(file);
  app.add_option("-j,--jobs", options.threads,
                 "Photos at a time; 0 = one per core; default: the job file's, else 0")
      ->type_name("N")
      ->check(CLI::Range(0, 1024));
  app.add_option("--models", options.model_dir, "Directory with the .onnx files")
      ->envname("GRADPHOTO_MODELS")
      ->type_name("DIR");
  AddTimeoutOption(app, options.timeout_s);
  AddDryRun(app, options.dry_run, "Do all the work but write nothing; the exit code is that of a real run");
  // A job's own ledger goes before the environment's, so JobOf reads that.
  AddLedgerOption(app, options.ledger.file)
      ->envname("")
      ->description("Ledger; default: the job file's, else that of the environment (GRADPHOTO_LEDGER)");
  AddLedgerOptions(app, options.ledger);
  AddShardOptions(app, options);
  AddPlanOptions(app, options.plan);
  AddWatchOptions(app, options.watch);
  AddNightOptions(app, options);
  app.add_flag("--full-ids", options.full_ids,
               "Show identity and student numbers in full in report and notices instead of masked");
  AddCommonOptions(app, options.common);
  AddExamples(
      app,
      {{"gradphoto-batch job.yaml", "does the job; after a crash the same command goes on"},
       {"gradphoto-batch job.yaml -n", "shows what would come of it, and writes nothing"},
       {"gradphoto-batch --roster roster.csv --photos photos/ -o out/", "a job without a file"},
       {"gradphoto-batch job.yaml --shard 3/8", "does the third of eight parts; --merge puts them together"},
       {"gradphoto-batch job.yaml --plan --hours 2", "into how many parts it goes, for many machines"},
       {"gradphoto-batch job.yaml --watch --until 22:00",
        "answers at the collection point while the student is still there"}});
}

Result<batch::Job> JobFromFlags(const Options& options) {
  batch::Job job = options.job;
  TRY_ASSIGN(job.severities, ParseSeverities(options.severities));
  if (!job.id_cards.empty()) {
    using enum ledger::IdentityRule;
    job.rules.identity = options.identity == "require" ? kRequire : kCheck;
  }
  if (job.roster.empty() || job.photos.empty() || job.output.empty()) {
    return Fail(ErrorKind::kUsage, "name a job file, or --roster, --photos and --output");
  }
  return job;
}

Result<batch::Job> JobOf(const Options& options) {
  TRY_ASSIGN(auto job, options.job_file.empty() ? JobFromFlags(options) : batch::LoadJob(options.job_file));
  if (options.threads) job.threads = *options.threads;
  if (!options.ledger.file.empty()) job.ledger = options.ledger.file;
  if (const char* const ledger = std::getenv("GRADPHOTO_LEDGER"); ledger != nullptr && job.ledger.empty()) {
    job.ledger = ledger;
  }
  return job;
}

// The progress line of the run; it ends with the last photo.
class ProgressLine {
 public:
  explicit ProgressLine(bool quiet) : quiet_(quiet) {}

  void Show(std::size_t done, std::size_t total) {
    if (!line_) line_.emplace("batch", total, quiet_);
    if (done > 0) line_->Advance();
    if (done == total) line_.reset();
  }

 private:
  bool quiet_;
  std::optional<Progress> line_;
};

void PrintSummary(const batch::RunResult& result) {
  Json summary =
      deliver::ToJson(deliver::Summarize(result.records), deliver::Redactor(deliver::IdDisplay::kMasked));
  if (!result.judged_again.empty()) summary["judged_again"] = result.judged_again;
  std::cout << summary.dump() << '\n';
}

Result<ExitCode> Run(const Options& options) {
  TRY_ASSIGN(auto job, JobOf(options));
  MayWriteOnlyTo({job.output, FolderOf(job.ledger), job.templates});
  job.language = standard::LanguageName(LanguageFrom(job.language));
  batch::RunOptions run;
  run.config_dir = options.common.config_dir;
  run.model_dir = options.model_dir;
  run.timeout_per_photo_s = options.timeout_s;
  run.dry_run = options.dry_run;
  run.merge = options.merge;
  run.accept_fewer = options.accept_fewer;
  run.verify_hashes = options.verify_hashes;
  run.full_ids = options.full_ids;
  TRY_ASSIGN(run.moment, MomentFrom(options.ledger));
  run.ledger_wait_s = options.ledger.wait_s;
  // Without a job file there are no rules to be told.
  run.has_rules = !options.job_file.empty();
  if (!options.shard.empty()) {
    TRY_ASSIGN(run.shard, batch::Shard::Parse(options.shard));
  }
  ProgressLine line(options.common.quiet);
  run.progress = [&](std::size_t done, std::size_t total) { line.Show(done, total); };
  run.interrupted = Interrupted;
  run.note = PrintNote;
  if (options.plan.plan) {
    TRY(PrintPlan(job, run, options.plan));
    return ExitCode::kAccepted;
  }
  if (options.watch.watch) {
    TRY_ASSIGN(const auto result,
               RunWatch(job, std::move(run), options.watch, !options.ledger.today.empty(), PrintSummary));
    return result.nothing_to_do ? ExitCode::kNothingToDo : ExitCodeOf(result.records);
  }
  TRY_ASSIGN(const auto result, batch::Run(job, run));
  PrintSummary(result);
  if (result.nothing_to_do) return ExitCode::kNothingToDo;
  return ExitCodeOf(result.records);
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  CLI::App app("Turns a roster and directories of photos into an upload pack and a report, in one run",
               "gradphoto-batch");
  gradphoto::cli::Options options;
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.common, [&] { return gradphoto::cli::Run(options); });
}
