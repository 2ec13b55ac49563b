// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/import.h"

#include "lib/roster/mask.h"
#include "tests/ledger/support.h"
#include "tests/table/encodings.h"

namespace gradphoto::ledger {
namespace {

using namespace testing;

// Five students with a reviewed photo each; the first two are delivered.
class Office {
 public:
  Office() : ledger_(Opened(dir_.path() / "l.sqlite")), rules_(*PortalRules::Load(SourceDir() / "configs")) {
    for (int i = 1; i <= 5; ++i) {
      const Record linked = Linked("10001-2022000" + std::to_string(i), "p.jpg");
      const StudentId id = Added(ledger_, linked);
      Record record = Judged(linked, Outcome::kReview, Hash(i));
      record.output = "out/" + std::to_string(i) + ".jpg";
      record.output_sha256 = Hash(9);
      if (i == 5) record.output.clear();  // Could not be framed.
      Must(ledger_.Judge(id, record, "", "spring-2022", On(kOctober)));
      if (i > 2) continue;
      const DeliveredPhoto photo{id, 1, "photos/x.jpg", Hash(9)};
      Must(ledger_.Deliver(dir_.path() / "upload", "sum", std::span(&photo, 1), On(kOctober)));
    }
  }
  static std::string Hash(int i) { return std::string(63, '0') + std::to_string(i); }
  static std::string Key(int i) { return "10001-2022000" + std::to_string(i); }
  ImportResult Portal(const std::string& csv, const PortalOptions& options = {}) {
    return Must(ImportPortal(ledger_, rules_, dir_.Write("list.csv", csv), options, On(kOctober)));
  }
  ImportResult Decide(const std::string& rows) {
    const auto list =
        dir_.Write("d.csv", "key,photo_sha256,decision,reason_code,note,reviewer,decided_at\n" + rows);
    return Must(ImportDecisions(ledger_, list, On(kOctober)));
  }
  State Of(int i) { return StandingOn(ledger_, (*ledger_.FindStudent(Key(i)))->id).state; }
  Ledger& ledger() { return ledger_; }
  const TempDir& dir() const { return dir_; }

 private:
  TempDir dir_;
  Ledger ledger_;
  PortalRules rules_;
};

TEST_CASE("the portal's list changes states, and only once") {
  Office office;
  const std::string csv =
      "学号,姓名,bz\n20220001,张三,审核通过\n20220002,张三,头顶距离顶部百分比不合格\n20220003,张三,\n20220004,"
      "张三,"
      "审核不通过\n20229999,张三,审核通过\n20220005,张三,材料待补\n";
  const ImportResult result = office.Portal(csv);
  CHECK(result.rows == 6);
  CHECK(result.booked == 4);
  CHECK(result.empty == 1);
  CHECK(result.not_delivered == 2);
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].line == 6);
  CHECK(result.unknown_texts == std::map<std::string, std::size_t>{{"材料待补", 1}});
  CHECK(office.Of(1) == State::kApproved);
  CHECK(office.Of(2) == State::kRejected);
  CHECK(office.Of(3) == State::kReview);
  CHECK(office.Of(4) == State::kReview);  // Refused, but it never had this photo.
  CHECK(office.Portal(csv).booked == 0);
  CHECK(office.Portal(csv).unchanged == 4);
}

TEST_CASE("the portal's list in GB18030, another column, an ambiguous person") {
  Office office;
  // 身份证号,结论 / one identity number that all five have / in GB18030.
  const std::string gb =
      "\xC9\xED\xB7\xDD\xD6\xA4\xBA\xC5,\xBD\xE1\xC2\xDB\n440524188001010014,\xCD\xA8\xB9\xFD\n";
  CHECK_FALSE(ImportPortal(office.ledger(), *PortalRules::Load(SourceDir() / "configs"),
                           office.dir().Write("g.csv", gb), {}, On(kOctober))
                  .has_value());
  const ImportResult result = office.Portal(gb, {.column = "结论", .key_column = ""});
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].what.find("5 students") != std::string::npos);
  CHECK(result.problems[0].what.find("440524") == std::string::npos);
}

TEST_CASE("decisions are taken over, row by row, and only once") {
  Office office;
  const std::string rows = Office::Key(3) + "," + Office::Hash(3) + ",accept,,,李老师,2021-10-04\n" +  //
                           Office::Key(4) + "," + Office::Hash(4) +
                           ",reject,BLURRED,糊,李老师,2021-10-04T10:00:00\n";
  ImportResult result = office.Decide(rows);
  CHECK(result.booked == 2);
  CHECK(result.problems.empty());
  CHECK(office.Of(3) == State::kAccepted);
  CHECK(office.Of(4) == State::kRejected);
  result = office.Decide(rows);
  CHECK(result.booked == 0);
  CHECK(result.unchanged == 2);
  // Changed their mind, and the first list comes once more.
  result = office.Decide(Office::Key(3) + "," + Office::Hash(3) + ",retake,BLURRED,,李老师,2021-10-05\n");
  CHECK(result.booked == 1);
  CHECK(office.Of(3) == State::kRetakeDue);
  CHECK(StandingOn(office.ledger(), (*office.ledger().FindStudent(Office::Key(3)))->id).failures == 0);
  CHECK(office.Decide(rows).booked == 0);
  CHECK(office.Of(3) == State::kRetakeDue);
}

TEST_CASE("lists of every shape give the same: CSV of any encoding, XLSX") {
  const std::vector<std::vector<std::string>> replies = {{"学号", "姓名", "bz"},
                                                         {"20220001", "张三", "审核通过"},
                                                         {"20220002", "张三", "头顶距离顶部百分比不合格"}};
  const std::vector<std::vector<std::string>> decisions = {
      {"审核结论"},
      {"decision", "key", "photo_sha256", "reason_code", "note", "decided_at", "reviewer"},
      {"accept", Office::Key(3), Office::Hash(3), "", "", "2021-10-04", "李老师"},
      {"reject", Office::Key(4), Office::Hash(4), "BLURRED", "糊", "2021-10-04 10:00:00", "李老师"},
      {"maybe", Office::Key(4), Office::Hash(4), "", "", "2021-10-04", "李老师"}};
  const TempDir dir;
  const auto of_portal = gradphoto::table::testing::InEveryShape(dir.path() / "portal", replies);
  const auto of_review = gradphoto::table::testing::InEveryShape(dir.path() / "review", decisions);
  const PortalRules rules = *PortalRules::Load(SourceDir() / "configs");
  for (std::size_t i = 0; i < of_portal.size(); ++i) {
    Office office;
    CHECK(Must(ImportPortal(office.ledger(), rules, of_portal[i], {}, On(kOctober))).booked == 2);
    const ImportResult result = Must(ImportDecisions(office.ledger(), of_review[i], On(kOctober)));
    CHECK(result.booked == 2);
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0].line == 5);
    CHECK(office.Of(1) == State::kApproved);
    CHECK(office.Of(2) == State::kRejected);
    CHECK(office.Of(3) == State::kAccepted);
    CHECK(office.Of(4) == State::kRejected);
  }
}

TEST_CASE("decisions of the review page: a masked key is found by its photo, and never guessed") {
  Office office;
  const std::string masked = gradphoto::roster::Mask(Office::Key(3));
  CHECK(office.Decide(masked + "#k7q2m," + Office::Hash(3) + ",accept,,,李老师,2021-10-04\n").booked == 1);
  CHECK(office.Of(3) == State::kAccepted);
  const ImportResult wrong =
      office.Decide(masked + "#k7q2m," + Office::Hash(9) + ",accept,,,李老师,2021-10-04\n");
  CHECK(wrong.booked == 0);
  REQUIRE(wrong.problems.size() == 1);
  // The same file of two students whose keys look alike: "100*******04" both.
  const Record twin = Judged(Linked("10009-20229004", "t.jpg"), Outcome::kReview, Office::Hash(4));
  Must(office.ledger().Judge(Added(office.ledger(), twin), twin, "", "spring-2022", On(kOctober)));
  const std::string both = gradphoto::roster::Mask(Office::Key(4));
  REQUIRE(both == gradphoto::roster::Mask("10009-20229004"));
  CHECK(office.Decide(both + "," + Office::Hash(4) + ",retake,BLURRED,,李老师,2021-10-04\n").problems.size() ==
        1);
}

// As deliver/tag_key.h makes them, without a key.
std::string FakeTag(std::string_view number) { return "kx" + std::string(number.substr(number.size() - 3)); }

TEST_CASE("tags of masked numbers name students in decisions and in the portal's list") {
  Office office;
  const std::string masked = gradphoto::roster::Mask(Office::Key(3)), tag = FakeTag(Office::Key(3));
  // Without the key a tag says nothing.
  CHECK(office.Portal("编号,bz\n#" + tag + ",审核中\n").problems.size() == 1);
  office.ledger().UseTags(FakeTag);
  for (const std::string& name : {masked + "#" + tag, "#" + tag, "@" + tag, "＃" + tag, masked + "#KX003"}) {
    CAPTURE(name);
    const ImportResult result = office.Portal("编号,bz\n" + name + ",审核中\n");
    CHECK(result.problems.empty());
    CHECK(result.booked + result.unchanged == 1);
    CHECK(Must(office.ledger().FindByIdentifier(name)).size() == 1);
  }
  CHECK(office.Decide("#" + tag + "," + Office::Hash(3) + ",retake,BLURRED,,李老师,2021-10-04\n").booked == 1);
  CHECK(office.Of(3) == State::kRetakeDue);
  // The tag of one under the mask of another, a tag that two share, a tag of nobody.
  CHECK(Must(office.ledger().FindByIdentifier(gradphoto::roster::Mask("20001-20229909") + "#" + tag)).empty());
  CHECK(Must(office.ledger().FindByIdentifier("#" + FakeTag("440524188001010014"))).size() == 5);
  CHECK(office.Portal("编号,bz\n#" + FakeTag("440524188001010014") + ",审核中\n").problems.size() == 1);
  CHECK(Must(office.ledger().FindByIdentifier("#zzzzz")).empty());
  // Who comes later has a tag, too.
  Added(office.ledger(), Linked("10001-20227777"));
  CHECK(Must(office.ledger().FindByIdentifier("#kx777")).size() == 1);
}

TEST_CASE("a reviewer of blanks is no reviewer") {
  Office office;
  for (const char* blank : {"", " ", "\t", "　", "\u00A0", "\u200B", "\uFEFF \u200D", "\" \""}) {
    CAPTURE(blank);
    const ImportResult result =
        office.Decide(Office::Key(3) + "," + Office::Hash(3) + ",accept,,," + blank + ",2021-10-04\n");
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0].what == "reviewer is missing: enter who decided");
  }
  CHECK(office.Of(3) == State::kReview);
}

TEST_CASE("decisions that cannot be right are reported and change nothing") {
  Office office;
  const auto problem = [&](const std::string& row) {
    const ImportResult result = office.Decide(row + "\n");
    CHECK(result.booked == 0);
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0].line == 2);
    return result.problems[0].what;
  };
  const std::string third = Office::Key(3) + "," + Office::Hash(3);
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  CHECK(has(problem("10001-9," + Office::Hash(3) + ",accept,,,李,2021-10-04"), "no such student"));
  CHECK(has(problem(Office::Key(3) + "," + Office::Hash(4) + ",accept,,,李,2021-10-04"), "no such photo"));
  CHECK(has(problem(third + ",maybe,,,李,2021-10-04"), "accept, reject or retake"));
  CHECK(has(problem(third + ",reject,,,李,2021-10-04"), "reason_code is missing"));
  CHECK(has(problem(third + ",reject,BLURED,,李,2021-10-04"), "unknown reason_code"));
  CHECK(has(problem(third + ",accept,,,,2021-10-04"), "reviewer"));
  CHECK(has(problem(third + ",accept,,,李,soon"), "decided_at"));
  CHECK(has(problem(Office::Key(1) + "," + Office::Hash(1) + ",reject,BLURRED,,李,2021-10-04"), "unlock"));
  CHECK(has(problem(Office::Key(5) + "," + Office::Hash(5) + ",accept,,,李,2021-10-04"),
            "no standardized picture"));
  const Record newer = Judged(Linked(Office::Key(4), "q.jpg"), Outcome::kReview, Office::Hash(8));
  Must(office.ledger().Judge((*office.ledger().FindStudent(Office::Key(4)))->id, newer, "", "spring-2022",
                             On(kOctober)));
  CHECK(has(problem(Office::Key(4) + "," + Office::Hash(4) + ",accept,,,李,2021-10-04"), "newer photo"));
  office.Decide(third + ",reject,BLURRED,,李,2021-10-04\n");
  CHECK(has(problem(third + ",accept,,,王,2021-10-03"), "later decision"));

  const auto list = office.dir().Write("d.csv", "key,decision\n");
  CHECK(ImportDecisions(office.ledger(), list, On(kOctober)).error().kind == ErrorKind::kUsage);
}

TEST_CASE("records of the pipe are taken over under the rules of the ledger") {
  Office office;
  std::vector<Record> records = {
      Judged(Linked("10001-30"), Outcome::kAccepted, Office::Hash(7)),
      Judged(Linked(Office::Key(1)), Outcome::kAccepted, Office::Hash(7)),  // Delivered.
      Linked("10001-31"), Record{}};
  records[2].outcome = Outcome::kMissing;
  records[2].Add(testing::Of("PHOTO_MISSING", Severity::kReject));
  records[3].photo = "orphan.jpg";
  ImportResult result = Must(ImportRecords(office.ledger(), records, Extent::kWhole, On(kOctober)));
  CHECK(result.rows == 3);
  CHECK(result.booked == 1);
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].what.find("LOCKED") != std::string::npos);
  result = Must(ImportRecords(office.ledger(), records, Extent::kWhole, On(kOctober)));
  CHECK(result.booked == 0);
  CHECK(StandingOn(office.ledger(), (*office.ledger().FindStudent("10001-31"))->id).state == State::kMissing);
}

TEST_CASE("who came with records and is not in the next ones has left, unless these are a part") {
  Office office;
  const std::vector<Record> all = {Judged(Linked("10001-30"), Outcome::kAccepted, Office::Hash(7)),
                                   Judged(Linked("10001-31"), Outcome::kAccepted, Office::Hash(8))};
  const auto state = [&](const char* key) {
    return StandingOn(office.ledger(), (*office.ledger().FindStudent(key))->id).state;
  };
  CHECK(Must(ImportRecords(office.ledger(), all, Extent::kWhole, On(kOctober))).left == 0);
  const std::span<const Record> first = std::span(all).first(1);
  CHECK(Must(ImportRecords(office.ledger(), first, Extent::kPart, On(kOctober))).left == 0);
  CHECK(state("10001-31") == State::kAccepted);
  CHECK(Must(ImportRecords(office.ledger(), first, Extent::kWhole, On(kOctober))).left == 1);
  CHECK(state("10001-30") == State::kAccepted);
  CHECK(state("10001-31") == State::kLeft);
  CHECK(Must(ImportRecords(office.ledger(), all, Extent::kWhole, On(kOctober))).left == 0);
  CHECK(state("10001-31") == State::kAccepted);
}

}  // namespace
}  // namespace gradphoto::ledger
