// SPDX-License-Identifier: Apache-2.0
// Shows the image standards, checks profiles that somebody wrote, and explains reason codes.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <spdlog/spdlog.h>

#include "cli/common/language.h"
#include "cli/common/run_main.h"
#include "cli/common/table.h"
#include "cli/standards/rule_text.h"
#include "cli/standards/show.h"
#include "lib/base/resources.h"
#include "lib/base/text.h"
#include "lib/standard/codes.h"
#include "lib/standard/reasons.h"
#include "lib/standard/standard.h"

namespace gradphoto::cli {
namespace {

using standard::Language;
using standard::Standard;

struct Options {
  CommonOptions common;
  std::string unknown_command;  // A word where a command should stand.
  bool json = false;
  std::string name;                // show: the standard.
  std::vector<std::string> files;  // validate.
  std::string code;                // explain.
  std::string only_standard;       // explain: empty = all.
  std::string language = "auto";
  CLI::App* list = nullptr;
  CLI::App* show = nullptr;
  CLI::App* validate = nullptr;
  CLI::App* explain = nullptr;
};

void Setup(CLI::App& app, Options& options) {
  AddCommonOptions(app, options.common);
  AddLanguageOption(app, options.language, "Language of the texts");
  // Not require_subcommand(): the message about a wrong command names the valid ones.
  app.add_option("command", options.unknown_command, "One of the commands below")->type_name("");
  app.fallthrough();
  AddExamples(app, {{"gradphoto-standards list", "lists the standards"},
                    {"gradphoto-standards show chsi-2017", "shows all limits of one, each with its source"},
                    {"gradphoto-standards validate ./ours.yaml", "checks a profile of your own"},
                    {"gradphoto-standards explain HEAD_TILTED --lang zh",
                     "explains a finding: what is measured, the limits, the advice to the student"}});
  options.list = app.add_subcommand("list", "One line for each standard");
  options.list->add_flag("--json", options.json, "All profiles as a JSON list");
  options.show = app.add_subcommand("show", "A standard with everything it inherits");
  options.show->add_option("name", options.name, "Name of the standard")->required()->type_name("NAME");
  options.show->add_flag("--json", options.json, "As JSON");
  options.validate = app.add_subcommand("validate", "Check profiles that are not installed yet");
  options.validate->add_option("files", options.files, "Profiles")->required()->type_name("FILE");
  options.explain = app.add_subcommand("explain", "What a reason code means and what is allowed");
  options.explain->add_option("code", options.code, "Reason code, such as HEAD_TILTED")
      ->required()
      ->type_name("CODE");
  options.explain->add_option("--standard", options.only_standard, "Limits of this standard only")
      ->type_name("NAME");
  for (CLI::App* subcommand : app.get_subcommands({})) subcommand->fallthrough();
}

// Every file is read, so that one run shows all errors.
ExitCode Validate(const std::filesystem::path& config_dir, const std::vector<std::string>& files) {
  bool all_good = true;
  for (const std::string& file : files) {
    const auto profile = standard::LoadStandard(file, config_dir);
    if (profile) {
      std::cout << file << ": ok\n";
    } else {
      spdlog::error("{}", profile.error().message);
      all_good = false;
    }
  }
  return all_good ? ExitCode::kAccepted : ExitCode::kUsage;
}

// What a standard says about a code; empty when it does not check it.
struct Rule {
  std::string limit, source;
};

Rule RuleFor(const Standard& profile, standard::Code code, const standard::Texts& texts) {
  for (const standard::PlacementRule& rule : profile.placement) {
    if (standard::MeasureCode(rule.measure) == code) {
      return {texts.Format("explain.outside", texts.Title(rule.severity), WindowText(rule, texts)),
              rule.source};
    }
  }
  const standard::CheckRule* rule = profile.Check(code);
  return rule == nullptr ? Rule{} : Rule{CheckText(*rule, code, texts), rule->source};
}

Result<ExitCode> Explain(const std::filesystem::path& config_dir, const Options& options) {
  const auto code = standard::Code::Find(options.code);
  if (!code) {
    return Fail(ErrorKind::kUsage, UnknownNameMessage("code", options.code, standard::AllCodeNames()));
  }
  TRY_ASSIGN(const auto reasons, standard::Reasons::Load(config_dir));
  std::vector<Standard> profiles;
  if (options.only_standard.empty()) {
    TRY_ASSIGN(auto all, LoadAll(config_dir));
    profiles = std::move(all);
  } else {
    TRY_ASSIGN(auto one, standard::FindStandard(config_dir, options.only_standard));
    profiles.push_back(std::move(one));
  }

  const Language language = LanguageFrom(options.language);
  const standard::Texts& texts = reasons.texts(language);
  const standard::Reason& reason = reasons.Get(*code, language);
  std::cout << code->name() << "  " << reason.title << "\n\n";
  std::cout << texts.Get("explain.measured") << ": " << reason.measured << '\n';
  if (!code->unit().empty()) std::cout << texts.Get("explain.unit") << ": " << code->unit() << '\n';
  std::cout << texts.Get("explain.advice") << ": " << reason.advice << "\n\n"
            << texts.Get("explain.limits") << ":\n";
  // Standards that agree share a row.
  std::vector<std::vector<std::string>> rows;
  for (const Standard& profile : profiles) {
    const Rule rule = RuleFor(profile, *code, texts);
    const std::string limit = rule.limit.empty() ? std::string(texts.Get("explain.not_checked")) : rule.limit;
    const auto same =
        std::ranges::find_if(rows, [&](const auto& row) { return row[0] == limit && row[2] == rule.source; });
    if (same == rows.end()) {
      rows.push_back({limit, profile.name, rule.source});
    } else {
      (*same)[1] += ", " + profile.name;
    }
  }
  PrintTable(rows, "  ");
  return ExitCode::kAccepted;
}

Result<ExitCode> Run(const Options& options) {
  const std::vector<std::string> commands = {"list", "show", "validate", "explain"};
  if (!options.unknown_command.empty()) {
    return Fail(ErrorKind::kUsage, UnknownNameMessage("command", options.unknown_command, commands));
  }
  if (!options.list->parsed() && !options.show->parsed() && !options.validate->parsed() &&
      !options.explain->parsed()) {
    return Fail(ErrorKind::kUsage, "a command is needed: list, show, validate or explain");
  }
  const auto config_dir = FindConfigDir(options.common.config_dir);
  // A profile that extends nothing of ours can be checked without our configuration.
  if (options.validate->parsed()) {
    return Validate(config_dir.value_or(std::filesystem::path()), options.files);
  }
  if (!config_dir) return Fail(config_dir.error());
  if (!options.explain->parsed()) {
    TRY_ASSIGN(const auto catalogue, standard::TextCatalogue::Load(*config_dir));
    const standard::Texts& texts = catalogue.In(LanguageFrom(options.language));
    return options.list->parsed() ? List(*config_dir, texts, options.json)
                                  : Show(*config_dir, options.name, texts, options.json);
  }
  return Explain(*config_dir, options);
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  CLI::App app("Shows the image standards, checks profiles and explains reason codes.", "gradphoto-standards");
  gradphoto::cli::Options options;
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.common, [&] { return gradphoto::cli::Run(options); });
}
