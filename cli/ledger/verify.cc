// SPDX-License-Identifier: Apache-2.0
// gradphoto-ledger verify: does every file of the ledger exist, with its hash.
#include <iostream>
#include <map>

#include <spdlog/spdlog.h>

#include "cli/ledger/books.h"
#include "lib/base/sha256.h"

namespace gradphoto::cli {
namespace {

Result<ExitCode> Verify(Books& books) {
  TRY(books.ledger().CheckIntegrity());
  TRY_ASSIGN(const auto files, books.ledger().Files());
  std::map<std::string, std::map<std::string, std::size_t>> counts;
  std::size_t bad = 0, looked_at = 0;
  for (const ledger::LedgerFile& file : files) {
    if (Interrupted()) return Fail(ErrorKind::kOutput, "interrupted");
    if (file.kind == ledger::FileKind::kCard)
      continue;  // The office's own; deleted once the student is verified.
    ++looked_at;
    const auto hash = Sha256File(file.path);
    const char* verdict = !hash ? "gone" : *hash == file.sha256 ? "ok" : "changed";
    ++counts[std::string(FileKindName(file.kind))][verdict];
    if (hash && *hash == file.sha256) continue;
    TRY_ASSIGN(const auto entry, books.ledger().GetStudent(file.student));
    spdlog::log(++bad <= kMaxListed ? spdlog::level::warn : spdlog::level::debug, "{}: {}", verdict,
                books.Masked(entry.student, file.path));
  }
  if (bad > kMaxListed) spdlog::warn("and {} more; -v names them", bad - kMaxListed);
  if (books.options().json) {
    std::cout << Json{{"v", 1}, {"files", looked_at}, {"bad", bad}, {"kinds", counts}}.dump() << '\n';
  } else {
    std::cout << books.texts().Format("ledger.verified", looked_at, bad) << '\n';
  }
  return bad > 0 ? ExitCode::kUnreadable : ExitCode::kAccepted;
}

}  // namespace

Command AddVerify(CLI::App& app) {
  CLI::App* command = app.add_subcommand("verify", "Does every file of the ledger exist, with its hash");
  AddExamples(*command, {{"gradphoto-ledger verify -v", "names every file that is gone or changed"}});
  return {command, Reads(), Verify};
}

}  // namespace gradphoto::cli
