// SPDX-License-Identifier: Apache-2.0
// What cli/common/sandbox.h takes away is for good, so every case does it in a process of its own.
#include "cli/common/sandbox.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <functional>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/temp_dir.h"

namespace fs = std::filesystem;
using gradphoto::cli::LimitWritingTo;
using gradphoto::cli::RefuseNetworkAndPrograms;
using gradphoto::testing::TempDir;

namespace {

constexpr int kNotSandboxed = 99;

// What `work` returns in a child process, as its exit code.
int InChild(const std::function<int()>& work) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) _exit(work());
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

int ErrnoOf(long result) { return result < 0 ? errno : 0; }

int ErrnoOfSocket(int family) { return ErrnoOf(socket(family, SOCK_STREAM, 0)); }

bool CanWrite(const fs::path& file) { return static_cast<bool>(std::ofstream(file) << "x" << std::flush); }

bool HasLandlock() {
  return syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 2;
}

}  // namespace

TEST_CASE("inside no socket is opened, and outside it is") {
  CHECK(InChild([] { return ErrnoOfSocket(AF_UNIX); }) == 0);
  for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK}) {
    CAPTURE(family);
    CHECK(InChild([&] { return RefuseNetworkAndPrograms() ? ErrnoOfSocket(family) : kNotSandboxed; }) == EPERM);
  }
}

TEST_CASE("a socket that was open before leads nowhere") {
  CHECK(InChild([] {
          std::array<int, 2> pair{};
          if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) != 0 || !RefuseNetworkAndPrograms())
            return kNotSandboxed;
          return ErrnoOf(send(pair[0], "x", 1, 0));
        }) == EPERM);
  CHECK(InChild([] {
          const int fd = socket(AF_INET, SOCK_DGRAM, 0);
          sockaddr_in address{};
          address.sin_family = AF_INET;
          address.sin_port = htons(9);
          address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
          if (fd < 0 || !RefuseNetworkAndPrograms()) return kNotSandboxed;
          return ErrnoOf(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
        }) == EPERM);
}

TEST_CASE("inside no program is run") {
  const auto run_true = [] {
    execl("/bin/true", "true", nullptr);
    return errno;
  };
  CHECK(InChild(run_true) == 0);
  CHECK(InChild([&] { return RefuseNetworkAndPrograms() ? run_true() : kNotSandboxed; }) == EPERM);
  // Nor by a child, nor behind the filter's back.
  CHECK(InChild([&] { return RefuseNetworkAndPrograms() ? InChild(run_true) : kNotSandboxed; }) == EPERM);
  CHECK(InChild([] {
          std::array<char, 256> parameters{};
          return RefuseNetworkAndPrograms() ? ErrnoOf(syscall(SYS_io_uring_setup, 1, parameters.data()))
                                            : kNotSandboxed;
        }) == EPERM);
}

TEST_CASE("threads that run already are inside, too; files, threads and children work on") {
  CHECK(InChild([] {
          std::atomic<bool> inside = false;
          int seen = 0;
          std::thread early([&] {
            while (!inside) std::this_thread::yield();
            seen = ErrnoOfSocket(AF_INET);
          });
          const bool refused = RefuseNetworkAndPrograms().has_value();
          inside = true;
          early.join();
          return refused ? seen : kNotSandboxed;
        }) == EPERM);
  const TempDir dir;
  CHECK(InChild([&] {
          if (!RefuseNetworkAndPrograms()) return kNotSandboxed;
          bool written = false;
          std::thread([&] { written = CanWrite(dir.path() / "file"); }).join();
          return written && InChild([] { return 7; }) == 7 ? 0 : 1;
        }) == 0);
}

TEST_CASE("files are written where the outputs are, and nowhere else") {
  if (!HasLandlock()) {
    MESSAGE("this kernel has no Landlock: not tested");
    return;
  }
  // The directory of temporary files is always open.
  const TempDir temporary;
  const fs::path home = fs::current_path() / "sandbox_test.dir";
  fs::remove_all(home);
  fs::create_directories(home / "out");
  fs::create_directories(home / "photos");
  std::ofstream(home / "photos" / "a.jpg") << "photo";
  const std::vector<fs::path> places{home / "out", "", home / "later" / "deep"};
  const auto limited = [&](const std::function<bool()>& work) {
    return InChild([&] {
      return !LimitWritingTo(std::span(places).first(2)) ? kNotSandboxed : work() ? 1 : 0;
    });
  };
  CHECK(limited([&] { return CanWrite(home / "out" / "b.jpg"); }) == 1);
  CHECK(limited([&] { return fs::create_directories(home / "out" / "x" / "y"); }) == 1);
  CHECK(limited([&] { return CanWrite(temporary.path() / "t"); }) == 1);
  CHECK(limited([&] { return CanWrite("/dev/null"); }) == 1);
  CHECK(limited([&] { return CanWrite(home / "c"); }) == 0);
  CHECK(limited([&] { return CanWrite(home / "photos" / "a.jpg"); }) == 0);
  CHECK(limited([&] {
          std::error_code error;
          return fs::remove(home / "photos" / "a.jpg", error);
        }) == 0);
  CHECK(limited([&] {
          std::string text;
          return std::ifstream(home / "photos" / "a.jpg") >> text && text == "photo";
        }) == 1);
  CHECK(limited([&] {  // Into another folder of the outputs, as packing does.
          std::ofstream(home / "out" / "d") << "x";
          fs::create_directories(home / "out" / "sub");
          std::error_code error;
          fs::rename(home / "out" / "d", home / "out" / "sub" / "d", error);
          return !error;
        }) == 1);
  // Of a place that is not there yet the directory above is open.
  CHECK(InChild([&] {
          if (!LimitWritingTo(places)) return kNotSandboxed;
          return fs::create_directories(home / "later" / "deep") && CanWrite(home / "later" / "deep" / "f") ? 0
                                                                                                            : 1;
        }) == 0);
  fs::remove_all(home);
}
