// SPDX-License-Identifier: Apache-2.0
#include "lib/base/file_lock.h"

#include <filesystem>
#include <utility>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

namespace gradphoto {
namespace {

namespace fs = std::filesystem;

TEST_CASE("a lock is held by one at a time and goes with its owner") {
  const testing::TempDir dir;
  const fs::path file = dir.path() / "x.lock";
  {
    const auto first = FileLock::Try(file);
    REQUIRE(first.has_value());
    REQUIRE(first->has_value());
    const auto second = FileLock::Try(file);
    REQUIRE(second.has_value());
    CHECK_FALSE(second->has_value());
    CHECK((fs::status(file).permissions() & fs::perms::all) == fs::perms(0600));
  }
  CHECK(fs::exists(file));
  CHECK(FileLock::Try(file)->has_value());
}

TEST_CASE("a lock that moved is still held") {
  const testing::TempDir dir;
  const fs::path file = dir.path() / "x.lock";
  auto first = FileLock::Try(file);
  REQUIRE(first->has_value());
  const FileLock kept = *std::move(*first);
  CHECK_FALSE(FileLock::Try(file)->has_value());
}

TEST_CASE("the holder is named to those who wait") {
  const testing::TempDir dir;
  const fs::path file = dir.path() / "x.lock";
  CHECK(FileLock::SignatureIn(file).empty());
  {
    auto lock = FileLock::Try(file);
    REQUIRE(lock->has_value());
    CHECK(FileLock::SignatureIn(file).empty());
    REQUIRE((*lock)->Sign("1234 gradphoto-batch, a long line"));
    REQUIRE((*lock)->Sign("77 gradphoto-pack"));
    CHECK(FileLock::SignatureIn(file) == "77 gradphoto-pack");
  }
  CHECK(FileLock::SignatureIn(file).empty());
}

TEST_CASE("a lock that cannot be made is an output error with the reason of the system") {
  const auto lock = FileLock::Try("/no-such-directory/x.lock");
  REQUIRE_FALSE(lock.has_value());
  CHECK(lock.error().kind == ErrorKind::kOutput);
  CHECK(lock.error().message.find("/no-such-directory/x.lock") != std::string::npos);
  CHECK(lock.error().message.find("No such file") != std::string::npos);
}

}  // namespace
}  // namespace gradphoto
