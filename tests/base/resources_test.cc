// SPDX-License-Identifier: Apache-2.0
#include "lib/base/resources.h"

#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

using gradphoto::ErrorKind;
using gradphoto::FindConfigDir;
using gradphoto::FindModelDir;
using gradphoto::Result;
using gradphoto::testing::SourceDir;
using gradphoto::testing::TempDir;

namespace {

namespace fs = std::filesystem;

// Sets a variable for one test; null takes it away.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name); before != nullptr) before_ = before, was_set_ = true;
    value != nullptr ? setenv(name, value, 1) : unsetenv(name);
  }
  ~Variable() { was_set_ ? setenv(name_, before_.c_str(), 1) : unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::string before_;
  bool was_set_ = false;
};

struct Kind {
  const char* variable;
  const char* option;
  const char* marker;
  ErrorKind error;
  Result<fs::path> (*find)(const fs::path&);
};
const Kind kKinds[] = {
    {"GRADPHOTO_CONFIGS", "--configs", "models.yaml", ErrorKind::kUsage, &FindConfigDir},
    {"GRADPHOTO_MODELS", "--models", "blazeface-back.onnx", ErrorKind::kModel, &FindModelDir},
};

}  // namespace

TEST_CASE("an explicit directory decides before the environment, the environment before the build tree") {
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.option);
    const TempDir explicit_dir, environment_dir;
    explicit_dir.Write(kind.marker, "");
    environment_dir.Write(kind.marker, "");
    const Variable variable(kind.variable, environment_dir.path().c_str());
    CHECK(kind.find(explicit_dir.path()) == explicit_dir.path());
    CHECK(kind.find({}) == environment_dir.path());
  }
}

TEST_CASE("a directory that is named but has no files is an error, never a reason to look elsewhere") {
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.option);
    const TempDir empty, full;
    full.Write(kind.marker, "");
    const auto check_error = [&](const Result<fs::path>& found, const char* named_by) {
      REQUIRE_FALSE(found.has_value());
      CHECK(found.error().kind == kind.error);
      CHECK(found.error().message.find(empty.path().string()) != std::string::npos);
      CHECK(found.error().message.find(named_by) != std::string::npos);
      CHECK(found.error().message.find(kind.marker) != std::string::npos);
    };
    {
      const Variable variable(kind.variable, full.path().c_str());
      check_error(kind.find(empty.path()), kind.option);
    }
    const Variable variable(kind.variable, empty.path().c_str());
    check_error(kind.find({}), kind.variable);
  }
}

TEST_CASE("without either, the tree that the program was built in; an empty variable counts as none") {
  for (const char* value : {static_cast<const char*>(nullptr), ""}) {
    const Variable variable("GRADPHOTO_CONFIGS", value);
    const auto configs = FindConfigDir({});
    REQUIRE(configs.has_value());
    CHECK(fs::equivalent(*configs, SourceDir() / "configs"));
  }
}

TEST_CASE("missing models come with the command that makes them") {
  const TempDir empty;
  CHECK(FindModelDir(empty.path()).error().message.find("scripts/setup") != std::string::npos);
}

TEST_CASE("an impossible path is an error and not an exception") {
  for (const Kind& kind : kKinds) {
    const auto found = kind.find(std::string(5000, 'x'));
    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().kind == kind.error);
  }
}
