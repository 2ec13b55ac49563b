// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/conformance.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <doctest/doctest.h>

#include "lib/standard/codes.h"
#include "tests/support/data.h"
#include "tests/support/temp_dir.h"

using namespace gradphoto;
using namespace gradphoto::conformance;
using gradphoto::testing::ModelDir;
using gradphoto::testing::SourceDir;
using gradphoto::testing::TempDir;

namespace {

Table Committed() {
  auto table = ReadTable(SourceDir() / "tests" / "conformance" / "conformance.csv");
  if (!table) FAIL(table.error().message);
  return std::move(*table);
}

bool IsFound(const Expectation& row) {
  return row.verdict == "warn" || row.verdict == "review" || row.verdict == "reject";
}

}  // namespace

TEST_CASE("every check gives the value and the verdict of the table, and nothing else is refused") {
  const Table table = Committed();
  REQUIRE(table.cases.size() > 20);
  Runner runner(SourceDir(), ModelDir());
  for (const CaseRows& rows : table.cases) {
    CAPTURE(rows.what.photo);
    CAPTURE(rows.what.fault);
    CAPTURE(rows.what.strength);
    CAPTURE(rows.what.standard);
    const auto said = runner.Run(rows.what);
    if (!said) {
      FAIL_CHECK(said.error().message);
      continue;
    }
    CHECK(!rows.rows.empty());
    std::set<std::string> listed;
    for (const Expectation& row : rows.rows) {
      if (row.code == "*") continue;
      CAPTURE(row.code);
      listed.insert(row.code);
      const auto found = said->find(row.code);
      if (found == said->end()) {
        FAIL_CHECK("the check was not made");
        continue;
      }
      if (row.verdict != "measured") CHECK(VerdictText(found->second) == row.verdict);
      REQUIRE(found->second.value.has_value() == row.value.has_value());
      if (row.value) CHECK(std::abs(*found->second.value - *row.value) <= row.tolerance);
    }
    for (const auto& [code, what] : *said) {
      if (what.severity >= Severity::kReview && !listed.contains(code)) {
        FAIL_CHECK("not in the table: " << code << " " << SeverityName(what.severity));
      }
    }
  }
}

TEST_CASE("every code of the tables of checks is found in one case and passes in another") {
  std::set<std::string> found, passed;
  for (const CaseRows& rows : Committed().cases) {
    for (const Expectation& row : rows.rows) {
      if (IsFound(row)) found.insert(row.code);
      if (row.verdict == "pass") passed.insert(row.code);
    }
  }
  const std::vector<std::string> codes = CodesOfChecks();
  REQUIRE(codes.size() > 5);
  for (const std::string& code : codes) {
    CAPTURE(code);
    if (code == "SELFIE_DISTORTION")
      continue;  // Of files that say how they were taken: tests/check/face_test.cc.
    CHECK_MESSAGE(found.contains(code), "run gradphoto-conformance . --update, and read the difference");
    CHECK_MESSAGE(passed.contains(code), "run gradphoto-conformance . --update, and read the difference");
  }
}

TEST_CASE("rows name real codes, verdicts and tolerances that say something") {
  const std::set<std::string> verdicts = {"pass",   "info",   "not-assessed", "warn",
                                          "review", "reject", "measured"};
  for (const CaseRows& rows : Committed().cases) {
    for (const Expectation& row : rows.rows) {
      CAPTURE(rows.what.fault);
      CAPTURE(row.code);
      if (row.code == "*") continue;
      const bool is_measure = row.code.starts_with("source.") || row.code.starts_with("output.");
      CHECK((is_measure || standard::Code::Find(row.code).has_value()));
      CHECK(is_measure == (row.verdict == "measured"));
      CHECK(verdicts.contains(row.verdict));
      if (row.value) CHECK(row.tolerance > 0);
      // A tolerance as large as the value would let the check die unseen.
      if (row.value && std::abs(*row.value) > 5) CHECK(row.tolerance < std::abs(*row.value) / 2);
    }
  }
}

TEST_CASE("a renewal keeps reviewed values that still hold and shows those that do not") {
  CaseRows old{{"a.jpg", "roll", "10", "chsi-2017", "source"},
               {{"HEAD_TILTED", 10.0, 0.5, "reject"}, {"BLURRED", 0.5, 0.1, "pass"}}};
  faults::Verdicts said;
  said["HEAD_TILTED"] = {Severity::kReject, false, 10.3};
  said["BLURRED"] = {Severity::kWarn, false, 1.5};
  said["EYES_CLOSED"] = {Severity::kReview, false, 0.12};
  said["MOUTH_OPEN"] = {Severity::kInfo, true, 0.01};
  const auto rows = RenewedRows(old, said);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].code == "HEAD_TILTED");
  CHECK(rows[0].value == 10.0);
  CHECK(rows[1].code == "EYES_CLOSED");
  CHECK(rows[1].verdict == "review");
  CHECK(rows[2].value == 1.5);
  CHECK(rows[2].verdict == "warn");
  old.rows.push_back({"*", {}, 0, ""});
  CHECK(RenewedRows(old, said).size() == 5);  // MOUTH_OPEN, which passed, and the star itself.
}

TEST_CASE("a table is read as it is written") {
  const TempDir dir;
  const std::string text =
      "# how to read\nphoto,fault,strength,standard,kind,code,value,tolerance,verdict\n"
      "a.jpg,-,,chsi-2017,source,*,,,\na.jpg,-,,chsi-2017,source,BLURRED,0.5,0.1,pass\n"
      "b.jpg,roll,10,cet,source,HEAD_TILTED,-10.5,0.9,reject\n";
  const auto table = ReadTable(dir.Write("t.csv", text));
  REQUIRE(table.has_value());
  REQUIRE(table->cases.size() == 2);
  CHECK(table->cases[0].rows.size() == 2);
  CHECK(table->cases[1].rows[0].value == -10.5);
  CHECK(WriteTable(*table) == text);
  CHECK(!ReadTable(dir.Write("bad.csv", "# x\nhead\na,b,c\n")).has_value());
}
