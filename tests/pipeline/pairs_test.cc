// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/pairs.h"

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"
#include "tests/table/encodings.h"

namespace gradphoto::pipeline {
namespace {

TEST_CASE("pairs in every shape of a table give the same records, in order") {
  const testing::TempDir dir;
  const std::vector<std::vector<std::string>> rows = {{"reference", "备注", "photo"},
                                                      {"证件/张三.jpg", "", "1班/张三.jpg"},
                                                      {"证件/2022,1.jpg", "见附件", "李四.heic"}};
  for (const auto& path : table::testing::InEveryShape(dir.path(), rows)) {
    const auto records = ReadPairs(path);
    REQUIRE_MESSAGE(records.has_value(), path.string() << (records ? "" : records.error().message));
    REQUIRE(records->size() == 2);
    CHECK((*records)[0].photo == "1班/张三.jpg");
    CHECK((*records)[0].comparison["reference"] == "证件/张三.jpg");
    CHECK((*records)[1].photo == "李四.heic");
    CHECK((*records)[1].comparison["reference"] == "证件/2022,1.jpg");
  }
}

TEST_CASE("rows with an empty cell are told all at once, with their lines") {
  const testing::TempDir dir;
  const auto records = ReadPairs(dir.Write("p.csv", "photo,reference\na.jpg,b.jpg\na.jpg,\n,b.jpg\n"));
  REQUIRE_FALSE(records.has_value());
  CHECK(records.error().kind == ErrorKind::kUsage);
  CHECK(records.error().message.find("p.csv: 2 rows") != std::string::npos);
  CHECK(records.error().message.find("p.csv:3: no reference") != std::string::npos);
  CHECK(records.error().message.find("p.csv:4: no photo") != std::string::npos);
  CHECK(
      ReadPairs(dir.Write("q.csv", "photo,other\na,b\n")).error().message.find("the header lacks reference") !=
      std::string::npos);
}

}  // namespace
}  // namespace gradphoto::pipeline
