// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/arrivals.h"

#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;
using Clock = Arrivals::Clock;
using namespace std::chrono_literals;

Arrivals Watching(const fs::path& folder, std::vector<fs::path> files = {}) {
  auto arrivals = Arrivals::Create(std::move(files));
  REQUIRE(arrivals.has_value());
  const std::string path = folder.string();
  CHECK(arrivals->Watch({&path, 1}));
  CHECK_FALSE(arrivals->Watch({&path, 1}));
  return *std::move(arrivals);
}

TEST_CASE("a file counts when it is closed, not while it is written") {
  const testing::TempDir dir;
  Arrivals arrivals = Watching(dir.path());
  const std::string photo = (dir.path() / "a.jpg").string();
  std::ofstream out(photo);
  out << "half" << std::flush;
  CHECK_FALSE(arrivals.TakeEvents());  // Nothing to do before it is closed.
  const auto now = Clock::now();
  CHECK_FALSE(arrivals.See(photo, now).whole);
  CHECK_FALSE(arrivals.See(photo, now + 10s).whole);  // Still open, however long it does not grow...
  CHECK(arrivals.NextWhole().has_value());
  out << "whole" << std::flush;
  out.close();
  CHECK(arrivals.TakeEvents());
  CHECK(arrivals.See(photo, now).whole);
  CHECK(arrivals.See(photo, now).whole);  // And stays so.

  std::ofstream again(photo);
  again << "a retake" << std::flush;
  arrivals.TakeEvents();
  const auto seen = arrivals.See(photo, now + 1s);
  CHECK_FALSE(seen.whole);
  CHECK(seen.was_whole);
  CHECK(arrivals.See(photo, now + 70s).whole);  // ...but for a minute.
}

TEST_CASE("a renamed file counts at once, and one that links to another") {
  const testing::TempDir dir, other;
  Arrivals arrivals = Watching(dir.path());
  const fs::path from = other.Write("a.jpg", "photo"), photo = dir.path() / "a.jpg",
                 link = dir.path() / "b.jpg";
  fs::rename(from, photo);
  CHECK(arrivals.TakeEvents());
  CHECK(arrivals.See(photo.string(), Clock::now()).whole);
  fs::create_symlink(photo, link);
  CHECK(arrivals.TakeEvents());
  CHECK(arrivals.See(link.string(), Clock::now()).whole);
}

TEST_CASE("what nobody told of is whole after two seconds without growth") {
  const testing::TempDir dir;
  const std::string photo = dir.Write("a.jpg", "one").string();
  Arrivals arrivals = Watching(dir.path());
  arrivals.BeginLook();
  const auto now = Clock::now();
  CHECK_FALSE(arrivals.See(photo, now).whole);
  REQUIRE(arrivals.NextWhole().has_value());
  CHECK(*arrivals.NextWhole() == now + Arrivals::kStill);
  arrivals.EndLook();
  arrivals.BeginLook();
  CHECK(arrivals.See(photo, now + 2s).whole);
  CHECK_FALSE(arrivals.NextWhole().has_value());
  arrivals.EndLook();
  // A look that does not see it forgets it.
  arrivals.BeginLook();
  arrivals.EndLook();
  CHECK_FALSE(arrivals.See(photo, now + 3s).whole);
}

TEST_CASE("a photo in an archive is as whole as the archive") {
  const testing::TempDir dir;
  Arrivals arrivals = Watching(dir.path());
  const fs::path zip = dir.Write("a.zip", "zip");
  arrivals.TakeEvents();
  CHECK(arrivals.See(zip.string() + "!/x/b.jpg", Clock::now()).whole);
  CHECK(arrivals.See(zip.string() + "!/c.jpg", Clock::now()).whole);
  CHECK(MarkOf(zip.string() + "!/c.jpg") == MarkOf(zip.string()));
  CHECK(MarkOf((dir.path() / "none.jpg").string()).bytes == -1);
}

TEST_CASE("of the folder of a single file only that file counts") {
  const testing::TempDir dir, photos;
  const fs::path roster = dir.Write("roster.csv", "a");
  Arrivals arrivals = Watching(photos.path(), {roster});
  dir.Write("ledger.sqlite-wal", "b");
  CHECK_FALSE(arrivals.TakeEvents());
  dir.Write("roster.csv", "ab");
  CHECK(arrivals.TakeEvents());
  CHECK(arrivals.See(roster.string(), Clock::now()).whole);
}

TEST_CASE("hidden files and our own do not count; folders do; deletions do") {
  const testing::TempDir dir;
  Arrivals arrivals = Watching(dir.path());
  dir.Write(".a.jpg.part", "half");
  dir.Write(".gradphoto-abcdef.tmp", "half");
  CHECK_FALSE(arrivals.TakeEvents());
  fs::create_directory(dir.path() / "class");
  CHECK(arrivals.TakeEvents());
  dir.Write("b.jpg", "photo");
  arrivals.TakeEvents();
  fs::remove(dir.path() / "b.jpg");
  CHECK(arrivals.TakeEvents());
}

TEST_CASE("a folder that is replaced is told, by an event or by a look") {
  const testing::TempDir dir;
  const fs::path photos = dir.path() / "photos";
  fs::create_directory(photos);
  Arrivals arrivals = Watching(photos);
  CHECK_FALSE(arrivals.IsReplaced());
  fs::rename(photos, dir.path() / "away");
  fs::create_directory(photos);
  CHECK(arrivals.IsReplaced());
  CHECK(arrivals.TakeEvents());
  const std::string path = photos.string();
  CHECK(arrivals.Watch({&path, 1}));
  CHECK_FALSE(arrivals.IsReplaced());
  std::ofstream(photos / "a.jpg") << "photo";
  CHECK(arrivals.TakeEvents());
  const std::string none = (dir.path() / "none").string();
  CHECK_FALSE(arrivals.Watch({&none, 1}));
  CHECK(arrivals.unwatched() == 1);
}

}  // namespace
}  // namespace gradphoto::batch
