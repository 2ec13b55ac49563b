// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/payment.h"

#include <doctest/doctest.h>

namespace gradphoto::roster {
namespace {

using namespace std::chrono_literals;

bool IsPaid(std::string_view cell, PaymentColumn kind) {
  return ArePaid(std::span(&cell, 1), kind, 2026y / 6 / 1).front();
}

TEST_CASE("only words that are known pass") {
  for (const char* word : {"是",        "已缴",    "已缴费", "已交", "已交费", "已付",    "已付款",
                           "已支付",    "缴清",    "已缴清", "全额", "√",      "✓",       "✔",
                           "Y",         "yes",     "TRUE",   "1",    "Paid",   " 已 缴 ", "已缴费（微信）",
                           "已缴200元", "已缴费。"}) {
    CAPTURE(word);
    CHECK(IsPaid(word, PaymentColumn::kStatus));
  }
  for (const char* word :
       {"未交",   "待缴", "待缴费", "没交", "部分缴", "退费",     "已退款",          "欠费200元",
        "unpaid", "F",    "",       "N",    "×",      "已缴一半", "已缴50元欠150元", "已缴费（待退）",
        "已申请", "减免", "不是",   "0",    "-5"}) {
    CAPTURE(word);
    CHECK_FALSE(IsPaid(word, PaymentColumn::kStatus));
  }
}

TEST_CASE("words that plainly say unpaid are told apart from those nobody knows; both hold") {
  for (const char* word : {"否", "未缴", "未缴费", "尚未缴费", "待付款", "没交", "没有缴费", "欠费", "未到账",
                           "N", "no", "×", "0", "0.00元", "Unpaid", "未交清"}) {
    CAPTURE(word);
    CHECK(IsPlainlyUnpaid(word));
    CHECK_FALSE(IsPaid(word, PaymentColumn::kStatus));
  }
  for (const char* word :
       {"", "已退款", "缓缴", "减免", "助学贷款", "审核中", "已缴一半", "欠费200元", "-200", "未知", "是"}) {
    CAPTURE(word);
    CHECK_FALSE(IsPlainlyUnpaid(word));
  }
}

TEST_CASE("amounts and dates pass in columns that hold them") {
  for (const char* amount : {"200", "¥1,200.00", "30元", "0.01", "已缴"})
    CHECK(IsPaid(amount, PaymentColumn::kAmount));
  for (const char* amount : {"0", "", "-200", "无", "0.00元"})
    CHECK_FALSE(IsPaid(amount, PaymentColumn::kAmount));
  CHECK(IsPaid("2026-03-01", PaymentColumn::kDate));
  CHECK_FALSE(IsPaid("2026-07-01", PaymentColumn::kDate));  // Still to come.
  CHECK_FALSE(IsPaid("三月", PaymentColumn::kDate));
  const std::string_view mixed[] = {"200", "已缴", "待缴"};
  CHECK(ArePaid(mixed, PaymentColumn::kStatus, 2026y / 6 / 1) == std::vector<bool>{false, true, false});
}

TEST_CASE("headers of money") {
  for (const char* header :
       {"缴费情况", "是否已缴费", "交费情况", "缴费状态", "付款状态", "是否缴费", "缴费", "支付状态", "Paid"}) {
    CAPTURE(header);
    CHECK(PaymentColumnOf(header) == PaymentColumn::kStatus);
  }
  CHECK(PaymentColumnOf("实缴金额（元）") == PaymentColumn::kAmount);
  CHECK(PaymentColumnOf("缴费日期") == PaymentColumn::kDate);
  CHECK(PaymentColumnOf("应缴金额") == PaymentColumn::kDue);
  CHECK(PaymentColumnOf("欠费金额") == PaymentColumn::kOwed);
  CHECK(PaymentColumnOf("是否欠费") == PaymentColumn::kOwed);
  CHECK(PaymentColumnOf("退费金额") == PaymentColumn::kRefund);
  CHECK(PaymentColumnOf("缴款凭证") == PaymentColumn::kUnknown);
  CHECK(PaymentColumnOf("姓名") == PaymentColumn::kNone);
  CHECK(PaymentColumnOf("退伍军人") == PaymentColumn::kNone);
}

}  // namespace
}  // namespace gradphoto::roster
