// SPDX-License-Identifier: Apache-2.0
// gradphoto-ledger status: how many students stand where, and who.
#include <iostream>
#include <map>
#include <memory>

#include "cli/common/table.h"
#include "cli/ledger/books.h"

namespace gradphoto::cli {
namespace {

using ledger::State;
using ledger::StateCounts;

struct StatusOptions {
  std::vector<std::string> states;
  FilterOptions filter;
};

// Texts of replies that no rule knows, with the number of students.
using UnknownReplies = std::vector<std::pair<std::string, std::int64_t>>;

struct Tally {
  StateCounts all;
  std::map<std::string, StateCounts> seasons, groups;
  std::size_t students = 0, locked = 0;
};

Tally Count(const std::vector<Line>& lines) {
  Tally tally{.all = {}, .seasons = {}, .groups = {}, .students = lines.size(), .locked = 0};
  for (const Line& line : lines) {
    ++tally.all[line.standing.state];
    ++tally.seasons[line.standing.season][line.standing.state];
    ++tally.groups[line.group][line.standing.state];
    tally.locked += line.standing.locked ? 1 : 0;
  }
  return tally;
}

// A clerk who asks who is missing wants the list, a script wants it alone.
ExitCode List(const Books& books, const std::vector<Line>& lines, const std::set<State>& states) {
  std::size_t listed = 0;
  for (const Line& line : lines) {
    if (!states.contains(line.standing.state)) continue;
    ++listed;
    const Json json = books.LineJson(line);
    if (books.options().json) {
      std::cout << json.dump() << '\n';
      continue;
    }
    std::cout << '@' << line.entry.id << "  " << json["key"].get<std::string>() << "  "
              << Printable(json["name"]) << "  " << Printable(json["group"]) << "  "
              << Printable(line.standing.season) << "  " << StateTitle(line.standing.state, books.texts())
              << "  " << books.texts().Format("ledger.failures", line.standing.failures)
              << (line.entry.blocked_by.empty() ? "" : "  " + line.entry.blocked_by);
    if (const std::string& verdict = line.standing.card.verdict; !verdict.empty()) {
      std::cout << "  " << EventTitle(ledger::EventKind::kIdentity, books.texts()) << ' '
                << CardTitle(verdict, books.texts());
    }
    std::cout << '\n';
  }
  return listed == 0 ? ExitCode::kNothingToDo : ExitCode::kAccepted;
}

void PrintJson(const Books& books, const Tally& tally, const UnknownReplies& unknown) {
  Json json = {{"v", 1},
               {"today", ledger::FormatDay(books.now().today)},
               {"students", tally.students},
               {"locked", tally.locked},
               {"states", ledger::ToJson(tally.all)},
               {"seasons", Json::array()},
               {"groups", Json::array()},
               {"unknown_replies", Json::array()}};
  const auto& deadlines = books.ledger().rules().deadlines;
  for (const auto& [season, counts] : tally.seasons) {
    const auto deadline = deadlines.find(season);
    Json item = {{"season", season}};
    if (deadline != deadlines.end()) item["deadline"] = ledger::FormatDay(deadline->second);
    item["states"] = ledger::ToJson(counts);
    json["seasons"].push_back(std::move(item));
  }
  for (const auto& [group, counts] : tally.groups) {
    json["groups"].push_back(
        {{"group", books.redactor().Text(group, nullptr)}, {"states", ledger::ToJson(counts)}});
  }
  for (const auto& [text, students] : unknown) {
    json["unknown_replies"].push_back({{"text", books.redactor().Text(text, nullptr)}, {"students", students}});
  }
  std::cout << json.dump() << '\n';
}

void PrintCounts(const Books& books, const std::string& name, const StateCounts& counts) {
  std::size_t sum = 0;
  for (const auto& [state, count] : counts) sum += count;
  std::cout << Printable(name) << ": " << sum;
  for (const State state : ledger::kStates) {
    if (const auto found = counts.find(state); found != counts.end()) {
      std::cout << "  " << StateTitle(state, books.texts()) << ' ' << found->second;
    }
  }
  std::cout << '\n';
}

void PrintTable(const Books& books, const Tally& tally, const UnknownReplies& unknown) {
  const standard::Texts& texts = books.texts();
  const auto& deadlines = books.ledger().rules().deadlines;
  PrintCounts(books, std::string(texts.Get("ledger.all")), tally.all);
  for (const auto& [season, counts] : tally.seasons) {
    const auto deadline = deadlines.find(season);
    const std::string name = season.empty() ? "-" : season;
    PrintCounts(books,
                deadline == deadlines.end()
                    ? texts.Format("ledger.season", name)
                    : texts.Format("ledger.season_until", name, ledger::FormatDay(deadline->second)),
                counts);
  }
  for (const auto& [group, counts] : tally.groups) {
    const std::string name = group.empty() ? "-" : books.redactor().Text(group, nullptr);
    PrintCounts(books, texts.Format("ledger.group", name), counts);
  }
  for (const auto& [text, students] : unknown) {
    std::cout << texts.Format("ledger.unknown_reply", Printable(books.redactor().Text(text, nullptr)), students)
              << '\n';
  }
}

Result<ExitCode> Status(Books& books, const StatusOptions& options) {
  TRY_ASSIGN(const auto states, StatesFrom(options.states));
  TRY_ASSIGN(const auto lines, books.Lines(options.filter, {}));
  if (!states.empty()) return List(books, lines, states);
  TRY_ASSIGN(const auto unknown, books.ledger().UnknownReplies());
  const Tally tally = Count(lines);
  if (books.options().json) {
    PrintJson(books, tally, unknown);
  } else {
    PrintTable(books, tally, unknown);
  }
  return lines.empty() ? ExitCode::kNothingToDo : ExitCode::kAccepted;
}

}  // namespace

Command AddStatus(CLI::App& app) {
  const auto options = std::make_shared<StatusOptions>();
  CLI::App* command = app.add_subcommand("status", "How many students stand where, and who");
  command
      ->add_option("--list", options->states, "List the students in these states, e.g. missing,rejected,late")
      ->delimiter(',')
      ->type_name("STATES");
  AddFilters(*command, options->filter);
  AddExamples(*command, {{"gradphoto-ledger status", "how many in each state, by season and group"},
                         {"gradphoto-ledger status --list missing,held --group 一班", "who they are"}});
  return {command, Reads(), [options](Books& books) { return Status(books, *options); }};
}

}  // namespace gradphoto::cli
