// SPDX-License-Identifier: Apache-2.0
#include "cli/common/language.h"

#include <cstdlib>
#include <vector>

namespace gradphoto::cli {
namespace {

using standard::Language;

// "zh_CN.UTF-8", "C.UTF-8", "POSIX", ""; `unsaid` where it says nothing of language.
Language LanguageOfLocale(std::string_view locale, Language unsaid) {
  const std::string_view name = locale.substr(0, locale.find_first_of("_.@-"));
  if (name.empty() || name == "C" || name == "POSIX") return unsaid;
  return name == "zh" ? Language::kZh : Language::kEn;
}

std::string_view Locale() {
  for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value != '\0') return value;
  }
  return "";
}

}  // namespace

CLI::Option* AddLanguageOption(CLI::App& app, std::string& language, const std::string& what) {
  return app
      .add_option("--lang", language, what + ": zh, en, or auto (that of the locale, zh where it names none)")
      ->capture_default_str()
      ->check(CLI::IsMember({"zh", "en", "auto"}).description(""))
      ->type_name("LANG");
}

Language LanguageFrom(std::string_view option) {
  return standard::LanguageFromName(option).value_or(LanguageOfLocale(Locale(), Language::kZh));
}

std::string LanguageOption(const CLI::App& app) {
  std::vector<const CLI::App*> scopes = {&app};
  for (const CLI::App* subcommand : app.get_subcommands()) scopes.push_back(subcommand);
  for (const CLI::App* scope : scopes) {
    const CLI::Option* option = scope->get_option_no_throw("--lang");
    if (option != nullptr && !option->results().empty()) return option->results().back();
  }
  return "auto";
}

Language LogLanguageFrom(std::string_view option) {
  return standard::LanguageFromName(option).value_or(LanguageOfLocale(Locale(), Language::kEn));
}

}  // namespace gradphoto::cli
