// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/journal.h"

#include <doctest/doctest.h>

#include "lib/base/sha256.h"
#include "lib/standard/codes.h"
#include "tests/batch/support.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

const Json kTool = {{"version", "1"}, {"standard", "cet@1"}, {"models", "0123"}};

// A photo that is judged, with its output, in a folder of its own.
struct Judged {
  testing::TempDir dir;
  Record linked, record;
  fs::path journal = dir.path() / "unfinished.ndjson";

  Judged() {
    linked = RecordOf(dir.Write("a.jpg", "photo").string(), "1");
    linked.student->fields = {{"name", "甲"}};
    linked.comparison["reference"] = "r.jpg";
    record = linked;
    record.sha256 = *Sha256File(record.photo);
    record.output = dir.Write("out.jpg", "output").string();
    record.output_sha256 = *Sha256File(record.output);
    record.tool = kTool;
    record.Add(standard::MakeFinding("EYE_LINE", Severity::kReview));
  }
  void Keep() const { REQUIRE(Journal::Continue(journal)->Append(record)); }
  bool IsTakenOver() const { return Journal::ReadOnly(journal)->Find(linked, kTool).has_value(); }
};

TEST_CASE("what was finished is taken over as it was") {
  const Judged judged;
  CHECK_FALSE(judged.IsTakenOver());
  judged.Keep();
  const auto found = Journal::Continue(judged.journal)->Find(judged.linked, kTool);
  REQUIRE(found.has_value());
  CHECK(ToLine(*found) == ToLine(judged.record));
  CHECK((fs::status(judged.journal).permissions() & fs::perms::all) == fs::perms(0600));
}

TEST_CASE("what has changed since is not taken over") {
  SUBCASE("the photo") {
    Judged judged;
    judged.Keep();
    judged.dir.Write("a.jpg", "another");
    CHECK_FALSE(judged.IsTakenOver());
    fs::remove(judged.linked.photo);
    CHECK_FALSE(judged.IsTakenOver());
  }
  SUBCASE("the output") {
    Judged judged;
    judged.Keep();
    judged.dir.Write("out.jpg", "another");
    CHECK_FALSE(judged.IsTakenOver());
    fs::remove(judged.record.output);
    CHECK_FALSE(judged.IsTakenOver());
  }
  SUBCASE("the student's row, the student, the reference") {
    Judged judged;
    judged.Keep();
    judged.linked.student->fields = {{"name", "乙"}};
    CHECK_FALSE(judged.IsTakenOver());
    judged.linked.student = Student{.key = "2", .fields = {{"name", "甲"}}};
    CHECK_FALSE(judged.IsTakenOver());
    judged.linked.student = judged.record.student;
    CHECK(judged.IsTakenOver());
    judged.linked.comparison["reference"] = "s.jpg";
    CHECK_FALSE(judged.IsTakenOver());
  }
  SUBCASE("each part of the tool") {
    const Judged judged;
    judged.Keep();
    for (const char* part : {"version", "standard", "models"}) {
      Json tool = kTool;
      tool[part] = "other";
      CHECK_FALSE(Journal::ReadOnly(judged.journal)->Find(judged.linked, tool).has_value());
    }
  }
  SUBCASE("a technical failure may pass") {
    Judged judged;
    judged.record.Add(standard::MakeFinding("TECHNICAL_FAILURE", Severity::kError));
    judged.Keep();
    CHECK_FALSE(judged.IsTakenOver());
  }
}

TEST_CASE("a rejected photo has no output to be there") {
  Judged judged;
  judged.record.output.clear();
  judged.record.output_sha256.clear();
  judged.Keep();
  CHECK(judged.IsTakenOver());
}

TEST_CASE("a torn last line costs itself only, also after the run went on behind it") {
  Judged judged;
  judged.Keep();
  Record second = judged.record;
  second.photo = judged.dir.Write("b.jpg", "photo b").string();
  const std::string line = ToLine(second);
  judged.dir.Write("unfinished.ndjson", TextOf(judged.journal) + line.substr(0, line.size() / 2));
  CHECK(judged.IsTakenOver());

  Record third = judged.record;
  third.photo = judged.dir.Write("c.jpg", "photo c").string();
  third.sha256 = *Sha256File(third.photo);
  REQUIRE(Journal::Continue(judged.journal)->Append(third));
  const auto journal = Journal::ReadOnly(judged.journal);
  CHECK(journal->Find(judged.linked, kTool).has_value());
  CHECK(journal->Find(third, kTool).has_value());
  CHECK_FALSE(journal->Find(second, kTool).has_value());
}

TEST_CASE("lines that are no records are left out; the last word on a photo counts") {
  const Judged judged;
  Record first = judged.record;
  first.tool["version"] = "0";
  judged.dir.Write("unfinished.ndjson",
                   "null\n[]\n{\"v\":1}\n" + ToLine(first) + "\n" + ToLine(judged.record) + "\n");
  CHECK(judged.IsTakenOver());
}

TEST_CASE(
    "records are read back from their places: behind blank lines, with the line ends of Windows, not from "
    "another file") {
  const Judged judged;
  judged.dir.Write("unfinished.ndjson", "\n\r\n{}\r\n" + ToLine(judged.record) + "\r\n\n");
  const auto journal = Journal::ReadOnly(judged.journal);
  REQUIRE(journal.has_value());
  CHECK(journal->Find(judged.linked, kTool).has_value());
  Record other = judged.record;
  other.photo = "elsewhere.jpg";
  judged.dir.Write("unfinished.ndjson", "\n\r\n{}\r\n" + ToLine(other) + "\r\n\n");
  CHECK_FALSE(journal->Find(judged.linked, kTool).has_value());
  judged.dir.Write("unfinished.ndjson", "");
  CHECK_FALSE(journal->Find(judged.linked, kTool).has_value());
  fs::remove(judged.journal);
  CHECK_FALSE(journal->Find(judged.linked, kTool).has_value());
}

TEST_CASE("a line that is nested too deep is left out before it can exhaust the stack") {
  Judged judged;
  const std::string deep = std::string(400'000, '[') + std::string(400'000, ']');
  judged.dir.Write(
      "unfinished.ndjson",
      R"({"v":1,"photo":"","student":{"key":"k"},"outcome":"missing","findings":[],"x":)" + deep + "}\n");
  judged.Keep();
  const auto journal = Journal::ReadOnly(judged.journal);
  REQUIRE(journal.has_value());
  CHECK_FALSE(journal->OfStudent("k").has_value());
  CHECK(judged.IsTakenOver());
}

TEST_CASE("a dry run reads a journal and changes nothing") {
  const Judged judged;
  judged.Keep();
  const std::string before = TextOf(judged.journal);
  auto journal = Journal::ReadOnly(judged.journal);
  REQUIRE(journal->Append(judged.record));
  REQUIRE(journal->Remove());
  CHECK(TextOf(judged.journal) == before);
}

TEST_CASE("a journal goes when all is delivered; records of neither a photo nor a student are not in it") {
  const Judged judged;
  auto journal = Journal::Continue(judged.journal);
  REQUIRE(journal->Append(Record()));
  CHECK_FALSE(fs::exists(judged.journal));
  REQUIRE(journal->Append(RecordOf("", "3")));
  CHECK(Journal::ReadOnly(judged.journal)->OfStudent("3").has_value());
  REQUIRE(journal->Remove());
  REQUIRE(journal->Append(judged.record));
  CHECK(fs::exists(judged.journal));
  REQUIRE(journal->Remove());
  CHECK_FALSE(fs::exists(judged.journal));
}

TEST_CASE("a journal that cannot be written, on a full disk too, is an error that names the file") {
  const Judged judged;
  auto journal = Journal::Continue(judged.journal);
  fs::create_symlink("/dev/full", judged.journal);
  const auto full = journal->Append(judged.record);
  REQUIRE_FALSE(full.has_value());
  CHECK(full.error().kind == ErrorKind::kOutput);
  CHECK(full.error().message.find(judged.journal.string()) != std::string::npos);
  CHECK(full.error().message.find("No space left") != std::string::npos);
  // A folder of that name can be neither read nor written.
  CHECK(Journal::Continue(judged.dir.path()).error().kind == ErrorKind::kInput);
}

}  // namespace
}  // namespace gradphoto::batch
