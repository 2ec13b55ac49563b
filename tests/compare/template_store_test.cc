// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/template_store.h"

#include <fstream>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::compare {
namespace {

constexpr const char* kId = "0123456789abcdef";

StoredTemplate Entry(int seed) {
  StoredTemplate entry;
  entry.photo_sha256 = Sha256Hex(std::to_string(seed));
  entry.confirmed = seed % 2 == 1;
  entry.face.scale = 0.001F * static_cast<float>(seed + 1);
  for (int i = 0; i < 8; ++i) entry.face.values.push_back(static_cast<std::int8_t>(10 * i - 5 * seed));
  entry.shot[3] = static_cast<std::int8_t>(seed);
  return entry;
}

std::string FileOfTwo() { return SerializeTemplates({kId, {{"001", Entry(1)}, {"学生2", Entry(2)}}}); }

// With its checksum put right again, as an attacker would.
std::string Sealed(std::string bytes) {
  bytes.resize(bytes.size() - 32);
  const std::string hex = Sha256Hex(bytes);
  for (std::size_t i = 0; i < 64; i += 2) bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

}  // namespace

TEST_CASE("what was put comes back, in a file that only its owner can read") {
  const testing::TempDir dir;
  const auto path = dir.path() / "ledger";
  {
    auto store = TemplateStore::Open(path, kId);
    REQUIRE(store.has_value());
    CHECK(store->entries().empty());
    store->Put("001", Entry(1));
    store->Put("002", Entry(2));
    store->Put("002", Entry(3));
    REQUIRE(store->Save().has_value());
  }
  struct stat status{};
  REQUIRE(stat((path / "templates.bin").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);

  auto store = TemplateStore::Open(path, kId);
  REQUIRE(store.has_value());
  REQUIRE(store->entries().size() == 2);
  const StoredTemplate& entry = store->entries().at("002");
  CHECK(entry.photo_sha256 == Entry(3).photo_sha256);
  CHECK(entry.confirmed);
  CHECK(entry.face.scale == Entry(3).face.scale);
  CHECK(entry.face.values == Entry(3).face.values);
  CHECK(entry.shot == Entry(3).shot);
  CHECK(!store->entries().at("001").photo_sha256.empty());
}

TEST_CASE("one run at a time") {
  const testing::TempDir dir;
  auto first = TemplateStore::Open(dir.path(), kId);
  REQUIRE(first.has_value());
  const auto second = TemplateStore::Open(dir.path(), kId);
  REQUIRE(!second.has_value());
  CHECK(second.error().kind == ErrorKind::kOutput);
  {
    const TemplateStore moved = std::move(*first);
  }
  CHECK(TemplateStore::Open(dir.path(), kId).has_value());
}

TEST_CASE("templates of other nets are left out with a note and replaced") {
  const testing::TempDir dir;
  dir.Write("templates.bin", FileOfTwo());
  auto store = TemplateStore::Open(dir.path(), "fedcba9876543210");
  REQUIRE(store.has_value());
  CHECK(store->entries().empty());
  CHECK(store->note().find("2 templates") != std::string::npos);
  store->Put("9", Entry(4));
  REQUIRE(store->Save().has_value());
  const auto bytes = ReadTextFile(dir.path() / "templates.bin", 1 << 20);
  REQUIRE(bytes.has_value());
  CHECK(ParseTemplates(*bytes)->entries.size() == 1);
}

TEST_CASE("a damaged file is refused and left alone") {
  const std::string good = FileOfTwo();
  REQUIRE(ParseTemplates(good).has_value());
  std::string flipped = good;
  flipped[60] = static_cast<char>(flipped[60] ^ 1);
  const testing::TempDir dir;
  dir.Write("templates.bin", flipped);
  const auto store = TemplateStore::Open(dir.path(), kId);
  REQUIRE(!store.has_value());
  CHECK(store.error().kind == ErrorKind::kInput);
  CHECK(store.error().message.find("checksum") != std::string::npos);
  CHECK(ReadTextFile(dir.path() / "templates.bin", 1 << 20).value() == flipped);
  for (std::size_t length = 0; length < good.size(); ++length) CHECK(!ParseTemplates(good.substr(0, length)));
}

TEST_CASE("impossible contents are refused even under a right checksum") {
  const std::string good = FileOfTwo();
  const auto with = [&](std::size_t at, std::string_view bytes) {
    std::string changed = good;
    changed.replace(at, bytes.size(), bytes);
    const auto file = ParseTemplates(Sealed(changed));
    return file ? std::string("accepted") : file.error().message;
  };
  using namespace std::string_view_literals;
  CHECK(with(0, "GPTMPL2\n").find("version") != std::string::npos);
  CHECK(with(8, "\xFF\xFF\xFF\x7F").find("dimension") != std::string::npos);
  CHECK(with(8, "\0\0\0\0"sv).find("dimension") != std::string::npos);
  CHECK(with(12, "\x21").find("shot") != std::string::npos);
  CHECK(with(32, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF").find("count") != std::string::npos);
  CHECK(with(32, "\x01").find("more bytes") != std::string::npos);
  CHECK(with(40, "\xFF\xFF").find("key") != std::string::npos);
  CHECK(with(40, "\0\0"sv).find("key") != std::string::npos);
  // Scale of the first entry: after the length, "001", the hash and the flags.
  CHECK(with(40 + 2 + 3 + 32 + 1, "\x00\x00\xC0\x7F"sv).find("scale") != std::string::npos);
}

TEST_CASE("a purge takes students out of a store of whatever nets, and only them") {
  const testing::TempDir dir;
  CHECK(TemplateStore::RemoveStudents(dir.path(), [](std::string_view) { return true; }) == 0);
  REQUIRE(WriteFileAtomic(dir.path() / "templates.bin", FileOfTwo(), IfExists::kRefuse).has_value());
  CHECK(TemplateStore::RemoveStudents(dir.path(), [](std::string_view key) { return key == "001"; }) == 1);
  const auto text = ReadTextFile(dir.path() / "templates.bin", 1 << 20);
  REQUIRE(text.has_value());
  const auto left = ParseTemplates(*text);
  REQUIRE(left.has_value());
  CHECK(left->id == kId);
  CHECK(left->entries.size() == 1);
  CHECK(left->entries.contains("学生2"));
}

}  // namespace gradphoto::compare
