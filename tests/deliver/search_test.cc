// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/search.h"

#include <set>

#include <doctest/doctest.h>

namespace gradphoto::deliver {
namespace {

Record Of(std::string key, std::string student_number, std::string id_number) {
  Record record;
  record.student = Student{.key = std::move(key),
                           .fields = {{"student_number", std::move(student_number)},
                                      {"id_number", std::move(id_number)},
                                      {"phone", "13900001234"}}};
  return record;
}

TEST_CASE("masked numbers, each with few bits of its hash") {
  const Record record = Of("99999-20220101", "20220101", "11010519491231002X");
  CHECK(SearchNumbers(record, Redactor()) == "999*********01\t85c\n2******1\t3ce\n110*************2X\tf");
  CHECK(SearchNumbers(Record(), Redactor()).empty());
  CHECK(SearchNumbers(record, Redactor(IdDisplay::kFull)) == "99999-20220101\n20220101\n11010519491231002X");
  const TagKey key("k");
  CHECK(SearchNumbers(record, Redactor(IdDisplay::kMasked, key))
            .find("110*************2X#" + key.TagOf("11010519491231002X")) != std::string::npos);
}

TEST_CASE("an identity number never has more than four bits, whatever column it stands in") {
  for (const char* number : {"11010519491231002X", "110105194912310021", "110105491231002"}) {
    for (const Record& record : {Of(number, number, ""), Of("", number, ""), Of("", "", number)}) {
      const std::string text = SearchNumbers(record, Redactor());
      CHECK(text.find('\t') + 2 == text.size());
    }
  }
  CHECK(SearchNumbers(Of("", "", "P1234567"), Redactor()).starts_with("P******7\t"));
  CHECK(SearchNumbers(Of("", "", "P1234567"), Redactor()).size() == 10);
}

TEST_CASE("buckets know no case and no blanks, and spread serial numbers") {
  CHECK(BucketOf("S2022 0101x") == BucketOf("s20220101X"));
  std::set<unsigned> buckets;
  for (int i = 0; i < 1000; ++i) buckets.insert(BucketOf(std::to_string(20220000 + i)));
  CHECK(buckets.size() > 700);  // Of 4096; 886 if they were random.
  CHECK(*buckets.rbegin() < 4096);
}

}  // namespace
}  // namespace gradphoto::deliver
