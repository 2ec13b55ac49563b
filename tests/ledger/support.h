// SPDX-License-Identifier: Apache-2.0
// Ledgers and records for tests. Names and numbers are invented.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "lib/base/sha256.h"
#include "lib/ledger/ledger.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::ledger::testing {

using gradphoto::testing::SourceDir;
using gradphoto::testing::TempDir;
using namespace std::chrono_literals;

inline Moment On(Day day) { return StartOf(day); }
inline const Day kOctober = 2021y / 10 / 5;

inline Ledger Opened(const std::filesystem::path& file) {
  auto ledger = Ledger::Open(file, OpenMode::kWrite);
  REQUIRE_MESSAGE(ledger.has_value(), (ledger ? "" : ledger.error().message));
  return std::move(*ledger);
}

inline Record Linked(const std::string& key, const std::string& photo = "") {
  Record record;
  record.student = Student{.key = key,
                           .fields = {{"name", "张三"},
                                      {"student_number", key.substr(key.find('-') + 1)},
                                      {"id_number", "440524188001010014"},
                                      {"season", "spring-2022"}}};
  record.photo = photo;
  return record;
}

inline Finding Of(std::string code, Severity severity) {
  return {std::move(code), severity, {}, {}, {}, {}, {}};
}

inline const Json& ToolOf() {
  static const Json kTool = {{"version", "1"}, {"standard", "chsi-2017@1"}, {"models", "aa"}};
  return kTool;
}

// A record as the checks would leave it.
inline Record Judged(Record record, Outcome outcome, const std::string& sha256) {
  record.sha256 = sha256;
  record.tool = ToolOf();
  if (outcome == Outcome::kRejected) record.Add(Of("HEAD_TILTED", Severity::kReject));
  if (outcome == Outcome::kReview) record.Add(Of("BACKGROUND_UNEVEN", Severity::kReview));
  if (outcome == Outcome::kError) record.Add(Of("TRUNCATED", Severity::kError));
  CHECK(record.outcome == outcome);
  return record;
}

inline StudentId Added(Ledger& ledger, const Record& linked) {
  REQUIRE(ledger.SyncStudents(std::span(&linked, 1), On(kOctober)).has_value());
  return (*ledger.FindStudent(linked.student->key))->id;
}

inline Standing StandingOn(Ledger& ledger, StudentId student, Day day = kOctober) {
  return StandingOf(ledger.GetStudent(student)->history, ledger.rules(), day);
}

template <typename T>
T Must(Result<T> result) {
  REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().message));
  return std::move(*result);
}
inline void Must(const Result<void>& result) {
  REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().message));
}

}  // namespace gradphoto::ledger::testing
