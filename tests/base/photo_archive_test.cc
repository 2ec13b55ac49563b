// SPDX-License-Identifier: Apache-2.0
#include "lib/base/photo_archive.h"

#include <algorithm>
#include <fstream>

#include <doctest/doctest.h>

#include "lib/base/sha256.h"
#include "lib/base/text.h"
#include "tests/support/temp_dir.h"
#include "tests/support/zip.h"

namespace gradphoto {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;
using testing::ZipOf;
using testing::ZipPart;
using Texts = std::vector<std::string>;

const std::string kJpeg = "\xFF\xD8\xFF and more";

std::string Gbk(const std::string& text) { return *ConvertFromUtf8(text, "GBK"); }

// Of the same length; in both headers.
void Rename(std::string& zip, std::string_view from, std::string_view to) {
  REQUIRE(from.size() == to.size());
  for (std::size_t at = zip.find(from); at != std::string::npos; at = zip.find(from)) {
    zip.replace(at, from.size(), to);
  }
}

Texts RelativesOf(const std::vector<PhotoFile>& files) {
  Texts relatives;
  for (const PhotoFile& file : files) relatives.push_back(file.relative);
  return relatives;
}

PhotoListing Listed(const fs::path& root) {
  auto listing = ListPhotos({{root}});
  REQUIRE(listing.has_value());
  return *std::move(listing);
}

std::string TextOf(const fs::path& photo) {
  const auto bytes = ReadPhoto(photo, 1 << 20);
  if (!bytes) return std::string(DetailOf(bytes.error().why));
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

std::string DetailFor(const PhotoListing& listing, const std::string& path) {
  const auto found = std::ranges::find(listing.passed_over, path, &PassedOver::path);
  return found == listing.passed_over.end() ? "" : found->detail;
}

TEST_CASE("a zip is listed like a folder of its name, given itself or in a folder, and read by path") {
  const TempDir dir;
  const std::string zip = ZipOf({{"张三.jpg", "photo 1"},
                                 {"in/without ending", kJpeg},
                                 {"in/list.txt", "words"},
                                 {"__MACOSX/._张三.jpg", "litter"},
                                 {"empty/", ""}});
  dir.Write("folder/1班.zip", zip);
  const PhotoListing below = Listed(dir.path() / "folder");
  CHECK(RelativesOf(below.photos) == Texts{"1班/in/without ending", "1班/张三.jpg"});
  CHECK(RelativesOf(below.others) == Texts{"1班/in/list.txt"});
  CHECK(below.Count(WhyPassedOver::kLitter) == 1);
  const std::string archive = (dir.path() / "folder/1班.zip").string();
  CHECK(below.photos[1].path == archive + "!/张三.jpg");
  CHECK(TextOf(below.photos[1].path) == "photo 1");
  CHECK(HashPhoto(below.photos[1].path) == Sha256Hex(std::string_view("photo 1")));
  CHECK(PhotoExists(below.photos[1].path));
  CHECK_FALSE(PhotoExists(dir.path() / "absent.zip!/a.jpg"));
  CHECK(below.photos[0].modified_ns != 0);

  const PhotoListing itself = Listed(archive);
  CHECK(RelativesOf(itself.photos) == RelativesOf(below.photos));
  const std::vector<fs::path> twice = {archive, dir.path() / "folder", archive};
  CHECK(ListPhotos(twice)->photos.size() == 2);
  // An ending proves nothing, and a workbook is no zip of photos.
  dir.Write("folder/2班.zip", "no zip");
  dir.Write("folder/roster.xlsx", zip);
  CHECK(RelativesOf(Listed(dir.path() / "folder").others) ==
        Texts{"1班/in/list.txt", "2班.zip", "roster.xlsx"});
}

TEST_CASE("names of Chinese Windows, of UTF-8 without its flag, and of the format's own code page") {
  const TempDir dir;
  // libzip writes no UTF-8 without the flag, so these names are put in afterwards.
  std::string zip = ZipOf({{Gbk("一班\\张三.jpg"), "gbk", true},
                           {"@@.jpg", "two bytes that are UTF-8, too"},
                           {"######.jpg", "utf-8 without the flag"},
                           {"caf\x82.jpg", "cp437", true},
                           {"a\xFF.jpg", "no GBK", true}});
  Rename(zip, "@@.jpg", Gbk("山.jpg"));
  Rename(zip, "######.jpg", "李四.jpg");
  const auto path = dir.Write("a.zip", zip);
  const PhotoListing listing = Listed(path);
  Texts names = RelativesOf(listing.photos);
  CHECK(names.size() == 5);
  for (const char* name : {"a/一班/张三.jpg", "a/山.jpg", "a/李四.jpg"}) {
    CHECK_MESSAGE(std::ranges::find(names, name) != names.end(), name);
  }
  for (const PhotoFile& photo : listing.photos) {
    CHECK(IsValidUtf8(photo.path));
    CHECK(ReadPhoto(photo.path, 100).has_value());
  }
  CHECK(TextOf(path.string() + "!/一班/张三.jpg") == "gbk");
}

TEST_CASE("no name leads out of the archive, and a second entry of one name is told") {
  const TempDir dir;
  const auto path = dir.Write("a.zip", ZipOf({{"../../out.jpg", "1"},
                                              {"/etc/absolute.jpg", "2"},
                                              {"C:\\users\\drive.jpg", "3"},
                                              {"x/../..\\y/./z.jpg", "4"},
                                              {"x/y/z.jpg", "5"}}));
  const PhotoListing listing = Listed(path);
  CHECK(RelativesOf(listing.photos) ==
        Texts{"a/etc/absolute.jpg", "a/out.jpg", "a/users/drive.jpg", "a/x/y/z.jpg"});
  CHECK(TextOf(path.string() + "!/x/y/z.jpg") == "4");
  CHECK(DetailFor(listing, path.string() + "!/x/y/z.jpg") == "a second entry of this name in the zip");
  CHECK(TextOf(path.string() + "!/../../out.jpg") == "the file cannot be opened or is too large");
}

TEST_CASE("an archive that was replaced is read anew") {
  const TempDir dir;
  const auto path = dir.Write("a.zip", ZipOf({{"a.jpg", "before"}}));
  CHECK(TextOf(path.string() + "!/a.jpg") == "before");
  dir.Write("a.zip", ZipOf({{"b.jpg", "and"}, {"a.jpg", "afterwards"}}));
  CHECK(TextOf(path.string() + "!/a.jpg") == "afterwards");
}

TEST_CASE("an inner zip is looked into, one deeper is told, and neither stops the others") {
  const TempDir dir;
  const std::string deepest = ZipOf({{"d.jpg", "deep"}});
  const std::string inner = ZipOf({{"b.jpg", "inner"}, {"deeper.zip", deepest}});
  const auto path = dir.Write(
      "a.zip", ZipOf({{"2班.zip", inner, false, true}, {"a.jpg", "outer"}, {"bad.zip", "PK\x03\x04"}}));
  const PhotoListing listing = Listed(path);
  CHECK(RelativesOf(listing.photos) == Texts{"a/2班/b.jpg", "a/a.jpg"});
  CHECK(listing.photos[0].path == path.string() + "!/2班.zip!/b.jpg");
  CHECK(TextOf(listing.photos[0].path) == "inner");
  CHECK(TextOf(listing.photos[1].path) == "outer");
  CHECK(DetailFor(listing, path.string() + "!/2班.zip!/deeper.zip") == "a zip in a zip in a zip is not opened");
  CHECK(DetailFor(listing, path.string() + "!/bad.zip").starts_with("no whole zip"));
  // Another archive under the same name is another archive.
  dir.Write("a.zip", ZipOf({{"2班.zip", ZipOf({{"b.jpg", "changed since"}})}}));
  CHECK(TextOf(listing.photos[0].path) == "changed since");
}

TEST_CASE("entries with a password, damaged ones and large ones are listed, and told when they are read") {
  const TempDir dir;
  std::string zip = ZipOf({{"locked.jpg", "secret", false, false, "password"},
                           {"damaged.jpg", "0123456789", false, true},
                           {"good.jpg", "good"},
                           {"large.jpg", std::string(2 << 20, 'x')}});
  zip[zip.find("0123456789")] = '9';
  const auto path = dir.Write("a.zip", zip);
  CHECK(RelativesOf(Listed(path).photos) ==
        Texts{"a/damaged.jpg", "a/good.jpg", "a/large.jpg", "a/locked.jpg"});
  CHECK(TextOf(path.string() + "!/locked.jpg") == "the entry of the zip has a password");
  CHECK(TextOf(path.string() + "!/damaged.jpg") == "the entry of the zip is damaged");
  CHECK(TextOf(path.string() + "!/large.jpg") == "the entry of the zip is larger than any photo");
  CHECK(TextOf(path.string() + "!/good.jpg") == "good");
  const auto locked = ReadPhoto(path.string() + "!/locked.jpg", 100);
  REQUIRE_FALSE(locked.has_value());
  CHECK(locked.error().message.contains("a.zip!/locked.jpg"));
}

TEST_CASE("archives that inflate without measure, or are cut off, are not opened") {
  const TempDir dir;
  dir.Write("folder/bomb.zip", ZipOf({{"a.jpg", std::string(80U << 20U, '\0')}}));
  const std::string good = ZipOf({{"a.jpg", std::string(3000, 'x'), false, true}});
  dir.Write("folder/cut.zip", good.substr(0, 2000));
  dir.Write("folder/empty.zip", std::string("PK\x05\x06") + std::string(18, '\0'));
  dir.Write("folder/a.jpg", "x");
  const PhotoListing listing = Listed(dir.path() / "folder");
  CHECK(RelativesOf(listing.photos) == Texts{"a.jpg"});
  CHECK(RelativesOf(listing.others) == Texts{"bomb.zip", "cut.zip", "empty.zip"});
  const std::string folder = (dir.path() / "folder").string();
  CHECK(DetailFor(listing, folder + "/bomb.zip") == "inflates to more than 200 times its size; no photos do");
  CHECK(DetailFor(listing, folder + "/cut.zip").starts_with("no whole zip"));
  CHECK(listing.Count(WhyPassedOver::kUnreadable) == 2);
  const auto root = ListPhotos({{dir.path() / "folder/cut.zip"}});
  REQUIRE_FALSE(root.has_value());
  CHECK(root.error().kind == ErrorKind::kInput);
}

TEST_CASE("a real folder whose name ends in ! is a folder") {
  const TempDir dir;
  const auto path = dir.Write("a.zip!/b.jpg", "plain");
  CHECK(TextOf(path) == "plain");
}

TEST_CASE(
    "results are no photos, also where a link leads to them; a folder given in the output itself is meant") {
  const TempDir dir, results;
  dir.Write("a.jpg", "x");
  results.Write("standardized/a.jpg", "x");
  fs::create_directory_symlink(results.path(), dir.path() / "link");
  const std::vector<fs::path> directories = {dir.path()};
  const auto listing = ListPhotos(directories, results.path());
  REQUIRE(listing.has_value());
  CHECK(RelativesOf(listing->photos) == Texts{"a.jpg"});
  CHECK(listing->Count(WhyPassedOver::kOutput) == 1);
  CHECK(NotesOf(*listing) ==
        Texts{"1 folders that this run writes into, passed over: " + (dir.path() / "link").string()});
  const std::vector<fs::path> inside = {results.path() / "standardized"};
  CHECK(ListPhotos(inside, results.path())->photos.size() == 1);
}

}  // namespace
}  // namespace gradphoto
