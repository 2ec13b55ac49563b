// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/notice.h"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "lib/base/unicode.h"
#include "lib/standard/codes.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::deliver {
namespace {

using standard::Language;
using standard::MakeFinding;
using standard::Reasons;

// The words as they are shipped.
const Reasons& Shipped() {
  static const auto reasons = Reasons::Load(testing::SourceDir() / "configs");
  REQUIRE(reasons.has_value());
  return *reasons;
}

Record With(Outcome outcome, std::vector<Finding> findings, Json facts = nullptr) {
  Record record;
  record.photo = "class1/a.jpg";
  record.student = Student{.key = "99999-20220101",
                           .fields = {{"name", "张三"}, {"student_number", "20220101"}, {"group", "一班"}}};
  record.outcome = outcome;
  record.findings = std::move(findings);
  if (!facts.is_null()) record.extra["ledger"] = std::move(facts);
  return record;
}

// What the ledger says, for a student whose season ends on 2021-11-01.
Json Facts(const char* state, int failures = 0) {
  return {{"state", state},  {"attempt", 1},      {"failures", failures},    {"season", "spring-2022"},
          {"locked", false}, {"max_failures", 3}, {"deadline", "2021-11-01"}};
}

Notice Zh(const Record& record) { return NoticeOf(record, Shipped(), Language::kZh, Redactor()); }
Notice En(const Record& record) { return NoticeOf(record, Shipped(), Language::kEn, Redactor()); }

Finding Blurred() { return MakeFinding("BLURRED", Severity::kReject, 1.9, std::nullopt, 1.2); }
Finding Mismatch() {
  Finding finding = MakeFinding("FACE_MISMATCH", Severity::kReject);
  finding.value = 0.2137;
  finding.limit_min = 0.56;
  return finding;
}

bool Says(const Notice& notice, std::string_view words) { return notice.text.find(words) != std::string::npos; }

// Nobody who waits for the office is told to take a new photo.
void CheckNothingToShoot(const Record& record) {
  for (const Notice& notice : {Zh(record), En(record)}) {
    CAPTURE(notice.text);
    CHECK(notice.deadline.empty());
    CHECK(notice.attempt.empty());
    CHECK_FALSE(Says(notice, "重新拍摄"));
    CHECK_FALSE(Says(notice, "未通过"));
    CHECK_FALSE(Says(notice, "a new one is needed"));
    CHECK_FALSE(Says(notice, "Take"));
    CHECK(notice.sms.find("请重拍") == std::string::npos);
  }
}

TEST_CASE("rejected: reasons, which photo the next one is, and until when") {
  const Record record = With(Outcome::kRejected, {Blurred()}, Facts("rejected", 1));
  const Notice notice = Zh(record);
  CHECK(notice.told == Told::kRejected);
  CHECK(notice.word == "驳回重拍");
  CHECK(notice.attempt == "第 2 次，共 3 次");
  CHECK(notice.deadline == "2021-11-01");
  CHECK(notice.is_sent);
  CHECK(notice.text.starts_with("张三同学，您好！您的证件照未通过审核，需要重拍。"));
  CHECK(Says(notice, Shipped().Get("BLURRED", Language::kZh).advice));
  CHECK(Says(notice, "下一次提交是第 2 次，共 3 次。截止日期 2021-11-01（含当日）。谢谢配合！"));
  CHECK(notice.sms == "张三同学：证件照未通过：照片不清晰。请重拍。截止2021-11-01。第 2 次，共 3 次。");
  const Notice en = En(record);
  CHECK(en.attempt == "attempt 2 of 3");
  CHECK(Says(en, "The next photo is attempt 2 of 3. The last day is 2021-11-01. Thank you."));
}

TEST_CASE("after the last failure there is no count: the next one is a person's to decide") {
  CHECK(Zh(With(Outcome::kRejected, {Blurred()}, Facts("rejected", 3))).attempt.empty());
}

TEST_CASE("the reviewer's note is passed on, numbers masked; the portal's as the portal's") {
  Json facts = Facts("rejected", 1);
  facts["remark"] = {
      {"kind", "retake"}, {"by", "person"}, {"who", "李老师"}, {"text", "换白墙 11010519491231002X"}};
  const Finding word = MakeFinding("PORTAL_REJECTED", Severity::kReject, "decided by a person");
  Record record = With(Outcome::kRejected, {word}, facts);
  const Notice notice = Zh(record);
  CHECK(notice.note == "老师备注：换白墙 110*************2X");
  CHECK(Says(notice, "老师看过您的证件照，要求重拍。老师备注：换白墙"));
  CHECK_FALSE(Says(notice, "平台"));  // The code of a decision without a reason.
  record.findings.front().detail = "asked for by the office";
  CHECK_FALSE(Says(Zh(record), "平台"));
  record.extra["ledger"]["remark"] = {{"kind", "refused"}, {"by", "portal"}, {"text", "头顶距离不合格"}};
  record.findings.front().detail = "said by the portal";
  CHECK(Zh(record).note == "平台意见：头顶距离不合格");
  CHECK(Says(Zh(record), "未通过采集平台的审核"));
  // A note beside an acceptance is not for the student.
  Json locked = Facts("delivered");
  locked["locked"] = true;
  locked["remark"] = {{"kind", "accept"}, {"by", "person"}, {"text", "双胞胎，已核对"}};
  const Record again = With(Outcome::kRejected, {MakeFinding("LOCKED", Severity::kReject)}, locked);
  CHECK(Zh(again).note.empty());
  CHECK_FALSE(Says(Zh(again), "双胞胎"));
}

TEST_CASE("manual review wins over the finding of the last photo") {
  const Record record = With(Outcome::kRejected, {Blurred(), Mismatch()}, Facts("manual-review", 3));
  CHECK(Zh(record).told == Told::kManualReview);
  CHECK(Zh(record).word == "人工审核");
  CHECK(Says(Zh(record), "已转人工审核"));
  CheckNothingToShoot(record);
}

TEST_CASE("review: a person looks at it") {
  for (const Json& facts : {Json(nullptr), Facts("review")}) {
    const Record record = With(Outcome::kReview, {MakeFinding("FACE_UNCERTAIN", Severity::kReview)}, facts);
    CHECK(Zh(record).word == "待审核");
    CheckNothingToShoot(record);
  }
}

TEST_CASE("locked: nothing to do, and a new photo was not used") {
  Json facts = Facts("approved");
  facts["locked"] = true;
  const Record again = With(Outcome::kRejected, {MakeFinding("LOCKED", Severity::kReject)}, facts);
  CHECK(Zh(again).word == "已锁定");
  CHECK(Zh(again).is_sent);
  CHECK(Says(Zh(again), "您新提交的照片没有采用。"));
  CheckNothingToShoot(again);
  CHECK(Zh(With(Outcome::kRejected, {MakeFinding("LOCKED", Severity::kReject)})).told == Told::kLocked);
  facts["state"] = "delivered";
  const Notice quiet = Zh(With(Outcome::kAccepted, {}, facts));
  CHECK(quiet.told == Told::kLocked);
  CHECK_FALSE(quiet.is_sent);
  CHECK_FALSE(Says(quiet, "没有采用"));
  facts["locked"] = false;  // Unlocked by the office.
  CHECK(Zh(With(Outcome::kAccepted, {}, facts)).word == "已报送");
}

TEST_CASE("unpaid: the office says where") {
  for (const Json& facts : {Json(nullptr), Facts("held")}) {
    const Record record = With(Outcome::kHeld, {MakeFinding("UNPAID", Severity::kReject)}, facts);
    CHECK(Zh(record).word == "待缴费");
    CHECK(Says(Zh(record), "请按学校的通知缴费"));
    CHECK(En(record).word == "unpaid");
  }
  CHECK(Zh(With(Outcome::kHeld, {MakeFinding("UNPAID", Severity::kReject)}, Facts("held"))).deadline ==
        "2021-11-01");
  const Record both = With(Outcome::kMissing, {MakeFinding("UNPAID", Severity::kReject),
                                               MakeFinding("PHOTO_MISSING", Severity::kReject)});
  CHECK(Zh(both).told == Told::kMissing);
  CHECK(Says(Zh(both), "还没有缴纳"));
}

TEST_CASE("every error of the office's roster is the office's, and no student is told that a number is wrong") {
  for (const char* code : {"ID_INVALID", "ID_EXCEL_DAMAGED", "ID_MASKED", "ROSTER_DUPLICATE", "LINK_AMBIGUOUS",
                           "LINK_DUPLICATE", "UPLOAD_NAME"}) {
    CAPTURE(code);
    CHECK(IsOfOffice(code));
    Finding finding;
    finding.code = code;
    Json facts = Facts("blocked");
    facts["blocked_by"] = code;
    for (const Record& record :
         {With(Outcome::kRejected, {finding}), With(Outcome::kRejected, {finding}, facts)}) {
      CHECK(Zh(record).told == Told::kOffice);
      CHECK(Zh(record).word == "信息有误");
      CHECK(Says(Zh(record), "学校正在核对"));
      CHECK(Says(Zh(record), "您现在不用做任何事"));
      CHECK_FALSE(Says(Zh(record), "号码"));
      CHECK_FALSE(Says(En(record), "number"));
      CheckNothingToShoot(record);
    }
    CHECK(Shipped().Get(code, Language::kZh).advice.find("学校") != std::string::npos);
    CHECK(Shipped().Get(code, Language::kEn).advice.starts_with("No new photo is needed. The office") !=
          Shipped().Get(code, Language::kEn).advice.starts_with("The office"));
  }
  for (const char* code : {"UNPAID", "PHOTO_MISSING", "NOT_A_PHOTO", "LOCKED", "BLURRED", "FROM_LATER"}) {
    CHECK_FALSE(IsOfOffice(code));
  }
  // An accepted photo that has no file name yet.
  CHECK(Zh(With(Outcome::kHeld, {MakeFinding("UPLOAD_NAME", Severity::kReject)}, Facts("accepted"))).told ==
        Told::kOffice);
}

TEST_CASE("besides the office's error the student hears what is the student's own to do") {
  const Record missing = With(Outcome::kMissing, {MakeFinding("ID_INVALID", Severity::kReject),
                                                  MakeFinding("PHOTO_MISSING", Severity::kReject)});
  CHECK(Zh(missing).told == Told::kOffice);
  CHECK(Says(Zh(missing), "我们还没有收到您的证件照"));
  Json blocked = Facts("blocked");
  const Record rejected =
      With(Outcome::kRejected, {Blurred(), MakeFinding("ID_INVALID", Severity::kReject)}, blocked);
  CHECK(Zh(rejected).told == Told::kOffice);
  CHECK(Zh(rejected).deadline == "2021-11-01");
  CHECK(Says(Zh(rejected), "需要重拍"));
  CHECK(Says(En(rejected), "Your ID photo was not accepted"));
  // Without a ledger nothing goes before the photo's own fault.
  CHECK(Zh(With(Outcome::kRejected, rejected.findings)).told == Told::kRejected);
  // A photo that nobody could link may be there.
  const Record unlinked = With(Outcome::kMissing, {MakeFinding("PHOTO_MISSING", Severity::kReject),
                                                   MakeFinding("LINK_AMBIGUOUS", Severity::kReject)});
  CHECK_FALSE(Says(Zh(unlinked), "没有收到"));
}

TEST_CASE("late: moved to a season; taking part in it later") {
  Json facts = Facts("late");
  facts["season"] = "spring-2023";
  facts["carried_from"] = "spring-2022";
  facts.erase("deadline");
  const Record late = With(Outcome::kMissing, {MakeFinding("PHOTO_MISSING", Severity::kReject)}, facts);
  CHECK(Zh(late).told == Told::kLate);
  CHECK(Zh(late).word == "逾期转入 spring-2023");
  CHECK(Says(Zh(late), "已转入spring-2023"));
  CheckNothingToShoot(late);
  facts["state"] = "missing";
  facts["deadline"] = "2022-11-01";
  const Notice open = Zh(With(Outcome::kMissing, {MakeFinding("PHOTO_MISSING", Severity::kReject)}, facts));
  CHECK(open.word == "未交照片（逾期转入 spring-2023）");
  CHECK(Says(open, "您由 spring-2022 逾期转入 spring-2023。"));
  CHECK(open.deadline == "2022-11-01");
  CHECK(Zh(With(Outcome::kRejected, {MakeFinding("DEADLINE_PASSED", Severity::kReject)})).told == Told::kLate);
}

TEST_CASE("missing, failed, withdrawn, left, accepted") {
  CHECK(Zh(With(Outcome::kMissing, {MakeFinding("NOT_A_PHOTO", Severity::kReject)}, Facts("missing"))).told ==
        Told::kMissing);
  const Record unreadable =
      With(Outcome::kError, {MakeFinding("UNREADABLE", Severity::kError)}, Facts("missing"));
  CHECK(Zh(unreadable).told == Told::kFailed);
  CHECK(Zh(unreadable).deadline == "2021-11-01");
  CHECK(Says(Zh(unreadable), "请重新提交"));
  CheckNothingToShoot(
      With(Outcome::kError, {MakeFinding("TECHNICAL_FAILURE", Severity::kError)}, Facts("submitted")));
  CheckNothingToShoot(With(Outcome::kHeld, {MakeFinding("WITHDRAWN", Severity::kReject)}, Facts("withdrawn")));
  CHECK_FALSE(Zh(With(Outcome::kRejected, {}, Facts("left"))).is_sent);
  CHECK(Zh(With(Outcome::kAccepted, {}, Facts("accepted"))).word == "待报送");
  CHECK_FALSE(Zh(With(Outcome::kAccepted, {})).is_sent);
}

TEST_CASE("no similarity in anything a student reads") {
  Finding twin = MakeFinding("DUPLICATE_FACE", Severity::kReject);
  twin.value = 0.8137;
  twin.limit_max = 0.7;
  for (const Json& facts : {Json(nullptr), Facts("rejected", 1)}) {
    const Record record = With(Outcome::kRejected, {Mismatch(), twin}, facts);
    for (const Notice& notice : {Zh(record), En(record)}) {
      for (const char* words : {"0.21", "0.56", "0.81", "0.7", "相似度", "similarity"}) {
        CAPTURE(words);
        CHECK_FALSE(Says(notice, words));
        CHECK(notice.sms.find(words) == std::string::npos);
      }
    }
    CHECK(Says(Zh(record), "不像同一个人"));
    CHECK(Says(Zh(record), "素颜"));
  }
  CHECK(IsSimilarity(twin));
  CHECK_FALSE(IsSimilarity(Blurred()));
}

TEST_CASE("what a person would have decided about faces is no point of a rejection for the photo") {
  const Record record = With(Outcome::kRejected, {Blurred(), MakeFinding("FACE_UNCERTAIN", Severity::kReview)});
  CHECK_FALSE(Says(Zh(record), "等待人工审核"));
}

TEST_CASE("short texts fit one SMS, whatever has to give way") {
  std::vector<Finding> many;
  for (const standard::Code code : standard::AllCodes()) {
    if (code.stage() == standard::Stage::kPhoto) many.push_back(MakeFinding(code, Severity::kReject));
  }
  Json facts = Facts("rejected", 1);
  for (const std::string& name : {std::string("张三"), std::string("阿卜杜热合曼·买买提艾力·吐尔逊"),
                                  std::string(40, 'x'), std::string("𠮷𠮷𠮷")}) {
    Record record = With(Outcome::kRejected, many, facts);
    record.student->fields[0].second = name;
    for (const Notice& notice : {Zh(record), En(record)}) {
      CAPTURE(notice.sms);
      std::size_t units = 0;
      bool ascii = true;
      for (std::size_t i = 0; i < notice.sms.size();) {
        const char32_t c = NextCodePoint(notice.sms, i);
        units += c > 0xFFFF ? 2 : 1;
        ascii = ascii && c < 0x80;
      }
      CHECK(units <= (ascii ? 160 : 70));
      CHECK(notice.sms.find("2021-11-01") != std::string::npos);
    }
    CHECK(Zh(record).sms.starts_with(name));  // English words beside a Chinese name may leave no room for it.
  }
}

TEST_CASE("several records of one student make one story") {
  const Record first = With(Outcome::kRejected, {Blurred()}), second = With(Outcome::kAccepted, {});
  const std::vector<const Record*> both = {&first, &second};
  CHECK(NoticeOf(both, Shipped(), Language::kZh, Redactor()).told == Told::kAccepted);
  CHECK_FALSE(NoticeOf(both, Shipped(), Language::kZh, Redactor()).is_sent);
}

TEST_CASE("advice is for those who have to act") {
  const auto advised = [](Told told, const char* code, const char* detail = "") {
    Finding finding;
    finding.code = code;
    finding.detail = detail;
    return !AdviceOf(finding, told, Shipped(), Language::kZh).empty();
  };
  CHECK(advised(Told::kRejected, "BLURRED"));
  CHECK_FALSE(advised(Told::kManualReview, "BLURRED"));
  CHECK_FALSE(advised(Told::kLocked, "FACE_MISMATCH"));
  CHECK(advised(Told::kLocked, "LOCKED"));
  CHECK_FALSE(advised(Told::kLate, "PHOTO_MISSING"));
  CHECK(advised(Told::kLate, "DEADLINE_PASSED"));
  CHECK_FALSE(advised(Told::kManualReview, "PORTAL_REJECTED"));
  CHECK(advised(Told::kReview, "LINK_AMBIGUOUS"));
  CHECK(advised(Told::kOffice, "ID_INVALID"));
  CHECK(advised(Told::kRejected, "PORTAL_REJECTED", "said by the portal"));
  CHECK_FALSE(advised(Told::kRejected, "PORTAL_REJECTED", "decided by a person"));
}

TEST_CASE("a person's decision without a reason is not put on the portal") {
  const Finding by_person = MakeFinding("PORTAL_REJECTED", Severity::kReject, "decided by a person");
  const Finding by_portal = MakeFinding("PORTAL_REJECTED", Severity::kReject, "said by the portal");
  CHECK(TitleOf(by_person, Shipped(), Language::kZh) == "老师要求重拍");
  CHECK(TitleOf(by_portal, Shipped(), Language::kZh) == "平台审核未通过");
  CHECK(ReasonOf(by_person) == "BY_PERSON");
  CHECK(ReasonOf(by_portal) == "PORTAL_REJECTED");
  CHECK(Says(Zh(With(Outcome::kRejected, {by_person})), "老师看过您的证件照"));
  CHECK(Says(Zh(With(Outcome::kRejected, {by_portal})), "平台"));
}

TEST_CASE("the card at fault: a student hears of the card and not of the photo, with what to do") {
  const Finding glare = MakeFinding("CARD_GLARE", Severity::kReject, "the number");
  for (const Record& record :
       {With(Outcome::kHeld, {glare}), With(Outcome::kRejected, {glare}),
        With(Outcome::kHeld, {glare}, Facts("unverified")),
        With(Outcome::kReview, {glare, MakeFinding("BACKGROUND_UNEVEN", Severity::kReview)})}) {
    const Notice notice = Zh(record);
    CAPTURE(notice.text);
    CHECK(notice.told == Told::kCard);
    CHECK(notice.word == "身份待核验");
    CHECK(notice.is_sent);
    CHECK(notice.attempt.empty());
    CHECK(Says(notice, "证件照目前不用重拍"));
    CHECK(Says(notice, "避开灯光和窗户"));
    CHECK_FALSE(Says(notice, "背景"));
    CHECK(notice.sms == "张三同学：身份证未通过核验：身份证反光。证件照不用重拍。" +
                            (notice.deadline.empty() ? "" : "截止" + notice.deadline + "。"));
  }
  CHECK(Zh(With(Outcome::kHeld, {glare}, Facts("unverified"))).deadline == "2021-11-01");
  CHECK(Says(En(With(Outcome::kHeld, {MakeFinding("CARD_NUMBER_MISMATCH", Severity::kReject)})),
             "ask your teacher to check the number"));
  // The card and the photo.
  const Notice both = Zh(With(Outcome::kRejected, {Blurred(), glare}, Facts("rejected", 1)));
  CHECK(both.told == Told::kRejected);
  CHECK(both.text.starts_with("张三同学，您好！您的证件照未通过审核，需要重拍。您的身份证核验也还没有通过。"));
  CHECK(Says(both, "避开灯光和窗户"));
  const Notice missing = Zh(With(Outcome::kMissing, {MakeFinding("PHOTO_MISSING", Severity::kReject),
                                                     MakeFinding("CARD_MISSING", Severity::kReject)}));
  CHECK(missing.told == Told::kMissing);
  CHECK(Says(missing, "请提交身份证正、反两面"));
}

TEST_CASE("a card in doubt is a person's: nothing to do, and the photo is not what is looked at") {
  const Finding rare = MakeFinding("CARD_NAME_RARE", Severity::kReview);
  for (const Record& record :
       {With(Outcome::kReview, {rare}), With(Outcome::kReview, {rare}, Facts("review"))}) {
    CheckNothingToShoot(record);
    CHECK(Zh(record).told == Told::kReview);
    CHECK(Says(Zh(record), "身份证正在由老师核对"));
    CHECK(Says(En(record), "a person is looking at your identity card"));
  }
  const Record both = With(Outcome::kReview, {rare, MakeFinding("BACKGROUND_UNEVEN", Severity::kReview)});
  CHECK(Says(Zh(both), "您的证件照正在由老师人工审核"));
  // Nothing of a locked student's card is asked for.
  CHECK(Zh(With(Outcome::kAccepted, {MakeFinding("CARD_GLARE", Severity::kWarn)})).told == Told::kAccepted);
}

TEST_CASE("states have names and words in both languages") {
  for (const Told told : kAllTold) {
    CHECK_FALSE(ToldName(told).empty());
    CHECK_FALSE(ToldTitle(told, Shipped().texts(Language::kZh)).empty());
  }
  CHECK(ToldName(Told::kManualReview) == "manual-review");
  CHECK(ToldName(Told::kLocked) == "locked");
}

}  // namespace
}  // namespace gradphoto::deliver
