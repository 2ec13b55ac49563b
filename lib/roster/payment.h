// SPDX-License-Identifier: Apache-2.0
// What the payment column of a roster says. It fails closed: only words that are known to mean "paid" pass.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace gradphoto::roster {

enum class PaymentColumn {
  kNone,     // Does not speak of money.
  kStatus,   // 是否缴费, 缴费情况...: words.
  kAmount,   // 实缴金额, 缴费金额...: what was paid.
  kDate,     // 缴费日期, 付款时间...: when.
  kDue,      // 应缴金额, 收费标准...: what has to be paid; proves nothing.
  kOwed,     // 欠费, 是否欠费, 未缴金额...: the other way round.
  kRefund,   // 退费金额...: proves nothing.
  kUnknown,  // Holds a word of payment, but is not known.
};

// "200", "¥1,200.00", "200元"; nothing if it is no amount.
std::optional<double> ParseAmount(std::string_view text);

// By its header, as CanonicalColumn compares headers (columns.h).
PaymentColumn PaymentColumnOf(std::string_view header);

// Whether the cell says in so many words that nothing was paid (否, 未缴费, 待缴, 欠费, no, 0...), so that
// nobody has to wonder what it means. Everything else that is not "paid" holds as well, and is asked about.
bool IsPlainlyUnpaid(std::string_view cell);

// Whether these cells can be those of a column of payment, whatever its header: each of them, blanks aside,
// says paid or plainly unpaid, and one of them in a word of payment and not just 是 or 否.
bool SpeakOfPayment(std::span<const std::string_view> cells);

// Whether the cells of a payment column say "paid". `kind` is that of its header; a column of words that holds
// nothing but amounts, or nothing but dates, is taken for such a column. Paid are, blanks, width and case
// aside:
// - the words 是 已缴 已缴费 已交 已付 已支付 缴清 全额 √ Y yes paid 1 true..., also with how or how much
// behind them:
//   已缴费（微信）, 已缴200元;
// - in a column of amounts a number above 0, in one of dates a day not after `today`;
// - in a column of what is owed 0 and words for nothing (否 无 不欠 已结清...), and a blank beside amounts.
// Everything else is not: blanks, other words, 0, a negative amount.
std::vector<bool> ArePaid(std::span<const std::string_view> cells, PaymentColumn kind,
                          std::chrono::year_month_day today);

}  // namespace gradphoto::roster
