// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/keys.h"

#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"
#include "tests/table/encodings.h"

namespace gradphoto::ledger {
namespace {

using Keys = std::vector<std::string>;

Result<Keys> Read(const std::string& text) {
  std::istringstream in(text);
  return ReadKeys(in, "keys.txt");
}

std::string ErrorOf(const std::string& text) {
  const auto keys = Read(text);
  REQUIRE_FALSE(keys.has_value());
  CHECK(keys.error().kind == ErrorKind::kUsage);
  return keys.error().message;
}

TEST_CASE("one key a line, with or without a header, blank lines left out") {
  CHECK(*Read("20220001\n\n  @7 \r\n440524188001010014") == Keys{"20220001", "@7", "440524188001010014"});
  CHECK(*Read("学号\n0012\n") == Keys{"0012"});
  CHECK(Read("")->empty());
}

TEST_CASE("a table in every shape gives the same keys: the key, else the first number that is filled") {
  const testing::TempDir dir;
  const std::vector<std::vector<std::string>> rows = {{"待删除名单"},
                                                      {"姓名", "身份证号（必填）", "编号"},
                                                      {"张三", "440524188001010014", "A-1"},
                                                      {"李四", "320106200005050052", ""},
                                                      {"王五", "", "@12"}};
  for (const auto& path : table::testing::InEveryShape(dir.path(), rows)) {
    std::ifstream in(path, std::ios::binary);
    const auto keys = ReadKeys(in, path.string());
    REQUIRE_MESSAGE(keys.has_value(), path.string() << (keys ? "" : keys.error().message));
    CHECK_MESSAGE((*keys == Keys{"A-1", "320106200005050052", "@12"}), path.string());
  }
}

TEST_CASE("what names nobody is told with its place, all rows at once, without the numbers") {
  CHECK(ErrorOf("张三,20220001\n").starts_with("keys.txt:1: several columns, and no header"));
  const std::string message = ErrorOf("姓名,学号\n张三,\n李四,1\n王五,4.40524E+17\n");
  CHECK(message.find("keys.txt: 2 rows name no student") != std::string::npos);
  CHECK(message.find("keys.txt:2: no key") != std::string::npos);
  CHECK(message.find("keys.txt:4: a spreadsheet has rounded the number in column 2") != std::string::npos);
  CHECK(message.find("4.4") == std::string::npos);
}

}  // namespace
}  // namespace gradphoto::ledger
