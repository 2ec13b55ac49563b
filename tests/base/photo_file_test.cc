// SPDX-License-Identifier: Apache-2.0
#include "lib/base/photo_file.h"

#include <algorithm>

#include <doctest/doctest.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/temp_dir.h"

namespace gradphoto {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;
using Texts = std::vector<std::string>;

Texts RelativesOf(const std::vector<PhotoFile>& files) {
  Texts relatives;
  relatives.reserve(files.size());
  for (const PhotoFile& file : files) relatives.push_back(file.relative);
  return relatives;
}
Texts Relatives(const PhotoListing& listing) { return RelativesOf(listing.photos); }

bool PassesOver(const PhotoListing& listing, const fs::path& path, WhyPassedOver why) {
  return std::ranges::any_of(listing.passed_over, [&](const PassedOver& item) {
    return item.path == path.string() && item.why == why;
  });
}

PhotoListing Listed(const fs::path& root) {
  auto listing = ListPhotos({{root}});
  REQUIRE_MESSAGE(listing.has_value(), (listing ? "" : listing.error().message));
  return std::move(*listing);
}

std::string FileType(std::string_view main_brand, std::string_view compatible = "") {
  const std::size_t bytes = 16 + compatible.size();
  return std::string{'\0', '\0', '\0', static_cast<char>(bytes)} + "ftyp" + std::string(main_brand) +
         std::string(4, '\0') + std::string(compatible);
}

TEST_CASE("the first bytes tell the format") {
  CHECK(SniffImage("\xFF\xD8\xFF") == ImageFormat::kJpeg);
  CHECK(SniffImage("\x89PNG\r\n\x1A\n") == ImageFormat::kPng);
  CHECK(SniffImage(std::string_view("RIFF\1\0\0\0WEBPVP8 ", 16)) == ImageFormat::kWebp);
  for (const char* brand : {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis"}) {
    CHECK_MESSAGE(SniffImage(FileType(brand)) == ImageFormat::kHeif, brand);
    CHECK_MESSAGE(SniffImage(FileType(brand).substr(0, 12)) == ImageFormat::kHeif, brand);
  }
  // Main brands of their own makers, told by what they are compatible with.
  CHECK(SniffImage(FileType("MiHE", "miafmif1")) == ImageFormat::kHeif);
  CHECK(SniffImage(FileType("1pic", "heic")) == ImageFormat::kHeif);
  for (const std::string& none :
       {std::string(), std::string("\xFF\xD8"), std::string("%PDF-1.7"), std::string("RIFF0000WAVE"),
        std::string("ftyp"), FileType("qt  ", "qt  "), FileType("mp42", "isommp42"),
        FileType("mp42", "isom") + "mif1"}) {  // Behind the box.
    CHECK_FALSE(SniffImage(none).has_value());
  }
}

TEST_CASE("what is no photo is told as what it is") {
  using namespace std::string_view_literals;
  const auto kind = [](std::string_view head) {
    const auto foreign = SniffForeign(head);
    return foreign ? std::string(foreign->what) + (foreign->is_picture ? "!" : "") : std::string();
  };
  CHECK(kind("%PDF-1.7\n") == "a PDF document");
  CHECK(kind("PK\x03\x04\x14\0"sv) == "an Office document or a zip archive");
  CHECK(kind("GIF89a") == "a GIF picture!");
  CHECK(kind("BM\x36\x10\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"sv) == "a BMP picture!");
  CHECK(kind("BM is no picture, it is a text") == "");
  CHECK(kind("\0\0\0\x18"
             "ftypmp42"sv) == "a video");
  CHECK(kind("\0\0\0\x18"
             "ftypcrx "sv) == "a raw file of a camera!");
  CHECK(kind("<!DOCTYPE html>") == "a web page");
  CHECK(kind("") == "");
  CHECK(kind("some text") == "");
  CHECK(SniffImage("II*\0\x08\0\0\0"sv) == ImageFormat::kTiff);
  CHECK(SniffImage("MM\0*\0\0\0\x08"sv) == ImageFormat::kTiff);
}

TEST_CASE("a photo is what has the content of one or the name of one") {
  const TempDir dir;
  const std::string jpeg = "\xFF\xD8\xFF\xE0";
  for (const char* name : {"c.jfif", "c.JPE", "c.avif", "c.hif", "c.HEIC", "c.tiff", "c.bmp"})
    dir.Write(name, "x");
  dir.Write("empty.jpg", "");
  dir.Write("document.jpg", "%PDF-1.7");
  dir.Write("photo.pdf", jpeg);
  dir.Write("photo.docx", FileType("avif"));
  dir.Write("20220101", FileType("MiHB", "mif1"));
  dir.Write("真的.pdf", "%PDF-1.7");
  dir.Write("1班/张三.doc", "x");
  dir.Write("a.txt", "");
  dir.Write("a.mov", FileType("qt  "));
  const PhotoListing listing = Listed(dir.path());
  CHECK(Relatives(listing) == Texts{"20220101", "c.HEIC", "c.JPE", "c.avif", "c.bmp", "c.hif", "c.jfif",
                                    "c.tiff", "document.jpg", "empty.jpg", "photo.docx", "photo.pdf"});
  CHECK(RelativesOf(listing.others) == Texts{"1班/张三.doc", "a.mov", "a.txt", "真的.pdf"});
  CHECK(listing.others[0].path == (dir.path() / "1班/张三.doc").string());
  CHECK(listing.passed_over.empty());
  CHECK(NotesOf(listing).empty());
}

TEST_CASE("photos are found recursively, bytewise sorted, whatever the case of their extension") {
  const TempDir dir;
  for (const char* name : {"b.jpg", "B.JPG", "1班/a.HEIC", "a.png"}) dir.Write(name, "x");
  const fs::path& root = dir.path();
  const auto listing = ListPhotos({{root}});
  REQUIRE(listing.has_value());
  CHECK(Relatives(*listing) == Texts{"1班/a.HEIC", "B.JPG", "a.png", "b.jpg"});
  CHECK(listing->photos[0].path == (root / "1班/a.HEIC").string());
}

TEST_CASE("litter is passed over") {
  const TempDir dir;
  for (const char* name : {".hidden.jpg", ".git/a.jpg", "__MACOSX/a.jpg", "Thumbs.db", "Desktop.ini",
                           "@eaDir/a.jpg", "~$list.xlsx", "._a.jpg", "a.jpg"}) {
    dir.Write(name, "x");
  }
  const auto listing = ListPhotos({{dir.path()}});
  REQUIRE(listing.has_value());
  CHECK(Relatives(*listing) == Texts{"a.jpg"});
  CHECK(listing->others.empty());
  CHECK(listing->Count(WhyPassedOver::kLitter) == 8);
  CHECK(NotesOf(*listing).empty());
}

TEST_CASE("what a killed run of ours left behind is no photo, and is counted") {
  const TempDir dir;
  dir.Write("a.jpg", "x");
  dir.Write("1班/.gradphoto-a1B2c3.tmp", "\xFF\xD8\xFF\xE0");
  const auto listing = ListPhotos({{dir.path()}});
  REQUIRE(listing.has_value());
  CHECK(Relatives(*listing) == Texts{"a.jpg"});
  CHECK(listing->Count(WhyPassedOver::kUnfinished) == 1);
  CHECK(listing->others.empty());
  CHECK(NotesOf(*listing) == Texts{"1 unfinished files of a killed run, passed over"});
}

TEST_CASE("a directory given twice or inside another gives each file once") {
  const TempDir dir;
  dir.Write("a.jpg", "x");
  dir.Write("sub/b.jpg", "x");
  const std::vector<fs::path> directories = {dir.path(), dir.path() / "sub", dir.path() / ""};
  const auto listing = ListPhotos(directories);
  REQUIRE(listing.has_value());
  CHECK(Relatives(*listing) == Texts{"a.jpg", "sub/b.jpg"});
}

TEST_CASE("a missing directory is a usage error") {
  const TempDir dir;
  const auto listing = ListPhotos({{dir.path() / "absent"}});
  REQUIRE_FALSE(listing.has_value());
  CHECK(listing.error().kind == ErrorKind::kUsage);
}

TEST_CASE("what is no file, and links that lead nowhere, are told and stop nothing") {
  const TempDir dir;
  dir.Write("a.jpg", "x");
  REQUIRE(mkfifo((dir.path() / "fifo.jpg").c_str(), 0600) == 0);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string socket_path = (dir.path() / "socket.png").string();
  REQUIRE(socket_path.size() < sizeof(address.sun_path));
  std::ranges::copy(socket_path, address.sun_path);
  REQUIRE(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  close(fd);
  fs::create_symlink("absent.jpg", dir.path() / "dangling.jpg");
  fs::create_symlink("circle.jpg", dir.path() / "circle.jpg");
  const PhotoListing listing = Listed(dir.path());
  CHECK(Relatives(listing) == Texts{"a.jpg"});
  CHECK(PassesOver(listing, dir.path() / "fifo.jpg", WhyPassedOver::kSpecial));
  CHECK(PassesOver(listing, dir.path() / "socket.png", WhyPassedOver::kSpecial));
  CHECK(PassesOver(listing, dir.path() / "dangling.jpg", WhyPassedOver::kBrokenLink));
  CHECK(PassesOver(listing, dir.path() / "circle.jpg", WhyPassedOver::kBrokenLink));
  const std::string path = dir.path().string();
  CHECK(NotesOf(listing) ==
        Texts{"2 links that lead nowhere, passed over: " + path + "/circle.jpg, " + path + "/dangling.jpg",
              "2 FIFOs, sockets or devices, passed over: " + path + "/fifo.jpg, " + path + "/socket.png"});
}

TEST_CASE("linked files are read; a linked folder is followed once, and never in a circle") {
  const TempDir dir, elsewhere;
  const fs::path& root = dir.path();
  dir.Write("b/1.jpg", "x");
  elsewhere.Write("2班/2.jpg", "x");
  elsewhere.Write("3.jpg", "x");
  fs::create_directory_symlink(root / "b", root / "a");                        // The real folder goes first.
  fs::create_directory_symlink("..", root / "b" / "up");                       // A circle.
  fs::create_directory_symlink(elsewhere.path() / "2班", root / "class");      // Followed.
  fs::create_directory_symlink(elsewhere.path() / "2班", root / "once more");  // And not a second time.
  fs::create_symlink(elsewhere.path() / "3.jpg", root / "3.jpg");
  const PhotoListing listing = Listed(root);
  CHECK(Relatives(listing) == Texts{"3.jpg", "b/1.jpg", "class/2.jpg"});
  CHECK(listing.photos[2].path == (root / "class/2.jpg").string());
  for (const char* name : {"a", "b/up", "once more"}) {
    CHECK_MESSAGE(PassesOver(listing, root / name, WhyPassedOver::kLinkedFolder), name);
  }
  CHECK(listing.Count(WhyPassedOver::kLinkedFolder) == 3);
}

// Nothing is closed to root: while it lives, root works as a user whom nothing belongs to. Of this thread only.
class WithoutPrivileges {
 public:
  WithoutPrivileges() : before_(geteuid()) {
    constexpr uid_t kNobody = 65534;
    if (before_ != 0) return;
    setfsuid(kNobody);
    REQUIRE(setfsuid(static_cast<uid_t>(-1)) == static_cast<int>(kNobody));  // It tells what is set.
  }
  ~WithoutPrivileges() {
    if (before_ == 0) setfsuid(before_);
  }
  WithoutPrivileges(const WithoutPrivileges&) = delete;
  WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;

 private:
  uid_t before_;
};

TEST_CASE("a folder that cannot be read is told, and the others are listed") {
  const TempDir dir;
  dir.Write("a.jpg", "x");
  dir.Write("closed/b.jpg", "x");
  dir.Write("closed file", "x");
  fs::permissions(dir.path() / "closed", fs::perms::none);
  fs::permissions(dir.path() / "closed file", fs::perms::none);
  fs::permissions(dir.path(), fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                                  fs::perms::others_read | fs::perms::others_exec);
  const PhotoListing listing = [&] {
    const WithoutPrivileges nobody;
    return Listed(dir.path());
  }();
  fs::permissions(dir.path() / "closed", fs::perms::owner_all);
  CHECK(Relatives(listing) == Texts{"a.jpg"});
  REQUIRE(listing.passed_over.size() == 2);
  CHECK(PassesOver(listing, dir.path() / "closed", WhyPassedOver::kUnreadable));
  CHECK(PassesOver(listing, dir.path() / "closed file", WhyPassedOver::kUnreadable));
  CHECK(listing.passed_over[0].detail == "Permission denied");
  CHECK(listing.passed_over[1].detail == "Permission denied");
}

TEST_CASE("a folder deeper than a process may open files is listed") {
  const TempDir dir;
  fs::path deep;
  for (int i = 0; i < 400; ++i) deep /= "d";
  dir.Write(deep / "a.jpg", "x");
  CHECK(Listed(dir.path()).photos.size() == 1);
}

}  // namespace
}  // namespace gradphoto
