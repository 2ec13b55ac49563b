// SPDX-License-Identifier: Apache-2.0
// gradphoto-link: joins a roster with directories of photos; the first tool of the chain.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "cli/common/language.h"
#include "cli/common/ledger_options.h"
#include "cli/common/run_main.h"
#include "cli/common/sandbox.h"
#include "cli/link/summary.h"
#include "lib/base/file.h"
#include "lib/base/paths.h"
#include "lib/base/resources.h"
#include "lib/base/text.h"
#include "lib/batch/face_suggest.h"
#include "lib/ledger/keeper.h"
#include "lib/pipeline/comparison.h"
#include "lib/roster/link_files.h"
#include "lib/roster/suggest.h"
#include "lib/table/table_file.h"

namespace gradphoto::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  CommonOptions common;
  std::vector<fs::path> roster;
  std::vector<fs::path> photos;
  fs::path references;               // Empty: none.
  std::vector<fs::path> id_cards;    // Directories or zips.
  std::string key;                   // Empty: default rule of roster.h.
  std::vector<std::string> columns;  // "HEADER=NAME".
  std::string sheet;                 // Empty: the first one with a known header.
  fs::path mapping, suggest;         // Empty: none.
  fs::path model_dir;                // Empty: see base/resources.h.
  fs::path ledger;                   // Empty: none.
  std::string several_photos = "reject", language = "auto";
  bool overwrite = false, dry_run = false;
};

void Setup(CLI::App& app, Options& options) {
  app.description(
      "Joins the rows of a roster with photos by file name and folder, or by hand. Writes one record per "
      "student\n"
      "and per photo without a student to stdout (NDJSON), for gradphoto-check. With --ledger, which is only "
      "read, whoever\n"
      "has had a photo judged is not held for payment again.");
  app.add_option("--roster", options.roster,
                 "Roster: XLSX, or CSV or TSV of any usual encoding; may be given several times")
      ->required()
      ->allow_extra_args(false)
      ->type_name("FILE");
  app.add_option("--photos", options.photos, "Directory or zip with photos; may be given several times")
      ->required()
      ->allow_extra_args(false)
      ->type_name("DIR");
  app.add_option("--references", options.references,
                 "Directory or zip with reference portraits (ID cards, enrolment)")
      ->type_name("DIR");
  app.add_option(
         "--id-cards", options.id_cards,
         "Directory or zip with photos of both sides of the identity cards, for gradphoto-identity; may be "
         "given several times")
      ->allow_extra_args(false)
      ->type_name("DIR");
  app.add_option(
         "--key", options.key,
         "Column that identifies a row; default: school_code-student_number, else candidate_number, else "
         "student_number, else id_number")
      ->type_name("COLUMN");
  app.add_option("--column", options.columns,
                 "Means a column that is not known by its header, e.g. 学籍编号=student_number; several times")
      ->allow_extra_args(false)
      ->type_name("HEADER=NAME");
  app.add_option("--sheet", options.sheet,
                 "Sheet of the workbook, or all; default: the first with a known header, and those like it")
      ->type_name("NAME");
  app.add_option("--mapping", options.mapping,
                 "Table (CSV or XLSX) that says which photo is whose, for what file names cannot tell")
      ->type_name("FILE");
  auto* suggest =
      app.add_option("--suggest", options.suggest,
                     "Write such a table (.csv or .xlsx) with candidates for every photo left over, with "
                     "--references also by face; fill in its last column and give it to --mapping");
  suggest->type_name("FILE")->check(
      [](const std::string& name) {
        const std::string lower = ToLowerAscii(name);
        return lower.ends_with(".csv") || lower.ends_with(".xlsx")
                   ? std::string()
                   : name + " ends neither in .csv nor in .xlsx";
      },
      "");
  AddLanguageOption(app, options.language, "Language of that table");
  app.add_option("--models", options.model_dir, "Directory with the neural models, for the faces of --suggest")
      ->needs(suggest)
      ->type_name("DIR");
  app.add_flag("--overwrite", options.overwrite,
               "Replace that table if it exists; somebody may have filled it in")
      ->needs(suggest);
  app.add_option("--several-photos", options.several_photos,
                 "Of several photos for one student: reject them all, or take the newest file")
      ->capture_default_str()
      ->check(CLI::IsMember({"reject", "newest"}).description(""))
      ->type_name("reject|newest");
  AddLedgerOption(app, options.ledger);
  AddDryRun(app, options.dry_run,
            "Write neither records nor table; print the counts, and what would keep a real run from writing");
  AddCommonOptions(app, options.common);
  AddExamples(app, {{"gradphoto-link --roster roster.xlsx --photos photos/ > linked.ndjson",
                     "joins roster and photos; the counts go to stderr"},
                    {"gradphoto-link --roster roster.csv --photos photos/ --suggest mapping.xlsx -n",
                     "counts the photos that are left over, and writes nothing"},
                    {"gradphoto-link --roster roster.csv --photos photos/ --mapping mapping.xlsx "
                     "--references id-cards/ | gradphoto-check -",
                     "uses the table that was filled in, and checks the photos"}});
}

bool LiesIn(const fs::path& inner, const fs::path& outer) {
  std::error_code ignored;
  return IsWithin(fs::weakly_canonical(inner, ignored), fs::weakly_canonical(outer, ignored));
}

// A reference that is also taken for a photo would be compared with itself and pass; a card would be a second
// photo.
Result<void> RefuseSharedDirectories(const Options& options) {
  std::vector<std::pair<const char*, fs::path>> others;
  if (!options.references.empty()) others.emplace_back("--references ", options.references);
  for (const fs::path& id_cards : options.id_cards) others.emplace_back("--id-cards ", id_cards);
  for (const fs::path& photos : options.photos) {
    for (const auto& [option, other] : others) {
      if (!LiesIn(other, photos) && !LiesIn(photos, other)) continue;
      return Fail(ErrorKind::kUsage, option + other.string() + " and --photos " + photos.string() +
                                         " must not contain each other");
    }
  }
  return {};
}

Result<roster::RosterOptions> RosterOptionsOf(const Options& options) {
  roster::RosterOptions of_roster;
  of_roster.key_column = options.key;
  of_roster.sheet = options.sheet;
  for (const std::string& column : options.columns) {
    const std::size_t equals = column.rfind('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == column.size()) {
      return Fail(ErrorKind::kUsage, "--column takes HEADER=NAME, not '" + column + "'");
    }
    of_roster.columns[column.substr(0, equals)] = column.substr(equals + 1);
  }
  return of_roster;
}

// The table for a person to fill in; its format is that of the name.
Result<void> WriteSuggestions(const Options& options, const roster::LinkedFiles& linked) {
  roster::FaceHints faces;
  if (!options.references.empty() && !linked.result.open.empty()) {
    TRY_ASSIGN(const auto comparer, pipeline::Comparer::Create({.standard = "chsi-2017",
                                                                .config_dir = options.common.config_dir,
                                                                .model_dir = options.model_dir,
                                                                .decode_limits = {},
                                                                .severities = {}}));
    TRY_ASSIGN(faces, batch::FindFaceHints(linked.result, comparer, /*threads=*/0));
  }
  TRY_ASSIGN(const auto suggestions, roster::Suggest(linked.roster, linked.result, &linked.mapping, &faces));
  TRY_ASSIGN(const auto configs, FindConfigDir(options.common.config_dir));
  TRY_ASSIGN(const auto catalogue, standard::TextCatalogue::Load(configs));
  const standard::Texts& texts = catalogue.In(LanguageFrom(options.language));
  auto table = roster::SuggestionTable(linked.roster, linked.result, suggestions, texts);
  const auto candidates =
      std::ranges::count_if(suggestions, [](const auto& s) { return !s.candidates.empty(); });
  Say(fmt::format("suggestions: {} photos, {} with candidates, {} {}", suggestions.size(), candidates,
                  options.dry_run ? "not written to" : "in", options.suggest.string()));
  const IfExists if_exists = options.overwrite ? IfExists::kOverwrite : IfExists::kRefuse;
  const table::XlsxTable sheet{.name = std::string(texts.Get("table.mapping_sheet")), .rows = std::move(table)};
  return options.dry_run ? table::CheckTableFile(options.suggest, sheet, if_exists)
                         : table::WriteTableFile(options.suggest, sheet, if_exists);
}

// A retake is never a second charge.
Result<void> LiftUnpaid(const fs::path& file, std::vector<Record>& records) {
  std::error_code ignored;
  if (file.empty()) return {};
  if (!fs::exists(file, ignored)) {  // Before the first batch.
    spdlog::info("{}: no ledger yet; nobody has had a photo judged", file.string());
    return {};
  }
  TRY_ASSIGN(auto ledger, ledger::Ledger::Open(file, ledger::OpenMode::kRead));
  for (Record& record : records) {
    TRY(ledger::LiftUnpaid(ledger, record));
  }
  return {};
}

Result<ExitCode> Run(const Options& options) {
  MayWriteOnlyTo({FolderOf(options.suggest), FolderOf(options.ledger)});
  TRY(RefuseSharedDirectories(options));
  TRY_ASSIGN(const auto of_roster, RosterOptionsOf(options));
  TRY_ASSIGN(auto linked, roster::LinkFiles({.rosters = options.roster,
                                             .roster = of_roster,
                                             .photos = options.photos,
                                             .references = options.references,
                                             .id_cards = options.id_cards,
                                             .mapping = options.mapping,
                                             .output = {},
                                             .duplicates = options.several_photos == "newest"
                                                               ? roster::DuplicateRule::kNewest
                                                               : roster::DuplicateRule::kReject}));
  roster::LinkResult& result = linked.result;
  TRY(LiftUnpaid(options.ledger, result.records));
  if (!options.mapping.empty()) PrintMapping(linked.mapping);
  PrintSummary(linked.roster, result, linked.photos, !options.references.empty(), !options.id_cards.empty());
  // Before the records: whoever reads them may stop the chain.
  if (!options.suggest.empty()) {
    TRY(WriteSuggestions(options, linked));
  }
  if (!options.dry_run) {
    for (const Record& record : result.records) std::cout << ToLine(record) << '\n';
  }
  return ExitCodeOf(result.records);
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  gradphoto::cli::Options options;
  CLI::App app("", "gradphoto-link");
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.common, [&] { return gradphoto::cli::Run(options); });
}
