// SPDX-License-Identifier: Apache-2.0
#include "lib/text/characters.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "lib/nn/registry.h"
#include "tests/support/data.h"
#include "tests/support/temp_dir.h"

using gradphoto::ErrorKind;
using gradphoto::ReadTextFile;
using gradphoto::nn::ModelRegistry;
using gradphoto::testing::ModelDir;
using gradphoto::testing::SourceDir;
using gradphoto::testing::TempDir;
using gradphoto::text::Characters;

namespace {

std::string ShippedList() { return ReadTextFile(ModelDir() / "text-characters.txt", 1 << 20).value(); }

std::string ErrorOf(const std::string& list) {
  const auto characters = Characters::Parse(list);
  REQUIRE_FALSE(characters.has_value());
  CHECK(characters.error().kind == ErrorKind::kModel);
  return characters.error().message;
}

bool Contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("classes are lines of the list, from 1, and the last one is the space") {
  const auto registry = ModelRegistry::Load(SourceDir() / "configs").value();
  const Characters list = Characters::Load(*registry.Find("text-recognition")->characters, ModelDir()).value();
  CHECK(list.Find("0") == 26);
  CHECK(list.Find("1") == 93);
  CHECK(list.Find("X") == 5200);
  CHECK(list.Find("王") == 2668);
  CHECK(list.Find("·") == 5529);
  CHECK(list.Find(" ") == gradphoto::text::kSpace);
  CHECK(list.At(5710) == "\u3000");
  CHECK(list.At(gradphoto::text::kBlank).empty());
  CHECK_FALSE(list.Find("").has_value());
  CHECK_FALSE(list.Find("𫘧").has_value());
  for (int i = 1; i < gradphoto::text::kClasses; ++i) REQUIRE(list.Find(list.At(i)) == i);
}

TEST_CASE("a list that shifts the classes is refused, and where is said") {
  const std::string list = ShippedList();
  const std::size_t blank = list.find("\n\u3000\n");
  REQUIRE(blank != std::string::npos);

  std::string trimmed = list;  // A loader that skips blank lines.
  trimmed.erase(blank, std::string("\n\u3000").size());
  CHECK(Contains(ErrorOf(trimmed), "6624 classes"));

  std::string emptied = list;  // One that trims them.
  emptied.erase(blank + 1, std::string("\u3000").size());
  CHECK(Contains(ErrorOf(emptied), "line 5710"));

  std::string twice = list;
  const std::size_t first = twice.find('\n');
  const std::size_t second = twice.find('\n', first + 1);
  twice.replace(first + 1, second - first - 1, twice.substr(0, first));
  CHECK(Contains(ErrorOf(twice), "line 2 stands twice"));

  std::string swapped = list;  // All there, two of them in each other's place.
  const std::size_t zero = swapped.find("\n0\n"), one = swapped.find("\n1\n");
  std::swap(swapped[zero + 1], swapped[one + 1]);
  CHECK(Contains(ErrorOf(swapped), "'0' is not in line 26"));

  CHECK(Contains(ErrorOf(list + "\n"), "6626 classes"));
  CHECK(Contains(ErrorOf(""), "3 classes"));
}

TEST_CASE("a list that is missing or altered is named with the command that makes it again") {
  const TempDir dir;
  const auto missing = Characters::Load({"text-characters.txt", "00"}, dir.path());
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().kind == ErrorKind::kModel);
  CHECK(Contains(missing.error().message, "missing"));
  CHECK(Contains(missing.error().message, "scripts/setup"));
  dir.Write("text-characters.txt", ShippedList());
  const auto altered = Characters::Load({"text-characters.txt", "00"}, dir.path());
  REQUIRE_FALSE(altered.has_value());
  CHECK(Contains(altered.error().message, "altered"));
}
