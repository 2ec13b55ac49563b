// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/link.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "lib/roster/match.h"
#include "lib/standard/codes.h"

namespace gradphoto::roster {
namespace {

using standard::Code;
using standard::MakeFinding;

constexpr std::size_t kMaxListed = 10;  // Of paths or lines in a detail.

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
  std::vector<std::vector<const PhotoFile*>> files_of_row;  // In path order.
  std::vector<std::vector<const PhotoFile*>>
      passed_over;                  // By row: those a person or the rule decided against.
  std::vector<bool> by_hand;        // By row: its files are those of the mapping.
  std::vector<std::string> shared;  // By row: lines of the rows it shares a photo with, or "".
  std::vector<std::pair<const PhotoFile*, Match>> unassigned;
};

class Assigner {
 public:
  Assigner(const Roster& roster, const RosterIndex& index, const LinkOptions& options)
      : roster_(roster), index_(index), options_(options) {}

  Assignment Assign(std::span<const PhotoFile> files, PhotoUse use) const {
    Assignment assignment;
    assignment.files_of_row.resize(roster_.rows.size());
    assignment.passed_over.resize(roster_.rows.size());
    assignment.by_hand.resize(roster_.rows.size());
    assignment.shared.resize(roster_.rows.size());
    std::vector<const PhotoFile*> ordered;
    ordered.reserve(files.size());
    std::ranges::transform(files, std::back_inserter(ordered), [](const PhotoFile& file) { return &file; });
    std::ranges::stable_sort(ordered, {}, &PhotoFile::path);
    for (const PhotoFile* file : ordered) {
      if (const auto row = RowByHand(*file)) {
        assignment.files_of_row[*row].push_back(file);
        assignment.by_hand[*row] = true;
      }
    }
    for (const PhotoFile* file : ordered) {
      if (!RowByHand(*file)) AssignByName(*file, use, assignment);
    }
    if (options_.duplicates == DuplicateRule::kNewest) KeepNewest(assignment);
    return assignment;
  }

 private:
  std::optional<std::size_t> RowByHand(const PhotoFile& file) const {
    if (options_.mapping == nullptr) return std::nullopt;
    const auto found = options_.mapping->row_of.find(file.path);
    return found == options_.mapping->row_of.end() ? std::nullopt : std::optional(found->second);
  }

  void AssignByName(const PhotoFile& file, PhotoUse use, Assignment& assignment) const {
    Match match = index_.Find(file.relative, use);
    if (options_.mapping != nullptr) {
      const auto excluded = [&](std::size_t row) {
        return options_.mapping->excluded.contains({file.path, row});
      };
      if (std::erase_if(match.rows, excluded) > 0 && match.rows.empty()) {
        match.reason = "the mapping says that it is not the photo of the student whose name fits";
      }
    }
    if (match.rows.size() == 1) {
      const std::size_t row = match.rows.front();
      (assignment.by_hand[row] ? assignment.passed_over : assignment.files_of_row)[row].push_back(&file);
      return;
    }
    const std::string lines =
        ListOf(match.rows, ", ", [&](std::size_t row) { return std::to_string(roster_.rows[row].line); });
    for (const std::size_t row : match.rows) assignment.shared[row] = lines;
    if (!match.rows.empty()) match.reason = "fits the roster lines " + lines + ": " + match.reason;
    assignment.unassigned.emplace_back(&file, std::move(match));
  }

  // Two files of the very same moment were copied, not taken: nobody knows which is newer.
  static void KeepNewest(Assignment& assignment) {
    for (std::size_t row = 0; row < assignment.files_of_row.size(); ++row) {
      auto& files = assignment.files_of_row[row];
      if (files.size() < 2) continue;
      const PhotoFile* newest = *std::ranges::max_element(files, {}, &PhotoFile::modified_ns);
      if (std::ranges::count(files, newest->modified_ns, &PhotoFile::modified_ns) > 1) continue;
      std::erase(files, newest);
      std::ranges::copy(files, std::back_inserter(assignment.passed_over[row]));
      files = {newest};
    }
  }

  const Roster& roster_;
  const RosterIndex& index_;
  const LinkOptions& options_;
};

std::string PathList(const std::vector<const PhotoFile*>& files) {
  return ListOf(files, "; ", [](const PhotoFile* file) { return file->path; });
}

void TellPassedOver(const Assignment& assignment, std::size_t row, std::string_view what, Record& record) {
  if (assignment.passed_over[row].empty()) return;
  std::string detail =
      std::string(what) + (assignment.by_hand[row] ? "chosen by the mapping" : "the newest was taken");
  record.Add(MakeFinding("LINK_DUPLICATE", Severity::kInfo,
                         detail + ", passed over: " + PathList(assignment.passed_over[row])));
}

void AttachPhotos(const Assignment& assignment, std::size_t row, Record& record, LinkResult& result) {
  const auto& files = assignment.files_of_row[row];
  if (files.size() == 1) {
    record.photo = files.front()->path;
    ++result.summary.linked;
    TellPassedOver(assignment, row, "", record);
  } else if (files.size() > 1) {
    record.Add(MakeFinding("LINK_DUPLICATE", Severity::kReject, PathList(files)));
    ++result.summary.duplicates;
    for (const PhotoFile* file : files) {
      result.open.push_back({.file = *file, .rows = {row}, .reason = "one of several photos for the student"});
    }
  } else {
    // Before the findings: no photo outweighs what else is wrong with the row.
    record.outcome = Outcome::kMissing;
    record.Add(MakeFinding("PHOTO_MISSING", Severity::kReject));
    if (const std::string& shared = assignment.shared[row]; !shared.empty()) {
      record.Add(MakeFinding("LINK_AMBIGUOUS", Severity::kReject, "a photo fits the roster lines " + shared));
    }
    ++result.summary.missing;
    result.missing.push_back(row);
  }
}

void AttachReferences(const Assignment& assignment, std::size_t row, Record& record, LinkResult& result) {
  const auto& files = assignment.files_of_row[row];
  if (files.size() == 1) {
    record.comparison["reference"] = files.front()->path;
    ++result.summary.references;
    TellPassedOver(assignment, row, "references: ", record);
  } else if (files.size() > 1) {
    record.Add(MakeFinding("LINK_DUPLICATE", Severity::kReview, "references: " + PathList(files)));
    for (const PhotoFile* file : files) {
      result.unused_references.push_back(
          {.file = *file, .rows = {row}, .reason = "one of several references for the student"});
    }
  }
}

Record RecordWithoutStudent(const PhotoFile& file, const Match& match, LinkSummary& summary) {
  Record record;
  record.photo = file.path;
  const bool orphan = match.rows.empty();
  ++(orphan ? summary.orphans : summary.ambiguous);
  record.Add(
      MakeFinding(orphan ? Code("PHOTO_ORPHAN") : Code("LINK_AMBIGUOUS"), Severity::kReject, match.reason));
  return record;
}

}  // namespace

LinkResult Link(const Roster& roster, std::span<const PhotoFile> photos, std::span<const PhotoFile> references,
                const LinkOptions& options) {
  const RosterIndex index(roster);
  const Assigner assigner(roster, index, options);
  const Assignment of_photos = assigner.Assign(photos, PhotoUse::kPhoto);
  const Assignment of_references = assigner.Assign(references, PhotoUse::kReference);
  LinkResult result;
  LinkSummary& summary = result.summary;
  summary.rows = roster.rows.size();
  result.records.reserve(roster.rows.size() + of_photos.unassigned.size());
  for (std::size_t i = 0; i < roster.rows.size(); ++i) {
    Record record = ToRecord(roster.rows[i]);
    AttachPhotos(of_photos, i, record, result);
    AttachReferences(of_references, i, record, result);
    result.records.push_back(std::move(record));
  }
  for (const auto& [file, match] : of_photos.unassigned) {
    result.records.push_back(RecordWithoutStudent(*file, match, summary));
    result.open.push_back({.file = *file, .rows = match.rows, .reason = match.reason});
  }
  for (const auto& [file, match] : of_references.unassigned) {
    result.unused_references.push_back({.file = *file, .rows = match.rows, .reason = match.reason});
  }
  const auto path = [](const OpenFile& open) -> const std::string& { return open.file.path; };
  std::ranges::sort(result.open, {}, path);
  std::ranges::sort(result.unused_references, {}, path);
  summary.unused_references = result.unused_references.size();
  return result;
}

}  // namespace gradphoto::roster
