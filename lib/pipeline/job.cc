// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/job.h"

#include "lib/base/yaml.h"

namespace gradphoto::pipeline {

Result<Job> LoadJob(const std::filesystem::path& file) {
  const auto root = ReadYamlFile(file);
  if (!root) return std::unexpected(root.error());
  const auto absolute = [&](const std::string& path) { return (file.parent_path() / path).lexically_normal(); };
  YamlMap map(*root);
  Job job;
  job.roster = absolute(map.String("roster").value_or(""));
  job.output = absolute(map.String("output").value_or(""));
  if (const YamlNode* photos = map.Node("photos")) {
    const auto list = photos->AsList();
    if (!list) return std::unexpected(list.error());
    for (const YamlNode& item : **list) {
      const auto directory = item.AsString();
      if (!directory) return std::unexpected(directory.error());
      job.photos.push_back(absolute(*directory));
    }
    if (job.photos.empty()) map.Fail(photos->MakeError("at least one directory is needed"));
  }
  if (const auto references = map.OptionalString("references")) job.references = absolute(*references);
  job.standard = map.OptionalString("standard").value_or(job.standard);
  job.language = map.OptionalString("language").value_or(job.language);
  if (job.language != "zh" && job.language != "en") map.Fail(root->MakeError("language must be zh or en"));
  job.key_column = map.OptionalString("key_column").value_or("");
  if (const YamlNode* columns = map.OptionalNode("columns")) {
    const auto pairs = columns->AsMap();
    if (!pairs) return std::unexpected(pairs.error());
    for (const auto& [header, value] : **pairs) {
      auto name = value.AsString();
      if (!name) return std::unexpected(name.error());
      job.columns[header] = std::move(*name);
    }
  }
  job.sheet = map.OptionalString("sheet").value_or("");
  if (const auto mapping = map.OptionalString("mapping")) job.mapping = absolute(*mapping);
  const std::string duplicates = map.OptionalString("duplicates").value_or("reject");
  if (duplicates != "reject" && duplicates != "newest") {
    map.Fail(root->MakeError("duplicates must be reject or newest"));
  }
  job.newest_of_duplicates = duplicates == "newest";
  // A profile of one's own lies where the job lies.
  if (job.standard.ends_with(".yaml")) job.standard = absolute(job.standard).string();
  job.name_template = map.OptionalString("name_template").value_or("");
  job.folder_template = map.OptionalString("folder_template").value_or("");
  job.zip = map.OptionalBool("zip").value_or(false);
  job.zip_template = map.OptionalString("zip_template").value_or("");
  job.zip_max_files = map.OptionalInt("zip_max_files").value_or(0);
  job.zip_max_bytes = map.OptionalInt("zip_max_bytes").value_or(0);
  if (job.zip_max_files < 0 || job.zip_max_bytes < 0)
    map.Fail(root->MakeError("limits of zips must be 0 or more"));
  job.threads = map.OptionalInt("threads").value_or(0);
  if (job.threads < 0) map.Fail(root->MakeError("threads must be 0 or more"));
  if (auto done = map.Finish(); !done) return std::unexpected(done.error());
  return job;
}

}  // namespace gradphoto::pipeline
