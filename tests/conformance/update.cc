// SPDX-License-Identifier: Apache-2.0
// gradphoto-conformance SOURCE_DIR [--update]: runs every case of tests/conformance/conformance.csv, prints the
// table as it would be now, or writes it there. A person reads the difference before it is committed.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "lib/base/file.h"
#include "lib/standard/codes.h"
#include "tests/conformance/conformance.h"

namespace {

using namespace gradphoto;
using namespace gradphoto::conformance;

// A verdict that rests on less than the tolerance will flip on another machine: choose another strength.
void WarnWhenFragile(const standard::Standard& standard, const Case& what, const Expectation& row) {
  const auto code = standard::Code::Find(row.code);
  const standard::CheckRule* rule = code ? standard.Check(*code) : nullptr;
  if (rule == nullptr || !row.value) return;
  for (const auto& limit : {rule->warn, rule->review, rule->reject}) {
    if (limit && std::abs(std::abs(*row.value) - *limit) <= row.tolerance) {
      std::fprintf(stderr, "fragile: %s %s %s: %s %g is within %g of the limit %g\n", what.photo.c_str(),
                   what.fault.c_str(), what.strength.c_str(), row.code.c_str(), *row.value, row.tolerance,
                   *limit);
    }
  }
}

Result<void> Renew(const std::filesystem::path& source_dir, bool write) {
  const std::filesystem::path file = source_dir / "tests" / "conformance" / "conformance.csv";
  TRY_ASSIGN(auto table, ReadTable(file));
  Runner runner(source_dir, source_dir / "build" / "models");
  const auto renew = [&](CaseRows& rows) -> Result<void> {
    TRY_ASSIGN(const auto said, runner.Run(rows.what));
    rows.rows = RenewedRows(rows, said);
    const auto engine = runner.EngineOf(rows.what.standard);
    for (const Expectation& row : rows.rows) WarnWhenFragile((*engine)->standard, rows.what, row);
    return {};
  };
  for (CaseRows& rows : table.cases) {
    if (auto done = renew(rows); !done) return done;
  }
  for (const Case& what : MissingCases(table)) {
    CaseRows rows{what, {}};
    if (auto done = renew(rows); !done) return done;
    table.cases.push_back(std::move(rows));
  }
  for (const Case& what : MissingCases(table)) {
    std::fprintf(stderr, "not found: the codes of %s at %s on %s; choose another photo or mend the check\n",
                 what.fault.c_str(), what.strength.c_str(), what.photo.c_str());
  }
  const std::string text = WriteTable(table);
  if (write) return WriteFileAtomic(file, text, IfExists::kOverwrite);
  std::fputs(text.c_str(), stdout);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const bool write = argc == 3 && std::strcmp(argv[2], "--update") == 0;
  if (argc != 2 && !write) {
    std::fprintf(stderr, "usage: gradphoto-conformance SOURCE_DIR [--update]\n");
    return 2;
  }
  const auto done = Renew(argv[1], write);
  if (done) return 0;
  std::fprintf(stderr, "gradphoto-conformance: %s\n", done.error().message.c_str());
  return 2;
}
