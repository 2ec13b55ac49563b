// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/payments.h"

#include "tests/ledger/support.h"

namespace gradphoto::ledger {
namespace {

using namespace testing;

// Three students whom the roster calls unpaid.
class Cashier {
 public:
  Cashier() : ledger_(Opened(dir_.path() / "l.sqlite")) {
    for (int i = 1; i <= 3; ++i) {
      Record linked = Linked("10001-2022000" + std::to_string(i));
      linked.student->fields[2].second = Ids[i - 1];
      linked.outcome = Outcome::kHeld;
      linked.Add(Of("UNPAID", Severity::kReject));
      ids_.push_back(Added(ledger_, linked));
    }
  }
  Result<ImportResult> Import(const std::string& csv) {
    return ImportPayments(ledger_, dir_.Write("paid.csv", csv), On(kOctober));
  }
  void UseTags(const TagOf& tag_of) { ledger_.UseTags(tag_of); }
  bool IsPaid(std::size_t student) { return StandingOn(ledger_, ids_[student - 1]).paid; }

  static constexpr std::array<const char*, 3> Ids = {"110000200001011011", "110000200001011038",
                                                     "110000200001011054"};

 private:
  TempDir dir_;
  Ledger ledger_;
  std::vector<StudentId> ids_;
};

TEST_CASE("words, amounts and dates pay; everything else does not, and is told") {
  Cashier cashier;
  const auto result = Must(cashier.Import("学号,缴费状态\n20220001,已缴费\n20220002,未交\n20220003,\n"));
  CHECK(result.rows == 3);
  CHECK(result.booked == 1);
  CHECK(result.empty == 1);
  CHECK(result.unpaid_texts == std::map<std::string, std::size_t>{{"未交", 1}});
  CHECK(result.unknown_texts.empty());
  CHECK(result.kinds == std::map<std::string, std::size_t>{{"paid", 1}, {"unpaid", 1}});
  const auto unknown = Must(cashier.Import("学号,缴费状态\n20220002,已退款\n"));
  CHECK(unknown.unknown_texts == std::map<std::string, std::size_t>{{"已退款", 1}});
  CHECK(unknown.kinds == std::map<std::string, std::size_t>{{"unknown", 1}});
  CHECK(cashier.IsPaid(1));
  CHECK_FALSE(cashier.IsPaid(2));
  CHECK_FALSE(cashier.IsPaid(3));
  CHECK(Must(cashier.Import("学号,缴费状态\n20220001,已缴费\n")).unchanged == 1);

  CHECK(
      Must(cashier.Import("学号,实缴金额,缴费日期\n20220002,200,2021-10-01\n20220003,0,2021-10-01\n")).booked ==
      1);
  CHECK(cashier.IsPaid(2));
  CHECK_FALSE(cashier.IsPaid(3));
}

TEST_CASE(
    "a student is named by number, identity number or @N; strangers are reported, and a list without proof") {
  Cashier by_number;
  CHECK(Must(by_number.Import("学号,缴费状态\n@3,已缴费\n")).booked == 1);
  CHECK(by_number.IsPaid(3));
  by_number.UseTags(
      [](std::string_view number) { return "kx" + std::string(number.substr(number.size() - 3)); });
  CHECK(Must(by_number.Import("身份证号,缴费状态\n110*************11#kx011,已缴费\n#kx038,已缴费\n")).booked ==
        2);
  // The office's own list, with a masked key in 编号 and a row for each finding.
  CHECK(
      Must(by_number.Import("编号,姓名,是否缴费\n100*********02#kx002,张三,是\n100*********02#kx002,张三,是\n"))
          .problems.empty());
  CHECK(by_number.IsPaid(1));
  CHECK(by_number.IsPaid(2));
  Cashier by_id;
  CHECK(Must(by_id.Import("身份证号,缴费状态\n" + std::string(Cashier::Ids[0]) + ",是\n")).booked == 1);
  CHECK(by_id.IsPaid(1));
  CHECK_FALSE(by_id.IsPaid(2));
  const auto stranger = Must(by_id.Import("学号,缴费状态\n20229999,已缴费\n20220002,已缴费\n"));
  REQUIRE(stranger.problems.size() == 1);
  CHECK(stranger.problems[0].line == 2);
  CHECK(by_id.IsPaid(2));
  const auto no_proof = by_id.Import("学号,姓名\n20220003,张三\n");
  REQUIRE_FALSE(no_proof.has_value());
  CHECK(no_proof.error().kind == ErrorKind::kUsage);
  CHECK_FALSE(by_id.IsPaid(3));
}

}  // namespace
}  // namespace gradphoto::ledger
