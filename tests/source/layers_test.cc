// SPDX-License-Identifier: Apache-2.0
#include "tests/source/layers.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

using gradphoto::testing::BrokenRules;
using gradphoto::testing::LayersOf;
using gradphoto::testing::SourceDir;
using gradphoto::testing::TempDir;

namespace {

constexpr const char* kSpdx = "// SPDX-License-Identifier: Apache-2.0\n";

void WriteSource(const TempDir& dir, const std::string& name, const std::string& text) {
  dir.Write(name, kSpdx + text);
}

void WriteLayers(const TempDir& dir) {
  dir.Write("lib/CMakeLists.txt",
            "# Bottom to top.\nadd_subdirectory(base)\nadd_subdirectory(image)\nadd_subdirectory(geometry)\n"
            "add_subdirectory(nn)\n");
}

}  // namespace

TEST_CASE("the sources keep to the layers") {
  for (const std::string& broken : BrokenRules(SourceDir())) FAIL_CHECK(broken);
  const std::vector<std::string> layers = LayersOf(SourceDir());
  REQUIRE(layers.size() >= 12);
  CHECK(layers.front() == "base");
  const auto place = [&](const char* name) { return std::ranges::find(layers, name) - layers.begin(); };
  CHECK(place("geometry") < place("standard"));
  CHECK(place("standard") < place("nn"));
  CHECK(place("nn") < place("face"));
  CHECK(place("face") < place("matte"));
  CHECK(place("matte") < place("check"));
  CHECK(place("check") < place("pipeline"));
}

TEST_CASE("a tree that keeps the rules gives no complaint") {
  const TempDir dir;
  WriteLayers(dir);
  WriteSource(dir, "lib/base/a.h", "#include <string>\n");
  WriteSource(dir, "lib/nn/b.cc",
              "#include \"lib/nn/b.h\"\n\n#include \"lib/base/a.h\"\n#include \"lib/image/c.h\"\n");
  WriteSource(dir, "lib/nn/b.h", "// #include \"lib/check/x.h\" in a comment\n");
  WriteSource(dir, "cli/tool.cc", "#include \"cli/common/x.h\"\n#include \"lib/nn/b.h\"\n");
  WriteSource(dir, "tests/nn/b_test.cc", "#include \"lib/nn/b.h\"\n#include \"cli/common/x.h\"\n");
  dir.Write("cli/notes.txt", "no source\n");
  CHECK(BrokenRules(dir.path()).empty());
}

TEST_CASE("each broken rule is told with file and line") {
  const TempDir dir;
  WriteLayers(dir);
  WriteSource(dir, "lib/base/up.cc", "\n  #  include  \"lib/nn/b.h\"  // upwards\n");
  WriteSource(dir, "lib/geometry/side.h", "#include \"lib/image/c.h\"\n");
  WriteSource(dir, "lib/image/side.h", "#include \"lib/geometry/c.h\"\n");
  WriteSource(dir, "lib/nn/cli.cc",
              "#include \"cli/common/x.h\"\n#include \"tests/support/x.h\"\n#include \"b.h\"\n");
  WriteSource(dir, "lib/nn/unknown.cc", "#include \"lib/nowhere/x.h\"\n");
  WriteSource(dir, "lib/stray/x.cc", "#include \"lib/base/a.h\"\n");
  WriteSource(dir, "cli/tool.cc", "#include \"tests/support/x.h\"\n");
  dir.Write("lib/nn/bare.h", "#pragma once\n");
  dir.Write("tests/nn/empty.cc", "");
  CHECK(BrokenRules(dir.path()) ==
        std::vector<std::string>{
            "lib/base/up.cc:3: base must not include nn",
            "lib/geometry/side.h:2: geometry must not include image",
            "lib/image/side.h:2: image must not include geometry",
            "lib/nn/bare.h:1: the first line is not the SPDX line",
            "lib/nn/cli.cc:2: lib must not include cli",
            "lib/nn/cli.cc:3: lib must not include tests",
            "lib/nn/cli.cc:4: includes name the path from the top: \"lib/...\" or \"cli/...\"",
            "lib/nn/unknown.cc:2: nn must not include nowhere",
            "lib/stray/x.cc:1: the folder is not in lib/CMakeLists.txt",
            "cli/tool.cc:2: cli must not include tests",
            "tests/nn/empty.cc:1: the first line is not the SPDX line",
        });
}
