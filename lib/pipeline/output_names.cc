// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/output_names.h"

#include <optional>
#include <set>
#include <vector>

#include "lib/base/paths.h"
#include "lib/base/photo_file.h"
#include "lib/base/text.h"

namespace gradphoto::pipeline {
namespace {

namespace fs = std::filesystem;

fs::path Absolute(const fs::path& path) {
  std::error_code error;
  return fs::absolute(path, error).lexically_normal();
}

// The directory that all photos have in common.
fs::path CommonParent(std::span<const Record> records) {
  std::optional<fs::path> common;
  for (const Record& record : records) {
    if (record.photo.empty()) continue;
    const fs::path parent = Absolute(record.photo).parent_path();
    if (!common) common = parent;
    while (!IsWithin(parent, *common)) common = common->parent_path();  // Ends at "/", which holds everything.
  }
  return common.value_or(fs::path("/"));
}

// The photo's path below the first root that holds it.
fs::path BelowRoot(const fs::path& photo, const std::vector<fs::path>& roots) {
  for (const fs::path& root : roots) {
    if (IsWithin(photo, root)) return photo.lexically_relative(root);
  }
  return photo.filename();
}

}  // namespace

Result<OutputNames> NameOutputs(std::span<const Record> records, std::span<const std::string> inputs) {
  std::vector<fs::path> roots;
  std::error_code error;
  for (const std::string& input : inputs) {
    if (fs::is_directory(input, error)) roots.push_back(Absolute(input + "/").parent_path());
  }
  if (roots.empty()) roots.push_back(CommonParent(records));

  std::map<std::string, fs::path> below;  // Photo to its path below a root, as it is.
  std::map<std::string, int> shared;      // How many photos want a name, letter case aside.
  const auto short_name = [](fs::path path) {
    if (HasPhotoName(path)) return path.replace_extension(".jpg");
    return path += ".jpg";
  };
  for (const Record& record : records) {
    if (record.photo.empty() || below.contains(record.photo)) continue;
    const fs::path path = BelowRoot(Absolute(record.photo), roots);
    ++shared[ToLowerAscii(short_name(path).string())];
    below.emplace(record.photo, path);
  }
  OutputNames names;
  std::map<std::string, std::string> taken;
  for (const auto& [photo, path] : below) {
    fs::path name = short_name(path);
    if (shared[ToLowerAscii(name.string())] > 1) name = fs::path(path) += ".jpg";
    const auto [place, is_new] = taken.emplace(ToLowerAscii(name.string()), photo);
    if (!is_new) {
      return Fail(ErrorKind::kUsage, photo + " and " + place->second + " would both become " + name.string() +
                                         "; rename one of them or run the tool once for each");
    }
    names.emplace(photo, std::move(name));
  }
  return names;
}

Result<void> RefuseOverwritingInputs(std::span<const Record> records, const OutputNames& names,
                                     const fs::path& output_dir) {
  std::error_code error;
  std::set<fs::path> inputs;
  for (const Record& record : records) {
    if (!record.photo.empty()) inputs.insert(fs::weakly_canonical(record.photo, error));
    const auto reference = record.comparison.find("reference");
    if (reference != record.comparison.end() && reference->is_string()) {
      inputs.insert(fs::weakly_canonical(reference->get<std::string>(), error));
    }
  }
  for (const auto& [photo, name] : names) {
    const fs::path output = output_dir / name;
    if (inputs.contains(fs::weakly_canonical(output, error))) {
      return Fail(ErrorKind::kUsage,
                  output.string() +
                      " is one of the input photos; inputs are never overwritten, choose another "
                      "output directory");
    }
  }
  return {};
}

}  // namespace gradphoto::pipeline
