// SPDX-License-Identifier: Apache-2.0
// gradphoto: lists the tools and runs them. `gradphoto check photo.jpg` becomes `gradphoto-check photo.jpg`,
// the program beside this one; signals, exit code and streams are the tool's own.
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <unistd.h>

#include "cli/common/language.h"
#include "cli/common/run_main.h"
#include "cli/common/table.h"
#include "cli/common/tools.h"
#include "lib/base/file.h"
#include "lib/base/resources.h"
#include "lib/base/text.h"
#include "lib/standard/texts.h"

namespace gradphoto::cli {
namespace {

struct Options {
  CommonOptions common;
  std::vector<std::string> words;
  std::string language = "auto";
};

void Setup(CLI::App& app, Options& options) {
  AddCommonOptions(app, options.common);
  app.add_option("command", options.words, "A tool and its arguments; without one the tools are listed")
      ->type_name("");
  AddLanguageOption(app, options.language, "Language of the list");
  AddExamples(app, {{"gradphoto", "lists the tools"},
                    {"gradphoto check photo.jpg", "runs gradphoto-check; options stand behind the tool's name"},
                    {"gradphoto help check", "shows the options of a tool"},
                    {"gradphoto doctor", "looks whether everything is in place, and says what to do"}});
}

bool IsTool(std::string_view word) { return std::ranges::find(kTools, word, &Tool::name) != kTools.end(); }

// Becomes the tool. Returns only errors: kUsage - the program is not there.
Result<ExitCode> Become(std::string_view tool, std::vector<std::string> arguments) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto program = self.parent_path() / ("gradphoto-" + std::string(tool));
  arguments.insert(arguments.begin(), program.string());
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  execv(program.c_str(), pointers.data());
  return Fail(ErrorKind::kUsage,
              program.string() + ": cannot be run: " + ErrnoText() + "; install gradphoto again");
}

Result<ExitCode> List(const Options& options) {
  TRY_ASSIGN(const auto config_dir, FindConfigDir(options.common.config_dir));
  TRY_ASSIGN(const auto catalogue, standard::TextCatalogue::Load(config_dir));
  const standard::Texts& texts = catalogue.In(LanguageFrom(options.language));
  std::vector<std::vector<std::string>> rows;
  for (const Tool& tool : kTools) rows.push_back({std::string(tool.name), std::string(texts.Get(tool.what))});
  std::cout << texts.Get("tool.heading") << "\n\n";
  PrintTable(rows, "  ");
  std::cout << '\n' << texts.Get("tool.more") << '\n';
  return ExitCode::kAccepted;
}

Result<ExitCode> Run(const Options& options) {
  if (options.words.empty()) return List(options);
  const std::string& word = options.words.front();
  if (IsTool(word)) {
    return Fail(ErrorKind::kUsage, "options stand behind the tool: gradphoto " + word + " ...");
  }
  std::vector<std::string> names;
  for (const Tool& tool : kTools) names.emplace_back(tool.name);
  return Fail(ErrorKind::kUsage, UnknownNameMessage("command", word, names));
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  namespace cli = gradphoto::cli;
  CLI::App app(
      "Turns students' photos and a roster into an upload-ready batch of ID photos: lists the tools and runs "
      "them",
      "gradphoto");
  cli::Options options;
  cli::Setup(app, options);
  options.common.runs_programs = true;
  const std::vector<std::string> words(argv + 1, argv + argc);
  // The tool's options are the tool's: they are not parsed here.
  if (!words.empty() && cli::IsTool(words[0])) {
    return cli::RunMain(1, argv, app, options.common,
                        [&] { return cli::Become(words[0], {words.begin() + 1, words.end()}); });
  }
  if (!words.empty() && words[0] == "help") {
    if (words.size() == 2 && cli::IsTool(words[1])) {
      return cli::RunMain(1, argv, app, options.common, [&] { return cli::Become(words[1], {"--help"}); });
    }
    return cli::RunMain(argc - 1, argv + 1, app, options.common, [&] { return cli::Run(options); });
  }
  return cli::RunMain(argc, argv, app, options.common, [&] { return cli::Run(options); });
}
