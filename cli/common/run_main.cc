// SPDX-License-Identifier: Apache-2.0
#include "cli/common/run_main.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/common/help.h"
#include "cli/common/language.h"
#include "cli/common/line_format.h"
#include "cli/common/sandbox.h"
#include "cli/common/table.h"
#include "cli/common/version_json.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/base/version.h"
#include "lib/deliver/redact.h"

namespace gradphoto::cli {
namespace {

constexpr const char* kTalk = "talk";

// Written by the signal handler only.
volatile std::sig_atomic_t interrupting_signal = 0;

// A photo that is worked on when the signal comes is finished, if that takes no longer. What is on disk then is
// as after a crash, and so sound.
constexpr unsigned kGraceSeconds = 5;

void OnSignal(int signal) {
  interrupting_signal = signal;
  std::signal(signal, SIG_DFL);  // A second one ends the process at once.
  alarm(kGraceSeconds);
}

void OnAlarm(int /*signal*/) { _exit(128 + interrupting_signal); }

void SetUpLog(const CLI::App& app, const CommonOptions& options) {
  const auto language = LogLanguageFrom(LanguageOption(app));
  auto logger = spdlog::stderr_logger_mt(app.get_name());
  logger->set_formatter(LineFormatter(language, options.config_dir, "%n: "));
  logger->set_level(options.quiet            ? spdlog::level::err
                    : options.verbosity >= 2 ? spdlog::level::trace
                    : options.verbosity == 1 ? spdlog::level::debug
                                             : spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
  auto talk = spdlog::stderr_logger_mt(kTalk);
  talk->set_formatter(LineFormatter(language, options.config_dir, ""));
  if (options.quiet) talk->set_level(spdlog::level::err);
}

// Every long and short option name of the app and of the subcommand that was given.
std::vector<std::string> OptionNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* scope : {&app, app.get_subcommands().empty() ? &app : app.get_subcommands().front()}) {
    for (const CLI::Option* option : scope->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

// ": No space left on device", after stdout has failed; `error_number` is that of its last flush. When it
// failed before that, the reason is gone, and one more byte brings it back: what was written is not whole
// anyway.
std::string StdoutReason(int error_number) {
  if (error_number == 0 && write(STDOUT_FILENO, "\n", 1) < 0) error_number = errno;
  return error_number == 0 ? "" : ": " + SystemReason(error_number);
}

int ExplainParseError(CLI::App& app, const CommonOptions& options, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) {  // --help and --version.
    TranslateHelp(app, options.config_dir);
    return app.exit(error);
  }
  if (spdlog::get(kTalk) == nullptr) SetUpLog(app, options);
  std::string message = error.what();
  // A misspelled option also leaves a required one missing; the misspelling is the news.
  for (const std::string& word : app.remaining(/*recurse=*/true)) {
    if (word.size() < 2 || !word.starts_with("-")) continue;
    message = UnknownNameMessage("option", word.substr(0, word.find('=')), OptionNames(app));
    break;
  }
  spdlog::error("{}", message);
  spdlog::get(kTalk)->error("Run with --help for the options.");
  return static_cast<int>(ExitCode::kUsage);
}

}  // namespace

void AddCommonOptions(CLI::App& app, CommonOptions& options) {
  app.add_flag("-q,--quiet", options.quiet, "Only errors on stderr");
  app.add_flag("-v,--verbose", options.verbosity, "More on stderr; twice for debugging");
  app.add_option("--configs", options.config_dir,
                 "Directory with standards/, reasons.yaml, texts.yaml and models.yaml")
      ->envname("GRADPHOTO_CONFIGS")
      ->type_name("DIR");
  app.set_version_flag(
      "--version", [&options] { return VersionText(options.config_dir); },
      "Print version, commit and the hashes of models and standards; with --json as JSON");
  if (app.get_footer().empty()) app.footer(std::string(kExitCodeHelp));
  app.get_formatter()->column_width(38);
}

void AddExamples(CLI::App& app, std::initializer_list<Example> examples) {
  std::string footer = "Examples:\n";
  for (const Example& example : examples) {
    footer += fmt::format("  {}\n      {}\n", example.command, example.what);
  }
  app.footer(footer + "\n" + std::string(kExitCodeHelp));
}

void AddDryRun(CLI::App& app, bool& dry_run, const std::string& what) {
  app.add_flag("-n,--dry-run", dry_run, what);
}

int RunMain(int argc, char** argv, CLI::App& app, const CommonOptions& options,
            const std::function<Result<ExitCode>()>& run) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion& call) {
    // Not an option of the parser: every tool answers it, also those without records.
    if (std::find(argv, argv + argc, std::string_view("--json")) == argv + argc) return app.exit(call);
    std::cout << VersionJson(app.get_name(), options.config_dir) << '\n';
    return 0;
  } catch (const CLI::ParseError& error) {
    return ExplainParseError(app, options, error);
  }
  SetUpLog(app, options);
  umask(077);  // Whatever is written is personal data.
  std::signal(SIGINT, OnSignal);
  std::signal(SIGTERM, OnSignal);
  std::signal(SIGALRM, OnAlarm);
  std::signal(SIGPIPE, SIG_IGN);
  if (!options.runs_programs) EnterSandbox();
  try {
    const Result<ExitCode> result = run();
    errno = 0;
    std::cout.flush();
    const int flush_error = std::cout ? 0 : errno;
    if (!result) {
      // Photos are often named by identity numbers, and stderr ends in cron's mail.
      spdlog::error("{}", deliver::Redactor().Text(result.error().message, nullptr));
    }
    if (interrupting_signal != 0) return 128 + interrupting_signal;
    if (!result) return static_cast<int>(ExitCodeFor(result.error().kind));
    if (!std::cout) {
      spdlog::error("stdout cannot be written{} (disk full, or the reading program ended)",
                    StdoutReason(flush_error));
      return static_cast<int>(ExitCode::kOutput);
    }
    return static_cast<int>(*result);
  } catch (const CLI::ParseError& error) {
    return ExplainParseError(app, options, error);
  } catch (const std::exception& error) {
    spdlog::error("internal error: {}; please report it with the command line", error.what());
    return static_cast<int>(ExitCodeFor(ErrorKind::kInternal));
  }
}

void Say(const std::string& line) { spdlog::get(kTalk)->info("{}", line); }

bool Interrupted() { return interrupting_signal != 0; }

ExitCode ExitCodeOf(const OutcomeCounts& outcomes) {
  if (outcomes.Total() == 0) return ExitCode::kNothingToDo;
  if (outcomes[Outcome::kError] > 0) return ExitCode::kUnreadable;
  for (const Outcome outcome : {Outcome::kReview, Outcome::kRejected, Outcome::kMissing, Outcome::kHeld}) {
    if (outcomes[outcome] > 0) return ExitCode::kNotAccepted;
  }
  return ExitCode::kAccepted;
}

ExitCode ExitCodeOf(const std::vector<Record>& records) {
  OutcomeCounts outcomes;
  for (const Record& record : records) outcomes.Add(record.outcome);
  return ExitCodeOf(outcomes);
}

ExitCode NothingToDo() {
  spdlog::warn("nothing to do: no photos or records in the input");
  return ExitCode::kNothingToDo;
}

}  // namespace gradphoto::cli
