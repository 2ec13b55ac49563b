// SPDX-License-Identifier: Apache-2.0
#include "lib/base/temporary_file.h"

#include <iterator>
#include <span>
#include <string>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "tests/support/temp_dir.h"

namespace gradphoto {
namespace {

namespace fs = std::filesystem;

std::ptrdiff_t EntriesOf(const fs::path& directory) {
  return std::distance(fs::directory_iterator(directory), fs::directory_iterator());
}

TEST_CASE("a file on the way lies beside its target, for the owner only, and vanishes unless it arrives") {
  const testing::TempDir dir;
  {
    const auto temporary = TemporaryFile::For(dir.path() / "a.zip");
    REQUIRE(temporary.has_value());
    const fs::path path = temporary->path();
    CHECK(path.parent_path() == dir.path());
    CHECK(IsTemporaryName(path.filename().string()));
    CHECK((fs::status(path).permissions() & fs::perms::all) == fs::perms(0600));
  }
  CHECK(EntriesOf(dir.path()) == 0);
}

TEST_CASE("with less syncing the same file arrives") {
  const testing::TempDir dir;
  for (const Sync sync : {Sync::kContentsAndName, Sync::kContents, Sync::kNothing}) {
    const fs::path target = dir.path() / std::to_string(static_cast<int>(sync)) / "a.txt";
    REQUIRE(WriteFileAtomic(target, std::as_bytes(std::span("new", 3)), IfExists::kRefuse, sync));
    CHECK(ReadTextFile(target, 10) == "new");
    CHECK_FALSE(WriteFileAtomic(target, std::as_bytes(std::span("old", 3)), IfExists::kRefuse, sync));
    CHECK(EntriesOf(target.parent_path()) == 1);
  }
}

TEST_CASE("it arrives under the target's name, in place of an older file only when it may") {
  const testing::TempDir dir;
  const fs::path target = dir.Write("a.txt", "old");
  {
    auto temporary = TemporaryFile::For(target);
    REQUIRE(WriteAll(temporary->fd(), std::as_bytes(std::span("new", 3))));
    CHECK(temporary->MoveToTarget(TemporaryFile::Replace::kNo).error().kind == ErrorKind::kOutput);
    CHECK(ReadTextFile(target, 10) == "old");
  }
  CHECK(EntriesOf(dir.path()) == 1);
  auto temporary = TemporaryFile::For(target);
  REQUIRE(WriteAll(temporary->fd(), std::as_bytes(std::span("new", 3))));
  REQUIRE(temporary->MoveToTarget(TemporaryFile::Replace::kYes));
  CHECK(ReadTextFile(target, 10) == "new");
  CHECK(EntriesOf(dir.path()) == 1);
}

TEST_CASE("a target that cannot be written is named") {
  const auto temporary = TemporaryFile::For("/no-such-directory/a.zip");
  REQUIRE_FALSE(temporary.has_value());
  CHECK(temporary.error().kind == ErrorKind::kOutput);
  CHECK(temporary.error().message.find("/no-such-directory/a.zip") != std::string::npos);
}

}  // namespace
}  // namespace gradphoto
