// SPDX-License-Identifier: Apache-2.0
#include "cli/link/summary.h"

#include <string>
#include <string_view>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "cli/common/run_main.h"
#include "lib/deliver/redact.h"

namespace gradphoto::cli {
namespace {

// Sheets, headers and paths may hold numbers of persons.
std::string Shown(std::string_view text) { return deliver::Redactor().Text(text, nullptr); }

}  // namespace

void PrintMapping(const roster::Mapping& mapping) {
  Say(fmt::format("mapping: {} files linked by hand", mapping.row_of.size()));
  for (const std::string& note : mapping.notes) Say("mapping: " + Shown(note));
}

void PrintSummary(const roster::Roster& roster, const roster::LinkResult& linked, const PhotoListing& photos,
                  bool has_references, bool has_id_cards) {
  const roster::LinkSummary& summary = linked.summary;
  Say(fmt::format(
      "roster: {} rows, {}{}{}", summary.rows, roster.encoding,
      roster.sheet.empty() ? "" : ", sheet " + Shown(roster.sheet),
      roster.encoding_guessed ? " (guessed; if names look wrong, save the roster as \"CSV UTF-8\")" : ""));
  for (const std::string& note : roster.notes) Say("roster: " + Shown(note));
  Say(fmt::format("students: {} linked, {} without a photo, {} with several photos", summary.linked,
                  summary.missing, summary.duplicates));
  Say(fmt::format("photos: {} without a student, {} ambiguous, {} other files skipped", summary.orphans,
                  summary.ambiguous, photos.others.size()));
  for (const std::string& note : NotesOf(photos)) Say("photos: " + Shown(note));
  if (has_references) {
    Say(fmt::format("references: {} linked, {} students without, {} unused", summary.references,
                    summary.rows - summary.references, summary.unused_references));
  }
  if (has_id_cards) {
    Say(fmt::format("identity cards: {} students with, {} without, {} photos unused", summary.id_cards,
                    summary.rows - summary.id_cards, summary.unused_id_cards));
  }
  for (const roster::OpenFile& unused : linked.unused_id_cards) {
    spdlog::debug("{}: not used as an identity card: {}", Shown(unused.file.path), unused.reason);
  }
  for (const roster::OpenFile& unused : linked.unused_references) {
    spdlog::debug("{}: not used as a reference: {}", Shown(unused.file.path), unused.reason);
  }
}

}  // namespace gradphoto::cli
