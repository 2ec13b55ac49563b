// SPDX-License-Identifier: Apache-2.0
#include "lib/record/record.h"

#include <array>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

using gradphoto::ErrorKind;
using gradphoto::Finding;
using gradphoto::Json;
using gradphoto::Outcome;
using gradphoto::OutcomeFromName;
using gradphoto::OutcomeName;
using gradphoto::ReadRecords;
using gradphoto::Record;
using gradphoto::RecordFromJson;
using gradphoto::Result;
using gradphoto::Severity;
using gradphoto::SeverityFromName;
using gradphoto::SeverityName;
using gradphoto::Student;
using gradphoto::ToLine;

namespace {

constexpr std::array kOutcomes = {Outcome::kAccepted, Outcome::kReview,  Outcome::kRejected,
                                  Outcome::kError,    Outcome::kMissing, Outcome::kHeld};
constexpr std::array kSeverities = {Severity::kInfo,   Severity::kNotAssessed, Severity::kWarn,
                                    Severity::kReview, Severity::kReject,      Severity::kError};

// Every known field, and unknown ones at the end, as the tools write them.
const std::string kFullLine =
    R"({"v":1,"photo":"班/a.jpg","sha256":"00ff","student":{"key":"7","name":"张三","zz":"last","group":"一班"},)"
    R"("outcome":"rejected","findings":[{"code":"EYE_LINE","severity":"reject","value":312.4,"unit":"px",)"
    R"("limit":[200.0,300.5]},{"code":"BLURRED","severity":"warn","value":1.75,"unit":"px","limit":[null,1.6]},)"
    R"({"code":"NO_FACE","severity":"review","detail":"top"}],"measures":{"source":{"b":2,"a":[1]}},)"
    R"("crop":{"scale":0.5},"background":{"replaced":true},"output":"o.jpg","output_sha256":"aa",)"
    R"("comparison":{"similarity":0.71},"tool":{"version":"0.1.0"},"zebra":{"x":[1,{"y":null}]},"apple":null})";

Result<std::vector<Record>> Read(const std::string& text) {
  std::istringstream in(text);
  return ReadRecords(in, "in.ndjson");
}

// The record of one good line.
Record One(const std::string& line) {
  auto records = Read(line);
  if (!records) FAIL(records.error().message);
  REQUIRE(records->size() == 1);
  return std::move(records->front());
}

// The message of the error that reading the text must give.
std::string ErrorOf(const std::string& text) {
  const auto records = Read(text);
  REQUIRE_FALSE(records.has_value());
  CHECK(records.error().kind == ErrorKind::kUsage);
  return records.error().message;
}

Finding FindingOf(Severity severity) { return {"CODE", severity, {}, {}, {}, {}, {}}; }

}  // namespace

TEST_CASE("a record survives reading and writing byte for byte, unknown fields in their order") {
  CHECK(ToLine(One(kFullLine)) == kFullLine);
  const std::string least = R"({"v":1,"photo":"","outcome":"missing","findings":[]})";
  CHECK(ToLine(One(least)) == least);
}

TEST_CASE("what a full line says is what the record holds") {
  const Record record = One(kFullLine);
  CHECK(record.photo == "班/a.jpg");
  CHECK(record.outcome == Outcome::kRejected);
  REQUIRE(record.student.has_value());
  CHECK(record.student->key == "7");
  REQUIRE(record.student->fields.size() == 3);
  CHECK(record.student->fields[1].first == "zz");
  CHECK(record.student->Field("name") == "张三");
  CHECK(record.student->Field("absent").empty());
  REQUIRE(record.findings.size() == 3);
  CHECK(record.findings[0].value == 312.4);
  CHECK(record.findings[0].limit_max == 300.5);
  CHECK_FALSE(record.findings[1].limit_min.has_value());
  CHECK(record.findings[1].limit_max == 1.6);
  CHECK_FALSE(record.findings[2].value.has_value());
  CHECK(record.findings[2].detail == "top");
  CHECK(record.extra.size() == 2);
}

TEST_CASE("a number, a boolean or nothing in a student's field is still a roster cell") {
  const Record record = One(
      R"({"v":1,"photo":"","outcome":"accepted","findings":[],"student":{"key":12,"paid":true,"class":3,"phone":null}})");
  REQUIRE(record.student.has_value());
  CHECK(record.student->key == "12");
  CHECK(record.student->Field("paid") == "true");
  CHECK(record.student->Field("class") == "3");
  CHECK(record.student->Field("phone").empty());
  REQUIRE(record.student->fields.size() == 3);
  CHECK(record.student->fields[2].first == "phone");
}

TEST_CASE("a field of the wrong type is named") {
  const auto with = [](const std::string& key, const std::string& value) {
    Json json = Json::parse(kFullLine);
    json[key] = Json::parse(value);
    return json.dump();
  };
  for (const char* key : {"photo", "sha256", "output", "output_sha256"}) {
    CHECK(ErrorOf(with(key, "5")) == "in.ndjson:1: field '" + std::string(key) + "' must be a string");
  }
  for (const char* key : {"student", "measures", "crop", "background", "comparison", "tool"}) {
    CHECK(ErrorOf(with(key, "[1]")) == "in.ndjson:1: field '" + std::string(key) + "' must be an object");
  }
  CHECK(ErrorOf(with("findings", "{}")) == "in.ndjson:1: field 'findings' must be an array");
  CHECK(ErrorOf(with("findings", "[3]")).find("findings") != std::string::npos);
  CHECK(ErrorOf(with("outcome", "\"good\"")).find("field 'outcome' must be one of accepted") !=
        std::string::npos);
  CHECK(ErrorOf(with("outcome", "3")).find("'outcome'") != std::string::npos);
  const auto finding = [&](const std::string& fields) {
    return ErrorOf(with("findings", R"([{"code":"X","severity":"warn",)" + fields + "}]"));
  };
  CHECK(finding(R"("value":"1")").find("'value' must be a number") != std::string::npos);
  CHECK(finding(R"("unit":1)").find("'unit' must be a string") != std::string::npos);
  CHECK(finding(R"("detail":[])").find("'detail' must be a string") != std::string::npos);
  CHECK(finding(R"("limit":7)").find("'limit' must be") != std::string::npos);
  CHECK(finding(R"("limit":[1])").find("'limit' must be") != std::string::npos);
  CHECK(finding(R"("limit":[1,"2"])").find("'limit' must be") != std::string::npos);
  CHECK(ErrorOf(with("findings", R"([{"code":"X","severity":"bad"}])")).find("severity") != std::string::npos);
}

TEST_CASE("only records of version 1 are read") {
  for (const char* line : {R"({"photo":"a"})", R"({"v":2,"photo":"a"})", R"({"v":"1"})", R"({"v":null})"}) {
    CHECK(ErrorOf(line) == "in.ndjson:1: field 'v' must be 1: not a gradphoto record");
  }
  CHECK(ErrorOf("[1]") == "in.ndjson:1: a record must be a JSON object");
  CHECK(ErrorOf("{\"v\":1,") == "in.ndjson:1: not valid JSON; expected the output of another gradphoto tool");
  CHECK(ErrorOf(kFullLine + kFullLine).find("not valid JSON") != std::string::npos);
}

TEST_CASE("the outcome follows the worst finding; missing, held and error are never softened") {
  for (const Outcome before : kOutcomes) {
    for (const Severity severity : kSeverities) {
      CAPTURE(OutcomeName(before));
      CAPTURE(SeverityName(severity));
      Record record;
      record.outcome = before;
      record.Add(FindingOf(severity));
      CHECK(record.findings.size() == 1);
      const bool fixed = before == Outcome::kMissing || before == Outcome::kHeld || before == Outcome::kError;
      Outcome expected = before;
      if (!fixed && severity == Severity::kError) expected = Outcome::kError;
      if (!fixed && severity == Severity::kReject) expected = Outcome::kRejected;
      if (before == Outcome::kAccepted && severity == Severity::kReview) expected = Outcome::kReview;
      CHECK(record.outcome == expected);
    }
  }
}

TEST_CASE("the order in which findings come does not change the outcome") {
  Record rising, falling;
  for (std::size_t i = 0; i < kSeverities.size(); ++i) {
    rising.Add(FindingOf(kSeverities[i]));
    falling.Add(FindingOf(kSeverities[kSeverities.size() - 1 - i]));
    CHECK((rising.outcome == Outcome::kAccepted) == (kSeverities[i] <= Severity::kWarn));
  }
  CHECK(rising.outcome == Outcome::kError);
  CHECK(falling.outcome == Outcome::kError);
}

TEST_CASE("names of severities and outcomes go both ways; what is not accepted or under review is rejected") {
  for (const Severity severity : kSeverities) CHECK(SeverityFromName(SeverityName(severity)) == severity);
  for (const Outcome outcome : kOutcomes) {
    CHECK(OutcomeFromName(OutcomeName(outcome)) == outcome);
    Record record;
    record.outcome = outcome;
    CHECK(record.IsRejected() == (outcome != Outcome::kAccepted && outcome != Outcome::kReview));
  }
  CHECK_FALSE(SeverityFromName("Warn").has_value());
  CHECK_FALSE(OutcomeFromName("").has_value());
}

TEST_CASE("blank lines are skipped but counted, the last line needs no end") {
  const std::string line = R"({"v":1,"photo":"a","outcome":"accepted","findings":[]})";
  const auto records = Read("\n" + line + "\r\n \t\r\n" + line);
  REQUIRE(records.has_value());
  CHECK(records->size() == 2);
  CHECK(Read("")->empty());
  CHECK(Read("\n\n")->empty());
  CHECK(ErrorOf("\n" + line + "\n\nnonsense\n" + line).starts_with("in.ndjson:4: "));
}

TEST_CASE("a line holds at most 1 MiB") {
  const std::string head = R"({"v":1,"outcome":"accepted","findings":[],"photo":")", tail = "\"}";
  const std::string most = head + std::string((1 << 20) - head.size() - tail.size(), 'x') + tail;
  CHECK(Read(most + "\n" + most)->size() == 2);
  CHECK(ErrorOf(head + std::string((1 << 20) - head.size() - tail.size() + 1, 'x') + tail) ==
        "in.ndjson:1: the line is longer than 1 MiB");
  CHECK(ErrorOf(std::string(40 << 20, ' ')) == "in.ndjson:1: the line is longer than 1 MiB");
}

TEST_CASE("JSON that is nested too deep is refused before it can exhaust the stack") {
  const auto nested = [](std::size_t depth) {
    return R"({"v":1,"outcome":"accepted","findings":[],"x":)" + std::string(depth, '[') +
           std::string(depth, ']') + "}";
  };
  CHECK(Read(nested(24)).has_value());
  for (const std::size_t depth : {40u, 1000u, 400'000u}) {
    CHECK(ErrorOf(nested(depth)).find("nested deeper than") != std::string::npos);
    CHECK_FALSE(RecordFromJson(Json::parse(nested(depth))).has_value());
  }
}

TEST_CASE("a path that is not UTF-8 still gives a valid line") {
  Record record;
  record.photo = "\xD5\xC5.jpg";
  record.Add(FindingOf(Severity::kInfo));
  const Record again = One(ToLine(record));
  CHECK(again.photo.ends_with(".jpg"));
  CHECK(again.findings.size() == 1);
  CHECK(ToLine(record).find('\n') == std::string::npos);
}
