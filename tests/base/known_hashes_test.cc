// SPDX-License-Identifier: Apache-2.0
#include "lib/base/known_hashes.h"

#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "tests/support/temp_dir.h"

namespace gradphoto {
namespace {

const std::string kMadeUp(64, 'a');

struct Folder {
  testing::TempDir dir;
  std::filesystem::path saved = dir.path() / "hashes";
  std::string photo = dir.Write("1 \xE7\x8E\x8B.jpg", "first").string();

  void KnowPhotoAs(const std::string& sha256) {
    dir.Write("hashes", sha256 + " " + MarkOf(photo).Text() + " " + photo + "\n");
  }
};

}  // namespace

TEST_CASE("a file that is as it was is not read again") {
  Folder folder;
  folder.KnowPhotoAs(kMadeUp);
  KnownHashes hashes;
  hashes.Load(folder.saved);
  CHECK(hashes.Of(folder.photo).value() == kMadeUp);
  REQUIRE(hashes.Save(folder.saved));
  KnownHashes later;
  later.Load(folder.saved);
  CHECK(later.Of(folder.photo).value() == kMadeUp);
}

TEST_CASE("a file that was written anew is read, were it as long and as old as before") {
  Folder folder;
  folder.KnowPhotoAs(kMadeUp);
  struct stat before{};
  REQUIRE(stat(folder.photo.c_str(), &before) == 0);
  std::filesystem::rename(folder.dir.Write("new.jpg", "again"), folder.photo);
  const timespec times[] = {before.st_atim, before.st_mtim};
  REQUIRE(utimensat(AT_FDCWD, folder.photo.c_str(), times, 0) == 0);
  KnownHashes hashes;
  hashes.Load(folder.saved);
  CHECK(hashes.Of(folder.photo).value() == Sha256Hex("again"));
}

TEST_CASE("what was asked for is known in the next run, and no more") {
  Folder folder;
  folder.KnowPhotoAs(kMadeUp);
  const auto settled = (testing::SourceDir() / "README.md").string();
  KnownHashes hashes;
  hashes.Load(folder.saved);
  const std::string hash = hashes.Of(settled).value();
  CHECK(hash == Sha256File(settled).value());
  REQUIRE(hashes.Save(folder.saved));
  CHECK(ReadTextFile(folder.saved, 10'000).value() ==
        hash + " " + MarkOf(settled).Text() + " " + settled + "\n");
  struct stat info{};
  REQUIRE(stat(folder.saved.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600U);
}

TEST_CASE("a file that may be written again within the tick of a clock is not remembered") {
  Folder folder;
  timespec times[] = {{}, {}};
  REQUIRE(clock_gettime(CLOCK_REALTIME, &times[1]) == 0);
  times[1].tv_sec += 3600;
  REQUIRE(utimensat(AT_FDCWD, folder.photo.c_str(), times, 0) == 0);
  KnownHashes hashes;
  CHECK(hashes.Of(folder.photo).value() == Sha256Hex("first"));
  REQUIRE(hashes.Save(folder.saved));
  CHECK(ReadTextFile(folder.saved, 10'000).value().empty());
}

TEST_CASE("a file that is gone has no hash, known or not") {
  Folder folder;
  folder.KnowPhotoAs(kMadeUp);
  KnownHashes hashes;
  hashes.Load(folder.saved);
  std::filesystem::remove(folder.photo);
  CHECK(!hashes.Of(folder.photo));
}

TEST_CASE("lines that are none of ours are passed over") {
  Folder folder;
  const std::string mark = MarkOf(folder.photo).Text();
  folder.dir.Write("hashes", "\n \n" + kMadeUp + "\n" + kMadeUp + " " + mark + "\n" + kMadeUp.substr(1) + " " +
                                 mark + " " + folder.photo + "\n" + std::string(64, 'A') + " " + mark + " " +
                                 folder.photo);
  KnownHashes hashes;
  hashes.Load(folder.saved);
  CHECK(hashes.Of(folder.photo).value() == Sha256Hex("first"));
  hashes.Load(folder.dir.path() / "none");
}

}  // namespace gradphoto
