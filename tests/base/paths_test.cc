// SPDX-License-Identifier: Apache-2.0
#include "lib/base/paths.h"

#include <array>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

namespace gradphoto {
namespace {

namespace fs = std::filesystem;

TEST_CASE("what lies within what goes by whole names") {
  CHECK(IsWithin("/a/b", "/a"));
  CHECK(IsWithin("/a", "/a"));
  CHECK_FALSE(IsWithin("/a", "/a/b"));
  CHECK_FALSE(IsWithin("/ab", "/a"));
}

TEST_CASE("an output directory inside an input is refused, however it is named") {
  const testing::TempDir dir;
  fs::create_directories(dir.path() / "photos/out");
  fs::create_directories(dir.path() / "elsewhere");
  fs::create_directory_symlink(dir.path() / "photos", dir.path() / "link");
  const std::array<fs::path, 2> inputs = {dir.path() / "elsewhere", dir.path() / "photos"};
  for (const char* inside : {"photos", "photos/out", "photos/new/deep", "link/out", "elsewhere/../photos/x"}) {
    const auto refused = RefuseOutputInside(inputs, dir.path() / inside);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == ErrorKind::kUsage);
    CHECK(refused.error().message.find((dir.path() / "photos").string()) != std::string::npos);
  }
  CHECK(RefuseOutputInside(inputs, dir.path() / "photos-out").has_value());
  CHECK(RefuseOutputInside(inputs, dir.path()).has_value());
}

}  // namespace
}  // namespace gradphoto
