// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/live.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "lib/standard/codes.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::deliver {
namespace {

using standard::Language;

const standard::Reasons& LiveReasons() {
  static const auto reasons = standard::Reasons::Load(testing::SourceDir() / "configs");
  REQUIRE(reasons.has_value());
  return *reasons;
}

Record LiveRecord(const std::string& name, const std::string& group, Outcome outcome,
                  const std::vector<std::pair<std::string, Severity>>& findings = {}) {
  Record record;
  record.photo = "photos/" + name + ".jpg";
  record.student =
      Student{.key = "20220101", .fields = {{"name", name}, {"student_number", "20220101"}, {"group", group}}};
  for (const auto& [code, severity] : findings) {
    Finding finding;
    finding.code = code;
    finding.severity = severity;
    record.findings.push_back(std::move(finding));
  }
  record.outcome = outcome;
  return record;
}

LivePhoto Shown(const Record& record, Language language) {
  return LivePhotoOf(record, LiveReasons(), language, Redactor());
}

TEST_CASE("of a photo the two findings to put right first are told, and no number in full") {
  using enum Severity;
  const LivePhoto photo =
      Shown(LiveRecord(
                "张三", "一班", Outcome::kRejected,
                {{"GAZE_OFF", kWarn}, {"HEAD_TILTED", kReject}, {"BLURRED", kReject}, {"MOUTH_OPEN", kReject}}),
            Language::kZh);
  CHECK(photo.told == Told::kRejected);
  CHECK(photo.name == "张三");
  CHECK(photo.id.find("20220101") == std::string::npos);
  REQUIRE(photo.findings.size() == kLiveFindings);
  for (const LiveFinding& finding : photo.findings) {
    CHECK_FALSE(finding.title.empty());
    CHECK_FALSE(finding.advice.empty());
  }
}

TEST_CASE("an answer is one line: who, the verdict, what to do") {
  using enum Severity;
  const standard::Texts& zh = LiveReasons().texts(Language::kZh);
  const std::string good = AnswerLine(Shown(LiveRecord("张三", "一班", Outcome::kAccepted), Language::kZh), zh);
  CHECK(good == "张三　通过　可以离开了。\n");
  Record odd = LiveRecord("张\n三", "一班", Outcome::kRejected, {{"HEAD_TILTED", kReject}});
  const std::string line = AnswerLine(Shown(odd, Language::kEn), LiveReasons().texts(Language::kEn));
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(line.find("rejected") != std::string::npos);
  Record nobody;
  nobody.photo = "photos/IMG_1.jpg";
  nobody.Add(standard::MakeFinding("PHOTO_ORPHAN", kReject));
  CHECK(AnswerLine(Shown(nobody, Language::kZh), zh).starts_with("（未关联学生）"));
}

TEST_CASE("classes: the one of the last photo first, and who of it is missing") {
  const std::vector<Record> records = {
      LiveRecord("甲", "一班", Outcome::kAccepted), LiveRecord("乙", "二班", Outcome::kRejected),
      LiveRecord("丙", "二班", Outcome::kMissing), LiveRecord("丁", "一班", Outcome::kMissing), Record()};
  std::vector<const Record*> all;
  for (const Record& record : records) all.push_back(&record);
  LiveState state;
  CountClasses(all, &records[1], Redactor(), state);
  REQUIRE(state.classes.size() == 2);
  CHECK(state.classes[0].name == "二班");
  CHECK(state.classes[0].all == 2);
  CHECK(state.classes[0].accepted == 0);
  CHECK(state.classes[0].missing == 1);
  CHECK(state.classes[1].accepted == 1);
  CHECK(state.missing_of == "二班");
  CHECK(state.missing == std::vector<std::string>{"丙"});
  LiveState of_none;
  CountClasses(all, nullptr, Redactor(), of_none);
  CHECK(of_none.missing.empty());
  CHECK(of_none.classes.size() == 2);
}

TEST_CASE("the state is one call of a function with JSON, whatever stands in a name") {
  LiveState state;
  state.number = 7;
  state.photos.emplace_back();
  state.photos[0].name = "</script>\"'\n";
  const std::string script = LiveScript(state);
  constexpr std::string_view kCall = "gradphotoState(", kEnd = ");\n";
  REQUIRE(script.starts_with(kCall));
  REQUIRE(script.ends_with(kEnd));
  const Json json = Json::parse(script.substr(kCall.size(), script.size() - kCall.size() - kEnd.size()));
  CHECK(json["number"] == 7);
  CHECK(json["photos"][0]["name"] == "</script>\"'\n");
  CHECK(script.find('\n') == script.size() - 1);
}

TEST_CASE("the page loads scripts from beside it, and nothing else from anywhere") {
  const std::string page = LivePage(LiveReasons().texts(Language::kZh), "某<b>校");
  CHECK(page.find("default-src 'none'") != std::string::npos);
  CHECK(page.find("script-src 'unsafe-inline' 'self' file:;") != std::string::npos);
  CHECK(page.find("某&lt;b&gt;校") != std::string::npos);
  CHECK(page.find("http") == page.find("http-equiv"));
}

}  // namespace
}  // namespace gradphoto::deliver
