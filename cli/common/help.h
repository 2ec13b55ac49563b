// SPDX-License-Identifier: Apache-2.0
// --help in the reader's language. Options are declared in English; the catalogue has their Chinese (`help:` in
// configs/texts.yaml), and a test runs every tool and command for lines without it.
#pragma once

#include <filesystem>

#include <CLI/CLI.hpp>

namespace gradphoto::cli {

// Lets the app and its commands print --help in Chinese, where --lang or the locale asks for it. For a program
// that reads it (C, POSIX, no locale) it stays English, as it does where the catalogue cannot be read.
void TranslateHelp(CLI::App& app, const std::filesystem::path& config_dir);

}  // namespace gradphoto::cli
