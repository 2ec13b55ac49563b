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
#include "lib/roster/link.h"
#include "lib/roster/mapping.h"
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

Result<roster::Roster> ReadStudents(const Job& job, ledger::Day today, Notes& notes) {
  std::vector<std::filesystem::path> files = {job.roster};
  files.insert(files.end(), job.more_rosters.begin(), job.more_rosters.end());
  TRY_ASSIGN(
      auto roster,
      roster::ReadRosters(
          files, {.key_column = job.key_column, .columns = job.columns, .sheet = job.sheet, .today = today}));
  for (const std::string& note : roster.notes) notes.Warn("roster: " + note);
  for (roster::RosterRow& row : roster.rows) {
    if (!job.season.empty() && row.student.Field("season").empty()) SetField(row.student, "season", job.season);
  }
  return roster;
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

Result<PhotoListing> ListReferences(const Job& job) {
  if (job.references.empty()) return PhotoListing();
  return ListPhotos(std::span(&job.references, 1));
}

}  // namespace

Result<std::vector<Record>> LinkStudents(const Job& job, ledger::Day today, Notes& notes) {
  TRY_ASSIGN(const auto roster, ReadStudents(job, today, notes));
  TRY_ASSIGN(const auto photos, ListPhotos(job.photos));
  TellPassedOver(photos, notes);
  TRY_ASSIGN(const auto references, ListReferences(job));
  TellPassedOver(references, notes);
  roster::Mapping mapping;
  if (!job.mapping.empty()) {
    TRY_ASSIGN(mapping, roster::ReadMapping(job.mapping, roster, photos.photos, references.photos));
  }
  for (const std::string& note : mapping.notes) notes.Warn("mapping: " + note);
  const auto duplicates =
      job.newest_of_several ? roster::DuplicateRule::kNewest : roster::DuplicateRule::kReject;
  roster::LinkResult linked =
      roster::Link(roster, photos.photos, references.photos,
                   {.mapping = &mapping, .duplicates = duplicates, .others = photos.others});
  notes.Info(fmt::format("{} rows ({}), {} with a photo, {} without, {} photos without a student",
                         linked.summary.rows, roster.encoding, linked.summary.linked, linked.summary.missing,
                         linked.summary.orphans));
  NoteRows(roster, linked.records);
  return std::move(linked.records);
}

}  // namespace gradphoto::batch
