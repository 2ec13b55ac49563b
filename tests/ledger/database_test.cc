// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/database.h"

#include <array>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tests/support/temp_dir.h"

namespace gradphoto::ledger {
namespace {

using testing::TempDir;

Database Opened(const std::filesystem::path& file, OpenMode mode) {
  auto database = Database::Open(file, mode);
  if (!database) FAIL(database.error().message);
  return std::move(database).value();
}

std::int64_t Count(Database& database, const char* table) {
  auto statement = database.Prepare(std::string("SELECT count(*) FROM ") + table);
  REQUIRE(statement.has_value());
  REQUIRE(*(*statement)->Step());
  const std::int64_t count = (*statement)->Int(0);
  (*statement)->Reset();
  return count;
}

TEST_CASE("texts and numbers come back as they went in, the file is private") {
  const TempDir dir;
  const auto file = dir.path() / "a.sqlite";
  Database database = Opened(file, OpenMode::kWrite);
  REQUIRE(database.Execute("CREATE TABLE t (a TEXT NOT NULL, b INTEGER)").has_value());
  auto insert = database.Prepare("INSERT INTO t VALUES (?, ?)");
  REQUIRE(insert.has_value());
  CHECK((*insert)->Bind(1, std::string_view("张三\0x", 8)).Bind(2, std::int64_t{1} << 40).Run().has_value());
  CHECK((*insert)->Bind(1, std::string_view()).Bind(2, std::int64_t{0}).Run().has_value());
  CHECK_FALSE((*insert)->Bind(7, "x").Run().has_value());
  auto select = database.Prepare("SELECT a, b FROM t ORDER BY rowid");
  REQUIRE(*(*select)->Step());
  CHECK((*select)->Text(0) == std::string("张三\0x", 8));
  CHECK((*select)->Int(1) == std::int64_t{1} << 40);
  REQUIRE(*(*select)->Step());
  CHECK((*select)->Text(0).empty());
  CHECK_FALSE(*(*select)->Step());
  struct stat info{};
  REQUIRE(stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  CHECK(*database.Pragma("foreign_keys") == 1);
}

TEST_CASE("a transaction is undone unless committed, also when begun within another") {
  const TempDir dir;
  Database database = Opened(dir.path() / "a.sqlite", OpenMode::kWrite);
  REQUIRE(database.Execute("CREATE TABLE t (a)").has_value());
  {
    auto outer = Transaction::Begin(database);
    REQUIRE(outer.has_value());
    {
      auto inner = Transaction::Begin(database);
      REQUIRE(inner.has_value());
      CHECK(database.Execute("INSERT INTO t VALUES (1)").has_value());
      CHECK(inner->Commit().has_value());
    }
    CHECK(Count(database, "t") == 1);
  }
  CHECK(Count(database, "t") == 0);
  {
    auto transaction = Transaction::Begin(database);
    CHECK(database.Execute("INSERT INTO t VALUES (1)").has_value());
    CHECK(transaction->Commit().has_value());
  }
  CHECK(Count(database, "t") == 1);
}

TEST_CASE("reading never writes, a scratch copy never touches the file") {
  const TempDir dir;
  const auto file = dir.path() / "a.sqlite";
  CHECK(Database::Open(file, OpenMode::kRead).error().kind == ErrorKind::kUsage);
  {
    Database writer = Opened(file, OpenMode::kWrite);
    REQUIRE(writer.Execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)").has_value());
    Database reader = Opened(file, OpenMode::kRead);
    CHECK(Count(reader, "t") == 1);
    CHECK_FALSE(reader.Execute("INSERT INTO t VALUES (2)").has_value());
    // The log of a writer holds what a copy of the file would miss.
    const auto copy = Database::Open(file, OpenMode::kScratch);
    REQUIRE_FALSE(copy.has_value());
    CHECK(copy.error().kind == ErrorKind::kOutput);
  }
  std::ifstream before_in(file, std::ios::binary);
  const std::string before((std::istreambuf_iterator<char>(before_in)), {});
  {
    Database copy = Opened(file, OpenMode::kScratch);
    CHECK(copy.Execute("INSERT INTO t VALUES (2)").has_value());
    CHECK(Count(copy, "t") == 2);
  }
  std::ifstream after_in(file, std::ios::binary);
  CHECK(before == std::string((std::istreambuf_iterator<char>(after_in)), {}));
  CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 1);
  Database empty = Opened(dir.path() / "absent.sqlite", OpenMode::kScratch);
  CHECK(empty.Execute("CREATE TABLE t (a)").has_value());
  CHECK_FALSE(std::filesystem::exists(dir.path() / "absent.sqlite"));
}

TEST_CASE("migrations run once each, all or none") {
  const TempDir dir;
  const auto file = dir.path() / "a.sqlite";
  constexpr std::array<std::string_view, 1> kFirst = {"CREATE TABLE a (x)"};
  constexpr std::array<std::string_view, 3> kThree = {"CREATE TABLE a (x)", "CREATE TABLE b (x)",
                                                      "INSERT INTO a VALUES (1)"};
  constexpr std::array<std::string_view, 5> kBroken = {"", "", "", "CREATE TABLE c (x)", "nonsense"};
  {
    Database database = Opened(file, OpenMode::kWrite);
    REQUIRE(Migrate(database, kFirst, "a").has_value());
    CHECK(*database.Pragma("user_version") == 1);
  }
  Database database = Opened(file, OpenMode::kWrite);
  REQUIRE(Migrate(database, kThree, "a").has_value());
  REQUIRE(Migrate(database, kThree, "a").has_value());
  CHECK(Count(database, "a") == 1);
  CHECK(Count(database, "b") == 0);
  CHECK_FALSE(Migrate(database, kBroken, "a").has_value());
  CHECK(*database.Pragma("user_version") == 3);
  CHECK_FALSE(database.Prepare("SELECT * FROM c").has_value());
  const auto newer = Migrate(database, kFirst, "a");
  REQUIRE_FALSE(newer.has_value());
  CHECK(newer.error().kind == ErrorKind::kUsage);
}

// Found by fuzzing: a flipped bit in the header.
TEST_CASE("a schema below zero is a damaged ledger") {
  const TempDir dir;
  constexpr std::array<std::string_view, 1> kSteps = {"CREATE TABLE a (x)"};
  const auto file = dir.path() / "damaged.sqlite";
  Database database = Opened(file, OpenMode::kWrite);
  REQUIRE(Migrate(database, kSteps, "damaged").has_value());
  REQUIRE(database.Execute("PRAGMA user_version = -11;").has_value());
  const auto damaged = Migrate(database, kSteps, "damaged");
  REQUIRE_FALSE(damaged.has_value());
  CHECK(damaged.error().kind == ErrorKind::kOutput);
  CHECK(damaged.error().message ==
        "damaged: the ledger is damaged: schema -11; put the newest backup in its place");
}

TEST_CASE("other files are refused") {
  const TempDir dir;
  constexpr std::array<std::string_view, 1> kSteps = {"CREATE TABLE a (x)"};
  const auto text = dir.Write("roster.csv", std::string(4096, 'x'));
  const auto opened = Database::Open(text, OpenMode::kWrite);
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().kind == ErrorKind::kUsage);
  Database foreign = Opened(dir.path() / "foreign.sqlite", OpenMode::kWrite);
  REQUIRE(foreign.Execute("PRAGMA user_version = 7; PRAGMA application_id = 12;").has_value());
  CHECK(Migrate(foreign, kSteps, "foreign").error().message.find("another program") != std::string::npos);
}

}  // namespace
}  // namespace gradphoto::ledger
