// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "lib/nn/registry.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::nn::testing {

// The text of configs/models.yaml with one passage replaced; ends the test case when it is not there.
inline std::string ListWith(const std::string& from, const std::string& to) {
  std::string text = ReadTextFile(gradphoto::testing::SourceDir() / "configs" / "models.yaml", 1 << 20).value();
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// Loads a list from a directory of its own.
inline Result<ModelRegistry> LoadText(const std::string& text) {
  const gradphoto::testing::TempDir dir;
  dir.Write("models.yaml", text);
  return ModelRegistry::Load(dir.path());
}

}  // namespace gradphoto::nn::testing
