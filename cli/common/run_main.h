// SPDX-License-Identifier: Apache-2.0
// What every tool's main() does: parse, set up the log, run, turn errors into messages and exit codes. stdout
// is data, stderr is talk. The only catch-all of the project is in RunMain.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "cli/common/exit_code.h"
#include "lib/base/error.h"
#include "lib/record/outcome_counts.h"
#include "lib/record/record.h"

namespace gradphoto::cli {

// Options that every tool has.
struct CommonOptions {
  bool quiet = false;
  int verbosity = 0;                 // -v: details, -vv: debug.
  std::filesystem::path config_dir;  // Empty: see base/resources.h.
  bool runs_programs = false;        // Else see sandbox.h.
};

// Adds --quiet, -v, --version, --configs and the footer with the exit codes.
void AddCommonOptions(CLI::App& app, CommonOptions& options);

// A command line as it may be typed, and what it does, in a few words.
struct Example {
  std::string_view command, what;
};
// Puts the examples at the end of --help, above the exit codes. May stand before or after AddCommonOptions.
// Call it before subcommands are added: they take over what their parent has then, or get examples of their
// own.
void AddExamples(CLI::App& app, std::initializer_list<Example> examples);

// Adds -n/--dry-run: nothing is written, and the exit code is that of a real run. `what` says what is printed
// instead.
void AddDryRun(CLI::App& app, bool& dry_run, const std::string& what);

// `setup` declares the tool's options on the app; `run` does the work and returns the exit code or an error.
// Unknown options: exit 2 with the nearest valid name. SIGINT and SIGTERM: see Interrupted().
int RunMain(int argc, char** argv, CLI::App& app, const CommonOptions& options,
            const std::function<Result<ExitCode>()>& run);

// A line of talk on stderr, without the tool's name: counts, and what belongs to them; nothing with --quiet.
void Say(const std::string& line);

// True once SIGINT or SIGTERM has come; loops over photos stop at the next photo.
bool Interrupted();

// The exit code that outcomes earn: 3 if any is an error, 1 if any is not accepted, 4 without records, else 0.
ExitCode ExitCodeOf(const OutcomeCounts& outcomes);
ExitCode ExitCodeOf(const std::vector<Record>& records);

// Says that the input holds nothing, and returns the exit code for that.
ExitCode NothingToDo();

}  // namespace gradphoto::cli
