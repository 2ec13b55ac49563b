// SPDX-License-Identifier: Apache-2.0
// gradphoto-doctor: looks whether everything is in place before the night's batch, and says what to do.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <string>
#include <utility>

#include "cli/common/language.h"
#include "cli/common/ledger_options.h"
#include "cli/common/run_main.h"
#include "cli/doctor/checks.h"
#include "lib/base/resources.h"
#include "lib/record/record.h"
#include "lib/standard/texts.h"

namespace gradphoto::cli {
namespace {

struct Options {
  CommonOptions common;
  std::filesystem::path model_dir, ledger;
  std::filesystem::path output = ".";
  std::string language = "auto";
  bool json = false;
};

void Setup(CLI::App& app, Options& options) {
  AddCommonOptions(app, options.common);
  app.add_option("--models", options.model_dir, "Directory with the neural models")
      ->envname("GRADPHOTO_MODELS")
      ->type_name("DIR");
  AddLedgerOption(app, options.ledger);
  app.add_option("-o,--output", options.output, "Directory where batches are written: has it room")
      ->capture_default_str()
      ->type_name("DIR");
  app.add_flag("--json", options.json, "One JSON object on stdout");
  AddLanguageOption(app, options.language, "Language of the findings");
  AddExamples(app, {{"gradphoto doctor", "looks at programs, standards, models, locale, space and clock"},
                    {"gradphoto doctor --ledger ledger.sqlite -o out/",
                     "also at the ledger, and at the batch's disk"}});
}

Diagnoses Examine(const Options& options, const std::filesystem::path& config_dir,
                  const standard::Texts& texts) {
  Diagnoses all = CheckInstallation(config_dir, texts);
  const auto add = [&](Diagnoses found) { std::ranges::move(found, std::back_inserter(all)); };
  if (const auto models = FindModelDir(options.model_dir)) {
    add(CheckModels(config_dir, *models, texts));
  } else {
    add({{"models", Health::kFault, texts.Line(models.error().message), "", ExitCode::kModel}});
  }
  add(CheckLanguage(texts));
  add(CheckSpace(options.output, texts));
  if (!options.ledger.empty()) add(CheckLedger(options.ledger, texts));
  add(CheckClock(config_dir, options.ledger, texts));
  return all;
}

std::string_view NameOf(Health health) {
  return health == Health::kGood ? "good" : health == Health::kDoubtful ? "doubtful" : "fault";
}

void PrintJson(const Diagnoses& all) {
  Json checks = Json::array();
  for (const Diagnosis& one : all) {
    Json entry{{"check", one.check}, {"health", NameOf(one.health)}, {"text", one.text}};
    if (!one.remedy.empty()) entry["remedy"] = one.remedy;
    checks.push_back(std::move(entry));
  }
  std::cout << Json{{"v", 1}, {"checks", std::move(checks)}}.dump() << '\n';
}

void PrintForPeople(const Diagnoses& all, const standard::Texts& texts) {
  for (const Diagnosis& one : all) {
    const std::string_view title = one.health == Health::kGood       ? texts.Get("doctor.good")
                                   : one.health == Health::kDoubtful ? texts.Get("doctor.doubtful")
                                                                     : texts.Get("doctor.fault");
    std::cout << title << "  " << one.text << '\n';
    if (!one.remedy.empty()) std::cout << "      " << one.remedy << '\n';
  }
}

// The first fault's, in the order of the checks; a doubtful one earns kNotAccepted.
ExitCode CodeOf(const Diagnoses& all) {
  const auto fault = std::ranges::find(all, Health::kFault, &Diagnosis::health);
  if (fault != all.end()) return fault->code;
  const bool doubt = std::ranges::find(all, Health::kDoubtful, &Diagnosis::health) != all.end();
  return doubt ? ExitCode::kNotAccepted : ExitCode::kAccepted;
}

Result<ExitCode> Run(const Options& options) {
  TRY_ASSIGN(const auto config_dir, FindConfigDir(options.common.config_dir));
  TRY_ASSIGN(const auto catalogue, standard::TextCatalogue::Load(config_dir));
  const standard::Texts& texts = catalogue.In(LanguageFrom(options.language));
  const Diagnoses all = Examine(options, config_dir, texts);
  if (options.json) {
    PrintJson(all);
  } else {
    PrintForPeople(all, texts);
  }
  return CodeOf(all);
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  CLI::App app("Looks whether everything is in place for a batch, and says what to do where it is not",
               "gradphoto-doctor");
  gradphoto::cli::Options options;
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.common, [&] { return gradphoto::cli::Run(options); });
}
