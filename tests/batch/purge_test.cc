// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/purge.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "lib/base/file_lock.h"
#include "lib/base/sha256.h"
#include "lib/compare/template_store.h"
#include "lib/deliver/files.h"
#include "lib/deliver/pack.h"
#include "lib/ledger/delivery.h"
#include "tests/ledger/support.h"

namespace gradphoto::batch {
namespace {

using namespace ledger::testing;  // NOLINT(google-build-using-namespace): a test's own support.
using ledger::FileKind;
using ledger::StudentId;
namespace fs = std::filesystem;

constexpr std::uint64_t kMaxBytes = 1 << 20;
constexpr std::array<std::string_view, 3> kNumbers = {"20229901", "20229902", "20229903"};
constexpr std::string_view kSeason = "spring-2022";

// Three students: the first two are to go, the third stays. Everything that a run can leave of them is there,
// also what the ledger does not know because a run was killed.
class Office {
 public:
  Office() : out(dir.path() / "out"), ledger(Opened(dir.path() / "ledger.sqlite")) {
    for (const std::string_view number : kNumbers) AddStudent(std::string(number));
    Must(ledger.KeepPlace(out.directory()));
    WriteLists();
    WriteLeftovers();
    Deliver();
    SaveTemplates();
  }

  PurgePlan PlanFor(std::vector<StudentId> students) {
    return Must(PlanPurge(ledger, {.season = "", .before = {}, .students = std::move(students)}, kOctober));
  }
  PurgePlan PlanForTwo() { return PlanFor({ids[0], ids[1]}); }

  // Every file whose path or bytes hold the text.
  std::vector<std::string> FilesWith(std::string_view text) const {
    std::vector<std::string> files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(dir.path())) {
      const std::string below = entry.path().lexically_relative(dir.path()).string();
      if (below.starts_with("in/")) continue;  // The photos as they were handed in are not the purge's.
      const std::string bytes = entry.is_regular_file() ? Must(ReadTextFile(entry.path(), kMaxBytes)) : "";
      if (below.contains(text) || bytes.contains(text)) files.push_back(below);
    }
    return files;
  }

  void CheckGone(std::size_t student) const {
    for (const std::string& file : FilesWith(kNumbers[student])) FAIL_CHECK(file << " still tells a number");
    for (const std::string& file : FilesWith("face " + std::string(kNumbers[student]))) {
      FAIL_CHECK(file << " still shows a face");
    }
  }

  // What belongs to the third student, and what is nobody's.
  void CheckKept() {
    CHECK(Must(ReadTextFile(out.Records(), kMaxBytes)) == ToLine(records[2]) + "\n");
    CHECK(Must(ReadTextFile(out.Unfinished(), kMaxBytes)) == ToLine(records[2]) + "\n");
    CHECK(Must(ReadTextFile(out.ShardRecords("1-of-2"), kMaxBytes)) == ToLine(records[2]) + "\n");
    const fs::path pack = out.Delivery(1);
    const std::string index = Must(ReadTextFile(pack / deliver::kPackIndexName, kMaxBytes));
    CHECK(index.contains(kNumbers[2]));
    CHECK(Must(ReadTextFile(pack / deliver::kPackSumsName, kMaxBytes)).contains(Sha256Hex(index)));
    for (const fs::path& file :
         {fs::path(records[2].output), pack / "photos/20229903.jpg", out.Cases() / CaseOf(2) / "photo.jpg",
          out.MaskKey(), out.Lock(), out.Report() / "notes.txt", out.directory() / "notes.txt",
          dir.path() / "in/20229901.jpg", dir.path() / "templates/templates.bin"}) {
      CHECK_MESSAGE(fs::exists(file), file.string());
    }
    CHECK(Must(ledger.HasStudent(ids[2])));
    CHECK(Must(ledger.FilesOf(ids[2])).size() == 3);  // Output, evidence, delivered.
    const auto store = Must(compare::TemplateStore::Open(dir.path() / "templates", ""));
    CHECK(store.entries().size() == 1);
    CHECK(store.entries().contains(records[2].student->key));
  }

  std::vector<fs::path> Receipts() const {
    std::vector<fs::path> receipts;
    for (const fs::directory_entry& entry : fs::directory_iterator(dir.path())) {
      if (entry.path().filename().string().contains("-purge-")) receipts.push_back(entry.path());
    }
    return receipts;
  }

  TempDir dir;
  OutputLayout out;
  ledger::Ledger ledger;
  std::vector<StudentId> ids;
  std::vector<Record> records;

 private:
  std::string CaseOf(std::size_t student) const {
    const std::string id = std::to_string(ids[student]);
    return std::string(6 - id.size(), '0') + id + "-1";
  }

  fs::path Write(const fs::path& file, std::string_view text) {
    return dir.Write(file.lexically_relative(dir.path()), text);
  }

  void AddStudent(const std::string& number) {
    Record record = Linked("99999-" + number, (dir.path() / "in" / (number + ".jpg")).string());
    for (auto& [name, value] : record.student->fields) {
      if (name == "id_number") value = "4405241880" + number;
    }
    dir.Write("in/" + number + ".jpg", "handed in " + number);
    ids.push_back(Added(ledger, record));
    record = Judged(std::move(record), Outcome::kAccepted, Sha256Hex("handed in " + number));
    record.output = (out.Standardized() / "甲班" / (number + ".jpg")).string();
    record.output_sha256 = Sha256Hex("face " + number);
    Write(record.output, "face " + number);
    Must(ledger.Judge(ids.back(), record, "", kSeason, On(kOctober)));
    Must(ledger.KeepFile({ids.back(), FileKind::kOutput, record.output, record.output_sha256}));
    records.push_back(std::move(record));
  }

  void WriteLists() {
    std::string lines;
    for (const Record& record : records) lines += ToLine(record) + "\n";
    Write(out.Records(), lines);
    // Of a run that was killed in the middle of a line.
    Write(out.Unfinished(), lines + ToLine(records[0]).substr(0, 200));
    Write(out.ShardRecords("1-of-2"), lines);
    Write(out.ShardUnfinished("2-of-2"), ToLine(records[1]) + "\n" + ToLine(records[0]).substr(0, 200));
    for (const std::string_view name : {deliver::kReportSummaryName, deliver::kReportPageName,
                                        deliver::kReportNoticesName, deliver::kReviewPageName}) {
      Write(out.Report() / name, "学生 20229901");
    }
    Write(out.Report() / deliver::kReportNoticeFolder / "甲班.csv", "学生 20229901");
    Write(out.Report() / deliver::kReportThumbnailFolder / "00001.jpg", "face 20229901");
    Write(out.Report() / deliver::kReviewPictureFolder / "2-photo.jpg", "face 20229902");
    for (const fs::path& file :
         {out.MaskKey(), out.Lock(), out.Report() / "notes.txt", out.directory() / "notes.txt"}) {
      Write(file, "nobody's");
    }
  }

  // What a run had on disk, and not yet in the ledger, when it was killed.
  void WriteLeftovers() {
    Write(out.Standardized() / "张三-20229901/new.jpg", "face 20229901");
    Write(out.Standardized() / "甲班/.gradphoto-aaaaaa.tmp", "face 20229902");
    Write(out.Report() / "thumbs/.gradphoto-bbbbbb.tmp", "face 20229902");
    Write(out.directory() / ".gradphoto-cccccc.tmp", ToLine(records[0]));
    Write(dir.path() / ".gradphoto-dddddd.tmp", ToLine(records[0]));
    Write(dir.path() / "templates/.gradphoto-eeeeee.tmp", "face 20229901");
    Write(out.Delivery(2) / "photos/20229901.jpg", "face 20229901");  // No index yet.
    for (std::size_t i = 0; i < 2; ++i)
      Write(out.Cases() / CaseOf(i) / "photo.jpg", "face " + std::string(kNumbers[i]));
    const fs::path kept = Write(out.Cases() / CaseOf(2) / "photo.jpg", "face 20229903");
    Must(ledger.KeepFile({ids[2], FileKind::kEvidence, kept.string(), Sha256Hex("face 20229903")}));
  }

  void Deliver() {
    deliver::PackOptions options;
    options.name = *deliver::NameTemplate::Parse("{student_number}");
    const auto plan = Must(deliver::PlanPack(records, options));
    Must(deliver::WritePack(records, plan, options, out.Delivery(1)));
    std::vector<ledger::PackedRecord> packed;
    for (const deliver::PackedPhoto& photo : plan.photos)
      packed.push_back({&records[photo.record], photo.file});
    Must(ledger::BookDelivery(ledger, packed, out.Delivery(1), On(kOctober)));
  }

  void SaveTemplates() {
    auto store = Must(compare::TemplateStore::Open(dir.path() / "templates", "0123456789abcdef"));
    for (const Record& record : records) {
      store.Put(record.student->key, {.photo_sha256 = record.sha256,
                                      .confirmed = true,
                                      .face = {.values = {1, 2}, .scale = 0.5F},
                                      .shot = {}});
    }
    Must(store.Save());
  }
};

TEST_CASE("after a crash and a purge neither photos nor numbers stay, and what must stay stays") {
  Office office;
  const PurgePlan plan = office.PlanForTwo();
  CHECK(plan.students.size() == 2);
  CHECK(plan.attempts == 2);
  CHECK(plan.Unsettled() == 0);
  const Purged purged = Must(Purge(office.ledger, plan, {}, On(kOctober)));
  office.CheckGone(0);
  office.CheckGone(1);
  office.CheckKept();
  CHECK_FALSE(fs::exists(office.out.Delivery(2)));
  CHECK_FALSE(fs::exists(office.out.Standardized() / "张三-20229901"));
  CHECK(std::ranges::is_sorted(purged.withdrawn.sha256));
  CHECK(std::ranges::count(purged.withdrawn.sha256, Sha256Hex("face 20229901")) >= 5);
}

TEST_CASE("a purge of one student leaves the lines of the others") {
  Office office;
  Must(Purge(office.ledger, office.PlanFor({office.ids[0]}), {}, On(kOctober)));
  office.CheckGone(0);
  const std::string rest = ToLine(office.records[1]) + "\n" + ToLine(office.records[2]) + "\n";
  CHECK(Must(ReadTextFile(office.out.Records(), kMaxBytes)) == rest);
  CHECK(Must(ReadTextFile(office.out.ShardUnfinished("2-of-2"), kMaxBytes)) ==
        ToLine(office.records[1]) + "\n");
  CHECK(fs::exists(office.records[1].output));
  CHECK(fs::exists(office.out.Delivery(1) / "photos/20229902.jpg"));
  CHECK(Must(office.ledger.HasStudent(office.ids[1])));
}

TEST_CASE("a purge that is cut short before any step is finished by the next one") {
  int steps = 0;
  for (bool done = false; !done; ++steps) {
    REQUIRE(steps < 200);
    CAPTURE(steps);
    Office office;
    int left = steps;
    const PurgeOptions cut{.receipts = {}, .interrupted = [&] { return left-- == 0; }};
    const auto first = Purge(office.ledger, office.PlanForTwo(), cut, On(kOctober));
    done = first.has_value();
    if (!done) {
      CHECK(first.error().kind == ErrorKind::kOutput);
      // As the tool does it: first what an earlier purge left, then whoever is still there.
      Must(FinishPurges(office.ledger, {}));
      std::vector<StudentId> still;
      for (const StudentId id : {office.ids[0], office.ids[1]}) {
        if (Must(office.ledger.HasStudent(id))) still.push_back(id);
      }
      Must(Purge(office.ledger, office.PlanFor(still), {}, On(kOctober)));
    }
    office.CheckGone(0);
    office.CheckGone(1);
    office.CheckKept();
    CHECK(office.Receipts().size() == 1);
    CHECK(Must(office.ledger.UnfinishedPurges()).empty());
  }
  CHECK(steps > 20);
}

TEST_CASE("the receipt says how many, when and what, and names nobody") {
  Office office;
  const fs::path receipts = office.dir.path() / "receipts";
  const Purged purged =
      Must(Purge(office.ledger, office.PlanForTwo(), {.receipts = receipts, .interrupted = {}}, On(kOctober)));
  REQUIRE(purged.receipts.size() == 1);
  CHECK(purged.receipts.front() == receipts / "ledger-purge-1.json");
  const std::string text = Must(ReadTextFile(purged.receipts.front(), kMaxBytes));
  const Json receipt = Json::parse(text);
  CHECK(receipt["students"] == 2);
  CHECK(receipt["attempts"] == 2);
  CHECK(receipt["states"]["delivered"] == 2);
  CHECK(receipt["states"]["missing"] == 0);
  CHECK(receipt["selection"] == "students by key");
  CHECK(receipt["files"] == receipt["sha256"].size());
  CHECK(receipt["lists"].get<int>() > 0);
  for (const std::string_view number : kNumbers) CHECK_FALSE(text.contains(number));
  // A receipt that another program changed is not replaced.
  Must(Purge(office.ledger, office.PlanFor({office.ids[2]}), {.receipts = receipts, .interrupted = {}},
             On(kOctober)));
  CHECK(fs::exists(receipts / "ledger-purge-2.json"));
}

TEST_CASE("whom a purge takes") {
  Office office;
  const auto count = [&](PurgeSelection selection) {
    return Must(PlanPurge(office.ledger, selection, kOctober)).students.size();
  };
  CHECK(count({.season = std::string(kSeason), .before = {}, .students = {}}) == 3);
  CHECK(count({.season = "spring-1999", .before = {}, .students = {}}) == 0);
  CHECK(count({.season = "", .before = 2021y / 10 / 6, .students = {}}) == 3);
  CHECK(count({.season = "", .before = 2021y / 10 / 5, .students = {}}) == 0);
  CHECK(count({.season = "", .before = {}, .students = {office.ids[1]}}) == 1);
  CHECK(Must(Purge(office.ledger, PurgePlan{}, {}, On(kOctober))).receipts.empty());
  CHECK(office.Receipts().empty());
}

TEST_CASE("a purge does not work under the hands of a batch") {
  Office office;
  const auto lock = Must(FileLock::Try(office.out.ShardLock("1-of-2")));
  REQUIRE(lock.has_value());
  const auto purged = Purge(office.ledger, office.PlanForTwo(), {}, On(kOctober));
  REQUIRE_FALSE(purged.has_value());
  CHECK(purged.error().kind == ErrorKind::kOutput);
  CHECK(purged.error().message.contains("at work here"));
  CHECK(fs::exists(office.records[0].output));
  CHECK(Must(office.ledger.HasStudent(office.ids[0])));
}

TEST_CASE("an unbooked pack that is whole loses only the students; one that is half written goes") {
  Office office;
  deliver::PackOptions options;
  options.name = *deliver::NameTemplate::Parse("{student_number}");
  const fs::path pack = office.out.Upload() / "by-hand";
  const auto plan = deliver::PlanPack(office.records, options);
  REQUIRE_MESSAGE(plan.has_value(), (plan ? "" : plan.error().message));
  Must(deliver::WritePack(office.records, *plan, options, pack));
  Must(Purge(office.ledger, office.PlanFor({office.ids[0]}), {}, On(kOctober)));
  office.CheckGone(0);
  CHECK(Must(ReadTextFile(pack / deliver::kPackIndexName, kMaxBytes)).contains(kNumbers[1]));
  // Overwritten by a run that was killed: the name is the third student's, the face is the second one's.
  std::vector<fs::path> photos;
  for (const fs::directory_entry& entry : fs::directory_iterator(pack / deliver::kPackPhotoFolder)) {
    photos.push_back(entry.path());
  }
  REQUIRE(photos.size() == 2);
  for (const fs::path& photo : photos) {
    Must(WriteFileAtomic(photo, "face 20229902", IfExists::kOverwrite));
  }
  Must(Purge(office.ledger, office.PlanFor({office.ids[1]}), {}, On(kOctober)));
  office.CheckGone(1);
}

TEST_CASE("the doubles of others are forgotten in lists and in the ledger") {
  Office office;
  Record& third = office.records[2];
  third.comparison["duplicates"] = {{{"code", "DUPLICATE_FACE"},
                                     {"student", office.records[0].student->key},
                                     {"photo", office.records[0].photo}},
                                    {{"code", "DUPLICATE_FACE"}, {"photo", "in/nobody.jpg"}}};
  third.Add(Of("DUPLICATE_FACE", Severity::kReview));
  Must(office.ledger.Judge(office.ids[2], third, "", kSeason, On(kOctober)));
  Must(WriteFileAtomic(office.out.Records(), ToLine(third) + "\n", IfExists::kOverwrite));
  Must(Purge(office.ledger, office.PlanForTwo(), {}, On(kOctober)));
  office.CheckGone(0);
  const auto judgement = Must(office.ledger.FindJudgement(office.ids[2], third.sha256));
  REQUIRE(judgement.has_value());
  CHECK(judgement->record.comparison["duplicates"].size() == 1);
  CHECK(judgement->record.outcome == Outcome::kReview);
  CHECK(Must(ReadTextFile(office.out.Records(), kMaxBytes)).contains("in/nobody.jpg"));
}

TEST_CASE("photos that a run was given lie safe, even among its outputs") {
  Office office;
  Record record = office.records[2];
  record.photo = "somewhere/standardized/x/own.jpg";  // Relative to a directory that nobody knows.
  Must(WriteFileAtomic(office.out.Records(), ToLine(record) + "\n", IfExists::kOverwrite));
  const fs::path own = office.out.Standardized() / "x/own.jpg";
  Must(WriteFileAtomic(own, "handed in", IfExists::kRefuse));
  Must(Purge(office.ledger, office.PlanForTwo(), {}, On(kOctober)));
  CHECK(fs::exists(own));
}

TEST_CASE("temporary files of dead runs go, others stay") {
  Office office;
  CHECK(Must(RemoveTemporaries(office.out)) == 3);
  CHECK(Must(RemoveTemporaries(office.out)) == 0);
  CHECK(fs::exists(office.dir.path() / ".gradphoto-dddddd.tmp"));
  CHECK(fs::exists(office.records[0].output));
  CHECK(Must(RemoveTemporaries(OutputLayout(office.dir.path() / "absent"))) == 0);
}

}  // namespace
}  // namespace gradphoto::batch
