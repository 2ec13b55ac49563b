// SPDX-License-Identifier: Apache-2.0
#include "tests/source/layers.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>

#include "tests/source/lengths.h"

namespace gradphoto::testing {
namespace {

namespace fs = std::filesystem;

struct Complaint {
  std::size_t line = 0;
  std::string what;
};

constexpr std::string_view kSpdxLine = "// SPDX-License-Identifier: Apache-2.0";

std::vector<std::string> LinesOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<fs::path> SourcesBelow(const fs::path& root, const fs::path& folder) {
  std::vector<fs::path> sources;
  if (!fs::exists(root / folder)) return sources;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
    const fs::path extension = entry.path().extension();
    if (entry.is_regular_file() && (extension == ".h" || extension == ".cc")) {
      sources.push_back(fs::relative(entry.path(), root));
    }
  }
  std::ranges::sort(sources);
  return sources;
}

// "lib/image/decode.h" of an #include line with quotes.
std::optional<fs::path> Included(const std::string& line) {
  static const std::regex kInclude("\\s*#\\s*include\\s*\"([^\"]+)\".*");
  std::smatch match;
  if (!std::regex_match(line, match, kInclude)) return std::nullopt;
  return fs::path(match[1].str());
}

std::string Part(const fs::path& path, int index) {
  auto it = path.begin();
  for (int i = 0; i < index && it != path.end(); ++i) ++it;
  return it == path.end() ? "" : it->string();
}

// What is wrong with `includer` including `included`; empty when nothing is.
std::string Judge(const fs::path& includer, const fs::path& included, const std::vector<std::string>& layers) {
  const std::string from = Part(includer, 0), to = Part(included, 0);
  if (to == "bench" && (from == "lib" || from == "cli")) return from + " must not include bench";
  if (from == "tests" || from == "bench") return {};
  if (to == "tests" || (from == "lib" && to == "cli")) return from + " must not include " + to;
  if (to != "lib" && to != "cli") return "includes name the path from the top: \"lib/...\" or \"cli/...\"";
  if (from != "lib" || to != "lib") return {};
  const std::string folder = Part(includer, 1), other = Part(included, 1);
  if (folder == other) return {};
  const auto own = std::ranges::find(layers, folder), below = std::ranges::find(layers, other);
  const bool siblings =
      (folder == "image" || folder == "geometry") && (other == "image" || other == "geometry");
  if (below == layers.end() || below > own || siblings) return folder + " must not include " + other;
  return {};
}

std::string TextOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What is too long in `source`, a path below `root`.
std::vector<Complaint> TooLong(const fs::path& root, const fs::path& source, std::size_t lines) {
  std::vector<Complaint> complaints;
  const std::string top = Part(source, 0);
  if (top != "lib" && top != "cli") return complaints;
  const std::size_t most = source.filename() == "gradphoto-batch.cc" ? kMaxBatchToolLines : kMaxToolLines;
  if (top == "cli" && source.extension() == ".cc" && lines > most) {
    complaints.push_back({lines, "the file has more than " + std::to_string(most) + " lines; split it"});
  }
  for (const Function& function : FunctionsOf(TextOf(root / source))) {
    if (function.length <= kMaxFunctionLines) continue;
    complaints.push_back({function.line, function.name + " has " + std::to_string(function.length) +
                                             " lines, more than " + std::to_string(kMaxFunctionLines)});
  }
  return complaints;
}

}  // namespace

std::vector<std::string> LayersOf(const fs::path& root) {
  static const std::regex kFolder("add_subdirectory\\((\\w+)\\)");
  std::vector<std::string> layers;
  for (const std::string& line : LinesOf(root / "lib" / "CMakeLists.txt")) {
    if (std::smatch match; std::regex_match(line, match, kFolder)) layers.push_back(match[1]);
  }
  return layers;
}

std::vector<std::string> BrokenRules(const fs::path& root) {
  const std::vector<std::string> layers = LayersOf(root);
  std::vector<std::string> broken;
  for (const char* top : {"lib", "cli", "bench", "tests"}) {
    for (const fs::path& source : SourcesBelow(root, top)) {
      const std::vector<std::string> lines = LinesOf(root / source);
      const auto complain = [&](std::size_t line, const std::string& what) {
        broken.push_back(source.generic_string() + ":" + std::to_string(line) + ": " + what);
      };
      if (lines.empty() || lines.front() != kSpdxLine) complain(1, "the first line is not the SPDX line");
      if (Part(source, 0) == "lib" && std::ranges::find(layers, Part(source, 1)) == layers.end()) {
        complain(1, "the folder is not in lib/CMakeLists.txt");
        continue;
      }
      for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto included = Included(lines[i]);
        if (!included) continue;
        if (const std::string what = Judge(source, *included, layers); !what.empty()) complain(i + 1, what);
      }
      for (const auto& [line, what] : TooLong(root, source, lines.size())) complain(line, what);
    }
  }
  return broken;
}

}  // namespace gradphoto::testing
