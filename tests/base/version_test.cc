// SPDX-License-Identifier: Apache-2.0
#include "lib/base/version.h"

#include <regex>
#include <string>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "tests/support/temp_dir.h"

TEST_CASE("the version is MAJOR.MINOR.PATCH of the top CMakeLists.txt") {
  const std::string version(gradphoto::Version());
  CHECK(std::regex_match(version, std::regex("[0-9]+\\.[0-9]+\\.[0-9]+")));
  const auto cmake = gradphoto::ReadTextFile(gradphoto::testing::SourceDir() / "CMakeLists.txt", 1 << 20);
  REQUIRE(cmake.has_value());
  CHECK(cmake->find("project(gradphoto VERSION " + version + " ") != std::string::npos);
}
