// SPDX-License-Identifier: Apache-2.0
// gradphoto-link: joins a roster with directories of photos; the first tool of the chain.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "cli/common/language.h"
#include "cli/common/ledger_options.h"
#include "cli/common/run_main.h"
#include "cli/link/summary.h"
#include "lib/base/file.h"
#include "lib/base/paths.h"
#include "lib/base/resources.h"
#include "lib/base/text.h"
#include "lib/ledger/keeper.h"
#include "lib/roster/link.h"
#include "lib/roster/mapping.h"
#include "lib/roster/roster.h"
#include "lib/roster/suggest.h"
#include "lib/table/csv.h"
#include "lib/table/xlsx_writer.h"

namespace gradphoto::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  CommonOptions common;
  std::vector<fs::path> roster;
  std::vector<fs::path> photos;
  fs::path references, id_cards;     // Empty: none.
  std::string key;                   // Empty: default rule of roster.h.
  std::vector<std::string> columns;  // "HEADER=NAME".
  std::string sheet;                 // Empty: the first one with a known header.
  fs::path mapping, suggest;         // Empty: none.
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
  app.add_option("--photos", options.photos, "Directory with photos; may be given several times")
      ->required()
      ->allow_extra_args(false)
      ->type_name("DIR");
  app.add_option("--references", options.references, "Directory with reference portraits (ID cards, enrolment)")
      ->type_name("DIR");
  app.add_option("--id-cards", options.id_cards,
                 "Directory with photos of both sides of the identity cards, for gradphoto-identity")
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
                     "Write such a table (.csv or .xlsx) with candidates for every photo left over; fill "
                     "in its last column and give it to --mapping");
  suggest->type_name("FILE")->check(
      [](const std::string& name) {
        const std::string lower = ToLowerAscii(name);
        return lower.ends_with(".csv") || lower.ends_with(".xlsx")
                   ? std::string()
                   : name + " ends neither in .csv nor in .xlsx";
      },
      "");
  AddLanguageOption(app, options.language, "Language of that table")->needs(suggest);
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
  for (const fs::path& photos : options.photos) {
    for (const auto& [option, other] :
         {std::pair("--references ", &options.references), std::pair("--id-cards ", &options.id_cards)}) {
      if (other->empty() || !(LiesIn(*other, photos) || LiesIn(photos, *other))) continue;
      return Fail(ErrorKind::kUsage, option + other->string() + " and --photos " + photos.string() +
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
Result<void> WriteSuggestions(const Options& options, const roster::Roster& roster,
                              const roster::LinkResult& linked, const roster::Mapping& mapping) {
  TRY_ASSIGN(const auto suggestions, roster::Suggest(roster, linked, &mapping));
  TRY_ASSIGN(const auto configs, FindConfigDir(options.common.config_dir));
  TRY_ASSIGN(const auto catalogue, standard::TextCatalogue::Load(configs));
  const standard::Texts& texts = catalogue.In(LanguageFrom(options.language));
  auto table = roster::SuggestionTable(roster, linked, suggestions, texts);
  const auto candidates =
      std::ranges::count_if(suggestions, [](const auto& s) { return !s.candidates.empty(); });
  if (!options.common.quiet) {
    std::cerr << "suggestions: " << suggestions.size() << " photos, " << candidates << " with candidates, "
              << (options.dry_run ? "not written to " : "in ") << options.suggest.string() << "\n";
  }
  const IfExists if_exists = options.overwrite ? IfExists::kOverwrite : IfExists::kRefuse;
  if (ToLowerAscii(options.suggest.string()).ends_with(".csv")) {
    const std::string csv = table::WriteCsv(table);
    return options.dry_run ? CheckWriteFile(options.suggest, csv, if_exists)
                           : WriteFileAtomic(options.suggest, csv, if_exists);
  }
  const std::vector<table::XlsxTable> sheets = {
      {.name = std::string(texts.Get("table.mapping_sheet")), .rows = std::move(table)}};
  return options.dry_run ? table::CheckXlsx(options.suggest, sheets, if_exists)
                         : table::WriteXlsx(options.suggest, sheets, if_exists);
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
  TRY(RefuseSharedDirectories(options));
  TRY_ASSIGN(const auto of_roster, RosterOptionsOf(options));
  TRY_ASSIGN(const auto roster, roster::ReadRosters(options.roster, of_roster));
  TRY_ASSIGN(const auto photos, roster::ListPhotos(options.photos));
  PhotoListing references;
  if (!options.references.empty()) {
    TRY_ASSIGN(references, roster::ListPhotos(std::span(&options.references, 1)));
  }
  PhotoListing id_cards;
  if (!options.id_cards.empty()) {
    TRY_ASSIGN(id_cards, roster::ListPhotos(std::span(&options.id_cards, 1)));
  }
  roster::Mapping mapping;
  if (!options.mapping.empty()) {
    TRY_ASSIGN(mapping, roster::ReadMapping(options.mapping, roster, photos.photos, references.photos));
  }

  roster::LinkResult result =
      roster::Link(roster, photos.photos, references.photos,
                   {.mapping = &mapping,
                    .duplicates = options.several_photos == "newest" ? roster::DuplicateRule::kNewest
                                                                     : roster::DuplicateRule::kReject,
                    .others = photos.others,
                    .id_cards = id_cards.photos});
  TRY(LiftUnpaid(options.ledger, result.records));
  if (!options.common.quiet) {
    if (!options.mapping.empty()) PrintMapping(mapping);
    PrintSummary(roster, result, photos, !options.references.empty(), !options.id_cards.empty());
  }
  // Before the records: whoever reads them may stop the chain.
  if (!options.suggest.empty()) {
    TRY(WriteSuggestions(options, roster, result, mapping));
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
