// SPDX-License-Identifier: Apache-2.0
#include "lib/base/file.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "lib/base/read_line.h"
#include "tests/support/temp_dir.h"

using gradphoto::ErrorKind;
using gradphoto::IfExists;
using gradphoto::ReadFile;
using gradphoto::ReadTextFile;
using gradphoto::WriteFileAtomic;
using gradphoto::testing::TempDir;

namespace {

namespace fs = std::filesystem;

mode_t ModeOf(const fs::path& path) {
  struct stat info{};
  REQUIRE(stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

std::ptrdiff_t EntriesOf(const fs::path& dir) { return std::distance(fs::directory_iterator(dir), {}); }

// Every permission would be granted if the library did not hold back.
class OpenUmask {
 public:
  OpenUmask() : before_(umask(0)) {}
  ~OpenUmask() { umask(before_); }

 private:
  mode_t before_;
};

}  // namespace

TEST_CASE("a file is read whole, bytes and text alike, up to the bound and not one byte more") {
  const TempDir dir;
  const std::string text("a\0b\r\n\xFF", 6);
  const auto file = dir.Write("file", text);
  CHECK(ReadTextFile(file, 6) == text);
  const auto bytes = ReadFile(file, 6);
  REQUIRE(bytes.has_value());
  CHECK(std::ranges::equal(*bytes, std::as_bytes(std::span(text))));
  const auto refused = ReadFile(file, 5);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::kInput);
  CHECK(refused.error().message == file.string() + ": 6 bytes, more than the 5 allowed");
  CHECK(ReadTextFile(dir.Write("empty", ""), 0) == "");
}

TEST_CASE("directories, FIFOs and absent files are input errors and never block") {
  const TempDir dir;
  const fs::path fifo = dir.path() / "fifo";
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  for (const auto& [path, why] :
       {std::pair(dir.path() / "absent", "cannot be opened"), std::pair(dir.path(), "not a regular file"),
        std::pair(fifo, "not a regular file")}) {
    const auto read = ReadFile(path, 100);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().kind == ErrorKind::kInput);
    CHECK(read.error().message.starts_with(path.string() + ": " + why));
  }
}

TEST_CASE("a written file has mode 0600, directories made for it 0700, those that were there are left alone") {
  const TempDir dir;
  const OpenUmask umask;
  fs::create_directory(dir.path() / "old");
  REQUIRE(WriteFileAtomic(dir.path() / "old" / "a" / "b" / "photo.jpg", "x", IfExists::kRefuse));
  CHECK(ModeOf(dir.path() / "old" / "a" / "b" / "photo.jpg") == 0600);
  CHECK(ModeOf(dir.path() / "old" / "a" / "b") == 0700);
  CHECK(ModeOf(dir.path() / "old" / "a") == 0700);
  CHECK(ModeOf(dir.path() / "old") == 0777);
}

TEST_CASE("other contents are refused or replaced as asked, the same contents are never an error") {
  const TempDir dir;
  const fs::path file = dir.path() / "file";
  REQUIRE(WriteFileAtomic(file, "first", IfExists::kRefuse));
  const auto time = fs::last_write_time(file);
  CHECK(WriteFileAtomic(file, "first", IfExists::kRefuse));
  CHECK(WriteFileAtomic(file, "first", IfExists::kOverwrite));
  CHECK(fs::last_write_time(file) == time);

  for (const char* other : {"First", "firs", "first!", ""}) {
    CAPTURE(other);
    const auto refused = WriteFileAtomic(file, other, IfExists::kRefuse);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == ErrorKind::kOutput);
    CHECK(refused.error().message.starts_with(file.string()));
    CHECK(refused.error().message.find("--overwrite") != std::string::npos);
    CHECK(ReadTextFile(file, 100) == "first");
  }
  REQUIRE(WriteFileAtomic(file, "second", IfExists::kOverwrite));
  CHECK(ReadTextFile(file, 100) == "second");
  REQUIRE(WriteFileAtomic(file, "", IfExists::kOverwrite));
  CHECK(ReadTextFile(file, 100) == "");
  CHECK(EntriesOf(dir.path()) == 1);
}

TEST_CASE("what cannot be stored is an output error that names the file and leaves nothing behind") {
  const TempDir dir;
  const fs::path file = dir.Write("file", "x");
  fs::create_directory(dir.path() / "folder");
  for (const fs::path& bad : {file / "below", dir.path() / "folder", fs::path("/proc/gradphoto/file")}) {
    const auto written = WriteFileAtomic(bad, "y", IfExists::kOverwrite);
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().kind == ErrorKind::kOutput);
    CHECK(written.error().message.find(bad.parent_path().string()) != std::string::npos);
  }
  CHECK(EntriesOf(dir.path()) == 2);
  CHECK(EntriesOf(dir.path() / "folder") == 0);
  CHECK(ReadTextFile(file, 10) == "x");
}

TEST_CASE("errors carry the reason that the system gives") {
  using gradphoto::OpenForReading;
  const TempDir dir;
  const fs::path file = dir.Write("file", "x");
  const auto reason = [](const auto& result) { return result ? "" : result.error().message; };
  CHECK(gradphoto::SystemReason(ENOSPC) == "No space left on device");
  CHECK(gradphoto::SystemReason(99999) == "Unknown error 99999");
  CHECK(reason(ReadFile(dir.path() / "absent", 9)).ends_with(": cannot be opened: No such file or directory"));
  CHECK(reason(ReadFile(file / "below", 9)).ends_with(": cannot be opened: Not a directory"));
  CHECK(
      reason(WriteFileAtomic(file / "below" / "it", "y", IfExists::kOverwrite)).ends_with(": Not a directory"));
  CHECK(reason(WriteFileAtomic(dir.path() / std::string(300, 'n'), "y", IfExists::kOverwrite))
            .ends_with(": File name too long"));

  CHECK(reason(OpenForReading(dir.path())).ends_with(": cannot be opened: Is a directory"));
  const auto absent = OpenForReading(dir.path() / "absent", ErrorKind::kUsage);
  CHECK(reason(absent) == (dir.path() / "absent").string() + ": cannot be opened: No such file or directory");
  CHECK(absent.error().kind == ErrorKind::kUsage);
  auto opened = OpenForReading(file);
  REQUIRE(opened.has_value());
  CHECK(opened->get() == 'x');
}

TEST_CASE("a dry run foresees what writing would say, and writes nothing") {
  using gradphoto::CheckWriteFile;
  const TempDir dir;
  const fs::path file = dir.Write("file", "x"), folder = dir.path() / "folder";
  fs::create_directory(folder);
  // What will be written, and what will not.
  CHECK(CheckWriteFile(dir.path() / "new" / "deep" / "file", "y", IfExists::kRefuse));
  CHECK(CheckWriteFile(file, "x", IfExists::kRefuse));
  CHECK(CheckWriteFile(file, "y", IfExists::kOverwrite));
  CHECK(CheckWriteFile("no-such-file-in-the-current-directory", "y", IfExists::kRefuse));
  for (const auto& [path, if_exists] : {std::pair(file, IfExists::kRefuse),
                                        {folder, IfExists::kRefuse},
                                        {folder, IfExists::kOverwrite},
                                        {file / "below", IfExists::kRefuse},
                                        {file / "below" / "it", IfExists::kOverwrite}}) {
    CAPTURE(path);
    const auto foreseen = CheckWriteFile(path, "y", if_exists);
    REQUIRE_FALSE(foreseen.has_value());
    CHECK(foreseen.error().kind == ErrorKind::kOutput);
    CHECK(foreseen.error().message.starts_with(path.string()));
    CHECK_FALSE(WriteFileAtomic(path, "y", if_exists).has_value());
  }
  CHECK(EntriesOf(dir.path()) == 2);
  CHECK(EntriesOf(folder) == 0);
  CHECK(ReadTextFile(file, 10) == "x");
}

TEST_CASE("files on the way are hidden, recognizable, and fit wherever their target fits") {
  using gradphoto::IsTemporaryName;
  CHECK(gradphoto::TemporaryPattern("out/a.jpg") == "out/.gradphoto-XXXXXX.tmp");
  CHECK(gradphoto::TemporaryPattern("a.jpg") == ".gradphoto-XXXXXX.tmp");
  CHECK(IsTemporaryName(".gradphoto-a1B2c3.tmp"));
  CHECK_FALSE(IsTemporaryName(".gradphoto-batch.lock"));
  CHECK_FALSE(IsTemporaryName("a.jpg.a1B2c3"));
  CHECK_FALSE(IsTemporaryName(".gradphoto-a1B2c3.tmp.jpg"));
  const TempDir dir;
  const std::string longest(255, 'x');
  CHECK(gradphoto::WriteFileAtomic(dir.path() / longest, "x", gradphoto::IfExists::kRefuse).has_value());
}

TEST_CASE("a reader sees the old or the new contents, never a mixture") {
  const TempDir dir;
  const fs::path file = dir.path() / "file";
  const std::string old_text(300'000, 'o'), new_text(300'000, 'n');
  REQUIRE(WriteFileAtomic(file, old_text, IfExists::kRefuse));
  std::jthread writer([&](const std::stop_token& stop) {
    for (int i = 0; i < 20 && !stop.stop_requested(); ++i) {
      (void)WriteFileAtomic(file, i % 2 == 0 ? new_text : old_text, IfExists::kOverwrite);
    }
  });
  for (int i = 0; i < 200; ++i) {
    const auto seen = ReadTextFile(file, 1 << 20);
    REQUIRE(seen.has_value());
    const bool whole = *seen == old_text || *seen == new_text;
    REQUIRE(whole);
  }
}

TEST_CASE("lines are read to the end, and of a stream that cannot be read there are none") {
  std::istringstream lines("one\n\nlonger than that\nlast");
  std::string line;
  std::string read;
  while (gradphoto::ReadLine(lines, line, 100)) read += line + "|";
  CHECK(read == "one||longer than that|last|");
  CHECK(lines.eof());
  std::ifstream absent("/nonexistent/file");
  CHECK_FALSE(gradphoto::ReadLine(absent, line, 100));
  CHECK_FALSE(absent.eof());
}
