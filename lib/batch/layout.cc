// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/layout.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fnmatch.h>

#include "lib/compare/template_store.h"
#include "lib/deliver/files.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRecords = "batch.ndjson", kUnfinished = "unfinished.ndjson",
                           kUnfinishedCards = "unfinished-cards.ndjson";
constexpr std::string_view kStandardized = "standardized", kReport = "report", kCases = "manual-review";
constexpr std::string_view kUpload = "upload", kShards = "shards", kMaskKey = "mask.key",
                           kTemplates = "templates";
constexpr std::string_view kLive = "live", kAnswers = "answers";
constexpr std::string_view kLockStem = ".gradphoto-batch", kLockSuffix = ".lock";
constexpr std::string_view kHashes = ".gradphoto-hashes";
constexpr std::string_view kLines = ".ndjson", kUnfinishedLines = ".unfinished.ndjson",
                           kCardLines = ".cards.ndjson";
constexpr std::string_view kTemporary = "**/.gradphoto-??????.tmp";  // See TemporaryPattern in base/file.h.
constexpr std::size_t kDeliveryDigits = 4;

std::string Path(std::string_view folder, std::string_view name) {
  return std::string(folder) + "/" + std::string(name);
}

std::vector<FileKind> MakeOutputFiles() {
  using namespace deliver;
  const auto in_report = [](std::string_view name) { return Path(kReport, name); };
  return {
      {std::string(kTemporary), Holds::kFaces, OnPurge::kDelete},
      {std::string(kRecords), Holds::kNumbers, OnPurge::kLines},
      {std::string(kUnfinished), Holds::kNumbers, OnPurge::kLines},
      {std::string(kUnfinishedCards), Holds::kNumbers, OnPurge::kLines},
      {Path(kShards, "*" + std::string(kLines)), Holds::kNumbers, OnPurge::kLines},
      {Path(kStandardized, "**"), Holds::kFaces, OnPurge::kOutput},
      {Path(kCases, "*/*"), Holds::kFaces, OnPurge::kCase},
      {Path(kUpload, "**"), Holds::kFaces, OnPurge::kPack},
      {in_report(kReportSummaryName), Holds::kNames, OnPurge::kDelete},
      {in_report(kReportPageName), Holds::kNames, OnPurge::kDelete},
      {in_report(kReportRowsName), Holds::kNames, OnPurge::kDelete},
      {in_report(kReportRejectedName), Holds::kNames, OnPurge::kDelete},
      {in_report(kReportNoticesName), Holds::kNames, OnPurge::kDelete},
      {in_report(Path(kReportNoticeFolder, "*.csv")), Holds::kNames, OnPurge::kDelete},
      {in_report(kReportWorkbookName), Holds::kNames, OnPurge::kDelete},
      {in_report(kReviewPageName), Holds::kNames, OnPurge::kDelete},
      {in_report(kCaseSheetsName), Holds::kNames, OnPurge::kDelete},
      {in_report(Path(kReportThumbnailFolder, "*.jpg")), Holds::kFaces, OnPurge::kDelete},
      {in_report(Path(kReviewPictureFolder, "*.jpg")), Holds::kFaces, OnPurge::kDelete},
      {Path(kLive, kLivePageName), Holds::kNothing, OnPurge::kDelete},
      {Path(kLive, kLiveStateName), Holds::kNames, OnPurge::kDelete},
      {Path(kLive, "*.jpg"), Holds::kFaces, OnPurge::kDelete},
      // Named like the photos, and so often by numbers.
      {Path(kAnswers, "**"), Holds::kNumbers, OnPurge::kDelete},
      {std::string(kHashes), Holds::kNumbers, OnPurge::kDelete},
      {std::string(kMaskKey), Holds::kNothing, OnPurge::kKeep},
      {std::string(kLockStem) + "*" + std::string(kLockSuffix), Holds::kNothing, OnPurge::kKeep},
  };
}

std::vector<FileKind> MakeLedgerFiles() {
  using compare::TemplateStore;
  return {
      {std::string(kTemporary), Holds::kFaces, OnPurge::kDelete},
      {"{ledger}", Holds::kNumbers, OnPurge::kLedger},
      {"{ledger}-wal", Holds::kNumbers, OnPurge::kLedger},
      {"{ledger}-shm", Holds::kNumbers, OnPurge::kLedger},
      {"{ledger}-journal", Holds::kNumbers, OnPurge::kLedger},
      {"{ledger}.lock", Holds::kNothing, OnPurge::kKeep},
      {"{stem}-purge-*.json", Holds::kNothing, OnPurge::kKeep},
      {std::string(kMaskKey), Holds::kNothing, OnPurge::kKeep},
      {Path("*", TemplateStore::kFileName), Holds::kFaces, OnPurge::kTemplates},
      {Path("*", TemplateStore::kLockName), Holds::kNothing, OnPurge::kKeep},
  };
}

bool Fits(const std::string& pattern, const std::string& text) {
  return fnmatch(pattern.c_str(), text.c_str(), FNM_PATHNAME) == 0;
}

bool FitsPath(std::string pattern, const fs::path& below) {
  constexpr std::string_view kAnywhere = "**/", kAllBelow = "/**";
  if (pattern.starts_with(kAnywhere)) return Fits(pattern.substr(kAnywhere.size()), below.filename().string());
  if (!pattern.ends_with(kAllBelow)) return Fits(pattern, below.generic_string());
  pattern.resize(pattern.size() - kAllBelow.size());
  const auto depth = std::ranges::count(pattern, '/') + 1;
  if (std::distance(below.begin(), below.end()) <= depth) return false;
  fs::path folder;
  for (auto part = below.begin(); part != std::next(below.begin(), depth); ++part) folder /= *part;
  return Fits(pattern, folder.generic_string());
}

// The file name as a pattern that fits only itself.
std::string Escaped(const std::string& name) {
  std::string pattern;
  for (const char c : name) {
    if (std::string_view("*?[]\\").contains(c)) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

std::string Filled(std::string pattern, const fs::path& ledger) {
  for (const auto& [field, name] : {std::pair<std::string_view, fs::path>("{ledger}", ledger.filename()),
                                    std::pair<std::string_view, fs::path>("{stem}", ledger.stem())}) {
    if (pattern.starts_with(field)) pattern.replace(0, field.size(), Escaped(name.string()));
  }
  return pattern;
}

}  // namespace

fs::path OutputLayout::Records() const { return directory_ / kRecords; }
fs::path OutputLayout::Unfinished() const { return directory_ / kUnfinished; }
fs::path OutputLayout::UnfinishedCards() const { return directory_ / kUnfinishedCards; }
fs::path OutputLayout::Standardized() const { return directory_ / kStandardized; }
fs::path OutputLayout::Report() const { return directory_ / kReport; }
fs::path OutputLayout::Cases() const { return directory_ / kCases; }
fs::path OutputLayout::Upload() const { return directory_ / kUpload; }
fs::path OutputLayout::Live() const { return directory_ / kLive; }
fs::path OutputLayout::Answers() const { return directory_ / kAnswers; }
fs::path OutputLayout::MaskKey() const { return directory_ / kMaskKey; }
fs::path OutputLayout::Hashes() const { return directory_ / kHashes; }
fs::path OutputLayout::Shards() const { return directory_ / kShards; }

fs::path OutputLayout::Delivery(std::int64_t number) const {
  std::string name = std::to_string(number);
  if (name.size() < kDeliveryDigits) name.insert(0, kDeliveryDigits - name.size(), '0');
  return Upload() / name;
}

fs::path OutputLayout::Lock() const { return directory_ / (std::string(kLockStem) + std::string(kLockSuffix)); }

fs::path OutputLayout::ShardRecords(std::string_view shard) const {
  return Shards() / (std::string(shard) + std::string(kLines));
}

fs::path OutputLayout::ShardUnfinished(std::string_view shard) const {
  return Shards() / (std::string(shard) + std::string(kUnfinishedLines));
}

fs::path OutputLayout::ShardCards(std::string_view shard) const {
  return Shards() / (std::string(shard) + std::string(kCardLines));
}

fs::path OutputLayout::ShardLock(std::string_view shard) const {
  return directory_ / (std::string(kLockStem) + "-" + std::string(shard) + std::string(kLockSuffix));
}

std::string_view OutputLayout::ShardOf(std::string_view file_name) {
  if (!file_name.ends_with(kLines) || file_name.ends_with(kUnfinishedLines) ||
      file_name.ends_with(kCardLines)) {
    return {};
  }
  const std::string_view shard = file_name.substr(0, file_name.size() - kLines.size());
  return shard.contains("-of-") ? shard : std::string_view();
}

bool OutputLayout::IsLock(std::string_view file_name) {
  return file_name.starts_with(kLockStem) && file_name.ends_with(kLockSuffix);
}

LedgerLayout::LedgerLayout(fs::path ledger) : ledger_(std::move(ledger)) {
  std::error_code ignored;
  home_ = fs::absolute(ledger_, ignored).lexically_normal().parent_path();
}

fs::path LedgerLayout::MaskKey() const { return ledger_.parent_path() / kMaskKey; }

fs::path LedgerLayout::Templates() const { return home_ / kTemplates; }

bool LedgerLayout::HasBeside(const fs::path& templates) const {
  std::error_code ignored;
  return fs::absolute(templates / "", ignored).lexically_normal().parent_path().parent_path() == home_;
}

fs::path LedgerLayout::Receipt(const fs::path& directory, std::int64_t number) const {
  return directory / (ledger_.stem().string() + "-purge-" + std::to_string(number) + ".json");
}

std::span<const FileKind> OutputFiles() {
  static const std::vector<FileKind> kFiles = MakeOutputFiles();
  return kFiles;
}

std::span<const FileKind> LedgerFiles() {
  static const std::vector<FileKind> kFiles = MakeLedgerFiles();
  return kFiles;
}

bool IsOutputFolder(const fs::path& name) {
  return std::ranges::any_of(OutputFiles(), [&](const FileKind& kind) {
    const fs::path pattern(kind.pattern);
    return pattern.has_parent_path() && *pattern.begin() != "**" && *pattern.begin() == name;
  });
}

const FileKind* KindInOutput(const fs::path& below) {
  const auto files = OutputFiles();
  const auto found =
      std::ranges::find_if(files, [&](const FileKind& kind) { return FitsPath(kind.pattern, below); });
  return found == files.end() ? nullptr : &*found;
}

const FileKind* KindBesideLedger(const fs::path& below, const fs::path& ledger) {
  const auto files = LedgerFiles();
  const auto found = std::ranges::find_if(
      files, [&](const FileKind& kind) { return FitsPath(Filled(kind.pattern, ledger), below); });
  return found == files.end() ? nullptr : &*found;
}

}  // namespace gradphoto::batch
