// SPDX-License-Identifier: Apache-2.0
// Identity cards in a batch, with the shipped nets on specimens.
#include "lib/batch/cards.h"

#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "lib/batch/layout.h"
#include "lib/batch/purge.h"
#include "lib/batch/run.h"
#include "lib/standard/codes.h"
#include "tests/batch/support.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;
using ledger::IdentityRule;
using namespace std::chrono_literals;

struct Office {
  testing::TempDir dir;
  fs::path photos = dir.path() / "photos", cards = dir.path() / "cards";
  Job job;
  std::vector<std::string> notes;
  std::map<std::string, Record> records;  // Of the last night, by the last digit of the student number.

  explicit Office(IdentityRule rule) {
    fs::create_directories(photos);
    fs::create_directories(cards);
    job.photos = {photos};
    job.id_cards = {cards};
    job.output = dir.path() / "out";
    job.standard = "cet";
    job.name_template = "{student_number}";
    job.rules.identity = rule;
    job.threads = 2;
    // The portraits on the specimens are drawn.
    job.severities = {{"REFERENCE_UNUSABLE", Severity::kInfo}};
    Roster(
        "20260001,王小明,110000200304050018\n20260002,高雨晴,440000200309120042\n20260003,何文博,"
        "110000200208260058\n");
    for (const char* number : {"1", "2", "3"}) {
      fs::copy_file(testing::SourceDir() / "samples/photos/城东教学点/20220102.png",
                    photos / ("2026000" + std::string(number) + ".png"));
    }
    Card("wang-front", "1-正面");
    Card("wang-back", "1-反面");
    Card("gao-front-glare", "2-正面");
    Card("wang-back", "2-反面");
  }

  void Roster(const std::string& rows) { job.roster = dir.Write("roster.csv", "学号,姓名,身份证号\n" + rows); }
  void Card(const std::string& specimen, const std::string& name) const {
    fs::copy_file(testing::SourceDir() / "tests/identity/specimens" / (specimen + ".jpg"),
                  cards / ("2026000" + name + ".jpg"), fs::copy_options::overwrite_existing);
  }

  RunOptions Options() {
    RunOptions options = SampleOptions();
    options.moment = ledger::StartOf(2026y / 6 / 1);
    options.note = [this](const Note& note) { notes.push_back(note.text); };
    return options;
  }
  void Night(const RunOptions& options) {
    const auto result = Run(job, options);
    REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().message));
    records.clear();
    for (const Record& record : result->records) {
      if (record.student) records[std::string(record.student->Field("student_number").substr(7))] = record;
    }
  }
  void Night() {
    notes.clear();
    Night(Options());
  }

  // "match accepted", and the codes that count.
  std::string Told(const std::string& number) const {
    const Record& record = records.at(number);
    std::string told =
        record.identity.value("verdict", "none") + " " + std::string(OutcomeName(record.outcome));
    for (const Finding& finding : record.findings) {
      if (finding.severity >= Severity::kReview) told += " " + finding.code;
    }
    return told;
  }
  std::string Judged() const {
    for (const std::string& note : notes) {
      if (note.starts_with("identity: ")) return note.substr(0, note.find(':', 10));
    }
    return {};
  }
};

TEST_CASE("cards are judged beside the photos, and hold back who is not verified") {
  const IdentityRule rule = IdentityRule::kRequire;
  Office office(rule);
  office.Night();
  CHECK(office.Told("1") == "match accepted");
  CHECK(office.Told("2") == "retake held CARD_GLARE");
  CHECK(office.Told("3") == "missing held CARD_MISSING");
  CHECK(office.Judged() == "identity: 3 students judged, 0 as before");
  const Record& right = office.records.at("1");
  CHECK(right.identity["cards"].size() == 2);
  CHECK(right.comparison["reference_kind"] == "id-card");
  CHECK(standard::FindFinding(right.findings, "REFERENCE_UNUSABLE") != nullptr);
  CHECK(fs::exists(office.job.output / "upload/photos/20260001.jpg"));
  CHECK_FALSE(fs::exists(office.job.output / "upload/photos/20260002.jpg"));
  CHECK_FALSE(fs::exists(OutputLayout(office.job.output).UnfinishedCards()));
  for (const auto& entry : fs::recursive_directory_iterator(office.job.output)) {
    if (!entry.is_regular_file()) continue;
    CAPTURE(entry.path().string());
    CHECK(KindInOutput(entry.path().lexically_relative(office.job.output)) != nullptr);
    CHECK((entry.status().permissions() & fs::perms::all) == fs::perms(0600));
    const std::string text = TextOf(entry.path());
    CHECK(text.find("样本省") == std::string::npos);  // An address.
  }
}

TEST_CASE("with a ledger nothing is judged twice, and who is verified needs no card any more") {
  Office office(IdentityRule::kRequire);
  office.job.ledger = office.dir.path() / "ledger.sqlite";
  office.Night();
  CHECK(office.Told("1") == "match accepted");
  office.Night();
  CHECK(office.Judged() == "identity: 0 students judged, 3 as before");
  CHECK(office.Told("2") == "retake held CARD_GLARE");
  CHECK(office.records.at("2").extra["ledger"]["state"] == "unverified");

  {  // Only the verified student's photos go, with a receipt.
    auto ledger = ledger::Ledger::Open(office.job.ledger, ledger::OpenMode::kWrite);
    REQUIRE(ledger.has_value());
    const auto plan = PlanCardPurge(*ledger, 2026y / 6 / 2);
    REQUIRE(plan.has_value());
    CHECK(plan->students == 1);
    CHECK(plan->files.size() == 2);
    const auto purged = PurgeCards(*ledger, *plan, {}, ledger::StartOf(2026y / 6 / 2));
    REQUIRE(purged.has_value());
    REQUIRE(purged->receipts.size() == 1);
    CHECK(TextOf(purged->receipts[0]).find("110000200304050018") == std::string::npos);
    CHECK(PlanCardPurge(*ledger, 2026y / 6 / 2)->files.empty());
  }
  CHECK_FALSE(fs::exists(office.cards / "20260001-正面.jpg"));
  CHECK(fs::exists(office.cards / "20260002-正面.jpg"));

  office.Card("gao-front", "2-正面");
  office.Night();
  CHECK(office.Judged() == "identity: 1 students judged, 2 as before");
  CHECK(office.Told("1") == "match accepted");
  CHECK(office.Told("2") == "match accepted");

  // The roster's name changes: the verdict of then is about another one.
  office.Roster(
      "20260001,王大明,110000200304050018\n20260002,高雨晴,440000200309120042\n20260003,何文博,"
      "110000200208260058\n");
  office.Card("wang-front", "1-正面");
  office.Card("wang-back", "1-反面");
  office.Night();
  CHECK(office.Judged() == "identity: 1 students judged, 2 as before");
  CHECK(office.records.at("1").identity["verdict"] == "review");

  // A purge of students takes the photos of their cards, too.
  auto ledger = ledger::Ledger::Open(office.job.ledger, ledger::OpenMode::kWrite);
  const auto student = ledger->FindByIdentifier("440000200309120042");
  const auto plan =
      PlanPurge(*ledger, {.season = "", .before = {}, .students = *student, .force = true}, 2026y / 6 / 3);
  REQUIRE(Purge(*ledger, *plan, {}, ledger::StartOf(2026y / 6 / 3)).has_value());
  CHECK_FALSE(fs::exists(office.cards / "20260002-正面.jpg"));
  CHECK(fs::exists(office.cards / "20260001-正面.jpg"));
}

TEST_CASE("what is found counts by its severity; another student's card is told as that") {
  Office office(IdentityRule::kCheck);
  office.job.severities["CARD_MISSING"] = Severity::kInfo;
  office.Card("he-front", "2-正面");
  office.Night();
  CHECK(office.Told("2") == "mismatch review CARD_SWAPPED");
  CHECK(office.Told("3") == "missing accepted");
  CHECK(fs::exists(office.job.output / "upload/photos/20260003.jpg"));
  // The doubtful line is on the review page, and nothing else of the card.
  const std::string page = TextOf(office.job.output / "report/review.html");
  CHECK(page.find("-card-name.jpg") != std::string::npos);
  CHECK(page.find("-reference.jpg") == std::string::npos);
}

TEST_CASE("shards come to what one run comes to, a run goes on where it stopped, a dry run writes nothing") {
  Office office(IdentityRule::kRequire);
  RunOptions options = office.Options();
  options.dry_run = true;
  office.Night(options);
  CHECK(office.Told("2") == "retake held CARD_GLARE");
  CHECK_FALSE(fs::exists(office.job.output));
  const auto whole = office.records;

  options = office.Options();
  for (const std::uint64_t number : {1, 2}) {
    options.shard = Shard{.number = number, .count = 2};
    office.Night(options);
  }
  options.shard.reset();
  options.merge = true;
  office.notes.clear();
  office.Night(options);
  CHECK(office.Judged() == "identity: 0 students judged, 3 as before");
  for (const auto& [number, record] : whole) {
    CHECK(office.records.at(number).identity == record.identity);
    CHECK(office.records.at(number).outcome == record.outcome);
  }

  Office stopped(IdentityRule::kRequire);
  options = stopped.Options();
  int asked = 0;
  stopped.job.threads = 1;
  options.interrupted = [&] { return ++asked > 8; };  // Three are asked after, then three are judged.
  const auto cut_short = Run(stopped.job, options);
  REQUIRE_FALSE(cut_short.has_value());
  stopped.Night();
  CHECK(stopped.Judged() == "identity: 0 students judged, 3 as before");
}

TEST_CASE("cards among the photos are refused") {
  Office office(IdentityRule::kCheck);
  office.job.id_cards = {office.photos / "cards"};
  const auto result = Run(office.job, office.Options());
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().message.find("must not contain each other") != std::string::npos);
}

}  // namespace
}  // namespace gradphoto::batch
