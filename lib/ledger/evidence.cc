// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/evidence.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <span>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/photo_archive.h"
#include "lib/base/sha256.h"

namespace gradphoto::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxPhotoBytes = 256U << 20U;  // More than any photo that was decoded.
constexpr std::string_view kCaseName = "case.json", kPictureName = "standardized.jpg";
constexpr std::size_t kNumberDigits = 6;

std::string FolderName(StudentId student, int attempt) {
  std::string number = std::to_string(student);
  if (number.size() < kNumberDigits) number.insert(0, kNumberDigits - number.size(), '0');
  return number + "-" + std::to_string(attempt);
}

Result<std::optional<LedgerFile>> FindFile(Ledger& ledger, StudentId student, int attempt,
                                           std::string_view name) {
  TRY_ASSIGN(const auto files, ledger.FilesOf(student));
  const std::string folder = FolderName(student, attempt);
  for (const LedgerFile& file : files) {
    const fs::path path(file.path);
    if (file.kind == FileKind::kEvidence && path.filename() == name &&
        path.parent_path().filename() == folder) {
      return std::optional(file);
    }
  }
  return std::nullopt;
}

Json Explained(const std::vector<Finding>& findings, const standard::Reasons& reasons) {
  using standard::Language;
  Json list = Json::array();
  for (const Finding& finding : findings) {
    Json item = {{"code", finding.code}, {"severity", SeverityName(finding.severity)}};
    if (finding.value) item["value"] = standard::FormatValue(finding, reasons.texts(Language::kEn));
    if (const std::string limit = standard::FormatLimit(finding, reasons.texts(Language::kEn)); !limit.empty())
      item["limit"] = limit;
    item["zh"] = reasons.Text(finding, Language::kZh);
    item["en"] = reasons.Text(finding, Language::kEn);
    list.push_back(std::move(item));
  }
  return list;
}

class Case {
 public:
  Case(Ledger& ledger, const StudentEntry& entry, const Standing& standing, fs::path folder)
      : ledger_(ledger), entry_(entry), standing_(standing), folder_(std::move(folder)) {}

  Result<void> Make(const standard::Reasons& reasons, const Renderer& render, const Moment& now) {
    TRY_ASSIGN(const auto judgement, ledger_.FindJudgement(entry_.id, standing_.current));
    if (!judgement) return Fail(ErrorKind::kInternal, "ledger: the current attempt has no judgement");
    const Judgement& current = *judgement;
    // The student may have put another file in its place since.
    auto copied = Copy(current.record.photo, current.photo_sha256, "photo");
    if (!copied) return copied;
    // A place in a larger picture is the portrait on an identity card, which is never copied.
    if (!current.record.comparison.contains("reference_window")) {
      copied = Copy(current.record.comparison.value("reference", ""), current.reference_sha256, "reference");
      if (!copied) return copied;
    }
    TRY(StorePicture(current.record, render));
    TRY_ASSIGN(auto text, Story(reasons, now));
    return Store(std::as_bytes(std::span(text)), std::string(kCaseName));
  }

 private:
  Result<void> Store(std::span<const std::byte> bytes, const std::string& name) {
    const fs::path path = folder_ / name;
    TRY(WriteFileAtomic(path, bytes, IfExists::kOverwrite));
    return ledger_.KeepFile({entry_.id, FileKind::kEvidence, path.string(), Sha256Hex(bytes)});
  }

  Result<void> Copy(const std::string& from, const std::string& sha256, const std::string& name) {
    if (from.empty()) return {};
    const auto bytes = ReadPhoto(from, kMaxPhotoBytes);
    if (!bytes || (!sha256.empty() && Sha256Hex(*bytes) != sha256)) {
      missing_.push_back(name);
      return {};
    }
    return Store(*bytes, name + fs::path(from).extension().string());
  }

  Result<void> StorePicture(const Record& record, const Renderer& render) {
    std::optional<std::vector<std::byte>> picture;
    if (!record.output.empty()) {
      if (auto bytes = ReadFile(record.output, kMaxPhotoBytes)) picture = std::move(*bytes);
    } else if (render && !record.photo.empty() && std::ranges::find(missing_, "photo") == missing_.end()) {
      picture = render(record);
    }
    return picture ? Store(*picture, std::string(kPictureName)) : Result<void>();
  }

  Result<std::string> Story(const standard::Reasons& reasons, const Moment& now) {
    Json json;
    json["v"] = 1;
    json["student"]["key"] = entry_.student.key;
    for (const auto& [name, value] : entry_.student.fields) json["student"][name] = value;
    json["attempt"] = standing_.current;
    json["failures"] = standing_.failures;
    json["max_failures"] = ledger_.rules().max_failures;
    json["season"] = standing_.season;
    json["made_at"] = now.stamp;
    if (!missing_.empty()) json["files_gone"] = missing_;
    json["attempts"] = Json::array();
    for (int number = 1; number <= standing_.attempts; ++number) {
      TRY_ASSIGN(const auto judgement, ledger_.FindJudgement(entry_.id, number));
      if (!judgement) continue;
      json["attempts"].push_back({{"attempt", number},
                                  {"at", judgement->at},
                                  {"photo_sha256", judgement->photo_sha256},
                                  {"outcome", OutcomeName(judgement->record.outcome)},
                                  {"findings", Explained(judgement->record.findings, reasons)}});
    }
    TRY_ASSIGN(const auto events, ledger_.EventsOf(entry_.id));
    json["events"] = Json::array();
    for (const BookedEvent& booked : events) {
      if (booked.event.kind == EventKind::kJudged) continue;
      json["events"].push_back({{"at", booked.at},
                                {"kind", EventName(booked.event.kind)},
                                {"attempt", booked.event.attempt},
                                {"code", booked.code},
                                {"text", booked.text},
                                {"who", booked.who}});
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }

  Ledger& ledger_;
  const StudentEntry& entry_;
  const Standing& standing_;
  fs::path folder_;
  std::vector<std::string> missing_;
};

}  // namespace

std::optional<StudentId> StudentOfCase(std::string_view folder) {
  StudentId student = 0;
  int attempt = 0;
  const char* const begin = std::to_address(folder.begin());
  const char* const end = std::to_address(folder.end());
  const auto first = std::from_chars(begin, end, student);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, attempt);
  if (second.ec != std::errc() || second.ptr != end || FolderName(student, attempt) != folder)
    return std::nullopt;
  return student;
}

Result<std::optional<LedgerFile>> EvidencePicture(Ledger& ledger, StudentId student, int attempt) {
  return FindFile(ledger, student, attempt, kPictureName);
}

Result<std::size_t> MakeEvidence(Ledger& ledger, const fs::path& directory, const standard::Reasons& reasons,
                                 const Renderer& render, const Moment& now) {
  // Collected first: the ledger cannot be written while it is walked through.
  std::vector<std::pair<StudentEntry, Standing>> cases;
  TRY(ledger.ForEachStudent([&](const StudentEntry& entry) -> Result<void> {
    const Standing standing = StandingOf(entry.history, ledger.rules(), now.today);
    if (standing.state == State::kManualReview && standing.current > 0) cases.emplace_back(entry, standing);
    return {};
  }));
  std::size_t made = 0;
  std::error_code ignored;
  const fs::path place = fs::absolute(directory, ignored).lexically_normal();
  for (const auto& [entry, standing] : cases) {
    TRY_ASSIGN(const auto present, FindFile(ledger, entry.id, standing.current, kCaseName));
    if (present && fs::exists(present->path, ignored)) continue;
    const fs::path folder = place / FolderName(entry.id, standing.current);
    TRY(Case(ledger, entry, standing, folder).Make(reasons, render, now));
    ++made;
  }
  return made;
}

}  // namespace gradphoto::ledger
