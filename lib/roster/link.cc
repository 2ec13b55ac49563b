// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/link.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "lib/roster/match.h"

namespace gradphoto::roster {
namespace {

constexpr std::size_t kMaxListed = 10;  // Of paths or lines in a detail.

Finding MakeFinding(std::string code, Severity severity, std::string detail) {
  return Finding{.code = std::move(code),
                 .severity = severity,
                 .value = {},
                 .unit = {},
                 .limit_min = {},
                 .limit_max = {},
                 .detail = std::move(detail)};
}

template <typename Range, typename ToText>
std::string ListOf(const Range& items, std::string_view separator, ToText to_text) {
  std::string text;
  std::size_t count = 0;
  for (const auto& item : items) {
    if (count == kMaxListed) return text + " and " + std::to_string(items.size() - count) + " more";
    if (count++ > 0) text += separator;
    text += to_text(item);
  }
  return text;
}

// Which files belong to which row, and which files belong nowhere.
struct Assignment {
  std::vector<std::vector<std::string>> paths_of_row;  // In path order.
  std::vector<std::string> shared;  // Per row: lines of the rows it shares a photo with, or "".
  std::vector<std::pair<const PhotoFile*, Match>> unassigned;
};

Assignment Assign(const Roster& roster, const RosterIndex& index, std::span<const PhotoFile> files,
                  PhotoUse use) {
  Assignment assignment;
  assignment.paths_of_row.resize(roster.rows.size());
  assignment.shared.resize(roster.rows.size());
  std::vector<const PhotoFile*> ordered;
  std::ranges::transform(files, std::back_inserter(ordered), [](const PhotoFile& file) { return &file; });
  std::ranges::stable_sort(ordered, {}, &PhotoFile::path);
  for (const PhotoFile* file : ordered) {
    Match match = index.Find(file->relative, use);
    if (match.rows.size() == 1) {
      assignment.paths_of_row[match.rows.front()].push_back(file->path);
      continue;
    }
    const std::string lines =
        ListOf(match.rows, ", ", [&](std::size_t row) { return std::to_string(roster.rows[row].line); });
    for (const std::size_t row : match.rows) assignment.shared[row] = lines;
    if (!match.rows.empty()) match.reason = "fits the roster lines " + lines + ": " + match.reason;
    assignment.unassigned.emplace_back(file, std::move(match));
  }
  return assignment;
}

std::string PathList(const std::vector<std::string>& paths) {
  return ListOf(paths, "; ", [](const std::string& path) { return path; });
}

void AttachPhotos(const std::vector<std::string>& paths, const std::string& shared, Record& record,
                  LinkSummary& summary) {
  if (paths.size() == 1) {
    record.photo = paths.front();
    ++summary.linked;
  } else if (paths.size() > 1) {
    record.Add(MakeFinding("LINK_DUPLICATE", Severity::kReject, PathList(paths)));
    ++summary.duplicates;
  } else {
    // Before the findings: no photo outweighs what else is wrong with the row.
    record.outcome = Outcome::kMissing;
    record.Add(MakeFinding("PHOTO_MISSING", Severity::kReject, ""));
    if (!shared.empty()) {
      record.Add(MakeFinding("LINK_AMBIGUOUS", Severity::kReject, "a photo fits the roster lines " + shared));
    }
    ++summary.missing;
  }
}

void AttachReferences(const std::vector<std::string>& paths, Record& record, LinkSummary& summary) {
  if (paths.size() == 1) {
    record.comparison["reference"] = paths.front();
    ++summary.references;
  } else if (paths.size() > 1) {
    record.Add(MakeFinding("LINK_DUPLICATE", Severity::kReview, "references: " + PathList(paths)));
    summary.unused_references += paths.size();
  }
}

Record RecordWithoutStudent(const PhotoFile& file, const Match& match, LinkSummary& summary) {
  Record record;
  record.photo = file.path;
  const bool orphan = match.rows.empty();
  ++(orphan ? summary.orphans : summary.ambiguous);
  record.Add(MakeFinding(orphan ? "PHOTO_ORPHAN" : "LINK_AMBIGUOUS", Severity::kReject, match.reason));
  return record;
}

}  // namespace

LinkResult Link(const Roster& roster, std::span<const PhotoFile> photos,
                std::span<const PhotoFile> references) {
  const RosterIndex index(roster);
  const Assignment of_photos = Assign(roster, index, photos, PhotoUse::kPhoto);
  const Assignment of_references = Assign(roster, index, references, PhotoUse::kReference);
  LinkResult result;
  LinkSummary& summary = result.summary;
  summary.rows = roster.rows.size();
  summary.unused_references = of_references.unassigned.size();
  result.records.reserve(roster.rows.size() + of_photos.unassigned.size());
  for (std::size_t i = 0; i < roster.rows.size(); ++i) {
    Record record = ToRecord(roster.rows[i]);
    AttachPhotos(of_photos.paths_of_row[i], of_photos.shared[i], record, summary);
    AttachReferences(of_references.paths_of_row[i], record, summary);
    result.records.push_back(std::move(record));
  }
  for (const auto& [file, match] : of_photos.unassigned) {
    result.records.push_back(RecordWithoutStudent(*file, match, summary));
  }
  return result;
}

}  // namespace gradphoto::roster
