// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/pack_options.h"

#include <set>
#include <utility>

#include "lib/standard/standard.h"

namespace gradphoto::deliver {

Result<NamedPack> PackOptionsFor(const std::filesystem::path& config_dir, const std::string& standard,
                                 std::string name_template, std::string folder_template) {
  // The standard's folders belong to the standard's names: with a name template of the user's own, only their
  // own folder template counts.
  NamedPack pack;
  PackOptions& options = pack.options;
  if (name_template.empty() && !standard.empty()) {
    TRY_ASSIGN(const auto profile, standard::FindStandard(config_dir, standard));
    name_template = profile.name_template;
    if (folder_template.empty()) folder_template = profile.folder_template;
    TRY_ASSIGN(auto zip_name, NameTemplate::Parse(profile.zip.name_template));
    options.zip_name = std::move(zip_name);
    options.zip_flat = profile.zip.flat;
    options.zip_names = profile.zip.gbk_names ? ZipNames::kGbk : ZipNames::kUtf8;
    options.zip_max_files = static_cast<std::size_t>(profile.zip.max_files);
    options.zip_max_bytes = static_cast<std::uint64_t>(profile.zip.max_bytes);
    if (!profile.official_tool.zh.empty()) {
      pack.official_tool = profile.name + ": " + profile.official_tool.zh + " / " + profile.official_tool.en;
    }
  }
  if (name_template.empty()) name_template = "{id_number}";
  TRY_ASSIGN(auto name, NameTemplate::Parse(name_template));
  TRY_ASSIGN(auto folder, NameTemplate::Parse(folder_template));
  options.name = std::move(name);
  options.folder = std::move(folder);
  return pack;
}

Result<std::string> StandardOf(const std::vector<Record>& records) {
  std::set<std::string> names;
  for (const Record& record : records) {
    const auto id = record.tool.find("standard");
    if (record.outcome != Outcome::kAccepted || id == record.tool.end() || !id->is_string()) continue;
    const std::string name = id->get<std::string>();
    names.insert(name.substr(0, name.find('@')));
  }
  if (names.size() > 1) {
    return Fail(ErrorKind::kUsage, "the records name several standards (" + *names.begin() + ", " +
                                       *names.rbegin() +
                                       "...); choose the file names with --standard or --name-template");
  }
  return names.empty() ? std::string() : *names.begin();
}

}  // namespace gradphoto::deliver
