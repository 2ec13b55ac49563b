// SPDX-License-Identifier: Apache-2.0
#include "tests/support/data.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

namespace gradphoto::testing {

namespace fs = std::filesystem;

namespace {

bool data_was_missing = false;  // Test cases run one after the other.

}  // namespace

fs::path ModelDir() {
  const fs::path dir = SourceDir() / "build" / "models";
  if (!fs::exists(dir / "blazeface-back.onnx")) FAIL("no models in build/models; run scripts/setup");
  return dir;
}

std::optional<fs::path> SharedData(std::string_view folder) {
  const char* named = std::getenv("GRADPHOTO_DATA");
  const fs::path data =
      named != nullptr && *named != '\0' ? fs::path(named) : SourceDir() / ".." / "shared" / "data";
  if (fs::is_directory(data / folder)) return data / folder;
  data_was_missing = true;
  MESSAGE("skipped: no " << std::string(folder) << " in " << data.string() << " (set GRADPHOTO_DATA)");
  return std::nullopt;
}

bool DataWasMissing() { return data_was_missing; }

std::vector<fs::path> FilesIn(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && (extension.empty() || entry.path().extension() == extension)) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

std::vector<std::byte> Bytes(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) FAIL("cannot read " << file.string());
  const std::string text(std::istreambuf_iterator<char>(in), {});
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

}  // namespace gradphoto::testing
