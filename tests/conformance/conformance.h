// SPDX-License-Identifier: Apache-2.0
// The conformance table: sample photos, as they are or with a fault of known amount, against the value and the
// verdict that every check must give. The header of conformance.csv says how to read and renew it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/error.h"
#include "lib/pipeline/engine.h"
#include "tests/support/faults.h"
#include "tests/support/verdicts.h"

namespace gradphoto::conformance {

struct Case {
  std::string photo;     // Below samples/photos; "+studio" after the name: cut out, before an even wall.
  std::string fault;     // Of tests/support/fault_table.cc; "-" none; "delivered..." see RunCase.
  std::string strength;  // A number; empty without a fault.
  std::string standard;
  std::string kind;  // "source" or "finished".
  auto operator<=>(const Case&) const = default;
};

struct Expectation {
  std::string code;             // A reason code, or "source.<key>" or "output.<key>" of the record's measures.
  std::optional<double> value;  // As measured; absent for yes/no checks.
  double tolerance = 0;         // Both ways.
  std::string verdict;          // "pass", a severity, or "measured".
};

struct CaseRows {
  Case what;
  std::vector<Expectation> rows;  // In the order of the file. The code "*" stands for: list every check.
};

struct Table {
  std::string header;  // Comment lines and column names, verbatim.
  std::vector<CaseRows> cases;
};

// Errors: kInput - unreadable, or a line that is no row, with its number.
Result<Table> ReadTable(const std::filesystem::path& file);
std::string WriteTable(const Table& table);

// Runs cases; engines and studied photos are kept between them.
class Runner {
 public:
  Runner(std::filesystem::path source_dir, std::filesystem::path model_dir)
      : source_dir_(std::move(source_dir)), model_dir_(std::move(model_dir)) {}

  // Besides the faults of the table: "delivered" hands what we deliver back in as a finished photo of the JPEG
  // quality `strength`; "delivered_dpi" writes another density, "delivered_width" scales it to another width.
  // Codes and measures by name. Errors: kUsage - a case that cannot be; kInternal - see the pipeline.
  Result<faults::Verdicts> Run(const Case& what);
  Result<const pipeline::Engine*> EngineOf(const std::string& standard);

 private:
  Result<const faults::Portrait*> PortraitOf(const std::string& photo, const std::string& standard);
  Result<pipeline::PhotoResult> Judge(const Case& what);

  std::filesystem::path source_dir_, model_dir_;
  std::map<std::string, std::unique_ptr<pipeline::Engine>> engines_;
  std::map<std::pair<std::string, std::string>, faults::Portrait> portraits_;
};

std::string VerdictText(const faults::Said& said);

// Codes that the tables of checks can give.
std::vector<std::string> CodesOfChecks();

// The rows that a case should have, from what was said of it: those it has, the codes of its fault, all that
// was found, and every check where it asks for that. New rows get a tolerance by their unit.
std::vector<Expectation> RenewedRows(const CaseRows& old, const faults::Verdicts& said);

// Cases to add, so that every code that some fault must raise is raised once: faults whose codes no row finds.
std::vector<Case> MissingCases(const Table& table);

}  // namespace gradphoto::conformance
