// SPDX-License-Identifier: Apache-2.0
#include "cli/link/summary.h"

#include <iostream>
#include <string>
#include <string_view>

#include <spdlog/spdlog.h>

#include "lib/deliver/redact.h"

namespace gradphoto::cli {
namespace {

std::string Counted(std::size_t count, const std::string& what) { return std::to_string(count) + " " + what; }

// Sheets, headers and paths may hold numbers of persons.
std::string Shown(std::string_view text) { return deliver::Redactor().Text(text, nullptr); }

}  // namespace

void PrintMapping(const roster::Mapping& mapping) {
  std::cerr << "mapping: " << mapping.row_of.size() << " files linked by hand\n";
  for (const std::string& note : mapping.notes) std::cerr << "mapping: " << Shown(note) << "\n";
}

void PrintSummary(const roster::Roster& roster, const roster::LinkResult& linked, const PhotoListing& photos,
                  bool has_references, bool has_id_cards) {
  const roster::LinkSummary& summary = linked.summary;
  std::cerr << "roster: " << Counted(summary.rows, "rows, ") << roster.encoding
            << (roster.sheet.empty() ? "" : ", sheet " + Shown(roster.sheet))
            << (roster.encoding_guessed ? " (guessed; if names look wrong, save the roster as \"CSV UTF-8\")"
                                        : "")
            << "\n";
  for (const std::string& note : roster.notes) std::cerr << "roster: " << Shown(note) << "\n";
  std::cerr << "students: " << Counted(summary.linked, "linked, ")
            << Counted(summary.missing, "without a photo, ")
            << Counted(summary.duplicates, "with several photos\n")
            << "photos: " << Counted(summary.orphans, "without a student, ")
            << Counted(summary.ambiguous, "ambiguous, ")
            << Counted(photos.others.size(), "other files skipped\n");
  for (const std::string& note : NotesOf(photos)) std::cerr << "photos: " << Shown(note) << "\n";
  if (has_references) {
    std::cerr << "references: " << Counted(summary.references, "linked, ")
              << Counted(summary.rows - summary.references, "students without, ")
              << Counted(summary.unused_references, "unused\n");
  }
  if (has_id_cards) {
    std::cerr << "identity cards: " << Counted(summary.id_cards, "students with, ")
              << Counted(summary.rows - summary.id_cards, "without, ")
              << Counted(summary.unused_id_cards, "photos unused\n");
  }
  for (const roster::OpenFile& unused : linked.unused_id_cards) {
    spdlog::debug("{}: not used as an identity card: {}", Shown(unused.file.path), unused.reason);
  }
  for (const roster::OpenFile& unused : linked.unused_references) {
    spdlog::debug("{}: not used as a reference: {}", Shown(unused.file.path), unused.reason);
  }
}

}  // namespace gradphoto::cli
