// SPDX-License-Identifier: Apache-2.0
// A ledger's file: a damaged or foreign database is refused or read, whatever its rows say.
#include "lib/ledger/ledger.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "tests/fuzz/targets/scratch_folder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gradphoto::ledger;
  const auto file = gradphoto::fuzzing::Write("ledger.sqlite", {reinterpret_cast<const char*>(data), size});
  auto ledger = Ledger::Open(file, OpenMode::kScratch);
  if (!ledger) {
    if (ledger.error().message.empty()) std::abort();
    return 0;
  }
  // Each may fail; none may do more.
  (void)ledger->CheckIntegrity();
  std::vector<StudentId> students;
  (void)ledger->ForEachStudent([&](const StudentEntry& entry) -> gradphoto::Result<void> {
    students.push_back(entry.id);
    (void)StandingOf(entry.history, ledger->rules(), {});
    return {};
  });
  for (const StudentId student : students) {
    const auto events = ledger->EventsOf(student);
    const auto judgement = ledger->FindJudgement(student, 1);
    if (judgement && *judgement && events) {
      (void)ToLine(WithDecisions((*judgement)->record, (*judgement)->attempt, *events));
    }
  }
  (void)ledger->Identities();
  (void)ledger->UnknownReplies();
  (void)ledger->RenameCandidates();
  (void)ledger->Files();
  (void)ledger->DeliveryDirectories();
  (void)ledger->UnfinishedPurges();
  (void)ledger->Forget(students, gradphoto::Json::object(), {.stamp = "2026-06-01T00:00:00"});
  return 0;
}
