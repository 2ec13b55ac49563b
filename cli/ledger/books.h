// SPDX-License-Identifier: Apache-2.0
// What the commands of gradphoto-ledger share: an open ledger, how students are named on the command line, and
// how they are shown. Numbers of persons are masked unless --full-ids.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/common/exit_code.h"
#include "cli/common/ledger_options.h"
#include "cli/common/run_main.h"
#include "lib/base/error.h"
#include "lib/deliver/redact.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/state.h"
#include "lib/standard/texts.h"

namespace gradphoto::cli {

inline constexpr std::size_t kMaxListed = 20;  // Problems told one by one without -v.

// Options of every command.
struct BooksOptions {
  CommonOptions common;
  LedgerOptions ledger;
  bool json = false, full_ids = false;
  std::string language = "auto";
};

// Students named one by one.
struct KeyOptions {
  std::vector<std::string> keys;
  std::string keys_from;  // File, or "-"; empty: none.
  bool Given() const { return !keys.empty() || !keys_from.empty(); }
};
void AddKeys(CLI::App& command, KeyOptions& options);

// Students named by what they have in common; empty: all.
struct FilterOptions {
  std::string season, group;
};
void AddFilters(CLI::App& command, FilterOptions& options);

// A student with what every list shows.
struct Line {
  ledger::StudentEntry entry;
  ledger::Standing standing;
  std::string group;
};

// A few words for the verdict on an identity card.
std::string CardTitle(std::string_view verdict, const standard::Texts& texts);

class Books {
 public:
  Books(const BooksOptions& options, ledger::Ledger& ledger, ledger::Moment now,
        std::optional<deliver::TagKey> key, const standard::Texts& texts);

  const BooksOptions& options() const { return options_; }
  ledger::Ledger& ledger() const { return ledger_; }
  const ledger::Moment& now() const { return now_; }
  const deliver::Redactor& redactor() const { return redactor_; }
  const standard::Texts& texts() const { return texts_; }

  Line LineOf(const ledger::StudentEntry& entry) const;
  // Those of the filter and of the states; all states for an empty set.
  Result<std::vector<Line>> Lines(const FilterOptions& filter, const std::set<ledger::State>& states) const;
  // The students that the command line names, in its order. Errors: kUsage - unknown, ambiguous, or an identity
  // number where others can read it; the message has positions, never numbers.
  Result<std::vector<ledger::StudentId>> Students(const KeyOptions& keys) const;
  Json LineJson(const Line& line) const;
  // Foreign text about a student, numbers masked.
  std::string Masked(const Student& student, std::string_view text) const;

 private:
  const BooksOptions& options_;
  ledger::Ledger& ledger_;
  ledger::Moment now_;
  deliver::Redactor redactor_;
  const standard::Texts& texts_;
};

// Errors: kUsage - no such state.
Result<std::set<ledger::State>> StatesFrom(const std::vector<std::string>& names);

// One command: the subcommand that its options were added to, and what it does.
struct Command {
  CLI::App* app = nullptr;
  std::function<ledger::OpenMode()> mode;  // Once the options are read; kScratch: a dry run of one that writes.
  std::function<Result<ExitCode>(Books& books)> run;
  bool may_begin = false;  // May make a ledger that is not there: everything else presupposes students.
};

// Each in a file of its name, or with others of its kind.
Command AddStatus(CLI::App& app);
Command AddHistory(CLI::App& app);
Command AddImportRecords(CLI::App& app);
Command AddImportPortal(CLI::App& app);
Command AddImportDecisions(CLI::App& app);
Command AddImportPayments(CLI::App& app);
Command AddApprove(CLI::App& app);
Command AddUnlock(CLI::App& app);
Command AddWithdraw(CLI::App& app);
Command AddKeep(CLI::App& app);
Command AddRename(CLI::App& app);
Command AddExport(CLI::App& app);
Command AddPurge(CLI::App& app);
Command AddVerify(CLI::App& app);
Command AddBackup(CLI::App& app);

// For commands that only look, and for those that write unless `dry_run`.
std::function<ledger::OpenMode()> Reads();
std::function<ledger::OpenMode()> WritesUnless(std::function<bool()> dry_run);

}  // namespace gradphoto::cli
