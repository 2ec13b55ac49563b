// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/portal.h"

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

namespace gradphoto::ledger {
namespace {

using testing::TempDir;

TEST_CASE("real messages get their meaning and code") {
  const auto rules = PortalRules::Load(testing::SourceDir() / "configs");
  REQUIRE_MESSAGE(rules.has_value(), (rules ? "" : rules.error().message));
  struct Row {
    const char* text;
    EventKind meaning;
    const char* code;
  };
  using K = EventKind;
  const std::vector<Row> rows = {
      {"审核通过", K::kApproved, ""},
      {" 审核通过。", K::kApproved, ""},
      {"通　过", K::kApproved, ""},
      {"审核中", K::kPending, ""},
      {"已提交待审核", K::kPending, ""},
      {"眼睛中心距离顶部百分比不合格", K::kRefused, "EYE_LINE"},
      {"头顶距离顶部百分比不合格", K::kRefused, "CROWN"},
      {"瞳孔平行角度不合格", K::kRefused, "HEAD_TILTED"},
      {"照片清晰度不合格", K::kRefused, "BLURRED"},
      {"黑边检测不合格", K::kRefused, "CLOTHES_LIKE_BACKGROUND"},
      {"背景有阴影，请重新拍摄", K::kRefused, "BACKGROUND_SHADOW"},
      {"背景渐变", K::kRefused, "BACKGROUND_UNEVEN"},
      {"面部阴阳脸", K::kRefused, "UNEVEN_LIGHT"},
      {"刘海遮眉", K::kRefused, "HAIR_OVER_BROWS"},
      {"刘海遮眼", K::kRefused, "HAIR_OVER_EYES"},
      {"镜框遮眼", K::kRefused, "PORTAL_REJECTED"},
      {"眼镜反光", K::kRefused, "GLASSES_GLARE"},
      {"面部反光", K::kRefused, "PORTAL_REJECTED"},
      {"照片为翻拍", K::kRefused, "SCREEN_PHOTO"},
      {"人像比对不通过", K::kRefused, "FACE_MISMATCH"},
      {"身份核验未通过", K::kRefused, "FACE_MISMATCH"},
      {"身份核验不确定", K::kDisputed, "FACE_UNCERTAIN"},
      {"身份核验异常", K::kDisputed, "FACE_UNCERTAIN"},
      {"审核未通过：ＰＳ痕迹", K::kRefused, "PORTAL_REJECTED"},
      {"审核不通过", K::kRefused, "PORTAL_REJECTED"},
      // Approval is never read out of a longer text, and a denial denies.
      {"请在审核通过后登录查看", K::kUnknown, ""},
      {"预审通过，终审待定", K::kUnknown, ""},
      {"无需重拍", K::kUnknown, ""},
      {"2023年6月结业", K::kUnknown, ""},
      {"", K::kUnknown, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const Reply reply = rules->Classify(row.text);
    CHECK(EventName(reply.meaning) == EventName(row.meaning));
    CHECK(reply.code == row.code);
  }
  CHECK(rules->columns().front() == "bz");
}

TEST_CASE("wrong rules are refused") {
  const TempDir dir;
  const auto error = [&](const std::string& tail) {
    dir.Write("portal.yaml", "columns: [bz]\nnegations: [无需]\n" + tail);
    const auto rules = PortalRules::Load(dir.path());
    REQUIRE_FALSE(rules.has_value());
    return rules.error().message;
  };
  CHECK(error("exact: []\ncontains:\n  - {meaning: refused, code: EYE_LIN, texts: [眼]}\n").find("EYE_LINE") !=
        std::string::npos);
  CHECK(error("exact:\n  - {meaning: refused, texts: [退]}\ncontains: []\n").find("approved") !=
        std::string::npos);
  CHECK(error("exact:\n  - {meaning: approved, texts: [过, '过 ']}\ncontains: []\n").find("twice") !=
        std::string::npos);
  CHECK(error("exact: []\ncontains: []\nother: 1\n").find("other") != std::string::npos);
}

}  // namespace
}  // namespace gradphoto::ledger
