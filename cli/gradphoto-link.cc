// SPDX-License-Identifier: Apache-2.0
// gradphoto-link: joins a roster with directories of photos; the first tool of the chain.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "cli/common/run_main.h"
#include "lib/roster/link.h"
#include "lib/roster/roster.h"

namespace gradphoto::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  CommonOptions common;
  fs::path roster;
  std::vector<fs::path> photos;
  fs::path references;  // Empty: none.
  std::string key;      // Empty: default rule of roster.h.
  bool dry_run = false;
};

void Setup(CLI::App& app, Options& options) {
  app.description(
      "Joins the rows of a roster with photos by file name and folder. Writes one record per student and per "
      "photo\n"
      "without a student to stdout (NDJSON), for gradphoto-check.");
  app.add_option("--roster", options.roster, "Roster, CSV of any usual encoding")
      ->required()
      ->type_name("FILE");
  app.add_option("--photos", options.photos, "Directory with photos; may be given several times")
      ->required()
      ->allow_extra_args(false)
      ->type_name("DIR");
  app.add_option("--references", options.references, "Directory with reference portraits (ID cards, enrolment)")
      ->type_name("DIR");
  app.add_option(
         "--key", options.key,
         "Column that identifies a row; default: school_code-student_number, else candidate_number, else "
         "student_number, else id_number")
      ->type_name("COLUMN");
  app.add_flag("-n,--dry-run", options.dry_run, "Only count; the exit code is that of a real run");
  AddCommonOptions(app, options.common);
}

bool IsWithin(const fs::path& inner, const fs::path& outer) {
  std::error_code ignored;
  const fs::path base = fs::weakly_canonical(outer, ignored);
  return std::ranges::mismatch(base, fs::weakly_canonical(inner, ignored)).in1 == base.end();
}

// A reference that is also taken for a photo would be compared with itself and pass.
Result<void> RefuseSharedDirectories(const Options& options) {
  for (const fs::path& photos : options.photos) {
    if (options.references.empty()) break;
    if (IsWithin(options.references, photos) || IsWithin(photos, options.references)) {
      return Fail(ErrorKind::kUsage, "--references " + options.references.string() + " and --photos " +
                                         photos.string() + " must not contain each other");
    }
  }
  return {};
}

std::string Counted(std::size_t count, const std::string& what) { return std::to_string(count) + " " + what; }

void PrintSummary(const roster::Roster& roster, const roster::LinkSummary& summary, std::size_t skipped) {
  std::cerr << "roster: " << Counted(summary.rows, "rows, ") << roster.encoding
            << (roster.encoding_guessed ? " (guessed; if names look wrong, save the roster as \"CSV UTF-8\")"
                                        : "")
            << "\n";
  for (const std::string& note : roster.notes) std::cerr << "roster: " << note << "\n";
  std::cerr << "students: " << Counted(summary.linked, "linked, ")
            << Counted(summary.missing, "without a photo, ")
            << Counted(summary.duplicates, "with several photos\n")
            << "photos: " << Counted(summary.orphans, "without a student, ")
            << Counted(summary.ambiguous, "ambiguous, ") << Counted(skipped, "other files skipped\n");
  if (summary.references + summary.unused_references > 0) {
    std::cerr << "references: " << Counted(summary.references, "linked, ")
              << Counted(summary.unused_references, "unused\n");
  }
}

Result<ExitCode> Run(const Options& options) {
  if (auto apart = RefuseSharedDirectories(options); !apart) return std::unexpected(apart.error());
  const auto roster = roster::ReadRoster(options.roster, {.key_column = options.key, .today = {}});
  if (!roster) return std::unexpected(roster.error());
  const auto photos = roster::ListPhotos(options.photos);
  if (!photos) return std::unexpected(photos.error());
  Result<roster::PhotoListing> references;
  if (!options.references.empty()) references = roster::ListPhotos(std::span(&options.references, 1));
  if (!references) return std::unexpected(references.error());

  const roster::LinkResult result = roster::Link(*roster, photos->photos, references->photos);
  if (!options.dry_run) {
    for (const Record& record : result.records) std::cout << ToLine(record) << '\n';
  }
  if (!options.common.quiet) PrintSummary(*roster, result.summary, photos->skipped);
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
