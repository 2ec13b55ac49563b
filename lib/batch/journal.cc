// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/journal.h"

#include <cerrno>
#include <fstream>
#include <functional>
#include <limits>
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
constexpr std::size_t kInMemory = std::numeric_limits<std::size_t>::max();

std::size_t KeyOf(std::string_view text) { return std::hash<std::string_view>()(text); }

std::optional<Record> RecordOf(const std::string& line) {
  const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return std::nullopt;
  auto record = RecordFromJson(json);
  return record ? std::optional(*std::move(record)) : std::nullopt;
}

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
  TRY_ASSIGN(auto in, OpenForReading(file));
  Place place{.file = files_.size()};
  files_.push_back(file);
  for (std::string line; ReadLine(in, line, kMaxLineBytes); place.offset += place.bytes + 1) {
    if (line.size() > kMaxLineBytes) return Fail(ErrorKind::kInput, file.string() + ": not a journal");
    place.bytes = line.size();
    if (const auto record = RecordOf(line)) Note(*record, place);
  }
  if (!in.eof()) return Fail(ErrorKind::kInput, file.string() + ": cannot be read: " + ErrnoText());
  return {};
}

void Journal::Note(const Record& record, const Place& place) {
  if (!record.photo.empty()) {
    if (!record.sha256.empty()) by_content_[KeyOf(record.sha256)] = place;
    by_photo_[KeyOf(record.photo)] = place;
  } else if (record.student) {
    of_students_[KeyOf(record.student->key)] = place;
  }
}

void Journal::Remember(const Record& record) {
  const bool is_photo = !record.photo.empty();
  if (!is_photo && !record.student) return;
  const Places& places = is_photo ? by_photo_ : of_students_;
  const auto before = places.find(KeyOf(is_photo ? record.photo : record.student->key));
  Place place{.file = kInMemory, .offset = lines_.size()};
  if (before != places.end() && before->second.file == kInMemory) {
    place = before->second;
  } else {
    lines_.emplace_back();
  }
  lines_[place.offset] = ToLine(record);
  Note(record, place);
}

std::optional<Record> Journal::RecordAt(const Places& places, std::string_view key) const {
  const auto found = places.find(KeyOf(key));
  if (found == places.end()) return std::nullopt;
  const Place& place = found->second;
  if (place.file == kInMemory) return RecordOf(lines_[place.offset]);
  std::string line(place.bytes, '\0');
  std::ifstream in(files_[place.file], std::ios::binary);
  in.seekg(static_cast<std::streamoff>(place.offset));
  if (!in.read(line.data(), static_cast<std::streamsize>(line.size()))) return std::nullopt;
  return RecordOf(line);
}

std::optional<Record> Journal::Find(const Record& linked, const Json& tool) const {
  auto found = RecordAt(by_photo_, linked.photo);
  if (!found || found->photo != linked.photo) return std::nullopt;
  Record& record = *found;
  if (record.tool != tool || record.outcome == Outcome::kError ||
      !IsSameStudent(record.student, linked.student) || !IsSameReference(record, linked) ||
      !HasHash(record.photo, record.sha256)) {
    return std::nullopt;
  }
  if (!record.output.empty() && !HasHash(record.output, record.output_sha256)) return std::nullopt;
  TakeLink(linked, record);
  return found;
}

std::optional<Journal::Moved> Journal::FindMoved(const Record& linked, const Json& tool) const {
  if (by_content_.empty() || !linked.student) return std::nullopt;
  const std::string hash = HashPhoto(linked.photo).value_or("");
  auto found = RecordAt(by_content_, hash);
  if (!found || found->sha256 != hash) return std::nullopt;
  Moved moved{.record = *std::move(found)};
  Record& record = moved.record;
  // What the roster excuses a student of is part of the judgement.
  const bool same_exemptions =
      record.student && record.student->Field("exemptions") == linked.student->Field("exemptions");
  if (record.tool != tool || record.outcome == Outcome::kError || !same_exemptions) {
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

std::optional<Record> Journal::OfStudent(std::string_view key) const {
  auto found = RecordAt(of_students_, key);
  if (found && (!found->photo.empty() || !found->student || found->student->key != key)) return std::nullopt;
  return found;
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
