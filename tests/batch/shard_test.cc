// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/shard.h"

#include <set>

#include <doctest/doctest.h>

#include "tests/batch/support.h"

namespace gradphoto::batch {
namespace {

TEST_CASE("a shard is K/N with K from 1 to N") {
  const auto shard = Shard::Parse("3/8");
  REQUIRE(shard.has_value());
  CHECK(shard->number == 3);
  CHECK(shard->count == 8);
  CHECK(shard->Name() == "3-of-8");
  CHECK(Shard::Parse("1/1").has_value());
  CHECK(Shard::Parse("10000/10000").has_value());
  for (const char* wrong : {"", "3", "/8", "3/", "0/8", "9/8", "3/8x", "3 / 8", "-1/8", "3/0", "1/10001",
                            "99999999999999999999/8", "a/b"}) {
    const auto refused = Shard::Parse(wrong);
    REQUIRE_FALSE_MESSAGE(refused.has_value(), wrong);
    CHECK(refused.error().kind == ErrorKind::kUsage);
    CHECK(refused.error().message.find("'" + std::string(wrong) + "'") != std::string::npos);
  }
}

TEST_CASE("every record is in exactly one shard, wherever its photo lies") {
  std::set<std::uint64_t> used;
  for (int i = 0; i < 200; ++i) {
    const std::string key = "2022" + std::to_string(i);
    std::uint64_t holder = 0;
    for (std::uint64_t number = 1; number <= 5; ++number) {
      const Shard shard{number, 5};
      if (!shard.Has(RecordOf("a.jpg", key))) continue;
      CHECK(holder == 0);
      holder = number;
      CHECK(shard.Has(RecordOf("b.jpg", key)));
    }
    CHECK(holder != 0);
    used.insert(holder);
  }
  CHECK(used.size() == 5);
  // A photo without a student goes by its path; and the whole is one shard.
  const Record orphan = RecordOf("photos/x.jpg", "");
  CHECK(Shard{1, 2}.Has(orphan) != Shard{2, 2}.Has(orphan));
  CHECK(Shard{1, 1}.Has(orphan));
}

TEST_CASE("all shards of one count are merged in their order") {
  const testing::TempDir dir;
  for (const char* name : {"2-of-3", "1-of-3", "3-of-3"}) dir.Write(std::string(name) + ".ndjson", "");
  dir.Write("notes.txt", "");
  dir.Write("1-of-3.unfinished.ndjson", "");
  const auto files = FinishedShards(dir.path());
  REQUIRE(files.has_value());
  CHECK(*files ==
        std::vector{dir.path() / "1-of-3.ndjson", dir.path() / "2-of-3.ndjson", dir.path() / "3-of-3.ndjson"});
}

TEST_CASE("what is not whole is not merged, and the message says what is missing") {
  const auto error = [](const testing::TempDir& dir) {
    const auto files = FinishedShards(dir.path());
    REQUIRE_FALSE(files.has_value());
    CHECK(files.error().kind == ErrorKind::kUsage);
    return files.error().message;
  };
  const testing::TempDir none, part, two;
  CHECK(error(none).find("no shards to merge") != std::string::npos);
  part.Write("1-of-3.ndjson", "");
  part.Write("2-of-3.unfinished.ndjson", "");
  part.Write("3-of-3.ndjson", "");
  CHECK(error(part) == "shard 2/3 has not finished; run it (again) with --shard 2/3");
  two.Write("1-of-2.ndjson", "");
  two.Write("1-of-3.ndjson", "");
  CHECK(error(two).find("remove those that are not of the last run") != std::string::npos);
  CHECK_FALSE(FinishedShards(none.path() / "absent").has_value());
}

}  // namespace
}  // namespace gradphoto::batch
