// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/cards.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "lib/base/photo_archive.h"
#include "lib/base/sha256.h"
#include "lib/pipeline/identification.h"
#include "lib/pipeline/many.h"
#include "lib/roster/id_number.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;
using ledger::CardStanding;
using ledger::IdentityRule;

constexpr const char* kRosterKey = "roster";  // In `tool`: the name and number that the card was held against.

// A card photo and its hash; empty where it cannot be read.
struct CardFile {
  std::string path, sha256;
};

std::string RosterHash(const Student& student) {
  const std::string both =
      std::string(student.Field("name")) + "\n" + roster::NormalizeId(student.Field("id_number"));
  return Sha256Hex(both).substr(0, 16);
}

std::string TextOf(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::set<std::string> HashesIn(const Record& found) {
  std::set<std::string> hashes;
  const auto cards = found.identity.find("cards");
  if (cards == found.identity.end()) return hashes;
  for (const Json& card : *cards) hashes.insert(TextOf(card, "sha256"));
  return hashes;
}

bool Failed(const Record& found) {
  return std::ranges::any_of(found.findings,
                             [](const Finding& finding) { return finding.severity == Severity::kError; });
}

// As far as nobody has decided on it.
CardStanding CardOf(const Record& found) {
  return {.verdict = TextOf(found.identity, "verdict"), .refused_for = {}};
}

// What is known of a student's card from earlier runs.
struct Known {
  const Record* found = nullptr;
  CardStanding card;
};

bool StillHolds(const Known& known, const Json& tool, const std::vector<CardFile>& files) {
  const Record& found = *known.found;
  if (TextOf(found.tool, kRosterKey) != TextOf(tool, kRosterKey)) return false;
  if (known.card.IsVerified()) return true;
  std::set<std::string> hashes;
  for (const CardFile& file : files) hashes.insert(file.sha256);
  const bool same = !hashes.contains("") && HashesIn(found) == hashes;
  return same && (known.card.IsDecided() || found.tool == tool) && !Failed(found);
}

// The paths as they are now; files may have been renamed, and those of verified students deleted.
void RenewPaths(Record& found, const std::vector<CardFile>& files) {
  const auto cards = found.identity.find("cards");
  if (cards == found.identity.end()) return;
  for (Json& card : *cards) {
    if (!card.is_object()) continue;
    const auto file = std::ranges::find(files, TextOf(card, "sha256"), &CardFile::sha256);
    card["photo"] = file == files.end() ? "" : file->path;
  }
}

class CardStep {
 public:
  CardStep(const Context& context, Journal& journal, Json tool, std::map<std::string, Known> known)
      : context_(context), journal_(journal), tool_(std::move(tool)), known_(std::move(known)) {}

  struct Asked {
    std::vector<CardFile> files;
    std::optional<Record> found;  // Of an earlier run, and still true.
    bool is_booked = false;       // The ledger has it.
  };

  // On some thread.
  Asked Ask(const Record& linked) const {
    Asked asked;
    if (!linked.student) return asked;
    for (std::string& path : pipeline::CardsOf(linked)) {
      std::string hash = HashPhoto(path).value_or("");
      asked.files.push_back({std::move(path), std::move(hash)});
    }
    Json tool = tool_;
    tool[kRosterKey] = RosterHash(*linked.student);
    const auto known = known_.find(linked.student->key);
    if (known != known_.end() && StillHolds(known->second, tool, asked.files)) {
      asked.found = *known->second.found;
      asked.is_booked = true;
    } else if (auto kept = journal_.OfStudent(linked.student->key);
               kept && StillHolds({&*kept, {}}, tool, asked.files)) {
      asked.found = std::move(kept);  // Of these files: without a ledger no card is verified for good.
    }
    if (asked.found) RenewPaths(*asked.found, asked.files);
    return asked;
  }

  // On some thread: the record without what is not about the card.
  Record Judge(const pipeline::Identifier& identifier, Record linked) const {
    Record bare;
    bare.student = linked.student;
    bare.identity = std::move(linked.identity);
    Record found = identifier.Identify(std::move(bare));
    found.tool = tool_;
    found.tool[kRosterKey] = RosterHash(*linked.student);
    found.student->fields.clear();
    return found;
  }

  Result<void> Append(const Record& found) const { return journal_.Append(found); }

  // In the ledger, if there is one. One at a time.
  Result<void> Book(const Record& linked, const Record& found, bool is_booked) const {
    if (context_.ledger == nullptr) return {};
    TRY_ASSIGN(auto transaction, context_.ledger->Begin());
    TRY_ASSIGN(const auto entry, context_.ledger->FindStudent(linked.student->key));
    if (!entry) return Fail(ErrorKind::kInternal, "ledger: a student of the batch is not in it");
    if (!is_booked) {
      TRY(context_.ledger->BookIdentity(entry->id, found, context_.options.moment));
    }
    for (const std::string& path : pipeline::CardsOf(linked)) {
      std::error_code ignored;
      if (!fs::is_regular_file(path, ignored)) continue;  // In an archive: not ours to take apart.
      const std::string place = fs::absolute(path, ignored).lexically_normal().string();
      TRY(context_.ledger->KeepFile({entry->id, ledger::FileKind::kCard, place, ""}));
    }
    return transaction.Commit();
  }

  const Context& context() const { return context_; }

 private:
  const Context& context_;
  Journal& journal_;
  Json tool_;
  std::map<std::string, Known> known_;  // By key, of the ledger.
};

// `records`: of the ledger, which must outlive what is returned.
Result<std::map<std::string, Known>> KnownOf(ledger::Ledger& ledger, ledger::Day today,
                                             const std::map<ledger::StudentId, Record>& records) {
  std::map<std::string, Known> known;
  TRY(ledger.ForEachStudent([&](const ledger::StudentEntry& entry) -> Result<void> {
    const auto record = records.find(entry.id);
    if (record == records.end()) return {};
    known[entry.student.key] = {&record->second, StandingOf(entry.history, ledger.rules(), today).card};
    return {};
  }));
  return known;
}

template <typename Output>
Result<void> ForMany(const Context& context, std::vector<Record> records,
                     const std::function<Output(Record)>& work,
                     const std::function<Result<void>(Output)>& take) {
  const std::size_t total = records.size();
  std::optional<Error> failure;
  const std::function<bool(Output)> sink = [&](Output output) {
    const Result<void> taken = take(std::move(output));
    if (!taken) failure = taken.error();
    return taken.has_value();
  };
  const std::size_t done = pipeline::ProcessMany<Output>(
      std::move(records), {context.job.threads, context.options.interrupted}, work, sink);
  if (failure) return Fail(*failure);
  if (done < total) return Fail(ErrorKind::kOutput, "interrupted; the same command goes on from here");
  return {};
}

void TellVerdicts(const Context& context, const FoundCards& found, std::size_t judged) {
  std::map<std::string, std::size_t> verdicts;
  std::size_t students = 0;
  for (const auto& record : found) {
    if (!record) continue;
    ++students;
    ++verdicts[TextOf(record->identity, "verdict")];
  }
  context.notes.Info(
      fmt::format("identity: {} students judged, {} as before: {} match, {} review, {} retake, {} "
                  "missing, {} mismatch",
                  judged, students - judged, verdicts["match"], verdicts["review"], verdicts["retake"],
                  verdicts["missing"], verdicts["mismatch"]));
}

// Judges those that nothing is known of.
Result<void> JudgeOthers(const CardStep& step, std::span<const Record> batch, const std::vector<Record>& linked,
                         const std::vector<std::size_t>& others, FoundCards& found) {
  if (others.empty()) return {};
  const Context& context = step.context();
  TRY_ASSIGN(auto identifier,
             pipeline::Identifier::Create(EngineOptionsOf(context.job, context.options),
                                          context.job.card_layout, context.options.moment.today));
  identifier.Expect(batch);
  std::vector<Record> records;
  for (const std::size_t i : others) records.push_back(linked[i]);
  const auto& progress = context.options.progress;
  if (progress) progress(0, others.size());
  std::size_t done = 0;
  return ForMany<Record>(
      context, std::move(records), [&](Record record) { return step.Judge(identifier, std::move(record)); },
      [&](Record record) -> Result<void> {
        const std::size_t i = others[done++];
        TRY(step.Append(record));
        TRY(step.Book(linked[i], record, /*is_booked=*/false));
        found[i] = std::move(record);
        if (progress) progress(done, others.size());
        return {};
      });
}

}  // namespace

Result<FoundCards> IdentifyCards(const Context& context, Journal& journal, std::span<const Record> batch,
                                 std::vector<Record>& linked) {
  FoundCards found(linked.size());
  if (context.job.rules.identity == IdentityRule::kOff) return found;
  TRY_ASSIGN(auto tool, pipeline::Identifier::ToolOf(EngineOptionsOf(context.job, context.options),
                                                     context.job.card_layout));
  std::map<ledger::StudentId, Record> booked;
  std::map<std::string, Known> known;
  if (context.ledger != nullptr) {
    TRY_ASSIGN(booked, context.ledger->Identities());
    TRY_ASSIGN(known, KnownOf(*context.ledger, context.options.moment.today, booked));
  }
  const CardStep step(context, journal, std::move(tool), std::move(known));

  std::vector<std::size_t> others;
  std::vector<bool> is_booked;
  TRY(ForMany<CardStep::Asked>(
      context, linked, [&](const Record& record) { return step.Ask(record); },
      [&](CardStep::Asked answer) -> Result<void> {
        const std::size_t i = is_booked.size();
        is_booked.push_back(answer.is_booked);
        found[i] = std::move(answer.found);
        if (linked[i].student && !found[i]) others.push_back(i);
        return {};
      }));
  if (context.ledger != nullptr) {
    TRY_ASSIGN(auto transaction, context.ledger->Begin());
    for (std::size_t i = 0; i < linked.size(); ++i) {
      if (!found[i]) continue;
      TRY(step.Book(linked[i], *found[i], is_booked[i]));
    }
    TRY(transaction.Commit());
  }
  TRY(JudgeOthers(step, batch, linked, others, found));
  TellVerdicts(context, found, others.size());
  for (std::size_t i = 0; i < linked.size(); ++i) {
    if (found[i]) pipeline::ReferToCard(*found[i], linked[i]);
  }
  return found;
}

Result<std::vector<std::optional<CardStanding>>> CardStandings(const Context& context, const FoundCards& found,
                                                               std::span<const Record> records) {
  std::vector<std::optional<CardStanding>> standings(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i] || !records[i].student) continue;
    standings[i] = CardOf(*found[i]);
    if (context.ledger == nullptr) continue;
    TRY_ASSIGN(const auto entry, context.ledger->FindStudent(records[i].student->key));
    if (entry) {
      standings[i] = StandingOf(entry->history, context.ledger->rules(), context.options.moment.today).card;
    }
  }
  return standings;
}

Result<void> TellCards(const Context& context, const FoundCards& found, std::span<Record> records) {
  TRY_ASSIGN(const auto standings, CardStandings(context, found, records));
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!standings[i]) continue;
    ledger::AddIdentity(records[i], *found[i], *standings[i], context.job.rules.identity);
  }
  return {};
}

}  // namespace gradphoto::batch
