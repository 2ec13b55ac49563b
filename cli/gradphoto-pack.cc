// SPDX-License-Identifier: Apache-2.0
// gradphoto-pack: records to an upload directory. Prints one JSON object with the counts on stdout.
#include <iostream>
#include <optional>
#include <string>

#include <spdlog/spdlog.h>

#include "cli/common/inputs.h"
#include "cli/common/ledger_options.h"
#include "cli/common/run_main.h"
#include "cli/common/sandbox.h"
#include "lib/base/resources.h"
#include "lib/deliver/booking.h"
#include "lib/deliver/pack.h"
#include "lib/deliver/pack_options.h"
#include "lib/deliver/redact.h"
#include "lib/ledger/delivery.h"
#include "lib/standard/standard.h"

namespace gradphoto::cli {
namespace {

constexpr std::size_t kMaxWarnings = 20;  // Refused records named one by one without -v.

struct Options {
  CommonOptions common;
  std::string records;
  std::filesystem::path directory;
  std::string standard;  // Empty: the one the records name.
  std::string name_template, folder_template;
  bool zip = false, overwrite = false, dry_run = false;
  std::string zip_template;
  bool zip_flat = false;
  std::string zip_names;  // Empty: as the standard says.
  std::size_t zip_max_files = 0;
  std::uint64_t zip_max_bytes = 0;
  LedgerOptions ledger;
  bool redeliver = false;
};

void Setup(CLI::App& app, Options& options) {
  app.description(
      "Makes an upload directory from the accepted photos of a batch: photos under the names the portal "
      "wants,\n"
      "index.csv, SHA256SUMS (checked by 'sha256sum -c') and, with --zip, zips of the photos. With --ledger "
      "only "
      "what was\naccepted since the last delivery is packed, the delivery is booked, and its photos are "
      "locked.");
  app.add_option("records", options.records, "Records (.ndjson), or - for stdin; with --ledger none means all")
      ->type_name("RECORDS")
      ->check(
          [](const std::string& name) {
            return name == "-" || name.ends_with(".ndjson") ? std::string()
                                                            : name + " is neither .ndjson nor -";
          },
          "");
  app.add_option("-o,--output", options.directory, "Directory to write")->required()->type_name("DIR");
  auto* standard = app.add_option("--standard", options.standard,
                                  "Take the names from this standard (default: the one the records name)");
  app.add_option("--name-template", options.name_template,
                 "File names, e.g. '{id_number}' or '{student_number}-{name}'; {key} and {stem} also exist")
      ->excludes(standard)
      ->type_name("TEMPLATE");
  app.add_option("--folder-template", options.folder_template, "Folders, e.g. '{school_code}/{group}'")
      ->excludes(standard)
      ->type_name("TEMPLATE");
  auto* zip = app.add_flag("--zip", options.zip, "Also write the photos as zip");
  app.add_option("--zip-template", options.zip_template,
                 "One zip for each value, e.g. '{class}' or '{teaching_point}'; default: one for all")
      ->needs(zip)
      ->type_name("TEMPLATE");
  app.add_flag("--zip-flat", options.zip_flat, "No folders inside zips")->needs(zip);
  app.add_option("--zip-names", options.zip_names,
                 "Encoding of the names inside zips; gbk for old Chinese portals (default: utf-8)")
      ->needs(zip)
      ->check(CLI::IsMember({"utf-8", "gbk"}).description(""))
      ->type_name("utf-8|gbk");
  app.add_option("--zip-max-files", options.zip_max_files, "Photos per zip; more go into further zips")
      ->needs(zip)
      ->check(CLI::PositiveNumber);
  app.add_option("--zip-max-bytes", options.zip_max_bytes, "Size of a zip; units such as 100MB are 1000-based")
      ->needs(zip)
      ->transform(CLI::AsSizeValue(true))
      ->check(CLI::PositiveNumber);
  app.add_flag("--overwrite", options.overwrite, "Replace files of the pack that have other contents");
  AddDryRun(app, options.dry_run,
            "Write nothing; print what would be written, and what would keep a real run from writing");
  auto* ledger = AddLedgerOption(app, options.ledger.file);
  app.add_flag("--redeliver", options.redeliver, "Also pack what was delivered before")->needs(ledger);
  AddLedgerOptions(app, options.ledger);
  AddCommonOptions(app, options.common);
  AddExamples(
      app, {{"gradphoto-pack batch.ndjson -o upload/", "packs the accepted photos, named as the standard says"},
            {"gradphoto-pack batch.ndjson -o upload/ --zip --zip-template '{class}' -n",
             "shows the files, and a zip for each class, and writes nothing"},
            {"gradphoto-pack --ledger ledger.sqlite -o upload/0002",
             "packs what was accepted since the last delivery, and books this one"}});
}

Result<deliver::PackOptions> MakePackOptions(const Options& options, const std::vector<Record>& records) {
  TRY_ASSIGN(const auto configs, FindConfigDir(options.common.config_dir));
  std::string standard = options.standard;
  if (standard.empty() && options.name_template.empty()) {
    TRY_ASSIGN(standard, deliver::StandardOf(records));
  }
  TRY_ASSIGN(auto named,
             deliver::PackOptionsFor(configs, standard, options.name_template, options.folder_template));
  if (!named.official_tool.empty()) spdlog::warn("{}", named.official_tool);
  deliver::PackOptions& pack = named.options;
  pack.zip = options.zip;
  if (!options.zip_template.empty()) {
    TRY_ASSIGN(auto zip_name, deliver::NameTemplate::Parse(options.zip_template));
    pack.zip_name = std::move(zip_name);
  }
  if (options.zip_flat) pack.zip_flat = true;
  if (!options.zip_names.empty()) {
    pack.zip_names = options.zip_names == "gbk" ? deliver::ZipNames::kGbk : deliver::ZipNames::kUtf8;
  }
  if (options.zip_max_files > 0) pack.zip_max_files = options.zip_max_files;
  if (options.zip_max_bytes > 0) pack.zip_max_bytes = options.zip_max_bytes;
  pack.if_exists = options.overwrite ? IfExists::kOverwrite : IfExists::kRefuse;
  pack.interrupted = Interrupted;
  return pack;
}

void LogRefused(const deliver::PackPlan& plan) {
  std::size_t named = 0;
  for (const deliver::RefusedRecord& refused : plan.refused) {
    // That a rejected photo is not packed is no news; that an accepted one is not, is.
    const auto level = refused.why == deliver::Refusal::kNotAccepted || ++named > kMaxWarnings
                           ? spdlog::level::debug
                           : spdlog::level::warn;
    spdlog::log(level, "record {}: {}{}{}", refused.record + 1, deliver::RefusalName(refused.why),
                refused.detail.empty() ? "" : ", ", refused.detail);
  }
  if (named > kMaxWarnings) spdlog::warn("and {} more; -v names them", named - kMaxWarnings);
}

ExitCode ExitCodeOf(const deliver::PackPlan& plan) {
  if (plan.Count(deliver::Refusal::kNotAccepted) < plan.refused.size()) return ExitCode::kUnreadable;
  if (plan.photos.empty()) return ExitCode::kNothingToDo;
  return plan.refused.empty() ? ExitCode::kAccepted : ExitCode::kNotAccepted;
}

// The plan on stderr, with numbers masked; the exit code is the one a real run would earn.
Result<ExitCode> DryRun(const std::vector<Record>& records, const deliver::PackPlan& plan,
                        const Options& options) {
  const deliver::Redactor redactor;
  for (const deliver::PackedPhoto& photo : plan.photos) {
    spdlog::info("record {}: {}{}", photo.record + 1, redactor.Text(photo.file, &records[photo.record]),
                 photo.zip.empty() ? "" : " in " + photo.zip);
  }
  if (!plan.photos.empty()) {  // Else a real run does not look at the directory.
    const auto if_exists = options.overwrite ? IfExists::kOverwrite : IfExists::kRefuse;
    TRY(deliver::CheckPackDirectory(records, plan, if_exists, options.directory));
    TRY(CheckWriteFile(options.directory / "index.csv", std::string_view(), IfExists::kOverwrite));
  }
  return ExitCodeOf(plan);
}

// What the run works on: the records as given, or as the ledger has them.
struct Input {
  std::vector<Record> records;
  std::optional<std::size_t> delivered;  // Left out, by the ledger.
};

Result<Input> CollectInput(const Options& options, ledger::Ledger* ledger, const ledger::Moment& now) {
  std::optional<std::vector<Record>> given;
  if (!options.records.empty()) {
    TRY_ASSIGN(auto records, CollectRecords({.inputs = {options.records}, .files_from = ""}));
    given = std::move(records);
  }
  if (ledger == nullptr) {
    if (!given) return Fail(ErrorKind::kUsage, "name the records (.ndjson, or - for stdin), or a --ledger");
    return Input{std::move(*given), {}};
  }
  TRY_ASSIGN(auto selection,
             ledger::SelectForPack(*ledger, std::move(given),
                                   options.redeliver ? ledger::Redeliver::kYes : ledger::Redeliver::kNo, now));
  if (selection.not_booked > 0) {
    spdlog::warn(
        "{} accepted records refused: the ledger does not know these photos (gradphoto-ledger "
        "import-records)",
        selection.not_booked);
  }
  return Input{std::move(selection.records), selection.delivered};
}

void Print(const deliver::PackPlan& plan, const Input& input) {
  Json json = deliver::ToJson(plan);
  if (input.delivered) json["delivered_before"] = *input.delivered;
  std::cout << json.dump() << "\n";
}

Result<ExitCode> Run(const Options& options) {
  MayWriteOnlyTo({options.directory, FolderOf(options.ledger.file)});
  TRY_ASSIGN(const auto now, MomentFrom(options.ledger));
  std::optional<ledger::OpenedLedger> opened;
  if (!options.ledger.file.empty()) {
    std::error_code ignored;
    if (!std::filesystem::exists(options.ledger.file, ignored)) {
      return Fail(ErrorKind::kUsage, options.ledger.file.string() + ": no such ledger");
    }
    TRY_ASSIGN(auto ledger, OpenLedger(options.ledger, "gradphoto-pack",
                                       options.dry_run ? ledger::OpenMode::kRead : ledger::OpenMode::kWrite));
    opened.emplace(std::move(ledger));
  }
  TRY_ASSIGN(auto input, CollectInput(options, opened ? &opened->ledger : nullptr, now));
  deliver::TakeFinishedPhotos(input.records);
  const std::vector<Record>* records = &input.records;
  TRY_ASSIGN(const auto pack_options, MakePackOptions(options, *records));
  TRY_ASSIGN(const auto plan, deliver::PlanPack(*records, pack_options));
  LogRefused(plan);
  if (options.dry_run) {
    auto code = DryRun(*records, plan, options);
    if (code) Print(plan, input);
    return code;
  }
  if (!plan.photos.empty()) {
    TRY(deliver::WritePack(*records, plan, pack_options, options.directory));
    if (opened) {
      // Only now: what is not whole on disk was not delivered.
      TRY(deliver::BookPack(opened->ledger, *records, plan, options.directory, now));
    }
  }
  Print(plan, input);
  spdlog::info("{} photos packed, {} records not packed", plan.photos.size(), plan.refused.size());
  return ExitCodeOf(plan);
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  CLI::App app("", "gradphoto-pack");
  gradphoto::cli::Options options;
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.common, [&] { return gradphoto::cli::Run(options); });
}
