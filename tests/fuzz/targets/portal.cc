// SPDX-License-Identifier: Apache-2.0
// Lists that come back: replies of the portal, decisions of reviewers. Nobody but the two students of the
// ledger gets anything of them.
#include "lib/ledger/portal.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lib/ledger/import.h"
#include "tests/fuzz/targets/scratch_folder.h"

namespace {

using gradphoto::ledger::Ledger;

Ledger LedgerOfTwo() {
  auto ledger = Ledger::Open({}, gradphoto::ledger::OpenMode::kScratch);
  if (!ledger) std::abort();
  std::vector<gradphoto::Record> records(2);
  for (std::size_t i = 0; i < records.size(); ++i) {
    gradphoto::Student student;
    student.key = i == 0 ? "20220101" : "20220102";
    student.fields = {{"student_number", student.key}, {"name", "林晓月"}};
    records[i].student = student;
    records[i].sha256 = "aa";
  }
  const gradphoto::ledger::Moment now{.stamp = "2026-06-01T00:00:00"};
  if (!ImportRecords(*ledger, records, gradphoto::ledger::Extent::kWhole, now)) std::abort();
  return std::move(*ledger);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto rules = gradphoto::ledger::PortalRules::Load(GRADPHOTO_CONFIGS);
  if (!rules) std::abort();
  // Anew each time: what was booked would otherwise decide what the next list meets.
  Ledger ledger = LedgerOfTwo();
  const gradphoto::ledger::Moment now{.stamp = "2026-06-02T00:00:00"};
  const auto list = gradphoto::fuzzing::Write("list", {reinterpret_cast<const char*>(data), size});
  for (const auto& result : {ImportPortal(ledger, *rules, list, {}, now), ImportDecisions(ledger, list, now)}) {
    if (!result && result.error().message.empty()) std::abort();
    if (result && result->booked + result->unchanged + result->problems.size() > result->rows) std::abort();
  }
  if (!ledger.CheckIntegrity()) std::abort();
  return 0;
}
