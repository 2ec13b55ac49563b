// SPDX-License-Identifier: Apache-2.0
// gradphoto-ledger export: the ledger as CSV, workbook or NDJSON.
#include <iostream>
#include <memory>

#include <spdlog/spdlog.h>

#include "cli/ledger/books.h"
#include "lib/base/file.h"
#include "lib/table/csv.h"
#include "lib/table/table_file.h"

namespace gradphoto::cli {
namespace {

using ledger::EventKind;
using ledger::Standing;
using ledger::State;

struct ExportOptions {
  std::string table = "students";
  std::vector<std::string> states;
  FilterOptions filter;
  std::filesystem::path output;  // Empty: stdout.
  bool dry_run = false;
};

using Cells = std::vector<std::string>;

// The same table in all forms.
class Table {
 public:
  explicit Table(Cells columns) : rows_{std::move(columns)} {}
  void Add(Cells cells) { rows_.push_back(std::move(cells)); }
  std::string Ndjson() const {
    const Cells& columns = rows_.front();
    std::string lines;
    for (std::size_t r = 1; r < rows_.size(); ++r) {
      Json json;
      for (std::size_t i = 0; i < columns.size(); ++i) json[columns[i]] = rows_[r][i];
      lines += json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    }
    return lines;
  }
  const std::vector<Cells>& rows() const { return rows_; }

 private:
  std::vector<Cells> rows_;  // The first has the names of the columns.
};

// The codes that stand against a photo that somebody has to do something about; else what blocks the row.
Result<std::string> ReasonsOf(const Books& books, const Line& line) {
  std::string reasons = line.entry.blocked_by;
  const Standing& standing = line.standing;
  const bool has_reasons = standing.state == State::kRejected || standing.state == State::kReview ||
                           standing.state == State::kManualReview || standing.state == State::kRetakeDue ||
                           standing.state == State::kLate || standing.state == State::kSubmitted ||
                           standing.state == State::kUnverified;
  if (!has_reasons || standing.current == 0) return reasons;
  TRY_ASSIGN(const auto judgement, books.ledger().FindJudgement(line.entry.id, standing.current));
  if (!judgement) return reasons;
  TRY_ASSIGN(const auto events, books.ledger().EventsOf(line.entry.id));
  Record record = WithDecisions(judgement->record, standing.current, events);
  TRY_ASSIGN(const auto identity, books.ledger().FindIdentity(line.entry.id));
  if (identity) AddIdentity(record, *identity, standing.card, books.ledger().rules().identity);
  for (const Finding& finding : record.findings) {
    if (finding.severity < Severity::kReview) continue;
    reasons += (reasons.empty() ? "" : ", ") + finding.code;
  }
  return reasons;
}

Result<Table> Students(const Books& books, const std::vector<Line>& lines) {
  Table table({"no", "key", "name", "student_number", "id_number", "group", "season", "state", "locked",
               "attempts", "failures", "reasons", "carried_from", "identity"});
  for (const Line& line : lines) {
    const Student& student = line.entry.student;
    const Standing& standing = line.standing;
    TRY_ASSIGN(const auto reasons, ReasonsOf(books, line));
    table.Add({std::to_string(line.entry.id), books.redactor().Number(student.key),
               std::string(student.Field("name")), books.redactor().Number(student.Field("student_number")),
               books.redactor().Number(student.Field("id_number")), books.Masked(student, line.group),
               standing.season, std::string(StateName(standing.state)), standing.locked ? "yes" : "no",
               std::to_string(standing.attempts), std::to_string(standing.failures), reasons,
               standing.carried_from, standing.card.verdict});
  }
  return table;
}

Result<Table> Events(const Books& books, const std::vector<Line>& lines) {
  Table table({"no", "key", "name", "at", "kind", "attempt", "outcome", "code", "text", "who", "decided_at"});
  for (const Line& line : lines) {
    const Student& student = line.entry.student;
    TRY_ASSIGN(const auto events, books.ledger().EventsOf(line.entry.id));
    for (const ledger::BookedEvent& booked : events) {
      const bool judged = booked.event.kind == EventKind::kJudged || booked.event.kind == EventKind::kIdentity;
      table.Add({std::to_string(line.entry.id), books.redactor().Number(student.key),
                 std::string(student.Field("name")), booked.at, std::string(EventName(booked.event.kind)),
                 std::to_string(booked.event.attempt),
                 judged ? std::string(OutcomeName(booked.event.outcome)) : "", booked.code,
                 books.Masked(student, booked.text), booked.who, booked.decided_at});
    }
  }
  return table;
}

Result<ExitCode> Export(Books& books, const ExportOptions& options) {
  TRY_ASSIGN(const auto states, StatesFrom(options.states));
  TRY_ASSIGN(const auto lines, books.Lines(options.filter, states));
  TRY_ASSIGN(const auto table, options.table == "students" ? Students(books, lines) : Events(books, lines));
  const bool as_json = books.options().json;
  const table::XlsxTable sheet{.name = options.table, .rows = table.rows()};
  if (options.output.empty()) {
    std::cout << (as_json ? table.Ndjson() : table::WriteCsv(table.rows()));
  } else if (options.dry_run) {
    TRY(as_json ? CheckWriteFile(options.output, table.Ndjson(), IfExists::kOverwrite)
                : table::CheckTableFile(options.output, sheet, IfExists::kOverwrite));
    spdlog::info("dry run: {} students would be written to {}", lines.size(), options.output.string());
  } else {
    TRY(as_json ? WriteFileAtomic(options.output, table.Ndjson(), IfExists::kOverwrite)
                : table::WriteTableFile(options.output, sheet, IfExists::kOverwrite));
  }
  return lines.empty() ? ExitCode::kNothingToDo : ExitCode::kAccepted;
}

}  // namespace

Command AddExport(CLI::App& app) {
  const auto options = std::make_shared<ExportOptions>();
  CLI::App* command = app.add_subcommand("export", "The ledger as CSV or workbook (or NDJSON with --json)");
  command->add_option("--table", options->table, "students or events")
      ->capture_default_str()
      ->check(CLI::IsMember({"students", "events"}).description(""))
      ->type_name("TABLE");
  command->add_option("--state", options->states, "Only students in these states")
      ->delimiter(',')
      ->type_name("STATES");
  AddFilters(*command, options->filter);
  command
      ->add_option("-o,--output", options->output,
                   "File, a workbook if it ends in .xlsx; default: stdout, as CSV")
      ->type_name("FILE");
  AddDryRun(*command, options->dry_run, "Do not write the file of --output; count");
  AddExamples(*command,
              {{"gradphoto-ledger export --state rejected -o retakes.csv", "who is to be photographed again"},
               {"gradphoto-ledger export --table events --json", "all that happened, a line each"}});
  return {command, Reads(), [options](Books& books) { return Export(books, *options); }};
}

}  // namespace gradphoto::cli
