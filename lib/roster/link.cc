// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/link.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "lib/base/photo_archive.h"
#include "lib/roster/card_words.h"
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
      passed_over;                                 // By row: those a person or the rule decided against.
  std::vector<bool> by_hand;                       // By row: its files are those of the mapping.
  std::vector<std::string> shared;                 // By row: lines of the rows it shares a photo with, or "".
  std::map<const PhotoFile*, std::string> doubts;  // Linked, but for a person to look at.
  std::vector<std::pair<const PhotoFile*, Match>> unassigned;
  std::map<std::string_view, std::size_t> files_in;  // By folder, those below it apart.
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
    for (const PhotoFile* file : ordered) ++assignment.files_in[FolderOf(*file)];
    for (const PhotoFile* file : ordered) {
      if (const auto row = RowByHand(*file)) {
        assignment.files_of_row[*row].push_back(file);
        assignment.by_hand[*row] = true;
      }
    }
    for (const PhotoFile* file : ordered) {
      if (!RowByHand(*file)) AssignByName(*file, use, assignment);
    }
    if (options_.duplicates == DuplicateRule::kNewest && use != PhotoUse::kIdCard) KeepNewest(assignment);
    return assignment;
  }

 private:
  std::optional<std::size_t> RowByHand(const PhotoFile& file) const {
    if (options_.mapping == nullptr) return std::nullopt;
    const auto found = options_.mapping->row_of.find(file.path);
    return found == options_.mapping->row_of.end() ? std::nullopt : std::optional(found->second);
  }

  static std::string_view FolderOf(const PhotoFile& file) {
    return std::string_view(file.path).substr(0, file.path.rfind('/'));
  }

  // The directory that was given may be that of a class, too.
  static std::string WithRoot(const PhotoFile& file) {
    if (file.path.size() <= file.relative.size() || !file.path.ends_with(file.relative)) return file.relative;
    std::string_view root = std::string_view(file.path).substr(0, file.path.size() - file.relative.size());
    while (root.ends_with('/')) root.remove_suffix(1);
    return std::string(root.substr(root.rfind('/') + 1)) + "/" + file.relative;
  }

  void AssignByName(const PhotoFile& file, PhotoUse use, Assignment& assignment) const {
    Match match = use == PhotoUse::kIdCard ? index_.Find(WithoutCardWords(WithRoot(file)), PhotoUse::kReference)
                                           : index_.Find(WithRoot(file), use);
    if (options_.mapping != nullptr) {
      const auto excluded = [&](std::size_t row) {
        return options_.mapping->excluded.contains({file.path, row});
      };
      if (std::erase_if(match.rows, excluded) > 0 && match.rows.empty()) {
        match.reason = "the mapping says that it is not the photo of the student whose name fits";
      }
    }
    // Of several files in a student's folder one is the photo, and a teacher may be called like a student.
    if (match.by_folder && use != PhotoUse::kIdCard && assignment.files_in.at(FolderOf(file)) > 1) {
      match.certainty = Certainty::kCandidate;
    }
    if (match.rows.size() == 1 && match.certainty != Certainty::kCandidate) {
      const std::size_t row = match.rows.front();
      if (match.certainty == Certainty::kReview) assignment.doubts[&file] = match.reason;
      (assignment.by_hand[row] ? assignment.passed_over : assignment.files_of_row)[row].push_back(&file);
      return;
    }
    const std::string lines = ListOf(match.rows, ", ", [&](std::size_t row) { return roster_.PlaceOf(row); });
    for (const std::size_t row : match.rows) assignment.shared[row] = lines;
    if (!match.rows.empty()) {
      match.reason = (match.rows.size() == 1 ? "may fit the roster line " : "fits the roster lines ") + lines +
                     ": " + match.reason;
    }
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

void TellDoubt(const Assignment& assignment, const PhotoFile* file, Record& record) {
  if (const auto doubt = assignment.doubts.find(file); doubt != assignment.doubts.end()) {
    record.Add(MakeFinding("LINK_AMBIGUOUS", Severity::kReview, doubt->second + ": " + file->path));
  }
}

// Files of the same content count once; the first by path stands for them.
void DropCopies(std::vector<const PhotoFile*>& files, Record& record, std::string_view what) {
  if (files.size() < 2) return;
  std::map<std::string, const PhotoFile*> by_hash;
  std::vector<const PhotoFile*> kept, copies;
  for (const PhotoFile* file : files) {
    const auto hash = HashPhoto(file->path);  // A file that cannot be read is no copy.
    const bool is_new = !hash || by_hash.try_emplace(*hash, file).second;
    (is_new ? kept : copies).push_back(file);
  }
  if (copies.empty()) return;
  files = std::move(kept);
  record.Add(MakeFinding("LINK_DUPLICATE", Severity::kInfo,
                         std::string(what) + "the same file again, counted once: " + PathList(copies)));
}

// Other files with the student's number or name.
void TellDocuments(const std::vector<const PhotoFile*>& documents, Record& record) {
  if (documents.empty()) return;
  const Severity severity = record.photo.empty() ? Severity::kReject : Severity::kInfo;
  record.Add(MakeFinding("NOT_A_PHOTO", severity, PathList(documents)));
}

void AttachPhotos(const Assignment& assignment, std::size_t row, Record& record, LinkResult& result) {
  std::vector<const PhotoFile*> files = assignment.files_of_row[row];
  DropCopies(files, record, "");
  if (files.size() == 1) {
    record.photo = files.front()->path;
    ++result.summary.linked;
    TellPassedOver(assignment, row, "", record);
    TellDoubt(assignment, files.front(), record);
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
  std::vector<const PhotoFile*> files = assignment.files_of_row[row];
  DropCopies(files, record, "references: ");
  if (files.size() == 1) {
    record.comparison["reference"] = files.front()->path;
    ++result.summary.references;
    TellPassedOver(assignment, row, "references: ", record);
    TellDoubt(assignment, files.front(), record);
  } else if (files.size() > 1) {
    record.Add(MakeFinding("LINK_DUPLICATE", Severity::kReview, "references: " + PathList(files)));
    for (const PhotoFile* file : files) {
      result.unused_references.push_back(
          {.file = *file, .rows = {row}, .reason = "one of several references for the student"});
    }
  }
}

void AttachIdCards(const Assignment& assignment, std::size_t row, Record& record, LinkResult& result) {
  std::vector<const PhotoFile*> files = assignment.files_of_row[row];
  if (files.empty()) return;
  DropCopies(files, record, "identity cards: ");
  ++result.summary.id_cards;
  Json cards = Json::array();
  for (const PhotoFile* file : files) {
    cards.push_back({{"photo", file->path}});
    TellDoubt(assignment, file, record);
  }
  record.identity["cards"] = std::move(cards);
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
  const Assignment of_id_cards = assigner.Assign(options.id_cards, PhotoUse::kIdCard);
  const Assignment of_others = assigner.Assign(options.others, PhotoUse::kPhoto);
  LinkResult result;
  LinkSummary& summary = result.summary;
  summary.rows = roster.rows.size();
  result.records.reserve(roster.rows.size() + of_photos.unassigned.size());
  for (std::size_t i = 0; i < roster.rows.size(); ++i) {
    Record record = ToRecord(roster.rows[i]);
    AttachPhotos(of_photos, i, record, result);
    AttachReferences(of_references, i, record, result);
    AttachIdCards(of_id_cards, i, record, result);
    TellDocuments(of_others.files_of_row[i], record);
    result.records.push_back(std::move(record));
  }
  for (const auto& [file, match] : of_photos.unassigned) {
    result.records.push_back(RecordWithoutStudent(*file, match, summary));
    result.open.push_back(
        {.file = *file, .rows = match.rows, .reason = match.reason, .candidate = match.rows.size() == 1});
  }
  for (const auto& [file, match] : of_references.unassigned) {
    result.unused_references.push_back({.file = *file, .rows = match.rows, .reason = match.reason});
  }
  for (const auto& [file, match] : of_id_cards.unassigned) {
    result.unused_id_cards.push_back({.file = *file, .rows = match.rows, .reason = match.reason});
  }
  const auto path = [](const OpenFile& open) -> const std::string& { return open.file.path; };
  std::ranges::sort(result.open, {}, path);
  std::ranges::sort(result.unused_references, {}, path);
  std::ranges::sort(result.unused_id_cards, {}, path);
  summary.unused_references = result.unused_references.size();
  summary.unused_id_cards = result.unused_id_cards.size();
  return result;
}

}  // namespace gradphoto::roster
