// SPDX-License-Identifier: Apache-2.0
#include "cli/common/pack_options.h"

#include <spdlog/spdlog.h>

#include "lib/standard/standard.h"

namespace gradphoto::cli {

Result<deliver::PackOptions> PackOptionsFor(const std::filesystem::path& config_dir,
                                            const std::string& standard, std::string name_template,
                                            std::string folder_template) {
  // The standard's folders belong to the standard's names: with a name template of the user's own, only their
  // own folder template counts.
  deliver::PackOptions options;
  if (name_template.empty() && !standard.empty()) {
    const auto profile = standard::FindStandard(config_dir, standard);
    if (!profile) return std::unexpected(profile.error());
    name_template = profile->name_template;
    if (folder_template.empty()) folder_template = profile->folder_template;
    TRY_ASSIGN(auto zip_name, deliver::NameTemplate::Parse(profile->zip.name_template));
    options.zip_name = std::move(zip_name);
    options.zip_flat = profile->zip.flat;
    options.zip_names = profile->zip.gbk_names ? deliver::ZipNames::kGbk : deliver::ZipNames::kUtf8;
    options.zip_max_files = static_cast<std::size_t>(profile->zip.max_files);
    options.zip_max_bytes = static_cast<std::uint64_t>(profile->zip.max_bytes);
    if (!profile->official_tool.zh.empty()) {
      spdlog::warn("{}: {} / {}", profile->name, profile->official_tool.zh, profile->official_tool.en);
    }
  }
  if (name_template.empty()) name_template = "{id_number}";
  TRY_ASSIGN(auto name, deliver::NameTemplate::Parse(name_template));
  TRY_ASSIGN(auto folder, deliver::NameTemplate::Parse(folder_template));
  options.name = std::move(name);
  options.folder = std::move(folder);
  return options;
}

}  // namespace gradphoto::cli
