// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/zip.h"

#include <cstdlib>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <zip.h>

#include "lib/base/sha256.h"
#include "tests/support/temp_dir.h"

using gradphoto::ErrorKind;
using gradphoto::IfExists;
using gradphoto::Sha256File;
using gradphoto::deliver::SplitIntoZips;
using gradphoto::deliver::WriteZip;
using gradphoto::deliver::ZipEntry;
using gradphoto::testing::TempDir;

namespace {

namespace fs = std::filesystem;

std::vector<ZipEntry> TwoPhotos(const TempDir& dir) {
  return {{.name = "计算机1班/1.jpg", .file = dir.Write("1", "first photo"), .bytes = 11},
          {.name = "b.jpg", .file = dir.Write("2", "second"), .bytes = 6}};
}

// Runs `work` under another umask and time zone.
template <typename Work>
void Elsewhere(mode_t mask, const char* zone, Work&& work) {
  const mode_t before = umask(mask);
  setenv("TZ", zone, 1);
  tzset();
  work();
  umask(before);
  unsetenv("TZ");
  tzset();
}

}  // namespace

TEST_CASE("a zip depends on names and contents only") {
  const TempDir dir;
  const auto entries = TwoPhotos(dir);
  Elsewhere(0, "Asia/Shanghai", [&] { REQUIRE(WriteZip(dir.path() / "a.zip", entries, IfExists::kRefuse)); });
  fs::permissions(dir.path() / "1", fs::perms::owner_all);
  fs::last_write_time(dir.path() / "2", fs::file_time_type::clock::now() - std::chrono::hours(1000));
  Elsewhere(0077, "America/New_York",
            [&] { REQUIRE(WriteZip(dir.path() / "b.zip", entries, IfExists::kRefuse)); });
  CHECK(*Sha256File(dir.path() / "a.zip") == *Sha256File(dir.path() / "b.zip"));
  for (const char* name : {"a.zip", "b.zip"}) {
    CHECK(fs::status(dir.path() / name).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  }
}

TEST_CASE("entries are stored, in order, dated 1980-01-01, with the language flag") {
  const TempDir dir;
  const fs::path path = dir.path() / "a.zip";
  REQUIRE(WriteZip(path, TwoPhotos(dir), IfExists::kRefuse));
  const auto bytes = gradphoto::ReadTextFile(path, 1 << 20);
  REQUIRE(bytes);
  const auto u16 = [&](std::size_t at) {
    return static_cast<unsigned char>((*bytes)[at]) | (static_cast<unsigned char>((*bytes)[at + 1]) << 8);
  };
  CHECK(bytes->substr(0, 4) == "PK\x03\x04");
  CHECK((u16(6) & 0x0800) != 0);  // Names are UTF-8.
  CHECK(u16(8) == 0);             // Stored.
  CHECK(u16(10) == 0);            // Midnight.
  CHECK(u16(12) == 0x21);         // 1980-01-01.
  CHECK(u16(28) == 0);            // No extra field.
  zip_t* archive = zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, nullptr);
  REQUIRE(archive != nullptr);
  CHECK(zip_get_num_entries(archive, 0) == 2);
  CHECK(std::string(zip_get_name(archive, 0, ZIP_FL_ENC_RAW)) == "计算机1班/1.jpg");
  CHECK(std::string(zip_get_name(archive, 1, 0)) == "b.jpg");
  zip_discard(archive);
}

TEST_CASE("a zip with the same bytes is left alone, a different one is refused") {
  const TempDir dir;
  const auto entries = TwoPhotos(dir);
  const fs::path path = dir.path() / "a.zip";
  REQUIRE(WriteZip(path, entries, IfExists::kRefuse));
  const auto time = fs::last_write_time(path);
  CHECK(WriteZip(path, entries, IfExists::kRefuse));
  CHECK(fs::last_write_time(path) == time);
  dir.Write("a.zip", "something else");
  const auto refused = WriteZip(path, entries, IfExists::kRefuse);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::kOutput);
  CHECK(*gradphoto::ReadTextFile(path, 1 << 20) == "something else");
  CHECK(WriteZip(path, entries, IfExists::kOverwrite));
  // Nothing temporary is left behind: two photos and the zip.
  CHECK(std::distance(fs::directory_iterator(dir.path()), {}) == 3);
}

TEST_CASE("errors say whether an input or the output is at fault") {
  const TempDir dir;
  auto entries = TwoPhotos(dir);
  entries[1].bytes = 7;
  CHECK(WriteZip(dir.path() / "a.zip", entries, IfExists::kRefuse).error().kind == ErrorKind::kInput);
  entries[1].file = dir.path() / "gone";
  CHECK(WriteZip(dir.path() / "a.zip", entries, IfExists::kRefuse).error().kind == ErrorKind::kInput);
  CHECK(WriteZip(dir.path() / "none" / "a.zip", TwoPhotos(dir), IfExists::kRefuse).error().kind ==
        ErrorKind::kOutput);
}

TEST_CASE("splitting keeps the order and both limits") {
  const TempDir dir;
  std::vector<ZipEntry> entries;
  for (int i = 0; i < 5; ++i) {
    const std::string name = "n" + std::to_string(i);
    entries.push_back({.name = name, .file = dir.Write(name, "0123456789"), .bytes = 10});
  }
  using Counts = std::vector<std::size_t>;
  CHECK(SplitIntoZips(entries, 0, 0).value() == Counts{5});
  CHECK(SplitIntoZips(entries, 2, 0).value() == Counts{2, 2, 1});
  CHECK(SplitIntoZips({}, 2, 0).value() == Counts{});
  REQUIRE(WriteZip(dir.path() / "a.zip", std::span(entries).first(3), IfExists::kRefuse));
  const std::uint64_t three = fs::file_size(dir.path() / "a.zip");
  CHECK(SplitIntoZips(entries, 0, three).value() == Counts{3, 2});
  CHECK(SplitIntoZips(entries, 0, three - 1).value() == Counts{2, 2, 1});
  const auto impossible = SplitIntoZips(entries, 0, 50);
  REQUIRE_FALSE(impossible);
  CHECK(impossible.error().kind == ErrorKind::kUsage);
}
