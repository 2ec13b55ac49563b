// SPDX-License-Identifier: Apache-2.0
// --lang, the same in every tool that speaks to people.
#pragma once

#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "lib/standard/texts.h"

namespace gradphoto::cli {

// Adds --lang zh|en|auto; `language` holds the default, which is "auto" by custom. `what`: "Language of the
// report".
CLI::Option* AddLanguageOption(CLI::App& app, std::string& language, const std::string& what);

// The language that an option or a job names. "auto" is that of the first of LC_ALL, LC_MESSAGES and LANG that
// is set: Chinese for zh and for C, POSIX or nothing, which say nothing of language; English for all others.
standard::Language LanguageFrom(std::string_view option);

// What stands behind --lang on the command line, also of one that did not parse; "auto" where there is none.
std::string LanguageOption(const CLI::App& app);

// The language of the log (stderr). Here C, POSIX and nothing mean English: it is what programs set that read
// messages.
standard::Language LogLanguageFrom(std::string_view option);

}  // namespace gradphoto::cli
