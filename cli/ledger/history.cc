// SPDX-License-Identifier: Apache-2.0
// gradphoto-ledger history: everything that is known of a student.
#include <iostream>
#include <memory>

#include "cli/common/table.h"
#include "cli/ledger/books.h"

namespace gradphoto::cli {
namespace {

using ledger::EventKind;
using ledger::StudentEntry;
using ledger::StudentId;

Result<Json> HistoryJson(const Books& books, const StudentEntry& entry) {
  const Line line = books.LineOf(entry);
  Json json = books.LineJson(line);
  TRY_ASSIGN(const auto events, books.ledger().EventsOf(entry.id));
  json["attempts_made"] = Json::array();
  for (int number = 1; number <= line.standing.attempts; ++number) {
    TRY_ASSIGN(const auto judgement, books.ledger().FindJudgement(entry.id, number));
    if (!judgement) continue;
    const Record& record = judgement->record;
    Json codes = Json::array();
    for (const Finding& finding : record.findings) {
      if (finding.severity >= Severity::kWarn) codes.push_back(finding.code);
    }
    json["attempts_made"].push_back({{"attempt", number},
                                     {"at", judgement->at},
                                     {"photo", books.Masked(entry.student, record.photo)},
                                     {"sha256", record.sha256},
                                     {"outcome", OutcomeName(record.outcome)},
                                     {"codes", codes},
                                     {"tool", record.tool}});
  }
  json["events"] = Json::array();
  for (const ledger::BookedEvent& booked : events) {
    Json item = {{"at", booked.at}, {"kind", EventName(booked.event.kind)}, {"attempt", booked.event.attempt}};
    const bool judged = booked.event.kind == EventKind::kJudged || booked.event.kind == EventKind::kIdentity;
    if (judged) item["outcome"] = OutcomeName(booked.event.outcome);
    if (!booked.code.empty()) item["code"] = booked.code;
    if (!booked.text.empty()) item["text"] = books.Masked(entry.student, booked.text);
    if (!booked.who.empty()) item["who"] = booked.who;
    if (!booked.decided_at.empty()) item["decided_at"] = booked.decided_at;
    json["events"].push_back(std::move(item));
  }
  TRY_ASSIGN(const auto identity, books.ledger().FindIdentity(entry.id));
  if (identity) {
    json["identity"]["codes"] = Json::array();
    for (const Finding& finding : identity->findings) json["identity"]["codes"].push_back(finding.code);
  }
  TRY_ASSIGN(const auto files, books.ledger().FilesOf(entry.id));
  json["files"] = Json::array();
  for (const ledger::LedgerFile& file : files) {
    json["files"].push_back(
        {{"kind", FileKindName(file.kind)}, {"path", books.Masked(entry.student, file.path)}});
  }
  return json;
}

void PrintHistory(const Books& books, const Json& history) {
  const auto text = [](const Json& json, const char* key) { return Printable(json.value(key, "")); };
  const std::string state(
      StateTitle(*ledger::StateFromName(history["state"].get<std::string>()), books.texts()));
  std::cout << '@' << history["no"].get<StudentId>() << "  " << text(history, "key") << "  "
            << text(history, "name") << "  " << text(history, "group") << "  " << text(history, "season")
            << "  " << (history["locked"].get<bool>() ? books.texts().Format("ledger.locked", state) : state)
            << '\n';
  for (const Json& event : history["events"]) {
    std::cout << "  " << text(event, "at") << "  "
              << EventTitle(*ledger::EventFromName(event["kind"].get<std::string>()), books.texts()) << " #"
              << event["attempt"].get<int>();
    if (event.contains("outcome")) {
      std::cout << "  " << books.texts().Title(*OutcomeFromName(event["outcome"].get<std::string>()));
    }
    const bool of_card = text(event, "kind") == EventName(EventKind::kIdentity);
    for (const char* key : {"code", "text", "who", "decided_at"}) {
      if (!event.contains(key)) continue;
      std::cout << "  " << (of_card ? CardTitle(text(event, key), books.texts()) : text(event, key));
    }
    if (text(event, "kind") == "judged") {
      for (const Json& attempt : history["attempts_made"]) {
        if (attempt["attempt"] != event["attempt"]) continue;
        for (const Json& code : attempt["codes"]) std::cout << "  " << code.get<std::string>();
      }
    }
    std::cout << '\n';
  }
  if (history.contains("identity")) {
    std::cout << "  " << EventTitle(EventKind::kIdentity, books.texts()) << ": "
              << CardTitle(text(history["identity"], "verdict"), books.texts());
    for (const Json& code : history["identity"]["codes"]) std::cout << "  " << code.get<std::string>();
    std::cout << '\n';
  }
  for (const Json& file : history["files"]) {
    std::cout << "  "
              << FileKindTitle(*ledger::FileKindFromName(file["kind"].get<std::string>()), books.texts())
              << ": " << text(file, "path") << '\n';
  }
}

Result<ExitCode> History(Books& books, const KeyOptions& keys) {
  TRY_ASSIGN(const auto students, books.Students(keys));
  if (students.empty()) return Fail(ErrorKind::kUsage, "name a student: KEY or --keys-from FILE");
  for (const StudentId id : students) {
    TRY_ASSIGN(const auto entry, books.ledger().GetStudent(id));
    TRY_ASSIGN(const auto history, HistoryJson(books, entry));
    if (books.options().json) {
      std::cout << history.dump() << '\n';
    } else {
      PrintHistory(books, history);
    }
  }
  return ExitCode::kAccepted;
}

}  // namespace

Command AddHistory(CLI::App& app) {
  const auto keys = std::make_shared<KeyOptions>();
  CLI::App* command = app.add_subcommand("history", "Everything that is known of a student");
  AddKeys(*command, *keys);
  AddExamples(*command,
              {{"gradphoto-ledger history @42", "the student that lists show as @42"},
               {"gradphoto-ledger history --keys-from - --json", "of those typed or piped in, as JSON"}});
  return {command, Reads(), [keys](Books& books) { return History(books, *keys); }};
}

}  // namespace gradphoto::cli
