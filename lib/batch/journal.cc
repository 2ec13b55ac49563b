// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/journal.h"

#include <cerrno>
#include <fstream>
#include <span>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/photo_archive.h"
#include "lib/base/read_line.h"
#include "lib/ledger/keeper.h"
#include "lib/standard/codes.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxLineBytes = 1 << 20;  // Of a record.

bool IsSameStudent(const std::optional<Student>& a, const std::optional<Student>& b) {
  return a && b && a->key == b->key && a->fields == b->fields;
}

bool IsSameReference(const Record& a, const Record& b) {
  return a.comparison.value("reference", "") == b.comparison.value("reference", "") &&
         a.comparison.value("reference_window", Json()) == b.comparison.value("reference_window", Json());
}

// What the linking says now; other files may have come or gone since.
void TakeLink(const Record& linked, Record& record) {
  ledger::RenewRosterFindings(record, linked.findings);
  if (const auto row = linked.extra.find("roster"); row != linked.extra.end()) record.extra["roster"] = *row;
}

bool HasHash(const std::string& file, const std::string& sha256) {
  const auto hash = HashPhoto(file);
  return hash && *hash == sha256;
}

// Whether the last line was cut off by a crash: the next one must not be written behind it.
bool IsTorn(int fd) {
  struct stat info{};
  if (fstat(fd, &info) != 0 || info.st_size == 0) return false;
  char last = '\n';
  return pread(fd, &last, 1, info.st_size - 1) == 1 && last != '\n';
}

}  // namespace

Result<Journal> Journal::Continue(const fs::path& file) {
  TRY_ASSIGN(auto journal, ReadOnly(file));
  journal.file_ = file;
  return journal;
}

Result<Journal> Journal::ReadOnly(const fs::path& file) {
  Journal journal;
  TRY(journal.Load(file));
  return journal;
}

Result<void> Journal::Load(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return {};
  if (!fs::is_regular_file(file, error)) return Fail(ErrorKind::kInput, file.string() + ": not a regular file");
  std::ifstream in(file, std::ios::binary);
  for (std::string line; ReadLine(in, line, kMaxLineBytes);) {
    if (line.size() > kMaxLineBytes) return Fail(ErrorKind::kInput, file.string() + ": not a journal");
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (json.is_discarded()) continue;
    auto record = RecordFromJson(json);
    if (!record) continue;
    Remember(*std::move(record));
  }
  if (!in.eof()) return Fail(ErrorKind::kInput, file.string() + ": cannot be read: " + ErrnoText());
  return {};
}

void Journal::Remember(Record record) {
  if (!record.photo.empty()) {
    if (!record.sha256.empty()) by_content_.insert_or_assign(record.sha256, record.photo);
    finished_.insert_or_assign(record.photo, std::move(record));
  } else if (record.student) {
    of_students_.insert_or_assign(record.student->key, std::move(record));
  }
}

std::optional<Record> Journal::Find(const Record& linked, const Json& tool) const {
  const auto found = finished_.find(linked.photo);
  if (found == finished_.end()) return std::nullopt;
  Record record = found->second;
  if (record.tool != tool || record.outcome == Outcome::kError ||
      !IsSameStudent(record.student, linked.student) || !IsSameReference(record, linked) ||
      !HasHash(record.photo, record.sha256)) {
    return std::nullopt;
  }
  if (!record.output.empty() && !HasHash(record.output, record.output_sha256)) return std::nullopt;
  TakeLink(linked, record);
  return record;
}

std::optional<Journal::Moved> Journal::FindMoved(const Record& linked, const Json& tool) const {
  if (by_content_.empty() || !linked.student) return std::nullopt;
  const auto place = by_content_.find(HashPhoto(linked.photo).value_or(""));
  if (place == by_content_.end()) return std::nullopt;
  Moved moved{.record = finished_.at(place->second)};
  Record& record = moved.record;
  // What the roster excuses a student of is part of the judgement.
  const bool same_exemptions =
      record.student && record.student->Field("exemptions") == linked.student->Field("exemptions");
  if (record.sha256 != place->first || record.tool != tool || record.outcome == Outcome::kError ||
      !same_exemptions) {
    return std::nullopt;
  }
  moved.is_compared = record.student->key == linked.student->key && IsSameReference(record, linked);
  if (!moved.is_compared) {
    record.TakeBack([](const Finding& finding) {
      const standard::Stage stage = standard::StageOf(finding.code);
      return stage == standard::Stage::kComparison || stage == standard::Stage::kBatch;
    });
    record.comparison = linked.comparison;
  }
  record.photo = linked.photo;
  record.student = linked.student;
  TakeLink(linked, record);
  if (record.output.empty() ? !record.IsRejected() : !HasHash(record.output, record.output_sha256)) {
    return std::nullopt;
  }
  return moved;
}

const Record* Journal::OfStudent(std::string_view key) const {
  const auto found = of_students_.find(key);
  return found == of_students_.end() ? nullptr : &found->second;
}

Result<void> Journal::OpenToAppend() {
  TRY(MakePrivateDirectories(file_.parent_path()));
  out_ = FileDescriptor(open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!out_.IsOpen()) return Fail(ErrorKind::kOutput, file_.string() + ": cannot be opened: " + ErrnoText());
  if (IsTorn(out_.get()) && !WriteAll(out_.get(), std::as_bytes(std::span("\n", 1)))) {
    return Fail(ErrorKind::kOutput, file_.string() + ": cannot be written: " + ErrnoText());
  }
  return {};
}

Result<void> Journal::Append(const Record& record) {
  if (file_.empty() || (record.photo.empty() && !record.student)) return {};
  if (!out_.IsOpen()) {
    TRY(OpenToAppend());
  }
  const std::string line = ToLine(record) + '\n';
  if (!WriteAll(out_.get(), std::as_bytes(std::span(line)))) {
    return Fail(ErrorKind::kOutput, file_.string() + ": cannot be written: " + ErrnoText());
  }
  return {};
}

Result<void> Journal::Remove() {
  if (file_.empty()) return {};
  out_ = FileDescriptor();  // What is appended afterwards begins a new file.
  std::error_code error;
  fs::remove(file_, error);
  if (error) return Fail(ErrorKind::kOutput, file_.string() + ": cannot be deleted: " + error.message());
  return {};
}

}  // namespace gradphoto::batch
