// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <doctest/doctest.h>

#include "lib/roster/link.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::roster {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> Relatives(const PhotoListing& listing) {
  std::vector<std::string> relatives;
  relatives.reserve(listing.photos.size());
  for (const PhotoFile& photo : listing.photos) relatives.push_back(photo.relative);
  return relatives;
}

using Texts = std::vector<std::string>;

TEST_CASE("photos are found recursively, bytewise sorted, whatever the case of their extension") {
  const testing::TempDir dir;
  for (const char* name : {"b.jpg", "B.JPG", "1班/a.HEIC", "a.png"}) dir.Write(name, "x");
  const fs::path& root = dir.path();
  const auto listing = ListPhotos({{root}});
  REQUIRE(listing.has_value());
  CHECK(Relatives(*listing) == Texts{"1班/a.HEIC", "B.JPG", "a.png", "b.jpg"});
  CHECK(listing->photos[0].path == (root / "1班/a.HEIC").string());
}

TEST_CASE("litter is passed over, other documents are counted, photos without extension are kept") {
  const testing::TempDir dir;
  for (const char* name :
       {".hidden.jpg", ".git/a.jpg", "__MACOSX/a.jpg", "Thumbs.db", "roster.csv", "x.mov", "a.jpg"}) {
    dir.Write(name, "x");
  }
  dir.Write("lost", "\xFF\xD8\xFF\xE0");
  const auto listing = ListPhotos({{dir.path()}});
  REQUIRE(listing.has_value());
  CHECK(Relatives(*listing) == Texts{"a.jpg", "lost"});
  CHECK(listing->skipped == 2);
}

TEST_CASE("what a killed run of ours left behind is no photo, and is counted") {
  const testing::TempDir dir;
  dir.Write("a.jpg", "x");
  dir.Write("1班/.gradphoto-a1B2c3.tmp", "\xFF\xD8\xFF\xE0");
  const auto listing = ListPhotos({{dir.path()}});
  REQUIRE(listing.has_value());
  CHECK(Relatives(*listing) == Texts{"a.jpg"});
  CHECK(listing->unfinished == 1);
  CHECK(listing->skipped == 0);
}

TEST_CASE("a directory given twice or inside another gives each file once") {
  const testing::TempDir dir;
  dir.Write("a.jpg", "x");
  dir.Write("sub/b.jpg", "x");
  const std::vector<fs::path> directories = {dir.path(), dir.path() / "sub", dir.path() / ""};
  const auto listing = ListPhotos(directories);
  REQUIRE(listing.has_value());
  CHECK(Relatives(*listing) == Texts{"a.jpg", "sub/b.jpg"});
}

TEST_CASE("a missing directory is a usage error") {
  const testing::TempDir dir;
  const auto listing = ListPhotos({{dir.path() / "absent"}});
  REQUIRE_FALSE(listing.has_value());
  CHECK(listing.error().kind == ErrorKind::kUsage);
}

}  // namespace
}  // namespace gradphoto::roster
