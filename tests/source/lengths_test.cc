// SPDX-License-Identifier: Apache-2.0
#include "tests/source/lengths.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/source/layers.h"
#include "tests/support/temp_dir.h"

using gradphoto::testing::BrokenRules;
using gradphoto::testing::Function;
using gradphoto::testing::FunctionsOf;
using gradphoto::testing::TempDir;

namespace {

std::string Shown(std::string_view source) {
  std::string text;
  for (const Function& function : FunctionsOf(source)) {
    text += function.name + " " + std::to_string(function.line) + "+" + std::to_string(function.length) + "\n";
  }
  return text;
}

std::string Lines(std::size_t count) {
  std::string lines;
  for (std::size_t i = 0; i < count; ++i) lines += "  Do();\n";
  return lines;
}

}  // namespace

TEST_CASE("functions are found with their first line and length") {
  CHECK(Shown("int A() {\n  return 1;\n}\n") == "A 1+3\n");
  CHECK(Shown("int B() { return 1; }\n\nvoid C(int a,\n       int b) {\n  Do();\n}\n") == "C 3+4\n");
  CHECK(Shown("int Declared(int a);\nResult<int> Tool::D(const std::map<int, int>& a) const {\n}\n") ==
        "Tool::D 2+2\n");
  CHECK(Shown("template <typename T>\nT E(T t)\n    requires std::is_integral_v<T>\n{\n  return t;\n}\n") ==
        "E 1+6\n");
  CHECK(Shown("F::F(int a)\n    : a_(a),\n      b_{a} {\n  Do();\n}\n") == "F::F 1+5\n");
  CHECK(Shown("bool operator==(const G& a, const G& b) {\n  return true;\n}\n") == "operator 1+3\n");
}

TEST_CASE("members inside a class are functions, the class is none") {
  CHECK(Shown("class A {\n public:\n  int B() const {\n    return 1;\n  }\n\n private:\n  int b_ = 0;\n"
              "  ~A() {\n    Do();\n  }\n};\n") == "B 3+3\n~A 9+3\n");
}

TEST_CASE("tables and lambdas are no functions, a lambda counts where it stands") {
  CHECK(Shown("constexpr auto kRows = std::to_array<Row>({\n    {1, 2},\n});\n").empty());
  CHECK(
      Shown("int A() {\n  const auto b = [&](int c) {\n    Do(c);\n  };\n  if (b(1)) {\n    Do();\n  }\n}\n") ==
      "A 1+8\n");
}

TEST_CASE("braces in comments and literals do not count") {
  CHECK(
      Shown(
          "int A() {\n  // }\n  const char* b = \"}\\\"\";\n  char c = '{';\n  /*\n}\n  */\n  int d = 1'000;\n"
          "  const char* e = R\"x(\n}\n)x\";\n}\n") == "A 1+12\n");
}

TEST_CASE("functions of lib and cli may have 80 lines, files of cli 250, and no more") {
  const TempDir dir;
  const std::string spdx = "// SPDX-License-Identifier: Apache-2.0\n";
  dir.Write("lib/CMakeLists.txt", "add_subdirectory(base)\n");
  dir.Write("lib/base/fits.cc", spdx + "void Fits() {\n" + Lines(78) + "}\n");
  dir.Write("lib/base/long.cc",
            spdx + "void Fits() {\n" + Lines(78) + "}\n\nvoid Long() {\n" + Lines(79) + "}\n");
  dir.Write("tests/base/long.cc", spdx + "void Long() {\n" + Lines(300) + "}\n");
  dir.Write("bench/long.cc", spdx + "#include \"bench/x.h\"\nvoid Long() {\n" + Lines(300) + "}\n");
  dir.Write("bench/bare.cc", "int a;\n");
  dir.Write("cli/fits.cc", spdx + Lines(249));
  dir.Write("cli/tool/long.cc", spdx + Lines(250));
  dir.Write("cli/gradphoto-batch.cc", spdx + "#include \"bench/x.h\"\n" + Lines(257));
  CHECK(BrokenRules(dir.path()) == std::vector<std::string>{
                                       "lib/base/long.cc:83: Long has 81 lines, more than 80",
                                       "cli/gradphoto-batch.cc:2: cli must not include bench",
                                       "cli/tool/long.cc:251: the file has more than 250 lines; split it",
                                       "bench/bare.cc:1: the first line is not the SPDX line",
                                   });
}
