// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/layout.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "lib/compare/template_store.h"
#include "lib/deliver/files.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

const OutputLayout kOut("out");

TEST_CASE("where each thing of a batch goes") {
  CHECK(kOut.Records() == "out/batch.ndjson");
  CHECK(kOut.Unfinished() == "out/unfinished.ndjson");
  CHECK(kOut.Standardized() == "out/standardized");
  CHECK(kOut.Report() == "out/report");
  CHECK(kOut.Cases() == "out/manual-review");
  CHECK(kOut.Upload() == "out/upload");
  CHECK(kOut.Delivery(7) == "out/upload/0007");
  CHECK(kOut.Delivery(12345) == "out/upload/12345");
  CHECK(kOut.MaskKey() == "out/mask.key");
  CHECK(kOut.Lock() == "out/.gradphoto-batch.lock");
  CHECK(kOut.ShardRecords("3-of-8") == "out/shards/3-of-8.ndjson");
  CHECK(kOut.ShardUnfinished("3-of-8") == "out/shards/3-of-8.unfinished.ndjson");
  CHECK(kOut.ShardLock("3-of-8") == "out/.gradphoto-batch-3-of-8.lock");
}

TEST_CASE("which shard a file is of") {
  CHECK(OutputLayout::ShardOf("3-of-8.ndjson") == "3-of-8");
  CHECK(OutputLayout::ShardOf("3-of-8.unfinished.ndjson").empty());
  CHECK(OutputLayout::ShardOf("3-of-8.cards.ndjson").empty());
  CHECK(OutputLayout::ShardOf("notes.ndjson").empty());
  CHECK(OutputLayout::ShardOf("3-of-8.txt").empty());
}

void CheckKind(const fs::path& file, Holds holds, OnPurge on_purge) {
  const FileKind* kind = KindInOutput(file.lexically_relative(kOut.directory()));
  REQUIRE_MESSAGE(kind != nullptr, file.string());
  CHECK_MESSAGE(kind->holds == holds, file.string());
  CHECK_MESSAGE(kind->on_purge == on_purge, file.string());
}

TEST_CASE("every file of an output directory has a kind") {
  CheckKind(kOut.Records(), Holds::kNumbers, OnPurge::kLines);
  CheckKind(kOut.Unfinished(), Holds::kNumbers, OnPurge::kLines);
  CheckKind(kOut.ShardRecords("3-of-8"), Holds::kNumbers, OnPurge::kLines);
  CheckKind(kOut.ShardUnfinished("3-of-8"), Holds::kNumbers, OnPurge::kLines);
  CheckKind(kOut.UnfinishedCards(), Holds::kNumbers, OnPurge::kLines);
  CheckKind(kOut.ShardCards("3-of-8"), Holds::kNumbers, OnPurge::kLines);
  CheckKind(kOut.Standardized() / "a.jpg", Holds::kFaces, OnPurge::kOutput);
  CheckKind(kOut.Standardized() / "城东/甲班/a.jpg", Holds::kFaces, OnPurge::kOutput);
  CheckKind(kOut.Cases() / "000012-3/case.json", Holds::kFaces, OnPurge::kCase);
  CheckKind(kOut.Upload() / "index.csv", Holds::kFaces, OnPurge::kPack);
  CheckKind(kOut.Delivery(1) / "photos/甲班/a.jpg", Holds::kFaces, OnPurge::kPack);
  for (const std::string_view name :
       {deliver::kReportSummaryName, deliver::kReportPageName, deliver::kReportRejectedName,
        deliver::kReportNoticesName, deliver::kReportWorkbookName, deliver::kReviewPageName}) {
    CheckKind(kOut.Report() / name, Holds::kNames, OnPurge::kDelete);
  }
  CheckKind(kOut.Report() / deliver::kReportNoticeFolder / "甲班.csv", Holds::kNames, OnPurge::kDelete);
  CheckKind(kOut.Report() / deliver::kReportThumbnailFolder / "00001.jpg", Holds::kFaces, OnPurge::kDelete);
  CheckKind(kOut.Report() / deliver::kReviewPictureFolder / "1-photo.jpg", Holds::kFaces, OnPurge::kDelete);
  CheckKind(kOut.Live() / deliver::kLivePageName, Holds::kNothing, OnPurge::kDelete);
  CheckKind(kOut.Live() / deliver::kLiveStateName, Holds::kNames, OnPurge::kDelete);
  CheckKind(kOut.Live() / "0123456789abcdef.jpg", Holds::kFaces, OnPurge::kDelete);
  CheckKind(kOut.Answers() / "甲班" / "110000200302118621.jpg.txt", Holds::kNumbers, OnPurge::kDelete);
  CheckKind(kOut.MaskKey(), Holds::kNothing, OnPurge::kKeep);
  CheckKind(kOut.Lock(), Holds::kNothing, OnPurge::kKeep);
  CheckKind(kOut.ShardLock("3-of-8"), Holds::kNothing, OnPurge::kKeep);
}

TEST_CASE("temporary files are known wherever they lie, and before the folder they lie in") {
  for (const char* folder :
       {"out", "out/standardized/甲班", "out/report/thumbs", "out/upload/0001/photos", "out/x"}) {
    std::string name = TemporaryPattern(fs::path(folder) / "a.jpg");
    name.replace(name.find("XXXXXX"), 6, "aZ09bc");
    CheckKind(name, Holds::kFaces, OnPurge::kDelete);
    CHECK(IsTemporaryName(fs::path(name).filename().string()));
  }
}

TEST_CASE("folders and locks of a batch") {
  for (const char* name : {"standardized", "report", "manual-review", "upload", "shards", "live", "answers"})
    CHECK(IsOutputFolder(name));
  for (const char* name : {"**", "photos", "batch.ndjson", "report2"}) CHECK_FALSE(IsOutputFolder(name));
  CHECK(OutputLayout::IsLock(kOut.Lock().filename().string()));
  CHECK(OutputLayout::IsLock(kOut.ShardLock("1-of-2").filename().string()));
  CHECK_FALSE(OutputLayout::IsLock("mask.key"));
}

TEST_CASE("what is not ours has no kind") {
  for (const char* file : {"notes.txt", "batch.ndjson.bak", "standardized", "report/notes.txt",
                           "reports/index.html", "manual-review/notes.txt", "shards/deep/1-of-2.ndjson",
                           "photos/a.jpg", "mask.key/x", ".gradphoto-abc.tmp"}) {
    CHECK_MESSAGE(KindInOutput(file) == nullptr, std::string(file));
  }
}

TEST_CASE("what lies beside a ledger") {
  const fs::path ledger = "/books/year [1].sqlite";
  const LedgerLayout layout(ledger);
  CHECK(layout.home() == "/books");
  CHECK(layout.MaskKey() == "/books/mask.key");
  CHECK(layout.Templates() == "/books/templates");
  CHECK(layout.HasBeside("/books/faces"));
  CHECK(layout.HasBeside("/books/faces/"));
  CHECK_FALSE(layout.HasBeside("/books/deep/faces"));
  CHECK_FALSE(layout.HasBeside("/books"));
  CHECK(layout.Receipt("/receipts", 3) == "/receipts/year [1]-purge-3.json");
  const auto on_purge = [&](const fs::path& below) {
    const FileKind* kind = KindBesideLedger(below, ledger);
    REQUIRE_MESSAGE(kind != nullptr, below.string());
    return kind->on_purge;
  };
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    CHECK(on_purge(ledger.filename().string() + suffix) == OnPurge::kLedger);
  }
  CHECK(on_purge(ledger.filename().string() + ".lock") == OnPurge::kKeep);
  CHECK(on_purge(layout.Receipt("", 3)) == OnPurge::kKeep);
  CHECK(on_purge("mask.key") == OnPurge::kKeep);
  CHECK(on_purge(fs::path("faces") / compare::TemplateStore::kFileName) == OnPurge::kTemplates);
  CHECK(on_purge(fs::path("faces") / compare::TemplateStore::kLockName) == OnPurge::kKeep);
  CHECK(on_purge("faces/.gradphoto-abcdef.tmp") == OnPurge::kDelete);
  CHECK(KindBesideLedger("year 1.sqlite", ledger) == nullptr);  // The name is no pattern.
  CHECK(KindBesideLedger("roster.csv", ledger) == nullptr);
}

}  // namespace
}  // namespace gradphoto::batch
