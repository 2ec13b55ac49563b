// SPDX-License-Identifier: Apache-2.0
#include "cli/common/output_names.h"

#include <algorithm>
#include <optional>

#include "lib/base/text.h"

namespace gradphoto::cli {
namespace {

namespace fs = std::filesystem;

bool StartsWith(const fs::path& path, const fs::path& directory) {
  return std::ranges::mismatch(directory, path).in1 == directory.end();
}

fs::path CommonParent(const std::vector<Record>& records) {
  std::optional<fs::path> common;
  for (const Record& record : records) {
    if (record.photo.empty()) continue;
    const fs::path parent = fs::path(record.photo).lexically_normal().parent_path();
    if (!common) common = parent;
    while (!StartsWith(parent, *common)) common = common->parent_path();
  }
  return common.value_or(fs::path());
}

}  // namespace

Result<std::map<std::string, fs::path>> OutputNames(const std::vector<Record>& records,
                                                    const InputOptions& options) {
  std::vector<fs::path> roots;
  std::error_code error;
  for (const std::string& input : options.inputs) {
    if (fs::is_directory(input, error)) roots.push_back(fs::path(input + "/").lexically_normal().parent_path());
  }
  if (roots.empty()) roots.push_back(CommonParent(records));

  std::map<std::string, fs::path> names;
  std::map<std::string, std::string> taken;  // Folded name to the photo that has it.
  for (const Record& record : records) {
    if (record.photo.empty() || names.contains(record.photo)) continue;
    const fs::path photo = fs::path(record.photo).lexically_normal();
    fs::path name = photo.filename();
    for (const fs::path& root : roots) {
      if (!root.empty() && StartsWith(photo, root)) name = photo.lexically_relative(root);
      if (root.empty() && photo.is_relative()) name = photo;
    }
    if (name.begin() != name.end() && *name.begin() == "..") name = photo.filename();
    name.replace_extension(".jpg");
    const auto [place, is_new] = taken.emplace(ToLowerAscii(name.string()), record.photo);
    if (!is_new) {
      return Fail(ErrorKind::kUsage, record.photo + " and " + place->second + " would both become " +
                                         name.string() + "; rename one of them or run the tool once for each");
    }
    names.emplace(record.photo, std::move(name));
  }
  return names;
}

}  // namespace gradphoto::cli
