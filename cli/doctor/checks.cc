// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/checks.h"

#include <algorithm>
#include <chrono>
#include <clocale>
#include <cstdint>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <langinfo.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/common/tools.h"
#include "cli/standards/show.h"
#include "lib/base/date.h"
#include "lib/base/error.h"
#include "lib/base/version.h"
#include "lib/image/text.h"
#include "lib/ledger/ledger.h"
#include "lib/nn/registry.h"
#include "lib/nn/session.h"
#include "lib/standard/reasons.h"

namespace gradphoto::cli {
namespace {

namespace fs = std::filesystem;
using standard::Texts;

// A batch of 10,000 students takes about 0.4 GB of photos, as much again in the pack and once more in its zips.
constexpr std::uintmax_t kAmpleBytes = 2'000'000'000;
// Below that even a small batch with its report may not end.
constexpr std::uintmax_t kNeededBytes = 100'000'000;
constexpr double kBytesPerGigabyte = 1e9;

Diagnosis Good(std::string_view check, std::string text) {
  return {check, Health::kGood, std::move(text), {}, {}};
}

Diagnosis Doubtful(std::string_view check, std::string text, std::string_view remedy) {
  return {check, Health::kDoubtful, std::move(text), std::string(remedy), ExitCode::kNotAccepted};
}

Diagnosis Fault(std::string_view check, std::string text, std::string_view remedy, ExitCode code) {
  return {check, Health::kFault, std::move(text), std::string(remedy), code};
}

// An error of the library names its remedy itself.
Diagnosis FaultOf(std::string_view check, const Error& error, const Texts& texts) {
  return Fault(check, texts.Line(error.message), "", ExitCodeFor(error.kind));
}

// "2021-10-05" of the file's last change, in local time.
std::string DayOfChange(const fs::path& file) {
  struct stat status{};
  if (stat(file.c_str(), &status) != 0) return "";
  std::tm local{};
  localtime_r(&status.st_mtime, &local);
  return fmt::format("{:04}-{:02}-{:02}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
}

// The stamp of the last event of any student; empty without one.
Result<std::string> LastStamp(ledger::Ledger& ledger) {
  std::vector<ledger::StudentId> students;
  TRY(ledger.ForEachStudent([&](const ledger::StudentEntry& entry) -> Result<void> {
    students.push_back(entry.id);
    return {};
  }));
  std::string last;
  for (const ledger::StudentId student : students) {
    TRY_ASSIGN(const auto events, ledger.EventsOf(student));
    for (const ledger::BookedEvent& event : events) last = std::max(last, event.at);
  }
  return last;
}

}  // namespace

Diagnoses CheckInstallation(const fs::path& config_dir, const Texts& texts) {
  Diagnoses found;
  std::error_code error;
  const fs::path bin = fs::read_symlink("/proc/self/exe", error).parent_path();
  std::string missing;
  for (const Tool& tool : kTools) {
    const fs::path program = bin / ("gradphoto-" + std::string(tool.name));
    if (access(program.c_str(), X_OK) != 0) missing += (missing.empty() ? "" : ", ") + program.string();
  }
  if (missing.empty()) {
    found.push_back(
        Good("programs", texts.Format("doctor.programs", Version(), Commit(), kTools.size(), bin.string())));
  } else {
    found.push_back(Fault("programs", texts.Format("doctor.no_program", missing), texts.Get("doctor.reinstall"),
                          ExitCode::kUsage));
  }
  const auto standards = LoadAll(config_dir);
  const auto reasons = standard::Reasons::Load(config_dir);
  if (!standards) found.push_back(FaultOf("configs", standards.error(), texts));
  if (!reasons) found.push_back(FaultOf("configs", reasons.error(), texts));
  if (standards && reasons) {
    found.push_back(Good("configs", texts.Format("doctor.configs", standards->size(), config_dir.string())));
  }
  return found;
}

Diagnoses CheckModels(const fs::path& config_dir, const fs::path& model_dir, const Texts& texts) {
  const auto registry = nn::ModelRegistry::Load(config_dir);
  if (!registry) return {FaultOf("models", registry.error(), texts)};
  Diagnoses found;
  for (const nn::ModelSpec& model : registry->models()) {
    // Also compares the hash, and the shapes of inputs and outputs.
    const auto session = nn::Session::Open(model, model_dir);
    if (!session) found.push_back(FaultOf("models", session.error(), texts));
  }
  if (found.empty()) {
    found.push_back(
        Good("models", texts.Format("doctor.models", registry->models().size(), model_dir.string())));
  }
  return found;
}

Diagnoses CheckLanguage(const Texts& texts) {
  Diagnoses found;
  std::string name = "C";
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* const value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    name = value;
    break;
  }
  const std::string_view remedy = texts.Get("doctor.set_locale");
  if (std::setlocale(LC_CTYPE, "") == nullptr) {
    found.push_back(Doubtful("locale", texts.Format("doctor.no_locale", name), remedy));
  } else if (const std::string_view codeset = nl_langinfo(CODESET); codeset != "UTF-8") {
    found.push_back(Doubtful("locale", texts.Format("doctor.not_utf8", name, codeset), remedy));
  } else {
    found.push_back(Good("locale", texts.Format("doctor.locale", name)));
  }
  std::setlocale(LC_CTYPE, "C");
  if (image::HasGlyphsFor("驳回审核")) {
    found.push_back(Good("font", std::string(texts.Get("doctor.font"))));
  } else {
    found.push_back(
        Doubtful("font", std::string(texts.Get("doctor.no_font")), texts.Get("doctor.install_font")));
  }
  return found;
}

Diagnoses CheckSpace(const fs::path& directory, const Texts& texts) {
  std::error_code error;
  const fs::space_info space = fs::space(directory, error);
  if (error) {
    return {Fault("space", texts.Format("doctor.no_directory", directory.string()),
                  texts.Get("doctor.name_directory"), ExitCode::kOutput)};
  }
  const std::string text =
      texts.Format("doctor.space", directory.string(),
                   fmt::format("{:.1f}", static_cast<double>(space.available) / kBytesPerGigabyte));
  if (space.available < kNeededBytes) {
    return {Fault("space", text, texts.Get("doctor.free_space"), ExitCode::kOutput)};
  }
  if (space.available < kAmpleBytes) return {Doubtful("space", text, texts.Get("doctor.free_space"))};
  if (access(directory.c_str(), W_OK) != 0) {
    return {Fault("space", texts.Format("doctor.not_writable", directory.string()),
                  texts.Get("doctor.name_directory"), ExitCode::kOutput)};
  }
  return {Good("space", text)};
}

Diagnoses CheckLedger(const fs::path& file, const Texts& texts) {
  auto opened = ledger::Ledger::Open(file, ledger::OpenMode::kRead);
  if (!opened) return {FaultOf("ledger", opened.error(), texts)};
  if (const auto sound = opened->CheckIntegrity(); !sound) return {FaultOf("ledger", sound.error(), texts)};
  std::size_t students = 0;
  const auto counted = opened->ForEachStudent([&](const ledger::StudentEntry&) -> Result<void> {
    ++students;
    return {};
  });
  if (!counted) return {FaultOf("ledger", counted.error(), texts)};
  Diagnoses found{Good("ledger", texts.Format("doctor.ledger", file.string(), students))};
  struct stat status{};
  if (stat(file.c_str(), &status) == 0 && (status.st_mode & 077U) != 0) {
    found.push_back(Doubtful("ledger", texts.Format("doctor.readable", file.string()),
                             texts.Format("doctor.make_private", file.string())));
  }
  return found;
}

Diagnoses CheckClock(const fs::path& config_dir, const fs::path& ledger, const Texts& texts) {
  const std::string today = DateText(Today());
  const std::string_view remedy = texts.Get("doctor.set_clock");
  if (const std::string made = DayOfChange(config_dir / "texts.yaml"); today < made) {
    return {Doubtful("clock", texts.Format("doctor.before_files", today, made), remedy)};
  }
  if (!ledger.empty()) {
    if (auto opened = ledger::Ledger::Open(ledger, ledger::OpenMode::kRead)) {
      const auto last = LastStamp(*opened);
      if (last && ledger::Now().stamp < *last) {
        return {Doubtful("clock", texts.Format("doctor.before_ledger", today, *last), remedy)};
      }
    }  // What keeps it from being opened is told by CheckLedger.
  }
  return {Good("clock", texts.Format("doctor.clock", today))};
}

}  // namespace gradphoto::cli
