// SPDX-License-Identifier: Apache-2.0
// gradphoto-identity: are the photos of identity cards those of the students' cards?
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "cli/common/inputs.h"
#include "cli/common/language.h"
#include "cli/common/photo_options.h"
#include "cli/common/run_main.h"
#include "cli/common/run_records.h"
#include "cli/common/sandbox.h"
#include "cli/common/severity_option.h"
#include "cli/identity/by_hand.h"
#include "lib/base/date.h"
#include "lib/base/file.h"
#include "lib/base/resources.h"
#include "lib/identity/calibration.h"
#include "lib/pipeline/identification.h"
#include "lib/roster/roster.h"
#include "lib/standard/reasons.h"

namespace gradphoto::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kEnoughCards = 30;

struct Options {
  CommonOptions common;
  InputOptions inputs;
  PhotoOptions photos;
  std::vector<fs::path> roster;  // Empty: none.
  fs::path layout, calibrate;    // Empty: the shipped one; none.
  std::vector<std::string> severities;
  std::string today;  // Empty: the clock.
  bool json = false, full_ids = false, overwrite = false, dry_run = false;
  std::string language = "auto";
};

void Setup(CLI::App& app, Options& options) {
  app.description(
      "Reads photos of both sides of resident identity cards and says whether name and number are those of "
      "the\n"
      "roster. Records of gradphoto-link --id-cards get the field identity; of what stands on a card nothing "
      "goes "
      "into them.");
  AddCommonOptions(app, options.common);
  AddInputOptions(app, options.inputs);
  AddPhotoOptions(app, options.photos);
  app.add_option("--roster", options.roster,
                 "Roster that cards named by hand are checked against: XLSX, CSV or TSV; several times")
      ->allow_extra_args(false)
      ->type_name("FILE");
  app.add_flag("--json", options.json, "Print one record per photo (always so when records are read)");
  app.add_flag("--full-ids", options.full_ids,
               "Print numbers in full, and with --json what was read; for photos named by hand only");
  AddLanguageOption(app, options.language, "Language of the table");
  AddSeverityOption(app, options.severities);
  app.add_option("--today", options.today, "Day that cards must be valid on (YYYY-MM-DD); default: the clock")
      ->type_name("DATE");
  app.add_option("--card-layout", options.layout, "Where the print stands on a card; a file of --calibrate")
      ->type_name("FILE");
  app.add_option("--calibrate", options.calibrate,
                 "Write such a file: the mean over the cards in the photos given; it holds positions only")
      ->type_name("FILE");
  app.add_flag("--overwrite", options.overwrite, "Replace that file if it exists and differs");
  AddDryRun(app, options.dry_run, "Write no file; everything else as in a real run");
  AddExamples(app,
              {{"gradphoto-identity front.jpg back.jpg", "shows what was read, the number masked"},
               {"gradphoto-identity --roster roster.xlsx cards/", "is each card that of a student?"},
               {"gradphoto-link --roster roster.csv --photos photos/ --id-cards cards/ | gradphoto-identity - "
                "| gradphoto-check -",
                "checks the cards of all students before their photos"}});
}

Result<std::chrono::year_month_day> DayOf(const Options& options) {
  if (options.today.empty()) return Today();
  if (const auto day = ParseDate(options.today)) return *day;
  return Fail(ErrorKind::kUsage, "--today " + options.today + ": not a date; expected YYYY-MM-DD");
}

Result<void> RefuseContradictions(const Options& options) {
  const bool records = ReadsRecords(options.inputs);
  if (records && !options.roster.empty()) {
    return Fail(ErrorKind::kUsage, "records bring their students; --roster is for photos named by hand");
  }
  if (records && options.full_ids) return Fail(ErrorKind::kUsage, "--full-ids is for photos named by hand");
  if (records && !options.calibrate.empty())
    return Fail(ErrorKind::kUsage, "--calibrate takes photos, not records");
  return {};
}

Result<ExitCode> Calibrate(const Options& options, const pipeline::Identifier& identifier,
                           std::vector<Record> records, const standard::Texts& texts) {
  identity::Calibration calibration(identifier.reader().layout());
  const auto work = [&](Record record) {
    LookedAt looked{.record = std::move(record), .card = std::nullopt, .row = nullptr};
    auto card = identifier.Read(looked.record.photo, /*keep_lines=*/true);
    if (card) looked.card = std::move(*card);
    if (!card) spdlog::warn("{}: {}", looked.record.photo, card.error());
    return looked;
  };
  const auto deliver = [&](LookedAt& looked) -> Result<void> {
    if (looked.card) calibration.Add(looked.card->photo);
    return {};
  };
  TRY_ASSIGN(const auto code, RunRecords<LookedAt>("calibrate", std::move(records), options.photos.threads,
                                                   options.common.quiet, work, deliver));
  if (calibration.fronts() + calibration.backs() == 0) {
    return Fail(ErrorKind::kInput, "no identity card found in the photos; nothing to calibrate with");
  }
  if (std::min(calibration.fronts(), calibration.backs()) < kEnoughCards) {
    spdlog::warn("{} fronts and {} backs; the means of {} cards of different years are to be trusted",
                 calibration.fronts(), calibration.backs(), kEnoughCards);
  }
  const std::string note = "SPDX-License-Identifier: CC0-1.0; mean of " + std::to_string(calibration.fronts()) +
                           " fronts and " + std::to_string(calibration.backs()) + " backs, mm";
  const std::string yaml = identity::LayoutYaml(calibration.Mean(), note);
  const auto if_exists = options.overwrite ? IfExists::kOverwrite : IfExists::kRefuse;
  TRY(options.dry_run ? CheckWriteFile(options.calibrate, yaml, if_exists)
                      : WriteFileAtomic(options.calibrate, yaml, if_exists));
  char moved[32];
  std::snprintf(moved, sizeof moved, "%.1f", calibration.LargestMove());
  std::cout << texts.Format("identity.calibrated", options.calibrate.string(), calibration.fronts(),
                            calibration.backs(), std::string(moved))
            << '\n';
  return code;
}

Result<ExitCode> Run(const Options& options) {
  MayWriteOnlyTo({FolderOf(options.calibrate)});
  TRY(RefuseContradictions(options));
  TRY_ASSIGN(const auto today, DayOf(options));
  std::optional<roster::Roster> roster;
  if (!options.roster.empty()) {
    TRY_ASSIGN(roster, roster::ReadRosters(options.roster));
  }
  TRY_ASSIGN(auto records, CollectRecords(options.inputs));
  if (records.empty()) return NothingToDo();
  auto engine_options = EngineOptionsFrom(options.photos, options.common);
  TRY_ASSIGN(engine_options.severities, ParseSeverities(options.severities));
  TRY_ASSIGN(auto identifier, pipeline::Identifier::Create(engine_options, options.layout, today));
  TRY_ASSIGN(const auto config_dir, FindConfigDir(options.common.config_dir));
  TRY_ASSIGN(const auto reasons, standard::Reasons::Load(config_dir));
  const auto language = LanguageFrom(options.language);
  if (!options.calibrate.empty())
    return Calibrate(options, identifier, std::move(records), reasons.texts(language));
  if (ReadsRecords(options.inputs)) {
    identifier.Expect(records);
    const auto work = [&](Record record) {
      return pipeline::NeedsIdentification(record, options.photos.all) ? identifier.Identify(std::move(record))
                                                                       : record;
    };
    const auto deliver = [](const Record& record) -> Result<void> {
      std::cout << ToLine(record) << '\n';
      return {};
    };
    return RunRecords<Record>("identity", std::move(records), options.photos.threads, options.common.quiet,
                              work, deliver);
  }
  const ByHand by_hand(identifier, roster ? &*roster : nullptr, options.full_ids);
  const auto work = [&](Record record) { return by_hand.Look(std::move(record)); };
  const auto deliver = [&](LookedAt& looked) -> Result<void> {
    if (options.json) {
      std::cout << by_hand.Line(looked) << '\n';
    } else {
      by_hand.PrintTable(looked, reasons, language);
    }
    return {};
  };
  return RunRecords<LookedAt>("identity", std::move(records), options.photos.threads, options.common.quiet,
                              work, deliver);
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  CLI::App app("", "gradphoto-identity");
  gradphoto::cli::Options options;
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.common, [&] { return gradphoto::cli::Run(options); });
}
