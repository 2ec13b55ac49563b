// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/payment.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "lib/base/date.h"
#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/roster/columns.h"
#include "lib/roster/fold.h"

namespace gradphoto::roster {
namespace {

template <std::size_t N>
bool Holds(const std::array<std::string_view, N>& words, std::string_view text) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.contains(word); });
}

template <std::size_t N>
bool IsOneOf(const std::array<std::string_view, N>& words, std::string_view text) {
  return std::ranges::find(words, text) != words.end();
}

// Folded, without blanks and a full stop or exclamation mark behind.
std::string WordOf(std::string_view cell) {
  std::string word;
  for (const char32_t c : FoldForMatching(cell)) {
    if (!IsBlankOrInvisible(c) && c != 0xFE0E && c != 0xFE0F) AppendUtf8(c, word);
  }
  for (const std::string_view end : {"。", ".", "!"}) {
    if (word.size() > end.size() && word.ends_with(end)) word.resize(word.size() - end.size());
  }
  return word;
}

bool IsPaidWord(std::string_view word) {
  constexpr std::array<std::string_view, 62> kPaid = {
      "是",       "对",       "已",       "缴",         "已缴",       "已缴费",   "已缴纳",   "已缴清",
      "已缴款",   "已交",     "已交费",   "已交款",     "已交清",     "已交纳",   "已付",     "已付款",
      "已付费",   "已付清",   "已支付",   "已收",       "已收费",     "已收款",   "已到账",   "已清",
      "已完成",   "已结清",   "已结",     "缴清",       "交清",       "付清",     "结清",     "缴费",
      "缴费成功", "缴款成功", "交费成功", "支付成功",   "付款成功",   "支付完成", "缴费完成", "付款完成",
      "完成缴费", "全额",     "全额缴费", "全额已缴",   "已全额缴费", "已全额",   "全部缴清", "已全部缴清",
      "√",        "✓",        "✔",        "☑",          "✅",         "y",        "yes",      "true",
      "t",        "1",        "paid",     "paidinfull", "fullypaid",  "ok"};
  return IsOneOf(kPaid, word);
}

// What may stand behind "paid" without taking anything back: an amount, a date, a way to pay.
bool IsHowPaid(std::string_view text) {
  constexpr std::array<std::string_view, 14> kWays = {"微信",   "支付宝", "现金",   "刷卡", "转账",
                                                      "银行卡", "网银",   "pos",    "扫码", "线上",
                                                      "银联",   "对公",   "云闪付", "线下"};
  if (IsOneOf(kWays, text)) return true;
  return ParseDate(text).has_value() || ParseAmount(text).value_or(0) > 0;
}

bool IsPaid(std::string_view word) {
  if (IsPaidWord(word)) return true;
  // 已缴费(微信), 已缴200元.
  for (const std::string_view start :
       {"已缴费", "已缴", "已交费", "已交", "已付款", "已付", "已支付", "paid"}) {
    if (!word.starts_with(start)) continue;
    std::string_view rest = word.substr(start.size());
    if (rest.starts_with(":") || rest.starts_with("-")) rest.remove_prefix(1);
    if (rest.starts_with("(") && rest.ends_with(")")) rest = rest.substr(1, rest.size() - 2);
    if (IsHowPaid(rest)) return true;
  }
  return false;
}

// 学费是否缴清, 是否完成缴费; not 是否免缴, 是否需要缴费, 是否欠缴.
bool AsksWhetherPaid(std::string_view word) {
  constexpr std::array<std::string_view, 5> kActs = {"缴", "交费", "交清", "付", "交款"};
  constexpr std::array<std::string_view, 16> kOther = {"减", "免", "缓", "欠", "退", "补",   "未",   "需",
                                                       "应", "贷", "待", "可", "愿", "同意", "分期", "自动"};
  return word.contains("是否") && Holds(kActs, word) && !Holds(kOther, word);
}

// Of a column of what is owed. Beside amounts a blank is the absence of one; beside words it says nothing.
std::vector<bool> OweNothing(std::span<const std::string_view> cells) {
  constexpr std::array<std::string_view, 24> kNothing = {
      "否",     "无",     "没",     "没有",   "不欠",   "未欠",   "不欠费", "未欠费",
      "无欠费", "未欠缴", "不欠缴", "已结清", "已缴清", "已缴费", "已交清", "结清",
      "缴清",   "n",      "no",     "f",      "false",  "none",   "-",      "/"};
  const bool amounts =
      std::ranges::any_of(cells, [](std::string_view cell) { return !Trim(cell).empty(); }) &&
      std::ranges::all_of(cells, [](std::string_view cell) { return Trim(cell).empty() || ParseAmount(cell); });
  std::vector<bool> nothing;
  nothing.reserve(cells.size());
  for (const std::string_view cell : cells) {
    const std::string word = WordOf(cell);
    const auto amount = ParseAmount(cell);
    nothing.push_back(word.empty() ? amounts : amount ? *amount == 0 : IsOneOf(kNothing, word));
  }
  return nothing;
}

}  // namespace

bool IsPlainlyUnpaid(std::string_view cell) {
  constexpr std::array<std::string_view, 29> kUnpaid = {
      "否",   "未",    "无",   "没有", "没",     "没交",    "没缴", "没付",    "欠费",   "欠缴",
      "欠款", "欠",    "不是", "×",    "✗",      "✘",       "❌",   "x",       "n",      "no",
      "f",    "false", "none", "null", "unpaid", "notpaid", "due",  "pending", "overdue"};
  constexpr std::array<std::string_view, 6> kNotYet = {"未", "待", "尚未", "还未", "还没", "没有"};
  constexpr std::array<std::string_view, 16> kActs = {"缴",   "缴费", "缴纳", "缴清", "缴款", "交",
                                                      "交费", "交款", "交清", "付",   "付款", "付费",
                                                      "付清", "支付", "收款", "到账"};
  const std::string word = WordOf(cell);
  if (word.empty()) return false;
  if (IsOneOf(kUnpaid, word)) return true;
  if (const auto amount = ParseAmount(cell)) return *amount == 0;
  return std::ranges::any_of(kNotYet, [&](std::string_view not_yet) {
    return word.starts_with(not_yet) && IsOneOf(kActs, std::string_view(word).substr(not_yet.size()));
  });
}

bool SpeakOfPayment(std::span<const std::string_view> cells) {
  constexpr std::array<std::string_view, 4> kActs = {"缴", "交", "付", "paid"};
  bool is_named = false;
  for (const std::string_view cell : cells) {
    const std::string word = WordOf(cell);
    if (word.empty()) continue;
    if (!IsPaid(word) && !IsPlainlyUnpaid(cell)) return false;
    is_named |= Holds(kActs, word);
  }
  return is_named;
}

std::optional<double> ParseAmount(std::string_view text) {
  std::string number;
  const std::string word = WordOf(text);
  std::string_view rest = word;
  for (const std::string_view sign : {"¥", "￥", "rmb", "cny", "$"}) {
    if (rest.starts_with(sign)) rest.remove_prefix(sign.size());
  }
  for (const std::string_view unit : {"元整", "元", "圆", "块", "rmb"}) {
    if (rest.ends_with(unit)) rest.remove_suffix(unit.size());
  }
  std::ranges::copy_if(rest, std::back_inserter(number), [](char c) { return c != ','; });
  if (number.empty() || !(IsDigit(number.front()) || number.front() == '-')) return std::nullopt;
  double value = 0;
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  return value;
}

PaymentColumn PaymentColumnOf(std::string_view header) {
  const std::string word = ToLowerAscii(HeaderForMatching(header));
  constexpr std::array<std::string_view, 10> kOwed = {"欠",   "未缴", "未交",    "未付",  "待缴",
                                                      "待交", "待付", "arrears", "owing", "owed"};
  constexpr std::array<std::string_view, 2> kRefund = {"退", "refund"};
  constexpr std::array<std::string_view, 10> kDue = {"应缴",     "应交",     "应收", "应付",      "缴费标准",
                                                     "收费标准", "学费标准", "due",  "feeamount", "收费金额"};
  constexpr std::array<std::string_view, 17> kAmount = {
      "缴费金额", "交费金额", "付款金额",   "支付金额", "缴款金额",  "实缴",
      "实缴金额", "实交",     "实交金额",   "实收",     "实收金额",  "已缴金额",
      "已交金额", "已付金额", "amountpaid", "已收金额", "paidamount"};
  constexpr std::array<std::string_view, 14> kDate = {
      "缴费日期", "缴费时间", "交费日期", "交费时间", "付款日期", "付款时间", "支付日期",
      "支付时间", "缴款日期", "缴款时间", "到账日期", "到账时间", "paidat",   "paymentdate"};
  constexpr std::array<std::string_view, 48> kStatus = {
      "paid",     "缴费",     "交费",     "付款",     "缴费状态",   "交费状态",      "付款状态",   "支付状态",
      "缴款状态", "收费状态", "缴费情况", "交费情况", "付款情况",   "支付情况",      "缴款情况",   "收费情况",
      "是否缴费", "是否交费", "是否付款", "是否支付", "是否已缴费", "是否已交费",    "是否已付款", "是否已支付",
      "是否已缴", "是否已交", "是否缴清", "是否交清", "是否付费",   "是否缴款",      "缴费与否",   "交费与否",
      "已缴费",   "已交费",   "已付款",   "已支付",   "已缴",       "缴费标志",      "缴费标识",   "缴费结果",
      "支付结果", "缴费确认", "缴费信息", "ispaid",   "payment",    "paymentstatus", "paystatus",  "feepaid"};
  constexpr std::array<std::string_view, 16> kSmell = {"缴",   "交费",   "付款", "支付", "收费", "付费",
                                                       "费用", "学费",   "到账", "收款", "paid", "payment",
                                                       "fee",  "paying", "交款", "交清"};
  if (IsOneOf(kStatus, word) || AsksWhetherPaid(word)) return PaymentColumn::kStatus;
  if (IsOneOf(kAmount, word)) return PaymentColumn::kAmount;
  if (IsOneOf(kDate, word)) return PaymentColumn::kDate;
  if (Holds(kDue, word)) return PaymentColumn::kDue;
  const bool smells = Holds(kSmell, word);
  if (Holds(kRefund, word) &&
      (smells || word.contains("退费") || word.contains("退款") || word.contains("refund"))) {
    return PaymentColumn::kRefund;
  }
  if (Holds(kOwed, word) &&
      (smells || word.contains("欠") || word.contains("arrears") || word.contains("ow"))) {
    return PaymentColumn::kOwed;
  }
  return smells ? PaymentColumn::kUnknown : PaymentColumn::kNone;
}

std::vector<bool> ArePaid(std::span<const std::string_view> cells, PaymentColumn kind,
                          std::chrono::year_month_day today) {
  if (kind == PaymentColumn::kOwed) return OweNothing(cells);
  const auto is_amount = [](std::string_view cell) { return ParseAmount(cell).has_value(); };
  const auto is_date = [](std::string_view cell) { return ParseDate(cell).has_value(); };
  const auto all = [&](auto is) {
    return std::ranges::all_of(cells, [&](std::string_view cell) { return Trim(cell).empty() || is(cell); });
  };
  const bool dates = kind == PaymentColumn::kDate || all(is_date);
  const bool amounts = kind == PaymentColumn::kAmount || all(is_amount);
  std::vector<bool> paid;
  paid.reserve(cells.size());
  for (const std::string_view cell : cells) {
    const auto date = ParseDate(cell);
    // A day to come is a promise. 20260301 in a column of dates is no amount.
    const bool by_date = dates && date && *date <= today;
    const bool by_amount = amounts && !(dates && date) && ParseAmount(cell).value_or(0) > 0;
    paid.push_back(by_date || by_amount || IsPaid(WordOf(cell)));
  }
  return paid;
}

}  // namespace gradphoto::roster
