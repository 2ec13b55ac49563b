// SPDX-License-Identifier: Apache-2.0
// gradphoto-batch: the whole job in one process: link, check, standardize, compare, pack, report. Prints the
// summary as one JSON object on stdout.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <set>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <unistd.h>

#include "cli/common/language.h"
#include "cli/common/ledger_options.h"
#include "cli/common/output_names.h"
#include "cli/common/pack_options.h"
#include "cli/common/photo_options.h"
#include "cli/common/photo_store.h"
#include "cli/common/progress.h"
#include "cli/common/run_main.h"
#include "cli/common/severity_option.h"
#include "cli/common/thumbnails.h"
#include "lib/base/resources.h"
#include "lib/base/sha256.h"
#include "lib/batch/job.h"
#include "lib/deliver/pack.h"
#include "lib/deliver/report.h"
#include "lib/deliver/review.h"
#include "lib/ledger/delivery.h"
#include "lib/ledger/evidence.h"
#include "lib/ledger/keeper.h"
#include "lib/pipeline/comparison.h"
#include "lib/pipeline/duplicates.h"
#include "lib/pipeline/many.h"
#include "lib/pipeline/photo.h"
#include "lib/roster/link.h"

namespace gradphoto::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  CommonOptions common;
  std::string job_file;
  batch::Job job;  // From the flags, when no job file is given.
  fs::path model_dir;
  bool dry_run = false;
  LedgerOptions ledger;
  std::string shard;  // "K/N"; empty: the whole batch.
  bool merge = false;
  std::vector<std::string> severities;
};

void Setup(CLI::App& app, Options& options) {
  batch::Job& job = options.job;
  auto* file =
      app.add_option("job", options.job_file, "Job file (see configs/job.example.yaml)")->type_name("FILE");
  const auto flag = [&](CLI::Option* option, const char* type) { option->excludes(file)->type_name(type); };
  flag(app.add_option("--roster", job.roster, "Roster, instead of a job file"), "FILE");
  flag(app.add_option("--photos", job.photos, "Directory with photos; may be given several times")
           ->allow_extra_args(false),
       "DIR");
  flag(app.add_option("--references", job.references, "Directory with reference portraits"), "DIR");
  flag(app.add_option("-o,--output", job.output, "Directory for everything the batch makes"), "DIR");
  flag(app.add_option("-s,--standard", job.standard, "Image standard")->capture_default_str(), "NAME");
  flag(AddLanguageOption(app, job.language, "Language of the report"), "LANG");
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
  flag(app.add_option("-j,--jobs", job.threads, "Photos at a time; 0 = one per core")
           ->capture_default_str()
           ->check(CLI::Range(0, 1024)),
       "N");
  app.add_option("--models", options.model_dir, "Directory with the .onnx files")
      ->envname("GRADPHOTO_MODELS")
      ->type_name("DIR");
  app.add_flag("-n,--dry-run", options.dry_run,
               "Do all the work but write nothing; the exit code is that of a real run");
  app.add_option("--ledger", options.ledger.file, "Ledger; default: the job file's")->type_name("FILE");
  AddLedgerOptions(app, options.ledger);
  auto* shard =
      app.add_option("--shard", options.shard, "Work only on the K-th of N parts of the students; see --merge")
          ->type_name("K/N");
  app.add_flag("--merge", options.merge, "Put together what all shards have done: ledger, report and pack")
      ->excludes(shard);
  AddCommonOptions(app, options.common);
}

// A purge looks for templates beside the ledger and nowhere else.
Result<void> KeepTemplatesBesideLedger(const batch::Job& job) {
  if (job.ledger.empty() || job.templates.empty()) return {};
  const fs::path home = fs::absolute(job.ledger).lexically_normal().parent_path();
  if (fs::absolute(job.templates / "").lexically_normal().parent_path().parent_path() == home) return {};
  return Fail(ErrorKind::kUsage, "templates: " + job.templates.string() +
                                     " must be a directory beside the ledger, so that a purge finds it: " +
                                     (home / "templates").string());
}

Result<batch::Job> JobOf(const Options& options) {
  if (!options.job_file.empty()) {
    TRY_ASSIGN(auto job, batch::LoadJob(options.job_file));
    if (!options.ledger.file.empty()) job.ledger = options.ledger.file;
    TRY(KeepTemplatesBesideLedger(job));
    return job;
  }
  batch::Job job = options.job;
  job.ledger = options.ledger.file;
  TRY_ASSIGN(auto severities, ParseSeverities(options.severities));
  job.severities = std::move(severities);
  if (job.roster.empty() || job.photos.empty() || job.output.empty()) {
    return Fail(ErrorKind::kUsage, "name a job file, or --roster, --photos and --output");
  }
  TRY(KeepTemplatesBesideLedger(job));
  return job;
}

// One batch at a time in an output directory; the lock goes with the process, however it ends.
class DirectoryLock {
 public:
  static Result<DirectoryLock> Take(const fs::path& directory, const std::string& name) {
    TRY(MakePrivateDirectories(directory));
    const fs::path file = directory / name;
    const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return Fail(ErrorKind::kOutput, file.string() + ": cannot be opened");
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
      close(fd);
      return Fail(ErrorKind::kOutput, directory.string() + ": another gradphoto-batch works here; wait for it");
    }
    return DirectoryLock(fd);
  }
  DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock() {
    if (fd_ >= 0) close(fd_);
  }

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  int fd_;
};

void SetField(Student& student, const std::string& name, const std::string& value) {
  const auto field = std::ranges::find(student.fields, name, &std::pair<std::string, std::string>::first);
  if (field == student.fields.end()) {
    student.fields.emplace_back(name, value);
  } else {
    field->second = value;
  }
}

Result<std::vector<Record>> LinkStudents(const batch::Job& job, const ledger::Moment& now) {
  TRY_ASSIGN(auto roster, roster::ReadRoster(job.roster, {.key_column = job.key_column,
                                                          .columns = job.columns,
                                                          .sheet = job.sheet,
                                                          .today = now.today}));
  for (const std::string& note : roster.notes) spdlog::warn("roster: {}", note);
  for (roster::RosterRow& row : roster.rows) {
    if (!job.season.empty() && row.student.Field("season").empty()) SetField(row.student, "season", job.season);
  }
  TRY_ASSIGN(const auto photos, roster::ListPhotos(job.photos));
  Result<roster::PhotoListing> references;
  if (!job.references.empty()) references = roster::ListPhotos(std::span(&job.references, 1));
  if (!references) return std::unexpected(references.error());
  Result<roster::Mapping> mapping;
  if (!job.mapping.empty()) {
    mapping = roster::ReadMapping(job.mapping, roster, photos.photos, references->photos);
  }
  if (!mapping) return std::unexpected(mapping.error());
  for (const std::string& note : mapping->notes) spdlog::warn("mapping: {}", note);
  const auto duplicates =
      job.newest_of_several ? roster::DuplicateRule::kNewest : roster::DuplicateRule::kReject;
  roster::LinkResult linked =
      roster::Link(roster, photos.photos, references->photos, {.mapping = &*mapping, .duplicates = duplicates});
  spdlog::info("{} rows ({}), {} with a photo, {} without, {} photos without a student", linked.summary.rows,
               roster.encoding, linked.summary.linked, linked.summary.missing, linked.summary.orphans);
  return std::move(linked.records);
}

// What a run that was cut short, or a shard, had finished: a record is taken over when its photo, its student
// and everything that judged it are still the same. Lines are appended as photos are done, so a crash costs at
// most the last one.
class Journal {
 public:
  // An empty `file` keeps nothing on disk.
  Journal(fs::path file, bool dry_run) : file_(std::move(file)), dry_run_(dry_run) { Load(file_); }

  void Load(const fs::path& file) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
      auto record = RecordFromJson(json.is_discarded() ? Json() : json);
      if (record)
        finished_.insert_or_assign(record->photo, std::move(*record));  // The torn last line is left out.
    }
  }

  // The finished record of `linked`, or nothing. Reads the photo to compare its hash.
  std::optional<Record> Find(const Record& linked, const Json& tool) const {
    const auto found = finished_.find(linked.photo);
    if (found == finished_.end()) return std::nullopt;
    const Record& record = found->second;
    const auto same_student = [](const std::optional<Student>& a, const std::optional<Student>& b) {
      return a && b && a->key == b->key && a->fields == b->fields;
    };
    if (record.tool != tool || record.outcome == Outcome::kError ||
        !same_student(record.student, linked.student) ||
        record.comparison.value("reference", "") != linked.comparison.value("reference", "")) {
      return std::nullopt;
    }
    const auto photo_hash = Sha256File(record.photo);
    if (!photo_hash || *photo_hash != record.sha256) return std::nullopt;
    if (record.output.empty()) return record;
    const auto output_hash = Sha256File(record.output);
    return output_hash && *output_hash == record.output_sha256 ? std::optional(record) : std::nullopt;
  }

  void Append(const Record& record) {
    if (dry_run_ || file_.empty() || record.photo.empty()) return;
    if (!out_.is_open()) out_.open(file_, std::ios::app);
    out_ << ToLine(record) << '\n' << std::flush;
  }

  void Remove() {
    std::error_code ignored;
    if (!dry_run_ && !file_.empty()) fs::remove(file_, ignored);
  }

 private:
  fs::path file_;
  bool dry_run_;
  std::map<std::string, Record> finished_;
  std::ofstream out_;
};

// One part of the students, for one of many machines: by the hash of the key, so that it stays the same when
// students are added. Photos without a student go by their path.
struct Shard {
  std::uint64_t number = 1, count = 1;

  // Errors: kUsage - not K/N with 1 <= K <= N <= 10,000.
  static Result<Shard> Parse(const std::string& text) {
    Shard shard;
    const char* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, shard.number);
    const bool slash = first.ec == std::errc() && first.ptr != end && *first.ptr == '/';
    const auto second = slash ? std::from_chars(first.ptr + 1, end, shard.count) : first;
    if (!slash || second.ec != std::errc() || second.ptr != end || shard.number < 1 || shard.count > 10'000 ||
        shard.number > shard.count) {
      return Fail(ErrorKind::kUsage, "--shard '" + text + "': expected K/N with K from 1 to N, such as 3/8");
    }
    return shard;
  }
  bool Has(const Record& record) const {
    const std::string hash = Sha256Hex(record.student ? record.student->key : record.photo);
    return std::stoull(hash.substr(0, 15), nullptr, 16) % count + 1 == number;
  }
  std::string Name() const { return std::to_string(number) + "-of-" + std::to_string(count); }
};

fs::path ShardDirectory(const batch::Job& job) { return job.output / "shards"; }

// Takes over what the shards have done. Errors: kUsage - none, not all of one count, several counts.
Result<void> LoadShards(const batch::Job& job, Journal& journal) {
  const fs::path directory = ShardDirectory(job);
  std::set<std::uint64_t> done;
  std::optional<std::uint64_t> count;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".ndjson" || name.find(".unfinished") != std::string::npos) continue;
    name.resize(name.size() - std::string_view(".ndjson").size());
    const std::size_t of = name.find("-of-");
    const auto shard = of == std::string::npos ? Shard::Parse("") : Shard::Parse(name.replace(of, 4, "/"));
    if (!shard) continue;
    if (count && *count != shard->count) {
      return Fail(ErrorKind::kUsage, directory.string() + ": shards of " + std::to_string(*count) + " and of " +
                                         std::to_string(shard->count) +
                                         "; remove those that are not of the last run");
    }
    count = shard->count;
    done.insert(shard->number);
    journal.Load(entry.path());
  }
  if (!count)
    return Fail(ErrorKind::kUsage, directory.string() + ": no shards to merge; run --shard K/N first");
  std::uint64_t number = 1;
  while (done.contains(number)) ++number;
  if (number > *count) return {};
  const std::string name = std::to_string(number) + "/" + std::to_string(*count);
  return Fail(ErrorKind::kUsage, "shard " + name + " has not finished; run it (again) with --shard " + name);
}

// What one photo came to.
struct Work {
  pipeline::PhotoResult result;
  bool judged = false;  // In this run or a shard's; else the record is as it was linked, or the ledger's.
  std::optional<Error> error;  // The ledger cannot be read.
  std::optional<pipeline::BatchPrint> print;
};

using Names = std::map<std::string, fs::path>;

// What a run works with.
struct Context {
  const Options& options;
  const batch::Job& job;
  ledger::Moment now;
  ledger::Ledger* ledger = nullptr;  // Null: none.
};

// What compares: absent parts are not asked for.
struct Comparison {
  // Errors: as Comparer::Create, RejectedBefore::Load and TemplateStore::Open.
  static Result<Comparison> For(const batch::Job& job, const pipeline::EngineOptions& engine_options) {
    Comparison comparison;
    comparison.with_references = !job.references.empty();
    comparison.duplicates = job.duplicates;
    if (!comparison.with_references && !job.duplicates && job.rejected_before.empty()) return comparison;
    TRY_ASSIGN(auto comparer, pipeline::Comparer::Create(engine_options));
    comparison.comparer.emplace(std::move(comparer));
    if (!job.rejected_before.empty()) {
      TRY_ASSIGN(auto rejected, pipeline::RejectedBefore::Load(job.rejected_before));
      comparison.rejected = std::move(rejected);
    }
    if (!job.templates.empty()) {
      auto store = compare::TemplateStore::Open(job.templates, comparison.comparer->template_id());
      if (!store) return std::unexpected(store.error());
      if (!store->note().empty()) spdlog::warn("{}", store->note());
      comparison.store.emplace(std::move(*store));
    }
    return comparison;
  }

  // The face of a photo: from its analysis where there is one, so that it is found only once.
  void Do(Work& work) const {
    if (!comparer) return;
    Record& record = work.result.record;
    const bool judged = !record.IsRejected();
    if (!duplicates && !judged) return;
    const auto face = work.result.analysis ? comparer->FaceOf(*work.result.analysis)
                                           : comparer->FaceOf(record.photo, pipeline::Comparer::Role::kPhoto);
    if (duplicates) {
      auto print = pipeline::PrintOf(*comparer, face);
      if (print) {
        work.print = std::move(*print);
      } else {
        record.Add({"TECHNICAL_FAILURE", Severity::kError, {}, {}, {}, {}, print.error().message});
      }
    }
    if (!judged) return;
    if (with_references) record = comparer->Compare(std::move(record), face);
    if (rejected) rejected->Check(*comparer, face, record);
  }

  // What an earlier run had finished is compared already; only the search needs its face again.
  void DoAgain(Work& work) const {
    if (!duplicates || work.result.record.photo.empty()) return;
    const auto face = comparer->FaceOf(work.result.record.photo, pipeline::Comparer::Role::kPhoto);
    if (auto print = pipeline::PrintOf(*comparer, face)) work.print = std::move(*print);
  }

  std::optional<pipeline::Comparer> comparer;
  std::optional<pipeline::RejectedBefore> rejected;
  std::optional<compare::TemplateStore> store;
  bool with_references = false, duplicates = false;
};

// `judged[i]`: records[i] was judged in this run. The others take part, but what stands in the ledger about
// them is not changed.
Result<void> SearchDuplicates(const Options& options, const batch::Job& job, Comparison& comparison,
                              const std::vector<bool>& judged, std::vector<Record>& records,
                              const std::vector<std::optional<pipeline::BatchPrint>>& prints) {
  std::vector<std::pair<std::size_t, Record>> settled;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!judged[i]) settled.emplace_back(i, records[i]);
  }
  pipeline::DuplicateOptions search;
  search.threads = job.threads;
  search.earlier = comparison.store ? &*comparison.store : nullptr;
  const auto found = pipeline::FindDuplicates(records, prints, *comparison.comparer, search);
  spdlog::info("{} pairs of photos of different students are alike, in {} groups", found.pairs, found.clusters);
  if (found.dropped > 0) spdlog::warn("{} more pairs were found than a report can list", found.dropped);
  for (auto& [place, record] : settled) records[place] = std::move(record);
  for (std::size_t i = 0; i < records.size(); ++i) {
    Record& record = records[i];
    if (!judged[i] || !record.IsRejected() || record.output.empty() || options.dry_run) continue;
    std::error_code ignored;  // A rejected photo leaves no file.
    fs::remove(record.output, ignored);
    record.output.clear();
    record.output_sha256.clear();
  }
  if (!comparison.store || options.dry_run) return {};
  pipeline::StoreTemplates(records, prints, *comparison.store);
  return comparison.store->Save();
}

// Checks, standardizes and compares every photo that is not rejected or settled yet; the records come back in
// the same order. `judged`: the records as the checks made them, without what the ledger says; may be null.
Result<std::vector<Record>> WorkOnPhotos(const Context& context, const Names& names, Journal& journal,
                                         std::vector<Record> records, std::vector<Record>* judged) {
  const Options& options = context.options;
  const batch::Job& job = context.job;
  const fs::path standardized = job.output / "standardized";
  TRY(RefuseOverwritingInputs(records, names, standardized));
  pipeline::EngineOptions engine_options;
  engine_options.standard = job.standard;
  engine_options.config_dir = options.common.config_dir;
  engine_options.model_dir = options.model_dir;
  engine_options.severities = job.severities;
  TRY_ASSIGN(const auto engine, pipeline::Engine::Create(engine_options));
  TRY_ASSIGN(auto comparison, Comparison::For(job, engine_options));
  if (comparison.with_references) comparison.comparer->Expect(records);
  std::optional<ledger::Keeper> keeper;
  if (context.ledger != nullptr) keeper.emplace(*context.ledger, engine.tool, context.now);
  // Duplicates are known at the end only, over all shards; until then nothing is booked.
  const bool search = comparison.duplicates && options.shard.empty();

  const std::size_t total = records.size();
  Progress progress("batch", total, options.common.quiet);
  std::vector<Record> done;
  std::vector<std::optional<pipeline::BatchPrint>> prints;
  std::vector<bool> judged_here;
  std::optional<Error> failure;
  const auto work = [&](Record record) -> Work {
    if (keeper) {
      const auto name = names.find(record.photo);
      const std::string output = name == names.end() ? "" : (standardized / name->second).string();
      auto admission = keeper->Admit(std::move(record), output);
      if (!admission) return {.result = {}, .judged = false, .error = admission.error(), .print = {}};
      if (admission->settled) {
        Work settled{pipeline::PassThrough(std::move(admission->record)), false, {}, {}};
        if (search) comparison.DoAgain(settled);
        return settled;
      }
      record = std::move(admission->record);
    }
    if (!NeedsWork(record, {})) return {pipeline::PassThrough(std::move(record)), false, {}, {}};
    if (auto finished = journal.Find(record, engine.tool)) {
      Work again{pipeline::PassThrough(std::move(*finished)), true, {}, {}};
      if (search) comparison.DoAgain(again);
      return again;
    }
    Work fresh{pipeline::ProcessPhoto(engine, std::move(record), pipeline::PhotoKind::kSource), true, {}, {}};
    comparison.Do(fresh);
    fresh.result.DropPictures();
    return fresh;
  };
  const auto deliver = [&](Work finished) {
    pipeline::PhotoResult& result = finished.result;
    failure = finished.error;
    if (failure) return false;
    const auto name = names.find(result.record.photo);
    if (result.jpeg) {
      const auto mode = options.dry_run ? StoreMode::kDryRun : StoreMode::kOverwrite;
      if (const auto stored = StorePhoto(result, standardized / name->second, mode); !stored) {
        failure = stored.error();
        return false;
      }
    }
    // What an earlier run made of a photo that is not accepted any more must not be found there; but what a
    // ledger has settled stays.
    const bool stale = finished.judged || !keeper;
    if (stale && name != names.end() && result.record.output.empty() && !options.dry_run) {
      std::error_code ignored;
      fs::remove(standardized / name->second, ignored);
    }
    journal.Append(result.record);
    if (judged != nullptr && finished.judged) judged->push_back(result.record);
    if (keeper && finished.judged && !search) {
      auto kept = keeper->Keep(std::move(result.record));
      if (!kept) {
        failure = kept.error();
        return false;
      }
      result.record = std::move(*kept);
    }
    done.push_back(std::move(result.record));
    prints.push_back(std::move(finished.print));
    judged_here.push_back(finished.judged);
    progress.Advance();
    return true;
  };
  pipeline::ProcessMany<Work>(std::move(records), {job.threads, &Interrupted}, work, deliver);
  if (failure) return std::unexpected(*failure);
  if (done.size() < total) return Fail(ErrorKind::kOutput, "interrupted; the same command goes on from here");
  if (search) {
    TRY(SearchDuplicates(options, job, comparison, judged_here, done, prints));
    for (std::size_t i = 0; keeper && i < done.size(); ++i) {
      if (!judged_here[i]) continue;
      TRY_ASSIGN(auto kept, keeper->Keep(std::move(done[i])));
      done[i] = std::move(kept);
    }
  }

  if (context.ledger != nullptr && !options.dry_run && options.shard.empty()) {
    TRY_ASSIGN(const auto config_dir, FindConfigDir(options.common.config_dir));
    TRY_ASSIGN(const auto reasons, standard::Reasons::Load(config_dir));
    const auto render = [&](const Record& record) {
      return pipeline::ProcessPhoto(engine, record, pipeline::PhotoKind::kSource).jpeg;
    };
    const fs::path evidence = job.output / "manual-review";
    TRY_ASSIGN(const auto made, ledger::MakeEvidence(*context.ledger, evidence, reasons, render, context.now));
    if (made > 0) spdlog::info("{} new cases for manual review in {}", made, evidence.string());
  }
  return done;
}

Result<void> WriteRecords(const fs::path& file, const std::vector<Record>& records) {
  std::string lines;
  for (const Record& record : records) lines += ToLine(record) + "\n";
  return WriteFileAtomic(file, lines, IfExists::kOverwrite);
}

// Errors: kUsage - a name of an accepted photo cannot be made.
Result<void> CheckNames(const std::vector<Record>& records, const deliver::PackOptions& pack) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].outcome != Outcome::kAccepted) continue;
    TRY(deliver::PhotoPath(pack.folder, pack.name, records[i], i + 1));
  }
  return {};
}

// With a ledger: what was accepted since the last delivery, in upload/0001, upload/0002...
Result<void> DeliverNew(const Context& context, const deliver::PackOptions& pack,
                        std::vector<Record>& records) {
  const batch::Job& job = context.job;
  if (!job.pack) return {};
  TRY_ASSIGN(const auto selection,
             ledger::SelectForPack(*context.ledger, records, ledger::Redeliver::kNo, context.now));
  TRY_ASSIGN(const auto plan, deliver::PlanPack(selection.records, pack));
  if (plan.photos.empty()) {
    spdlog::info("nothing new to pack; {} photos were delivered before", selection.delivered);
    return {};
  }
  TRY_ASSIGN(const auto count, context.ledger->CountDeliveries());
  std::string number = std::to_string(count + 1);
  if (number.size() < 4) number.insert(0, 4 - number.size(), '0');
  const fs::path directory = job.output / "upload" / number;
  // No delivery yet has this number: what lies there is of a run that was cut short, and may hold photos that
  // are not accepted any more.
  TRY_ASSIGN(const auto conflicts, deliver::FindConflicts(selection.records, plan, directory));
  for (const std::string& file : conflicts.foreign) {
    std::error_code ignored;  // WritePack refuses the directory if it stays.
    fs::remove(directory / file, ignored);
  }
  TRY(deliver::WritePack(selection.records, plan, pack, directory));
  TRY(BookPack(*context.ledger, selection.records, plan, directory, context.now));
  spdlog::info("{} new photos packed in {}; {} were delivered before", plan.photos.size(), directory.string(),
               selection.delivered);
  for (const deliver::PackedPhoto& photo : plan.photos) {
    const std::string& key = selection.records[photo.record].student->key;
    for (Record& record : records) {
      if (!record.student || record.student->key != key) continue;
      record.extra["ledger"]["state"] = ledger::StateName(ledger::State::kDelivered);
      record.extra["ledger"]["locked"] = true;
    }
  }
  return WriteRecords(job.output / "batch.ndjson", records);
}

// The report comes first: it must be there even when the names of the pack cannot be made.
Result<void> Deliver(const Context& context, std::vector<Record>& records) {
  const Options& options = context.options;
  const batch::Job& job = context.job;
  TRY_ASSIGN(const auto config_dir, FindConfigDir(options.common.config_dir));
  TRY_ASSIGN(auto pack, PackOptionsFor(config_dir, job.standard, job.name_template, job.folder_template));
  pack.zip = job.zip;
  if (!job.zip_template.empty()) {
    TRY_ASSIGN(auto zip_name, deliver::NameTemplate::Parse(job.zip_template));
    pack.zip_name = std::move(zip_name);
  }
  if (job.zip_max_files > 0) pack.zip_max_files = static_cast<std::size_t>(job.zip_max_files);
  if (job.zip_max_bytes > 0) pack.zip_max_bytes = static_cast<std::uint64_t>(job.zip_max_bytes);
  pack.if_exists = IfExists::kOverwrite;
  pack.interrupted = Interrupted;
  // In a dry run there are no files to read back; what can be known is whether the names work out.
  if (options.dry_run) return CheckNames(records, pack);
  TRY(WriteRecords(job.output / "batch.ndjson", records));

  TRY_ASSIGN(const auto reasons, standard::Reasons::Load(config_dir));
  TRY_ASSIGN(auto key,
             deliver::TagKey::ReadOrCreate(job.ledger.empty() ? job.output / "mask.key"
                                                              : job.ledger.parent_path() / "mask.key"));
  const deliver::Redactor redactor(deliver::IdDisplay::kMasked, std::move(key));
  const deliver::ReportOptions report{.language = LanguageFrom(job.language),
                                      .redactor = redactor,
                                      .thumbnail = ThumbnailOf,
                                      .if_exists = IfExists::kRefuse,
                                      .interrupted = Interrupted};
  TRY(deliver::WriteReport(records, reasons, report, job.output / "report"));
  TRY(deliver::WriteReview(records, reasons, {report.language, redactor, ReviewPictureOf, Interrupted},
                           job.output / "report"));
  spdlog::info("report: {}", (job.output / "report" / "index.html").string());

  if (context.ledger != nullptr) return DeliverNew(context, pack, records);
  const auto plan = deliver::PlanPack(records, pack);
  if (!plan) return std::unexpected(plan.error());
  if (!plan->photos.empty()) {
    TRY(deliver::WritePack(records, *plan, pack, job.output / "upload"));
  }
  spdlog::info("{} photos packed in {}", plan->photos.size(), (job.output / "upload").string());
  return {};
}

// Rules and roster go into the ledger. A season that no deadline is known for may be a misspelled one.
Result<void> SyncLedger(const Context& context, const std::vector<Record>& linked) {
  ledger::Ledger& ledger = *context.ledger;
  const ledger::Rules& rules = context.job.rules;
  // Without a job file there are no rules to be told: those of the last job stay.
  if (!context.options.job_file.empty()) {
    TRY(ledger.SetRules(rules));
  }
  TRY(ledger.KeepPlace(context.job.output));
  TRY_ASSIGN(const auto counts, ledger.SyncStudents(linked, context.now));
  spdlog::info("ledger: {} students new, {} changed, {} as before", counts.added, counts.changed,
               counts.unchanged);
  std::map<std::string, std::size_t> open;
  for (const Record& record : linked) {
    if (!record.student || ledger.rules().deadlines.empty()) continue;
    const std::string season(record.student->Field("season"));
    if (!ledger.rules().deadlines.contains(season)) ++open[season];
  }
  for (const auto& [season, students] : open) {
    spdlog::warn("ledger: no deadline in the job for the season '{}' of {} students", season, students);
  }
  return {};
}

void PrintSummary(const std::vector<Record>& records) {
  std::cout
      << deliver::ToJson(deliver::Summarize(records), deliver::Redactor(deliver::IdDisplay::kMasked)).dump()
      << '\n';
}

// One shard: its records go to shards/, and --merge does the rest. The ledger is only looked at, in a copy.
Result<ExitCode> RunShard(const Context& context, const Shard& shard, const Names& names,
                          std::vector<Record> linked) {
  const fs::path directory = ShardDirectory(context.job);
  const fs::path finished = directory / (shard.Name() + ".ndjson");
  TRY(MakePrivateDirectories(directory));
  Journal journal(directory / (shard.Name() + ".unfinished.ndjson"), context.options.dry_run);
  journal.Load(finished);
  std::erase_if(linked, [&](const Record& record) { return !shard.Has(record); });
  std::vector<Record> judged;
  TRY_ASSIGN(const auto records, WorkOnPhotos(context, names, journal, std::move(linked), &judged));
  if (!context.options.dry_run) {
    TRY(WriteRecords(finished, judged));
  }
  journal.Remove();
  spdlog::info("shard {}: {} records, {} photos judged", shard.Name(), records.size(), judged.size());
  PrintSummary(records);
  return ExitCodeOf(records);
}

Result<ExitCode> Run(const Options& options) {
  const auto job = JobOf(options);
  if (!job) return std::unexpected(job.error());
  TRY_ASSIGN(const auto now, MomentFrom(options.ledger));
  std::optional<Shard> shard;
  if (!options.shard.empty()) {
    TRY_ASSIGN(const auto parsed, Shard::Parse(options.shard));
    shard = parsed;
  }
  InputOptions inputs;
  for (const fs::path& directory : job->photos) inputs.inputs.push_back(directory.string());
  if (!job->references.empty()) inputs.inputs.push_back(job->references.string());
  TRY(RefuseOutputInsideInput(inputs, job->output));
  std::optional<DirectoryLock> lock;
  if (!options.dry_run) {
    TRY_ASSIGN(auto taken,
               DirectoryLock::Take(job->output, shard ? ".gradphoto-batch-" + shard->Name() + ".lock"
                                                      : ".gradphoto-batch.lock"));
    lock.emplace(std::move(taken));
  }
  std::optional<OpenedLedger> opened;
  if (!job->ledger.empty()) {
    LedgerOptions ledger = options.ledger;
    ledger.file = job->ledger;
    const bool copy = options.dry_run || shard;
    auto made =
        OpenLedger(ledger, "gradphoto-batch", copy ? ledger::OpenMode::kScratch : ledger::OpenMode::kWrite);
    if (!made) return std::unexpected(made.error());
    opened.emplace(std::move(*made));
  }
  TRY_ASSIGN(auto linked, LinkStudents(*job, now));
  const Context context{options, *job, now, opened ? &opened->ledger : nullptr};
  if (opened) {
    TRY(SyncLedger(context, linked));
  }
  // Of the whole batch, so that they are the same in every shard.
  TRY_ASSIGN(const auto names, OutputNames(linked, {}));
  if (shard) return RunShard(context, *shard, names, std::move(linked));

  // The ledger is a journal itself, unless everything is booked at the end.
  const bool booked_at_once = opened && !job->duplicates;
  Journal journal(booked_at_once ? fs::path() : job->output / "unfinished.ndjson", options.dry_run);
  if (options.merge) {
    TRY(LoadShards(*job, journal));
  }
  TRY_ASSIGN(auto records, WorkOnPhotos(context, names, journal, std::move(linked), nullptr));
  TRY(Deliver(context, records));
  journal.Remove();
  PrintSummary(records);
  return ExitCodeOf(records);
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
