// SPDX-License-Identifier: Apache-2.0
// gradphoto-ledger: looks into the ledger and takes in what comes from outside: replies of the portal,
// decisions of reviewers, purges. Numbers of persons are masked unless --full-ids.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "cli/common/inputs.h"
#include "cli/common/language.h"
#include "cli/common/ledger_options.h"
#include "cli/common/run_main.h"
#include "lib/base/date.h"
#include "lib/base/file.h"
#include "lib/base/resources.h"
#include "lib/base/sha256.h"
#include "lib/base/text.h"
#include "lib/base/version.h"
#include "lib/compare/template_store.h"
#include "lib/deliver/redact.h"
#include "lib/deliver/withdraw.h"
#include "lib/ledger/import.h"
#include "lib/ledger/keys.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/portal.h"
#include "lib/roster/id_number.h"
#include "lib/standard/reasons.h"
#include "lib/table/csv.h"

namespace gradphoto::cli {
namespace {

namespace fs = std::filesystem;
using ledger::EventKind;
using ledger::Ledger;
using ledger::Moment;
using ledger::OpenMode;
using ledger::Standing;
using ledger::State;
using ledger::StudentEntry;
using ledger::StudentId;

constexpr std::size_t kMaxListed = 20;  // Problems told one by one without -v.

struct Options {
  CommonOptions common;
  LedgerOptions ledger;
  std::string unknown_command;
  bool json = false, full_ids = false;
  std::string language = "auto";
  std::vector<std::string> states;  // status, export.
  std::string season, group;        // status, export, purge.
  std::vector<std::string> keys;    // history, approve, unlock, purge.
  std::string keys_from;
  std::string list;  // import-*: the file.
  ledger::PortalOptions portal;
  std::string note, reason;        // approve, unlock.
  fs::path output;                 // export.
  std::string table = "students";  // export.
  std::string before;              // purge.
  bool yes = false;                // purge.
  fs::path receipts;               // purge.
  fs::path copy;                   // backup.
  CLI::App *status = nullptr, *history = nullptr, *import_records = nullptr, *import_portal = nullptr,
           *import_decisions = nullptr, *approve = nullptr, *unlock = nullptr, *export_table = nullptr,
           *purge = nullptr, *verify = nullptr, *backup = nullptr;
};

void AddKeys(CLI::App& command, Options& options) {
  command
      .add_option(
          "key", options.keys,
          "Keys, student numbers, or @N as lists show (identity numbers only with --keys-from: other users "
          "of the machine can read command lines)")
      ->type_name("KEY");
  command
      .add_option(
          "--keys-from", options.keys_from,
          "List of students: one key or number a line, or a table (CSV or XLSX) with a key column; - for stdin")
      ->type_name("FILE");
}

void Setup(CLI::App& app, Options& options) {
  AddCommonOptions(app, options.common);
  app.add_option("command", options.unknown_command, "One of the commands below")->type_name("");
  app.fallthrough();
  app.add_option("--ledger", options.ledger.file, "The ledger")->envname("GRADPHOTO_LEDGER")->type_name("FILE");
  AddLedgerOptions(app, options.ledger);
  app.add_flag("--json", options.json,
               "One JSON object on stdout; for history and status --list one per student");
  app.add_flag("--full-ids", options.full_ids, "Show numbers of persons in full");
  AddLanguageOption(app, options.language, "Language of tables");

  const auto filters = [&](CLI::App* command) {
    command->add_option("--season", options.season, "Only students of this season")->type_name("SEASON");
    command->add_option("--group", options.group, "Only students of this group")->type_name("GROUP");
  };
  options.status = app.add_subcommand("status", "How many students stand where, and who");
  options.status
      ->add_option("--list", options.states, "List the students in these states, e.g. missing,rejected,late")
      ->delimiter(',')
      ->type_name("STATES");
  filters(options.status);
  options.history = app.add_subcommand("history", "Everything that is known of a student");
  AddKeys(*options.history, options);
  options.import_records =
      app.add_subcommand("import-records", "Take in what link, check and standardize wrote");
  options.import_records->add_option("records", options.list, "Records (.ndjson), or - for stdin")
      ->required()
      ->type_name("RECORDS");
  options.import_portal =
      app.add_subcommand("import-portal", "Take in the portal's replies (column bz or like it)");
  options.import_portal->add_option("list", options.list, "The portal's list")->required()->type_name("FILE");
  options.import_portal->add_option("--column", options.portal.column, "Column with the reply")
      ->type_name("COLUMN");
  options.import_portal->add_option("--key", options.portal.key_column, "Column that identifies a row")
      ->type_name("COLUMN");
  options.import_decisions = app.add_subcommand("import-decisions", "Take in the decisions of reviewers");
  options.import_decisions
      ->add_option(
          "list", options.list,
          "CSV: key, photo_sha256, decision (accept|reject|retake), reason_code, note, reviewer, decided_at")
      ->required()
      ->type_name("FILE");
  options.approve = app.add_subcommand("approve", "The portal approved these students' photos: lock them");
  AddKeys(*options.approve, options);
  options.approve->add_option("--note", options.note, "For the books")->type_name("TEXT");
  options.unlock = app.add_subcommand("unlock", "Let an approved or delivered photo be replaced");
  AddKeys(*options.unlock, options);
  options.unlock->add_option("--reason", options.reason, "Why, for the books")->required()->type_name("TEXT");
  options.export_table = app.add_subcommand("export", "The ledger as CSV (or NDJSON with --json)");
  options.export_table->add_option("--table", options.table, "students or events")
      ->capture_default_str()
      ->check(CLI::IsMember({"students", "events"}).description(""))
      ->type_name("TABLE");
  options.export_table->add_option("--state", options.states, "Only students in these states")
      ->delimiter(',')
      ->type_name("STATES");
  filters(options.export_table);
  options.export_table->add_option("-o,--output", options.output, "File; default: stdout")->type_name("FILE");
  options.purge = app.add_subcommand(
      "purge", "Delete students: rows, pictures, evidence, packs, lists. Without --yes only count");
  AddKeys(*options.purge, options);
  options.purge
      ->add_option("--season", options.season, "Students of this season; late ones belong to next year's")
      ->type_name("SEASON");
  options.purge->add_option("--before", options.before, "Students of whom nothing was heard since this day")
      ->type_name("DATE");
  options.purge->add_flag("--yes", options.yes, "Delete");
  options.purge
      ->add_option("--receipts", options.receipts, "Directory for the receipt; default: beside the ledger")
      ->type_name("DIR");
  options.verify = app.add_subcommand("verify", "Does every file of the ledger exist, with its hash");
  options.backup = app.add_subcommand("backup", "Copy the ledger, also while a batch runs");
  options.backup->add_option("file", options.copy, "The copy; must not exist")->required()->type_name("FILE");
  for (CLI::App* subcommand : app.get_subcommands({})) subcommand->fallthrough();
}

// ---- Small helpers

Record AsRecord(const Student& student) {
  Record record;
  record.student = student;
  return record;
}

// What a terminal may be given: foreign text without control characters.
std::string Printable(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return text;
}

// A student with what every list shows.
struct Line {
  StudentEntry entry;
  Standing standing;
  std::string group;
};

class Tool {
 public:
  Tool(const Options& options, Ledger& ledger, Moment now, std::optional<deliver::TagKey> key,
       const standard::Texts& texts)
      : options_(options),
        ledger_(ledger),
        now_(std::move(now)),
        redactor_(options.full_ids ? deliver::IdDisplay::kFull : deliver::IdDisplay::kMasked, std::move(key)),
        texts_(texts) {}

  Result<ExitCode> Status();
  Result<ExitCode> History();
  Result<ExitCode> Import();
  Result<ExitCode> Book();
  Result<ExitCode> Export();
  Result<ExitCode> Purge();
  Result<ExitCode> Verify();
  Result<ExitCode> BackUp();

 private:
  Result<std::set<State>> States() const;
  // Those of --season, --group and the states; all states for an empty set.
  Result<std::vector<Line>> Lines(const std::set<State>& states);
  Result<std::vector<StudentId>> Students();
  Result<std::vector<StudentId>> Find(const std::string& wanted);
  Json LineJson(const Line& line) const;
  Result<Json> HistoryJson(const StudentEntry& entry);
  void PrintHistory(const Json& history) const;
  Result<ExitCode> Report(const ledger::ImportResult& result);
  std::string Masked(const Student& student, std::string_view text) const {
    const Record record = AsRecord(student);
    return redactor_.Text(text, &record);
  }

  Result<std::vector<Line>> SelectForPurge();
  Result<void> DeleteFiles(const std::vector<Line>& lines, deliver::Withdrawn& withdrawn);
  Result<void> DeleteTemplates(const deliver::KeyTest& is_withdrawn);
  Result<void> FinishPurges();

  const Options& options_;
  Ledger& ledger_;
  Moment now_;
  deliver::Redactor redactor_;
  const standard::Texts& texts_;
};

Result<std::set<State>> Tool::States() const {
  std::set<State> states;
  for (const std::string& name : options_.states) {
    const auto state = ledger::StateFromName(name);
    if (!state) return Fail(ErrorKind::kUsage, UnknownNameMessage("state", name, ledger::AllStateNames()));
    states.insert(*state);
  }
  return states;
}

Result<std::vector<Line>> Tool::Lines(const std::set<State>& states) {
  std::vector<Line> lines;
  TRY(ledger_.ForEachStudent([&](const StudentEntry& entry) -> Result<void> {
    Line line{.entry = entry, .standing = StandingOf(entry.history, ledger_.rules(), now_.today), .group = {}};
    line.group = deliver::GroupOf(AsRecord(entry.student));
    if (!options_.season.empty() && line.standing.season != options_.season) return {};
    if (!options_.group.empty() && line.group != options_.group) return {};
    if (states.empty() || states.contains(line.standing.state)) lines.push_back(std::move(line));
    return {};
  }));
  return lines;
}

// By "@42", the number in the ledger, which is nobody's personal data; else by key, student number...
Result<std::vector<StudentId>> Tool::Find(const std::string& wanted) {
  if (!wanted.starts_with('@')) return ledger_.FindByIdentifier(wanted);
  StudentId id = 0;
  const char* const end = wanted.data() + wanted.size();
  const auto read = std::from_chars(wanted.data() + 1, end, id);
  if (read.ec != std::errc() || read.ptr != end) return std::vector<StudentId>();
  const auto exists = ledger_.HasStudent(id);
  if (!exists) return std::unexpected(exists.error());
  return *exists ? std::vector{id} : std::vector<StudentId>();
}

// The students that the command line names. Errors: kUsage - none, unknown, ambiguous; positions, never
// numbers.
Result<std::vector<StudentId>> Tool::Students() {
  std::vector<std::string> wanted = options_.keys;
  for (const std::string& key : wanted) {
    if (redactor_.display() == deliver::IdDisplay::kMasked && deliver::Redactor().Text(key, nullptr) != key) {
      return Fail(ErrorKind::kUsage,
                  "an identity number on the command line can be read by every user of the machine; "
                  "give it with --keys-from FILE or --keys-from -");
    }
  }
  if (!options_.keys_from.empty()) {
    std::ifstream file;
    if (options_.keys_from != "-") file.open(options_.keys_from);
    std::istream& in = options_.keys_from == "-" ? std::cin : file;
    if (!in) return Fail(ErrorKind::kUsage, options_.keys_from + ": cannot be opened");
    TRY_ASSIGN(const auto keys, ledger::ReadKeys(in, options_.keys_from == "-" ? "stdin" : options_.keys_from));
    wanted.insert(wanted.end(), keys.begin(), keys.end());
  }
  std::vector<StudentId> students;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    TRY_ASSIGN(const auto found, Find(wanted[i]));
    const std::string which = "key " + std::to_string(i + 1) + " (" + redactor_.Number(wanted[i]) + ")";
    if (found.empty()) return Fail(ErrorKind::kUsage, which + ": no such student in the ledger");
    if (found.size() > 1) {
      return Fail(ErrorKind::kUsage, which + ": fits " + std::to_string(found.size()) +
                                         " students; use @N as status --list shows it");
    }
    students.push_back(found.front());
  }
  return students;
}

Json Tool::LineJson(const Line& line) const {
  const Student& student = line.entry.student;
  Json json = {{"no", line.entry.id},
               {"key", redactor_.Number(student.key)},
               {"name", std::string(student.Field("name"))},
               {"group", Masked(student, line.group)},
               {"season", line.standing.season},
               {"state", StateName(line.standing.state)},
               {"locked", line.standing.locked},
               {"attempts", line.standing.attempts},
               {"failures", line.standing.failures}};
  if (line.standing.carried) json["carried_from"] = line.entry.history.season;
  if (!line.entry.blocked_by.empty()) json["blocked_by"] = line.entry.blocked_by;
  return json;
}

// ---- status

using Counts = std::map<State, std::size_t>;

Json CountsJson(const Counts& counts) {
  Json json;
  for (const State state : ledger::kStates) {
    const auto found = counts.find(state);
    json[std::string(StateName(state))] = found == counts.end() ? 0 : found->second;
  }
  return json;
}

Result<ExitCode> Tool::Status() {
  const auto states = States();
  if (!states) return std::unexpected(states.error());
  TRY_ASSIGN(const auto lines, Lines({}));
  TRY_ASSIGN(const auto unknown, ledger_.UnknownReplies());
  Counts all;
  std::map<std::string, Counts> seasons, groups;
  std::size_t locked = 0;
  for (const Line& line : lines) {
    ++all[line.standing.state];
    ++seasons[line.standing.season][line.standing.state];
    ++groups[line.group][line.standing.state];
    locked += line.standing.locked ? 1 : 0;
  }
  // A clerk who asks who is missing wants the list, a script wants it alone.
  if (!states->empty()) {
    std::size_t listed = 0;
    for (const Line& line : lines) {
      if (!states->contains(line.standing.state)) continue;
      ++listed;
      const Json json = LineJson(line);
      if (options_.json) {
        std::cout << json.dump() << '\n';
        continue;
      }
      std::cout << '@' << line.entry.id << "  " << json["key"].get<std::string>() << "  "
                << Printable(json["name"]) << "  " << Printable(json["group"]) << "  "
                << Printable(line.standing.season) << "  " << StateTitle(line.standing.state, texts_) << "  "
                << texts_.Format("ledger.failures", line.standing.failures)
                << (line.entry.blocked_by.empty() ? "" : "  " + line.entry.blocked_by) << '\n';
    }
    return listed == 0 ? ExitCode::kNothingToDo : ExitCode::kAccepted;
  }
  if (options_.json) {
    Json json = {{"v", 1},
                 {"today", ledger::FormatDay(now_.today)},
                 {"students", lines.size()},
                 {"locked", locked},
                 {"states", CountsJson(all)},
                 {"seasons", Json::array()},
                 {"groups", Json::array()},
                 {"unknown_replies", Json::array()}};
    for (const auto& [season, counts] : seasons) {
      const auto deadline = ledger_.rules().deadlines.find(season);
      Json item = {{"season", season}};
      if (deadline != ledger_.rules().deadlines.end()) item["deadline"] = ledger::FormatDay(deadline->second);
      item["states"] = CountsJson(counts);
      json["seasons"].push_back(std::move(item));
    }
    for (const auto& [group, counts] : groups) {
      json["groups"].push_back({{"group", redactor_.Text(group, nullptr)}, {"states", CountsJson(counts)}});
    }
    for (const auto& [text, students] : unknown) {
      json["unknown_replies"].push_back({{"text", redactor_.Text(text, nullptr)}, {"students", students}});
    }
    std::cout << json.dump() << '\n';
    return lines.empty() ? ExitCode::kNothingToDo : ExitCode::kAccepted;
  }
  const auto print = [&](const std::string& name, const Counts& counts) {
    std::size_t sum = 0;
    for (const auto& [state, count] : counts) sum += count;
    std::cout << Printable(name) << ": " << sum;
    for (const State state : ledger::kStates) {
      if (const auto found = counts.find(state); found != counts.end()) {
        std::cout << "  " << StateTitle(state, texts_) << ' ' << found->second;
      }
    }
    std::cout << '\n';
  };
  print(std::string(texts_.Get("ledger.all")), all);
  for (const auto& [season, counts] : seasons) {
    const auto deadline = ledger_.rules().deadlines.find(season);
    const std::string name = season.empty() ? "-" : season;
    print(deadline == ledger_.rules().deadlines.end()
              ? texts_.Format("ledger.season", name)
              : texts_.Format("ledger.season_until", name, ledger::FormatDay(deadline->second)),
          counts);
  }
  for (const auto& [group, counts] : groups) {
    print(texts_.Format("ledger.group", group.empty() ? std::string("-") : redactor_.Text(group, nullptr)),
          counts);
  }
  for (const auto& [text, students] : unknown) {
    std::cout << texts_.Format("ledger.unknown_reply", Printable(redactor_.Text(text, nullptr)), students)
              << '\n';
  }
  return lines.empty() ? ExitCode::kNothingToDo : ExitCode::kAccepted;
}

// ---- history

Result<Json> Tool::HistoryJson(const StudentEntry& entry) {
  Line line{.entry = entry, .standing = StandingOf(entry.history, ledger_.rules(), now_.today), .group = {}};
  line.group = deliver::GroupOf(AsRecord(entry.student));
  Json json = LineJson(line);
  TRY_ASSIGN(const auto events, ledger_.EventsOf(entry.id));
  json["attempts_made"] = Json::array();
  for (int number = 1; number <= line.standing.attempts; ++number) {
    const auto judgement = ledger_.FindJudgement(entry.id, number);
    if (!judgement) return std::unexpected(judgement.error());
    if (!*judgement) continue;
    const Record& record = (*judgement)->record;
    Json codes = Json::array();
    for (const Finding& finding : record.findings) {
      if (finding.severity >= Severity::kWarn) codes.push_back(finding.code);
    }
    json["attempts_made"].push_back({{"attempt", number},
                                     {"at", (*judgement)->at},
                                     {"photo", Masked(entry.student, record.photo)},
                                     {"sha256", record.sha256},
                                     {"outcome", OutcomeName(record.outcome)},
                                     {"codes", codes},
                                     {"tool", record.tool}});
  }
  json["events"] = Json::array();
  for (const ledger::BookedEvent& booked : events) {
    Json item = {{"at", booked.at}, {"kind", EventName(booked.event.kind)}, {"attempt", booked.event.attempt}};
    if (booked.event.kind == EventKind::kJudged) item["outcome"] = OutcomeName(booked.event.outcome);
    if (!booked.code.empty()) item["code"] = booked.code;
    if (!booked.text.empty()) item["text"] = Masked(entry.student, booked.text);
    if (!booked.who.empty()) item["who"] = booked.who;
    if (!booked.decided_at.empty()) item["decided_at"] = booked.decided_at;
    json["events"].push_back(std::move(item));
  }
  TRY_ASSIGN(const auto files, ledger_.FilesOf(entry.id));
  json["files"] = Json::array();
  for (const ledger::LedgerFile& file : files) {
    json["files"].push_back({{"kind", FileKindName(file.kind)}, {"path", Masked(entry.student, file.path)}});
  }
  return json;
}

void Tool::PrintHistory(const Json& history) const {
  const auto text = [](const Json& json, const char* key) { return Printable(json.value(key, "")); };
  const std::string state(StateTitle(*ledger::StateFromName(history["state"].get<std::string>()), texts_));
  std::cout << '@' << history["no"].get<StudentId>() << "  " << text(history, "key") << "  "
            << text(history, "name") << "  " << text(history, "group") << "  " << text(history, "season")
            << "  " << (history["locked"].get<bool>() ? texts_.Format("ledger.locked", state) : state) << '\n';
  for (const Json& event : history["events"]) {
    std::cout << "  " << text(event, "at") << "  "
              << EventTitle(*ledger::EventFromName(event["kind"].get<std::string>()), texts_) << " #"
              << event["attempt"].get<int>();
    if (event.contains("outcome")) {
      std::cout << "  " << texts_.Title(*OutcomeFromName(event["outcome"].get<std::string>()));
    }
    for (const char* key : {"code", "text", "who", "decided_at"}) {
      if (event.contains(key)) std::cout << "  " << text(event, key);
    }
    if (text(event, "kind") == "judged") {
      for (const Json& attempt : history["attempts_made"]) {
        if (attempt["attempt"] != event["attempt"]) continue;
        for (const Json& code : attempt["codes"]) std::cout << "  " << code.get<std::string>();
      }
    }
    std::cout << '\n';
  }
  for (const Json& file : history["files"]) {
    std::cout << "  " << text(file, "kind") << ": " << text(file, "path") << '\n';
  }
}

Result<ExitCode> Tool::History() {
  TRY_ASSIGN(const auto students, Students());
  if (students.empty()) return Fail(ErrorKind::kUsage, "name a student: KEY or --keys-from FILE");
  for (const StudentId id : students) {
    TRY_ASSIGN(const auto entry, ledger_.GetStudent(id));
    TRY_ASSIGN(const auto history, HistoryJson(entry));
    if (options_.json) {
      std::cout << history.dump() << '\n';
    } else {
      PrintHistory(history);
    }
  }
  return ExitCode::kAccepted;
}

// ---- import

Result<ExitCode> Tool::Report(const ledger::ImportResult& result) {
  Json json = {{"v", 1},
               {"rows", result.rows},
               {"booked", result.booked},
               {"unchanged", result.unchanged},
               {"empty", result.empty},
               {"not_delivered", result.not_delivered},
               {"kinds", result.kinds},
               {"unknown_texts", Json::array()},
               {"problems", Json::array()}};
  for (const auto& [text, rows] : result.unknown_texts) {
    json["unknown_texts"].push_back({{"text", redactor_.Text(text, nullptr)}, {"rows", rows}});
  }
  for (const ledger::ImportProblem& problem : result.problems) {
    json["problems"].push_back({{"line", problem.line}, {"what", problem.what}});
  }
  for (std::size_t i = 0; i < result.problems.size(); ++i) {
    spdlog::log(i < kMaxListed ? spdlog::level::warn : spdlog::level::debug, "line {}: {}",
                result.problems[i].line, result.problems[i].what);
  }
  if (result.problems.size() > kMaxListed) {
    spdlog::warn("and {} more; -v names them", result.problems.size() - kMaxListed);
  }
  for (const auto& [text, rows] : result.unknown_texts) {
    spdlog::warn("unknown reply, {} rows: {}", rows, Printable(redactor_.Text(text, nullptr)));
  }
  if (options_.json) {
    std::cout << json.dump() << '\n';
  } else {
    std::cout << texts_.Format("ledger.imported", result.rows, result.booked, result.unchanged, result.empty,
                               result.problems.size())
              << '\n';
  }
  if (result.rows == 0) return ExitCode::kNothingToDo;
  if (!result.problems.empty()) return ExitCode::kUnreadable;
  return result.unknown_texts.empty() ? ExitCode::kAccepted : ExitCode::kNotAccepted;
}

Result<ExitCode> Tool::Import() {
  Result<ledger::ImportResult> result;
  if (options_.import_records->parsed()) {
    TRY_ASSIGN(const auto records, CollectRecords({.inputs = {options_.list}, .files_from = ""}));
    result = ledger::ImportRecords(ledger_, records, now_);
  } else if (options_.import_portal->parsed()) {
    TRY_ASSIGN(const auto config_dir, FindConfigDir(options_.common.config_dir));
    TRY_ASSIGN(const auto rules, ledger::PortalRules::Load(config_dir));
    result = ledger::ImportPortal(ledger_, rules, options_.list, options_.portal, now_);
  } else {
    result = ledger::ImportDecisions(ledger_, options_.list, now_);
  }
  if (!result) return std::unexpected(result.error());
  return Report(*result);
}

// ---- approve, unlock

Result<ExitCode> Tool::Book() {
  const bool unlocking = options_.unlock->parsed();
  if (unlocking && Trim(options_.reason).empty()) return Fail(ErrorKind::kUsage, "--reason must not be empty");
  TRY_ASSIGN(const auto students, Students());
  if (students.empty()) return Fail(ErrorKind::kUsage, "name students: KEY or --keys-from FILE");
  TRY_ASSIGN(auto transaction, ledger_.Begin());
  std::size_t booked = 0, unchanged = 0;
  for (const StudentId id : students) {
    TRY_ASSIGN(const auto entry, ledger_.GetStudent(id));
    const Standing standing = StandingOf(entry.history, ledger_.rules(), now_.today);
    // Saying twice what already is changes nothing.
    if (unlocking ? !standing.locked : (standing.state == State::kApproved && standing.locked)) {
      ++unchanged;
      continue;
    }
    ledger::BookedEvent event;
    event.event.kind = unlocking ? EventKind::kUnlocked : EventKind::kApproved;
    event.event.attempt = standing.current;
    event.at = now_.stamp;
    event.text = unlocking ? options_.reason : options_.note;
    event.decided_at = unlocking ? "" : now_.stamp;
    TRY(ledger_.Book(id, event));
    ++booked;
  }
  TRY(transaction.Commit());
  if (options_.json) {
    std::cout << Json{{"v", 1}, {"booked", booked}, {"unchanged", unchanged}}.dump() << '\n';
  } else {
    std::cout << texts_.Format("ledger.booked", booked, unchanged) << '\n';
  }
  return booked == 0 ? ExitCode::kNothingToDo : ExitCode::kAccepted;
}

// ---- export

Result<ExitCode> Tool::Export() {
  TRY_ASSIGN(const auto states, States());
  TRY_ASSIGN(const auto lines, Lines(states));
  const std::vector<std::string> student_columns = {
      "no",    "key",    "name",     "student_number", "id_number", "group",       "season",
      "state", "locked", "attempts", "failures",       "reasons",   "carried_from"};
  const std::vector<std::string> event_columns = {"no",      "key",  "name", "at",  "kind",      "attempt",
                                                  "outcome", "code", "text", "who", "decided_at"};
  const bool of_students = options_.table == "students";
  const std::vector<std::string>& columns = of_students ? student_columns : event_columns;
  table::CsvWriter csv;
  std::string ndjson;
  csv.AddRow(columns);
  const auto add = [&](const std::vector<std::string>& cells) {
    csv.AddRow(cells);
    if (!options_.json) return;
    Json json;
    for (std::size_t i = 0; i < columns.size(); ++i) json[columns[i]] = cells[i];
    ndjson += json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  };
  for (const Line& line : lines) {
    const Student& student = line.entry.student;
    const Standing& standing = line.standing;
    const std::string no = std::to_string(line.entry.id), key = redactor_.Number(student.key),
                      name(student.Field("name"));
    TRY_ASSIGN(const auto events, ledger_.EventsOf(line.entry.id));
    if (!of_students) {
      for (const ledger::BookedEvent& booked : events) {
        add({no, key, name, booked.at, std::string(EventName(booked.event.kind)),
             std::to_string(booked.event.attempt),
             booked.event.kind == EventKind::kJudged ? std::string(OutcomeName(booked.event.outcome)) : "",
             booked.code, Masked(student, booked.text), booked.who, booked.decided_at});
      }
      continue;
    }
    std::string reasons = line.entry.blocked_by;
    const bool has_reasons = standing.state == State::kRejected || standing.state == State::kReview ||
                             standing.state == State::kManualReview || standing.state == State::kLate ||
                             standing.state == State::kSubmitted;
    if (has_reasons && standing.current > 0) {
      const auto judgement = ledger_.FindJudgement(line.entry.id, standing.current);
      if (!judgement) return std::unexpected(judgement.error());
      if (*judgement) {
        const Record record = WithDecisions((*judgement)->record, standing.current, events);
        for (const Finding& finding : record.findings) {
          if (finding.severity < Severity::kReview) continue;
          reasons += (reasons.empty() ? "" : ", ") + finding.code;
        }
      }
    }
    add({no, key, name, redactor_.Number(student.Field("student_number")),
         redactor_.Number(student.Field("id_number")), Masked(student, line.group), standing.season,
         std::string(StateName(standing.state)), standing.locked ? "yes" : "no",
         std::to_string(standing.attempts), std::to_string(standing.failures), reasons,
         standing.carried ? line.entry.history.season : ""});
  }
  const std::string& text = options_.json ? ndjson : csv.text();
  if (options_.output.empty()) {
    std::cout << text;
  } else
    TRY(WriteFileAtomic(options_.output, text, IfExists::kOverwrite));
  return lines.empty() ? ExitCode::kNothingToDo : ExitCode::kAccepted;
}

// ---- purge

Result<std::vector<Line>> Tool::SelectForPurge() {
  const bool by_key = !options_.keys.empty() || !options_.keys_from.empty();
  if (int{by_key} + int{!options_.season.empty()} + int{!options_.before.empty()} != 1) {
    return Fail(ErrorKind::kUsage, "say whom: one of --season, --before, or KEY... / --keys-from");
  }
  std::set<StudentId> chosen;
  if (by_key) {
    TRY_ASSIGN(const auto students, Students());
    chosen.insert(students.begin(), students.end());
  } else if (!options_.before.empty()) {
    const auto day = ParseDate(options_.before);
    if (!day)
      return Fail(ErrorKind::kUsage, "--before '" + options_.before + "' is no date; write it as 2022-12-31");
    TRY_ASSIGN(const auto silent, ledger_.SilentSince(*day));
    chosen.insert(silent.begin(), silent.end());
  }
  auto lines = Lines({});
  if (!lines || !options_.season.empty()) return lines;
  std::erase_if(*lines, [&](const Line& line) { return !chosen.contains(line.entry.id); });
  return lines;
}

// Templates lie beside the ledger (see JobOf in gradphoto-batch.cc).
Result<void> Tool::DeleteTemplates(const deliver::KeyTest& is_withdrawn) {
  const fs::path home = fs::absolute(options_.ledger.file).parent_path();
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(home, ignored)) {
    if (!entry.is_directory(ignored)) continue;
    TRY(compare::TemplateStore::RemoveStudents(entry.path(), is_withdrawn));
  }
  return {};
}

Result<void> Tool::DeleteFiles(const std::vector<Line>& lines, deliver::Withdrawn& withdrawn) {
  std::unordered_set<std::string> keys;
  std::vector<StudentId> ids;
  for (const Line& line : lines) {
    keys.insert(line.entry.student.key);
    ids.push_back(line.entry.id);
  }
  const deliver::KeyTest is_withdrawn = [&](std::string_view key) { return keys.contains(std::string(key)); };
  // Packs first, while the ledger still knows them; the index of a pack is needed to find its rows.
  TRY_ASSIGN(const auto packs, ledger_.DeliveryDirectories(ids));
  for (const fs::path& pack : packs) {
    TRY(deliver::WithdrawFromPack(pack, is_withdrawn, withdrawn));
  }
  for (const StudentId id : ids) {
    TRY_ASSIGN(const auto files, ledger_.FilesOf(id));
    for (const ledger::LedgerFile& file : files) {
      std::error_code error;
      if (!fs::exists(file.path, error)) continue;
      withdrawn.sha256.push_back(Sha256File(file.path).value_or(file.sha256));
      fs::remove(file.path, error);
      if (error) return Fail(ErrorKind::kOutput, redactor_.Text(file.path, nullptr) + ": cannot be deleted");
      if (file.kind == ledger::FileKind::kEvidence)
        fs::remove(fs::path(file.path).parent_path(), error);  // If empty.
    }
  }
  TRY(DeleteTemplates(is_withdrawn));
  TRY_ASSIGN(const auto places, ledger_.Places());
  for (const fs::path& place : places) {
    TRY(deliver::WithdrawFromRecords(place / "batch.ndjson", is_withdrawn, withdrawn));
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(place / "shards", ignored)) {
      if (entry.path().extension() != ".ndjson") continue;
      TRY(deliver::WithdrawFromRecords(entry.path(), is_withdrawn, withdrawn));
    }
    // Thumbnails and texts about students; `gradphoto-report batch.ndjson` makes it anew of those who are left.
    if (fs::exists(place / "report" / "summary.json", ignored)) {
      fs::remove_all(place / "report", ignored);
      ++withdrawn.lists;
    }
  }
  return {};
}

// The last two steps of a purge, also for one that was cut short: nothing is left in the file, and the receipt
// lies beside it.
Result<void> Tool::FinishPurges() {
  TRY_ASSIGN(const auto receipts, ledger_.UnfinishedPurges());
  if (receipts.empty()) return {};
  TRY(ledger_.Compact());
  const fs::path directory = options_.receipts.empty() ? ledger_.file().parent_path() : options_.receipts;
  for (const auto& [number, receipt] : receipts) {
    const fs::path file =
        directory / (ledger_.file().stem().string() + "-purge-" + std::to_string(number) + ".json");
    TRY(WriteFileAtomic(file, receipt.dump(2) + "\n", IfExists::kRefuse));
    spdlog::info("receipt: {}", file.string());
  }
  return ledger_.MarkPurgesFinished();
}

Result<ExitCode> Tool::Purge() {
  if (options_.yes) {
    TRY(FinishPurges());
  }
  const auto lines = SelectForPurge();
  if (!lines) return std::unexpected(lines.error());
  Counts states;
  std::size_t attempts = 0;
  for (const Line& line : *lines) {
    ++states[line.standing.state];
    attempts += static_cast<std::size_t>(line.standing.attempts);
  }
  std::size_t unfinished = 0;
  for (const auto& [state, count] : states) {
    if (state != State::kApproved && state != State::kDelivered) unfinished += count;
  }
  if (unfinished > 0) spdlog::warn("{} of these students have no delivered or approved photo", unfinished);
  Json json = {{"v", 1},
               {"students", lines->size()},
               {"attempts", attempts},
               {"states", CountsJson(states)},
               {"deleted", options_.yes}};
  if (options_.yes && !lines->empty()) {
    deliver::Withdrawn withdrawn;
    TRY(DeleteFiles(*lines, withdrawn));
    std::ranges::sort(withdrawn.sha256);
    const std::string what = !options_.season.empty()   ? "season " + options_.season
                             : !options_.before.empty() ? "before " + options_.before
                                                        : "students by key";
    Json receipt = {{"v", 1},
                    {"tool", "gradphoto-ledger " + std::string(Version())},
                    {"purged_at", now_.stamp},
                    {"selection", what},
                    {"students", lines->size()},
                    {"attempts", attempts},
                    {"states", CountsJson(states)},
                    {"files", withdrawn.sha256.size()},
                    {"lists", withdrawn.lists},
                    {"sha256", withdrawn.sha256}};
    std::vector<StudentId> ids;
    for (const Line& line : *lines) ids.push_back(line.entry.id);
    TRY(ledger_.Forget(ids, receipt, now_));
    TRY(FinishPurges());
    json["files"] = withdrawn.sha256.size();
    json["lists"] = withdrawn.lists;
    spdlog::info("the photos as handed in, the roster, and copies of packs elsewhere are yours to delete");
  }
  if (options_.json) {
    std::cout << json.dump() << '\n';
  } else {
    std::cout << (options_.yes ? texts_.Format("ledger.deleted", lines->size(), attempts)
                               : texts_.Format("ledger.would_delete", lines->size(), attempts))
              << '\n';
  }
  return lines->empty() ? ExitCode::kNothingToDo : ExitCode::kAccepted;
}

// ---- verify

Result<ExitCode> Tool::Verify() {
  TRY(ledger_.CheckIntegrity());
  TRY_ASSIGN(const auto files, ledger_.Files());
  std::map<std::string, std::map<std::string, std::size_t>> counts;
  std::size_t bad = 0;
  for (const ledger::LedgerFile& file : files) {
    if (Interrupted()) return Fail(ErrorKind::kOutput, "interrupted");
    const auto hash = Sha256File(file.path);
    const char* verdict = !hash ? "gone" : *hash == file.sha256 ? "ok" : "changed";
    ++counts[std::string(FileKindName(file.kind))][verdict];
    if (hash && *hash == file.sha256) continue;
    TRY_ASSIGN(const auto entry, ledger_.GetStudent(file.student));
    spdlog::log(++bad <= kMaxListed ? spdlog::level::warn : spdlog::level::debug, "{}: {}", verdict,
                Masked(entry.student, file.path));
  }
  if (bad > kMaxListed) spdlog::warn("and {} more; -v names them", bad - kMaxListed);
  if (options_.json) {
    std::cout << Json{{"v", 1}, {"files", files.size()}, {"bad", bad}, {"kinds", counts}}.dump() << '\n';
  } else {
    std::cout << texts_.Format("ledger.verified", files.size(), bad) << '\n';
  }
  return bad > 0 ? ExitCode::kUnreadable : ExitCode::kAccepted;
}

// ---- backup

Result<ExitCode> Tool::BackUp() {
  TRY(ledger_.CheckIntegrity());
  TRY(ledger_.BackUp(options_.copy));
  return ExitCode::kAccepted;
}

// ----

Result<ExitCode> Run(const Options& options) {
  const std::vector<std::pair<const CLI::App*, Result<ExitCode> (Tool::*)()>> commands = {
      {options.status, &Tool::Status},
      {options.history, &Tool::History},
      {options.import_records, &Tool::Import},
      {options.import_portal, &Tool::Import},
      {options.import_decisions, &Tool::Import},
      {options.approve, &Tool::Book},
      {options.unlock, &Tool::Book},
      {options.export_table, &Tool::Export},
      {options.purge, &Tool::Purge},
      {options.verify, &Tool::Verify},
      {options.backup, &Tool::BackUp}};
  std::vector<std::string> names;
  names.reserve(commands.size());
  for (const auto& [command, run] : commands) names.push_back(command->get_name());
  if (!options.unknown_command.empty()) {
    return Fail(ErrorKind::kUsage, UnknownNameMessage("command", options.unknown_command, names));
  }
  const auto given =
      std::ranges::find_if(commands, [](const auto& command) { return command.first->parsed(); });
  if (given == commands.end()) {
    return Fail(ErrorKind::kUsage,
                "a command is needed: status, history, import-records, import-portal, "
                "import-decisions, approve, unlock, export, purge, verify or backup");
  }
  if (options.ledger.file.empty()) return Fail(ErrorKind::kUsage, "--ledger FILE is missing");
  TRY_ASSIGN(const auto now, MomentFrom(options.ledger));
  const bool reads = given->first == options.status || given->first == options.history ||
                     given->first == options.export_table || given->first == options.verify ||
                     given->first == options.backup || (given->first == options.purge && !options.yes);
  std::error_code ignored;
  // Only records may begin a ledger: everything else presupposes students.
  if (given->first != options.import_records && !fs::exists(options.ledger.file, ignored)) {
    return Fail(ErrorKind::kUsage, options.ledger.file.string() + ": no such ledger");
  }
  TRY_ASSIGN(auto opened,
             OpenLedger(options.ledger, "gradphoto-ledger", reads ? OpenMode::kRead : OpenMode::kWrite));
  // The key that gradphoto-batch keeps beside the ledger: the same tags as in its report.
  std::optional<deliver::TagKey> key;
  const fs::path key_file = fs::absolute(options.ledger.file).parent_path() / "mask.key";
  if (fs::exists(key_file, ignored)) {
    TRY_ASSIGN(auto read, deliver::TagKey::ReadOrCreate(key_file));
    key = std::move(read);
  }
  TRY_ASSIGN(const auto config_dir, FindConfigDir(options.common.config_dir));
  TRY_ASSIGN(const auto catalogue, standard::TextCatalogue::Load(config_dir));
  Tool tool(options, opened.ledger, now, std::move(key), catalogue.In(LanguageFrom(options.language)));
  return (tool.*given->second)();
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  CLI::App app("Keeps the books of a batch: what became of every student, photo, decision and delivery.",
               "gradphoto-ledger");
  gradphoto::cli::Options options;
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.common, [&] { return gradphoto::cli::Run(options); });
}
