// SPDX-License-Identifier: Apache-2.0
#include "cli/common/help.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/common/language.h"
#include "lib/base/resources.h"
#include "lib/standard/texts.h"

namespace gradphoto::cli {
namespace {

class ChineseFormatter : public CLI::Formatter {
 public:
  ChineseFormatter(const CLI::FormatterBase& english, standard::TextCatalogue catalogue)
      : catalogue_(std::move(catalogue)) {
    column_width(english.get_column_width());
    for (const char* word : {"Usage", "OPTIONS", "SUBCOMMAND", "REQUIRED", "Env", "Excludes", "Needs"}) {
      label(word, Chinese(word));
    }
  }

  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    return Formatter::make_group(Chinese(group), is_positional, std::move(options));
  }
  std::string make_description(const CLI::App* app) const override {
    return Lines(Formatter::make_description(app));
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    return Lines(Formatter::make_option_desc(option));
  }
  std::string make_subcommands(const CLI::App* app, CLI::AppFormatMode mode) const override {
    return Lines(Formatter::make_subcommands(app, mode));
  }
  std::string make_subcommand(const CLI::App* command) const override {
    std::ostringstream out;
    CLI::detail::format_help(out, command->get_name(), Lines(command->get_description()), column_width_);
    return out.str();
  }
  std::string make_footer(const CLI::App* app) const override { return Lines(Formatter::make_footer(app)); }

 private:
  std::string Chinese(std::string_view english) const {
    return catalogue_.In(standard::Language::kZh).Help(english);
  }

  // Each line for itself, behind its indent and, in the list of exit codes, its number.
  std::string Lines(std::string_view english) const {
    std::string told;
    while (!english.empty()) {
      const std::size_t end = std::min(english.find('\n'), english.size());
      const std::size_t begin = std::min(english.find_first_not_of(" 0123456789/"), end);
      told += english.substr(0, begin);
      told += Chinese(english.substr(begin, end - begin));
      if (end < english.size()) told += '\n';
      english.remove_prefix(std::min(end + 1, english.size()));
    }
    return told;
  }

  standard::TextCatalogue catalogue_;
};

}  // namespace

void TranslateHelp(CLI::App& app, const std::filesystem::path& config_dir) {
  if (LogLanguageFrom(LanguageOption(app)) != standard::Language::kZh) return;
  const auto configs = FindConfigDir(config_dir);
  if (!configs) return;
  auto catalogue = standard::TextCatalogue::Load(*configs);
  if (!catalogue) return;
  const auto formatter = std::make_shared<ChineseFormatter>(*app.get_formatter(), *std::move(catalogue));
  app.formatter(formatter);
  for (CLI::App* command : app.get_subcommands({})) command->formatter(formatter);
}

}  // namespace gradphoto::cli
