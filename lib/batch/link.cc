// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/link.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "lib/base/photo_file.h"
#include "lib/deliver/redact.h"
#include "lib/roster/link_files.h"
#include "lib/roster/roster.h"

namespace gradphoto::batch {
namespace {

void SetField(Student& student, const std::string& name, const std::string& value) {
  const auto field = std::ranges::find(student.fields, name, &std::pair<std::string, std::string>::first);
  if (field == student.fields.end()) {
    student.fields.emplace_back(name, value);
  } else {
    field->second = value;
  }
}

void TellPassedOver(const PhotoListing& listing, Notes& notes) {
  for (const std::string& note : NotesOf(listing)) notes.Warn(deliver::Redactor().Text(note, nullptr));
  if (!listing.others.empty()) {
    notes.Info(fmt::format("{} files that are no photos left out", listing.others.size()));
  }
}

// Findings that the office has to mend name the row.
void NoteRows(const roster::Roster& roster, std::vector<Record>& records) {
  std::unordered_map<std::string_view, const roster::RosterRow*> rows;
  for (const roster::RosterRow& row : roster.rows) rows[row.student.key] = &row;
  for (Record& record : records) {
    if (!record.student) continue;
    const auto row = rows.find(record.student->key);
    if (row == rows.end()) continue;
    record.extra["roster"] = {{"file", roster.sources.at(row->second->source)}, {"line", row->second->line}};
  }
}

roster::LinkSources SourcesOf(const Job& job, ledger::Day today) {
  return {
      .rosters = RosterFiles(job),
      .roster = {.key_column = job.key_column, .columns = job.columns, .sheet = job.sheet, .today = today},
      .photos = job.photos,
      .references = job.references,
      .id_cards = job.rules.identity == ledger::IdentityRule::kOff ? std::vector<std::filesystem::path>()
                                                                   : job.id_cards,
      .mapping = job.mapping,
      .output = job.output,
      .duplicates = job.newest_of_several ? roster::DuplicateRule::kNewest : roster::DuplicateRule::kReject};
}

}  // namespace

Result<roster::Roster> ReadJobRosters(const Job& job, ledger::Day today) {
  const roster::LinkSources sources = SourcesOf(job, today);
  return roster::ReadRosters(sources.rosters, sources.roster);
}

Result<std::vector<Record>> LinkStudents(const Job& job, ledger::Day today, Notes& notes) {
  TRY_ASSIGN(auto linked, LinkJob(job, today, {}, notes));
  return std::move(linked.records);
}

Result<LinkedJob> LinkJob(const Job& job, ledger::Day today, const LinkHelp& help, Notes& notes) {
  roster::LinkSources sources = SourcesOf(job, today);
  sources.known_roster = help.known_roster;
  sources.takes = help.takes;
  TRY_ASSIGN(auto linked, roster::LinkFiles(sources));
  for (const std::string& note : linked.roster.notes) notes.Warn("roster: " + note);
  TellPassedOver(linked.photos, notes);
  TellPassedOver(linked.references, notes);
  TellPassedOver(linked.id_cards, notes);
  for (const std::string& note : linked.mapping.notes) notes.Warn("mapping: " + note);
  const roster::LinkSummary& summary = linked.result.summary;
  notes.Info(fmt::format("{} rows ({}), {} with a photo, {} without, {} photos without a student", summary.rows,
                         linked.roster.encoding, summary.linked, summary.missing, summary.orphans));
  if (summary.id_cards + summary.unused_id_cards > 0) {
    notes.Info(fmt::format("identity cards: {} students with, {} without, {} photos unused", summary.id_cards,
                           summary.rows - summary.id_cards, summary.unused_id_cards));
  }
  std::vector<Record> records = std::move(linked.result.records);
  for (Record& record : records) {
    if (job.season.empty() || !record.student || !record.student->Field("season").empty()) continue;
    SetField(*record.student, "season", job.season);
  }
  NoteRows(linked.roster, records);
  return LinkedJob{std::move(records), std::move(linked)};
}

}  // namespace gradphoto::batch
