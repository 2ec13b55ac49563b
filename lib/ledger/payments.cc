// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/payments.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/text.h"
#include "lib/roster/payment.h"
#include "lib/roster/roster.h"

namespace gradphoto::ledger {
namespace {

// Columns of the list that prove a payment, each with the verdict on every row.
struct Proofs {
  std::vector<std::pair<std::string, std::vector<bool>>> columns;
  std::vector<std::string> headers;  // Of all columns, for a message.
};

Proofs ProofsOf(const roster::Roster& list, Day today) {
  using roster::PaymentColumn;
  Proofs proofs;
  if (list.rows.empty()) return proofs;
  for (const auto& [header, unused] : list.rows.front().student.fields) {
    proofs.headers.push_back(header);
    const PaymentColumn kind = header == "paid" ? PaymentColumn::kStatus : roster::PaymentColumnOf(header);
    if (kind != PaymentColumn::kStatus && kind != PaymentColumn::kAmount && kind != PaymentColumn::kDate)
      continue;
    std::vector<std::string_view> cells;
    for (const roster::RosterRow& row : list.rows) cells.push_back(row.student.Field(header));
    proofs.columns.emplace_back(header, roster::ArePaid(cells, kind, today));
  }
  return proofs;
}

std::string JoinedHeaders(const std::vector<std::string>& headers) {
  std::string text;
  for (const std::string& header : headers) text += (text.empty() ? "" : ", ") + header;
  return text;
}

}  // namespace

Result<ImportResult> ImportPayments(Ledger& ledger, const std::filesystem::path& list, const Moment& now) {
  TRY_ASSIGN(const auto read, ReadStudents(list, "", now.today));
  const Proofs proofs = ProofsOf(read, now.today);
  ImportResult result;
  if (read.rows.empty()) return result;
  if (proofs.columns.empty()) {
    return Fail(ErrorKind::kUsage,
                list.string() +
                    ": no column says who has paid; head one 是否缴费 (words such as 已缴费), "
                    "实缴金额 (amounts) or 缴费日期 (dates). The columns are " +
                    JoinedHeaders(proofs.headers));
  }
  TRY_ASSIGN(auto transaction, ledger.Begin());
  for (std::size_t i = 0; i < read.rows.size(); ++i) {
    const roster::RosterRow& row = read.rows[i];
    ++result.rows;
    std::string text;
    bool paid = true, plain = true;
    for (const auto& [header, are_paid] : proofs.columns) {
      const std::string_view cell = Trim(row.student.Field(header));
      if (cell.empty()) continue;
      text += (text.empty() ? "" : " ") + std::string(cell);
      if (are_paid[i]) continue;
      paid = false;
      const bool is_plain = roster::IsPlainlyUnpaid(cell);
      plain = plain && is_plain;
      ++(is_plain ? result.unpaid_texts : result.unknown_texts)[std::string(cell)];
    }
    if (text.empty()) {
      ++result.empty;
      continue;
    }
    ++result.kinds[paid ? "paid" : plain ? "unpaid" : "unknown"];
    if (!paid) continue;
    TRY_ASSIGN(const auto found, FindRow(ledger, row.student));
    if (!found.student) {
      result.problems.push_back({row.line, found.problem});
      continue;
    }
    TRY_ASSIGN(const auto events, ledger.EventsOf(*found.student));
    const bool is_known = std::ranges::any_of(events, [&](const BookedEvent& booked) {
      return booked.event.kind == EventKind::kPaid && booked.text == text;
    });
    if (is_known) {
      ++result.unchanged;
      continue;
    }
    BookedEvent booked;
    booked.event.kind = EventKind::kPaid;
    booked.at = now.stamp;
    booked.text = text;
    TRY(ledger.Book(*found.student, booked));
    ++result.booked;
  }
  TRY(transaction.Commit());
  return result;
}

}  // namespace gradphoto::ledger
