// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/withdraw.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "lib/deliver/pack.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::deliver {
namespace {

using testing::TempDir;
namespace fs = std::filesystem;

constexpr std::uint64_t kMiB = 1 << 20;

Record Accepted(const TempDir& dir, const std::string& number) {
  Record record;
  record.photo = "in/" + number + ".jpg";
  record.student = Student{.key = "k" + number, .fields = {{"name", "=张三,\"甲\""}, {"id_number", number}}};
  record.output = dir.Write("standardized/" + number + ".jpg", "photo " + number).string();
  record.output_sha256 = Sha256Hex("photo " + number);
  return record;
}

// A pack of three photos in two zips.
fs::path Packed(const TempDir& dir, std::vector<Record>& records) {
  for (const char* number : {"11010519491231002X", "320106200001010018", "44052418800101001X"}) {
    records.push_back(Accepted(dir, number));
  }
  PackOptions options;
  options.name = *NameTemplate::Parse("{id_number}");
  options.zip = true;
  options.zip_max_files = 2;
  const auto plan = PlanPack(records, options);
  REQUIRE(plan.has_value());
  REQUIRE(WritePack(records, *plan, options, dir.path() / "upload").has_value());
  return dir.path() / "upload";
}

TEST_CASE("one student leaves a pack: photo, row, zip; the sums still hold for the rest") {
  const TempDir dir;
  std::vector<Record> records;
  const fs::path pack = Packed(dir, records);
  const auto is_first = [](std::string_view key) { return key == "k11010519491231002X"; };
  Withdrawn withdrawn;
  REQUIRE(WithdrawFromPack(pack, is_first, withdrawn).has_value());
  CHECK(withdrawn.sha256.size() == 2);  // The photo and its zip.
  CHECK_FALSE(fs::exists(pack / "photos/11010519491231002X.jpg"));
  CHECK_FALSE(fs::exists(pack / "photos-001.zip"));
  CHECK(fs::exists(pack / "photos-002.zip"));
  const std::string index = *ReadTextFile(pack / "index.csv", kMiB);
  CHECK(index.find("11010519491231002X") == std::string::npos);
  CHECK(index.find("photos-001.zip") == std::string::npos);
  CHECK(index.find("'=张三") != std::string::npos);  // Still no formula.
  const std::string sums = *ReadTextFile(pack / "SHA256SUMS", kMiB);
  CHECK(sums.find("11010519491231002X") == std::string::npos);
  CHECK(sums.find(Sha256Hex(index) + "  index.csv") != std::string::npos);
  CHECK(sums.find(Sha256Hex("photo 320106200001010018")) != std::string::npos);

  Withdrawn again;
  REQUIRE(WithdrawFromPack(pack, is_first, again).has_value());
  CHECK(again.sha256.empty());
  CHECK(again.lists == 0);
}

TEST_CASE("when all leave, the pack is gone; an absent one is no error") {
  const TempDir dir;
  std::vector<Record> records;
  const fs::path pack = Packed(dir, records);
  Withdrawn withdrawn;
  REQUIRE(WithdrawFromPack(pack, [](std::string_view) { return true; }, withdrawn).has_value());
  CHECK(withdrawn.sha256.size() == 7);  // Three photos, two zips, index.csv, SHA256SUMS.
  CHECK_FALSE(fs::exists(pack));
  CHECK(WithdrawFromPack(pack, [](std::string_view) { return true; }, withdrawn).has_value());
}

TEST_CASE("an index that points out of the pack deletes nothing there") {
  const TempDir dir;
  const fs::path outside = dir.Write("keep.jpg", "x");
  dir.Write("upload/index.csv", "file,zip,key\r\n../keep.jpg," + outside.string() + ",k1\r\n");
  Withdrawn withdrawn;
  REQUIRE(
      WithdrawFromPack(dir.path() / "upload", [](std::string_view) { return true; }, withdrawn).has_value());
  CHECK(fs::exists(outside));
}

TEST_CASE("students leave a list of records, and torn lines with them") {
  const TempDir dir;
  std::vector<Record> records;
  Packed(dir, records);
  const std::string kept = ToLine(records[1]) + "\n";
  const fs::path list = dir.Write("batch.ndjson", ToLine(records[0]) + "\n" + kept + "{\"v\":1,\"photo\":\"11");
  Withdrawn withdrawn;
  const auto is_first = [](std::string_view key) { return key == "k11010519491231002X"; };
  REQUIRE(WithdrawFromRecords(list, is_first, withdrawn).has_value());
  CHECK(*ReadTextFile(list, kMiB) == kept);
  CHECK(withdrawn.lists == 1);
  REQUIRE(WithdrawFromRecords(list, is_first, withdrawn).has_value());
  CHECK(withdrawn.lists == 1);
  CHECK(WithdrawFromRecords(dir.path() / "absent.ndjson", is_first, withdrawn).has_value());
}

}  // namespace
}  // namespace gradphoto::deliver
