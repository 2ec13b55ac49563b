// SPDX-License-Identifier: Apache-2.0
// gradphoto-batch: the whole job in one process: link, check, standardize, compare, pack, report. Prints the
// summary as one JSON object on stdout.
#include <fstream>
#include <iostream>
#include <map>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <unistd.h>

#include "cli/common/output_names.h"
#include "cli/common/pack_options.h"
#include "cli/common/photo_options.h"
#include "cli/common/photo_store.h"
#include "cli/common/progress.h"
#include "cli/common/run_main.h"
#include "cli/common/thumbnails.h"
#include "lib/base/resources.h"
#include "lib/base/sha256.h"
#include "lib/deliver/pack.h"
#include "lib/deliver/report.h"
#include "lib/pipeline/comparison.h"
#include "lib/pipeline/job.h"
#include "lib/pipeline/many.h"
#include "lib/pipeline/photo.h"
#include "lib/roster/link.h"

namespace gradphoto::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  CommonOptions common;
  std::string job_file;
  pipeline::Job job;  // From the flags, when no job file is given.
  fs::path model_dir;
  bool dry_run = false;
};

void Setup(CLI::App& app, Options& options) {
  pipeline::Job& job = options.job;
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
  flag(app.add_option("--lang", job.language, "Language of the report")
           ->capture_default_str()
           ->check(CLI::IsMember({"zh", "en"}).description("")),
       "LANG");
  flag(app.add_option("--key", job.key_column, "Column that identifies a row"), "COLUMN");
  flag(app.add_flag("--zip", job.zip, "Also pack zips"), "");
  flag(app.add_option("-j,--jobs", job.threads, "Photos at a time; 0 = one per core")
           ->capture_default_str()
           ->check(CLI::Range(0, 1024)),
       "N");
  app.add_option("--models", options.model_dir, "Directory with the .onnx files")
      ->envname("GRADPHOTO_MODELS")
      ->type_name("DIR");
  app.add_flag("-n,--dry-run", options.dry_run,
               "Do all the work but write nothing; the exit code is that of a real run");
  AddCommonOptions(app, options.common);
}

Result<pipeline::Job> JobOf(const Options& options) {
  if (!options.job_file.empty()) return pipeline::LoadJob(options.job_file);
  const pipeline::Job& job = options.job;
  if (job.roster.empty() || job.photos.empty() || job.output.empty()) {
    return Fail(ErrorKind::kUsage, "name a job file, or --roster, --photos and --output");
  }
  return job;
}

// One batch at a time in an output directory; the lock goes with the process, however it ends.
class DirectoryLock {
 public:
  static Result<DirectoryLock> Take(const fs::path& directory) {
    if (auto made = MakePrivateDirectories(directory); !made) return std::unexpected(made.error());
    const fs::path file = directory / ".gradphoto-batch.lock";
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

Result<std::vector<Record>> LinkStudents(const pipeline::Job& job) {
  const auto roster = roster::ReadRoster(
      job.roster, {.key_column = job.key_column, .columns = job.columns, .sheet = job.sheet, .today = {}});
  if (!roster) return std::unexpected(roster.error());
  for (const std::string& note : roster->notes) spdlog::warn("roster: {}", note);
  const auto photos = roster::ListPhotos(job.photos);
  if (!photos) return std::unexpected(photos.error());
  Result<roster::PhotoListing> references;
  if (!job.references.empty()) references = roster::ListPhotos(std::span(&job.references, 1));
  if (!references) return std::unexpected(references.error());
  Result<roster::Mapping> mapping;
  if (!job.mapping.empty()) {
    mapping = roster::ReadMapping(job.mapping, *roster, photos->photos, references->photos);
  }
  if (!mapping) return std::unexpected(mapping.error());
  for (const std::string& note : mapping->notes) spdlog::warn("mapping: {}", note);
  const auto duplicates =
      job.newest_of_duplicates ? roster::DuplicateRule::kNewest : roster::DuplicateRule::kReject;
  roster::LinkResult linked = roster::Link(*roster, photos->photos, references->photos,
                                           {.mapping = &*mapping, .duplicates = duplicates});
  spdlog::info("{} rows ({}), {} with a photo, {} without, {} photos without a student", linked.summary.rows,
               roster->encoding, linked.summary.linked, linked.summary.missing, linked.summary.orphans);
  return std::move(linked.records);
}

// What a run that was cut short had finished: a record is taken over when its photo, its student and everything
// that judged it are still the same. Lines are appended as photos are done, so a crash costs at most the last
// one.
class Journal {
 public:
  Journal(fs::path file, bool dry_run) : file_(std::move(file)), dry_run_(dry_run) {
    std::ifstream in(file_);
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
    if (dry_run_ || record.photo.empty()) return;
    if (!out_.is_open()) out_.open(file_, std::ios::app);
    out_ << ToLine(record) << '\n' << std::flush;
  }

  void Remove() {
    std::error_code ignored;
    if (!dry_run_) fs::remove(file_, ignored);
  }

 private:
  fs::path file_;
  bool dry_run_;
  std::map<std::string, Record> finished_;
  std::ofstream out_;
};

// Checks, standardizes and compares every photo that is not rejected yet; the records come back in the same
// order.
Result<std::vector<Record>> WorkOnPhotos(const Options& options, const pipeline::Job& job, Journal& journal,
                                         std::vector<Record> records) {
  const auto names = OutputNames(records, {});
  if (!names) return std::unexpected(names.error());
  const fs::path standardized = job.output / "standardized";
  if (auto safe = RefuseOverwritingInputs(records, *names, standardized); !safe)
    return std::unexpected(safe.error());
  pipeline::EngineOptions engine_options;
  engine_options.standard = job.standard;
  engine_options.config_dir = options.common.config_dir;
  engine_options.model_dir = options.model_dir;
  const auto engine = pipeline::Engine::Create(engine_options);
  if (!engine) return std::unexpected(engine.error());
  std::optional<pipeline::Comparer> comparer;
  if (!job.references.empty()) {
    auto created = pipeline::Comparer::Create(engine_options);
    if (!created) return std::unexpected(created.error());
    comparer.emplace(std::move(*created));
  }

  const std::size_t total = records.size();
  Progress progress("batch", total, options.common.quiet);
  std::vector<Record> done;
  std::optional<Error> failure;
  const auto work = [&](Record record) {
    if (!NeedsWork(record, {})) return pipeline::PassThrough(std::move(record));
    if (auto finished = journal.Find(record, engine->tool)) return pipeline::PassThrough(std::move(*finished));
    pipeline::PhotoResult result =
        pipeline::ProcessPhoto(*engine, std::move(record), pipeline::PhotoKind::kSource);
    if (comparer && !result.record.IsRejected()) result.record = comparer->Compare(std::move(result.record));
    result.analysis.reset();  // Only overlays need the pixels; results may wait for their turn.
    return result;
  };
  const auto deliver = [&](pipeline::PhotoResult result) {
    const auto name = names->find(result.record.photo);
    if (result.jpeg) {
      const auto mode = options.dry_run ? StoreMode::kDryRun : StoreMode::kOverwrite;
      if (const auto stored = StorePhoto(result, standardized / name->second, mode); !stored) {
        failure = stored.error();
        return false;
      }
    }
    if (name != names->end() && result.record.output.empty() && !options.dry_run) {
      // What an earlier run made of a photo that is not accepted any more must not be found there.
      std::error_code ignored;
      fs::remove(standardized / name->second, ignored);
    }
    journal.Append(result.record);
    done.push_back(std::move(result.record));
    progress.Advance();
    return true;
  };
  pipeline::ProcessMany<pipeline::PhotoResult>(std::move(records), {job.threads, &Interrupted}, work, deliver);
  if (failure) return std::unexpected(*failure);
  if (done.size() < total) return Fail(ErrorKind::kOutput, "interrupted; the same command goes on from here");
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
    const auto path = deliver::PhotoPath(pack.folder, pack.name, records[i], i + 1);
    if (!path) return std::unexpected(path.error());
  }
  return {};
}

// The report comes first: it must be there even when the names of the pack cannot be made.
Result<void> Deliver(const Options& options, const pipeline::Job& job, const std::vector<Record>& records) {
  const auto config_dir = FindConfigDir(options.common.config_dir);
  if (!config_dir) return std::unexpected(config_dir.error());
  auto pack = PackOptionsFor(*config_dir, job.standard, job.name_template, job.folder_template);
  if (!pack) return std::unexpected(pack.error());
  pack->zip = job.zip;
  if (!job.zip_template.empty()) {
    auto zip_name = deliver::NameTemplate::Parse(job.zip_template);
    if (!zip_name) return std::unexpected(zip_name.error());
    pack->zip_name = std::move(*zip_name);
  }
  if (job.zip_max_files > 0) pack->zip_max_files = static_cast<std::size_t>(job.zip_max_files);
  if (job.zip_max_bytes > 0) pack->zip_max_bytes = static_cast<std::uint64_t>(job.zip_max_bytes);
  pack->if_exists = IfExists::kOverwrite;
  pack->interrupted = Interrupted;
  // In a dry run there are no files to read back; what can be known is whether the names work out.
  if (options.dry_run) return CheckNames(records, *pack);
  if (auto written = WriteRecords(job.output / "batch.ndjson", records); !written) return written;

  const auto reasons = standard::Reasons::Load(*config_dir);
  if (!reasons) return std::unexpected(reasons.error());
  const deliver::ReportOptions report{
      .language = job.language == "en" ? standard::Language::kEn : standard::Language::kZh,
      .ids = deliver::IdDisplay::kMasked,
      .thumbnail = ThumbnailOf,
      .if_exists = IfExists::kRefuse,
      .interrupted = Interrupted};
  if (auto written = deliver::WriteReport(records, *reasons, report, job.output / "report"); !written) {
    return written;
  }
  spdlog::info("report: {}", (job.output / "report" / "index.html").string());

  const auto plan = deliver::PlanPack(records, *pack);
  if (!plan) return std::unexpected(plan.error());
  if (!plan->photos.empty()) {
    if (auto written = deliver::WritePack(records, *plan, *pack, job.output / "upload"); !written)
      return written;
  }
  spdlog::info("{} photos packed in {}", plan->photos.size(), (job.output / "upload").string());
  return {};
}

Result<ExitCode> Run(const Options& options) {
  const auto job = JobOf(options);
  if (!job) return std::unexpected(job.error());
  InputOptions inputs;
  for (const fs::path& directory : job->photos) inputs.inputs.push_back(directory.string());
  if (!job->references.empty()) inputs.inputs.push_back(job->references.string());
  if (auto safe = RefuseOutputInsideInput(inputs, job->output); !safe) return std::unexpected(safe.error());
  std::optional<DirectoryLock> lock;
  if (!options.dry_run) {
    auto taken = DirectoryLock::Take(job->output);
    if (!taken) return std::unexpected(taken.error());
    lock.emplace(std::move(*taken));
  }
  auto linked = LinkStudents(*job);
  if (!linked) return std::unexpected(linked.error());
  Journal journal(job->output / "unfinished.ndjson", options.dry_run);
  const auto records = WorkOnPhotos(options, *job, journal, std::move(*linked));
  if (!records) return std::unexpected(records.error());
  if (auto delivered = Deliver(options, *job, *records); !delivered) return std::unexpected(delivered.error());
  journal.Remove();
  std::cout
      << deliver::ToJson(deliver::Summarize(*records), deliver::Redactor(deliver::IdDisplay::kMasked)).dump()
      << '\n';
  return ExitCodeOf(*records);
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
